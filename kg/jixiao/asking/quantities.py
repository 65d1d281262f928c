"""Find numbers, years and ranks in questions, in every spelling people use."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from jixiao.text.dates import YEAR, year_number
from jixiao.text.numerals import parse_numeral

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "w": 10**4}
_CHINESE = r"[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[零〇一二三四五六七八九]+)?"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{_CHINESE})"
_SHARE = re.compile(rf"百分之(?P<share>{_NUMBER}|百)")
_HALF = re.compile(r"一半|半数|五成")
_DUE = re.compile(
    r"(?:(?P<month>每个?月)(?:都要|要|都)?在?|(?P<year>(?:19|20)\d\d)年)?"
    r"(?:(?P<at>年底|年末|\d{1,2}月底|\d{1,2}月\d{1,2}[日号])|(?<=[月在要都])(?P<day>\d{1,2})[日号])"
    r"(?:之前|以前|前)(?:要|须|需|必须)?(?:完成|发放|支付|办结)?"
)
_TENTHS = re.compile(r"(?P<tenths>[一二两三四五六七八九\d])成(?P<half>[半五一二三四六七八九])?")
_QUANTITY = re.compile(
    rf"(?P<number>{_NUMBER})(?P<scale>千万|百万|十万|亿|万|w(?![a-z])|千(?!米|克|瓦))?(?P<unit>%|‰|个百分点|个点|百分点|块钱|元钱|元|块|rmb|分钟|分|个月|个"
    r"|项|条|家|人次|人|名|次|件|天|日|小时|月|套|台|平方米|公里|米|亩|户|期|场|笔|份|处|座|辆|吨|岁)?"
)
_YEAR = re.compile(r"(?<!\d)(?:((?:19|20)\d\d)(?:年度?|(?![\d.,%万亿元分个年]))|(\d\d)年度?(?!\d))")
_CHINESE_YEAR = re.compile(rf"(?!\d)({YEAR})年度?")
_RANK = re.compile(
    r"(?:排名|排|top|最)?(?P<which>前|后|倒数第?|末|top)(?P<n>\d+|[一二两三四五六七八九十]+)(?:名|位|个|项|家|条|大)?(?:的)?"
)
_NTH = re.compile(
    r"(?:排名?)?第(?P<n>\d+|[一二两三四五六七八九十]+)(?:名|位)?(?:的)?(?=大|小|高|低|多|少|贵|便宜|名|位|$|是|的)"
)
_ENDS = {"前": "top", "top": "top"}
_INSIDE = re.compile(r"(?:之|以)?内(?!容)")
_POINTS = frozenset({"个百分点", "百分点", "个点"})
_RANGE = re.compile(rf"(?P<from>{_NUMBER})(?:-|~|—|至|到)(?=(?P<to>{_NUMBER})(?P<scale>千万|百万|十万|亿|万|w)?)")
_YEARS = re.compile(r"((?:19|20)\d\d)(?:年度?)?(?:-|~|—|至|到)((?:19|20)?\d\d)年度?")
_SINCE = re.compile(r"((?:19|20)\d\d)年度?(?:(?P<since>及以后|及之后|以来|起|开始)|(?P<until>及以前|及之前))")
_MONEY = frozenset({"元", "块", "块钱", "元钱", "rmb"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold a number with its unit: money in 元, shares in %, else the unit as written; "" when none is written.

    ``sign`` is that of words like 20天内; ``upper`` ends a range.
    """

    number: Decimal
    unit: str
    text: str
    sign: str | None = None
    upper: Decimal | None = None

    @property
    def bare(self) -> bool:
        """Say whether the number has no unit."""
        return not self.unit


def numeral(text: str) -> Decimal | None:
    """Return the value of a number in Arabic or Chinese (九十五点五 → 95.5, 一百五 → 150), None for none."""
    if text[0].isdigit():
        return Decimal(text.replace(",", ""))
    return parse_numeral(text.translate(_FORMAL), shortened=True)


def scale(text: str | None) -> int:
    """Return what a place word multiplies by (千万 → 10,000,000)."""
    return prod(_PLACES[character] for character in text or "")


def match_range(text: str, start: int) -> Quantity | None:
    """Return the first number of a range whose unit stands behind the second only (50-100万元, 90至95分)."""
    found = _RANGE.match(text, start)
    if not found or (start and text[start - 1].isdigit()):
        return None
    end = match_quantity(text, found.end())
    number = numeral(found["from"])
    if number is None or end is None or not end.unit:
        return None
    scaled = number * scale(found["scale"])
    return Quantity(scaled if scaled <= end.number else number, end.unit, found.group())


def match_years(text: str, start: int) -> tuple[tuple[int, int], str] | None:
    """Return the first and last year of a span and its text (2021-2023年, 2023年及以后)."""
    if found := _YEARS.match(text, start):
        first, last = int(found[1]), int(found[2] if len(found[2]) == 4 else found[1][:2] + found[2])
    elif found := _SINCE.match(text, start):
        first, last = (int(found[1]), 9999) if found["since"] else (0, int(found[1]))
    else:
        return None
    return (first, last), found.group()


def _match_share(text: str, start: int) -> Quantity | None:
    """Return the share that begins at ``start``: 百分之九十五, 一半, 九成五."""
    if share := _SHARE.match(text, start):
        value = numeral(share["share"])
        return None if value is None else Quantity(value, "%", share.group())
    if middle := _HALF.match(text, start):
        return Quantity(Decimal(50), "%", middle.group())
    if tenths := _TENTHS.match(text, start):
        tens, ones = numeral(tenths["tenths"]), numeral((tenths["half"] or "零").replace("半", "五"))
        if tens is None or ones is None:
            return None
        return Quantity(tens * 10 + ones, "%", tenths.group())
    return None


def match_quantity(text: str, start: int) -> Quantity | None:
    """Return the number that begins at ``start``; a lone Chinese numeral without unit counts from two characters on."""
    if share := _match_share(text, start):
        return share
    found = _QUANTITY.match(text, start)
    if not found or (start and text[start - 1].isdigit() and text[start].isdigit()):
        return None
    if not found["number"][0].isdigit() and len(found.group()) < 2 and found.group() != "零":
        return None
    number, unit = numeral(found["number"]), found["unit"] or ""
    if number is None:
        return None
    number *= scale(found["scale"])
    if unit in _MONEY or (found["scale"] and not unit):
        unit = "元"
    elif unit in _POINTS:
        unit = "%"
    within = _INSIDE.match(text, found.end())
    if unit and within:
        return Quantity(number, unit, found.group() + within.group(), "<=")
    return Quantity(number, unit, found.group())


def match_year(text: str, start: int) -> tuple[int, str] | None:
    """Return the year that begins at ``start`` (2023年度, 23年, 二〇二三年)."""
    if found := _YEAR.match(text, start):
        return (int(found[1]) if found[1] else 2000 + int(found[2])), found.group()
    if found := _CHINESE_YEAR.match(text, start):
        return year_number(found[1]), found.group()
    return None


def match_rank(text: str, start: int) -> tuple[str, int, str] | None:
    """Return ``top`` or ``bottom`` and how many, for 前三名, 后5个, top10; ``last`` and which, for 倒数第二."""
    found = _RANK.match(text, start)
    count = numeral(found["n"]) if found else None
    if found is None or count is None:
        return None
    if found["which"] == "倒数第" and not found.group().endswith(("名", "位", "个", "名的", "位的", "个的")):
        return "last", int(count), found.group()
    return _ENDS.get(found["which"], "bottom"), int(count), found.group()


def match_nth(text: str, start: int) -> tuple[int, str] | None:
    """Return which place is asked for, and its text, for 第二大, 排第三, 第2名."""
    found = _NTH.match(text, start)
    count = numeral(found["n"]) if found else None
    if found is None or count is None:
        return None
    return int(count), found.group()


def match_due(text: str, start: int) -> tuple[str, str, str] | None:
    """Return by when something is to be done, and its text: ``12-31`` for 年底前, for 每月30日前 ``30`` as monthly."""
    found = _DUE.match(text, start)
    if not found:
        return None
    year = f"{found['year']}-" if found["year"] else ""
    if found["day"]:
        return ("monthly", found["day"], found.group()) if found["month"] else None
    if found["at"] in ("年底", "年末"):
        return "due", f"{year}12-31", found.group()
    month, _, day = found["at"].partition("月")
    last = day.rstrip("日号")
    if last == "底":
        last = str(monthrange(int(found["year"] or 2023), int(month))[1]) if 0 < int(month) <= 12 else ""
    return "due", f"{year}{int(month):02}-{int(last or 0):02}", found.group()
