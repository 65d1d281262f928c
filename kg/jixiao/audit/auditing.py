"""Audit one document: run the rules that are shapes and those that are functions, and keep what the office wants."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from jixiao.audit.context import DocumentAudit
from jixiao.audit.figures import listed
from jixiao.audit.registry import SEVERITIES, rules
from jixiao.audit.rules import rule_functions
from jixiao.audit.settings import AuditSettings
from jixiao.audit.shapes import ShapeResult, constraints, rule_files, run_constraints
from jixiao.ids import digest
from jixiao.lifting.graph import LiftedRecords
from jixiao.model import Document, Finding, Indicator, Plan, Severity
from jixiao.text.folding import squeeze

_FIGURE = re.compile(r"(?<![第\d.])\d[\d.]*")  # of a message, but for the number of a line


def audit_document(
    lifted: LiftedRecords, document: Document | None, settings: AuditSettings | None = None
) -> tuple[Finding, ...]:
    """Return the findings on one document, sorted by place and rule.

    Without ``document`` the rules that read its text find nothing.
    """
    audit = DocumentAudit(lifted, document, settings or AuditSettings())
    found = [*_of_shapes(audit, run_constraints(lifted.graph, constraints(rule_files())))]
    for function in rule_functions().values():
        found += function(audit)
    found = _folded(found)
    kept = {_identity(finding): finding for finding in reversed(found) if finding.rule not in audit.settings.muted}
    about = (lifted.linked.records.kind, lifted.linked.records.fiscal_year)
    return tuple(replace(each, key=finding_key(each, about)) for each in sorted(kept.values(), key=_place))


def _folded(found: Sequence[Finding]) -> list[Finding]:
    """Tell what follows from another finding on the same indicator with that one: one fault, one finding."""
    causes: dict[tuple[str, str], int] = {}
    for number, finding in enumerate(found):
        if finding.indicator is not None:
            causes.setdefault((finding.focus, finding.rule), number)
    told = list(found)
    for number, finding in enumerate(found):
        for rule in rules()[finding.rule].follows:
            cause = causes.get((finding.focus, rule))
            if cause is not None and _grade(told[cause]) <= _grade(finding):
                told[cause], told[number] = _with_effect(told[cause], finding), told[cause]
                break
    return [each for number, each in enumerate(told) if each.rule == found[number].rule]


def _grade(finding: Finding) -> int:
    """Return how grave a finding is, 0 for the gravest."""
    return SEVERITIES.index(finding.severity)


def _with_effect(cause: Finding, effect: Finding) -> Finding:
    """Return a finding that names another as what follows from it."""
    label = rules()[effect.rule].label
    return replace(
        cause,
        message=f"{cause.message}（同一处还有 {effect.rule} {label}：{effect.message}）",
        message_en=f"{cause.message_en} (and with it {effect.rule}: {effect.message_en})",
        evidence=tuple(dict.fromkeys((*cause.evidence, *effect.evidence))),
    )


def _identity(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings one: the year's column often repeats the row of the whole term."""
    focus = finding.focus if finding.indicator is None else None
    return (finding.rule, focus, finding.severity, finding.message, finding.project, finding.evidence)


def finding_key(finding: Finding, about: tuple[str, int | None]) -> str:
    """Return what a finding is known by: its rule and all that it is about, wherever that stands in the file."""
    texts = sorted({squeeze(row.text) for row in finding.evidence})
    named = (finding.department, finding.project, finding.indicator)
    return f"{finding.rule}-{digest(*about, *named, *texts, *_FIGURE.findall(finding.message))}"


def _place(finding: Finding) -> tuple[object, ...]:
    lines = [row.line for row in finding.evidence]
    return (lines[0] if lines else 0, finding.rule, finding.focus, finding.severity, finding.message)


def _of_shapes(audit: DocumentAudit, results: Iterable[ShapeResult]) -> Iterator[Finding]:
    """Turn results into findings; those of one plan and period collapse where the registry says so."""
    groups: defaultdict[tuple[object, ...], list[tuple[ShapeResult, Indicator]]] = defaultdict(list)
    owners = {id(entry.indicator): entry.plan for entry in audit.indicators}
    for result in results:
        row = audit.nodes.record(result.focus)
        if not isinstance(row, Indicator):
            continue
        if rules()[result.rule].collapse_share is None:
            yield _finding(audit, result, row)
        else:
            groups[result.rule, id(owners[id(row)]), row.period].append((result, row))
    for group in groups.values():
        yield from _collapsed(audit, group, owners[id(group[0][1])])


def _finding(audit: DocumentAudit, result: ShapeResult, row: Indicator) -> Finding:
    severity = result.severity
    # What the last row of a document lacks may have stood on a page that is not here.
    if row.target is None and audit.texts and row.source.line >= audit.texts[-1].source.line:
        severity = max(severity, Severity.WARNING, key=SEVERITIES.index)
    return audit.stated(result.rule, audit.audited(row), severity, (result.message, result.message_en))


def _collapsed(audit: DocumentAudit, group: list[tuple[ShapeResult, Indicator]], plan: Plan) -> Iterator[Finding]:
    rule = rules()[group[0][0].rule]
    period = group[0][1].period
    total = sum(row.period == period for row in plan.indicators)
    # Rows without a value that no shape objects to (公益性项目) count for a column that is lost, not for its rows.
    blank = [row for row in plan.indicators if rule.collapse_share and row.period == period and row.target is None]
    found = [row for _, row in group]
    rows = sorted(blank if len(blank) > len(found) else found, key=lambda row: row.source.line)
    if rule.collapse_share is None or len(rows) < total * rule.collapse_share:
        yield from (_finding(audit, result, row) for result, row in group)
        return
    if len(group) > total * rule.collapse_most:
        return
    yield audit.finding(
        rule.id,
        plan,
        variant="collapsed",
        evidence=[row.source for row in rows],
        count=len(rows),
        total=total,
        names=listed(row.level3 for row in rows),
    )
