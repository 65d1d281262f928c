"""Chinese numerals, isolated."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jixiao.text.numerals import parse_numeral


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("〇", 0), ("两", 2), ("九", 9), ("十", 10), ("十二", 12), ("二十", 20), ("九十五", 95),
        ("一百", 100), ("一百零五", 105), ("一百二十", 120), ("一百一十五", 115), ("三千五百", 3500),
        ("一千零二十", 1020), ("一万二千", 12000), ("五十万", 500000), ("一亿二千万", 120000000), ("二〇二三", 2023),
        ("二○二二", 2022),
        ("贰佰伍拾", 250), ("伍拾萬", 500000), ("三点五", "3.5"), ("九十八点零六", "98.06"),
    ],
)  # fmt: skip
def test_numerals(text: str, number: int | str) -> None:
    assert parse_numeral(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "第一",
        "三公",
        "百",
        "十百",
        "一百二",
        "一千五",
        "一万二",
        "三亿五",
        "万",
        "点五",
        "三点",
        "3",
        "一网",
        "二十三十",
    ],
)
def test_what_is_no_numeral_or_means_different_numbers(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百二", 120), ("一千五", 1500), ("一百零五", 105), ("一万二", 12000), ("三亿五", 350000000), ("百", 100),
        ("千", 1000), ("九十五", 95), ("二〇二三", 2023), ("一百二十", 120),
    ],
)  # fmt: skip
def test_numerals_as_people_shorten_them(text: str, number: int) -> None:
    assert parse_numeral(text, shortened=True) == number


def test_every_number_below_ten_thousand_has_one_numeral() -> None:
    digits = "零一二三四五六七八九"

    def written(number: int) -> str:
        text = ""
        for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = number // place % 10
            if digit:
                text += digits[digit] + name
            elif text and number % place and not text.endswith("零"):
                text += "零"
        return text

    assert all(parse_numeral(written(number)) == number for number in range(1, 10000))
