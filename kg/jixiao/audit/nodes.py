"""Know the IRI of every record of a document, and the record of every IRI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jixiao.ids import Key
from jixiao.lifting.figures import lift_fact, lift_money_table
from jixiao.lifting.forms import lift_form
from jixiao.lifting.scope import Scope
from jixiao.model import (
    Evaluation,
    FilledForm,
    FundLine,
    Goal,
    Indicator,
    LinkedRecords,
    ManagementItem,
    MoneyTable,
    Plan,
    Project,
    ProseFact,
    Source,
    Task,
)

Record = (
    FilledForm
    | Plan
    | FundLine
    | Goal
    | Task
    | Indicator
    | ManagementItem
    | Evaluation
    | MoneyTable
    | ProseFact
    | Project
)


class Nodes(Scope):
    """Pair the records of a document with the IRIs that lifting mints for them.

    Lifting mints one node a record, in the order of the records; running it again over forms, tables and facts gives
    the same IRIs without knowing what keys they are made of.
    """

    def __init__(self, linked: LinkedRecords, base_iri: str) -> None:
        self._minted: defaultdict[str, list[str]] = defaultdict(list)
        super().__init__(linked, base_iri)
        records = linked.records
        for index, form in enumerate(records.forms):
            lift_form(self, index, form)
        for table in records.money_tables:
            lift_money_table(self, replace(table, amounts=()))
        for fact in records.facts:
            lift_fact(self, fact)
        self._iris: dict[int, str] = {}
        self._records: dict[str, Record] = {}
        for kind, found in _in_order(records.forms):
            self._pair(kind, found)
        self._pair("money", records.money_tables)
        self._pair("fact", records.facts)
        for project in linked.projects:
            self._know(project, self.projects[project.key])

    def mint(self, kind: str, source: Source | None, *keys: Key) -> str:
        """Mint as lifting does, and remember."""
        node = super().mint(kind, source, *keys)
        self._minted[kind].append(node)
        return node

    def _pair(self, kind: str, records: Iterable[Record]) -> None:
        for record, node in zip(records, self._minted[kind], strict=True):
            self._know(record, node)

    def _know(self, record: Record, node: str) -> None:
        self._iris[id(record)] = node
        self._records[node] = record

    def iri(self, record: Record | None) -> str:
        """Return the IRI of a record, the document's for None."""
        return self.document if record is None else self._iris[id(record)]

    def record(self, iri: str) -> Record | None:
        """Return the record of an IRI, None for the document and what is no record."""
        return self._records.get(iri)


def _in_order(forms: Iterable[FilledForm]) -> Iterator[tuple[str, list[Record]]]:
    forms = list(forms)
    plans = [plan for form in forms for plan in form.plans]
    yield "form", list(forms)
    yield "plan", list(plans)
    yield "fund", [each for plan in plans for each in plan.funds]
    yield "goal", [each for plan in plans for each in plan.goals]
    yield "task", [each for plan in plans for each in plan.tasks]
    yield "indicator", [each for plan in plans for each in plan.indicators]
    yield "management", [each for plan in plans for each in plan.management]
    yield "evaluation", [plan.evaluation for plan in plans if plan.evaluation]
