"""Read one document: every stage in its order, each worked out once, when it is first asked for.

Lifting, inspection, the check of a file on the web and the tests all go through ``Reading``, so they see the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.config import BASE_IRI
from jixiao.documents import read_bytes, read_document
from jixiao.documents.coordinates import cell_places
from jixiao.ids import Minter
from jixiao.model import Document, DocumentRecords, Finding, Issue, LinkedRecords, Source

if TYPE_CHECKING:
    from jixiao.lifting import LiftedRecords
    from jixiao.review.decisions import Decision


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """Hold what a lift may be told: base of the IRIs, persons kept, shapes checked, audited and how.

    ``audit_settings`` is an office's TOML file of thresholds and muted rules; ``replace_empty`` lets a document without
    a form take the place of one that has forms; ``originals`` keeps the files beside the store;
    ``skip`` passes over files of which the store holds what they would give;
    ``sources`` are the addresses files were taken from, by checksum or name; ``decisions`` what persons decided on what
    is read.
    """

    base_iri: str = BASE_IRI
    contacts: bool = False
    shapes: bool = True
    audit: bool = True
    audit_settings: Path | None = None
    replace_empty: bool = False
    originals: bool = True
    skip: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()


class Reading:
    """Hold everything that is known of one document.

    ``document`` is what is printed, ``records`` what was read from it, ``linked`` the records with their entities
    resolved, ``breaches`` what the structure shapes object to, ``issues`` everything that was not read or read with
    doubt, ``triples`` the graph as sorted N-Quads, ``findings`` what the audit says.
    """

    def __init__(self, document: Document, options: LiftOptions | None = None) -> None:
        self.document = document
        self._options = options or LiftOptions()

    @cached_property
    def as_read(self) -> DocumentRecords:
        """Return everything the document says, whatever persons decided."""
        return read_records(self.document)

    @cached_property
    def records(self) -> DocumentRecords:
        """Return everything the document says: header, forms, money tables, facts; as persons set it right."""
        if not self._options.decisions:
            return self.as_read
        from jixiao.review.applying import apply_decisions

        return apply_decisions(self.document, self.as_read, self._options.decisions, Minter(self._options.base_iri))

    def decided(self, decisions: tuple[Decision, ...]) -> Reading:
        """Return the same document, not read again, with other decisions."""
        other = Reading(self.document, replace(self._options, decisions=decisions))
        other.as_read = self.as_read
        return other

    @cached_property
    def linked(self) -> LinkedRecords:
        """Return the records with departments, projects, tasks and concepts resolved."""
        from jixiao.linking import link

        return link(self.records)

    @cached_property
    def lifted(self) -> LiftedRecords:
        """Return the records as statements, with the IRI of each."""
        from jixiao.lifting import lift

        places = partial(cell_places, self.document)  # not a method: what is lifted would hold the reading, and it that
        return lift(self.linked, base_iri=self._options.base_iri, places=places)

    def cell_places(self, source: Source) -> list[str]:
        """Return where each cell of the row at a source stands in the file, none where the source is no whole row."""
        return cell_places(self.document, source)

    @cached_property
    def breaches(self) -> tuple[Issue, ...]:
        """Return what the structure shapes object to, as issues that show the printed row."""
        if not self._options.shapes:
            return ()
        from jixiao.audit.structure import check_structure

        return check_structure(self.lifted.graph)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the issues of reading and the breaches."""
        found = (*self.records.issues, *self.linked.issues, *self.breaches)
        if not self._options.decisions:
            return found
        from jixiao.review.applying import reviewed_issues

        return reviewed_issues(found, self.document, self._options.decisions)

    @cached_property
    def triples(self) -> bytes:
        """Return the document's graph, issues and all, as sorted N-Quads."""
        return self.lifted.with_issues(self.issues)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return the audit's findings on the document, sorted by place and rule."""
        if not self._options.audit:
            return ()
        from jixiao.audit.auditing import audit_document
        from jixiao.audit.settings import read_settings

        return audit_document(self.lifted, self.document, read_settings(self._options.audit_settings))


def read(
    path: Path | str,
    options: LiftOptions | None = None,
    *,
    name: str | None = None,
    labels: tuple[str, ...] = (),
    sister: str | None = None,
) -> Reading:
    """Read one file, under another ``name`` if given, with further ``labels`` and what a ``sister`` file tells.

    Persons are withheld unless the options say so. Raises
    ``DocumentError`` for a file that cannot be read as a document.
    """
    options = options or LiftOptions()
    document = read_document(Path(path))
    from jixiao.document_names import shown_name

    name = name or shown_name(Path(path), document.sha256)
    origin = options.sources.get(document.sha256) or options.sources.get(Path(path).name)
    known = replace(document, name=name, labels=labels, sister=sister, source_url=origin)
    return without_persons(known, options)


def read_upload(data: bytes, name: str) -> Reading:
    """Read a file from memory, persons withheld. Raises as ``read``."""
    return without_persons(read_bytes(name, data), LiftOptions())


def without_persons(document: Document, options: LiftOptions) -> Reading:
    """Return the reading of a document without its persons, unless the options keep them."""
    from jixiao.privacy import withhold_persons

    return Reading(withhold_persons(document, keep=options.contacts), options)


def read_records(document: Document) -> DocumentRecords:
    """Read everything one document says: header, forms, money tables, facts."""
    from jixiao.accounts import read_money_tables
    from jixiao.grid import read_forms
    from jixiao.grid.doubts import doubted_forms
    from jixiao.prose import read_facts, read_header, read_mentions, read_witnesses

    header = read_header(document)
    forms = read_forms(document, header.fiscal_year)
    money, money_issues = read_money_tables(document, skip=forms.tables)
    facts = read_facts(document, header.fiscal_year)
    filled = doubted_forms(document, forms.forms)
    issues = (*document.notes, *forms.issues, *money_issues)
    if not forms.forms:
        issues = (*issues, _without_forms(document))
    return DocumentRecords(
        name=document.name,
        sha256=document.sha256,
        title=header.title,
        kind=header.kind,
        department=forms.office.name,
        fiscal_year=forms.fiscal_year,
        published=header.published,
        tables=sum(1 for _ in document.tables),
        forms=filled,
        money_tables=money,
        facts=facts,
        mentions=read_mentions(document, facts),
        department_aliases=forms.office.aliases,
        department_source=forms.office.source,
        witnesses=read_witnesses(document, header.title, header.source),
        labels=document.labels,
        persons=document.persons,
        source_url=document.source_url,
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
