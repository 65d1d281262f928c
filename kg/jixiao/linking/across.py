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
from jixiao.linking.stored import Answering, among, rows_of
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
    if changed is None:
        chosen = None
        links: dict[str, list[Link]] = {home.get(iri, iri): [] for iri in departments}
    else:
        links = {iri: [] for iri in _touched(store, same, home, changed)}
        chosen = [iri for iri in departments if home.get(iri, iri) in links]
    for link in same:
        if home[link.subject] in links:
            links[home[link.subject]].append(link)
    blocks: defaultdict[str, list[_StoredProject]] = defaultdict(list)
    for project in _read_projects(store, departments, chosen):
        blocks[home.get(project.department, project.department)].append(project)
    for department, block in blocks.items():
        links.setdefault(department, []).extend(_same_projects(block))
    return links


def _touched(store: Answering, same: Iterable[Link], home: Mapping[str, str], changed: Iterable[str]) -> set[str]:
    """Return the homes, those of now and those of before, of departments that changed or are one with others."""
    before = {(row["one"], row["other"]) for row in rows_of(store, _SAME)}
    moved = before ^ {(link.subject, link.object) for link in same}
    former = _homes(before)
    ends = {*changed, *chain.from_iterable(moved)}
    return {homes.get(iri, iri) for homes in (home, former) for iri in ends}


# ---------------------------------------------------------------- departments


def _read_departments(store: Answering) -> dict[str, _StoredDepartment]:
    found: dict[str, _StoredDepartment] = {}
    for row in rows_of(store, _DEPARTMENTS):
        department = found.setdefault(row["department"], _StoredDepartment(row["department"]))
        department.names.add(row["name"])
        if "region" in row:
            department.regions.add(row["region"])
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
    values = among("department", chosen) if chosen is not None else ""
    for row in rows_of(store, _PROJECTS.format(among=values)):
        project = found.setdefault(row["project"], _StoredProject(row["project"], row["department"]))
        project.names.add(row["name"])
        project.documents.add(row["document"])
        project.years |= {row["year"]} if "year" in row else set()
        project.amounts |= {Decimal(row["amount"])} if "amount" in row else set()
    for project in found.values():
        department = departments.get(project.department)
        owners = owner_names(department.names) if department else ()
        project.spelt = tuple(project_name(name, owners) for name in sorted(project.names))
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
