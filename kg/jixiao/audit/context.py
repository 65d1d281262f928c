"""Hold what the rules look at: one document's records by plan and indicator, its facts, its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Protocol

from jixiao.audit.compared import compared_cells
from jixiao.audit.figures import Named, fill, write_number, written
from jixiao.audit.registry import SEVERITIES, rules
from jixiao.audit.settings import AuditSettings
from jixiao.audit.units import value_of
from jixiao.audit.wording import says, words
from jixiao.lifting.codes import levels_of
from jixiao.lifting.graph import LiftedRecords
from jixiao.lifting.nodes import Record
from jixiao.model import (
    Document,
    Evaluation,
    FilledForm,
    Finding,
    FormKind,
    FundLine,
    Indicator,
    Paragraph,
    Period,
    Place,
    Plan,
    Project,
    ProseFact,
    Severity,
    Source,
    Target,
    TargetKind,
)
from jixiao.text.folding import fold_name
from jixiao.text.names import strip_item_prefix
from jixiao.vocab import concept

OUTPUTS = frozenset({"output", "quantity", "quality", "timeliness"})
"""Dimensions of what a project puts out."""
_LEVEL = concept("level", "")
SURE = Decimal("0.9")
"""Confidence from which on a row is taken to be read right: what is read in doubt is no certain error."""
_SHIFTED = frozenset({"no-value", "shifted-cells", "far-shifted-cells"})
_NAMES = frozenset({"indicator", "names", "project", "level"})  # places of messages that are no figures
_OPPOSITE = {"≤": "≥", "<": "≥", "≥": "≤", ">": "≤"}
_EVALUATIONS = frozenset({FormKind.PROJECT_SELF_EVALUATION, FormKind.DEPARTMENT_SELF_EVALUATION})


@cache
def _dimensions() -> Mapping[str, str]:
    """Return the dimension of each level key."""
    return {key: name for name, keys in words()["dimensions"].items() for key in keys}


class Sourced(Protocol):
    """Hold the place where something is printed."""

    @property
    def source(self) -> Source | None:
        """Return the printed row."""


class Shown(Named, Sourced, Protocol):
    """Hold a printed name and where it is printed."""


Evidence = Sourced | Source | None
Findings = Iterator[Finding]


@dataclass(frozen=True, slots=True)
class AuditedIndicator:
    """Hold one indicator with its plan and its dimension, which its levels (``ontology/codes/levels.csv``) say.

    ``dimension`` is quantity, quality, timeliness, cost, output, benefit, satisfaction, task or management.
    """

    plan: Plan
    indicator: Indicator
    dimension: str | None

    @property
    def name(self) -> str:
        """Return the printed name without wraps and item numbers."""
        return self.indicator.level3

    @property
    def target(self) -> Target | None:
        """Return the target, None where none is printed."""
        return self.indicator.target

    @property
    def target_text(self) -> str:
        """Return the printed target without item numbers, empty for none."""
        if self.target is None:
            return ""
        return strip_item_prefix(self.target.text)

    @property
    def is_qualitative(self) -> bool:
        """Tell whether the target is words."""
        return self.target is not None and self.target.kind == TargetKind.QUALITATIVE

    @property
    def source(self) -> Source:
        """Return the printed row."""
        return self.indicator.source


@dataclass(frozen=True, slots=True)
class AuditedPlan:
    """Hold one plan with its form and its indicators."""

    form: FilledForm
    plan: Plan
    indicators: tuple[AuditedIndicator, ...]

    @property
    def of_department(self) -> bool:
        """Tell whether the form is the department's own."""
        return self.form.kind.startswith("department")

    @property
    def is_evaluation(self) -> bool:
        """Tell whether the form reports results."""
        return self.form.kind in _EVALUATIONS

    @property
    def project(self) -> str:
        """Return the printed name of the project, empty for none."""
        return self.plan.project or ""

    @property
    def source(self) -> Source:
        """Return the row where the plan begins."""
        return self.plan.source

    @property
    def evaluation(self) -> Evaluation:
        """Return the totals of an evaluation, without any where none is printed."""
        return self.plan.evaluation or Evaluation()

    @property
    def note(self) -> str:
        """Return the note on scoring below the form, empty for none."""
        return self.evaluation.scoring_note or ""

    @property
    def span(self) -> str:
        """Return from when to when a project runs, as printed: in two cells, or in one."""
        printed = self.plan.attributes
        start, end = printed.get("start"), printed.get("end")
        if start and end:
            return f"{start}至{end}"
        return printed.get("term", "")

    def fund(self, name: str = "total", period: Period = Period.ANNUAL) -> FundLine | None:
        """Return the line of the money block for a fund."""
        for line in self.plan.funds:
            if line.fund == name and line.period == period:
                return line
        return None

    def money(self, period: Period = Period.ANNUAL) -> Decimal | None:
        """Return what a plan may spend, in yuan: the amount of a target form, the budget of an evaluation."""
        line = self.fund("total", period)
        if line is None:
            return None
        return line.amount or line.adjusted or line.initial

    def of_period(self, period: Period) -> tuple[AuditedIndicator, ...]:
        """Return the indicators of one period."""
        return tuple(row for row in self.indicators if row.indicator.period == period)

    @property
    def annual(self) -> tuple[AuditedIndicator, ...]:
        """Return the indicators of the year, those of the whole term where the form has no others."""
        return self.of_period(Period.ANNUAL) or self.indicators


@dataclass(frozen=True, slots=True)
class Text:
    """Hold one printed piece of the document: a paragraph, or a row of a table (its number)."""

    text: str
    source: Source


Focus = Record | AuditedIndicator | AuditedPlan | None
"""What a finding is on; None is the document."""


class DocumentAudit:
    """Offer the rules one document; ``document`` is its text, None where only records are at hand."""

    def __init__(self, lifted: LiftedRecords, document: Document | None, settings: AuditSettings) -> None:
        self.linked = lifted.linked
        self.records = lifted.linked.records
        self.document = document
        self.settings = settings
        self.nodes = lifted.nodes
        self._texts_with: dict[str, tuple[Text, ...]] = {}
        self._owners = {id(record): (form, plan) for form, plan, record in self._owned()}

    def _owned(self) -> Iterator[tuple[FilledForm, Plan | None, Record]]:
        """Yield every record that hangs on a form, with its form and plan."""
        for form in self.records.forms:
            yield form, None, form
            for plan in form.plans:
                held: Iterable[Record] = (*plan.funds, *plan.goals, *plan.tasks, *plan.indicators, *plan.management)
                yield from ((form, plan, record) for record in (plan, *held))
                if plan.evaluation:
                    yield form, plan, plan.evaluation

    # ------------------------------------------------------------ what the document holds

    @cached_property
    def all_plans(self) -> tuple[AuditedPlan, ...]:
        """Return every plan in reading order, reprints too."""
        found: list[AuditedPlan] = []
        for form in self.records.forms:
            for plan in form.plans:
                rows = tuple(_audited(plan, indicator) for indicator in plan.indicators)
                found.append(AuditedPlan(form, plan, rows))
        return tuple(found)

    @cached_property
    def plans(self) -> tuple[AuditedPlan, ...]:
        """Return every plan once: a form printed again says nothing new."""
        return tuple(plan for plan in self.all_plans if plan.form.printing == 1)

    @cached_property
    def project_plans(self) -> tuple[AuditedPlan, ...]:
        """Return the plans that are not the department's own."""
        return tuple(plan for plan in self.plans if not plan.of_department)

    @cached_property
    def department_plans(self) -> tuple[AuditedPlan, ...]:
        """Return the department's own plans."""
        return tuple(plan for plan in self.plans if plan.of_department)

    @cached_property
    def evaluations(self) -> tuple[AuditedPlan, ...]:
        """Return the plans that report results."""
        return tuple(plan for plan in self.plans if plan.is_evaluation)

    @cached_property
    def indicators(self) -> tuple[AuditedIndicator, ...]:
        """Return every indicator, in reading order."""
        return tuple(row for plan in self.plans for row in plan.indicators)

    @cached_property
    def _audited(self) -> Mapping[int, AuditedIndicator]:
        """Return the audited indicator of each record."""
        return {id(row.indicator): row for plan in self.all_plans for row in plan.indicators}

    def audited(self, indicator: Indicator) -> AuditedIndicator:
        """Return an indicator of the document as the rules see it."""
        return self._audited[id(indicator)]

    @cached_property
    def evaluated(self) -> tuple[AuditedIndicator, ...]:
        """Return the indicators of the plans that report results."""
        return tuple(row for plan in self.evaluations for row in plan.indicators)

    @cached_property
    def indicators_once(self) -> tuple[AuditedIndicator, ...]:
        """Return every indicator once: where the year's row repeats that of the whole term, only the first of both."""
        found: dict[tuple[object, ...], AuditedIndicator] = {}
        for row in self.indicators:
            key = (id(row.plan), row.source.line, row.indicator.level2, fold_name(row.name), row.target_text)
            found.setdefault(key, row)
        return tuple(found.values())

    def project_of(self, plan: AuditedPlan) -> Project | None:
        """Return the project a plan is of."""
        key = self._project_keys.get(id(plan.plan))
        for project in self.linked.projects:
            if project.key == key:
                return project
        return None

    @cached_property
    def planned_projects(self) -> frozenset[str]:
        """Return the keys of the projects that have a plan of their own."""
        keys = (self._project_keys.get(id(plan.plan)) for plan in self.project_plans)
        return frozenset(key for key in keys if key)

    @cached_property
    def _project_keys(self) -> Mapping[int, str]:
        """Return the project's key by plan."""
        forms = self.records.forms
        return {id(forms[form].plans[plan]): key for (form, plan), key in self.linked.plan_projects.items()}

    def facts(self, *kinds: str) -> tuple[ProseFact, ...]:
        """Return the figures of the running text of some kinds, but those that are about another figure."""
        return tuple(fact for fact in self.records.facts if fact.kind in kinds and fact.subject is None)

    def is_of_year(self, fact: ProseFact) -> bool:
        """Tell whether a figure of the text is one of the document's own year."""
        return fact.year in (None, self.records.fiscal_year)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Return every paragraph and table row of the document, in reading order."""
        if self.document is None:
            return ()
        found: list[Text] = []
        for block in self.document.blocks:
            if isinstance(block, Paragraph):
                found.append(_text(None, block.place, block.text))
            else:
                found += [_text(block.index, row.place, row.text) for row in block.rows]
        return tuple(found)

    def texts_with(self, word: str) -> tuple[Text, ...]:
        """Return the paragraphs and rows that hold a word."""
        if word not in self._texts_with:
            self._texts_with[word] = tuple(each for each in self.texts if word in each.text)
        return self._texts_with[word]

    def text_below(self, line: int) -> Text | None:
        """Return the first paragraph or row below a line."""
        index = bisect_right(self.texts, line, key=lambda each: each.source.line)
        return self.texts[index] if index < len(self.texts) else None

    def noted(self, row: AuditedIndicator) -> str:
        """Return the note on scoring below the form of an indicator, empty for none."""
        return (row.plan.evaluation and row.plan.evaluation.scoring_note) or ""

    def threshold(self, rule: str, name: str) -> Decimal:
        """Return a threshold of a rule, the office's own where it sets one."""
        return self.settings.threshold(rule, name)

    # ------------------------------------------------------------ what is said of it

    def finding(
        self,
        rule: str,
        at: Focus,
        *,
        variant: str = "",
        severity: Severity | None = None,
        about: Collection[Shown] = (),
        evidence: Sequence[Evidence] = (),
        **values: object,
    ) -> Finding:
        """Return a finding of a rule on a record (None: on the document); ``values`` fill its message.

        The record's own row is the first piece of evidence where it has one; a plan's only where nothing else is.
        Places that need not be given: indicator, target, actual, weight, score, project or printed figure of the
        record, count and names of what the finding is ``about`` (which is evidence too), and the difference of
        ``one`` and ``other``.
        """
        message = rules()[rule].messages[variant]
        thresholds = {name: self.threshold(rule, name) for name in rules()[rule].thresholds}
        places: dict[str, object] = {**_places(at), **thresholds, "count": len(about), "names": about, **values}
        one, other = values.get("one"), values.get("other")
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            places["difference"] = abs(one - other)
        said = (fill(message.zh, places), fill(message.en, places))
        told = written(message.zh, places, but=_NAMES)
        return self.stated(rule, at, severity or message.severity, said, (*about, *evidence), variant, places, told)

    def stated(
        self,
        rule: str,
        at: Focus,
        severity: Severity,
        said: tuple[str, str],
        evidence: Sequence[Evidence] = (),
        variant: str = "",
        places: Mapping[str, object] | None = None,
        told: str = "",
    ) -> Finding:
        """Return a finding whose sentences (Chinese, English) are written already; ``places`` fill its remedy.

        ``told`` are the figures it speaks of, those of its sentence where nothing is given.
        """
        remedy, filled = rules()[rule].remedy(variant), places or _places(at)
        record = _record(at)
        form, plan = self._owners.get(id(record), (None, None))
        sure = not self._is_doubted(at) if isinstance(at, AuditedIndicator) else _is_sure(plan, *evidence)
        if not sure:
            severity = max(severity, Severity.WARNING, key=SEVERITIES.index)
        project = plan.project if plan else None
        if isinstance(record, Project):
            project = record.name
        rows = tuple(_printed_rows(record, evidence))
        return Finding(
            rule=rule,
            severity=severity,
            focus=self.nodes.iri(record),
            message=said[0],
            message_en=said[1],
            fix=fill(remedy.zh, filled),
            fix_en=fill(remedy.en, filled),
            document=self.records.name,
            department=self._department(form),
            project=project,
            indicator=record.level3 if isinstance(record, Indicator) else None,
            evidence=rows,
            compared=compared_cells(rows, (record, *evidence), told or said[0], adds_up=rules()[rule].adds_up),
        )

    def _is_doubted(self, row: AuditedIndicator) -> bool:
        """Tell whether a row may have been read wrongly; one without a value is doubted where a cell was left over."""
        if row.target is not None:
            return row.indicator.confidence < SURE
        if not _is_blank_for_sure(row):
            return True
        issues = self.records.issues
        if any(each.code == "formula-without-value" for each in issues):
            return True
        return any(each.source and each.source.line == row.source.line for each in issues)

    def _department(self, form: FilledForm | None) -> str | None:
        """Return the name of a form's department as linking knows it, else the document's own."""
        printed = form.department if form else None
        if printed:
            for each in self.linked.departments:
                if printed == each.name or printed in each.aliases:
                    return each.name
        own = self.linked.department
        return own.name if own else printed


def _printed_rows(record: Record | None, evidence: Sequence[Evidence]) -> dict[Source, None]:
    """Return the rows a finding rests on, each once; where a plan begins is one only where nothing else is."""
    own = () if evidence and isinstance(record, Plan) else (record,)
    rows = (row if isinstance(row, Source) else getattr(row, "source", None) for row in (*own, *evidence))
    return dict.fromkeys(row for row in rows if row is not None)


def _is_sure(*read: object) -> bool:
    """Tell whether everything that money, a total or a plan is judged by was read with confidence."""
    held = [getattr(each, "amount", each) if not isinstance(each, FundLine) else each for each in read]
    return all(getattr(each, "confidence", SURE) >= SURE for each in held)


def _is_blank_for_sure(row: AuditedIndicator) -> bool:
    """Tell whether a row without a value is one: its cells were only shifted, its name measures or does something."""
    repairs = set(row.indicator.repairs)
    named = not repairs or any(says(pattern, row.name) for pattern in ("acts", "measured", "time", "money"))
    return named and repairs <= _SHIFTED and not says("names_value", row.name)


def _record(at: Focus) -> Record | None:
    """Return the record a finding is on."""
    if isinstance(at, AuditedIndicator):
        return at.indicator
    if isinstance(at, AuditedPlan):
        return at.plan
    return at


def _places(at: Focus) -> Mapping[str, object]:
    """Return what every message on a record may say."""
    if isinstance(at, AuditedIndicator):
        row = at.indicator
        return {
            "indicator": at.name,
            "level": row.level2 or row.level1 or "",
            "target": at.target_text,
            "unit": row.target and row.target.unit,
            "actual": row.actual_text,
            "progress": row.progress_text,
            "likelihood": row.likelihood or row.actual_text,
            "weight": row.weight,
            "score": row.score,
            **_turned(row.target),
        }
    if isinstance(at, AuditedPlan):
        return {"project": at.project}
    if isinstance(at, Project):
        return {"project": at.name}
    if isinstance(at, ProseFact):
        return {"printed": at.text}
    return {}


def _turned(target: Target | None) -> Mapping[str, str]:
    """Return a target with its comparator turned round, and as a ceiling."""
    number = value_of(target)
    if target is None or number is None:
        return {"right": "", "ceiling": ""}
    written = f"{write_number(number)}{target.unit or ''}"
    return {"right": f"{_OPPOSITE.get(target.comparator or '', '≥')}{written}", "ceiling": f"≤{written}"}


def _text(table: int | None, place: Place, text: str) -> Text:
    """Return a printed piece with its place."""
    return Text(text, Source(table, place.line, text, place.page, place.where))


def _audited(plan: Plan, indicator: Indicator) -> AuditedIndicator:
    """Return an indicator with the dimension of its levels, the second before the first."""
    for level in reversed(levels_of(indicator.level1, indicator.level2)):
        dimension = _dimensions().get((level or "").removeprefix(_LEVEL))
        if dimension:
            return AuditedIndicator(plan, indicator, dimension)
    return AuditedIndicator(plan, indicator, None)


def of_phase(facts: Sequence[ProseFact], *phases: str | None) -> ProseFact | None:
    """Return the first of several figures of the text that is of one of some phases."""
    for fact in facts:
        if fact.phase in phases:
            return fact
    return None
