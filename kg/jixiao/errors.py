"""Errors a user can act on: each says what, where and what to do, and carries its exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any


class JixiaoError(Exception):
    """Report a failure that ends a command.

    ``code`` is a stable machine-readable word (kebab-case), ``source`` names the file, line or address.
    """

    exit_code = 1

    def __init__(self, message: str, code: str, source: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.source = source

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the guess that a message adds after an unknown name: the known one nearest to it, if any is near."""
    for near in get_close_matches(name, list(known), 1):
        return f"；是不是 (did you mean) {near}"
    return ""


class UsageError(JixiaoError):
    """Report options or arguments that make no sense together (exit 2)."""

    exit_code = 2


class DocumentError(JixiaoError):
    """Report a file that cannot be read as a document at all (exit 3)."""

    exit_code = 3


class GraphError(JixiaoError):
    """Report records that cannot become a graph, or a term that the ontology does not have (exit 3)."""

    exit_code = 3


class StoreError(JixiaoError):
    """Report a store that cannot be opened, read or written (exit 4)."""

    exit_code = 4


class QueryError(JixiaoError):
    """Report a query that cannot be parsed or answered (exit 2); ``details`` say where its text is wrong."""

    def __init__(
        self, message: str, code: str, source: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, code, source)
        self.details = details

    exit_code = 2
