"""Keep an index of words over the names and texts of the view, and find in it.

FTS5 holds words that jieba cut, and pinyin initials; a second one holds pairs of characters, for names that were cut
short or misread (its trigram tokenizer finds no word of two characters).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jixiao.tables.words import bigrams, pinyin_initials, search_words

_TABLES = """
CREATE TABLE texts (
  id INTEGER PRIMARY KEY, kind INTEGER, iri TEXT, name TEXT, others TEXT, department TEXT, year INTEGER,
  words TEXT, pairs TEXT
);
CREATE UNIQUE INDEX texts_key ON texts (kind, iri);
CREATE VIRTUAL TABLE words_fts USING fts5(words, content='texts', content_rowid='id', detail='none');
CREATE VIRTUAL TABLE pairs_fts USING fts5(pairs, content='texts', content_rowid='id', detail='none');
"""
_MEMO = 200_000
_KIND, _LENGTH, _LONGEST = 1 << 48, 1 << 40, 255


def create_index(connection: sqlite3.Connection) -> None:
    """Make the tables of the index."""
    for statement in _TABLES.strip().split(";\n"):
        connection.execute(statement)


class TextIndex:
    """Add and remove the texts of rows; ``found`` says which columns of which tables are searched."""

    def __init__(self, connection: sqlite3.Connection, found: Mapping[str, Mapping[str, Any]]) -> None:
        self._connection = connection
        self._found = found
        self._kinds = {name: kind for kind, name in enumerate(found)}
        self._last: dict[int, int] = {}

    def add(self, name: str, row: Mapping[str, Any]) -> None:
        """Add what is searched of a row, if anything of its table is."""
        spec = self._found.get(name)
        if spec is None:
            return
        kind, text = self._kinds[name], str(row[spec["name"]] or "")
        others = "\n".join(_text(row[column]) for column in spec["others"])
        year = row[spec["year"]] if spec["year"] else None
        words, pairs = _indexed(text, others)
        number = self._next(kind * _KIND + min(len(text), _LONGEST) * _LENGTH)
        values = (number, kind, row["iri"], text, others, row[spec["department"]], year, words, pairs)
        self._connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        self._connection.execute("INSERT INTO words_fts (rowid, words) VALUES (?, ?)", (number, words))
        self._connection.execute("INSERT INTO pairs_fts (rowid, pairs) VALUES (?, ?)", (number, pairs))

    def _next(self, start: int) -> int:
        """Return a number for a text: short names of the most wanted kinds come first when a search meets many."""
        if start not in self._last:
            held = self._connection.execute(
                "SELECT max(id) FROM texts WHERE id BETWEEN ? AND ?", (start, start + _LENGTH - 1)
            ).fetchone()[0]
            self._last[start] = held or start
        self._last[start] += 1
        return self._last[start]

    def remove(self, name: str, iris: Iterable[str]) -> None:
        """Remove what is searched of rows."""
        if name not in self._found:
            return
        for iri in iris:
            key = (self._kinds[name], iri)
            for number, words, pairs in self._connection.execute(
                "SELECT id, words, pairs FROM texts WHERE kind = ? AND iri = ?", key
            ).fetchall():
                for index, text in (("words", words), ("pairs", pairs)):
                    statement = f"INSERT INTO {index}_fts ({index}_fts, rowid, {index}) VALUES ('delete', ?, ?)"
                    self._connection.execute(statement, (number, text))
                self._connection.execute("DELETE FROM texts WHERE id = ?", (number,))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value or "")


@lru_cache(_MEMO)
def _indexed(name: str, others: str) -> tuple[str, str]:
    # Names come again and again: of projects in their indicators, of indicators in each project.
    words = dict.fromkeys((*search_words(f"{name}\n{others}"), *pinyin_initials(name)))
    return " ".join(words), " ".join(bigrams(name))
