"""Collect every place of a document that names a project, with the code, money and score that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from jixiao.linking.naming import ProjectName, is_general, project_name
from jixiao.model import Amount, DocumentRecords, FilledForm, FormKind, Mention, MoneyTable, Period, Plan
from jixiao.prose.offices import is_office, same_office
from jixiao.text.names import join_wraps

PROJECT_TABLE = "project-expenditure"
_TOTALS = ("合计", "总计", "金额", "预算数", "资金总额")
_UNIT_CODE = 9  # digits; codes of projects have more
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
    return (*_of_forms(records, owners), *_of_money_tables(records, owners))


def collect_hints(records: DocumentRecords, owners: tuple[str, ...]) -> tuple[Evidence, ...]:
    """Return what may name projects in running text and tasks: it joins a project that is known, and makes none."""
    hints = [("prose", mention) for mention in records.mentions]
    for form in records.forms:
        for plan in form.plans:
            for task in plan.tasks:
                hints.append(("task", Mention("task", join_wraps(task.name), task.source, task.amount)))
    found = []
    for place, mention in hints:
        name = project_name(mention.printed, owners)
        if not is_general(name):
            found.append(Evidence(name, place, mention, amounts=_sums(mention.amount)))
    return tuple(found)


def _sums(*amounts: Decimal | None) -> frozenset[Decimal]:
    return frozenset(amount for amount in amounts if amount)


def heads_projects(form: FilledForm, plan: Plan) -> bool:
    """Tell whether a row of a list names a unit, whose projects are the rows below it, by its short code and office."""
    code = plan.project_code or ""
    numbered = code.isdigit() and len(code) <= _UNIT_CODE
    return form.kind in _LIST_FORMS and numbered and not plan.indicators and is_office(plan.project or "")


def _of_forms(records: DocumentRecords, owners: tuple[str, ...]) -> Iterator[Evidence]:
    gathered = _is_gathered(records)
    for form_index, form in enumerate(records.forms):
        is_list = form.kind in _LIST_FORMS
        place = f"{form.kind}"
        if is_list:
            place = f"{form.kind}:{form_index}"
        for plan_index, plan in enumerate(form.plans):
            if not plan.project or heads_projects(form, plan):
                continue
            printed = join_wraps(plan.project)
            amount, amounts = _plan_money(plan)
            score = plan.evaluation.total if plan.evaluation else None
            office = plan.unit_name if is_list or gathered else None
            yield Evidence(
                project_name(printed, owners),
                place,
                Mention(form.kind.value, printed, plan.source, amount, score),
                plan.project_code,
                amounts,
                chosen(plan.attributes.get("category")),
                office,
                (form_index, plan_index),
            )


def _is_gathered(records: DocumentRecords) -> bool:
    """Tell a bureau's document with the forms of its units beside its own: each is then its unit's.

    Where a bureau fills in no form itself, the unit on a form only carries the bureau's project out.
    """
    own = records.department
    units = {plan.unit_name for form in records.forms for plan in form.plans if plan.unit_name}
    mine = {unit for unit in units if own and same_office(own, unit)}
    return bool(mine) and len(units) > len(mine)


def chosen(text: str | None) -> str | None:
    """Return what a printed choice says: the ticked ones of several boxes, None when none is ticked."""
    if not text or not _BOX.search(text):
        return text
    ticked = [choice["label"].strip() for choice in _CHOICE.finditer(text) if _TICK.search(choice["box"])]
    return "、".join(filter(None, ticked)) or None


def _plan_money(plan: Plan) -> tuple[Decimal | None, frozenset[Decimal]]:
    """Return the annual budget of a plan, and every sum that its total line prints."""
    totals = [line for line in plan.funds if line.fund == "total"] or list(plan.funds[:1])
    values: list[Decimal | None] = []
    for line in [line for line in totals if line.period is Period.ANNUAL] or totals:
        values += [line.amount, line.adjusted, line.initial, line.executed]
    budget = next((value for value in values if value is not None), None)
    return budget, _sums(*values)


def _of_money_tables(records: DocumentRecords, owners: tuple[str, ...]) -> Iterator[Evidence]:
    for index, table in enumerate(records.money_tables):
        if not table.kind.endswith(PROJECT_TABLE):
            continue
        for row in _rows(table):
            first = row[0]
            name = project_name(join_wraps(first.item), owners)
            if is_general(name) or is_office(first.item):
                continue
            totals = [each for each in row if any(word in each.measure for word in _TOTALS)]
            yield Evidence(
                name,
                f"{table.kind}:{index}",
                Mention(table.kind, name.printed, first.source, (totals or row)[0].value),
                first.item_code if first.item_scheme == "project" else None,
                _sums(*(each.value for each in row)),
                first.category,
                table.department,
            )


def _rows(table: MoneyTable) -> Iterable[list[Amount]]:
    rows: dict[tuple[int, str], list[Amount]] = {}
    for amount in table.amounts:
        if not amount.is_total and amount.item_scheme != "unit":
            rows.setdefault((amount.source.line, amount.item), []).append(amount)
    return rows.values()
