"""A service over another server: it answers as long as that does, and says when it does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jixiao.errors import StoreError
from jixiao.store.endpoints import Access, Endpoint
from jixiao.store.remote import RemoteStore
from tests.api.conftest import wait_for
from tests.benchmarks.generate import documents
from tests.unit.store.test_remote import OXIGRAPH, free_port, oxigraph, running

if TYPE_CHECKING:
    from tests.api.conftest import Start


def test_a_store_that_is_gone_makes_the_service_unready(start_service: Start, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as store:
        store.replace_graphs(documents(9000))
        service = start_service(store.location)
        assert service.column("SELECT (COUNT(*) AS ?n) { ?i a jx:Indicator }") != ["0"]
        found = service.column("SELECT ?l { ?s rdfs:label ?l FILTER(jx:search(?l, '满意')) } LIMIT 1")
        assert "满意" in found[0]
    told = wait_for(lambda: (answer := service.get("/readyz")).status_code == 503 and answer)
    assert told.json()["type"] == "/problems/store-unavailable"
    assert "连不上" in told.json()["detail"]
    assert service.get("/livez").status_code == 200


def test_words_of_a_search_that_no_query_holds_are_refused(start_service: Start, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as store:
        service = start_service(store.location)
        problem = service.ask("ASK { ?s rdfs:label ?l ; jx:text ?w FILTER(jx:search(?l, ?w)) }").json()
        assert (problem["status"], problem["type"]) == (400, "/problems/query-failed")
        assert "VALUES" in problem["detail"]


def test_a_read_only_server_is_named_as_such(tmp_path: Path) -> None:
    with oxigraph(tmp_path):
        pass
    assert OXIGRAPH is not None
    port = free_port()
    call = [OXIGRAPH, "serve-read-only", "--location", str(tmp_path / "data"), "--bind", f"127.0.0.1:{port}"]
    with running(call, f"http://127.0.0.1:{port}/query", tmp_path) as url:
        store = RemoteStore(Endpoint(url, Access()))
        with pytest.raises(StoreError, match="服务器只读") as caught:
            store.replace_graph("http://example.org/g", b"")
        assert caught.value.code == "store-read-only"
        store.close()
