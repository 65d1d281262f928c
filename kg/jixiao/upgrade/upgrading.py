"""Build the present store beside one of version 0.1, then put it in its place.

What is built stands in a folder of its own inside the store's: first everything as it was, then document after document
read again from its original, then links, tables and what leads from IRIs that went. Whatever ends it, the store is the
old one until all stands; called again it goes on with what is left to read.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.document_names import read_stored
from jixiao.errors import StoreError
from jixiao.linking.stored import rows_of
from jixiao.pipeline import LiftedDocument, drop_originals, lift_paths, link_anew
from jixiao.store.embedded import EmbeddedStore
from jixiao.store.first_version import FirstVersion, read_first_version
from jixiao.store.originals import Originals
from jixiao.store.unfinished import UNFINISHED, read_unfinished
from jixiao.tables.keeping import keep_tables, take_tables
from jixiao.upgrade.carrying import carry_over
from jixiao.upgrade.redirects import PART, redirects_of
from jixiao.vocab import JX, ONTOLOGY_GRAPH

if TYPE_CHECKING:
    from jixiao.reading import LiftOptions

FOLDER = "upgrade"
_MARK = "from"
_CARRIED = f"SELECT DISTINCT ?graph ?name {{ GRAPH ?graph {{ ?document <{JX.readBy}> ?by ; <{JX.fileName}> ?name }} }}"
Progress = Callable[[LiftedDocument], None]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """Hold what an upgrade has come to: the documents read again, those carried over and those that could not be read.

    ``redirected`` counts the IRIs that lead to others.
    """

    lifted: tuple[str, ...]
    carried: tuple[str, ...]
    failed: tuple[LiftedDocument, ...]
    redirected: int


def upgrade_store(
    folder: Path,
    options: LiftOptions,
    *,
    originals: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Upgraded | None:
    """Bring a store of version 0.1 into the present one; return what came of it, None where nothing is to do.

    ``originals`` is a folder with files that were lifted into it; those that the store keeps are found there. Raises
    ``StoreError`` for a store that is damaged, or of a later version, or whose disk is full: it is as it was then.
    """
    found, begun = None, folder / FOLDER
    with closing(EmbeddedStore(folder, read_only=True)) as old:
        documents = read_first_version(old)
        version = old.data_version()
        if documents:
            _require_sound(old)
            found = _Upgrade(old, begun, documents, options).build(_Files(folder, originals), workers, progress)
    if found or begun.exists():
        _take_over(folder, begun, version)
    return found


def _require_sound(store: EmbeddedStore) -> None:
    """Raise ``StoreError`` where the graphs of a store are not what was written."""
    faults = store.check()
    if faults:
        raise StoreError(
            "库里的内容与写入时不同，没有升级，原库未动；请先用备份恢复，或删去有问题的文档再升级 "
            "(the store is not what was written and was not upgraded; restore a backup or remove the documents): "
            + "；".join(faults),
            "store-damaged",
            store.location,
        )


class _Files:
    """Find the files that documents were read from, by SHA-256: those given, and those the store keeps."""

    def __init__(self, store: Path, given: Path | None) -> None:
        self._kept = Originals(store)
        self._given: dict[str, Path] = {}
        for path in sorted(given.rglob("*")) if given else ():
            if path.is_file():
                with path.open("rb") as stream:
                    self._given.setdefault(file_digest(stream, "sha256").hexdigest(), path)

    def find(self, digest: str, name: str, room: Path) -> Path | None:
        """Return the file of a digest; one that the store keeps is put into a folder under its name."""
        if digest in self._given:
            return self._given[digest]
        content = self._kept.read(digest)
        if content is None:
            return None
        path = room / digest / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


class _Upgrade:
    """Build in a folder what a store of version 0.1 becomes."""

    def __init__(
        self, old: EmbeddedStore, begun: Path, documents: Sequence[FirstVersion], options: LiftOptions
    ) -> None:
        self._old = old
        self._begun = begun
        self._options = options
        self._documents = documents
        self._counting = {each.digest: each for each in reversed(documents)}

    def build(self, files: _Files, workers: int | None, progress: Progress | None) -> Upgraded:
        self._begin()
        with closing(EmbeddedStore(self._begun)) as new:
            failed = self._lift(new, files, workers, progress)
            link_anew(new, self._options.base_iri, [each.graph for each in self._counting.values()])
            redirected = self._redirect(new)
            keep_tables(new)
            carried = {row["name"] for row in rows_of(new, _CARRIED)}
        lifted = {each.name for each in self._counting.values()} - carried
        return Upgraded(tuple(sorted(lifted)), tuple(sorted(carried)), failed, redirected)

    def _begin(self) -> None:
        """Make the new store with everything as it was, unless that stands already and the old one is the same."""
        mark, version = self._begun / _MARK, self._old.data_version()
        with suppress(OSError):
            if mark.read_text() == version:
                return
        shutil.rmtree(self._begun, ignore_errors=True)
        with closing(EmbeddedStore(self._begun)) as new:
            new.replace_graphs(self._as_it_was())
        draft = mark.with_name(f"{_MARK}.new")
        draft.write_text(version)
        draft.replace(mark)

    def _as_it_was(self) -> Iterator[tuple[str, bytes]]:
        """Yield the graphs of the old store, those of version 0.1 as they are carried over, the same bytes once."""
        first = {each.graph for each in self._documents}
        first |= {f"{graph}/findings" for graph in first}
        for graph in self._old.graphs():
            if graph not in first and graph not in (ONTOLOGY_GRAPH, UNFINISHED):
                yield graph, self._old.document_graph(graph).nquads
        for document in self._counting.values():
            others = [each.name for each in self._documents if each.digest == document.digest and each != document]
            yield from carry_over(self._old, document, others)

    def _lift(
        self, new: EmbeddedStore, files: _Files, workers: int | None, progress: Progress | None
    ) -> tuple[LiftedDocument, ...]:
        """Read the documents again that were not yet and whose originals are there; return those that failed."""
        left = {row["graph"] for row in rows_of(new, _CARRIED)} | read_unfinished(new)
        room = self._begun / "files"
        stored = (each for each in read_stored(new) if each.graph in left)
        paths = [path for each in stored if (path := files.find(each.digest, each.name, room))]
        if not paths:
            return ()
        report = lift_paths([str(path) for path in paths], new, self._options, workers=workers, progress=progress)
        shutil.rmtree(room, ignore_errors=True)
        return report.failed

    def _redirect(self, new: EmbeddedStore) -> int:
        """Keep in the new store where the IRIs lead that nothing has any more; return how many."""
        count = 0
        for document in self._documents:
            nquads = redirects_of(self._old, new, document, self._counting[document.digest])
            if nquads:
                new.replace_graph(f"{document.graph}/{PART}", nquads)
            count += nquads.count(b"\n")
        return count


def _take_over(folder: Path, begun: Path, version: str) -> None:
    """Put what was built in the place of the store, or end what was interrupted when it stood there already."""
    with closing(EmbeddedStore(folder)) as store:
        if read_first_version(store):
            if store.data_version() != version:
                raise StoreError(
                    "升级时库被改动了，原库未动；请再运行一次 (the store was changed meanwhile; run it again)",
                    "store-changed",
                    str(folder),
                )
            Originals(folder).adopt(Originals(begun))
            store.exchange(begun / "data")
        take_tables(store, begun)
        keep_tables(store)
        drop_originals(store)
    shutil.rmtree(begun)
