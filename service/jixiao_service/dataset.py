"""Describe the data set (VoID and DCAT, at ``/.well-known/void``) and give it away whole (``/dump.nq``)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from jixiao.vocab import JX, NAMESPACES
from jixiao_service.description import RDF_TYPE, SD, VOID
from jixiao_service.engine import Row, select
from jixiao_service.negotiation import GRAPH, choose_all, offers
from jixiao_service.problems import Problem
from jixiao_service.responses import accepts_gzip, compressed, entity_tag, headless
from jixiao_service.sparql import Operation

DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
_DOCUMENTS = f"SELECT (COUNT(?d) AS ?n) (SAMPLE(?i) AS ?example) {{ ?d a <{JX.Document}> BIND(?d AS ?i) }}"
_LANGUAGES = (("zh", "绩效知识图谱"), ("en", "Jixiao: a knowledge graph of budget performance"))
_DESCRIPTION = (
    ("zh", "从公开的预算绩效文件读出的部门、项目、绩效指标、资金与自评，每条可追溯到原文的行。"),
    ("en", "Departments, projects, indicators, money and self-evaluations read from published documents."),
)


async def _counts(request: Request) -> tuple[list[Row], list[Row], Row]:
    """Return the uses of classes and properties and the number of documents, counted once a data version."""
    state = request.app.state
    version = await state.engine.version()
    known = getattr(state, "dataset_counts", None)
    if known is None or known[0] != version:
        classes, properties = await select(state.engine, _CLASSES), await select(state.engine, _PROPERTIES)
        (documents,) = await select(state.engine, _DOCUMENTS)
        known = state.dataset_counts = (version, (classes, properties, documents))
    counts: tuple[list[Row], list[Row], Row] = known[1]
    return counts


def _triples(request: Request, version: str, counts: tuple[list[Row], list[Row], Row]) -> Iterator[Triple]:
    base = str(request.base_url).rstrip("/")
    classes, properties, documents = counts
    data = NamedNode(f"{base}/.well-known/void#dataset")

    def say(subject: NamedNode, vocabulary: str, term: str, value: NamedNode | Literal) -> Triple:
        return Triple(subject, NamedNode(vocabulary + term), value)

    yield Triple(data, RDF_TYPE, NamedNode(VOID + "Dataset"))
    yield Triple(data, RDF_TYPE, NamedNode(DCAT + "Dataset"))
    for language, text in _LANGUAGES:
        yield say(data, DCTERMS, "title", Literal(text, language=language))
    for language, text in _DESCRIPTION:
        yield say(data, DCTERMS, "description", Literal(text, language=language))
    yield say(data, DCAT, "version", Literal(version))
    yield say(data, VOID, "sparqlEndpoint", NamedNode(f"{base}/sparql"))
    yield say(data, VOID, "uriSpace", Literal(request.app.state.settings.base_iri))
    yield say(data, VOID, "triples", Literal(request.app.state.engine.triples))
    yield say(data, VOID, "documents", Literal(int(documents["n"] or 0)))
    if documents["example"]:
        yield say(data, VOID, "exampleResource", NamedNode(documents["example"]))
    for namespace in NAMESPACES:
        yield say(data, VOID, "vocabulary", NamedNode(namespace.iri))
    for term, kind, count, rows in (
        ("class", "classPartition", "entities", classes),
        ("property", "propertyPartition", "triples", properties),
    ):
        for number, row in enumerate(rows, 1):
            part = NamedNode(f"{base}/.well-known/void#{term}-{number}")
            yield say(data, VOID, kind, part)
            yield say(part, VOID, term, NamedNode(row["term"] or ""))
            yield say(part, VOID, count, Literal(int(row["n"] or 0)))
    service = NamedNode(f"{base}/sparql#service")
    yield Triple(service, RDF_TYPE, NamedNode(DCAT + "DataService"))
    yield Triple(service, RDF_TYPE, NamedNode(SD + "Service"))
    yield say(service, DCAT, "servesDataset", data)
    yield say(service, DCAT, "endpointURL", NamedNode(f"{base}/sparql"))
    yield say(service, SD, "endpoint", NamedNode(f"{base}/sparql"))
    for name in _DUMPS:
        dump = NamedNode(base + name)
        yield say(data, VOID, "dataDump", dump)
        yield say(data, DCAT, "distribution", dump)
        yield Triple(dump, RDF_TYPE, NamedNode(DCAT + "Distribution"))
        yield say(dump, DCAT, "downloadURL", dump)
        yield say(
            dump, DCAT, "mediaType", NamedNode("https://www.iana.org/assignments/media-types/application/n-quads")
        )


async def describe_dataset(request: Request) -> Response:
    """Answer with the description in the format asked for."""
    choice = choose_all(request.headers.get("accept"), request.query_params.get("format"))[GRAPH]
    if choice is None:
        raise Problem("not-acceptable", offers=", ".join(offers(GRAPH)))
    version = await request.app.state.engine.version()
    triples = _triples(request, version, await _counts(request))
    prefixes = {"void": VOID, "dcat": DCAT, "dcterms": DCTERMS, "sd": SD}
    body = serialize(triples, format=RdfFormat.from_extension(choice.format.name), prefixes=prefixes)
    headers = {"Vary": "Accept", "ETag": entity_tag(version, choice), "X-Data-Version": version}
    return Response(body, headers=headers, media_type=choice.content_type)


_DUMPS = ("/dump.nq", "/dump.nq.gz")


async def dump(request: Request) -> Response:
    """Give all document graphs as N-Quads, sorted: the same data gives the same bytes."""
    packed = request.url.path.endswith(".gz")
    if request.method == "HEAD":
        version, body = await request.app.state.engine.version(), None
    else:
        version, body = await request.app.state.engine.dump(packed)
    name = f"jixiao-{version}.nq{'.gz' if packed else ''}"
    headers = {
        "ETag": f'W/"{version}.dump"',
        "X-Data-Version": version,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": "application/gzip" if packed else "application/n-quads",
    }
    if body is None:
        return headless(headers)
    parts = body.parts()
    if not packed and accepts_gzip(request.headers):
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        parts = compressed(parts)
    else:
        headers["Content-Length"] = str(body.size)
    return StreamingResponse(parts, headers=headers)


_READ = "GET, HEAD, OPTIONS"
routes = [
    Route("/.well-known/void", Operation("/.well-known/void", _READ, describe_dataset), include_in_schema=False),
    *(Route(path, Operation(path, _READ, dump), include_in_schema=False) for path in _DUMPS),
]
