"""Write the graph itself as RDF: Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from jixiao.exporting.documents import (
    Resource,
    Triple,
    find_documents,
    gather,
    read_code_lists,
    read_documents,
    read_links,
)
from jixiao.exporting.filters import kept, resolve_filters
from jixiao.exporting.output import serialize_rdf
from jixiao.exporting.selection import DEEPEST, Selection, node_classes, shown_classes
from jixiao.exporting.text import legal_xml
from jixiao.vocab import JX

if TYPE_CHECKING:
    from jixiao.tables import SupportsQuery


def select_triples(store: SupportsQuery, selection: Selection) -> Iterator[Triple]:
    """Yield what a suited selection holds as (graph, subject, predicate, object), by graph and subject.

    One document at a time is in memory. Links are kept when both their ends are; whole statements are kept, so that an
    object may be a node that is not described.
    """
    filters = resolve_filters(store, selection, read_code_lists(store))
    shown = shown_classes(selection)
    hidden = node_classes().keys() - shown
    documents = find_documents(store, selection)
    all_pass = filters.open and selection.document is None
    known: set[str] = set()
    for triples in read_documents(store, documents):
        resources = gather(triples)
        passed = kept(resources, filters)
        known |= passed
        keep = set()
        for iri, resource in resources.items():
            is_shown = resource.types & shown or not resource.types & hidden
            if (iri in passed and is_shown) or (JX.Link in resource.types and _joins(resource, passed)):
                keep.add(iri)
        yield from _sorted(triples, keep)
    if selection.depth == DEEPEST:
        for triples in read_links(store, documents):
            links = gather(triples)
            yield from _sorted(triples, {iri for iri, link in links.items() if all_pass or _joins(link, known)})


def _joins(link: Resource, nodes: set[str]) -> bool:
    ends = [*link.links.get(JX.linkSubject, ()), *link.links.get(JX.linkObject, ())]
    return len(ends) == 2 and nodes.issuperset(ends)


def _sorted(triples: Iterable[Triple], subjects: set[str]) -> list[Triple]:
    """Return the triples of some subjects, by graph and subject."""
    return sorted((triple for triple in triples if triple[1].value in subjects), key=_order)


def _order(triple: Triple) -> tuple[str, ...]:
    *nodes, term = triple
    return (*(node.value for node in nodes), str(term))


def _write_triples(
    store: SupportsQuery, selection: Selection, stream: BinaryIO, *, name: str, legal: bool = False
) -> None:
    """Write all documents merged; what must be ``legal`` XML is without the characters that XML forbids."""
    from pyoxigraph import Triple as Statement

    triples = select_triples(store, selection)
    serialize_rdf((Statement(s, p, _legal(o) if legal else o) for _, s, p, o in triples), stream, name)


def _write_quads(store: SupportsQuery, selection: Selection, stream: BinaryIO, *, name: str) -> None:
    """Write each statement with the graph of the document that makes it."""
    from pyoxigraph import Quad

    serialize_rdf((Quad(s, p, o, graph) for graph, s, p, o in select_triples(store, selection)), stream, name)


write_turtle = partial(_write_triples, name="TURTLE")
write_ntriples = partial(_write_triples, name="N_TRIPLES")
write_rdfxml = partial(_write_triples, name="RDF_XML", legal=True)
write_nquads = partial(_write_quads, name="N_QUADS")
write_trig = partial(_write_quads, name="TRIG")


def write_jsonld(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write JSON-LD 1.1 with its context inside: one graph a document, compact terms, exact numbers."""
    from jixiao.exporting.jsonld import write_graphs

    write_graphs(select_triples(store, selection), stream)


def _legal(term: Any) -> Any:
    from pyoxigraph import Literal

    if not isinstance(term, Literal) or legal_xml(term.value) == term.value:
        return term
    if term.language:
        return Literal(legal_xml(term.value), language=term.language)
    return Literal(legal_xml(term.value), datatype=term.datatype)
