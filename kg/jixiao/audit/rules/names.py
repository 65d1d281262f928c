"""Compare the spellings of projects and departments, and the shape of project codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from rapidfuzz import fuzz

from jixiao.audit.context import AuditedPlan, DocumentAudit, Findings
from jixiao.audit.wording import says
from jixiao.model import FilledForm, Mention, Project, Severity
from jixiao.text.folding import fold_name
from jixiao.text.names import is_cut_of

_CODE = re.compile(r"\d{18,24}")
_ALIKE = 80
_SHOWN = 3
_NEAR_TITLE = 70
_TITLE = re.compile(
    r"(?:附[件表]?|表)?\s*[\d一二三四五六七八九十]*\s*[:：.、]?\s*(?P<name>[\u4e00-\u9fff（）()]{4,30}?)"
    r"(?:项目)?(?:支出)?(?:绩效)?(?:自评|目标|评价)(?:申报|自评|评价)?表$"
)


def rule_r505(audit: DocumentAudit) -> Findings:
    """Find projects and departments under different spellings, and names cut at a field's length."""
    cut: list[Mention] = []
    for project in audit.linked.projects:
        others = [each for each in project.mentions if fold_name(each.printed) != fold_name(project.name)]
        short = [each for each in others if is_cut_of(each.printed, project.name)]
        cut += [each for each in short if each.table_kind != "prose"]
        spelled = [each for each in others if each not in short and not _is_told(each, project)]
        if not spelled:
            continue
        own = [each for each in project.mentions if each not in spelled]
        severity = _severity(project, spelled)
        names = [each.printed for each in spelled]
        yield audit.finding("R505", project, severity=severity, evidence=[*spelled, *own], names=names)
    if cut:
        names = [each.printed for each in cut]
        yield audit.finding("R505", None, variant="cut", evidence=cut, count=len(cut), names=names)
    yield from _nameless(audit)
    yield from _departments(audit)
    yield from _titles(audit)


def _nameless(audit: DocumentAudit) -> Findings:
    """Find forms that print the label of the project's name and no name."""
    unnamed = [plan for plan in audit.project_plans if plan.indicators and not plan.project]
    labels = [each for each in audit.texts if says("nameless_project", each.text)] if unnamed else []
    for plan in unnamed:
        within = [each for each in labels if each.source.table == plan.source.table]
        blank = [each for each in within if each.source.line < plan.source.line]
        if blank:
            yield audit.finding("R505", plan, variant="blank", evidence=blank, unit=plan.plan.unit_name or "")


def _titles(audit: DocumentAudit) -> Findings:
    """Find forms whose title in the text names a project almost as the form itself does."""
    named = {fold_name(plan.project): plan for plan in audit.project_plans if plan.project}
    for each in audit.texts:
        found = _TITLE.match(each.text.strip()) if each.source.table is None else None
        title = fold_name(found["name"]) if found else ""
        if not title or any(title in name or name in title for name in named):
            continue
        nearest = max(named, key=lambda name: fuzz.ratio(name, title), default="")
        if fuzz.ratio(nearest, title) >= _NEAR_TITLE:
            plan = named[nearest]
            yield audit.finding("R505", plan, variant="title", evidence=[each], title=found["name"] if found else "")


def _is_told(mention: Mention, project: Project) -> bool:
    """Tell whether running text only shortens a name or adds a word to it; forms and tables should do neither."""
    if mention.table_kind != "prose":
        return False
    one, other = fold_name(mention.printed), fold_name(project.name)
    return one in other or other in one


def _severity(project: Project, spelled: Sequence[Mention]) -> Severity:
    """Return how grave a spelling is: one that only leaves out a place or an abbreviation is style."""
    if all(fold_name(each.printed) in fold_name(project.name) for each in spelled):
        return Severity.INFO
    return Severity.WARNING


def _departments(audit: DocumentAudit) -> Findings:
    """Find departments printed in two ways that are nearly the same."""
    printed: defaultdict[str, list[FilledForm]] = defaultdict(list)
    for form in audit.records.forms:
        if form.department:
            printed[form.department].append(form)
    names = dict.fromkeys(printed)
    if audit.records.department:
        names[audit.records.department] = None
    for one, other in combinations(names, 2):
        a, b = fold_name(one), fold_name(other)
        if a in b:
            continue
        if b in a:
            continue
        if fuzz.ratio(a, b) < _ALIKE:
            continue
        rarer, usual = sorted((other, one), key=lambda name: len(printed.get(name, ())))
        first, *rest = printed.get(rarer) or printed[usual]
        yield audit.finding("R505", first, variant="department", evidence=rest, one=rarer, other=usual)


def rule_r506(audit: DocumentAudit) -> Findings:
    """Find project codes of the wrong length, or of another region than the department's."""
    expected = int(audit.threshold("R506", "digits"))
    coded: list[tuple[str, AuditedPlan]] = []
    for plan in audit.plans:
        code = plan.plan.project_code or ""
        if _CODE.fullmatch(code):
            coded.append((code, plan))
    for length in sorted({len(code) for code, _ in coded} - {expected}):
        codes, plans = zip(*(pair for pair in coded if len(pair[0]) == length), strict=True)
        yield audit.finding(
            "R506",
            plans[0],
            evidence=plans[1:],
            count=len(plans),
            length=length,
            expected=expected,
            codes="、".join(codes[:_SHOWN]),
        )
    yield from _foreign_codes(audit, coded)


def _foreign_codes(audit: DocumentAudit, coded: Sequence[tuple[str, AuditedPlan]]) -> Findings:
    """Find codes of another region, where the department's own is known to be a county's."""
    own = audit.linked.department
    region = own.region_code if own else None
    if not region:
        return
    if region.endswith("00"):
        return
    for code, plan in coded:
        prefix = code[:6]
        if prefix == region:
            continue
        if prefix[:4] == region[:4]:
            continue
        yield audit.finding("R506", plan, variant="region", code=code, prefix=prefix, region=region)
