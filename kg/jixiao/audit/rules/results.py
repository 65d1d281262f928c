"""Check what was reported: deviations, strict targets, types, reasons, copies, repeated indicators."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, same_text, words
from jixiao.audit.figures import listed, money, percent, plain, shortened
from jixiao.audit.rules.scores import comparable, is_met
from jixiao.audit.units import is_share
from jixiao.model import Finding, Severity, Source, Target, TargetKind
from jixiao.text.folding import fold_name

_SHOWN = 24
_PERCENT = re.compile(r"\d+(?:\.\d+)?%")
_OUTPUTS = frozenset({"output", "quantity", "quality", "timeliness"})
_SCALE = re.compile(r"定性指标[^。]{0,20}(?:分为|档)")
_KINDS = {
    TargetKind.RANK: ("名次", "rank"),
    TargetKind.DEADLINE: ("期限", "deadline"),
    TargetKind.DURATION: ("时长", "duration"),
    TargetKind.RECURRING: ("周期", "recurring date"),
    TargetKind.QUANTITY: ("数量或金额", "number or sum"),
    TargetKind.RANGE: ("区间", "range"),
    TargetKind.OTHER: ("金额", "sum of money"),
}


def _is_percent(text: str | None) -> bool:
    return bool(_PERCENT.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))))


def _evaluated(audit: DocumentAudit) -> Iterator[Entry]:
    for plan in audit.plans:
        if plan.is_evaluation:
            yield from plan.entries


def rule_r404(audit: DocumentAudit) -> Iterator[Finding]:
    """Recompute printed deviations: (actual − target) ÷ target; a target that is met may print 0."""
    slack = audit.threshold("R404", "points")
    for entry in _evaluated(audit):
        row, target = entry.indicator, entry.indicator.target
        if row.deviation is None or row.actual is None or target is None or not comparable(entry):
            continue
        bound = target.lower if target.lower is not None else target.upper
        if not bound:
            continue
        made = (row.actual - bound) / bound * 100
        if abs(made - row.deviation) <= slack or (is_met(entry) and row.deviation == 0):
            continue
        if row.weight and row.score is not None and abs((row.score / row.weight - 1) * 100 - row.deviation) <= slack:
            continue
        yield audit.finding(
            "R404", row, variant="sign" if abs(made + row.deviation) <= slack else "", indicator=entry.name,
            target=entry.target_text, actual=row.actual_text, printed=row.deviation_text, made=percent(made),
        )  # fmt: skip


def rule_r405(audit: DocumentAudit) -> Iterator[Finding]:
    """Find strict targets (> or <) that the actual value only equals, at full score."""
    for entry in _evaluated(audit):
        row, target = entry.indicator, entry.indicator.target
        if target is None or row.actual is None or row.weight is None or row.score != row.weight:
            continue
        bound = target.lower if target.comparator == ">" else target.upper if target.comparator == "<" else None
        if bound is not None and row.actual == bound:
            yield audit.finding(
                "R405", row, indicator=entry.name, target=entry.target_text, actual=row.actual_text, score=row.score
            )


def rule_r406(audit: DocumentAudit) -> Iterator[Finding]:
    """Find targets that are a date, rank, count or sum whose actual value is a percentage."""
    for entry in _evaluated(audit):
        target = entry.indicator.target
        if target and _is_percent(entry.indicator.actual_text) and _is_of_another_type(target):
            kind, kind_en = _KINDS[target.kind]
            yield audit.finding(
                "R406", entry.indicator, indicator=entry.name, target=entry.target_text,
                actual=entry.indicator.actual_text, kind=kind, kind_en=kind_en,
            )  # fmt: skip


def _is_of_another_type(target: Target) -> bool:
    if target.kind == TargetKind.QUALITATIVE or is_share(target):
        return False
    if target.kind == TargetKind.OTHER:
        return "金额" in target.text
    return target.unit is not None or target.kind not in (TargetKind.QUANTITY, TargetKind.RANGE)


def rule_r408(audit: DocumentAudit) -> Iterator[Finding]:
    """Find evaluations with little or no spending whose outputs all have full scores."""
    for plan in audit.plans:
        fund = plan.fund() if plan.is_evaluation else None
        budget = (fund.adjusted or fund.initial) if fund else None
        if fund is None or not budget or fund.executed is None:
            continue
        rate = fund.executed / budget * 100
        outputs = [entry for entry in plan.entries if entry.dimension in _OUTPUTS and entry.indicator.weight]
        full = [entry for entry in outputs if entry.indicator.score == entry.indicator.weight]
        if rate < audit.threshold("R408", "rate") and full and len(full) == len(outputs):
            yield audit.finding(
                "R408", fund, evidence=[entry.indicator.source for entry in full], budget=money(budget),
                executed=money(fund.executed), rate=percent(rate), count=len(full),
            )  # fmt: skip


def rule_r409(audit: DocumentAudit) -> Iterator[Finding]:
    """Find low execution and missed targets without a reason."""
    for plan in audit.plans:
        if not plan.is_evaluation:
            continue
        fund = plan.fund()
        given = [entry.indicator.reason or entry.indicator.explanation for entry in plan.entries]
        given += [item.problem for item in plan.plan.management]
        low = audit.threshold("R409", "rate")
        if fund and fund.rate is not None and (fund.adjusted or fund.initial) and fund.rate < low and not any(given):
            yield audit.finding("R409", fund, rate=f"{plain(fund.rate)}%")
        yield from _unexplained(audit, plan)


def _unexplained(audit: DocumentAudit, plan: PlanEntry) -> Iterator[Finding]:
    missed = [
        entry
        for entry in plan.entries
        if not (entry.indicator.reason or entry.indicator.explanation)
        and not (entry.indicator.target and entry.indicator.target.comparator in (">", "<"))
        and comparable(entry)
        and not is_met(entry)
    ]
    if missed:
        asked = _asks_reasons(audit, plan)
        yield audit.finding(
            "R409", missed[0].indicator, variant="indicator" if asked else "unasked",
            severity=None if asked else Severity.INFO, evidence=[entry.indicator.source for entry in missed[1:]],
            count=len(missed),
            rows=listed(f"{each.name}（{each.target_text}，完成{each.indicator.actual_text}）" for each in missed),
        )  # fmt: skip


def _asks_reasons(audit: DocumentAudit, plan: PlanEntry) -> bool:
    """Tell whether the form's table has words for a reason, in its header or anywhere else; unread tables may."""
    rows = [each for each in audit.texts if each.source.table == plan.plan.source.table]
    return not rows or any(re.search(words()["names"]["reason"], each.text) for each in rows)


def rule_r410(audit: DocumentAudit) -> Iterator[Finding]:
    """Find achievements that repeat their goal or task word by word."""
    for plan in audit.plans:
        copied: list[tuple[str, Source]] = [
            (goal.text, goal.source) for goal in plan.plan.goals if same_text(goal.text, goal.achieved)
        ]
        copied += [
            (task.name, task.source) for task in plan.plan.tasks if same_text(task.content or task.name, task.achieved)
        ]
        if copied:
            yield audit.finding(
                "R410", plan.plan, evidence=[row for _, row in copied], count=len(copied),
                names=listed(shortened(text, _SHOWN) for text, _ in copied),
            )  # fmt: skip


def rule_r411(audit: DocumentAudit) -> Iterator[Finding]:
    """Find one indicator with one target and two actual values in a form."""
    for plan in audit.plans:
        groups: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in plan.entries:
            if entry.indicator.actual_text:
                groups[fold_name(entry.name), fold_name(entry.target_text)].append(entry)
        for group in groups.values():
            printed = [entry.indicator.actual_text or "" for entry in group]
            actuals = {fold_name(text): text for text in printed}
            if len(actuals) > 1:
                yield audit.finding(
                    "R411", group[0].indicator, evidence=[entry.indicator.source for entry in group[1:]],
                    indicator=group[0].name, target=group[0].target_text, actuals=listed(actuals.values()),
                )  # fmt: skip


def rule_r413(audit: DocumentAudit) -> Iterator[Finding]:
    """Find qualitative targets reported as a bare percentage, where the form states no scale."""
    for plan in audit.plans:
        note = plan.plan.evaluation.scoring_note if plan.plan.evaluation else None
        found = [
            entry
            for entry in plan.entries
            if entry.indicator.target
            and entry.indicator.target.kind == TargetKind.QUALITATIVE
            and _is_percent(entry.indicator.actual_text)
        ]
        if found and not _SCALE.search(note or ""):
            yield audit.finding(
                "R413", plan.plan, evidence=[entry.indicator.source for entry in found], count=len(found),
                names=listed(entry.name for entry in found),
            )  # fmt: skip
