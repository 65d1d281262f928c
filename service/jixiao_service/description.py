"""Describe the service: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from jixiao.store.functions import SEARCH
from jixiao_service.negotiation import GRAPH_FORMATS, RESULT_FORMATS
from jixiao_service.protocol import endpoint
from jixiao_service.responses import choose_graph, respond_with_triples

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
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


def _service_triples(request: Request, triples: int) -> Iterator[Triple]:
    address = endpoint(request).rstrip("/")
    settings = request.app.state.settings
    service, data, default = (NamedNode(f"{address}#{name}") for name in ("service", "dataset", "default-graph"))

    def say(subject: NamedNode, term: str, value: NamedNode | Literal) -> Triple:
        return Triple(subject, NamedNode(SD + term), value)

    def sort(subject: NamedNode, term: str) -> Triple:
        return Triple(subject, RDF_TYPE, NamedNode(SD + term))

    yield sort(service, "Service")
    yield say(service, "endpoint", NamedNode(address))
    languages = ["SPARQL11Query"]
    if settings.writable:
        languages.append("SPARQL11Update")
    for language in languages:
        yield say(service, "supportedLanguage", NamedNode(SD + language))
    if not settings.scratch:
        yield say(service, "feature", NamedNode(SD + "UnionDefaultGraph"))
    for each in (*RESULT_FORMATS, *GRAPH_FORMATS):
        yield say(service, "resultFormat", NamedNode(FORMATS + _FORMAT_IRIS[each.name]))
    for each in GRAPH_FORMATS:
        yield say(service, "inputFormat", NamedNode(FORMATS + _FORMAT_IRIS[each.name]))
    yield say(service, "extensionFunction", NamedNode(SEARCH))
    yield sort(NamedNode(SEARCH), "Function")
    yield say(service, "defaultDataset", data)
    yield sort(data, "Dataset")
    yield say(data, "defaultGraph", default)
    yield sort(default, "Graph")
    yield Triple(default, NamedNode(VOID + "triples"), Literal(triples))


async def describe_service(request: Request) -> Response:
    """Return the description in the format asked for."""
    choice = choose_graph(request, None)
    engine = request.app.state.engine
    version = await engine.version()
    prefixes = {"sd": SD, "void": VOID, "formats": FORMATS}
    return respond_with_triples(choice, version, _service_triples(request, engine.triples), prefixes)
