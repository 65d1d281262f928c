"""Describe the data set (VoID and DCAT, at ``/.well-known/void``) and give it away whole (``/dump.nq``)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from jixiao.vocab import JX, NAMESPACES
from jixiao_service.answers import Body, Row
from jixiao_service.description import PREFIXES, Facts, statements, term
from jixiao_service.responses import accepts_gzip, choose_graph, compressed, headless, respond_with_triples
from jixiao_service.sparql import Operation

_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
_DOCUMENTS = f"SELECT (COUNT(?d) AS ?n) (SAMPLE(?i) AS ?example) {{ ?d a <{JX.Document}> BIND(?d AS ?i) }}"
_TITLES = (
    Literal("绩效知识图谱", language="zh"),
    Literal("Jixiao: a knowledge graph of budget performance", language="en"),
)
_DESCRIPTIONS = (
    Literal("从公开的预算绩效文件读出的部门、项目、绩效指标、资金与自评，每条可追溯到原文的行。", language="zh"),
    Literal(
        "Departments, projects, indicators, money and self-evaluations read from published documents.", language="en"
    ),
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
    data, endpoint = NamedNode(f"{base}/.well-known/void#dataset"), NamedNode(f"{base}/sparql")
    examples = [NamedNode(iri) for iri in (documents["example"],) if iri]
    about: Facts = {
        "rdf:type": [term("void:Dataset"), term("dcat:Dataset")],
        "dcterms:title": _TITLES,
        "dcterms:description": _DESCRIPTIONS,
        "dcat:version": [Literal(version)],
        "void:sparqlEndpoint": [endpoint],
        "void:uriSpace": [Literal(state.settings.base_iri)],
        "void:triples": [Literal(state.engine.triples)],
        "void:documents": [Literal(int(documents["n"] or 0))],
        "void:exampleResource": examples,
        "void:vocabulary": [NamedNode(namespace.iri) for namespace in NAMESPACES],
    }
    yield from statements(data, about)
    yield from _partitions(data, "class", "entities", classes)
    yield from _partitions(data, "property", "triples", properties)
    served: Facts = {
        "rdf:type": [term("dcat:DataService"), term("sd:Service")],
        "dcat:servesDataset": [data],
        "dcat:endpointURL": [endpoint],
        "sd:endpoint": [endpoint],
    }
    yield from statements(NamedNode(f"{base}/sparql#service"), served)
    for path in _DUMPS:
        dump = NamedNode(base + path)
        yield from statements(data, {"void:dataDump": [dump], "dcat:distribution": [dump]})
        kind: Facts = {
            "rdf:type": [term("dcat:Distribution")],
            "dcat:downloadURL": [dump],
            "dcat:mediaType": [_N_QUADS],
        }
        yield from statements(dump, kind)


def _partitions(data: NamedNode, name: str, counted: str, rows: list[Row]) -> Iterator[Triple]:
    """Yield how often each class or property is used (VoID, section 4.5)."""
    for number, row in enumerate(rows, 1):
        part = NamedNode(f"{data.value.removesuffix('dataset')}{name}-{number}")
        yield Triple(data, term(f"void:{name}Partition"), part)
        about: Facts = {
            f"void:{name}": [NamedNode(row["term"] or "")],
            f"void:{counted}": [Literal(int(row["n"] or 0))],
        }
        yield from statements(part, about)


async def describe_dataset(request: Request) -> Response:
    """Answer with the description in the format asked for."""
    choice = choose_graph(request, request.query_params.get("format"))
    version = await request.app.state.engine.version()
    triples = _dataset_triples(request, version, await _count(request))
    prefixes = {prefix: PREFIXES[prefix] for prefix in ("void", "dcat", "dcterms", "sd")}
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
