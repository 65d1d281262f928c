"""Deadlines and spans of time as documents print them."""

from __future__ import annotations

import pytest

from jixiao.text.folding import squeeze
from jixiao.values.dates import read_moment


def due_date(text: str, fiscal_year: int | None = None) -> str | None:
    """Return when a text is due that is nothing but a date."""
    plain = squeeze(text)
    moment = read_moment(plain, 0, fiscal_year)
    return moment.due if moment and moment.exists and moment.end == len(plain) else None


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2023年12月31日前", "2023-12-31"),
        ("2023 年 12 月 31 日", "2023-12-31"),
        ("二〇二三年十二月三十一日前", "2023-12-31"),
        ("2023年12月", "2023-12"),
        ("2024年2月底前", "2024-02-29"),
        ("2023年2月底", "2023-02-28"),
        ("12月底之前", "2020-12-31"),
        ("9月中旬", "2020-09-20"),
        ("年底前", "2020-12-31"),
        ("2021年底", "2021-12-31"),
        ("本年度内", "2020-12-31"),
        ("上半年", "2020-06-30"),
        ("第三季度末", "2020-09-30"),
        ("2022年第四季度", "2022-12-31"),
        ("2023/9/30前", "2023-09-30"),
        ("2023-09-30", "2023-09-30"),
        ("12.31前", "2020-12-31"),
        ("2021.1.1-12.31", "2021-12-31"),
        ("2023.07-2024.01", "2024-01"),
        ("1-11月", "2020-11"),
        ("2022年4月1日至2023年3月31日", "2023-03-31"),
        ("2021-2023年", "2023-12-31"),
        ("次年3月底前", "2021-03-31"),
        ("2022年起", "2022-01-01"),
        ("2023年2月30日前", None),
        ("13月", None),
        ("12月31日前完成", None),
        ("20个", None),
        ("", None),
    ],
)
def test_deadlines(text: str, due: str | None) -> None:
    assert due_date(text, 2020) == due


def test_a_date_without_a_year_stays_without() -> None:
    assert due_date("10月底前") == "--10-31"
    assert due_date("2月底前") == "--02-29"
    assert due_date("12月") == "--12"


def test_what_a_moment_leaves_open_is_told() -> None:
    def moment(text: str) -> tuple[bool, ...]:
        found = read_moment(text, 0, None)
        assert found is not None
        return found.by, found.exists, found.open_period, found.span, found.since

    assert moment("2023年12月31日前") == (True, True, False, False, False)
    assert moment("2023年12月31日") == (False, True, False, False, False)
    assert moment("2023年9月前") == (True, True, True, False, False)
    assert moment("2023年4月31日前") == (True, False, False, False, False)
    assert moment("2023年1月-6月") == (False, True, False, True, False)
    assert moment("2023年1月1日起") == (True, True, False, False, True)


def test_numbers_are_no_dates() -> None:
    for text in ("1000", "3.5", "12个月", "月", "2000-3000元", "10:30", "1-10名"):
        assert read_moment(text, 0, 2023) is None, text
