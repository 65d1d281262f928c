"""Totals of outlines (收支总表): what is printed is lifted, and a sum that does not hold is said with its figures."""

from __future__ import annotations

import re

import pytest

from jixiao.accounts import read_money_tables
from jixiao.documents.reading import read_bytes

TABLE = """收支预算总表

单位：万元

收入\t\t支出\t
项目\t预算数\t项目\t预算数
一、一般公共预算拨款\t{first}\t一、教育支出\t60.00
（一）经费拨款\t70.00\t二、卫生健康支出\t40.00
（二）非税收入\t{second}\t\t
二、事业收入\t20.00\t\t
本年收入合计\t{year}\t本年支出合计\t100.00
上年结转\t5.00\t结转下年\t5.00
收入总计\t105.00\t支出总计\t105.00
"""
RIGHT = {"first": "80.00", "second": "10.00", "year": "100.00"}


def said(**changes: str) -> list[str]:
    tables, issues = read_money_tables(read_bytes("表.txt", TABLE.format(**RIGHT | changes).encode()))
    assert sum(len(table.amounts) for table in tables) == 12
    return [issue.message for issue in issues if issue.code in ("total-does-not-add", "total-contradicts-parts")]


def test_sums_that_hold_are_not_spoken_of() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("changes", "label", "figures"),
    [
        ({"year": "101.00"}, "本年收入合计", "印为101.00，各分项相加为100.00，相差1.00"),
        ({"second": "12.00"}, "一、一般公共预算拨款", "印为80.00，各分项相加为82.00，相差-2.00"),
    ],
)
def test_a_sum_that_does_not_hold_is_said(changes: dict[str, str], label: str, figures: str) -> None:
    found = [message for message in said(**changes) if f"“{label}”的" in message]
    assert len(found) == 1
    assert figures in re.sub("（.*?）相加", "相加", found[0])
