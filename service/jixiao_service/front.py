"""What every request passes: the short way to the SPARQL operations, headers for browsers, counting and logging."""

from __future__ import annotations

import time
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao_service.observing import Observer

_EXPOSED = (
    b"ETag, Link, Location, Retry-After, X-Data-Version, X-Not-Called, X-Query-Id, X-Query-Warnings, X-Result-Truncated"
)
_READS = ("GET", "HEAD", "OPTIONS")


class Front:
    """Stand before the application.

    Reads may come from pages of any origin (CORS, without credentials); changes may not.
    """

    def __init__(self, app: ASGIApp, operations: Mapping[str, ASGIApp], observer: Observer) -> None:
        self._app = app
        self._operations = operations
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        operation = self._operations.get(scope["path"])
        reading = scope["method"] in _READS or scope["path"].startswith("/sparql")
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if reading:
                    message["headers"] = [*message["headers"], *_cors(scope)]
            await send(message)

        served = operation or self._app
        if scope["method"] == "OPTIONS" and _requested_headers(scope) is not None:
            served = Response(status_code=204)  # a preflight: the request itself comes after it
        try:
            await served(scope, receive, observed)
        finally:
            place = str(scope.get("place") or getattr(scope.get("route"), "path", "other"))
            self._observer.request(scope["method"], place, status, time.perf_counter() - started)


def _requested_headers(scope: Scope) -> bytes | None:
    """Return the headers that a page asks leave to send, empty for none; None where the request is no preflight."""
    headers = dict(scope["headers"])
    if b"access-control-request-method" not in headers:
        return None
    named: bytes = headers.get(b"access-control-request-headers", b"")
    return named


def _cors(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers that let pages of other origins read."""
    headers = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED)]
    if scope["method"] == "OPTIONS":
        headers += [
            (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
            (b"access-control-allow-headers", _requested_headers(scope) or b"*"),
            (b"access-control-max-age", b"86400"),
        ]
    return headers
