"""Know the sums that headings and rows promise, and whether the printed figures keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from jixiao.accounts.headings import Node

MOST_PARTS = 12
MOST_LOOSE = 8  # loose parts that are tried in every combination


def some_make(total: Decimal, parts: Sequence[Decimal], slack: Decimal = Decimal(0)) -> bool:
    """Say whether some of the parts make a total: then the others are parts of parts, or subtotals.

    Of more parts than can be tried it is taken to be so.
    """
    if len(parts) > MOST_PARTS:
        return True
    sums = {Decimal(0)}
    for part in parts:
        sums |= {made + part for made in sums}
    return any(abs(made - total) <= slack for made in sums)


@dataclass(frozen=True, slots=True)
class Sum:
    """Hold a total and its parts, by the numbers of columns or rows.

    ``loose`` parts may or may not belong to it.
    """

    total: int
    parts: tuple[int, ...]
    loose: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return all that take part."""
        return (self.total, *self.parts, *self.loose)

    def difference(self, values: Mapping[int, Decimal]) -> Decimal | None:
        """Return the total less what its parts make, None when there is nothing to compare."""
        parts, loose = ([values[part] for part in some if part in values] for some in (self.parts, self.loose))
        if self.total not in values or not (parts or loose):
            return None
        rest, loose = values[self.total] - sum(parts), [*filter(None, loose)]
        counts = range(len(loose) + 1) if len(loose) <= MOST_LOOSE else (0, len(loose))
        return min((rest - sum(some) for count in counts for some in combinations(loose, count)), key=abs)

    def breaks(self, values: Mapping[int, Decimal]) -> bool:
        """Say whether total and parts differ by more than rounding each figure to its printed digits can make."""
        difference = self.difference(values)
        if not difference:
            return False
        figures = [values[number] for number in self.numbers if values.get(number)]
        digits = max(-int(figure.as_tuple().exponent) for figure in figures)
        return abs(difference) > Decimal(1).scaleb(-digits) * (len(figures) + 1) / 2


def completed(sums: Sequence[Sum], values: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return the figures of a row, with the totals it does not print where it prints their parts."""
    found = dict(values)
    for each in sums:
        parts = [found[part] for part in each.parts if part in found]
        if parts and each.total not in found:
            found[each.total] = sum(parts, Decimal(0))
    return found


def sums_of(nodes: Sequence[Node], columns: Mapping[int, int]) -> list[Sum]:
    """Return the sums that headings promise, the innermost first; ``columns`` are those of amounts, by heading."""
    found: list[Sum] = []
    _gather(nodes, columns, found)
    return found


def _gather(nodes: Sequence[Node], columns: Mapping[int, int], found: list[Sum]) -> list[int]:
    """Add the sums among headings side by side to those found, and return the columns that make them up.

    A 合计 takes what follows, at the end what went before.
    """
    runs: list[list[int]] = [[]]
    for node in nodes:
        own = [columns[id(node)]] if id(node) in columns else []
        parts = _gather(node.children, columns, found) or own
        if node.entry.total and own:
            runs.append(parts)
        elif not node.entry.share:
            runs[-1] += parts
    first, *headed = runs
    found += [Sum(total, tuple(parts)) for total, *parts in headed]
    return [*first, *(total for total, *_ in headed)]
