"""Describe the data set (VoID and DCAT, at ``/.well-known/void``) and give it away whole (``/dump.nq``)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from jixiao.vocab import JX, NAMESPACES
from jixiao_service.answers import Body, Row
from jixiao_service.description import respond_from
from jixiao_service.responses import accepts_gzip, choose_graph, compressed, headless
from jixiao_service.sparql import Operation

_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
_DOCUMENTS = f"SELECT (COUNT(?d) AS ?n) (SAMPLE(?i) AS ?example) {{ ?d a <{JX.Document}> BIND(?d AS ?i) }}"
_DUMPS = ("/dump", "/dump.nq", "/dump.nq.gz")
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


def _partitions(base: str, name: str, counted: str, rows: list[Row]) -> str:
    """Return as Turtle how often each class or property is used (VoID, section 4.5)."""
    void = f"{base}/.well-known/void"
    return "".join(
        f"<{void}#dataset> void:{name}Partition <{void}#{name}-{number}> .\n"
        f"<{void}#{name}-{number}> void:{name} <{row['term']}> ; void:{counted} {row['n']} .\n"
        for number, row in enumerate(rows, 1)
    )


async def describe_dataset(request: Request) -> Response:
    """Answer with the description in the format asked for."""
    choice = choose_graph(request, request.query_params.get("format"))
    state, base = request.app.state, str(request.base_url).rstrip("/")
    version = await state.engine.version()
    classes, properties, documents = await _count(request)
    more = _partitions(base, "class", "entities", classes) + _partitions(base, "property", "triples", properties)
    if documents["example"]:
        more += f"<{base}/.well-known/void#dataset> void:exampleResource <{documents['example']}> .\n"
    return respond_from(
        "dataset.ttl",
        choice,
        version,
        more=more,
        base=base,
        version_text=version,
        space=state.settings.base_iri,
        triples=await state.engine.triples(),
        documents=documents["n"],
        vocabularies=", ".join(f"<{namespace.iri}>" for namespace in NAMESPACES),
    )


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
