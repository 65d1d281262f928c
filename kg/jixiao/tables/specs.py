"""Answer the tables of the contract: each is one SPARQL file whose variables are the table's columns, in order.

Columns that can hold several values come from the query joined by line breaks and are lists here, or words with texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from jixiao.vocab import XSD


class SupportsQuery(Protocol):
    """Anything that answers SPARQL with solutions as pyoxigraph does: terms by variable, with value and datatype."""

    def query(self, sparql: str, /) -> Any:
        """Answer a SELECT query."""


_COLUMNS = re.compile(r"^SELECT ([?\w\s]+?)\s*^WHERE", re.MULTILINE)
_INTEGERS = frozenset({XSD.integer, XSD.gYear})
_BOOLEAN = XSD.boolean


@dataclass(frozen=True)
class TableSpec:
    """Describe one table: its name and the columns that hold lists, or texts by words (优, 良, 中, 差)."""

    name: str
    lists: frozenset[str]
    maps: frozenset[str] = frozenset()

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
    "indicators": "repair doubts corrected",
    "documents": "replaces",
    "departments": "aliases documents",
    "projects": "aliases joined_by found_in doubts corrected",
    "tasks": "projects likely_projects doubts corrected",
    "goals": "doubts corrected",
    "funds": "corrected",
    "management": "corrected",
    "evaluations": "fund_management",
    "amounts": "repair corrected",
    "facts": "",
    "findings": "lines evidence",
    "issues": "",
    "links": "",
    "review": "doubts",
    "corrections": "",
}
_MAPS = {"indicators": frozenset({"thresholds"})}
TABLES: Mapping[str, TableSpec] = {
    name: TableSpec(name, frozenset(lists.split()), _MAPS.get(name, frozenset())) for name, lists in _LISTS.items()
}


def solve(store: SupportsQuery, spec: TableSpec) -> Iterator[dict[str, object]]:
    """Yield the rows of a table of everything that a store's default graph says, each thing once."""
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
        if column in spec.lists:
            row[column] = _ORDERS.get(column, sorted)(_values(term))
        elif column in spec.maps:
            pairs = (text.partition("\t") for text in in_printed_order(_values(term)))
            row[column] = {word: text for word, _, text in pairs} or None
        else:
            row[column] = term_value(term)
    return row


def _values(term: Any) -> list[str]:
    if term is None or not term.value:
        return []
    values: list[str] = term.value.split("\n")
    return values


def in_printed_order(values: list[str]) -> list[str]:
    """Return texts that each stand after their line, or place in it, and a tab, in the order of the document."""
    pairs = []
    for value in values:
        line, _, text = value.partition("\t")
        pairs.append((int(line), text))
    return [text for _, text in sorted(pairs)]


# SPARQL leaves open in which order GROUP_CONCAT joins; lists are put in order here.
_ORDERS: Mapping[str, Callable[[list[str]], list[Any]]] = {
    "lines": lambda values: sorted(map(int, values)),
    "evidence": in_printed_order,
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
