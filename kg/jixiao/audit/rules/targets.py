"""Compare targets with one another: duplicates, several things in one, a department's with those of its projects."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from rapidfuzz import fuzz

from jixiao.audit.context import OUTPUTS, AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import add_up
from jixiao.audit.units import is_count, is_share, value_of
from jixiao.audit.wording import says, stem, words
from jixiao.model import FormKind, TargetKind
from jixiao.text.folding import fold_name

_ACTING = OUTPUTS | {"benefit", "task"}
_CLAUSES = re.compile(r"[，,；;。]")
_CEILINGS = frozenset({"≤", "<"})
_TELLING = 6
_ALIKE_NAMES = 62
_NEAR = 60  # rows of one target that are compared with one another: more than any plan that was seen has
_CLAUSE = 4
_STEM = 4


def rule_r309(audit: DocumentAudit) -> Findings:
    """Find subjects measured more than once in a plan, and funding lines that count the same output."""
    for plan in audit.plans:
        groups = _same_subjects(plan)
        if not groups:
            continue
        rows = [row for group in groups for row in group]
        levels = dict.fromkeys(row.indicator.level2 or row.indicator.level1 or "" for row in rows)
        yield audit.finding(
            "R309",
            plan,
            variant="subjects",
            evidence=rows,
            count=len(groups),
            levels="、".join(levels),
            names=[stem(group[0].name) for group in groups],
        )
    yield from _same_lines(audit)
    for plan in audit.plans:
        yield from _alike_names(audit, plan)


def _alike_names(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find two counts of one period with one target with nearly the same names (参训教师数量, 参加培训教师人数)."""
    counted: defaultdict[tuple[str, object], list[AuditedIndicator]] = defaultdict(list)
    for row in plan.indicators:
        if row.dimension in _ACTING and is_count(row.target):
            counted[row.target_text, row.indicator.scope].append(row)
    for rows in counted.values():
        subjects = [" ".join(_subject(row.name)) for row in rows]
        for place, row in enumerate(rows):
            for nearby in range(place + 1, min(place + _NEAR, len(rows))):
                alike = fuzz.token_set_ratio(subjects[place], subjects[nearby]) >= _ALIKE_NAMES
                if alike and subjects[place] != subjects[nearby]:
                    yield audit.finding("R309", rows[nearby], variant="alike", evidence=[row], other=row.name)


def _same_subjects(plan: AuditedPlan) -> list[list[AuditedIndicator]]:
    """Return the rows of a plan that measure the same subject in the same period."""
    groups: defaultdict[tuple[object, str], list[AuditedIndicator]] = defaultdict(list)
    for row in plan.indicators:
        subject = _subject(row.name)
        if row.dimension not in _ACTING:
            continue
        if len(subject) < _STEM:
            continue
        if says("numbered", row.name):
            continue
        groups[row.indicator.scope, _without_verb(subject)].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _subject(name: str) -> str:
    """Return what an indicator is about: its name without what says that it is done or counted."""
    subject = fold_name(stem(name))
    counted = says("number_of", subject)
    return subject[: counted.start()] if counted else subject


def _without_verb(subject: str) -> str:
    """Return a stem without a verb of two characters (提升/提高网上政务服务能力), where enough of it is left."""
    verbs: list[str] = words()["similarity"]["verbs"]
    if subject[:2] in verbs and len(subject) >= 2 * _STEM:
        return subject[2:]
    return subject


def _same_lines(audit: DocumentAudit) -> Findings:
    """Find lines of a register that count the same output."""
    groups: defaultdict[tuple[object, ...], list[AuditedPlan]] = defaultdict(list)
    for plan in audit.plans:
        if plan.form.kind == FormKind.PROJECT_TARGET_SUMMARY and any(map(_is_own_output, plan.indicators)):
            rows = [row for row in plan.indicators if row.dimension != "cost"]
            key = tuple((row.dimension, fold_name(row.name), fold_name(row.target_text)) for row in rows)
            groups[key].append(plan)
    for plans in groups.values():
        if len(plans) < 2:
            continue
        output = next(filter(_is_own_output, plans[0].indicators))
        funds = [fund for fund in map(AuditedPlan.fund, plans) if fund]
        yield audit.finding(
            "R309",
            plans[0],
            variant="lines",
            evidence=plans,
            count=len(plans),
            output=output.name,
            money=add_up(fund.amount for fund in funds),
        )


def _is_own_output(row: AuditedIndicator) -> bool:
    """Tell whether a row counts an output that only its project can have."""
    if row.dimension not in OUTPUTS:
        return False
    if not is_count(row.target):
        return False
    return len(fold_name(row.name)) >= _TELLING


def rule_r310(audit: DocumentAudit) -> Findings:
    """Find rows that hold several targets, or names that join several things under one target."""
    for row in audit.indicators_once:
        if row.target is None:
            continue
        if row.dimension == "management":
            continue
        parts = [part.text for part in row.target.parts]
        if len(parts) > 1:
            yield audit.finding("R310", row, count=len(parts), targets=parts)
            continue
        clauses = [clause for clause in _CLAUSES.split(row.name) if says("acts", clause)]
        if len(clauses) > 1 and min(map(len, clauses)) >= _CLAUSE:
            yield audit.finding("R310", row, variant="name", count=len(clauses))


def rule_r311(audit: DocumentAudit) -> Findings:
    """Find a department's satisfaction target that is looser than that of every project of it."""
    lowest: Decimal | None = None
    projects: list[AuditedIndicator] = []
    for row in (row for plan in audit.project_plans for row in plan.indicators):
        value = _satisfaction(row)
        if value is not None:
            projects.append(row)
            lowest = value if lowest is None else min(lowest, value)
    count = len({id(row.plan) for row in projects})
    for row in (row for plan in audit.department_plans for row in plan.indicators):
        value = _satisfaction(row)
        if value is None:
            continue
        if lowest is None:
            continue
        if value >= lowest:
            continue
        yield audit.finding("R311", row, evidence=projects, count=count, lowest=lowest)
    yield from _looser(audit)


def _looser(audit: DocumentAudit) -> Findings:
    """Find counts and ranks of a department that ask for less than one of its projects does of the same thing."""
    asked: defaultdict[tuple[str, str | None], list[tuple[Decimal, AuditedIndicator]]] = defaultdict(list)
    for row in (row for plan in audit.project_plans for row in plan.annual):
        bound = _bound(row)
        if bound is not None and row.target:
            asked[fold_name(row.name), row.target.unit].append((bound, row))
    for row in (row for plan in audit.department_plans for row in plan.annual):
        bound = _bound(row)
        if bound is None or row.target is None:
            continue
        more = [other for wanted, other in asked.get((fold_name(row.name), row.target.unit), ()) if wanted > bound]
        for other in more[:1]:
            project, text = other.plan.project or "", other.target_text
            yield audit.finding("R311", row, variant="looser", evidence=[other], project=project, other=text)


def _bound(row: AuditedIndicator) -> Decimal | None:
    """Return what a count asks for at least, or a rank at most (as a negative number), None for other targets."""
    target = row.target
    if target is None:
        return None
    if target.kind == TargetKind.RANK:
        return None if target.upper is None else -target.upper
    return target.lower if is_count(target) and target.comparator not in _CEILINGS else None


def _satisfaction(row: AuditedIndicator) -> Decimal | None:
    """Return the percentage a satisfaction target asks for at least."""
    if row.dimension != "satisfaction":
        return None
    if row.target is None:
        return None
    if not is_share(row.target):
        return None
    if row.target.comparator in _CEILINGS:
        return None
    return value_of(row.target)
