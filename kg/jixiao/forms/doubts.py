"""Say how sure a row is: what each repair has cost in trials on damaged texts (``tests/cases/fuzz``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.model import Indicator

LEAST = Decimal("0.5")
COST = {
    "shifted-cells": Decimal("0.02"),
    "moved-label": Decimal("0.05"),
    "surplus-cell": Decimal("0.11"),
    "no-value": Decimal("0.11"),
    "guessed-column": Decimal("0.12"),
    "moved-pair": Decimal("0.12"),
    "unnamed-project": Decimal("0.15"),
}


def confidence(repairs: Sequence[str]) -> Decimal:
    """Return how likely a row with these repairs is right: of rows at 0.9 and above at least 99 in 100 are."""
    return max(LEAST, 1 - sum((COST[repair] for repair in repairs), Decimal(0)))


def doubted(indicator: Indicator, repair: str) -> Indicator:
    """Return an indicator with one more reason to doubt it."""
    repairs = (*indicator.repairs, repair)
    return replace(indicator, repairs=repairs, confidence=confidence(repairs))
