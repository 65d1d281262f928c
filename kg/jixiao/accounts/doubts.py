"""Settle figures whose own column heading is lost by the other tables of the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.accounts.lexicon import expenditure_of
from jixiao.model import Amount, Issue, MoneyTable

DOUBTFUL = "column-doubtful"
FOUND = "column-from-other-table"
CONFIRMED = Decimal("0.8")


def settle_doubts(tables: Sequence[MoneyTable]) -> tuple[tuple[MoneyTable, ...], tuple[Issue, ...]]:
    """Return the tables with doubtful columns settled, and an issue for each figure that stays in doubt.

    Another table of the document that prints the same figure for the same class under a neighbouring heading, which
    the doubtful table does not have, names the lost heading; it then holds for all rows squeezed into that column.
    """
    settled: list[MoneyTable] = []
    issues: list[Issue] = []
    for table in tables:
        measures = {each.measure for each in table.amounts if DOUBTFUL not in each.repairs}
        lost = {heading for each in table.amounts for heading in _lost(each, table, tables, measures)}
        names = {heading.rpartition("/")[0]: heading for heading in lost} if len(lost) == 1 else {}
        amounts = tuple(_renamed(each, names) for each in table.amounts)
        issues.extend(_doubt(each) for each in amounts if DOUBTFUL in each.repairs)
        settled.append(replace(table, amounts=amounts))
    return tuple(settled), tuple(issues)


def _lost(amount: Amount, table: MoneyTable, tables: Sequence[MoneyTable], printed: set[str]) -> Iterator[str]:
    if DOUBTFUL not in amount.repairs or not amount.item_code:
        return
    group = amount.measure.rpartition("/")[0]
    for other in tables:
        for each in other.amounts if other is not table else ():
            same = each.item_code == amount.item_code and each.value == amount.value and DOUBTFUL not in each.repairs
            if same and each.measure.rpartition("/")[0] == group and each.measure not in {*printed, amount.measure}:
                yield each.measure


def _renamed(amount: Amount, names: dict[str, str]) -> Amount:
    measure = names.get(amount.measure.rpartition("/")[0])
    if DOUBTFUL not in amount.repairs or measure is None:
        return amount
    return replace(
        amount,
        measure=measure,
        expenditure=expenditure_of(tuple(measure.split("/"))),
        repairs=tuple(FOUND if repair == DOUBTFUL else repair for repair in amount.repairs),
        confidence=CONFIRMED,
    )


def _doubt(amount: Amount) -> Issue:
    line = amount.source.line
    return Issue(
        code=DOUBTFUL,
        message=f"第{line}行的金额{amount.text}挤在最后一栏，它自己的栏目可能丢失；暂列入“{amount.measure}”，请核对原文",
        message_en=f"the amount {amount.text} at line {line} stands squeezed against the last column, its own heading "
        f"may be lost; it is put under {amount.measure}",
        source=amount.source,
    )
