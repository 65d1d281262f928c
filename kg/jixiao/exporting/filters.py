"""Decide which nodes of a document pass the filters: facts that match, what stands above them, what belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jixiao.errors import UsageError
from jixiao.exporting.documents import Codes, Resource, Resources, property_name
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
Iris = frozenset[str]
_Related = defaultdict[str, set[str]]
_SHOWN = 8  # names listed in a message


@dataclass(frozen=True, slots=True)
class NodeFilters:
    """Hold the filters of a selection as IRIs; None lets everything pass."""

    departments: Iris | None = None
    year: str | None = None
    levels: Iris | None = None
    concepts: Iris | None = None

    @property
    def of_indicators(self) -> bool:
        """Say whether only indicators, and what stands above them, can pass."""
        return self.levels is not None or self.concepts is not None

    @property
    def open(self) -> bool:
        """Say whether everything passes."""
        return self == NodeFilters()


def resolve_filters(store: SupportsQuery, selection: Selection, codes: Codes) -> NodeFilters:
    """Return the filters of a selection; raises UsageError for a name that nothing has."""
    levels = concepts = None
    year = None if selection.year is None else str(selection.year)
    departments = _departments(store, selection, codes)
    if selection.level is not None:
        levels = _narrower(selection.level, "level-", codes, "level")
    if selection.concept is not None:
        concepts = _narrower(selection.concept, "", codes, "concept")
    return NodeFilters(departments, year, levels, concepts)


def _departments(store: SupportsQuery, selection: Selection, codes: Codes) -> Iris | None:
    if selection.department is None and selection.region is None:
        return None
    names: _Related = defaultdict(set)
    regions: _Related = defaultdict(set)
    for department, name, region in store.query(_DEPARTMENTS):
        names[department.value].add(name.value)
        if region is not None:
            regions[department.value].add(region.value)
    chosen = set(names)
    if selection.department is not None:
        chosen = _called(selection.department, names)
    if selection.region is not None:
        chosen &= _within(store, selection.region, regions, codes)
    return frozenset(chosen)


def _called(wanted: str, names: _Related) -> set[str]:
    exact = {iri for iri, known in names.items() if wanted in known or wanted == iri}
    if exact:
        return exact
    found = {iri for iri, known in names.items() if any(wanted in name for name in known)}
    if not found:
        listed = sorted(max(known, key=len) for known in names.values())
        message = f"没有这个部门 (no such department)；库里有：{'、'.join(listed[:_SHOWN])}"
        raise UsageError(message, "no-such-department", wanted)
    return found


def _within(store: SupportsQuery, wanted: str, regions: _Related, codes: Codes) -> set[str]:
    places = set()
    for iri, code in codes.items():
        if JX.Region in code.types and wanted in (iri, code.label, code.notation):
            places.add(iri)
    inside = _reached(places, _narrower_codes(codes))
    found = {iri for iri, known in regions.items() if known & inside}
    found |= {row["d"].value for row in store.query(_REGION_NAMES) if row["name"].value == wanted}
    if not places and not found:
        raise UsageError("没有这个行政区划 (no such region)", "no-such-region", wanted)
    return found


def _narrower(wanted: str, prefix: str, codes: Codes, what: str) -> Iris:
    keys = {wanted, wanted.removeprefix("jxc:"), wanted.removeprefix(prefix)}
    iris = {wanted}
    for key in keys:
        iris |= {CODES + prefix + key, CODES + key}
    names = (wanted, f"{wanted}指标")
    found = set()
    for iri, code in codes.items():
        if iri.startswith(CODES + prefix) and (iri in iris or code.label in names):
            found.add(iri)
    if not found:
        raise UsageError("没有这个指标层级或概念 (no such level or concept)", f"no-such-{what}", wanted)
    return frozenset(_reached(found, _narrower_codes(codes)))


def _narrower_codes(codes: Codes) -> _Related:
    narrower: _Related = defaultdict(set)
    for iri, code in codes.items():
        for broader in code.broader:
            narrower[broader].add(iri)
    return narrower


def _reached(roots: Iterable[str], related: _Related) -> set[str]:
    """Return the roots and all that is reached from them."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        iri = waiting.pop()
        if iri not in found:
            found.add(iri)
            waiting.extend(related.get(iri, ()))
    return found


def kept(resources: Resources, filters: NodeFilters) -> set[str]:
    """Return the IRIs of the nodes that pass: those that match, all above them, and what belongs to them.

    To a node belong its printed row, table and document, its targets, and the findings about it.
    """
    if filters.open:
        return set(resources)
    above: _Related = defaultdict(set)
    belonging: _Related = defaultdict(set)
    for iri, resource in resources.items():
        for prop, targets in resource.links.items():
            if property_name(prop) in relations().attached:
                belonging[iri].update(resources.keys() & targets)
            if property_name(prop) in relations().chain:
                for target in targets:
                    above[target].add(iri)
    passed = _reached((iri for iri, resource in resources.items() if _matches(resource, filters)), above)
    findings = {iri for iri, found in resources.items() if not passed.isdisjoint(found.links.get(SH.focusNode, ()))}
    return _reached(passed | findings, belonging)


def _matches(resource: Resource, filters: NodeFilters) -> bool:
    links = resource.links
    if filters.of_indicators and JX.Indicator not in resource.types:
        return False
    departments = links.get(JX.department, [])
    if JX.Department in resource.types:
        departments = [resource.iri]
    years = [term.value for term in resource.literals.get(JX.year, ())]
    levels = links.get(JX.level1, []) + links.get(JX.level2, [])
    return (
        _one_of(levels, filters.levels)
        and _one_of(links.get(JX.concept, []), filters.concepts)
        and _one_of(departments, filters.departments)
        and (filters.year is None or filters.year in years)
    )


def _one_of(iris: Iterable[str], wanted: Iris | None) -> bool:
    return wanted is None or not wanted.isdisjoint(iris)
