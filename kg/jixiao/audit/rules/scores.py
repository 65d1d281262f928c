"""Add up weights and scores, and recompute scores by the rule the form states."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, words
from jixiao.audit.figures import added, digits, plain, rounded
from jixiao.model import Evaluation, Finding, FundLine, Severity, Source, TargetKind
from jixiao.text.folding import fold_name

_SECTIONS = {
    "预算执行率": "execution",
    "资金管理情况": "management",
    "资金管理": "management",
    "成本指标": "cost",
    "产出指标": "output",
    "效益指标": "benefit",
    "满意度指标": "satisfaction",
}
_STATED = re.compile(
    r"(预算执行率|资金管理情况|资金管理|成本指标|产出指标|效益指标|满意度指标)(?:统一设置为)?:?(\d+)分"
)
_PROPORTION = re.compile(r"未完成[^。]{0,12}(?:按|比例)[^。]{0,20}比例|按照?完成值与指标值的比例")
_OTHER_TARGET = re.compile(r"[≥≤＞＜><]\s*=?\s*\d")
_FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one line of an evaluation that carries points."""

    section: str
    weight: Decimal | None
    score: Decimal | None
    source: Source


def parts_of(plan: PlanEntry) -> list[Part]:
    """Return every line of an evaluation that carries points: execution, fund management, indicators."""
    found = [
        Part("execution", fund.weight, fund.score, fund.source)
        for fund in plan.plan.funds
        if fund.weight is not None or fund.score is not None
    ]
    found += [Part("management", item.weight, item.score, item.source) for item in plan.plan.management]
    for entry in plan.entries:
        row = entry.indicator
        found.append(Part(entry.dimension or "", row.weight, row.score, row.source))
    return found


def _by_section(figures: Mapping[str, Decimal]) -> str:
    return added([figure for figure in figures.values() if figure])


def _sum(parts: list[Part], column: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for part in parts:
        section = part.section if part.section in ("execution", "management") else "indicators"
        sums[section] = sums.get(section, Decimal(0)) + (getattr(part, column) or Decimal(0))
    return sums


def rule_r401(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare the sum of the weights with the printed total, and sections with the scheme of the form's note."""
    for plan in audit.all_plans:
        evaluation, parts = plan.plan.evaluation, parts_of(plan)
        if evaluation is None or not plan.is_evaluation or any(part.weight is None for part in parts):
            continue
        sums = _sum(parts, "weight")
        made, total = sum(sums.values(), Decimal(0)), evaluation.total_weight
        if total is not None and made != total and "indicators" in sums:
            yield audit.finding(
                "R401", evaluation, made=made, parts=_by_section(sums), total=total, difference=abs(made - total)
            )
        elif made == (total or _FULL) and not plan.of_department:
            yield from _scheme(audit, plan, parts)


def stated_scheme(note: str | None) -> dict[str, Decimal]:
    """Return the points a form's note gives each section, empty where it gives none or two schemes."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", note or ""))
    stated: dict[str, Decimal] = {}
    for label, points in _STATED.findall(folded):
        section = _SECTIONS[label]
        if stated.setdefault(section, Decimal(points)) != Decimal(points):
            return {}
    return stated if sum(stated.values(), Decimal(0)) == _FULL else {}


def _scheme(audit: DocumentAudit, plan: PlanEntry, parts: list[Part]) -> Iterator[Finding]:
    evaluation = plan.plan.evaluation
    stated = stated_scheme(evaluation.scoring_note if evaluation else None)
    made: dict[str, Decimal] = dict.fromkeys(stated, Decimal(0))
    for part in parts:
        section = "output" if part.section in ("quantity", "quality", "timeliness") else part.section
        if section not in made:
            return
        made[section] += part.weight or Decimal(0)
    for absent, taker in (("cost", "output"), ("satisfaction", "benefit")):
        if stated and not made[absent] and absent in stated and taker in stated:
            stated = {**stated, taker: stated[taker] + stated[absent], absent: Decimal(0)}
    for label, section in _SECTIONS.items():
        if section in stated and label != "资金管理" and made[section] != stated[section]:
            rows = [part.source for part in parts if part.section == section or section == "output"]
            yield audit.finding(
                "R401", evaluation, variant="scheme", severity=Severity.WARNING, evidence=rows,
                section=label, made=made[section], stated=stated[section],
            )  # fmt: skip


def sum_of_scores(plan: PlanEntry) -> Decimal | None:
    """Return the sum of the printed scores, None where a line with a weight has none."""
    parts = parts_of(plan)
    if not plan.entries or any(part.score is None and part.weight for part in parts):
        return None
    if all(entry.indicator.score is None for entry in plan.entries):
        return None
    return sum((part.score or Decimal(0) for part in parts), Decimal(0))


def rule_r402(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare the printed total with the sum of the printed scores."""
    for plan in audit.all_plans:
        evaluation = plan.plan.evaluation
        made = sum_of_scores(plan) if plan.is_evaluation else None
        if evaluation is None or evaluation.total is None or made is None or made == evaluation.total:
            continue
        yield _total(audit, plan, evaluation, evaluation.total, made)


def _total(audit: DocumentAudit, plan: PlanEntry, evaluation: Evaluation, total: Decimal, made: Decimal) -> Finding:
    weights = sum((part.weight or Decimal(0) for part in parts_of(plan)), Decimal(0))
    lacking = evaluation.total_weight is not None and weights < evaluation.total_weight
    unmarked = any(part.weight is None and part.score is not None for part in parts_of(plan))
    small = rounded(made, digits(total)) == total or abs(made - total) <= Decimal("0.01")
    severity = Severity.INFO if small else Severity.WARNING if lacking and not unmarked else None
    return audit.finding(
        "R402",
        evaluation,
        variant="rows" if lacking and not unmarked else "",
        severity=severity,
        total=total,
        made=made,
        parts=_by_section(_sum(parts_of(plan), "score")),
        difference=abs(made - total),
        weights=evaluation.total_weight or _FULL,
    )


def rule_r403(audit: DocumentAudit) -> Iterator[Finding]:
    """Recompute scores: execution in proportion, indicators by the proportion of actual and target."""
    for plan in audit.plans:
        if not plan.is_evaluation:
            continue
        for fund in plan.plan.funds:
            yield from _execution(audit, plan, fund)
        for entry in plan.entries:
            yield from _indicator(audit, plan, entry)


def _execution(audit: DocumentAudit, plan: PlanEntry, fund: FundLine) -> Iterator[Finding]:
    if fund.weight is None or fund.score is None or fund.rate is None:
        return
    bases = [base for base in (fund.adjusted, fund.initial) if base]
    if not bases and fund.executed is not None:
        return  # no budget, no rate: what an office scores then is its own rule
    slack = audit.threshold("R403", "points")
    full = audit.threshold("R403", "department")
    made = fund.weight * min(fund.rate, _FULL) / _FULL
    whole = fund.weight * min(fund.rate / full, Decimal(1))
    readings = [made, whole] if plan.of_department else [made]
    # A score that follows the amounts is right where the rate is misprinted: that is for R206 to say.
    readings += [fund.weight * min(fund.executed / base, Decimal(1)) for base in bases if fund.executed is not None]
    if all(abs(fund.score - reading) > slack for reading in readings):
        other = f"，按执行率达到{plain(full)}%得满分应为{plain(rounded(whole, 2))}" if plan.of_department else ""
        yield audit.finding(
            "R403", fund, variant="rate", rate=f"{plain(fund.rate)}%", weight=fund.weight, score=fund.score,
            made=rounded(made, 2), other=other,
        )  # fmt: skip


def comparable(entry: Entry) -> bool:
    """Tell whether target and actual value are numbers (reading gives an actual value in the target's unit or none).

    Not compared are rows with a second target (年中调整值), which do not say which counts, and a bare 0.93 beside a
    target of 90%, which is a spreadsheet's way to print 93%, or is not.
    """
    target, row = entry.indicator.target, entry.indicator
    if target is None or row.actual is None or target.kind not in (TargetKind.QUANTITY, TargetKind.DURATION):
        return False
    bounds = [abs(bound) for bound in (target.lower, target.upper) if bound is not None]
    others = [cell for cell in row.source.text.split("\t") if _OTHER_TARGET.match(cell.strip())]
    if any(fold_name(cell) not in _stated(entry) for cell in others):
        return False
    bare = target.unit == "%" and not re.search("[%％‰]|百分", row.actual_text or "")
    return bool(bounds) and not (bare and 0 < abs(row.actual) <= 1 < max(bounds))


def _stated(entry: Entry) -> set[str]:
    """Return the texts of a row that are its own values, not another target."""
    row = entry.indicator
    held = (row.target.text if row.target else None, row.half_year_target_text, row.actual_text, row.deviation_text)
    return {fold_name(text) for text in held if text}


def is_met(entry: Entry) -> bool:
    """Tell whether the actual value meets the target; a bare cost target is a ceiling, any other bare one a floor."""
    target, actual = entry.indicator.target, entry.indicator.actual
    if target is None or actual is None:
        return False
    bare = target.comparator == "=" and not target.comparator_stated
    if bare and target.lower is not None:
        return actual <= target.lower if entry.dimension == "cost" else actual >= target.lower
    over = target.lower is None or actual > target.lower or (bool(target.lower_inclusive) and actual == target.lower)
    under = target.upper is None or actual < target.upper or (bool(target.upper_inclusive) and actual == target.upper)
    return over and under


def _indicator(audit: DocumentAudit, plan: PlanEntry, entry: Entry) -> Iterator[Finding]:
    row, target = entry.indicator, entry.indicator.target
    if row.weight is None or row.score is None:
        return
    said: dict[str, Any] = {
        "indicator": entry.name,
        "target": entry.target_text,
        "actual": row.actual_text,
        "weight": row.weight,
        "score": row.score,
    }
    if row.score > row.weight and not _is_bonus(entry):
        yield audit.finding("R403", row, variant="above", severity=Severity.VIOLATION, **said)
        return
    if not comparable(entry) or target is None or row.actual is None:
        return
    bound = target.lower if target.lower is not None else target.upper
    slack = audit.threshold("R403", "points")
    if not bound or row.actual == bound:
        return
    if is_met(entry):
        if row.score < row.weight - slack:
            bare = target.comparator == "=" and not target.comparator_stated
            made = rounded(row.weight * min(row.actual, bound) / max(row.actual, bound), 2)
            yield audit.finding("R403", row, variant="bare" if bare else "met", made=made, **said)
        return
    readings = _readings(row.weight, row.actual, bound, reverse=row.actual > bound)
    if row.score != row.weight:  # points given in whole numbers or tenths are rounded, full points are not
        slack = max(slack, Decimal("0.5").scaleb(-digits(row.score)))
    if row.score and all(abs(row.score - reading) > slack for reading in readings):
        note = plan.plan.evaluation.scoring_note if plan.plan.evaluation else None
        ruled = bool(_PROPORTION.search(note or ""))
        other = f"（或{plain(rounded(readings[1], 2))}）" if len(readings) > 1 else ""
        yield audit.finding(
            "R403", row, variant="missed", severity=Severity.VIOLATION if ruled else None,
            made=rounded(readings[0], 2), other=other, **said,
        )  # fmt: skip


def _is_bonus(entry: Entry) -> bool:
    """Tell whether a row adds points to the form's own or takes them away."""
    row = entry.indicator
    printed = f"{row.level1 or ''} {row.level2 or ''} {entry.name}"
    return not row.weight or bool(re.search(words()["names"]["bonus"], printed))


def _readings(weight: Decimal, actual: Decimal, bound: Decimal, *, reverse: bool) -> list[Decimal]:
    """Return the scores offices give a missed target: in proportion; for a ceiling also weight × (1 − deviation)."""
    if not reverse:
        return [weight * actual / bound]
    deviation = abs(actual - bound) / bound
    return [weight * max(Decimal(0), 1 - deviation), weight * bound / actual]
