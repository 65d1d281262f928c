"""Add up weights and scores, and recompute scores by the rule the form states."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.audit.context import SURE, AuditedIndicator, AuditedPlan, DocumentAudit, Findings, Text
from jixiao.audit.figures import add_up, count_decimals, round_half_up, write_number, write_sum
from jixiao.audit.units import value_of
from jixiao.audit.wording import says
from jixiao.model import Finding, FundLine, Period, Severity, Source, Target, TargetKind
from jixiao.text.folding import fold_name, squeeze

_OWN_SECTIONS = frozenset({"execution", "management"})
_PROPORTION = re.compile(r"未完成[^。]{0,12}(?:按|比例)[^。]{0,20}比例|按照?完成值与指标值的比例")
_OTHER_TARGET = re.compile(r"[≥≤＞＜><]\s*=?\s*\d")
_PERCENT = re.compile("[%％‰]|百分")
_POINTS = re.compile(r"[（(](\d{1,3})分[）)]")
_POINTS_ALONE = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d+)?(?![\d.%])")
_LEAST_ROWS = 3
_FULL = Decimal(100)
_WHOLE_FORMS = (_FULL, _FULL - 10, Decimal(1))
"""Sums of the weights of a form: all, all but the execution, all as a share."""
_OF_EXECUTION = Decimal(10)
_SMALL = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """Hold one line of an evaluation that carries points."""

    section: str
    weight: Decimal | None
    score: Decimal | None
    source: Source


def scored_lines(plan: AuditedPlan) -> list[ScoredLine]:
    """Return every line of an evaluation that carries points: execution, fund management, indicators."""
    found: list[ScoredLine] = []
    for fund in plan.plan.funds:
        if fund.weight is not None or fund.score is not None:
            found.append(ScoredLine("execution", fund.weight, fund.score, fund.source))
    for item in plan.plan.management:
        found.append(ScoredLine("management", item.weight, item.score, item.source))
    for row in plan.indicators:
        found.append(ScoredLine(row.dimension or "", row.indicator.weight, row.indicator.score, row.source))
    return found


def _written(lines: Sequence[ScoredLine], column: str) -> str:
    """Return the sum of the points as those of execution, management and all indicators."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        section = line.section if line.section in _OWN_SECTIONS else "indicators"
        sums[section] += getattr(line, column) or 0
    return write_sum(filter(None, sums.values()))


def rule_r401(audit: DocumentAudit) -> Findings:
    """Compare the sum of the weights with the printed total, and that of a section with the points beside its name."""
    for plan in audit.all_plans:
        evaluation, lines = plan.plan.evaluation, scored_lines(plan)
        if not plan.is_evaluation:
            yield from _printed_sections(audit, plan) or _target_weights(audit, plan)
            continue
        if evaluation is None:
            continue
        if any(line.weight is None for line in lines):
            continue
        made, total = add_up(line.weight for line in lines), evaluation.total_weight
        of_indicators = any(line.section not in _OWN_SECTIONS for line in lines)
        if total is not None and made != total and of_indicators:
            is_moved = any(line.weight >= total for line in lines if line.weight)
            severity = Severity.WARNING if is_moved or _may_lack_rows(plan) else None
            parts = _written(lines, "weight")
            yield audit.finding("R401", evaluation, severity=severity, one=made, other=total, parts=parts)
            continue
        yield from _printed_sections(audit, plan)
        if made == total and total not in _WHOLE_FORMS and total < _FULL and of_indicators:
            rows = [line for line in lines if line.weight]
            yield audit.finding("R401", evaluation, variant="target", evidence=rows, made=made)


def _printed_sections(audit: DocumentAudit, plan: AuditedPlan) -> list[Finding]:
    """Compare the weights below a level with the points printed beside its name (产出指标(50分))."""
    sections: defaultdict[str, list[AuditedIndicator]] = defaultdict(list)
    for row in plan.of_period(Period.ANNUAL):
        for level in row.indicator.names[:2]:
            if level and _POINTS.search(squeeze(level)):
                sections[squeeze(level)].append(row)
    said: list[Finding] = []
    for section, rows in sections.items():
        found = _POINTS.search(section)
        weights = [row.indicator.weight for row in rows]
        if found is None or None in weights:
            continue
        stated, made = Decimal(found[1]), add_up(weights)
        if stated != made:
            name = section[: found.start()]
            said.append(
                audit.finding("R401", plan, variant="section", evidence=rows, section=name, stated=stated, made=made)
            )
    return said


def _target_weights(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find weights of a target form that make neither 100 nor, with 10 for the execution, 90."""
    rows = plan.of_period(Period.ANNUAL)
    weights = [row.indicator.weight for row in rows]
    if len(rows) < _LEAST_ROWS or None in weights:
        return
    made, printed = add_up(weights), _stated_total(plan) or _printed_total(audit, plan)
    if printed is not None and printed[0] not in (made, _FULL if made == _FULL - 10 else made):
        yield audit.finding("R401", plan, variant="printed", evidence=[printed[1], *rows], one=made, other=printed[0])
    elif made not in _WHOLE_FORMS:
        yield audit.finding("R401", plan, variant="target", evidence=rows, made=made)


def _stated_total(plan: AuditedPlan) -> tuple[Decimal, AuditedPlan] | None:
    """Return the total of the points that a note of a target form states (指标权重合计为100分)."""
    found = says("stated_points", squeeze(f"{plan.plan.attributes.get('note', '')}{plan.note}"))
    return (Decimal(found["points"]), plan) if found else None


def _printed_total(audit: DocumentAudit, plan: AuditedPlan) -> tuple[Decimal, Text] | None:
    """Return the total of the points that the next row but the indicators of a target form prints, with that row."""
    last = max(row.source.line for row in plan.indicators)
    below = audit.text_below(last)
    if below is None or below.source.table != plan.source.table:
        return None
    numbers = _POINTS_ALONE.findall(below.text)
    if len(numbers) == 1 and says("total_points", squeeze(below.text)):
        return Decimal(numbers[0]), below
    return None


def sum_of_scores(plan: AuditedPlan) -> Decimal | None:
    """Return the sum of the printed scores, None where a line with a weight has none."""
    lines = scored_lines(plan)
    if any(line.score is None and line.weight for line in lines):
        return None
    if all(row.indicator.score is None for row in plan.indicators):
        return None
    return add_up(line.score for line in lines)


def rule_r402(audit: DocumentAudit) -> Findings:
    """Compare the printed total with the sum of the printed scores."""
    for plan in audit.all_plans:
        total = plan.evaluation.total
        made = sum_of_scores(plan) if plan.is_evaluation else None
        if total is not None and made is not None and made != total:
            yield _wrong_total(audit, plan, total, made)


def _may_lack_rows(plan: AuditedPlan) -> bool:
    """Tell whether a sum may be short of a row: one was read in doubt, or the execution has its 10 points elsewhere."""
    if any(row.indicator.confidence < SURE for row in plan.indicators):
        return True
    full = plan.evaluation.total_weight or _FULL
    scored = any(fund.score is not None or fund.weight is not None for fund in plan.plan.funds)
    return not scored and full - add_up(row.indicator.weight for row in plan.indicators) == _OF_EXECUTION


def _wrong_total(audit: DocumentAudit, plan: AuditedPlan, total: Decimal, made: Decimal) -> Finding:
    """Return the finding on a total: an info for rounding, a warning where rows seem to be missing."""
    lines, full = scored_lines(plan), plan.evaluation.total_weight
    unweighted = any(line.weight is None and line.score is not None for line in lines)
    lacking = full is not None and add_up(line.weight for line in lines) < full and not unweighted
    severity = None
    if round_half_up(made, count_decimals(total)) == total or abs(made - total) <= _SMALL:
        severity = Severity.INFO
    elif _may_lack_rows(plan):
        lacking = True
    return audit.finding(
        "R402",
        plan.plan.evaluation,
        variant="rows" if lacking else "",
        severity=severity,
        one=made,
        other=total,
        parts=_written(lines, "score"),
        weights=full or _FULL,
    )


def rule_r403(audit: DocumentAudit) -> Findings:
    """Recompute scores: execution in proportion, indicators by the proportion of actual and target."""
    for plan in audit.evaluations:
        for fund in plan.plan.funds:
            yield from _execution(audit, plan, fund)
        for row in plan.indicators:
            yield from _indicator(audit, plan, row)


def _execution(audit: DocumentAudit, plan: AuditedPlan, fund: FundLine) -> Findings:
    """Recompute the score of an execution rate."""
    if fund.weight is None:
        return
    if fund.score is None:
        return
    if fund.rate is None:
        return
    bases = [base for base in (fund.adjusted, fund.initial) if base]
    readings = [fund.weight * min(fund.rate, _FULL) / _FULL]
    other = ""
    if plan.of_department:
        full = audit.threshold("R403", "department")
        readings.append(fund.weight * min(fund.rate / full, Decimal(1)))
        whole = round_half_up(readings[-1], 2)
        other = f"，按执行率达到{write_number(full)}%得满分应为{write_number(whole)}"
    if fund.executed is not None:
        if not bases:
            return  # no budget, no rate: what an office scores then is its own rule
        # A score that follows the amounts is right where the rate is misprinted: that is for R206 to say.
        readings += [fund.weight * min(fund.executed / base, Decimal(1)) for base in bases]
    if says("rate_bands", squeeze(plan.note)):
        return  # the form gives points by bands of its own
    slack = audit.threshold("R403", "points")
    if all(abs(fund.score - reading) > slack for reading in readings):
        yield audit.finding(
            "R403",
            fund,
            variant="rate",
            severity=Severity.VIOLATION if says("rate_rule", squeeze(plan.note)) else None,
            rate=fund.rate,
            weight=fund.weight,
            score=fund.score,
            made=round_half_up(readings[0], 2),
            other=other,
        )


def comparable(row: AuditedIndicator) -> bool:
    """Tell whether target and actual value are numbers (reading gives an actual value in the target's unit or none).

    Not compared are rows with a second target (年中调整值), which do not say which counts, and a bare 0.93 beside a
    target of 90%, which is a spreadsheet's way to print 93%, or is not.
    """
    target, actual = row.target, row.indicator.actual
    if target is None:
        return False
    if actual is None:
        return False
    if target.kind not in (TargetKind.QUANTITY, TargetKind.DURATION):
        return False
    bounds = [abs(bound) for bound in (target.lower, target.upper) if bound is not None]
    if not bounds:
        return False
    if _has_another_target(row):
        return False
    bare = target.unit == "%" and not _PERCENT.search(row.indicator.actual_text or "")
    return not (bare and 0 < abs(actual) <= 1 < max(bounds))


def _has_another_target(row: AuditedIndicator) -> bool:
    """Tell whether a cell of the row looks like a target and is none of the row's own values."""
    printed = row.indicator
    own = {
        fold_name(text or "") for text in (printed.half_year_target_text, printed.actual_text, printed.deviation_text)
    }
    if row.target:
        own.add(fold_name(row.target.text))
    cells = [cell for cell in row.source.text.split("\t") if _OTHER_TARGET.match(cell.strip())]
    return any(fold_name(cell) not in own for cell in cells)


def _is_bare(target: Target) -> bool:
    """Tell whether a target prints no comparator."""
    return target.comparator == "=" and not target.comparator_stated


def is_met(row: AuditedIndicator) -> bool:
    """Tell whether the actual value meets the target; a bare cost target is a ceiling, any other bare one a floor."""
    target, actual = row.target, row.indicator.actual
    if target is None:
        return False
    if actual is None:
        return False
    if target.lower is not None and _is_bare(target):
        return actual <= target.lower if row.dimension == "cost" else actual >= target.lower
    low, high = target.lower, target.upper
    if low is not None and (actual < low or (actual == low and not target.lower_inclusive)):
        return False
    if high is None or actual < high:
        return True
    return actual == high and bool(target.upper_inclusive)


@dataclass(frozen=True, slots=True)
class _Result:
    """Hold what a score is recomputed from."""

    row: AuditedIndicator
    target: Target
    bound: Decimal
    actual: Decimal
    weight: Decimal
    score: Decimal


def _indicator(audit: DocumentAudit, plan: AuditedPlan, row: AuditedIndicator) -> Findings:
    """Recompute the score of an indicator."""
    target, bound, actual = row.target, value_of(row.target), row.indicator.actual
    weight, score = row.indicator.weight, row.indicator.score
    if weight is None:
        return
    if score is None:
        return
    if score > weight and not _is_bonus(row):
        yield audit.finding("R403", row, variant="above")
        return
    if target is None:
        return
    if not bound:
        return
    if actual is None:
        return
    if actual == bound:
        return
    if not comparable(row):
        return
    result = _Result(row, target, bound, actual, weight, score)
    if is_met(row):
        yield from _met(audit, result, ruled=says("full_rule", plan.note) is not None)
    else:
        yield from _missed(audit, result, ruled=bool(_PROPORTION.search(plan.note)))


def _met(audit: DocumentAudit, result: _Result, *, ruled: bool) -> Findings:
    """Find scores below the weight of a target that is met; ``ruled`` says that the form gives full points for that."""
    if result.score >= result.weight - audit.threshold("R403", "points"):
        return
    smaller, larger = sorted((result.actual, result.bound))
    made = round_half_up(result.weight * smaller / larger, 2)
    variant = "bare" if _is_bare(result.target) else "met"
    certain = ruled and variant == "met" and not result.row.indicator.reason
    severity = Severity.VIOLATION if certain else None
    yield audit.finding("R403", result.row, variant=variant, severity=severity, made=made)


def _missed(audit: DocumentAudit, result: _Result, *, ruled: bool) -> Findings:
    """Find scores of a missed target that no usual rule gives; ``ruled`` says that the form states the rule."""
    slack = audit.threshold("R403", "points")
    if result.score != result.weight:  # points given in whole numbers or tenths are rounded, full points are not
        slack = max(slack, Decimal("0.5").scaleb(-count_decimals(result.score)))
    readings = _readings(result)
    if not result.score:
        return
    if any(abs(result.score - reading) <= slack for reading in readings):
        return
    made, *others = [round_half_up(reading, 2) for reading in readings]
    other = "".join(f"（或{write_number(reading)}）" for reading in others)
    unexplained = result.score == result.weight and result.target.comparator_stated and not result.row.indicator.reason
    severity = Severity.VIOLATION if ruled or unexplained else None
    yield audit.finding("R403", result.row, variant="missed", severity=severity, made=made, other=other)


def _is_bonus(row: AuditedIndicator) -> bool:
    """Tell whether a row adds points to the form's own or takes them away."""
    printed = " ".join(name or "" for name in row.indicator.names)
    return not row.indicator.weight or says("bonus", printed) is not None


def _readings(result: _Result) -> list[Decimal]:
    """Return the scores offices give a missed target: in proportion; for a ceiling also weight × (1 − deviation)."""
    weight, actual, bound = result.weight, result.actual, result.bound
    if actual <= bound:
        return [weight * actual / bound]
    deviation = (actual - bound) / bound
    return [weight * max(Decimal(0), 1 - deviation), weight * bound / actual]
