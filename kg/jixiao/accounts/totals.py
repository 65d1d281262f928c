"""Find, for every printed total, the rows it should be the sum of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from jixiao.accounts.arithmetic import tolerance
from jixiao.accounts.items import Item
from jixiao.text.folding import fold_words

MOST_LOOSE = 8  # unnumbered rows beside a subtotal that are tried in every combination


@dataclass(frozen=True, slots=True)
class Total:
    """Hold one printed total and the rows it sums; ``loose`` rows may or may not belong to it."""

    item: Item
    parts: tuple[Item, ...]
    loose: tuple[Item, ...] = ()

    def difference(self, column: int, *, missing: bool = False) -> Decimal | None:
        """Return printed total less the sum of its parts in one column, None when there is nothing to compare.

        With ``missing`` a total that is not printed counts as 0.
        """
        printed = self.item.values.get(column, Decimal(0) if missing else None)
        loose = _figures(self.loose, column)
        if printed is None or not (loose or any(part.values for part in self.parts)):
            return None
        rest = printed - sum(_figures(self.parts, column))
        return min((rest - sum(some) for some in _combinations(loose)), key=abs)

    def is_rounding(self, column: int, difference: Decimal) -> bool:
        """Say whether the difference is no more than what rounding each part can make."""
        return abs(difference) <= tolerance(_figures((self.item, *self.parts, *self.loose), column))


def _figures(items: Sequence[Item], column: int) -> list[Decimal]:
    return [item.values[column] for item in items if column in item.values]


def _combinations(loose: Sequence[Decimal]) -> Iterator[tuple[Decimal, ...]]:
    counts = range(len(loose) + 1) if len(loose) <= MOST_LOOSE else (0, len(loose))
    for count in counts:
        yield from combinations(loose, count)


def find_totals(items: Sequence[Item]) -> list[Total]:
    """Return the totals among the rows of one block, with the rows each should be the sum of."""
    if any(item.about.code or item.about.scheme == "project" for item in items):
        return _coded(items)
    return _outlined(items)


@dataclass(frozen=True, slots=True)
class _Section:
    """Hold the rows with codes below one unit (None: above the first), and the sums of its projects' programmes."""

    unit: Item | None
    rows: list[Item]
    programmes: list[Total]


def _coded(items: Sequence[Item]) -> list[Total]:
    """Read a table whose rows carry codes: units, each with its classes or projects, under one 合计."""
    sections = [_section(unit, rows) for unit, rows in _below_units(items)]
    found = [Total(each.unit, tuple(_highest(each.rows))) for each in sections if each.unit]
    found += [total for each in sections for total in each.programmes]
    found += [total for each in sections for total in _parents(each.rows)]
    totals = [item for item in items if item.is_total]
    if len(totals) == 1:
        parts = [each.unit for each in sections if each.unit] or sections[0].rows
        found.append(Total(totals[0], tuple(_highest(parts))))
    return [total for total in found if total.parts]


def _section(unit: Item | None, rows: Sequence[Item]) -> _Section:
    classed = _classed(rows)
    programmes = list(_programmes(classed))
    inside = {id(part) for total in programmes for part in total.parts}
    return _Section(unit, [row for row in classed if id(row) not in inside], programmes)


def _below_units(items: Sequence[Item]) -> list[tuple[Item | None, list[Item]]]:
    """Return the rows below each unit, those above the first one below None."""
    sections: list[tuple[Item | None, list[Item]]] = [(None, [])]
    for item in items:
        if item.about.scheme == "unit" and not item.is_total:
            sections.append((item, []))
        elif not (item.share or item.is_total):
            sections[-1][1].append(item)
    return sections


def _classed(items: Sequence[Item]) -> list[Item]:
    """Return the rows with a code where there are any: names between them (a project over its classes) repeat them."""
    return [item for item in items if item.about.code or item.about.scheme == "project"] or list(items)


def _programmes(items: Sequence[Item]) -> Iterator[Total]:
    """Yield each project with the rows below it whose names stand further right (一级项目 over 二级项目)."""
    below: list[Item] = []
    for item in reversed(items):
        depth = item.about.depth
        if item.about.scheme == "project" and below and below[-1].about.depth > depth:
            deeper = [row for row in reversed(below) if row.about.depth > depth]
            nearest = min(row.about.depth for row in deeper)
            yield Total(item, tuple(row for row in deeper if row.about.depth == nearest))
        if below and depth < below[-1].about.depth:
            below = []
        below.append(item)


def _above(item: Item, codes: Collection[str]) -> Iterator[str]:
    """Yield the codes among some that contain the row's own, the widest first: 201 and 20103 over 2010301."""
    code = item.about.code or ""
    return (code[:length] for length in range(1, len(code)) if code[:length] in codes)


def _highest(items: Sequence[Item]) -> list[Item]:
    """Return the rows that no other row's class contains."""
    codes = {item.about.code for item in items if item.about.code}
    return [item for item in items if next(_above(item, codes), None) is None]


def _parents(items: Sequence[Item]) -> Iterator[Total]:
    codes = {item.about.code for item in items if item.about.code}
    below: dict[str, list[Item]] = {}
    for item in items:
        for code in _above(item, codes):
            below.setdefault(code, []).append(item)
    for parent in items:
        if parent.about.code in below:
            yield Total(parent, tuple(_highest(below[parent.about.code])))


class _Outline:
    """Gather the rows that the next 合计 of an outline sums: the numbered ones of the highest level, and loose ones."""

    def __init__(self, *before: Item) -> None:
        self.whole, self.loose, self.levels = list(before), list[Item](), list[int]()

    def add(self, item: Item) -> None:
        """Add a row that is no total."""
        if item.level:
            self.levels = [level for level in self.levels if level < item.level]
            if not self.levels:
                self.whole.append(item)
            self.levels.append(item.level)
        else:
            self.levels = []
            self.loose.append(item)

    def total(self, item: Item) -> Iterator[Total]:
        """Yield a row as the sum of what was gathered; rows with two names each sum nothing."""
        rows = (*self.whole, *self.loose)
        if rows and not any("/" in each.about.name for each in rows):
            yield Total(item, tuple(self.whole), tuple(self.loose))


def _outlined(items: Sequence[Item]) -> list[Total]:
    """Read a table whose rows are numbered lines: 一、 over （一）, then 本年收入合计, then 收入总计."""
    found: list[Total] = []
    outline = _Outline()
    headed = bool(items) and items[0].is_total
    for item in items[headed:]:
        if item.is_total:
            found += outline.total(item)
            outline = _Outline(item)
        elif not item.share:
            outline.add(item)
    found += _subdivided(items)
    if headed and (outline.whole or outline.loose):
        found.append(Total(items[0], tuple(outline.whole), tuple(outline.loose)))
    return found


def _subdivided(items: Sequence[Item]) -> Iterator[Total]:
    """Yield each numbered row with the rows one level below it, where these are not only shares of it."""
    for index, parent in enumerate(items):
        if parent.level and not parent.share:
            below = _one_below(parent, items[index + 1 :])
            if any(item.values for item in below):
                yield Total(parent, tuple(below))


def _one_below(parent: Item, items: Sequence[Item]) -> list[Item]:
    below: list[Item] = []
    for item in items:
        if item.share and item.level:
            return []
        if item.is_total or (item.level and item.level <= parent.level) or not (item.level or item.share):
            break
        if item.level and all(item.level <= each.level for each in below):
            below.append(item)
    return below


def label_of(item: Item) -> str:
    """Return a row's label for messages."""
    return item.about.name or item.about.code or fold_words(item.line.row.text) or "（无名称）"
