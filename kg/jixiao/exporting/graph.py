"""The property graph every graph format is written from: nodes and edges with attributes of one type a column.

It lies on disk (SQLite, in a temporary file), sorted and without repetitions, so that ten million edges need no more
memory than ten. Nodes are sorted by class and id, edges by type and ends: the same data gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

from jixiao.exporting.text import legal_xml, short_hash

Value = str | int | bool | Decimal
Values = dict[str, list[tuple[str, str]]]  # attribute → (kind, lexical) of each value
Attributes = Mapping[str, Value]
Texts = Iterable[tuple[str, str]]  # names and texts

_SHAPES = {
    "boolean": re.compile(r"true|false"),
    "integer": re.compile(r"-?\d{1,18}"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
    "string": re.compile(r".*", re.DOTALL),
}
_KINDS = {"boolean": "boolean", "integer": "integer", "gYear": "integer", "decimal": "double"}  # of datatypes
XSD_TYPES = {"boolean": "boolean", "integer": "long", "double": "double", "string": "string"}
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
    attributes: Attributes

    def facts(self) -> Texts:
        """Yield what is known of every node, by name."""
        yield "label", self.label
        yield "type", self.type
        yield "typeLabel", self.type_label
        yield "iri", self.iri
        if self.years:
            yield "years", JOINED.join(map(str, self.years))


@dataclass(frozen=True, slots=True)
class Edge:
    """Hold one edge: an id of its own, the ids of its ends, its type and Chinese name, attributes that are present."""

    id: str
    source: str
    target: str
    type: str
    type_label: str
    attributes: Attributes

    def facts(self) -> Texts:
        """Yield what is known of every edge, by name."""
        yield "label", self.type_label
        yield "type", self.type


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
    values: Values = field(default_factory=dict)
    loose: bool = False


@dataclass(slots=True)
class Columns:
    """Collect the one kind each attribute has over all values: boolean, integer, double or string."""

    kinds: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, kind: str) -> None:
        """Take note of a value; values of two kinds make text, whole numbers and decimals make decimals."""
        known = self.kinds.setdefault(name, kind)
        if {known, kind} == {"integer", "double"}:
            self.kinds[name] = "double"
        elif known != kind:
            self.kinds[name] = "string"

    def typed(self, texts: Mapping[str, str]) -> dict[str, Value]:
        """Return texts as values of their columns' kinds."""
        return {name: _FROM_TEXT[self.kinds[name]](text) for name, text in texts.items()}

    def titles(self, taken: Iterable[str]) -> dict[str, str]:
        """Return a title for each attribute (see ``name_columns``)."""
        return name_columns(self.kinds, taken)


_FROM_TEXT: Mapping[str, Callable[[str], Value]] = {
    "integer": int,
    "boolean": lambda text: text == "true",
    "double": Decimal,
    "string": str,
}


def name_columns(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return a title for each attribute that differs from all others and ``taken`` ones, whatever the case.

    Gephi and spreadsheets take ``Name`` and ``name`` for one column.
    """
    known = {name.lower() for name in taken}
    titles = {}
    for name in sorted(names):
        title = name
        while title.lower() in known:
            title += "_"
        known.add(title.lower())
        titles[name] = title
    return titles


def attribute_kind(text: str, datatype: str) -> str:
    """Return the kind of a value: its datatype's where the text keeps to it, else string."""
    kind = _KINDS.get(datatype.rpartition("#")[2], "string")
    if not _SHAPES[kind].fullmatch(text):
        return "string"
    return kind


def lexical_form(value: Value) -> str:
    """Return a value as XML Schema spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


class PropertyGraph:
    """Hold nodes and edges on disk; fill it, ``finish`` it, then read it as often as needed, and ``close`` it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="jixiao-export-")
        # All is written in one transaction that never ends, and read in it.
        self._data = sqlite3.connect(Path(self._folder.name) / "graph.db", check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", f"cache_size=-{_CACHE_KIB}"):
            self._data.execute(f"PRAGMA {pragma}")
        self._data.execute("CREATE TABLE raw_node (rank INTEGER, id TEXT, data TEXT)")
        self._data.execute("CREATE TABLE raw_edge (type TEXT, source TEXT, target TEXT, loose INTEGER, data TEXT)")
        self._types: dict[str, NodeType] = {}
        self._labels: dict[str, str] = {}
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
        self._types[node.kind.name] = node.kind
        record = [node.iri, node.kind.name, legal_xml(node.label), sorted(node.years), node.values]
        values = (node.kind.rank, node.id, json.dumps(record, ensure_ascii=False))
        self._data.execute("INSERT INTO raw_node VALUES (?, ?, ?)", values)

    def add_edge(self, edge: NewEdge) -> None:
        """Add an edge; said twice it counts once."""
        self._labels[edge.type] = edge.type_label
        values = (edge.type, edge.source, edge.target, edge.loose, json.dumps(edge.values, ensure_ascii=False))
        self._data.execute("INSERT INTO raw_edge VALUES (?, ?, ?, ?, ?)", values)

    def finish(self) -> None:
        """Sort, merge what is said twice, and settle the kind of each column."""
        self._data.execute("CREATE TABLE node (id TEXT, data TEXT)")
        self.node_count = self._data.executemany("INSERT INTO node VALUES (?, ?)", self._merged_nodes()).rowcount
        self._data.execute("DROP TABLE raw_node")
        if self._data.execute("SELECT 1 FROM raw_edge WHERE loose LIMIT 1").fetchone():
            self._data.execute("CREATE INDEX node_by_id ON node (id)")
            self._data.execute(
                "DELETE FROM raw_edge WHERE loose AND NOT (EXISTS (SELECT 1 FROM node WHERE id = source) "
                "AND EXISTS (SELECT 1 FROM node WHERE id = target))"
            )
        self._data.execute("CREATE TABLE edge (type TEXT, source TEXT, target TEXT, data TEXT)")
        added = self._data.executemany("INSERT INTO edge VALUES (?, ?, ?, ?)", self._merged_edges())
        self.edge_count = added.rowcount
        self._data.execute("DROP TABLE raw_edge")

    def _merged_nodes(self) -> Iterator[tuple[str, str]]:
        rows = self._data.execute("SELECT id, data FROM raw_node ORDER BY rank, id, data")
        for node_id, same in groupby(rows, key=itemgetter(0)):
            first, *rest = (json.loads(data) for _, data in same)
            iri, kind, label, years, values = first
            for _, _, other, more, further in rest:
                label = min(label, other)
                years = sorted({*years, *more})
                _extend(values, further)
            own = self.type_columns.setdefault(kind, Columns())
            flat = _flatten(values, self.node_columns, own)
            yield node_id, json.dumps([iri, kind, label, years, flat], ensure_ascii=False)

    def _merged_edges(self) -> Iterator[tuple[str, str, str, str]]:
        rows = self._data.execute("SELECT type, source, target, data FROM raw_edge ORDER BY type, source, target, data")
        for (kind, source, target), same in groupby(rows, key=itemgetter(0, 1, 2)):
            values: Values = {}
            for *_, data in same:
                _extend(values, json.loads(data))
            yield kind, source, target, json.dumps(_flatten(values, self.edge_columns), ensure_ascii=False)

    # ------------------------------------------------------------ reading

    @property
    def node_types(self) -> list[NodeType]:
        """Return the classes that occur, in the order of the nodes."""
        return sorted(self._types.values(), key=attrgetter("rank", "name"))

    @property
    def colors(self) -> dict[str, str]:
        """Return the colours of the classes that occur, by name, in the order of the nodes."""
        return {kind.name: kind.color for kind in self.node_types}

    @property
    def longest_id(self) -> int:
        """Return how many bytes the longest id of a node has, at least 1."""
        (longest,) = self._data.execute("SELECT max(length(CAST(id AS BLOB))) FROM node").fetchone()
        return longest or 1

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes by class and id."""
        for node_id, data in self._data.execute("SELECT id, data FROM node ORDER BY rowid"):
            iri, kind, label, years, texts = json.loads(data)
            attributes = self.node_columns.typed(texts)
            yield Node(node_id, iri, kind, self._types[kind].label, label or node_id, tuple(years), attributes)

    def edges(self) -> Iterator[Edge]:
        """Yield the edges by type, source and target."""
        rows = self._data.execute("SELECT type, source, target, data FROM edge ORDER BY rowid")
        for kind, source, target, data in rows:
            attributes = self.edge_columns.typed(json.loads(data))
            yield Edge(short_hash(kind, source, target), source, target, kind, self._labels[kind], attributes)

    def nodes_by_type(self) -> Iterator[tuple[str, Iterator[Node]]]:
        """Yield the nodes of each class."""
        return groupby(self.nodes(), key=attrgetter("type"))

    def edges_by_type(self) -> Iterator[tuple[str, Iterator[Edge]]]:
        """Yield the edges of each type."""
        return groupby(self.edges(), key=attrgetter("type"))


def _extend(values: Values, more: Values) -> None:
    for name, texts in more.items():
        values.setdefault(name, []).extend(texts)


def _flatten(values: Values, *columns: Columns) -> dict[str, str]:
    """Return one text an attribute, several values joined by ``|``, and note what kinds there are."""
    flat = {}
    for name in sorted(values):
        texts = sorted({(text, kind) for kind, text in values[name]})
        (_, kind), *others = texts
        if others:
            kind = "string"
        for each in columns:
            each.note(name, kind)
        flat[name] = JOINED.join(legal_xml(text) for text, _ in texts)
    return flat
