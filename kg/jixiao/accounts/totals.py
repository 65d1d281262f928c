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
        figures = [part.values[column] for part in self.parts if column in part.values]
        loose = [part.values[column] for part in self.loose if column in part.values]
        if printed is None or not (figures or loose or any(part.values for part in self.parts)):
            return None
        rest = printed - sum(figures, Decimal(0))
        return min((rest - sum(some, Decimal(0)) for some in _combinations(loose)), key=abs)

    def is_rounding(self, column: int, difference: Decimal) -> bool:
        """Say whether the difference is no more than what rounding each part can make."""
        rows = (self.item, *self.parts, *self.loose)
        return abs(difference) <= tolerance([row.values[column] for row in rows if column in row.values])


def _combinations(loose: Sequence[Decimal]) -> Iterator[tuple[Decimal, ...]]:
    if len(loose) > MOST_LOOSE:
        yield from ((), tuple(loose))
        return
    for count in range(len(loose) + 1):
        yield from combinations(loose, count)


def find_totals(items: Sequence[Item]) -> list[Total]:
    """Return the totals among the rows of one block, with the rows each should be the sum of."""
    if any(item.about.code or item.about.scheme == "project" for item in items):
        return _coded(items)
    return _outlined(items)


def _coded(items: Sequence[Item]) -> list[Total]:
    """Read a table whose rows carry codes: units, each with its classes or projects, under one 合计."""
    sections: list[tuple[Item | None, list[Item]]] = [(None, [])]
    totals: list[Item] = []
    units: list[Item] = []
    for item in items:
        if item.is_total:
            totals.append(item)
        elif item.about.scheme == "unit":
            units.append(item)
            sections.append((item, []))
        elif not item.share:
            sections[-1][1].append(item)
    sections = [(unit, _classed(rows)) for unit, rows in sections]
    programmes = [total for _, rows in sections for total in _programmes(rows)]
    inside = {id(part) for total in programmes for part in total.parts}
    sections = [(unit, [row for row in rows if id(row) not in inside]) for unit, rows in sections]
    found = [Total(unit, tuple(_highest(rows))) for unit, rows in sections if unit and rows]
    found.extend(programmes)
    for _, rows in sections:
        found.extend(_parents(rows))
    if len(totals) == 1:
        whole = _highest(units) if units else _highest([row for _, rows in sections for row in rows])
        found.append(Total(totals[0], tuple(whole)))
    return [total for total in found if total.parts]


def _classed(items: Sequence[Item]) -> list[Item]:
    """Return the rows with a code where there are any: names between them (a project over its classes) repeat them."""
    return [item for item in items if item.about.code or item.about.scheme == "project"] or list(items)


def _programmes(items: Sequence[Item]) -> Iterator[Total]:
    """Yield each project with the rows below it whose names stand further right (一级项目 over 二级项目)."""
    below: list[Item] = []
    for item in reversed(items):
        deeper = [row for row in below if row.about.depth > item.about.depth] if item.about.scheme == "project" else []
        if deeper and below[-1] is deeper[-1]:
            nearest = min(row.about.depth for row in deeper)
            yield Total(item, tuple(row for row in reversed(deeper) if row.about.depth == nearest))
        below = [item] if below and item.about.depth < below[-1].about.depth else [*below, item]


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


def _outlined(items: Sequence[Item]) -> list[Total]:
    """Read a table whose rows are numbered lines: 一、 over （一）, then 本年收入合计, then 收入总计."""
    found: list[Total] = []
    whole: list[Item] = []
    loose: list[Item] = []
    stack: list[tuple[Item, list[Item]]] = []
    first: Item | None = None
    for index, item in enumerate(items):
        if item.is_total:
            if index == 0:
                first = item
                continue
            if not any("/" in each.about.name for each in (*whole, *loose)):
                found.append(Total(item, tuple(whole), tuple(loose)))
            whole, loose, stack = [item], [], []
        elif item.level and not item.share:
            while stack and stack[-1][0].level >= item.level:
                stack.pop()
            (stack[-1][1] if stack else whole).append(item)
            stack.append((item, []))
            if len(stack) > 1:
                continue
            found.append(Total(item, ()))
        elif not item.share:
            stack = []
            loose.append(item)
    found = [total for total in found if total.parts or total.loose]
    found.extend(_subdivided(items))
    if first is not None:
        found.append(Total(first, tuple(whole), tuple(loose)))
    return [total for total in found if total.parts or total.loose]


def _subdivided(items: Sequence[Item]) -> Iterator[Total]:
    """Yield each numbered row with the rows one level below it, where these are not only shares of it."""
    for index, parent in enumerate(items):
        if not parent.level or parent.share:
            continue
        below: list[Item] = []
        for item in items[index + 1 :]:
            if item.share and item.level:
                below = []
                break
            if item.is_total or (item.level and item.level <= parent.level) or (not item.level and not item.share):
                break
            if item.level and item.level == min(each.level for each in (*below, item)):
                below.append(item)
        if below and any(item.values for item in below):
            yield Total(parent, tuple(below))


def label_of(item: Item) -> str:
    """Return a row's label for messages."""
    return item.about.name or item.about.code or fold_words(item.line.row.text) or "（无名称）"
