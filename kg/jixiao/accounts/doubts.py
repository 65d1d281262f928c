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
    sure = [each for table in tables for each in table.amounts if DOUBTFUL not in each.repairs]
    settled = tuple(_settled(table, sure) for table in tables)
    left = [each for table in settled for each in table.amounts if DOUBTFUL in each.repairs]
    return settled, tuple(issue(DOUBTFUL, each.source, text=each.text, measure=each.measure) for each in left)


def _settled(table: MoneyTable, sure: Sequence[Amount]) -> MoneyTable:
    places = {_place(each) for each in table.amounts if DOUBTFUL in each.repairs}
    found = {each.measure for each in sure if _place(each) in places} if places else set()
    found -= {each.measure for each in table.amounts}
    if len(found) != 1:
        return table
    return replace(table, amounts=tuple(_renamed(each, *found) for each in table.amounts))


def _place(amount: Amount) -> tuple[str | None, Decimal, str]:
    return amount.item_code, amount.value, amount.measure.rpartition("/")[0]


def _renamed(amount: Amount, measure: str) -> Amount:
    if DOUBTFUL not in amount.repairs:
        return amount
    spent = expenditure_of(tuple(measure.split("/")))
    repairs = tuple(FOUND if repair == DOUBTFUL else repair for repair in amount.repairs)
    return replace(amount, measure=measure, expenditure=spent, repairs=repairs, confidence=CONFIRMED)
