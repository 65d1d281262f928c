"""Join the pieces of tables, and of rows, that a page break cut."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jixiao.documents.coordinates import box_place
from jixiao.documents.drafts import clean_text, draft_row, draft_table
from jixiao.documents.lattice import Box
from jixiao.documents.page_geometry import PageFacts
from jixiao.documents.typesetting import CellText, join_gap
from jixiao.model import Cell, PageBox, Row, Table

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
    """Hold one cell of a table piece: where it stands in the piece's grid and on its page, and what is set in it."""

    box: Box
    setting: CellText
    where: PageBox | None = None

    @property
    def text(self) -> str:
        """Return the cell's text."""
        return self.setting.text


@dataclass(frozen=True, slots=True)
class PageTable:
    """Hold the piece of a table that stands on one page: its column and row edges and its cells in reading order.

    ``printed_right`` is where its last part ends, on the page where that is printed; ``doubt`` as of ``Table``,
    ``open`` as of ``Lattice``.
    """

    facts: PageFacts
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[PageCell, ...]
    printed_right: float = 0.0
    doubt: str = ""
    open: bool = False

    @property
    def page(self) -> int:
        """Return the number of its page."""
        return self.facts.number

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
    (``bottom``), or where the rows that a merged cell keeps together no longer found room.
    """
    first, upper = pieces[0], pieces[-1]
    alike = same_columns(upper.offsets, lower.offsets) or upper.xs[1:-1] == lower.xs[1:-1]
    if lower.page != upper.page + 1 or not alike:
        return False
    head, again = _first_texts(first), _first_texts(lower)
    if head and again and head[0] and head[0] == again[0]:
        return 0 < _repeated_rows(first, lower) <= _HEAD_ROWS
    top = lower.row(0)
    if len(top) == 1 and _TITLE.search(top[0].text):
        return False
    height = lower.ys[1] - lower.ys[0]
    block = lower.ys[max(cell.box.rowspan for cell in top)] - lower.ys[0]
    bottom = max(bottom, _PRINTED_SHARE * upper.facts.height)
    return bottom - upper.ys[-1] <= max(_FREE_ROWS * height, _FREE_SHARE * upper.facts.height, block)


def same_columns(ours: list[float], theirs: list[float]) -> bool:
    """Tell whether two pieces are as wide as one another and share most inner edges (mirrored margins may shift)."""
    if abs(ours[-1] - theirs[-1]) > _SAME_EDGE:
        return False
    few, many = sorted((ours[1:-1], theirs[1:-1]), key=len)
    shared = sum(any(abs(edge - other) <= _SAME_EDGE for other in many) for edge in few)
    return shared >= _SHARED_EDGES * len(few)


def _first_texts(table: PageTable) -> list[str]:
    """Return the texts of the first row that has more than one cell (titles stand in rows of one)."""
    return next((texts for texts in _row_texts(table) if len(texts) > 1), [])


def join_pieces(pieces: Sequence[PageTable]) -> Table:
    """Return the pieces of a table as one on the union of their column edges.

    Heads printed again are left out; a row or a merged cell that a page break cut is made whole.
    """
    edges = _union(offset for piece in pieces for offset in piece.offsets)
    whole = [pieces[0]]
    for piece in pieces[1:]:
        lower = _without_head(piece, _repeated_rows(pieces[0], piece))
        whole[-1], lower = _mend_row(whole[-1], lower)
        whole.append(lower)
    rows: list[Row] = []
    breaks: list[int] = []
    for piece in whole:
        if piece is not whole[0]:
            breaks.append(len(rows))
        for index, cells in enumerate(_draft_cells(piece, edges)):
            if not index:
                cells = _mend_cells(rows, cells)
            rows.append(draft_row(cells, _row_place(piece, index), piece.page))
    return draft_table(rows, breaks, max(piece.doubt for piece in pieces))


def _draft_cells(piece: PageTable, edges: Sequence[float]) -> list[list[Cell]]:
    """Return the cells of each row of a piece, on the column edges of the whole table."""
    columns = [_nearest(edges, offset) for offset in piece.offsets]
    rows: list[list[Cell]] = [[] for _ in range(len(piece.ys) - 1)]
    for cell in piece.cells:
        box = cell.box
        left, right = columns[box.column], columns[box.right]
        draft = Cell(clean_text(cell.text), left, max(1, right - left), box.rowspan, cell.where)
        rows[box.row].append(draft)
    return rows


def _mend_cells(rows: list[Row], lowers: Iterable[Cell]) -> list[Cell]:
    """Join the first cells of a page to the merged cells they go on with; return those that begin anew.

    Of two joined cells one has no text. A cell of one row counts as such a piece only where it is empty and no cell
    left of it begins on this page: there stand the labels that span rows. No label goes on beside a new one that
    spans as many rows.
    """
    begun: list[Cell] = []
    for lower in lowers:
        small = lower.rowspan < 2 and (lower.text or begun)
        beside = not lower.text and any(cell.text and cell.rowspan >= lower.rowspan for cell in begun)
        if small or beside or not _mend_cell(rows, lower):
            begun.append(lower)
    return begun


def _mend_cell(rows: list[Row], lower: Cell) -> bool:
    """Join a cell to the one that ends right above it, if it can go on with that."""
    for index in range(len(rows) - 1, -1, -1):
        cells = list(rows[index].cells)
        for position, upper in enumerate(cells):
            same = (upper.column, upper.colspan) == (lower.column, lower.colspan)
            if not same or index + upper.rowspan != len(rows):
                continue
            if bool(upper.text) == bool(lower.text) or (not upper.text and upper.rowspan < 2):
                return False
            label = next(cell for cell in (upper, lower) if cell.text)
            cells[position] = replace(label, rowspan=upper.rowspan + lower.rowspan)
            rows[index] = Row(tuple(cells), rows[index].place)
            return True
    return False


# ---------------------------------------------------------------- rows cut by a page


def _mend_row(upper: PageTable, lower: PageTable) -> tuple[PageTable, PageTable]:
    """Return both pieces with a row that the page break cut made whole in the upper one.

    The first row of the lower piece is the rest of the upper piece's last row when it fills no other columns, and each
    of its texts goes on where the upper cell had no room left, behind its last line or below it.
    """
    rest = [cell for cell in lower.row(0) if cell.text]
    last = [cell for cell in upper.row(len(upper.ys) - 2) if cell.text]
    if lower.open or not rest or len(rest) > len(last) or len(last) < 2 or len(lower.ys) < 3:
        return upper, lower
    mended = {}
    for cell in rest:
        above = _counterpart(upper, lower, cell.box)
        if above is None or not _is_full(above, cell, upper.ys[-1]):
            return upper, lower
        text = above.text + join_gap(above.text, cell.text) + cell.text
        mended[above.box] = replace(above, setting=cell.setting._replace(text=text))
    cells = tuple(mended.get(cell.box, cell) for cell in upper.cells)
    return replace(upper, cells=cells), _without_head(lower, 1)


def _is_full(above: PageCell, below: PageCell, bottom: float) -> bool:
    """Tell whether a cell has a text that left no room for that of the cell below, on its line or under it."""
    setting = above.setting
    ended = setting.foot and setting.foot < bottom
    return bool(setting.text) and setting.room <= below.setting.head and not ended


def _repeated_rows(first: PageTable, lower: PageTable) -> int:
    """Return how many rows at the top of a piece only print the table's head again, titles above it included."""
    ours, theirs = _row_texts(first), _row_texts(lower)
    for start, texts in enumerate(ours):
        count = _same_rows(ours[start:], theirs)
        if any(sum(map(bool, row)) >= _HEADER_CELLS for row in theirs[:count]):
            return count
        if len(texts) > 1:
            break
    return 0


def _same_rows(ours: Iterable[list[str]], theirs: Iterable[list[str]]) -> int:
    """Return how many rows print the same, and something, from the first on."""
    count = 0
    for our, their in zip(ours, theirs, strict=False):
        if our != their or not any(their):
            break
        count += 1
    return count


def _row_texts(table: PageTable) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(len(table.ys) - 1)]
    for cell in table.cells:
        rows[cell.box.row].append(cell.text)
    return rows


def _counterpart(upper: PageTable, lower: PageTable, box: Box) -> PageCell | None:
    """Return the cell in the last row of the upper piece that stands over a cell of the lower one."""
    left, right = lower.offsets[box.column], lower.offsets[box.right]
    for cell in upper.cells:
        if cell.box.bottom == len(upper.ys) - 1:
            start, end = upper.offsets[cell.box.column], upper.offsets[cell.box.right]
            if abs(start - left) <= _SAME_EDGE and abs(end - right) <= _SAME_EDGE:
                return cell
    return None


def _without_head(table: PageTable, count: int) -> PageTable:
    """Return a piece without its first rows; cells that reach further down begin, without text, where they end."""
    if not count:
        return table
    cells = []
    for cell in table.cells:
        box = cell.box
        if box.row >= count:
            cells.append(replace(cell, box=box._replace(row=box.row - count)))
        elif box.bottom > count:
            cells.append(PageCell(box._replace(row=0, rowspan=box.bottom - count), CellText(), cell.where))
    cells.sort(key=lambda cell: (cell.box.row, cell.box.column))
    return replace(table, ys=table.ys[count:], cells=tuple(cells))


# ---------------------------------------------------------------- geometry


def _union(offsets: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for offset in sorted(offsets):
        if not edges or offset - edges[-1] > _SAME_EDGE:
            edges.append(offset)
    return edges


def _nearest(edges: Sequence[float], offset: float) -> int:
    index = bisect_left(edges, offset)
    around = [i for i in (index - 1, index) if 0 <= i < len(edges)]
    return min(around, key=lambda i: abs(edges[i] - offset))


def _row_place(piece: PageTable, index: int) -> str:
    return box_place(piece.facts.shown((piece.xs[0], piece.ys[index], piece.xs[-1], piece.ys[index + 1])))
