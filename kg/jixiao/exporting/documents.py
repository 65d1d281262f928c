"""Read stored documents one after another, each whole, as what it says of each node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jixiao.errors import UsageError
from jixiao.vocab import DCTERMS, JX, NAMESPACES, ONTOLOGY_GRAPH, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

_DOCUMENTS = f"SELECT ?g ?d ?name {{ GRAPH ?g {{ ?d a <{JX.Document}> ; <{JX.fileName}> ?name }} }}"
_LINKS = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?link a <{JX.Link}> }} }}"
_TRIPLES = "SELECT ?g ?s ?p ?o {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"
_LABELS = (
    f"SELECT ?s ?label ?code ?broader ?class {{ GRAPH <{ONTOLOGY_GRAPH}> {{ "
    f"?s a ?class ; <{SKOS.prefLabel}> ?label . FILTER(LANG(?label) = 'zh') "
    f"OPTIONAL {{ ?s <{SKOS.notation}> ?code }} OPTIONAL {{ ?s <{SKOS.broader}> ?broader }} }} }}"
)
_TERMS = f"SELECT ?s ?label {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s <{RDFS.label}> ?label FILTER(LANG(?label) = 'zh') }} }}"
FINDINGS = "/findings"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """Name one stored document: its graph, its IRI and its file name."""

    graph: str
    iri: str
    name: str


@dataclass(slots=True)
class Resource:
    """Hold what is said of one node: its classes, and its literals and links by property."""

    iri: str
    types: set[str] = field(default_factory=set)
    literals: dict[str, list[Any]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)

    def first(self, iri: str) -> str | None:
        """Return the smallest value of a property, so that the same graph gives the same value."""
        return min((term.value for term in self.literals.get(iri, ())), default=None)


@dataclass(slots=True)
class Code:
    """Hold one concept of the code lists: Chinese label, notation, and the concepts above it."""

    iri: str
    label: str
    types: set[str] = field(default_factory=set)
    notation: str | None = None
    broader: set[str] = field(default_factory=set)


Resources = dict[str, Resource]
Triple = tuple[Any, Any, Any, Any]  # graph, subject, predicate, object: terms of pyoxigraph


def find_documents(store: SupportsQuery, selection: Selection) -> list[StoredDocument]:
    """Return the documents to read, by graph; raises UsageError when the one asked for is not stored."""
    rows = store.query(_DOCUMENTS)
    found = {StoredDocument(row["g"].value, row["d"].value, row["name"].value) for row in rows}
    documents = sorted((each for each in found if not each.graph.endswith(FINDINGS)), key=lambda each: each.graph)
    wanted = selection.document
    if wanted is None:
        return documents
    chosen = [each for each in documents if wanted in (each.graph, each.iri, each.name)]
    if not chosen:
        raise UsageError("库里没有这份文件 (no such document in the store)", "no-such-document", wanted)
    return chosen


def find_link_graphs(store: SupportsQuery, documents: Sequence[StoredDocument]) -> list[str]:
    """Return the graphs that hold links but no document: those across documents."""
    own = {each.graph for each in documents}
    return sorted({row["g"].value for row in store.query(_LINKS)} - own)


def read_triples(store: SupportsQuery, graphs: Sequence[str]) -> Iterator[Triple]:
    """Yield the triples of some graphs, in the order of the store."""
    asked = " ".join(f"<{graph}>" for graph in graphs)
    for row in store.query(_TRIPLES.format(graphs=asked)):
        yield row["g"], row["s"], row["p"], row["o"]


def gather(triples: Iterator[Triple] | Sequence[Triple]) -> Resources:
    """Return the nodes the triples describe, by IRI."""
    resources: Resources = {}
    for _, subject, predicate, term in triples:
        iri, name = subject.value, predicate.value
        resource = resources.get(iri)
        if resource is None:
            resource = resources[iri] = Resource(iri)
        if name == RDF.type:
            resource.types.add(term.value)
        elif hasattr(term, "datatype"):
            resource.literals.setdefault(name, []).append(term)
        else:
            resource.links.setdefault(name, []).append(term.value)
    return resources


def read_codes(store: SupportsQuery) -> dict[str, Code]:
    """Return the concepts of the code lists by IRI."""
    codes: dict[str, Code] = {}
    for row in store.query(_LABELS):
        iri = row["s"].value
        code = codes.setdefault(iri, Code(iri, row["label"].value))
        code.label = min(code.label, row["label"].value)
        code.types.add(row["class"].value)
        if row["code"] is not None:
            code.notation = min(filter(None, (code.notation, row["code"].value)))
        if row["broader"] is not None:
            code.broader.add(row["broader"].value)
    return codes


def read_terms(store: SupportsQuery) -> dict[str, str]:
    """Return the Chinese labels of classes and properties by IRI; empty when the ontology is not stored."""
    return {row["s"].value: row["label"].value for row in sorted_rows(store.query(_TERMS))}


def sorted_rows(rows: Any) -> list[Any]:
    """Return solutions in an order that does not depend on the store."""
    return sorted(rows, key=lambda row: [term.value if term is not None else "" for term in row])


def local_name(iri: str) -> str:
    """Return the local name of a property: ``lowerBound``, ``altLabel``, ``issued``."""
    for namespace in _OWN:
        if iri.startswith(namespace):
            return iri[len(namespace) :]
    return iri.rpartition("#")[2].rpartition("/")[2]


_OWN = (JX.iri, DCTERMS.iri, *(namespace.iri for namespace in NAMESPACES))
