from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from jixiao.store import open_store
from tests.api.conftest import wait_for
from tests.api.test_limits import processor_seconds

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import Service, Start

TOKEN = "geheim-绩效-0123456789"
BEARER: dict[str, Any] = {"authorization": f"Bearer {TOKEN}".encode()}
TURTLE: dict[str, Any] = {"content-type": "text/turtle", **BEARER}
UPDATE: dict[str, Any] = {"content-type": "application/sparql-update", **BEARER}
G = "http://example.org/新图"
HAS = "ASK {{ GRAPH <{}> {{ ?s ?p ?o }} }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, store_folder: Path) -> Path:
    copy = tmp_path_factory.mktemp("writable") / "store"
    shutil.copytree(store_folder, copy, ignore=shutil.ignore_patterns("snapshot-*"))
    return copy


@pytest.fixture(scope="module")
def writable(start_service: Start, folder: Path) -> Service:
    return start_service(folder, {"JIXIAO_TOKEN": TOKEN})


def put(service: Service, graph: str, turtle: str, headers: Any = TURTLE) -> httpx.Response:
    return service.client.put("/graphs", params={"graph": graph}, content=f"{turtle} .".encode(), headers=headers)


def test_writing_needs_the_token(writable: Service) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}".encode()}):
        answer = put(writable, G, "<urn:s> <urn:p> 1", {"content-type": "text/turtle", **headers})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="jixiao"')
        update = {"content-type": "application/sparql-update", **headers}
        assert writable.post("/update", content=b"DROP ALL", headers=update).status_code == 401
    assert writable.get("/queries").status_code == 401
    assert writable.get("/queries", headers=BEARER).json() == []
    assert not writable.ask(HAS.format(G)).json()["boolean"]


def test_a_graph_is_put_read_added_to_and_removed(writable: Service) -> None:
    version = writable.ask("ASK {}").headers["x-data-version"]
    created = put(writable, G, '<urn:s> <urn:p> "一", [ <urn:q> 2 ]')
    assert (created.status_code, unquote(created.headers["location"])) == (201, G)
    seen = writable.ask(HAS.format(G))
    assert seen.json()["boolean"]
    assert seen.headers["x-data-version"] != version
    assert writable.column('SELECT ?s { ?s <urn:p> "一" }') == ["urn:s"]  # the merge has it too
    added = writable.post("/graphs", params={"graph": G}, content=b"<urn:s> <urn:p> 3 .", headers=TURTLE)
    assert added.status_code == 204
    assert writable.column(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{G}> {{ ?s ?p ?o }} }}") == ["4"]
    assert put(writable, G, "<urn:s> <urn:p> 4").status_code == 204
    assert writable.column("SELECT ?o { <urn:s> <urn:p> ?o }") == ["4"]
    for status in (204, 404):
        assert writable.client.delete("/graphs", params={"graph": G}, headers=BEARER).status_code == status
    assert not writable.ask("ASK { <urn:s> ?p ?o }").json()["boolean"]
    assert writable.ask("ASK {}").headers["x-data-version"] == version


def test_updates_keep_the_merge_and_leave_the_default_graph_alone(writable: Service) -> None:
    text = f'INSERT DATA {{ GRAPH <{G}> {{ <urn:a> rdfs:label "甲", "乙" }} }}'
    assert writable.post("/update", content=text.encode(), headers=UPDATE).status_code == 204
    assert writable.column("SELECT ?l { <urn:a> rdfs:label ?l } ORDER BY ?l") == ["乙", "甲"]
    form: dict[str, Any] = {"content-type": "application/x-www-form-urlencoded", **BEARER}
    body = {"update": 'DELETE { GRAPH ?g { ?s ?p "乙" } } WHERE { GRAPH ?g { ?s ?p "乙" } }'}
    assert writable.post("/update", data=body, headers=form).status_code == 204
    assert writable.column("SELECT ?l { <urn:a> rdfs:label ?l }") == ["甲"]
    refused = writable.post("/update", content=b"INSERT DATA { <urn:a> <urn:b> 1 }", headers=UPDATE)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/merged-default-graph")
    assert writable.client.put("/graphs?default", content=b"", headers=TURTLE).status_code == 409
    assert writable.client.delete("/graphs", params={"graph": G}, headers=BEARER).status_code == 204


def test_bad_changes_change_nothing(writable: Service) -> None:
    version = writable.ask("ASK {}").headers["x-data-version"]
    broken = put(writable, G, "<urn:s> <urn:p> ")
    assert (broken.status_code, broken.json()["type"]) == (400, "/problems/bad-data")
    assert put(writable, G, "{}", {"content-type": "application/json5", **BEARER}).status_code == 415
    quads: dict[str, Any] = {"content-type": "application/n-quads", **BEARER}
    assert put(writable, G, "<urn:s> <urn:p> 1 <urn:g>", quads).status_code == 400
    fault = writable.post("/update", content=b"INSERT DATA { GRAPH <urn:g> { <urn:a> } }", headers=UPDATE).json()
    assert (fault["line"], fault["column"], fault["word"]) == (1, 39, "}")
    assert writable.ask("ASK {}").headers["x-data-version"] == version


def test_a_change_that_takes_too_long_is_stopped_whole(
    start_service: Start, store_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(store_folder, tmp_path / "store", ignore=shutil.ignore_patterns("snapshot-*"))
    service = start_service(tmp_path / "store", {"JIXIAO_TOKEN": TOKEN, "JIXIAO_LIMIT_WRITE_SECONDS": "2"})
    version = service.ask("ASK {}").headers["x-data-version"]
    text = "INSERT { GRAPH <urn:g> { ?a ?b ?i } } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    stopped = service.post("/update", content=text.encode(), headers=UPDATE)
    assert (stopped.status_code, stopped.json()["limit"]) == (504, 2.0)
    assert service.ask("ASK {}").headers["x-data-version"] == version
    wait_for(lambda: put(service, G, "<urn:s> <urn:p> 1").status_code in (201, 204))  # the store is not locked


def test_what_another_process_writes_is_seen_when_it_is_done(writable: Service, folder: Path) -> None:
    wait_for(lambda: writable.ask("ASK {}").status_code == 200)
    store = open_store(str(folder))  # as a lift does, while the service runs
    store.replace_graph(G, f"<urn:s> <urn:p> <urn:o> <{G}> .\n".encode())
    assert not writable.ask(HAS.format(G)).json()["boolean"]  # not yet, and no waiting for it
    store.close()
    wait_for(lambda: writable.ask(HAS.format(G)).json()["boolean"])
    store = open_store(str(folder))
    store.remove_graph(G)
    store.close()
    wait_for(lambda: not writable.ask(HAS.format(G)).json()["boolean"])


def test_changes_that_wait_for_their_turn_take_no_memory(
    start_service: Start, store_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(store_folder, tmp_path / "store", ignore=shutil.ignore_patterns("snapshot-*"))
    service = start_service(tmp_path / "store", {"JIXIAO_TOKEN": TOKEN})
    process = Path(f"/proc/{service.pid}")
    before = own_memory(process)
    store = open_store(str(tmp_path / "store"))  # nobody else can write
    long = "# nothing that counts\n" * 400_000 + "<urn:s> <urn:p> 1"
    with ThreadPoolExecutor(4) as pool:
        changes = [pool.submit(put, service, f"{G}{number}", long) for number in range(4)]
        wait_for(lambda: (process / "maps").read_text().count("(deleted)") == 4)
        assert own_memory(process) - before < 2 * len(long)  # the first, which is on its way to the writer
        store.close()
        assert [each.result().status_code for each in changes] == [201] * 4
    assert not [line for line in (process / "maps").read_text().splitlines() if "(deleted)" in line]


def own_memory(process: Path) -> int:
    """Return the bytes of memory that a process alone holds, without mapped files."""
    (line,) = (line for line in (process / "status").read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) << 10


def test_many_writers_and_readers_at_once(writable: Service) -> None:
    graphs = [f"http://example.org/{number}" for number in range(12)]

    def write(graph: str) -> int:
        status = put(writable, graph, f"<{graph}> <urn:n> 1").status_code
        assert graph in writable.column("SELECT ?s { ?s <urn:n> ?o }")  # whatever others write meanwhile
        return status

    with ThreadPoolExecutor(6) as pool:
        writes = [pool.submit(write, graph) for graph in graphs]
        reads = [pool.submit(writable.ask, "SELECT ?s { ?s <urn:n> ?o }") for _ in range(24)]
        assert [each.result() for each in writes] == [201] * 12
        assert {each.result().status_code for each in reads} == {200}
    assert sorted(writable.column("SELECT ?s { ?s <urn:n> ?o }")) == sorted(graphs)
    for graph in graphs:
        assert writable.client.delete("/graphs", params={"graph": graph}, headers=BEARER).status_code == 204


def test_a_service_may_start_before_there_is_data(start_service: Start, tmp_path: Path) -> None:
    service = start_service(tmp_path / "later", wait_ready=False)
    refused = service.ask("ASK {}")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/store-unavailable")
    assert service.get("/readyz").status_code == 503
    assert service.get("/livez").status_code == 200
    store = open_store(str(tmp_path / "later"))
    store.replace_graph(G, f"<urn:s> <urn:p> <urn:o> <{G}> .\n".encode())
    store.close()
    wait_for(lambda: service.get("/readyz").status_code == 200)
    assert service.column("SELECT ?s { ?s ?p ?o }") == ["urn:s"]


def test_a_view_on_disk_answers_alike(
    start_service: Start, store_folder: Path, tmp_path: Path, service: Service
) -> None:
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy, ignore=shutil.ignore_patterns("snapshot-*"))
    disk = start_service(copy, {"JIXIAO_VIEW": "disk", "JIXIAO_TOKEN": TOKEN})
    assert list(copy.glob("snapshot-*"))
    for text in (
        "SELECT * { ?s a jx:Department ; ?p ?o } ORDER BY ?s ?p ?o LIMIT 100",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } }",
    ):
        assert disk.ask(text).json() == service.ask(text).json()
    assert put(disk, G, "<urn:s> <urn:p> 1").status_code == 201
    wait_for(lambda: disk.ask(HAS.format(G)).json()["boolean"])
    wait_for(lambda: len(list(copy.glob("snapshot-*"))) == 1)  # the older one is gone


def test_a_service_over_another_server_answers_alike(
    start_service: Start, store_folder: Path, tmp_path: Path, service: Service
) -> None:
    """A service whose store is another service's address: limits, formats and faults are its own."""
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy, ignore=shutil.ignore_patterns("snapshot-*"))
    behind = start_service(copy, {"JIXIAO_TOKEN": TOKEN})
    front = start_service(f"{behind.url}/sparql", {"JIXIAO_STORE_TOKEN": "x", "JIXIAO_TOKEN": TOKEN})
    rows = "SELECT ?s ?p ?o { ?s a jx:Department ; ?p ?o } ORDER BY ?s ?p ?o LIMIT 50"  # a sort is slow on disk
    assert front.ask(rows).json() == service.ask(rows).json()
    assert front.ask(rows, "text/csv", rows=3).headers["x-result-truncated"] == "true; limit=3"
    assert front.ask("ASK { ?s a jx:Project }").json()["boolean"] is True
    triples = front.ask("CONSTRUCT WHERE { ?s a jx:Department }", "application/n-triples").text
    assert sorted(triples.splitlines()) == sorted(
        service.ask("CONSTRUCT WHERE { ?s a jx:Department }", "application/n-triples").text.splitlines()
    )
    fault = front.ask("SELECT * {\n FILTR }").json()
    assert (fault["line"], fault["word"]) == (2, "FILTR")
    stopped = front.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=2)
    assert (stopped.status_code, stopped.json()["limit"]) == (504, 2.0)
    assert front.ask("ASK { SERVICE <http://127.0.0.1:1/> {} }").status_code == 403
    assert front.ask("ASK FROM <http://127.0.0.1:1/> {}").status_code == 400
    wait_for(lambda: behind.get("/queries", headers=BEARER).json() == [])  # it was told to stop, too


def test_updates_may_be_long_and_a_slip_is_told_with_its_line(scratch: Service) -> None:
    lines = [f'<urn:s{number}> <urn:p> "值{number}"@zh .' for number in range(5000)]
    direct = {"content-type": "application/sparql-update"}
    body = "INSERT DATA { GRAPH <urn:g> {\n" + "\n".join(lines) + "\n} }"
    assert scratch.post("/update", content=body.encode(), headers=direct).status_code == 204
    assert scratch.column("SELECT (COUNT(*) AS ?n) { GRAPH <urn:g> { ?s ?p ?o } }") == ["5000"]
    many = " ;\n".join(f"INSERT DATA {{ GRAPH <urn:h> {{ <urn:s> <urn:p> {number} }} }}" for number in range(200))
    assert scratch.post("/update", content=many.encode(), headers=direct).status_code == 204
    wrong = scratch.post("/update", content=(many + " ;\nINSRT DATA {}").encode(), headers=direct)
    problem = wrong.json()
    assert (wrong.status_code, problem["line"], problem["column"], problem["word"]) == (400, 201, 1, "INSRT")
    for update in (
        "DROP GRAPH <urn:none>",
        "CREATE GRAPH <urn:g>",
        "INSERT { ?s ?p ?y } WHERE { BIND(<urn:f>() AS ?y) }",
    ):
        refused = scratch.post("/update", content=update.encode(), headers=direct)
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/update-failed")
    assert scratch.column("SELECT (COUNT(*) AS ?n) { GRAPH <urn:h> { ?s ?p ?o } }") == ["200"]


MULTIPLIED = "INSERT {{ {} }} WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(CONCAT(STR(?a), STR(?d), STR(?g)) AS ?j) }}"


@pytest.mark.long
def test_a_change_that_grows_beyond_its_memory_changes_nothing(
    start_service: Start, store_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(store_folder, tmp_path / "store", ignore=shutil.ignore_patterns("snapshot-*"))
    limits = {"JIXIAO_LIMIT_WRITE_MEMORY": str(100 << 20)}
    merged = start_service(tmp_path / "store", {"JIXIAO_TOKEN": TOKEN, **limits})
    scratch = start_service(None, limits, scratch=True)
    data = "INSERT DATA {" + "".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(1000)) + "}"
    assert scratch.post("/update", content=data.encode(), headers=UPDATE).status_code == 204
    for service, template in (
        (merged, "GRAPH <urn:many> { ?a ?b ?j }"),
        (scratch, "GRAPH <urn:many> { ?a ?b ?j }"),
        (scratch, "?a ?b ?j"),
    ):
        before = service.column("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        text = MULTIPLIED.format(template)
        stopped = service.client.post("/update", content=text.encode(), headers=UPDATE, timeout=600)
        assert (stopped.status_code, stopped.json()["type"]) == (503, "/problems/memory-limit")
        assert service.column("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before
        assert not service.ask(HAS.format("urn:many")).json()["boolean"]


def bomb_of(kind: str) -> bytes:
    """Return a small document that a parser makes much of."""
    if kind == "entities":
        lines = ["<!ENTITY e0 'aaaaaaaaaa'>"]
        lines += [f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10)]
        return f"<!DOCTYPE r [{''.join(lines)}]><r>&e9;</r>".encode()
    if kind == "nested":
        return b'{"@id":"urn:a","urn:b":' * 50_000 + b"1" + b"}" * 50_000
    if kind == "brackets":
        return b"<urn:a> <urn:b> " + b"(" * 391_000
    return b'<urn:a> <urn:b> "' + b"x" * (200 << 20) + b'" .'


@pytest.fixture(scope="module")
def narrow(start_service: Start) -> Service:
    limits = {"WRITE_MEMORY": str(300 << 20), "QUERY_BYTES": "1000"}
    return start_service(None, {f"JIXIAO_LIMIT_{name}": value for name, value in limits.items()}, scratch=True)


@pytest.mark.parametrize(
    ("kind", "media_type", "status"),
    [
        ("entities", "application/rdf+xml", 400),
        ("nested", "application/ld+json", 400),
        ("brackets", "text/turtle", 400),
        ("long", "text/turtle", 503),
    ],
)
def test_bombs_end_where_they_came_in(narrow: Service, kind: str, media_type: str, status: int) -> None:
    before = _most_memory(narrow)
    answer = narrow.client.put("/graphs?graph=urn:g", content=bomb_of(kind), headers={"content-type": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert not narrow.ask(HAS.format("urn:g")).json()["boolean"]
    assert _most_memory(narrow) < before + (1 << 30)


def _most_memory(service: Service) -> int:
    """Return the most memory that a process of a service has held, in bytes."""
    found = 0
    for process in (service.pid, *service.descendants()):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found = max(found, int(line.split()[1]) << 10)
    return found


@pytest.mark.parametrize(
    ("update", "line", "column"),
    [
        ("INSERT DATA { <urn:a> <urn:b> " + "(" * 391_000, 1, 230),
        ("INSERT DATA {\n x:a <urn:b> 1 }", 2, 2),
        ("INSRT DATA {}", 1, 1),
    ],
)
def test_a_faulty_update_is_told_with_its_place(scratch: Service, update: str, line: int, column: int) -> None:
    direct = {"content-type": "application/sparql-update"}
    told = scratch.post("/update", content=update.encode(), headers=direct)
    assert (told.status_code, told.json()["line"], told.json()["column"]) == (400, line, column)


def test_a_text_that_calls_others_is_not_too_long(narrow: Service) -> None:
    update = "INSERT DATA { <urn:a> <urn:b> '%s service' }" % ("x" * 2000)
    direct = {"content-type": "application/sparql-update"}
    assert narrow.post("/update", content=update.encode(), headers=direct).status_code == 413
    assert narrow.post("/update", content=update.replace(" service", "").encode(), headers=direct).status_code == 204


def test_the_old_data_is_shown_while_a_change_is_written(
    start_service: Start, store_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(store_folder, tmp_path / "store", ignore=shutil.ignore_patterns("snapshot-*"))
    service = start_service(tmp_path / "store", {"JIXIAO_TOKEN": TOKEN, "JIXIAO_LIMIT_WRITE_SECONDS": "600"})
    endless = "INSERT { GRAPH <urn:g> { ?a ?b 1 } } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i && ?c = ?e) }"
    with ThreadPoolExecutor(1) as pool:
        assert put(service, G, "<urn:s> <urn:p> 1").status_code == 201  # the store is open to write
        changing = pool.submit(service.client.post, "/update", content=endless.encode(), headers=UPDATE, timeout=600)
        wait_for(lambda: writer_works(service))
        assert service.column("SELECT ?o { <urn:s> <urn:p> ?o }") == ["1"]
        assert not changing.done()
        service.process.terminate()
        stopped = changing.result()
    assert (stopped.status_code, stopped.json()["type"]) == (503, "/problems/stopping")
    store = open_store(str(tmp_path / "store"), read_only=True)
    assert "urn:g" not in store.graphs()
    store.close()


def writer_works(service: Service) -> bool:
    """Say whether a process of the service computes."""
    before = processor_seconds(service.descendants())
    return bool(wait_for(lambda: processor_seconds(service.descendants()) > before + 0.5))
