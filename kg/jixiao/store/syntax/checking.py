"""Hold a query against the closed vocabulary: what can find nothing is told, with the nearest that can.

A query that names a term which does not exist, compares a year with a number, or asks a project for what stands on its
entry is right SPARQL and finds nothing. What is said in a group of patterns holds in the groups inside of it, not in
those beside it (``UNION``, ``OPTIONAL``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import combinations
from typing import Any

from jixiao.store.syntax.analysis import IriResolver
from jixiao.store.syntax.claims import Claim, ClaimReader, LiteralValue
from jixiao.store.syntax.messages import Told, tell
from jixiao.store.syntax.parsing import SparqlSyntaxError, line_and_column, parse_sparql
from jixiao.store.syntax.schema import compact_iri, schema
from jixiao.store.syntax.tokens import FULL_WIDTH, SparqlToken, unescape
from jixiao.vocab import JX, PREFIXES, RDF, RDFS, XSD

_NUMBERS = frozenset({XSD.integer, XSD.decimal, XSD.double})
_LONGEST = 60_000  # characters, which take about a second
_TEXTS = frozenset({XSD.string, RDF.langString})
_SHOWN = 4  # classes that a message names


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """Hold a word of a query that can find nothing: the kind of fault, its place (1-based), what to write instead."""

    code: str
    line: int
    column: int
    word: str
    nearest: str
    told: Told

    def __str__(self) -> str:
        return f"第 {self.line} 行第 {self.column} 列：{self.told}"

    def details(self) -> dict[str, Any]:
        """Return everything by name."""
        place = {"code": self.code, "line": self.line, "column": self.column, "word": self.word}
        return {**place, "nearest": self.nearest, "message": self.told.zh, "message_en": self.told.en}


@lru_cache(maxsize=512)
def check_vocabulary(text: str) -> tuple[QueryWarning, ...]:
    """Return what in a query can find nothing, in the order of the text; none for what is no SPARQL, or very long."""
    if len(text) > _LONGEST:
        return ()
    text = unescape(text)
    try:
        tree = parse_sparql(text, "QueryUnit")
    except SparqlSyntaxError:
        return ()
    check = _Check(text, ClaimReader(IriResolver(None, PREFIXES)))
    check.reader.read(tree)
    check.terms()
    check.places()
    check.literals()
    check.variables()
    different = {(warning.code, warning.line, warning.column): warning for warning in reversed(check.warnings)}
    return tuple(sorted(different.values(), key=lambda warning: (warning.line, warning.column)))


class _Check:
    def __init__(self, text: str, reader: ClaimReader) -> None:
        self._text = text
        self.reader = reader
        self._said = reader.said
        self._schema = schema()
        self.warnings: list[QueryWarning] = []

    def _warn(self, code: str, token: SparqlToken, nearest: str = "", **words: str) -> None:
        words.setdefault("word", token.text)
        place = line_and_column(self._text, token.start)
        self.warnings.append(QueryWarning(code, *place, words["word"], nearest, tell(code, nearest, **words)))

    def terms(self) -> None:
        """Tell of terms that do not exist, of classes taken for properties, and of signs that became part of a name."""
        for iri, token in self._said.iris:
            if self._schema.is_unknown(iri):
                self._warn("unknown-term", token, _shown(self._schema.nearest(iri)))
        for iri, token in self._said.verbs:
            if iri in self._schema.below:
                self._warn("not-a-property", token)
        for iri, token in self._said.classes:
            if iri in self._schema.ranges:
                self._warn("not-a-class", token)
            parts = sorted(map(compact_iri, self._schema.parts_of(iri)))
            if parts:
                self._warn("no-instances", token, " / ".join(parts))
        for token in self._said.names:
            for sign in filter(FULL_WIDTH.get, token.text):
                self._warn("full-width", token, token.text.replace(sign, FULL_WIDTH[sign]), sign=sign)

    def places(self) -> None:
        """Tell of properties that never stand on what the query says the thing is."""
        for claims in self._said.claims.values():
            different = {(claim.prop or claim.token.text, claim.group): claim for claim in claims}
            for first, second in combinations(different.values(), 2):
                if not first.classes & second.classes and _hold_together(first, second):
                    self._misplaced(first, second)

    def _misplaced(self, first: Claim, second: Claim) -> None:
        wrong, other = (first, second) if second.prop is None else (second, first)
        if wrong.prop is None:  # two classes
            self._warn("two-classes", wrong.token, classes=_names(other.classes))
            return
        ways = self._schema.ways_to(wrong.prop, other.classes)
        nearest = f"{compact_iri(ways[0])}/{wrong.token.text}" if ways else ""
        words = {"classes": _names(other.classes), "domains": _names(wrong.classes)}
        self._warn("never-there", wrong.token, nearest, **words)

    # ------------------------------------------------------------ literals

    def literals(self) -> None:
        """Tell of literals that no value of their property can equal, and of texts asked of what is none."""
        for prop, value in self._said.stated:
            if not self._fits(prop, value, exactly=True):
                self._misfit(prop, value, exactly=True)
        for key, value, exactly in self._said.compared:
            props = self._known(key)
            if props and not any(self._fits(prop, value, exactly=exactly) for prop in props):
                self._misfit(props[0], value, exactly=exactly)
        for key, token, function in self._said.calls:
            props = self._known(key)
            ranges = set().union(*(self._schema.ranges[prop] for prop in props))
            if props and not ranges & _TEXTS:
                nearest = self._text_of(props[0]) or f"STR({token.text})"
                self._warn("not-text", token, nearest, function=function)
            elif function == "LANG" and ranges == {XSD.string} and all(map(self._is_read, self._said.holders[key])):
                self._warn("untagged", token, property=compact_iri(props[0]))

    def _is_read(self, key: str) -> bool:
        """Say whether something is read from documents: terms of the ontology have labels in languages."""
        return bool(self._said.claims.get(key))

    def _known(self, key: str) -> list[str]:
        """Return the properties a variable is the value of, none when it may be something else as well."""
        props = self._said.held.get(key, set())
        known = [prop for prop in props if prop is not None and prop in self._schema.ranges]
        return sorted(known) if len(known) == len(props) else []

    def _fits(self, prop: str, value: LiteralValue, *, exactly: bool) -> bool:
        """Say whether a value of a property can be equal to a literal; in patterns 95 is not 95.0."""
        ranges = self._schema.ranges.get(prop)
        if not ranges or prop in self._schema.objects:
            return prop not in self._schema.objects
        if prop == RDFS.label and value.datatype == RDF.langString:
            return any(iri.startswith(JX.iri) for iri in self._schema.labels.get(value.text, ()))
        compared_as_number = not exactly and value.datatype in _NUMBERS and bool(ranges & _NUMBERS)
        return value.datatype in ranges or compared_as_number

    def _misfit(self, prop: str, value: LiteralValue, *, exactly: bool) -> None:
        ranges = sorted(self._schema.ranges[prop])
        words = {"word": value.written, "property": compact_iri(prop), "range": ", ".join(map(compact_iri, ranges))}
        if prop in self._schema.objects:
            self._warn("thing-not-text", value.token, self._thing(prop, value), **words)
        elif RDF.langString in (ranges[0], value.datatype):
            code = "untagged" if value.datatype == RDF.langString else "tagged"
            self._warn(code, value.token, f'"{value.text}"' + ("@zh" if code == "tagged" else ""), **words)
        else:
            self._warn("wrong-datatype", value.token, _as(ranges[0], value, exactly=exactly), **words)

    def _text_of(self, prop: str) -> str:
        """Return the property that holds as printed text what another holds as a thing, empty where there is none."""
        text = f"{prop}Text"
        if self._schema.domains.get(prop, frozenset("?")) <= self._schema.domains.get(text, frozenset()):
            return compact_iri(text)
        return ""

    def _thing(self, prop: str, value: LiteralValue) -> str:
        text = self._text_of(prop)
        if text:
            return f'{text} "{value.text}"'
        named = self._schema.labels.get(value.text)
        if named:
            return f"{compact_iri(prop)} {compact_iri(min(named))}"
        return f'{compact_iri(prop)}/rdfs:label "{value.text}"'

    # ------------------------------------------------------------ variables

    def variables(self) -> None:
        """Tell of variables that are used and stand in no pattern."""
        bound = self._said.bound
        for key, token in self._said.used.items():
            if bound and key not in bound:
                near = get_close_matches(token.text, set(bound.values()) - {token.text}, 1)
                self._warn("unbound", token, "".join(near))


def _hold_together(first: Claim, second: Claim) -> bool:
    """Say whether two claims stand in one group of patterns, or one in a group inside of the other's."""
    return all(one == other for one, other in zip(first.group, second.group, strict=False))


def _shown(iri: str | None) -> str:
    return "" if iri is None else compact_iri(iri)


def _names(classes: Iterable[str]) -> str:
    names = sorted(map(compact_iri, classes))
    return ", ".join(names[:_SHOWN] + ["…"] * (len(names) > _SHOWN))


def _as(datatype: str, value: LiteralValue, *, exactly: bool) -> str:
    """Return a literal of a datatype with the text of another, as it is usually written; empty when it cannot be."""
    text = value.text.strip()
    if datatype == XSD.string:
        return f'"{text}"'
    if datatype not in _NUMBERS:
        return f'"{text}"^^{compact_iri(datatype)}'
    if not text.replace(".", "", 1).lstrip("+-").isdecimal():
        return ""
    if datatype == XSD.decimal and exactly and "." not in text:
        return f"{text}.0"
    return text
