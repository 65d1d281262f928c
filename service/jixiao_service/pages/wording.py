"""Show values in words: money, numbers, intervals, dates, and text that may hold anything."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from markupsafe import Markup

_TEN_THOUSAND = Decimal(10_000)
_SMALLEST = Decimal("0.005")
# Characters that turn or hide what stands beside them: shown as what they are instead of obeyed.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_INCLUSIVE = {"false": "()"}  # the brackets of a bound, where they are not the usual ones
LONG = 600


def plain_decimal(number: Decimal) -> str:
    """Return a decimal without exponent or trailing zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def grouped(number: object) -> str:
    """Return a number with thousands separators, exact."""
    if number is None or number == "":
        return ""
    whole, point, part = plain_decimal(Decimal(str(number))).partition(".")
    sign = whole[: whole.startswith("-")]
    return f"{sign}{int(whole.removeprefix('-')):,}{point}{part}"


def ten_thousands(yuan: object) -> str:
    """Return an amount in yuan as exact 万元."""
    if yuan is None or yuan == "":
        return ""
    return grouped(Decimal(str(yuan)) / _TEN_THOUSAND)


def two_decimals(yuan: object) -> str:
    """Return an amount in yuan as 万元 with two decimals, so that columns of them stand aligned."""
    if yuan is None or yuan == "":
        return ""
    amount = Decimal(str(yuan)) / _TEN_THOUSAND
    if amount and abs(amount) < _SMALLEST:
        return grouped(amount)  # what would be shown as nothing
    return f"{amount:,.2f}"


def visible(text: object) -> str:
    """Return text with characters nobody could see written out (``⟦U+202E⟧``)."""
    if text is None:
        return ""
    return _UNSEEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", str(text))


def shortened(text: object, length: int = LONG) -> str:
    """Return text, cut with its length told when it is very long."""
    whole = visible(text)
    if len(whole) <= length:
        return whole
    return f"{whole[:length]}…（共 {len(whole):,} 字）"


def cut(text: str, room: float) -> str:
    """Return the beginning of a name, for a drawing that has the whole beside it; two Latin letters take one place."""
    for place, letter in enumerate(text):
        room -= 0.5 if letter.isascii() else 1
        if room < 0:
            return visible(text[: place - 1]) + "…"
    return visible(text)


def interval(row: Any, prefix: str = "") -> str:
    """Return a target's interval as mathematics writes it: ``[95, ∞)``."""
    lower, upper = row[f"{prefix}lower"], row[f"{prefix}upper"]
    if lower is None and upper is None:
        return ""
    if lower == upper:
        return f"[{grouped(lower)}]"
    left, right = "(−∞", "∞)"
    if lower is not None:
        left = _INCLUSIVE.get(row.get("lowerInclusive"), "[]")[0] + grouped(lower)
    if upper is not None:
        right = grouped(upper) + _INCLUSIVE.get(row.get("upperInclusive"), "[]")[1]
    return f"{left}, {right}"


def cells(text: str | None) -> list[str]:
    """Return the cells of a printed row."""
    return [shortened(cell.strip()) for cell in (text or "").split("\t")]


def jsontext(text: str) -> Markup:
    """Return JSON as it may stand inside a script element: no tag can begin in it."""
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


FILTERS = {
    "jsontext": jsontext,
    "grouped": grouped,
    "money": two_decimals,
    "exact_money": ten_thousands,
    "shown": visible,
    "short": shortened,
    "cut": cut,
    "interval": interval,
    "cells": cells,
}
