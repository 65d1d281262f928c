"""Turn the data rows of a money table into items: aligned, labelled, each figure in its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.accounts.alignment import align_row
from jixiao.accounts.columns import Layout, read_layouts
from jixiao.accounts.figures import prints
from jixiao.accounts.headings import Node
from jixiao.accounts.issues import issue
from jixiao.accounts.items import Class, Item, RowReader
from jixiao.accounts.lexicon import twins_of
from jixiao.accounts.outline import outline
from jixiao.accounts.settling import straightened
from jixiao.accounts.sheets import Line, Sheet
from jixiao.model import Cell, Issue
from jixiao.text.folding import squeeze

BESIDE = "label-from-other-half"
UNNAMED = "合计"
"""What the first row of a table sums where its label is lost."""


def read_rows(sheet: Sheet, columns: Sequence[Node], data: Sequence[Line]) -> tuple[list[list[Item]], list[Issue]]:
    """Return the items of the data rows by block, and issues for figures that no column took."""
    layouts = read_layouts(columns)
    reader = RowReader()
    issues: list[Issue] = []
    blocks: list[list[Item]] = [[] for _ in layouts]
    for line, cells, left in _aligned(data, columns):
        lost = [cell for cell in left if prints(cell, "amount", "percent", "integer")]
        lost += [cell for j, cell in cells.items() if prints(cell, "amount", "percent") and not columns[j].is_value]
        issues += [issue("amount-without-column", line.source, text=cell.text) for cell in lost]
        for item in _relabelled([*_items(line, layouts, reader, cells, left)]):
            blocks[item.layout.block].append(item)
    return [_settled(items, sheet) for items in blocks], issues


def _items(
    line: Line, layouts: Sequence[Layout], reader: RowReader, cells: dict[int, Cell], left: Sequence[Cell]
) -> Iterator[Item]:
    """Yield what a row says in each block of which it prints something."""
    columns = layouts[0].columns
    words = [(_block_of(cell, cells, columns), cell) for cell in left]
    printed = {*(block for block, _ in words), *(columns[j].block for j in cells)}
    for layout in layouts:
        if layout.block in printed:
            own = [cell for block, cell in words if block == layout.block]
            yield reader.read(line, layout, cells, own)


def _aligned(data: Sequence[Line], columns: Sequence[Node]) -> Iterator[tuple[Line, dict[int, Cell], list[Cell]]]:
    """Yield each row with its cells by column and those that no column took."""
    due: set[str] = set()
    for line, printed in zip(data, _covered(data), strict=True):
        placed = align_row(printed, columns, due)
        cells = {j: printed[i] for i, j in sorted(placed.items())}
        serials = [squeeze(cell.text) for j, cell in cells.items() if columns[j].role == "serial"]
        due = {str(int(serial) + 1) for serial in serials if serial.isdecimal()} or due
        yield line, cells, [cell for i, cell in enumerate(printed) if i not in placed]


def _settled(items: Sequence[Item], sheet: Sheet) -> list[Item]:
    """Return the items of one block, named, told what they are part of, and their figures where the sums want them."""
    items = list(_named(items, sheet))
    outline(items)
    if not sheet.merged:
        items = [straightened(item) for item in items]
    return items


def _covered(data: Sequence[Line]) -> Iterator[list[Cell]]:
    """Yield the cells of each row with the words that a merged cell above spreads over it."""
    reach: dict[int, tuple[Cell, int]] = {}
    for number, line in enumerate(data):
        filled = [cell for cell in line.row.filled if not prints(cell, "blank")]
        present = {cell.column for cell in line.row.cells}
        spread = [cell for column, (cell, end) in reach.items() if number < end and column not in present]
        yield sorted((*filled, *spread), key=lambda cell: cell.column)
        tall = [cell for cell in filled if cell.rowspan > 1 and not prints(cell, "amount", "percent")]
        reach |= {cell.column: (cell, number + cell.rowspan) for cell in tall}


def _block_of(cell: Cell, cells: dict[int, Cell], columns: Sequence[Node]) -> int:
    """Return the block of a cell that no column took: that of the next label, else of what stands before it."""
    after = [columns[j] for j, other in cells.items() if other.column > cell.column]
    before = [columns[j] for j, other in cells.items() if other.column < cell.column]
    return next((column.block for column in (*after[:1], *before[-1:])), 0)


def _relabelled(row: list[Item]) -> list[Item]:
    """Give figures without a label the one that stands beside them for them.

    That is a label alone left of them (公用经费合计 over two blocks) or, where the income half lost its label, what the
    other half tells: 本年收入合计 stands opposite 本年支出合计, and 年初结转 can only be an income.
    """
    found: list[Item] = []
    for item in row:
        before = found[-1] if found else item
        if item.values and not item.is_named and not before.values:
            item = replace(item, about=before.about)
        elif item.about.name and before.values and not before.is_named:
            found[-1], item = _twinned(before, item)
        found.append(item)
    return found


def _twinned(income: Item, other: Item) -> tuple[Item, Item]:
    """Return both halves of a row whose income label is lost or slid into the other half."""
    name = other.about.name
    twins = twins_of(name)
    labels = twins or (name, "")
    return _beside(income, labels[0]), _beside(other, labels[1])


def _beside(item: Item, label: str) -> Item:
    if label == item.about.name:
        return item
    return replace(item, about=Class(None, None, label), repairs=(*item.repairs, BESIDE))


def _named(items: Sequence[Item], sheet: Sheet) -> Iterator[Item]:
    """Yield the items, with a name for rows that print none: the first sums the table, or is all there is."""
    for number, item in enumerate(items):
        if item.is_named or not item.values:
            yield item
        elif not item.layout.keys:
            yield replace(item, about=Class(None, None, sheet.department or sheet.title))
        else:
            name = "" if number else UNNAMED
            yield replace(item, about=replace(item.about, name=name), repairs=(*item.repairs, "label-missing"))
