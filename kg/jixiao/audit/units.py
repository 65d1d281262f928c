"""Tell what a target value measures: money, a count, a share, a time; and what it is as a number."""

from __future__ import annotations

from decimal import Decimal

from jixiao.audit.wording import words
from jixiao.model import Target, TargetKind
from jixiao.values.amounts import money_factor


def value_of(target: Target | None) -> Decimal | None:
    """Return the number of a target, its lower bound where it has two, None for none."""
    if target is None:
        return None
    if target.lower is None:
        return target.upper
    return target.lower


def is_money(target: Target | None) -> bool:
    """Tell whether a target is a sum of money."""
    return target is not None and target.unit in words()["units"]["money"]


def is_share(target: Target | None) -> bool:
    """Tell whether a target is a share or ratio."""
    return target is not None and target.unit in words()["units"]["share"]


def is_time(target: Target | None) -> bool:
    """Tell whether a target is a date, a duration or a recurring date."""
    if target is None:
        return False
    timed = (TargetKind.DEADLINE, TargetKind.RECURRING, TargetKind.DURATION)
    return target.kind in timed or target.unit in words()["units"]["time"]


def is_count(target: Target | None) -> bool:
    """Tell whether a target counts something: a number with a unit that is neither money, share nor time."""
    if target is None:
        return False
    if target.kind not in (TargetKind.QUANTITY, TargetKind.RANGE):
        return False
    if target.unit is None:
        return False
    if is_money(target):
        return False
    if is_share(target):
        return False
    if is_time(target):
        return False
    return value_of(target) is not None


def in_yuan(target: Target | None) -> Decimal | None:
    """Return a sum of money in yuan, None for what is none."""
    value = value_of(target)
    if target is None:
        return None
    if value is None:
        return None
    if not is_money(target):
        return None
    factor = money_factor(target.unit)
    if factor is None:
        return None
    return value * factor
