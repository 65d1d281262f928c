"""The same form reads the same from every format that states merged cells: cells, spans, lines around it."""

from __future__ import annotations

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Document, Paragraph
from tests.makers.examples import APPLICATION, SELF_EVALUATION, register
from tests.makers.files import MAKERS
from tests.makers.grids import expected, only_table, spots, texts
from tests.makers.texts import FURTHER_MAKERS

ALL_MAKERS = MAKERS | FURTHER_MAKERS
FORMS = {"application": APPLICATION, "self-evaluation": SELF_EVALUATION, "register": register(12)}


@pytest.mark.parametrize("kind", sorted(ALL_MAKERS))
@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_keeps_its_cells_and_lines(name: str, kind: str) -> None:
    form = FORMS[name]
    document = read_bytes(f"form.{kind}", ALL_MAKERS[kind]([form]))
    assert spots(only_table(document)) == expected(form)
    assert texts(document) == [*form.titles, *form.notes]


@pytest.mark.parametrize("kind", sorted(ALL_MAKERS))
def test_several_forms_stay_apart(kind: str) -> None:
    document = read_bytes(f"forms.{kind}", ALL_MAKERS[kind]([APPLICATION, SELF_EVALUATION]))
    assert [spots(table) for table in document.tables] == [expected(APPLICATION), expected(SELF_EVALUATION)]
    assert [table.index for table in document.tables] == [1, 2]


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_every_row_says_where_it_stands(kind: str) -> None:
    document = read_bytes(f"form.{kind}", MAKERS[kind]([APPLICATION]))
    row = only_table(document).rows[8]
    assert row.cells[0].text == "清运垃圾"
    places = {"xlsx": "表1!D11", "xml": "表1!D11", "docx": "table1/tr9", "html": "table1/tr9"}
    assert row.place.where.startswith("p1[") if kind == "pdf" else row.place.where == places[kind]


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_lines_count_paragraphs_and_rows_in_reading_order(kind: str) -> None:
    document = read_bytes(f"form.{kind}", MAKERS[kind]([APPLICATION, SELF_EVALUATION]))
    assert _lines(document) == list(range(1, len(_lines(document)) + 1))


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_reading_twice_gives_the_same(kind: str) -> None:
    data = MAKERS[kind]([APPLICATION])
    assert read_bytes("form", data) == read_bytes("form", data)


def _lines(document: Document) -> list[int]:
    lines: list[int] = []
    for block in document.blocks:
        lines.extend([block.place.line] if isinstance(block, Paragraph) else [row.place.line for row in block.rows])
    return lines
