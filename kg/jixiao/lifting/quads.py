"""Write terms and quads as canonical N-Quads text: plain strings, sorted and unique, without blank nodes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from jixiao.errors import GraphError
from jixiao.vocab import RDF, XSD

Term = str
"""A term as N-Quads writes it: ``<iri>`` or ``"text"@zh`` or ``"1"^^<…#integer>``."""

_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\ud800-\udfff]')
_NAMED = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_DUE = (
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


def text(value: str | None, language: str | None = None) -> Term | None:
    """Return a string literal, or None for None."""
    if value is None:
        return None
    quoted = '"' + _SPECIAL.sub(_escape, value) + '"'
    return f"{quoted}@{language}" if language else quoted


def typed(lexical: str, datatype: str) -> Term:
    """Return a literal of a datatype."""
    return f'"{_SPECIAL.sub(_escape, lexical)}"^^<{datatype}>'


def integer(value: int | None) -> Term | None:
    """Return an ``xsd:integer``, or None for None."""
    return None if value is None else f'"{value}"^^<{XSD.integer}>'


def decimal(value: Decimal | None) -> Term | None:
    """Return an exact ``xsd:decimal`` without trailing zeros, or None for None."""
    if value is None:
        return None
    if not value.is_finite():
        raise GraphError(f"{value} 不是可以写入图的数值", "not-a-number")
    lexical = format(value, "f")
    if "." in lexical:
        lexical = lexical.rstrip("0").rstrip(".")
    return f'"{"0" if lexical == "-0" else lexical}"^^<{XSD.decimal}>'


def boolean(value: bool | None) -> Term | None:
    """Return an ``xsd:boolean``, or None for None."""
    return None if value is None else f'"{str(value).lower()}"^^<{XSD.boolean}>'


def year(value: int | None) -> Term | None:
    """Return an ``xsd:gYear``, or None for None."""
    return None if value is None else f'"{value:04d}"^^<{XSD.gYear}>'


def moment(value: date | str | None) -> Term | None:
    """Return a date, month, year or yearless date as the XSD type it is; any other text stays text."""
    if value is None:
        return None
    lexical = value.isoformat() if isinstance(value, date) else value
    for pattern, datatype in _DUE:
        if pattern.fullmatch(lexical) and (datatype != XSD.date or _is_date(lexical)):
            return typed(lexical, datatype)
    return text(lexical)


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
        self._end = f" <{graph}> .\n"
        self._lines: set[str] = set()

    def add(self, subject: str, predicate: str, value: Term | None) -> None:
        """Add one quad; a value of None says nothing and adds nothing."""
        if value is not None:
            self._lines.add(f"<{subject}> <{predicate}> {value}{self._end}")

    def refer(self, subject: str, predicate: str, target: str | None) -> None:
        """Add one quad whose object is the IRI ``target``, or nothing for None."""
        if target is not None:
            self._lines.add(f"<{subject}> <{predicate}> <{target}>{self._end}")

    def type(self, subject: str, *classes: str) -> None:
        """State the classes of a subject."""
        for each in classes:
            self.refer(subject, RDF.type, each)

    def nquads(self, *further: Quads) -> bytes:
        """Return the sorted N-Quads, with those of others; code-point order equals the order of the UTF-8 bytes."""
        lines = self._lines.union(*(each._lines for each in further))
        return "".join(sorted(lines)).encode("utf-8")
