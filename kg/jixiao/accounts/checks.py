"""Compare every printed sum with its parts and say where they differ; the figures stay as printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.accounts.arithmetic import Sum, is_broken, read_sums
from jixiao.accounts.columns import Column
from jixiao.accounts.issues import issue
from jixiao.accounts.items import Item
from jixiao.accounts.totals import find_totals, label_of
from jixiao.model import Issue

FEW = 3  # a sum that fails in this many rows and more often than not is no sum at all
CODE = "total-does-not-add"


def check_sums(items: Sequence[Item], columns: Sequence[Column]) -> Iterator[Issue]:
    """Yield an issue for each printed 合计 that its columns or its rows do not add up to."""
    figures = _figures(columns)
    for block in figures:
        own = [item for item in items if item.block == block]
        for each in read_sums(columns, block):
            yield from _across(each, own, columns)
    for group in _groups(columns, figures):
        places = {j: first for block in group for j, first in zip(figures[block], figures[group[0]], strict=False)}
        yield from _down([_moved(item, places) for block in group for item in items if item.block == block], columns)


def _figures(columns: Sequence[Column]) -> dict[int, list[int]]:
    """Return the columns of figures of each block."""
    blocks = sorted({column.block for column in columns})
    return {
        block: [j for j, column in enumerate(columns) if column.block == block and column.is_value] for block in blocks
    }


def _across(each: Sum, items: Sequence[Item], columns: Sequence[Column]) -> Iterator[Issue]:
    if each.total is None:
        return
    broken = [item for item in items if is_broken(each, item.values)]
    tried = sum(each.total in item.values and each.made(item.values) is not None for item in items)
    if len(broken) * 2 > tried and (len(broken) >= FEW or not each.trusted):
        return
    for item in broken:
        made = each.made(item.values) or Decimal(0)
        yield _issue(item, "/".join(columns[each.total].path), item.values[each.total], made, rounding=False)


def _groups(columns: Sequence[Column], blocks: Iterable[int]) -> list[list[int]]:
    """Return the blocks that are one table: each alone, or several side by side under one heading."""
    groups: dict[str | int, list[int]] = {}
    for block in blocks:
        own = [column.path for column in columns if column.block == block]
        tops = {path[0] for path in own}
        shared = len(tops) == 1 and any(len(path) > 1 for path in own)
        groups.setdefault(tops.pop() if shared else block, []).append(block)
    return list(groups.values())


def _moved(item: Item, places: Mapping[int, int]) -> Item:
    return replace(item, values={places.get(j, j): value for j, value in item.values.items()})


def _down(items: Sequence[Item], columns: Sequence[Column]) -> Iterator[Issue]:
    for total in find_totals(items):
        for column in sorted(total.item.values):
            if columns[column].role != "amount":
                continue
            difference = total.difference(column)
            if difference:
                printed = total.item.values[column]
                rounding = total.is_rounding(column, difference)
                yield _issue(
                    total.item, "/".join(columns[column].path), printed, printed - difference, rounding=rounding
                )


def _issue(item: Item, measure: str, printed: Decimal, made: Decimal, *, rounding: bool) -> Issue:
    told: dict[str, object] = {"printed": printed, "made": made, "rest": printed - made, "rounded": ""}
    if rounding:
        told |= {"rounded": "（可能是四舍五入）", "level": "info"}
    return issue(CODE, item.line.source, label=label_of(item), measure=measure, **told)
