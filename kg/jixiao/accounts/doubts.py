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
SURE = Decimal("0.9")
WORDS = {
    "label-missing": "这一行没有印出名称",
    "label-from-other-half": "这一行的名称取自表的另一半",
    "shifted-row": "数字错位，已移到所属的列，没有合计可以核对",
    "aligned-by-sum": "数字错位，按合计移到所属的列",
    "unit-assumed": "没有印出金额单位，按前面的表的单位算，前面也没有就按万元",
    DOUBTFUL: "列名丢失，不知道是哪一列",
    FOUND: "列名丢失，参照另一张表补出",
}
"""Why an amount is unsure, by what was mended to read it."""


def with_doubts(amount: Amount) -> Amount:
    """Return an amount that says in words what is unsure, where something is."""
    if amount.confidence >= SURE:
        return amount
    return replace(amount, doubts=tuple(WORDS[each] for each in amount.repairs if each in WORDS))


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
    return with_doubts(replace(amount, measure=measure, expenditure=spent, repairs=repairs, confidence=CONFIRMED))
