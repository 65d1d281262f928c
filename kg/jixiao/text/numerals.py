"""Read Chinese numerals that stand alone: never run on names (三公经费, 第一书记 stay as they are)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

DIGITS = "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
NUMERAL = rf"[{DIGITS}十百千万亿点拾佰仟萬億]"
_VALUES = dict(zip(DIGITS, (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLACES = str.maketrans("拾佰仟萬億〇○", "十百千万亿零零")
_DIGIT = rf"[{DIGITS}]"
_SECTION = re.compile(
    rf"(?:(?P<千>{_DIGIT})千)?(?:零?(?P<百>{_DIGIT})百)?(?:零?(?P<十>{_DIGIT})?(?P<ten>十))?(?P<zero>零)?(?P<one>{_DIGIT})?"
)


@lru_cache(maxsize=16384)
def parse_numeral(text: str, *, shortened: bool = False) -> Decimal | None:
    """Return the value of an isolated numeral (九十五 → 95, 二〇二三 → 2023, 三点五 → 3.5), None for anything else.

    Forms that leave out a place (一百二, 一万五) mean different numbers to different people: they are None in
    documents, and with ``shortened``, as people speak, 120 and 15000. So are 百 and 千 alone.
    """
    whole, point, fraction = text.translate(_PLACES).partition("点")
    if shortened and whole[:1] in ("百", "千"):
        whole = f"一{whole}"
    number = _whole(whole, shortened=shortened)
    if number is None or (point and not _is_digits(fraction)):
        return None
    return Decimal(f"{number}.{_digits(fraction)}" if point else number)


def _is_digits(text: str) -> bool:
    return bool(text) and all(character in _VALUES for character in text)


def _digits(text: str) -> str:
    return "".join(str(_VALUES[character]) for character in text)


def _whole(text: str, *, shortened: bool) -> int | None:
    if _is_digits(text):
        return int(_digits(text))
    total = left_out = 0
    for place, factor in (("亿", 10**8), ("万", 10**4)):
        before, found, after = text.partition(place)
        if not found:
            continue
        section = _section(before, shortened=False)
        if not section:
            return None
        total += section * factor
        text, left_out = after, factor // 10
    if total and not text:
        return total
    if left_out and text in _VALUES:
        if shortened:
            return total + _VALUES[text] * left_out
        return None
    section = _section(text, shortened=shortened)
    if section is None:
        return None
    return total + section


def _section(text: str, *, shortened: bool) -> int | None:
    """Return the value of a numeral below ten thousand."""
    found = _SECTION.fullmatch(text)
    if not text or not found:
        return None
    ones = 1
    if (found["百"] or found["千"]) and found["one"] and not found["zero"] and not found["ten"]:
        if not shortened:
            return None
        ones = 10 if found["百"] else 100
    total = 0
    if found["ten"]:
        total = 10 * _VALUES.get(found["十"], 1)
    for place, factor in (("千", 1000), ("百", 100), ("one", ones)):
        total += factor * _VALUES.get(found[place], 0)
    return total
