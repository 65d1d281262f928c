"""The worker: answer one query after another until a limit or the service ends it."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from itertools import chain, islice
from typing import Any, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, serialize

from jixiao.errors import QueryError, StoreError
from jixiao.store.syntax.analysis import find_external_references
from jixiao.store.syntax.checking import check_vocabulary
from jixiao.store.syntax.explaining import explain
from jixiao.store.syntax.messages import told_by_engine
from jixiao.store.syntax.parsing import SparqlSyntaxError, check_depth, parse_sparql
from jixiao.vocab import PREFIXES
from jixiao_service.workers import confinement, wire
from jixiao_service.workers.data import NO_FEDERATION, NOWHERE, Data, Request
from jixiao_service.workers.meters import METERS, ResultFullError, RowMeter

_PART = 1 << 16
_WARM = "SELECT * { ?s rdfs:label ?o } LIMIT 2000"


class RefusedError(Exception):
    """Refuse a request: the kind of problem and its details."""

    def __init__(self, kind: str, **details: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self.details = details


class _Sink:
    """Take what the engine writes, meter it, and send it in parts."""

    def __init__(self, sock: socket.socket, limit: int, meter: RowMeter | None = None) -> None:
        self._sock = sock
        self._limit = limit
        self._meter = meter
        self._parts: list[bytes] = []
        self._held = 0
        self._full = False
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take a part; raise ``ResultFullError`` when it holds the first row too many.

        The engine may go on writing what it had buffered, and may not pass the error on: ``close`` tells again.
        """
        if self._full or self.size > self._limit:
            raise ResultFullError
        taken = len(data)
        if self._meter is not None:
            data = self._meter.feed(data)
        self._parts.append(data)
        self._held += len(data)
        self.size += len(data)
        self._full = self._meter is not None and self._meter.rows_cut
        if self._full or self.size > self._limit:
            raise ResultFullError
        if self._held >= _PART:
            self._send()
        return taken

    def flush(self) -> None:
        """Do nothing: parts are sent when they are large enough."""

    def _send(self) -> None:
        wire.send(self._sock, wire.DATA, b"".join(self._parts))
        self._parts, self._held = [], 0

    def close(self, **end: Any) -> None:
        """Send the rest together with the end."""
        if self.size > self._limit:
            raise RefusedError("result-too-large", limit=self._limit)
        if self._meter is not None:
            self._parts.append(self._meter.finish())
        frame = wire.pack(wire.DONE, json.dumps({**end, "cut": end["cut"] or self._full}).encode())
        body = b"".join(self._parts)
        self._sock.sendall(wire.pack(wire.DATA, body) + frame if body else frame)


def answer_request(data: Data, request: Request, sock: socket.socket) -> None:
    """Answer one query over the socket; raise ``RefusedError`` when it cannot be answered to its end."""
    started = time.perf_counter()
    if "service" in request.text.lower():
        _refuse_services(request)
    warnings = _warnings(request)
    try:
        check_depth(request.text)
        results = data.query(request)
        finish = _answer_table if isinstance(results, QuerySolutions | QueryBoolean) else _answer_graph
        sink, end = finish(results, request, sock)
        sink.close(**end, seconds=time.perf_counter() - started, warnings=warnings)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except (SyntaxError, SparqlSyntaxError) as error:
        fault = explain(request.text, "QueryUnit", PREFIXES, str(error))
        raise RefusedError("syntax-error", **fault.details()) from error
    except (RuntimeError, ValueError, OSError) as error:
        told = told_by_engine(str(error))
        raise RefusedError("query-failed", reason=told.zh, reason_en=told.en) from error


def _warnings(request: Request) -> list[dict[str, Any]]:
    """Return what in a query can find nothing, where that is asked for; a strict query is refused for it."""
    if not request.vocabulary:
        return []
    warnings = check_vocabulary(request.text)
    details = [warning.details() for warning in warnings]
    if details and request.vocabulary == "strict":
        reason, reason_en = map("; ".join, zip(*(warning.told for warning in warnings), strict=True))
        raise RefusedError("vocabulary", reason=reason, reason_en=reason_en, warnings=details)
    return details


def _format(request: Request, kind: str) -> str:
    """Return the format for a kind of result."""
    name = request.formats[kind]
    if name is None:
        raise RefusedError("not-acceptable", result=kind)
    return name


def _answer_table(results: Any, request: Request, sock: socket.socket) -> tuple[_Sink, dict[str, Any]]:
    kind = "solutions" if isinstance(results, QuerySolutions) else "boolean"
    name = _format(request, kind)
    sink = _Sink(sock, request.bytes, METERS[name](request.rows) if kind == "solutions" else None)
    with contextlib.suppress(ResultFullError):
        results.serialize(cast("Any", sink), QueryResultsFormat.from_extension(name))
    return sink, {"kind": kind, "cut": False, "empty": False}


def _answer_graph(results: Any, request: Request, sock: socket.socket) -> tuple[_Sink, dict[str, Any]]:
    name = _format(request, "graph")
    sink = _Sink(sock, request.bytes)
    first = next(results, None)
    triples = () if first is None else chain((first,), islice(results, request.rows - 1))
    with contextlib.suppress(ResultFullError):
        serialize(triples, cast("Any", sink), RdfFormat.from_extension(name), prefixes=PREFIXES)
    return sink, {"kind": "graph", "cut": next(results, None) is not None, "empty": first is None}


def _refuse_services(request: Request) -> None:
    """Refuse a query that calls a server it may not, by what its tree says; what has no tree is refused as well."""
    try:
        tree = parse_sparql(request.text, "QueryUnit")
    except SparqlSyntaxError as error:
        fault = explain(request.text, "QueryUnit", PREFIXES, str(error))
        raise RefusedError("syntax-error", **fault.details()) from error
    for access in find_external_references(tree, request.base_iri, PREFIXES):
        address = access.address or ""
        allowed = address == NOWHERE or (request.broker is not None and address.startswith(request.broker))
        if access.keyword == "SERVICE" and not allowed:
            raise RefusedError("remote-access", keyword="SERVICE", address=access.address or "?", reason=NO_FEDERATION)


def work(sock: socket.socket, arguments: dict[str, Any], data: Data) -> None:
    """Answer queries until the socket closes."""
    data.open()
    confinement.die_first()
    if data.confined:
        # The first query after a fork pays for the pages it touches: let that be this one.
        warm = data.query(Request(_WARM, {}, 1, 1))
        assert isinstance(warm, QuerySolutions)
        warm.serialize(format=QueryResultsFormat.TSV)
    confinement.limit_memory(arguments["memory"])
    if data.confined and not arguments.get("federated"):
        sock = confinement.keep_only(sock)
    wire.send_json(sock, wire.READY)
    while (frame := wire.receive(sock)) is not None:
        asked = json.loads(frame[1])
        try:
            answer_request(data, Request(**asked), sock)
        except RefusedError as error:
            wire.send_json(sock, wire.FAILED, kind=error.kind, details=error.details)
        except MemoryError:
            wire.send_json(sock, wire.FAILED, kind="memory-limit", details={"limit": arguments["memory"]})
        except QueryError as error:
            wire.send_json(sock, wire.FAILED, kind="query-failed", details={"reason": error.message})
        except StoreError as error:
            wire.send_json(sock, wire.FAILED, kind="store-unavailable", details={"reason": str(error)})
