"""Turn the data rows of a money table into items: aligned, labelled, each figure in its column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jixiao.accounts.alignment import Placed, align_row
from jixiao.accounts.arithmetic import Realigner, Sum, amounts_in, strain_of
from jixiao.accounts.columns import Column
from jixiao.accounts.figures import Shape, is_code, shape_of
from jixiao.accounts.items import Class, Item, Layout, code_parts, read_item, read_layout
from jixiao.accounts.lexicon import CARRY_OVER, expenditure_twin, fund_of, income_twin
from jixiao.accounts.settling import settle
from jixiao.accounts.sheets import Line, Sheet
from jixiao.model import Cell, Issue
from jixiao.text.folding import squeeze

BESIDE = "label-from-other-half"
UNNAMED = "合计"
"""What the first row of a table sums where its label is lost."""


@dataclass(frozen=True, slots=True)
class RowsRead:
    """Hold the items of a table and the figures that no column took."""

    items: tuple[Item, ...]
    issues: tuple[Issue, ...]


def read_rows(sheet: Sheet, columns: Sequence[Column], data: Sequence[Line]) -> RowsRead:
    """Return the items of the data rows, one a row and block, in reading order."""
    realigner = Realigner(columns)
    layouts = {block: read_layout(columns, block) for block in realigner.blocks}
    items: list[Item] = []
    issues: list[Issue] = []
    serials: frozenset[str] = frozenset()
    table = _Table(columns, sheet.department, {})
    for line, filled in zip(data, _covered(data, columns, stated=sheet.merged), strict=True):
        first = align_row(filled, columns, stated=sheet.merged, serials=serials)
        serials = _next_serials(first, columns) or serials
        placed = first if sheet.merged else realigner.realign(first)
        summed = frozenset(j for j, cell in placed.cells.items() if first.cells.get(j) is not cell)
        issues.extend(_unplaced(line, cell) for cell in _lost(placed, columns))
        row = [_item(table, line, placed, layouts[block], realigner.sums[block]) for block in realigner.blocks]
        _keep_codes(table.above, placed, layouts.values())
        items.extend(_relabelled([replace(item, summed=summed & item.cells.keys()) for item in row if item]))
    named = list(_named(_shared(_filled_down(items, layouts)), layouts, sheet))
    issues.extend(_unlabelled(item) for item in named if not (item.about.name or item.about.code) and item.values)
    return RowsRead(tuple(named if sheet.merged else settle(named, columns)), tuple(issues))


def _lost(placed: Placed, columns: Sequence[Column]) -> list[Cell]:
    """Return the figures that no column took, or only one of codes or words."""
    foreign = [cell for j, cell in placed.cells.items() if not columns[j].is_value]
    lost = [cell for cell in (*placed.left, *foreign) if shape_of(cell.text) in (Shape.AMOUNT, Shape.PERCENT)]
    return lost + [cell for cell in placed.left if shape_of(cell.text) is Shape.INTEGER]


def _next_serials(placed: Placed, columns: Sequence[Column]) -> frozenset[str]:
    """Return the line numbers that follow those of a row."""
    printed = [cell.text for j, cell in placed.cells.items() if columns[j].role == "serial"]
    return frozenset(str(int(squeeze(text)) + 1) for text in printed if shape_of(text) is Shape.INTEGER)


def _covered(data: Sequence[Line], columns: Sequence[Column], *, stated: bool) -> Iterable[tuple[Cell, ...]]:
    """Yield the filled cells of each row, with the labels that a merged cell above spreads over it."""
    words = {column.position for column in columns if not column.is_value}
    open_cells: dict[int, tuple[Cell, int]] = {}
    for line in data:
        own = {cell.column: cell for cell in line.row.filled}
        present = {cell.column for cell in line.row.cells}
        if stated:
            for column, (cell, left) in list(open_cells.items()):
                if left and column not in present:
                    own[column] = cell
                open_cells[column] = (cell, left - 1)
            for cell in line.row.filled:
                if cell.column in words and cell.rowspan > 1:
                    open_cells[cell.column] = (cell, cell.rowspan - 1)
        yield tuple(own[column] for column in sorted(own))


@dataclass(frozen=True, slots=True)
class _Table:
    """Hold what the rows of a table share: columns, department, and the pieces of codes printed so far."""

    columns: Sequence[Column]
    department: str | None
    above: dict[int, str]


def _item(table: _Table, line: Line, placed: Placed, layout: Layout, sums: Sequence[Sum]) -> Item | None:
    """Return one row of one block, None when nothing of it is printed."""
    columns, block = table.columns, layout.block
    own = [j for j, column in enumerate(columns) if column.block == block]
    words = [
        cell for cell in placed.left if shape_of(cell.text) is Shape.TEXT and _block_of(placed, columns, cell) == block
    ]
    cells = {j: cell for j, cell in placed.cells.items() if j in own}
    if not cells and not words:
        return None
    about, further, unit, category = read_item(placed, columns, layout, words, table.department, table.above)
    figures = {j: cell for j, cell in cells.items() if j in layout.figures}
    return Item(
        line=line,
        block=block,
        about=about,
        further=further,
        unit=unit,
        category=category,
        values=amounts_in(figures, columns),
        cells=figures,
        moved=placed.moved & frozenset(figures),
        summed=frozenset(),
        doubtful=_squeezed(figures, columns, layout),
        ambiguous=_ambiguous(figures, columns, layout, sums),
        repairs=("code-filled",) if _is_filled(placed, layout, table.above) else (),
    )


def _keep_codes(above: dict[int, str], placed: Placed, layouts: Iterable[Layout]) -> None:
    """Note the pieces of codes that a row prints or continues, for the rows below that print only the last piece."""
    for group in (group for layout in layouts for key in layout.keys for group in key.codes if len(group) > 1):
        parts = code_parts(group, placed, above)
        printed = [j for j in group if j in placed.cells and is_code(placed.cells[j].text)]
        if printed:
            kept = [j for j in group if j < printed[0]][: len(parts) - len(printed)]
            for j in group:
                above.pop(j, None)
            above.update(zip([*kept, *printed], parts, strict=False))


def _is_filled(placed: Placed, layout: Layout, above: Mapping[int, str]) -> bool:
    groups = [group for key in layout.keys for group in key.codes]
    printed = (sum(j in placed.cells and is_code(placed.cells[j].text) for j in group) for group in groups)
    return any(len(code_parts(group, placed, above)) > count for group, count in zip(groups, printed, strict=True))


def _squeezed(figures: dict[int, Cell], columns: Sequence[Column], layout: Layout) -> int | None:
    """Return the last column when its figure would stand beyond it with the shift of the figure before."""
    *before, last = list(figures) or [-1]
    if not before or last != layout.figures[-1]:
        return None
    shift, own = (columns[j].position - figures[j].column for j in (before[-1], last))
    return last if shift > own else None


def _ambiguous(
    figures: dict[int, Cell], columns: Sequence[Column], layout: Layout, sums: Sequence[Sum]
) -> frozenset[int]:
    """Return the columns whose figure could as well stand elsewhere: the shift changes beside it, the sums allow it."""
    places = {columns[j].position: j for j in layout.figures}
    strain = strain_of(sums, amounts_in(figures, columns))
    found = set()
    for one, two in pairwise(figures):
        shift, other = (columns[j].position - figures[j].column for j in (one, two))
        for j, elsewhere in ((one, figures[one].column + other), (two, figures[two].column + shift)):
            target = places.get(elsewhere, j)
            moved = {target if k == j else k: cell for k, cell in figures.items()}
            if one < target < two and strain_of(sums, amounts_in(moved, columns)) <= strain:
                found.add(j)
    return frozenset(found)


def _block_of(placed: Placed, columns: Sequence[Column], cell: Cell) -> int:
    """Return the block of a cell that no column took: that of the next label, else of what stands before it."""
    after = [j for j, other in placed.cells.items() if other.column > cell.column]
    before = [j for j, other in placed.cells.items() if other.column < cell.column]
    if after and (not before or not columns[after[0]].is_value or columns[before[-1]].block == columns[after[0]].block):
        return columns[after[0]].block
    return columns[before[-1]].block if before else 0


def _unplaced(line: Line, cell: Cell) -> Issue:
    source = line.source
    return Issue(
        code="amount-without-column",
        message=f"第{source.line}行的金额{cell.text}找不到所属栏目，没有收录",
        message_en=f"the amount {cell.text} at line {source.line} belongs to no column and is not lifted",
        source=source,
        level="error",
    )


def _unlabelled(item: Item) -> Issue:
    source = item.line.source
    return Issue(
        code="row-without-label",
        message=f"第{source.line}行有金额而没有项目名称，金额已收录，名称请核对原文",
        message_en=f"the row at line {source.line} prints amounts but no label; they are lifted without one",
        source=source,
    )


def _relabelled(row: list[Item]) -> list[Item]:
    """Give figures without a label the one that stands beside them for them.

    That is a label alone left of them (公用经费合计 over two blocks) or, where the income half lost its label, what the
    other half tells: 本年收入合计 stands opposite 本年支出合计, and 年初结转 can only be an income.
    """
    found: list[Item] = []
    for item in row:
        before = found[-1] if found else None
        if before and not item.about.name and not item.about.code and item.values and not before.values:
            found.append(replace(item, about=before.about))
        elif before and item.about.name and not before.about.name and not before.about.code and before.values:
            found[-1:] = _twinned(before, item)
        else:
            found.append(item)
    return found


def _twinned(income: Item, other: Item) -> list[Item]:
    """Return both halves of a row whose income label is lost or slid into the other half."""
    label = income_twin(other.about.name) if other.values else other.about.name
    if label is None or (not other.values and "支出" in label):
        return [income, other]
    told = replace(income, about=Class(None, None, label), repairs=(*income.repairs, BESIDE))
    if not other.values:
        return [told]
    opposite = expenditure_twin(other.about.name)
    if opposite:
        other = replace(other, about=Class(None, None, opposite), repairs=(*other.repairs, BESIDE))
    return [told, other]


def _filled_down(items: Sequence[Item], layouts: dict[int, Layout]) -> list[Item]:
    """Spread a category (类型) printed once over the projects below it, where it stands on their first row."""
    found: list[Item] = []
    current: str | None = None
    for item in items:
        if item.is_total or item.about.scheme == "unit" or layouts[item.block].category is None:
            current = None
        elif item.category:
            current = item.category
        elif current and item.values and item.about.name:
            item = replace(item, category=current, repairs=(*item.repairs, "category-filled"))
        found.append(item)
    return found


def _shared(items: Sequence[Item]) -> Iterable[Item]:
    """Mark the unnumbered rows below a 其中 that go on with it, in an outline: 其中：经费拨款, 非税收入拨款."""
    inside: dict[int, bool] = {}
    for item in items:
        plain = not (item.level or item.is_total or item.about.code or item.about.scheme)
        continued = plain and inside.get(item.block, False) and fund_of((item.about.name,)) != CARRY_OVER
        item = replace(item, continued=continued)
        inside[item.block] = item.share and not item.level
        yield item


def _named(items: Iterable[Item], layouts: dict[int, Layout], sheet: Sheet) -> Iterable[Item]:
    """Yield the items, with a name for rows that print none: the first sums the table, or is all there is."""
    seen: set[int] = set()
    for item in items:
        first = item.block not in seen
        seen.add(item.block)
        if item.about.name or item.about.code or not item.values:
            yield item
        elif not layouts[item.block].keys:
            yield replace(item, about=Class(None, None, sheet.department or sheet.title))
        elif first:
            yield replace(item, about=Class(None, None, UNNAMED), repairs=(*item.repairs, "label-missing"))
        else:
            yield replace(item, repairs=(*item.repairs, "label-missing"))
