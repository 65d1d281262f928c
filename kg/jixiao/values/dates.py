"""Dates, deadlines and spans as target values print them.

Dates leave as ISO: ``2023-12-31``, ``2022-12`` (a month), ``--12-31`` and ``--12`` (no year known).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from jixiao.text.dates import SMALL, YEAR, month_end, small_number, year_number
from jixiao.text.folding import squeeze
from jixiao.text.numerals import parse_numeral

_MONTH_PART = r"底|末|初|上旬|中旬|下旬"
_YEAR_PART = r"底|末|终|内|初"


def _moment(n: int) -> str:
    """Return the pattern of one moment: a day, a (part of a) month, a quarter, half a year, a year."""
    this = "本年度?|当年度?"
    return rf"""
        (?:(?P<y{n}>{YEAR}|2\d(?=年{SMALL}月))年度?|(?P<next{n}>次年|翌年|下一?年度?)|(?:{this}|全年)(?={SMALL}月))?的?(?P<m{n}>{SMALL})月份?
            (?:(?P<d{n}>{SMALL})[日号]|(?P<part{n}>{_MONTH_PART}))?
      | (?P<iso_y{n}>{YEAR})(?P<mark{n}>[./-])(?P<iso_m{n}>\d{{1,2}})
            (?:(?P=mark{n})(?P<iso_d{n}>\d{{1,2}})(?!\d)[日号]?)?(?!\d|%|(?P=mark{n})\d)
      | (?:(?P<q_y{n}>{YEAR})年度?|{this})?第?(?P<q{n}>[一二三四1-4])季度(?P<q_part{n}>{_YEAR_PART})?
      | (?:(?P<h_y{n}>{YEAR})年度?|{this})?(?P<h{n}>[上下])半年(?P<h_part{n}>{_YEAR_PART})?
      | (?:(?P<end_y{n}>{YEAR})年[度年]?|{this})(?P<end{n}>{_YEAR_PART})
      | (?P<bare_end{n}>年底|年末|年终|年内)
      | (?:{YEAR}[-~至到])?(?P<only_y{n}>{YEAR})年度?(?!\d)
    """


_BY = r"(?P<by>(?:之|以)?前|为止|止|期间|以内|之内|内|(?P<since>起(?!至)|以后|之后|至今))?"
DATE = re.compile(
    rf"(?:(?:{_moment(1)})(?:[-~—–至到](?:{_moment(2)}|(?P<m3>\d{{1,2}})[./](?P<d3>\d{{1,2}})(?!\d)))?"
    rf"|(?P<y4>{YEAR})年度?(?P<from4>\d{{1,2}})[-~—–至到](?P<m4>\d{{1,2}})月份?(?P<part4>底|末)?"
    rf"|(?P<from5>\d{{1,2}})[-~—–至到](?P<m5>\d{{1,2}})月份?(?P<part5>底|末)?"
    rf"|(?P<m6>1[0-2]|0?[1-9])[./](?P<d6>[12]\d|3[01]|0?[1-9])日?(?=(?:之|以)?前)){_BY}",
    re.VERBOSE,
)
_DAYS_OF_PART = {"上旬": 10, "中旬": 20}


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold a date found in a text.

    ``due`` is ISO, the end of a span; ``end`` the offset behind it; ``by`` says that a word such as 前 or 底 makes it
    a deadline; ``year_only`` that only a year is named; ``exists`` is False for 2月30日; ``open_period`` that 前
    stands behind a whole month or quarter, which reads both ways; ``since`` that it is a beginning (2022年9月起);
    ``number_like`` that the text may be a number (2023.12) as well.
    """

    due: str
    end: int
    by: bool
    year_only: bool = False
    span: bool = False
    exists: bool = True
    open_period: bool = False
    since: bool = False
    number_like: bool = False


@lru_cache(maxsize=16384)
def parse_deadline(text: str | None, fiscal_year: int | None = None) -> str | None:
    """Return the due date, as ISO, of a text that is nothing but a date or deadline, None for anything else.

    ``2023年12月31日前`` → 2023-12-31, 12月底前 → the month's last day, ``2022年12月`` → 2022-12, 年底 → 12-31. A date
    without a year takes the fiscal year.
    """
    if not text:
        return None
    plain = squeeze(text).rstrip("。;,")
    moment = read_moment(plain, 0, fiscal_year)
    return moment.due if moment and moment.end == len(plain) and moment.exists else None


def read_moment(plain: str, start: int, fiscal_year: int | None) -> Moment | None:
    """Read the date that stands at an offset of a folded text, None when none does."""
    found = DATE.match(plain, start)
    if not found or found.end() == start:
        return None
    groups = {name: value for name, value in found.groupdict().items() if value}
    by, since = groups.pop("by", None), groups.pop("since", None)
    first, second = _of(groups, "1"), _of(groups, "2")
    for suffix in ("4", "5", "6"):
        if f"m{suffix}" in groups:
            second = {name: groups[name + suffix] for name in ("m", "d", "part") if name + suffix in groups}
            first = {"y": groups["y4"]} if suffix == "4" else {}
    if "m3" in groups:
        second = {"m": groups["m3"], "d": groups["d3"]}
    last = {**_years(first), **second} if second else first
    resolved = _resolve(last, fiscal_year)
    if resolved is None:
        return None
    due, exists, fixed = resolved
    span = bool(second) and "m6" not in groups
    day = last.get("d") or last.get("iso_d")
    if since and set(last) == {"only_y"}:
        due = f"{due[:4]}-01-01"
    return Moment(
        due,
        found.end(),
        by=fixed or by is not None,
        year_only=set(last) == {"only_y"},
        span=span,
        exists=exists,
        open_period=not (fixed or span or day) and by is not None and by.endswith("前"),
        since=since is not None,
        number_like=last.get("mark") == "." and not (day or span or by),
    )


def _of(groups: dict[str, str], suffix: str) -> dict[str, str]:
    return {name[: -len(suffix)]: value for name, value in groups.items() if name.endswith(suffix)}


def _years(moment: dict[str, str]) -> dict[str, str]:
    """Return the year of a span's first date, which its last takes when it names none."""
    year = next((moment[name] for name in ("y", "iso_y", "q_y", "h_y", "end_y", "only_y") if name in moment), None)
    return {"y": year} if year else {}


def _resolve(moment: dict[str, str], fiscal_year: int | None) -> tuple[str, bool, bool] | None:
    """Return (ISO date, whether it exists, whether its wording fixes a last day) of one moment."""
    printed = next((moment[name] for name in ("iso_y", "q_y", "h_y", "end_y", "only_y", "y") if name in moment), None)
    year = year_number(printed) if printed else fiscal_year
    if "next" in moment:
        year = year + 1 if year else None
    if "q" in moment or "h" in moment:
        month = (
            (int(parse_numeral(moment["q"]) or moment["q"]) * 3) if "q" in moment else 6 if moment["h"] == "上" else 12
        )
        return _iso(year, month, month_end(year, month)), True, bool({"q_part", "h_part"} & set(moment))
    if not {"m", "iso_m"} & set(moment):
        return _iso(year, 12, 31), True, "only_y" not in moment
    month = small_number(moment.get("iso_m") or moment["m"])
    if not 1 <= month <= 12:
        return None
    printed_day = moment.get("iso_d") or moment.get("d")
    if printed_day:
        day = small_number(printed_day)
        return (_iso(year, month, day), 1 <= day <= month_end(year, month), False) if 1 <= day <= 31 else None
    part = moment.get("part")
    if part and part != "初":
        return _iso(year, month, _DAYS_OF_PART.get(part, month_end(year, month))), True, True
    return f"{year:04d}-{month:02d}" if year else f"--{month:02d}", True, False


def _iso(year: int | None, month: int, day: int) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"
