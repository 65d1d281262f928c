"""Find what is the same in several documents: departments under two keys, projects of several years.

Everything is computed from the stored graphs, so that the result does not depend on the order of lifting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Any, Protocol

from jixiao.linking.matching import Match
from jixiao.linking.naming import (
    ProjectName,
    is_cut,
    is_part,
    likeness,
    project_name,
    same_but_for_frame,
    same_but_for_remark,
    same_work,
)
from jixiao.linking.owners import owner_names
from jixiao.model import Link
from jixiao.prose.offices import canonical_core, regions_agree, same_office, take_apart
from jixiao.vocab import JX, RDFS, SKOS

SAME_DEPARTMENT = "same-department"
SAME_PROJECT = "same-project"
_SURE_OFFICE = Decimal("0.9")
_LIKE = Decimal("0.9")
_LONG = 8

_DEPARTMENTS = f"""
SELECT ?department ?name ?region WHERE {{
  ?department a <{JX.Department}> ; <{RDFS.label}>|<{SKOS.altLabel}> ?name .
  OPTIONAL {{ ?department <{JX.region}> ?region }}
}}"""
_PROJECTS = f"""
SELECT ?project ?department ?document ?year ?amount ?name WHERE {{
  ?entry a <{JX.ProjectEntry}> ; <{JX.project}> ?project ; <{JX.department}> ?department ; <{JX.document}> ?document .
  ?project <{RDFS.label}> ?name .
  OPTIONAL {{ ?entry <{JX.year}> ?year }} OPTIONAL {{ ?entry <{JX.amount}> ?amount }}
}}"""


class Answering(Protocol):
    """Answer SPARQL queries, as every store does."""

    def query(self, sparql: str, /) -> Any:
        """Return solutions whose terms have a ``value``."""


@dataclass(slots=True)
class _Department:
    iri: str
    names: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)

    @property
    def full(self) -> str:
        """Return the name with the longest region: the official one."""
        return max(self.names, key=lambda name: (len(take_apart(name).region), len(name), name))


@dataclass(slots=True)
class _Project:
    iri: str
    department: str
    names: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    amounts: set[Decimal] = field(default_factory=set)
    spelt: tuple[ProjectName, ...] = ()


def link_across(store: Answering) -> tuple[Link, ...]:
    """Return which departments and projects of different documents are one, with score and reason in Chinese.

    Both ends are IRIs. Projects are compared within one department; two projects of one document are never one, nor
    are two that cite other document numbers or parts. Equal keys are one node already and need no link.
    """
    departments = _read_departments(store)
    same = _same_departments(departments)
    home = _homes(departments, same)
    return tuple(sorted((*same, *_same_projects(_read_projects(store, departments), home)), key=_order))


def _order(link: Link) -> tuple[str, str, str]:
    return link.kind, link.subject, link.object


# ---------------------------------------------------------------- departments


def _read_departments(store: Answering) -> dict[str, _Department]:
    found: dict[str, _Department] = {}
    for row in store.query(_DEPARTMENTS):
        iri = row["department"].value
        department = found.setdefault(iri, _Department(iri))
        department.names.add(row["name"].value)
        if row["region"] is not None:
            department.regions.add(row["region"].value)
    return found


def _same_departments(departments: Mapping[str, _Department]) -> list[Link]:
    blocks: defaultdict[str, list[_Department]] = defaultdict(list)
    for iri in sorted(departments):
        for name in departments[iri].names:
            blocks[canonical_core(take_apart(name).core)].append(departments[iri])
    matches: dict[tuple[str, str], Match] = {}
    for block in blocks.values():
        for one, other in combinations({each.iri: each for each in block}.values(), 2):
            if match := _match_departments(one, other):
                matches[one.iri, other.iri] = match
    # 鼓楼区民政局 without a code could be that of several cities: then it is none of them.
    rivals: defaultdict[str, set[str]] = defaultdict(set)
    for one_iri, other_iri in matches:
        rivals[one_iri] |= departments[other_iri].regions
        rivals[other_iri] |= departments[one_iri].regions
    return [
        Link(SAME_DEPARTMENT, one_iri, other_iri, match.score, match.reason)
        for (one_iri, other_iri), match in sorted(matches.items())
        if len(rivals[one_iri]) <= 1 and len(rivals[other_iri]) <= 1
    ]


def _match_departments(one: _Department, other: _Department) -> Match | None:
    if one.regions and other.regions and not one.regions & other.regions:
        return None
    if not regions_agree(take_apart(one.full).region, take_apart(other.full).region):
        return None
    pairs = [
        (a, b) for a in sorted(one.names) for b in sorted(other.names) if take_apart(a).region or take_apart(b).region
    ]
    found = [same for a, b in pairs if (same := same_office(a, b)) and same[0] >= _SURE_OFFICE]
    return Match(*max(found)) if found else None


def _homes(departments: Mapping[str, _Department], links: Iterable[Link]) -> dict[str, str]:
    """Return the first IRI of the departments that are one, by the IRI of each."""
    home = {iri: iri for iri in departments}
    for link in links:
        a, b = sorted((home[link.subject], home[link.object]))
        home = {iri: a if first == b else first for iri, first in home.items()}
    return home


# ---------------------------------------------------------------- projects


def _read_projects(store: Answering, departments: Mapping[str, _Department]) -> list[_Project]:
    found: dict[str, _Project] = {}
    for row in store.query(_PROJECTS):
        iri = row["project"].value
        project = found.setdefault(iri, _Project(iri, row["department"].value))
        project.names.add(row["name"].value)
        project.documents.add(row["document"].value)
        if row["year"] is not None:
            project.years.add(row["year"].value)
        if row["amount"] is not None:
            project.amounts.add(Decimal(row["amount"].value))
    owners = {iri: owner_names(department.names) for iri, department in departments.items()}
    for project in found.values():
        owned = owners.get(project.department, ())
        project.spelt = tuple(project_name(name, owned) for name in sorted(project.names))
    return [found[iri] for iri in sorted(found)]


def _same_projects(projects: Sequence[_Project], home: Mapping[str, str]) -> list[Link]:
    blocks: defaultdict[str, list[_Project]] = defaultdict(list)
    for project in projects:
        blocks[home.get(project.department, project.department)].append(project)
    links: list[Link] = []
    for department in sorted(blocks):
        scored = [
            (match.score, one, other, match)
            for one, other in combinations(blocks[department], 2)
            if not one.documents & other.documents and (match := _match_projects(one, other))
        ]
        scored.sort(key=lambda entry: (-entry[0], entry[1].iri, entry[2].iri))
        taken: set[tuple[str, str]] = set()  # a project is at most one of another document's
        for score, one, other, match in scored:
            places = {(one.iri, document) for document in other.documents}
            places |= {(other.iri, document) for document in one.documents}
            if not places & taken:
                taken |= places
                links.append(Link(SAME_PROJECT, one.iri, other.iri, score, match.reason))
    return links


def _match_projects(one: _Project, other: _Project) -> Match | None:
    found = [match for a in one.spelt for b in other.spelt if (match := _match_names(a, b, one, other))]
    return max(found, key=lambda match: (match.score, match.reason)) if found else None


def _match_names(a: ProjectName, b: ProjectName, one: _Project, other: _Project) -> Match | None:
    if not same_work(a, b):
        return None
    money = bool(one.amounts & other.amounts)
    years = "、".join(sorted(one.years | other.years)) or "年度不详"
    with_money = "，金额相同" if money else ""
    if a.folded == b.folded:
        return Match(Decimal("0.97"), f"同一部门（{years}），名称相同{with_money}")
    if same_but_for_frame(a, b):
        return Match(Decimal("0.95"), f"同一部门（{years}），仅年度、区划或“项目”等字样有出入{with_money}")
    if same_but_for_remark(a, b):
        return Match(Decimal("0.9") if money else Decimal("0.85"), f"同一部门（{years}），省略括号内说明{with_money}")
    if money and (is_cut(a, b) or is_part(a, b)):
        return Match(Decimal("0.9"), f"同一部门（{years}），名称被截断或用简称，金额相同")
    if min(len(a.stem), len(b.stem)) >= _LONG and likeness(a, b) >= _LIKE:
        return Match(Decimal("0.8"), f"同一部门（{years}），名称相近{with_money}")
    return None
