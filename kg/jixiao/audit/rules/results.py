"""Check what was reported: deviations, strict targets, types, reasons, copies, repeated indicators."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from jixiao.audit.context import OUTPUTS, AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import percent_of, shortened
from jixiao.audit.rules.fulfilment import explains
from jixiao.audit.rules.scores import comparable, is_met
from jixiao.audit.units import is_count, value_of
from jixiao.audit.wording import same_text, says, wording_of
from jixiao.model import Goal, Indicator, Severity, Task
from jixiao.text.folding import fold_name, squeeze

_SHOWN = 24
_TELLING = 6
_LARGE = 100
_POINT = Decimal(1)
_FULL = Decimal(100)
_PERCENT = re.compile(r"\d+(?:\.\d+)?%")
_SCALE = re.compile(r"定性指标[^。]{0,20}(?:分为|档)")
_STRICT = frozenset({">", "<"})


def _is_percent(text: str | None) -> bool:
    """Tell whether a text is a percentage and nothing else."""
    return _PERCENT.fullmatch(squeeze(text or "")) is not None


def rule_r404(audit: DocumentAudit) -> Findings:
    """Recompute printed deviations: (actual − target) ÷ target; a target that is met may print 0."""
    slack = audit.threshold("R404", "points")
    for row in audit.evaluated:
        yield from _completion(audit, row)
        actual, printed, bound = row.indicator.actual, row.indicator.deviation, value_of(row.target)
        if printed is None:
            continue
        if actual is None:
            continue
        if not bound:
            continue
        if not comparable(row):
            continue
        made = percent_of(actual - bound, bound)
        if abs(made - printed) <= slack:
            continue
        if printed == 0 and is_met(row):
            continue
        if _is_of_score(row.indicator, printed, slack):
            continue
        variant = "sign" if abs(made + printed) <= slack else ""
        certain = not variant and abs(made - printed) > _POINT and not is_met(row)
        severity = Severity.VIOLATION if certain else None
        printed_text = row.indicator.deviation_text
        yield audit.finding("R404", row, variant=variant, severity=severity, printed=printed_text, made=made)


def _completion(audit: DocumentAudit, row: AuditedIndicator) -> Findings:
    """Recompute the rate of completion a row prints in a column of its own; a target that is met may print 100%."""
    bound, actual = value_of(row.target), row.indicator.actual
    for header, text in row.indicator.further:
        found = _PERCENT.fullmatch(squeeze(text)) if says("completion_column", header) else None
        if found is None or not bound or not actual or not comparable(row):
            continue
        printed = Decimal(found.group().rstrip("%"))
        readings = [percent_of(actual, bound), percent_of(bound, actual), *([_FULL] if is_met(row) else [])]
        if all(abs(reading - printed) > _POINT for reading in readings):
            yield audit.finding("R404", row, variant="rate", printed=text, made=readings[0])


def _is_of_score(row: Indicator, printed: Decimal, slack: Decimal) -> bool:
    """Tell whether a deviation is that of the score from its weight."""
    if not row.weight:
        return False
    if row.score is None:
        return False
    return abs((row.score / row.weight - 1) * 100 - printed) <= slack


def rule_r408(audit: DocumentAudit) -> Findings:
    """Find evaluations with little or no spending whose outputs all have full scores."""
    for plan in audit.evaluations:
        fund = plan.fund()
        budget = (fund.adjusted or fund.initial) if fund else None
        if fund is None:
            continue
        if not budget:
            continue
        if fund.executed is None:
            continue
        rate = percent_of(fund.executed, budget)
        outputs = [row for row in plan.indicators if row.dimension in OUTPUTS and row.indicator.weight]
        full = [row for row in outputs if row.indicator.score == row.indicator.weight]
        if not full:
            continue
        if len(full) < len(outputs):
            continue
        if rate >= audit.threshold("R408", "rate"):
            continue
        yield audit.finding("R408", fund, about=full, budget=budget, executed=fund.executed, rate=rate)


def rule_r409(audit: DocumentAudit) -> Findings:
    """Find low execution and missed targets without a reason."""
    for plan in audit.evaluations:
        yield from _low_execution(audit, plan)
        missed = [row for row in plan.indicators if _is_missed(row)]
        if not missed:
            continue
        if explains(plan):
            continue
        variant = "indicator" if _asks_reasons(audit, plan) else "unasked"
        if all(says("denied", row.source.text.rpartition("\t")[2].strip()) for row in missed):
            variant = "denied"
        rows = [f"{row.name}（{row.target_text}，完成{row.indicator.actual_text}）" for row in missed]
        yield audit.finding(
            "R409",
            missed[0],
            variant=variant,
            about=missed,
            rows=rows,
        )


def _low_execution(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find a low execution rate in a form that gives no reason anywhere."""
    fund = plan.fund()
    if fund is None:
        return
    if fund.rate is None:
        return
    if not (fund.adjusted or fund.initial):
        return
    given = any(map(_reason, plan.indicators)) or explains(plan)
    if fund.rate < audit.threshold("R409", "rate") and not given:
        yield audit.finding("R409", fund, rate=fund.rate)


def _reason(row: AuditedIndicator) -> str | None:
    """Return what a row gives as a reason; 无 is none."""
    reason = row.indicator.reason or row.indicator.explanation
    if reason and says("no_reason", reason.strip()):
        return None
    return reason


def _is_missed(row: AuditedIndicator) -> bool:
    """Tell whether a row misses its target and gives no reason; strict targets are for R405."""
    if _reason(row):
        return False
    if row.target and row.target.comparator in _STRICT:
        return False
    if not comparable(row):
        return False
    return not is_met(row)


def _asks_reasons(audit: DocumentAudit, plan: AuditedPlan) -> bool:
    """Tell whether the form's table has words for a reason, in its header or anywhere else; unread tables may."""
    rows = [each for each in audit.texts if each.source.table == plan.source.table]
    return not rows or any(says("reason", each.text) for each in rows)


def rule_r410(audit: DocumentAudit) -> Findings:
    """Find achievements that repeat their goal or task word by word."""
    for plan in audit.plans:
        items: list[Goal | Task] = [goal for goal in plan.plan.goals if same_text(goal.text, goal.achieved)]
        items += [task for task in plan.plan.tasks if same_text(task.content or task.name, task.achieved)]
        if items:
            names = [shortened(wording_of(item), _SHOWN) for item in items]
            yield audit.finding("R410", plan, evidence=items, count=len(items), names=names)


def rule_r411(audit: DocumentAudit) -> Findings:
    """Find one indicator with one target and two actual values in a form, and one large count with two in two forms."""
    counted = [row for row in audit.evaluated if is_count(row.target) and _is_telling(row)]
    for rows in (*(plan.indicators for plan in audit.plans), counted):
        groups: defaultdict[tuple[str, str], list[AuditedIndicator]] = defaultdict(list)
        for row in rows:
            if row.indicator.actual_text:
                groups[fold_name(row.name), fold_name(row.target_text)].append(row)
        for group in groups.values():
            printed = [row.indicator.actual_text or "" for row in group]
            actuals = {fold_name(text): text for text in printed}
            if len(actuals) > 1:
                yield audit.finding("R411", group[0], evidence=group, actuals=actuals.values())


def _is_telling(row: AuditedIndicator) -> bool:
    """Tell whether two forms with one name and this target mean one thing: the name is long, the count is large."""
    return len(fold_name(row.name)) >= _TELLING and (value_of(row.target) or 0) >= _LARGE


def rule_r413(audit: DocumentAudit) -> Findings:
    """Find qualitative targets reported as a bare percentage, where the form states no scale."""
    for plan in audit.plans:
        if _SCALE.search(plan.note):
            continue
        found = [row for row in plan.indicators if row.is_qualitative and _is_percent(row.indicator.actual_text)]
        if found:
            yield audit.finding("R413", plan, about=found)
