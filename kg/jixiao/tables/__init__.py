"""Answer the tables of the contract: each is one SPARQL file whose variables are the table's columns, in order.

Columns that can hold several values come from the query joined by line breaks and are lists here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from jixiao.errors import UsageError
from jixiao.vocab import XSD

_COLUMNS = re.compile(r"^SELECT ([?\w\s]+?)\s*^WHERE", re.MULTILINE)
_INTEGERS = frozenset({XSD.integer, XSD.gYear})
_BOOLEAN = XSD.boolean


class SupportsQuery(Protocol):
    """Anything that answers SPARQL with solutions as pyoxigraph does: terms by variable, with value and datatype."""

    def query(self, sparql: str, /) -> Any:
        """Answer a SELECT query."""


@dataclass(frozen=True)
class TableSpec:
    """Describe one table: its name and the columns that hold lists."""

    name: str
    lists: frozenset[str]

    @cached_property
    def query(self) -> str:
        """Return the SPARQL of the table."""
        return (Path(__file__).parent / f"{self.name}.rq").read_text("utf-8")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Return the columns in order: the variables of the query."""
        found = _COLUMNS.search(self.query)
        assert found, self.name
        return tuple(found[1].replace("?", "").split())


_LISTS = {
    "indicators": "repair",
    "documents": "",
    "departments": "aliases documents",
    "projects": "aliases joined_by found_in",
    "tasks": "projects likely_projects",
    "goals": "",
    "funds": "",
    "management": "",
    "evaluations": "fund_management",
    "amounts": "repair",
    "facts": "",
    "findings": "lines evidence",
    "issues": "",
    "links": "",
}
TABLES: Mapping[str, TableSpec] = {name: TableSpec(name, frozenset(lists.split())) for name, lists in _LISTS.items()}


def read_table(store: SupportsQuery, name: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a table with its columns in order, by document, printed table, line and place in the row.

    Numbers are exact decimals as strings; counts, years, pages and lines integers; what is absent None. Raises
    ``UsageError`` for a table that does not exist.
    """
    if name not in TABLES:
        raise UsageError(f"没有名为 {name} 的表；可用的表：{'、'.join(TABLES)}", "unknown-table")
    return _read(store, TABLES[name])


def _read(store: SupportsQuery, spec: TableSpec) -> Iterator[dict[str, object]]:
    rows = (_row(spec, solution) for solution in store.query(spec.query))
    seen: set[object] = set()
    for iri, same in groupby(rows, key=lambda row: row["iri"]):
        # Documents may call one department or project differently: a printed row still is one row.
        if iri in seen:
            continue
        seen.add(iri)
        yield min(same, key=lambda row: [str(value) for value in row.values()])


def _row(spec: TableSpec, solution: Any) -> dict[str, object]:
    row: dict[str, object] = {}
    for column in spec.columns:
        term = solution[column]
        if column not in spec.lists:
            row[column] = term_value(term)
            continue
        values: list[str] = []
        if term is not None and term.value:
            values = term.value.split("\n")
        row[column] = _ORDERS.get(column, sorted)(values)
    return row


def _in_printed_order(values: list[str]) -> list[str]:
    """Return texts that each stand after their line and a tab, in the order of the document."""
    pairs = []
    for value in values:
        line, _, text = value.partition("\t")
        pairs.append((int(line), text))
    return [text for _, text in sorted(pairs)]


# SPARQL leaves open in which order GROUP_CONCAT joins; lists are put in order here.
_ORDERS: Mapping[str, Callable[[list[str]], list[Any]]] = {
    "lines": lambda values: sorted(map(int, values)),
    "evidence": _in_printed_order,
}


def term_value(term: Any) -> object:
    """Return a term as rows hold it: integers and years as int, booleans as bool, anything else as its text."""
    if term is None:
        return None
    lexical: str = term.value
    datatype = getattr(term, "datatype", None)
    if datatype is None:
        return lexical
    if datatype.value in _INTEGERS:
        return int(lexical)
    if datatype.value == _BOOLEAN:
        return lexical == "true"
    return lexical


__all__ = ["TABLES", "SupportsQuery", "TableSpec", "read_table", "term_value"]
