"""Backups: one N-Quads file, sorted by graph and line, that any store can restore."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from jixiao.errors import StoreError

if TYPE_CHECKING:
    from jixiao.store.protocol import Store


def write_backup(store: Store, path: Path) -> None:
    """Write all graphs of a store to ``path``; a file is there afterwards only when it is whole."""
    fresh = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as raw:
            if path.suffix == ".gz":
                # No name and no time in the header: the same data gives the same bytes.
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
                    store.dump(cast("IO[bytes]", packed))
            else:
                store.dump(raw)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreError(
            f"备份写不了 (the backup cannot be written): {error.strerror or error}", "backup-failed", str(path)
        ) from error


def read_backup(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the graphs of a backup with their N-Quads; the IRI of the default graph is empty."""
    from pyoxigraph import RdfFormat, parse, serialize

    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            quads = parse(cast("IO[bytes]", file), RdfFormat.N_QUADS)
            for name, group in groupby(quads, key=lambda quad: quad.graph_name):
                iri = getattr(name, "value", "")  # the default graph has none
                yield iri, serialize(group, format=RdfFormat.N_QUADS) or b""
    except (OSError, EOFError, SyntaxError) as error:
        raise StoreError(
            f"备份读不出来，库里内容未变 (the backup cannot be read; nothing was changed): {error}",
            "bad-backup",
            str(path),
        ) from error
