"""What every request passes: the short way to the SPARQL operations, headers for browsers, counting and logging."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao_service.hosts import check_host
from jixiao_service.observing import Observer
from jixiao_service.problems import Problem
from jixiao_service.settings import ServiceSettings
from jixiao_service.waiting import Watch

_EXPOSED = (
    b"ETag, Link, Location, Retry-After, X-Data-Version, X-Not-Called, X-Query-Id, X-Query-Warnings, X-Result-Truncated"
)
_PATIENCE = 0.5
_BODILESS = ("GET", "HEAD", "DELETE")
_READS = ("GET", "HEAD", "OPTIONS")
_OPEN = re.compile(r"/(?:sparql|api/v1|id|export|ontology)(?:/|$)")  # what pages of other origins may read
_GUESS = 1.0  # seconds that a wrong token waits for its answer
_GUARDS = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
}


def _is_open(scope: Scope) -> bool:
    """Say whether a request reads data that pages of other origins may have; a checked draft is its sender's."""
    if not _OPEN.match(scope["path"]) or scope["path"].startswith("/api/v1/check"):
        return False
    return scope["method"] in _READS or scope["path"].startswith("/sparql")


def _guards(given: Iterable[tuple[bytes, bytes]], *, shared: bool) -> list[tuple[bytes, bytes]]:
    """Return the guarding headers that an answer does not set itself."""
    named = {key.lower() for key, _ in given}
    policy = b"cross-origin" if shared else b"same-origin"
    wanted = {**_GUARDS, b"cross-origin-resource-policy": policy}
    return [(key, value) for key, value in wanted.items() if key not in named]


class Front:
    """Stand before the application.

    Data may be read from pages of any origin (CORS, without credentials); nothing may be changed from there. Every
    answer carries the headers that keep browsers from guessing, framing and sniffing. What takes longer to answer than
    ``_PATIENCE`` seconds is given up when its client goes.
    """

    def __init__(
        self, app: ASGIApp, operations: Mapping[str, ASGIApp], observer: Observer, settings: ServiceSettings
    ) -> None:
        self._app = app
        self._operations = operations
        self._observer = observer
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        watch = Watch(Request(scope, receive))
        if scope["method"] in _BODILESS:  # what comes of others is their body
            watch.start_after(_PATIENCE)

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                watch.stop()
                message["headers"] = self._guarded(scope, message["headers"])
                tried = scope.get("guessed") or any(key == b"authorization" for key, _ in scope["headers"])
                if status == 401 and tried:
                    await asyncio.sleep(_GUESS)  # nobody tries many tokens
            await send(message)

        try:
            await self._served(scope)(scope, receive, observed)
        except asyncio.CancelledError:
            if scope.get("client_left"):
                return
            if status:
                raise
            await Problem("stopping", retry_after=5).response(scope["path"])(scope, receive, observed)
        finally:
            watch.stop()
            place = str(scope.get("place") or getattr(scope.get("route"), "path", "other"))
            self._observer.request(scope["method"], place, status, time.perf_counter() - started)

    def _served(self, scope: Scope) -> ASGIApp:
        """Return what answers a request."""
        try:
            check_host(scope, self._settings.hosts)
        except Problem as problem:
            return problem.response(scope["path"])
        if scope["method"] == "OPTIONS" and _requested_headers(scope) is not None:
            return Response(status_code=204)  # a preflight: the request itself comes after it
        return self._operations.get(scope["path"]) or self._app

    def _guarded(self, scope: Scope, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer with those that guard it, and those that let pages of others read it."""
        shared = self._settings.cors and _is_open(scope)
        headers = [*given, *_guards(given, shared=shared)]
        if shared:
            headers += _cors(scope)
        return headers


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
