"""Document graphs as text: their canonical form, their digest, and the SPARQL updates that put them in place.

Both stores use the same updates, so that a graph, the merged default graph and the catalogue always change together.
The catalogue is a named graph that keeps the digest and size of every document graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from jixiao.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import DefaultGraph, NamedNode

CATALOGUE = "https://w3id.org/jixiao/store/catalogue"
MERGED = "https://w3id.org/jixiao/store/merged"
READING_ONLY = "图谱库是以只读方式打开的 (the store was opened for reading only)"
MERGED_ONLY = (
    "缺省图是全部文件图的并集，请写具名图 (the default graph is the merge of all graphs; write to a named graph)"
)
_TERMS = "https://w3id.org/jixiao/store/terms#"
DIGEST = _TERMS + "sha256"
REVISION = _TERMS + "revision"
LOADING = _TERMS + "loading"
CHANGING = _TERMS + "changing"
ORIGIN = _TERMS + "origin"
SIZE = "http://rdfs.org/ns/void#triples"
EMPTY = sha256(b"").hexdigest()  # the digest of a graph without triples, which stores need not keep
CHANGED = "changed"  # stands for the digest of a graph that an update may have changed

DIGESTS_QUERY = f"SELECT ?graph ?digest {{ GRAPH <{CATALOGUE}> {{ ?graph <{DIGEST}> ?digest }} }}"
REVISION_QUERY = f"SELECT ?revision {{ GRAPH <{CATALOGUE}> {{ <{CATALOGUE}> <{REVISION}> ?revision }} }}"
ORIGINS_QUERY = f"SELECT ?graph ?origin {{ GRAPH <{CATALOGUE}> {{ ?graph <{ORIGIN}> ?origin }} }}"
CHANGING_QUERY = f"SELECT ?graph {{ GRAPH <{CATALOGUE}> {{ ?graph <{CHANGING}> true }} }}"
SHARED_QUERY = (
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} "
    f"FILTER EXISTS {{{{ GRAPH ?other {{{{ ?s ?p ?o }}}} FILTER(?other NOT IN (<{{graph}}>, <{CATALOGUE}>)) }}}} }}}}"
)
SIZES_QUERY = f"SELECT ?size {{ GRAPH <{CATALOGUE}> {{ ?graph <{SIZE}> ?size }} }}"
LOADING_QUERY = f"SELECT ?graph {{ GRAPH <{CATALOGUE}> {{ ?graph <{LOADING}> true }} }}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Say what is kept beside the graphs: a catalogue, and their merge.

    ``merge`` is the graph that holds the merge, empty for the default graph; None leaves merging to the server.
    """

    catalogue: bool
    merge: str | None

    @property
    def _triples(self) -> str:
        """Return the pattern of every triple of the merge."""
        return f"GRAPH <{self.merge}> {{ ?s ?p ?o }}" if self.merge else "?s ?p ?o"

    @property
    def stale(self) -> str:
        """Return the pattern of what the merge holds and no graph states."""
        stating = "GRAPH ?g { ?s ?p ?o }"
        if self.merge:
            stating += f" FILTER(?g NOT IN (<{self.merge}>, <{CATALOGUE}>))"
        return f"{self._triples} FILTER NOT EXISTS {{ {stating} }}"

    @property
    def missing(self) -> str:
        """Return the pattern of what a graph states and the merge does not hold."""
        stated = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{CATALOGUE}>) FILTER NOT EXISTS {{ {self._triples} }}"
        if self.merge:
            return f"GRAPH <{CATALOGUE}> {{ ?g <{DIGEST}> ?d }} {stated}"
        return stated

    def merge_update(self) -> list[str]:
        """Return the updates that put the merge right after a change whose effect is not known."""
        if self.merge is None:
            return []
        merged = self._triples
        return [f"DELETE {{ {merged} }} WHERE {{ {self.stale} }}", f"INSERT {{ {merged} }} WHERE {{ {self.missing} }}"]

    def unmerge(self, iri: str) -> list[str]:
        """Return the updates that take out of the merge what no graph but this one states."""
        if self.merge is None:
            return []
        others = f"?other != <{iri}>"
        if self.merge:
            others = f"?other NOT IN (<{iri}>, <{self.merge}>)"
        return [
            f"DELETE {{ {self._triples} }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} "
            f"FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER({others}) }} }}"
        ]

    def remerge(self, iri: str) -> list[str]:
        """Return the updates that add a graph to the merge."""
        if self.merge is None:
            return []
        return [f"ADD SILENT GRAPH <{iri}> TO " + (f"GRAPH <{self.merge}>" if self.merge else "DEFAULT")]


PLAIN = Layout(catalogue=False, merge=None)
IN_DEFAULT = Layout(catalogue=True, merge="")
IN_NAMED = Layout(catalogue=True, merge=MERGED)
BY_SERVER = Layout(catalogue=True, merge=None)


@dataclass(frozen=True, slots=True)
class DocumentGraph:
    """Hold one graph ready to be stored: its triples as sorted N-Triples lines without repeats.

    ``origin`` is a word for what the graph was made from, empty where nobody asks for it.
    """

    iri: str
    triples: bytes
    size: int
    digest: str
    origin: str = ""

    @property
    def nquads(self) -> bytes:
        """Return the triples as N-Quads of this graph."""
        # A line of N-Triples ends in " .\n", and a line break inside a literal is always escaped.
        if not self.iri:
            return self.triples
        return self.triples.replace(b" .\n", b" <" + self.iri.encode() + b"> .\n")


def name_of(iri: str) -> NamedNode | DefaultGraph:
    """Return the name of a graph in Oxigraph; the empty IRI is the default graph."""
    from pyoxigraph import DefaultGraph, NamedNode

    return NamedNode(iri) if iri else DefaultGraph()


def read_graph(iri: str, nquads: bytes, origin: str = "") -> DocumentGraph:
    """Return the graph in canonical form; an empty IRI is the default graph.

    Raise ``StoreError`` when the N-Quads are malformed or hold a quad of another graph.
    """
    from pyoxigraph import DefaultGraph, RdfFormat, Store, parse

    # Oxigraph rewrites literals (01 as 1) when it stores them: the digest must be of what reads back.
    stored = Store()
    try:
        name = name_of(iri)
        if b"_:" in nquads:
            stored.bulk_extend(parse(nquads, RdfFormat.N_QUADS))  # a bulk load would rename blank nodes
        else:
            stored.bulk_load(nquads, RdfFormat.N_QUADS)
    except (ValueError, SyntaxError) as error:
        raise StoreError(f"图的 N-Quads 不合格式 (malformed): {error}", "bad-graph", iri) from error
    for other in {*stored.named_graphs(), DefaultGraph()} - {name}:
        for quad in stored.quads_for_pattern(None, None, None, other):
            raise StoreError(f"有四元组属于别的图 (a quad belongs to another graph): {quad}", "foreign-quad", iri)
    text = stored.dump(format=RdfFormat.N_TRIPLES, from_graph=name)
    del stored  # of a large graph both would take half of the memory of a lift
    return canonical_graph(iri, text or b"", origin)


def canonical_graph(iri: str, ntriples: bytes, origin: str = "") -> DocumentGraph:
    """Return the graph of well-formed N-Triples lines, sorted and without repeats."""
    lines = sorted(set(ntriples.splitlines(keepends=True)))
    triples = b"".join(lines)
    return DocumentGraph(iri, triples, len(lines), sha256(triples).hexdigest(), origin)


def replace_update(graph: DocumentGraph, layout: Layout) -> str:
    """Return the update that puts a graph in place, in the merge and in the catalogue."""
    if not graph.iri:
        return f"CLEAR DEFAULT ;\nINSERT DATA {{\n{graph.triples.decode()}}}"
    if not graph.size:  # Virtuoso takes no INSERT DATA of nothing
        return _in_place(graph, (), layout)
    return _in_place(graph, (f"INSERT DATA {{ GRAPH <{graph.iri}> {{\n{graph.triples.decode()}}} }}",), layout)


def move_update(stage: str, graph: DocumentGraph, layout: Layout) -> str:
    """Return the update that puts in place a graph that was written to ``stage``."""
    return _in_place(graph, (f"MOVE GRAPH <{stage}> TO GRAPH <{graph.iri}>",), layout)


def _in_place(graph: DocumentGraph, filling: tuple[str, ...], layout: Layout) -> str:
    steps = [*layout.unmerge(graph.iri), f"DROP SILENT GRAPH <{graph.iri}>", *filling, *layout.remerge(graph.iri)]
    if layout.catalogue:
        steps += [forget_update(graph.iri), record_update(graph)]
    return " ;\n".join(steps)


def remove_update(iri: str, layout: Layout, known: bool = True) -> str:
    """Return the update that removes a graph from its place, the merge and the catalogue.

    Of a graph that is not ``known`` to the catalogue, because an update made it, a new revision has to tell.
    """
    if not iri:
        return "CLEAR DEFAULT"
    steps = [*layout.unmerge(iri), f"DROP SILENT GRAPH <{iri}>"]
    if layout.catalogue:
        steps += [forget_update(iri)] if known else _new_revision()
    return " ;\n".join(steps)


def record_update(graph: DocumentGraph) -> str:
    """Return the update that enters a graph into the catalogue."""
    entry = f'<{graph.iri}> <{DIGEST}> "{graph.digest}" ; <{SIZE}> {graph.size}'
    if graph.origin:
        entry += f' ; <{ORIGIN}> "{graph.origin}"'
    return f"INSERT DATA {{ GRAPH <{CATALOGUE}> {{ {entry} }} }}"


def record_change(iri: str, word: str) -> str:
    """Return the update that enters a graph into the catalogue of which only is known that it changed."""
    return f'INSERT DATA {{ GRAPH <{CATALOGUE}> {{ <{iri}> <{DIGEST}> "{word}" }} }}'


def origin_update(graph: DocumentGraph) -> str:
    """Return the update that enters what a graph, itself unchanged, was made from."""
    entry = f"GRAPH <{CATALOGUE}> {{ <{graph.iri}> <{ORIGIN}>"
    return f'DELETE WHERE {{ {entry} ?o }} }} ;\nINSERT DATA {{ {entry} "{graph.origin}" }} }}'


def forget_update(iri: str) -> str:
    """Return the update that takes a graph out of the catalogue."""
    return f"DELETE WHERE {{ GRAPH <{CATALOGUE}> {{ <{iri}> ?p ?o }} }}"


def mark_update(iris: Iterable[str], mark: str) -> str:
    """Return the update that marks graphs as being loaded or changed, so that a crash is noticed."""
    marks = " ".join(f"<{iri}> <{mark}> true ." for iri in iris)
    return f"INSERT DATA {{ GRAPH <{CATALOGUE}> {{ {marks} }} }}"


def unmark_update() -> str:
    """Return the update that says that nothing is being changed any more."""
    return f"DELETE WHERE {{ GRAPH <{CATALOGUE}> {{ ?graph <{CHANGING}> ?mark }} }}"


def data_update(graph: str, gone: Iterable[bytes], new: Iterable[bytes], leaving: Iterable[bytes]) -> list[str]:
    """Return the updates that take lines out of a graph and put others in, the merge in the default graph following.

    ``leaving`` are those lines of ``gone`` that no other graph states.
    """
    out, into, away = (b"".join(lines).decode() for lines in (gone, new, leaving))
    steps = []
    if out:
        steps.append(f"DELETE DATA {{ GRAPH <{graph}> {{\n{out}}} }}")
    if away:
        steps.append(f"DELETE DATA {{\n{away}}}")
    if into:
        steps.append(f"INSERT DATA {{ GRAPH <{graph}> {{\n{into}}}\n{into}}}")
    return steps


def _new_revision() -> list[str]:
    return [
        forget_update(CATALOGUE),
        f'INSERT DATA {{ GRAPH <{CATALOGUE}> {{ <{CATALOGUE}> <{REVISION}> "{uuid4().hex}" }} }}',
    ]


def revision_update() -> list[str]:
    """Return the updates that give the data a new version and mark all digests: they hold no longer."""
    entry = f"GRAPH <{CATALOGUE}> {{ ?g <{DIGEST}> ?d }}"
    marked = f'GRAPH <{CATALOGUE}> {{ ?g <{DIGEST}> "{CHANGED}" }}'
    origins = f"DELETE WHERE {{ GRAPH <{CATALOGUE}> {{ ?g <{ORIGIN}> ?origin }} }}"
    return [f"DELETE {{ {entry} }} INSERT {{ {marked} }} WHERE {{ {entry} }}", origins, *_new_revision()]


def version_of(digests: Mapping[str, str], revision: str) -> str:
    """Return the data version: sixteen hexadecimal digits over all graphs, their digests and the revision."""
    hashed = sha256(revision.encode())
    for iri, digest in sorted(digests.items()):
        hashed.update(f"{len(iri)}:{iri}{digest}".encode())
    return hashed.hexdigest()[:16]
