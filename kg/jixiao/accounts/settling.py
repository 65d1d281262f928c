"""Shift the figures of a row to where the totals of its table need them, when only one row explains what is amiss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from jixiao.accounts.arithmetic import REACH, Sum, amounts_in, is_broken, read_sums
from jixiao.accounts.columns import Column
from jixiao.accounts.items import Item
from jixiao.accounts.totals import Total, find_totals

LEAST_GAIN = 2  # a figure in the wrong column breaks two columns; putting it right mends both


def settle(items: Sequence[Item], columns: Sequence[Column]) -> list[Item]:
    """Return the items with rows shifted that their 合计 show to have lost or gained a cell.

    A row's figures from one on move together by some columns. That is done only where it mends two or more totals,
    breaks none across, and no other row's shift would mend as much.
    """
    settled = list(items)
    for block in sorted({column.block for column in columns}):
        sums = read_sums(columns, block)
        for _ in items:
            found = _only_shift([item for item in settled if item.block == block], columns, sums)
            if found is None:
                break
            before, after = found
            settled = [after if item is before else item for item in settled]
    return settled


def _only_shift(items: Sequence[Item], columns: Sequence[Column], sums: Sequence[Sum]) -> tuple[Item, Item] | None:
    balance = _Balance(find_totals(items))
    if len(balance.broken) < LEAST_GAIN:
        return None
    best: list[tuple[Item, Item]] = []
    most = LEAST_GAIN
    for item in items:
        if id(item) not in balance.involved:
            continue
        for shifted in _shifts(item, columns, sums):
            gain = balance.gain(item, shifted)
            if gain > most:
                most, best = gain, []
            if gain == most:
                best.append((item, shifted))
    rows = {id(item) for item, _ in best}
    return best[0] if len(rows) == 1 else None


class _Balance:
    """Keep by how much each printed total differs from its parts, column by column."""

    def __init__(self, totals: Sequence[Total]) -> None:
        self.totals = totals
        self.differences: list[dict[int, Decimal]] = []
        self.roles: dict[int, list[tuple[int, int]]] = {}
        for index, total in enumerate(totals):
            used = {*total.item.values, *(j for part in total.parts for j in part.values)}
            found = {j: total.difference(j, missing=True) for j in used}
            self.differences.append({j: difference for j, difference in found.items() if difference is not None})
            self.roles.setdefault(id(total.item), []).append((index, 1))
            for part in total.parts:
                self.roles.setdefault(id(part), []).append((index, -1))
        self.broken = {
            (index, j)
            for index, found in enumerate(self.differences)
            for j, difference in found.items()
            if not totals[index].is_rounding(j, difference)
        }

    @property
    def involved(self) -> set[int]:
        """Return the rows (by identity) that take part in a total that does not add up."""
        amiss = {index for index, _ in self.broken}
        return {row for row, roles in self.roles.items() if any(index in amiss for index, _ in roles)}

    def gain(self, item: Item, shifted: Item) -> int:
        """Return how many more totals add up when a row is shifted (negative: fewer)."""
        gain = 0
        for index, sign in self.roles[id(item)]:
            for j in {*item.values, *shifted.values}:
                change = shifted.values.get(j, Decimal(0)) - item.values.get(j, Decimal(0))
                difference = self.differences[index].get(j, Decimal(0)) + sign * change
                gain += ((index, j) in self.broken) - (not self.totals[index].is_rounding(j, difference))
        return gain


def _shifts(item: Item, columns: Sequence[Column], sums: Sequence[Sum]) -> Iterator[Item]:
    """Yield the row with its last figures moved together, nearest first, no sum across newly broken."""
    figures = [j for j, column in enumerate(columns) if column.block == item.block and column.is_value]
    places = [figures.index(j) for j in sorted(item.cells)]
    cells = [item.cells[j] for j in sorted(item.cells)]
    steps = sorted((step for step in range(-REACH, REACH + 1) if step), key=lambda step: (abs(step), step))
    for step in steps:
        for first in range(len(places)):
            moved = [place + step if index >= first else place for index, place in enumerate(places)]
            if moved[-1] >= len(figures) or moved[0] < 0 or any(a >= b for a, b in pairwise(moved)):
                continue
            placed = {figures[place]: cell for place, cell in zip(moved, cells, strict=True)}
            values = amounts_in(placed, columns)
            if any(is_broken(each, values) and not is_broken(each, item.values) for each in sums):
                continue
            changed = frozenset(j for j, cell in placed.items() if item.cells.get(j) is not cell)
            kept = item.summed & frozenset(placed)
            yield replace(item, cells=placed, values=values, summed=kept | changed)
