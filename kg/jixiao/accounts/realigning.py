"""Move the figures of a row to the columns whose printed sums they fulfil; no figure is ever changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, pairwise

from jixiao.accounts.alignment import BREAK, SHIFT, Placed
from jixiao.accounts.arithmetic import HEADLESS, proven, strain_of
from jixiao.accounts.figures import parse_figure
from jixiao.accounts.layouts import Layout
from jixiao.model import Cell

REACH = 4  # columns a figure may have slid
MOST_TRIES = 5000  # assignments of one row: beyond, its sums are no help


def realign(placed: Placed, layout: Layout) -> Placed:
    """Return a row with the figures of a block realigned, where an assignment in order is clearly better."""
    if strain_of(layout.sums, layout.amounts_in(placed.cells)) < HEADLESS:
        return placed
    current = tuple(j for j in layout.figures if j in placed.cells)
    row = _Figures(layout, [placed.cells[j] for j in current])
    chosen = row.best(current)
    # a total is not moved only to be rid of it
    if row.strain(current) - row.strain(chosen) < HEADLESS or not proven(layout.sums, row.values(chosen)):
        return placed
    cells = {j: cell for j, cell in placed.cells.items() if j not in current}
    cells |= dict(zip(chosen, row.cells, strict=True))
    changed = {j for j in chosen if placed.cells.get(j) is not cells[j]}
    return replace(placed, cells=dict(sorted(cells.items())), moved=placed.moved | changed)


@dataclass(frozen=True, slots=True)
class _Figures:
    """Hold the figures of a row while columns are looked for whose sums they fulfil."""

    layout: Layout
    cells: Sequence[Cell]

    def best(self, current: tuple[int, ...]) -> tuple[int, ...]:
        """Return the columns that cost least, the current ones where there are too many ways."""
        ways = list(islice(_in_order(list(map(self.reach, self.cells))), MOST_TRIES))
        if not current or len(ways) == MOST_TRIES:
            return current
        return min([current, *ways], key=self.cost)

    def reach(self, cell: Cell) -> list[int]:
        """Return the columns that a figure can have slid from."""
        return [j for j in self.layout.figures if abs(self.layout.shift(j, cell)) <= REACH]

    def values(self, chosen: Sequence[int]) -> dict[int, Decimal]:
        """Return the amounts of the row when its figures stand in the chosen columns."""
        return {j: parse_figure(cell.text) or Decimal(0) for j, cell in zip(chosen, self.cells, strict=True)}

    def strain(self, chosen: Sequence[int]) -> float:
        """Return how badly the sums suffer from it."""
        return strain_of(self.layout.sums, self.values(chosen))

    def cost(self, chosen: Sequence[int]) -> float:
        """Return what it costs: how far the figures are from where they are printed, and the strain."""
        moves = list(map(self.layout.shift, chosen, self.cells))
        away = sum(abs(after - before) for before, after in pairwise(moves))
        return SHIFT * abs(moves[0]) + BREAK * away + self.strain(chosen)


def _in_order(reach: Sequence[Sequence[int]], after: int = -1) -> Iterator[tuple[int, ...]]:
    """Yield every choice of one column for each figure, from left to right."""
    if not reach:
        yield ()
        return
    for j in reach[0]:
        if j > after:
            for rest in _in_order(reach[1:], j):
                yield (j, *rest)
