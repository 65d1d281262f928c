"""Gather the cells of word processors' tables, where each cell states how it is merged (docx, rtf)."""

from __future__ import annotations

from typing import NamedTuple

from jixiao.documents.drafts import Draft, DraftCell, DraftRow, DraftTable
from jixiao.documents.unruled import Corner, join_unruled


class CellLayout(NamedTuple):
    """Hold what a cell states about its place: grid columns, merges, sides without a border.

    ``vertical`` is ``restart``, ``continue`` or '', ``swallowed`` that the cell on the left takes this one in
    (``hMerge`` of old files).
    """

    span: int
    vertical: str
    swallowed: bool
    unruled: frozenset[str] = frozenset()


class WordGrid:
    """Gather the cells of a table, where each cell states whether it goes on with the one above."""

    def __init__(self) -> None:
        self.column = 0
        self._rows: list[list[DraftCell]] = []
        self._above: dict[int, Corner] = {}
        self._merges: dict[int, Corner] = {}
        self._open_above: set[Corner] = set()
        self._open_below: set[Corner] = set()

    def begin_row(self, column: int) -> None:
        """Begin a row at a grid column."""
        self.column = column
        self._rows.append([])
        self._above, self._merges = self._merges, {}

    def merge(self, layout: CellLayout) -> bool:
        """Make a cell part of the one on its left or above; tell whether it is."""
        here = len(self._rows) - 1, self.column
        if "top" in layout.unruled:
            self._open_above.add(here)
        if "bottom" in layout.unruled:
            self._open_below.add(here)
        cells = self._rows[-1]
        if layout.swallowed and cells:
            cells[-1] = cells[-1]._replace(colspan=cells[-1].colspan + layout.span)
            return True
        if layout.vertical != "continue" or self.column not in self._above:
            return False
        row, index = self._merges[self.column] = self._above[self.column]
        self._rows[row][index] = self._rows[row][index]._replace(rowspan=len(self._rows) - row)
        return True

    def add(self, layout: CellLayout, content: tuple[Draft, ...], place: str) -> None:
        """Add a cell of its own."""
        cells = self._rows[-1]
        if layout.vertical:
            self._merges[self.column] = len(self._rows) - 1, len(cells)
        cells.append(DraftCell(content, self.column, layout.span, 1, place))

    def table(self, where: str) -> DraftTable:
        """Return the table of all rows."""
        drafts = [DraftRow(tuple(cells), f"{where}/tr{number}") for number, cells in enumerate(self._rows, start=1)]
        return DraftTable(join_unruled(drafts, self._open_above, self._open_below))
