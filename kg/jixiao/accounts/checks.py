"""Compare every printed sum with its parts and say where they differ; the figures stay as printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from jixiao.accounts.issues import issue
from jixiao.accounts.items import Item
from jixiao.accounts.outline import find_sums
from jixiao.accounts.settling import columns_of
from jixiao.accounts.sums import Sum, some_make
from jixiao.model import Issue

FEW = 3  # a sum that fails in this many rows and more often than not is no sum at all
NAMED = 12  # parts that a message still names
CODE = "total-does-not-add"
CERTAIN = "total-contradicts-parts"
"""Code where other totals of the column do add up and no figure was moved."""


def check_sums(blocks: Sequence[Sequence[Item]]) -> Iterator[Issue]:
    """Yield an issue for each printed 合计 that its columns or its rows do not add up to.

    Blocks side by side under one heading are one table.
    """
    groups: dict[object, list[Item]] = defaultdict(list)
    for items in filter(None, blocks):
        layout = items[0].layout
        for each in layout.sums:
            yield from _across(each, items)
        tops = {column.path[:-1][:1] for column in layout.columns if column.block == layout.block}
        groups[tops.pop() if len(tops) == 1 and () not in tops else layout.block] += items
    for items in groups.values():
        yield from _down(items)


def _across(each: Sum, items: Sequence[Item]) -> Iterator[Issue]:
    printed = [item for item in items if each.total in item.values]
    tried = sum(each.difference(item.full) is not None for item in printed)
    broken = [item for item in printed if each.breaks(item.full)]
    if len(broken) * 2 > tried and len(broken) >= FEW:
        return
    for item in broken:
        yield _issue(item, each.total, each.difference(item.full) or Decimal(0))


def _down(items: Sequence[Item]) -> Iterator[Issue]:
    columns, sums = columns_of(items), find_sums(items)
    holding = [any(_adds_up(each, column) for each in sums) for column in columns]
    for each in sums:
        total, *parts = [items[number] for number in each.numbers]
        moved = any(item.moved for item in (total, *parts))
        for place, j in enumerate(total.layout.figures):
            difference = each.difference(columns[place])
            if not difference or j not in total.values:
                continue
            rounding = not each.breaks(columns[place])
            names = [_label(part) for part in parts if part.layout.figures[place] in part.values]
            sure = holding[place] or _exceed(each, columns[place])
            code = CERTAIN if sure and not moved and not rounding else CODE
            yield _issue(total, j, difference, rounding=rounding, code=code, parts=names)


def _adds_up(each: Sum, column: Mapping[int, Decimal]) -> bool:
    """Say whether a total of several parts is their sum."""
    several = sum(bool(column.get(part)) for part in each.parts) > 1
    return several and bool(column.get(each.total)) and each.difference(column) == 0


def _exceed(each: Sum, column: Mapping[int, Decimal]) -> bool:
    """Say whether parts are more than their total, and no choice of them makes it: no missing row explains that."""
    parts = [column.get(part, Decimal(0)) for part in each.parts]
    total = column[each.total]
    return not each.loose and min(parts) >= 0 and sum(parts) > total and not some_make(total, parts)


def _label(item: Item) -> str:
    return item.about.name or item.about.code or "（无名称）"


def _issue(
    item: Item, j: int, rest: Decimal, *, rounding: bool = False, code: str = CODE, parts: Sequence[str] = ()
) -> Issue:
    printed = item.values[j]
    told: dict[str, object] = {"printed": printed, "made": printed - rest, "rest": rest, "rounded": ""}
    if rounding:
        told |= {"rounded": "（可能是四舍五入）", "level": "info"}
    told["parts"] = f"（{'、'.join(parts)}）" if 1 < len(parts) <= NAMED else ""
    return issue(code, item.line.source, label=_label(item), measure=item.layout.columns[j].measure, **told)
