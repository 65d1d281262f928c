"""Chinese numerals, where they stand for a number and nothing else."""

from __future__ import annotations

import re

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_PERCENT = re.compile(r"百分之(百|[零〇一二两三四五六七八九十点]+)")
_BOUNDED = re.compile(
    r"(?<=[≥≤><=])([一二两三四五六七八九十百千万]+)|^([一二两三四五六七八九十百千]+)(?=以上|以下|以内|左右)"
)
_PLACED = re.compile(r"(?<=前|第)([零〇一二两三四五六七八九十百]+)(?=名|位|$|以内|之内)")
_COUNTED = re.compile(
    r"(?<![一-龥/])(?=[一二两三四五六七八九十])([一二两三四五六七八九十百千]+)(?=个|次|天|日|月|年|名|人|件|项|场|期|小时|分钟|周)"
)


def parse_numeral(text: str) -> int | None:
    """Return the value of an isolated Chinese numeral (九十五 → 95), None for anything else."""
    if not text or any(character not in _DIGITS and character not in _PLACES for character in text):
        return None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * _PLACES[character]
            digit = 0
    return total + digit


def arabic_numerals(plain: str) -> str:
    """Return a text with the Chinese numerals of shares, ranks and counts in Arabic (前五 → 前5, 百分之九十五 → 95%).

    Numerals inside names stay (三公经费, 第一书记).
    """
    plain = _PERCENT.sub(lambda found: f"{_decimal(found.group(1))}%", plain)
    plain = _BOUNDED.sub(lambda found: _number(found.group()), plain)
    plain = _PLACED.sub(lambda found: str(parse_numeral(found.group(1))), plain)
    return _COUNTED.sub(lambda found: str(parse_numeral(found.group(1))), plain)


def _number(text: str) -> str:
    value = parse_numeral(text)
    return text if value is None else str(value)


def _decimal(text: str) -> str:
    if text == "百":
        return "100"
    whole, _, part = text.partition("点")
    fraction = "".join(str(_DIGITS.get(character, "")) for character in part)
    return f"{parse_numeral(whole)}" + (f".{fraction}" if fraction else "")
