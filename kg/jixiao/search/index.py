"""Keep an index of words over the names and texts of the view, and find in it.

FTS5 holds words that jieba cut, and pinyin initials; a second one holds pairs of characters, for names that were cut
short or misread (its trigram tokenizer finds no word of two characters). The index follows changes: texts that stay are
not cut again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jixiao.search.words import bigrams, pinyin_initials, search_words

_TABLES = """
CREATE TABLE texts (
  id INTEGER PRIMARY KEY, kind INTEGER, iri TEXT, name TEXT, others TEXT, department TEXT, year INTEGER,
  words TEXT, pairs TEXT
);
CREATE UNIQUE INDEX texts_key ON texts (kind, iri);
CREATE VIRTUAL TABLE words_fts USING fts5(words, content='texts', content_rowid='id', detail='none');
CREATE VIRTUAL TABLE pairs_fts USING fts5(pairs, content='texts', content_rowid='id', detail='none');
"""
_WANTED = """
CREATE TEMP TABLE wanted (kind INTEGER, iri TEXT, name TEXT, others TEXT, department TEXT, year INTEGER,
  PRIMARY KEY (kind, iri)) WITHOUT ROWID
"""
_GONE = """
SELECT id FROM texts t WHERE NOT EXISTS (
  SELECT 1 FROM wanted w WHERE w.kind = t.kind AND w.iri = t.iri
    AND w.name = t.name AND w.others = t.others AND w.department IS t.department AND w.year IS t.year
)
"""
# Short names of the most wanted kinds come first: a search that meets many takes the first.
_NEW = """
SELECT w.* FROM wanted w LEFT JOIN texts t ON t.kind = w.kind AND t.iri = w.iri WHERE t.id IS NULL
ORDER BY w.kind, length(w.name), w.name, w.iri
"""
_BATCH = 5000
_MEMO = 200_000


def create_index(connection: sqlite3.Connection) -> None:
    """Make the tables of the index."""
    for statement in _TABLES.strip().split(";\n"):
        connection.execute(statement)


def update_index(connection: sqlite3.Connection, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring the index up to the rows of the view: drop what is gone or changed, add what is new."""
    connection.execute("DROP TABLE IF EXISTS temp.wanted")
    connection.execute(_WANTED)
    for number, (table, spec) in enumerate(found.items()):
        connection.execute(f"INSERT OR IGNORE INTO wanted {_wanted_rows(table, number, spec)}")
    for name in ("words", "pairs"):
        connection.execute(
            f"INSERT INTO {name}_fts ({name}_fts, rowid, {name}) "
            f"SELECT 'delete', id, {name} FROM texts WHERE id IN ({_GONE})"
        )
    connection.execute(f"DELETE FROM texts WHERE id IN ({_GONE})")
    _add_new(connection)
    connection.execute("DROP TABLE temp.wanted")


def _wanted_rows(table: str, number: int, spec: Mapping[str, Any]) -> str:
    others = " || char(10) || ".join(f"ifnull({_of_row(column)}, '')" for column in spec["others"]) or "''"
    year = "NULL"
    if spec["year"]:
        year = _of_row(spec["year"])
    return (
        f"SELECT {number}, {_of_row('iri')}, ifnull({_of_row(spec['name'])}, ''), "
        f'{others}, {_of_row(spec["department"])}, {year} FROM "{table}_rows" r ORDER BY r.id'
    )


def _of_row(column: str) -> str:
    return f"json_extract(r.body, '$.{column}')"


def _add_new(connection: sqlite3.Connection) -> None:
    # Names come again and again: of projects in their indicators, of indicators in each project.
    indexed = lru_cache(_MEMO)(_indexed)
    new = connection.execute(_NEW)
    (last,) = connection.execute("SELECT ifnull(max(id), 0) FROM texts").fetchone()
    while rows := new.fetchmany(_BATCH):
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            last += 1
            _, _, name, others, *_ = row
            batch.append((last, *row, *indexed(name, others)))
        connection.executemany("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
        words = [(number, words) for number, *_, words, _ in batch]
        pairs = [(number, pairs) for number, *_, pairs in batch]
        connection.executemany("INSERT INTO words_fts (rowid, words) VALUES (?, ?)", words)
        connection.executemany("INSERT INTO pairs_fts (rowid, pairs) VALUES (?, ?)", pairs)


def _indexed(name: str, others: str) -> tuple[str, str]:
    words = dict.fromkeys((*search_words(f"{name}\n{others}"), *pinyin_initials(name)))
    return " ".join(words), " ".join(bigrams(name))
