"""Make forms of running text: lists of indicators below their labels, and reports that tell what became of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.grid.doubts import SURE, WORDS
from jixiao.grid.lifting import written_out
from jixiao.grid.naming import project_in_heading, project_in_sentence, project_in_title
from jixiao.grid.statements import goals_in_lines, money_in_lines, paragraph_source
from jixiao.grid.subject import Subject
from jixiao.grid.told import Told, told_in
from jixiao.grid.words import plain
from jixiao.grid.written import Levels, cut_label, items_below, labelled_bodies, labels_in, read_written
from jixiao.model import Document, Evaluation, FilledForm, FormKind, Indicator, Paragraph, Plan, Source, Table
from jixiao.prose.sentences import is_heading
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_amount
from jixiao.values.targets import parse_actual, parse_target

MINIMUM = 2  # indicators a project must have
NAMED_BELOW, UNNAMED = 0.85, 0.6  # confidence of a project named by its text, not above it
_NAMED = re.compile(r"项目(?:名称)?\s*[：:]\s*(?P<name>[^，,。；;：:]{2,60})")
_QUOTED = re.compile(r"(?<=指标)[“\"「『]")
_TOTAL = re.compile(
    r"(?:综合|自评|评价|总)[^，。；\d]{0,8}?(?:得分|总分|评分)(?:为|是|[：:])?\s*(?P<total>\d+(?:\.\d+)?)\s*分"
)
_GRADE = re.compile(
    r"(?:等级|等次|结论|结果)(?:为|是|[：:])?\s*[“\"「]?(?P<grade>优秀?|良好?|中|差|合格|不合格)(?![^”\"」，。；])"
)


@dataclass
class _Project:
    """Collect what paragraphs say of one project."""

    name: str | None
    source: Source
    lines: list[Paragraph] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    confidence: float = 1.0

    @property
    def told(self) -> bool:
        """Tell whether the text says what became of its indicators."""
        return any(each.actual_text for each in self.indicators)


def read_paragraphs(document: Document, subject: Subject, forms: Sequence[FilledForm]) -> list[FilledForm]:
    """Return a form of each project that paragraphs describe with its indicators; nothing a table says already."""
    known = {plain(each.level3) for form in forms for plan in form.plans for each in plan.indicators}
    made = []
    for project in _projects(document, subject):
        repeats = any(plain(each.level3) in known for each in project.indicators)
        if len(project.indicators) >= MINIMUM and not repeats:
            made.append(_form(project, subject))
    return made


def _form(project: _Project, subject: Subject) -> FilledForm:
    told = project.told
    plan = Plan(
        source=project.source,
        project=project.name,
        funds=tuple(money_in_lines(project.lines)),
        goals=tuple(goals_in_lines(project.lines)),
        indicators=tuple(project.indicators),
        evaluation=_evaluation(project.lines) if told else None,
        confidence=Decimal(str(project.confidence)),
        doubts=(WORDS["unnamed-project"],) if project.confidence < SURE else (),
    )
    return FilledForm(
        kind=FormKind.PROJECT_SELF_EVALUATION if told else FormKind.PROJECT_APPLICATION,
        specification="项目绩效自评报告（文字式）" if told else "项目绩效目标公示（文字式）",
        title="",
        source=project.source,
        plans=(plan,),
        fiscal_year=subject.year,
        department=subject.office.name,
    )


def _evaluation(lines: Sequence[Paragraph]) -> Evaluation | None:
    """Return the total and the grade that a report states: the most points that it gives."""
    found = []
    for line in lines:
        text = join_wraps(line.text)
        grade = _GRADE.search(text)
        for total in _TOTAL.finditer(text):
            points = parse_amount(total["total"])
            found.append(Evaluation(points, None, grade["grade"] if grade else None, None, paragraph_source(line)))
    return max(found, key=lambda each: each.total or 0, default=None)


# ---------------------------------------------------------------- projects


def _projects(document: Document, subject: Subject) -> list[_Project]:
    offices = [subject.office.name] if subject.office.name else []
    projects: list[_Project] = []
    levels = Levels()
    before: list[Paragraph] = []
    for block in document.blocks:
        if isinstance(block, Table):
            levels = Levels()
            continue
        if name := _named_by(block, offices):
            projects.append(_Project(name, paragraph_source(block)))
            levels, before = Levels(), []
        elif is_heading(join_wraps(block.text)) and not labels_in(block.text):
            levels = Levels()
        found, levels = _indicators(block, levels, subject.year)
        if found and not projects:
            projects.append(_untitled(block, before, offices))
        before.append(block)
        if projects:
            projects[-1].indicators += found
            projects[-1].lines.append(block)
    return projects


def _named_by(block: Paragraph, offices: Sequence[str]) -> str | None:
    """Return the project that a paragraph introduces: behind its label, or as a heading."""
    text = join_wraps(block.text)
    named = _NAMED.match(text)
    if named:
        return named["name"].strip()
    return None if labels_in(text) else project_in_heading(block.text, offices)


def _untitled(first: Paragraph, before: list[Paragraph], offices: Sequence[str]) -> _Project:
    """Return the one project of a text without headings: named by a sentence, else by the title."""
    spoken = (project_in_sentence(each.text) for each in before)
    titled = (project_in_title(each.text, offices) for each in before[:3])
    name = next(filter(None, (*spoken, *titled)), None)
    return _Project(name, paragraph_source(first), list(before), confidence=NAMED_BELOW if name else UNNAMED)


# ---------------------------------------------------------------- indicators


def _indicators(block: Paragraph, levels: Levels, year: int | None) -> tuple[list[Indicator], Levels]:
    """Return the indicators of a paragraph and the labels in force at its end."""
    source = paragraph_source(block)
    text = _QUOTED.sub("：", block.text)
    bodies, after = labelled_bodies(text, levels)
    below = [(under, body) for under, body in bodies if under.level1 or under.level2]
    told = [_lifted(each, under, source, year) for under, body in below for each in told_in(body)]
    if told:
        return told, after
    written = read_written(text, levels)[0] or items_below(text, levels)
    return written_out(written, source, year), after


def _lifted(told: Told, levels: Levels, source: Source, year: int | None) -> Indicator:
    label, name = cut_label(told.name) if levels.level2 is None else (None, told.name)
    text, actual = told.texts.get("target"), told.texts.get("actual")
    target = parse_target(text, fiscal_year=year, name=name) if text else None
    return Indicator(
        level1=levels.level1,
        level2=label or levels.level2,
        level3=name,
        target=target,
        source=source,
        actual_text=actual,
        actual=parse_actual(actual, target) if actual else None,
        weight=told.points("weight"),
        score=told.points("score"),
        reason=told.texts.get("reason"),
    )
