"""Printed amounts: the numbers of tables, percentages, unit lines, sums of money. Exact decimals throughout."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jixiao.text.folding import fold_width, squeeze
from jixiao.text.numerals import NUMERAL, parse_numeral

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = re.compile(rf"(?P<sign>[-+△▲])?(?P<digits>{_DIGITS}|\.\d+)(?P<exponent>[eE][-+]?\d{{1,2}})?")
_BRACKETED = re.compile(rf"\((?=[\d,]*\.|[\d,]{{3}})(?P<digits>{_DIGITS})\)")  # (1) and (12) are item numbers
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|[¥￥])", re.IGNORECASE)
_WRAP = re.compile(r"(?<=[\d,.])\s+(?=[,.])|(?<=[,.])\s+(?=\d)|(?<=^[-+])\s+")
_FOREIGN = "美欧日港英澳"
_UNIT = re.compile(rf"(?<![单多公纪{_FOREIGN}])(?P<scale>[十百千]?万|[百千十]|亿|万亿)?元(?![旦素件器月宵老])")
_SCALES = {
    None: 1, "十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "万亿": 10**12,
}  # fmt: skip
_MONEY = re.compile(
    rf"(?:(?P<sign>-)?(?:(?P<yi>\d+)亿(?=\d+(?:\.\d+)?万))?(?P<digits>{_DIGITS})(?P<scale>万亿|[十百千]?万|[百千十]|亿)?"
    rf"|(?<![几数第])(?P<han>{NUMERAL}+))元(?![旦素件器])"
)
_PERCENT = re.compile(rf"(?P<number>[-+]?{_DIGITS})%|百分之(?P<worded>{NUMERAL}+|{_DIGITS})")
_POINTS = re.compile(r"\(?(?P<points>\d+(?:\.\d+)?)(?:分|%|分?/(?P<of>\d+(?:\.\d+)?)分?)\)?")


@lru_cache(maxsize=65536)
def parse_amount(text: str | None) -> Decimal | None:
    """Return the number that a table cell holds and nothing else, None for none (``-``, blank, words, two numbers).

    Known are thousands separators, full width, line wraps inside the number, a currency sign, a minus of any width,
    accounting negatives (``(12.5)``, ``△12.5``). A number whose separators do not fit is None: it may be damaged.
    """
    if not text:
        return None
    plain = _CURRENCY.sub("", fold_width(text).strip())
    plain = _WRAP.sub("", plain.strip())
    if bracketed := _BRACKETED.fullmatch(plain):
        return -_decimal(bracketed["digits"])
    found = _NUMBER.fullmatch(plain)
    if not found:
        return None
    number = _decimal(found["digits"])
    if found["exponent"]:
        number = Decimal(format(Decimal(f"{number}{found['exponent']}"), "f"))
    if found["sign"] in ("-", "△", "▲"):
        return -number
    return number


@lru_cache(maxsize=16384)
def parse_percent(text: str | None) -> Decimal | None:
    """Return the percentage a cell holds and nothing else (``-26.27%`` → -26.27, 百分之九十五 → 95), None for none."""
    found = _PERCENT.fullmatch(squeeze(text or ""))
    if not found:
        return None
    printed = found["number"] or found["worded"]
    if printed[-1].isdigit():
        return _decimal(printed)
    return parse_numeral(printed)


@lru_cache(maxsize=16384)
def parse_points(text: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Return the points a cell holds and what they are out of: 10, 10分, 10% → (10, None); 9.5/10 → (9.5, 10).

    A percentage is one of the whole form's hundred points. (None, None) for anything else.
    """
    found = _POINTS.fullmatch(squeeze(text or ""))
    if not found:
        return parse_amount(text), None
    points = Decimal(found["points"])
    if not found["of"]:
        return points, None
    return points, Decimal(found["of"])


@lru_cache(maxsize=4096)
def money_factor(text: str | None) -> Decimal | None:
    """Return what the money unit a text names (``单位：万元``, ``项目资金（元）``) is in yuan, None when it names none.

    Foreign money and words that only contain 元 (单元, 多元) are none.
    """
    found = _UNIT.search(squeeze(text or ""))
    if found:
        return Decimal(_SCALES[found["scale"]])
    return None


def parse_whole_money(text: str) -> Decimal | None:
    """Return in yuan the sum that a text is and nothing else (``1260万元``), None for any other text."""
    found = _MONEY.fullmatch(squeeze(text))
    if found:
        return _yuan(found)
    return None


@lru_cache(maxsize=16384)
def parse_money(text: str | None) -> Decimal | None:
    """Return the first sum of yuan a text states, in yuan (``105.96万元`` → 1059600.00), None when it states none."""
    for found in _MONEY.finditer(squeeze(text or "")):
        amount = _yuan(found)
        if amount is not None:
            return amount
    return None


def _yuan(found: re.Match[str]) -> Decimal | None:
    """Return the sum of a match; its scale and 亿 before 万 count with digits only."""
    if not found["digits"]:
        return parse_numeral(found["han"])
    amount = _decimal(found["digits"]) * _SCALES[found["scale"]]
    amount += Decimal(found["yi"] or 0) * 10**8
    if found["sign"]:
        return -amount
    return amount


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))
