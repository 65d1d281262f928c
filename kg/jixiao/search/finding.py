"""Find projects, departments, indicators, tasks, findings by their words, however they are typed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from jixiao.tables.schemas import schema
from jixiao.tables.side import SideTables
from jixiao.tables.words import bigrams, fold_case, is_initials, search_words, spelled

LONGEST = 100  # characters of a search
_WEIGHED = 400  # of what matches, the first so many are weighed
_COUNTED = 5000  # and so many counted
_ALIKE = 0.5  # share of the pairs of characters that a misread or cut name must have
_FACETS = 20  # departments listed


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold one thing found; ``highlighted`` is its text in HTML with what matched in <mark>."""

    kind: str
    iri: str
    name: str
    highlighted: str
    department: str | None
    year: int | None
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hold what a search found; ``total`` stops counting at a limit and then ``more`` is true.

    ``how`` is words, initials, or alike (nothing matched word by word, these names look alike).
    """

    hits: tuple[Hit, ...]
    total: int
    more: bool
    how: str
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


class _IndexedText(NamedTuple):
    """Hold a row of the index that matches; ``kind`` is its place in the order of kinds."""

    id: int
    kind: int
    iri: str
    name: str
    others: str
    department: str | None
    year: int | None


@dataclass(frozen=True, slots=True)
class _Restriction:
    """Hold a condition of SQL beside the match, and its values."""

    where: str
    values: tuple[Any, ...]


def search(
    tables: SideTables,
    text: str,
    *,
    kinds: Sequence[str] = (),
    department: str | None = None,
    year: int | None = None,
    limit: int = 20,
    offset: int = 0,
) -> SearchResult:
    """Find ``text``; the best first, at most ``limit`` of them."""
    wanted = search_words(text[:LONGEST])
    if not wanted:
        return SearchResult((), 0, False, "words")
    with tables.reading() as (connection, _):
        found, how = _matches(connection, text, wanted, _restriction(kinds, department, year))
    scored = [(_score(match, text, wanted), match) for match in found[:_WEIGHED]]
    scored.sort(key=lambda each: (-each[0], each[1].id))
    hits = tuple(_hit(score, match, text, wanted) for score, match in scored[offset : offset + limit])
    return SearchResult(hits, min(len(found), _COUNTED), len(found) > _COUNTED, how, _facets(found))


def _kinds() -> list[str]:
    return list(schema()["found"])


def _hit(score: float, match: _IndexedText, text: str, wanted: Sequence[str]) -> Hit:
    parts = [text, *wanted]
    if is_initials(text):
        parts.append(spelled(match.name, text))
    highlighted = highlight(match.name, parts)
    kind = _kinds()[match.kind]
    return Hit(kind, match.iri, match.name, highlighted, match.department, match.year, round(score, 3))


def _restriction(kinds: Sequence[str], department: str | None, year: int | None) -> _Restriction:
    where = ""
    values: list[Any] = [_kinds().index(kind) for kind in kinds]
    if kinds:
        where += f" AND t.kind IN ({', '.join('?' * len(kinds))})"
    if department:
        where += " AND t.department = ?"
        values.append(department)
    if year:
        where += " AND t.year = ?"
        values.append(year)
    return _Restriction(where, tuple(values))


def _matches(
    connection: sqlite3.Connection, text: str, wanted: Sequence[str], restriction: _Restriction
) -> tuple[list[_IndexedText], str]:
    """Return what has all words or initials, else the names that have most pairs of characters; and which it was."""
    how, any_end = "words", ""
    if is_initials(text):
        how, any_end = "initials", "*"
    found = _indexed(connection, "words", " AND ".join(f'"{word}"{any_end}' for word in wanted), restriction)
    if found:
        return found, how
    pairs = bigrams(text[:LONGEST])
    if len(pairs) > 1:
        alike = _indexed(connection, "pairs", " OR ".join(f'"{pair}"' for pair in pairs), restriction)
        found = [match for match in alike if _shared(pairs, match.name) >= _ALIKE]
    return found, "alike"


def _indexed(connection: sqlite3.Connection, index: str, match: str, restriction: _Restriction) -> list[_IndexedText]:
    statement = (
        "SELECT t.id, t.kind, t.iri, t.name, t.others, t.department, t.year "
        f"FROM {index}_fts f JOIN texts t ON t.id = f.rowid "
        f"WHERE {index}_fts MATCH ?{restriction.where} LIMIT {_COUNTED + 1}"
    )
    return [_IndexedText(*row) for row in connection.execute(statement, (match, *restriction.values))]


def _shared(wanted: Sequence[str], name: str) -> float:
    return len(set(wanted) & set(bigrams(name))) / len(set(wanted))


def _score(match: _IndexedText, text: str, wanted: Sequence[str]) -> float:
    """Return how well a row fits: the whole text, at the start, in the name rather than beside it, in a short name."""
    name, sought = fold_case(match.name), fold_case(text).strip()
    score = 0.0
    if name == sought:
        score = 4.0
    elif name.startswith(sought):
        score = 2.0
    elif sought in name:
        score = 1.5
    part = spelled(name, text) if is_initials(text) else ""
    if part:
        score += 1.5 + 0.5 * name.startswith(part)
    score += sum(word in name for word in wanted) / len(wanted)
    score += _shared(bigrams(text), match.name)
    return score + 1 / (1 + len(name)) - 0.1 * match.kind


def _facets(found: Sequence[_IndexedText]) -> dict[str, dict[str, int]]:
    names = _kinds()
    kinds = Counter(names[match.kind] for match in found)
    departments = Counter(match.department for match in found if match.department)
    years = Counter(str(match.year) for match in found if match.year)
    return {
        "kind": dict(kinds.most_common()),
        "department": dict(departments.most_common(_FACETS)),
        "year": dict(sorted(years.items())),
    }


def highlight(name: str, parts: Sequence[str]) -> str:
    """Return a name in HTML with the parts marked, whatever their letter case."""
    lowered = name.lower()
    marked: set[int] = set()
    for part in {fold_case(part).strip() for part in parts} - {""}:
        start = lowered.find(part)
        while start >= 0:
            marked.update(range(start, start + len(part)))
            start = lowered.find(part, start + 1)
    html = ""
    for is_marked, run in groupby(enumerate(name), key=lambda each: each[0] in marked):
        text = escape("".join(character for _, character in run))
        html += f"<mark>{text}</mark>" if is_marked else text
    return html
