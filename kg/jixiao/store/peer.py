"""The store behind another Jixiao service, which keeps catalogue and merge itself."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from jixiao.errors import StoreError
from jixiao.store.graphs import DocumentGraph
from jixiao.store.remote import RESULTS, TRIPLES, RemoteStore

_GRAPHS = "SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }"


class PeerStore(RemoteStore):
    """Hand graphs to another service, which knows what is new."""

    def _catalogue(self) -> dict[str, str]:
        if self._digests is None:
            self._digests = dict.fromkeys(self._column(_GRAPHS), "")
        return self._digests

    def data_version(self) -> str:
        """Return the version of the other service's data."""
        self._digests = None
        answer = self._endpoint.query("ASK {}", RESULTS, {})
        answer.close()
        return str(answer.headers["x-data-version"])

    def check(self) -> list[str]:
        """Refuse: only the other service sees what it keeps."""
        raise StoreError("请在图谱库所在处核对 (check the store where it is)", "check-elsewhere", self.location)

    def _address(self, graph: str) -> str:
        return f"{self.location.rsplit('/', 1)[0]}/graphs?{urlencode({'graph': graph})}"

    def put_graph(self, graph: DocumentGraph) -> bool:
        """Hand a graph over; return whether it changed the other service's data."""
        self._require_writing()
        before = self.data_version()
        self._endpoint.send("PUT", self._address(graph.iri), graph.triples, TRIPLES)
        return self.data_version() != before

    def remove_graph(self, graph: str) -> bool:
        """Remove a graph."""
        self._require_writing()
        if graph not in self._catalogue():
            return False
        self._endpoint.send("DELETE", self._address(graph), b"", TRIPLES)
        self._digests = None
        return True

    def update(self, sparql: str, *, prefixes: Mapping[str, str] | None = None, base_iri: str | None = None) -> None:
        """Run an update."""
        self._require_writing()
        self._endpoint.update(self._prepared(sparql, dict(prefixes or {}), base_iri), repeatable=False)
        self._digests = None
