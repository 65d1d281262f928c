"""The embedded store: Oxigraph in a folder (or in memory), durable, one writer or many readers at a time."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize
from pyoxigraph import Store as Oxigraph

from jixiao.errors import QueryError, StoreError
from jixiao.store import graphs as text
from jixiao.store.files import read_backup, write_backup
from jixiao.store.functions import FUNCTIONS
from jixiao.store.graphs import CATALOGUE, DocumentGraph
from jixiao.store.lock import FolderLock, raise_descriptor_limit
from jixiao.store.protocol import Progress, StoreInfo
from jixiao.store.soundness import diagnose, file_sizes, forget, require_sound, seal, unseal, was_closed
from jixiao.store.syntax.analysis import UpdateEffect, find_effect, without_graph
from jixiao.store.syntax.messages import told_by_engine
from jixiao.store.syntax.parsing import SparqlSyntaxError, SyntaxNode, check_depth, parse_sparql

if TYPE_CHECKING:
    from jixiao.store.protocol import GraphText, Results

_BULK = 5_000  # triples worth a bulk load, which writes files of its own
_HELD = 500_000  # triples that are held back to be loaded together
_LAYOUT = 1
_WAIT = 10.0  # seconds to wait for another process
_DAMAGE = "Corruption"  # what the engine says of a block that is not what it was
_CALLS = re.compile(r"\b(?:load|service)\b", re.IGNORECASE)  # what fails may be another server


class EmbeddedStore:
    """Keep graphs in a folder, or in memory when ``folder`` is None.

    ``merged`` stores keep the merge of all graphs as default graph; others are plain SPARQL data sets. The choice is
    made when the folder is created. A reader does not see what is written after it opened. Without ``create`` the
    store must be there; without ``sound`` it is opened for reading though files of it are damaged. ``incomplete`` names
    the graphs whose load was interrupted and could not be undone: a reader may see a part of them.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        read_only: bool = False,
        merged: bool = True,
        wait: float = _WAIT,
        create: bool = True,
        sound: bool = True,
    ) -> None:
        self._folder = folder
        self._read_only = read_only
        self._lock: FolderLock | None = None
        self._digests: dict[str, str] | None = None
        self._written = False
        self._revision = ""
        self._layout = text.IN_DEFAULT if merged else text.PLAIN
        self.incomplete: tuple[str, ...] = ()
        if folder is None:
            self._data = Oxigraph()
            return
        self._make(folder, create=create and not read_only)
        if read_only and (folder / "data.old").exists() and not (folder / "data").exists():
            EmbeddedStore(folder).close()  # an exchange of the data was interrupted
        self._open(folder, wait, sound=sound)
        if read_only and (self.incomplete or not was_closed(folder)):
            self.close()
            with suppress(StoreError):  # where it cannot be written to, what is incomplete stays named
                EmbeddedStore(folder).close()
            self._open(folder, wait, sound=sound)

    def _make(self, folder: Path, *, create: bool) -> None:
        """Make the folder of a new store; raise ``StoreError`` where none is, or may be, or other files are."""
        settings = folder / "store.json"
        if not create and not settings.exists():
            raise StoreError(
                "没有图谱库；请先运行 jixiao lift，或用 --store 指明 (no store here; lift documents first)",
                "no-store",
                str(folder),
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"文件夹建不了 (the folder cannot be made): {error.strerror}", "store-unreachable", str(folder)
            ) from error
        if not settings.exists() and any(folder.iterdir()):
            raise StoreError(
                "文件夹里有别的文件；请指定空的或新的文件夹 (it holds other files; name an empty or new folder)",
                "not-a-store",
                str(folder),
            )
        if settings.exists():
            self._layout = text.IN_DEFAULT if _read_settings(settings) else text.PLAIN

    def _open(self, folder: Path, wait: float, *, sound: bool) -> None:
        """Open the data under the lock of the folder, and put right what an interruption has left."""
        self._lock = FolderLock(folder, exclusive=not self._read_only, wait=wait)
        try:
            settings = folder / "store.json"
            if not settings.exists():
                folder.chmod(0o700)  # once: who lets others read it later has a reason
                settings.write_text(json.dumps({"layout": _LAYOUT, "merged": self.merged}))
            if sound:
                require_sound(folder)
            if not self._read_only:
                self._written = not was_closed(folder)  # the engine's log holds what a killed writer had not settled
                unseal(folder)
            raise_descriptor_limit()
            self._data = self._open_data(folder)
            self._recover()
        except (OSError, ValueError, RuntimeError) as error:
            self._lock.release()
            raise diagnose(error, folder) from error
        except StoreError:
            self._lock.release()
            raise

    def _open_data(self, folder: Path) -> Oxigraph:
        data, fresh, old = folder / "data", folder / "data.new", folder / "data.old"
        if not self._read_only:
            if not data.exists() and old.exists():  # an exchange was interrupted between its two renames
                (fresh if fresh.exists() else old).rename(data)
            for rest in (fresh, old):
                shutil.rmtree(rest, ignore_errors=True)
            return Oxigraph(str(data))
        return Oxigraph.read_only(str(data))

    def _recover(self) -> None:
        """Remove graphs whose bulk load was interrupted, so that each graph stands whole or not at all."""
        if not self.merged:
            return
        interrupted = self._column(text.LOADING_QUERY)
        if self._read_only:
            self.incomplete = tuple(interrupted)
            return
        for iri in interrupted:
            self._change(text.remove_update(iri, self._layout))
        if self._column(text.CHANGING_QUERY):
            repair = (*self._layout.merge_update(), *text.revision_update(), text.unmark_update())
            self._change(" ;\n".join(repair))

    @property
    def merged(self) -> bool:
        """Say whether the default graph is the merge of all graphs."""
        return self._layout.catalogue

    @property
    def location(self) -> str:
        """Return the folder, ``:memory:`` for none."""
        return str(self._folder or ":memory:")

    @property
    def folder(self) -> Path | None:
        """Return the folder, None for a store in memory."""
        return self._folder

    # ------------------------------------------------------------ reading

    def query(
        self,
        sparql: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Results:
        """Answer a query."""
        data_set: dict[str, Any] = {}
        if default_graphs or named_graphs:
            data_set["default_graph"] = [NamedNode(iri) for iri in default_graphs]
            data_set["named_graphs"] = [NamedNode(iri) for iri in named_graphs]
        known = dict(prefixes or {})
        try:
            check_depth(sparql)
            if self.merged:
                sparql = hide_catalogue(sparql)
            return self._data.query(sparql, prefixes=known, custom_functions=dict(FUNCTIONS), **data_set)
        except (SyntaxError, SparqlSyntaxError) as error:
            from jixiao.store.syntax.explaining import explain  # the grammar takes a while to load

            raise QueryError(str(explain(sparql, "QueryUnit", known, str(error))), "query-syntax") from error
        except (OSError, ValueError, RuntimeError) as error:
            if _DAMAGE in str(error):
                raise diagnose(error, Path(self.location)) from error
            raise QueryError(str(told_by_engine(str(error))), "query-failed") from error

    def _column(self, sparql: str) -> list[str]:
        return [solution[0].value for solution in self._data.query(sparql)]  # type: ignore[union-attr]

    def graphs(self) -> list[str]:
        """Return the IRIs of the document graphs, sorted."""
        names = (name.value for name in self._data.named_graphs())
        return sorted(name for name in names if name != CATALOGUE or not self.merged)

    def dump(self, output: IO[bytes]) -> None:
        """Write the document graphs as N-Quads, sorted by graph and line."""
        for graph in self._document_graphs():
            output.write(graph.nquads)
        if not self.merged:
            rest = self._data.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
            output.write(b"".join(sorted(rest.splitlines(keepends=True))))

    def _document_graphs(self) -> Iterator[DocumentGraph]:
        return map(self.document_graph, self.graphs())

    def document_graph(self, iri: str) -> DocumentGraph:
        """Return a graph in its canonical form, with its digest."""
        try:
            triples = self._data.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(iri))
        except (OSError, RuntimeError) as error:
            raise diagnose(error, Path(self.location)) from error
        return text.canonical_graph(iri, triples or b"")

    def walk(self) -> Iterator[int]:
        """Read the data by graph, by predicate and by object, counting statements; tell of bad blocks on the way."""
        counts = count()
        predicates, objects = set(), set()
        for quad in self._data.quads_for_pattern(None, None, None, None):
            predicates.add(quad.predicate)
            objects.add(quad.object)
            yield next(counts)
        for predicate in predicates:
            yield from (next(counts) for _ in self._data.quads_for_pattern(None, predicate, None, None))
        for thing in objects:
            yield from (next(counts) for _ in self._data.quads_for_pattern(None, None, thing, None))

    def read_graph(self, graph: str) -> bytes:
        """Return a graph as N-Triples, in no order; the empty IRI is the default graph."""
        return self._data.dump(format=RdfFormat.N_TRIPLES, from_graph=text.name_of(graph)) or b""

    def statements(self) -> int:
        """Return about how many statements there are, without counting them."""
        if not self.merged:
            return len(self._data)
        sizes = self._column(text.SIZES_QUERY)
        return sum(map(int, sizes))

    def snapshot(self, folder: Path) -> None:
        """Copy the data to a folder for others to read; within one file system nothing is really copied.

        What stands only in the engine's log is not copied, so a store is settled before it is read.
        """
        self._data.backup(str(folder))

    def data_version(self) -> str:
        """Return the data version."""
        if self.merged:
            return text.version_of(self._catalogue(), "".join(self._column(text.REVISION_QUERY)))
        if self._folder and (self._folder / "revision").exists():
            self._revision = (self._folder / "revision").read_text()
        return text.version_of({}, self._revision)

    def _revise(self) -> None:
        """Give a plain data set, which has no catalogue, a new version."""
        self._revision = uuid4().hex
        if self._folder:
            (self._folder / "revision").write_text(self._revision)

    def digests(self) -> Mapping[str, str]:
        """Return the digest of every graph."""
        if self.merged:
            return self._catalogue()
        return dict.fromkeys(self.graphs(), "")

    def _catalogue(self) -> dict[str, str]:
        """Return the digest of every complete graph."""
        if self._digests is None:
            self._digests = {row[0].value: row[1].value for row in self._data.query(text.DIGESTS_QUERY)}  # type: ignore[union-attr]
        return self._digests

    def info(self) -> StoreInfo:
        """Describe the store; the triples of the default graph are counted."""
        triples = next(self._data.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))[0]  # type: ignore[arg-type]
        kind, disk = "Oxigraph in memory", None
        if self._folder:
            kind = "Oxigraph in a folder"
            disk = sum(file_sizes(self._folder).values())
        return StoreInfo(self.location, kind, self.data_version(), len(self.graphs()), int(triples.value), disk)

    def check(self) -> list[str]:
        """Compare every file and every graph with what was written, and the merge with the graphs."""
        if self._folder:
            require_sound(self._folder, None)
        if not self.merged:
            return []
        faults = []
        digests = self._catalogue()
        for graph in self._document_graphs():
            known = digests.get(graph.iri)
            if known not in (None, graph.digest) and not known.startswith(text.CHANGED):
                faults.append(
                    f"{graph.iri}: 与写入时不同，请重新 lift (differs from what was written; lift the document again)"
                )
        filled = {
            iri for iri, digest in digests.items() if digest != text.EMPTY and not digest.startswith(text.CHANGED)
        }
        faults += [
            f"{iri}: 不见了，请重新 lift 该文档 (is gone; lift the document again)"
            for iri in sorted(filled - set(self.graphs()))
        ]
        if any(self._data.query(f"ASK {{ {fault} }}") for fault in (self._layout.stale, self._layout.missing)):
            faults.append(
                "缺省图与各文档图的并集不符，请用备份恢复 "
                "(the default graph is not the merge of the document graphs; restore the store from a backup)"
            )
        return faults

    # ------------------------------------------------------------ writing

    def replace_graph(self, graph: str, nquads: bytes) -> bool:
        """Put a graph in place in one transaction; an unchanged graph is passed over."""
        return self._replace(text.read_graph(graph, nquads))

    def put_graph(self, graph: DocumentGraph) -> bool:
        """Put a graph in place; one that is new and large is bulk-loaded."""
        if not graph.iri or self._data.contains_named_graph(NamedNode(graph.iri)):
            return self._replace(graph)
        self._load({graph.iri: graph})
        return True

    def _replace(self, graph: DocumentGraph) -> bool:
        if not graph.iri and self.merged:
            raise StoreError(text.MERGED_ONLY, "merged-default-graph", self.location)
        digests = self._catalogue()
        if digests.get(graph.iri) == graph.digest:
            if graph.origin:
                self._change(text.origin_update(graph))
            return False
        present, wanted = self._lines(graph.iri), set(graph.triples.splitlines(keepends=True))
        gone = present - wanted
        if not self.merged or _has_blank(graph.triples, *gone):
            self._change(text.replace_update(graph, self._layout))
        else:
            steps = text.data_update(graph.iri, gone, wanted - present, gone - self._shared(graph.iri))
            if not wanted:
                steps.append(f"DROP SILENT GRAPH <{graph.iri}>")
            self._change(" ;\n".join((*steps, text.forget_update(graph.iri), text.record_update(graph))))
        if self.merged:
            digests[graph.iri] = graph.digest
        return True

    def _lines(self, graph: str) -> set[bytes]:
        """Return a graph as lines of N-Triples."""
        return set(self.read_graph(graph).splitlines(keepends=True))

    def _shared(self, graph: str) -> set[bytes]:
        """Return the lines of a graph that another document graph states too."""
        shared: Any = self._data.query(text.SHARED_QUERY.format(graph=graph))
        return set((serialize(shared, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))

    def replace_graphs(
        self, documents: Iterable[GraphText | tuple[str, bytes]], progress: Progress | None = None
    ) -> int:
        """Replace many graphs; those new to the store are bulk-loaded together when they are large enough."""
        changed = 0
        fresh: dict[str, DocumentGraph] = {}
        present = set(self.graphs())
        for iri, nquads, *origin in documents:
            graph = text.read_graph(iri, nquads, *origin)
            if iri in present or iri in fresh:
                self._load(fresh)
                fresh = {}
                different = self._replace(graph)
            else:
                fresh[iri] = graph
                different = True
            present.add(iri)
            changed += different
            if progress:
                progress(iri, different)
            if sum(each.size for each in fresh.values()) >= _HELD:
                self._load(fresh)
                fresh = {}
        self._load(fresh)
        return changed

    def _load(self, fresh: Mapping[str, DocumentGraph]) -> None:
        """Load graphs that the store does not have."""
        if sum(graph.size for graph in fresh.values()) < _BULK or not self.merged:
            for graph in fresh.values():
                self._replace(graph)
            return
        digests = self._catalogue()
        self._change(text.mark_update(fresh, text.LOADING))
        self._data.bulk_load(b"".join(graph.nquads for graph in fresh.values()), RdfFormat.N_QUADS)
        self._data.bulk_load(b"".join(graph.triples for graph in fresh.values()), RdfFormat.N_TRIPLES)
        self._change(" ;\n".join(f"{text.forget_update(g.iri)} ;\n{text.record_update(g)}" for g in fresh.values()))
        digests.update({graph.iri: graph.digest for graph in fresh.values()})

    def remove_graph(self, graph: str) -> bool:
        """Remove a graph in one transaction."""
        if not graph and self.merged:
            raise StoreError(text.MERGED_ONLY, "merged-default-graph", self.location)
        if graph and not self._data.contains_named_graph(NamedNode(graph)):
            return False
        digests = self._catalogue()
        lines = self._lines(graph)
        if not self.merged or _has_blank(*lines):
            self._change(text.remove_update(graph, self._layout, graph in digests))
        else:
            steps = text.data_update(graph, (), (), lines - self._shared(graph))
            bare = text.remove_update(graph, text.BY_SERVER, graph in digests)
            self._change(" ;\n".join((*steps, bare)))
        digests.pop(graph, None)
        return True

    def update(self, sparql: str, *, prefixes: Mapping[str, str] | None = None, base_iri: str | None = None) -> None:
        """Run an update and bring the merge up to date in the same transaction."""
        known, effect = dict(prefixes or {}), None
        if self.merged:
            effect = find_effect(sparql, _updating(sparql, known), base_iri, known)
        try:
            check_depth(sparql)
            if effect is None:
                whole = [*self._layout.merge_update(), *text.revision_update()] if self.merged else []
                self._change(_sequence(sparql, *whole), known, base_iri)
                self._digests = None
            else:
                self._change_known(sparql, effect, known, base_iri)
        except (SyntaxError, SparqlSyntaxError) as error:
            raise _no_update(sparql, known, str(error)) from error
        except RuntimeError as error:  # an unknown graph or function: the update is at fault, and nothing was done
            raise QueryError(str(told_by_engine(str(error))), "update-failed") from error

    def _change_known(self, sparql: str, effect: UpdateEffect, known: dict[str, str], base_iri: str | None) -> None:
        """Run an update of which is known what it may change; merge and catalogue follow that alone."""
        graphs, lines = self._foreseen(effect, known, base_iri)
        before = {} if effect.triples else {graph: self._lines(graph) for graph in graphs}
        self._change(_sequence(sparql, text.mark_update(graphs, text.CHANGING)), known, base_iri)
        for graph, held in before.items():
            lines |= held ^ self._lines(graph)
        self._merge(lines)
        steps, digests = [text.unmark_update()], self._catalogue()
        if lines:
            for graph in sorted(graphs):
                digests[graph] = f"{text.CHANGED}-{uuid4().hex}"
                steps += [text.forget_update(graph), text.record_change(graph, digests[graph])]
        self._change(" ;\n".join(steps))

    def _foreseen(
        self, effect: UpdateEffect, known: dict[str, str], base_iri: str | None
    ) -> tuple[set[str], set[bytes]]:
        """Return the graphs an update may change, and the triples that may come or go where they can be asked for."""
        graphs, lines = set(effect.graphs), b""
        if effect.more:
            rows: Any = self._data.query(effect.more, prefixes=known, base_iri=base_iri)
            graphs |= {row[name].value for row in rows for name in rows.variables if row[name] is not None}
        if effect.triples:
            triples: Any = self._data.query(effect.triples, prefixes=known, base_iri=base_iri)
            lines = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        return graphs, set(lines.splitlines(keepends=True))

    def _merge(self, lines: Iterable[bytes]) -> None:
        """Put triples into the merge that a document graph states now, and take out the others."""
        apart = (DefaultGraph(), NamedNode(CATALOGUE))
        for triple in parse(b"".join(lines), RdfFormat.N_TRIPLES):
            quad = Quad(triple.subject, triple.predicate, triple.object)
            stating = self._data.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if any(each.graph_name not in apart for each in stating):
                self._data.add(quad)
            else:
                self._data.remove(quad)

    def _change(self, update: str, prefixes: dict[str, str] | None = None, base_iri: str | None = None) -> None:
        if self._read_only:
            raise StoreError(text.READING_ONLY, "read-only", self.location)
        if not self.merged:
            self._revise()
        try:
            self._data.update(update, prefixes=prefixes, base_iri=base_iri)
        except (OSError, ValueError) as error:
            if _CALLS.search(update):
                raise QueryError(str(told_by_engine(str(error))), "update-failed") from error
            raise diagnose(error, Path(self.location)) from error
        self._written = True

    def compact(self) -> None:
        """Let Oxigraph rewrite its files for reading."""
        self._data.optimize()
        self._written = True

    def backup(self, path: Path) -> None:
        """Write all graphs to an N-Quads file."""
        if self._folder:
            require_sound(self._folder, None)
        write_backup(self, path)

    def restore(self, path: Path, *, verified: bool = True) -> None:
        """Build the content of a backup beside the present data, then exchange the two."""
        if self._read_only:
            raise StoreError(text.READING_ONLY, "read-only", self.location)
        fresh = EmbeddedStore(None, merged=self.merged)
        if self._folder is None:
            fresh._fill(path, verified=verified)
            self._data, self._digests = fresh._data, None
            return
        target = self._folder / "data.new"
        shutil.rmtree(target, ignore_errors=True)
        try:
            fresh._data = Oxigraph(str(target))
            fresh._fill(path, verified=verified)
            fresh._data.flush()
            del fresh
        except BaseException as error:
            shutil.rmtree(target, ignore_errors=True)
            if isinstance(error, OSError):
                raise diagnose(error, self._folder) from error
            raise
        self.exchange(target)

    def exchange(self, target: Path) -> None:
        """Put data that was made elsewhere in the same file system, and closed, in the place of the present."""
        assert self._folder is not None
        data, old = self._folder / "data", self._folder / "data.old"
        del self._data
        forget(self._folder)
        data.rename(old)
        target.rename(data)
        shutil.rmtree(old)
        self._data, self._digests, self._written = Oxigraph(str(data)), None, True

    def _fill(self, path: Path, *, verified: bool) -> None:
        """Load a backup into this empty store."""
        graphs = read_backup(path, verified=verified)
        if self.merged:
            self.replace_graphs(graphs)
            return
        for iri, nquads in graphs:
            self._data.load(nquads, RdfFormat.N_QUADS)
            if iri:
                self._data.add_graph(NamedNode(iri))

    def close(self) -> None:
        """Write what is pending, note the data version beside the data, and let others in."""
        if self._folder is None or self._lock is None:
            return
        try:
            if self._written:
                self._data.flush()
                note = self._folder / "version.new"
                note.write_text(self.data_version())
                note.replace(self._folder / "version")
        except OSError as error:
            raise diagnose(error, self._folder) from error
        finally:
            del self._data
            if not self._read_only:
                with suppress(OSError):  # without room for it, the files written since are not known, as after a kill
                    seal(self._folder)
            self._lock.release()
            self._lock = None


def _read_settings(settings: Path) -> bool:
    """Return whether a store keeps a merge of its graphs; raise ``StoreError`` for what this version cannot read."""
    try:
        held = json.loads(settings.read_text())
        layout, merged = int(held["layout"]), bool(held["merged"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            'store.json 读不懂；data 文件夹若完好，把它改回 {"layout": 1, "merged": true} 即可 '
            "(store.json cannot be read; where the data folder is sound, put these words back into it)",
            "store-damaged",
            str(settings),
        ) from error
    if layout != _LAYOUT:
        raise StoreError(
            f"这个库的版式是 {layout}，由别的版本的 jixiao 所建，未作改动；请升级 jixiao "
            f"(layout {layout} was made by another version of jixiao; nothing was changed; upgrade jixiao)",
            "store-newer",
            str(settings),
        )
    return merged


def _sequence(update: str, *more: str) -> str:
    """Return an update with others after it."""
    return "\n;\n".join((update.rstrip().removesuffix(";"), *more))


def _has_blank(*texts: bytes) -> bool:
    """Say whether lines hold blank nodes, which an update's text would name anew."""
    return any(b"_:" in each for each in texts)


def hide_catalogue(sparql: str) -> str:
    """Return a query whose ``GRAPH ?g`` means documents only; what is no SPARQL is left to the engine."""
    if "graph" not in sparql.lower():
        return sparql
    try:
        return without_graph(sparql, parse_sparql(sparql, "QueryUnit"), CATALOGUE)
    except SparqlSyntaxError:
        return sparql


def _updating(update: str, prefixes: Mapping[str, str]) -> SyntaxNode:
    """Return the tree of an update; raise ``QueryError`` for one that writes to the merged default graph."""
    from jixiao.store.syntax.analysis import writes_default_graph

    try:
        tree = parse_sparql(update, "UpdateUnit")
    except SparqlSyntaxError as error:
        raise _no_update(update, prefixes, "") from error
    if writes_default_graph(tree):
        raise QueryError(text.MERGED_ONLY, "merged-default-graph")
    return tree


def _no_update(update: str, prefixes: Mapping[str, str], told: str) -> QueryError:
    """Return the error of a text that is no update, with what the engine told."""
    from jixiao.store.syntax.explaining import explain

    fault = explain(update, "UpdateUnit", prefixes, told)
    return QueryError(str(fault), "update-syntax", details=fault.details())
