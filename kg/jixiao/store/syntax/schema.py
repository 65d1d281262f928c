"""What the ontology says that a query can be held against: classes, where properties stand, what they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from jixiao.resources import resource
from jixiao.vocab import CODES, DCAM, JX, NAMESPACES, ORG, OWL, PREFIXES, PROV, RDF, RDFS, SKOS, UNIT, XSD

FUNCTIONS = frozenset({JX.iri + "search"})
_CLOSED = (JX.iri, CODES, UNIT.iri)
_SPELT = tuple(space for space in NAMESPACES if space.prefix not in ("jx", "unit", "sh", "xsd"))
_OPEN_CODES = (f"{CODES}func-", f"{CODES}econ-")  # what the lists do not have is described by its printed name
_RANGES = {
    RDFS.label: frozenset({XSD.string}),
    **dict.fromkeys((SKOS.prefLabel, SKOS.altLabel), frozenset({RDF.langString})),
}
_NAMING = frozenset({RDFS.label, SKOS.prefLabel, SKOS.altLabel})
_DEFINING = frozenset({RDF.type, RDFS.subClassOf, RDFS.domain, RDFS.range, DCAM.domainIncludes, DCAM.rangeIncludes})
_NEAR, _VERY_NEAR = 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Schema:
    """Hold the ontology.

    ``below`` are the classes whose instances count to a class, itself included; ``domains`` the classes a property
    stands on, with those below; ``ranges`` what it holds: datatypes or classes; ``objects`` the properties that hold
    things, ``things`` which, where they are of our classes; ``labels`` the terms and concepts by label.
    """

    below: Mapping[str, frozenset[str]]
    domains: Mapping[str, frozenset[str]]
    ranges: Mapping[str, frozenset[str]]
    objects: frozenset[str]
    things: Mapping[str, frozenset[str]]
    terms: frozenset[str]
    labels: Mapping[str, tuple[str, ...]]

    def instances(self, classes: Iterable[str]) -> frozenset[str]:
        """Return the classes that an instance of one of these can be of."""
        return _all_of(self.below, classes)

    def parts_of(self, iri: str) -> frozenset[str]:
        """Return the classes below one that has no instances of its own, none for any other term."""
        return self.below.get(iri, frozenset({iri})) - {iri}

    def is_unknown(self, iri: str) -> bool:
        """Say whether an IRI is of one of our closed namespaces, or nearly a term of another, and no term."""
        if iri in self.terms or iri in FUNCTIONS or iri.startswith(_OPEN_CODES):
            return False
        if iri.startswith(_CLOSED):
            return True
        return any(iri.startswith(space.iri) and self.nearest(iri, _VERY_NEAR) for space in _SPELT)

    def nearest(self, iri: str, cutoff: float = _NEAR) -> str | None:
        """Return the term of the same namespace that is spelt most alike."""
        start = max((each for each in PREFIXES.values() if iri.startswith(each)), key=len, default=None)
        if start is None:
            return None
        known = {term.removeprefix(start).lower(): term for term in self.terms if term.startswith(start)}
        found = get_close_matches(iri.removeprefix(start).lower(), known, 1, cutoff)
        return known[found[0]] if found else None

    def ways_to(self, prop: str, classes: frozenset[str]) -> list[str]:
        """Return the properties that lead from one of the classes to where another property stands."""
        return sorted(
            step
            for step, things in self.things.items()
            if self.domains[step] & classes and things & self.domains[prop] and not things & classes
        )


def compact(iri: str) -> str:
    """Return an IRI as ``prefix:name`` where it has one of our prefixes."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return f"<{iri}>"


def _triples(*folders: str) -> Iterator[Any]:
    from pyoxigraph import RdfFormat, parse

    for path in sorted(resource("ontology", *folders).glob("*.ttl")):
        yield from parse(path=path, format=RdfFormat.TURTLE)


def _all_of(below: Mapping[str, frozenset[str]], classes: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(below.get(each, {each}) for each in classes))


def _has_no_instances(parent: str) -> bool:
    """Say whether lifting states only the classes below a class; it states those of other namespaces beside ours."""
    return parent.startswith((JX.iri, ORG.iri, PROV.iri))


@cache
def schema() -> Schema:
    """Read the ontology and its code lists."""
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    labels: dict[str, set[str]] = defaultdict(set)
    for triple in (*_triples(), *_triples("codes")):
        predicate = triple.predicate.value
        if predicate in _NAMING:
            labels[triple.object.value].add(triple.subject.value)
        elif predicate in _DEFINING:
            said[predicate][triple.subject.value].add(triple.object.value)
    types = said[RDF.type]
    below = {each: {each} for each, kinds in types.items() if OWL.Class in kinds}
    for each, parents in said[RDFS.subClassOf].items():
        for parent in filter(_has_no_instances, parents):
            below.setdefault(parent, {parent}).add(each)
    properties = {each for each, kinds in types.items() if kinds & {OWL.ObjectProperty, OWL.DatatypeProperty}}
    domains = {each: said[RDFS.domain][each] | said[DCAM.domainIncludes][each] for each in properties}
    ranges = {each: said[RDFS.range][each] | said[DCAM.rangeIncludes][each] for each in properties}
    objects = frozenset(each for each in properties if OWL.ObjectProperty in types[each])
    elsewhere = {space[term] for space in NAMESPACES if space.prefix not in ("jx", "unit") for term in space.terms}
    instances = {each: frozenset(inner) for each, inner in below.items()}
    return Schema(
        instances,
        {each: _all_of(instances, found) for each, found in domains.items() if found},
        {each: frozenset(found) for each, found in ranges.items()} | _RANGES,
        objects,
        {each: _all_of(instances, ranges[each]) for each in objects if ranges[each] and ranges[each] <= below.keys()},
        frozenset(types) | elsewhere,
        {label: tuple(sorted(found)) for label, found in labels.items()},
    )
