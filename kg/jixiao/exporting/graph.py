"""The property graph every graph format is written from: nodes and edges with attributes of one type a column.

It lies on disk (SQLite, in a temporary file), sorted and without repetitions, so that ten million edges need no more
memory than ten. Nodes are sorted by class and id, edges by type and ends: the same data gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from jixiao.exporting.text import clean, digest

Value = str | int | bool | Decimal
Values = dict[str, list[tuple[str, str]]]  # attribute → (kind, lexical) of each value

_SHAPES = {
    "boolean": re.compile(r"true|false"),
    "integer": re.compile(r"-?\d{1,18}"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
}
_BATCH = 20_000
_CACHE_KIB = 65_536
JOINED = "|"


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one node: ASCII id, IRI, class and its Chinese name, label, fiscal years, attributes that are present."""

    id: str
    iri: str
    type: str
    type_label: str
    label: str
    years: tuple[int, ...]
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Edge:
    """Hold one edge: an id of its own, the ids of its ends, its type and Chinese name, attributes that are present."""

    id: str
    source: str
    target: str
    type: str
    type_label: str
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class NodeType:
    """Hold a class: name, Chinese name, colour, and its rank in the order of the nodes."""

    name: str
    label: str
    color: str
    rank: int


@dataclass(frozen=True, slots=True)
class NewNode:
    """Hold a node to add."""

    kind: NodeType
    id: str
    iri: str
    label: str
    years: Iterable[int]
    values: Values


@dataclass(frozen=True, slots=True)
class NewEdge:
    """Hold an edge to add; a ``loose`` one counts only if both its ends are nodes in the end."""

    type: str
    type_label: str
    source: str
    target: str
    values: Values | None = None
    loose: bool = False


@dataclass(slots=True)
class Columns:
    """Collect the one kind each attribute has over all values: boolean, integer, double or string."""

    kinds: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, kind: str) -> None:
        """Take note of a value; values of two kinds make text, whole numbers and decimals make decimals."""
        known = self.kinds.setdefault(name, kind)
        if known != kind:
            self.kinds[name] = "double" if {known, kind} == {"integer", "double"} else "string"

    def typed(self, name: str, text: str) -> Value:
        """Return a value as its column's kind."""
        kind = self.kinds[name]
        if kind == "integer":
            return int(text)
        if kind == "boolean":
            return text == "true"
        return Decimal(text) if kind == "double" else text


def kind_of(text: str, datatype: str | None) -> str:
    """Return the kind of a value: its datatype's where the text keeps to it, else string."""
    kind = {"boolean": "boolean", "integer": "integer", "gYear": "integer", "decimal": "double"}.get(
        (datatype or "").rpartition("#")[2], "string"
    )
    return kind if kind == "string" or _SHAPES[kind].fullmatch(text) else "string"


class PropertyGraph:
    """Hold nodes and edges on disk; fill it, ``finish`` it, then read it as often as needed, and ``close`` it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="jixiao-export-")
        self._data = sqlite3.connect(
            Path(self._folder.name) / "graph.db", isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", f"cache_size=-{_CACHE_KIB}"):
            self._data.execute(f"PRAGMA {pragma}")
        self._data.execute("CREATE TABLE raw_node (rank INTEGER, id TEXT, data TEXT)")
        self._data.execute("CREATE TABLE raw_edge (type TEXT, source TEXT, target TEXT, loose INTEGER, data TEXT)")
        self._nodes: list[tuple[int, str, str]] = []
        self._edges: list[tuple[str, str, str, int, str]] = []
        self._types: dict[str, tuple[int, NodeType]] = {}
        self._labels: dict[str, str] = {}
        self._edge_types: Counter[str] = Counter()
        self.node_columns = Columns()
        self.edge_columns = Columns()
        self.type_columns: dict[str, Columns] = {}
        self.node_count = 0
        self.edge_count = 0

    def __enter__(self) -> PropertyGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary files."""
        self._data.close()
        self._folder.cleanup()

    # ------------------------------------------------------------ filling

    def add_node(self, node: NewNode) -> None:
        """Add a node, or more values of one that is there."""
        self._types[node.kind.name] = (node.kind.rank, node.kind)
        record = [node.iri, node.kind.name, clean(node.label), sorted(node.years), node.values]
        self._nodes.append((node.kind.rank, node.id, json.dumps(record, ensure_ascii=False)))
        if len(self._nodes) >= _BATCH:
            self._flush()

    def add_edge(self, edge: NewEdge) -> None:
        """Add an edge; said twice it counts once."""
        self._labels[edge.type] = edge.type_label
        data = json.dumps(edge.values, ensure_ascii=False) if edge.values else ""
        self._edges.append((edge.type, edge.source, edge.target, int(edge.loose), data))
        if len(self._edges) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._data.execute("BEGIN")
        self._data.executemany("INSERT INTO raw_node VALUES (?, ?, ?)", self._nodes)
        self._data.executemany("INSERT INTO raw_edge VALUES (?, ?, ?, ?, ?)", self._edges)
        self._data.execute("COMMIT")
        self._nodes.clear()
        self._edges.clear()

    def finish(self) -> None:
        """Sort, merge what is said twice, and settle the kind of each column."""
        self._flush()
        self._data.execute("CREATE TABLE node (id TEXT, data TEXT)")
        self.node_count = self._settle("node", "id, data", self._merged_nodes())
        self._data.execute("DROP TABLE raw_node")
        if self._data.execute("SELECT 1 FROM raw_edge WHERE loose LIMIT 1").fetchone():
            self._data.execute("CREATE INDEX node_by_id ON node (id)")
            self._data.execute(
                "DELETE FROM raw_edge WHERE loose AND NOT (EXISTS (SELECT 1 FROM node WHERE id = source) "
                "AND EXISTS (SELECT 1 FROM node WHERE id = target))"
            )
        self._data.execute("CREATE TABLE edge (type TEXT, source TEXT, target TEXT, data TEXT)")
        self.edge_count = self._settle("edge", "type, source, target, data", self._merged_edges())
        self._data.execute("DROP TABLE raw_edge")

    def _settle(self, table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> int:
        count = 0
        marks = ", ".join("?" for _ in columns.split(","))
        self._data.execute("BEGIN")
        while batch := list(islice(rows, _BATCH)):
            self._data.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)
            count += len(batch)
        self._data.execute("COMMIT")
        return count

    def _merged_nodes(self) -> Iterator[tuple[str, str]]:
        rows = self._data.execute("SELECT id, data FROM raw_node ORDER BY rank, id, data")
        for node_id, same in groupby(rows, key=lambda row: row[0]):
            first, *rest = same
            iri, kind, label, years, values = json.loads(first[1])
            for _, data in rest:
                _, _, other, more, further = json.loads(data)
                label = min(label, other)
                years = sorted({*years, *more})
                for name, texts in further.items():
                    values[name] = [*values.get(name, ()), *texts]
            own = self.type_columns.setdefault(kind, Columns())
            flat = _flatten(values, self.node_columns, own)
            yield node_id, json.dumps([iri, kind, label, years, flat], ensure_ascii=False)

    def _merged_edges(self) -> Iterator[tuple[str, str, str, str]]:
        rows = self._data.execute("SELECT type, source, target, data FROM raw_edge ORDER BY type, source, target, data")
        for (kind, source, target), same in groupby(rows, key=lambda row: row[:3]):
            values: Values = {}
            for row in same:
                for name, texts in json.loads(row[3]).items() if row[3] else ():
                    values[name] = [*values.get(name, ()), *texts]
            flat = _flatten(values, self.edge_columns) if values else None
            self._edge_types[kind] += 1
            yield kind, source, target, json.dumps(flat, ensure_ascii=False) if flat else ""

    # ------------------------------------------------------------ reading

    @property
    def node_types(self) -> list[NodeType]:
        """Return the classes that occur, in the order of the nodes."""
        return [kind for _, kind in sorted(self._types.values(), key=lambda each: (each[0], each[1].name))]

    @property
    def edge_types(self) -> list[tuple[str, str]]:
        """Return the types of edges that occur, with their Chinese names, sorted."""
        return [(kind, self._labels[kind]) for kind in sorted(self._edge_types)]

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes by class and id."""
        for node_id, data in self._data.execute("SELECT id, data FROM node ORDER BY rowid"):
            iri, kind, label, years, values = json.loads(data)
            attributes = {name: self.node_columns.typed(name, text) for name, text in values.items()}
            yield Node(node_id, iri, kind, self._types[kind][1].label, label or node_id, tuple(years), attributes)

    def edges(self) -> Iterator[Edge]:
        """Yield the edges by type, source and target."""
        rows = self._data.execute("SELECT type, source, target, data FROM edge ORDER BY rowid")
        for kind, source, target, data in rows:
            values = json.loads(data) if data else {}
            attributes = {name: self.edge_columns.typed(name, text) for name, text in values.items()}
            yield Edge(digest(kind, source, target), source, target, kind, self._labels[kind], attributes)


def _flatten(values: Values, *columns: Columns) -> dict[str, str]:
    """Return one text an attribute, several values joined by ``|``, and note what kinds there are."""
    flat = {}
    for name in sorted(values):
        texts = sorted({(text, kind) for kind, text in values[name]})
        kind = texts[0][1] if len(texts) == 1 else "string"
        for each in columns:
            each.note(name, kind)
        flat[name] = JOINED.join(clean(text) for text, _ in texts)
    return flat
