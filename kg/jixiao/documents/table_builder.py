"""Gather the cells of tables row by row, as web pages, OpenDocument and word processors state them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from jixiao.documents.drafts import draft_cell, draft_row, draft_table
from jixiao.documents.limits import MAX_SPAN
from jixiao.model import Block, Cell, Table


class CellLayout(NamedTuple):
    """Hold what a cell of a word processor states: grid columns and merges.

    ``vertical`` is ``restart``, ``continue`` or '', ``swallowed`` that the cell on the left takes this one in
    (``hMerge`` of old files).
    """

    span: int
    vertical: str
    swallowed: bool


class _Reach(NamedTuple):
    """Hold the columns that a cell of several rows takes, and the row in which they are free again."""

    start: int
    end: int
    until: int


class TableBuilder:
    """Give the cells of a table their columns.

    A cell stands in the next column that no cell from above reaches into (as in the table model of HTML). Where cells
    state instead that they go on with the one above (Word), ``merge`` makes them part of it.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._column = 0
        self._number = 0
        self._numbers: list[int] = []
        self._rows: list[list[Cell]] = []
        self._above: list[_Reach] = []
        self._new: list[_Reach] = []
        self._next = 0
        self._upper: dict[int, tuple[int, int]] = {}
        self._merges: dict[int, tuple[int, int]] = {}

    def begin_row(self, number: int, column: int = 0) -> None:
        """Begin the row of this number in the file's own order at a column."""
        self._numbers.append(number)
        self._column, self._next, self._number = column, 0, 0
        self._rows.append([])
        self._above = sorted(reach for reach in (*self._above, *self._new) if reach.until >= len(self._rows))
        self._new = []
        self._upper, self._merges = self._merges, {}

    def skip(self, columns: int) -> None:
        """Leave columns of the row without a cell."""
        self._column += columns

    def leave_out(self) -> None:
        """Count a cell of the row that takes no place."""
        self._number += 1

    def add(self, parts: Sequence[Block], colspan: int = 1, rowspan: int = 1) -> None:
        """Add a cell of paragraphs and tables."""
        self._number += 1
        while self._next < len(self._above) and self._above[self._next].start <= self._column:
            self._column = max(self._column, self._above[self._next].end)
            self._next += 1
        column = self._column
        self._column += colspan
        self._rows[-1].append(draft_cell(parts, column, colspan, rowspan, self._number))
        if rowspan > 1 and column < MAX_SPAN:
            self._new.append(_Reach(column, self._column, len(self._rows) + rowspan - 1))

    def merge(self, layout: CellLayout) -> bool:
        """Make a cell part of the one on its left or above; tell whether it is. If not, it is to be added."""
        cells = self._rows[-1]
        if layout.swallowed and cells:
            cells[-1] = replace(cells[-1], colspan=cells[-1].colspan + layout.span)
        elif layout.vertical == "continue" and self._column in self._upper:
            row, index = self._merges[self._column] = self._upper[self._column]
            self._rows[row][index] = replace(self._rows[row][index], rowspan=len(self._rows) - row)
        else:
            if layout.vertical:
                self._merges[self._column] = len(self._rows) - 1, len(cells)
            return False
        self._column += layout.span
        self._number += 1
        return True

    def table(self) -> Table:
        """Return the table of all rows."""
        numbered = zip(self._numbers, self._rows, strict=True)
        rows = [draft_row(cells, f"{self._where}/tr{number}") for number, cells in numbered]
        return draft_table(rows)
