"""Lift documents into a store: read each, in processes of their own, and load what they say."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.cluster import lift_over
from jixiao.copies import count_copies, set_copies_aside
from jixiao.document_names import NamedFile, NamedFiles, holds_forms, name_files
from jixiao.documents.patience import limited_time
from jixiao.documents.places import Skipped, document_name, find_files, shown
from jixiao.errors import JixiaoError
from jixiao.ids import Minter
from jixiao.linking.stored import among, rows_of
from jixiao.model import Department, Issue
from jixiao.reading import LiftOptions, Reading, read
from jixiao.sisters import place_by_sisters
from jixiao.store.originals import Originals, originals_of
from jixiao.store.protocol import GraphText
from jixiao.store.unfinished import note_unfinished, read_unfinished
from jixiao.tables.keeping import keep_tables
from jixiao.unchanged import Origin, Origins
from jixiao.versions import Found, Relations, Settled, dress, read_relations, settle_versions
from jixiao.vocab import JX, ONTOLOGY_GRAPH

if TYPE_CHECKING:
    from jixiao.lifting import LiftedGraph
    from jixiao.store.protocol import Store

_FEW = 400  # changed graphs up to which only the departments they name are linked anew
_DEPARTMENTS_IN = f"""
SELECT DISTINCT ?department {{{{
  {{{{ {{among}} GRAPH ?graph {{{{ ?department a <{JX.Department}> }}}} }}}}
  UNION
  {{{{ {{among}} GRAPH ?graph {{{{ ?project a <{JX.Project}> }}}}
    ?plan <{JX.project}> ?project ; <{JX.department}> ?department }}}}
}}}}"""
LITTLE = 100_000  # bytes of documents that are read before a worker process would have begun
_DRAWN = (
    ".pdf",
    ".ofd",
    ".png",
    ".jpg",
    ".jpeg",
    ".tif",
    ".tiff",
)  # read by libraries that a faulty file can bring down


@dataclass(frozen=True, slots=True)
class LiftedDocument:
    """Hold one lifted document: its graph as sorted N-Quads, counts, and everything that has to be said about it.

    ``findings`` counts the audit's findings by severity; they have a graph of their own beside the document's.
    ``place`` is the region of the department, with all it lies in, ``sister`` what told it beside the document itself,
    ``persons`` in how many places it names persons.

    ``error`` is set, and the graph empty, when the document could not be read at all; ``unchanged`` is one that was not
    read again, of which only the department and its place are known.
    """

    path: str
    name: str
    graph: str = ""
    nquads: bytes = b""
    title: str = ""
    department: str | None = None
    place: str | None = None
    sister: str | None = None
    fiscal_year: int | None = None
    forms: int = 0
    indicators: int = 0
    amounts: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    findings_graph: str = ""
    findings_nquads: bytes = b""
    issues: tuple[Issue, ...] = ()
    persons: int = 0
    error: str | None = None
    error_code: str | None = None
    unchanged: bool = False

    @property
    def lost(self) -> bool:
        """Tell whether a row, or all of it, was not read."""
        return bool(self.error) or any(issue.level == "error" for issue in self.issues)


@dataclass(frozen=True, slots=True)
class LiftReport:
    """Hold the outcome of a lift: every document (without its triples), and how many changed in the store.

    ``skipped`` are the files of searched folders that are no documents; ``unfinished`` the graphs that an interrupted
    lift left doubtful and this one did not lift again; ``doubles`` the files (by path) whose bytes another one has too,
    each with the name of the document that counts for both; ``copies`` counts the documents, and the forms of others,
    that the store holds and leaves out of every count; ``versions`` are documents that are, or may be, new
    versions.
    """

    documents: tuple[LiftedDocument, ...]
    changed: int
    skipped: tuple[Skipped, ...] = ()
    unfinished: frozenset[str] = frozenset()
    doubles: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[int, int] = (0, 0)
    versions: tuple[Found, ...] = ()

    @property
    def failed(self) -> tuple[LiftedDocument, ...]:
        """Return the documents that could not be read."""
        return tuple(document for document in self.documents if document.error)


def lift_document(path: Path, options: LiftOptions, named: NamedFile | None = None) -> LiftedDocument:
    """Lift one file, as the document that ``named`` says if given.

    An unreadable one gives a LiftedDocument with its error instead of raising.
    """
    try:
        with limited_time(path) as allow:
            if named is None:
                reading = read(path, options)
            else:
                reading = read(path, options, name=named.name, labels=named.labels, sister=named.sister)
            allow(reading.document)
            return _lifted(path, reading, options)
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
    records, department = reading.records, reading.linked.department
    audited = lift_audit(reading, options)
    return LiftedDocument(
        path=shown(path),
        name=records.name,
        graph=reading.lifted.graph_iri,
        nquads=reading.triples,
        title=records.title,
        department=department.name if department else None,
        place=_place(department) if department else None,
        sister=reading.document.sister,
        fiscal_year=records.fiscal_year,
        forms=len(records.forms),
        indicators=sum(len(plan.indicators) for form in records.forms for plan in form.plans),
        amounts=sum(len(table.amounts) for table in records.money_tables),
        findings=Counter(finding.severity.value for finding in reading.findings),
        findings_graph=audited.graph_iri,
        findings_nquads=audited.nquads,
        issues=reading.issues,
        persons=records.persons.places,
    )


def lift_audit(reading: Reading, options: LiftOptions) -> LiftedGraph:
    """Return the findings on a document as a graph, with how each was dealt with."""
    from jixiao.lifting import lift_findings
    from jixiao.review.decisions import statuses_of

    statuses = statuses_of(options.decisions, reading.records.sha256)
    return lift_findings(reading.records.name, reading.findings, base_iri=options.base_iri, statuses=statuses)


def _place(department: Department) -> str | None:
    from jixiao.linking.regions import full_region_name

    if department.region_kind in ("zone", "town"):
        return department.region_name
    if department.region_code:
        return full_region_name(department.region_code)
    return None


def _unread(path: Path, code: str, message: str) -> LiftedDocument:
    return LiftedDocument(shown(path), document_name(path), error=message, error_code=code)


def lift_paths(
    places: Sequence[str],
    store: Store,
    options: LiftOptions | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[LiftedDocument], None] | None = None,
) -> LiftReport:
    """Lift documents into a store: the same bytes once, a new version in the place of the one stored.

    Other bytes have a name of their own (``jixiao.document_names``); whether they are a new version is told afterwards
    (``jixiao.versions``).

    An unreadable document leaves everything stored as it is. ``workers`` is the number of processes (default: one a
    core, for little to read one alone); ``scheduler`` is a dask scheduler whose workers read instead. The
    order of the documents does not matter to the result. What is interrupted is noted in the store
    (``jixiao.store.unfinished``) and put right by lifting the same documents again.
    """
    from jixiao.audit.settings import read_settings
    from jixiao.review.keeping import read_decisions

    options = replace(options or LiftOptions(), decisions=read_decisions(store))
    read_settings(options.audit_settings)  # wrong settings are the user's fault, not that of each document
    found = find_files(places)
    if not found.files:
        return LiftReport((), 0, found.skipped)
    named = name_files(found.files, store)
    doubtful = read_unfinished(store)
    lifted, versions = _load(store, named, options, _Lifting(workers, scheduler, progress, doubtful))
    doubtful -= {document.graph for document in lifted.done}
    note_unfinished(store, doubtful)
    keep_tables(store)
    drop_originals(store)
    doubles = {shown(path): name for path, name in named.doubles.items()}
    return LiftReport(
        lifted.by_name(),
        lifted.count_changed(),
        found.skipped,
        frozenset(doubtful),
        doubles,
        count_copies(store),
        versions.found,
    )


@dataclass(frozen=True, slots=True)
class _Lifting:
    """Hold how files are lifted, and the graphs that an interrupted lift left doubtful."""

    workers: int | None
    scheduler: str | None
    progress: Callable[[LiftedDocument], None] | None
    doubtful: frozenset[str]


def _load(store: Store, named: NamedFiles, options: LiftOptions, how: _Lifting) -> tuple[_Load, Settled]:
    """Lift files into the store, tell which are new versions, and link what they touch."""
    origins = Origins(named.files, options)
    unchanged = origins.unchanged(named.files, store) if options.skip else {}
    graphs = _graphs_of((file for file in named.files if file not in unchanged), options)
    graphs |= _graphs_of(unchanged, options) & how.doubtful
    note_unfinished(store, how.doubtful | graphs)
    before = departments_in(store, graphs)
    load_ontology(store)
    certain: list[tuple[str, str]] = []
    documents = _without_empty(_placed(named.files, unchanged, options, how), named.files, store, options, certain)
    kept = originals_of(store) if options.originals else None
    lifted = _Load(documents, how.progress, kept, read_relations(store), origins)
    store.replace_graphs(lifted.graphs(), lifted.note)
    come = lifted.changed | (graphs & how.doubtful)  # an interrupted lift may have stored them and told nothing yet
    fresh = come - ({each.graph for each in named.stored} - how.doubtful)
    versions = settle_versions(store, come, fresh, certain)
    before |= _put_in_place(store, versions)
    link_changed(store, options.base_iri, {*lifted.changed, *versions.graphs}, before, whole=bool(how.doubtful))
    return lifted, versions


def _graphs_of(files: Iterable[NamedFile], options: LiftOptions) -> set[str]:
    """Return the graphs of files."""
    minter = Minter(options.base_iri)
    return {minter.graph(file.name) for file in files}


def _put_in_place(store: Store, versions: Settled) -> frozenset[str]:
    """Put the graphs of versions in place; return the departments they name, before or now."""
    before = departments_in(store, versions.graphs)
    store.replace_graphs(versions.graphs.items())
    return before | departments_in(store, versions.graphs)


def link_changed(store: Store, base_iri: str, changed: Collection[str], before: frozenset[str], *, whole: bool) -> None:
    """Link what changed graphs touch now and touched ``before``; all after an interruption or a large lift."""
    if whole or len(changed) > _FEW:
        link_documents(store, base_iri)
    elif changed:
        link_documents(store, base_iri, before | departments_in(store, changed))


def _placed(
    files: Sequence[NamedFile], unchanged: Mapping[NamedFile, Origin], options: LiftOptions, how: _Lifting
) -> Iterator[LiftedDocument]:
    """Yield every document, those whose office has no place lifted again where sister files tell it."""
    by_path = {shown(file.path): file for file in files}
    rest = [file for file in files if file not in unchanged]
    kept = (_as_stored(file, origin, options) for file, origin in unchanged.items())
    if how.scheduler:
        read = lift_over(how.scheduler, rest, options)
    else:
        read = _lift_all(rest, options, how.workers or _processes(rest))
    lifted = chain(kept, read)
    return place_by_sisters(lifted, by_path, lambda file: lift_document(file.path, options, file))


def _as_stored(file: NamedFile, origin: Origin, options: LiftOptions) -> LiftedDocument:
    """Return a document that is not read again."""
    graph = Minter(options.base_iri).graph(file.name)
    return LiftedDocument(
        shown(file.path),
        file.name,
        graph,
        department=origin.department,
        place=origin.place,
        sister=origin.sister or None,
        unchanged=True,
    )


def _without_empty(
    documents: Iterable[LiftedDocument],
    files: Iterable[NamedFile],
    store: Store,
    options: LiftOptions,
    certain: list[tuple[str, str]],
) -> Iterator[LiftedDocument]:
    """Yield the documents; one without a form under the name of one with forms is refused, or replaces it if told to.

    What is to be replaced is added to ``certain``: the graphs of the newer and the older.
    """
    doubtful = {shown(file.path): file for file in files if file.rivals}
    for document in documents:
        file = doubtful.get(document.path)
        if file is None or document.unchanged or document.error or document.forms or document.amounts:
            yield document
            continue
        rival = next((each for each in file.rivals if holds_forms(store, each.graph)), None)
        if rival is None:
            yield document
        elif options.replace_empty:
            certain.append((document.graph, rival.graph))
            yield document
        else:
            yield _kept(document, file)


def _kept(document: LiftedDocument, file: NamedFile) -> LiftedDocument:
    """Return the failure of a document without a form that would stand in the place of one that has forms."""
    message = (
        f"没有读到绩效表或金额（多为错误页 404、登录页或别的网页），库中同名文件 {file.rivals[0].name} 保留不动；"
        "确要替换请加 --replace-empty，若是另一份文件请改名 "
        "(no form in it, perhaps an error page or a login page; what is stored is kept: "
        "--replace-empty replaces it, another file needs another name)"
    )
    return _unread(file.path, "nothing-to-replace", message)


class _Load:
    """Hand the graphs of documents to a store as they are lifted; keep the documents, and which graphs changed."""

    def __init__(
        self,
        documents: Iterable[LiftedDocument],
        progress: Callable[[LiftedDocument], None] | None,
        originals: Originals | None,
        relations: Relations,
        origins: Origins,
    ) -> None:
        self._documents = documents
        self._relations = relations
        self._progress = progress
        self._origins = origins
        self._originals = originals
        self.done: list[LiftedDocument] = []
        self.changed: set[str] = set()

    def graphs(self) -> Iterator[GraphText]:
        """Yield the graphs; a document's own, which says what both were made from, after that of the findings on it."""
        for document in self._documents:
            said = replace(document, nquads=b"", findings_nquads=b"")
            if self._progress:
                self._progress(document)
                said = replace(said, issues=())
            self.done.append(said)
            if not document.error and not document.unchanged:
                if self._originals is not None:
                    with suppress(OSError):  # without it, the pages show the rows alone
                        self._originals.keep(Path(document.path).read_bytes())
                found = document.findings_graph
                yield GraphText(found, dress(self._relations, found, document.findings_nquads))
                triples = dress(self._relations, document.graph, document.nquads)
                yield GraphText(document.graph, triples, self._origins.word(document))

    def count_changed(self) -> int:
        """Return how many documents changed in the store."""
        return sum(document.graph in self.changed for document in self.done)

    def by_name(self) -> tuple[LiftedDocument, ...]:
        """Return the documents in the order of their names."""
        return tuple(sorted(self.done, key=lambda document: document.name))

    def note(self, graph: str, different: bool) -> None:
        if different:
            self.changed.add(graph)


def drop_originals(store: Store) -> None:
    """Delete the originals of documents that are stored no more."""
    originals = originals_of(store)
    if originals is not None:
        stored = rows_of(store, f"SELECT DISTINCT ?digest {{ GRAPH ?graph {{ ?document <{JX.sha256}> ?digest }} }}")
        originals.keep_only({row["digest"] for row in stored})


def departments_in(store: Store, graphs: Collection[str]) -> frozenset[str]:
    """Return the departments that graphs name, and those with a project that one of them has too."""
    rows = rows_of(store, _DEPARTMENTS_IN.format(among=among("graph", graphs)))
    return frozenset(row["department"] for row in rows)


def link_documents(store: Store, base_iri: str, departments: frozenset[str] | None = None) -> None:
    """Link what the stored documents say about the same project or department, and audit them against each other.

    ``departments`` are those whose documents have come or changed: only what concerns them is compared anew.

    Links and findings have graphs of their own and depend on what is stored only, so the order of lifting does not
    matter.
    """
    from jixiao.audit.documents import audit_store
    from jixiao.lifting.across import NAME, lift_across
    from jixiao.linking.across import link_across

    set_copies_aside(store, departments)
    found = link_across(store, departments)
    lifted = [lift_across(department, links, base_iri=base_iri) for department, links in sorted(found.items())]
    store.replace_graphs((links.graph_iri, links.nquads) for links in lifted if links.nquads)
    gone = {links.graph_iri for links in lifted if not links.nquads}
    if departments is None:
        above = Minter(base_iri).graph(NAME)
        held = {links.graph_iri for links in lifted}
        gone |= {graph for graph in store.graphs() if graph.startswith(above) and graph not in held}
    for graph in sorted(gone):
        store.remove_graph(graph)
    findings = audit_store(store, base_iri=base_iri, departments=departments)
    store.replace_graphs([(findings.graph_iri, findings.nquads)])


def remove_documents(store: Store, names: Sequence[str], base_iri: str) -> None:
    """Remove documents with their findings, and link and audit the others anew."""
    minter = Minter(base_iri)
    removed = {minter.graph(name) for name in names}
    doubtful = read_unfinished(store)
    note_unfinished(store, doubtful | removed)
    departments = departments_in(store, removed)
    for name in names:
        for part in (None, "findings", "earlier"):
            store.remove_graph(minter.graph(name, part))
    departments |= _put_in_place(store, settle_versions(store))
    link_documents(store, base_iri, None if doubtful else departments)
    note_unfinished(store, doubtful - removed)
    keep_tables(store)
    drop_originals(store)


def link_anew(store: Store, base_iri: str, graphs: Collection[str]) -> None:
    """Tell the versions among stored documents, those of ``graphs`` judged anew, and link and audit all of them."""
    _put_in_place(store, settle_versions(store, graphs))
    link_documents(store, base_iri)


def decide_version(store: Store, names: tuple[str, str], base_iri: str, *, apart: bool = False) -> None:
    """Take it from somebody that the first of two stored documents is a new version of the second, or is not."""
    minter = Minter(base_iri)
    newer, older = (minter.graph(name) for name in names)
    versions = settle_versions(store, certain=[(newer, older)], apart=apart)
    link_documents(store, base_iri, _put_in_place(store, versions))
    keep_tables(store)


def load_ontology(store: Store) -> None:
    """Put the ontology and its code lists beside the documents, so that queries can follow skos:broader."""
    from jixiao.lifting.ontology import ontology_digest, ontology_triples
    from jixiao.store.graphs import canonical_graph
    from jixiao.store.protocol import read_origins

    origin = ontology_digest()
    if read_origins(store).get(ONTOLOGY_GRAPH) != origin:
        store.put_graph(canonical_graph(ONTOLOGY_GRAPH, ontology_triples(), origin))


def _lift_all(files: Sequence[NamedFile], options: LiftOptions, workers: int) -> Iterator[LiftedDocument]:
    """Yield every document as it is lifted, the largest files first.

    A file on which a worker process dies breaks the whole pool: those left are then lifted each in a process alone.
    """
    if len(files) < 2 or workers == 1:
        for file in files:
            yield lift_document(file.path, options, file)
        return
    left = dict.fromkeys(sorted(files, key=lambda file: -file.size))
    others = set(active_children())
    pool = ProcessPoolExecutor(min(workers, len(files)), mp_context=get_context("spawn"))
    try:
        futures = {pool.submit(lift_document, file.path, options, file): file for file in left}
        for future in as_completed(tuple(futures)):
            document = future.result()
            del left[futures.pop(future)]
            yield document
    except (BrokenProcessPool, OSError):  # OSError: the pool closed its queue while it was starting the next worker
        # a worker started while the pool broke is not ended by it, and shutdown would wait for it for ever
        for worker in set(active_children()) - others:
            worker.kill()
        for file in left:
            yield _lift_alone(file, options)
    finally:
        pool.shutdown(cancel_futures=True)


def _processes(files: Sequence[NamedFile]) -> int:
    """Return how many processes are worth their start: one a core, for much to read or what may end its reader."""
    drawn = any(file.path.suffix.lower() in _DRAWN for file in files)
    if sum(file.size for file in files) < LITTLE and not drawn:
        return 1
    return os.cpu_count() or 1


def _lift_alone(file: NamedFile, options: LiftOptions) -> LiftedDocument:
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(lift_document, file.path, options, file).result()
    except (BrokenProcessPool, OSError):
        return worker_died(file.path)


def worker_died(path: Path) -> LiftedDocument:
    """Return the failure of a file whose reading ended the process that read it."""
    return _unread(
        path,
        "worker-died",
        "读取此文件的进程中途退出，多为内存不足；请关闭其他程序或拆分文件后重试 "
        "(the process that read this file died, mostly of too little memory; free some or split the file)",
    )
