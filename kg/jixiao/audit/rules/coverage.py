"""Compare the lists of a document: projects with targets, goals and tasks with indicators and projects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, words
from jixiao.audit.figures import listed, money, percent, plain, rounded, shortened
from jixiao.audit.titles import table_title
from jixiao.model import Finding, Goal, Mention, Period, Project, Severity, Task
from jixiao.text.folding import fold_name

_SHOWN = 60
_EXPENDITURE = "project-expenditure"
_SERVING = frozenset({"output", "quantity", "quality", "timeliness", "benefit", "task"})
_NUMERALS = {name: str(number) for number, name in enumerate("一二三四五六七八九十", 1)}


def _listing(project: Project) -> Mention | None:
    return next((each for each in project.mentions if each.table_kind.endswith(_EXPENDITURE)), None)


def rule_r104(audit: DocumentAudit) -> Iterator[Finding]:
    """Find projects of the expenditure table, or counted in the text, that have no target rows."""
    planned = {key for plan in audit.plans if not plan.of_department and (key := audit.project_of(plan))}
    if not planned:
        return
    for project in audit.linked.projects:
        mention = _listing(project)
        if mention and project.key not in planned:
            yield audit.finding(
                "R104",
                project,
                evidence=[mention.source],
                project=project.name,
                table=table_title(audit, mention.source.table) or "项目支出表",
                money=money(mention.amount) if mention.amount is not None else "未印",
            )
    for fact in audit.facts("project-count", "self-evaluation-done-count"):
        if fact.unit != "元" and fact.value > len(planned) and fact.year in (None, audit.records.fiscal_year):
            yield audit.finding("R104", fact, variant="count", subject="项目", stated=fact.value, printed=len(planned))


def rule_r105(audit: DocumentAudit) -> Iterator[Finding]:
    """Find target rows for a project that no expenditure table lists, where there is such a table."""
    if not any(_listing(project) for project in audit.linked.projects):
        return
    for plan in audit.plans:
        project = next((each for each in audit.linked.projects if each.key == audit.project_of(plan)), None)
        if plan.of_department or project is None or _listing(project):
            continue
        fund = plan.fund()
        amount = f"（{money(fund.amount)}）" if fund and fund.amount is not None else ""
        yield audit.finding("R105", plan.plan, project=plan.plan.project or project.name, money=amount)


def rule_r106(audit: DocumentAudit) -> Iterator[Finding]:
    """Find goals and tasks that no indicator serves, by the words they share; name the closest indicator."""
    least = audit.threshold("R106", "similarity")
    for plan in audit.plans:
        serving = [entry for entry in plan.entries if entry.dimension in _SERVING]
        goals = [goal for goal in plan.plan.goals if goal.period == Period.ANNUAL]
        if not serving or (not plan.of_department and len(goals) < audit.threshold("R106", "items")):
            continue
        items: list[tuple[str, int, Goal | Task, str]] = [
            ("年度履职目标" if plan.of_department else "年度目标", number, goal, goal.text)
            for number, goal in enumerate(goals, 1)
        ]
        items += [("年度主要任务", number, task, task.name) for number, task in enumerate(plan.plan.tasks, 1)]
        unserved: defaultdict[str, list[_Unserved]] = defaultdict(list)
        for kind, number, item, text in items:
            if not _is_numbered(kind, number, serving):
                best, score = _closest(item, serving)
                if score < least:
                    unserved[kind].append(_Unserved(item, shortened(text, _SHOWN), best, score))
        for kind, found in unserved.items():
            yield _unserved(audit, plan, kind, found)


@dataclass(frozen=True, slots=True)
class _Unserved:
    """Hold a goal or task that no indicator serves, its text, and the closest indicator with its score."""

    item: Goal | Task
    text: str
    best: Entry
    score: Decimal

    @property
    def told(self) -> str:
        closest = f"最接近“{self.best.name}”，相似度{plain(rounded(self.score, 2))}"
        return f"{self.text}（{closest}）" if self.score else self.text


def _unserved(audit: DocumentAudit, plan: PlanEntry, kind: str, found: Sequence[_Unserved]) -> Finding:
    """Return one finding for all the goals, or all the tasks, of a form."""
    rows = [row for each in found for row in (each.item.source, each.best.indicator.source if each.score else None)]
    if len(found) > 1:
        names = listed(each.told for each in found)
        return audit.finding(
            "R106", plan.plan, variant="several", evidence=rows, kind=kind, count=len(found), names=names
        )
    (one,) = found
    return audit.finding(
        "R106", one.item, variant="" if one.score else "none", evidence=rows, kind=kind, goal=one.text,
        best=one.best.name, score=plain(rounded(one.score, 2)),
    )  # fmt: skip


def _is_numbered(kind: str, number: int, serving: Iterable[Entry]) -> bool:
    """Tell whether an indicator names a goal or task by its number (重点工作任务 3 计划完成率)."""
    for entry in serving:
        found = re.match(words()["similarity"]["numbered"], entry.name)
        same_kind = found and ("任务" in found["kind"]) == ("任务" in kind)
        if found and same_kind and _NUMERALS.get(found["number"], found["number"]) == str(number):
            return True
    return False


def _closest(item: Goal | Task, serving: Sequence[Entry]) -> tuple[Entry, Decimal]:
    texts = [item.text] if isinstance(item, Goal) else [item.name, item.content or ""]
    scored = [(max(likeness(text, entry.name) for text in texts), -place, entry) for place, entry in enumerate(serving)]
    score, _, best = max(scored, key=lambda each: each[:2])
    return best, score


def likeness(goal: str, name: str) -> Decimal:
    """Return the larger share of the own word pairs of one text that the other has too, between 0 and 1."""
    one, other = _pairs(goal), _pairs(re.sub(words()["similarity"]["suffix"], "", name))
    if not one or not other:
        return Decimal(1) if fold_name(name) in fold_name(goal) else Decimal(0)
    return Decimal(len(one & other)) / min(len(one), len(other))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    pieces = re.split("|".join(map(re.escape, words()["similarity"]["stop"])) + r"|[^\w]+", text.casefold())
    return frozenset(piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1))


def rule_r107(audit: DocumentAudit) -> Iterator[Finding]:
    """Find large projects without a main task, and main tasks without a project; say the share of money."""
    served = _served(audit)
    for plan in audit.plans:
        tasks = plan.plan.tasks
        projects = [project for project in audit.linked.projects if project.amount]
        if not plan.of_department or not tasks or not projects:
            continue
        loose = [task for task in tasks if task.name not in served]
        if loose:
            yield audit.finding(
                "R107",
                plan.plan,
                variant="tasks",
                severity=Severity.INFO,
                evidence=[task.source for task in loose],
                count=len(loose),
                names=listed(task.name for task in loose),
            )
        reached = {key for keys in served.values() for key in keys}
        yield from _projects_without_task(audit, plan, [each for each in projects if each.key not in reached])


def _projects_without_task(audit: DocumentAudit, plan: PlanEntry, loose: Sequence[Project]) -> Iterator[Finding]:
    fund = plan.fund("project-expenditure")
    amounts = [project.amount or Decimal(0) for project in audit.linked.projects]
    total = (fund.amount or fund.adjusted) if fund else None
    total, part = (
        total or sum(amounts, Decimal(0)),
        sum((project.amount or Decimal(0) for project in loose), Decimal(0)),
    )
    if not loose or not total or part > total or part * 100 < total * audit.threshold("R107", "share"):
        return
    rows = [
        (_listing(project) or min(project.mentions, key=lambda each: each.table_kind == "prose")).source
        for project in loose
        if project.mentions
    ]
    yield audit.finding(
        "R107",
        plan.plan,
        evidence=[*rows, *(task.source for task in plan.plan.tasks)],
        count=len(loose),
        money=money(part),
        total=money(total),
        share=percent(part / total * 100),
        names=listed(project.name for project in loose),
    )


def _served(audit: DocumentAudit) -> Mapping[str, set[str]]:
    """Return the projects of each task, stated by name or inferred."""
    served: dict[str, set[str]] = {task: {key} for task, key in audit.linked.task_projects.items()}
    for link in audit.linked.links:
        if link.kind == "implemented-by":
            task, key = link.subject.removeprefix("task:"), link.object.removeprefix("project:")
            served.setdefault(task, set()).add(key)
    return served
