"""Printed amounts: numbers of tables, sums in prose, unit lines."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_BRACKETED = re.compile(r"\(([^()]+)\)")
_MONEY = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(亿|千万|百万|万|千)?\s*元")
_FACTORS = (("亿元", 10**8), ("千万元", 10**7), ("百万元", 10**6), ("万元", 10**4), ("千元", 10**3), ("元", 1))
_SCALES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, None: 1}


def parse_amount(text: str | None) -> Decimal | None:
    """Return a number printed in a table (thousands separators, full width, brackets for negatives), None for none."""
    if not text:
        return None
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
    bracketed = _BRACKETED.fullmatch(plain)
    if bracketed and _NUMBER.fullmatch(bracketed.group(1)):
        return -Decimal(bracketed.group(1).replace(",", ""))
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def money_factor(text: str | None) -> Decimal | None:
    """Return what the unit named in a text (单位：万元, 项目资金（元）) is in yuan, None when it names none."""
    if not text:
        return None
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return next((Decimal(factor) for word, factor in _FACTORS if word in plain), None)


def parse_money(text: str | None) -> Decimal | None:
    """Return the first sum of money of a text in yuan (105.96万元 → 1059600.00), None when it states none."""
    found = _MONEY.search(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))) if text else None
    return Decimal(found.group(1).replace(",", "")) * _SCALES[found.group(2)] if found else None
