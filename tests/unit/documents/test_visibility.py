"""What a person does not see is left out, counted and said, whatever the format."""

from __future__ import annotations

import io
import time

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Document
from tests.makers.grids import only_table, rows, spots, texts
from tests.makers.packages import W, paragraph, sheet_data, text_cell, word, word_cell, word_table, workbook

GRID = [
    text_cell("A1", "指标") + text_cell("B1", "上年值") + text_cell("C1", "指标值"),
    text_cell("A2", "绿化面积") + text_cell("B2", "≥2亩") + text_cell("C2", "≥3亩"),
    text_cell("A3", "旧指标") + text_cell("B3", "1") + text_cell("C3", "2"),
    text_cell("A4", "补植株数") + text_cell("B4", "≥90株") + text_cell("C4", "≥100株"),
]


def noted(document: Document) -> list[str]:
    return [note.code for note in document.notes]


def test_hidden_columns_and_rows_of_a_sheet() -> None:
    hidden = sheet_data(*GRID).replace('<row r="3"', '<row r="3" hidden="1"')
    document = read_bytes("a.xlsx", workbook('<cols><col min="2" max="2" hidden="1"/></cols>' + hidden))
    assert rows(only_table(document)) == [["指标", "指标值"], ["绿化面积", "≥3亩"], ["补植株数", "≥100株"]]
    assert [spot.column for spot in spots(only_table(document))][:2] == [0, 1]
    assert only_table(document).rows[2].place.where == "表一!A4"
    assert noted(document) == ["hidden-rows", "hidden-columns"]


def test_a_merged_cell_keeps_its_text_where_its_first_place_is_hidden() -> None:
    merged = '<mergeCells><mergeCell ref="A2:A4"/></mergeCells>'
    data = workbook(sheet_data(*GRID).replace('<row r="2"', '<row r="2" ht="0"') + merged)
    assert rows(only_table(read_bytes("a.xlsx", data))) == [
        ["指标", "上年值", "指标值"],
        ["绿化面积", "1", "2"],
        ["≥90株", "≥100株"],
    ]


def test_a_sheet_whose_hidden_columns_are_empty_says_nothing() -> None:
    document = read_bytes("a.xlsx", workbook('<cols><col min="7" max="16384" hidden="1"/></cols>' + sheet_data(*GRID)))
    assert noted(document) == []


STYLE = "<style>td.old{display:none} .gone, #note {visibility:collapse} @media print{.x{display:none}} p a{color:red}"
PAGE = """<table><tr><td>指标</td><td class="old">上年值</td><td>指标值</td></tr>
<tr class="gone"><td>旧指标</td><td>1</td></tr><tr hidden><td>旧指标</td><td>1</td></tr>
<tr class="x"><td>绿<ruby>化<rt>huà</rt></ruby>面积</td><td><s>≥2亩</s>≥3亩</td></tr>
<tr><td>补植株数</td><td style="visibility:hidden">草稿</td></tr></table>"""


def test_what_a_web_page_hides() -> None:
    document = read_bytes("a.html", f"{STYLE}</style><p id=note>内部说明</p>{PAGE}".encode())
    assert rows(only_table(document)) == [["指标", "指标值"], ["绿化面积", "≥3亩"], ["补植株数", ""]]
    assert noted(document) == ["hidden-text", "hidden-rows", "struck-out-text"]
    assert "2" in document.notes[1].message


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ('<input value="≥3亩">', "≥3亩"),
        ('<input type="hidden" value="7">', ""),
        ('<input type="checkbox" checked>', "☑"),
        ("<textarea>一期\n二期</textarea>", "一期\n二期"),
        ("<select><option>优</option><option selected>良</option></select>", "良"),
    ],
)
def test_fields_of_a_web_form_hold_its_values(field: str, shown: str) -> None:
    page = f"<table><tr><td>绿化面积</td><td>{field}</td></tr><tr><td>补植</td><td>1</td></tr></table>"
    assert rows(only_table(read_bytes("a.html", page.encode())))[0][1] == shown


def run(text: str, properties: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_what_word_hides_by_style_and_strikes_out() -> None:
    vanish = '<w:style w:styleId="Draft"><w:rPr><w:vanish/></w:rPr></w:style>'
    styles = f'<w:styles {W}>{vanish}<w:style w:styleId="Note"><w:basedOn w:val="Draft"/></w:style></w:styles>'
    body = paragraph("公开", '<w:pStyle w:val="Plain"/>') + paragraph("底稿", '<w:pStyle w:val="Note"/>')
    body += "<w:p>" + run("≥2亩", "<w:strike/>") + run("≥3亩", '<w:strike w:val="0"/>') + "</w:p>"
    body += "<w:p>" + run("批注", '<w:rStyle w:val="Draft"/>') + "</w:p>"
    document = read_bytes("a.docx", word(body, parts={"word/styles.xml": styles}))
    assert texts(document) == ["公开", "≥3亩"]
    assert noted(document) == ["hidden-text", "struck-out-text"]


def test_a_hidden_row_of_a_word_table() -> None:
    head, *lines = (word_cell(name) + word_cell(value) for name, value in (("指标", "值"), ("旧", "1"), ("新", "2")))
    table = word_table(head, "<w:trPr><w:hidden/></w:trPr>" + lines[0], lines[1])
    document = read_bytes("a.docx", word(table))
    assert rows(only_table(document)) == [["指标", "值"], ["新", "2"]]
    assert noted(document) == ["hidden-rows"]


HIDING = (
    "<table {}><tr><td>指标</td><td>值</td></tr><tr {}><td>树</td><td {}>≥3株</td></tr>"
    "<tr><td>草</td><td>2</td></tr></table>"
)


@pytest.mark.parametrize(
    ("css", "table", "row", "cell", "seen"),
    [
        ("table tr:nth-child(2){display:none}", "", "", "", None),
        ("tr.a{display:none} tr.a{display:table-row}", "", "class=a", "", ["树", "≥3株"]),
        ("@media print{tr{display:none}}", "", "", "", ["树", "≥3株"]),
    ],
)
def test_what_a_page_hides(css: str, table: str, row: str, cell: str, seen: list[str] | None) -> None:
    head = '<tr style="color:black"><td>甲</td><td>乙</td></tr>'
    page = f"<style>{css}</style>" + HIDING.format(table, row, cell) + f"<table>{head}</table>"
    read = [line for found in read_bytes("a.html", page.encode()).tables for line in rows(found)]
    assert [line for line in read if line[0] == "树"] == ([seen] if seen else [])
    assert bool(noted(read_bytes("a.html", page.encode()))) == (seen != ["树", "≥3株"])


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_what_a_workbook_strikes_out(ending: str) -> None:
    buffer = io.BytesIO()
    if ending == "xls":
        import xlwt

        old = xlwt.Workbook(encoding="utf-8")
        page = old.add_sheet("表")
        for row, text in enumerate(("指标值", "≥3亩", "≥9株")):
            page.write(row, 0, text, xlwt.easyxf("font: struck_out on" if row == 1 else ""))
        old.save(buffer)
    else:
        from openpyxl import Workbook
        from openpyxl.cell.rich_text import CellRichText, TextBlock
        from openpyxl.cell.text import InlineFont
        from openpyxl.styles import Font

        book = Workbook()
        for row, text in enumerate(("指标值", "≥3亩", "≥9株"), start=1):
            book.active.cell(row, 1).value = text
        book.active.cell(2, 1).font = Font(strike=True)
        book.active.cell(3, 1).value = CellRichText(TextBlock(InlineFont(strike=True), "≥8株"), "≥9株")
        book.save(buffer)
    document = read_bytes(f"form.{ending}", buffer.getvalue())
    assert texts(document) == ["指标值", "≥9株"]
    assert noted(document) == ["struck-out-text"]


@pytest.mark.parametrize(
    "css",
    [
        "a" * 400_000,
        "/*" * 200_000,
        "@a " * 150_000,
        "a{" * 200_000,
        "a,b{color:red}" * 30_000,
        "a>" * 90_000 + "b{color:red}",
    ],
)
def test_a_hostile_style_sheet_costs_no_more_than_its_length(css: str) -> None:
    started = time.process_time()
    read_bytes("a.html", f"<style>{css}</style><p>甲</p>".encode())
    assert time.process_time() - started < 2
