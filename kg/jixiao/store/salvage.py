"""Save from a damaged store the graphs that still are what was written.

The engine may pass over a bad block in silence or never end on one, so the damaged store is read by a process of its
own, which sends one graph after another and is ended when it stands still; each graph must have the digest it was
stored with.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from jixiao.errors import StoreError
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.files import write_graphs
from jixiao.store.graphs import CHANGED

_WALKED = "walked"
_STEP = 10_000  # statements between two signs of life
_PATIENCE = 60.0  # seconds for one graph; a sound one of a large document takes a tenth of one


@dataclass(slots=True)
class Salvage:
    """Hold what could be saved: the graphs written, those lost, and those written whose digest nobody knows."""

    saved: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def salvage(folder: Path, path: Path) -> Salvage:
    """Write the sound graphs of the store in ``folder`` to a backup at ``path``.

    Raise ``StoreError`` where the store cannot be opened at all, or not even tell which graphs it has.
    """
    found = Salvage()
    write_graphs(_sound_graphs(folder, found), path)
    return found


def _sound_graphs(folder: Path, found: Salvage) -> Iterator[bytes]:
    digests = next(_told(_send_digests, folder), None)
    if not isinstance(digests, dict):
        raise StoreError(
            "库已打不开，什么也存不出来；请用备份恢复，或重新 lift "
            f"(it cannot be opened any more; restore a backup, or lift the documents again): {digests or '无响应'}",
            "store-damaged",
            str(folder),
        )
    waiting = sorted(digests)
    while waiting:
        for held in _told(_send_graphs, folder, waiting):
            iri = waiting.pop(0)
            known = not digests[iri].startswith(CHANGED)
            if held is None or (known and held[0] != digests[iri]):
                found.lost.append(iri)
                continue
            found.saved.append(iri)
            if not known:
                found.unknown.append(iri)
            yield held[1]
        if waiting:  # it stood still, or died, on the next one
            found.lost.append(waiting.pop(0))


def unreadable(folder: Path) -> str | None:
    """Walk every index of a store in a process of its own; return why one cannot be read to its end, None for none."""
    *_, last = "", *_told(_send_walk, folder)
    if last == _WALKED:
        return None
    return str(last) or "无响应 (no answer)"


def _told(send: Callable[..., None], *arguments: object) -> Iterator[Any]:
    """Yield what a process of its own sends, until it has ended or stands still."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=send, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        while ours.poll(_PATIENCE):
            yield ours.recv()
    except EOFError:
        return
    finally:
        process.kill()
        process.join()
        ours.close()


def _send_digests(pipe: Connection, folder: Path) -> None:
    """Send the digest of every graph by its IRI, or why that cannot be read."""
    try:
        pipe.send(dict(EmbeddedStore(folder, read_only=True, sound=False).digests()))
    except (StoreError, OSError, RuntimeError, ValueError) as error:
        pipe.send(str(error))


def _send_walk(pipe: Connection, folder: Path) -> None:
    """Walk the data by graph, by predicate and by object, saying now and then that it goes on, and how it ended."""
    try:
        store = EmbeddedStore(folder, read_only=True, sound=False)
        for passed in store.walk():
            if not passed % _STEP:
                pipe.send("")
        pipe.send(_WALKED)
    except (StoreError, OSError, RuntimeError, ValueError) as error:
        pipe.send(str(error))


def _send_graphs(pipe: Connection, folder: Path, graphs: Sequence[str]) -> None:
    """Send digest and N-Quads of each graph, None for one that cannot be read."""
    store = EmbeddedStore(folder, read_only=True, sound=False)
    for iri in graphs:
        try:
            held = store.document_graph(iri)
            pipe.send((held.digest, held.nquads))
        except StoreError:
            pipe.send(None)
