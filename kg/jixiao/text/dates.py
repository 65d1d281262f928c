"""Read the years and dates that texts print: 2023年3月, 二〇二三年九月, 2024-04-01.

Dates leave as ISO: ``2023-12-31``, ``2022-12`` (a month).
"""

from __future__ import annotations

import re
from calendar import monthrange
from functools import lru_cache

from jixiao.text.folding import squeeze
from jixiao.text.numerals import parse_numeral

YEAR = r"(?:(?:19|20)\d\d|[一二][〇○零九Oo0][〇○零一二三四五六七八九Oo0]{2})"
SMALL = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"  # a month or day
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_RANGE = r"[-—~至到]"
_FIRST = rf"(?<![\d年〇○零一二三四五六七八九]{_RANGE})(?<!--)"  # no end of a span of years
_NAMED = re.compile(rf"{_FIRST}(?<!\d)({YEAR})(?=年|\)|\.\d|-\d\d(?!\d)|/|{_RANGE}{{1,2}}{YEAR}|至|$)")
_FISCAL = re.compile(rf"{_FIRST}(?<!\d)({YEAR})年度")
_WHOLE = re.compile(rf"{_FIRST}({YEAR})年(?:度)?(?!{_RANGE}{{1,2}}{YEAR})(?!{SMALL}月(?!{_RANGE}{SMALL}月))")
_DATE = re.compile(rf"({YEAR})[年\-/.]({SMALL})(?:月|[\-/.]|$)(?:({SMALL})日?)?")


def year_number(printed: str) -> int:
    """Return the number of a printed year: 2023, 二〇二三, 23 (of this century)."""
    digits = printed.translate(_DIGITS)
    return int(digits) + (2000 if len(digits) == 2 else 0)


@lru_cache(maxsize=16384)
def read_year(text: str | None) -> int | None:
    """Return the year a text names (``2023 年度``, 二〇二三年, 2023年3月): the first 年度, else the first; or None.

    Of a span (2025—2027年) it is the first.
    """
    if not text:
        return None
    plain = squeeze(text)
    return _year_of(_FISCAL.search(plain) or _NAMED.search(plain))


def read_fiscal_year(text: str) -> int | None:
    """Return the whole year a text is about (``2023年度``, 2023年1-6月).

    None where it only dates a day or month, or spans several years (2026—2028年).
    """
    return _year_of(_WHOLE.search(squeeze(text)))


def _year_of(found: re.Match[str] | None) -> int | None:
    if found:
        return year_number(found.group(1))
    return None


def parse_date(text: str) -> str | None:
    """Return the date that a text is and nothing else (``2023年3月``, ``2024-04-01``), None for any other text."""
    return _iso(_DATE.fullmatch(squeeze(text)))


def find_date(text: str) -> str | None:
    """Return the first date in a text, None when there is none."""
    return _iso(_DATE.search(squeeze(text)))


def month_end(year: int | None, month: int) -> int:
    """Return the last day of a month (29 February where the year is not known)."""
    return monthrange(year or 2000, month)[1]


def small_number(printed: str) -> int:
    """Return the number of a printed month or day: 12, 十二."""
    if printed.isdigit():
        return int(printed)
    return int(parse_numeral(printed) or 0)


def _iso(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    year, month = year_number(found.group(1)), small_number(found.group(2))
    day = small_number(found.group(3) or "0")
    if not 1 <= month <= 12 or day > 31:
        return None
    if day:
        return f"{year:04d}-{month:02d}-{day:02d}"
    return f"{year:04d}-{month:02d}"
