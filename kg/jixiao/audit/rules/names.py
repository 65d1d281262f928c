"""Compare the spellings of projects and departments, and the shape of project codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from rapidfuzz import fuzz

from jixiao.audit.context import DocumentAudit
from jixiao.audit.figures import listed
from jixiao.model import Finding, Mention, Project, Severity
from jixiao.text.folding import fold_name
from jixiao.text.names import is_cut_of

_CODE = re.compile(r"\d{18,24}")
_ALIKE = 80
_SHOWN = 3


def rule_r505(audit: DocumentAudit) -> Iterator[Finding]:
    """Find projects and departments under different spellings, and names cut at a field's length."""
    cut: list[Mention] = []
    for project in audit.linked.projects:
        others = [each for each in project.mentions if fold_name(each.printed) != fold_name(project.name)]
        short = [each for each in others if is_cut_of(each.printed, project.name)]
        cut += [each for each in short if each.table_kind != "prose"]
        spelled = [each for each in others if each not in short and not _is_told(each, project)]
        if spelled:
            own = [each.source for each in project.mentions if each not in spelled]
            yield audit.finding(
                "R505", project, severity=_severity(project, spelled),
                evidence=[*(each.source for each in spelled), *own],
                project=project.name, names=listed(each.printed for each in spelled),
            )  # fmt: skip
    if cut:
        yield audit.finding(
            "R505", None, variant="cut", evidence=[each.source for each in cut], count=len(cut),
            names=listed(each.printed for each in cut),
        )  # fmt: skip
    yield from _departments(audit)


def _is_told(mention: Mention, project: Project) -> bool:
    """Tell whether running text only shortens a name or adds a word to it; forms and tables should do neither."""
    one, other = fold_name(mention.printed), fold_name(project.name)
    return mention.table_kind == "prose" and (one in other or other in one)


def _severity(project: Project, spelled: list[Mention]) -> Severity:
    """Return how grave a spelling is: one that only leaves out a place or an abbreviation is style."""
    strange = any(fold_name(each.printed) not in fold_name(project.name) for each in spelled)
    return Severity.WARNING if strange else Severity.INFO


def _departments(audit: DocumentAudit) -> Iterator[Finding]:
    printed: dict[str, list[object]] = {}
    for form in audit.records.forms:
        if form.department:
            printed.setdefault(form.department, []).append(form)
    names = [*printed, *([audit.records.department] if audit.records.department else [])]
    for one, other in combinations(dict.fromkeys(names), 2):
        a, b = fold_name(one), fold_name(other)
        if a in b or b in a or fuzz.ratio(a, b) < _ALIKE:
            continue
        rarer, usual = (one, other) if len(printed.get(one, ())) < len(printed.get(other, ())) else (other, one)
        forms = [form for form in audit.records.forms if form.department == rarer] or [
            form for form in audit.records.forms if form.department == usual
        ]
        yield audit.finding(
            "R505", forms[0], variant="department", evidence=[form.source for form in forms[1:]], one=rarer, other=usual
        )


def rule_r506(audit: DocumentAudit) -> Iterator[Finding]:
    """Find project codes of the wrong length, or of another region than the department's."""
    expected = int(audit.threshold("R506", "digits"))
    coded = [plan for plan in audit.plans if plan.plan.project_code and _CODE.fullmatch(plan.plan.project_code)]
    for length in sorted({len(plan.plan.project_code or "") for plan in coded} - {expected}):
        wrong = [plan for plan in coded if len(plan.plan.project_code or "") == length]
        yield audit.finding(
            "R506", wrong[0].plan, evidence=[plan.plan.source for plan in wrong[1:]], count=len(wrong), length=length,
            expected=expected, codes="、".join((plan.plan.project_code or "") for plan in wrong[:_SHOWN]),
        )  # fmt: skip
    region = audit.linked.department.region_code if audit.linked.department else None
    for plan in coded:
        code = plan.plan.project_code or ""
        if region and not region.endswith("00") and code[:6] != region and code[:4] != region[:4]:
            yield audit.finding(
                "R506",
                plan.plan,
                variant="region",
                severity=Severity.WARNING,
                code=code,
                prefix=code[:6],
                region=region,
            )
