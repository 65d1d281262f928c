"""Write the graph itself as RDF: Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from jixiao.exporting.documents import (
    FINDINGS,
    find_documents,
    find_link_graphs,
    gather,
    read_codes,
    read_triples,
)
from jixiao.exporting.filters import kept, resolve_filters
from jixiao.exporting.selection import DEEPEST, Selection, node_classes, shown_classes
from jixiao.exporting.text import clean
from jixiao.vocab import JX, PREFIXES

if TYPE_CHECKING:
    from jixiao.tables import SupportsQuery

Triple = tuple[Any, Any, Any, Any]


def select_triples(store: SupportsQuery, selection: Selection) -> Iterator[Triple]:
    """Yield what a suited selection holds as (graph, subject, predicate, object), by graph and subject.

    One document at a time is in memory. Links are kept when both their ends are; whole statements are kept, so that an
    object may be a node that is not described.
    """
    filters = resolve_filters(store, selection, read_codes(store))
    shown = shown_classes(selection)
    hidden = set(node_classes()) - shown
    documents = find_documents(store, selection)
    known: set[str] | None = None if filters.open and selection.document is None else set()
    for document in documents:
        triples = list(read_triples(store, [document.graph, document.graph + FINDINGS]))
        resources = gather(triples)
        passed = kept(resources, filters)
        keep = {iri for iri in passed if resources[iri].types & shown or not resources[iri].types & hidden}
        if not filters.open:
            keep |= {iri for iri, link in resources.items() if JX.Link in link.types and _joins(link, passed)}
        if known is not None:
            known |= passed
        yield from sorted((t for t in triples if t[1].value in keep), key=_order)
    if selection.depth == DEEPEST:
        for name in find_link_graphs(store, documents):
            triples = list(read_triples(store, [name]))
            links = gather(triples)
            keep = {iri for iri, link in links.items() if known is None or _joins(link, known)}
            yield from sorted((t for t in triples if t[1].value in keep), key=_order)


def _joins(link: Any, nodes: set[str]) -> bool:
    ends = [*link.links.get(JX.linkSubject, ()), *link.links.get(JX.linkObject, ())]
    return len(ends) == 2 and all(end in nodes for end in ends)


def _order(triple: Triple) -> tuple[str, ...]:
    graph, subject, predicate, term = triple
    return graph.value, subject.value, predicate.value, str(term)


def write_turtle(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write Turtle: all documents merged."""
    _serialize(select_triples(store, selection), stream, "TURTLE")


def write_ntriples(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write N-Triples: all documents merged."""
    _serialize(select_triples(store, selection), stream, "N_TRIPLES")


def write_nquads(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write N-Quads: each statement with the graph of the document that makes it."""
    _serialize(select_triples(store, selection), stream, "N_QUADS", quads=True)


def write_trig(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write TriG: one graph a document."""
    _serialize(select_triples(store, selection), stream, "TRIG", quads=True)


def write_rdfxml(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write RDF/XML: all documents merged; characters XML forbids are left out."""
    from pyoxigraph import Literal

    def legal(term: Any) -> Any:
        if isinstance(term, Literal) and clean(term.value) != term.value:
            if term.language:
                return Literal(clean(term.value), language=term.language)
            return Literal(clean(term.value), datatype=term.datatype)
        return term

    triples = ((g, s, p, legal(o)) for g, s, p, o in select_triples(store, selection))
    _serialize(triples, stream, "RDF_XML")


def write_jsonld(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write JSON-LD 1.1 with its context inside: one graph a document, compact terms, exact numbers."""
    from jixiao.exporting.jsonld import write_graphs

    write_graphs(select_triples(store, selection), stream)


def _serialize(triples: Iterator[Triple], stream: BinaryIO, name: str, *, quads: bool = False) -> None:
    from pyoxigraph import Quad, RdfFormat, serialize
    from pyoxigraph import Triple as Statement

    statements: Iterator[Any]
    if quads:
        statements = (Quad(s, p, o, g) for g, s, p, o in triples)
    else:
        statements = (Statement(s, p, o) for _, s, p, o in triples)
    prefixes = PREFIXES if name in ("TURTLE", "TRIG", "RDF_XML") else None
    serialize(statements, stream, format=getattr(RdfFormat, name), prefixes=prefixes)


RdfWriter = Callable[["SupportsQuery", Selection, BinaryIO], None]
