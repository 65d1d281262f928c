"""Keep an index of words over the names and texts of the view, and find in it.

FTS5 holds words that jieba cut, and pinyin initials; a second one holds pairs of characters, for names that were cut
short or misread (its trigram tokenizer finds no word of two characters). The index follows changes: texts that stay are
not cut again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from jixiao.search.words import initials, pairs, words

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


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of the index."""
    for statement in _TABLES.strip().split(";\n"):
        connection.execute(statement)


def update_index(connection: sqlite3.Connection, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring the index up to the rows of the view: drop what is gone or changed, add what is new."""
    connection.execute("DROP TABLE IF EXISTS temp.wanted")
    connection.execute(
        "CREATE TEMP TABLE wanted (kind INTEGER, iri TEXT, name TEXT, others TEXT, department TEXT, year INTEGER, "
        "PRIMARY KEY (kind, iri)) WITHOUT ROWID"
    )
    for number, (table, spec) in enumerate(found.items()):
        connection.execute(f"INSERT OR IGNORE INTO wanted {_selection(table, number, spec)}")
    same = "w.name = t.name AND w.others = t.others AND w.department IS t.department AND w.year IS t.year"
    kept = f"SELECT 1 FROM wanted w WHERE w.kind = t.kind AND w.iri = t.iri AND {same}"
    gone = f"SELECT id FROM texts t WHERE NOT EXISTS ({kept})"
    for name in ("words", "pairs"):
        connection.execute(
            f"INSERT INTO {name}_fts ({name}_fts, rowid, {name}) "
            f"SELECT 'delete', id, {name} FROM texts WHERE id IN ({gone})"
        )
    connection.execute(f"DELETE FROM texts WHERE id IN ({gone})")
    _add(connection)
    connection.execute("DROP TABLE temp.wanted")


def _selection(table: str, number: int, spec: Mapping[str, Any]) -> str:
    inner = " || char(10) || ".join(f"ifnull(json_extract(r.body, '$.{column}'), '')" for column in spec["others"])
    year = f"json_extract(r.body, '$.{spec['year']}')" if spec["year"] else "NULL"
    department = f"json_extract(r.body, '$.{spec['department']}')"
    return (
        f"SELECT {number}, json_extract(r.body, '$.iri'), ifnull(json_extract(r.body, '$.{spec['name']}'), ''), "
        f'{inner or repr("")}, {department}, {year} FROM "{table}_rows" r ORDER BY r.id'
    )


def _add(connection: sqlite3.Connection) -> None:
    # Short names of the most wanted kinds come first: a search that meets many takes the first.
    new = connection.execute(
        "SELECT w.* FROM wanted w LEFT JOIN texts t ON t.kind = w.kind AND t.iri = w.iri WHERE t.id IS NULL "
        "ORDER BY w.kind, length(w.name), w.name, w.iri"
    )
    first = 1 + int(connection.execute("SELECT max(id) FROM texts").fetchone()[0] or 0)
    memo: dict[tuple[str, str], tuple[str, str]] = {}
    insert = "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    while rows := new.fetchmany(5000):
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            key = row[2], row[3]
            if key not in memo:
                if len(memo) > _MEMO:
                    memo.clear()
                memo[key] = _indexed(*key)
            batch.append((first + len(batch), *row, *memo[key]))
        connection.executemany(insert, batch)
        for name, place in (("words", 7), ("pairs", 8)):
            connection.executemany(
                f"INSERT INTO {name}_fts (rowid, {name}) VALUES (?, ?)", [(row[0], row[place]) for row in batch]
            )
        first += len(batch)


def _indexed(name: str, others: str) -> tuple[str, str]:
    return " ".join(dict.fromkeys((*words(f"{name}\n{others}"), *initials(name)))), " ".join(pairs(name))
