"""The writer: hold the durable store open while there is something to write, one change after another."""

from __future__ import annotations

import json
import os
import select
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from jixiao.errors import GraphError, JixiaoError, StoreError
from jixiao.review.decisions import read_decision
from jixiao.store import open_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.graphs import read_graph
from jixiao.store.protocol import Store
from jixiao.tables.keeping import keep_tables
from jixiao.vocab import PREFIXES
from jixiao_service.workers import confinement, wire
from jixiao_service.workers.bodies import refuse_bombs
from jixiao_service.workers.view import describe_snapshot

_MOMENT = 0.1  # seconds without an order before the side tables are written


def _open(arguments: dict[str, Any]) -> Store:
    location = arguments["location"]
    if location.startswith(("http://", "https://")):
        return open_store(location)
    merged = arguments["merged"]  # only an empty data set of the service's own, which is not, is made here
    return EmbeddedStore(Path(location), merged=merged, wait=arguments["wait"], create=not merged)


def _change(store: Store, order: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Carry out one order and return what there is to say about it."""
    what = order["what"]
    if what == "update":
        store.update(body.decode().removeprefix("\ufeff"), prefixes=PREFIXES, base_iri=order["base_iri"])
        return {}
    if what == "decide":
        from jixiao.reviewing import take_effect  # all that reads documents: no other change needs it

        said = json.loads(body)
        decisions = [read_decision(each) for each in said["decisions"]]
        shown = take_effect(store, decisions, said["differences"], order["base_iri"])
        _follow(store)  # before it shows, so that nobody has to wait for the tables
        return {"shown": sorted(shown)}
    graph = order["graph"]
    present = store.read_graph(graph)
    if what == "delete":
        store.remove_graph(graph)
    else:
        triples = _body_triples(order, body)
        if what == "post":
            triples += present
        store.put_graph(read_graph(graph, _as_quads(graph, triples)))
    return {"existed": bool(present)}


def _body_triples(order: dict[str, Any], body: bytes) -> bytes:
    """Return the N-Triples of a document in any format, or of several with ``parts``; blank nodes get new names."""
    from pyoxigraph import RdfFormat, parse, serialize

    found = b""
    for extension, start, end in order["parts"]:
        refuse_bombs(body[start:end], extension)
        quads = parse(
            body[start:end],
            RdfFormat.from_extension(extension),
            base_iri=order["base_iri"],
            without_named_graphs=True,
            rename_blank_nodes=True,
        )
        try:
            found += serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
        except (SyntaxError, ValueError) as error:
            raise GraphError(str(error), "bad-data") from error
    return found


def _as_quads(graph: str, triples: bytes) -> bytes:
    """Return N-Triples lines as N-Quads of a graph."""
    return triples.replace(b" .\n", b" <" + graph.encode() + b"> .\n") if graph else triples


def _follow(store: Store) -> None:
    """Let the side tables follow a change; that it is stored does not depend on them."""
    if getattr(store, "merged", False):
        with suppress(StoreError):  # who reads them next tries again, and is told
            keep_tables(store)


def _next_frame(sock: socket.socket, store: Store) -> tuple[bytes, bytes] | None:
    """Wait for an order; when none comes for a moment, and at the end, let the side tables follow."""
    if not select.select([sock], [], [], _MOMENT)[0]:
        _follow(store)
    frame = wire.receive(sock)
    if frame is None:
        _follow(store)
    return frame


def _tell(sock: socket.socket, error: JixiaoError) -> None:
    details = getattr(error, "details", None)
    wire.send_json(sock, wire.FAILED, code=error.code, message=str(error), details=details)


def write_changes(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Carry out changes until the socket closes; answer each when it is durable."""
    store: Store | None = None
    try:
        store = _open(arguments)
        confinement.limit_memory(arguments["memory"])
        confinement.leave_no_image()
        wire.send_json(sock, wire.READY)
        while (frame := _next_frame(sock, store)) is not None:
            order = json.loads(frame[1])
            part = wire.receive(sock)
            if part is None:
                return
            try:
                if order["what"] == "snapshot":
                    assert isinstance(store, EmbeddedStore)
                    done = describe_snapshot(store, order["target"], order["known"])
                elif order["what"] == "follow":
                    _follow(store)
                    done = {}
                else:
                    done = _change(store, order, part[1])
                wire.send_json(sock, wire.DONE, **done)
            except JixiaoError as error:
                _tell(sock, error)
    except JixiaoError as error:
        _tell(sock, error)
    except MemoryError:
        os.abort()  # as the engine does: what was begun is not seen by anybody
    finally:
        if store is not None:
            store.close()
