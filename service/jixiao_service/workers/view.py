"""The view: a process that reads the durable store once, holds it in memory, and forks workers that share it."""

from __future__ import annotations

import gzip
import io
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat
from pyoxigraph import Store as Oxigraph

from jixiao.errors import JixiaoError
from jixiao.store import open_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.graphs import CATALOGUE
from jixiao.store.soundness import file_sizes, verify_beside_writers
from jixiao.tables.keeping import synchronise
from jixiao.tables.side import SideTables
from jixiao_service.workers import wire
from jixiao_service.workers.data import MemoryData
from jixiao_service.workers.forker import Forker, Role

_LEISURE = 10
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


def _read_out(folder: str, merged: bool, outputs: list[int]) -> None:
    """Write a snapshot into pipes: the default graph, then everything.

    The durable engine starts threads, which must not live in a process that forks: this runs in a child of its own.
    """
    default_to, all_to = (os.fdopen(descriptor, "wb") for descriptor in outputs)
    store = Oxigraph.read_only(folder)
    with default_to, all_to:
        if merged:
            store.dump(default_to, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        default_to.close()
        store.dump(all_to, RdfFormat.N_QUADS)


def _is_short(folder: str, share: float | None) -> bool:
    """Say whether the data would take more than a share of the free memory."""
    free = free_memory() if share else None
    disk = sum(file_sizes(Path(folder)).values())
    return free is not None and disk * _GROWTH > free * (share or 1)


def _load(descriptor: int, format: RdfFormat) -> Oxigraph:  # noqa: A002
    store = Oxigraph()
    store.bulk_load(path=f"/dev/fd/{descriptor}", format=format)
    return store


def hold(sock: socket.socket, arguments: dict[str, Any], roles: Mapping[str, Role]) -> None:
    """Load the snapshot in ``arguments["folder"]`` into memory and obey orders to fork workers.

    ``share`` is the part of the free memory that may be used. Say first whether it is loaded.
    """
    if _is_short(arguments["folder"], arguments["share"]):
        wire.send_json(sock, wire.READY, loaded=False)
        return
    reader, (default_from, all_from) = _fork_reader(arguments)
    plain: Oxigraph | None = None
    if arguments["merged"]:
        plain = _load(default_from, RdfFormat.N_TRIPLES)
    os.close(default_from)
    full = _load(all_from, RdfFormat.N_QUADS)
    os.close(all_from)
    if plain is not None:
        full.remove_graph(NamedNode(CATALOGUE))
    _, status = os.waitpid(reader, 0)
    wire.send_json(sock, wire.READY, loaded=not status)
    if not status:
        Forker(sock, roles, MemoryData(full, plain)).run()


def _fork_reader(arguments: dict[str, Any]) -> tuple[int, list[int]]:
    """Fork the process that reads the snapshot; return its number and the pipes that give its data."""
    pipes = [os.pipe() for _ in range(2)]
    sources, targets = [source for source, _ in pipes], [target for _, target in pipes]
    child = os.fork()
    if child:
        for target in targets:
            os.close(target)
        return child, sources
    status = 1
    try:
        for source in sources:
            os.close(source)
        _read_out(arguments["folder"], arguments["merged"], targets)
        status = 0
    except BrokenPipeError:
        pass
    finally:
        os._exit(status)


def take_snapshot(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Take a snapshot of the store of ``arguments["folder"]`` for workers to read, and describe it."""
    with _failures_told(sock):
        store = EmbeddedStore(Path(arguments["folder"]), read_only=True, wait=0)
        wire.send_json(sock, wire.READY, **describe_snapshot(store, arguments["target"], arguments["known"]))


def describe_snapshot(store: EmbeddedStore, target: str, known: str | None) -> dict[str, Any]:
    """Take a snapshot, unless the data is as known, and return what there is to say about it."""
    version = store.data_version()
    if version != known:
        store.snapshot(Path(target))
    return {
        "version": version,
        "same": version == known,
        "merged": store.merged,
        "size": store.statements(),
        "incomplete": store.incomplete,
    }


def verify_files(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
    """Compare all files of the store of ``arguments["folder"]`` with what was written, at leisure."""
    os.nice(_LEISURE)
    with _failures_told(sock):
        verify_beside_writers(Path(arguments["folder"]))
        wire.send_json(sock, wire.READY)


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
        version = open_store(arguments["location"], read_only=True).data_version()
        wire.send_json(sock, wire.READY, version=version, same=version == arguments["known"])


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
