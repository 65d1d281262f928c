"""Backups: one N-Quads file, sorted by graph and line, that any store can restore, and that proves itself.

The last line is a comment with the count of statements and the digest of all lines before it: any reader of N-Quads
takes the file, and a file that was cut, or is empty, is told from a whole one.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from jixiao.errors import StoreError

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_PROOF = "# jixiao-backup statements={} sha256={}\n"
_PROVEN = re.compile(rb"# jixiao-backup statements=(\d+) sha256=([0-9a-f]{64})\n")
_UNPROVEN = (
    "备份末尾没有校验行：它不完整，或由 0.1 版或别的程序所写。库里内容未变；确认它完整，再用 --unverified 恢复 "
    "(the backup does not end with its proof: it was cut, or written by version 0.1 or another program; nothing was "
    "changed; where you know that it is whole, restore it with --unverified)"
)


class _Proving(io.RawIOBase):
    """Pass bytes on to a file and know what has passed."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self.digest = sha256()
        self.lines = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.lines += bytes(data).count(b"\n")
        return self._output.write(data)


def write_backup(store: Store, path: Path) -> None:
    """Write all graphs of a store to ``path``; a file is there afterwards only when it is whole."""
    with writing_backup(path) as output:
        store.dump(output)


def write_graphs(graphs: Iterable[bytes], path: Path) -> None:
    """Write graphs, each as N-Quads, to a backup at ``path``."""
    with writing_backup(path) as output:
        for nquads in graphs:
            output.write(nquads)


@contextmanager
def writing_backup(path: Path) -> Iterator[IO[bytes]]:
    """Open a backup for writing; it ends with its proof, and is there only when all was written."""
    special = path.exists() and not path.is_file()  # a pipe or device is written to, never replaced
    fresh = path if special else path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as raw:
            if path.suffix == ".gz":
                # No name and no time in the header: the same data gives the same bytes.
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
                    yield from _proven(cast("IO[bytes]", packed))
            else:
                yield from _proven(raw)
        if not special:
            fresh.replace(path)
    except OSError as error:
        raise StoreError(
            f"备份写不了 (the backup cannot be written): {error.strerror or error}", "backup-failed", str(path)
        ) from error
    finally:
        if not special:
            fresh.unlink(missing_ok=True)


def _proven(output: IO[bytes]) -> Iterator[IO[bytes]]:
    """Yield where to write, and write the proof afterwards."""
    proving = _Proving(output)
    yield cast("IO[bytes]", proving)
    output.write(_PROOF.format(proving.lines, proving.digest.hexdigest()).encode())


def read_backup(path: Path, *, verified: bool = True) -> Iterator[tuple[str, bytes]]:
    """Yield the graphs of a backup with their N-Quads; the IRI of the default graph is empty.

    Raise ``StoreError`` before the first for a file that cannot be read or, if ``verified``, does not prove itself.
    """
    from pyoxigraph import RdfFormat, parse, serialize

    try:
        if verified:
            _require_proof(path)
        with _opened(path) as file:
            quads = parse(file, RdfFormat.N_QUADS)
            for name, group in groupby(quads, key=lambda quad: quad.graph_name):
                iri = getattr(name, "value", "")  # the default graph has none
                yield iri, serialize(group, format=RdfFormat.N_QUADS) or b""
    except (OSError, EOFError, SyntaxError) as error:
        raise StoreError(
            f"备份读不出来，库里内容未变 (the backup cannot be read; nothing was changed): {error}",
            "bad-backup",
            str(path),
        ) from error


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _require_proof(path: Path) -> None:
    """Raise ``StoreError`` for a backup whose last line is not the count and digest of those before it."""
    digest, lines, held = sha256(), 0, b""
    with _opened(path) as file:
        for line in file:
            digest.update(held)
            lines += bool(held)
            held = line
    proof = _PROVEN.fullmatch(held)
    if proof is None or int(proof[1]) != lines or proof[2].decode() != digest.hexdigest():
        raise StoreError(_UNPROVEN, "backup-unverified", str(path))
