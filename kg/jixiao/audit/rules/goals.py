"""Compare goals and achievements with the indicators of their form, and indicators with what the form is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import WAN
from jixiao.audit.units import is_count, value_of
from jixiao.audit.wording import says, stem, words
from jixiao.model import Goal, Period
from jixiao.text.folding import fold_name, fold_width

_CLAUSES = re.compile(r"[，,。；;、\n]")
_COUNTED = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<scale>万?)(?P<unit>[\u4e00-\u9fff]+)")
_NEAR = Decimal("0.005")
_BEFORE = 10  # signs before a number, and behind its unit, that say what is counted
_BEHIND = 4


def rule_r318(audit: DocumentAudit) -> Findings:
    """Find counts of a goal or of an achievement that the one indicator counted in that unit gives otherwise."""
    for plan in audit.plans:
        for goal in plan.plan.goals:
            yield from _at_odds(audit, plan, goal)


def _at_odds(audit: DocumentAudit, plan: AuditedPlan, goal: Goal) -> Findings:
    """Compare the texts of a goal with the targets and results of its period."""
    rows = [row for row in plan.of_period(goal.period) if is_count(row.target)]
    units = [_unit(row) for row in rows]
    for row, unit in zip(rows, units, strict=True):
        if units.count(unit) > 1:
            continue
        scale = _scale(row)
        result = row.indicator.actual
        for variant, text, value in (("", goal.text, value_of(row.target)), ("achieved", goal.achieved, result)):
            told = list(_told(fold_width(text or ""), unit, row.name))
            if len(told) == 1 and value is not None and abs(told[0][0] - value * scale) > _NEAR * value * scale:
                yield audit.finding("R318", row, variant=variant, evidence=[goal], clause=told[0][1])


def _unit(row: AuditedIndicator) -> str:
    """Return the unit of a row without its scale (万人次 is 人次)."""
    return ((row.target.unit if row.target else None) or "").removeprefix("万")


def _scale(row: AuditedIndicator) -> Decimal:
    """Return what one of a row's unit is."""
    return WAN if row.target and (row.target.unit or "").startswith("万") else Decimal(1)


def _told(text: str, unit: str, name: str) -> Iterator[tuple[Decimal, str]]:
    """Yield the numbers of a text in a unit, with their clauses, where a clause speaks of the indicator."""
    core = fold_name(stem(name))
    pairs = {core[i : i + 2] for i in range(len(core) - 1)}
    for clause in _CLAUSES.split(text):
        if says("other_term", clause):
            continue
        for found in _COUNTED.finditer(clause):
            follows = found["unit"].removeprefix(unit)
            if not found["unit"].startswith(unit) or says("longer_unit", follows):
                continue
            beside = clause[max(0, found.start() - _BEFORE) : found.start()] + "，" + follows[:_BEHIND]
            if any(pair in beside for pair in pairs):
                yield Decimal(found["number"]) * (WAN if found["scale"] else 1), clause


def rule_r319(audit: DocumentAudit) -> Findings:
    """Find indicators of a field of work that nothing else in their form speaks of, though it names another."""
    for plan in audit.project_plans:
        header = [
            plan.project,
            plan.plan.unit_name,
            plan.form.department,
            audit.records.department,
            *(goal.text for goal in plan.plan.goals),
        ]
        about = fields_of(" ".join(filter(None, header)))
        if not about:
            continue
        fields = [(row, fields_of(row.name)) for row in plan.of_period(Period.ANNUAL)]
        told = Counter(field for _, own in fields for field in own)
        for row, own in fields:
            if len(own) == 1 and not own & about and told[next(iter(own))] == 1:
                yield audit.finding("R319", row, field="、".join(own), topic="、".join(sorted(about)))


def fields_of(text: str) -> frozenset[str]:
    """Return the fields of work that the words of a text belong to."""
    return frozenset(name for name, pattern in words()["fields"].items() if re.search(pattern, text))
