"""The view: a process that reads the durable store once, holds it in memory, and forks workers that share it."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import NamedNode, RdfFormat
from pyoxigraph import Store as Oxigraph

from jixiao.errors import JixiaoError, StoreError
from jixiao.store import open_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.graphs import CATALOGUE
from jixiao.store.protocol import Store
from jixiao.tables.keeping import synchronise
from jixiao.tables.side import SideTables
from jixiao_service.workers import wire
from jixiao_service.workers.data import MemoryData
from jixiao_service.workers.forker import Forker, Role

_GROWTH = 3  # bytes in memory for a byte on disk


def free_memory() -> int | None:
    """Return the bytes of memory that are free for use, None where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _read_out(folder: str, known: str | None, share: float | None, outputs: list[int]) -> None:
    """Write the store into pipes: a line that says what it is, the default graph, then everything.

    The durable engine starts threads, which must not live in a process that forks: this runs in a child of its own.
    """
    head_to, default_to, all_to = (os.fdopen(descriptor, "wb") for descriptor in outputs)
    try:
        store = EmbeddedStore(Path(folder), read_only=True, wait=0)
    except StoreError as error:
        head_to.write(json.dumps({"failed": error.message, "code": error.code}).encode())
        return
    with head_to, default_to, all_to:
        version = store.data_version()
        disk = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        free = None
        if share:
            free = free_memory()
        head = {
            "version": version,
            "merged": store.merged,
            "same": version == known,
            "short": free is not None and disk * _GROWTH > free * (share or 1),
        }
        head_to.write(json.dumps(head).encode())
        head_to.close()
        if not (head["same"] or head["short"]):
            if store.merged:
                store.stream(default_to, default_only=True)
            default_to.close()
            store.stream(all_to)


def _load(descriptor: int, format: RdfFormat) -> Oxigraph:  # noqa: A002
    store = Oxigraph()
    store.bulk_load(path=f"/dev/fd/{descriptor}", format=format)
    return store


def hold(sock: socket.socket, arguments: dict[str, Any], roles: Mapping[str, Role]) -> None:
    """Load the store of ``arguments["folder"]`` into memory and obey orders to fork workers.

    ``known`` is a version that need not be loaded, ``share`` the part of the free memory that may be used.

    Say first what became of it: ``ready`` with the data version, ``same`` as the known version, ``short`` of memory, or
    ``failed``.
    """
    started = time.monotonic()
    reader, (head_from, default_from, all_from) = _fork_reader(arguments)
    with os.fdopen(head_from, "rb") as head_file:
        head = json.loads(head_file.read() or b'{"failed": "the store could not be read", "code": "store-damaged"}')
    if "failed" in head or head["same"] or head["short"]:
        os.waitpid(reader, 0)
        wire.send_json(sock, wire.READY, **head)
        return
    plain: Oxigraph | None = None
    if head["merged"]:
        plain = _load(default_from, RdfFormat.N_TRIPLES)
    os.close(default_from)
    full = _load(all_from, RdfFormat.N_QUADS)
    os.close(all_from)
    triples = len(full)
    if plain is not None:
        full.remove_graph(NamedNode(CATALOGUE))
        triples = len(plain)
    _, status = os.waitpid(reader, 0)
    if status:
        wire.send_json(sock, wire.READY, failed="the store could not be read to its end", code="store-damaged")
        return
    wire.send_json(sock, wire.READY, **head, triples=triples, seconds=time.monotonic() - started)
    Forker(sock, roles, MemoryData(full, plain)).run()


def _fork_reader(arguments: dict[str, Any]) -> tuple[int, list[int]]:
    """Fork the process that reads the store; return its number and the pipes that give its head and its data."""
    pipes = [os.pipe() for _ in range(3)]
    sources, targets = [source for source, _ in pipes], [target for _, target in pipes]
    child = os.fork()
    if child:
        for target in targets:
            os.close(target)
        return child, sources
    try:
        for source in sources:
            os.close(source)
        _read_out(arguments["folder"], arguments["known"], arguments["share"], targets)
    except BrokenPipeError:
        pass
    finally:
        os._exit(0)


def take_snapshot(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Copy the store of ``arguments["folder"]`` to ``arguments["target"]`` for workers to read, and describe it."""
    with _failures_told(sock):
        store = EmbeddedStore(Path(arguments["folder"]), read_only=True, wait=0)
        version = store.data_version()
        if version != arguments["known"]:
            store.snapshot(Path(arguments["target"]))
        _describe(sock, store, version, arguments["known"])


def keep_side_tables(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Bring the side tables at ``arguments["path"]`` up to the store at ``arguments["location"]``."""
    with _failures_told(sock):
        store = open_store(arguments["location"], read_only=True)
        tables = SideTables(Path(arguments["path"]))
        read = synchronise(tables, store)
        wire.send_json(sock, wire.READY, version=tables.version(), read=read)


def tell_version(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Describe the data of the endpoint at ``arguments["location"]``."""
    with _failures_told(sock):
        store = open_store(arguments["location"], read_only=True)
        _describe(sock, store, store.data_version(), arguments["known"])


def _describe(sock: socket.socket, store: Store, version: str, known: str | None) -> None:
    same = version == known
    triples = 0 if same else store.info().triples
    wire.send_json(sock, wire.READY, version=version, same=same, triples=triples)


def dump_graphs(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Send all document graphs as sorted N-Quads, then the data version."""
    with _failures_told(sock):
        store = open_store(arguments["location"], read_only=True)
        with io.BufferedWriter(_Frames(sock), 1 << 18) as output:
            if arguments["packed"]:
                with gzip.GzipFile(filename="", fileobj=output, mode="wb", mtime=0, compresslevel=6) as packed:
                    store.dump(cast("IO[bytes]", packed))
            else:
                store.dump(cast("IO[bytes]", output))
        wire.send_json(sock, wire.READY, version=store.data_version())


@contextmanager
def _failures_told(sock: socket.socket) -> Iterator[None]:
    """Tell the service of a failure instead of what it waits for."""
    try:
        yield
    except JixiaoError as error:
        wire.send_json(sock, wire.READY, failed=error.message, code=error.code)


class _Frames(io.RawIOBase):
    """Write to a socket in frames."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        wire.send(self._sock, wire.DATA, bytes(data))
        return len(data)
