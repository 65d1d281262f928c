"""Lift documents into a store: read each, in processes of their own, and load what they say."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.documents.places import Skipped, document_name, find_files, shown
from jixiao.errors import JixiaoError
from jixiao.ids import Minter
from jixiao.model import Issue
from jixiao.reading import LiftOptions, Reading, read
from jixiao.store.unfinished import note_unfinished, read_unfinished
from jixiao.vocab import ONTOLOGY_GRAPH

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

SMALL = 2  # fewer documents than this are lifted without worker processes


@dataclass(frozen=True, slots=True)
class LiftedDocument:
    """Hold one lifted document: its graph as sorted N-Quads, counts, and everything that has to be said about it.

    ``findings`` counts the audit's findings by severity; they have a graph of their own beside the document's.

    ``error`` is set, and the graph empty, when the document could not be read at all.
    """

    path: str
    name: str
    graph: str = ""
    nquads: bytes = b""
    title: str = ""
    department: str | None = None
    fiscal_year: int | None = None
    forms: int = 0
    indicators: int = 0
    amounts: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    findings_graph: str = ""
    findings_nquads: bytes = b""
    issues: tuple[Issue, ...] = ()
    error: str | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class LiftReport:
    """Hold the outcome of a lift: every document (without its triples), and how many changed in the store.

    ``skipped`` are the files of searched folders that are no documents; ``unfinished`` the graphs that an interrupted
    lift left doubtful and this one did not lift again.
    """

    documents: tuple[LiftedDocument, ...]
    changed: int
    skipped: tuple[Skipped, ...] = ()
    unfinished: frozenset[str] = frozenset()

    @property
    def failed(self) -> tuple[LiftedDocument, ...]:
        """Return the documents that could not be read."""
        return tuple(document for document in self.documents if document.error)


def lift_document(path: Path, options: LiftOptions) -> LiftedDocument:
    """Lift one file; an unreadable one gives a LiftedDocument with its error instead of raising."""
    try:
        return _lifted(path, read(path, options), options)
    except JixiaoError as error:
        return _unread(path, error.code, error.message)
    except (RecursionError, MemoryError, OSError) as error:
        return _unread(path, "unreadable", f"读取失败 (cannot be read): {error or type(error).__name__}")
    except Exception as error:  # a fault in one document must not cost the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return _unread(
            path, "internal-error", f"程序出错，此文件未入库，请连同文件报告 (a fault in Jixiao; report it): {fault}"
        )


def _lifted(path: Path, reading: Reading, options: LiftOptions) -> LiftedDocument:
    from jixiao.lifting import lift_findings

    records, department = reading.records, reading.linked.department
    audited = lift_findings(records.name, reading.findings, base_iri=options.base_iri)
    return LiftedDocument(
        path=shown(path),
        name=records.name,
        graph=reading.lifted.graph_iri,
        nquads=reading.triples,
        title=records.title,
        department=department.name if department else None,
        fiscal_year=records.fiscal_year,
        forms=len(records.forms),
        indicators=sum(len(plan.indicators) for form in records.forms for plan in form.plans),
        amounts=sum(len(table.amounts) for table in records.money_tables),
        findings=Counter(finding.severity.value for finding in reading.findings),
        findings_graph=audited.graph_iri,
        findings_nquads=audited.nquads,
        issues=reading.issues,
    )


def _unread(path: Path, code: str, message: str) -> LiftedDocument:
    return LiftedDocument(shown(path), document_name(path), error=message, error_code=code)


def lift_paths(
    places: Sequence[str],
    store: Store,
    options: LiftOptions | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[LiftedDocument], None] | None = None,
) -> LiftReport:
    """Lift documents into a store, each replacing what was stored under its name.

    An unreadable document leaves everything stored as it is. ``workers`` is the number of processes (default: one a
    core). The order of the documents does not matter to the result. What is interrupted is noted in the store
    (``jixiao.store.unfinished``) and put right by lifting the same documents again.
    """
    from jixiao.audit.settings import read_settings

    options = options or LiftOptions()
    read_settings(options.audit_settings)  # wrong settings are the user's fault, not that of each document
    found = find_files(places)
    if not found.files:
        return LiftReport((), 0, found.skipped)
    minter = Minter(options.base_iri)
    doubtful = read_unfinished(store)
    note_unfinished(store, doubtful | {minter.graph(document_name(path)) for path in found.files})
    load_ontology(store)
    lifted = _Load(_lift_all(found.files, options, workers or os.cpu_count() or 1), progress)
    store.replace_graphs(lifted.graphs(), lifted.note)
    if lifted.changed or doubtful:
        link_documents(store, options.base_iri)
    doubtful -= {document.graph for document in lifted.done}
    note_unfinished(store, doubtful)
    documents = tuple(sorted(lifted.done, key=lambda document: document.name))
    changed = sum(document.graph in lifted.changed for document in documents)
    return LiftReport(documents, changed, found.skipped, frozenset(doubtful))


class _Load:
    """Hand the graphs of documents to a store as they are lifted; keep the documents, and which graphs changed."""

    def __init__(self, documents: Iterable[LiftedDocument], progress: Callable[[LiftedDocument], None] | None) -> None:
        self._documents = documents
        self._progress = progress
        self.done: list[LiftedDocument] = []
        self.changed: set[str] = set()

    def graphs(self) -> Iterator[tuple[str, bytes]]:
        for document in self._documents:
            self.done.append(replace(document, nquads=b"", findings_nquads=b""))
            if self._progress:
                self._progress(document)
            if not document.error:
                yield document.graph, document.nquads
                yield document.findings_graph, document.findings_nquads

    def note(self, graph: str, different: bool) -> None:
        if different:
            self.changed.add(graph)


def link_documents(store: Store, base_iri: str) -> None:
    """Link what the stored documents say about the same project or department, and audit them against each other.

    Links and findings have graphs of their own and depend on what is stored only, so the order of lifting does not
    matter.
    """
    from jixiao.audit.documents import audit_store
    from jixiao.lifting.across import lift_across
    from jixiao.linking.across import link_across

    links = lift_across(link_across(store), base_iri=base_iri)
    store.replace_graphs([(links.graph_iri, links.nquads)])
    findings = audit_store(store, base_iri=base_iri)
    store.replace_graphs([(findings.graph_iri, findings.nquads)])


def remove_documents(store: Store, names: Sequence[str], base_iri: str) -> None:
    """Remove documents with their findings, and link and audit the others anew."""
    minter = Minter(base_iri)
    removed = {minter.graph(name) for name in names}
    doubtful = read_unfinished(store)
    note_unfinished(store, doubtful | removed)
    for name in names:
        store.remove_graph(minter.graph(name))
        store.remove_graph(minter.graph(name, "findings"))
    link_documents(store, base_iri)
    note_unfinished(store, doubtful - removed)


def load_ontology(store: Store) -> None:
    """Put the ontology and its code lists beside the documents, so that queries can follow skos:broader."""
    from jixiao.lifting.ontology import ontology_digest, ontology_triples
    from jixiao.store.graphs import canonical_graph
    from jixiao.store.protocol import read_origin

    origin = ontology_digest()
    if read_origin(store, ONTOLOGY_GRAPH) != origin:
        store.put_graph(canonical_graph(ONTOLOGY_GRAPH, ontology_triples(), origin))


def _lift_all(paths: Sequence[Path], options: LiftOptions, workers: int) -> Iterator[LiftedDocument]:
    """Yield every document as it is lifted, the largest files first.

    A file on which a worker process dies breaks the whole pool: those left are then lifted each in a process alone.
    """
    if len(paths) < SMALL or workers == 1:
        for path in paths:
            yield lift_document(path, options)
        return
    left = dict.fromkeys(sorted(paths, key=lambda path: -path.stat().st_size if path.exists() else 0))
    others = set(active_children())
    pool = ProcessPoolExecutor(min(workers, len(paths)), mp_context=get_context("spawn"))
    try:
        futures = {pool.submit(lift_document, path, options): path for path in left}
        for future in as_completed(tuple(futures)):
            document = future.result()
            del left[futures.pop(future)]
            yield document
    except (BrokenProcessPool, OSError):  # OSError: the pool closed its queue while it was starting the next worker
        # a worker started while the pool broke is not ended by it, and shutdown would wait for it for ever
        for worker in set(active_children()) - others:
            worker.kill()
        for path in left:
            yield _lift_alone(path, options)
    finally:
        pool.shutdown(cancel_futures=True)


def _lift_alone(path: Path, options: LiftOptions) -> LiftedDocument:
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(lift_document, path, options).result()
    except (BrokenProcessPool, OSError):
        return _unread(
            path,
            "worker-died",
            "读取此文件的进程中途退出，多为内存不足；请关闭其他程序或拆分文件后重试 "
            "(the process that read this file died, mostly of too little memory; free some or split the file)",
        )
