"""Write terms and quads as canonical N-Quads text: plain strings, sorted and unique, without blank nodes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from jixiao.errors import GraphError
from jixiao.vocab import RDF, XSD

Value = str | bool | int | Decimal
Term = str
"""A term as N-Quads writes it: ``<iri>`` or ``"text"@zh`` or ``"1"^^<…#integer>``."""

_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\ud800-\udfff]')
_NAMED = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_DUE = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"), XSD.dateTime),
    (re.compile(r"\d{4}-\d\d-\d\d"), XSD.date),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), XSD.gYearMonth),
    (re.compile(r"\d{4}"), XSD.gYear),
    (re.compile(r"--(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), XSD.gMonthDay),
    (re.compile(r"--(0[1-9]|1[0-2])"), XSD.gMonth),
    (re.compile(r"---(0[1-9]|[12]\d|3[01])"), XSD.gDay),
)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"  # a lone surrogate is not a character: no encoding can carry it
    return _NAMED.get(character) or f"\\u{ord(character):04X}"


def _quoted(value: str) -> str:
    return '"' + _SPECIAL.sub(_escape, value) + '"'


def _literal(value: Value) -> Term:
    """Return a value as the literal of its type: exact decimals without trailing zeros, integers, booleans, texts."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return f'"{str(value).lower()}"^^<{XSD.boolean}>'
    if isinstance(value, int):
        return f'"{value}"^^<{XSD.integer}>'
    if not value.is_finite():
        raise GraphError(f"{value} 不是可以写入图的数值", "not-a-number")
    lexical = format(value, "f")
    if "." in lexical:
        lexical = lexical.rstrip("0").rstrip(".")
    if lexical == "-0":
        lexical = "0"
    return f'"{lexical}"^^<{XSD.decimal}>'


def _moment(value: date | str) -> Term:
    """Return a date, month, year or yearless date as the XSD type it is; any other text stays text."""
    lexical = value.isoformat() if isinstance(value, date) else value
    for pattern, datatype in _DUE:
        if pattern.fullmatch(lexical) and (datatype != XSD.date or _is_date(lexical)):
            return f'"{lexical}"^^<{datatype}>'
    return _quoted(lexical)


def _is_date(lexical: str) -> bool:
    try:
        date.fromisoformat(lexical)
    except ValueError:
        return False
    return True


class Quads:
    """Collect the quads of one named graph."""

    def __init__(self, graph: str) -> None:
        self.graph = graph
        self.lines: set[bytes] = set()

    def node(self, iri: str) -> DescribedNode:
        """Return a node of the graph to say something of."""
        return DescribedNode(iri, self)

    def nquads(self, *further: Quads) -> bytes:
        """Return the sorted N-Quads, with those of others."""
        return b"".join(sorted(self.lines.union(*(each.lines for each in further))))


class DescribedNode:
    """Say things of one node of a graph; a value of None says nothing and adds nothing."""

    __slots__ = ("_begin", "_end", "_lines", "iri")

    def __init__(self, iri: str, quads: Quads) -> None:
        self.iri = iri
        self._begin = f"<{iri}> <"
        self._end = f" <{quads.graph}> .\n"
        self._lines = quads.lines

    def say(self, predicate: str, value: Value | None, language: str = "") -> None:
        """State a literal of the value's type, a text in a language if one is given."""
        if value is None:
            return
        term = _literal(value)
        if language:
            term += f"@{language}"
        self._add(predicate, term)

    def say_year(self, predicate: str, value: int | None) -> None:
        """State an ``xsd:gYear``."""
        if value is not None:
            self._add(predicate, f'"{value:04d}"^^<{XSD.gYear}>')

    def say_moment(self, predicate: str, value: date | str | None) -> None:
        """State a date, month, year or yearless date, or the text where it is none of these."""
        if value is not None:
            self._add(predicate, _moment(value))

    def refer(self, predicate: str, target: DescribedNode | str | None) -> None:
        """State that the node stands in a relation to another one, or to an IRI."""
        if target is not None:
            iri = target.iri if isinstance(target, DescribedNode) else target
            self._add(predicate, f"<{iri}>")

    def _add(self, predicate: str, term: Term) -> None:
        self._lines.add(f"{self._begin}{predicate}> {term}{self._end}".encode())

    def type(self, *classes: str) -> None:
        """State the classes of the node."""
        for each in classes:
            self.refer(RDF.type, each)
