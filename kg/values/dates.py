"""Years and dates as documents print them."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {
    "〇": "0",
    "○": "0",
    "零": "0",
    "Ｏ": "0",
    **{character: str(i) for i, character in enumerate("一二三四五六七八九", 1)},
}
_CHINESE_YEAR = re.compile(r"[二][〇○零Ｏ一二三四五六七八九]{3}(?=\s*年)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*(?:年|\.|-|/|至|\)|）|$))")


def parse_year(text: str | None) -> int | None:
    """Return the first year a text names (2023 年度, 二〇二三年), None when it names none."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    plain = _CHINESE_YEAR.sub(lambda found: "".join(_DIGITS[c] for c in found.group()), plain)
    found = _YEAR.search(plain.strip())
    return int(found.group(1)) if found else None


_DEADLINE = re.compile(
    r"(?:(?P<year>\d{4})[年.\-/])?(?:(?P<month>\d{1,2})(?:月份|月|[.\-/](?=\d)))?(?:(?P<day>\d{1,2})[日号]?)?(?P<end>年底|年末|底|末|上旬|中旬|下旬)?"
)
_PART_ENDS = {
    **{
        f"{word}{quarter}季度": month
        for word in ("第", "")
        for quarter, month in zip("一二三四1234", (3, 6, 9, 12) * 2, strict=True)
    },
    "上半年": 6,
    "下半年": 12,
}
_PART = re.compile(rf"(?:(?P<year>\d{{4}})年?)?(?P<part>{'|'.join(_PART_ENDS)})(?:末|底)?")
_LAST = {4: 30, 6: 30, 9: 30, 11: 30}
_THIRDS = {"上旬": 10, "中旬": 20}


def month_end(year: int | None, month: int) -> int:
    """Return the last day of a month (29 February in leap years and where the year is not known)."""
    if month == 2:
        leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
        return 29 if leap else 28
    return _LAST.get(month, 31)


def parse_deadline(plain: str, fiscal_year: int | None = None) -> tuple[str, bool] | None:
    """Return (ISO date or month, whether the date exists) of a date text without blanks, None when it is none.

    2023年12月31日 → 2023-12-31, 12月底 → the month's last day, 2022年12月 → 2022-12, 年底 → 12-31. A date without a
    year takes the fiscal year, and is --MM-DD when that is not known either.
    """
    if re.fullmatch(r"\d{4}\.\d{1,2}|\d{1,2}\.\d{1,2}", plain):
        head, _, tail = plain.partition(".")
        plain = f"{head}年{tail}月" if len(head) == 4 else f"{head}月{tail}日"
    part = _PART.fullmatch(plain)
    if part:
        head = part["year"] or (f"{fiscal_year:04d}" if fiscal_year else "-")
        month = _PART_ENDS[part["part"]]
        return f"{head}-{month:02d}-{month_end(None, month):02d}", True
    found = _DEADLINE.fullmatch(plain)
    if not found or not any(found.groups()):
        return None
    year = int(found["year"]) if found["year"] else fiscal_year
    end = found["end"]
    month = int(found["month"]) if found["month"] else None
    day = int(found["day"]) if found["day"] else None
    if month is None:
        if day is not None or not (end or found["year"]) or (end and not end.startswith("年") and not found["year"]):
            return None
        month, end = 12, "底"
    if not 1 <= month <= 12:
        return None
    if end and day is None:
        day = _THIRDS.get(end, month_end(year, month))
    head = f"{year:04d}" if year else "-"
    if day is None:
        return f"{head}-{month:02d}", True
    return f"{head}-{month:02d}-{day:02d}", 1 <= day <= month_end(year, month)
