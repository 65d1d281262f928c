"""Keep the tables in a SQLite file with the store, for lists, filters and search that answer in milliseconds.

The graph is the truth: the file says for which digest of each graph its rows were written, and which data version it
shows. What belongs to one graph changes together; readers see one version or the other. Rows that do not count, because
another graph says the same thing, stand in ``aside``; departments are merged from what each graph says of them.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from jixiao.errors import StoreError
from jixiao.tables.index import TextIndex, create_index
from jixiao.tables.rows import GraphRows
from jixiao.tables.schemas import (
    COLUMNS,
    DERIVED,
    REFERENCE_PLACES,
    REFERENCE_ROWS,
    STALE,
    column_kind,
    columns,
    derivation,
    filterable,
    schema,
    table_names,
)
from jixiao.tables.specs import TABLES
from jixiao.tables.words import fold_case
from jixiao.text.vocabulary import code_rows
from jixiao.vocab import concept

Row = Mapping[str, Any]

FILE = "tables.sqlite"
_MERGED = 0  # the number of no graph: rows that are made from what several say
_SQL_TYPES = {"number": "REAL", "integer": "INTEGER", "boolean": "INTEGER", "list": "TEXT", "text": "TEXT"}
_HELD = "id INTEGER PRIMARY KEY, graph INTEGER, sort TEXT, place INTEGER, seq INTEGER, sought TEXT"
_COMMON = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE graphs (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, digest TEXT, shown TEXT, pointing INTEGER,
  documents INTEGER, forms INTEGER);
CREATE TABLE aside (id INTEGER PRIMARY KEY, tab TEXT, graph INTEGER, iri TEXT, copy INTEGER, sort TEXT, place INTEGER,
  body BLOB);
CREATE INDEX aside_iri ON aside (tab, iri);
CREATE INDEX aside_graph ON aside (graph);
CREATE TABLE parts (iri TEXT, graph INTEGER, body TEXT, PRIMARY KEY (iri, graph)) WITHOUT ROWID;
CREATE INDEX parts_graph ON parts (graph);
CREATE TABLE gone (seq INTEGER PRIMARY KEY, tab TEXT, iri TEXT);
CREATE INDEX gone_iri ON gone (tab, iri);
CREATE TABLE acts (seq INTEGER PRIMARY KEY, time TEXT);
CREATE TABLE uses (graph INTEGER, key TEXT, number INTEGER, PRIMARY KEY (graph, key)) WITHOUT ROWID;
"""


class KeptGraph(NamedTuple):
    """Hold what the file says of a graph: its number, the digest it was read at, what others show of it."""

    number: int
    digest: str
    shown: str
    pointing: bool


class SideTables:
    """Hold the tables of one store: a file, ``path``; None is a file of its own that goes with the object."""

    def __init__(self, path: Path | None) -> None:
        self._held: tempfile.TemporaryDirectory[str] | None = None
        if path is None:
            self._held = tempfile.TemporaryDirectory(prefix="jixiao-tables-")
            path = Path(self._held.name) / FILE
        self.path = path
        self._local = threading.local()

    # ------------------------------------------------------------ reading

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, check_same_thread=False)
            try:
                connection.execute("SELECT count(*) FROM sqlite_master")
            except sqlite3.OperationalError:  # where nothing may be written there is no shared memory of the log
                connection = sqlite3.connect(f"file:{self.path}?immutable=1", uri=True, check_same_thread=False)
            connection.execute("PRAGMA mmap_size=1073741824")
            connection.execute("PRAGMA cache_size=-16384")
            self._local.connection = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[tuple[sqlite3.Connection, str]]:
        """Read within one version, which is given beside the connection; raise ``StoreError`` for a damaged file."""
        try:
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection, meta_of(connection, "version")
            finally:
                connection.rollback()
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from error

    def version(self) -> str:
        """Return the data version the tables show, empty while they are not complete."""
        if not self.path.exists():
            return ""
        with self.reading() as (connection, version):
            if meta_of(connection, "layout") != layout():
                return ""
            return version

    def graphs(self) -> dict[str, KeptGraph]:
        """Return the graphs whose rows are here."""
        with self.reading() as (connection, _):
            rows = connection.execute("SELECT iri, id, digest, shown, pointing FROM graphs")
            return {
                iri: KeptGraph(number, digest, shown, bool(pointing)) for iri, number, digest, shown, pointing in rows
            }

    def rows(self, name: str, *, copies: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table in order as the contract has them, with those of copies if asked for."""
        statement = f'SELECT sort, place, t.id, body FROM "{name}" t JOIN "{name}_rows" r ON r.id = t.id'
        if copies:
            statement += f" UNION ALL SELECT sort, place, id, body FROM aside WHERE tab = '{name}' AND copy"
        with self.reading() as (connection, _):
            for *_, body in connection.execute(f"{statement} ORDER BY 1, 2, 3"):
                row = json.loads(unpack(name, body))
                yield {column: row[column] for column in COLUMNS[name]}

    def close(self) -> None:
        """Let the file go."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None
        if self._held is not None:
            self._held.cleanup()

    # ------------------------------------------------------------ writing

    @contextmanager
    def writing(self) -> Iterator[TableWriter]:
        """Change the tables in one transaction; raise ``StoreError`` when the file cannot be written."""
        try:
            connection = sqlite3.connect(self.path, timeout=60)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                if meta_of(connection, "layout") != layout():
                    _create(connection)
                writer = TableWriter(connection)
                yield writer
                writer.end_act()
                connection.commit()
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"附表写不进去，图谱不受影响；腾出空间后运行 jixiao store rebuild-tables "
                f"(the side tables cannot be written; the graph is sound): {error}",
                "tables-unwritten",
                str(self.path),
            ) from error
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from error

    def remove(self) -> None:
        """Delete the file."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file."""
        with self.reading() as (connection, _):
            found = [row[0] for row in connection.execute("PRAGMA quick_check")]
        return [each for each in found if each != "ok"]


def copies_left_out(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many documents and forms are copies, which no list and no count has."""
    documents, forms = connection.execute("SELECT total(documents), total(forms) FROM graphs").fetchone()
    return {"documents": int(documents), "forms": int(forms)}


class TableWriter:
    """Change the tables within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = TextIndex(connection, schema()["found"])
        self._began = self._seq = int(meta_of(connection, "seq") or 0)

    def begin_history(self) -> None:
        """Let the changes from now on be those of another history: who followed them starts anew."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('history', ?)", (uuid4().hex[:12],))

    def end_act(self) -> None:
        """Note up to which change this transaction has come, and when."""
        if self._seq != self._began:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._connection.execute("INSERT INTO acts VALUES (?, ?)", (self._seq, now))
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('seq', ?)", (str(self._seq),))

    def _next(self) -> int:
        """Return the number of the next change."""
        self._seq += 1
        return self._seq

    def set_version(self, version: str) -> None:
        """Say which data version the tables show; empty is none."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (version,))

    def optimise(self) -> None:
        """Let the planner know how the rows are distributed, after many have changed."""
        self._connection.execute("ANALYZE")

    def replace(self, graph: str, digest: str, found: GraphRows, *, pointing: bool = False) -> None:
        """Put rows in the place of those of a graph; those that stay as they are are not touched."""
        number = self._number(graph)
        for name in TABLES:
            rows = found.rows.get(name, [])
            if name == "departments":
                self._replace_parts(number, rows, found.projects)
            else:
                self._replace_rows(number, name, self._prepared(name, rows, found.regions), found.copies.get(name, []))
        self._count_uses(number, found.concepts)
        self._connection.execute(
            "UPDATE graphs SET digest = ?, shown = ?, pointing = ?, documents = ?, forms = ? WHERE id = ?",
            (digest, found.shown, pointing, *found.copied, number),
        )

    def remove(self, graph: str) -> None:
        """Remove the rows of a graph."""
        self.replace(graph, "", GraphRows())
        self._connection.execute("DELETE FROM graphs WHERE iri = ?", (graph,))

    def _number(self, graph: str) -> int:
        self._connection.execute("INSERT OR IGNORE INTO graphs (iri, digest) VALUES (?, '')", (graph,))
        return int(self._connection.execute("SELECT id FROM graphs WHERE iri = ?", (graph,)).fetchone()[0])

    # ------------------------------------------------------------ rows

    def _prepared(self, name: str, rows: Iterable[Row], regions: Mapping[str, str]) -> list[Row]:
        """Return rows with the code of their department's region."""
        if "region_code" not in columns(name) or "region_code" in TABLES[name].columns:
            return list(rows)
        return [{**row, "region_code": self._region(row["department"], regions)} for row in rows]

    def _region(self, department: str | None, regions: Mapping[str, str]) -> str | None:
        if department is None:
            return None
        if department in regions:
            return regions[department]
        found = self._connection.execute("SELECT region_code FROM departments WHERE name = ?", (department,)).fetchone()
        return found[0] if found else None

    def _replace_rows(
        self, number: int, name: str, rows: Iterable[Row], copies: Iterable[Row], among: str = ""
    ) -> None:
        """Put rows, and those of copies, in the place of those of a graph; of these only what is ``among`` some."""
        self._connection.execute("DELETE FROM aside WHERE graph = ? AND tab = ?", (number, name))
        fresh, gone = self._differing(number, name, rows, among)
        self._delete(name, gone)
        for place, row in fresh:
            if self._connection.execute(f'SELECT 1 FROM "{name}" WHERE iri = ?', (row["iri"],)).fetchone():
                self._put_aside(name, number, place, row)
            else:
                self._insert(name, number, place, row)
        for place, row in enumerate(copies):
            self._put_aside(name, number, place, row, copy=True)
        for iri in gone:
            self._promote(name, iri)

    def _differing(
        self, number: int, name: str, rows: Iterable[Row], among: str
    ) -> tuple[list[tuple[int, Row]], dict[str, Sequence[Any]]]:
        """Return the rows that are new or other than before, with their places, and those stored that are no more."""
        statement = f'SELECT iri, t.id, sort, place, body FROM "{name}" t JOIN "{name}_rows" r ON r.id = t.id'
        stored = self._connection.execute(f"{statement} WHERE graph = ? {among}", (number,))
        gone: dict[str, Sequence[Any]] = {iri: rest for iri, *rest in stored}
        fresh = []
        for place, row in enumerate(rows):
            before = gone.get(row["iri"])
            if before is None or (before[1], before[3]) != (sort_key(name, row), pack(name, row)):
                fresh.append((place, row))
                continue
            del gone[row["iri"]]
            if before[2] != place:
                self._connection.execute(f'UPDATE "{name}" SET place = ? WHERE id = ?', (place, before[0]))
        return fresh, gone

    def _insert(self, name: str, number: int, place: int, row: Row) -> None:
        self._connection.execute("DELETE FROM gone WHERE tab = ? AND iri = ?", (name, row["iri"]))
        values = [number, sort_key(name, row), place, self._next(), *_narrow(name, row)]
        marks = ", ".join("?" * len(values))
        added = self._connection.execute(f'INSERT INTO "{name}" VALUES (NULL, {marks})', values).lastrowid
        self._connection.execute(f'INSERT INTO "{name}_rows" VALUES (?, ?)', (added, pack(name, row)))
        self._index.add(name, row)

    def _put_aside(self, name: str, number: int, place: int, row: Row, *, copy: bool = False) -> None:
        values = (name, number, row["iri"], copy, sort_key(name, row), place, pack(name, row))
        self._connection.execute("INSERT INTO aside VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", values)

    def _delete(self, name: str, present: Mapping[str, Sequence[Any]]) -> None:
        rows = [(row,) for row, *_ in present.values()]
        self._connection.executemany(f'DELETE FROM "{name}" WHERE id = ?', rows)
        self._connection.executemany(f'DELETE FROM "{name}_rows" WHERE id = ?', rows)
        gone = [(self._next(), name, iri) for iri in present]
        self._connection.executemany("INSERT INTO gone VALUES (?, ?, ?)", gone)
        self._index.remove(name, present)

    def _promote(self, name: str, iri: str) -> None:
        """Let the row of another graph count in the place of one that is gone, unless one does."""
        found = self._connection.execute(
            f"SELECT id, graph, place, body FROM aside WHERE tab = ? AND iri = ? AND NOT copy "
            f'AND NOT EXISTS (SELECT 1 FROM "{name}" WHERE iri = ?) ORDER BY graph LIMIT 1',
            (name, iri, iri),
        ).fetchone()
        if found:
            row, number, place, body = found
            self._connection.execute("DELETE FROM aside WHERE id = ?", (row,))
            self._insert(name, number, place, json.loads(unpack(name, body)))

    # ------------------------------------------------------------ what several graphs say together

    def _replace_parts(self, number: int, rows: Iterable[Row], projects: Mapping[str, list[str]]) -> None:
        """Put what a graph says of departments in place, and make the rows of these departments anew."""
        said = {row["iri"]: as_json({**row, "projects": sorted(projects.get(row["iri"], []))}) for row in rows}
        before = dict(self._connection.execute("SELECT iri, body FROM parts WHERE graph = ?", (number,)))
        changed = {iri for iri in {*said, *before} if said.get(iri) != before.get(iri)}
        for iri in changed:
            self._connection.execute("DELETE FROM parts WHERE iri = ? AND graph = ?", (iri, number))
            if iri in said:
                self._connection.execute("INSERT INTO parts VALUES (?, ?, ?)", (iri, number, said[iri]))
        moved = [iri for iri in sorted(changed) if self._merge(iri)]
        if moved:
            self._make_regions()

    def _merge(self, iri: str) -> bool:
        """Make the row of a department from all that is said of it; say whether its region or being there changed."""
        said = self._connection.execute("SELECT body FROM parts WHERE iri = ? ORDER BY graph", (iri,))
        parts = [json.loads(body) for (body,) in said]
        present = self._connection.execute("SELECT id, region_code FROM departments WHERE iri = ?", (iri,)).fetchone()
        if present:
            self._delete("departments", {iri: present})
        if not parts:
            return present is not None
        row = merged_department(parts)
        self._insert("departments", _MERGED, 0, row)
        return present is None or present[1] != row["region_code"]

    def _make_regions(self) -> None:
        """Write the regions that have departments, and those they lie in."""
        counts: Counter[str] = Counter()
        for (code,) in self._connection.execute("SELECT region_code FROM departments WHERE region_code IS NOT NULL"):
            counts.update({code, code[:4] + "00", code[:2] + "0000"})
        rows = []
        for row in code_rows("regions"):
            code = row["code"]
            if code in counts:
                parent = row["parent"] or None
                found = (code, row["name"], parent, row["kind"], counts[code], concept("region", code))
                rows.append(dict(zip(columns("regions"), found, strict=True)))
        self._replace_rows(_MERGED, "regions", rows, ())

    def _count_uses(self, number: int, uses: Mapping[str, int]) -> None:
        """Note how often a graph uses concepts, and let the table of concepts count it."""
        before = dict(self._connection.execute("SELECT key, number FROM uses WHERE graph = ?", (number,)))
        if uses != before:
            self._connection.execute("DELETE FROM uses WHERE graph = ?", (number,))
            rows = [(number, key, count) for key, count in uses.items()]
            self._connection.executemany("INSERT INTO uses VALUES (?, ?, ?)", rows)

    def make_concepts(self) -> None:
        """Write the code lists of levels and of what indicators measure, with how many indicators each has."""
        counts = dict(self._connection.execute("SELECT key, sum(number) FROM uses GROUP BY key"))
        rows: dict[str, Row] = {}
        for scheme, prefix, file in (("level", "level", "levels"), ("concept", "", "concepts")):
            for row in code_rows(file):
                iri = concept(prefix, row["key"])
                parent, others = row["parent"] or None, row["alt"].replace("|", "；") or None
                found = (scheme, row["key"], row["label"], row["label_en"], parent, others, counts.get(iri, 0), iri)
                rows.setdefault(iri, dict(zip(columns("concepts"), found, strict=True)))
        self._replace_rows(_MERGED, "concepts", rows.values(), ())

    def make_derived(self) -> None:
        """Write the tables that are worked out from the rows of all graphs, by their SQL, as far as these changed."""
        for name, among in DERIVED.items():
            kinds = [column_kind(name, column) for column in columns(name)]
            rows = [
                dict(zip(columns(name), map(_worked_out, kinds, found), strict=True))
                for found in self._connection.execute(derivation(name))
            ]
            self._replace_rows(_MERGED, name, rows, (), among)
        self._connection.execute(derivation(REFERENCE_PLACES))
        for changed in ("stale", "moved"):
            self._connection.execute(f"DELETE FROM {changed}")


def _worked_out(kind: str, value: Any) -> Any:
    """Return a value of SQL as rows hold it: numbers as decimals, texts in lines as lists."""
    if kind == "list":
        return (value or "").splitlines()
    if kind == "number" and value is not None:
        return format(Decimal(repr(value)).normalize(), "f")
    return value


def merged_department(parts: list[dict[str, Any]]) -> Row:
    """Return the row of a department from what each graph says: the first of other words, all names, all documents."""
    row = dict(min(parts, key=lambda part: str(part["name"])))
    for column in ("code", "region_code", "region_name", "region_kind"):
        row[column] = next((part[column] for part in parts if part[column]), None)
    for column in ("aliases", "documents"):
        row[column] = sorted({text for part in parts for text in part[column]})
    row["projects"] = len({project for part in parts for project in part["projects"]})
    return row


def sort_key(name: str, row: Row) -> str:
    """Return what rows of a table are ordered by before their place in their graph."""
    return "\t".join(str(row[column] or "") for column in schema()["order"].get(name, ("document",)))


def as_json(row: Row) -> str:
    """Return a row as JSON."""
    return json.dumps(row, ensure_ascii=False)


def pack(name: str, row: Row) -> bytes:
    """Return a row as it is kept: JSON, packed knowing the names of its columns."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, zdict=_frame(name))
    return packer.compress(as_json(row).encode()) + packer.flush()


def unpack(name: str, body: bytes) -> str:
    """Return the JSON of a row."""
    return zlib.decompressobj(-15, zdict=_frame(name)).decompress(body).decode()


_frames: dict[str, bytes] = {}


def _frame(name: str) -> bytes:
    if name not in _frames:
        _frames[name] = as_json(dict.fromkeys(columns(name))).encode()
    return _frames[name]


def layout() -> str:
    """Return a word for how the tables are kept; files of another one are made anew."""
    described = [(name, columns(name)) for name in table_names()]
    derived = [derivation(name) for name in (*DERIVED, REFERENCE_ROWS, REFERENCE_PLACES, STALE)]
    return sha256(repr((_COMMON, schema(), described, derived)).encode()).hexdigest()[:12]


def _damaged(path: Path, error: Exception) -> StoreError:
    return StoreError(
        "附表坏了，图谱不受影响；请运行 jixiao store rebuild-tables "
        f"(the side tables are damaged; the graph is sound): {error}",
        "tables-damaged",
        str(path),
    )


def meta_of(connection: sqlite3.Connection, key: str) -> str:
    """Return what the file says of itself under a key, empty for nothing."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return ""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else ""


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables in the place of whatever another layout has left."""
    _drop_all(connection)
    for statement in _COMMON.strip().split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('layout', ?)", (layout(),))
    TableWriter(connection).begin_history()
    for name in table_names():
        _create_table(connection, name)
    for name, together in schema()["covered"].items():
        _create_index(connection, name, "covered", together)
    for statement in (derivation(REFERENCE_ROWS), *derivation(STALE).split("\n\n")):
        connection.execute(statement)
    create_index(connection)


def _drop_all(connection: sqlite3.Connection) -> None:
    connection.execute("DROP VIEW IF EXISTS reference_rows")
    virtual = "sql LIKE 'CREATE VIRTUAL%'"  # first, since these have tables of their own
    for condition in (virtual, f"NOT {virtual} AND type = 'table' AND name NOT LIKE 'sqlite_%'"):
        for (name,) in connection.execute(f"SELECT name FROM sqlite_master WHERE {condition}").fetchall():
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')


def _create_table(connection: sqlite3.Connection, name: str) -> None:
    """Make a table: what is filtered by in columns, whole rows beside it."""
    typed = ", ".join(f'"{column}" {_SQL_TYPES[column_kind(name, column)]}' for column in filterable(name))
    connection.execute(f'CREATE TABLE "{name}" ({_HELD}, {typed})')
    connection.execute(f'CREATE TABLE "{name}_rows" (id INTEGER PRIMARY KEY, body BLOB)')
    _create_index(connection, name, "order", ("sort", "place"))
    for column in ("graph", "seq", *filterable(name)):
        if column in ("graph", "seq", *schema()["indexed"]):
            _create_index(connection, name, column, (column,))


def _create_index(connection: sqlite3.Connection, name: str, called: str, held: Iterable[str]) -> None:
    columns_held = ", ".join(f'"{column}"' for column in held)
    connection.execute(f'CREATE INDEX "{name}_{called}" ON "{name}" ({columns_held})')


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
