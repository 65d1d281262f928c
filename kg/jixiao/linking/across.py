"""Find what is the same in several documents: departments under two keys, projects of several years.

Everything is computed from the stored graphs, so that the result does not depend on the order of lifting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import chain, combinations, product
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
_SAME = f"""
SELECT ?one ?other WHERE {{
  ?link <{JX.linkKind}> "{SAME_DEPARTMENT}" ; <{JX.linkSubject}> ?one ; <{JX.linkObject}> ?other
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


@dataclass
class _StoredDepartment:
    iri: str
    names: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)

    @cached_property
    def printed(self) -> str:
        """Return the longest region that a name begins with, empty for none."""
        return max((take_apart(name).region for name in self.names), key=lambda region: (len(region), region))


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


def link_across(store: Answering, changed: Collection[str] | None = None) -> dict[str, list[Link]]:
    """Return which departments and projects of different documents are one, with score and reason in Chinese.

    Links are kept by the first of the departments that are one; both ends are IRIs. Projects are compared within one
    department; two projects of one document are never one, nor are two that cite other document numbers or parts. Equal
    keys are one node already and need no link. ``changed`` are the departments of which documents have come, changed or
    gone, None for all: only what they touch is returned, an empty list for a department that has no links any more.
    """
    departments = _read_departments(store)
    same = _same_departments(departments)
    home = _homes((link.subject, link.object) for link in same)
    links: dict[str, list[Link]] = {home.get(iri, iri): [] for iri in departments}
    if changed is not None:
        before = [(row["one"].value, row["other"].value) for row in store.query(_SAME)]
        moved = set(before) ^ {(link.subject, link.object) for link in same}
        ends = {*changed, *chain.from_iterable(moved)}
        former = _homes(before)
        links = {first.get(iri, iri): [] for first in (home, former) for iri in ends}
    for link in same:
        if (first := home[link.subject]) in links:
            links[first].append(link)
    blocks: defaultdict[str, list[_StoredProject]] = defaultdict(list)
    chosen = None if changed is None else [iri for iri in departments if home.get(iri, iri) in links]
    for project in _read_projects(store, departments, chosen):
        blocks[home.get(project.department, project.department)].append(project)
    for department, block in blocks.items():
        links[department] += _same_projects(block)
    return links


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
    return [
        Link(SAME_DEPARTMENT, one, other, match.score, match.reason)
        for (one, other), match in sorted(matches.items())
        if len(rivals[one]) <= 1 and len(rivals[other]) <= 1
    ]


def _matching_departments(departments: Mapping[str, _StoredDepartment]) -> dict[tuple[str, str], Match]:
    blocks: defaultdict[str, dict[str, _StoredDepartment]] = defaultdict(dict)
    for iri in sorted(departments):
        for name in departments[iri].names:
            blocks[canonical_core(take_apart(name).core)][iri] = departments[iri]
    matches: dict[tuple[str, str], Match] = {}
    for block in blocks.values():
        for one, other in _comparable(list(block.values())):
            if match := _match_departments(one, other):
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
    ends: defaultdict[str, list[_StoredDepartment]] = defaultdict(list)
    for each in block:
        ends[each.printed[-2:]].append(each)
    for one in unplaced:
        near = [*ends[one.printed[-2:]], *ends[""]] if one.printed else block
        if one.printed or len(placed) <= 1:  # one that prints none could be that of every region
            yield from (_ordered(one, other) for other in near if other is not one)


def _ordered(one: _StoredDepartment, other: _StoredDepartment) -> tuple[_StoredDepartment, _StoredDepartment]:
    return (one, other) if one.iri < other.iri else (other, one)


def _match_departments(one: _StoredDepartment, other: _StoredDepartment) -> Match | None:
    elsewhere = one.regions and other.regions and not one.regions & other.regions
    if elsewhere or not regions_agree(one.printed, other.printed):
        return None
    found = []
    for a, b in product(sorted(one.names), sorted(other.names)):
        same = same_office(a, b)
        placed = take_apart(a).region or take_apart(b).region
        if same and placed and same[0] >= _SURE_OFFICE:
            found.append(Match(*same))
    return max(found, key=_surest, default=None)


def _homes(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the first of the departments that are one, by each that is one with another."""
    homes: dict[str, set[str]] = {}
    for pair in pairs:
        joined = set(pair).union(*(homes.get(iri, ()) for iri in pair))
        homes |= dict.fromkeys(joined, joined)
    return {iri: min(joined) for iri, joined in homes.items()}


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
