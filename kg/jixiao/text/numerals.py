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
def parse_numeral(text: str) -> Decimal | None:
    """Return the value of an isolated numeral (九十五 → 95, 二〇二三 → 2023, 三点五 → 3.5), None for anything else.

    Shortened forms that leave out a place (一百二) are None: they mean different numbers to different people.
    """
    whole, point, fraction = text.translate(_PLACES).partition("点")
    number = _whole(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    if not fraction or any(digit not in _VALUES for digit in fraction):
        return None
    return Decimal(f"{number}." + "".join(str(_VALUES[digit]) for digit in fraction))


def _whole(text: str) -> int | None:
    if text and all(digit in _VALUES for digit in text):
        return int("".join(str(_VALUES[digit]) for digit in text))
    total = 0
    for place, factor in (("亿", 10**8), ("万", 10**4)):
        before, found, after = text.partition(place)
        if found:
            section = _section(before)
            if not section:
                return None
            total, text = total + section * factor, after
    section = _section(text) if text or not total else 0
    return None if section is None else total + section


def _section(text: str) -> int | None:
    """Return the value of a numeral below ten thousand."""
    found = _SECTION.fullmatch(text)
    if not text or not found:
        return None
    if found["one"] and not found["zero"] and not found["ten"] and (found["百"] or found["千"]):
        return None
    total = sum(_VALUES[found[place]] * factor for place, factor in (("千", 1000), ("百", 100)) if found[place])
    total += (_VALUES[found["十"]] if found["十"] else 1) * 10 if found["ten"] else 0
    return total + (_VALUES[found["one"]] if found["one"] else 0)
