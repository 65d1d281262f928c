"""Lay printed rows out as the table they stood in: where each cell is says its column and how far it spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.audit.compared import holds
from jixiao.documents.coordinates import page_box
from jixiao.model import PageBox
from jixiao.resources import table
from jixiao_service.pages.wording import cells

Row = Mapping[str, Any]
Said = tuple[str, str]  # the local name of a property and its value

_COLUMN = re.compile(r"!([A-Z]+)\d+$|/td(\d+)$")
_APART = 4  # points between two edges that are not one


@dataclass(slots=True)
class LaidCell:
    """Hold a cell: its text, first column, how many columns and rows it spans, what it was read as."""

    text: str
    column: int
    columns: int = 1
    rows: int = 1
    role: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class LaidRow:
    """Hold a printed row with its cells, and the gaps between them, in the order of the columns."""

    key: str
    line: str
    page: str | None
    marked: bool
    cells: Sequence[LaidCell]


def lay_out(
    rows: Sequence[Row],
    marked: frozenset[str | None] = frozenset(),
    said: Sequence[Said] = (),
    lang: str = "zh",
    compared: Mapping[str | None, Collection[int]] | None = None,
) -> list[LaidRow]:
    """Return rows as a table; cells of the ``marked`` rows are called what a record says by them.

    Marked as the number are the cells ``compared``, where they are known; else those that hold the record's.
    """
    boxes = [row_boxes(row) for row in rows]
    edges = _edges(boxes)
    taken: set[tuple[int, int]] = set()
    laid = []
    for place, row in enumerate(rows):
        placed = _placed(row, boxes[place], edges)
        for cell, box in zip(placed, boxes[place] or (), strict=False):
            if box is not None:
                cell.rows = _rows_within(box, rows[place:])
        if row["row"] in marked:
            _call(placed, said, lang)
        if row["row"] in marked and compared is not None:
            for number, cell in enumerate(placed):
                cell.number = number in compared.get(row["row"], ())
        shown = _with_gaps(placed, place, taken)
        laid.append(LaidRow(row["row"], row["line"] or "", row["page"], row["row"] in marked, shown))
    return laid


def _call(placed: Sequence[LaidCell], said: Sequence[Said], lang: str) -> None:
    """Call cells what a record says by them, where only one thing does; mark those that hold its number."""
    words = table("jixiao_service/pages/printed.toml")
    heads, numbers = words["heads"], words["number"]
    for cell in placed:
        called = {heads[name][lang] for name, value in said if name in heads and holds(cell.text, value)}
        if len(called) == 1:
            cell.role = called.pop()
    for number in numbers:
        same = [cell for cell in placed if any(name == number and holds(cell.text, value) for name, value in said)]
        for cell in same:
            cell.number = True
        if same:
            return


def width_of(rows: Sequence[LaidRow]) -> int:
    """Return how many columns a table has."""
    return max((cell.column + cell.columns for row in rows for cell in row.cells), default=1)


def row_boxes(row: Row) -> list[PageBox | None]:
    """Return where the cells of a row stand on their page, nothing where that is not known."""
    places = (row["cellPlaces"] or "").split("\t")
    if len(places) != len(cells(row["text"])):
        return []
    return [page_box(place) for place in places]


def _edges(boxes: Sequence[Sequence[PageBox | None]]) -> list[int]:
    """Return the left edges of the columns."""
    edges: list[int] = []
    for edge in sorted(edge for row in boxes for box in row if box for edge in (box[1], box[3])):
        if not edges or edge - edges[-1] > _APART:
            edges.append(edge)
    return edges


def _placed(row: Row, boxes: Sequence[PageBox | None], edges: Sequence[int]) -> list[LaidCell]:
    texts = cells(row["text"])
    if boxes and all(boxes):
        placed = []
        for text, box in zip(texts, boxes, strict=True):
            assert box is not None
            first, after = (bisect_right(edges, edge + _APART) - 1 for edge in (box[1], box[3]))
            placed.append(LaidCell(text, first, max(1, after - first)))
        return placed
    places = (row["cellPlaces"] or "").split("\t")
    if len(places) != len(texts):
        places = [""] * len(texts)
    return [
        LaidCell(text, _column_of(place, number))
        for number, (text, place) in enumerate(zip(texts, places, strict=True))
    ]


def _column_of(place: str, number: int) -> int:
    """Return the column that a place names, else the number of the cell in its row."""
    found = _COLUMN.search(place)
    if found is None:
        return number
    if found[2]:
        return int(found[2]) - 1
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1


def _rows_within(box: PageBox, rows: Sequence[Row]) -> int:
    """Return how many rows from the first on begin within a box."""
    count = 0
    for row in rows:
        own = page_box(row["place"] or "")
        if own is None or own[0] != box[0] or not box[2] - 1 <= own[2] < box[4] - 1:
            break
        count += 1
    return max(1, count)


def _with_gaps(placed: Sequence[LaidCell], place: int, taken: set[tuple[int, int]]) -> list[LaidCell]:
    """Return the cells of a row with what lies between them; columns ``taken`` by cells from above are passed over."""
    laid: list[LaidCell] = []
    column = 0
    for cell in sorted(placed, key=lambda cell: cell.column):
        while column < cell.column:
            if (place, column) not in taken:
                laid.append(LaidCell("", column))
            column += 1
        if cell.column < column or (place, column) in taken:
            cell.column = column
        laid.append(cell)
        for below in range(1, cell.rows):
            taken |= {(place + below, cell.column + right) for right in range(cell.columns)}
        column = cell.column + cell.columns
    return laid
