"""What the ontology says that a query can be held against: classes, where properties stand, what they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.resources import resource
from jixiao.vocab import CODES, JX, NAMESPACES, PREFIXES, RDF, RDFS, SKOS, UNIT, XSD

Relation = Mapping[str, Set[str]]
FUNCTIONS = frozenset({JX.iri + "search"})
_CLOSED = (JX.iri, CODES, UNIT.iri)
_SPELT = tuple(space for space in NAMESPACES if space.prefix not in ("jx", "unit", "sh", "xsd"))
_OPEN_CODES = (f"{CODES}func-", f"{CODES}econ-")  # what the lists do not have is described by its printed name
_RANGES = {
    RDFS.label: frozenset({XSD.string}),
    **dict.fromkeys((SKOS.prefLabel, SKOS.altLabel), frozenset({RDF.langString})),
}
_NEAR, _VERY_NEAR = 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Schema:
    """Hold the ontology.

    ``below`` are the classes whose instances count to a class, itself included; ``domains`` the classes a property
    stands on, with those below; ``ranges`` what it holds: datatypes or classes; ``things`` the classes that its things
    are of, where they are ours; ``objects`` the properties that hold things; ``labels`` the terms by label.
    """

    below: Relation
    domains: Relation
    ranges: Relation
    things: Relation
    objects: Set[str]
    terms: Set[str]
    labels: Relation

    def parts_of(self, iri: str) -> Set[str]:
        """Return the classes below one that has no instances of its own, none for any other term."""
        return self.below.get(iri, frozenset()) - {iri}

    def is_unknown(self, iri: str) -> bool:
        """Say whether an IRI is of one of our closed namespaces, or nearly a term of another, and no term."""
        if iri in self.terms or iri in FUNCTIONS or iri in _CLOSED or iri.startswith(_OPEN_CODES):
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

    def ways_to(self, prop: str, classes: Set[str]) -> list[str]:
        """Return the properties that lead from one of the classes to where another property stands."""
        return sorted(
            step
            for step, things in self.things.items()
            if self.domains[step] & classes and things & self.domains[prop] and not things & classes
        )


def compact_iri(iri: str) -> str:
    """Return an IRI with the project's prefix for it, else in angle brackets."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return f"<{iri}>"


@cache
def schema() -> Schema:
    """Read the ontology and its code lists."""
    from pyoxigraph import RdfFormat, Store

    store = Store()
    folder = resource("ontology")
    for path in (*folder.glob("*.ttl"), *folder.glob("codes/*.ttl")):
        store.bulk_load(path=path, format=RdfFormat.TURTLE)
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows: Any = store.query(Path(__file__).with_name("schema.rq").read_text("utf-8"))
    for what, one, other in rows:
        said[what.value][one.value].add(other.value)
    elsewhere = {space[term] for space in NAMESPACES if space.prefix not in ("jx", "unit") for term in space.terms}
    return Schema(
        said["below"],
        said["domain"],
        {**said["range"], **_RANGES},
        said["thing"],
        said["object"].keys(),
        said["term"].keys() | elsewhere,
        said["label"],
    )
