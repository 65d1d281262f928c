"""Print forms as Word and Excel files with the libraries that others use, and as web pages."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence

from tests.makers.forms import Form, Spot
from tests.makers.pdf import make_pdf


def make_docx(forms: Sequence[Form]) -> bytes:
    """Print forms as a Word file with merged cells."""
    import docx

    document = docx.Document()
    for form in forms:
        for title in form.titles:
            document.add_paragraph(title)
        table = document.add_table(form.height, form.width, style="Table Grid")
        for spot in form.cells:
            cell = table.cell(spot.row, spot.column)
            if spot.rowspan * spot.colspan > 1:
                cell = cell.merge(table.cell(spot.row + spot.rowspan - 1, spot.column + spot.colspan - 1))
            cell.text = spot.text
        for note in form.notes:
            document.add_paragraph(note)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_xlsx(forms: Sequence[Form]) -> bytes:
    """Print forms as a workbook, a sheet each, framed, with merged ranges."""
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    framed = workbook.add_format({"border": 1, "text_wrap": True})
    for number, form in enumerate(forms, start=1):
        sheet = workbook.add_worksheet(f"表{number}")
        top = len(form.titles)
        for index, title in enumerate(form.titles):
            sheet.write_string(index, 0, title)
        for spot in form.cells:
            row, column = top + spot.row, spot.column
            if spot.rowspan * spot.colspan > 1:
                last = row + spot.rowspan - 1, column + spot.colspan - 1
                sheet.merge_range(row, column, *last, spot.text, framed)
            elif spot.text:
                sheet.write_string(row, column, spot.text, framed)
            else:
                sheet.write_blank(row, column, None, framed)
        for index, note in enumerate(form.notes, start=top + form.height):
            sheet.write_string(index, 0, note)
    workbook.close()
    return buffer.getvalue()


def make_html(forms: Sequence[Form], encoding: str = "utf-8") -> bytes:
    """Print forms as a web page with row and column spans."""

    def paragraphs(texts: Sequence[str]) -> str:
        return "".join(f"<p>{html.escape(text)}</p>\n" for text in texts)

    def cell(spot: Spot) -> str:
        text = html.escape(spot.text).replace("\n", "<br>") or "&nbsp;"
        spans = f' rowspan="{spot.rowspan}"' * (spot.rowspan > 1) + f' colspan="{spot.colspan}"' * (spot.colspan > 1)
        return f"<td{spans}>{text}</td>"

    body = ""
    for form in forms:
        rows = "".join(f"<tr>{''.join(map(cell, form.row(index)))}</tr>\n" for index in range(form.height))
        body += f'{paragraphs(form.titles)}<table border="1">\n{rows}</table>\n{paragraphs(form.notes)}'
    page = f'<html><head><meta charset="{encoding}"></head><body>\n{body}</body></html>'
    return page.encode(encoding)


def make_xml_sheet(forms: Sequence[Form]) -> bytes:
    """Print forms as a workbook in the XML of Excel 2003, as office systems write it."""

    def sheet(number: int, form: Form) -> str:
        rows = [[Spot(title, 0, 0)] for title in form.titles]
        rows += [form.row(index) for index in range(form.height)]
        rows += [[Spot(note, 0, 0)] for note in form.notes]
        top = len(form.titles)
        body = "".join(
            f"<Row>{''.join(cell(spot, top <= index < top + form.height) for spot in row)}</Row>"
            for index, row in enumerate(rows)
        )
        return f'<Worksheet ss:Name="表{number}"><Table>{body}</Table></Worksheet>'

    def cell(spot: Spot, framed: bool) -> str:
        data = f'<Data ss:Type="String">{html.escape(spot.text)}</Data>' if spot.text else ""
        spans = f'ss:MergeAcross="{spot.colspan - 1}" ss:MergeDown="{spot.rowspan - 1}"'
        return f'<Cell ss:Index="{spot.column + 1}" {spans} ss:StyleID="{"f" if framed else "Default"}">{data}</Cell>'

    borders = "".join(
        f'<Border ss:Position="{side}" ss:LineStyle="Continuous"/>' for side in ("Left", "Right", "Top", "Bottom")
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    styles = f'<Styles><Style ss:ID="f"><Borders>{borders}</Borders></Style></Styles>'
    sheets = "".join(sheet(number, form) for number, form in enumerate(forms, start=1))
    head = '<?xml version="1.0" encoding="utf-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    return f'{head}<Workbook xmlns="{name}" xmlns:ss="{name}">{styles}{sheets}</Workbook>'.encode()


MAKERS: dict[str, Callable[[Sequence[Form]], bytes]] = {
    "docx": make_docx,
    "xlsx": make_xlsx,
    "html": make_html,
    "pdf": make_pdf,
    "xml": make_xml_sheet,
}
"""The formats that state merged cells, by file ending."""
