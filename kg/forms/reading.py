"""Read all performance forms of a document: recognise, align, resolve, collect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.forms.brackets import find_bracket_header, read_brackets
from kg.forms.continuation import join_tables, join_wrapped_rows
from kg.forms.execution import with_execution
from kg.forms.fields import Fields, fund_kind, printed_attributes, read_fields, source_of, split_items
from kg.forms.grades import printed_grade
from kg.forms.groups import read_groups
from kg.forms.lexicon import fold
from kg.forms.recognition import Header, find_headers
from kg.forms.rows import Block, Lifted, names_repeat, read_block, usual_header
from kg.forms.sentences import read_sentences
from kg.forms.specifications import Specification, recognise
from kg.forms.surroundings import Context, inner_title, labelled, plain, read_context, unit_line_of, year_of
from kg.forms.turning import turn_upright
from kg.model import (
    Document,
    Evaluation,
    FilledForm,
    FormKind,
    FundLine,
    Goal,
    Indicator,
    Issue,
    Period,
    Plan,
    Source,
    Table,
)
from kg.values.amounts import money_factor, parse_amount
from kg.values.dates import parse_year
from kg.values.names import join_wraps


@dataclass(frozen=True, slots=True)
class FormsRead:
    """Hold the forms of a document, the issues met, and the indexes of the tables that are performance forms."""

    forms: tuple[FilledForm, ...]
    issues: tuple[Issue, ...]
    tables: frozenset[int]


def read_forms(document: Document, fiscal_year: int | None = None, *, contacts: bool = False) -> FormsRead:
    """Read every performance form of the document.

    ``fiscal_year`` is the document's own year, used where a form prints none.
    """
    forms: list[FilledForm] = []
    issues: list[Issue] = []
    claimed: set[int] = set()
    held: dict[str, str] = {}
    blocks = join_tables(document.blocks)
    claimed |= {table.index for table in document.tables} - {b.index for b in blocks if isinstance(b, Table)}
    for position, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        table = turn_upright(join_wrapped_rows(block))
        context = read_context(blocks, position, held)
        found, problems = _read_table(table, context, fiscal_year, contacts)
        held = {} if found else labelled(table, contacts=contacts)
        forms += found
        issues += problems
        if found:
            claimed.add(block.index)
    forms += _stated_forms(document, fiscal_year)
    return FormsRead(tuple(_count_printings(forms)), tuple(issues), frozenset(claimed))


def _read_table(
    table: Table, context: Context, fiscal_year: int | None, contacts: bool
) -> tuple[list[FilledForm], list[Issue]]:
    forms: list[FilledForm] = []
    issues: list[Issue] = []
    headers = find_headers(table)
    if not headers and (listed := find_bracket_header(table)):
        return _read_listed(table, listed, context, fiscal_year)
    if not headers and (guessed := usual_header(table)):
        headers = [guessed]
        issues.append(_headless(table))
    start = 0
    for number, header in enumerate(headers):
        if header.first < start:
            continue
        above = table.rows[start : header.first]
        title = inner_title(above) or context.title
        fields = read_fields(table, above, unit_line_of(above) or context.unit_line, contacts=contacts)
        for label, value in context.values.items():
            fields.values.setdefault(label, value)
            fields.labels.add(label)
        specified = recognise(header, title, fields.labels)
        if specified is None:
            issues.append(_unknown(table, header))
            continue
        year = year_of(above, fields) or parse_year(title) or context.year or fiscal_year
        others = (other.first for other in headers[number + 1 :] if not header.resembles(other))
        stop = next(others, len(table.rows))
        if header.layout == "groups":
            form, problems, start = _read_summary(table, header, stop, specified, title, context, fields, year)
        else:
            header = _with_periods(header, fields, twins=names_repeat(table, header, stop))
            block = read_block(table, header, stop, year)
            start = block.end
            problems = list(block.issues)
            form = _assemble(table, header, block, specified, title, context, fields, year)
        issues += problems
        if form is None:
            continue
        if forms and not any(row.filled for row in above) and _same_subject(forms[-1], form):
            forms[-1] = _extended(forms[-1], form)
        else:
            forms.append(form)
    return forms, issues


def _same_subject(first: FilledForm, second: FilledForm) -> bool:
    """Tell whether a block right below another belongs to the same form: one plan each, and no name of its own."""
    return len(first.plans) == len(second.plans) == 1 and second.plans[0].project in (None, first.plans[0].project)


def _extended(first: FilledForm, second: FilledForm) -> FilledForm:
    """Return the first form with the indicators (and total) of the block below it."""
    one, two = first.plans[0], second.plans[0]
    evaluation = two.evaluation if two.evaluation and two.evaluation.total is not None else one.evaluation
    plan = replace(one, indicators=one.indicators + two.indicators, evaluation=evaluation)
    return replace(first, plans=(plan,))


def _with_periods(header: Header, fields: Fields, *, twins: bool) -> Header:
    """Give each block its period: from its own heading, else from the goals above, else 中期 before 年度.

    Blocks that do not name the same things (``twins``) are two columns of one list, both for the year.
    """
    count = max((column.block for column in header.columns), default=0) + 1
    if count == 1:
        return header
    named = [
        next((c.period for c in header.columns if c.block == block and c.role == "target"), Period.ANNUAL)
        for block in range(count)
    ]
    if len(set(named)) == 1:
        goals = fields.periods
        stated = len(set(goals[:count])) == count
        named = goals[:count] if stated else [Period.MEDIUM_TERM if twins else Period.ANNUAL, Period.ANNUAL][:count]
    named += [Period.ANNUAL] * (count - len(named))
    columns = tuple(replace(column, period=named[column.block]) for column in header.columns)
    return replace(header, columns=columns)


# ---------------------------------------------------------------- assembling


def _assemble(
    table: Table,
    header: Header,
    block: Block,
    specified: tuple[Specification, Decimal],
    title: str,
    context: Context,
    fields: Fields,
    year: int | None,
) -> FilledForm | None:
    specification, fit = specified
    kind = specification.kind
    registered = "project" in header.roles
    plans = (
        _registered_plans(block, fields, context)
        if registered
        else [_single_plan(table, header, block, fields, kind, context)]
    )
    if not any(plan.indicators or plan.funds or plan.goals for plan in plans):
        return None
    values = fields.values
    department = values.get("unit_name") or values.get("supervisor") or context.office
    return FilledForm(
        kind=kind,
        specification=specification.name,
        title=title,
        source=source_of(table, table.rows[header.first]),
        plans=tuple(plans),
        fiscal_year=year,
        department=department,
        fit=fit,
    )


def _single_plan(table: Table, header: Header, block: Block, fields: Fields, kind: FormKind, context: Context) -> Plan:
    values = fields.values
    whole = kind in (FormKind.DEPARTMENT_TARGET, FormKind.DEPARTMENT_SELF_EVALUATION)
    evaluation = None
    if block.total or kind in (FormKind.DEPARTMENT_SELF_EVALUATION, FormKind.PROJECT_SELF_EVALUATION):
        weight, total, source = block.total or (None, parse_amount(values.get("total")), fields.sources.get("total"))
        note = " ".join(map(plain, block.notes)) or context.note
        grade = printed_grade(table, block.end, _own_value(fields, "grade"))
        evaluation = Evaluation(total, weight, grade, note, source)
    first = block.lifted[0].indicator.source if block.lifted else source_of(table, table.rows[0])
    return Plan(
        source=first,
        project=None if whole else values.get("project"),
        project_code=values.get("project_code"),
        unit_name=values.get("unit_name"),
        supervisor=values.get("supervisor"),
        funds=with_execution(fields.funds, table, header, block.execution),
        goals=tuple(fields.goals),
        tasks=tuple(fields.tasks),
        indicators=tuple(lifted.indicator for lifted in block.lifted),
        management=tuple(fields.management),
        evaluation=evaluation,
        attributes=printed_attributes(values),
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
        key = (lifted.register.get("project_code", ""), fold(lifted.register.get("project", "")))
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
                indicators=tuple(lifted.indicator for lifted in rows),
            )
        )
    return plans


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


def _read_summary(
    table: Table,
    header: Header,
    stop: int,
    specified: tuple[Specification, Decimal],
    title: str,
    context: Context,
    fields: Fields,
    year: int | None,
) -> tuple[FilledForm | None, list[Issue], int]:
    specification, fit = specified
    band = "".join(cell.text for row in table.rows[header.first : header.last + 1] for cell in row.filled)
    factor = money_factor(band) or (money_factor(context.unit_line) if context.unit_line else None) or Decimal(10000)
    entries, issues, unit, end = read_groups(table, header, stop, year, factor)
    plans = tuple(
        Plan(
            source=entry.source,
            project=entry.name,
            project_code=entry.code,
            unit_name=unit,
            funds=entry.funds,
            indicators=entry.indicators,
        )
        for entry in entries
    )
    if not plans:
        return None, issues, end
    form = FilledForm(
        kind=specification.kind,
        specification=specification.name,
        title=title,
        source=source_of(table, table.rows[header.first]),
        plans=plans,
        fiscal_year=year,
        department=context.office or fields.values.get("unit_name") or unit,
        fit=fit,
    )
    return form, issues, end


def _read_listed(
    table: Table, header: Header, context: Context, fiscal_year: int | None
) -> tuple[list[FilledForm], list[Issue]]:
    year = parse_year(context.title) or context.year or fiscal_year
    plans = []
    for entry in read_brackets(table, header, year):
        register, first = entry.register, entry.indicators[0]
        goal = register.get("goal")
        plans.append(
            Plan(
                source=first.source,
                project=join_wraps(register["project"]) if register.get("project") else None,
                project_code=register.get("project_code"),
                unit_name=register.get("department"),
                funds=_register_funds(register.get("money", ""), first, context),
                goals=tuple(Goal(item, first.source) for item in split_items(join_wraps(goal))) if goal else (),
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


def _stated_forms(document: Document, fiscal_year: int | None) -> list[FilledForm]:
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


def _count_printings(forms: Sequence[FilledForm]) -> list[FilledForm]:
    """Number the printings of a form that a document holds more than once."""
    seen: Counter[tuple[FormKind, tuple[str | None, ...], int | None]] = Counter()
    counted = []
    for form in forms:
        key = (form.kind, tuple(plan.project for plan in form.plans), form.fiscal_year)
        seen[key] += 1
        counted.append(replace(form, printing=seen[key]))
    return counted


def _headless(table: Table) -> Issue:
    row = table.rows[0]
    return Issue(
        code="header-missing",
        message=f"第{row.place.line}行起的绩效指标没有印出表头（一级指标、二级指标……），按通常的列序读取，请对照原文核对",
        message_en=f"line {row.place.line}: indicators without a printed header, read in the usual order of columns",
        source=source_of(table, row),
    )


def _unknown(table: Table, header: Header) -> Issue:
    row = table.rows[header.first]
    return Issue(
        code="unknown-form",
        message=f"第{row.place.line}行像绩效表的表头，但没有合适的表式说明：{row.text.strip()[:160]}",
        message_en=f"line {row.place.line}: looks like the header of a performance form, but no specification fits",
        source=Source(table.index, row.place.line, row.text, row.place.page, row.place.where),
        level="error",
    )
