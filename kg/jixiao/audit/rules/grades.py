"""Compare grades with scores, and two printings of one form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry
from jixiao.audit.figures import listed, plain
from jixiao.audit.rules.scores import sum_of_scores
from jixiao.model import Finding, FormKind, ProseFact, Severity, Source
from jixiao.text.folding import fold_name

_GRADES = {"优": "优", "优秀": "优", "良": "良", "良好": "良", "中": "中", "合格": "中", "差": "差", "不合格": "差"}
_ORDER = ("优", "良", "中", "差")


def grade_of(audit: DocumentAudit, score: Decimal) -> str:
    """Return the grade of a score by the cut-offs (财预〔2020〕10号)."""
    for name, grade in (("excellent", "优"), ("good", "良"), ("medium", "中")):
        if score >= audit.threshold("R407", name):
            return grade
    return "差"


def rule_r407(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare grades in forms and text with the scores they stand for."""
    cut = "、".join(f"{plain(audit.threshold('R407', name))}分" for name in ("excellent", "good", "medium"))
    for plan in audit.all_plans:
        evaluation = plan.plan.evaluation
        grade = _GRADES.get((evaluation.grade or "").strip()) if evaluation else None
        if evaluation and grade and evaluation.total is not None and grade_of(audit, evaluation.total) != grade:
            yield audit.finding(
                "R407", evaluation, subject=plan.plan.project or "部门整体", score=evaluation.total,
                grade=evaluation.grade, cut=cut, made=grade_of(audit, evaluation.total),
            )  # fmt: skip
    for fact in audit.facts("self-evaluation-grade"):
        grade = _GRADES.get(fact.text)
        if grade and fact.unit == "分" and grade_of(audit, fact.value) != grade:
            yield audit.finding(
                "R407", fact, subject=fact.item or "", score=fact.value, grade=fact.text, cut=cut,
                made=grade_of(audit, fact.value),
            )  # fmt: skip
    yield from _counts(audit)


def _counts(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare the number of projects the text gives each grade with the totals of the forms."""
    stated = [fact for fact in audit.facts("graded-project-count") if fact.item in _GRADES]
    plans = [
        plan
        for plan in audit.plans
        if plan.form.kind == FormKind.PROJECT_SELF_EVALUATION
        and plan.plan.evaluation
        and plan.plan.evaluation.total is not None
    ]
    named = Counter[str]()
    for fact in stated:
        named[_GRADES[fact.item or ""]] += int(fact.value)
    totals = {id(plan): plan.plan.evaluation.total or Decimal(0) for plan in plans if plan.plan.evaluation}
    if not stated or sum(named.values()) != len(plans):
        return
    made = Counter(grade_of(audit, total) for total in totals.values())
    rows = [plan.plan.evaluation.source for plan in plans if plan.plan.evaluation]
    if +named != +made:
        yield audit.finding(
            "R407", stated[0], variant="counts", evidence=rows, stated=_written(named), made=_written(made),
            scores="、".join(plain(total) for total in totals.values()),
        )  # fmt: skip
        return
    yield from _doubtful(audit, stated[0], plans, totals, _written(named))


def _doubtful(
    audit: DocumentAudit, fact: ProseFact, plans: Sequence[PlanEntry], totals: Mapping[int, Decimal], stated: str
) -> Iterator[Finding]:
    for plan in plans:
        made, total = sum_of_scores(plan), totals[id(plan)]
        if made is not None and plan.plan.evaluation and grade_of(audit, made) != grade_of(audit, total):
            yield audit.finding(
                "R407", fact, variant="doubtful", severity=Severity.WARNING, evidence=[plan.plan.evaluation.source],
                stated=stated, project=plan.plan.project or "", sum=made, grade=grade_of(audit, made),
            )  # fmt: skip


def _written(counts: Mapping[str, int]) -> str:
    return "、".join(f"{counts[grade]}个{grade}" for grade in _ORDER if counts.get(grade))


def rule_r412(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare a form that is printed again with its first printing."""
    first: dict[tuple[object, ...], PlanEntry] = {}
    for plan in audit.all_plans:
        if plan.form.kind.startswith("project") and not (plan.plan.project or plan.plan.project_code):
            continue  # two forms whose projects' names are lost need not be one
        key = (plan.form.kind, fold_name(plan.plan.project or ""), plan.plan.project_code, plan.form.fiscal_year)
        if plan.form.printing == 1 or key not in first:
            first.setdefault(key, plan)
            continue
        yield from _differences(audit, first[key], plan)


def _differences(audit: DocumentAudit, one: PlanEntry, other: PlanEntry) -> Iterator[Finding]:
    said: list[tuple[str, str]] = []
    rows: list[Source | None] = []
    totals = [each for plan in (one, other) if (each := plan.plan.evaluation) and each.total is not None]
    if len(totals) == 2 and totals[0].total != totals[1].total:
        pair = " / ".join(plain(each.total or Decimal(0)) for each in totals)
        said.append((f"总分{pair}", f"total {pair}"))
        rows += [each.source for each in totals]
    before, after = _numbered(one), _numbered(other)
    lost, new = [key for key in before if key not in after], [key for key in after if key not in before]
    for keys, held, zh, en in (
        (lost, before, "后一次缺", "missing in the second"),
        (new, after, "前一次缺", "missing in the first"),
    ):
        if keys:
            names = listed(held[key].name for key in keys)
            said.append((f"{zh}{len(keys)}个指标{names}", f"{en}: {names}"))
            rows += [held[key].indicator.source for key in keys]
    changed = [key for key in before if key in after and _values(before[key]) != _values(after[key])]
    if changed:
        names = listed(before[key].name for key in changed)
        said.append((f"{len(changed)}个指标的值不同{names}", f"{len(changed)} rows with other values: {names}"))
        rows += [held[key].indicator.source for key in changed for held in (before, after)]
    if said:
        yield audit.finding(
            "R412", other.plan, evidence=[one.plan.source, *rows],
            differences="；".join(zh for zh, _ in said), differences_en="; ".join(en for _, en in said),
        )  # fmt: skip


def _numbered(plan: PlanEntry) -> dict[tuple[str, int], Entry]:
    """Return the indicators of a form by folded name and occurrence."""
    seen = Counter[str]()
    found: dict[tuple[str, int], Entry] = {}
    for entry in plan.entries:
        name = fold_name(entry.name)
        seen[name] += 1
        found[name, seen[name]] = entry
    return found


def _values(entry: Entry) -> tuple[object, ...]:
    row = entry.indicator
    return (fold_name(entry.target_text), fold_name(row.actual_text or ""), row.weight, row.score)
