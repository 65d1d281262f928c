"""Send complete answers: headers that say what they are, compressed when asked, 304 when nothing changed."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pyoxigraph import RdfFormat, Triple, serialize
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from jixiao_service.answers import QueryResult
from jixiao_service.negotiation import GRAPH, Choice, choose_all, offers
from jixiao_service.problems import Problem

_SMALL = 1024
_IN_PLACE = 1 << 17  # bytes that are compressed without a thread
_READABLE = " :/?#[]@!$&'()*+;=%~\"^<>"  # signs that stand in headers as they are
_NAMED = 20  # warnings that a header names
_VOLATILE = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\s*\(|\bservice\b", re.IGNORECASE)


def entity_tag(version: str, choice: Choice) -> str:
    """Return the ETag of a representation: data version and format (weak: it may be compressed)."""
    return f'W/"{version}.{choice.format.name}"'


async def not_modified(request: Request, choices: Mapping[str, Choice | None], text: str) -> Response | None:
    """Return 304 when the client has the answer already.

    The format is part of the tag, so that the tag matches whichever kind of result the query has. Queries whose answer
    differs each time are never unchanged.
    """
    given = request.headers.get("if-none-match")
    if given is None or request.method not in ("GET", "HEAD") or _VOLATILE.search(text):
        return None
    version = await request.app.state.engine.version()
    tags = {tag.strip() for tag in given.split(",")}
    for choice in filter(None, choices.values()):
        tag = entity_tag(version, choice)
        if tag in tags:
            return Response(status_code=304, headers={"ETag": tag, "X-Data-Version": version, "Vary": _VARY})
    return None


def choose_graph(request: Request, name: str | None) -> Choice:
    """Return the RDF format that ``name`` (``format=``) or the Accept header asks for; refuse what is not offered."""
    choice = choose_all(request.headers.get("accept"), name)[GRAPH]
    if choice is None:
        raise Problem("not-acceptable", offers=", ".join(offers(GRAPH)))
    return choice


def respond_with_triples(choice: Choice, version: str, triples: Iterable[Triple], prefixes: dict[str, str]) -> Response:
    """Return triples of the service's own in the chosen format."""
    body = serialize(triples, format=RdfFormat.from_extension(choice.format.name), prefixes=prefixes)
    headers = {"Vary": "Accept, Host", "ETag": entity_tag(version, choice), "X-Data-Version": version}
    return Response(body, headers=headers, media_type=choice.content_type)


_VARY = "Accept, Accept-Encoding, Host"


def accepts_gzip(headers: Headers) -> bool:
    """Say whether the client takes gzip."""
    for part in headers.get("accept-encoding", "").split(","):
        name, _, quality = part.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def compressed(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield a body in gzip; large parts are packed beside the event loop."""
    packer = zlib.compressobj(3, zlib.DEFLATED, 31)
    async for part in parts:
        if len(part) < _IN_PLACE:
            packed = packer.compress(part)
        else:
            packed = await asyncio.to_thread(packer.compress, part)
        if packed:
            yield packed
    yield packer.flush()


def headless(headers: Mapping[str, str]) -> Response:
    """Return the answer to HEAD: it does not say the body is empty, which that of GET is not."""
    response = Response(headers=headers)
    if "Content-Length" not in headers:
        del response.headers["Content-Length"]
    return response


def not_called_header(addresses: Iterable[str]) -> dict[str, str]:
    """Return the header that names the servers which SILENT calls did not reach, because they are not allowed."""
    named = ", ".join(quote(address, safe=_READABLE.replace(" ", "")) for address in addresses)
    if not named:
        return {}
    return {"X-Not-Called": named}


def warnings_header(warnings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the header that names the words which can find nothing: place, word, kind, and what to write instead."""
    named = [f"{each['line']}:{each['column']} {each['word']} {each['code']} {each['nearest']}" for each in warnings]
    if not named:
        return {}
    return {"X-Query-Warnings": ", ".join(quote(each.strip(), safe=_READABLE) for each in named[:_NAMED])}


def respond(request: Request, result: QueryResult) -> Response:
    """Return the response to a query: its result, with headers that say what it is."""
    headers = {
        "ETag": entity_tag(result.version, result.choice),
        "X-Data-Version": result.version,
        "Vary": _VARY,
        "Cache-Control": "no-cache",
        "Server-Timing": f"query;dur={result.worker_seconds * 1000:.2f}",
    }
    if result.truncated:
        result.note = f"{request.base_url}problems/result-cut?rows={result.rows}"
        headers["X-Result-Truncated"] = f"true; limit={result.rows}"
        headers["Link"] = f'<{result.note}>; rel="describedby"; title="result cut at {result.rows} rows"'
    headers |= not_called_header(result.not_called) | warnings_header(result.warnings)
    headers["Content-Type"] = result.choice.content_type
    if request.method == "HEAD":
        result.content.close()
        return headless(headers)
    if result.size >= _SMALL and accepts_gzip(request.headers):
        headers["Content-Encoding"] = "gzip"
        return StreamingResponse(compressed(result.chunks()), headers=headers)
    if result.size < _IN_PLACE:
        return Response(result.body(), headers=headers)
    return StreamingResponse(result.chunks(), headers=headers)
