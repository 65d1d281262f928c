"""Decide which nodes of a document pass the filters: facts that match, what stands above them, what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jixiao.errors import UsageError
from jixiao.exporting.documents import Code, Resource, Resources, local_name
from jixiao.exporting.selection import Selection, relations
from jixiao.vocab import CODES, JX, RDFS, SH, SKOS

if TYPE_CHECKING:
    from jixiao.tables import SupportsQuery

_NAMES = "|".join(f"<{iri}>" for iri in (RDFS.label, SKOS.altLabel, JX.departmentCode, JX.regionName))
_DEPARTMENTS = (
    f"SELECT ?d ?name ?region WHERE {{ ?d a <{JX.Department}> ; {_NAMES} ?name . "
    f"OPTIONAL {{ ?d <{JX.region}> ?region }} }}"
)
_REGION_NAMES = f"SELECT ?d ?name WHERE {{ ?d a <{JX.Department}> ; <{JX.regionName}> ?name }}"
_SHOWN = 8  # names listed in a message


@dataclass(frozen=True, slots=True)
class Filters:
    """Hold the filters of a selection as IRIs; None lets everything pass."""

    departments: frozenset[str] | None = None
    year: str | None = None
    levels: frozenset[str] | None = None
    concepts: frozenset[str] | None = None

    @property
    def of_indicators(self) -> bool:
        """Say whether only indicators, and what stands above them, can pass."""
        return self.levels is not None or self.concepts is not None

    @property
    def open(self) -> bool:
        """Say whether everything passes."""
        return self == Filters()


def resolve_filters(store: SupportsQuery, selection: Selection, codes: Mapping[str, Code]) -> Filters:
    """Return the filters of a selection; raises UsageError for a name that nothing has."""
    return Filters(
        _departments(store, selection, codes),
        None if selection.year is None else str(selection.year),
        _narrower(selection.level, "level-", codes, "level"),
        _narrower(selection.concept, "", codes, "concept"),
    )


def _departments(store: SupportsQuery, selection: Selection, codes: Mapping[str, Code]) -> frozenset[str] | None:
    if selection.department is None and selection.region is None:
        return None
    names: dict[str, set[str]] = {}
    regions: dict[str, set[str]] = {}
    for row in store.query(_DEPARTMENTS):
        names.setdefault(row["d"].value, set()).add(row["name"].value)
        if row["region"] is not None:
            regions.setdefault(row["d"].value, set()).add(row["region"].value)
    chosen = set(names)
    if selection.department is not None:
        chosen = _called(selection.department, names)
    if selection.region is not None:
        chosen &= _within(store, selection.region, regions, codes)
    return frozenset(chosen)


def _called(wanted: str, names: Mapping[str, set[str]]) -> set[str]:
    exact = {iri for iri, known in names.items() if wanted in known or wanted == iri}
    found = exact or {iri for iri, known in names.items() if any(wanted in name for name in known)}
    if not found:
        known = "、".join(sorted(max(each, key=len) for each in names.values())[:_SHOWN])
        raise UsageError(f"没有这个部门 (no such department)；库里有：{known}", "no-such-department", wanted)
    return found


def _within(store: SupportsQuery, wanted: str, regions: Mapping[str, set[str]], codes: Mapping[str, Code]) -> set[str]:
    places = {
        iri for iri, code in codes.items() if JX.Region in code.types and wanted in (iri, code.label, code.notation)
    }
    inside = _below(places, codes)
    found = {iri for iri, known in regions.items() if known & inside}
    found |= {row["d"].value for row in store.query(_REGION_NAMES) if row["name"].value == wanted}
    if not places and not found:
        raise UsageError("没有这个行政区划 (no such region)", "no-such-region", wanted)
    return found


def _narrower(wanted: str | None, prefix: str, codes: Mapping[str, Code], what: str) -> frozenset[str] | None:
    if wanted is None:
        return None
    keys = {wanted, wanted.removeprefix("jxc:"), wanted.removeprefix(prefix)}
    iris = {CODES + prefix + key for key in keys} | {CODES + key for key in keys} | {wanted}
    names = {wanted, f"{wanted}指标"}
    own = {iri: code for iri, code in codes.items() if iri.startswith(CODES + prefix)}
    found = {iri for iri, code in own.items() if iri in iris or code.label in names}
    if not found:
        raise UsageError("没有这个指标层级或概念 (no such level or concept)", f"no-such-{what}", wanted)
    return frozenset(_below(found, codes))


def _below(roots: Iterable[str], codes: Mapping[str, Code]) -> set[str]:
    narrower: dict[str, list[str]] = {}
    for iri, code in codes.items():
        for broader in code.broader:
            narrower.setdefault(broader, []).append(iri)
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        iri = waiting.pop()
        if iri not in found:
            found.add(iri)
            waiting.extend(narrower.get(iri, ()))
    return found


def kept(resources: Resources, filters: Filters) -> set[str]:
    """Return the IRIs of the nodes that pass: those that match, all above them, and what belongs to them."""
    if filters.open:
        return set(resources)
    passed = {iri for iri, resource in resources.items() if _matches(resource, filters)}
    passed |= _above(passed, resources)
    _attach(passed, resources)
    return passed


def _matches(resource: Resource, filters: Filters) -> bool:
    links = resource.links
    if filters.of_indicators:
        if JX.Indicator not in resource.types:
            return False
        levels = {*links.get(JX.level1, ()), *links.get(JX.level2, ())}
        if filters.levels is not None and not levels & filters.levels:
            return False
        if filters.concepts is not None and filters.concepts.isdisjoint(links.get(JX.concept, ())):
            return False
    departments = links.get(JX.department, ())
    if JX.Department in resource.types:
        departments = [resource.iri]
    if filters.departments is not None and filters.departments.isdisjoint(departments):
        return False
    years = {term.value for term in resource.literals.get(JX.year, ())}
    return filters.year is None or filters.year in years


def _above(passed: set[str], resources: Resources) -> set[str]:
    """Return what stands above the nodes along the chain."""
    chain = relations().chain
    parents: dict[str, list[str]] = {}
    for iri, resource in resources.items():
        for name, targets in resource.links.items():
            if local_name(name) in chain:
                for target in targets:
                    parents.setdefault(target, []).append(iri)
    found: set[str] = set()
    waiting = list(passed)
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _attach(passed: set[str], resources: Resources) -> None:
    """Add what belongs to the nodes: their printed rows, tables and documents, their targets, findings about them."""
    attached = relations().attached
    passed |= {
        iri for iri, resource in resources.items() if not passed.isdisjoint(resource.links.get(SH.focusNode, ()))
    }
    waiting = list(passed)
    while waiting:
        resource = resources.get(waiting.pop())
        if resource is None:
            continue
        for name, targets in resource.links.items():
            if local_name(name) in attached:
                fresh = [target for target in targets if target not in passed and target in resources]
                passed.update(fresh)
                waiting.extend(fresh)
