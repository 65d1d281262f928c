"""Settle figures whose own column heading is lost by the other tables of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.accounts.issues import issue
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
        doubtful = [each for each in table.amounts if DOUBTFUL in each.repairs]
        others = [each for other in tables if other is not table for each in other.amounts]
        lost = _lost(doubtful, others, {each.measure for each in table.amounts if each not in doubtful})
        names = {_group(lost[0]): lost[0]} if len(lost) == 1 else {}
        amounts = tuple(_renamed(each, names) for each in table.amounts)
        left = [each for each in amounts if DOUBTFUL in each.repairs]
        issues += [issue(DOUBTFUL, each.source, text=each.text, measure=each.measure) for each in left]
        settled.append(replace(table, amounts=amounts))
    return tuple(settled), tuple(issues)


def _lost(doubtful: Sequence[Amount], others: Sequence[Amount], printed: set[str]) -> list[str]:
    """Return the headings under which other tables print the doubtful figures."""
    sure = {(each.item_code, each.value, each.measure) for each in others if DOUBTFUL not in each.repairs}
    found: set[str] = set()
    for amount in doubtful:
        for code, value, measure in sure:
            same = (code, value, _group(measure)) == (amount.item_code, amount.value, _group(amount.measure))
            if same and measure not in {*printed, amount.measure}:
                found.add(measure)
    return sorted(found)


def _group(measure: str) -> str:
    return measure.rpartition("/")[0]


def _renamed(amount: Amount, names: dict[str, str]) -> Amount:
    measure = names.get(_group(amount.measure))
    if DOUBTFUL not in amount.repairs or measure is None:
        return amount
    spent = expenditure_of(tuple(measure.split("/")))
    repairs = tuple(FOUND if repair == DOUBTFUL else repair for repair in amount.repairs)
    return replace(amount, measure=measure, expenditure=spent, repairs=repairs, confidence=CONFIRMED)
