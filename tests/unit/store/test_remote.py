"""One suite for every store: the embedded one, two servers that others wrote, and a service of our own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from jixiao.errors import QueryError, StoreError
from jixiao.store import open_store
from jixiao.store.endpoints import Access, Endpoint
from jixiao.store.graphs import CATALOGUE
from jixiao.store.peer import PeerStore
from jixiao.store.protocol import Store
from jixiao.store.remote import RemoteStore
from jixiao.vocab import PREFIXES
from tests.benchmarks.generate import documents

ROOT = Path(__file__).resolve().parents[3]
G = "http://example.org/graph/"
OXIGRAPH = shutil.which("oxigraph", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
VIRTUOSO = shutil.which("virtuoso-t")
SETTINGS = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = .
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 20000
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(call: list[str], url: str, folder: Path, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a server until its address answers, and end it afterwards."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(call, cwd=folder, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
    deadline = time.monotonic() + 300  # a busy machine takes its time
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, params={"query": "ASK {}"}, trust_env=False).status_code == 200:
                break
        assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
    try:
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[Store]:
    store = open_store(str(folder / "store"))
    yield store
    store.close()


@contextlib.contextmanager
def oxigraph(folder: Path, access: Access = Access()) -> Iterator[Store]:  # noqa: B008
    if OXIGRAPH is None:
        pytest.skip("the oxigraph server (pip install oxigraph) is not installed")
    port = free_port()
    call = [OXIGRAPH, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    with running(call, f"http://127.0.0.1:{port}/query", folder) as url:
        store = RemoteStore(Endpoint(url, access))
        yield store
        store.close()


def any_server(folder: Path) -> contextlib.AbstractContextManager[Store]:
    """Keep documents as behind a server that nothing is known of: the merge is a graph that queries name."""
    return oxigraph(folder, Access(merge="named"))


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[Store]:
    if VIRTUOSO is None:
        pytest.skip("Virtuoso (Debian: virtuoso-opensource) is not installed")
    port = free_port()
    (folder / "virtuoso.ini").write_text(SETTINGS.format(sql=free_port(), http=port))
    call = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    with running(call, f"http://127.0.0.1:{port}/sparql", folder) as url:
        store = RemoteStore(Endpoint(url, Access(user="dba", password="dba")))
        yield store
        store.close()


@contextlib.contextmanager
def service(folder: Path) -> Iterator[Store]:
    port = free_port()
    call = [
        sys.executable,
        "-c",
        f"from jixiao_service.run import serve; serve({str(folder / 'store')!r}, port={port})",
    ]
    open_store(str(folder / "store")).close()
    environment = {"PYTHONPATH": str(ROOT), "JIXIAO_TOKEN": "0123456789abcdef"}
    with running(call, f"http://127.0.0.1:{port}/sparql", folder, environment) as url:
        store = PeerStore(Endpoint(url, Access(token="0123456789abcdef")))
        yield store
        store.close()


MAKERS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Store]]] = {
    "embedded": embedded,
    "oxigraph": oxigraph,
    "any_server": any_server,
    "virtuoso": virtuoso,
    "service": service,
}


@pytest.fixture(scope="module", params=sorted(MAKERS))
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with MAKERS[request.param](tmp_path_factory.mktemp(request.param)) as store:
        yield store


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return an embedded store with the documents of the comparison."""
    store = open_store(str(tmp_path_factory.mktemp("reference") / "store"))
    store.replace_graphs(documents(9000))
    yield store
    store.close()


def rows(store: Store, text: str) -> list[tuple[str, ...]]:
    return [tuple("" if term is None else str(term) for term in row) for row in store.query(text, prefixes=PREFIXES)]  # type: ignore[union-attr]


QUERIES = {
    "headline": """SELECT ?department ?project ?indicator ?text WHERE {
        ?i a jx:Indicator ; jx:level1 jxc:level-satisfaction ; jx:project/rdfs:label ?project ;
          jx:department/rdfs:label ?department ; rdfs:label ?indicator ; jx:unit unit:PERCENT ; jx:lowerBound ?b ;
          jx:targetText ?text . FILTER(?b >= 95) }""",
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "sums": """SELECT ?d (SUM(?a) AS ?sum) (COUNT(DISTINCT ?p) AS ?n) {
        ?f a jx:FundLine ; jx:amount ?a ; jx:project ?p ; jx:department ?d } GROUP BY ?d""",
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a jx:Indicator } } GROUP BY ?g",
    "both": "SELECT ?g ?l { ?d a jx:Department ; rdfs:label ?l . GRAPH ?g { ?d a jx:Department } }",
    "booleans": "SELECT ?i ?b { ?i jx:lowerInclusive ?b }",
    "true": "SELECT ?i { ?i jx:lowerInclusive true }",
    "texts": 'SELECT ?i ?t { ?i jx:targetText ?t FILTER(CONTAINS(?t, "万元")) }',
    "optional": "SELECT ?i ?due { ?i a jx:Indicator OPTIONAL { ?i jx:due ?due } }",
    "negation": "SELECT ?i { ?i a jx:Indicator FILTER NOT EXISTS { ?i jx:lowerBound ?b } }",
}


def test_the_same_documents_give_the_same_answers(store: Store, reference: Store) -> None:
    assert store.replace_graphs(documents(9000)) == 3
    for name, text in QUERIES.items():
        assert sorted(rows(store, text)) == sorted(rows(reference, text)), name
    assert len(rows(store, QUERIES["headline"])) > 10
    assert bool(store.query("ASK { ?s a jx:Project }", prefixes=PREFIXES)) is True
    assert bool(store.query("ASK { ?s a jx:Finding }", prefixes=PREFIXES)) is False
    constructed = {str(t) for t in store.query("CONSTRUCT WHERE { ?s jx:level1 ?o }", prefixes=PREFIXES)}  # type: ignore[union-attr]
    assert constructed == {str(t) for t in reference.query("CONSTRUCT WHERE { ?s jx:level1 ?o }", prefixes=PREFIXES)}  # type: ignore[union-attr]
    assert store.graphs() == reference.graphs()
    for graph in store.graphs():
        assert set(store.read_graph(graph).splitlines()) == set(reference.read_graph(graph).splitlines())


def test_loading_again_changes_nothing(store: Store) -> None:
    store.replace_graphs(documents(9000))
    version = store.data_version()
    seen: list[tuple[str, bool]] = []
    assert store.replace_graphs(documents(9000), lambda iri, changed: seen.append((iri, changed))) == 0
    assert [changed for _, changed in seen] == [False] * 3
    assert store.data_version() == version


def test_graphs_are_replaced_and_removed_whole(store: Store) -> None:
    before, version = store.graphs(), store.data_version()
    value = '"x\\ty\\n\\"满意\\"\\\\"'
    for key in "12":
        shared = f"<http://example.org/both> <http://example.org/p> {value} <{G}{key}> .\n"
        own = f"<http://example.org/{key}> <http://example.org/p> <http://example.org/o> <{G}{key}> .\n"
        assert store.replace_graph(G + key, (shared + own).encode())
    count = "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o }"
    assert _number(store, count) == 3  # what both state counts once
    assert rows(store, "SELECT ?o { <http://example.org/both> ?p ?o }") == [(value,)]
    new = f'<http://example.org/new> <http://example.org/p> "n" <{G}1> .\n'
    assert store.replace_graph(G + "1", new.encode())
    assert _number(store, count) == 3
    assert store.remove_graph(G + "2")
    assert not store.remove_graph(G + "2")
    assert _number(store, count) == 1
    assert store.remove_graph(G + "1")
    assert (store.graphs(), store.data_version()) == (before, version)


def test_an_empty_graph_is_stored_and_not_lost(store: Store) -> None:
    assert store.replace_graph(G + "empty", b"")
    assert not store.replace_graph(G + "empty", b"")
    if not isinstance(store, PeerStore):  # which is checked where it is
        assert store.check() == []
    store.remove_graph(G + "empty")


def _number(store: Store, text: str) -> int:
    (row,) = store.query(text)  # type: ignore[misc]
    return int(row[0].value)


def test_updates_reach_the_merge(store: Store) -> None:
    store.replace_graph(G + "u", f'<http://example.org/a> <http://example.org/p> "old" <{G}u> .\n'.encode())
    version = store.data_version()
    store.update(
        "DELETE { GRAPH ?g { ?s ex:p ?o } } INSERT { GRAPH ?g { ?s ex:p 'new' } } WHERE { GRAPH ?g { ?s ex:p ?o } }",
        prefixes={"ex": "http://example.org/"},
    )
    assert rows(store, "SELECT ?o { <http://example.org/a> ?p ?o }") == [('"new"',)]
    assert store.data_version() != version
    with pytest.raises(QueryError) as caught:
        store.update("INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }")
    assert caught.value.code == "merged-default-graph"
    assert store.remove_graph(G + "u")


def test_faults_are_told(store: Store) -> None:
    with pytest.raises(QueryError, match="第 2 行第 3 列"):
        store.query("SELECT * {\n  FILTR }")
    with pytest.raises(StoreError, match="another graph"):
        store.replace_graph(G, b"<http://s> <http://p> <http://o> <http://other> .\n")


def test_a_backup_moves_between_stores(store: Store, tmp_path: Path) -> None:
    store.replace_graphs(documents(9000))
    store.backup(tmp_path / "all.nq.gz")
    memory = open_store(":memory:")
    memory.restore(tmp_path / "all.nq.gz")
    assert memory.graphs() == store.graphs()
    store.replace_graph(G + "x", f'<http://s> <http://p> "x" <{G}x> .\n'.encode())
    store.restore(tmp_path / "all.nq.gz")
    assert store.graphs() == memory.graphs()


@pytest.mark.long
@pytest.mark.parametrize("maker", ["oxigraph", "virtuoso"])
def test_a_large_graph_goes_in_parts_and_an_interrupted_load_is_resumed(
    maker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MAKERS[maker](tmp_path) as store:
        assert isinstance(store, RemoteStore)
        monkeypatch.setattr(store, "dialect", _with_batch(store.dialect, 500))
        loads = list(documents(9000))
        sent = store._endpoint.update
        left = 12

        def interrupted(text: str, **options: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise StoreError("the line is cut", "store-unreachable")
            sent(text, **options)

        monkeypatch.setattr(store._endpoint, "update", interrupted)
        with pytest.raises(StoreError, match="cut"):
            store.replace_graphs(loads)
        monkeypatch.setattr(store._endpoint, "update", sent)
        store._digests = None
        done = store.graphs()
        assert len(done) == 1  # only what is whole is in the catalogue
        assert store.check() == []
        assert store.replace_graphs(loads) == 2
        assert store.check() == []
        memory = open_store(":memory:")
        memory.replace_graphs(loads)
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        assert _number(store, count) == _number(memory, count)
        store._endpoint.update(f"DELETE WHERE {{ GRAPH <{loads[0][0]}> {{ ?s <{PREFIXES['jx']}order> ?o }} }}")
        assert re.search(r"有 \d+ 条三元组，应有 \d+ 条", store.check()[0])


PASSED = {"accept", "authorization", "content-type", "server", "www-authenticate"}


class Lossy(BaseHTTPRequestHandler):
    """Pass requests on to a server; answers to moves and to every third update get lost, every fifth is refused."""

    server_address_behind = ""
    updates = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        passed = {key: value for key, value in self.headers.items() if key.lower() in PASSED}
        updating = "update" in self.headers["Content-Type"]
        type(self).updates += updating
        if updating and self.updates % 5 == 0:
            self.send_error(503)
            return
        answer = httpx.post(self.server_address_behind + self.path, content=body, headers=passed, trust_env=False)
        if updating and answer.is_success and (b"MOVE" in body or self.updates % 3 == 0):
            self.connection.close()
            return
        self.send_response(answer.status_code)
        for key in PASSED & answer.headers.keys():
            self.send_header(key, answer.headers[key])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.long
@pytest.mark.parametrize("maker", ["oxigraph", "virtuoso"])
def test_answers_that_get_lost_harm_nothing(maker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.store.endpoints._PAUSE", 0.001)
    with MAKERS[maker](tmp_path) as direct:
        behind, path = re.fullmatch(r"(http://[^/]+)(/.*)", direct.location).groups()  # type: ignore[union-attr]
        monkeypatch.setattr(Lossy, "server_address_behind", behind)
        between = ThreadingHTTPServer(("127.0.0.1", 0), Lossy)
        threading.Thread(target=between.serve_forever, daemon=True).start()
        try:
            access = Access(user="dba", password="dba", merge="named")
            store = RemoteStore(Endpoint(f"http://127.0.0.1:{between.server_port}{path}", access))
            loads = list(documents(9000))
            for batch in (500, 700):
                monkeypatch.setattr(store, "dialect", _with_batch(store.dialect, batch))
                while True:
                    try:
                        store.replace_graphs(loads)
                        break
                    except StoreError:  # run again, as a user would
                        store._digests = None
                assert store.check() == []
                assert store.graphs() == sorted(iri for iri, _ in loads)
                for iri, nquads in loads:
                    assert len(store.read_graph(iri).splitlines()) == len(set(nquads.splitlines()))
                stages = "SELECT ?g { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/store/stage/')) }"
                assert store._column(stages) == []
                for iri, _ in loads:
                    assert store.remove_graph(iri)
            store.close()
        finally:
            between.shutdown()
            between.server_close()


def _with_batch(dialect: Any, batch: int) -> Any:
    import dataclasses

    return dataclasses.replace(dialect, batch=batch)


def test_a_cut_result_of_another_server_is_no_answer(tmp_path: Path) -> None:
    """Virtuoso cuts results at its own limit and says so in a header only."""
    with virtuoso(tmp_path) as store:
        store.replace_graphs(documents(9000))
        with pytest.raises(QueryError, match="ResultSetMaxRows"):
            list(store.query("SELECT ?a ?b { ?a ?p ?x . ?b ?p ?y } LIMIT 30000"))  # type: ignore[arg-type]


def test_sources_beyond_the_store_are_not_asked_for(tmp_path: Path) -> None:
    with oxigraph(tmp_path) as store:
        for text in ("SELECT * FROM <http://127.0.0.1:1/x> {}", "ASK FROM NAMED <file:///etc/passwd> {}"):
            with pytest.raises(QueryError, match="there is no graph"):
                store.query(text)
        with pytest.raises(QueryError, match="there is no graph"):
            store.query("ASK {}", default_graphs=["http://127.0.0.1:1/x"])
        assert store.query(f"ASK FROM <{CATALOGUE}> {{}}")


def test_an_endpoint_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.store.endpoints._PAUSE", 0.001)
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store(f"http://127.0.0.1:{free_port()}/sparql")
    assert caught.value.exit_code == 4
