"""Read all performance forms of a document: recognise, align, resolve, collect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.forms.accounting import account
from jixiao.forms.assembling import Head, assemble, close, read_listed, read_summary, stated_forms
from jixiao.forms.brackets import find_bracket_header
from jixiao.forms.continuation import join_tables, join_wrapped_rows
from jixiao.forms.fields import Fields, read_fields, source_of
from jixiao.forms.lines import names_repeat, usual_header
from jixiao.forms.parts import join_parts
from jixiao.forms.recognition import Header, find_headers, for_year, is_numbering
from jixiao.forms.rows import read_block
from jixiao.forms.specifications import recognise
from jixiao.forms.surroundings import Context, inner_title, labelled, project_in, read_context, unit_line_of, year_of
from jixiao.forms.turning import turn_upright
from jixiao.forms.unread import tell_unread
from jixiao.model import Document, FilledForm, FormKind, Issue, Period, Row, Source, Table
from jixiao.text.dates import read_year


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
    held = Fields()
    blocks = join_parts(join_tables(document.blocks))
    claimed |= {table.index for table in document.tables} - {b.index for b in blocks if isinstance(b, Table)}
    for position, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        table = turn_upright(join_wrapped_rows(block))
        context = read_context(blocks, position, held)
        found, problems = _read_table(table, context, fiscal_year, contacts)
        held = Fields() if found else labelled(table, contacts=contacts)
        forms += found
        issues += problems
        if found:
            claimed.add(block.index)
    forms += stated_forms(document, fiscal_year)
    return FormsRead(tuple(_count_printings(forms)), tuple(issues), frozenset(claimed))


def _read_table(
    table: Table, context: Context, fiscal_year: int | None, contacts: bool
) -> tuple[list[FilledForm], list[Issue]]:
    """Return the forms of one table, what could not be read, and what no record accounts for."""
    forms: list[FilledForm] = []
    issues: list[Issue] = []
    headers = find_headers(table)
    if not headers and (listed := find_bracket_header(table)):
        forms, issues = read_listed(table, listed, context, fiscal_year)
        return forms, [*issues, *(account(table, forms, issues, {listed.first}) if forms else ())]
    if not headers and (guessed := usual_header(table)):
        headers = [guessed]
        issues.append(_headless(table))
    if not headers and (unread := tell_unread(table)):
        issues.append(unread)
    heads: set[int] = set()
    start = 0
    for number, header in enumerate(headers):
        if header.first < start:
            continue
        above = table.rows[start : header.first]
        head = _head(table, header, above, context, fiscal_year, contacts)
        if head is None:
            issues.append(_unknown(table, header))
            continue
        heads |= {index for index in range(start, header.first) if table.rows[index] in head.fields.heads}
        others = (other.first for other in headers[number + 1 :] if not header.resembles(other))
        stop = next(others, len(table.rows))
        if header.layout == "groups":
            form, problems, start = read_summary(table, header, stop, head)
        else:
            header = for_year(header, head.year)
            header = _with_periods(header, head.fields, twins=names_repeat(table, header, stop))
            block = read_block(table, header, stop, head.year)
            start = block.end
            problems = list(block.issues)
            form = assemble(table, header, block, head)
            if form and block.aside:
                form = close(form, read_fields(table, block.aside, None, contacts=contacts))
        issues += problems
        if form is None:
            issues.append(_empty(table, header))
        elif forms and not any(row.filled for row in above) and _same_subject(forms[-1], form):
            forms[-1] = _extended(forms[-1], form)
        else:
            forms.append(form)
    if forms:
        forms[-1] = close(forms[-1], read_fields(table, table.rows[start:], context.unit_line, contacts=contacts))
        heads |= {row for header in headers for row in range(header.first, header.last + 1)}
        heads |= {index for index, row in enumerate(table.rows) if is_numbering(row)}
        issues += account(table, forms, issues, heads)
    return forms, issues


def _head(
    table: Table, header: Header, above: Sequence[Row], context: Context, fiscal_year: int | None, contacts: bool
) -> Head | None:
    """Return what is known of the form below the rows ``above`` its header, None when no specification fits."""
    title = inner_title(above) or context.title
    fields = read_fields(table, above, unit_line_of(above) or context.unit_line, contacts=contacts)
    for label, value in context.values.items():
        fields.values.setdefault(label, value)
        fields.labels.add(label)
    if "project" not in fields.values and (named := project_in(title)):
        fields.values["project"] = named
        fields.labels.add("project")
    fields.funds = fields.funds or [*context.funds]
    specified = recognise(header, title, fields.labels)
    if specified is None:
        return None
    year = year_of(above, fields) or read_year(title) or context.year or fiscal_year
    return Head(*specified, title, context, fields, year)


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


def _count_printings(forms: Sequence[FilledForm]) -> list[FilledForm]:
    """Number the printings of a form that a document holds more than once."""
    seen: Counter[tuple[FormKind, tuple[str | None, ...], int | None]] = Counter()
    counted = []
    for form in forms:
        key = (form.kind, tuple(plan.project for plan in form.plans), form.fiscal_year)
        seen[key] += 1
        counted.append(replace(form, printing=seen[key]))
    return counted


# ---------------------------------------------------------------- issues


def _headless(table: Table) -> Issue:
    row = table.rows[0]
    return Issue(
        code="header-missing",
        message=f"第{row.place.line}行起的绩效指标没有印出表头（一级指标、二级指标……），按通常的列序读取，请对照原文核对",
        message_en=f"line {row.place.line}: indicators without a printed header, read in the usual order of columns",
        source=source_of(table, row),
    )


def _empty(table: Table, header: Header) -> Issue:
    row = table.rows[header.first]
    return Issue(
        code="empty-form",
        message=f"第{row.place.line}行的绩效表头下面没有填写指标，未收入图谱；空白模板可不处理",
        message_en=f"line {row.place.line}: no indicator is filled in below this header; a blank form needs nothing",
        source=source_of(table, row),
        level="info",
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
