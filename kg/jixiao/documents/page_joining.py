"""Join the pieces of tables, and of rows, that a page break cut."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.documents.drafts import DraftCell, DraftRow, DraftTable, clean_text
from jixiao.documents.lattice import Box
from jixiao.documents.typesetting import CellText, join_gap

_SAME_EDGE = 4.0
_SHARED_EDGES = 0.6
_HEADER_CELLS = 3
_HEAD_ROWS = 6
_FREE_SHARE = 0.15
_FREE_ROWS = 2.5
_PRINTED_SHARE = 0.85
_TITLE = re.compile(r"表\s*([（(][^（）()]*[）)]\s*)*$")


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


def continues(pieces: Sequence[PageTable], lower: PageTable, bottom: float) -> bool:
    """Tell whether a table at the top of a page goes on with the pieces that end with the page before.

    Both must share their column edges. A head printed again joins them; a first row with the same label but other
    content, or with a title of its own, begins a new form; otherwise the last piece must end where the page does
    (``bottom``).
    """
    first, upper = pieces[0], pieces[-1]
    if lower.page != upper.page + 1 or not _same_columns(upper.offsets, lower.offsets):
        return False
    head, again = _first_texts(first), _first_texts(lower)
    if head and again and head[0] and head[0] == again[0]:
        return 0 < _repeated_rows(first, lower) <= _HEAD_ROWS
    top = lower.row(0)
    if len(top) == 1 and _TITLE.search(top[0].text):
        return False
    height = lower.ys[1] - lower.ys[0]
    bottom = max(bottom, _PRINTED_SHARE * upper.page_height)
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
    return next((texts for texts in _row_texts(table) if len(texts) > 1), [])


def join_tables(pieces: Sequence[PageTable]) -> DraftTable:
    """Return the pieces as one table on the union of their column edges.

    Heads printed again are left out; a row or a merged cell that a page break cut is made whole.
    """
    edges = _union([offset for piece in pieces for offset in piece.offsets])
    whole = [pieces[0]]
    for piece in pieces[1:]:
        lower = _without_head(piece, _repeated_rows(pieces[0], piece))
        whole[-1], lower = _mend_row(whole[-1], lower)
        whole.append(lower)
    rows: list[DraftRow] = []
    breaks: list[int] = []
    for number, piece in enumerate(whole):
        if number:
            breaks.append(len(rows))
        columns = [_nearest(edges, offset) for offset in piece.offsets]
        for index in range(len(piece.ys) - 1):
            cells: list[DraftCell] = []
            for cell in piece.row(index):
                box = cell.box
                left, right = columns[box.column], columns[box.column + box.colspan]
                draft = DraftCell(clean_text(cell.text), left, max(1, right - left), box.rowspan, _place(piece, box))
                if index or not number or not _mend_cell(rows, draft, cells):
                    cells.append(draft)
            rows.append(DraftRow(tuple(cells), _place(piece, Box(index, 0, 1, len(piece.xs) - 1)), piece.page))
    return DraftTable(tuple(rows), frozenset(breaks))


def _mend_cell(rows: list[DraftRow], lower: DraftCell, begun: Sequence[DraftCell]) -> bool:
    """Join a merged cell to its piece at the end of the page before; one of the two has no text.

    A cell of one row counts as such a piece only where it is empty and no cell left of it has ``begun`` on this page:
    there stand the labels that span rows. No label goes on beside a new one that spans as many rows.
    """
    if lower.rowspan < 2 and (lower.text or begun):
        return False
    if not lower.text and any(cell.text and cell.rowspan >= lower.rowspan for cell in begun):
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

    The first row of the lower piece is the rest of the upper piece's last row when it fills no other columns, and each
    of its texts goes on where the upper cell had no room left, behind its last line or below it.
    """
    rest = [cell for cell in lower.row(0) if cell.text]
    last = [cell for cell in upper.cells if cell.box.row == len(upper.ys) - 2 and cell.text]
    if not rest or len(rest) > len(last) or len(last) < 2 or len(lower.ys) < 3:
        return upper, lower
    mended = {}
    for cell in rest:
        above = _counterpart(upper, lower, cell.box)
        if above is None or not above.text or above.setting.room > cell.setting.head:
            return upper, lower
        if above.setting.foot and above.setting.foot < upper.ys[-1]:
            return upper, lower
        text = above.text + join_gap(above.text, cell.text) + cell.text
        mended[above.box] = replace(above, setting=replace(cell.setting, text=text))
    cells = tuple(mended.get(cell.box, cell) for cell in upper.cells)
    return replace(upper, cells=cells), _without_head(lower, 1)


def _repeated_rows(first: PageTable, lower: PageTable) -> int:
    """Return how many rows at the top of a piece only print the table's head again, titles above it included."""
    ours, theirs = _row_texts(first), _row_texts(lower)
    for start in range(len(ours)):
        count = 0
        while (
            count < min(len(ours) - start, len(theirs)) and ours[start + count] == theirs[count] and any(theirs[count])
        ):
            count += 1
        if any(sum(map(bool, texts)) >= _HEADER_CELLS for texts in theirs[:count]):
            return count
        if len(ours[start]) > 1:
            break
    return 0


def _row_texts(table: PageTable) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(len(table.ys) - 1)]
    for cell in table.cells:
        rows[cell.box.row].append(cell.text)
    return rows


def _counterpart(upper: PageTable, lower: PageTable, box: Box) -> PageCell | None:
    """Return the cell in the last row of the upper piece that stands over a cell of the lower one."""
    left, right = lower.offsets[box.column], lower.offsets[box.column + box.colspan]
    for cell in upper.cells:
        if cell.box.row + cell.box.rowspan == len(upper.ys) - 1:
            start, end = upper.offsets[cell.box.column], upper.offsets[cell.box.column + cell.box.colspan]
            if abs(start - left) <= _SAME_EDGE and abs(end - right) <= _SAME_EDGE:
                return cell
    return None


def _without_head(table: PageTable, count: int) -> PageTable:
    """Return a piece without its first rows; cells that reach further down begin, without text, where they end."""
    if not count:
        return table
    cells = []
    for cell in table.cells:
        row, column, rowspan, colspan = cell.box
        if row >= count:
            cells.append(replace(cell, box=Box(row - count, column, rowspan, colspan)))
        elif row + rowspan > count:
            cells.append(PageCell(Box(0, column, row + rowspan - count, colspan), CellText()))
    cells.sort(key=lambda cell: (cell.box.row, cell.box.column))
    return replace(table, ys=table.ys[count:], cells=tuple(cells))


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
