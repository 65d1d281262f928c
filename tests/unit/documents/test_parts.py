"""The parts of a container are found by their relations, whatever their names, and read with it."""

from __future__ import annotations

import io
import zipfile

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Table
from tests.makers.examples import APPLICATION
from tests.makers.grids import only_table, rows, texts
from tests.makers.packages import R, W, package, paragraph, sheet_data, text_cell, word, word_cell, word_table, workbook
from tests.makers.pdf import make_pdf

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TABLE = word_table(word_cell("指标") + word_cell("值"), word_cell("绿化面积") + word_cell("≥3亩"))


def renamed(data: bytes, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return package({name.replace(old, new): source.read(name) for name in source.namelist()})


def relations(**targets: str) -> str:
    each = (
        f'<Relationship Id="{kind}1" Type="{_OFFICE}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(each)}</Relationships>'


@pytest.mark.parametrize(("old", "new"), [("/", "\\"), ("word/", "Word/"), ("document.xml", "DOCUMENT.XML")])
def test_slashes_and_case_of_names_do_not_matter(old: str, new: str) -> None:
    assert rows(only_table(read_bytes("a.docx", renamed(word(TABLE), old, new))))[1] == ["绿化面积", "≥3亩"]


def test_styles_stand_where_the_relations_say() -> None:
    formats = '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>'
    cell = text_cell("A1", "合格率") + '<c r="B1" s="1"><v>0.95</v></c>'
    data = renamed(
        workbook(sheet_data(cell, text_cell("A2", "甲") + text_cell("B2", "乙")), formats), "styles.xml", "s2.xml"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/_rels/workbook.xml.rels"
    added = f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="/xl/s2.xml"/></Relationships>'
    parts[name] = parts[name].replace(b"</Relationships>", added.encode())
    assert rows(only_table(read_bytes("a.xlsx", package(parts))))[0] == ["合格率", "95%"]


def chunk(content: bytes, name: str = "afchunk.bin") -> bytes:
    """Return a Word file that has another document as a part."""
    body = paragraph("上文") + f'<w:altChunk {R} r:id="aFChunk1"/>' + paragraph("下文")
    return word(body, parts={f"word/{name}": content, "word/_rels/document.xml.rels": relations(aFChunk=name)})


PAGE = "<table><tr><td>指标</td><td>值</td></tr><tr><td>绿化面积</td><td>≥3亩</td></tr></table>".encode("gb18030")


@pytest.mark.parametrize("content", [PAGE, word(TABLE)])
def test_a_document_put_in_as_a_part_is_read_in_its_place(content: bytes) -> None:
    document = read_bytes("a.docx", chunk(content))
    assert texts(document) == ["上文", "下文"]
    assert rows(only_table(document))[1] == ["绿化面积", "≥3亩"]
    assert document.blocks[1] is only_table(document)


def test_documents_in_documents_have_an_end() -> None:
    data = word(TABLE)
    for _ in range(5):
        data = chunk(data)
    document = read_bytes("a.docx", data)
    assert not list(document.tables)
    assert [note.code for note in document.notes] == ["part-not-read"]


def test_a_table_in_the_page_headers_is_read_once() -> None:
    header = f"<w:hdr {W}>{TABLE}</w:hdr>"
    parts = {"word/header1.xml": header, "word/header2.xml": header}
    parts["word/footer1.xml"] = f"<w:ftr {W}>{paragraph('第 1 页')}</w:ftr>"
    targets = relations(header="header1.xml", footer="footer1.xml").replace(
        "</Relationships>", f'<Relationship Id="h2" Type="{_OFFICE}/header" Target="header2.xml"/></Relationships>'
    )
    document = read_bytes("a.docx", word(paragraph("正文"), parts={**parts, "word/_rels/document.xml.rels": targets}))
    assert rows(only_table(document))[1] == ["绿化面积", "≥3亩"]
    assert texts(document) == ["正文"]


def picture(width: int, height: int) -> str:
    drawing = f'<x:extent xmlns:x="x" cx="{width}" cy="{height}"/><a:blip xmlns:a="a"/>'
    return f"<w:p><w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>"


def test_large_pictures_are_told_with_their_share_of_the_page() -> None:
    (note,) = read_bytes("a.docx", word(paragraph("见附图") + picture(7_560_000, 5_346_000))).notes
    assert note.code == "pictures-not-read"
    assert "50%" in note.message
    assert not read_bytes("a.docx", word(paragraph("见附图") + picture(900_000, 900_000))).notes


def test_an_embedded_workbook_is_read_in_its_place() -> None:
    sheet = sheet_data(text_cell("A1", "指标") + text_cell("B1", "值"), text_cell("A2", "树") + text_cell("B2", "3"))
    held = '<w:p><w:r><w:object><o:OLEObject xmlns:o="o" {} ProgID="{}" r:id="{}1"/></w:object></w:r></w:p>'
    body = paragraph("上文") + held.format(R, "Excel.Sheet.12", "package") + paragraph("下文")
    body += held.format(R, "Equation.3", "oleObject")
    targets = relations(package="embeddings/a.xlsx", oleObject="embeddings/b.bin")
    parts: dict[str, str | bytes] = {"word/embeddings/a.xlsx": workbook(sheet), "word/embeddings/b.bin": b"\xd0\xcf"}
    document = read_bytes("a.docx", word(body, parts={**parts, "word/_rels/document.xml.rels": targets}))
    assert [rows(block) if isinstance(block, Table) else block.text for block in document.blocks] == [
        "上文",
        [["指标", "值"], ["树", "3"]],
        "下文",
    ]
    assert not document.notes


PICTURE = '<pic><spPr><a:xfrm><a:ext cx="5400000" cy="5900000"/></a:xfrm></spPr></pic>'


def test_shapes_and_large_pictures_of_a_sheet() -> None:
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    anchor = "<anchor><from><col>0</col><row>{}</row></from><to><col>9</col><row>{}</row></to>{}</anchor>"
    shape = "<sp><txBody><a:p><a:r><a:t>某局</a:t></a:r><a:r><a:t>目标表</a:t></a:r></a:p></txBody></sp>"
    drawing = f"<wsDr {a}>{anchor.format(0, 2, shape)}{anchor.format(9, 40, PICTURE)}</wsDr>"
    data = workbook(sheet_data(text_cell("A1", "指标") + text_cell("B1", "值")))
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(drawing="../drawings/d.xml").encode()
    parts["xl/drawings/d.xml"] = drawing.encode()
    document = read_bytes("a.xlsx", package(parts))
    assert texts(document) == ["某局目标表"]
    assert [note.code for note in document.notes] == ["pictures-not-read"]
    assert "%" in document.notes[0].message


def test_the_documents_attached_to_a_pdf_are_read_with_it() -> None:
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(make_pdf([APPLICATION])))
    writer.add_attachment("附件.docx", word(TABLE))
    writer.add_attachment("坏.xlsx", b"PK\x03\x04")
    writer.add_attachment("logo.bin", b"1")
    buffer = io.BytesIO()
    writer.write(buffer)
    document = read_bytes("a.pdf", buffer.getvalue())
    assert rows(list(document.tables)[1])[1] == ["绿化面积", "≥3亩"]
    notes = {note.code: note.message for note in document.notes}
    assert "坏.xlsx" in notes["part-not-read"]
    assert "logo.bin" in notes["attachments"]


def test_a_portfolio_without_text_of_its_own_is_what_is_attached_to_it() -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.add_attachment("表.xlsx", workbook(sheet_data(text_cell("A1", "指标") + text_cell("B1", "值"))))
    buffer = io.BytesIO()
    writer.write(buffer)
    assert rows(only_table(read_bytes("a.pdf", buffer.getvalue()))) == [["指标", "值"]]
