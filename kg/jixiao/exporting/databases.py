"""Write property graphs for graph databases: Neo4j (bulk import, Cypher) and NebulaGraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import BinaryIO

from jixiao.exporting.archive import Archive
from jixiao.exporting.graph import Edge, Node, PropertyGraph, Value
from jixiao.exporting.json_graphs import quoted
from jixiao.exporting.text import upper_snake
from jixiao.exporting.xml_graphs import name_columns, plain

_BATCH = 500  # rows of one Cypher statement
_NEO4J_TYPES = {"boolean": "boolean", "integer": "long", "double": "double", "string": "string"}
_NEBULA_TYPES = {"boolean": "BOOL", "integer": "INT", "double": "DOUBLE", "string": "STRING"}
_NODE_FIELDS = ("id", "iri", "label", "years")
_NEO4J_README = """Neo4j 5: 导入 (import)

1. 解压到一个文件夹 (unpack into a folder)。
2. neo4j-admin database import full neo4j --overwrite-destination --array-delimiter="|" --multiline-fields=true \\
{options}
"""
_NEBULA_README = """NebulaGraph 3: 导入 (import)

1. 解压到一个文件夹 (unpack into a folder)。
2. 在 importer.yaml 里写上地址、用户名和密码 (set address, user and password in importer.yaml)。
3. nebula-importer --config importer.yaml    (nebula-importer 4)
"""


def _row(values: Mapping[str, Value], names: Iterable[str]) -> list[str]:
    return [plain(values[name]) if name in values else "" for name in names]


# ---------------------------------------------------------------- Neo4j


def write_neo4j(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a ZIP for ``neo4j-admin database import full``: one CSV a class and one a type of relation."""
    files: list[str] = []
    with Archive(stream) as archive:
        for kind, nodes in groupby(graph.nodes(), key=lambda node: node.type):
            columns = graph.type_columns[kind]
            titles = name_columns(list(columns.kinds), _NODE_FIELDS)
            header = ["id:ID", "iri", "label", "years:int[]", ":LABEL"]
            header += [f"{title}:{_NEO4J_TYPES[graph.node_columns.kinds[name]]}" for name, title in titles.items()]
            name = f"nodes-{kind}.csv"
            archive.write_csv(name, header, (_neo4j_node(node, titles) for node in nodes))
            files.append(f"  --nodes={name}")
        names = sorted(graph.edge_columns.kinds)
        titled = name_columns(names, ("id",))
        for kind, edges in groupby(graph.edges(), key=lambda edge: edge.type):
            header = [":START_ID", "id", ":END_ID", ":TYPE"]
            header += [f"{titled[name]}:{_NEO4J_TYPES[graph.edge_columns.kinds[name]]}" for name in names]
            name = f"edges-{kind}.csv"
            archive.write_csv(name, header, (_neo4j_edge(edge, names) for edge in edges))
            files.append(f"  --relationships={name}")
        archive.write("README.txt", _NEO4J_README.format(options=" \\\n".join(files)))


def _neo4j_node(node: Node, titles: Mapping[str, str]) -> list[str]:
    years = "|".join(map(str, node.years))
    return [node.id, node.iri, node.label, years, node.type, *_row(node.attributes, titles)]


def _neo4j_edge(edge: Edge, names: Sequence[str]) -> list[str]:
    return [edge.source, edge.id, edge.target, upper_snake(edge.type), *_row(edge.attributes, names)]


def write_cypher(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a Cypher script that can be run again: a constraint, then batches of MERGE."""
    stream.write(b"CREATE CONSTRAINT jixiao_id IF NOT EXISTS FOR (n:Jixiao) REQUIRE n.id IS UNIQUE;\n")
    for kind, nodes in groupby(graph.nodes(), key=lambda node: node.type):
        for batch in _batches(map(_cypher_node, nodes)):
            stream.write(
                f"UNWIND [\n{batch}\n] AS row MERGE (n:Jixiao {{id: row.id}}) SET n:`{kind}` SET n += row.p;\n".encode()
            )
    for kind, edges in groupby(graph.edges(), key=lambda edge: edge.type):
        for batch in _batches(map(_cypher_edge, edges)):
            stream.write(
                f"UNWIND [\n{batch}\n] AS row MATCH (a:Jixiao {{id: row.a}}) MATCH (b:Jixiao {{id: row.b}}) "
                f"MERGE (a)-[r:{upper_snake(kind)}]->(b) SET r += row.p;\n".encode()
            )


def _batches(rows: Iterator[str]) -> Iterator[str]:
    batch: list[str] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield ",\n".join(batch)
            batch = []
    if batch:
        yield ",\n".join(batch)


def _cypher_node(node: Node) -> str:
    facts: dict[str, Value] = {"iri": node.iri, "label": node.label}
    years = f", years: [{', '.join(map(str, node.years))}]" if node.years else ""
    titles = name_columns(list(node.attributes), _NODE_FIELDS)
    facts |= {titles[name]: value for name, value in node.attributes.items()}
    return f"{{id: {_cypher(node.id)}, p: {{{_cypher_map(facts)}{years}}}}}"


def _cypher_edge(edge: Edge) -> str:
    facts: dict[str, Value] = {"id": edge.id, **edge.attributes}
    return f"{{a: {_cypher(edge.source)}, b: {_cypher(edge.target)}, p: {{{_cypher_map(facts)}}}}}"


def _cypher_map(values: Mapping[str, Value]) -> str:
    return ", ".join(f"`{name}`: {_cypher(value)}" for name, value in values.items())


def _cypher(value: Value) -> str:
    """Return a literal; decimals always have a point, so that a property has one type on all nodes."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text if "." in text else f"{text}.0"
    return quoted(value) if isinstance(value, str) else plain(value)


# ---------------------------------------------------------------- NebulaGraph


def write_nebula(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a ZIP for nebula-importer 4: one CSV a tag and one an edge type, and the importer's YAML."""
    sources: list[str] = []
    schema: list[str] = []
    longest = 1
    with Archive(stream) as archive:
        for kind, nodes in groupby(graph.nodes(), key=lambda node: node.type):
            kinds = graph.type_columns[kind].kinds
            titles = name_columns(list(kinds), ("vid", "iri", "label", "years"))
            fields = [("iri", "string"), ("label", "string"), ("years", "string")]
            fields += [(title, graph.node_columns.kinds[name]) for name, title in titles.items()]
            rows = _Longest(
                [n.id, n.iri, n.label, "|".join(map(str, n.years)), *_row(n.attributes, titles)] for n in nodes
            )
            archive.write_csv(f"tag-{kind}.csv", ["vid", *(title for title, _ in fields)], rows)
            longest = max(longest, rows.longest)
            schema.append(_nebula_schema("TAG", kind, fields))
            sources.append(_nebula_source(f"tag-{kind}.csv", _nebula_tag(kind, fields)))
        names = sorted(graph.edge_columns.kinds)
        fields = [(name, graph.edge_columns.kinds[name]) for name in names]
        for kind, edges in groupby(graph.edges(), key=lambda edge: edge.type):
            archive.write_csv(
                f"edge-{kind}.csv",
                ["src", "dst", *names],
                ([edge.source, edge.target, *_row(edge.attributes, names)] for edge in edges),
            )
            schema.append(_nebula_schema("EDGE", kind, fields))
            sources.append(_nebula_source(f"edge-{kind}.csv", _nebula_edge(kind, fields)))
        archive.write("importer.yaml", _nebula_yaml(sources, schema, longest))
        archive.write("README.txt", _NEBULA_README)


class _Longest:
    """Pass rows on and remember the longest first cell, in bytes: vertex ids have a fixed length."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self._rows = rows
        self.longest = 0

    def __iter__(self) -> Iterator[list[str]]:
        for row in self._rows:
            self.longest = max(self.longest, len(row[0].encode()))
            yield row


def _nebula_schema(what: str, kind: str, fields: Sequence[tuple[str, str]]) -> str:
    columns = ", ".join(f"`{title}` {_NEBULA_TYPES[field]} NULL" for title, field in fields)
    return f"CREATE {what} IF NOT EXISTS `{kind}`({columns});"


def _nebula_props(fields: Sequence[tuple[str, str]], first: int) -> str:
    lines = [
        f"          - {{name: {quoted(title)}, type: {quoted(_NEBULA_TYPES[kind])}, index: {place}, "
        'nullable: true, nullValue: ""}'
        for place, (title, kind) in enumerate(fields, start=first)
    ]
    return "        props:\n" + "\n".join(lines) + "\n" if lines else ""


def _nebula_tag(kind: str, fields: Sequence[tuple[str, str]]) -> str:
    head = f'    tags:\n      - name: {quoted(kind)}\n        id: {{type: "STRING", index: 0}}\n'
    return head + _nebula_props(fields, 1)


def _nebula_edge(kind: str, fields: Sequence[tuple[str, str]]) -> str:
    head = f"    edges:\n      - name: {quoted(kind)}\n"
    head += '        src: {id: {type: "STRING", index: 0}}\n        dst: {id: {type: "STRING", index: 1}}\n'
    return head + _nebula_props(fields, 2)


def _nebula_source(path: str, body: str) -> str:
    return f'  - path: {quoted(path)}\n    csv: {{delimiter: ",", withHeader: true}}\n{body}'


def _nebula_yaml(sources: Sequence[str], schema: Sequence[str], longest: int) -> str:
    space = f"CREATE SPACE IF NOT EXISTS jixiao(partition_num=10, replica_factor=1, vid_type=FIXED_STRING({longest}));"
    statements = "".join(f"          - {quoted(line)}\n" for line in ("USE jixiao;", *schema))
    return (
        'client:\n  version: v3\n  address: "127.0.0.1:9669"\n  user: root\n  password: nebula\n'
        "manager:\n  spaceName: jixiao\n  batch: 128\n  hooks:\n    before:\n"
        f"      - statements:\n          - {quoted(space)}\n        wait: 20s\n"
        f"      - statements:\n{statements}        wait: 20s\n"
        "log:\n  level: INFO\n  console: true\nsources:\n" + "".join(sources)
    )
