from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.store import open_store

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

BASE = "https://w3id.org/jixiao/"


def quads(graph: str) -> bytes:
    """Return one project with two satisfaction indicators, ≥95% and ≤100%."""
    from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

    from kg.vocab import PREFIXES

    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    turtle = (
        head
        + """@base <https://w3id.org/jixiao/id/> .
    <d> a jx:Document ; jx:fileName "样例.txt" .
    <dept> a jx:Department ; rdfs:label "示例市财政局" .
    <p> a jx:Project ; rdfs:label "停车场改造" ; jx:department <dept> ; jx:projectCode "410000200000000000001" .
    <p> jx:hasEntry <e> . <e> a jx:ProjectEntry ; jx:project <p> ; jx:document <d> ; jx:department <dept> .
    <row> jx:line 7 ; jx:text "满意度\\t≥95%" ; jx:document <d> .
    <i1> a jx:Indicator ; rdfs:label "群众满意度" ; jx:targetText "≥95%" ; jx:lowerBound 95.0 .
    <i2> a jx:Indicator ; rdfs:label "职工满意度" ; jx:targetText "≤100%" ; jx:upperBound 100.0 .
    <i1> jx:order 1 . <i2> jx:order 2 ."""
    )
    for name in ("i1", "i2"):
        turtle += f"""<{name}> jx:project <p> ; jx:department <dept> ; jx:level1 jxc:level-satisfaction ;
          jx:year "2023"^^xsd:gYear ; jx:unit unit:PERCENT ; jx:period jxc:period-annual ; jx:confidence 1.0 ;
          jx:formKind jxc:form-project-application ; jx:document <d> ; prov:wasDerivedFrom <row> ;
          jx:level1Text "满意度指标" ."""
    triples = [quad.triple for quad in parse(turtle, RdfFormat.TURTLE)]
    named = (Quad(each.subject, each.predicate, each.object, NamedNode(graph)) for each in triples)
    return serialize(named, format=RdfFormat.N_QUADS) or b""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, start_service: Start) -> Service:
    folder = tmp_path_factory.mktemp("first") / "store"
    store = open_store(str(folder))
    for graph in (BASE + "graph/1", BASE + "graph/2"):  # two documents that say the same
        store.replace_graph(graph, quads(graph))
    store.close()
    return start_service(folder)


def test_the_first_page_shows_the_headline_answer_once(client: Service) -> None:
    page = client.get("/").text
    assert "1 个项目，1 个指标" in page
    for shown in ("停车场改造", "示例市财政局", "2023", "群众满意度", "≥95%", "样例.txt", "<td>7</td>"):
        assert shown in page
    assert "≤100%" not in page


def test_tables_are_filtered(client: Service) -> None:
    assert client.get("/api/v1/indicators").json()["total"] == 2
    found = client.get(
        "/api/v1/indicators", params={"level1": "满意度指标", "project": "停车场改造", "limit": 1}
    ).json()
    assert (found["total"], len(found["items"])) == (2, 1)
    assert client.get("/api/v1/indicators", params={"project": "别的"}).json()["total"] == 0
    assert client.get("/api/v1/projects", params={"name": "停车场改造"}).json()["items"][0]["code"].startswith("4100")
    refused = client.get("/api/v1/projects", params={"limit": 0})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


def test_health(client: Service) -> None:
    assert client.get("/livez").text == "ok\n"
    assert client.get("/readyz").text.startswith("ready ")


def test_queries_by_get_and_both_posts(client: Service) -> None:
    text = 'ASK { ?s rdfs:label "群众满意度" }'
    answers = [
        client.get("/sparql", params={"query": text}),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", content=text.encode(), headers={"content-type": "application/sparql-query"}),
    ]
    assert [answer.json()["boolean"] for answer in answers] == [True] * 3
    csv = client.get(
        "/sparql", params={"query": "SELECT ?t { ?i jx:targetText ?t } ORDER BY ?t"}, headers={"accept": "text/csv"}
    )
    assert csv.text == "t\r\n≤100%\r\n≥95%\r\n"
    turtle = client.get(
        "/sparql", params={"query": "CONSTRUCT WHERE { ?s jx:lowerBound ?o }"}, headers={"accept": "text/turtle"}
    )
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert client.get("/sparql", params={"query": "SELECT"}).status_code == 400
