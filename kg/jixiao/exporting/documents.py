"""Read stored documents one after another, each whole, as what it says of each node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jixiao.errors import UsageError
from jixiao.vocab import JX, ONTOLOGY_GRAPH, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

_DOCUMENTS = f"SELECT ?g ?d ?name {{ GRAPH ?g {{ ?d <{JX.sha256}> ?digest ; <{JX.fileName}> ?name }} }}"
_LINKS = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?link a <{JX.Link}> }} }}"
_TRIPLES = "SELECT ?g ?s ?p ?o {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"
_LABELS = (
    f"SELECT ?s ?label ?code ?broader ?class {{ GRAPH <{ONTOLOGY_GRAPH}> {{ "
    f"?s a ?class ; <{SKOS.prefLabel}> ?label . FILTER(LANG(?label) = 'zh') "
    f"OPTIONAL {{ ?s <{SKOS.notation}> ?code }} OPTIONAL {{ ?s <{SKOS.broader}> ?broader }} }} }}"
)
_TERMS = f"SELECT ?s ?label {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s <{RDFS.label}> ?label FILTER(LANG(?label) = 'zh') }} }}"
FINDINGS = "/findings"


@dataclass(frozen=True, slots=True, order=True)
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
Codes = dict[str, Code]
Triple = tuple[Any, Any, Any, Any]  # graph, subject, predicate, object: terms of pyoxigraph


def find_documents(store: SupportsQuery, selection: Selection) -> list[StoredDocument]:
    """Return the documents to read, by graph; raises UsageError when the one asked for is not stored."""
    found = {StoredDocument(*(term.value for term in row)) for row in store.query(_DOCUMENTS)}
    documents = sorted(each for each in found if not each.graph.endswith(FINDINGS))
    wanted = selection.document
    if wanted is None:
        return documents
    chosen = [each for each in documents if wanted in (each.graph, each.iri, each.name)]
    if not chosen:
        raise UsageError("库里没有这份文件 (no such document in the store)", "no-such-document", wanted)
    return chosen


def read_documents(store: SupportsQuery, documents: Sequence[StoredDocument]) -> Iterator[list[Triple]]:
    """Yield the triples of each document, its findings with it."""
    for document in documents:
        yield _read_graphs(store, f"<{document.graph}> <{document.graph}{FINDINGS}>")


def read_links(store: SupportsQuery, documents: Sequence[StoredDocument]) -> Iterator[list[Triple]]:
    """Yield the triples of the graphs that hold links but no document: those across documents."""
    graphs = {row["g"].value for row in store.query(_LINKS)}
    for graph in sorted(graphs - {each.graph for each in documents}):
        yield _read_graphs(store, f"<{graph}>")


def _read_graphs(store: SupportsQuery, graphs: str) -> list[Triple]:
    return [(row["g"], row["s"], row["p"], row["o"]) for row in store.query(_TRIPLES.format(graphs=graphs))]


def gather(triples: Sequence[Triple]) -> Resources:
    """Return the nodes the triples describe, by IRI."""
    resources: Resources = {}
    for _, subject, predicate, term in triples:
        iri, name = subject.value, predicate.value
        if iri not in resources:
            resources[iri] = Resource(iri)
        resource = resources[iri]
        if name == RDF.type:
            resource.types.add(term.value)
        elif hasattr(term, "datatype"):
            resource.literals.setdefault(name, []).append(term)
        else:
            resource.links.setdefault(name, []).append(term.value)
    return resources


def read_code_lists(store: SupportsQuery) -> Codes:
    """Return the concepts of the code lists by IRI."""
    codes: Codes = {}
    for concept, label, notation, broader, kind in store.query(_LABELS):
        code = codes.setdefault(concept.value, Code(concept.value, label.value))
        code.label = min(code.label, label.value)
        code.types.add(kind.value)
        if notation is not None:
            code.notation = min(notation.value, code.notation or notation.value)
        if broader is not None:
            code.broader.add(broader.value)
    return codes


def read_terms(store: SupportsQuery) -> dict[str, str]:
    """Return the Chinese labels of classes and properties by IRI; empty when the ontology is not stored."""
    return dict(sorted((term.value, label.value) for term, label in store.query(_TERMS)))


def property_name(iri: str) -> str:
    """Return the local name of a property: ``lowerBound``, ``altLabel``, ``issued``."""
    return iri.rpartition("#")[2].rpartition("/")[2]
