"""Make forms of running text that writes the indicators of projects out, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.grid.doubts import SURE, WORDS
from jixiao.grid.lifting import written_out
from jixiao.grid.naming import project_in_heading, project_in_sentence, project_in_title
from jixiao.grid.statements import goals_in_lines, sums_of
from jixiao.grid.subject import Subject
from jixiao.grid.words import label_word, plain
from jixiao.grid.written import Levels, labels_in, read_written
from jixiao.model import Document, FilledForm, FormKind, FundLine, Goal, Indicator, Paragraph, Plan, Source, Table
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_money

MINIMUM = 2  # indicators a project must have
_NAMED = re.compile(r"项目(?:名称)?\s*[：:]\s*(?P<name>[^，,。；;：:]{2,60})")


@dataclass
class _Project:
    name: str | None
    source: Source
    funds: list[FundLine] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    confidence: float = 1.0


def read_paragraphs(document: Document, subject: Subject, forms: Sequence[FilledForm]) -> list[FilledForm]:
    """Return a form of each project that paragraphs describe with its indicators; nothing a table says already."""
    known = {plain(each.level3) for form in forms for plan in form.plans for each in plan.indicators}
    made = []
    for project in _projects(document, subject):
        new = [each for each in project.indicators if plain(each.level3) not in known]
        if len(new) < MINIMUM or len(new) < len(project.indicators):
            continue
        plan = Plan(
            source=project.source,
            project=project.name,
            funds=tuple(project.funds[:1]),
            goals=tuple(project.goals),
            indicators=tuple(new),
            confidence=Decimal(str(project.confidence)),
            doubts=(WORDS["unnamed-project"],) if project.confidence < SURE else (),
        )
        made.append(
            FilledForm(
                kind=FormKind.PROJECT_APPLICATION,
                specification="项目绩效目标公示（文字式）",
                title="",
                source=project.source,
                plans=(plan,),
                fiscal_year=subject.year,
                department=subject.office.name,
            )
        )
    return made


def _projects(document: Document, subject: Subject) -> list[_Project]:
    offices = [subject.office.name] if subject.office.name else []
    projects: list[_Project] = []
    levels = Levels()
    for block in document.blocks:
        if isinstance(block, Table):
            levels = Levels()
            continue
        text = join_wraps(block.text)
        heading = None if labels_in(text) else project_in_heading(block.text, offices)
        named = _NAMED.match(text)
        if heading or named:
            projects.append(_Project(named["name"].strip() if named else heading, _source(block)))
            levels = Levels()
        found, levels = read_written(block.text, levels)
        if found and not projects:
            projects.append(_untitled(document, block, offices))
        if projects:
            _add(projects[-1], block, found, subject)
    return projects


def _add(project: _Project, block: Paragraph, found: Sequence[object], subject: Subject) -> None:
    source = _source(block)
    project.indicators += written_out(found, source, subject.year)  # type: ignore[arg-type]
    if found:
        return
    if not project.indicators:
        project.goals += goals_in_lines([block])
    if not project.funds and not project.indicators:
        project.funds += _funds(block)


def _funds(block: Paragraph) -> list[FundLine]:
    """Return the sum a heading or sentence states: in brackets behind a name, or behind a word of money."""
    for label, text in sums_of(block.text):
        if not label.strip() or label_word(label).of("money") >= 1.5:
            return [FundLine("total", "项目资金", _source(block), amount=parse_money(text))]
    return []


def _untitled(document: Document, first: Paragraph, offices: Sequence[str]) -> _Project:
    """Return the one project of a text without headings: named by a sentence, else by the title."""
    before: list[Paragraph] = []
    for block in document.blocks:
        if block is first:
            break
        if isinstance(block, Paragraph):
            before.append(block)
    name = next((found for each in before if (found := project_in_sentence(each.text))), None)
    name = name or next((found for each in before[:3] if (found := project_in_title(each.text, offices))), None)
    project = _Project(name, _source(first), confidence=0.85)
    for each in before:
        project.funds += _funds(each) if not project.funds else []
    return project


def _source(block: Paragraph) -> Source:
    return Source(None, block.place.line, block.text, block.place.page, block.place.where)
