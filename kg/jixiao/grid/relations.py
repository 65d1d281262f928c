"""Tell by what they hold which column goes with which: points won of points to win, results beside targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from jixiao.grid.cells import kind_of
from jixiao.grid.words import plain
from jixiao.values.amounts import parse_amount

GAIN = 2.5  # what such a relation says of a role that no header word calls
LEAST = 3  # rows that show it
HEARD = 1.0  # what the header of the other column must say
FULL = 0.3  # of the rows win all their points
VALUED = 0.6  # of the cells are values
SIGNED = 0.3  # of the targets carry a sign; results carry none
ALIKE = 0.5  # of the rows print target and result in the same unit
MEASURED = frozenset({"value", "percent", "number", "date", "wording"})
_UNIT = re.compile(r"[^\d.,]*$")
_SIGN = re.compile(r"[≥≤><=≧≦﹥﹤＞＜]|不低于|不少于|不超过")


def relate(spoken: Sequence[dict[str, float]], bodies: Sequence[Sequence[str]]) -> None:
    """Add to what header words say of columns what their relation to a column left of them shows.

    ``bodies`` are the texts below each column, one a row.
    """
    scored = any(says.get("score", 0.0) >= HEARD for says in spoken)
    for (one, left), (other, right) in combinations(zip(spoken, bodies, strict=True), 2):
        if one.get("weight", 0.0) >= HEARD > other.get("weight", 0.0) and _wins(left, right):
            other["score"] = other.get("score", 0.0) + GAIN
            scored = True
    for (one, left), (other, right) in combinations(zip(spoken, bodies, strict=True), 2):
        if scored and one.get("target", 0.0) >= HEARD and _measures(left, right):
            other["actual"] = other.get("actual", 0.0) + GAIN


def _wins(points: Sequence[str], won: Sequence[str]) -> bool:
    """Tell whether numbers are points won of the points beside them: never more, often all."""
    numbers = [(_number(one), _number(other)) for one, other in zip(points, won, strict=True)]
    pairs = [(one, other) for one, other in numbers if one is not None and other is not None]
    full = sum(one == other for one, other in pairs)
    return len(pairs) >= LEAST and full >= FULL * len(pairs) and all(other <= one for one, other in pairs)


def _number(text: str) -> Decimal | None:
    return parse_amount(text.strip().rstrip("分")) if text else None


def _measures(targets: Sequence[str], results: Sequence[str]) -> bool:
    """Tell whether values are the results of the targets beside them: the same units, without signs."""
    pairs = [(one, other) for one, other in zip(targets, results, strict=True) if one and other]
    if len(pairs) < LEAST or sum(kind_of(other) in MEASURED for _, other in pairs) < VALUED * len(pairs):
        return False
    signed = [sum(bool(_SIGN.search(pair[side])) for pair in pairs) / len(pairs) for side in (0, 1)]
    alike = sum(_unit(one) == _unit(other) for one, other in pairs)
    return signed[0] >= SIGNED > signed[1] and alike >= ALIKE * len(pairs)


def _unit(text: str) -> str:
    found = _UNIT.search(plain(text))
    return found.group() if found else ""
