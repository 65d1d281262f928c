"""Read the dates and years of a document's head: 2023年3月, 二〇二三年九月, 2024-04-01."""

from __future__ import annotations

import re

_HAN = {"〇": "0", "○": "0", "零": "0"} | {
    char: str(number) for number, char in enumerate("一二三四五六七八九", start=1)
}
_YEAR = r"((?:19|20)\d\d|[二一][〇○零九0][〇○零一二三四五六七八九]{2})"
_NUMBER = r"(\d{1,2}|[一二三四五六七八九]|十[一二]?|二?三?十[一二三四五六七八九]?)"
_DATE = re.compile(rf"{_YEAR}\s*[年\-/.]\s*{_NUMBER}\s*(?:月|[\-/.]|$)\s*(?:{_NUMBER}\s*日?)?")
_FISCAL = re.compile(rf"{_YEAR}\s*年(?:度|\s)?(?!\s*{_NUMBER}\s*月(?!\s*[-—–~～至到]\s*{_NUMBER}\s*月))")
_TENS = "一二三四五六七八九"


def read_year(text: str) -> int | None:
    """Return the year that a text names as a fiscal year (``2023年度``, ``二〇二三年``), None for none."""
    match = _FISCAL.search(text)
    return int(_digits(match.group(1))) if match else None


def read_date(text: str, *, alone: bool = False) -> str | None:
    """Return the first date in a text as ISO (``2023-03`` or ``2024-04-01``), None for none.

    ``alone`` asks for a text that is nothing but the date.
    """
    match = _DATE.fullmatch(text.strip()) if alone else _DATE.search(text)
    if match is None:
        return None
    year, month, day = int(_digits(match.group(1))), _small(match.group(2)), _small(match.group(3) or "0")
    if not 1 <= month <= 12 or day > 31:
        return None
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")


def _digits(text: str) -> str:
    return "".join(_HAN.get(char, char) for char in text)


def _small(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, mark, ones = text.rpartition("十")
    value = {char: number for number, char in enumerate(_TENS, start=1)}
    return (value.get(tens, 1) * 10 if mark else 0) + value.get(ones, 0)
