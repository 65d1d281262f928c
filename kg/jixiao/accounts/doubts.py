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
    settled = [_settled(table, [other for other in tables if other is not table]) for table in tables]
    left = [each for table in settled for each in table.amounts if DOUBTFUL in each.repairs]
    issues = (issue(DOUBTFUL, each.source, text=each.text, measure=each.measure) for each in left)
    return tuple(settled), tuple(issues)


def _settled(table: MoneyTable, others: Sequence[MoneyTable]) -> MoneyTable:
    doubtful = [each for each in table.amounts if DOUBTFUL in each.repairs]
    printed = {each.measure for each in table.amounts if DOUBTFUL not in each.repairs}
    lost = _lost(doubtful, [each for other in others for each in other.amounts], printed)
    if len(lost) != 1:
        return table
    return replace(table, amounts=tuple(_renamed(each, lost[0]) for each in table.amounts))


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


def _renamed(amount: Amount, measure: str) -> Amount:
    if DOUBTFUL not in amount.repairs or _group(amount.measure) != _group(measure):
        return amount
    spent = expenditure_of(tuple(measure.split("/")))
    repairs = tuple(FOUND if repair == DOUBTFUL else repair for repair in amount.repairs)
    return replace(amount, measure=measure, expenditure=spent, repairs=repairs, confidence=CONFIRMED)
