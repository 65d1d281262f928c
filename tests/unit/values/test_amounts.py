"""Amounts, percentages, unit lines and sums of money as tables and sentences print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jixiao.values.amounts import money_factor, parse_amount, parse_money, parse_percent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.56", "1234.56"),
        ("11,345,678.90", "11345678.90"),
        ("１，２３４．５６", "1234.56"),
        (" 0 ", "0"),
        ("0.00", "0.00"),
        (".5", "0.5"),
        ("-3.5", "-3.5"),
        ("－3.5", "-3.5"),
        ("−3.5", "-3.5"),
        ("(12.5)", "-12.5"),
        ("（1,000）", "-1000"),
        ("△12.5", "-12.5"),
        ("¥1,234", "1234"),
        ("人民币 500.00", "500.00"),
        ("1,234. 56", "1234.56"),
        ("1, 234.56", "1234.56"),
        ("1.2E+05", "120000"),
        ("+8", "8"),
    ],
)
def test_a_cell_with_a_number_and_nothing_else(text: str, expected: str) -> None:
    number = parse_amount(text)
    assert number is not None
    assert str(number) == expected


@pytest.mark.parametrize(
    "text",
    ["", "-", "—", "/", "合计", "5个", "12.5万元", "100%", "12.3 45.6", "10 100", "12 345.67", "1,2345", "1.234.56",
     "4,8000.00", "(1)", "（12）", "1,23", "--5", "1e999", "2023年", "NaN", "Infinity", "一百"],
)  # fmt: skip
def test_what_is_no_number_or_may_be_damaged(text: str) -> None:
    assert parse_amount(text) is None


def test_no_amount_of_no_text() -> None:
    assert parse_amount(None) is None
    assert parse_percent(None) is None
    assert parse_money(None) is None
    assert money_factor(None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("95%", "95"), ("95.5％", "95.5"), ("-26.27%", "-26.27"), ("0.00 %", "0.00"), ("1,250%", "1250"),
     ("百分之九十五", "95"), ("百分之95.5", "95.5"), ("百分之一百", "100")],
)  # fmt: skip
def test_percentages(text: str, expected: str) -> None:
    assert str(parse_percent(text)) == expected


@pytest.mark.parametrize("text", ["95", "≥95%", "95%以上", "%", "0.95", "百分之", "完成率95%"])
def test_what_is_no_percentage(text: str) -> None:
    assert parse_percent(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单位：万元", 10000),
        ("单 位：万 元", 10000),
        ("金额单位:元", 1),
        ("单位：人民币元", 1),
        ("（单位：千元）", 1000),
        ("亿元", 10**8),
        ("百万元", 10**6),
        ("项目资金（元）", 1),
        ("年度资金总额（万元）", 10000),
        ("单位：万元、%", 10000),
        ("单位：个", None),
        ("多元化发展", None),
        ("教学单元", None),
        ("元旦前", None),
        ("单位：万美元", None),
        ("合计", None),
    ],
)
def test_what_the_unit_of_a_form_is_in_yuan(text: str, expected: int | None) -> None:
    assert money_factor(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("105.96万元", "1059600.00"),
        ("105.96 万 元", "1059600.00"),
        ("1.2亿元", "120000000.0"),
        ("3,500元", "3500"),
        ("3.5千元", "3500.0"),
        ("本年预算5万元，其中财政拨款2万元", "50000"),
        ("1亿2000万元", "120000000"),
        ("伍万元整", "50000"),
        ("一百二十万元", "1200000"),
        ("-5万元", "-50000"),
        ("2023年安排资金54.27万元", "542700.00"),
    ],
)
def test_sums_of_money_in_yuan(text: str, expected: str) -> None:
    amount = parse_money(text)
    assert amount == Decimal(expected)
    assert str(amount) == expected


@pytest.mark.parametrize("text", ["12万美元", "几万元", "数十万元", "万元", "105.96", "多元", "单元5个", ""])
def test_what_states_no_sum(text: str) -> None:
    assert parse_money(text) is None
