"""Order the stages: read, recognise, link, lift, validate, audit, load."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import BASE_IRI
from kg.errors import JixiaoError, UsageError
from kg.model import Document, DocumentRecords, Finding, Issue, LinkedRecords, Source

if TYPE_CHECKING:
    from kg.store.protocol import Store

SUFFIXES = frozenset(
    {".txt", ".tsv", ".md", ".pdf", ".docx", ".xlsx", ".xlsm", ".xls", ".html", ".htm", ".mht", ".doc"}
)
SMALL = 2  # fewer documents than this are lifted without worker processes


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """Hold what a lift may be told: base of the IRIs, contact persons kept, shapes checked, audited and how.

    ``audit_settings`` is an office's TOML file of thresholds and muted rules.
    """

    base_iri: str = BASE_IRI
    contacts: bool = False
    shapes: bool = True
    audit: bool = True
    audit_settings: Path | None = None


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
    """Hold the outcome of a lift: every document, and how many graphs changed in the store."""

    documents: tuple[LiftedDocument, ...]
    changed: int

    @property
    def failed(self) -> tuple[LiftedDocument, ...]:
        """Return the documents that could not be read."""
        return tuple(document for document in self.documents if document.error)


def find_documents(places: Iterable[str]) -> list[Path]:
    """Return the files named by paths, folders and globs, sorted, each once.

    Folders are searched for document files; hidden ones and a store's own folder are passed over. Raises UsageError
    for a place that does not exist and for two files of one name, since a document is known by its file name.
    """
    found: dict[Path, None] = {}
    for place in places:
        path = Path(place)
        if path.is_dir():
            found.update(dict.fromkeys(_in_folder(path)))
        elif path.exists():
            found[path] = None
        else:
            matches = sorted(Path(match) for match in glob.glob(place, recursive=True) if Path(match).is_file())  # noqa: PTH207
            if not matches:
                raise UsageError("没有这个文件或文件夹 (no such file or folder)", "no-such-file", place)
            found.update(dict.fromkeys(matches))
    names: dict[str, Path] = {}
    for path in found:
        other = names.setdefault(path.name, path)
        if other.resolve() != path.resolve():
            raise UsageError(
                f"两个文件同名，文件名是文档的标识，请改名或分开存放 (two files of one name: {other}, {path})",
                "duplicate-name",
                path.name,
            )
    return sorted(names.values())


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "~$")) for part in parts) or parts[0] == "out":
            continue
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path


def open_document(path: Path, options: LiftOptions) -> Document:
    """Read one file, without names and numbers of contact persons unless the options keep them."""
    from kg.documents import read_document
    from kg.forms import withhold_contacts

    document = read_document(path)
    return document if options.contacts else withhold_contacts(document)


def read_records(document: Document, options: LiftOptions) -> DocumentRecords:
    """Read everything one document says: header, forms, money tables, facts."""
    from kg.accounts import read_money_tables
    from kg.forms import read_forms
    from kg.prose import read_facts, read_header, read_mentions

    header = read_header(document)
    forms = read_forms(document, header.fiscal_year, contacts=options.contacts)
    money, money_issues = read_money_tables(document, skip=forms.tables)
    facts = read_facts(document, header.fiscal_year)
    issues = (*document.notes, *forms.issues, *money_issues)
    if not forms.forms:
        issues = (*issues, _without_forms(document))
    return DocumentRecords(
        name=document.name,
        sha256=document.sha256,
        title=header.title,
        kind=header.kind,
        department=header.department,
        fiscal_year=header.fiscal_year,
        published=header.published,
        tables=sum(1 for _ in document.tables),
        forms=forms.forms,
        money_tables=money,
        facts=facts,
        mentions=read_mentions(document, facts),
        department_aliases=header.aliases,
        issues=issues,
    )


def _without_forms(document: Document) -> Issue:
    first = next(document.paragraphs, None)
    return Issue(
        code="no-performance-form",
        message="文档里没有找到绩效目标表或自评表；若确有此表，请用 jixiao inspect 查看识别结果",
        message_en="no performance form found in the document; jixiao inspect shows what was recognised",
        source=Source(None, first.place.line if first else 1, first.text[:200] if first else ""),
        level="warning",
    )


def lift_document(path: Path, options: LiftOptions) -> LiftedDocument:
    """Lift one file; an unreadable one gives a LiftedDocument with its error instead of raising."""
    from kg.lifting import lift, lift_findings
    from kg.linking import link

    try:
        document = open_document(path, options)
        linked = link(read_records(document, options))
        lifted = lift(linked, base_iri=options.base_iri)
        breaches = _breaches(lifted.nquads) if options.shapes else ()
        if breaches:
            linked = replace(linked, records=replace(linked.records, issues=(*linked.records.issues, *breaches)))
            lifted = lift(linked, base_iri=options.base_iri)
        found = _findings(linked, document, lifted.nquads, options)
    except JixiaoError as error:
        return LiftedDocument(str(path), path.name, error=error.message, error_code=error.code)
    except (RecursionError, MemoryError, OSError) as error:
        return LiftedDocument(
            str(path), path.name, error=f"读取失败 (cannot be read): {error}", error_code="unreadable"
        )
    records = linked.records
    return LiftedDocument(
        path=str(path),
        name=records.name,
        graph=lifted.graph_iri,
        nquads=lifted.nquads,
        title=records.title,
        department=linked.department.name if linked.department else None,
        fiscal_year=records.fiscal_year,
        forms=len(records.forms),
        indicators=sum(len(plan.indicators) for form in records.forms for plan in form.plans),
        amounts=sum(len(table.amounts) for table in records.money_tables),
        findings=Counter(finding.severity.value for finding in found),
        findings_graph=(audited := lift_findings(records.name, found, base_iri=options.base_iri)).graph_iri,
        findings_nquads=audited.nquads,
        issues=records.issues,
    )


def _findings(linked: LinkedRecords, document: Document, nquads: bytes, options: LiftOptions) -> tuple[Finding, ...]:
    if not options.audit:
        return ()
    from kg.audit.auditing import audit_document
    from kg.audit.settings import read_settings

    settings = read_settings(options.audit_settings)
    return audit_document(linked, document, nquads, base_iri=options.base_iri, settings=settings)


def _breaches(nquads: bytes) -> tuple[Issue, ...]:
    """Return what the structure shapes object to, as issues that show the printed row."""
    from kg.audit.structure import check_structure

    return check_structure(nquads)


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
    core). The order of the documents does not matter to the result.
    """
    options = options or LiftOptions()
    paths = find_documents(places)
    done: list[LiftedDocument] = []

    def note(document: LiftedDocument) -> None:
        done.append(document)
        if progress:
            progress(document)

    for document in _lift_all(paths, options, workers or os.cpu_count() or 1):
        note(document)
    done.sort(key=lambda document: document.name)
    read = [document for document in done if not document.error]
    if not read:
        return LiftReport(tuple(done), 0)
    _load_ontology(store)
    changed = store.replace_graphs((document.graph, document.nquads) for document in read)
    audited = store.replace_graphs((document.findings_graph, document.findings_nquads) for document in read)
    if changed or audited:
        link_documents(store, options.base_iri)
    return LiftReport(tuple(done), changed)


def link_documents(store: Store, base_iri: str) -> None:
    """Link what the stored documents say about the same project or department, and audit them against each other.

    Links and findings have graphs of their own and depend on what is stored only, so the order of lifting does not
    matter.
    """
    from kg.audit.documents import audit_store
    from kg.lifting.across import lift_across
    from kg.linking.across import link_across

    links = lift_across(link_across(store), base_iri=base_iri)
    store.replace_graphs([(links.graph_iri, links.nquads)])
    findings = audit_store(store, base_iri=base_iri)
    store.replace_graphs([(findings.graph_iri, findings.nquads)])


def _load_ontology(store: Store) -> None:
    """Put the ontology and its code lists beside the documents, so that queries can follow skos:broader."""
    from kg.lifting import lift_ontology

    ontology = lift_ontology()
    store.replace_graphs([(ontology.graph_iri, ontology.nquads)])


def _lift_all(paths: Sequence[Path], options: LiftOptions, workers: int) -> Iterator[LiftedDocument]:
    if len(paths) < SMALL or workers == 1:
        for path in paths:
            yield lift_document(path, options)
        return
    with ProcessPoolExecutor(min(workers, len(paths)), mp_context=get_context("spawn")) as pool:
        largest = sorted(paths, key=lambda path: -path.stat().st_size)
        futures = [pool.submit(lift_document, path, options) for path in largest]
        for future in as_completed(futures):
            yield future.result()
