"""Every cell says where it stands in its file: what an address names there is what the cell prints."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import openpyxl
import pypdfium2
import pytest
from lxml import html

from jixiao.documents import read_bytes
from jixiao.documents.coordinates import cell_place, page_box, printed_at
from jixiao.model import Document, PageBox, Row
from jixiao.reading import Reading
from tests.makers.examples import APPLICATION
from tests.makers.files import MAKERS
from tests.makers.forms import form
from tests.makers.grids import only_table
from tests.makers.pdf import Layout, make_pdf
from tests.makers.texts import FURTHER_MAKERS

SHORT = form(["一级指标", "三级指标", "指标值"], [("产出", 1, 2), "清运垃圾", "≥12吨"], ["保洁河道", "86公里"])
_MARK_UP = re.compile(r"table(\d+)/tr(\d+)/td(\d+)")
_TOLERANCE = 2


def places(document: Document) -> dict[str, str]:
    """Return the texts of all filled cells by their places."""
    found: dict[str, str] = {}
    for table in document.tables:
        for row in table.rows:
            found |= {cell_place(row.place, cell): cell.text for cell in row.filled}
    assert "" not in found
    return found


def test_cells_of_a_workbook_have_their_address() -> None:
    data = MAKERS["xlsx"]([APPLICATION])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    found = places(read_bytes("form.xlsx", data))
    assert len(found) > 30
    for place, text in found.items():
        name, _, address = place.partition("!")
        assert (name, sheet[address].value) == (sheet.title, text)


def test_cells_keep_their_address_where_columns_are_hidden() -> None:
    book = openpyxl.Workbook()
    for row in (["项目", "旧值", "指标值"], ["绿化", "1", "≥3亩"], ["补植", "2", "≥9株"]):
        book.active.append(row)
    book.active.column_dimensions["B"].hidden = True
    book.active.title = "表"
    buffer = io.BytesIO()
    book.save(buffer)
    assert places(read_bytes("form.xlsx", buffer.getvalue())) == {
        "表!A1": "项目", "表!C1": "指标值", "表!A2": "绿化", "表!C2": "≥3亩", "表!A3": "补植", "表!C3": "≥9株"
    }  # fmt: skip


def test_cells_of_a_page_count_in_document_order_what_is_hidden_too() -> None:
    page = (
        "<table style='display:none'><tr><td>别的</table><table><tr hidden><td>旧</tr>"
        "<tr><td>项目<td style='display:none'>去年<td>指标值</tr><tr><td>绿化<td hidden>1<td>≥3亩</table>"
    )
    root = html.fromstring(page)
    found = places(read_bytes("form.html", page.encode()))
    assert sorted(found.values()) == sorted(["项目", "指标值", "绿化", "≥3亩"])
    for place, text in found.items():
        table, row, cell = map(int, _MARK_UP.fullmatch(place).groups())  # type: ignore[union-attr]
        assert root.findall(".//table")[table - 1].findall(".//tr")[row - 1].findall("td")[cell - 1].text == text


def test_cells_of_a_word_file_count_as_in_its_xml() -> None:
    data = MAKERS["docx"]([SHORT, SHORT])
    document = docx.Document(io.BytesIO(data))
    found = places(read_bytes("form.docx", data))
    assert len(found) == 16
    for place, text in found.items():
        table, row, cell = map(int, _MARK_UP.fullmatch(place).groups())  # type: ignore[union-attr]
        printed = document.tables[table - 1].rows[row - 1]._tr.tc_lst[cell - 1].iter("{*}t")
        assert "".join(each.text for each in printed) == text


@pytest.mark.parametrize("line", ["\t清运垃圾\t ≥12吨", "| 数量 | 清运垃圾 | ≥12吨 |", "  数量    清运垃圾   ≥12吨"])
def test_cells_of_a_text_have_their_line_and_character(line: str) -> None:
    text = "\n".join(["一份文件", *[line] * 4])
    document = read_bytes("form.txt", text.encode())
    table = only_table(document)
    assert [row.place.line for row in table.rows] == [2, 3, 4, 5]
    for place, printed in places(document).items():
        number, character = map(int, place.split(":"))
        assert text.split("\n")[number - 1][character - 1 :].startswith(printed)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turned", [False, True])
def test_cells_of_a_page_have_the_box_that_is_shown(rotate: int, turned: bool) -> None:
    data = make_pdf([APPLICATION], Layout(rotate=rotate, turned=turned))
    page = pypdfium2.PdfDocument(data)[0]
    shown = page.render(scale=1).to_pil().convert("L")
    document = read_bytes("form.pdf", data)
    row = next(row for row in only_table(document).rows if "清运垃圾" in row.text)
    boxes = [page_box(cell_place(row.place, cell)) for cell in row.cells]
    for box in (page_box(row.place.where), *boxes):
        assert box is not None
        assert box[0] == 1
        for x in (box[1], box[3]):
            for y in (box[2], box[4]):
                assert _is_dark(shown, x, y)
    texts = [cell.text for cell in row.cells if cell.text]
    assert [_text_in(page, box) for box in boxes if box and _text_in(page, box)] == texts


def _is_dark(picture: object, x: int, y: int) -> bool:
    sides = (max(x - _TOLERANCE, 0), max(y - _TOLERANCE, 0), x + _TOLERANCE + 1, y + _TOLERANCE + 1)
    return bool(picture.crop(sides).getextrema()[0] < 128)  # type: ignore[attr-defined]


def _text_in(page: pypdfium2.PdfPage, box: PageBox) -> str:
    """Return the text in a box of the page as it is shown."""
    renderer = pypdfium2.PdfPosConv(page, (0, 0, int(page.get_width()), int(page.get_height()), 0))
    (ax, ay), (bx, by) = renderer.to_page(box[1], box[2]), renderer.to_page(box[3], box[4])
    found = page.get_textpage().get_text_bounded(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    return "".join(found.split())


def test_cells_keep_the_box_of_the_page_they_are_printed_on() -> None:
    long = form(["三级指标", "指标值"], *[[f"完成事项{index}", f"≥{index}件"] for index in range(1, 80)])
    table = only_table(read_bytes("form.pdf", make_pdf([long])))
    for row in table.rows:
        boxes = [page_box(cell_place(row.place, cell)) for cell in row.cells]
        assert {box[0] for box in boxes if box} == {row.place.page}
    assert table.rows[-1].place.page == 3


def test_places_in_parts_say_in_which() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr("a.docx", MAKERS["docx"]([SHORT]))
        bundle.writestr("b.xlsx", MAKERS["xlsx"]([SHORT]))
        bundle.writestr("c.pdf", make_pdf([SHORT]))
    found = [place for place, text in places(read_bytes("a.zip", buffer.getvalue())).items() if text == "清运垃圾"]
    assert found[:2] == ["part1/table1/tr2/td2", "part2/表1!B2"]
    assert found[2].startswith("part3/p1[")


@pytest.mark.parametrize("kind", sorted(MAKERS | FURTHER_MAKERS))
def test_what_is_printed_at_a_line_is_found_with_the_places_of_its_cells(kind: str) -> None:
    document = read_bytes(f"form.{kind}", (MAKERS | FURTHER_MAKERS)[kind]([APPLICATION, SHORT]))
    places(document)
    row = next(row for table in document.tables for row in table.rows if "沿岸群众满意度" in row.text)
    assert printed_at(document, row.place.line) is row
    assert printed_at(document, 10_000) is None
    assert printed_at(document, 0) is None


def test_the_graph_tells_the_places_of_the_cells_of_its_rows() -> None:
    reading = Reading(read_bytes("form.xlsx", MAKERS["xlsx"]([APPLICATION])))
    graph = reading.triples.decode()
    row = next(row for row in only_table(reading.document).rows if "清运垃圾" in row.text)
    assert isinstance(row, Row)
    told = r"\t".join(cell_place(row.place, cell) for cell in row.cells)
    assert f'cellPlaces> "{told}"' in graph
    assert row.text.split("\t") == [cell.text for cell in row.cells]
