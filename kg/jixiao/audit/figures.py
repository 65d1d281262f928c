"""Add figures up, and write figures and sentences the way people read them in a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

WAN = Decimal(10000)
LISTED = 6
"""Names a message lists before it says how many there are."""


class Named(Protocol):
    """Hold a printed name."""

    @property
    def name(self) -> str:
        """Return the printed name."""


def add_up(figures: Iterable[Decimal | None]) -> Decimal:
    """Return the sum of figures; one that is not printed counts nothing."""
    return sum((figure for figure in figures if figure), Decimal(0))


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """Return how many percent of a whole a part is."""
    return part / whole * 100


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Return a value rounded half up, as people do."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def count_decimals(value: Decimal) -> int:
    """Return the number of decimals a figure is printed with."""
    return max(0, -int(value.as_tuple().exponent))


def write_number(value: Decimal) -> str:
    """Return an exact number without trailing zeros."""
    text = format(value, "f")
    if "." not in text:
        return text
    return text.rstrip("0").rstrip(".")


def write_money(yuan: Decimal) -> str:
    """Return a sum in 万元, in 元 where 万元 would need more than two decimals."""
    wan = yuan / WAN
    if wan != round_half_up(wan, 2):
        return f"{write_number(yuan)}元"
    return f"{write_number(wan)}万元"


def write_printed(yuan: Decimal) -> str:
    """Return a sum in 万元 with the decimals it is printed with, in 元 where 万元 would need more than two."""
    wan = yuan / WAN
    if wan != round_half_up(wan, 2):
        return write_money(yuan)
    decimals = max(count_decimals(yuan), count_decimals(Decimal(write_number(wan))))
    return f"{round_half_up(wan, min(decimals, 2))}万元"


def write_percent(value: Decimal) -> str:
    """Return a percentage with at most two decimals."""
    return f"{write_number(round_half_up(value, 2))}%"


def write_sum(figures: Iterable[Decimal]) -> str:
    """Return a sum written out: 28+26.27."""
    return "+".join(map(write_number, figures)).replace("+-", "-")


def nested(text: str) -> str:
    """Return a text as it stands inside quotation marks."""
    return text.replace("“", "‘").replace("”", "’")


def listed(things: Iterable[str | Named]) -> str:
    """Return names in order, each once, the first few and how many there are."""
    names = dict.fromkeys(each if isinstance(each, str) else each.name for each in things)
    text = "、".join(f"“{nested(name)}”" for name in list(names)[:LISTED])
    if len(names) <= LISTED:
        return text
    return f"{text}等{len(names)}项"


def shortened(text: str, length: int) -> str:
    """Return a text cut at a length, with an ellipsis where something is left out."""
    if len(text) <= length:
        return text
    return text[: length - 1] + "…"


_PLACE = re.compile(r"(“?)\{[?$]?(\w+)(?::(\w+))?\}(”?)")
_STYLES: Mapping[str, Callable[[Any], str]] = {
    "money": write_money,
    "printed": write_printed,
    "percent": write_percent,
    "list": listed,
}


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its ``{places}`` filled; quotation marks inside quotation marks become single ones.

    ``{place:money}``, ``{place:printed}`` (with the decimals of the print), ``{place:percent}`` and ``{place:list}``
    say how a figure or the names of several things are written; without a style a number is written in full.
    """

    def put(found: re.Match[str]) -> str:
        before, name, style, after = found.groups()
        text = _written(values[name], style)
        if before and after:
            text = nested(text)
        return f"{before}{text}{after}"

    return _PLACE.sub(put, template)


def written(template: str, values: Mapping[str, object], but: Collection[str]) -> str:
    """Return what ``fill`` puts into a sentence, without what stands in the places that are left out."""
    places = [place for place in _PLACE.finditer(template) if place[2] not in but]
    return "；".join(_written(values[place[2]], place[3]) for place in places)


def _written(value: object, style: str | None) -> str:
    """Return a value in a style, a number in full where there is none."""
    if isinstance(value, str):
        return value
    if style:
        return _STYLES[style](value)
    if isinstance(value, Decimal):
        return write_number(value)
    return str(value)
