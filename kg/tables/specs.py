"""Describe the tables: their columns in order, and the property that fills a column directly.

``level3=rdfs:label`` is filled by that property of the row's node; a bare name is a column that the query names itself
(``NAME.rq``); a trailing ``*`` marks a column that holds a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.vocab import NAMESPACES

_SOURCE = "table page line source_text"
_PLAN = "document department fiscal_year=jx:year form=jx:formKind"
_PROJECT = f"{_PLAN} period=jx:period project project_code"

_COLUMNS = {
    "indicators": f"""
        {_PROJECT} level1=jx:level1Text level2=jx:level2Text level3=rdfs:label target_text=jx:targetText
        target_kind=jx:kind comparator=jx:comparator comparator_stated=jx:comparatorStated lower=jx:lowerBound
        lower_inclusive=jx:lowerInclusive upper=jx:upperBound upper_inclusive=jx:upperInclusive unit=jx:unitText
        due=jx:due explanation=jx:explanation actual_text=jx:actualText actual=jx:actual weight=jx:weight
        score=jx:score deviation_text=jx:deviationText deviation=jx:deviation reason=jx:reason {_SOURCE}
        repair*=jx:repair confidence=jx:confidence iri""",
    "documents": """
        document=jx:fileName title=rdfs:label kind=jx:documentKind department fiscal_year=jx:year
        published=dcterms:issued sha256=jx:sha256 tables=jx:tableCount rows issues=jx:issueCount iri""",
    "departments": """
        name=rdfs:label code=jx:departmentCode region_code=jx:region region_name=jx:regionName
        region_kind=jx:regionKind aliases*=skos:altLabel projects documents* iri""",
    "projects": """
        document name code department year=jx:year category=jx:category amount=jx:amount government_budget
        fiscal_appropriation special_account unit_funds other_funds carry_over aliases* joined_by*=jx:joinedBy
        found_in* project_iri=jx:project iri""",
    "tasks": f"""
        {_PLAN} task=rdfs:label content=jx:content amount=jx:amount achieved=jx:achieved projects* likely_projects*
        {_SOURCE} iri""",
    "goals": f"{_PROJECT} goal=rdfs:label achieved=jx:achieved {_SOURCE} iri",
    "funds": f"""
        {_PROJECT} fund=jx:fund label=rdfs:label amount=jx:amount initial=jx:initial adjusted=jx:adjusted
        executed=jx:executed rate=jx:rate weight=jx:weight score=jx:score {_SOURCE} iri""",
    "management": f"""
        {_PLAN} project project_code item=rdfs:label statement=jx:statement weight=jx:weight score=jx:score
        problem=jx:problem {_SOURCE} iri""",
    "evaluations": f"""
        {_PLAN} project project_code initial adjusted executed rate rate_weight rate_score fund_management* total
        total_weight grade scoring_note {_SOURCE} iri""",
    "amounts": f"""
        document department fiscal_year=jx:year table_kind=jx:tableKind table_title item_scheme=jx:itemScheme
        item_code=jx:itemCode item=jx:itemText column=jx:columnText side=jx:sideText fund=jx:fundText
        expenditure=jx:expenditureText is_total=jx:isTotal amount=jx:amount printed_text=jx:text {_SOURCE}
        repair*=jx:repair confidence=jx:confidence iri""",
    "facts": f"""
        document department year=jx:year kind=jx:factKind label=rdfs:label value=jx:value unit=jx:unitText
        printed_text=jx:text subject=jx:subject item=jx:itemText phase=jx:phase base_year=jx:baseYear group=jx:group
        part_of=jx:partOf {_SOURCE} iri""",
    "findings": """
        rule=jx:rule severity=sh:resultSeverity department=jx:departmentText project=jx:projectText
        indicator=jx:indicatorText message message_en document lines* evidence* focus=sh:focusNode iri""",
    "issues": f"document code=jx:code level=jx:issueLevel message message_en {_SOURCE} iri",
    "links": """
        document kind=jx:linkKind subject=jx:linkSubject subject_label object=jx:linkObject object_label
        score=jx:linkScore reason=jx:linkReason iri""",
}


@dataclass(frozen=True)
class TableSpec:
    """Describe one table: ``columns`` in order, ``lists`` among them, ``properties`` from IRI to column.

    ``by_document`` says that every row belongs to one document, so that the table can stream.
    """

    name: str
    columns: tuple[str, ...]
    lists: frozenset[str]
    properties: Mapping[str, str]
    by_document: bool

    @cached_property
    def query(self) -> str:
        """Return the SPARQL of the table over the whole store."""
        return (Path(__file__).parent / f"{self.name}.rq").read_text("utf-8")


def _spec(name: str, columns: str) -> TableSpec:
    namespaces = {namespace.prefix: namespace for namespace in NAMESPACES}
    names: list[str] = []
    lists: set[str] = set()
    properties: dict[str, str] = {}
    for token in columns.split():
        column, _, term = token.partition("=")
        names.append(column.removesuffix("*"))
        if column.endswith("*"):
            lists.add(names[-1])
        if term:
            prefix, _, local = term.partition(":")
            properties[namespaces[prefix][local]] = names[-1]
    return TableSpec(name, tuple(names), frozenset(lists), properties, name != "departments")


TABLES: Mapping[str, TableSpec] = {name: _spec(name, columns) for name, columns in _COLUMNS.items()}
