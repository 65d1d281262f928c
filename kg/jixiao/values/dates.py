"""Dates, deadlines and spans as target values print them.

Dates leave as ISO: ``2023-12-31``, ``2022-12`` (a month), ``--12-31`` and ``--12`` (no year known).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.text.dates import SMALL, YEAR, month_end, small_number, year_number

_MONTH_PART = r"底|末|初|上旬|中旬|下旬"
_YEAR_PART = r"底|末|终|内|初"


_THIS = "本年度?|当年度?"
# One moment: a day, a (part of a) month, a quarter, half a year, a year; @ numbers the moments of a span.
_MOMENT = rf"""
        (?:(?P<y@>{YEAR}|2\d(?=年{SMALL}月))年度?|(?P<next@>次年|翌年|下一?年度?)|(?:{_THIS}|全年)(?={SMALL}月))?的?(?P<m@>{SMALL})月份?
            (?:(?P<d@>{SMALL})[日号]|(?P<part@>{_MONTH_PART}))?
      | (?P<iso_y@>{YEAR})(?P<mark@>[./-])(?P<iso_m@>\d{{1,2}})
            (?:(?P=mark@)(?P<iso_d@>\d{{1,2}})(?!\d)[日号]?)?(?!\d|%|(?P=mark@)\d)
      | (?:(?P<q_y@>{YEAR})年度?|{_THIS})?第?(?P<q@>[一二三四1-4])季度(?P<q_part@>{_YEAR_PART})?
      | (?:(?P<h_y@>{YEAR})年度?|{_THIS})?(?P<h@>[上下])半年(?P<h_part@>{_YEAR_PART})?
      | (?:(?P<end_y@>{YEAR})年[度年]?|{_THIS})(?P<end@>{_YEAR_PART})
      | (?P<bare_end@>年底|年末|年终|年内)
      | (?:{YEAR}[-~至到])?(?P<only_y@>{YEAR})年度?(?!\d)
    """
_FIRST, _LAST = _MOMENT.replace("@", "1"), _MOMENT.replace("@", "2")
_BY = r"(?P<by>(?:之|以)?前|为止|止|期间|以内|之内|内|(?P<since>起(?!至)|以后|之后|至今))?"
DATE = re.compile(
    rf"(?:(?:{_FIRST})(?:[-~至到](?:{_LAST}|(?P<m3>\d{{1,2}})[./](?P<d3>\d{{1,2}})(?!\d)))?"
    rf"|(?P<y4>{YEAR})年度?(?P<from4>\d{{1,2}})[-~至到](?P<m4>\d{{1,2}})月份?(?P<part4>底|末)?"
    rf"|(?P<from5>\d{{1,2}})[-~至到](?P<m5>\d{{1,2}})月份?(?P<part5>底|末)?"
    rf"|(?P<m6>1[0-2]|0?[1-9])[./](?P<d6>[12]\d|3[01]|0?[1-9])日?(?=(?:之|以)?前)){_BY}",
    re.VERBOSE,
)
_YEARS = ("iso_y", "q_y", "h_y", "end_y", "only_y", "y")
_QUARTERS = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "四": 12, "4": 12}
_HALVES = {"上": 6, "下": 12}
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


@dataclass(frozen=True, slots=True)
class _Due:
    """Hold an ISO date, whether it exists, and whether its wording fixes a last day (月底)."""

    iso: str
    exists: bool = True
    fixed: bool = False


def read_moment(plain: str, start: int, fiscal_year: int | None) -> Moment | None:
    """Read the date that stands at an offset of a folded text, None when none does."""
    found = DATE.match(plain, start)
    if not found or found.end() == start:
        return None
    groups = {name: value for name, value in found.groupdict().items() if value}
    first, second = _ends(groups)
    last = first
    if second:
        last = {**_year_of(first), **second}
    due = _resolve(last, fiscal_year)
    if due is None:
        return None
    by, since = groups.get("by"), "since" in groups
    span = bool(second) and "m6" not in groups
    day = "d" in last or "iso_d" in last
    year_only = set(last) == {"only_y"}
    iso = due.iso
    if since and year_only:
        iso = f"{iso[:4]}-01-01"
    return Moment(
        iso,
        found.end(),
        by=due.fixed or by is not None,
        year_only=year_only,
        span=span,
        exists=due.exists,
        open_period=by is not None and by.endswith("前") and not (due.fixed or span or day),
        since=since,
        number_like=last.get("mark") == "." and not (day or span or by),
    )


def _ends(groups: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the first and the last date of a span print; the second is empty for a single date."""
    for suffix in "456":
        if f"m{suffix}" in groups:
            return {}, _of(groups, suffix)
    return _of(groups, "1"), _of(groups, "2") or _of(groups, "3")


def _of(groups: Mapping[str, str], suffix: str) -> dict[str, str]:
    return {name[: -len(suffix)]: value for name, value in groups.items() if name.endswith(suffix)}


def _year_of(moment: Mapping[str, str]) -> dict[str, str]:
    """Return the year of a span's first date, which its last takes when it names none."""
    for name in _YEARS:
        if name in moment:
            return {"y": moment[name]}
    return {}


def _resolve(moment: Mapping[str, str], fiscal_year: int | None) -> _Due | None:
    """Return when one moment is, None where it has no such month or day."""
    year = fiscal_year
    if printed := _year_of(moment):
        year = year_number(printed["y"])
    if "next" in moment and year:
        year += 1
    if "q" in moment or "h" in moment:
        month = _QUARTERS.get(moment.get("q", "")) or _HALVES[moment["h"]]
        return _Due(_iso(year, month, month_end(year, month)), fixed="q_part" in moment or "h_part" in moment)
    named = moment.get("iso_m") or moment.get("m")
    if named is None:
        return _Due(_iso(year, 12, 31), fixed="only_y" not in moment)
    month = small_number(named)
    if not 1 <= month <= 12:
        return None
    return _resolve_month(moment, year, month)


def _resolve_month(moment: Mapping[str, str], year: int | None, month: int) -> _Due | None:
    last = month_end(year, month)
    if printed := moment.get("iso_d") or moment.get("d"):
        day = small_number(printed)
        if not 1 <= day <= 31:
            return None
        return _Due(_iso(year, month, day), exists=day <= last)
    part = moment.get("part", "初")
    if part != "初":
        return _Due(_iso(year, month, _DAYS_OF_PART.get(part, last)), fixed=True)
    return _Due(_iso(year, month))


def _iso(year: int | None, month: int, day: int | None = None) -> str:
    date = f"{year:04d}-{month:02d}" if year else f"--{month:02d}"
    if day:
        return f"{date}-{day:02d}"
    return date
