"""Find what is the same in several documents: departments under two keys, projects of several years.

Everything is computed from the stored graphs, so that the result does not depend on the order of lifting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, product
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
_LINKS = f"""
SELECT ?kind ?one ?other ?score ?reason ?department WHERE {{
  VALUES ?kind {{ "{SAME_DEPARTMENT}" "{SAME_PROJECT}" }}
  ?link <{JX.linkKind}> ?kind ; <{JX.linkSubject}> ?one ; <{JX.linkObject}> ?other ; <{JX.linkScore}> ?score ;
    <{JX.linkReason}> ?reason .
  FILTER EXISTS {{ ?one <{RDFS.label}> ?name }} FILTER EXISTS {{ ?other <{RDFS.label}> ?called }}
  OPTIONAL {{ ?one <{JX.department}> ?department }}
}}"""
_PROJECTS = f"""
SELECT ?project ?department ?document ?year ?amount ?name WHERE {{{{
  {{among}}
  ?entry <{JX.department}> ?department ; a <{JX.ProjectEntry}> ; <{JX.project}> ?project ; <{JX.document}> ?document .
  ?project <{RDFS.label}> ?name .
  OPTIONAL {{{{ ?entry <{JX.year}> ?year }}}} OPTIONAL {{{{ ?entry <{JX.amount}> ?amount }}}}
}}}}"""


class Answering(Protocol):
    """Answer SPARQL queries, as every store does."""

    def query(self, sparql: str, /) -> Any:
        """Return solutions whose terms have a ``value``."""


@dataclass(slots=True)
class _StoredDepartment:
    iri: str
    names: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)

    @property
    def prints_region(self) -> bool:
        """Tell whether a name begins with a region."""
        return any(take_apart(name).region for name in self.names)

    @property
    def full(self) -> str:
        """Return the name with the longest region: the official one."""
        return max(self.names, key=lambda name: (len(take_apart(name).region), len(name), name))


@dataclass(slots=True)
class _StoredProject:
    iri: str
    department: str
    names: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    amounts: set[Decimal] = field(default_factory=set)
    spelt: tuple[ProjectName, ...] = ()

    def places_beside(self, other: _StoredProject) -> set[tuple[str, str]]:
        """Return this project in each document of another: a project is at most one of another document's."""
        return {(self.iri, document) for document in other.documents}


def link_across(store: Answering, changed: Collection[str] | None = None) -> tuple[Link, ...]:
    """Return which departments and projects of different documents are one, with score and reason in Chinese.

    Both ends are IRIs. Projects are compared within one department; two projects of one document are never one, nor
    are two that cite other document numbers or parts. Equal keys are one node already and need no link. ``changed`` are
    the departments whose projects are compared anew, None for all; the links of the others are those stored.
    """
    departments = _read_departments(store)
    same = _same_departments(departments)
    home = _homes(departments, same)
    stored = list(_stored(store)) if changed is not None else []
    homes = None
    if changed is not None:
        before = {(link.subject, link.object) for _, link in stored if link.kind == SAME_DEPARTMENT}
        moved = before ^ {(link.subject, link.object) for link in same}
        homes = {home.get(iri, iri) for iri in (*changed, *(iri for pair in moved for iri in pair))}
    links = list(same)
    for department, link in stored:
        if link.kind == SAME_PROJECT and homes is not None and home.get(department, department) not in homes:
            links.append(link)
    blocks: defaultdict[str, list[_StoredProject]] = defaultdict(list)
    for project in _read_projects(store, departments, _inside(home, homes)):
        blocks[home.get(project.department, project.department)].append(project)
    for department in sorted(blocks):
        links += _same_projects(blocks[department])
    return tuple(sorted(links, key=lambda link: (link.kind, link.subject, link.object)))


def _inside(home: Mapping[str, str], homes: Collection[str] | None) -> list[str] | None:
    """Return the departments of homes, None for all."""
    if homes is None:
        return None
    return [iri for iri, first in home.items() if first in homes]


def _stored(store: Answering) -> Iterator[tuple[str, Link]]:
    """Yield the stored links between things that are still there, each with the department of its first end."""
    for row in store.query(_LINKS):
        kind, one, other, reason = (row[name].value for name in ("kind", "one", "other", "reason"))
        department = row["department"].value if row["department"] is not None else one
        yield department, Link(kind, one, other, Decimal(row["score"].value), reason)


# ---------------------------------------------------------------- departments


def _read_departments(store: Answering) -> dict[str, _StoredDepartment]:
    found: dict[str, _StoredDepartment] = {}
    for row in store.query(_DEPARTMENTS):
        iri = row["department"].value
        department = found.setdefault(iri, _StoredDepartment(iri))
        department.names.add(row["name"].value)
        if row["region"] is not None:
            department.regions.add(row["region"].value)
    return found


def _same_departments(departments: Mapping[str, _StoredDepartment]) -> list[Link]:
    matches = _matching_departments(departments)
    # 鼓楼区民政局 without a code could be that of several cities: then it is none of them.
    rivals: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in matches:
        rivals[one] |= departments[other].regions
        rivals[other] |= departments[one].regions
    links = []
    for (one, other), match in sorted(matches.items()):
        if len(rivals[one]) <= 1 and len(rivals[other]) <= 1:
            links.append(Link(SAME_DEPARTMENT, one, other, match.score, match.reason))
    return links


def _matching_departments(departments: Mapping[str, _StoredDepartment]) -> dict[tuple[str, str], Match]:
    blocks: defaultdict[str, dict[str, _StoredDepartment]] = defaultdict(dict)
    for iri in sorted(departments):
        for name in departments[iri].names:
            blocks[canonical_core(take_apart(name).core)][iri] = departments[iri]
    matches: dict[tuple[str, str], Match] = {}
    for block in blocks.values():
        for one, other in _comparable(list(block.values())):
            match = _match_departments(one, other)
            if match:
                matches[one.iri, other.iri] = match
    return matches


def _comparable(block: Sequence[_StoredDepartment]) -> Iterator[tuple[_StoredDepartment, _StoredDepartment]]:
    """Yield the pairs of one name that can be one: of one region, or one without a code beside one that names a region.

    Of those without a code only such are compared as print the same region, or none.
    """
    placed: defaultdict[str, list[_StoredDepartment]] = defaultdict(list)
    for each in block:
        for region in each.regions or {""}:
            placed[region].append(each)
    unplaced = placed.pop("", [])
    for inside in placed.values():
        yield from combinations(inside, 2)
    told = [each for each in unplaced if each.prints_region]
    for one in unplaced:
        if one.prints_region or len(placed) <= 1:  # one that prints none could be that of every region
            yield from (_ordered(one, other) for other in block if other.regions)
    yield from combinations(told, 2)
    yield from (_ordered(one, other) for one in told for other in unplaced if not other.prints_region)


def _ordered(one: _StoredDepartment, other: _StoredDepartment) -> tuple[_StoredDepartment, _StoredDepartment]:
    return (one, other) if one.iri < other.iri else (other, one)


def _match_departments(one: _StoredDepartment, other: _StoredDepartment) -> Match | None:
    if one.regions and other.regions and not one.regions & other.regions:
        return None
    if not regions_agree(take_apart(one.full).region, take_apart(other.full).region):
        return None
    found = []
    for a, b in product(sorted(one.names), sorted(other.names)):
        same = same_office(a, b)
        placed = take_apart(a).region or take_apart(b).region
        if same and placed and same[0] >= _SURE_OFFICE:
            found.append(Match(*same))
    return max(found, key=_surest, default=None)


def _homes(departments: Mapping[str, _StoredDepartment], links: Iterable[Link]) -> dict[str, str]:
    """Return the first IRI of the departments that are one, by the IRI of each."""
    first = {iri: iri for iri in departments}

    def root(iri: str) -> str:
        while first[iri] != iri:
            iri = first[iri]
        return iri

    for link in links:
        one, other = sorted((root(link.subject), root(link.object)))
        first[other] = one
    return {iri: root(iri) for iri in departments}


# ---------------------------------------------------------------- projects


def _read_projects(
    store: Answering, departments: Mapping[str, _StoredDepartment], chosen: Collection[str] | None
) -> list[_StoredProject]:
    """Return the projects of the chosen departments, None for all."""
    found: dict[str, _StoredProject] = {}
    among = "" if chosen is None else f"VALUES ?department {{ {' '.join(f'<{iri}>' for iri in chosen)} }}"
    for row in store.query(_PROJECTS.format(among=among)):
        iri = row["project"].value
        project = found.setdefault(iri, _StoredProject(iri, row["department"].value))
        project.names.add(row["name"].value)
        project.documents.add(row["document"].value)
        if row["year"] is not None:
            project.years.add(row["year"].value)
        if row["amount"] is not None:
            project.amounts.add(Decimal(row["amount"].value))
    owners: dict[str, tuple[str, ...]] = {}
    for project in found.values():
        if project.department not in owners:
            department = departments.get(project.department)
            owners[project.department] = owner_names(department.names) if department else ()
        owned = owners[project.department]
        project.spelt = tuple(project_name(name, owned) for name in sorted(project.names))
    return [found[iri] for iri in sorted(found)]


def _same_projects(projects: Sequence[_StoredProject]) -> list[Link]:
    """Return the links between projects of one department, made from the surest down."""
    matches = []
    for one, other in combinations(projects, 2):
        match = _match_projects(one, other)
        if match and not one.documents & other.documents:
            matches.append((one, other, match))
    matches.sort(key=lambda entry: (-entry[2].score, entry[0].iri, entry[1].iri))
    links: list[Link] = []
    taken: set[tuple[str, str]] = set()
    for one, other, match in matches:
        places = one.places_beside(other) | other.places_beside(one)
        if not places & taken:
            taken |= places
            links.append(Link(SAME_PROJECT, one.iri, other.iri, match.score, match.reason))
    return links


def _match_projects(one: _StoredProject, other: _StoredProject) -> Match | None:
    money = bool(one.amounts & other.amounts)
    years = "、".join(sorted(one.years | other.years)) or "年度不详"
    with_money = "，金额相同" if money else ""
    found = []
    for a, b in product(one.spelt, other.spelt):
        match = _match_names(a, b, money=money)
        if match:
            found.append(Match(match.score, f"同一部门（{years}），{match.reason}{with_money}"))
    return max(found, key=_surest, default=None)


def _surest(match: Match) -> tuple[Decimal, str]:
    return match.score, match.reason


def _match_names(a: ProjectName, b: ProjectName, *, money: bool) -> Match | None:
    """Return how surely two names are one work's, and how they differ; ``money`` says that a sum is equal."""
    if not same_work(a, b):
        return None
    if a.folded == b.folded:
        return Match(Decimal("0.97"), "名称相同")
    if same_but_for_frame(a, b):
        return Match(Decimal("0.95"), "仅年度、区划或“项目”等字样有出入")
    if same_but_for_remark(a, b):
        return Match(Decimal("0.9") if money else Decimal("0.85"), "省略括号内说明")
    if money and (is_cut(a, b) or is_part(a, b)):
        return Match(Decimal("0.9"), "名称被截断或用简称")
    if min(len(a.stem), len(b.stem)) >= _LONG and likeness(a, b) >= _LIKE:
        return Match(Decimal("0.8"), "名称相近")
    return None
