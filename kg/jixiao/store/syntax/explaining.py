"""Say where text is no SPARQL and what would be right there, more exactly than the engine does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jixiao.store.syntax.analysis import find_undeclared_prefix, find_ungrouped
from jixiao.store.syntax.messages import Told, tell, told_by_engine, well_known_prefixes
from jixiao.store.syntax.parsing import MAX_DEPTH, SparqlSyntaxError, line_and_column, parse_sparql
from jixiao.store.syntax.tokens import END, FULL_WIDTH, SparqlToken, tokens
from jixiao.vocab import NAMESPACES

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
_SENTENCE = re.compile(r"[A-Z][A-Za-z]+(?: [A-Za-z*]+){2,}|[A-Za-z]+ parsing failed")
_TEXTS = ("STRING", "IRIREF")


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold where a text is wrong: 1-based line and column, the word there, why, and what could stand there."""

    line: int
    column: int
    word: str
    told: Told
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f"{self.told.zh} (expected)" if self.expected else self.told
        return f"第 {self.line} 行第 {self.column} 列“{self.word}”处：{told}"

    def details(self) -> dict[str, Any]:
        """Return everything by name."""
        place = {"line": self.line, "column": self.column, "word": self.word}
        return {**place, "expected": list(self.expected), "reason": self.told.zh, "reason_en": self.told.en}


def explain(text: str, unit: str, prefixes: Mapping[str, str], engine: str) -> Fault:
    """Return the fault of a ``QueryUnit`` or ``UpdateUnit`` that the engine refused with the message ``engine``."""
    try:
        tree = parse_sparql(text, unit)
    except SparqlSyntaxError as error:
        return _wide_sign(text, error) or _unexpected(error)
    token = find_undeclared_prefix(tree, prefixes)
    if token is not None:
        told = tell("undeclared", _declared(token.text, prefixes), prefix=token.text.partition(":")[0])
        return _fault_at(text, token, told)
    token = find_ungrouped(tree)
    if token is not None:
        return _fault_at(text, token, tell("not-grouped", word=token.text))
    return _engine_fault(text, engine)


def _fault_at(text: str, token: SparqlToken, told: Told) -> Fault:
    return Fault(*line_and_column(text, token.start), token.text, told)


def _unexpected(error: SparqlSyntaxError) -> Fault:
    if error.too_deep:
        return Fault(error.line, error.column, error.word, tell("nesting", limit=str(MAX_DEPTH)))
    expected = tuple(sorted(_SHOWN.get(each, each) for each in error.expected))
    return Fault(error.line, error.column, error.word, tell("expected", expected=" ".join(expected)), expected)


def _wide_sign(text: str, error: SparqlSyntaxError) -> Fault | None:
    """Return the first sign of Chinese typing that stands outside of texts and not behind the place of an error."""
    for token in tokens(text):
        sign = next(filter(FULL_WIDTH.get, token.text), None)
        if token.start > error.place:
            return None
        if sign is not None and token.terminal not in _TEXTS:
            place = line_and_column(text, token.start + token.text.index(sign))
            return Fault(*place, sign, tell("full-width-sign", sign=sign, plain=FULL_WIDTH[sign]))
    return None


def _declared(name: str, prefixes: Mapping[str, str]) -> str:
    """Return a name that was probably meant by one whose prefix is not declared, or its declaration; empty for none."""
    prefix, _, local = name.partition(":")
    having = [space.prefix for space in NAMESPACES if local in space.terms and space.prefix in prefixes]
    near = having[:1] or get_close_matches(prefix, prefixes, 1)
    known = well_known_prefixes().get(prefix.lower())
    if known is not None:
        return f"PREFIX {prefix}: <{known}>"
    return "".join(f"{each}:{local}" for each in near)


def _engine_fault(text: str, engine: str) -> Fault:
    """Return the fault as the engine's message tells it."""
    line = column = 1
    position = _POSITION.search(engine)
    if position is not None:
        line, column = map(int, position.groups())
    rest = "".join(text.split("\n")[line - 1 : line])[column - 1 :]
    word, *_ = rest.split() or [""]
    sentence = _SENTENCE.search(engine)
    told = tell("invalid") if sentence is None else told_by_engine(sentence[0])
    return Fault(line, column, word, told)
