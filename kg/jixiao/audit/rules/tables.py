"""Compare what is printed in two places: projects, totals, text and tables, notes and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from jixiao.audit.context import SURE, AuditedPlan, DocumentAudit, Evidence, Findings
from jixiao.audit.figures import add_up, write_number
from jixiao.audit.titles import place_of
from jixiao.audit.wording import words
from jixiao.model import (
    Amount,
    Finding,
    FormKind,
    FundLine,
    Mention,
    MoneyTable,
    Project,
    ProseFact,
    Severity,
    Source,
)
from jixiao.text.folding import fold_name

_FINAL = "final-"
_PLACES = frozenset({"project-expenditure", *FormKind})
_FINAL_PHASES = frozenset({None, "final"})
_BUDGET_PHASES = frozenset({None, "initial"})
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.]?\s*")
Names = Mapping[str, Any]
"""What a total is called, in Chinese and in English."""
_COLUMNS = {"adjusted": "adjusted", "initial": "initial", "final": "executed"}


def rule_r201(audit: DocumentAudit) -> Findings:
    """Find projects whose amount differs between two tables of the document."""
    for project in audit.linked.projects:
        placed = [each for each in project.mentions if each.table_kind.removeprefix(_FINAL) in _PLACES]
        placed += _as_task(audit, project)
        for one, other in combinations(placed, 2):
            if _differ(audit, one, other):
                yield _amount_finding(audit, project, one, other)
                break


def _as_task(audit: DocumentAudit, project: Project) -> list[Mention]:
    """Return the main tasks that carry a project's own name, with their money."""
    tasks = [task for plan in audit.department_plans for task in plan.plan.tasks if task.amount]
    own = [task for task in tasks if fold_name(task.name) == fold_name(project.name)]
    return [Mention("task", task.name, task.source, task.amount) for task in own if len(own) == 1]


def _differ(audit: DocumentAudit, one: Mention, other: Mention) -> bool:
    """Tell whether two tables give a project different amounts."""
    if one.amount is None:
        return False
    if other.amount is None:
        return False
    if one.table_kind == other.table_kind:
        return False
    return abs(one.amount - other.amount) > audit.threshold("R203", "unit")


def _amount_finding(audit: DocumentAudit, project: Project, one: Mention, other: Mention) -> Finding:
    """Return the finding on a project with two amounts; a task may hold more, and carried money explains it."""
    carried = _carried_over(audit, abs((one.amount or Decimal(0)) - (other.amount or Decimal(0))))
    return audit.finding(
        "R201",
        project,
        severity=Severity.WARNING if carried or other.table_kind == "task" else None,
        evidence=[one, other, carried],
        table=place_of(audit, one),
        one=one.amount,
        other_table=place_of(audit, other),
        other=other.amount,
    )


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """Hold one place where a total is printed."""

    table: MoneyTable
    amount: Amount

    @property
    def value(self) -> Decimal:
        """Return the total in yuan."""
        return self.amount.value

    @property
    def source(self) -> Source:
        """Return the printed row."""
        return self.amount.source

    @property
    def is_final(self) -> bool:
        """Tell whether the table is one of final accounts."""
        return self.table.kind.startswith(_FINAL)


def _printed_totals(audit: DocumentAudit, total: Mapping[str, Any]) -> list[PrintedTotal]:
    """Return where a total is printed, one amount a table; none of a kind that the document prints more than once."""
    found: list[PrintedTotal] = []
    filled = [table for table in audit.records.money_tables if table.amounts]
    for where in total["where"]:
        tables = [table for table in filled if table.kind.removeprefix(_FINAL) == where["kind"]]
        if len(tables) != 1:
            continue
        amount = next((each for each in tables[0].amounts if _fits(each, where)), None)
        if amount:
            found.append(PrintedTotal(tables[0], amount))
    return found


def _fits(amount: Amount, where: Mapping[str, str]) -> bool:
    """Tell whether an amount of a table is the one that ``where`` describes."""
    for key in ("side", "expenditure", "fund"):
        if key in where and getattr(amount, key) != where[key]:
            return False
    label = _NUMBERING.sub("", amount.item)
    if not re.search(where.get("row", ""), label):
        return False
    return re.search(where.get("column", ""), amount.measure) is not None


def _named_totals(audit: DocumentAudit) -> Iterator[tuple[Mapping[str, Any], Names, list[PrintedTotal]]]:
    """Yield every known total with its names and the places where it is printed, if any."""
    for total in words()["total"]:
        printed = _printed_totals(audit, total)
        if printed:
            yield total, {"item": total["item"], "item_en": total["item_en"]}, printed


def rule_r204(audit: DocumentAudit) -> Findings:
    """Find totals that two tables, or a table and the performance form, print differently."""
    slack = audit.threshold("R204", "unit")
    for total, names, (first, *others) in _named_totals(audit):
        for other in others:
            if abs(first.value - other.value) > slack:
                yield audit.finding(
                    "R204",
                    other.table,
                    evidence=[other, first],
                    **names,
                    table=first.table.title,
                    one=first.value,
                    other_table=other.table.title,
                    other=other.value,
                )
                break
        if "plan" in total:
            yield from _against_plans(audit, total["plan"], names, [first, *others])


def _against_plans(audit: DocumentAudit, fund_name: str, names: Names, printed: Sequence[PrintedTotal]) -> Findings:
    """Compare a total with the line of the department's performance form."""
    first = printed[0]
    values = [total.value for total in printed] + _sums_of_side(first)
    for plan in audit.department_plans:
        fund = plan.fund(fund_name)
        if fund is None:
            continue
        stated = fund.executed if first.is_final else fund.amount
        if stated is None:
            continue
        if any(abs(value - stated) <= audit.threshold("R204", "unit") for value in values):
            continue
        yield audit.finding(
            "R204",
            fund,
            variant="plan",
            evidence=printed,
            **names,
            one=stated,
            other_table=first.table.title,
            other=first.value,
        )


def _sums_of_side(total: PrintedTotal) -> list[Decimal]:
    """Return the other totals of a table's side: an office may report the year's sum without what is carried on."""
    side = total.amount.side
    if not side:
        return []
    return [each.value for each in total.table.amounts if each.side == side and each.is_total]


def rule_r205(audit: DocumentAudit) -> Findings:
    """Find figures and counts of the text that the tables contradict."""
    for total, names, printed in _named_totals(audit):
        facts = audit.facts(*total.get("facts", ()))
        if "of" in total:
            facts = tuple(fact for fact in facts if _is_part_of(audit, fact, total["of"]))
        yield from _against_text(audit, facts, names, printed)
    yield from _project_sums(audit)
    yield from _project_counts(audit)
    yield from _scores(audit)


def _is_part_of(audit: DocumentAudit, fact: ProseFact, wholes: Sequence[str]) -> bool:
    """Tell whether a figure of the text is named as a part of one of some kinds of figures."""
    if not fact.part_of:
        return False
    return any(each.group == fact.part_of for each in audit.facts(*wholes))


def _against_text(
    audit: DocumentAudit, facts: Sequence[ProseFact], names: Names, printed: Sequence[PrintedTotal]
) -> Findings:
    """Compare a total with what the text calls it."""
    first = printed[0]
    phases = _FINAL_PHASES if first.is_final else _BUDGET_PHASES
    said: set[Decimal] = set()
    for fact in facts:
        if fact.phase not in phases:
            continue
        if not audit.is_of_year(fact):
            continue
        if fact.value in said:
            continue
        if _is_printed(audit, fact, printed):
            continue
        said.add(fact.value)
        carried = _carried_over(audit, abs(first.value - fact.value))
        yield audit.finding(
            "R205",
            fact,
            variant="carried" if carried else "",
            evidence=[*printed, carried],
            **names,
            one=fact.value,
            table=first.table.title,
            other=first.value,
        )


def _is_printed(audit: DocumentAudit, fact: ProseFact, printed: Sequence[PrintedTotal]) -> bool:
    """Tell whether a table prints the figure of the text."""
    slack = audit.threshold("R205", "unit")
    return any(abs(total.value - fact.value) <= slack for total in printed)


def _carried_over(audit: DocumentAudit, difference: Decimal) -> Amount | FundLine | None:
    """Return the amount carried over from the year before that makes up a difference."""
    for table in audit.records.money_tables:
        for amount in table.amounts:
            if amount.value == difference and (amount.fund or "").startswith("carry-over"):
                return amount
    lines = [line for plan in audit.plans for line in plan.plan.funds if line.fund == "carry-over"]
    return next(
        (line for line in lines if difference and difference in (line.amount, line.initial, line.adjusted)), None
    )


def _project_sums(audit: DocumentAudit) -> Findings:
    """Compare what the text says the evaluated projects had and spent with the sum of their forms."""
    plans = [plan for plan in audit.plans if plan.form.kind == FormKind.PROJECT_SELF_EVALUATION]
    funds = [fund for fund in map(AuditedPlan.fund, plans) if fund]
    counts = [fact.value for fact in audit.facts("self-evaluation-done-count")]
    if not funds:
        return
    if len(funds) not in counts:
        return
    for fact in audit.facts("evaluated-project-money"):
        column = _COLUMNS.get(fact.phase or "")
        if column is None:
            continue
        figures = [getattr(fund, column) for fund in funds]
        if None in figures:
            continue
        made = add_up(figures)
        if abs(made - fact.value) <= audit.threshold("R205", "unit") * len(figures):
            continue
        item, item_en = ("支出", "spending") if column == "executed" else ("预算", "budget")
        yield audit.finding(
            "R205",
            fact,
            variant="projects",
            evidence=funds,
            item=item,
            item_en=item_en,
            one=fact.value,
            other=made,
            count=len(figures),
        )


def _project_counts(audit: DocumentAudit) -> Findings:
    """Find texts that count no project at all where the document prints projects."""
    count = len(audit.planned_projects)
    if not count:
        return
    for fact in audit.facts("project-count"):
        if fact.value:
            continue
        if fact.unit == "元":
            continue
        if not audit.is_of_year(fact):
            continue
        yield audit.finding(
            "R205",
            fact,
            variant="count",
            evidence=audit.project_plans,
            count=count,
        )


def _scores(audit: DocumentAudit) -> Findings:
    """Compare scores named in the text with the totals of the forms; a form's total may stand in any printing."""
    scored = [plan for plan in audit.all_plans if plan.evaluation.total is not None]
    for fact in audit.facts("self-evaluation-score"):
        given = [plan.evaluation for plan in scored if _is_scored(fact, plan)]
        totals = [evaluation.total or Decimal(0) for evaluation in given]
        if not totals or fact.value in totals:
            continue
        other = write_number(totals[0])
        yield audit.finding("R205", fact, variant="total", evidence=given, item=fact.item, one=fact.value, other=other)


def _is_scored(fact: ProseFact, plan: AuditedPlan) -> bool:
    """Tell whether a score of the text is that of a form: the department's own, or the project named."""
    if plan.of_department:
        return fact.item in words()["own"]["names"]
    if "自评" not in fact.source.text:
        return False  # a finance bureau's evaluation gives points of its own
    return bool(plan.project) and fold_name(fact.item or "").removesuffix("项目") == fold_name(plan.project)


def rule_r207(audit: DocumentAudit) -> Findings:
    """Find notes that call a table empty which is not, and notes that belong to another table."""
    for table in audit.records.money_tables:
        for note in (table.empty_note or "").splitlines():
            if note.strip():
                yield from _note(audit, table, note)


def _note(audit: DocumentAudit, table: MoneyTable, note: str) -> Findings:
    """Compare a note with the table above it."""
    printed, topic, title = _denied(note, table), _foreign_topic(note, table), table.title
    texts = (each for each in audit.texts if each.source.line >= table.source.line)
    below = [each for each in texts if fold_name(note) in fold_name(each.text)]
    if topic:
        yield audit.finding("R207", table, variant="wrong", evidence=below[:1], table=title, note=note, topic=topic)
    elif printed:
        first = f"{printed[0].item} {printed[0].text}"
        sure = [amount for amount in printed if amount.confidence >= SURE]
        rows: list[Evidence] = [*below[:1], *(sure or printed)]
        yield audit.finding("R207", table, evidence=rows, table=title, note=note, count=len(printed), first=first)


def _denied(note: str, table: MoneyTable) -> list[Amount]:
    """Return the figures that a note denies: those of its topic where the table is of several, else all."""
    printed = [amount for amount in table.amounts if amount.value]
    topics: list[str] = words()["notes"]["topics"]
    part = next((topic for topic in topics if topic in fold_name(note)), "")
    if any(topic in fold_name(table.title) for topic in topics):
        return printed
    return [amount for amount in printed if part in fold_name(f"{amount.item}{amount.measure}")]


def _foreign_topic(note: str, table: MoneyTable) -> str | None:
    """Return what a note speaks of, where that is none of what its table is about."""
    topics: list[str] = words()["notes"]["topics"]
    own = [topic for topic in topics if topic in fold_name(table.title)]
    named = [topic for topic in topics if topic in fold_name(note)]
    if not own:
        return None
    if not named:
        return None
    if set(own) & set(named):
        return None
    return named[0]
