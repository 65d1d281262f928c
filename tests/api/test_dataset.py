from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse

from jixiao.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.conftest import Service

VOID = "http://rdfs.org/ns/void#"


def test_the_data_set_is_described(service: Service) -> None:
    answer = service.get("/.well-known/void", headers={"accept": "text/turtle"})
    triples = [quad.triple for quad in parse(answer.content, RdfFormat.TURTLE)]
    values = {each.predicate.value: each.object for each in triples if each.subject.value.endswith("#dataset")}
    count = int(service.column("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0])
    assert values[VOID + "triples"].value == str(count)
    assert values[VOID + "sparqlEndpoint"].value == f"{service.url}/sparql"
    documents = service.column("SELECT (COUNT(*) AS ?n) { ?d a jx:Document }")
    assert values[VOID + "documents"].value == documents[0]
    parts = {each.object.value for each in triples if each.predicate.value == VOID + "propertyPartition"}
    sizes = [
        int(each.object.value) for each in triples if each.subject.value in parts and "triples" in each.predicate.value
    ]
    assert sum(sizes) == count
    assert answer.headers["x-data-version"] in answer.headers["etag"]
    assert service.get("/.well-known/void", headers={"accept": "image/png"}).status_code == 406
    for accept in ("application/ld+json", "application/rdf+xml"):
        assert service.get("/.well-known/void", headers={"accept": accept}).headers["content-type"] == accept


def test_everything_can_be_downloaded(service: Service, store_folder: Path) -> None:
    plain = service.get("/dump.nq")
    assert service.get("/dump").content == plain.content
    assert "jixiao-" in plain.headers["content-disposition"]
    packed = service.get("/dump.nq.gz")
    assert gzip.decompress(packed.content) == plain.content
    assert packed.content == service.get("/dump.nq.gz").content  # the same data, the same bytes
    lines = plain.content.splitlines()
    assert lines == sorted(set(lines), key=lambda line: (line.rsplit(b" <", 1)[1], line))
    store = open_store(str(store_folder), read_only=True)
    try:
        assert store.data_version() == plain.headers["x-data-version"]
        memory = open_store(":memory:")
        for graph in store.graphs():
            memory.replace_graph(
                graph, b"".join(line + b"\n" for line in lines if line.endswith(f"<{graph}> .".encode()))
            )
        assert memory.data_version() == store.data_version()
    finally:
        store.close()
    head = service.client.head("/dump.nq")
    assert (head.status_code, head.content) == (200, b"")


def test_browsers_are_shown_the_editor(service: Service) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    answer = service.get("/sparql", headers=browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/query")
    asked = service.get("/sparql", params={"query": "ASK { ?满 ?p ?o }"}, headers=browser)
    assert asked.headers["location"] == "/query?query=ASK+%7B+%3F%E6%BB%A1+%3Fp+%3Fo+%7D"
    named = service.get("/sparql", params={"query": "ASK {}", "format": "json"}, headers=browser)
    assert named.json()["boolean"] is True
    assert service.get("/sparql", headers={"accept": "*/*"}).headers["content-type"].startswith("text/turtle")


def test_metrics_count_requests_and_outcomes(service: Service) -> None:
    service.ask("ASK {}")
    service.ask("SELECT")
    service.get("/graphs", params={"graph": "http://x/none"})
    metrics = service.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    values = dict(line.rsplit(" ", 1) for line in metrics.text.splitlines() if not line.startswith("#"))
    assert float(values['jixiao_queries_total{outcome="ok"}']) >= 1
    assert float(values['jixiao_queries_total{outcome="syntax-error"}']) >= 1
    assert float(values['jixiao_requests_total{method="GET",route="/graphs",status="404"}']) >= 1
    assert values["jixiao_query_seconds_count"] == values['jixiao_query_seconds_bucket{le="+Inf"}']
    assert float(values["jixiao_triples"]) > 1000
    assert any(key.startswith("jixiao_info{") and "data_version" in key for key in values)
    assert not any("http" in key for key in values if key.startswith("jixiao_requests_total"))  # routes, not addresses
