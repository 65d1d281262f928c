"""Check printed sums, and use them to find the column a shifted figure belongs to; no figure is ever changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.accounts.columns import Column
from jixiao.accounts.headings import Node

BROKEN = 2.0  # a sum that does not hold
HEADLESS = 1.0  # parts without their printed 小计
BARE = 0.5  # a 小计 without any part
UNTRUSTED = frozenset({"year", "figure", "total"})


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
        if self.total is not None:
            yield self.total
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
    own = [(j, column) for j, column in enumerate(columns) if column.block == block]
    index = {id(column.node): j for j, column in own if column.role == "amount"}
    tops = {id(column.node.chain[0]): column.node.chain[0] for _, column in own}
    return tuple(each for whole in _siblings(list(tops.values()), index) for each in whole.walk())


@dataclass(slots=True)
class _Run:
    """Gather the parts of one total while headings are read from left to right."""

    total: int | None = None
    parts: list[int | Sum] = field(default_factory=list)
    trusted: bool = True


def _siblings(nodes: Sequence[Node], index: Mapping[int, int]) -> list[Sum]:
    """Return the sums among headings side by side: a 合计 takes what follows, at the end what went before."""
    runs = [_Run()]
    for node in nodes:
        if node.entry.share:
            continue
        part = _part(node, index)
        if node.entry.total and isinstance(part, int):
            runs.append(_Run(part))
        elif part is not None:
            runs[-1].parts.append(part)
            known = node.entry.role or node.children
            runs[-1].trusted = runs[-1].trusted and bool(known) and node.entry.key not in UNTRUSTED
    if len(runs) == 2 and runs[0].parts and not runs[1].parts:
        runs[0].total = runs.pop().total
    return [Sum(run.total, tuple(run.parts), run.trusted) for run in runs if run.parts or run.total is not None]


def _part(node: Node, index: Mapping[int, int]) -> int | Sum | None:
    """Return what a heading adds to the sum of those beside it: its column, or what the headings under it make."""
    if not node.children:
        return index.get(id(node))
    inside = _siblings(node.children, index)
    if len(inside) == 1:
        return inside[0]
    return Sum(None, tuple(inside)) if inside else None


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
        bare = each.made(values) is None
        if each.total in values:
            cost += BARE * bare + BROKEN * is_broken(each, values)
        elif not bare:
            cost += HEADLESS
    return cost
