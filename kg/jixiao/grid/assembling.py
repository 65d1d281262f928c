"""Put a draft together as a form: its kind, its plans with money, goals, tasks, indicators and results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import is_placeholder
from jixiao.grid.columns import period_of
from jixiao.grid.decoding import Decoded
from jixiao.grid.doubts import WORDS, with_doubts
from jixiao.grid.drafts import Draft
from jixiao.grid.fields import NAMING, field_of
from jixiao.grid.grades import printed_grade
from jixiao.grid.money import Purse
from jixiao.grid.naming import coded, is_generic, without_code
from jixiao.grid.registers import Registered, is_register, read_register
from jixiao.grid.rows import TOTAL
from jixiao.grid.sheet import Line
from jixiao.grid.statements import goals_in_lines, money_in_lines, note_below, split_items
from jixiao.grid.subject import Subject
from jixiao.grid.words import label_word, plain
from jixiao.model import (
    WITHHELD,
    Evaluation,
    FilledForm,
    FormKind,
    FundLine,
    Goal,
    Indicator,
    Paragraph,
    Period,
    Plan,
    Source,
)
from jixiao.prose.offices import is_office
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_amount, parse_points

SURE = 0.9
GRADE = 3  # characters of a grade
REACH = 8  # rows below a total
FILLED = 0.3  # of the rows state a result: the form is a self-evaluation
ELSEWHERE = frozenset({"project", "programme", "code", "unit", "upper", "opinion", "score", "grade"})
CALLED = {"person": "contact"}
EVALUATIONS = {
    FormKind.PROJECT_APPLICATION: FormKind.PROJECT_SELF_EVALUATION,
    FormKind.PROJECT_TARGET_SUMMARY: FormKind.PROJECT_SELF_EVALUATION,
    FormKind.DEPARTMENT_TARGET: FormKind.DEPARTMENT_SELF_EVALUATION,
}


def assemble(draft: Draft, subject: Subject) -> list[FilledForm]:
    """Return the forms of a draft: one, none where it states nothing, two where tasks of an office name projects."""
    kind = _kind(draft, subject)
    if draft.registered:
        plans = _registered(draft, subject)
    elif draft.fields.listed:
        kind, plans = FormKind.PROJECT_TARGET_SUMMARY, draft.fields.listed
    elif draft.indicators or draft.states_form or draft.blocks:
        plans = [_plan(draft, subject, kind)]
    else:
        plans = []
    plans = [plan for plan in plans if plan.project or plan.indicators or plan.funds or plan.goals or plan.tasks]
    if not plans or not (draft.indicators or draft.fields.listed or _is_form(draft, kind)):
        return []
    form = FilledForm(
        kind=kind,
        specification=_specification(kind, draft),
        title=draft.around.title,
        source=plans[0].source,
        plans=tuple(plans),
        fiscal_year=draft.around.year or subject.year,
        department=_office(draft),
    )
    return [form, *_spending(draft, form)]


def _specification(kind: FormKind, draft: Draft) -> str:
    names = {FormKind.PROJECT_MONITORING: "绩效运行监控表", FormKind.PROJECT_TARGET_SUMMARY: "项目绩效目标清单"}
    own = "部门整体绩效目标表" if kind.startswith("department") else "项目绩效目标表"
    own = own.replace("目标表", "自评表") if "evaluation" in kind else own
    return names.get(kind, own)


def _is_form(draft: Draft, kind: FormKind) -> bool:
    """Tell whether fields without indicators are a form: a project with goals or money, or tasks of an office."""
    fields = draft.fields
    titled = any(word in draft.around.title for word in ("绩效", "目标", "自评"))
    if kind.startswith("department"):
        return bool(fields.tasks) and titled
    filled = any(not is_placeholder(each.value) for each in fields.of("project"))
    return filled and bool(draft.blocks or fields.goals)


# ---------------------------------------------------------------- kind of form


def _kind(draft: Draft, subject: Subject) -> FormKind:
    """Return the kind of a form: columns that are said and filled, words of its title, who is named."""
    rows = draft.indicators
    whole = _is_whole(draft, subject)
    target = FormKind.DEPARTMENT_TARGET if whole else FormKind.PROJECT_APPLICATION
    if draft.registered:
        target = FormKind.PROJECT_TARGET_SUMMARY
    if any(row.progress_text or row.expected_text for row in rows) and not whole:
        return FormKind.PROJECT_MONITORING
    results = sum(row.actual_text is not None or row.score is not None for row in rows)
    told = any(word in plain(draft.around.title) for word in ("自评", "评价", "完成情况"))
    executed = any(line.executed is not None for line in _funds(draft))
    if rows and results >= FILLED * len(rows):
        return EVALUATIONS[target]
    if told and (executed or any(goal.achieved for goal in draft.fields.goals)):
        return EVALUATIONS[target]
    return target


def _is_whole(draft: Draft, subject: Subject) -> bool:
    """Tell whether a form is about an office as a whole."""
    if draft.registered or draft.fields.of("project", "programme"):
        return False
    title = plain(draft.around.title)
    if "整体" in title:
        return True
    if "项目" in title or subject.project_of(draft).name:
        return False
    return bool(draft.fields.tasks)


def _office(draft: Draft) -> str | None:
    """Return the office a form names: the one that fills it, else the one above."""
    printed = [coded(each.value).text for name in ("unit", "upper") for each in draft.witnesses(name)]
    return next((name for name in printed if is_office(name)), None)


# ---------------------------------------------------------------- plans


def _plan(draft: Draft, subject: Subject, kind: FormKind) -> Plan:
    fields = draft.fields
    project = subject.project_of(draft)
    whole = kind.startswith("department")
    unsure = not whole and (project.name is None or project.confidence < SURE)
    rows = _with_periods(draft)
    indicators = tuple(with_doubts(row, ("unnamed-project",)) if unsure else row for row in rows)
    funds = _funds(draft)
    source = indicators[0].source if indicators else _first_source(draft)
    around = {name: next((each.value for each in draft.witnesses(name)), None) for name in ("unit", "upper")}
    unit, upper = (fields.first(name) or around[name] for name in ("unit", "upper"))
    return Plan(
        source=source,
        project=None if whole else project.name,
        project_code=None if whole else project.code,
        programme=None if whole else project.programme,
        unit_name=coded(unit).text if unit else None,
        supervisor=coded(upper).text if upper else None,
        funds=funds,
        goals=tuple(_listed(fields.goals) if whole else fields.goals or _goals_around(draft)),
        tasks=tuple(fields.tasks),
        indicators=indicators,
        management=tuple(fields.management),
        evaluation=_evaluation(draft) if "evaluation" in kind else None,
        attributes=_attributes(draft, kind),
        confidence=Decimal(str(project.confidence)),
        doubts=_doubts(fields.purse, unnamed=unsure),
    )


def _doubts(purse: Purse, *, unnamed: bool) -> tuple[str, ...]:
    """Return in words what is unsure about a plan: its name, the unit of its money."""
    found = {"unnamed-project": unnamed, "assumed-unit": purse.doubtful and bool(purse.lines)}
    return tuple(WORDS[name] for name, doubted in found.items() if doubted)


def _lines(draft: Draft) -> Sequence[Paragraph]:
    """Return the lines about a form: those around it, all of a document that holds no other form."""
    return draft.alone or (*draft.around.lines, *draft.around.below)


def _listed(goals: Sequence[Goal]) -> list[Goal]:
    """Return the goals of an office, each item of a numbered list for itself."""
    items: list[Goal] = []
    for goal in goals:
        texts = split_items(goal.text)
        done = split_items(goal.achieved) if goal.achieved else []
        for index, text in enumerate(texts):
            achieved = done[index] if len(done) == len(texts) else goal.achieved
            items.append(replace(goal, text=text, achieved=achieved))
    return items


def _goals_around(draft: Draft) -> list[Goal]:
    """Return the goals that the lines about a form state: behind a label, in sentences, below a heading."""
    stated = [Goal(each.value, each.source) for each in draft.around.witnesses if each.field == "goal"]
    return stated or goals_in_lines(_lines(draft))


def _first_source(draft: Draft) -> Source:
    stated = [*(goal.source for goal in draft.fields.goals), *(task.source for task in draft.fields.tasks)]
    return stated[0] if stated else draft.sheet.source(0)


def _attributes(draft: Draft, kind: FormKind) -> dict[str, str]:
    note = None if "evaluation" in kind else _note(draft)
    kept: dict[str, str] = {"note": note} if note else {}
    for witness in draft.fields.witnesses:
        if witness.field in ELSEWHERE or witness.value == WITHHELD:
            continue
        key = CALLED.get(witness.field, witness.field) if witness.field in NAMING else witness.label
        kept.setdefault(witness.label if key in kept else key, witness.value)
    return kept


def _with_periods(draft: Draft) -> list[Indicator]:
    """Return the indicators of a form; two groups side by side are of the periods that its goals name."""
    result: list[Indicator] = []
    for block in draft.blocks:
        blocks = {each.block for each in block.lifted}
        periods = draft.fields.periods
        if len(blocks) == 2 and block.assigned.of("level2", 1) and not block.assigned.of("level1", 1):
            named = periods if len(set(periods)) == 2 else [Period.MEDIUM_TERM, Period.ANNUAL]
            result += [replace(each.indicator, period=named[each.block]) for each in block.lifted]
        else:
            result += [each.indicator for each in block.lifted]
    return result


def _funds(draft: Draft) -> tuple[FundLine, ...]:
    """Return the money of a form: its own lines, what else what the sentences above it state."""
    stated = draft.fields.purse.lines
    if any(line.amount or line.adjusted or line.initial or line.executed for line in stated):
        return tuple(stated)
    told = list(money_in_lines(_lines(draft)))[:1]
    return tuple(told or stated)


def _evaluation(draft: Draft) -> Evaluation:
    """Return the totals of a self-evaluation: of its last row of totals, else of its fields."""
    note = _note(draft)
    totals = [line for block in draft.blocks for line in _total_lines(block)]
    if totals:
        return _totals(draft, totals[-1], note)
    stated = draft.fields.of("score")
    total = parse_amount(stated[0].value) if stated else None
    source = stated[0].source if stated else None
    return Evaluation(total, None, draft.fields.first("grade"), note, source)


def _total_lines(block: Decoded) -> Iterator[Line]:
    """Yield the rows of a block that print the sum of its points."""
    rows = [entry.line.index for entry, kind in zip(block.entries, block.kinds, strict=True) if kind == TOTAL]
    for row in sorted({*rows, *block.block.ends}):
        line = block.sheet.lines[row]
        first = plain(line.items[0].text) if line.items else ""
        counted = any(parse_points(item.text)[0] is not None for item in line.items)
        if counted and not first.startswith("小计") and (row in rows or first.startswith((*TOTALS, "得分", "自评"))):
            yield line


def _note(draft: Draft) -> str | None:
    """Return the note on scoring: of the rows that close the form, else of the lines below it."""
    inside = (note_below([line.row.text]) for block in draft.blocks for line in _closing(block))
    return next(filter(None, inside), None) or draft.around.note


def _totals(draft: Draft, line: Line, note: str | None) -> Evaluation:
    """Return what a row of totals says: the last number is the score, one before it the points it is out of."""
    points = [value for item in line.items if (value := parse_points(item.text)[0]) is not None]
    words = [item.text.strip() for item in line.items[1:] if parse_points(item.text)[0] is None]
    grade = next((word for word in words if len(word) <= GRADE), None)
    closing = (each.row.text for block in draft.blocks for each in _closing(block))
    grade = grade or printed_grade(draft.fields.first("grade"), closing)
    total, weight = points[-1] if points else None, points[0] if len(points) > 1 else None
    return Evaluation(total, weight, grade, note, draft.blocks[-1].sheet.source(line.index))


def _closing(block: Decoded) -> Iterator[Line]:
    """Yield the rows below a block that can still be the form's own."""
    for line in block.sheet.lines[max(block.block.body, default=0) + 1 :][:REACH]:
        if line.items and field_of(label_word(line.items[0].text)) == "project":
            return
        yield line


# ---------------------------------------------------------------- registers


def _registered(draft: Draft, subject: Subject) -> list[Plan]:
    plans: list[Plan] = []
    for block in draft.blocks:
        if is_register(block.assigned):
            lifted = defaultdict(list)
            for each in block.lifted:
                lifted[each.entry].append(each.indicator)
            for listed in read_register(block):
                indicators = [indicator for row in listed.rows for indicator in lifted[row]]
                plans.append(_listed_plan(draft, block, listed, indicators))
    return plans


def _listed_plan(draft: Draft, block: Decoded, each: Registered, indicators: Sequence[Indicator]) -> Plan:
    source = block.sheet.source(block.entries[each.first].line.index)
    name = without_code(each.name)
    purse = Purse(draft.around.unit_line)
    for column in block.assigned.of("money"):
        for text in column.path:
            purse.state(text)
    for column, text in each.money:
        period = period_of(column) or Period.ANNUAL
        first = all(line.period is not period for line in purse.lines)
        if purse.add(column.leaf, text, source, period=period) and first:
            purse.lines[-1] = replace(purse.lines[-1], fund="total")
    goals = (Goal(join_wraps(each.goal), source),) if each.goal else ()
    return Plan(
        source=source,
        project=name.text,
        project_code=each.code or name.code,
        programme=without_code(each.programme).text if each.programme else None,
        unit_name=coded(each.unit).text if each.unit else None,
        funds=tuple(purse.lines),
        goals=goals,
        indicators=tuple(indicators),
        doubts=_doubts(purse, unnamed=False),
        attributes={"category": each.category} if each.category else {},
    )


def _spending(draft: Draft, form: FilledForm) -> list[FilledForm]:
    """Return the list of projects that the tasks of an office name beside their amounts."""
    plans = []
    for task in draft.fields.tasks:
        named = task.project and not is_generic(task.project)
        if named and task.amount is not None and task.project:
            name = without_code(task.project)
            fund = FundLine("total", task.project, task.source, amount=task.amount)
            plans.append(Plan(task.source, project=name.text, project_code=name.code, funds=(fund,)))
    if not plans:
        return []
    return [replace(form, kind=FormKind.PROJECT_TARGET_SUMMARY, plans=tuple(plans), source=plans[0].source)]
