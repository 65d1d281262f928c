"""Join the pieces of tables that run over pages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from kg.documents.drafts import DraftCell, DraftRow, DraftTable
from kg.documents.lattice import Box, Lattice

_SAME_EDGE = 4.0
_SHARED_EDGES = 0.6
_HEADER_CELLS = 3
_FREE_SHARE = 0.2
_FREE_ROWS = 2.5


@dataclass(frozen=True, slots=True)
class PageTable:
    """Hold the piece of a table that stands on one page; ``texts`` go with the boxes of the lattice."""

    page: int
    page_height: float
    lattice: Lattice
    texts: tuple[str, ...]

    def row(self, index: int) -> list[tuple[Box, str]]:
        """Return the boxes that begin in a grid row, with their texts."""
        return [(box, text) for box, text in zip(self.lattice.boxes, self.texts, strict=True) if box.row == index]


def continues(upper: PageTable, lower: PageTable, bottom: float) -> bool:
    """Tell whether a table at the top of a page goes on with the one at the end of the page before.

    Both must share their column edges. A repeated header row joins them; a first row with the same label but other
    content begins a new form; otherwise the upper piece must end where the page does (``bottom``).
    """
    if lower.page != upper.page + 1 or not _same_columns(upper.lattice, lower.lattice):
        return False
    first, again = _first_texts(upper), _first_texts(lower)
    if first and again and first[0] and first[0] == again[0]:
        return first == again and sum(bool(text) for text in first) >= _HEADER_CELLS
    room = bottom - upper.lattice.ys[-1]
    height = lower.lattice.ys[1] - lower.lattice.ys[0]
    return room <= max(_FREE_ROWS * height, _FREE_SHARE * upper.page_height)


def _same_columns(upper: Lattice, lower: Lattice) -> bool:
    """Tell whether two pieces are as wide as one another and share most inner edges (mirrored margins may shift)."""
    ours, theirs = _offsets(upper), _offsets(lower)
    if abs(ours[-1] - theirs[-1]) > _SAME_EDGE:
        return False
    few, many = sorted((ours[1:-1], theirs[1:-1]), key=len)
    shared = sum(any(abs(edge - other) <= _SAME_EDGE for other in many) for edge in few)
    return shared >= _SHARED_EDGES * len(few)


def _offsets(lattice: Lattice) -> list[float]:
    return [x - lattice.xs[0] for x in lattice.xs]


def _first_texts(table: PageTable) -> list[str]:
    """Return the texts of the first row that has more than one cell (titles stand in rows of one)."""
    for index in range(len(table.lattice.ys) - 1):
        row = table.row(index)
        if len(row) > 1:
            return [text for _, text in row]
    return []


def join_tables(pieces: Sequence[PageTable]) -> DraftTable:
    """Return the pieces as one table on the union of their column edges; rows stay as they are printed."""
    edges = _union([offset for piece in pieces for offset in _offsets(piece.lattice)])
    rows: list[DraftRow] = []
    breaks: list[int] = []
    for piece in pieces:
        if rows:
            breaks.append(len(rows))
        columns = [_nearest(edges, offset) for offset in _offsets(piece.lattice)]
        xs, ys = piece.lattice.xs, piece.lattice.ys
        for index in range(len(ys) - 1):
            cells = []
            for box, text in piece.row(index):
                left, right = columns[box.column], columns[box.column + box.colspan]
                place = where(
                    piece.page, xs[box.column], ys[index], xs[box.column + box.colspan], ys[index + box.rowspan]
                )
                cells.append(DraftCell(text, left, max(1, right - left), box.rowspan, place))
            rows.append(DraftRow(tuple(cells), where(piece.page, xs[0], ys[index], xs[-1], ys[index + 1]), piece.page))
    return DraftTable(tuple(rows), frozenset(breaks))


def _union(offsets: list[float]) -> list[float]:
    edges: list[float] = []
    for offset in sorted(offsets):
        if not edges or offset - edges[-1] > _SAME_EDGE:
            edges.append(offset)
    return edges


def _nearest(edges: list[float], offset: float) -> int:
    index = bisect_left(edges, offset)
    around = [i for i in (index - 1, index) if 0 <= i < len(edges)]
    return min(around, key=lambda i: abs(edges[i] - offset))


def where(page: int, x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a place on a page as ``p3[72,140,210,155]`` (points from the upper left corner)."""
    return f"p{page}[{x0:.0f},{y0:.0f},{x1:.0f},{y1:.0f}]"
