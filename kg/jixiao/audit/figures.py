"""Write figures the way people read them in a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

WAN = Decimal(10000)
LISTED = 6
"""Names a message lists before it says how many there are."""


def plain(value: Decimal) -> str:
    """Return an exact number without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(yuan: Decimal) -> str:
    """Return a sum in 万元, in 元 where 万元 would need more than two decimals."""
    wan = yuan / WAN
    return f"{plain(yuan)}元" if wan != rounded(wan, 2) else f"{plain(wan)}万元"


def percent(value: Decimal) -> str:
    """Return a percentage with at most two decimals."""
    return f"{plain(rounded(value, 2))}%"


def rounded(value: Decimal, digits: int) -> Decimal:
    """Return a value rounded half up, as people do."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def digits(value: Decimal) -> int:
    """Return the number of decimals a figure is printed with."""
    return max(0, -int(value.as_tuple().exponent))


_PLACE = re.compile(r"(“?)\{[?$]?(\w+)\}(”?)")


def fill(template: str, texts: Mapping[str, str]) -> str:
    """Return a sentence with its ``{places}`` filled; quotation marks inside quotation marks become single ones."""

    def put(found: re.Match[str]) -> str:
        text = texts[found[2]]
        quoted = found[1] and found[3]
        return found[1] + (nested(text) if quoted else text) + found[3]

    return _PLACE.sub(put, template)


def nested(text: str) -> str:
    """Return a text as it stands inside quotation marks."""
    return text.replace("“", "‘").replace("”", "’")


def listed(names: Iterable[str]) -> str:
    """Return names in order, each once, the first few and how many there are."""
    known = list(dict.fromkeys(names))
    text = "、".join(f"“{nested(name)}”" for name in known[:LISTED])
    return text if len(known) <= LISTED else f"{text}等{len(known)}项"


def shortened(text: str, length: int) -> str:
    """Return a text cut at a length, with an ellipsis where something is left out."""
    return text if len(text) <= length else text[: length - 1] + "…"


def added(figures: Sequence[Decimal]) -> str:
    """Return the sum written out: 28+26.27."""
    return "+".join(plain(figure) for figure in figures).replace("+-", "-")
