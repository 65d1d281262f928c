"""Answer the tables of the contract: rows of one kind, by one SPARQL file each.

A query gives one cell at a time (``?iri ?column ?value``, where ``?column`` is a property or a column's name): a store
answers that several times faster than thirty ``OPTIONAL``. Documents are asked for one by one, so a table streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from kg.errors import UsageError
from kg.tables.specs import TABLES, TableSpec
from kg.vocab import CODES, JX, RDF, SH, XSD

_CODE = re.compile(re.escape(CODES) + r"(?:form|period|kind|document|fund|region)-(.+)")
_INTEGERS = frozenset({XSD.integer, XSD.gYear})
_BOOLEAN = XSD.boolean
_ORDER = JX.order
_GRAPHS = f"""SELECT ?graph WHERE {{
  GRAPH ?graph {{ ?document <{RDF.type}> <{JX.Document}> ; <{JX.fileName}> ?name }}
}} ORDER BY ?name ?graph"""


class SupportsQuery(Protocol):
    """Anything that answers SPARQL with solutions of terms that have ``value`` and ``datatype``, as pyoxigraph's."""

    def query(self, sparql: str, /) -> Any:
        """Answer a SELECT query."""


def read_table(store: SupportsQuery, name: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a table with its columns in order, by document, printed table, line and place in the row.

    Numbers are exact decimals as strings; counts, years, pages and lines integers; what is absent None; columns that
    can hold several values lists. Raises ``UsageError`` for a table that does not exist.
    """
    if name not in TABLES:
        raise UsageError(f"没有名为 {name} 的表；可用的表：{'、'.join(TABLES)}", "unknown-table")
    return _stream(store, TABLES[name])


def _stream(store: SupportsQuery, spec: TableSpec) -> Iterator[dict[str, object]]:
    if not spec.by_document:
        yield from _read_rows(store, spec, spec.query)
        return
    graphs = [solution["graph"].value for solution in store.query(_GRAPHS)]
    for graph in graphs:
        dataset = f"FROM <{graph}>"
        if spec.name == "findings":  # what the audit found has a graph of its own beside the document's
            dataset += f"\nFROM <{graph}/findings>"
        yield from _read_rows(store, spec, spec.query.replace("# FROM", dataset))


def _read_rows(store: SupportsQuery, spec: TableSpec, query: str) -> list[dict[str, object]]:
    columns = dict.fromkeys(spec.columns, None) | {"order": None}
    filled: dict[str, str] = {**spec.properties, _ORDER: "order", **{column: column for column in spec.columns}}
    rows: dict[str, dict[str, Any]] = {}
    for iri, name, term in store.query(query):
        column = filled.get(name.value)
        if column is None:
            continue
        row = rows.get(iri.value)
        if row is None:
            row = rows[iri.value] = columns | {each: [] for each in spec.lists} | {"iri": iri.value}
        value = _value(term)
        if column in spec.lists:
            row[column].append(value)
        elif row[column] is None or value < row[column]:  # several values of one cell: always the same one
            row[column] = value
    ordered = sorted(rows.values(), key=_position)
    for row in ordered:
        del row["order"]
        for column in spec.lists:
            row[column] = sorted(set(row[column]))
    return ordered


def _position(row: Mapping[str, Any]) -> tuple[str, int, int, int, str]:
    document = row.get("document") or row.get("name") or ""
    return document, row.get("table") or 0, row.get("line") or 0, row["order"] or 0, row["iri"]


def _value(term: Any) -> str | int | bool:
    lexical: str = term.value
    datatype = getattr(term, "datatype", None)
    if datatype is None:
        return _name(lexical)
    if datatype.value in _INTEGERS:
        return int(lexical)
    return lexical == "true" if datatype.value == _BOOLEAN else lexical


def _name(iri: str) -> str:
    """Return a concept's key (``annual``), a severity's name (``violation``), or the IRI itself."""
    match = _CODE.fullmatch(iri)
    if match:
        return match.group(1)
    return iri.removeprefix(SH.iri).lower() if iri.startswith(SH.iri) else iri


__all__ = ["TABLES", "SupportsQuery", "TableSpec", "read_table"]
