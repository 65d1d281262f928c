"""Lift records into quads: one named graph a document, deterministic, without blank nodes."""

from __future__ import annotations

from jixiao.lifting.entities import lift_department, lift_document, lift_project
from jixiao.lifting.figures import lift_fact, lift_money_table
from jixiao.lifting.findings import lift_findings
from jixiao.lifting.forms import lift_form
from jixiao.lifting.graph import LiftedGraph, LiftedRecords
from jixiao.lifting.links import lift_link
from jixiao.lifting.scope import Scope
from jixiao.lifting.sources import CellPlaces
from jixiao.model import LinkedRecords


def lift(linked: LinkedRecords, *, base_iri: str, places: CellPlaces | None = None) -> LiftedRecords:
    """Lift one document's records into the named graph of its name, its issues last.

    The graph is keyed by the name, so that a corrected file replaces what its earlier version said. The same records
    give the same bytes. ``places`` tells where the cells of printed rows stand.
    Raises ``UsageError`` for a base that is no IRI, ``GraphError`` for what no graph can hold.
    """
    scope = Scope(linked, base_iri, places)
    lift_document(scope)
    for department in scope.all_departments():
        lift_department(scope, department)
    for project in linked.projects:
        lift_project(scope, project)
    for index, form in enumerate(linked.records.forms):
        lift_form(scope, index, form)
    for table in linked.records.money_tables:
        lift_money_table(scope, table)
    for fact in linked.records.facts:
        lift_fact(scope, fact)
    for link in linked.links:
        lift_link(scope, link)
    return LiftedRecords(scope)


__all__ = ["LiftedGraph", "LiftedRecords", "lift", "lift_findings"]
