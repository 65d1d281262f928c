"""Say of each IRI that version 0.1 gave out, and that nothing has any more, what has taken its place.

Most IRIs stay, because they are made from what is printed. Of a thing whose IRI went, what is printed tells which it is
now: the thing of its kind that shares its name, its printed rows or its plans. Where none does, or several do as much,
the document takes its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse

from jixiao.upgrade.carrying import Stated, state_by_subject
from jixiao.vocab import DCTERMS, JX, PROV, RDFS

if TYPE_CHECKING:
    from jixiao.store.first_version import FirstVersion
    from jixiao.store.protocol import Store

PART = "earlier"
_OF = "^"  # before a predicate: what it is said of
_TELLING = (RDFS.label, PROV.wasDerivedFrom, JX.hasPlan, JX.hasMention, JX.text, _OF + JX.form)


def redirects_of(old: Store, new: Store, before: FirstVersion, now: FirstVersion) -> bytes:
    """Return the graph, as N-Quads, that leads from the IRIs of a document in a store to what they are in another.

    ``now`` is ``before``, or the document of the same bytes that counts for both.
    """
    said, says = _stated(old, before.graph), _stated(new, now.graph)
    found = _Successors(says, now.document)
    lines = []
    for iri, statements in said.items():
        if iri in says or new.query(f"ASK {{ <{iri}> ?p ?o }}"):
            continue
        successor = iri.replace(f"/{_slug(before)}/", f"/{_slug(now)}/", 1)
        if successor not in says:
            successor = found.of(iri, statements)
        lines.append(f"<{iri}> <{DCTERMS.isReplacedBy}> <{successor}> <{before.graph}/{PART}> .\n")
    return "".join(sorted(lines)).encode()


def _stated(store: Store, graph: str) -> Stated:
    """Return what a document's graph, and that of its findings, say of each thing, and of what they say it."""
    texts = (store.read_graph(each) for each in (graph, f"{graph}/findings"))
    found = state_by_subject(quad.triple for text in texts for quad in parse(text, RdfFormat.N_TRIPLES))
    for iri, statements in found.items():
        for form in statements.get(JX.form, ()):
            if form in found:
                found[form][_OF + JX.form].append(iri)
    return found


def _slug(document: FirstVersion) -> str:
    return document.document.rpartition("/")[2]


def _kind(iri: str, document: str) -> str:
    """Return the kind of thing that an IRI names: indicator, plan, project."""
    base = document.rpartition("document/")[0]
    return iri.removeprefix(base).partition("/")[0]


class _Successors:
    """Find what a thing that went is now, among the things of its document."""

    def __init__(self, says: Stated, document: str) -> None:
        self._says = says
        self._document = document
        self._bearers: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for iri, statements in says.items():
            for stated in _statements(statements):
                self._bearers[_kind(iri, document), *stated].add(iri)

    def of(self, iri: str, statements: Mapping[str, Sequence[str]]) -> str:
        """Return the one thing of its kind that shares most of what tells it, the document where none is that."""
        telling: Counter[str] = Counter()
        shared: Counter[str] = Counter()
        for predicate, text in _statements(statements):
            bearers = self._bearers.get((_kind(iri, self._document), predicate, text), ())
            shared.update(bearers)
            if predicate in _TELLING:
                telling.update(bearers)
        scores = {bearer: (count, shared[bearer]) for bearer, count in telling.items()}
        best = [bearer for bearer, score in scores.items() if score == max(scores.values())]
        return best[0] if len(best) == 1 else self._document


def _statements(statements: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    return ((predicate, text) for predicate, texts in statements.items() for text in texts)
