"""What a worker reads from: memory that it shares with its view, a snapshot on disk, or another server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import NamedNode, Store

from jixiao.store.embedded import hide_catalogue
from jixiao.store.functions import FUNCTIONS
from jixiao.store.protocol import Store as DocumentStore
from jixiao.store.syntax.parsing import parse_sparql
from jixiao.vocab import PREFIXES

if TYPE_CHECKING:
    from jixiao.store.protocol import Results

NO_FEDERATION = "本服务不访问其他主机 (this service reaches no other host)"
NOWHERE = "urn:x-jixiao:nowhere"  # the engine fails here without calling anybody
# A query that names no graph in any way can be answered from the default graph alone.
_NAMES_GRAPHS = re.compile(r"graph|from|\\u", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """Hold a query as it comes to a worker; ``formats`` name the format for each kind of result, or None.

    ``broker`` is the beginning of the addresses that the query may call.
    """

    text: str
    formats: Mapping[str, str | None]
    rows: int
    bytes: int
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base_iri: str | None = None
    broker: str | None = None
    vocabulary: str = ""


class Data(Protocol):
    """Answer queries; ``confined`` data needs neither files nor sockets once it is open."""

    confined: bool

    def open(self) -> None:
        """Open what must be opened in the worker itself."""

    def query(self, request: Request) -> Results:
        """Answer a query."""


def _evaluate(store: Store, request: Request) -> Results:
    data_set = request.default_graphs or request.named_graphs
    return store.query(
        request.text,
        base_iri=request.base_iri,
        prefixes=PREFIXES,
        default_graph=[NamedNode(iri) for iri in request.default_graphs] if data_set else None,
        named_graphs=[NamedNode(iri) for iri in request.named_graphs] if data_set else None,
        custom_functions=dict(FUNCTIONS),
    )


@dataclass(slots=True)
class MemoryData:
    """Hold the data in memory: all of it, and the default graph once more by itself.

    Lookups walk every quad of a subject; without the named graphs there are half as many, and queries take 0.6 of the
    time. ``plain`` is None for data sets whose default graph is not the merge.
    """

    full: Store
    plain: Store | None
    confined: bool = field(default=True, init=False)

    def open(self) -> None:
        """Do nothing: the memory is there."""

    def query(self, request: Request) -> Results:
        """Answer from the smaller store whenever it suffices."""
        store = self.full
        if self.plain is not None and not (request.default_graphs or request.named_graphs):
            store = self.full if _NAMES_GRAPHS.search(request.text) else self.plain
        return _evaluate(store, request)


@dataclass(slots=True)
class DiskData:
    """Read a snapshot on disk."""

    folder: str
    confined: bool = field(default=False, init=False)
    _store: Store | None = field(default=None, init=False)

    def open(self) -> None:
        """Open the snapshot."""
        self._store = Store.read_only(self.folder)

    def query(self, request: Request) -> Results:
        """Answer from the snapshot."""
        assert self._store is not None
        return _evaluate(self._store, replace(request, text=hide_catalogue(request.text)))


@dataclass(slots=True)
class StoreData:
    """Ask a store: another server."""

    location: str
    connect: Callable[[str], DocumentStore]
    confined: bool = field(default=False, init=False)
    _store: Any = field(default=None, init=False)

    def open(self) -> None:
        """Connect."""
        self._store = self.connect(self.location)

    def query(self, request: Request) -> Results:
        """Pass the query on; what is no SPARQL 1.1 is refused here (``SparqlSyntaxError``)."""
        parse_sparql(request.text, "QueryUnit")
        results: Results = self._store.query(
            request.text,
            prefixes=PREFIXES,
            default_graphs=request.default_graphs,
            named_graphs=request.named_graphs,
        )
        return results
