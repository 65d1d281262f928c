"""Move the figures of a row to the columns where the sums that the headings promise hold; no figure is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from jixiao.accounts.alignment import BREAK, SHIFT
from jixiao.accounts.columns import Layout
from jixiao.accounts.items import Item
from jixiao.model import Cell

WORTH = 2.0  # how far figures may move for a sum that then holds, in costs of alignment
ZERO = Decimal(0)
Column = dict[int, Decimal]
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


def columns_of(items: Sequence[Item]) -> list[Column]:
    """Return the figures of rows by column (the first, second … of each block) and row; blanks count as nought."""
    width = max((len(item.layout.figures) for item in items), default=0)
    columns: list[Column] = [{} for _ in range(width)]
    for number, item in enumerate(items):
        if item.values:
            for place, j in enumerate(item.layout.figures):
                columns[place][number] = item.values.get(j, ZERO)
    return columns


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
