from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

if TYPE_CHECKING:
    from tests.api.conftest import Service

DIRECT = {"content-type": "application/sparql-query"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
LABEL = 'SELECT ?s { VALUES ?s { "100%25 满意 % + & \U0001f600" <http://例子.中国/绩效?甲=乙> } }'


def values(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["s"]["value"] for row in answer.json()["results"]["bindings"]]


def test_chinese_survives_every_way_of_asking(service: Service) -> None:
    wanted = ["100%25 满意 % + & \U0001f600", "http://例子.中国/绩效?甲=乙"]
    encoded = "query=" + quote(LABEL, safe="")
    assert values(service.get("/sparql?" + encoded)) == wanted
    assert values(service.post("/sparql", content=encoded, headers=FORM)) == wanted
    assert values(service.post("/sparql", content=LABEL.encode(), headers=DIRECT)) == wanted
    with_charset = {"content-type": 'application/sparql-query; charset="UTF-8"'}
    assert values(service.post("/sparql", content=LABEL.encode(), headers=with_charset)) == wanted
    # Not percent-encoded at all, but for what would end the parameter.
    raw = LABEL.replace("%", "%25").replace("+", "%2B").replace("&", "%26").replace(" ", "+").encode()
    assert values(service.post("/sparql", content=b"query=" + raw, headers=FORM)) == wanted
    status, body = as_typed(service, b"/sparql?query=" + raw)
    assert (status, [row["s"]["value"] for row in json.loads(body)["results"]["bindings"]]) == (200, wanted)
    assert as_typed(service, "/sparql?query=ASK{?s+?p+'满'}".encode("gbk"))[0] == 400
    assert as_typed(service, "/没有/这页".encode())[0] == 404


def as_typed(service: Service, target: bytes) -> tuple[int, bytes]:
    """Return status and body of a GET whose target is sent byte by byte as it is; clients would encode it."""
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        )
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read()


@pytest.mark.parametrize(
    ("text", "accept", "content_type", "start"),
    [
        ("SELECT (1 AS ?a) {}", "application/sparql-results+json", "application/sparql-results+json", '{"head"'),
        ("SELECT (1 AS ?a) {}", "application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("SELECT (1 AS ?a) {}", "text/csv", "text/csv; charset=utf-8", "a\r\n1"),
        ("SELECT (1 AS ?a) {}", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "?a\n1"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("ASK {}", "text/csv", "text/csv; charset=utf-8", "true"),
        ("DESCRIBE <http://x/满>", "text/turtle", "text/turtle; charset=utf-8", ""),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/n-triples", "application/n-triples", "<http"),
        ("CONSTRUCT { <s> <p> 1 } {}", "text/n3", "text/n3; charset=utf-8", "@prefix"),
        ("CONSTRUCT { <s> <p> 1 } {}", "text/plain", "text/plain; charset=utf-8", "<http"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/n-quads", "application/n-quads", "<http"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/trig", "application/trig", "@prefix"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/rdf+xml", "application/rdf+xml", "<?xml"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/ld+json", "application/ld+json", '[{"@id"'),
        ("CONSTRUCT { <s> <p> 1 } {}", "text/csv, */*;q=0.1", "text/turtle; charset=utf-8", "@prefix"),
    ],
)
def test_each_kind_of_result_in_each_format(
    service: Service, text: str, accept: str, content_type: str, start: str
) -> None:
    answer = service.ask(text, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.text.startswith(start)
    head = service.client.head("/sparql", params={"query": text}, headers={"accept": accept})
    assert (head.status_code, head.headers["content-type"], head.content) == (200, content_type, b"")
    assert head.headers.get("content-length") != "0" or answer.content == b""


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.8, */*;q=0.1", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/*;q=0.9, text/csv;q=0", "text/tab-separated-values; charset=utf-8"),
        ("*/*;q=0.1, text/turtle, text/csv;q=0.2", "text/csv; charset=utf-8"),
        ("text/csv; charset=utf-8; q=0.9, text/tab-separated-values;q=0.8", "text/csv; charset=utf-8"),
    ],
)
def test_the_client_gets_what_it_likes_best(service: Service, accept: str, content_type: str) -> None:
    assert service.ask("SELECT (1 AS ?a) {}", accept).headers["content-type"] == content_type


def test_what_cannot_be_had_is_406_with_the_offers(service: Service) -> None:
    answer = service.ask("SELECT * {}", "text/turtle")
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["offers"]
    assert service.ask("ASK {}", "image/png").status_code == 406
    assert service.ask("SELECT (1 AS ?a) {}", "image/png", format="csv").text == "a\r\n1\r\n"
    assert service.get("/sparql", headers={"accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/sparql?query=ASK{}&query=ASK{}", {}, None, 400),
        ("GET", "/sparql?query=ASK{}&timeout=1&timeout=2", {}, None, 400),
        ("GET", "/sparql?query=%FF", {}, None, 400),
        ("GET", "/sparql?query=ASK{}&timeout=-1", {}, None, 400),
        ("POST", "/sparql", {**DIRECT, "content-encoding": "gzip"}, gzip.compress(b"ASK {}", mtime=0), 415),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=relative", {}, None, 400),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, None, 400),
        ("POST", "/sparql?query=ASK{}", DIRECT, b"ASK {}", 400),
        ("POST", "/sparql", {}, b"ASK {}", 415),
        ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415),
        (
            "POST",
            "/sparql",
            {"content-type": "application/sparql-query; charset=utf-16"},
            "ASK {}".encode("utf-16"),
            415,
        ),
        ("POST", "/sparql", DIRECT, "ASK { ?s ?p '满' }".encode("gbk"), 400),
        ("POST", "/sparql", FORM, b"", 400),
        ("PUT", "/sparql", DIRECT, b"ASK {}", 405),
        ("GET", "/update?update=CLEAR%20ALL", {}, None, 405),
        ("POST", "/update", {"content-type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ("PUT", "/graphs?default", {"content-type": "text/turtle"}, b"", 403),
        ("DELETE", "/graphs?graph=http://x/", {}, None, 403),
        ("GET", "/graphs?graph=http://x/nothing", {}, None, 404),
        ("GET", "/graphs", {}, None, 400),
        ("GET", "/graphs?default&graph=http://x/", {}, None, 400),
    ],
)
def test_bad_requests_are_refused_with_a_reason(
    service: Service, method: str, path: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    answer = service.client.request(method, path, headers=headers, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"] and problem["detail_en"]


def test_queries_too_large_are_refused_before_they_are_read(service: Service) -> None:
    assert service.post("/sparql", content=b"ASK {} #" + b"x" * (2 << 20), headers=DIRECT).status_code == 413
    stream = (b"x" * 65536 for _ in range(40))
    assert service.post("/sparql", content=stream, headers=DIRECT).status_code == 413


def test_the_protocols_data_set_counts(service: Service) -> None:
    graphs = service.column("SELECT DISTINCT ?g { GRAPH ?g { ?s a jx:Document } } ORDER BY ?g")
    assert len(graphs) > 3
    count = "SELECT (COUNT(*) AS ?n) { ?s a jx:Document }"
    assert service.column(count) == [str(len(graphs))]
    one = service.get("/sparql", params={"query": count, "default-graph-uri": graphs[0]})
    two = service.get("/sparql", params={"query": count, "default-graph-uri": graphs[:2]})
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s a jx:Document } }"
    three = service.get("/sparql", params={"query": named, "named-graph-uri": graphs[:3]})
    found = [answer.json()["results"]["bindings"][0]["n"]["value"] for answer in (one, two, three)]
    assert found == ["1", "2", "3"]
    inside = service.column(f"SELECT (COUNT(*) AS ?n) FROM <{graphs[0]}> {{ ?s a jx:Document }}")
    assert inside == ["1"]


def test_a_triple_stated_by_two_documents_counts_once(service: Service) -> None:
    text = "SELECT ?s (COUNT(*) AS ?n) { ?s a jx:Department } GROUP BY ?s HAVING (COUNT(*) > 1)"
    assert service.column(text) == []


def test_every_answer_names_the_data_and_unchanged_data_is_not_sent_again(service: Service) -> None:
    text = "SELECT * { ?s a jx:Department } ORDER BY ?s"
    answer = service.ask(text)
    version = answer.headers["x-data-version"]
    assert version in answer.headers["etag"]
    assert version in service.get("/readyz").text
    assert re.fullmatch(r"query;dur=\d+\.\d\d", answer.headers["server-timing"])
    assert len(answer.headers["x-query-id"]) == 32
    tag = {"if-none-match": answer.headers["etag"], "accept": "application/sparql-results+json"}
    again = service.get("/sparql", params={"query": text}, headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert service.get("/sparql", params={"query": text}, headers={**tag, "accept": "text/csv"}).status_code == 200
    volatile = service.ask("SELECT (NOW() AS ?now) {}")
    changing = {"if-none-match": volatile.headers["etag"], "accept": "application/sparql-results+json"}
    assert service.get("/sparql", params={"query": "SELECT (NOW() AS ?now) {}"}, headers=changing).status_code == 200
    posted = service.post("/sparql", data={"query": text}, headers=tag)
    assert (posted.status_code, posted.json()) == (200, answer.json())


def test_every_answer_carries_its_name(service: Service) -> None:
    tag = service.ask("ASK {}").headers["etag"]
    mine = {"x-query-id": "mine.1", "accept": "application/sparql-results+json"}
    for text, known, status in (
        ("ASK {}", "", 200),
        ("ASK {}", tag, 304),
        ("ASK", "", 400),
        ("ASK { SERVICE <http://x/> {} }", "", 403),
    ):
        answer = service.get("/sparql", params={"query": text}, headers={**mine, "if-none-match": known})
        assert (answer.status_code, answer.headers["x-query-id"]) == (status, "mine.1")
    unnamed = service.get("/graphs", params={"graph": "http://x/none"})
    assert (unnamed.status_code, len(unnamed.headers["x-query-id"])) == (404, 32)
    described = service.get("/sparql", headers={"accept": "text/turtle"})
    assert described.headers["x-data-version"] in described.headers["etag"]
    assert service.get("/sparql?query=ASK{}", headers={"x-query-id": "two words"}).status_code == 400


def test_large_answers_are_compressed_when_asked(service: Service) -> None:
    parameters = {"query": "SELECT * { ?s ?p ?o } LIMIT 3000"}
    plain = service.client.get("/sparql", params=parameters, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with service.client.stream("GET", "/sparql", params=parameters, headers={"accept-encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(answer.iter_raw())) == plain.content
    refused = service.client.get("/sparql", params=parameters, headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_habits_of_clients_do_no_harm(service: Service) -> None:
    for habit in (
        "default-graph-uri=",
        "named-graph-uri=&default-graph-uri=",
        "timeout=0",
        "rows=0",
        "format=&output=x",
    ):
        assert service.get(f"/sparql?query=ASK{{}}&{habit}").json()["boolean"] is True
    assert service.post("/sparql", content="\ufeffASK {}".encode(), headers=DIRECT).json()["boolean"] is True
    named = {"format": ["tsv", "text/tab-separated-values"], "query": "SELECT (1 AS ?a) {}"}
    assert service.get("/sparql", params=named).text == "?a\n1\n"
    assert service.get("/sparql?query=ASK{}&format=nothing&format=none").status_code == 406


def test_pages_of_other_origins_may_read(service: Service) -> None:
    answer = service.get("/sparql?query=ASK{}", headers={"origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "X-Query-Id" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    preflight = service.client.options("/sparql", headers={"origin": "https://elsewhere.example"})
    assert preflight.status_code == 204
    asking = {"access-control-request-method": "GET", "access-control-request-headers": "x-whatever, user-agent"}
    for path in ("/sparql", "/export", "/export/csv", "/api/v1/indicators"):
        allowed = service.client.options(path, headers={"origin": "https://elsewhere.example", **asking})
        assert (allowed.status_code, allowed.headers["access-control-allow-headers"]) == (204, "x-whatever, user-agent")
    assert service.client.options("/export").headers["allow"] == "GET, HEAD, OPTIONS"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    written = service.client.put("/graphs?default", headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in written.headers


def test_relative_iris_resolve_against_the_address(service: Service) -> None:
    answer = service.ask("SELECT (<x> AS ?s) {}")
    assert values(answer) == [f"{service.url}/x"]
    assert values(service.ask("BASE <http://b/> SELECT (<x> AS ?s) {}")) == ["http://b/x"]


def test_the_service_describes_itself(service: Service) -> None:
    from pyoxigraph import RdfFormat, parse

    for accept in ("text/turtle", "application/rdf+xml", "application/ld+json"):
        answer = service.get("/sparql", headers={"accept": accept})
        triples = {str(quad.triple) for quad in parse(answer.content, RdfFormat.from_media_type(accept))}
        assert any(f"sparql-service-description#endpoint> <{service.url}/sparql>" in each for each in triples)
        assert any("UnionDefaultGraph" in each for each in triples)
        assert not any("SPARQL11Update" in each for each in triples)


def test_graphs_are_read_by_name(service: Service) -> None:
    graph = service.column("SELECT DISTINCT ?g { GRAPH ?g { ?s a jx:Document } } ORDER BY ?g LIMIT 1")[0]
    count = int(service.column(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0])
    answer = service.get("/graphs", params={"graph": graph}, headers={"accept": "application/n-triples"})
    assert answer.text.count("\n") == count
    whole = service.get("/graphs?default", headers={"accept": "application/n-triples"})
    assert whole.text.count("\n") > 3 * count
    assert service.client.head("/graphs", params={"graph": graph}).status_code == 200
    assert service.client.head("/graphs", params={"graph": graph + "x"}).status_code == 404


def test_search_finds_segmented_words(scratch: Service) -> None:
    turtle = (
        '<urn:1> rdfs:label "停车场日常 管理项目" . <urn:2> rdfs:label "停车楼管理" . <urn:3> rdfs:label "ＡBc满意"'
    )
    scratch.post(
        "/update", content=f"INSERT DATA {{ {turtle} }}".encode(), headers={"content-type": "application/sparql-update"}
    )
    for words, found in (
        ("停车场管理", ["urn:1"]),
        ("管理", ["urn:1", "urn:2"]),
        ("abC 满意", ["urn:3"]),
        ("没有", []),
    ):
        text = f'SELECT ?s {{ ?s rdfs:label ?l FILTER(jx:search(?l, "{words}")) }} ORDER BY ?s'
        assert scratch.column(text) == found
