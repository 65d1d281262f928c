"""Hold what the rules look at: one document's records by plan and indicator, its facts, its text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from jixiao.audit.figures import fill, plain
from jixiao.audit.nodes import Nodes, Record
from jixiao.audit.registry import rules
from jixiao.audit.settings import AuditSettings
from jixiao.lifting.codes import levels
from jixiao.model import (
    Document,
    FilledForm,
    Finding,
    FormKind,
    FundLine,
    Indicator,
    LinkedRecords,
    Paragraph,
    Period,
    Place,
    Plan,
    Project,
    ProseFact,
    Severity,
    Source,
)
from jixiao.text.folding import fold_name
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.vocab import concept

_LEVEL = concept("level", "")
_CONTACT = re.compile(r"((?:填表人|负责人|联系人|经办人|联系电话|联系方式|电话)[^\t:：\n]*)([:：\s]+)([^\t\n]+)")


@cache
def words() -> Mapping[str, Any]:
    """Return the closed words the rules go by (``words.toml``)."""
    return tomllib.loads(files("jixiao.audit").joinpath("words.toml").read_text("utf-8"))


@cache
def _dimensions() -> Mapping[str, str]:
    return {key: name for name, keys in words()["dimensions"].items() for key in keys}


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one indicator with its form and plan, its level keys (``ontology/codes/levels.csv``) and its dimension.

    ``dimension`` is quantity, quality, timeliness, cost, output, benefit, satisfaction, task or management.
    """

    form: FilledForm
    plan: Plan
    indicator: Indicator
    level1: str | None
    level2: str | None
    dimension: str | None

    @property
    def name(self) -> str:
        """Return the printed name without wraps and item numbers."""
        return self.indicator.level3

    @property
    def target_text(self) -> str:
        """Return the printed target without item numbers, empty for none."""
        target = self.indicator.target
        return strip_item_prefix(target.text) if target else ""


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """Hold one plan with its form and its indicators."""

    form: FilledForm
    plan: Plan
    entries: tuple[Entry, ...]

    @property
    def of_department(self) -> bool:
        """Tell whether the form is the department's own."""
        return self.form.kind.startswith("department")

    @property
    def is_evaluation(self) -> bool:
        """Tell whether the form reports results."""
        return self.form.kind in (FormKind.PROJECT_SELF_EVALUATION, FormKind.DEPARTMENT_SELF_EVALUATION)

    def fund(self, name: str = "total", period: Period = Period.ANNUAL) -> FundLine | None:
        """Return the line of the money block for a fund."""
        return next((line for line in self.plan.funds if line.fund == name and line.period == period), None)

    def of_period(self, period: Period) -> tuple[Entry, ...]:
        """Return the indicators of one period."""
        return tuple(entry for entry in self.entries if entry.indicator.period == period)


@dataclass(frozen=True, slots=True)
class Text:
    """Hold one printed piece of the document: a paragraph, or a row of a table (its number)."""

    text: str
    source: Source


class DocumentAudit:
    """Offer the rules one document; ``document`` is its text, None where only records are at hand."""

    def __init__(
        self, linked: LinkedRecords, document: Document | None, base_iri: str, settings: AuditSettings
    ) -> None:
        self.linked = linked
        self.records = linked.records
        self.document = document
        self.settings = settings
        self.nodes = Nodes(linked, base_iri)
        self._owners = {id(record): (form, plan) for form, plan, record in self._owned()}

    def _owned(self) -> Iterator[tuple[FilledForm, Plan | None, Record]]:
        for form in self.records.forms:
            yield form, None, form
            for plan in form.plans:
                held: Iterable[Record] = (*plan.funds, *plan.goals, *plan.tasks, *plan.indicators, *plan.management)
                yield from ((form, plan, record) for record in (plan, *held))
                if plan.evaluation:
                    yield form, plan, plan.evaluation

    @cached_property
    def plans(self) -> tuple[PlanEntry, ...]:
        """Return every plan once, in reading order: a form printed again says nothing new."""
        return tuple(plan for plan in self.all_plans if plan.form.printing == 1)

    @cached_property
    def all_plans(self) -> tuple[PlanEntry, ...]:
        """Return every plan, reprints too."""
        return tuple(
            PlanEntry(form, plan, tuple(_entry(form, plan, each) for each in plan.indicators))
            for form in self.records.forms
            for plan in form.plans
        )

    @cached_property
    def entries_once(self) -> tuple[Entry, ...]:
        """Return every indicator once: where the year's row repeats that of the whole term, only the first of both."""
        found: dict[tuple[object, ...], Entry] = {}
        for entry in self.entries:
            row = entry.indicator
            key = (id(entry.plan), row.source.line, row.level2, fold_name(entry.name), entry.target_text)
            found.setdefault(key, entry)
        return tuple(found.values())

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Return every indicator, in reading order."""
        return tuple(entry for plan in self.plans for entry in plan.entries)

    def project_of(self, plan: PlanEntry) -> str | None:
        """Return the key of the project a plan is of."""
        return self._project_keys.get(id(plan.plan))

    @cached_property
    def _project_keys(self) -> Mapping[int, str]:
        forms = self.records.forms
        return {id(forms[form].plans[plan]): key for (form, plan), key in self.linked.plan_projects.items()}

    def facts(self, *kinds: str, subject: str | None = None) -> tuple[ProseFact, ...]:
        """Return the figures of the running text of some kinds."""
        return tuple(fact for fact in self.records.facts if fact.kind in kinds and fact.subject in (subject, None))

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Return every paragraph and table row of the document, in reading order, without names of contact persons."""
        found: list[Text] = []
        for block in self.document.blocks if self.document else ():
            if isinstance(block, Paragraph):
                found.append(_text(None, block.place, block.text))
            else:
                found += [_text(block.index, row.place, row.text) for row in block.rows]
        return tuple(found)

    def threshold(self, rule: str, name: str) -> Decimal:
        """Return a threshold of a rule, the office's own where it sets one."""
        return self.settings.threshold(rule, name)

    def finding(
        self,
        rule: str,
        at: Record | None,
        *,
        variant: str = "",
        severity: Severity | None = None,
        evidence: Sequence[Source | None] = (),
        **values: object,
    ) -> Finding:
        """Return a finding of a rule on a record (None: on the document); ``values`` fill its message.

        The record's own row is the first piece of evidence where it has one.
        """
        described = rules()[rule]
        message = described.messages[variant]
        texts = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in values.items()}
        said = (fill(message.zh, texts), fill(message.en, texts))
        return self.stated(rule, at, severity or described.severity, said, evidence)

    def stated(
        self,
        rule: str,
        at: Record | None,
        severity: Severity,
        said: tuple[str, str],
        evidence: Sequence[Source | None] = (),
    ) -> Finding:
        """Return a finding whose sentences (Chinese, English) are written already."""
        form, plan = self._owners.get(id(at), (None, None))
        rows = dict.fromkeys(row for row in (getattr(at, "source", None), *evidence) if row is not None)
        project = plan.project if plan else at.name if isinstance(at, Project) else None
        return Finding(
            rule=rule,
            severity=severity,
            focus=self.nodes.iri(at),
            message=said[0],
            message_en=said[1],
            document=self.records.name,
            department=self._department(form),
            project=project,
            indicator=at.level3 if isinstance(at, Indicator) else None,
            evidence=tuple(rows),
        )

    def _department(self, form: FilledForm | None) -> str | None:
        printed = form.department if form else None
        if printed:
            for each in self.linked.departments:
                if printed == each.name or printed in each.aliases:
                    return each.name
        own = self.linked.department
        return own.name if own else printed


def _text(table: int | None, place: Place, text: str) -> Text:
    shown = _CONTACT.sub(r"\1\2（略）", text)
    return Text(shown, Source(table, place.line, shown, place.page, place.where))


def _entry(form: FilledForm, plan: Plan, indicator: Indicator) -> Entry:
    first, second = levels().resolve(indicator.level1, indicator.level2)
    level1 = first.removeprefix(_LEVEL) if first else None
    level2 = second.removeprefix(_LEVEL) if second else None
    dimension = _dimensions().get(level2 or "") or _dimensions().get(level1 or "")
    return Entry(form, plan, indicator, level1, level2, dimension)


def same_text(one: str | None, other: str | None) -> bool:
    """Tell whether two texts are the same but for blanks, width and punctuation at the end."""
    return bool(one) and bool(other) and fold_name(join_wraps(one or "")) == fold_name(join_wraps(other or ""))
