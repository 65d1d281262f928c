"""What every store can do: one named graph a document, and one answer to one query whichever store it is.

The default graph is the *merge* of all document graphs (RDF 1.1 Concepts, section 3.1: a set, so a triple stated by two
documents counts once). Queries without ``GRAPH`` therefore see everything; ``GRAPH ?g`` says which document states it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from jixiao.store.graphs import ORIGINS_QUERY

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

    from jixiao.store.graphs import DocumentGraph

    Results = QuerySolutions | QueryBoolean | QueryTriples

Progress = Callable[[str, bool], None]


class GraphText(NamedTuple):
    """Hold a graph to be stored: all its quads, and a word for what it was made from, if that is to be kept."""

    iri: str
    nquads: bytes
    origin: str = ""


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Describe a store: where it is, what it holds, and how large it is on disk (None where unknown)."""

    location: str
    kind: str
    version: str
    graphs: int
    triples: int
    disk_bytes: int | None = None


class Store(Protocol):
    """Hold document graphs and answer SPARQL.

    Results belong to the thread that asked and are read once, front to back: ``QuerySolutions`` iterates over solutions
    (``solution["name"]`` is a term or None, ``.variables`` the names), ``QueryBoolean`` is true or false,
    ``QueryTriples`` iterates over triples; each has ``serialize``. Failures are ``StoreError`` or ``QueryError``.
    """

    @property
    def location(self) -> str:
        """Return the folder or address, ``:memory:`` for neither."""

    def query(
        self,
        sparql: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Results:
        """Answer a query; ``prefixes`` are known without being declared, the graphs are the protocol's data set."""

    def replace_graph(self, graph: str, nquads: bytes) -> bool:
        """Put ``nquads``, all of this graph, in its place, whole or not at all; return whether it changed."""

    def put_graph(self, graph: DocumentGraph) -> bool:
        """Put a graph in its place that is in canonical form; its origin is kept until it may have changed."""

    def replace_graphs(
        self, documents: Iterable[GraphText | tuple[str, bytes]], progress: Progress | None = None
    ) -> int:
        """Replace many graphs, each whole or not at all, as fast as the store can; return how many changed.

        It can be repeated after an interruption: a graph that stands complete is passed over.
        """

    def read_graph(self, graph: str) -> bytes:
        """Return a graph as N-Triples, in no order; empty when there is none."""

    def remove_graph(self, graph: str) -> bool:
        """Remove a graph; return whether there was one."""

    def graphs(self) -> list[str]:
        """Return the IRIs of the document graphs, sorted."""

    def digests(self) -> Mapping[str, str]:
        """Return what tells each graph from what it was before, by graph; empty where that is not known."""

    def update(self, sparql: str, *, prefixes: Mapping[str, str] | None = None, base_iri: str | None = None) -> None:
        """Run a SPARQL 1.1 update, whole or not at all.

        The merged default graph cannot be written to directly (``QueryError`` with code ``merged-default-graph``).
        """

    def dump(self, output: IO[bytes]) -> None:
        """Write the document graphs as N-Quads, sorted by graph and line."""

    def data_version(self) -> str:
        """Return a word that differs whenever the data differs; the same documents give the same word."""

    def info(self) -> StoreInfo:
        """Describe the store."""

    def check(self) -> list[str]:
        """Compare what is stored with what was written; return the faults found, none when all is well."""

    def compact(self) -> None:
        """Give the store its best shape for reading after large loads."""

    def backup(self, path: Path) -> None:
        """Write everything to an N-Quads file (gzip when the name ends in ``.gz``) that any store can restore."""

    def restore(self, path: Path, *, verified: bool = True) -> None:
        """Put the content of a backup in the place of everything stored; ``verified``: only one that proves itself."""

    def close(self) -> None:
        """Write what is pending and let others in."""


def read_origins(store: Store) -> dict[str, str]:
    """Return the words for what graphs were made from, by graph; where it was not said or may not hold, none."""
    solutions: Any = store.query(ORIGINS_QUERY)
    return {row["graph"].value: row["origin"].value for row in solutions}
