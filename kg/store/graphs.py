"""Document graphs as text: their canonical form, their digest, and the SPARQL updates that put them in place.

Both stores use the same updates, so that a graph, the merged default graph and the catalogue always change together.
The catalogue is a named graph that keeps the digest and size of every document graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

CATALOGUE = "https://w3id.org/jixiao/store/catalogue"
_TERMS = "https://w3id.org/jixiao/store/terms#"
DIGEST = _TERMS + "sha256"
REVISION = _TERMS + "revision"
LOADING = _TERMS + "loading"
SIZE = "http://rdfs.org/ns/void#triples"

DIGESTS_QUERY = f"SELECT ?graph ?digest {{ GRAPH <{CATALOGUE}> {{ ?graph <{DIGEST}> ?digest }} }}"
REVISION_QUERY = f"SELECT ?revision {{ GRAPH <{CATALOGUE}> {{ <{CATALOGUE}> <{REVISION}> ?revision }} }}"
LOADING_QUERY = f"SELECT ?graph {{ GRAPH <{CATALOGUE}> {{ ?graph <{LOADING}> true }} }}"
GRAPHS_QUERY = f"SELECT DISTINCT ?graph {{ GRAPH ?graph {{ ?s ?p ?o }} FILTER(?graph != <{CATALOGUE}>) }}"
# Faults of the merge, and what mends them after an update whose effect is not known.
STALE = "?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }"
MISSING = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{CATALOGUE}>) FILTER NOT EXISTS {{ ?s ?p ?o }}"
MERGE_UPDATE = f"DELETE {{ ?s ?p ?o }} WHERE {{ {STALE} }} ;\nINSERT {{ ?s ?p ?o }} WHERE {{ {MISSING} }}"


@dataclass(frozen=True, slots=True)
class DocumentGraph:
    """Hold one graph ready to be stored: its triples as sorted N-Triples lines without repeats."""

    iri: str
    triples: bytes
    size: int
    digest: str

    @property
    def nquads(self) -> bytes:
        """Return the triples as N-Quads of this graph."""
        # A line of N-Triples ends in " .\n", and a line break inside a literal is always escaped.
        return self.triples.replace(b" .\n", b" <" + self.iri.encode() + b"> .\n") if self.iri else self.triples


def read_graph(iri: str, nquads: bytes) -> DocumentGraph:
    """Return the graph in canonical form; an empty IRI is the default graph.

    Raise ``StoreError`` when the N-Quads are malformed or hold a quad of another graph.
    """
    from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse, serialize

    try:
        name = NamedNode(iri) if iri else DefaultGraph()
        quads = list(parse(nquads, RdfFormat.N_QUADS))
    except (ValueError, SyntaxError) as error:
        raise StoreError(f"the N-Quads of the graph are malformed: {error}", "bad-graph", iri) from error
    for quad in quads:
        if quad.graph_name != name:
            raise StoreError(f"a quad belongs to another graph: {quad}", "foreign-quad", iri)
    text = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    return canonical_graph(iri, text or b"")


def canonical_graph(iri: str, ntriples: bytes) -> DocumentGraph:
    """Return the graph of well-formed N-Triples lines, sorted and without repeats."""
    lines = sorted(set(ntriples.splitlines(keepends=True)))
    triples = b"".join(lines)
    return DocumentGraph(iri, triples, len(lines), sha256(triples).hexdigest())


def replace_update(graph: DocumentGraph, merged: bool) -> str:
    """Return the update that puts a graph in place, in the merge and in the catalogue."""
    iri = f"<{graph.iri}>"
    if not graph.iri:
        return f"CLEAR DEFAULT ;\nINSERT DATA {{\n{graph.triples.decode()}}}"
    steps = [
        *_unmerge(graph.iri, merged),
        f"DROP SILENT GRAPH {iri}",
        f"INSERT DATA {{ GRAPH {iri} {{\n{graph.triples.decode()}}} }}",
    ]
    if merged:
        steps += [f"ADD SILENT GRAPH {iri} TO DEFAULT", forget_update(graph.iri), record_update(graph)]
    return " ;\n".join(steps)


def remove_update(iri: str, merged: bool, known: bool = True) -> str:
    """Return the update that removes a graph from its place, the merge and the catalogue.

    Of a graph that is not ``known`` to the catalogue, because an update changed it, a new revision has to tell.
    """
    if not iri:
        return "CLEAR DEFAULT"
    steps = [*_unmerge(iri, merged), f"DROP SILENT GRAPH <{iri}>"]
    if merged:
        steps += [forget_update(iri)] if known else [_REVISION_GONE, _new_revision()]
    return " ;\n".join(steps)


def _unmerge(iri: str, merged: bool) -> list[str]:
    if not merged:
        return []
    return [
        f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} "
        f"FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != <{iri}>) }} }}"
    ]


def record_update(graph: DocumentGraph) -> str:
    """Return the update that enters a graph into the catalogue."""
    return (
        f'INSERT DATA {{ GRAPH <{CATALOGUE}> {{ <{graph.iri}> <{DIGEST}> "{graph.digest}" ; <{SIZE}> {graph.size} }} }}'
    )


def forget_update(iri: str) -> str:
    """Return the update that takes a graph out of the catalogue."""
    return f"DELETE WHERE {{ GRAPH <{CATALOGUE}> {{ <{iri}> ?p ?o }} }}"


def loading_update(iris: list[str]) -> str:
    """Return the update that marks graphs as being loaded, so that a crash leaves no half graph unnoticed."""
    marks = " ".join(f"<{iri}> <{LOADING}> true ." for iri in iris)
    return f"INSERT DATA {{ GRAPH <{CATALOGUE}> {{ {marks} }} }}"


_REVISION_GONE = f"DELETE WHERE {{ GRAPH <{CATALOGUE}> {{ <{CATALOGUE}> ?p ?o }} }}"


def _new_revision() -> str:
    return f'INSERT DATA {{ GRAPH <{CATALOGUE}> {{ <{CATALOGUE}> <{REVISION}> "{uuid4().hex}" }} }}'


def revision_update() -> str:
    """Return the update that gives the data a new version and forgets the digests, which hold no longer."""
    return f"DELETE WHERE {{ GRAPH <{CATALOGUE}> {{ ?s ?p ?o }} }} ;\n{_new_revision()}"


def version_of(digests: Mapping[str, str], revision: str) -> str:
    """Return the data version: sixteen hexadecimal digits over all graphs, their digests and the revision."""
    hashed = sha256(revision.encode())
    for iri, digest in sorted(digests.items()):
        hashed.update(f"{len(iri)}:{iri}{digest}".encode())
    return hashed.hexdigest()[:16]
