"""Shift the figures of a row to where the totals of its table need them, when only one row explains what is amiss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from jixiao.accounts.arithmetic import is_broken
from jixiao.accounts.items import Item
from jixiao.accounts.layouts import Layout
from jixiao.accounts.realigning import REACH
from jixiao.accounts.totals import Total, find_totals

LEAST_GAIN = 2  # a figure in the wrong column breaks two columns; putting it right mends both


def settle(items: Sequence[Item], layouts: Sequence[Layout]) -> list[Item]:
    """Return the items with rows shifted that their 合计 show to have lost or gained a cell.

    A row's figures from one on move together by some columns. That is done only where it mends two or more totals,
    breaks none across, and no other row's shift would mend as much.
    """
    settled = list(items)
    for layout in layouts:
        for _ in items:
            found = _only_shift([item for item in settled if item.layout is layout])
            if found is None:
                break
            settled = [found.get(id(item), item) for item in settled]
    return settled


def _only_shift(items: Sequence[Item]) -> dict[int, Item] | None:
    """Return the one row (by identity) whose shift mends most, as shifted; None where there are several."""
    totals = find_totals(items)
    amiss = [total for total in totals if _faults(total)]
    if sum(map(_faults, amiss)) < LEAST_GAIN:
        return None
    gains: dict[int, dict[int, Item]] = {}
    for item in {id(row): row for total in amiss for row in _rows(total)}.values():
        mine = [total for total in totals if any(row is item for row in _rows(total))]
        for shifted in _shifts(item):
            gain = sum(_faults(total) - _faults(_swapped(total, item, shifted)) for total in mine)
            gains.setdefault(gain, {}).setdefault(id(item), shifted)
    most = max(gains, default=0)
    if most < LEAST_GAIN or len(gains[most]) > 1:
        return None
    return gains[most]


def _rows(total: Total) -> tuple[Item, ...]:
    return (total.item, *total.parts)


def _faults(total: Total) -> int:
    """Return in how many columns a printed total is not the sum of its rows."""
    differences = {j: total.difference(j, missing=True) for row in _rows(total) for j in row.values}
    return sum(bool(each) and not total.is_rounding(j, each or Decimal(0)) for j, each in differences.items())


def _swapped(total: Total, row: Item, other: Item) -> Total:
    parts = tuple(other if part is row else part for part in total.parts)
    return replace(total, item=other if total.item is row else total.item, parts=parts)


def _shifts(item: Item) -> Iterator[Item]:
    """Yield the row with its last figures moved together, nearest first, no sum across newly broken."""
    figures = item.layout.figures
    cells = sorted(item.cells.items())
    whole = [each for each in item.layout.sums if not is_broken(each, item.values)]
    for moved in _moves([figures.index(j) for j, _ in cells], len(figures)):
        placed = {figures[place]: cell for place, (_, cell) in zip(moved, cells, strict=True)}
        values = item.layout.amounts_in(placed)
        if not any(is_broken(each, values) for each in whole):
            changed = {j for j, cell in placed.items() if item.cells.get(j) is not cell}
            summed = frozenset(changed | (item.summed & placed.keys()))
            yield replace(item, cells=placed, values=values, summed=summed)


def _moves(places: Sequence[int], width: int) -> Iterator[list[int]]:
    """Yield places with those from one on moved by some steps, the order kept."""
    for step in sorted((step for step in range(-REACH, REACH + 1) if step), key=lambda step: (abs(step), step)):
        for first in range(len(places)):
            moved = [*places[:first], *(place + step for place in places[first:])]
            inside = moved[0] >= 0 and moved[-1] < width
            if inside and all(a < b for a, b in pairwise(moved)):
                yield moved
