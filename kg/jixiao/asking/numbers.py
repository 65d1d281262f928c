"""Find numbers, years, ranks and dates in questions, in every spelling people use (``numbers.toml``)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import prod
from typing import Any

from jixiao.asking.vocabulary import Meaning, data, pattern_of
from jixiao.text.dates import YEAR, year_number
from jixiao.text.numerals import parse_numeral

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "w": 10**4}
_HALF = Decimal(50)


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


def written(text: str, start: int) -> Iterator[tuple[str, str, Any]]:
    """Yield what begins at ``start`` and is known by how it is written: its kind, its text and its value."""
    for known, pattern in _patterns():
        found = pattern.match(text, start)
        if not found:
            continue
        value = known.get("value") or _READ.get(known["kind"], _counted)(found, known)
        if value is not None:
            yield known["kind"], found.group(), value
    for meanings, pattern in _phrases():
        found = pattern.match(text, start)
        if found and len(meanings) == 1:
            yield meanings[0].kind, found.group(), meanings[0].value
        elif found:
            yield "phrase", found.group(), meanings


@cache
def _phrases() -> list[tuple[tuple[Meaning, ...], re.Pattern[str]]]:
    """Return the ways to say what is asked, with what they mean."""
    known = data("phrases")
    return [
        (tuple(Meaning(*meaning.split(" ")) for meaning in each["means"]), pattern_of(each["pattern"], known["part"]))
        for each in known["said"]
    ]


@cache
def _patterns() -> list[tuple[dict[str, str], re.Pattern[str]]]:
    known, units = data("numbers"), data("words")["units"]
    counted = sorted((*units["counting"], *units["sized"]), key=len, reverse=True)
    parts = {name: known[name] for name in ("number", "scale", "tens")}
    parts |= {"units": known["units"]["all"], "year": YEAR, "counted": f"(?:{'|'.join(counted)})"}
    return [(each, pattern_of(each["pattern"], parts)) for each in known["written"]]


def numeral(text: str) -> Decimal | None:
    """Return the value of a number in Arabic or Chinese (九十五点五 → 95.5, 一百五 → 150), None for none."""
    if text[0].isdigit():
        return Decimal(text.replace(",", ""))
    return parse_numeral(text.translate(_FORMAL), shortened=True)


Found = re.Match[str]


def _counted(found: Found, known: dict[str, str]) -> int | None:
    count = numeral(found["n"])
    return None if count is None else int(count)


def _year(found: Found, known: dict[str, str]) -> int:
    number = found["n"]
    if not number.isdigit():
        return year_number(number)
    return int(number) if len(number) == 4 else 2000 + int(number)


def _years(found: Found, known: dict[str, str]) -> tuple[int, int]:
    span = found.groupdict()
    since, until = span.get("since") or "0", span.get("until") or "9999"
    return int(since), int(since[: 4 - len(until)] + until)


def _due(found: Found, known: dict[str, str]) -> str | None:
    """Return a date: ``12-31`` for 年底前, with the year where it is said."""
    month = int(found["month"] or 12)
    if not 0 < month <= 12:
        return None
    last = int(found["day"] or monthrange(int(found["year"] or 2023), month)[1])
    year = f"{found['year']}-" if found["year"] else ""
    return f"{year}{month:02}-{last:02}"


def _quantity(found: Found, known: dict[str, str]) -> Quantity | None:
    parts = found.groupdict()
    number = _number(parts, found.group())
    if number is None:
        return None
    unit = known.get("unit") or parts.get("unit") or ""
    if parts.get("scale") and not unit:
        unit = "元"
    unit = data("numbers")["units"]["same"].get(unit, unit)
    return Quantity(number, unit, found.group(), "<=" if parts.get("inside") else None)


def _number(parts: dict[str, str | None], text: str) -> Decimal | None:
    tens, written_as = parts.get("tens"), parts.get("n")
    if tens:
        ones = (parts.get("ones") or "零").replace("半", "五")
        return (numeral(tens) or 0) * Decimal(10) + (numeral(ones) or 0)
    if not written_as:
        return _HALF
    lone = not written_as[0].isdigit() and len(text) < 2 and text != "零"
    number = None if lone else numeral(written_as)
    if number is None:
        return None
    scale = parts.get("scale") or parts.get("more") or ""
    return number * prod(_PLACES[character] for character in scale)


_READ: dict[str, Callable[[Found, dict[str, str]], Any]] = {
    "year": _year,
    "years": _years,
    "due": _due,
    "quantity": _quantity,
    "monthly": lambda found, known: found["day"],
    "many": lambda found, known: found["n"],
    "measured": lambda found, known: found["n"],
}
