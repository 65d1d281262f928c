"""Describe the service: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response

from jixiao.store.functions import SEARCH
from jixiao_service.negotiation import GRAPH, GRAPH_FORMATS, RESULT_FORMATS, choose_all, offers
from jixiao_service.problems import Problem
from jixiao_service.protocol import endpoint
from jixiao_service.responses import entity_tag

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FORMAT_IRIS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}


def _triples(request: Request, triples: int) -> Iterator[Triple]:
    address = endpoint(request).rstrip("/")
    settings = request.app.state.settings
    service, data, default = (NamedNode(f"{address}#{name}") for name in ("service", "dataset", "default-graph"))

    def sd(term: str) -> NamedNode:
        return NamedNode(SD + term)

    yield Triple(service, RDF_TYPE, sd("Service"))
    yield Triple(service, sd("endpoint"), NamedNode(address))
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    if settings.writable:
        yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Update"))
    if not settings.scratch:
        yield Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    for each in (*RESULT_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, sd("resultFormat"), NamedNode("http://www.w3.org/ns/formats/" + _FORMAT_IRIS[each.name]))
    for each in GRAPH_FORMATS:
        yield Triple(service, sd("inputFormat"), NamedNode("http://www.w3.org/ns/formats/" + _FORMAT_IRIS[each.name]))
    yield Triple(service, sd("extensionFunction"), NamedNode(SEARCH))
    yield Triple(NamedNode(SEARCH), RDF_TYPE, sd("Function"))
    yield Triple(service, sd("defaultDataset"), data)
    yield Triple(data, RDF_TYPE, sd("Dataset"))
    yield Triple(data, sd("defaultGraph"), default)
    yield Triple(default, RDF_TYPE, sd("Graph"))
    yield Triple(default, NamedNode(VOID + "triples"), Literal(triples))


async def describe_service(request: Request) -> Response:
    """Return the description in the format asked for."""
    choice = choose_all(request.headers.get("accept"), None)[GRAPH]
    if choice is None:
        raise Problem("not-acceptable", offers=", ".join(offers(GRAPH)))
    prefixes = {"sd": SD, "void": VOID, "formats": "http://www.w3.org/ns/formats/"}
    version = await request.app.state.engine.version()
    triples = _triples(request, request.app.state.engine.triples)
    body = serialize(triples, format=RdfFormat.from_extension(choice.format.name), prefixes=prefixes)
    headers = {"Vary": "Accept", "ETag": entity_tag(version, choice), "X-Data-Version": version}
    return Response(body, headers=headers, media_type=choice.content_type)
