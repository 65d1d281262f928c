"""Check printed sums, and use them to find the column a shifted figure belongs to; no figure is ever changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.accounts.alignment import BREAK, SHIFT, Placed
from jixiao.accounts.columns import Column
from jixiao.accounts.figures import parse_figure
from jixiao.accounts.headings import Node
from jixiao.model import Cell

REACH = 4  # columns a figure may have slid
MOST_TRIES = 5000  # assignments of one row: beyond, its sums are no help
MOST_FAILURES = 10  # rows whose sums no assignment mends, before giving up
BROKEN = 2.0  # a sum that does not hold
HEADLESS = 1.0  # parts without their printed 小计
BARE = 0.5  # a 小计 without any part
UNKNOWN = frozenset({"year", "figure", "total"})


@dataclass(frozen=True, slots=True)
class Sum:
    """Hold a sum the headings promise: the total's column (None: not printed) and its parts, columns or sums."""

    total: int | None
    parts: tuple[int | Sum, ...]
    trusted: bool = True

    def value(self, values: Mapping[int, Decimal]) -> Decimal | None:
        """Return the printed total, else what the parts make, None when nothing is printed."""
        if self.total is not None and self.total in values:
            return values[self.total]
        return self.made(values)

    def made(self, values: Mapping[int, Decimal]) -> Decimal | None:
        """Return what the printed parts make, None when none is printed."""
        parts = [part.value(values) if isinstance(part, Sum) else values.get(part) for part in self.parts]
        printed = [part for part in parts if part is not None]
        return sum(printed, Decimal(0)) if printed else None

    def columns(self) -> Iterator[int]:
        """Yield the columns that take part: the total's, and each part's own or that of its total."""
        yield from () if self.total is None else (self.total,)
        for part in self.parts:
            if isinstance(part, int):
                yield part
            elif part.total is not None:
                yield part.total
            else:
                yield from part.columns()

    def walk(self) -> Iterator[Sum]:
        """Yield this sum and the sums inside."""
        yield self
        for part in self.parts:
            if isinstance(part, Sum):
                yield from part.walk()


def tolerance(figures: Sequence[Decimal]) -> Decimal:
    """Return what rounding each figure to its printed digits can make a sum differ by."""
    digits = max((-int(figure.as_tuple().exponent) for figure in figures), default=0)
    return Decimal(1).scaleb(-digits) * (len(figures) + 1) / 2


def read_sums(columns: Sequence[Column], block: int) -> tuple[Sum, ...]:
    """Return the sums that the headings of one block promise."""
    index = {
        id(column.node): j for j, column in enumerate(columns) if column.block == block and column.role == "amount"
    }
    tops: dict[int, Node] = {}
    for column in columns:
        if column.block == block:
            top = column.node.chain[0]
            tops.setdefault(id(top), top)
    return tuple(each for whole in _siblings(list(tops.values()), index) for each in whole.walk())


def _siblings(nodes: Sequence[Node], index: Mapping[int, int]) -> list[Sum]:
    """Return the sums among headings side by side: a 合计 takes what follows, at the end what went before."""
    runs: list[tuple[int | None, list[int | Sum], bool]] = [(None, [], True)]
    for node in nodes:
        entry = node.entry
        if entry and entry.share:
            continue
        if not node.children:
            if id(node) not in index:
                continue
            if entry and entry.total:
                runs.append((index[id(node)], [], True))
                continue
            part: int | Sum = index[id(node)]
            known = entry is not None and entry.key not in UNKNOWN
        else:
            inside = _siblings(node.children, index)
            if not inside:
                continue
            part = inside[0] if len(inside) == 1 else Sum(None, tuple(inside))
            known = not (entry and entry.key in UNKNOWN)
        total, parts, trusted = runs[-1]
        runs[-1] = (total, [*parts, part], trusted and known)
    if len(runs) == 2 and runs[0][1] and not runs[1][1]:
        runs = [(runs[1][0], *runs[0][1:])]
    return [Sum(total, tuple(parts), trusted) for total, parts, trusted in runs if parts or total is not None]


def proven(sums: Sequence[Sum], values: Mapping[int, Decimal]) -> frozenset[int]:
    """Return the columns whose figures a printed total confirms."""
    found: set[int] = set()
    for each in sums:
        if each.total in values and each.made(values) is not None and not is_broken(each, values):
            found.update(each.columns())
    return frozenset(found & set(values))


def is_broken(each: Sum, values: Mapping[int, Decimal]) -> bool:
    """Say whether a printed total differs from its printed parts by more than rounding."""
    if each.total is None or each.total not in values:
        return False
    made = each.made(values)
    return made is not None and abs(values[each.total] - made) > tolerance(list(values.values()))


def strain_of(sums: Sequence[Sum], values: Mapping[int, Decimal]) -> float:
    """Return how badly the sums that the headings promise suffer from where a row's figures stand."""
    cost = 0.0
    for each in sums:
        if each.total is None or not each.trusted or not each.parts:
            continue
        made = each.made(values)
        if each.total not in values:
            cost += HEADLESS if made is not None else 0.0
        elif made is None:
            cost += BARE
        elif is_broken(each, values):
            cost += BROKEN
    return cost


def amounts_in(cells: Mapping[int, Cell], columns: Sequence[Column]) -> dict[int, Decimal]:
    """Return the amounts of a row by column."""
    found = {j: parse_figure(cell.text) for j, cell in cells.items() if columns[j].role == "amount"}
    return {j: value for j, value in found.items() if value is not None}


class Realigner:
    """Move a row's figures to the columns whose sums they fulfil.

    Where that succeeds in less than half of the rows tried, the headings' sums are not what they seem: it gives up.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.blocks = sorted({column.block for column in columns})
        self.sums = {block: read_sums(columns, block) for block in self.blocks}
        self._failed: Counter[int] = Counter()
        self._mended: Counter[int] = Counter()

    def realign(self, placed: Placed) -> Placed:
        """Return the row realigned, block by block; it stays where no order-keeping assignment is clearly better."""
        for block in self.blocks:
            free = [j for j, column in enumerate(self.columns) if column.block == block and column.is_value]
            current = [j for j in free if j in placed.cells]
            before = strain_of(self.sums[block], amounts_in(placed.cells, self.columns))
            if before < HEADLESS or not current or self._failed[block] > max(MOST_FAILURES, self._mended[block]):
                continue
            search = _Search(self.columns, free, [placed.cells[j] for j in current], self.sums[block])
            chosen = search.best(current)
            if chosen is None or before - search.strain(chosen) < HEADLESS or not search.proves(chosen):
                self._failed[block] += 1
                continue
            self._mended[block] += 1
            placed = _moved(placed, current, chosen)
        return placed


def _moved(placed: Placed, current: Sequence[int], chosen: Sequence[int]) -> Placed:
    kept = {j: cell for j, cell in placed.cells.items() if j not in current}
    moved = {j: placed.cells[old] for old, j in zip(current, chosen, strict=True)}
    changed = {j for j, cell in moved.items() if placed.cells.get(j) is not cell}
    return replace(placed, cells=dict(sorted({**kept, **moved}.items())), moved=placed.moved | changed)


class _Search:
    """Try every order-keeping assignment of some figures to the columns within reach."""

    def __init__(
        self, columns: Sequence[Column], free: Sequence[int], cells: Sequence[Cell], sums: Sequence[Sum]
    ) -> None:
        self.columns, self.free, self.cells, self.sums = columns, free, cells, sums
        self.figures = [parse_figure(cell.text) or Decimal(0) for cell in cells]
        self.lowest = float("inf")
        self.chosen: list[int] | None = None
        self.tries = 0

    def best(self, current: list[int]) -> list[int] | None:
        """Return the columns that cost least, None when the current ones do."""
        self.lowest = self._cost(current) + self.strain(current)
        self._try([], 0.0)
        return self.chosen if self.tries <= MOST_TRIES else None

    def strain(self, chosen: Sequence[int]) -> float:
        """Return how badly the sums suffer when the figures stand in the chosen columns."""
        return strain_of(self.sums, dict(zip(chosen, self.figures, strict=True)))

    def proves(self, chosen: Sequence[int]) -> bool:
        """Say whether a printed total confirms the chosen columns: a total is not moved only to be rid of it."""
        return bool(proven(self.sums, dict(zip(chosen, self.figures, strict=True))))

    def _move(self, j: int, i: int) -> int:
        return self.columns[j].position - self.cells[i].column

    def _cost(self, chosen: Sequence[int]) -> float:
        moves = [self._move(j, i) for i, j in enumerate(chosen)]
        return SHIFT * abs(moves[0]) + sum(BREAK * abs(b - a) for a, b in pairwise(moves))

    def _try(self, chosen: list[int], cost: float) -> None:
        self.tries += 1
        if cost >= self.lowest or self.tries > MOST_TRIES:
            return
        i = len(chosen)
        if i == len(self.cells):
            cost += self.strain(chosen)
            if cost < self.lowest:
                self.lowest, self.chosen = cost, list(chosen)
            return
        for j in self.free:
            if (chosen and j <= chosen[-1]) or abs(self._move(j, i)) > REACH:
                continue
            step = (
                BREAK * abs(self._move(j, i) - self._move(chosen[-1], i - 1))
                if chosen
                else SHIFT * abs(self._move(j, i))
            )
            self._try([*chosen, j], cost + step)
