"""Say where in its file something is printed, in the file's own terms, and find what is printed on a line."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from jixiao.model import Block, Cell, Document, PageBox, Paragraph, Place, Row, Source

_BOX = re.compile(r"p(\d+)\[(-?\d+),(-?\d+),(-?\d+),(-?\d+)\]")
_SHEET_CELL = re.compile(r"[A-Z]+(\d+)$")


def cell_place(place: Place, cell: Cell) -> str:
    """Return where a cell of the row at a place stands, '' where the reader does not know.

    ``Sheet1!B3``, ``table2/tr3/td4`` (in document order), ``p3[72,140,210,155]`` (points), ``12:5`` (line, character).
    """
    if cell.where is None:
        return ""
    if isinstance(cell.where, tuple):
        return "".join(place.where.rpartition("/")[:2]) + box_place(cell.where)
    if "!" in place.where:
        return _SHEET_CELL.sub(rf"{column_letters(cell.where)}\1", place.where)
    if place.where:
        return f"{place.where}/td{cell.where}"
    return f"{place.line}:{cell.where}"


def in_part(place: Place, prefix: str) -> Place:
    """Return a place in a document that is part of another; ``part2/`` is the prefix of the second one."""
    return Place(place.line, place.page, prefix + (place.where or f"line{place.line}"))


def sheet_of(where: str) -> str:
    """Return the name of the sheet that a place is in, '' where it is in none."""
    return where.rpartition("!")[0].rpartition("/")[2]


def box_place(box: PageBox) -> str:
    """Return a box on a page as it is written in places."""
    return "p{}[{},{},{},{}]".format(*box)


def page_box(where: str) -> PageBox | None:
    """Return the box on a page that a place names, None for places in files without pages."""
    found = _BOX.fullmatch(where)
    if not found:
        return None
    page, left, top, right, bottom = map(int, found.groups())
    return page, left, top, right, bottom


@lru_cache(maxsize=20000)
def column_letters(column: int) -> str:
    """Return the letters of a sheet's column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def printed_at(document: Document, line: int) -> Row | Paragraph | None:
    """Return the row or paragraph that begins at a line, None where none does."""
    found = bisect_right(document.blocks, line, key=_first_line)
    if not found:
        return None
    block = document.blocks[found - 1]
    printed: Row | Paragraph = block if isinstance(block, Paragraph) else _row_at(block.rows, line)
    return printed if printed.place.line == line else None


def _row_at(rows: tuple[Row, ...], line: int) -> Row:
    return rows[bisect_right(rows, line, key=lambda row: row.place.line) - 1]


def _first_line(block: Block) -> int:
    first = block if isinstance(block, Paragraph) else block.rows[0]
    return first.place.line


def cell_places(document: Document, source: Source) -> list[str]:
    """Return where each cell of the row at a source stands in the file, none where the source is no whole row."""
    row = printed_at(document, source.line)
    if not isinstance(row, Row) or row.text != source.text:
        return []
    return [cell_place(row.place, cell) for cell in row.cells]
