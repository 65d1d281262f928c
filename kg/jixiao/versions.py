"""Tell a new version of a document from another document, and set the versions before it aside.

A document says in its own graph which it replaces (``dcterms:replaces``, all earlier ones) and of which it may be a
version (``jx:possibleVersionOf``). A version that is replaced keeps its IRI, its description and its printed rows; what
was read from them stays in its graph under predicates that no query asks for (``jixiao.store.aside``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from jixiao.linking.stored import Answering, rows_of
from jixiao.store import aside
from jixiao.store.aside import Triple
from jixiao.vocab import DCTERMS, JX, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_DOCUMENTS = f"""
SELECT * {{
  GRAPH ?graph {{ ?document <{JX.sha256}> ?digest ; <{JX.fileName}> ?name ; <{RDFS.label}> ?title ;
      <{JX.documentKind}> ?kind .
    OPTIONAL {{ ?document <{JX.department}> ?department }} OPTIONAL {{ ?document <{JX.year}> ?year }}
    OPTIONAL {{ ?document <{DCTERMS.issued}> ?issued }} OPTIONAL {{ ?document <{DCTERMS.source}> ?source }}
    OPTIONAL {{ ?document <{SKOS.altLabel}> ?label }} }}
}}"""
_SAID = (DCTERMS.replaces, JX.possibleVersionOf, JX.distinctFrom)
_RELATIONS = f"""
SELECT ?graph ?document ?said ?other {{
  VALUES ?said {{ {" ".join(f"<{each}>" for each in (*_SAID, DCTERMS.isReplacedBy))} }}
  GRAPH ?graph {{ ?document ?said ?other }}
}}"""
_SHOWN = frozenset((*_SAID, DCTERMS.isReplacedBy, JX.version))
_REISSUE = re.compile(r"更正|修订|修改|更新|最新|重新")
_LOOSE = re.compile(rf"[\d\s年月日（）()〔〕\[\]【】·.\-—_]|{_REISSUE.pattern}|公开|公示|稿|版")
_NAMING, _VALUES = (RDFS.label, JX.itemText), (JX.targetText, JX.actualText, JX.weight, JX.amount)


@dataclass(frozen=True, slots=True)
class Edition:
    """Hold what tells a stored document from others: whose it is, of which year and kind, where it is from.

    ``names`` are all its file names; what is not known is empty.
    """

    graph: str
    document: str
    name: str
    names: frozenset[str]
    title: str
    kind: str
    department: str = ""
    year: str = ""
    issued: str = ""
    source: str = ""

    @property
    def about(self) -> tuple[str, str, str]:
        """Return office, year and kind."""
        return self.department, self.year, self.kind

    @property
    def reissued(self) -> bool:
        """Tell whether title or file name say that it corrects another."""
        return any(_REISSUE.search(text) for text in (self.title, *self.names))

    def agrees(self, other: Edition) -> bool:
        """Tell whether nothing that is known of both contradicts that they are one document."""
        return all(one == another for one, another in zip(self.about, other.about, strict=True) if one and another)


@dataclass(frozen=True, slots=True)
class Content:
    """Hold what a document is about: the kinds of its forms, its projects, the names of its rows, and their values."""

    kinds: frozenset[str]
    projects: frozenset[str]
    rows: frozenset[str]
    values: frozenset[tuple[str, str]]


@dataclass(slots=True)
class Relations:
    """Hold which documents replace which, by IRI: what is said, and of the replaced what their graphs show."""

    said: defaultdict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    shown: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def concern(self, document: str) -> bool:
        """Tell whether a document has versions, or may have."""
        return bool(self.said.get(document)) or document in self.replaced()

    def replaced(self) -> dict[str, set[str]]:
        """Return by every earlier version what replaces it."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for new, said in self.said.items():
            for predicate, old in said:
                if predicate == DCTERMS.replaces:
                    found[old].add(new)
        return found

    def earlier(self, document: str) -> set[str]:
        """Return the versions before a document."""
        return {old for predicate, old in self.said.get(document, ()) if predicate == DCTERMS.replaces}

    def count_earlier(self, document: str) -> int:
        """Return how many versions are before a document."""
        return len(self.earlier(document))

    def settle(self, newer: str, older: str, *, apart: bool = False) -> None:
        """Say that a document replaces another, and all that this replaced; or that the two stand ``apart``."""
        self.forget(newer, older)
        if apart:
            self.said[newer].add((JX.distinctFrom, older))
            return
        for old in {older, *self.earlier(older)} - {newer}:
            self.said[newer].add((DCTERMS.replaces, old))
        for later in self.replaced().get(newer, ()):
            self.said[later] |= {(DCTERMS.replaces, old) for old in self.earlier(newer)}

    def forget(self, one: str, other: str) -> None:
        """Take back what was said of two documents."""
        for document, about in ((one, other), (other, one)):
            self.said[document] = {each for each in self.said[document] if each[1] != about}

    def doubt_no_more(self, document: str) -> None:
        """Take back the doubts about a document, before it is judged anew."""
        for one, said in self.said.items():
            doubts = {each for each in said if each[0] == JX.possibleVersionOf and document in (one, each[1])}
            said -= doubts

    def settled(self, one: str, other: str) -> bool:
        """Tell whether somebody, or an earlier lift, has decided on two documents."""
        doubt = JX.possibleVersionOf
        pairs = ((one, other), (other, one))
        return any(
            about == second and said != doubt for first, second in pairs for said, about in self.said.get(first, ())
        )


def document_of(graph: str) -> str:
    """Return the IRI of the document of a graph."""
    base, _, name = graph.removesuffix("/findings").rpartition("graph/")
    return f"{base}document/{name}"


def read_relations(store: Answering) -> Relations:
    """Return what the stored documents say of one another; of those that are no more, nothing."""
    rows = list(rows_of(store, _RELATIONS))
    found = Relations()
    stored = {row["document"] for row in rows_of(store, _DOCUMENTS)} if rows else set()
    for row in rows:
        if row["said"] == DCTERMS.isReplacedBy:
            found.shown[row["document"]].add(row["other"])
        elif row["other"] in stored:
            found.said[row["document"]].add((row["said"], row["other"]))
    return found


def dressed(relations: Relations, document: str, graph: str, triples: bytes) -> bytes:
    """Return a document's graph, or that of its findings, as N-Quads: as read, with what is said of its versions."""
    newer = relations.replaced().get(document, set())
    said = relations.said.get(document, set())
    read = [each for each in aside.restored(triples) if each[1] not in _SHOWN]
    if newer:
        read = _set_aside(read, document)
    if not graph.endswith("/findings"):
        read += [(document, predicate, other, "") for predicate, other in said]
        read += [(document, DCTERMS.isReplacedBy, other, "") for other in newer]
        if newer or relations.earlier(document):
            read.append((document, JX.version, "", f'"{relations.count_earlier(document) + 1}"'))
    return aside.as_nquads(read, graph)


def dress(relations: Relations, graph: str, nquads: bytes) -> bytes:
    """Return a graph as it was lifted with what is said of its document's versions."""
    document = document_of(graph)
    if not relations.concern(document):
        return nquads
    return dressed(relations, document, graph, nquads.replace(f" <{graph}> .\n".encode(), b" .\n"))


def _set_aside(triples: Collection[Triple], document: str) -> list[Triple]:
    """Return the triples of a version that is replaced: its description and its printed rows stay, without class."""
    printed = (JX.SourceRow, JX.SourceTable)
    stays = {subject for subject, of, target, _ in triples if of == RDF.type and target in printed} | {document}
    return [
        each if each[0] in stays and each[1] != RDF.type else (each[0], aside.predicate(each[1]), *each[2:])
        for each in triples
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the names of two documents of which the newer is, or may be, a version of the older."""

    newer: str
    older: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """Hold the graphs that change when versions are told, by IRI, and what was found."""

    graphs: Mapping[str, bytes]
    found: tuple[Found, ...] = ()


def settle_versions(
    store: Store,
    changed: Collection[str] = (),
    fresh: Collection[str] = (),
    certain: Collection[tuple[str, str]] = (),
    *,
    apart: bool = False,
) -> Settled:
    """Work out which documents of ``changed`` graphs are versions, and what graphs of all documents should be.

    ``fresh`` are the graphs of documents that came with this run: they are later than those stored before, which is no
    order among them. ``certain`` are pairs of graphs, newer and older, of which somebody has said so,
    or, with ``apart``, that they are two documents.
    """
    relations = read_relations(store)
    before = {document: set(said) for document, said in relations.said.items()}
    found: tuple[Found, ...] = ()
    editions: Mapping[str, Edition] = {}
    if changed or certain or relations.said or relations.shown:
        editions = read_editions(store)
        for newer, older in certain:
            relations.settle(editions[newer].document, editions[older].document, apart=apart)
        found = tuple(_Deciding(store, relations, editions, frozenset(fresh)).decide(changed))
    graphs: dict[str, bytes] = {}
    by_document = {edition.document: graph for graph, edition in editions.items()}
    for document in _changed(before, relations):
        if document in by_document:
            graphs |= _rewritten(store, relations, document, by_document[document])
    return Settled(graphs, found)


def _changed(before: Mapping[str, set[tuple[str, str]]], relations: Relations) -> list[str]:
    """Return the documents of which something else is said: first who replaces, so that an interruption is mended."""
    none: set[tuple[str, str]] = set()
    said, shown, replaced = relations.said, relations.shown, relations.replaced()
    moved = {each for each in {*before, *said} if before.get(each, none) != said.get(each, none)}
    hidden = {each for each in {*replaced, *shown} if replaced.get(each, set()) != shown.get(each, set())}
    return [*sorted(moved - hidden), *sorted(hidden)]


def _rewritten(store: Store, relations: Relations, document: str, graph: str) -> Iterator[tuple[str, bytes]]:
    for each in (graph, f"{graph}/findings"):
        triples = store.read_graph(each)
        if triples:
            yield each, dressed(relations, document, each, triples)


def read_editions(store: Answering) -> dict[str, Edition]:
    """Return the stored documents, those that are replaced too, by graph."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    rows: dict[str, dict[str, str]] = {}
    for row in rows_of(store, _DOCUMENTS):
        rows[row["graph"]] = row
        names[row["graph"]] |= {row["name"], row.get("label", row["name"])}
    kept = ("document", "name", "title", "kind", "department", "year", "issued", "source")
    return {
        graph: Edition(graph, names=frozenset(names[graph]), **{each: row[each] for each in kept if each in row})
        for graph, row in sorted(rows.items())
    }


class _Deciding:
    """Compare documents that have come or changed with those they may be versions of."""

    def __init__(
        self, store: Store, relations: Relations, editions: Mapping[str, Edition], fresh: frozenset[str]
    ) -> None:
        self._relations = relations
        self._editions = editions
        self._fresh = fresh
        self._content = cache(lambda graph: read_content(aside.restored(store.read_graph(graph))))
        self._near: defaultdict[object, list[Edition]] = defaultdict(list)
        for edition in editions.values():
            for sign in _signs(edition):
                self._near[sign].append(edition)

    def decide(self, changed: Collection[str]) -> Iterator[Found]:
        """Enter into the relations what is found, and yield it."""
        for graph in sorted(changed):
            edition = self._editions.get(graph)
            if edition is not None and edition.document not in self._relations.replaced():
                yield from self._decide(edition)

    def _decide(self, edition: Edition) -> Iterator[Found]:
        self._relations.doubt_no_more(edition.document)
        replaced = self._relations.replaced()
        others = {other.graph: other for sign in _signs(edition) for other in self._near[sign]}
        candidates = [
            other
            for graph, other in sorted(others.items())
            if graph != edition.graph
            and other.document not in replaced
            and edition.agrees(other)
            and not self._relations.settled(edition.document, other.document)
        ]
        judged = [(self._judged(edition, other), other) for other in candidates]
        best = max(judged, key=lambda each: each[0], default=None)
        if best is None or best[0] == 0:
            return
        likely, other = best
        order = _in_order(edition, other, self._fresh)
        certain = likely == _VERSION and order is not None
        newer, older = order or sorted((edition, other), key=lambda each: each.graph, reverse=True)
        yield self._enter(newer, older, certain=certain)

    def _enter(self, newer: Edition, older: Edition, *, certain: bool) -> Found:
        if certain:
            self._relations.settle(newer.document, older.document)
        else:
            self._relations.forget(newer.document, older.document)
            self._relations.said[newer.document].add((JX.possibleVersionOf, older.document))
        return Found(newer.name, older.name, certain)

    def _judged(self, one: Edition, other: Edition) -> int:
        """Return ``_VERSION`` for two of one document, ``_DOUBT`` where that is in doubt, 0 for two documents."""
        mine, theirs = self._content(one.graph), self._content(other.graph)
        if mine.kinds and theirs.kinds and not mine.kinds & theirs.kinds:
            return 0
        titled = _loose(one.title) != "" and _loose(one.title) == _loose(other.title)
        same_source = one.source != "" and one.source == other.source
        same_place = same_source or bool(one.names & other.names)
        if not titled and not same_place:
            return 0
        if mine.values == theirs.values and not same_place:
            return 0  # a copy, which says nothing else
        projects, rows = _shared(mine.projects, theirs.projects), _shared(mine.rows, theirs.rows)
        shares = [share for share in (projects, rows) if share is not None]
        if not all(share > _MOST for share in shares) or not (shares or same_place):
            renamed = bool(one.names & other.names) and any(share > _MOST for share in shares)
            return _DOUBT if renamed or (projects or 0) > _MOST else 0
        known = all((*one.about, *other.about))
        return _VERSION if known and (titled or same_source) else _DOUBT


_MOST = 0.5
_DOUBT, _VERSION = 1, 2


def _signs(edition: Edition) -> list[object]:
    """Return by what a document may be found to be near another."""
    signs: list[object] = [*edition.names]
    if edition.source:
        signs.append(("source", edition.source))
    if edition.department:  # a title alone says little: thousands are called 项目支出绩效目标申报表
        signs.append((edition.department, _loose(edition.title)))
    return signs


def _loose(title: str) -> str:
    """Return a title without dates and words of reissue."""
    return _LOOSE.sub("", title)


def _shared(one: frozenset[str], other: frozenset[str]) -> float | None:
    """Return the share of the larger that both have, None where neither has any."""
    if not one and not other:
        return None
    return len(one & other) / max(len(one), len(other))


def _in_order(one: Edition, other: Edition, fresh: Collection[str]) -> tuple[Edition, Edition] | None:
    """Return the newer and the older: by dates, by words of reissue, by when they came; None where nothing tells."""
    first, second = one.issued, other.issued
    dated = first[:1].isdigit() and second[:1].isdigit()
    if dated and not first.startswith(second) and not second.startswith(first):
        return (one, other) if first > second else (other, one)
    for tells in (lambda each: each.reissued, lambda each: each.graph in fresh):
        if tells(one) != tells(other):
            return (one, other) if tells(one) else (other, one)
    return None


def read_content(triples: Iterable[Triple]) -> Content:
    """Return what the triples of a document say it is about."""
    names: dict[str, str] = {}
    values: list[tuple[str, str]] = []
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows: set[str] = set()
    for subject, of, target, text in triples:
        if of == RDF.type and target in (JX.Indicator, JX.BudgetFigure):
            rows.add(subject)
        elif of in (JX.formKind, JX.hasEntry):
            found[of].add(subject if of == JX.hasEntry else target)
        elif of in _NAMING:
            names[subject] = text
        elif of in _VALUES:
            values.append((subject, text))
    return Content(
        frozenset(found[JX.formKind]),
        frozenset(found[JX.hasEntry]),
        frozenset(names[row] for row in rows if row in names),
        frozenset((names.get(subject, ""), text) for subject, text in values),
    )
