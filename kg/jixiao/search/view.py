"""Keep the tables in a SQLite file beside the store, for lists, filters and search that answer in milliseconds.

The store stays the only truth: the view is filled from ``jixiao.tables`` and says which data version it shows.
One change is one transaction, so that readers see one version or the other.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jixiao.copies import count_copies
from jixiao.search.index import create_index, update_index
from jixiao.search.words import fold_case
from jixiao.tables import TABLES, SupportsQuery, read_table
from jixiao.text.vocabulary import code_rows
from jixiao.vocab import JX, concept

Row = Mapping[str, Any]

_BATCH = 1000
LAYOUT = "5"
_COUNTS = (
    "SELECT ?key (COUNT(?i) AS ?n) WHERE "
    f"{{ {{ ?i <{JX.concept}> ?key }} UNION {{ ?i <{JX.level1}>|<{JX.level2}> ?key }} }} GROUP BY ?key"
)
_EXTRA = {
    "regions": ("code", "name", "parent", "kind", "departments", "iri"),
    "concepts": ("scheme", "key", "label", "label_en", "parent", "alt", "indicators", "iri"),
}


@cache
def schema() -> dict[str, Any]:
    """Return the description of the view."""
    return tomllib.loads(Path(__file__).with_name("schema.toml").read_text("utf-8"))


@cache
def columns(name: str) -> tuple[str, ...]:
    """Return the columns of a table of the view: those of the contract, and the code of the department's region."""
    if name in _EXTRA:
        return _EXTRA[name]
    own = TABLES[name].columns
    if "department" in own:
        return (*own, "region_code")
    return own


def table_names() -> tuple[str, ...]:
    """Return the tables of the view."""
    return (*TABLES, *_EXTRA)


@cache
def filterable(name: str) -> tuple[str, ...]:
    """Return the columns that can be filtered and sorted by."""
    return tuple(column for column in columns(name) if column not in schema()["long"])


def column_kind(name: str, column: str) -> str:
    """Return what a column holds: number, integer, boolean, list, map (texts by words) or text."""
    known = schema()
    if name in TABLES and column in TABLES[name].lists:
        return "list"
    if name in TABLES and column in TABLES[name].maps:
        return "map"
    if name == "departments" and column == "projects":
        return "integer"
    for kind in ("number", "integer", "boolean"):
        if column in known[f"{kind}s"]:
            return kind
    return "text"


class View:
    """Hold the tables of one store."""

    def __init__(self, path: Path | None) -> None:
        """Use the file ``path``; None is a file of its own that goes with the object."""
        self._held: tempfile.TemporaryDirectory[str] | None = None
        if path is None:
            self._held = tempfile.TemporaryDirectory(prefix="jixiao-view-")
            path = Path(self._held.name) / "view.sqlite"
        self.path = path
        self._local = threading.local()
        with self.writing() as connection:
            layout = _meta(connection, "layout")
        if layout != LAYOUT:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            with self.writing() as connection:
                _create(connection)

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, check_same_thread=False)
            connection.execute("PRAGMA mmap_size=1073741824")
            connection.execute("PRAGMA cache_size=-16384")
            self._local.connection = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[tuple[sqlite3.Connection, str]]:
        """Read within one version, which is given beside the connection."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield connection, _meta(connection, "version") or ""
        finally:
            connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Change the view in one transaction."""
        connection = sqlite3.connect(self.path, timeout=60)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
        finally:
            connection.close()

    def version(self) -> str:
        """Return the data version the view shows, empty before it is filled."""
        with self.reading() as (_, version):
            return version

    def fill(self, store: SupportsQuery, version: str) -> None:
        """Show a version of a store; texts that stay are not cut into words again."""
        departments = list(read_table(store, "departments"))
        tables: dict[str, Iterable[Row]] = {name: read_table(store, name) for name in TABLES}
        tables |= {"departments": departments, "regions": _regions(departments), "concepts": _concepts(store)}
        self.load(tables, version, _region_codes(departments), count_copies(store))

    def load(
        self,
        tables: Mapping[str, Iterable[Row]],
        version: str,
        regions: Mapping[str, str] | None = None,
        copies: tuple[int, int] = (0, 0),
    ) -> None:
        """Put rows in the place of everything shown.

        ``regions`` are the region codes of departments by name, ``copies`` how many documents and forms are left out.
        """
        with self.writing() as connection:
            for name in table_names():
                _replace(connection, name, tables.get(name, ()), regions or {})
            update_index(connection, schema()["found"])
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('copies', ?)", (json.dumps(copies),))
            connection.execute("ANALYZE")

    def close(self) -> None:
        """Let the file go."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        if self._held is not None:
            self._held.cleanup()


def copies_left_out(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many documents and forms are copies, which no list and no count has."""
    documents, forms = json.loads(_meta(connection, "copies") or "[0, 0]")
    return {"documents": documents, "forms": forms}


def _meta(connection: sqlite3.Connection, key: str) -> str | None:
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    except sqlite3.OperationalError:
        return None
    return row[0] if row else None


_SQL_TYPES = {"number": "REAL", "integer": "INTEGER", "boolean": "INTEGER", "list": "TEXT", "text": "TEXT"}


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    connection.execute("INSERT INTO meta VALUES ('layout', ?)", (LAYOUT,))
    for name in table_names():
        typed = ", ".join(f'"{column}" {_SQL_TYPES[column_kind(name, column)]}' for column in filterable(name))
        connection.execute(f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY, sought TEXT, {typed})')
        connection.execute(f'CREATE TABLE "{name}_rows" (id INTEGER PRIMARY KEY, body TEXT)')
        for column in filterable(name):
            if column in schema()["indexed"]:
                connection.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
    for name, together in schema()["covered"].items():
        held = ", ".join(f'"{column}"' for column in together)
        connection.execute(f'CREATE INDEX "{name}_covered" ON "{name}" ({held})')
    create_index(connection)


def _replace(connection: sqlite3.Connection, name: str, rows: Iterable[Row], regions: Mapping[str, str]) -> None:
    """Put rows in the place of those of a table: what is filtered by, and beside it each row whole."""
    connection.execute(f'DELETE FROM "{name}"')
    connection.execute(f'DELETE FROM "{name}_rows"')
    places = ", ".join("?" * (len(filterable(name)) + 2))
    numbered = enumerate(rows, 1)
    while batch := list(islice(numbered, _BATCH)):
        if name in TABLES and "department" in columns(name):
            batch = [(number, {**row, "region_code": regions.get(str(row["department"]))}) for number, row in batch]
        bodies = [(number, json.dumps(row, ensure_ascii=False)) for number, row in batch]
        narrow = [(number, *_narrow(name, row)) for number, row in batch]
        connection.executemany(f'INSERT INTO "{name}_rows" VALUES (?, ?)', bodies)
        connection.executemany(f'INSERT INTO "{name}" VALUES ({places})', narrow)


def _narrow(name: str, row: Row) -> Iterator[Any]:
    """Yield the text that is looked through for words, then the values that are filtered by."""
    sought = (_stored(row.get(column), column_kind(name, column)) for column in schema()["words"][name])
    yield fold_case("\n".join(str(text) for text in sought if text))
    for column in filterable(name):
        yield _stored(row.get(column), column_kind(name, column))


def _stored(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "number":
        return float(value)  # for comparing only; the row itself keeps the exact decimal
    if kind == "list":
        return "\n".join(map(str, value))
    if kind == "text":
        return str(value)
    return int(value)


def _region_codes(departments: Iterable[Row]) -> dict[str, str]:
    return {str(row["name"]): str(row["region_code"]) for row in departments if row["region_code"]}


def _regions(departments: Iterable[Row]) -> Iterator[Row]:
    """Yield the regions that have departments, and those they lie in."""
    counts: Counter[str] = Counter()
    for row in departments:
        code = row["region_code"]
        if code:
            counts.update({code, code[:4] + "00", code[:2] + "0000"})
    for row in code_rows("regions"):
        code = row["code"]
        if code in counts:
            parent = row["parent"] or None
            found = (code, row["name"], parent, row["kind"], counts[code], concept("region", code))
            yield dict(zip(columns("regions"), found, strict=True))


def _concepts(store: SupportsQuery) -> Iterator[Row]:
    """Yield the code lists of levels and of what indicators measure, with how many indicators each has."""
    counts = {key.value: int(number.value) for key, number in store.query(_COUNTS)}
    seen = set()
    for scheme, prefix, file in (("level", "level", "levels"), ("concept", "", "concepts")):
        for row in code_rows(file):
            iri = concept(prefix, row["key"])
            if iri in seen:
                continue
            seen.add(iri)
            parent, others = row["parent"] or None, row["alt"].replace("|", "；") or None
            found = (scheme, row["key"], row["label"], row["label_en"], parent, others, counts.get(iri, 0), iri)
            yield dict(zip(columns("concepts"), found, strict=True))
