"""Compare every printed sum with its parts and say where they differ; the figures stay as printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.accounts.arithmetic import Sum, is_broken
from jixiao.accounts.issues import issue
from jixiao.accounts.items import Item
from jixiao.accounts.layouts import Layout
from jixiao.accounts.totals import Total, find_totals, label_of
from jixiao.model import Issue

FEW = 3  # a sum that fails in this many rows and more often than not is no sum at all
NAMED = 12  # parts that a message still names
CODE = "total-does-not-add"
CERTAIN = "total-contradicts-parts"
"""Code where other totals of the column do add up and no figure was moved."""


def check_sums(items: Sequence[Item], layouts: Sequence[Layout]) -> Iterator[Issue]:
    """Yield an issue for each printed 合计 that its columns or its rows do not add up to."""
    for layout in layouts:
        own = [item for item in items if item.layout is layout]
        for each in layout.sums:
            yield from _across(each, own)
    for group in _groups(layouts):
        places = {j: first for layout in group for j, first in zip(layout.figures, group[0].figures, strict=False)}
        yield from _down([_moved(item, places) for layout in group for item in items if item.layout is layout])


def _across(each: Sum, items: Sequence[Item]) -> Iterator[Issue]:
    if each.total is None:
        return
    broken = [item for item in items if is_broken(each, item.values)]
    tried = sum(each.total in item.values and each.made(item.values) is not None for item in items)
    if len(broken) * 2 > tried and (len(broken) >= FEW or not each.trusted):
        return
    for item in broken:
        made = each.made(item.values) or Decimal(0)
        yield _issue(item, each.total, made, rounding=False)


def _groups(layouts: Sequence[Layout]) -> list[list[Layout]]:
    """Return the blocks that are one table: each alone, or several side by side under one heading."""
    groups: dict[str | int, list[Layout]] = {}
    for layout in layouts:
        own = [column.path for column in layout.columns if column.block == layout.block]
        key: str | int = layout.block
        if any(len(path) > 1 for path in own) and len({path[0] for path in own}) == 1:
            key = own[0][0]
        groups.setdefault(key, []).append(layout)
    return list(groups.values())


def _moved(item: Item, places: Mapping[int, int]) -> Item:
    return replace(item, values={places.get(j, j): value for j, value in item.values.items()})


def _down(items: Sequence[Item]) -> Iterator[Issue]:
    totals = find_totals(items)
    holds = {
        column for total in totals for column, value in total.item.values.items() if value and _holds(total, column)
    }
    for total in totals:
        printed_right = not any(row.moved or row.summed for row in (total.item, *total.parts, *total.loose))
        for column, printed in sorted(total.item.values.items()):
            difference = total.difference(column)
            if difference is None or not difference:
                continue
            rounding = total.is_rounding(column, difference)
            code = CERTAIN if column in holds and printed_right and not rounding else CODE
            names = [label_of(part) for part in (*total.parts, *total.loose) if column in part.values]
            yield _issue(total.item, column, printed - difference, rounding=rounding, code=code, parts=names)


def _holds(total: Total, column: int) -> bool:
    """Say whether a total of several parts is their sum."""
    parts = [part for part in total.parts if column in part.values]
    return len(parts) > 1 and total.difference(column) == 0


def _issue(
    item: Item, column: int, made: Decimal, *, rounding: bool, code: str = CODE, parts: Sequence[str] = ()
) -> Issue:
    measure, printed = "/".join(item.layout.columns[column].path), item.values[column]
    told: dict[str, object] = {"printed": printed, "made": made, "rest": printed - made, "rounded": ""}
    if rounding:
        told |= {"rounded": "（可能是四舍五入）", "level": "info"}
    names = f"（{'、'.join(parts)}）" if 1 < len(parts) <= NAMED else ""
    return issue(code, item.line.source, label=label_of(item), measure=measure, parts=names, **told)
