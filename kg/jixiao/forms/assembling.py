"""Put the parts of a table together: the plans with their money, goals, indicators and results, and their form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.forms.brackets import read_brackets
from jixiao.forms.doubts import doubted
from jixiao.forms.execution import with_execution
from jixiao.forms.fields import Fields, printed_attributes, source_of
from jixiao.forms.grades import printed_grade
from jixiao.forms.groups import read_groups
from jixiao.forms.labels import fund_kind, split_items
from jixiao.forms.recognition import Header
from jixiao.forms.rows import Block, Lifted
from jixiao.forms.sentences import read_sentences
from jixiao.forms.specifications import Specification
from jixiao.forms.surroundings import Context, plain
from jixiao.model import (
    Document,
    Evaluation,
    FilledForm,
    FormKind,
    FundLine,
    Goal,
    Indicator,
    Issue,
    Plan,
    Source,
    Table,
)
from jixiao.text.dates import read_year
from jixiao.text.folding import fold_words
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor, parse_amount


@dataclass(frozen=True, slots=True)
class Head:
    """Hold what is known of a form before its indicators are read: what fits it, title, surroundings, fields, year."""

    specification: Specification
    fit: Decimal
    title: str
    context: Context
    fields: Fields
    year: int | None


def assemble(table: Table, header: Header, block: Block, head: Head) -> FilledForm | None:
    """Return the form of a block of rows, None where it holds nothing (a blank template)."""
    kind, values = head.specification.kind, head.fields.values
    if "project" in header.roles:
        plans = _registered_plans(block, head.fields, head.context)
    else:
        plans = [_single_plan(table, header, block, head)]
    if not any(plan.indicators or plan.funds or plan.goals for plan in plans):
        return None
    if kind.startswith("project"):
        plans = [plan if plan.project else _unnamed(plan) for plan in plans]
    department = values.get("unit_name") or values.get("supervisor") or head.context.office
    return _form(table, header, plans, head, department)


def _unnamed(plan: Plan) -> Plan:
    """Return a plan whose project's name is lost, with that doubt on its indicators."""
    return replace(plan, indicators=tuple(doubted(indicator, "unnamed-project") for indicator in plan.indicators))


def _form(table: Table, header: Header, plans: Sequence[Plan], head: Head, department: str | None) -> FilledForm:
    return FilledForm(
        kind=head.specification.kind,
        specification=head.specification.name,
        title=head.title,
        source=source_of(table, table.rows[header.first]),
        plans=tuple(plans),
        fiscal_year=head.year,
        department=department,
        fit=head.fit,
    )


def close(form: FilledForm, fields: Fields) -> FilledForm:
    """Return a form with what the rows below its indicators say, where it is about one project or department.

    They print opinions and grades, in some forms tasks, goals or the management of funds as well.
    """
    if len(form.plans) != 1 or "project" in fields.values:
        return form
    plan = form.plans[0]
    attributes = {**printed_attributes(fields.values), **plan.attributes}
    plan = replace(
        plan,
        attributes=attributes,
        funds=plan.funds or tuple(fields.funds),
        goals=plan.goals or tuple(fields.goals),
        tasks=plan.tasks or tuple(fields.tasks),
        management=plan.management or tuple(fields.management),
    )
    return replace(form, plans=(plan,))


def _single_plan(table: Table, header: Header, block: Block, head: Head) -> Plan:
    kind, fields = head.specification.kind, head.fields
    values, attributes = fields.values, printed_attributes(fields.values)
    whole = kind in (FormKind.DEPARTMENT_TARGET, FormKind.DEPARTMENT_SELF_EVALUATION)
    note = " ".join(map(plain, block.notes)) or head.context.note
    evaluation = None
    if block.total or kind in (FormKind.DEPARTMENT_SELF_EVALUATION, FormKind.PROJECT_SELF_EVALUATION):
        weight, total, source = block.total or (None, parse_amount(values.get("total")), fields.sources.get("total"))
        grade = printed_grade(table, block.last + 1, _own_value(fields, "grade"))
        evaluation = Evaluation(total, weight, grade, note, source)
    elif note:
        attributes["note"] = note
    first = block.lifted[0].indicator.source if block.lifted else source_of(table, table.rows[0])
    return Plan(
        source=first,
        project=None if whole else values.get("project") or values.get("fund_name"),
        project_code=values.get("project_code"),
        unit_name=values.get("unit_name"),
        supervisor=values.get("supervisor"),
        funds=with_execution(fields.funds, table, header, block.execution),
        goals=tuple(fields.goals),
        tasks=tuple(fields.tasks),
        indicators=tuple(lifted.indicator for lifted in block.lifted),
        management=tuple(fields.management),
        evaluation=evaluation,
        attributes=attributes,
    )


def _own_value(fields: Fields, label: str) -> str | None:
    """Return a value printed below the form's own name: above it stands what closes the form before."""
    named = [source.line for key, source in fields.sources.items() if key in ("project", "unit_name")]
    stated = fields.sources.get(label)
    return fields.values.get(label) if stated and named and stated.line >= min(named) else None


def _registered_plans(block: Block, fields: Fields, context: Context) -> list[Plan]:
    """Make one plan for each project of a register, in order of appearance."""
    order: list[tuple[str, str]] = []
    held: dict[tuple[str, str], list[Lifted]] = {}
    for lifted in block.lifted:
        key = (lifted.register.get("project_code", ""), fold_words(lifted.register.get("project", "")))
        if key not in held:
            order.append(key)
        held.setdefault(key, []).append(lifted)
    plans = []
    for key in order:
        rows = held[key]
        register = rows[0].register
        plans.append(
            Plan(
                source=rows[0].indicator.source,
                project=join_wraps(register["project"]) if register.get("project") else None,
                project_code=register.get("project_code"),
                unit_name=register.get("department") or fields.values.get("unit_name"),
                funds=_register_funds(register.get("money", ""), rows[0].indicator, context),
                goals=_register_goals(register.get("goal"), rows[0].indicator.source),
                indicators=tuple(lifted.indicator for lifted in rows),
            )
        )
    return plans


def _register_goals(goal: str | None, source: Source) -> tuple[Goal, ...]:
    return tuple(Goal(item, source) for item in split_items(join_wraps(goal))) if goal else ()


def _register_funds(money: str, first: Indicator, context: Context) -> tuple[FundLine, ...]:
    factor = (money_factor(context.unit_line) if context.unit_line else None) or Decimal(10000)
    lines = []
    for entry in filter(None, money.split("\n")):
        label, _, text = entry.partition("\t")
        amount = parse_amount(text)
        if amount is not None:
            lines.append(
                FundLine(
                    fund=fund_kind(label) or "total",
                    label=join_wraps(label),
                    source=first.source,
                    amount=amount * (money_factor(label) or factor),
                )
            )
    return tuple(lines)


def read_summary(table: Table, header: Header, stop: int, head: Head) -> tuple[FilledForm | None, list[Issue], int]:
    """Return the form of a list of projects with pairs side by side, its issues, and the first row not read."""
    context = head.context
    band = "".join(cell.text for row in table.rows[header.first : header.last + 1] for cell in row.filled)
    factor = money_factor(band) or (money_factor(context.unit_line) if context.unit_line else None) or Decimal(10000)
    entries, issues, end = read_groups(table, header, stop, head.year, factor)
    plans = tuple(
        Plan(
            source=entry.source,
            project=entry.name,
            project_code=entry.code,
            unit_name=entry.unit,
            funds=entry.funds,
            indicators=entry.indicators,
        )
        for entry in entries
    )
    if not plans:
        return None, issues, end
    department = context.office or head.fields.values.get("unit_name") or entries[0].unit
    return _form(table, header, plans, head, department), issues, end


def read_listed(
    table: Table, header: Header, context: Context, fiscal_year: int | None
) -> tuple[list[FilledForm], list[Issue]]:
    """Return the form of a list whose cells write the indicators out."""
    year = read_year(context.title) or context.year or fiscal_year
    plans = []
    for entry in read_brackets(table, header, year):
        register, first = entry.register, entry.indicators[0]
        plans.append(
            Plan(
                source=first.source,
                project=join_wraps(register["project"]) if register.get("project") else None,
                project_code=register.get("project_code"),
                unit_name=register.get("department"),
                funds=_register_funds(register.get("money", ""), first, context),
                goals=_register_goals(register.get("goal"), first.source),
                indicators=entry.indicators,
            )
        )
    if not plans:
        return [], []
    form = FilledForm(
        kind=FormKind.PROJECT_TARGET_SUMMARY,
        specification="项目绩效目标清单（括号式）",
        title=context.title,
        source=source_of(table, table.rows[header.first]),
        plans=tuple(plans),
        fiscal_year=year,
        department=context.office,
    )
    return [form], []


def stated_forms(document: Document, fiscal_year: int | None) -> list[FilledForm]:
    """Make a form of each project that running text describes with its indicators."""
    return [
        FilledForm(
            kind=FormKind.PROJECT_APPLICATION,
            specification="项目绩效目标公示（文字式）",
            title="",
            source=project.source,
            plans=(
                Plan(
                    source=project.source,
                    project=project.name,
                    funds=tuple(project.funds),
                    indicators=tuple(project.indicators),
                ),
            ),
            fiscal_year=fiscal_year,
        )
        for project in read_sentences(document.blocks, fiscal_year)
    ]
