"""Write JSON-LD 1.1 that a program reads without fetching anything: the context stands in the file.

The context gives every term of the vocabulary its type, so that values are plain strings and links plain IRIs; a value
whose type is another is written out as a value object. Numbers are strings, exact to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any, BinaryIO

from jixiao.exporting.documents import Triple
from jixiao.exporting.json_graphs import dump_json, json_lines
from jixiao.exporting.output import text_stream
from jixiao.exporting.text import compact_iri
from jixiao.resources import resource
from jixiao.vocab import JX, OWL, PREFIXES, RDF, RDFS, XSD

_STRING = XSD.string


@cache
def context() -> Mapping[str, Any]:
    """Return the context: prefixes, and every property of the ontology and the reused vocabularies with its type."""
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    terms |= dict(sorted(PREFIXES.items()))
    for iri, kind in sorted(_ranges().items()):
        terms[_term(iri)] = {"@id": iri}
        if kind:
            terms[_term(iri)]["@type"] = kind
    return terms


@cache
def _ranges() -> Mapping[str, str]:
    """Return each property with the type of its values: ``@id``, a datatype, or nothing for plain text."""
    from pyoxigraph import RdfFormat, Store

    store = Store()
    store.load(path=resource("ontology", "core.ttl"), format=RdfFormat.TURTLE)
    found = {}
    rows: Any = store.query(f"SELECT ?p ?kind ?range {{ ?p a ?kind OPTIONAL {{ ?p <{RDFS.range}> ?range }} }}")
    for prop, kind, datatype in rows:
        if kind.value == OWL.ObjectProperty:
            found[prop.value] = "@id"
        elif kind.value == OWL.DatatypeProperty:
            is_plain = datatype is None or datatype.value == _STRING or not datatype.value.startswith(XSD.iri)
            found[prop.value] = "" if is_plain else datatype.value
    return found


def _term(iri: str) -> str:
    """Return the name of a property: its local name in our namespace, else with its prefix."""
    if iri.startswith(JX.iri):
        return iri.removeprefix(JX.iri)
    return compact_iri(iri)


def write_graphs(triples: Iterable[Triple], stream: BinaryIO) -> None:
    """Write triples that come by graph and subject as named graphs of one document, one node a line."""
    with text_stream(stream) as file:
        file.write(f'{{"@context":{dump_json(context())},\n"@graph":[')
        comma = ""
        for graph, members in groupby(triples, key=lambda triple: triple[0].value):
            nodes = groupby(members, key=lambda triple: triple[1].value)
            file.write(f'{comma}\n{{"id":{dump_json(graph)},"@graph":[')
            file.writelines(json_lines(_node_object(iri, own) for iri, own in nodes))
            file.write("]}")
            comma = ","
        file.write("]}\n")


def _node_object(iri: str, triples: Iterable[Triple]) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for _, _, predicate, term in triples:
        if predicate.value == RDF.type:
            values.setdefault("type", []).append(compact_iri(term.value))
        else:
            name = _term(predicate.value)
            values.setdefault(name, []).append(_value_object(name, term))
    node: dict[str, Any] = {"id": iri}
    for name, items in values.items():
        node[name] = items if len(items) > 1 else items[0]
    return node


def _value_object(name: str, term: Any) -> Any:
    """Return a value: its text alone where the context says the rest."""
    kind = context().get(name, {}).get("@type")
    if not hasattr(term, "datatype"):
        if kind == "@id":
            return term.value
        return {"id": term.value}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    datatype = term.datatype.value
    if datatype == (kind or _STRING):
        return term.value
    if datatype == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": datatype}
