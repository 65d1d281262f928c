"""Put the points of 预算执行率, printed as a row among the indicators, with the money they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.forms.fields import source_of
from jixiao.forms.lines import Line
from jixiao.forms.recognition import Header
from jixiao.model import FundLine, Table
from jixiao.values.amounts import parse_amount, parse_points


def with_execution(funds: Sequence[FundLine], table: Table, header: Header, line: Line | None) -> tuple[FundLine, ...]:
    """Return the money lines with rate, weight and score of such a row, on the total that has none of its own.

    Where the form prints no money the row is a line of its own.
    """
    printed = {role: _figure(line.value(header, role)) for role in _ROLES} if line else {}
    if line is None or (printed["weight"] is None and printed["score"] is None):
        return tuple(funds)
    for place, fund in enumerate(funds):
        if fund.fund == "total" and fund.weight is None and fund.score is None:
            rate = fund.rate if fund.rate is not None else printed["actual"]
            held = replace(fund, rate=rate, weight=printed["weight"], score=printed["score"])
            return (*funds[:place], held, *funds[place + 1 :])
    if any(fund.fund == "total" for fund in funds):
        return tuple(funds)
    own = FundLine(
        "total", line.row.filled[0].text, source_of(table, line.row),
        rate=printed["actual"], weight=printed["weight"], score=printed["score"],
    )  # fmt: skip
    return (*funds, own)


def _figure(text: str | None) -> Decimal | None:
    """Return the number of a cell, with or without its sign (98%, 9.8分)."""
    number = parse_amount((text or "").rstrip("%％"))
    return parse_points(text)[0] if number is None else number


_ROLES = ("actual", "weight", "score")
