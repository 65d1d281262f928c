"""Put the parts of tables side by side that were printed on several pages because they are wider than one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from jixiao.documents.lattice import Box
from jixiao.documents.page_joining import PageCell, PageTable, same_columns
from jixiao.documents.typesetting import CellText, PrintedLine

_SAME_EDGE = 2.0
_LEAST_ROWS = 3
_COLUMN_SHARE = 0.8

PageItem = PrintedLine | PageTable
"""What stands on a page."""


def join_sideways(items: Iterable[PageItem]) -> list[PageItem]:
    """Return what pages print with the parts of each wide table as one, in the place of its first.

    Parts have the same row edges on their pages and other columns; the later one opens its page, and its first
    column would not have found room on the page before.
    """
    pages = [list(page) for _, page in groupby(items, key=lambda item: item.page)]
    for number, page in enumerate(pages):
        for index, item in enumerate(page):
            if isinstance(item, PageTable):
                page[index] = _widened(item, pages[number + 1 :])
    return [item for page in pages for item in page]


def _widened(table: PageTable, later: Sequence[list[PageItem]]) -> PageTable:
    """Return a table with its other parts, which are taken from the top of later pages."""
    for page in later:
        if page and isinstance(page[0], PageTable) and (part := _beside(table, page[0])):
            table = _side_by_side(table, part)
            del page[0]
    return table


def _beside(left: PageTable, right: PageTable) -> PageTable | None:
    """Return a table in the rows of another, if these end as its own do; those above them may print nothing."""
    above = len(left.ys) - len(right.ys)
    if above < 0 or len(right.ys) <= max(_LEAST_ROWS, above):
        return None
    if any(abs(ours - theirs) > _SAME_EDGE for ours, theirs in zip(left.ys[above:], right.ys, strict=True)):
        return None
    room = left.facts.width - left.xs[0] - left.printed_right
    if room >= right.offsets[1] or same_columns(left.offsets, right.offsets):
        return None
    width = len(right.xs) - 1
    blank = [PageCell(Box(row, 0, 1, width), CellText()) for row in range(above)]
    cells = (replace(cell, box=cell.box._replace(row=cell.box.row + above)) for cell in right.cells)
    return replace(right, ys=left.ys, cells=(*blank, *cells))


def _side_by_side(left: PageTable, right: PageTable) -> PageTable:
    """Return one table; a cell that is cut by the side of the page is whole again where its rest has no text."""
    columns, width = len(left.xs) - 1, len(right.xs) - 1
    rests = {(cell.box.row, cell.box.rowspan) for cell in right.cells if cell.box.colspan == width and not cell.text}
    cells = []
    whole = set()
    for cell in left.cells:
        box = cell.box
        if box.right == columns and (box.row, box.rowspan) in rests:
            whole.add(box.row)
            cell = replace(cell, box=box._replace(colspan=box.colspan + width))
        cells.append(cell)
    cells.extend(_shifted(cell, columns) for cell in right.cells if cell.box.row not in whole)
    cells.sort(key=lambda cell: (cell.box.row, cell.box.column))
    xs = (*left.xs, *(left.xs[-1] + offset for offset in right.offsets[1:]))
    doubt = max(left.doubt, right.doubt)
    return replace(left, xs=xs, cells=tuple(cells), printed_right=right.xs[-1], doubt=doubt)


def _shifted(cell: PageCell, columns: int) -> PageCell:
    return replace(cell, box=cell.box._replace(column=cell.box.column + columns))
