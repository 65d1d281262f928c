"""Print forms in further formats of word processors and spreadsheets: OpenDocument, RTF, web archives, Word's XML."""

from __future__ import annotations

import base64
import html
import io
import zipfile
from collections.abc import Callable, Sequence
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from tests.makers.files import make_docx, make_html, make_xlsx
from tests.makers.forms import Form, Spot
from tests.makers.packages import package

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(
    f'xmlns:{prefix}="{name}:1.0"'
    for prefix, name in (
        ("office", f"{_ODF}:office"),
        ("table", f"{_ODF}:table"),
        ("text", f"{_ODF}:text"),
        ("style", f"{_ODF}:style"),
        ("fo", f"{_ODF}:xsl-fo-compatible"),
    )
)
_BORDER = '<style:table-cell-properties fo:border="1pt solid #000"/>'
_FRAMED = f'<style:style style:name="f" style:family="table-cell">{_BORDER}</style:style>'
_TWIPS = 1500


def _paragraphs(text: str) -> str:
    return "".join(f"<text:p>{html.escape(line)}</text:p>" for line in text.split("\n"))


def _odf_rows(form: Form) -> str:
    """Return the rows of a form with covered cells where cells span."""
    starts = {(spot.row, spot.column): spot for spot in form.cells}

    def cell(row: int, column: int) -> str:
        spot = starts.get((row, column))
        if spot is None:
            return "<table:covered-table-cell/>"
        spans = f'table:number-rows-spanned="{spot.rowspan}" table:number-columns-spanned="{spot.colspan}"'
        text = _paragraphs(spot.text) * bool(spot.text)
        return f'<table:table-cell table:style-name="f" {spans}>{text}</table:table-cell>'

    rows = ("".join(cell(row, column) for column in range(form.width)) for row in range(form.height))
    return "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)


def _spreadsheet(forms: Sequence[Form]) -> str:
    tables = ""
    for number, form in enumerate(forms, start=1):
        lines = [
            "".join(
                f"<table:table-row><table:table-cell>{_paragraphs(text)}</table:table-cell></table:table-row>"
                for text in some
            )
            for some in (form.titles, form.notes)
        ]
        tables += f'<table:table table:name="表{number}">{lines[0]}{_odf_rows(form)}{lines[1]}</table:table>'
    return f"<office:spreadsheet>{tables}</office:spreadsheet>"


def _text_document(forms: Sequence[Form]) -> str:
    body = ""
    for form in forms:
        body += "".join(map(_paragraphs, form.titles)) + f"<table:table>{_odf_rows(form)}</table:table>"
        body += "".join(map(_paragraphs, form.notes))
    return f"<office:text>{body}</office:text>"


def _flat(kind: str, body: str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    styles = f"<office:automatic-styles>{_FRAMED}</office:automatic-styles>"
    root = f'<office:document {_NAMES} office:mimetype="{mimetype}">{styles}<office:body>{body}</office:body>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}</office:document>'.encode()


def _packed(kind: str, body: str) -> bytes:
    content = _flat(kind, body).replace(b"office:document", b"office:document-content")
    return package({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content})


def make_fods(forms: Sequence[Form]) -> bytes:
    return _flat("spreadsheet", _spreadsheet(forms))


def make_ods(forms: Sequence[Form]) -> bytes:
    return _packed("spreadsheet", _spreadsheet(forms))


def make_fodt(forms: Sequence[Form]) -> bytes:
    return _flat("text", _text_document(forms))


def make_odt(forms: Sequence[Form]) -> bytes:
    return _packed("text", _text_document(forms))


def make_mht(forms: Sequence[Form]) -> bytes:
    """Print forms as a web archive: a frame set without text, then each form as a page in GBK."""
    message = MIMEMultipart("related")
    message.attach(MIMEText("<html><frameset><frame src='1.htm'></frameset></html>", "html", "ascii"))
    for form in forms:
        message.attach(MIMEText(make_html([form], "gbk").decode("gbk"), "html", "gbk"))
    return b"MIME-Version: 1.0\n" + message.as_bytes().replace(b"MIME-Version: 1.0\n", b"", 1)


def make_flat_opc(forms: Sequence[Form], maker: Callable[[Sequence[Form]], bytes] = make_docx) -> bytes:
    """Print forms as the package of another maker, laid flat."""
    parts = ""
    with zipfile.ZipFile(io.BytesIO(maker(forms))) as container:
        for name in container.namelist():
            data = container.read(name)
            content = f"<pkg:binaryData>{base64.b64encode(data).decode()}</pkg:binaryData>"
            if name.endswith((".xml", ".rels")):
                text = data.decode().lstrip("\ufeff")
                content = f"<pkg:xmlData>{text.partition('?>')[2] if text.startswith('<?') else text}</pkg:xmlData>"
            parts += f'<pkg:part pkg:name="/{name}">{content}</pkg:part>'
    package_name = "http://schemas.microsoft.com/office/2006/xmlPackage"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>\n'
    return f'{head}<pkg:package xmlns:pkg="{package_name}">{parts}</pkg:package>'.encode()


def make_flat_workbook(forms: Sequence[Form]) -> bytes:
    return make_flat_opc(forms, make_xlsx)


def make_word_2003(forms: Sequence[Form]) -> bytes:
    """Print forms as the XML of Word 2003 does, with merged cells row by row."""

    def paragraph(text: str) -> str:
        return "".join(f"<w:p><w:r><w:t>{html.escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))

    def cell(spot: Spot, row: int) -> str:
        merged = '<w:vmerge w:val="restart"/>' if spot.row == row else "<w:vmerge/>"
        properties = f'<w:gridSpan w:val="{spot.colspan}"/>' + merged * (spot.rowspan > 1)
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(spot.text * (spot.row == row))}</w:tc>"

    body = ""
    for form in forms:
        rows = (_reaching(form, row) for row in range(form.height))
        table = "".join(f"<w:tr>{''.join(cell(spot, row) for spot in spots)}</w:tr>" for row, spots in enumerate(rows))
        body += "".join(map(paragraph, form.titles)) + f"<w:tbl>{table}</w:tbl>" + "".join(map(paragraph, form.notes))
    name = "http://schemas.microsoft.com/office/word/2003/wordml"
    section = "http://schemas.microsoft.com/office/word/2003/auxHint"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>\n'
    root = f'<w:wordDocument xmlns:w="{name}" xmlns:wx="{section}"><w:body><wx:sect>{body}</wx:sect></w:body>'
    return f"{head}{root}</w:wordDocument>".encode()


def make_rtf(forms: Sequence[Form]) -> bytes:
    """Print forms as RTF: GBK bytes in one font, Unicode in the other, merged cells row by row."""

    def spell(text: str) -> str:
        spelled = ""
        for index, letter in enumerate(text):
            if letter == "\n":
                spelled += "\\line "
            elif letter.isascii():
                spelled += "\\" * (letter in "\\{}") + letter
            elif index % 2:
                spelled += f"\\u{ord(letter) - 0x10000 * (ord(letter) > 0x7FFF)}?"
            else:
                spelled += "".join(f"\\'{byte:02x}" for byte in letter.encode("gb18030"))
        return spelled

    def line(texts: Sequence[str]) -> str:
        return "".join(f"\\pard\\plain\\f0 {spell(text)}\\par\n" for text in texts)

    def row(form: Form, number: int) -> str:
        spots = _reaching(form, number)
        definitions = cells = ""
        for spot in spots:
            merged = ("\\clvmgf" if spot.row == number else "\\clvmrg") * (spot.rowspan > 1)
            definitions += f"{merged}\\cellx{_TWIPS * (spot.column + spot.colspan)}"
            cells += f"\\intbl {spell(spot.text * (spot.row == number))}\\cell "
        return f"\\trowd\\trgaph108{definitions}\\pard\\plain\\f0 {cells}\\row\n"

    body = ""
    for form in forms:
        body += line(form.titles) + "".join(row(form, number) for number in range(form.height)) + line(form.notes)
    fonts = r"{\fonttbl{\f0\fnil\fcharset134 {\*\falt SimSun}\'cb\'ce\'cc\'e5;}{\f1\froman\fcharset0 Times;}}"
    skipped = r"{\*\generator Writer;}{\stylesheet{\s0 Normal;}}{\info{\title skipped}}"
    return f"{{\\rtf1\\ansi\\ansicpg936\\uc1{fonts}{skipped}\n{body}}}".encode("ascii")


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_COLUMN, _LINE, _LEFT = 70.0, 6.0, 20.0


def make_ofd(forms: Sequence[Form]) -> bytes:
    """Print forms as OFD, one a page: a text object a line, a path a rule (millimetres)."""
    parts = {
        "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    }
    pages = ""
    for number, form in enumerate(forms):
        pages += f'<ofd:Page ID="{number + 1}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        layer = f"<ofd:Content><ofd:Layer>{_ofd_objects(form)}</ofd:Layer></ofd:Content>"
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = f"<ofd:Page {_OFD}>{layer}</ofd:Page>"
    width = max(form.width for form in forms) * _COLUMN + 2 * _LEFT if forms else 100
    box = f"<ofd:PhysicalBox>0 0 {width} 600</ofd:PhysicalBox>"
    area = f"<ofd:CommonData><ofd:PageArea>{box}</ofd:PageArea></ofd:CommonData>"
    parts["Doc_0/Document.xml"] = f"<ofd:Document {_OFD}>{area}<ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
    return package(parts)


def _ofd_objects(form: Form) -> str:
    y = 20.0
    objects = ""
    for title in form.titles:
        objects += _ofd_text(title, _LEFT, y)
        y += 2 * _LINE
    tops = [y]
    for row in range(form.height):
        lines = max((spot.text.count("\n") + 1 for spot in form.row(row) if spot.rowspan == 1), default=1)
        tops.append(tops[-1] + lines * _LINE + 3)
    for spot in form.cells:
        left, right = _LEFT + spot.column * _COLUMN, _LEFT + (spot.column + spot.colspan) * _COLUMN
        top, bottom = tops[spot.row], tops[spot.row + spot.rowspan]
        corners = f"M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} C"
        path = f"<ofd:AbbreviatedData>{corners}</ofd:AbbreviatedData>"
        objects += f'<ofd:PathObject Boundary="0 0 900 600">{path}</ofd:PathObject>'
        for index, line in enumerate(spot.text.split("\n")):
            objects += _ofd_text(line, left + 1, top + 1 + index * _LINE)
    y = tops[-1] + 2 * _LINE
    for note in form.notes:
        objects += _ofd_text(note, _LEFT, y)
        y += 2 * _LINE
    return objects


def _ofd_text(text: str, x: float, y: float) -> str:
    step = f"g {max(len(text) - 1, 0)} {3}"
    code = f'<ofd:TextCode X="0" Y="4" DeltaX="{step}">{html.escape(text)}</ofd:TextCode>'
    return f'<ofd:TextObject Boundary="{x} {y} 200 6" Size="3">{code}</ofd:TextObject>'


def _reaching(form: Form, row: int) -> list[Spot]:
    """Return the cells that stand in a row, also those that begin above."""
    spots = [spot for spot in form.cells if spot.row <= row < spot.row + spot.rowspan]
    return sorted(spots, key=lambda spot: spot.column)


FURTHER_MAKERS: dict[str, Callable[[Sequence[Form]], bytes]] = {
    "fods": make_fods,
    "ods": make_ods,
    "fodt": make_fodt,
    "odt": make_odt,
    "mht": make_mht,
    "flat.xml": make_flat_opc,
    "flat workbook.xml": make_flat_workbook,
    "2003.xml": make_word_2003,
    "rtf": make_rtf,
    "ofd": make_ofd,
}
"""Further formats that state merged cells, by file ending."""
