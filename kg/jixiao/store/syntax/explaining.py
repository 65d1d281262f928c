"""Say where text is no SPARQL and what would be right there, more exactly than the engine does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jixiao.store.syntax.analysis import find_undeclared_prefix
from jixiao.store.syntax.parsing import SparqlSyntaxError, line_and_column, parse_sparql
from jixiao.store.syntax.tokens import END

_SHOWN = {
    "IRIREF": "<IRI>",
    "PNAME_LN": "prefix:name",
    "PNAME_NS": "prefix:",
    "VAR": "?variable",
    "STRING": '"text"',
    "INTEGER": "123",
    "NUMBER": "1.5",
    "SIGNED": "-1",
    "BLANK": "_:node",
    "ANON": "[]",
    "NIL": "()",
    "LANGTAG": "@zh",
    "FUNCTION": "STR(…)",
    "AGGREGATE": "COUNT(…)",
    "INSERT_DATA": "INSERT DATA",
    "DELETE_DATA": "DELETE DATA",
    "DELETE_WHERE": "DELETE WHERE",
    END: "…end",
}
_POSITION = re.compile(r"error at (\d+):(\d+)")
_SENTENCE = re.compile(r"[A-Z][A-Za-z]+(?: [A-Za-z]+){2,}|[A-Za-z]+ parsing failed")


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold where a text is wrong: 1-based line and column, the word there, what could stand there, or a reason."""

    line: int
    column: int
    word: str
    expected: tuple[str, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        return f'line {self.line}, column {self.column}, at "{self.word}": {self.details()["reason"]}'

    def details(self) -> dict[str, Any]:
        """Return everything by name; the reason is never empty."""
        reason = self.reason or "expected " + " ".join(self.expected)
        return {**asdict(self), "expected": list(self.expected), "reason": reason}


def explain(text: str, unit: str, prefixes: Mapping[str, str], engine: str) -> Fault:
    """Return the fault of a ``QueryUnit`` or ``UpdateUnit`` that the engine refused with the message ``engine``."""
    try:
        tree = parse_sparql(text, unit)
    except SparqlSyntaxError as error:
        expected = sorted(_SHOWN.get(each, each) for each in error.expected)
        return Fault(error.line, error.column, error.word, tuple(expected))
    token = find_undeclared_prefix(tree, prefixes)
    if token is not None:
        prefix, _, _ = token.text.partition(":")
        place = line_and_column(text, token.start)
        return Fault(*place, token.text, reason=f"the prefix {prefix}: is not declared")
    return _engine_fault(text, engine)


def _engine_fault(text: str, engine: str) -> Fault:
    """Return the fault as the engine's message tells it."""
    line = column = 1
    position = _POSITION.search(engine)
    if position is not None:
        line, column = map(int, position.groups())
    rest = "".join(text.split("\n")[line - 1 : line])[column - 1 :]
    word, *_ = rest.split() or [""]
    sentence = _SENTENCE.search(engine)
    if sentence is None:
        return Fault(line, column, word, reason="it is not valid here")
    return Fault(line, column, word, reason=sentence[0])
