"""Check a form as a whole: missing levels, printed natures and low satisfaction."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jixiao.audit.context import OUTPUTS, AuditedIndicator, DocumentAudit, Findings
from jixiao.audit.units import is_share, value_of
from jixiao.audit.wording import says
from jixiao.model import TargetKind

_LEAST_ROWS = 3
_FLOORS = frozenset({"≥", ">", "="})
_CEILINGS = frozenset({"≤", "<"})
_NUMERIC = frozenset({TargetKind.QUANTITY, TargetKind.RANGE})
_CELL = re.compile(r"[\t\n|]")


def rule_r111(audit: DocumentAudit) -> Findings:
    """Find project forms without any indicator, and those without outputs or without benefits."""
    has_indicators = any(plan.indicators for plan in audit.project_plans)
    for plan in audit.project_plans:
        held = {row.dimension for row in plan.annual}
        if not plan.indicators:
            if has_indicators and plan.project and plan.money():
                yield audit.finding("R111", plan)
            continue
        if len(plan.annual) < _LEAST_ROWS or held & {None, "management", "task"}:
            continue
        for variant, dimensions in (("output", OUTPUTS), ("benefit", frozenset({"benefit"}))):
            if not held & dimensions and held & {"benefit", "satisfaction", *OUTPUTS}:
                yield audit.finding("R111", plan, variant=variant)


def rule_r314(audit: DocumentAudit) -> Findings:
    """Find printed natures (正向, 反向, 定量, 定性) that the value contradicts."""
    for row in audit.indicators_once:
        target = row.target
        if target is None:
            continue
        for nature in _natures(row):
            if _contradicts(nature, row):
                yield audit.finding("R314", row, nature=nature)


def _natures(row: AuditedIndicator) -> Iterator[str]:
    """Yield the natures that cells of a row print."""
    for cell in _CELL.split(row.source.text):
        found = says("nature", cell.strip())
        if found:
            yield found.group()


def _contradicts(nature: str, row: AuditedIndicator) -> bool:
    """Tell whether a value is of another nature than the one its row prints."""
    target = row.target
    if target is None:
        return False
    if nature.startswith("定量"):
        return row.is_qualitative
    if nature.startswith("定性"):
        return target.kind in _NUMERIC and target.comparator_stated
    if nature.startswith("正向"):
        return target.comparator in _CEILINGS
    return target.comparator in _FLOORS - {"="}


def rule_r315(audit: DocumentAudit) -> Findings:
    """Find satisfaction targets below the usual least."""
    least = audit.threshold("R315", "least")
    for row in audit.indicators_once:
        value = value_of(row.target)
        if row.dimension != "satisfaction" or row.target is None or value is None:
            continue
        if not is_share(row.target) or row.target.comparator in _CEILINGS:
            continue
        if not says("satisfaction", row.name) or says("unsatisfied", row.name):
            continue
        if value < least:
            yield audit.finding("R315", row, least=least)
