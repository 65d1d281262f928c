"""Describe the service: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from jixiao.store.functions import SEARCH
from jixiao_service.negotiation import GRAPH_FORMATS, RESULT_FORMATS
from jixiao_service.protocol import endpoint
from jixiao_service.responses import choose_graph, respond_with_triples

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "formats": "http://www.w3.org/ns/formats/",
}
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


Facts = Mapping[str, Sequence[NamedNode | Literal]]  # by property, with its prefix


def statements(subject: NamedNode, facts: Facts) -> Iterator[Triple]:
    """Yield what is said about a subject."""
    for name, values in facts.items():
        for value in values:
            yield Triple(subject, term(name), value)


def term(name: str) -> NamedNode:
    """Return the IRI of ``prefix:name``."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _service_triples(request: Request, triples: int) -> Iterator[Triple]:
    address = endpoint(request).rstrip("/")
    settings = request.app.state.settings
    service, data, default = (NamedNode(f"{address}#{name}") for name in ("service", "dataset", "default-graph"))
    languages = ["sd:SPARQL11Query"]
    if settings.writable:
        languages.append("sd:SPARQL11Update")
    features = ["sd:UnionDefaultGraph"]
    if settings.scratch:
        features = []
    graphs = [term(f"formats:{_FORMAT_IRIS[each.name]}") for each in GRAPH_FORMATS]
    results = [term(f"formats:{_FORMAT_IRIS[each.name]}") for each in RESULT_FORMATS]
    function = NamedNode(SEARCH)
    about: Facts = {
        "rdf:type": [term("sd:Service")],
        "sd:endpoint": [NamedNode(address)],
        "sd:supportedLanguage": [*map(term, languages)],
        "sd:feature": [*map(term, features)],
        "sd:resultFormat": [*results, *graphs],
        "sd:inputFormat": graphs,
        "sd:extensionFunction": [function],
    }
    yield from statements(service, about)
    yield from statements(function, {"rdf:type": [term("sd:Function")]})
    yield from statements(service, {"sd:defaultDataset": [data]})
    yield from statements(data, {"rdf:type": [term("sd:Dataset")], "sd:defaultGraph": [default]})
    yield from statements(default, {"rdf:type": [term("sd:Graph")], "void:triples": [Literal(triples)]})


async def describe_service(request: Request) -> Response:
    """Return the description in the format asked for."""
    choice = choose_graph(request, None)
    engine = request.app.state.engine
    version = await engine.version()
    prefixes = {prefix: PREFIXES[prefix] for prefix in ("sd", "void", "formats")}
    return respond_with_triples(choice, version, _service_triples(request, engine.triples), prefixes)
