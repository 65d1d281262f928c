"""Tell what a target value measures: money, a share, a time, a count; and what it is as a number."""

from __future__ import annotations

from decimal import Decimal

from jixiao.audit.wording import words
from jixiao.model import Target, TargetKind
from jixiao.values.amounts import money_factor

_TIMED = (TargetKind.DEADLINE, TargetKind.RECURRING, TargetKind.DURATION)
_NUMERIC = (TargetKind.QUANTITY, TargetKind.RANGE)


def value_of(target: Target | None) -> Decimal | None:
    """Return the number of a target, its lower bound where it has two, None for none."""
    if target is None:
        return None
    if target.lower is None:
        return target.upper
    return target.lower


def measure_of(target: Target | None) -> str:
    """Return what a target measures: money, share, time (a date, too) or count (any other unit), empty for none."""
    if target is None:
        return ""
    if target.kind in _TIMED:
        return "time"
    for measure, units in words()["units"].items():
        if target.unit in units:
            return str(measure)
    counts = target.kind in _NUMERIC and target.unit is not None and value_of(target) is not None
    return "count" if counts else ""


def is_money(target: Target | None) -> bool:
    """Tell whether a target is a sum of money."""
    return measure_of(target) == "money"


def is_share(target: Target | None) -> bool:
    """Tell whether a target is a share or ratio."""
    return measure_of(target) == "share"


def is_count(target: Target | None) -> bool:
    """Tell whether a target counts something: a number with a unit that is neither money, share nor time."""
    return measure_of(target) == "count"


def in_yuan(target: Target | None) -> Decimal | None:
    """Return a sum of money in yuan, None for what is none."""
    value, factor = value_of(target), money_factor(target.unit if target else None)
    if value is None or factor is None:
        return None
    return value * factor
