"""Describe the data set (VoID and DCAT, at ``/.well-known/void``) and give it away whole (``/dump.nq``)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from jixiao.vocab import JX, NAMESPACES
from jixiao_service.answers import Body, Row
from jixiao_service.description import RDF_TYPE, SD, VOID
from jixiao_service.responses import accepts_gzip, choose_graph, compressed, headless, respond_with_triples
from jixiao_service.sparql import Operation

DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
_DOCUMENTS = f"SELECT (COUNT(?d) AS ?n) (SAMPLE(?i) AS ?example) {{ ?d a <{JX.Document}> BIND(?d AS ?i) }}"
_TITLES = (("zh", "绩效知识图谱"), ("en", "Jixiao: a knowledge graph of budget performance"))
_DESCRIPTIONS = (
    ("zh", "从公开的预算绩效文件读出的部门、项目、绩效指标、资金与自评，每条可追溯到原文的行。"),
    ("en", "Departments, projects, indicators, money and self-evaluations read from published documents."),
)
_N_QUADS = NamedNode("https://www.iana.org/assignments/media-types/application/n-quads")
_DUMPS = ("/dump.nq", "/dump.nq.gz")
_DUMPED = (("nq", "application/n-quads"), ("nq.gz", "application/gzip"))
Counts = tuple[list[Row], list[Row], Row]  # uses of classes and of properties, the number of documents


async def _count(request: Request) -> Counts:
    """Return the uses of classes and properties and the number of documents, counted once a data version."""
    state = request.app.state
    version = await state.engine.version()
    known = getattr(state, "dataset_counts", None)
    if known is None or known[0] != version:
        classes, properties, documents = [
            await state.engine.select(query) for query in (_CLASSES, _PROPERTIES, _DOCUMENTS)
        ]
        known = state.dataset_counts = (version, (classes, properties, documents[0]))
    counts: Counts = known[1]
    return counts


def _dataset_triples(request: Request, version: str, counts: Counts) -> Iterator[Triple]:
    base = str(request.base_url).rstrip("/")
    state = request.app.state
    classes, properties, documents = counts
    data = NamedNode(f"{base}/.well-known/void#dataset")
    yield Triple(data, RDF_TYPE, NamedNode(VOID + "Dataset"))
    yield Triple(data, RDF_TYPE, NamedNode(DCAT + "Dataset"))
    for term, texts in (("title", _TITLES), ("description", _DESCRIPTIONS)):
        for language, text in texts:
            yield _say(data, DCTERMS + term, Literal(text, language=language))
    yield _say(data, DCAT + "version", Literal(version))
    yield _say(data, VOID + "sparqlEndpoint", NamedNode(f"{base}/sparql"))
    yield _say(data, VOID + "uriSpace", Literal(state.settings.base_iri))
    yield _say(data, VOID + "triples", Literal(state.engine.triples))
    yield _say(data, VOID + "documents", Literal(int(documents["n"] or 0)))
    if documents["example"]:
        yield _say(data, VOID + "exampleResource", NamedNode(documents["example"]))
    for namespace in NAMESPACES:
        yield _say(data, VOID + "vocabulary", NamedNode(namespace.iri))
    yield from _partitions(data, "class", "entities", classes)
    yield from _partitions(data, "property", "triples", properties)
    yield from _access(base, data)


def _say(subject: NamedNode, term: str, value: NamedNode | Literal) -> Triple:
    return Triple(subject, NamedNode(term), value)


def _partitions(data: NamedNode, term: str, counted: str, rows: list[Row]) -> Iterator[Triple]:
    """Yield how often each class or property is used (VoID, section 4.5)."""
    for number, row in enumerate(rows, 1):
        part = NamedNode(f"{data.value.removesuffix('dataset')}{term}-{number}")
        yield _say(data, f"{VOID}{term}Partition", part)
        yield _say(part, VOID + term, NamedNode(row["term"] or ""))
        yield _say(part, VOID + counted, Literal(int(row["n"] or 0)))


def _access(base: str, data: NamedNode) -> Iterator[Triple]:
    """Yield the ways to the data: the SPARQL service and the dumps."""
    service, endpoint = NamedNode(f"{base}/sparql#service"), NamedNode(f"{base}/sparql")
    yield Triple(service, RDF_TYPE, NamedNode(DCAT + "DataService"))
    yield Triple(service, RDF_TYPE, NamedNode(SD + "Service"))
    yield _say(service, DCAT + "servesDataset", data)
    yield _say(service, DCAT + "endpointURL", endpoint)
    yield _say(service, SD + "endpoint", endpoint)
    for name in _DUMPS:
        dump = NamedNode(base + name)
        yield _say(data, VOID + "dataDump", dump)
        yield _say(data, DCAT + "distribution", dump)
        yield Triple(dump, RDF_TYPE, NamedNode(DCAT + "Distribution"))
        yield _say(dump, DCAT + "downloadURL", dump)
        yield _say(dump, DCAT + "mediaType", _N_QUADS)


async def describe_dataset(request: Request) -> Response:
    """Answer with the description in the format asked for."""
    choice = choose_graph(request, request.query_params.get("format"))
    version = await request.app.state.engine.version()
    triples = _dataset_triples(request, version, await _count(request))
    prefixes = {"void": VOID, "dcat": DCAT, "dcterms": DCTERMS, "sd": SD}
    return respond_with_triples(choice, version, triples, prefixes)


async def download(request: Request) -> Response:
    """Give all document graphs as N-Quads, sorted: the same data gives the same bytes."""
    engine = request.app.state.engine
    packed = request.url.path.endswith(".gz")
    body: Body | None = None
    if request.method == "HEAD":
        version = await engine.version()
    else:
        version, body = await engine.dump(packed)
    suffix, media_type = _DUMPED[packed]
    headers = {
        "ETag": f'W/"{version}.dump"',
        "X-Data-Version": version,
        "Content-Disposition": f'attachment; filename="jixiao-{version}.{suffix}"',
        "Content-Type": media_type,
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
    *(Route(path, Operation(path, _READ, download), include_in_schema=False) for path in _DUMPS),
]
