"""Move the figures of a row to the columns where its sums and the totals of its table hold; no figure is changed."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from jixiao.accounts.alignment import BREAK, SHIFT
from jixiao.accounts.columns import Layout
from jixiao.accounts.items import Item
from jixiao.accounts.outline import find_sums
from jixiao.accounts.sums import Sum
from jixiao.model import Cell

WORTH = 2.0  # how far figures may move for a sum that then holds, in costs of alignment
LEAST_GAIN = 2  # a figure in the wrong column breaks two columns; putting it right mends both
MOST_PARTS = 200  # of a sum: beyond, one row's shift is not told from another's
ZERO = Decimal(0)
Column = MutableMapping[int, Decimal]
"""The figures of one column by row."""


def straightened(item: Item) -> Item:
    """Return a row with its figures where the sums that the headings promise hold, when a printed total proves it."""
    faults = _across(item)
    if not faults:
        return item
    ways = filter(proven, _ways(item, _way(item) + WORTH * faults))
    best = min(ways, key=_cost, default=item)
    return best if _across(best) < faults else item


def proven(item: Item) -> frozenset[int]:
    """Return the columns whose figures a printed total confirms."""
    holding = [each for each in item.layout.sums if each.total in item.values and not each.breaks(item.full)]
    found = {j for each in holding if each.difference(item.full) is not None for j in each.numbers}
    return frozenset(found & set(item.values))


def squeezed(item: Item) -> frozenset[int]:
    """Return the last column when its figure would stand beyond it with the shift of the figure before."""
    shifts = [item.layout.shift(j, cell) for j, cell in item.cells.items()]
    last = item.layout.figures[-1:]
    if [*item.cells][1:][-1:] != last or shifts[-2] <= shifts[-1]:
        return frozenset()
    return frozenset(last)


def ambiguous(item: Item) -> frozenset[int]:
    """Return the columns whose figure would stand elsewhere in another way that is as near and keeps as many sums."""
    if not item.moved:
        return frozenset()
    rivals = [each.cells for each in _ways(item, _way(item)) if _cost(each) <= _cost(item)]
    return frozenset(j for cells in rivals for j, cell in item.cells.items() if cells.get(j) is not cell)


def _cost(item: Item) -> tuple[int, float]:
    """Return how many sums suffer from where the figures of a row stand, and how far they are from their print."""
    return _across(item), _way(item)


def _across(item: Item) -> int:
    """Return how many sums across a row do not hold, or lack their printed total."""
    missing = item.full.keys() - item.values.keys()
    return sum(each.total in missing or each.breaks(item.full) for each in item.layout.sums)


def _way(item: Item) -> float:
    """Return how far the figures of a row stand from where they are printed."""
    moves = [item.layout.shift(j, cell) for j, cell in item.cells.items()] or [0]
    return SHIFT * abs(moves[0]) + BREAK * sum(abs(after - before) for before, after in pairwise(moves))


def settle(items: Sequence[Item]) -> list[Item]:
    """Return the items of a block with rows shifted that their 合计 show to have lost or gained a cell.

    That is done only where it mends two or more totals, and no other row's shift would mend as much.
    """
    settled = list(items)
    sums = [each for each in find_sums(items) if len(each.parts) <= MOST_PARTS]
    while found := _only_shift(settled, sums):
        settled[found[0]] = found[1]
    return settled


def columns_of(items: Sequence[Item]) -> list[Column]:
    """Return the figures of rows by column (the first, second … of each block) and row; blanks count as nought."""
    width = max((len(item.layout.figures) for item in items), default=0)
    columns: list[Column] = [{} for _ in range(width)]
    for number, item in enumerate(items):
        if item.values:
            for place, j in enumerate(item.layout.figures):
                columns[place][number] = item.values.get(j, ZERO)
    return columns


def _only_shift(items: Sequence[Item], sums: Sequence[Sum]) -> tuple[int, Item] | None:
    """Return the one row whose shift mends most, as shifted; None where there are several."""
    columns = columns_of(items)
    amiss = [each for each in sums if _down([each], columns)]
    gains: dict[int, dict[int, Item]] = {}
    for number in {number for each in amiss for number in each.numbers}:
        mine = [each for each in sums if number in each.numbers]
        most = _way(items[number]) + WORTH * LEAST_GAIN
        for shifted in sorted(_ways(items[number], most), key=_way):
            gain = _down(mine, columns) - _down(mine, _moved(columns, number, shifted))
            gains.setdefault(gain, {}).setdefault(number, shifted)
    best = max(gains, default=0)
    if best < LEAST_GAIN or len(gains[best]) > 1:
        return None
    return next(iter(gains[best].items()))


def _moved(columns: Sequence[Column], number: int, item: Item) -> list[Column]:
    """Return the figures by column with those of another row in the place of one."""
    own = [{number: item.values.get(j, ZERO)} for j in item.layout.figures]
    return [ChainMap(*both) for both in zip(own, columns, strict=True)]


def _down(sums: Sequence[Sum], columns: Sequence[Column]) -> int:
    """Return in how many columns totals are not the sums of their rows."""
    return sum(each.breaks(column) for each in sums for column in columns)


def _ways(item: Item, most: float) -> Iterator[Item]:
    """Yield a row with its figures in other columns, in order, that do not stand further from their print than said."""
    cells = list(item.cells.values())
    for chosen in _in_order(item.layout, cells, most, None, -1):
        placed = dict(zip(chosen, cells, strict=True))
        changed = frozenset(j for j, cell in placed.items() if item.cells.get(j) is not cell)
        if changed:
            yield replace(item, cells=placed, summed=changed | (item.summed & placed.keys()))


def _in_order(
    layout: Layout, cells: Sequence[Cell], most: float, before: int | None, after: int
) -> Iterator[tuple[int, ...]]:
    """Yield the columns that figures can stand in behind one column, ``before`` being how far that figure is off."""
    if not cells:
        yield ()
        return
    for j in layout.figures:
        move = layout.shift(j, cells[0])
        cost = SHIFT * abs(move) if before is None else BREAK * abs(move - before)
        if j > after and cost <= most:
            for rest in _in_order(layout, cells[1:], most - cost, move, j):
                yield (j, *rest)
