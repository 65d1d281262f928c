"""Join the pieces of tables, and of rows, that a page break cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.documents.drafts import DraftCell, DraftRow, DraftTable, clean_text
from kg.documents.lattice import Box
from kg.documents.typesetting import CellText, join_gap

_SAME_EDGE = 4.0
_SHARED_EDGES = 0.6
_HEADER_CELLS = 3
_FREE_SHARE = 0.2
_FREE_ROWS = 2.5


@dataclass(frozen=True, slots=True)
class PageCell:
    """Hold one cell of a table piece: where it stands in the piece's grid, and what is set in it."""

    box: Box
    setting: CellText

    @property
    def text(self) -> str:
        """Return the cell's text."""
        return self.setting.text


@dataclass(frozen=True, slots=True)
class PageTable:
    """Hold the piece of a table that stands on one page: its column and row edges and its cells in reading order."""

    page: int
    page_height: float
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[PageCell, ...]

    @property
    def offsets(self) -> list[float]:
        """Return the column edges from the left one on."""
        return [x - self.xs[0] for x in self.xs]

    def row(self, index: int) -> list[PageCell]:
        """Return the cells that begin in a grid row."""
        return [cell for cell in self.cells if cell.box.row == index]


def continues(upper: PageTable, lower: PageTable, bottom: float) -> bool:
    """Tell whether a table at the top of a page goes on with the one at the end of the page before.

    Both must share their column edges. A repeated header row joins them; a first row with the same label but other
    content begins a new form; otherwise the upper piece must end where the page does (``bottom``).
    """
    if lower.page != upper.page + 1 or not _same_columns(upper.offsets, lower.offsets):
        return False
    first, again = _first_texts(upper), _first_texts(lower)
    if first and again and first[0] and first[0] == again[0]:
        return first == again and sum(bool(text) for text in first) >= _HEADER_CELLS
    height = lower.ys[1] - lower.ys[0]
    return bottom - upper.ys[-1] <= max(_FREE_ROWS * height, _FREE_SHARE * upper.page_height)


def _same_columns(ours: list[float], theirs: list[float]) -> bool:
    """Tell whether two pieces are as wide as one another and share most inner edges (mirrored margins may shift)."""
    if abs(ours[-1] - theirs[-1]) > _SAME_EDGE:
        return False
    few, many = sorted((ours[1:-1], theirs[1:-1]), key=len)
    shared = sum(any(abs(edge - other) <= _SAME_EDGE for other in many) for edge in few)
    return shared >= _SHARED_EDGES * len(few)


def _first_texts(table: PageTable) -> list[str]:
    """Return the texts of the first row that has more than one cell (titles stand in rows of one)."""
    rows = (table.row(index) for index in range(len(table.ys) - 1))
    return next(([cell.text for cell in row] for row in rows if len(row) > 1), [])


def join_tables(pieces: Sequence[PageTable]) -> DraftTable:
    """Return the pieces as one table on the union of their column edges.

    A row that a page break cut is made whole, and so is a merged cell unless a repeated head parts its pieces.
    """
    edges = _union([offset for piece in pieces for offset in piece.offsets])
    whole = list(pieces)
    for index, (upper, lower) in enumerate(pairwise(pieces)):
        whole[index], whole[index + 1] = _mend_row(whole[index] if index else upper, lower)
    rows: list[DraftRow] = []
    breaks: list[int] = []
    for number, piece in enumerate(whole):
        if rows:
            breaks.append(len(rows))
        cut = number > 0 and _repeated_rows(whole[number - 1], piece) == 0
        columns = [_nearest(edges, offset) for offset in piece.offsets]
        for index in range(len(piece.ys) - 1):
            cells: list[DraftCell] = []
            for cell in piece.row(index):
                box = cell.box
                left, right = columns[box.column], columns[box.column + box.colspan]
                draft = DraftCell(clean_text(cell.text), left, max(1, right - left), box.rowspan, _place(piece, box))
                if index or not cut or not _mend_cell(rows, draft, labels=not cells):
                    cells.append(draft)
            rows.append(DraftRow(tuple(cells), _place(piece, Box(index, 0, 1, len(piece.xs) - 1)), piece.page))
    return DraftTable(tuple(rows), frozenset(breaks))


def _mend_cell(rows: list[DraftRow], lower: DraftCell, labels: bool) -> bool:
    """Join a merged cell to its piece at the end of the page before; one of the two has no text.

    A cell of one row counts as such a piece only where it is empty and all cells left of it were (``labels``):
    there stand the labels that span rows.
    """
    if lower.rowspan < 2 and (lower.text or not labels):
        return False
    for index in range(len(rows) - 1, -1, -1):
        for position, upper in enumerate(rows[index].cells):
            same = (upper.column, upper.colspan) == (lower.column, lower.colspan)
            if same and index + upper.rowspan == len(rows):
                if bool(upper.text) == bool(lower.text) or (not upper.text and upper.rowspan < 2):
                    return False
                joined = (upper if upper.text else lower)._replace(rowspan=upper.rowspan + lower.rowspan)
                cells = rows[index].cells
                rows[index] = rows[index]._replace(cells=(*cells[:position], joined, *cells[position + 1 :]))
                return True
    return False


# ---------------------------------------------------------------- rows cut by a page


def _mend_row(upper: PageTable, lower: PageTable) -> tuple[PageTable, PageTable]:
    """Return both pieces with a row that the page break cut made whole in the upper one.

    The first row of the lower piece (behind a repeated header) is the rest of the upper piece's last row when it
    fills fewer columns, and each of its texts goes on where the upper cell had no room left.
    """
    first = _repeated_rows(upper, lower)
    if first >= len(lower.ys) - 2:
        return upper, lower
    rest = [cell for cell in lower.row(first) if cell.text]
    above = {cell.box: _counterpart(upper, lower, cell.box) for cell in rest}
    last = [cell for cell in upper.cells if cell.box.row == len(upper.ys) - 2 and cell.text]
    if not rest or len(rest) >= len(last) or any(cell is None for cell in above.values()):
        return upper, lower
    mended = {}
    for cell in rest:
        target = above[cell.box]
        if target is None or not target.text or target.setting.room > cell.setting.head:
            return upper, lower
        text = target.text + join_gap(target.text, cell.text) + cell.text
        mended[target.box] = replace(target, setting=replace(cell.setting, text=text))
    return replace(upper, cells=tuple(mended.get(cell.box, cell) for cell in upper.cells)), _without_row(lower, first)


def _repeated_rows(upper: PageTable, lower: PageTable) -> int:
    """Return how many rows at the head of the lower piece only repeat the upper piece's head."""
    count = 0
    while count < min(len(upper.ys), len(lower.ys)) - 1:
        ours, theirs = upper.row(count), lower.row(count)
        if [cell.text for cell in ours] != [cell.text for cell in theirs] or not any(cell.text for cell in ours):
            break
        count += 1
    return count


def _counterpart(upper: PageTable, lower: PageTable, box: Box) -> PageCell | None:
    """Return the cell in the last row of the upper piece that stands over a cell of the lower one."""
    left, right = lower.offsets[box.column], lower.offsets[box.column + box.colspan]
    for cell in upper.cells:
        if cell.box.row + cell.box.rowspan == len(upper.ys) - 1:
            start, end = upper.offsets[cell.box.column], upper.offsets[cell.box.column + cell.box.colspan]
            if abs(start - left) <= _SAME_EDGE and abs(end - right) <= _SAME_EDGE:
                return cell
    return None


def _without_row(table: PageTable, index: int) -> PageTable:
    """Return a piece without one row, whose text went elsewhere; cells that reach further begin a row later."""
    cells = []
    for cell in table.cells:
        row, column, rowspan, colspan = cell.box
        if row == index and rowspan > 1:
            cells.append(PageCell(Box(row, column, rowspan - 1, colspan), CellText()))
        elif row != index:
            cells.append(replace(cell, box=Box(row - (row > index), column, rowspan, colspan)))
    cells.sort(key=lambda cell: (cell.box.row, cell.box.column))
    return replace(table, ys=table.ys[: index + 1] + table.ys[index + 2 :], cells=tuple(cells))


# ---------------------------------------------------------------- geometry


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


def _place(piece: PageTable, box: Box) -> str:
    bottom, right = piece.ys[box.row + box.rowspan], piece.xs[box.column + box.colspan]
    return where(piece.page, piece.xs[box.column], piece.ys[box.row], right, bottom)


def where(page: int, x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a place on a page as ``p3[72,140,210,155]`` (points from the upper left corner)."""
    return f"p{page}[{x0:.0f},{y0:.0f},{x1:.0f},{y1:.0f}]"
