"""The SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

``/graphs?graph=IRI`` and ``/graphs?default`` name a graph; below ``/graphs/`` the address itself is the graph's IRI.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jixiao_service.answers import QueryRequest
from jixiao_service.negotiation import GRAPH, GRAPH_FORMATS, choose_named
from jixiao_service.problems import Problem
from jixiao_service.protocol import (
    Parameters,
    RequestBody,
    decode_pairs,
    endpoint,
    media_type,
    name_query,
    read_body,
    require_writing,
)
from jixiao_service.responses import choose_graph, not_modified, respond
from jixiao_service.sparql import Operation, answer_query

_MULTIPART = "multipart/form-data"
_READABLE = {name: each.name for each in GRAPH_FORMATS for name in (each.media_type, *each.aliases)}
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def graph_of(request: Request) -> str:
    """Return the IRI of the graph a request is about; empty for the default graph, None for none."""
    parameters = Parameters(decode_pairs(request.scope["query_string"]))
    if request.path_params.get("name"):
        return endpoint(request)
    graphs = parameters.iris("graph")
    default = parameters.all("default")
    if len(graphs) + len(default) > 1:
        raise Problem("repeated-parameter", parameter="graph, default")
    if graphs:
        return graphs[0]
    if default:
        return ""
    if request.method == "POST":
        return f"{endpoint(request).rstrip('/')}/{uuid4().hex}"
    raise Problem("bad-request", reason="请给出 graph=IRI 或 default (give graph=IRI or default)")


async def read_graph(request: Request) -> Response:
    """Answer with a graph."""
    graph, name = graph_of(request), name_query(request)
    parameters = Parameters(decode_pairs(request.scope["query_string"]))
    choices = {GRAPH: choose_graph(request, parameters.format())}
    unchanged = await not_modified(request, choices, "")
    if unchanged is not None:
        return unchanged
    data_set = tuple(filter(None, (graph,)))
    result = await answer_query(request, QueryRequest(_EVERYTHING, choices, data_set, query_id=name))
    if graph and result.empty:
        raise Problem("no-graph", graph=graph)
    return respond(request, result)


async def write_graph(request: Request) -> Response:
    """Put a graph in place, add to one, or remove one."""
    state = request.app.state
    require_writing(request, state.settings)
    graph = graph_of(request)
    order: dict[str, Any] = {"what": request.method.lower(), "graph": graph, "base_iri": graph or endpoint(request)}
    body: RequestBody = b""
    if request.method != "DELETE":
        kind = media_type(request, (*_READABLE, _MULTIPART))
        body = await read_body(request, state.settings.limits.upload_bytes)
        if kind.name == _MULTIPART:
            order["parts"] = _multipart(body, kind.parameters.get("boundary", ""))
        else:
            order["parts"] = [(_READABLE[kind.name], 0, len(body))]
    existed = (await state.engine.change(body, **order))["existed"] or not graph
    if request.method == "DELETE" and not existed:
        raise Problem("no-graph", graph=graph)
    if existed:
        return Response(status_code=204)
    location = quote(graph, safe=":/?#[]@!$&'()*+,;=%~")  # a header holds a URI, not an IRI
    return Response(status_code=201, headers={"Location": location})


def _multipart(body: RequestBody, boundary: str) -> list[tuple[str, int, int]]:
    """Return the format and the place of every document in a multipart body (RFC 7578)."""
    bounds: list[re.Match[bytes]] = []
    if boundary:
        mark = re.escape(b"--" + boundary.encode())
        bounds = list(re.finditer(rb"(?:^|\r?\n)" + mark + rb"(?:--)?[ \t]*(?:\r?\n|$)", body))
    found = []
    for before, after in pairwise(bounds):
        head = re.compile(rb"((?:[^\r\n]+\r?\n)*)\r?\n").match(body, before.end(), after.start())
        if head is None:
            raise Problem("bad-data", reason="multipart: 缺少空行 (a part has no blank line after its head)")
        found.append((_format_of(head[1]), head.end(), after.start()))
    if not found:
        raise Problem("bad-data", reason="multipart: 没有内容 (no parts between boundaries)")
    return found


def _format_of(head: bytes) -> str:
    """Return the engine's name for the format that the head of a part gives; Turtle where it gives none."""
    name = "text/turtle"
    given = re.search(rb"^content-type:\s*([^;\r\n]+)", head, re.IGNORECASE | re.MULTILINE)
    if given is not None:
        name = given[1].decode("latin-1").strip().lower()
    choice = choose_named(GRAPH_FORMATS, name)
    if choice is None:
        raise Problem("unsupported-media-type", received=name, offers=", ".join(_READABLE))
    return choice.format.name


async def graphs(request: Request) -> Response:
    """Read or write a graph."""
    if request.method in ("GET", "HEAD"):
        return await read_graph(request)
    return await write_graph(request)


_METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
routes = [
    Route(path, Operation("/graphs", _METHODS, graphs), include_in_schema=False)
    for path in ("/graphs", "/graphs/", "/graphs/{name:path}")
]
