from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.api.conftest import has_ended, wait_for

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import Service, Start

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?c) LIMIT 5"
SLOW_TAIL = "SELECT ?a { { VALUES ?a { 1 2 3 } } UNION { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i && ?c = ?e) } }"
CLOSURE = "SELECT (COUNT(*) AS ?n) { ?a (<urn:none>|!<urn:none>)+ ?b . ?c (<urn:none>|!<urn:none>)+ ?d }"
TOKEN = "0123456789abcdef"
BEARER = {"authorization": f"Bearer {TOKEN}"}
POINT = "SELECT ?o { ?s jx:projectCode ?o } LIMIT 1"
PROBLEM = "application/problem+json"


def processor_seconds(processes: list[int]) -> float:
    """Return the processor time that living processes have used."""
    total = 0.0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


@pytest.fixture(scope="module")
def limited(start_service: Start, store_folder: Path) -> Service:
    return start_service(store_folder, {"JIXIAO_TOKEN": TOKEN, "JIXIAO_VIEW": "memory"}, timeout=1.5)


@pytest.fixture(scope="module")
def patient(start_service: Start, store_folder: Path) -> Service:
    """Return a service whose limits no test waits for."""
    many = {
        "JIXIAO_TOKEN": TOKEN,
        "JIXIAO_LIMIT_RUNNING": "24",
        "JIXIAO_LIMIT_LONG": "12",
        "JIXIAO_LIMIT_WAITING": "600",
        "JIXIAO_VIEW": "memory",
    }
    return start_service(store_folder, many, timeout=600)


def listed(service: Service) -> list[dict[str, Any]]:
    """Return the running queries."""
    found: list[dict[str, Any]] = service.get("/queries", headers=BEARER).json()
    return found


def is_idle(service: Service) -> bool:
    """Say whether the processes of a service use less than a tenth of a processor for a while."""
    before = processor_seconds(service.descendants())
    time.sleep(0.3)
    return processor_seconds(service.descendants()) - before < 0.03


@pytest.mark.parametrize("text", [CROSS, SORTED, SLOW_TAIL, CLOSURE])
def test_a_runaway_query_is_stopped_and_its_process_has_ended(limited: Service, text: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        runaway = pool.submit(limited.ask, text)
        process = wait_for(lambda: [each["process"] for each in listed(limited) if each["process"]])[0]
        answer = runaway.result()
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert (answer.status_code, problem["type"]) in ((504, "/problems/time-limit"), (503, "/problems/memory-limit"))
    if text == CROSS:
        assert problem["limit"] == 1.5
        assert "1.5" in problem["detail"] and "1.5" in problem["detail_en"]
    assert problem["query_id"] == answer.headers["x-query-id"]
    assert listed(limited) == []
    wait_for(lambda: has_ended(process))
    wait_for(lambda: is_idle(limited))


@pytest.mark.long
def test_point_queries_are_answered_while_ten_runaways_run(patient: Service) -> None:
    with ThreadPoolExecutor(10) as pool:
        runaways = [pool.submit(patient.ask, CROSS) for _ in range(10)]
        wait_for(lambda: [each["state"] for each in listed(patient)] == ["long"] * 10)
        running = listed(patient)
        assert [patient.ask(POINT).status_code for _ in range(50)] == [200] * 50
        assert [each["state"] for each in listed(patient)] == ["long"] * 10
        for each in running:
            assert patient.client.delete(f"/queries/{each['id']}").status_code == 204
        assert {each.result().json()["type"] for each in runaways} == {"/problems/cancelled"}
    wait_for(lambda: all(has_ended(each["process"]) for each in running))
    wait_for(lambda: is_idle(patient))


def test_a_limit_of_the_client_can_be_lower_but_not_higher(limited: Service) -> None:
    assert limited.ask(CROSS, timeout=0.3).json()["limit"] == 0.3
    assert limited.ask(CROSS, timeout=100).json()["limit"] == 1.5
    for wrong in ("-1", "nan", "inf", "x"):
        assert limited.ask("ASK {}", timeout=wrong).status_code == 400
    assert limited.ask(CROSS, timeout=0).json()["limit"] == 1.5  # clients that send 0 mean no limit of their own


def test_memory_is_limited(start_service: Start, store_folder: Path) -> None:
    service = start_service(store_folder, {"JIXIAO_LIMIT_MEMORY": str(50 << 20)})
    answer = service.ask(SORTED.removesuffix(" LIMIT 5"))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/memory-limit")
    assert answer.json()["limit"] == 50 << 20
    assert service.ask(POINT).status_code == 200


def test_killing_a_worker_loses_nothing_but_its_query(patient: Service) -> None:
    with ThreadPoolExecutor(2) as pool:
        lost, kept = (pool.submit(patient.ask, CROSS) for _ in range(2))
        running = wait_for(
            lambda: len(found := listed(patient)) == 2 and all(each["process"] for each in found) and found
        )
        os.kill(running[0]["process"], signal.SIGKILL)
        wait_for(lambda: len(listed(patient)) == 1)
        assert patient.ask(POINT).status_code == 200
        patient.client.delete(f"/queries/{running[1]['id']}")
        kinds = sorted(each.result().json()["type"] for each in (lost, kept))
    assert kinds == ["/problems/cancelled", "/problems/worker-lost"]


def test_killing_the_view_or_the_nursery_is_mended(patient: Service) -> None:
    for place in (1, 0):
        before = patient.descendants()  # the nursery, the view, workers
        os.kill(before[place], signal.SIGKILL)
        wait_for(lambda: all(map(has_ended, before[place:])))  # noqa: B023
        assert wait_for(lambda: patient.ask(POINT).status_code == 200)


def test_a_client_that_hangs_up_stops_its_query(patient: Service) -> None:
    host, port = patient.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_for(lambda: [each["state"] for each in listed(patient)] == ["long"])
        (running,) = listed(patient)
    wait_for(lambda: listed(patient) == [] and has_ended(running["process"]))


def test_running_queries_are_listed_and_can_be_cancelled(patient: Service) -> None:
    with ThreadPoolExecutor(1) as pool:
        headers = {"X-Query-Id": "mine-1"}
        runaway = pool.submit(patient.get, "/sparql", params={"query": CROSS}, headers=headers)
        (running,) = wait_for(lambda: listed(patient))
        assert (running["id"], running["query"], running["limit_seconds"]) == ("mine-1", CROSS, 600)
        assert patient.get("/queries/mine-1").json()["id"] == "mine-1"
        assert patient.get("/sparql", params={"query": "ASK {}"}, headers=headers).status_code == 400  # taken
        assert patient.client.delete("/queries/mine-1").status_code == 204
        answer = runaway.result()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/cancelled")
    assert answer.headers["x-query-id"] == "mine-1"
    assert patient.client.delete("/queries/mine-1").status_code == 404
    assert patient.get("/queries/mine-1").status_code == 404


@pytest.mark.long
def test_long_queries_are_limited_and_the_rest_is_not(start_service: Start, store_folder: Path) -> None:
    service = start_service(store_folder, {"JIXIAO_LIMIT_LONG": "2", "JIXIAO_LIMIT_SLICE": "0.1"}, timeout=10)
    with ThreadPoolExecutor(4) as pool:
        answers = [each.result() for each in [pool.submit(service.ask, CROSS) for _ in range(4)]]
    kinds = sorted(answer.json()["type"] for answer in answers)
    assert kinds == ["/problems/time-limit"] * 2 + ["/problems/too-many-long"] * 2
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert int(refused.headers["retry-after"]) > 0


def test_a_full_house_is_said_so(start_service: Start, store_folder: Path) -> None:
    limits = {"RUNNING": "2", "ABREAST": "2", "WAITING": "0.3", "SLICE": "600"}
    environment = {"JIXIAO_TOKEN": TOKEN, **{f"JIXIAO_LIMIT_{key}": value for key, value in limits.items()}}
    service = start_service(store_folder, environment, timeout=600)
    with ThreadPoolExecutor(2) as pool:
        runaways = [pool.submit(service.ask, CROSS) for _ in range(2)]
        wait_for(lambda: [each["state"] for each in listed(service)] == ["running"] * 2)
        refused = service.ask("ASK {}")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/too-busy")
        assert refused.headers["retry-after"] == "5"
        for each in listed(service):
            service.client.delete(f"/queries/{each['id']}")
        assert [each.result().status_code for each in runaways] == [503, 503]
    assert service.ask("ASK {}").status_code == 200


# ---------------------------------------------------------------- capped results

ROWS = "SELECT ?s ?l { ?s rdfs:label ?l } ORDER BY ?s"


def test_a_cut_json_result_says_so_and_is_whole_json(service: Service) -> None:
    full = service.ask(ROWS)
    assert "x-result-truncated" not in full.headers
    assert "link" not in full.json()["head"]
    cut = service.ask(ROWS, rows=7)
    assert cut.headers["x-result-truncated"] == "true; limit=7"
    (link,) = cut.json()["head"]["link"]
    assert link in cut.headers["link"]
    assert cut.json()["results"]["bindings"] == full.json()["results"]["bindings"][:7]
    assert "7" in service.client.get(link).text
    exact = len(full.json()["results"]["bindings"])
    assert "x-result-truncated" not in service.ask(ROWS, rows=exact).headers
    assert service.ask(ROWS, rows=exact - 1).headers["x-result-truncated"] == f"true; limit={exact - 1}"


def test_a_cut_xml_result_links_to_the_reason(service: Service) -> None:
    cut = service.ask(ROWS, "application/sparql-results+xml", rows=3)
    root = ET.fromstring(cut.text)
    space = {"r": "http://www.w3.org/2005/sparql-results#"}
    assert len(root.findall("r:results/r:result", space)) == 3
    link = root.find("r:head/r:link", space)
    assert link is not None and link.attrib["href"] in cut.headers["link"]


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values"])
def test_a_cut_table_has_whole_rows(service: Service, accept: str) -> None:
    full, cut = service.ask(ROWS, accept), service.ask(ROWS, accept, rows=5)
    assert cut.headers["x-result-truncated"] == "true; limit=5"
    assert full.text.startswith(cut.text)
    assert cut.text.count("\n") == 6


@pytest.mark.parametrize(
    ("accept", "sign"),
    [
        ("text/turtle", "# "),
        ("application/n-triples", "# "),
        ("application/n-quads", "# "),
        ("application/trig", "# "),
        ("application/rdf+xml", "<!-- "),
        ("application/ld+json", ""),
    ],
)
def test_a_cut_graph_is_still_a_graph(service: Service, accept: str, sign: str) -> None:
    from pyoxigraph import RdfFormat, parse

    text = "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s rdfs:label ?l }"
    cut = service.ask(text, accept, rows=4)
    assert cut.headers["x-result-truncated"] == "true; limit=4"
    assert f"{sign}结果不完整" in cut.text or not sign
    assert len(list(parse(cut.content, RdfFormat.from_media_type(accept)))) == 4
    assert "x-result-truncated" not in service.ask(text, accept).headers


def test_a_result_beyond_the_bytes_is_refused_whole(start_service: Start, store_folder: Path) -> None:
    service = start_service(store_folder, {"JIXIAO_LIMIT_BYTES": "100000", "JIXIAO_LIMIT_ROWS": "50"})
    assert service.ask("SELECT * { ?s ?p ?o }").headers["x-result-truncated"] == "true; limit=50"
    assert service.ask("SELECT * { ?s ?p ?o }", rows=1000).headers["x-result-truncated"] == "true; limit=50"
    text = "SELECT (GROUP_CONCAT(STR(?o)) AS ?all) { ?s ?p ?o }"
    refused = service.ask(text)
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/result-too-large")


# ---------------------------------------------------------------- large results


@pytest.mark.long
def test_a_large_result_streams_with_flat_memory(service: Service) -> None:
    text = "SELECT ?s ?p ?o ?q { ?s ?p ?o . ?s ?q ?x } LIMIT 150000"
    size = 0
    with service.client.stream("GET", "/sparql", params={"query": text}, headers={"accept": "text/csv"}) as answer:
        before = _resident(service.pid)
        lines = 0
        for part in answer.iter_bytes(1 << 16):
            size += len(part)
            lines += part.count(b"\n")
        peak = _resident(service.pid)
    assert lines == 150001
    assert size > 20 << 20
    assert peak - before < 8 << 20


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# ---------------------------------------------------------------- faults


def test_syntax_errors_say_where_and_what(service: Service) -> None:
    answer = service.ask("SELECT ?s WHERE {\n  ?s a jx:Project .\n  FILTR(?s) }")
    problem = answer.json()
    assert answer.status_code == 400
    assert (problem["type"], problem["line"], problem["column"], problem["word"]) == (
        "/problems/syntax-error",
        3,
        3,
        "FILTR",
    )
    assert "FILTER" in problem["expected"]
    assert "第 3 行第 3 列" in problem["detail"]
    unknown = service.ask("SELECT * { ?s foo:bar ?o }").json()
    assert (unknown["line"], unknown["column"], unknown["word"]) == (1, 15, "foo:bar")
    assert service.ask("SELECT * { FILTER(<urn:f>(1)) }").json()["type"] == "/problems/query-failed"


def test_every_problem_kind_can_be_looked_up(service: Service) -> None:
    answer = service.ask("SELECT")
    described = service.get(answer.json()["type"])
    assert described.status_code == 200
    assert "语法" in described.text
    missing: httpx.Response = service.get("/nothing/here")
    assert (missing.status_code, missing.headers["content-type"]) == (404, PROBLEM)
    assert json.loads(missing.text)["instance"] == "/nothing/here"


@pytest.mark.long
def test_many_clients_at_once_get_their_own_answers(service: Service) -> None:
    codes = service.column("SELECT DISTINCT ?code { ?p jx:projectCode ?code } ORDER BY ?code")[:40]
    wrong: list[str] = []

    def work(code: str) -> None:
        for _ in range(5):
            found = service.column(f'SELECT ?c {{ ?p jx:projectCode ?c FILTER(?c = "{code}") }}')
            if set(found) != {code}:
                wrong.append(code)

    threads = [threading.Thread(target=work, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ASK { ?s ?p ?o FILTER" + "(" * 3000 + "1" + ")" * 3000 + "}", "syntax-error"),
        ("ASK " + "{ ?s ?p ?o OPTIONAL " * 3000 + "{}" + "}" * 3000, "syntax-error"),
        ("ASK { {?s ?p ?o}" + " UNION {?s ?p ?o}" * 30_000 + "}", "too-complex"),
    ],
)
def test_what_the_engine_cannot_follow_is_the_querys_fault(service: Service, text: str, kind: str) -> None:
    headers = {"content-type": "application/sparql-query"}
    answer = service.post("/sparql", content=text.encode(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")
    assert service.ask("ASK {}").status_code == 200


def test_a_client_that_leaves_is_one_line_of_the_log(start_service: Start, store_folder: Path) -> None:
    own = start_service(store_folder, {"JIXIAO_TOKEN": TOKEN})
    log = own.temporary.parent / "log"
    before = len(log.read_text().splitlines())
    host, port = own.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_for(lambda: any(each["state"] == "long" for each in listed(own)))
    wait_for(lambda: listed(own) == [])
    (line,) = wait_for(lambda: log.read_text().splitlines()[before:])
    told = json.loads(line)
    assert (told["event"], told["outcome"], told["query"]) == ("client left", "left", CROSS)


def test_a_change_that_the_engine_cannot_follow_is_its_own_fault(scratch: Service) -> None:
    headers = {"content-type": "application/sparql-update"}
    chain = "INSERT { ?s ?p 1 } WHERE { {?s ?p ?o}" + " UNION {?s ?p ?o}" * 30_000 + "}"
    answer = scratch.post("/update", content=chain.encode(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/too-complex")
    assert scratch.post("/update", content=b"INSERT DATA { <urn:s> <urn:p> 1 }", headers=headers).status_code == 204
    assert scratch.column("SELECT ?o { ?s ?p ?o }") == ["1"]


# ---------------------------------------------------------------- turns, and the end


def test_a_service_that_stops_says_so_to_whoever_waits(start_service: Start, store_folder: Path) -> None:
    own = start_service(store_folder, {"JIXIAO_TOKEN": TOKEN}, timeout=600)
    with ThreadPoolExecutor(3) as pool:
        runaways = [pool.submit(own.ask, CROSS) for _ in range(2)]
        wait_for(lambda: [each["state"] for each in listed(own)] == ["long"] * 2)
        exported = pool.submit(own.get, "/export/xlsx")
        wait_for(lambda: list(own.temporary.glob("jixiao-export-*")))
        processes = own.descendants()
        own.process.terminate()
        stopped = [each.result() for each in runaways]
    assert [(each.status_code, each.json()["type"]) for each in stopped] == [(503, "/problems/stopping")] * 2
    assert all(int(each.headers["retry-after"]) > 0 for each in stopped)
    assert exported.result().status_code in (200, 503)
    own.process.join(60)
    assert own.process.exitcode is not None
    wait_for(lambda: all(map(has_ended, processes)))
    assert list(own.temporary.glob("jixiao-*")) == []
    assert "Traceback" not in (own.temporary.parent / "log").read_text()


def test_workers_that_wait_in_vain_go(start_service: Start, store_folder: Path) -> None:
    limits = {"RUNNING": "8", "ABREAST": "8", "LONG": "8"}
    environment = {"JIXIAO_TOKEN": TOKEN, **{f"JIXIAO_LIMIT_{key}": value for key, value in limits.items()}}
    own = start_service(store_folder, environment, timeout=600)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a ?f }"
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(own.ask, slow) for _ in range(6)]
        wait_for(lambda: len(own.descendants()) > 6)
        for each in listed(own):
            own.client.delete(f"/queries/{each['id']}")
        assert {each.result().status_code for each in answers} <= {200, 503}
    wait_for(lambda: len(own.descendants()) <= 3)  # the nursery, the two that are kept ready


def test_no_more_queries_wait_than_may(start_service: Start, store_folder: Path) -> None:
    limits = {"RUNNING": "1", "ABREAST": "1", "QUEUED": "1", "WAITING": "600", "SLICE": "600"}
    environment = {"JIXIAO_TOKEN": TOKEN, **{f"JIXIAO_LIMIT_{key}": value for key, value in limits.items()}}
    own = start_service(store_folder, environment, timeout=600)
    with ThreadPoolExecutor(2) as pool:
        kept = [pool.submit(own.ask, CROSS) for _ in range(2)]
        wait_for(lambda: sorted(each["state"] for each in listed(own)) == ["running", "waiting"])
        refused = own.ask("ASK {}")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/too-busy")
        assert int(refused.headers["retry-after"]) > 0
        for each in listed(own):
            own.client.delete(f"/queries/{each['id']}")
        assert {answer.result().json()["type"] for answer in kept} == {"/problems/cancelled"}
