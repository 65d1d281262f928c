"""Write JSON-LD 1.1 that a program reads without fetching anything: the context stands in the file.

The context gives every term of the vocabulary its type, so that values are plain strings and links plain IRIs; a value
whose type is another is written out as a value object. Numbers are strings, exact to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any, BinaryIO

from jixiao.exporting.json_graphs import dump
from jixiao.resources import resource
from jixiao.vocab import JX, NAMESPACES, OWL, PREFIXES, RDF, RDFS, XSD

_STRING = XSD.string


@cache
def context() -> Mapping[str, Any]:
    """Return the context: prefixes, and every property of the ontology and the reused vocabularies with its type."""
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    terms |= dict(sorted(PREFIXES.items()))
    ranges = _ranges()
    for iri in sorted(ranges):
        name = _short(iri)
        kind = ranges[iri]
        terms[name] = {"@id": iri} if kind is None else {"@id": iri, "@type": kind}
    return terms


@cache
def _ranges() -> Mapping[str, str | None]:
    """Return each property with the type of its values: ``@id``, a datatype, or None for plain text."""
    from pyoxigraph import RdfFormat, Store

    store = Store()
    store.load(path=resource("ontology", "core.ttl"), format=RdfFormat.TURTLE)
    found: dict[str, str | None] = {}
    query = f"SELECT ?p ?kind ?range {{ ?p a ?kind OPTIONAL {{ ?p <{RDFS.range}> ?range }} }}"
    for row in store.query(query):  # type: ignore[union-attr]
        iri, kind = row["p"].value, row["kind"].value.removeprefix(OWL.iri)
        if kind == "ObjectProperty":
            found[iri] = "@id"
        elif kind == "DatatypeProperty":
            datatype = row["range"].value if row["range"] is not None else ""
            found[iri] = datatype if datatype.startswith(XSD.iri) and datatype != _STRING else None
    return found


def _short(iri: str) -> str:
    for namespace in NAMESPACES:
        if iri.startswith(namespace.iri):
            local = iri[len(namespace.iri) :]
            return local if namespace is JX else f"{namespace.prefix}:{local}"
    return iri


def write_graphs(triples: Iterable[tuple[Any, Any, Any, Any]], stream: BinaryIO) -> None:
    """Write triples that come by graph and subject as named graphs of one document, one node a line."""
    stream.write(f'{{"@context":{dump(context())},\n"@graph":['.encode())
    for number, (graph, members) in enumerate(groupby(triples, key=lambda triple: triple[0].value)):
        stream.write(f'{"," if number else ""}\n{{"id":{dump(graph)},"@graph":['.encode())
        for place, (_, own) in enumerate(groupby(members, key=lambda triple: triple[1].value)):
            stream.write(f"{',' if place else ''}\n{dump(_node(list(own)))}".encode())
        stream.write(b"]}")
    stream.write(b"]}\n")


def _node(triples: list[tuple[Any, Any, Any, Any]]) -> dict[str, Any]:
    node: dict[str, Any] = {"id": triples[0][1].value}
    values: dict[str, list[Any]] = {}
    for _, _, predicate, term in triples:
        if predicate.value == RDF.type:
            values.setdefault("type", []).append(_short_type(term.value))
        else:
            name = _short(predicate.value)
            values.setdefault(name, []).append(_value(name, term))
    for name, items in values.items():
        node[name] = items[0] if len(items) == 1 else items
    return node


def _short_type(iri: str) -> str:
    return next((f"{p}:{iri[len(n) :]}" for p, n in PREFIXES.items() if iri.startswith(n)), iri)


def _value(name: str, term: Any) -> Any:
    declared = context().get(name)
    kind = declared.get("@type") if isinstance(declared, Mapping) else None
    if not hasattr(term, "datatype"):
        return term.value if kind == "@id" else {"id": term.value}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == (kind or _STRING):
        return term.value
    return {"@value": term.value, **({} if term.datatype.value == _STRING else {"@type": term.datatype.value})}
