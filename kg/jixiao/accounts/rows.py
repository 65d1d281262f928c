"""Turn the data rows of a money table into items: aligned, labelled, each figure in its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jixiao.accounts.alignment import Placed, align_row
from jixiao.accounts.arithmetic import strain_of
from jixiao.accounts.columns import Column
from jixiao.accounts.figures import Shape, shape_of
from jixiao.accounts.issues import issue
from jixiao.accounts.items import Class, Item, Pieces, RowReader
from jixiao.accounts.layouts import Layout, read_layouts
from jixiao.accounts.lexicon import CARRY_OVER, expenditure_twin, fund_of, income_twin
from jixiao.accounts.realigning import realign
from jixiao.accounts.settling import settle
from jixiao.accounts.sheets import Line, Sheet
from jixiao.model import Cell, Issue
from jixiao.text.folding import squeeze

BESIDE = "label-from-other-half"
UNNAMED = "合计"
"""What the first row of a table sums where its label is lost."""


@dataclass(frozen=True, slots=True)
class RowsRead:
    """Hold the blocks and items of a table and the figures that no column took."""

    layouts: tuple[Layout, ...]
    items: tuple[Item, ...]
    issues: tuple[Issue, ...]


def read_rows(sheet: Sheet, columns: Sequence[Column], data: Sequence[Line]) -> RowsRead:
    """Return the items of the data rows, one a row and block, in reading order."""
    layouts = read_layouts(columns)
    issues: list[Issue] = []
    items = list(_named(_shared(_filled_down(_printed(sheet, layouts, data, issues))), sheet))
    unlabelled = [item for item in items if item.values and not item.is_named]
    issues += [issue("row-without-label", item.line.source) for item in unlabelled]
    if not sheet.merged:
        items = settle(items, layouts)
    return RowsRead(layouts, tuple(items), tuple(issues))


def _printed(sheet: Sheet, layouts: Sequence[Layout], data: Sequence[Line], issues: list[Issue]) -> Iterator[Item]:
    """Yield the items as they are printed; figures that no column takes become issues."""
    pieces, columns = Pieces(), layouts[0].columns
    serials: frozenset[str] = frozenset()
    for line, filled in zip(data, _covered(data, columns, stated=sheet.merged), strict=True):
        first = placed = align_row(filled, columns, serials)
        serials = _next_serials(first, columns) or serials
        for layout in layouts if not sheet.merged else ():
            placed = realign(placed, layout)
        row = _Row(line, placed, first, RowReader(placed, sheet.department, pieces))
        issues += [issue("amount-without-column", line.source, text=cell.text) for cell in _lost(placed, columns)]
        yield from _relabelled([item for layout in layouts for item in row.items(layout)])


def _next_serials(placed: Placed, columns: Sequence[Column]) -> frozenset[str]:
    """Return the line numbers (行次) that follow those of a row."""
    printed = [squeeze(cell.text) for j, cell in placed.cells.items() if columns[j].role == "serial"]
    return frozenset(str(int(text) + 1) for text in printed if text.isdecimal())


def _lost(placed: Placed, columns: Sequence[Column]) -> list[Cell]:
    """Return the figures that no column took, or only one of codes or words."""
    foreign = [cell for j, cell in placed.cells.items() if not columns[j].is_value]
    lost = [cell for cell in (*placed.left, *foreign) if shape_of(cell.text) in (Shape.AMOUNT, Shape.PERCENT)]
    return lost + [cell for cell in placed.left if shape_of(cell.text) is Shape.INTEGER]


def _covered(data: Sequence[Line], columns: Sequence[Column], *, stated: bool) -> Iterator[tuple[Cell, ...]]:
    """Yield the filled cells of each row, with the labels that a merged cell above spreads over it."""
    words = {column.position for column in columns if not column.is_value}
    reach: dict[int, tuple[Cell, int]] = {}
    for number, line in enumerate(data):
        filled = line.row.filled
        present = {cell.column for cell in line.row.cells}
        spread = [cell for column, (cell, end) in reach.items() if number < end and column not in present]
        yield tuple(sorted((*filled, *spread), key=lambda cell: cell.column))
        if stated:
            tall = [cell for cell in filled if cell.column in words and cell.rowspan > 1]
            reach |= {cell.column: (cell, number + cell.rowspan) for cell in tall}


@dataclass(frozen=True, slots=True)
class _Row:
    """Hold one printed row, aligned, and as it was before its sums were looked at."""

    line: Line
    placed: Placed
    first: Placed
    reader: RowReader

    def items(self, layout: Layout) -> Iterator[Item]:
        """Yield what the row says in one block, nothing where nothing of it is printed."""
        words = [cell for cell in self.placed.left if shape_of(cell.text) is Shape.TEXT]
        words = [cell for cell in words if _block_of(self.placed, layout.columns, cell) == layout.block]
        about = self.reader.read(layout, words)
        if not words and all(layout.columns[j].block != layout.block for j in self.placed.cells):
            return
        figures = {j: cell for j, cell in self.placed.cells.items() if j in layout.figures}
        yield Item(
            self.line,
            layout,
            *about,
            values=layout.amounts_in(figures),
            cells=figures,
            moved=self.placed.moved & figures.keys(),
            summed=frozenset(j for j, cell in figures.items() if self.first.cells.get(j) is not cell),
            doubtful=_squeezed(figures, layout),
            ambiguous=_ambiguous(figures, layout),
        )


def _squeezed(figures: dict[int, Cell], layout: Layout) -> int | None:
    """Return the last column when its figure would stand beyond it with the shift of the figure before."""
    *others, last = [-1, *figures]
    if len(others) < 2 or last != layout.figures[-1]:
        return None
    if layout.shift(others[-1], figures[others[-1]]) <= layout.shift(last, figures[last]):
        return None
    return last


def _ambiguous(figures: dict[int, Cell], layout: Layout) -> frozenset[int]:
    """Return the columns whose figure could as well stand elsewhere: the shift changes beside it, the sums allow it."""
    places = {layout.columns[j].position: j for j in layout.figures}
    strain = strain_of(layout.sums, layout.amounts_in(figures))
    found = set()
    for pair in pairwise(figures):
        for j, other in (pair, pair[::-1]):
            target = places.get(figures[j].column + layout.shift(other, figures[other]), j)
            moved = {target if k == j else k: cell for k, cell in figures.items()}
            between = pair[0] < target < pair[1]
            if between and strain_of(layout.sums, layout.amounts_in(moved)) <= strain:
                found.add(j)
    return frozenset(found)


def _block_of(placed: Placed, columns: Sequence[Column], cell: Cell) -> int:
    """Return the block of a cell that no column took: that of the next label, else of what stands before it."""
    after = next((columns[j] for j, other in placed.cells.items() if other.column > cell.column), None)
    before = [columns[j] for j, other in placed.cells.items() if other.column < cell.column]
    if after and (not before or not after.is_value or before[-1].block == after.block):
        return after.block
    return before[-1].block if before else 0


def _relabelled(row: list[Item]) -> list[Item]:
    """Give figures without a label the one that stands beside them for them.

    That is a label alone left of them (公用经费合计 over two blocks) or, where the income half lost its label, what the
    other half tells: 本年收入合计 stands opposite 本年支出合计, and 年初结转 can only be an income.
    """
    found: list[Item] = []
    for item in row:
        before = found[-1] if found else None
        if before and not item.is_named and item.values and not before.values:
            found.append(replace(item, about=before.about))
        elif before and item.about.name and not before.is_named and before.values:
            found[-1:] = _twinned(before, item)
        else:
            found.append(item)
    return found


def _twinned(income: Item, other: Item) -> list[Item]:
    """Return both halves of a row whose income label is lost or slid into the other half."""
    label: str | None = other.about.name
    if other.values:
        label = income_twin(other.about.name)
    elif "支出" in other.about.name:
        label = None
    if label is None:
        return [income, other]
    told = _beside(income, label)
    if not other.values:
        return [told]
    opposite = expenditure_twin(other.about.name)
    return [told, _beside(other, opposite) if opposite else other]


def _beside(item: Item, label: str) -> Item:
    return replace(item, about=Class(None, None, label), repairs=(*item.repairs, BESIDE))


def _filled_down(items: Iterable[Item]) -> Iterator[Item]:
    """Spread a category (类型) printed once over the projects below it, where it stands on their first row."""
    current: str | None = None
    for item in items:
        if item.is_total or item.about.scheme == "unit" or item.layout.category is None:
            current = None
        elif item.category:
            current = item.category
        elif current and item.values and item.about.name:
            item = replace(item, category=current, repairs=(*item.repairs, "category-filled"))
        yield item


def _shared(items: Iterable[Item]) -> Iterator[Item]:
    """Mark the unnumbered rows below a 其中 that go on with it, in an outline: 其中：经费拨款, 非税收入拨款."""
    inside: dict[int, bool] = {}
    for item in items:
        numbered = item.level or item.is_total or item.about.code or item.about.scheme
        if not numbered and inside.get(item.layout.block) and fund_of((item.about.name,)) != CARRY_OVER:
            item = replace(item, continued=True)
        inside[item.layout.block] = item.share and not item.level
        yield item


def _named(items: Iterable[Item], sheet: Sheet) -> Iterator[Item]:
    """Yield the items, with a name for rows that print none: the first sums the table, or is all there is."""
    seen: set[int] = set()
    for item in items:
        first = item.layout.block not in seen
        seen.add(item.layout.block)
        if item.is_named or not item.values:
            yield item
        elif not item.layout.keys:
            yield replace(item, about=Class(None, None, sheet.department or sheet.title))
        else:
            about = Class(None, None, UNNAMED) if first else item.about
            yield replace(item, about=about, repairs=(*item.repairs, "label-missing"))
