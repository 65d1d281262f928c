"""Ask a store: every row of an answer as the texts of what it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol


class Answering(Protocol):
    """Answer SPARQL queries, as every store does."""

    def query(self, sparql: str, /) -> Any:
        """Return solutions whose terms have a ``value``."""


def rows_of(store: Answering, sparql: str) -> Iterator[dict[str, str]]:
    """Yield the solutions of a query: the text of every variable that has one, by its name."""
    solutions = store.query(sparql)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: term.value for name, term in zip(names, solution, strict=True) if term is not None}


def among(variable: str, iris: Iterable[str]) -> str:
    """Return the VALUES of a query that hold a variable to some IRIs."""
    return f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in sorted(iris))} }}"
