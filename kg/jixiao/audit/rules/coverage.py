"""Compare the lists of a document: projects with targets, goals and tasks with indicators and projects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from jixiao.audit.context import OUTPUTS, AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import add_up, percent_of, shortened, write_money
from jixiao.audit.titles import table_title
from jixiao.audit.wording import says, stem, wording_of, words
from jixiao.model import Goal, Mention, Period, Project, Task
from jixiao.text.folding import fold_name

_SHOWN = 60
_EXPENDITURE = "project-expenditure"
_SERVING = OUTPUTS | {"benefit", "task"}
_NUMERALS = {name: str(number) for number, name in enumerate("一二三四五六七八九十", 1)}


def _listing(project: Project) -> Mention | None:
    """Return where an expenditure table lists a project."""
    for each in project.mentions:
        if each.table_kind.endswith(_EXPENDITURE):
            return each
    return None


def rule_r104(audit: DocumentAudit) -> Findings:
    """Find projects of the expenditure table, or counted in the text, that have no target rows."""
    planned = audit.planned_projects
    if not planned:
        return
    for project in audit.linked.projects:
        mention = _listing(project)
        if mention is None:
            continue
        if project.key in planned:
            continue
        table = table_title(audit, mention.source.table) or "项目支出表"
        money = "未印" if mention.amount is None else write_money(mention.amount)
        yield audit.finding("R104", project, evidence=[mention], table=table, money=money)
    for fact in audit.facts("project-count", "self-evaluation-done-count"):
        if fact.unit != "元" and fact.value > len(planned) and audit.is_of_year(fact):
            yield audit.finding("R104", fact, variant="count", subject="项目", stated=fact.value, printed=len(planned))


def rule_r105(audit: DocumentAudit) -> Findings:
    """Find target rows for a project that no expenditure table lists, where there is such a table."""
    if not any(map(_listing, audit.linked.projects)):
        return
    for plan in audit.project_plans:
        project = audit.project_of(plan)
        if project is None:
            continue
        if _listing(project):
            continue
        fund = plan.fund()
        money = ""
        if fund and fund.amount is not None:
            money = f"（{write_money(fund.amount)}）"
        yield audit.finding("R105", plan, project=plan.project or project.name, money=money)


def rule_r106(audit: DocumentAudit) -> Findings:
    """Find goals and tasks that no indicator serves, by the words they share; name the closest indicator."""
    for plan in audit.plans:
        serving = [row for row in plan.indicators if row.dimension in _SERVING]
        goals = [goal for goal in plan.plan.goals if goal.period == Period.ANNUAL]
        itemised = plan.of_department or len(goals) >= audit.threshold("R106", "items")
        if not serving:
            continue
        if not itemised:
            continue
        kind = "年度履职目标" if plan.of_department else "年度目标"
        yield from _unserved(audit, plan, kind, serving, goals)
        yield from _unserved(audit, plan, "年度主要任务", serving, plan.plan.tasks)


def _unserved(
    audit: DocumentAudit,
    plan: AuditedPlan,
    kind: str,
    serving: Sequence[AuditedIndicator],
    items: Sequence[Goal | Task],
) -> Findings:
    """Yield one finding for all the goals, or all the tasks, of a form."""
    least = audit.threshold("R106", "similarity")
    found: list[Goal | Task] = []
    for number, item in enumerate(items, 1):
        if not _is_numbered(kind, number, serving) and _nearness(item, serving) < least:
            found.append(item)
    names = [shortened(wording_of(item), _SHOWN) for item in found]
    if len(found) > 1:
        yield audit.finding("R106", plan, variant="several", evidence=found, kind=kind, count=len(found), names=names)
    elif found:
        yield audit.finding("R106", found[0], kind=kind, goal=names[0])


def _is_numbered(kind: str, number: int, serving: Iterable[AuditedIndicator]) -> bool:
    """Tell whether an indicator names a goal or task by its number (重点工作任务 3 计划完成率)."""
    for row in serving:
        found = says("numbered", row.name)
        if found is None:
            continue
        if ("任务" in found["kind"]) != ("任务" in kind):
            continue
        if _NUMERALS.get(found["number"], found["number"]) == str(number):
            return True
    return False


def _nearness(item: Goal | Task, serving: Sequence[AuditedIndicator]) -> Decimal:
    """Return how many of its words a goal or task shares with the indicator that shares most."""
    texts = [item.text] if isinstance(item, Goal) else [item.name, item.content or ""]
    return max(_likeness(text, row.name) for row in serving for text in texts)


def _likeness(goal: str, name: str) -> Decimal:
    """Return the larger share of the own word pairs of one text that the other has too, between 0 and 1."""
    one, other = _pairs(goal), _pairs(stem(name))
    if one and other:
        return Decimal(len(one & other)) / min(len(one), len(other))
    return Decimal(fold_name(name) in fold_name(goal))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of characters of a text's own words."""
    stop = "|".join(map(re.escape, words()["similarity"]["stop"]))
    pieces = re.split(stop + r"|[^\w]+", text.casefold())
    return frozenset(piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1))


def rule_r107(audit: DocumentAudit) -> Findings:
    """Find large projects without a main task, and main tasks without a project; say the share of money."""
    served = _served(audit)
    projects = [project for project in audit.linked.projects if project.amount]
    if not projects:
        return
    reached = set().union(*served.values())
    for plan in audit.department_plans:
        tasks = plan.plan.tasks
        if not tasks:
            continue
        loose = [task for task in tasks if task.name not in served]
        if loose and (any(map(_listing, audit.linked.projects)) or 2 * len(loose) <= len(tasks)):
            yield audit.finding("R107", plan, variant="tasks", about=loose)
        yield from _without_task(audit, plan, [project for project in projects if project.key not in reached])


def _without_task(audit: DocumentAudit, plan: AuditedPlan, loose: Sequence[Project]) -> Findings:
    """Find projects of a large share of the money that no main task is about."""
    fund = plan.fund("project-expenditure")
    total = (fund.amount or fund.adjusted) if fund else None
    total = total or add_up(project.amount for project in audit.linked.projects)
    part = add_up(project.amount for project in loose)
    least = total * audit.threshold("R107", "share")
    if not loose:
        return
    if not total:
        return
    if part > total:
        return
    if part * 100 < least:
        return
    rows = [_best_mention(project) for project in loose if project.mentions]
    yield audit.finding(
        "R107",
        plan,
        evidence=[*rows, *plan.plan.tasks],
        count=len(loose),
        names=loose,
        money=part,
        total=total,
        share=percent_of(part, total),
    )


def _best_mention(project: Project) -> Mention:
    """Return where a project is printed best: in an expenditure table, else in a form rather than in the text."""
    return _listing(project) or min(project.mentions, key=lambda each: each.table_kind == "prose")


def _served(audit: DocumentAudit) -> Mapping[str, set[str]]:
    """Return the keys of the projects of each task, stated by name or inferred."""
    served: defaultdict[str, set[str]] = defaultdict(set)
    for task, key in audit.linked.task_projects.items():
        served[task].add(key)
    for link in audit.linked.links:
        if link.kind == "implemented-by":
            served[link.subject.removeprefix("task:")].add(link.object.removeprefix("project:"))
    return served
