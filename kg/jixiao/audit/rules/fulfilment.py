"""Check how targets were met: far above, to the digit, with points taken away without a reason."""

from __future__ import annotations

from decimal import Decimal

from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import round_half_up
from jixiao.audit.rules.scores import comparable, is_met
from jixiao.audit.units import is_count, value_of
from jixiao.audit.wording import says
from jixiao.model import Severity, TargetKind
from jixiao.text.folding import fold_name
from jixiao.values.targets import parse_actual, parse_target

_HALF = Decimal("0.5")
_LEAST_ROWS = 4
_FEW = 3


def rule_r414(audit: DocumentAudit) -> Findings:
    """Find actual values far above a floor, or far below a ceiling of cost, at full points."""
    for row in audit.evaluated:
        times = _times(row)
        if times is None:
            continue
        if row.indicator.score != row.indicator.weight:
            continue
        if row.indicator.reason:
            continue
        if times >= audit.threshold("R414", "times") and _is_far(row):
            limit = says("excess_rule", audit.noted(row))
            ruled = limit is not None and times * 100 >= Decimal(limit["percent"])
            variant = "ruled" if ruled else ""
            yield audit.finding("R414", row, variant=variant, times=round_half_up(times, 1))
        elif row.dimension == "cost" and times < _HALF and not says("unit_cost", f"{row.name} {row.target_text}"):
            yield audit.finding("R414", row, variant="below", share=round_half_up(times * 100, 0))


def _is_far(row: AuditedIndicator) -> bool:
    """Tell whether a result is more than a few beyond its target: 5 of 3 is no over-fulfilment to speak of."""
    actual, bound = row.indicator.actual, value_of(row.target)
    return actual is not None and bound is not None and (actual - bound >= _FEW or actual != int(actual))


def _times(row: AuditedIndicator) -> Decimal | None:
    """Return how many times its target an actual value is, None where that says nothing (shares, harms, dates)."""
    target, actual, bound = row.target, row.indicator.actual, value_of(row.target)
    if target is None or actual is None or not bound:
        return None
    if row.indicator.weight is None or row.indicator.score is None:
        return None
    if not comparable(row) or target.kind != TargetKind.QUANTITY or says("changing", row.target_text + row.name):
        return None
    is_ceiling = target.comparator in ("≤", "<")
    if is_ceiling != (row.dimension == "cost"):
        return None
    return actual / bound


def rule_r415(audit: DocumentAudit) -> Findings:
    """Find points taken from a row without a reason, or with a reason that says all was done."""
    for plan in audit.evaluations:
        silent: list[AuditedIndicator] = []
        for row in plan.indicators:
            if not _is_docked(audit, row):
                continue
            reason = row.indicator.reason or row.indicator.explanation or ""
            if says("all_done", reason):
                yield audit.finding("R415", row, variant="contradicting", reason=reason)
            elif (not reason or says("no_reason", reason)) and not _is_judged_elsewhere(row):
                silent.append(row)
        if silent and not explains(plan):
            rows = [f"{row.name}（{row.indicator.score}/{row.indicator.weight}分）" for row in silent]
            yield audit.finding("R415", silent[0], about=silent, rows=rows)


def _is_docked(audit: DocumentAudit, row: AuditedIndicator) -> bool:
    """Tell whether a row has fewer points than it could; words that are met may be given less within their grade."""
    weight, score = row.indicator.weight, row.indicator.score
    if weight is None or score is None:
        return False
    if row.is_qualitative:
        least = weight * audit.threshold("R415", "met")
        if says("all_done", row.indicator.actual_text or ""):
            return score < weight
        is_part = says("partly", row.indicator.actual_text or "")
        return score * 100 <= least if is_part else score * 100 < least
    return score < weight


def _is_judged_elsewhere(row: AuditedIndicator) -> bool:
    """Tell whether target and result are numbers: R403 and R409 speak of those."""
    return comparable(row) and (row.indicator.actual != value_of(row.target) or is_met(row))


def explains(plan: AuditedPlan) -> bool:
    """Tell whether a form gives reasons anywhere: in what was achieved, or in the note below its table."""
    told = [goal.achieved or "" for goal in plan.plan.goals]
    told += [task.achieved or "" for task in plan.plan.tasks]
    told += [item.problem or "" for item in plan.plan.management]
    told.append(plan.plan.attributes.get("problems", ""))
    return any(says("because", text) for text in told)


def rule_r417(audit: DocumentAudit) -> Findings:
    """Find results that are later than their deadline and have full points, and points for a result that is blank."""
    for plan in audit.evaluations:
        reports = any(row.indicator.actual_text for row in plan.indicators)
        for row in plan.indicators:
            result = row.indicator
            full = result.score is not None and result.score == result.weight
            if full and result.weight and not result.actual_text and reports and row.target is not None:
                yield audit.finding("R417", row, variant="blank")
            if not _is_late(row, plan):
                continue
            if full:
                yield audit.finding("R417", row)
            elif result.score is None and says("all_done", result.reason or "完成"):
                severity = None if result.reason else Severity.WARNING
                yield audit.finding("R417", row, variant="unscored", severity=severity, reason=result.reason or "空白")


def _is_late(row: AuditedIndicator, plan: AuditedPlan) -> bool:
    """Tell whether a dated result is after its deadline."""
    due = row.target.due if row.target else None
    done = parse_target(row.indicator.actual_text or "", fiscal_year=plan.form.fiscal_year) if due else None
    return bool(due and done and done.due and done.due > due)


def rule_r416(audit: DocumentAudit) -> Findings:
    """Find forms in which every counted result equals its target to the digit."""
    for plan in audit.evaluations:
        counted = [row for row in plan.indicators if is_count(row.target) and row.indicator.actual is not None]
        if len(counted) < _LEAST_ROWS:
            continue
        if all(row.indicator.actual == value_of(row.target) for row in counted):
            yield audit.finding("R416", plan, about=counted)


def rule_r317(audit: DocumentAudit) -> Findings:
    """Find targets below what the row prints for the year before, where more is better and it is the same unit."""
    for row in audit.indicators_once:
        target, before = row.target, row.indicator.previous_text
        if target is None or not before or target.comparator not in ("≥", ">"):
            continue
        last, bound = parse_actual(before, target), value_of(target)
        if last is None or bound is None or bound >= last:
            continue
        if fold_name(before) != fold_name(row.target_text):
            yield audit.finding("R317", row, before=before)
