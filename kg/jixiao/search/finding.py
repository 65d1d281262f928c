"""Find projects, departments, indicators, tasks, findings by their words, however they are typed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from jixiao.search.view import View, schema
from jixiao.search.words import is_initials, pairs, plain, spelled, words

LONGEST = 100  # characters of a search
_WEIGHED = 400  # of what matches, the first so many are weighed
_COUNTED = 5000  # and so many counted
_ALIKE = 0.5  # share of the pairs of characters that a misread or cut name must have


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
class Found:
    """Hold what a search found; ``total`` stops counting at a limit and then ``more`` is true.

    ``how`` is words, initials, or alike (nothing matched word by word, these names look alike).
    """

    hits: tuple[Hit, ...]
    total: int
    more: bool
    how: str
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


def search(
    view: View,
    text: str,
    *,
    kinds: Sequence[str] = (),
    department: str | None = None,
    year: int | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """Find ``text``; the best first, at most ``limit`` of them."""
    with view.reading() as (connection, _):
        where, values = _restriction(kinds, department, year)
        wanted = words(text[:LONGEST])
        if not wanted:
            return Found((), 0, False, "words")
        typed = is_initials(text)
        match = " AND ".join(f'"{word}"' + ("*" if typed else "") for word in wanted)
        found = _found(connection, "words", match, where, values)
        how = "initials" if typed else "words"
        if not found:
            found, how = _alike(connection, text, where, values), "alike"
        scored = sorted(
            ((_score(row, text, wanted), row) for row in found[:_WEIGHED]), key=lambda each: (-each[0], each[1][0])
        )
        names = list(schema()["found"])
        hits = tuple(
            Hit(
                names[row[1]],
                row[2],
                row[3],
                highlight(row[3], (text, *wanted, spelled(row[3], text) if typed else "")),
                row[5],
                row[6],
                round(score, 3),
            )
            for score, row in scored[offset : offset + limit]
        )
        return Found(hits, min(len(found), _COUNTED), len(found) > _COUNTED, how, _facets(found, names))


def _restriction(kinds: Sequence[str], department: str | None, year: int | None) -> tuple[str, list[Any]]:
    names = list(schema()["found"])
    tests: list[str] = []
    values: list[Any] = []
    if kinds:
        tests.append(f"t.kind IN ({', '.join('?' * len(kinds))})")
        values += [names.index(kind) for kind in kinds]
    if department:
        tests.append("t.department = ?")
        values.append(department)
    if year:
        tests.append("t.year = ?")
        values.append(year)
    return "".join(f" AND {test}" for test in tests), values


def _found(connection: sqlite3.Connection, index: str, match: str, where: str, values: list[Any]) -> list[Any]:
    statement = (
        "SELECT t.id, t.kind, t.iri, t.name, t.others, t.department, t.year "
        f"FROM {index}_fts f JOIN texts t ON t.id = f.rowid "
        f"WHERE {index}_fts MATCH ?{where} LIMIT {_COUNTED + 1}"
    )
    return connection.execute(statement, (match, *values)).fetchall()


def _alike(connection: sqlite3.Connection, text: str, where: str, values: list[Any]) -> list[Any]:
    """Return the names that have most pairs of characters of the text."""
    wanted = pairs(text[:LONGEST])
    if len(wanted) < 2:
        return []
    rows = _found(connection, "pairs", " OR ".join(f'"{pair}"' for pair in wanted), where, values)
    return [row for row in rows if _shared(wanted, row[3]) >= _ALIKE]


def _shared(wanted: list[str], name: str) -> float:
    return len(set(wanted) & set(pairs(name))) / len(set(wanted))


def _score(row: Any, text: str, wanted: Sequence[str]) -> float:
    """Return how well a row fits: the whole text, at the start, in the name rather than beside it, in a short name."""
    name, sought = plain(row[3]), plain(text).strip()
    score = 4.0 if name == sought else 2.0 if name.startswith(sought) else 1.5 if sought in name else 0.0
    if is_initials(text) and (part := spelled(name, text)):
        score += 1.5 + 0.5 * name.startswith(part)
    score += sum(word in name for word in wanted) / len(wanted)
    score += _shared(pairs(text), row[3])
    return score + 1 / (1 + len(name)) - 0.1 * float(row[1])


def _facets(rows: Sequence[Any], names: Sequence[str]) -> dict[str, dict[str, int]]:
    kinds = Counter(names[row[1]] for row in rows)
    departments = Counter(row[5] for row in rows if row[5])
    years = Counter(str(row[6]) for row in rows if row[6])
    return {
        "kind": dict(kinds.most_common()),
        "department": dict(departments.most_common(20)),
        "year": dict(sorted(years.items())),
    }


def highlight(name: str, parts: Sequence[str]) -> str:
    """Return a name in HTML with the parts marked, longest first, whatever their letter case."""
    marked = [False] * len(name)
    lowered = name.lower()
    for part in sorted({plain(part).strip() for part in parts}, key=len, reverse=True):
        start = lowered.find(part) if part else -1
        while start >= 0:
            marked[start : start + len(part)] = [True] * len(part)
            start = lowered.find(part, start + 1)
    pieces, inside = [], False
    for character, mark in zip(name, marked[: len(name)], strict=True):
        if mark != inside:
            pieces.append("<mark>" if mark else "</mark>")
            inside = mark
        pieces.append(escape(character))
    return "".join(pieces) + ("</mark>" if inside else "")
