"""Send complete answers: headers that say what they are, compressed when asked, 304 when nothing changed."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from jixiao_service.answers import WorkerAnswer
from jixiao_service.negotiation import Choice

_SMALL = 1024
_IN_PLACE = 1 << 17  # bytes that are compressed without a thread
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
    for choice in choices.values():
        if choice is not None and entity_tag(version, choice) in tags:
            headers = {"ETag": entity_tag(version, choice), "X-Data-Version": version, "Vary": _VARY}
            return Response(status_code=304, headers=headers)
    return None


_VARY = "Accept, Accept-Encoding"


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
        packed = packer.compress(part) if len(part) < _IN_PLACE else await asyncio.to_thread(packer.compress, part)
        if packed:
            yield packed
    yield packer.flush()


def headless(headers: Mapping[str, str]) -> Response:
    """Return the answer to HEAD: it does not say the body is empty, which that of GET is not."""
    response = Response(headers=headers)
    if "Content-Length" not in headers:
        del response.headers["Content-Length"]
    return response


def answer_headers(answer: WorkerAnswer) -> dict[str, str]:
    """Return the headers every answer carries."""
    headers = {
        "ETag": entity_tag(answer.version, answer.choice),
        "X-Data-Version": answer.version,
        "Vary": _VARY,
        "Cache-Control": "no-cache",
        "Server-Timing": f"query;dur={answer.worker_seconds * 1000:.2f}",
    }
    if answer.truncated:
        headers["X-Result-Truncated"] = f"true; limit={answer.rows}"
        headers["Link"] = f'<{answer.note}>; rel="describedby"; title="result cut at {answer.rows} rows"'
    return headers


def respond(request: Request, answer: WorkerAnswer, extra: Mapping[str, str] | None = None) -> Response:
    """Return the response to a request."""
    headers = {**answer_headers(answer), **(extra or {})}
    headers["Content-Type"] = answer.choice.content_type
    small = answer.size < _SMALL
    if request.method == "HEAD":
        answer.content.close()
        return headless(headers)
    if small or not accepts_gzip(request.headers):
        if answer.size < _IN_PLACE:
            return Response(answer.body(), headers=headers)
        return StreamingResponse(answer.chunks(), headers=headers)
    headers["Content-Encoding"] = "gzip"
    return StreamingResponse(compressed(answer.chunks()), headers=headers)
