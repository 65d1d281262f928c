"""Weigh which way is better from what a row prints, and find comparators that point the other way."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from jixiao.audit.context import AuditedIndicator, DocumentAudit, Findings
from jixiao.audit.units import is_count, is_share, value_of
from jixiao.model import Severity, Target

_MEASURES: Mapping[str, Callable[[Target | None], bool]] = {"share": is_share, "count": is_count}


def rule_r301(audit: DocumentAudit) -> Findings:
    """Find targets whose comparator points the wrong way: certain where the evidence of the row is strong."""
    for row in audit.indicators_once:
        for variant, severity in _wrong_ways(row):
            yield audit.finding("R301", row, variant=variant, severity=severity)


def _wrong_ways(row: AuditedIndicator) -> Iterator[tuple[str, Severity]]:
    """Yield the reading by which a row points the wrong way, and how sure that is."""
    directions = _directions()
    for reading in directions["reading"]:
        if not _applies(reading, row):
            continue
        weight = sum(evidence["weight"] for evidence in reading["evidence"] if _is_found(evidence, row))
        if weight >= directions["certain"]:
            yield reading["variant"], Severity.VIOLATION
            return
        if weight >= directions["likely"]:
            yield reading["variant"], Severity.WARNING
            return


def _applies(reading: Mapping[str, Any], row: AuditedIndicator) -> bool:
    """Tell whether a reading is about rows of this kind."""
    target = row.target
    if target is None:
        return False
    if target.comparator not in reading["comparators"]:
        return False
    if "dimensions" in reading and row.dimension not in reading["dimensions"]:
        return False
    if "measures" not in reading:
        return True
    return _MEASURES[reading["measures"]](target)


def _is_found(evidence: Mapping[str, Any], row: AuditedIndicator) -> bool:
    """Tell whether a row shows a piece of evidence: words of its name, its unit, its dimension, or its number."""
    number = value_of(row.target) or Decimal(0)
    unit = (row.target.unit if row.target else None) or ""
    if "name" in evidence:
        return re.search(evidence["name"], row.name) is not None
    if "text" in evidence:
        return re.search(evidence["text"], row.name + row.target_text) is not None
    if "unit" in evidence:
        return re.search(evidence["unit"], unit) is not None
    if "dimension" in evidence:
        return bool(row.dimension == evidence["dimension"])
    if "below" in evidence:
        return number < Decimal(evidence["below"])
    return number >= Decimal(evidence["least"])


@cache
def _directions() -> Mapping[str, Any]:
    """Return the readings and their evidence (``directions.toml``)."""
    return tomllib.loads(files("jixiao.audit").joinpath("directions.toml").read_text("utf-8"))
