"""Compare every printed sum with its parts and say where they differ; the figures stay as printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.accounts.arithmetic import Sum, is_broken, read_sums
from jixiao.accounts.columns import Column
from jixiao.accounts.items import Item
from jixiao.accounts.totals import find_totals, label_of
from jixiao.model import Issue

FEW = 3  # a sum that fails in this many rows and more often than not is no sum at all
CODE = "total-does-not-add"


def check_sums(items: Sequence[Item], columns: Sequence[Column]) -> Iterator[Issue]:
    """Yield an issue for each printed 合计 that its columns or its rows do not add up to."""
    for block in sorted({column.block for column in columns}):
        own = [item for item in items if item.block == block]
        for each in read_sums(columns, block):
            yield from _across(each, own, columns)
    for group in _groups(items, columns):
        yield from _down(group, columns)


def _across(each: Sum, items: Sequence[Item], columns: Sequence[Column]) -> Iterator[Issue]:
    if each.total is None:
        return
    broken = [item for item in items if is_broken(each, item.values)]
    tried = sum(each.total in item.values and each.made(item.values) is not None for item in items)
    if not broken or (len(broken) * 2 > tried and (len(broken) >= FEW or not each.trusted)):
        return
    for item in broken:
        made = each.made(item.values) or Decimal(0)
        yield _issue(item, "/".join(columns[each.total].path), item.values[each.total], made, rounding=False)


def _groups(items: Sequence[Item], columns: Sequence[Column]) -> Iterator[list[Item]]:
    """Yield the rows that belong together: a block, or several side by side under one heading."""
    blocks: dict[str | int, list[int]] = {}
    for block in sorted({column.block for column in columns}):
        own = [column for column in columns if column.block == block]
        tops = {column.path[0] for column in own if len(column.path) > 1}
        shared = len(tops) == 1 and len({column.path[0] for column in own}) == 1
        blocks.setdefault(next(iter(tops)) if shared else block, []).append(block)
    for group in blocks.values():
        first = [j for j, column in enumerate(columns) if column.block == group[0] and column.is_value]
        found: list[Item] = []
        for block in group:
            figures = [j for j, column in enumerate(columns) if column.block == block and column.is_value]
            place = dict(zip(figures, first, strict=False))
            for item in items:
                if item.block == block:
                    found.append(replace(item, values={place.get(j, j): value for j, value in item.values.items()}))
        yield found


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
    source = item.line.source
    label = label_of(item)
    small = "（可能是四舍五入）" if rounding else ""
    return Issue(
        code=CODE,
        message=f"第{source.line}行“{label}”的“{measure}”印为{printed}，各分项相加为{made}，"
        f"相差{printed - made}{small}；已按原文收录，请核对原文",
        message_en=f"line {source.line}: {label} prints {printed} under {measure}, its parts add up to {made}; "
        "lifted as printed",
        source=source,
        level="info" if rounding else "warning",
    )
