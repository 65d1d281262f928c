"""Keep the side tables right: what the store says now against what they were written for, graph by graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import sha256
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.store.graphs import CHANGED
from jixiao.tables.rows import GraphRows, graph_rows
from jixiao.tables.side import FILE, KeptGraph, SideTables, TableWriter
from jixiao.tables.specs import TABLES, SupportsQuery
from jixiao.vocab import ONTOLOGY_GRAPH

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_BATCH = 20  # graphs written in one transaction
_MANY = 50  # changed graphs after which the planner is told anew
_FINDINGS = "/findings"
Progress = Callable[[int, int], None]
Batch = list[tuple[str, GraphRows]]


def tables_of(store: SupportsQuery) -> SideTables | None:
    """Return the tables kept with a store in a folder; None for other stores."""
    folder = getattr(store, "folder", None)
    if folder is None:
        return None
    return SideTables(Path(folder) / FILE)


def current_tables(store: SupportsQuery) -> SideTables | None:
    """Return the tables kept with a store where they show its present data, else None."""
    tables = tables_of(store)
    if tables is None or tables.version() != store.data_version():  # type: ignore[attr-defined]
        return None
    return tables


def fresh_rows(store: Store, name: str) -> list[dict[str, object]]:
    """Return the rows of a side table of a store that keeps none, or whose tables are of other data."""
    tables = SideTables(None)
    try:
        synchronise(tables, store)
        return list(tables.rows(name))
    finally:
        tables.close()


def keep_tables(store: Store, progress: Progress | None = None) -> int:
    """Bring the tables kept with a store up to its data, if it keeps any; return how many graphs were read."""
    tables = tables_of(store)
    if tables is None:
        return 0
    try:
        return synchronise(tables, store, progress)
    finally:
        tables.close()


def synchronise(tables: SideTables, store: Store, progress: Progress | None = None) -> int:
    """Bring tables up to a store's data: only graphs that changed are read; return how many.

    What is interrupted goes on where it stopped.
    """
    version = store.data_version()
    shown = tables.version()
    if shown == version:
        return 0
    if not shown:
        with tables.writing() as writer:  # which makes them where there are none, or other ones
            writer.set_version("")
    digests, kept = _digests(store), tables.graphs()
    gone = kept.keys() - digests.keys()
    stale = _with_findings({graph for graph in digests if _differs(graph, digests[graph], kept)}, digests)
    work = _Work(store, digests, kept, progress)
    held: Batch = []
    for batch in work.batches(stale, pointing=bool(gone)):
        held += batch
        if len(stale) > _BATCH:
            with tables.writing() as writer:
                writer.set_version("")
                work.write(writer, held)
            held = []
    with tables.writing() as writer:  # few graphs change at once: readers see the tables before or after
        work.write(writer, held)
        for graph in gone:
            writer.remove(graph)
        writer.make_concepts()
        writer.make_derived()
        if work.done > _MANY:
            writer.optimise()
        writer.set_version(version)
    return work.done


def _digests(store: Store) -> dict[str, str]:
    """Return the digest of every graph that may have rows, worked out where the store does not know it."""
    found = {graph: digest for graph, digest in store.digests().items() if graph != ONTOLOGY_GRAPH}
    for graph, digest in found.items():
        if digest in ("", CHANGED):
            found[graph] = sha256(b"".join(sorted(store.read_graph(graph).splitlines(keepends=True)))).hexdigest()
    return found


def _differs(graph: str, digest: str, kept: Mapping[str, KeptGraph]) -> bool:
    return graph not in kept or kept[graph].digest != digest


def _with_findings(graphs: Collection[str], digests: Mapping[str, str]) -> set[str]:
    """Return graphs and those of the findings on them, whose rows show printed lines of the document."""
    return {*graphs, *(graph + _FINDINGS for graph in graphs if graph + _FINDINGS in digests)}


class _Work:
    """Read graphs and write their rows, some in a transaction; note whether names changed that others show."""

    def __init__(
        self, store: Store, digests: Mapping[str, str], kept: Mapping[str, KeptGraph], progress: Progress | None
    ) -> None:
        self._store = store
        self._digests = digests
        self._kept = kept
        self._progress = progress
        self._renamed = False
        self.done = 0

    def batches(self, stale: set[str], *, pointing: bool) -> Iterator[Batch]:
        """Yield the rows of stale graphs, then of those that point to others where these went or changed a name."""
        yield from self._read(stale)
        if pointing or self._renamed:
            yield from self._read(
                {g for g, known in self._kept.items() if known.pointing and g in self._digests} - stale
            )

    def _read(self, graphs: Collection[str]) -> Iterator[Batch]:
        left = iter(sorted(graphs))
        total = self.done + len(graphs)
        while batch := list(islice(left, _BATCH)):
            found = [(graph, graph_rows(self._store, graph, self._store.read_graph(graph))) for graph in batch]
            self._renamed |= any(g in self._kept and self._kept[g].shown != rows.shown for g, rows in found)
            self.done += len(batch)
            if self._progress:
                self._progress(self.done, total)
            yield found

    def write(self, writer: TableWriter, found: Batch) -> None:
        """Put the rows of graphs in the place of those they had."""
        for graph, rows in found:
            pointing = rows.pointing and graph.removesuffix(_FINDINGS) not in self._others(graph)
            writer.replace(graph, self._digests[graph], rows, pointing=pointing)

    def _others(self, graph: str) -> Collection[str]:
        """Return the graphs beside which one of findings is read again whenever they are."""
        if graph.endswith(_FINDINGS):
            return self._digests.keys()
        return ()


def rebuild(store: Store, progress: Progress | None = None) -> int:
    """Make the tables kept with a store anew; return how many graphs were read."""
    tables = tables_of(store)
    if tables is None:
        return 0
    tables.remove()
    return keep_tables(store, progress)


def take_tables(store: Store, folder: Path) -> None:
    """Put the tables that another folder keeps in the place of a store's, if they show its present data."""
    ours, theirs = tables_of(store), SideTables(folder / FILE)
    try:
        fit = theirs.version() == store.data_version()
    finally:
        theirs.close()
    if ours is not None and fit:
        ours.remove()
        theirs.path.replace(ours.path)


def begin_history(store: Store) -> None:
    """Let whoever follows the changes of a store start anew, since its data is another."""
    tables = tables_of(store)
    if tables is not None:
        with tables.writing() as writer:
            writer.begin_history()


def check_tables(store: Store, *, deep: bool = False) -> list[str]:
    """Compare the tables kept with a store with its graphs: for which data they were written; ``deep`` every row."""
    tables = tables_of(store)
    if tables is None:
        return []
    advice = "请运行 jixiao store rebuild-tables (run jixiao store rebuild-tables)"
    if not tables.path.exists():
        return [f"没有附表 (there are no side tables)：{advice}"]
    faults = [f"附表 (side tables)：{fault}；{advice}" for fault in tables.faults()]
    if not faults and tables.version() != store.data_version():
        faults.append(f"附表与图谱不是同一版本 (the side tables are of other data)：{advice}")
    if deep and not faults:
        fresh = SideTables(None)
        synchronise(fresh, store)
        for name in TABLES:
            if any(
                ours != theirs
                for ours, theirs in zip_longest(*(each.rows(name, copies=True) for each in (tables, fresh)))
            ):
                faults.append(f"附表 {name} 与图谱不符 (differs from the graph)：{advice}")
        fresh.close()
    tables.close()
    return faults
