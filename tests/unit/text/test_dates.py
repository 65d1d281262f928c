"""Years and dates as texts print them."""

from __future__ import annotations

import pytest

from jixiao.text.dates import find_date, month_end, parse_date, read_fiscal_year, read_year, year_number


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023年度", 2023),
        ("2023 年 度", 2023),
        ("（2022年度）", 2022),
        ("二〇二三年", 2023),
        ("二○二二年部门预算", 2022),
        ("2021年5月公布的2022年度预算", 2022),
        ("2019-12-31", 2019),
        ("2023.5", 2023),
        ("2023", 2023),
        ("１９９９年", 1999),
        ("20230", None),
        ("第2023号", None),
        ("项目编码410308230000000020350", None),
        ("2023年3月", 2023),
        ("2O23年", None),
        ("三年滚动项目（2025—2027年）", 2025),
        ("二〇二五年至二〇二七年", 2025),
        ("截至2024年", 2024),
        ("", None),
    ],
)
def test_years(text: str, year: int | None) -> None:
    assert read_year(text) == year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("二〇二三年度部门决算", 2023),
        ("（2021年度）", 2021),
        ("２０２２ 年部门预算", 2022),
        ("2024年1—7月", 2024),
        ("2024年1-7月份", 2024),
        ("2023年3月", None),
        ("2023 年 十二 月", None),
        ("第12年", None),
        ("实施期目标（2026—2028年）", None),
        ("2025年—2027年", None),
        ("", None),
    ],
)
def test_fiscal_years(text: str, year: int | None) -> None:
    assert read_fiscal_year(text) == year


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2023年3月", "2023-03"),
        ("二〇二三年九月", "2023-09"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("2024-04-01", "2024-04-01"),
        ("2024 年 4 月 1 日", "2024-04-01"),
        ("２０２４．４．１", "2024-04-01"),
        ("2024—4—1", "2024-04-01"),
        ("2023年13月", None),
        ("2023年3月32日", None),
        ("2023年度", None),
        ("发布日期：2023年3月", None),
        ("", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert parse_date(text) == date


def test_the_first_date_of_a_text() -> None:
    assert find_date("发布日期： 2024 年 4 月 1 日 来源：2023年3月") == "2024-04-01"
    assert find_date("2023年度部门决算") is None


def test_printed_years() -> None:
    assert [year_number(printed) for printed in ("2023", "二〇二三", "一九九八", "23")] == [2023, 2023, 1998, 2023]


def test_the_last_days_of_months() -> None:
    assert [month_end(2023, month) for month in range(1, 13)] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert (month_end(2024, 2), month_end(1900, 2), month_end(None, 2)) == (29, 28, 29)
