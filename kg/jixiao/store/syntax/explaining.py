"""Say where text is no SPARQL and what would be right there, more exactly than the engine does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jixiao.store.syntax.analysis import find_undeclared_prefix
from jixiao.store.syntax.parsing import SparqlSyntaxError, parse
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
        tree = parse(text, unit)
    except SparqlSyntaxError as error:
        expected = sorted(_SHOWN.get(each, each) for each in error.expected)
        return Fault(error.line, error.column, error.word, tuple(expected))
    token = find_undeclared_prefix(tree, prefixes)
    if token is not None:
        before = text[: token.start]
        line, column = before.count("\n") + 1, token.start - (before.rfind("\n") + 1) + 1
        return Fault(line, column, token.text, reason=f"the prefix {token.text.partition(':')[0]}: is not declared")
    position = _POSITION.search(engine)
    line, column = (int(position[1]), int(position[2])) if position else (1, 1)
    sentence = _SENTENCE.search(engine)
    rows = text.split("\n")
    rest = rows[line - 1][column - 1 :] if line <= len(rows) else ""
    word = rest.split()[0] if rest.strip() else ""
    return Fault(line, column, word, reason=sentence[0] if sentence else "it is not valid here")
