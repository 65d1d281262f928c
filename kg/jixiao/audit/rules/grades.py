"""Compare grades with scores, and two printings of one form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings, Focus, Sourced, Text
from jixiao.audit.figures import listed, write_number
from jixiao.audit.rules.scores import sum_of_scores
from jixiao.audit.wording import says
from jixiao.model import FormKind, ProseFact
from jixiao.text.folding import fold_name, fold_width

_GRADES = {"优": "优", "优秀": "优", "良": "良", "良好": "良", "中": "中", "合格": "中", "差": "差", "不合格": "差"}
_CUTS = {"优": "excellent", "良": "good", "中": "medium"}
_ORDER = (*_CUTS, "差")
_CLAUSES = re.compile(r"[，,；;。、]")
_POINTS = re.compile(r"\d{2,3}(?:\.\d+)?")
_NAMED = re.compile(r"不合格|优秀|优|良好|良|合格|中|差")
Cuts = Mapping[str, Decimal]


def usual_cuts(audit: DocumentAudit) -> Cuts:
    """Return the lowest score of each grade by the regulation (财预〔2020〕10号) or the office's settings."""
    return {grade: audit.threshold("R407", name) for grade, name in _CUTS.items()}


def stated_cuts(audit: DocumentAudit, plan: AuditedPlan) -> Cuts | None:
    """Return the lowest score of each grade as a form's own note or a text below it states them, None for neither."""
    below = (each.text for each in audit.texts_with("优") if each.source.line >= plan.source.line)
    for text in (plan.note, *below):
        cuts = _cuts_in(text)
        if len(cuts) > 1:
            return cuts
    return None


def _cuts_in(text: str) -> Cuts:
    """Return the grades a text defines by points (95分以上为优，85分至95分为良): each by its lowest number."""
    cuts: dict[str, Decimal] = {}
    if "优" not in text:
        return cuts
    for clause in _CLAUSES.split(fold_width(text)):
        named = {_GRADES[word] for word in _NAMED.findall(clause)}
        points = [Decimal(number) for number in _POINTS.findall(clause)]
        if len(named) == 1 and points and "分" in clause:
            cuts.setdefault(named.pop(), min(points))
    return {grade: cuts[grade] for grade in _CUTS if grade in cuts}


def grade_of(cuts: Cuts, score: Decimal) -> str:
    """Return the grade of a score, empty below the limits where not all are stated."""
    for grade, lowest in cuts.items():
        if score >= lowest:
            return grade
    return "差" if len(cuts) == len(_CUTS) else ""


def rule_r407(audit: DocumentAudit) -> Findings:
    """Compare grades in forms and text with the scores they stand for."""
    for plan in audit.all_plans:
        result = plan.evaluation
        if result.grade is None:
            continue
        cuts = stated_cuts(audit, plan) or usual_cuts(audit)
        subject, shown = plan.project or "部门整体", _grade_row(audit, plan)
        yield from _graded(audit, plan.plan.evaluation, subject, result.grade, result.total, cuts, shown)
    for fact in audit.facts("self-evaluation-grade"):
        if fact.unit == "分":
            yield from _graded(audit, fact, fact.item or "", fact.text, fact.value, usual_cuts(audit))
    yield from _counts(audit)


def _grade_row(audit: DocumentAudit, plan: AuditedPlan) -> list[Text]:
    """Return the row that prints the grade of a form, the one nearest to its total."""
    total, grade = plan.evaluation.source, plan.evaluation.grade
    if total is None or grade is None:
        return []
    rows = [each for each in audit.texts if says("grade", each.text) and grade in each.text]
    return sorted(rows, key=lambda each: abs(each.source.line - total.line))[:1]


def _graded(
    audit: DocumentAudit,
    at: Focus,
    subject: str,
    grade: str | None,
    score: Decimal | None,
    cuts: Cuts,
    shown: Sequence[Text] = (),
) -> Findings:
    """Compare one printed grade with its score."""
    known = _GRADES.get((grade or "").strip())
    if known is None:
        return
    if score is None:
        return
    made = grade_of(cuts, score)
    if made and made != known:
        cut = "、".join(f"{write_number(lowest)}分" for lowest in cuts.values())
        yield audit.finding("R407", at, evidence=shown, subject=subject, score=score, grade=grade, cut=cut, made=made)


def _counts(audit: DocumentAudit) -> Findings:
    """Compare the number of projects the text gives each grade with the totals of the forms."""
    stated = [fact for fact in audit.facts("graded-project-count") if fact.item in _GRADES]
    named = Counter[str]()
    for fact in stated:
        named[_GRADES[fact.item or ""]] += int(fact.value)
    totals: list[tuple[AuditedPlan, Decimal]] = []
    for plan in audit.plans:
        if plan.form.kind == FormKind.PROJECT_SELF_EVALUATION and plan.evaluation.total is not None:
            totals.append((plan, plan.evaluation.total))
    if not stated:
        return
    if named.total() != len(totals):
        return
    made = Counter(grade_of(stated_cuts(audit, plan) or usual_cuts(audit), total) for plan, total in totals)
    if +named == +made:
        yield from _doubtful(audit, stated[0], _written(named), totals)
        return
    yield audit.finding(
        "R407",
        stated[0],
        variant="counts",
        evidence=[plan.evaluation for plan, _ in totals],
        stated=_written(named),
        made=_written(made),
        scores="、".join(write_number(total) for _, total in totals),
    )


def _doubtful(
    audit: DocumentAudit, at: ProseFact, stated: str, totals: Sequence[tuple[AuditedPlan, Decimal]]
) -> Findings:
    """Find totals that are wrong and change a grade, where the text counts grades by them."""
    for plan, total in totals:
        added = sum_of_scores(plan)
        if added is None:
            continue
        cuts = stated_cuts(audit, plan) or usual_cuts(audit)
        grade = grade_of(cuts, added)
        if grade != grade_of(cuts, total):
            rows, project = [plan.evaluation], plan.project
            yield audit.finding(
                "R407", at, variant="doubtful", evidence=rows, stated=stated, project=project, sum=added, grade=grade
            )


def _written(counts: Mapping[str, int]) -> str:
    """Return how many forms have which grade, the best first."""
    return "、".join(f"{counts[grade]}个{grade}" for grade in _ORDER if counts.get(grade))


def rule_r412(audit: DocumentAudit) -> Findings:
    """Compare a form that is printed again with its first printing."""
    first: dict[tuple[object, ...], AuditedPlan] = {}
    for plan in audit.all_plans:
        code = plan.plan.project_code
        if plan.form.kind.startswith("project") and not (plan.project or code):
            continue  # two forms whose projects' names are lost need not be one
        key = (plan.form.kind, fold_name(plan.project), code, plan.form.fiscal_year, *_whose(plan))
        if plan.form.printing == 1 or key not in first:
            first.setdefault(key, plan)
            continue
        if not _is_again(first[key], plan):
            continue
        found = [*_other_totals(first[key], plan), *_other_rows(first[key], plan)]
        if found:
            rows = [row for each in found for row in each.rows]
            yield audit.finding(
                "R412",
                plan,
                evidence=[first[key], *rows],
                differences="；".join(each.zh for each in found),
                differences_en="; ".join(each.en for each in found),
            )


def _is_again(one: AuditedPlan, other: AuditedPlan) -> bool:
    """Tell whether most of the shorter of two forms stands in the other: else it is another form, or none."""
    before, after = _numbered(one).keys(), _numbered(other).keys()
    return 2 * len(before & after) > min(len(before), len(after))


def _whose(plan: AuditedPlan) -> tuple[object, ...]:
    """Return what tells two forms of one project apart: who carries it out, and with how much money."""
    return (fold_name(plan.plan.unit_name or ""), plan.money())


@dataclass(frozen=True, slots=True)
class _Difference:
    """Hold what differs between two printings, in both languages, and the rows that show it."""

    zh: str
    en: str
    rows: Sequence[Sourced]


def _other_totals(one: AuditedPlan, other: AuditedPlan) -> Iterator[_Difference]:
    """Yield that the totals differ."""
    before, after = one.evaluation, other.evaluation
    if before.total is None:
        return
    if after.total is None:
        return
    if before.total == after.total:
        return
    pair = f"{write_number(before.total)} / {write_number(after.total)}"
    yield _Difference(f"总分{pair}", f"total {pair}", [before, after])


def _other_rows(one: AuditedPlan, other: AuditedPlan) -> Iterator[_Difference]:
    """Yield which rows only one printing has, and which have other values."""
    before, after = _numbered(one), _numbered(other)
    lost = [row for key, row in before.items() if key not in after]
    if lost:
        names = listed(lost)
        yield _Difference(f"后一次缺{len(lost)}个指标{names}", f"missing in the second: {names}", lost)
    new = [row for key, row in after.items() if key not in before]
    if new:
        names = listed(new)
        yield _Difference(f"前一次缺{len(new)}个指标{names}", f"missing in the first: {names}", new)
    both = [(before[key], after[key]) for key in before if key in after]
    changed = [pair for pair in both if _values(pair[0]) != _values(pair[1])]
    if changed:
        names = listed(row for row, _ in changed)
        rows = [row for pair in changed for row in pair]
        yield _Difference(
            f"{len(changed)}个指标的值不同{names}", f"{len(changed)} rows with other values: {names}", rows
        )


def _numbered(plan: AuditedPlan) -> dict[tuple[str, int], AuditedIndicator]:
    """Return the indicators of a form by folded name and occurrence."""
    seen = Counter[str]()
    found: dict[tuple[str, int], AuditedIndicator] = {}
    for row in plan.indicators:
        name = fold_name(row.name)
        seen[name] += 1
        found[name, seen[name]] = row
    return found


def _values(row: AuditedIndicator) -> tuple[object, ...]:
    """Return what a row prints beside its name."""
    printed = row.indicator
    return (fold_name(row.target_text), fold_name(printed.actual_text or ""), printed.weight, printed.score)
