"""Collect every place of a document that names a project, with the code, money and score that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from jixiao.linking.naming import ProjectName, is_general, project_name
from jixiao.model import Amount, DocumentRecords, FormKind, Mention, MoneyTable, Period, Plan
from jixiao.prose.offices import is_office
from jixiao.text.names import join_wraps

PROJECT_TABLE = "project-expenditure"
_TOTALS = ("合计", "总计", "金额", "预算数", "资金总额")
_COMPILED = 3
_BOX = re.compile(r"<input\b|[□☐☑☒√✓■]")
_CHOICE = re.compile(r"(?P<box><input\b[^>]*>|[□☐☑☒√✓■])(?P<label>[^<□☐☑☒√✓■]*)")
_TICK = re.compile(r"\bchecked\b|[☑☒√✓■]")
_LIST_FORMS = (FormKind.PROJECT_TARGET_SUMMARY,)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold one naming of a project.

    ``place`` is the list it stands in: two entries of one list are two projects. ``amounts`` are all sums printed for
    it (yuan), ``amount`` the one that is its budget; ``form`` is (form index, plan index) where it is a plan.
    """

    name: ProjectName
    place: str
    mention: Mention
    code: str | None = None
    amounts: frozenset[Decimal] = frozenset()
    category: str | None = None
    office: str | None = None
    form: tuple[int, int] | None = None

    @property
    def amount(self) -> Decimal | None:
        """Return the project's budget as printed here, in yuan."""
        return self.mention.amount


def collect_evidence(records: DocumentRecords, owners: tuple[str, ...]) -> tuple[Evidence, ...]:
    """Return what names projects in forms and project tables, in reading order.

    ``owners`` are folded names of the region and department, which a project name may start with.
    """
    found = [*_of_forms(records, owners), *_of_money_tables(records, owners)]
    return tuple(found)


def collect_hints(records: DocumentRecords, owners: tuple[str, ...]) -> tuple[Evidence, ...]:
    """Return what may name projects in running text and tasks: it joins a project that is known, and makes none."""
    hints = [
        Evidence(
            project_name(mention.printed, owners),
            "prose",
            mention,
            amounts=frozenset(value for value in (mention.amount,) if value),
        )
        for mention in records.mentions
    ]
    for form in records.forms:
        for plan in form.plans:
            for task in plan.tasks:
                mention = Mention("task", join_wraps(task.name), task.source, task.amount)
                amounts = frozenset(value for value in (task.amount,) if value)
                hints.append(Evidence(project_name(mention.printed, owners), "task", mention, amounts=amounts))
    return tuple(hint for hint in hints if not is_general(hint.name))


def _of_forms(records: DocumentRecords, owners: tuple[str, ...]) -> Iterator[Evidence]:
    # A collection of the forms of many departments: each belongs to the one that supervises it.
    compiled = len({plan.supervisor for form in records.forms for plan in form.plans if plan.supervisor}) >= _COMPILED
    for form_index, form in enumerate(records.forms):
        place = f"{form.kind}:{form_index}" if form.kind in _LIST_FORMS else f"{form.kind}"
        for plan_index, plan in enumerate(form.plans):
            if not plan.project:
                continue
            printed = join_wraps(plan.project)
            amount, amounts = _plan_money(plan)
            score = plan.evaluation.total if plan.evaluation else None
            yield Evidence(
                project_name(printed, owners),
                place,
                Mention(form.kind.value, printed, plan.source, amount, score),
                code=plan.project_code,
                amounts=amounts,
                category=chosen(plan.attributes.get("category")),
                office=plan.unit_name if form.kind in _LIST_FORMS else (compiled and plan.supervisor) or None,
                form=(form_index, plan_index),
            )


def chosen(text: str | None) -> str | None:
    """Return what a printed choice says: the ticked ones of several boxes, None when none is ticked."""
    if not text or not _BOX.search(text):
        return text
    ticked = [match.group("label").strip() for match in _CHOICE.finditer(text) if _TICK.search(match.group("box"))]
    return "、".join(label for label in ticked if label) or None


def _plan_money(plan: Plan) -> tuple[Decimal | None, frozenset[Decimal]]:
    """Return the annual budget of a plan, and every sum that its total line prints."""
    totals = [line for line in plan.funds if line.fund == "total"] or list(plan.funds[:1])
    annual = [line for line in totals if line.period is Period.ANNUAL] or totals
    values = [
        value
        for line in annual
        for value in (line.amount, line.adjusted, line.initial, line.executed)
        if value is not None
    ]
    return (values[0] if values else None), frozenset(value for value in values if value)


def _of_money_tables(records: DocumentRecords, owners: tuple[str, ...]) -> Iterator[Evidence]:
    for index, table in enumerate(records.money_tables):
        if not table.kind.endswith(PROJECT_TABLE):
            continue
        for row in _rows(table):
            first = row[0]
            name = project_name(join_wraps(first.item), owners)
            if is_general(name) or is_office(first.item):
                continue
            total = next((each for each in row if any(word in each.measure for word in _TOTALS)), first)
            yield Evidence(
                name,
                f"{table.kind}:{index}",
                Mention(table.kind, name.printed, first.source, total.value),
                code=first.item_code if first.item_scheme == "project" else None,
                amounts=frozenset(each.value for each in row if each.value),
                category=first.category,
                office=table.department,
            )


def _rows(table: MoneyTable) -> Iterator[list[Amount]]:
    rows: dict[tuple[int, str], list[Amount]] = {}
    for amount in table.amounts:
        if not amount.is_total and amount.item_scheme != "unit":
            rows.setdefault((amount.source.line, amount.item), []).append(amount)
    yield from rows.values()
