"""Rows and labels that a page break cut are made whole; what begins anew on the next page stays apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jixiao.documents.lattice import Box
from jixiao.documents.page_geometry import PageFacts
from jixiao.documents.page_joining import PageCell, PageTable, join_pieces
from jixiao.documents.page_widening import join_sideways
from jixiao.documents.typesetting import CellText, PrintedLine

HEIGHT = 20.0
FULL = 800.0
"""Where the piece on the first page ends: a cell whose text reaches it has no room for one more line."""


def piece(
    page: int, bottom: float, *cells: tuple[int, int, int, str], room: float = 0.0, foot: float = FULL
) -> PageTable:
    """Make a piece of three columns from cells (row, column, rows, text); ``foot`` is below all texts' last lines."""
    count = max(row + rows for row, _, rows, _ in cells)
    ys = tuple(bottom - HEIGHT * (count - index) for index in range(count + 1))
    set_cells = (
        PageCell(Box(row, column, rows, 1), CellText(text, room, 10.0, foot) if text else CellText())
        for row, column, rows, text in cells
    )
    return PageTable(PageFacts(page, 595.0, 842.0), (50.0, 100.0, 150.0, 200.0), ys, tuple(set_cells))


def texts(table: tuple[PageTable, ...]) -> list[list[tuple[str, int]]]:
    return [[(cell.text, cell.rowspan) for cell in row.cells] for row in join_pieces(table).rows]


UPPER = (0, 0, 1, "数量指标"), (0, 1, 1, "大厅保"), (0, 2, 1, "每月30日")
LOWER = piece(
    2,
    140,
    (0, 0, 1, ""),
    (0, 1, 1, "洁人数"),
    (0, 2, 1, "前"),
    (1, 0, 1, "质量"),
    (1, 1, 1, "合格率"),
    (1, 2, 1, "98%"),
)


def test_a_row_whose_cells_were_full_goes_on_over_the_page() -> None:
    joined = texts((piece(1, FULL, *UPPER), LOWER))
    assert joined == [
        [("数量指标", 1), ("大厅保洁人数", 1), ("每月30日前", 1)],
        [("质量", 1), ("合格率", 1), ("98%", 1)],
    ]


def test_a_row_cut_in_all_its_cells_goes_on_too() -> None:
    rest = (
        (0, 0, 1, "一"),
        (0, 1, 1, "洁人数"),
        (0, 2, 1, "前"),
        (1, 0, 1, "质量"),
        (1, 1, 1, "合格率"),
        (1, 2, 1, "98%"),
    )
    assert texts((piece(1, FULL, *UPPER), piece(2, 140, *rest)))[0][0] == ("数量指标一", 1)


@pytest.mark.parametrize(("room", "foot"), [(15.0, FULL), (0.0, FULL - 5)])
def test_a_row_with_room_behind_or_below_its_texts_was_not_cut(room: float, foot: float) -> None:
    joined = texts((piece(1, FULL, *UPPER, room=room, foot=foot), LOWER))
    assert [row[-1] for row in joined] == [("每月30日", 1), ("前", 1), ("98%", 1)]


def test_a_label_goes_on_over_the_page_unless_a_new_one_begins_beside_it() -> None:
    upper = piece(1, FULL, (0, 0, 1, "效益"), (0, 1, 1, "可持续影响"), (0, 2, 1, "甲"), room=15.0)
    on = piece(2, 140, (0, 0, 2, ""), (0, 1, 2, ""), (0, 2, 1, "乙"), (1, 2, 1, "丙"))
    anew = piece(2, 140, (0, 0, 2, "满意度"), (0, 1, 2, ""), (0, 2, 1, "乙"), (1, 2, 1, "丙"))
    assert texts((upper, on)) == [[("效益", 3), ("可持续影响", 3), ("甲", 1)], [("乙", 1)], [("丙", 1)]]
    assert texts((upper, anew))[1] == [("满意度", 2), ("", 2), ("乙", 1)]


def part(page: int, xs: tuple[float, ...], *lines: tuple[str, ...]) -> PageTable:
    """Make a part of a table of rows of different heights; the text ``=`` goes on in the next column."""
    ys = tuple(100.0 + 20 * row + 3 * (row % 2) for row in range(len(lines) + 1))
    cells = []
    for row, line in enumerate(lines):
        column = 0
        while column < len(line):
            span = 1
            while column + span < len(line) and line[column + span] == "=":
                span += 1
            setting = CellText(line[column]) if line[column] else CellText()
            cells.append(PageCell(Box(row, column, 1, span), setting))
            column += span
    return PageTable(PageFacts(page, 600.0, 800.0), xs, ys, tuple(cells), xs[-1])


LEFT = part(1, (50, 300, 520), ("项目", "="), ("指标", "指标值"), ("绿化", "≥3亩"), ("补植", "≥9株"))
RIGHT = part(2, (50, 150, 250), ("", "="), ("分值", "得分"), ("10", "9"), ("20", "20"))


def test_parts_of_a_table_wider_than_the_page_are_set_side_by_side() -> None:
    (joined,) = join_sideways([LEFT, RIGHT])
    assert isinstance(joined, PageTable)
    assert texts((joined,)) == [
        [("项目", 1)],
        [("指标", 1), ("指标值", 1), ("分值", 1), ("得分", 1)],
        [("绿化", 1), ("≥3亩", 1), ("10", 1), ("9", 1)],
        [("补植", 1), ("≥9株", 1), ("20", 1), ("20", 1)],
    ]
    assert joined.cells[0].box.colspan == 4


@pytest.mark.parametrize(
    "other",
    [
        replace(RIGHT, ys=tuple(y + 5 for y in RIGHT.ys)),  # rows elsewhere on the page
        replace(LEFT, facts=replace(LEFT.facts, number=2)),  # the same columns: the next page of the same table
        part(2, (50, 70, 250), ("", "="), ("分值", "得分"), ("10", "9"), ("20", "20")),  # would have had room
    ],
)
def test_other_tables_stay_apart(other: PageTable) -> None:
    assert join_sideways([LEFT, other]) == [LEFT, other]


def line(page: int, row: int, text: str, off: float = 0.0) -> PrintedLine:
    """Make a line of text in a row of ``LEFT``, ``off`` points below its middle."""
    middle = (LEFT.ys[row] + LEFT.ys[row + 1]) / 2 + off
    return PrintedLine(text, 50.0, middle - 5, 70.0, middle + 5, 10.0, page)


SCORES = [line(2, 1, "得分"), line(2, 2, "9"), line(2, 3, "20")]


def test_a_part_may_begin_below_the_rows_that_print_nothing_on_it() -> None:
    below = replace(
        RIGHT,
        ys=RIGHT.ys[1:],
        cells=tuple(replace(cell, box=cell.box._replace(row=cell.box.row - 1)) for cell in RIGHT.cells if cell.box.row),
    )
    (joined,) = join_sideways([LEFT, below])
    assert isinstance(joined, PageTable)
    assert texts((joined,))[0] == [("项目", 1)]
    assert texts((joined,))[3] == [("补植", 1), ("≥9株", 1), ("20", 1), ("20", 1)]
