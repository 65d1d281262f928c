"""Write property graphs for graph databases: Neo4j (bulk import, Cypher) and NebulaGraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from json.encoder import encode_basestring
from typing import BinaryIO

from jixiao.exporting.archive import ZipWriter
from jixiao.exporting.graph import (
    JOINED,
    XSD_TYPES,
    Attributes,
    Edge,
    Node,
    PropertyGraph,
    Value,
    lexical_form,
    name_columns,
)
from jixiao.exporting.output import text_stream
from jixiao.exporting.text import upper_snake

_BATCH = 500  # rows of one Cypher statement
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
_NEBULA_ID = '        id: {type: "STRING", index: 0}\n'
_NEBULA_ENDS = '        src: {id: {type: "STRING", index: 0}}\n        dst: {id: {type: "STRING", index: 1}}\n'
_NEBULA_YAML = """client:
  version: v3
  address: "127.0.0.1:9669"
  user: root
  password: nebula
manager:
  spaceName: jixiao
  batch: 128
  hooks:
    before:
{hooks}log:
  level: INFO
  console: true
sources:
{sources}"""


def _cells(values: Attributes, names: Iterable[str]) -> list[str]:
    return [lexical_form(values.get(name, "")) for name in names]


def _node_cells(node: Node, names: Iterable[str], *fixed: str) -> list[str]:
    years = JOINED.join(map(str, node.years))
    return [node.id, node.iri, node.label, years, *fixed, *_cells(node.attributes, names)]


# ---------------------------------------------------------------- Neo4j


def write_neo4j(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a ZIP for ``neo4j-admin database import full``: one CSV a class and one a type of relation."""
    options: list[str] = []
    with ZipWriter(stream) as archive:
        for kind, nodes in graph.nodes_by_type():
            titles = graph.type_columns[kind].titles(_NODE_FIELDS)
            header = [
                "id:ID",
                "iri",
                "label",
                "years:int[]",
                ":LABEL",
                *_neo4j_header(titles, graph.node_columns.kinds),
            ]
            lines = (_node_cells(node, titles, kind) for node in nodes)
            archive.write_csv(f"nodes-{kind}.csv", header, lines)
            options.append(f"  --nodes=nodes-{kind}.csv")
        names = graph.edge_columns.titles(("id",))
        header = [":START_ID", "id", ":END_ID", ":TYPE", *_neo4j_header(names, graph.edge_columns.kinds)]
        for kind, edges in graph.edges_by_type():
            lines = (
                [edge.source, edge.id, edge.target, upper_snake(edge.type), *_cells(edge.attributes, names)]
                for edge in edges
            )
            archive.write_csv(f"edges-{kind}.csv", header, lines)
            options.append(f"  --relationships=edges-{kind}.csv")
        archive.write("README.txt", _NEO4J_README.format(options=" \\\n".join(options)))


def _neo4j_header(titles: Mapping[str, str], kinds: Mapping[str, str]) -> list[str]:
    return [f"{title}:{XSD_TYPES[kinds[name]]}" for name, title in titles.items()]


def write_cypher(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a Cypher script that can be run again: a constraint, then batches of MERGE."""
    with text_stream(stream) as file:
        file.write("CREATE CONSTRAINT jixiao_id IF NOT EXISTS FOR (n:Jixiao) REQUIRE n.id IS UNIQUE;\n")
        for kind, nodes in graph.nodes_by_type():
            merge = f"MERGE (n:Jixiao {{id: row.id}}) SET n:`{kind}` SET n += row.p"
            file.writelines(_unwound(map(_cypher_node, nodes), merge))
        for kind, edges in graph.edges_by_type():
            ends = "MATCH (a:Jixiao {id: row.a}) MATCH (b:Jixiao {id: row.b})"
            merge = f"{ends} MERGE (a)-[r:{upper_snake(kind)}]->(b) SET r += row.p"
            file.writelines(_unwound(map(_cypher_edge, edges), merge))


def _unwound(rows: Iterator[str], merge: str) -> Iterator[str]:
    """Yield statements that carry out ``merge`` for each row, a batch of rows each."""
    while batch := list(islice(rows, _BATCH)):
        yield "UNWIND [\n" + ",\n".join(batch) + f"\n] AS row {merge};\n"


def _cypher_node(node: Node) -> str:
    titles = name_columns(node.attributes, _NODE_FIELDS)
    values = {"iri": node.iri, "label": node.label}
    literals = _literals(values) + _literals({titles[name]: value for name, value in node.attributes.items()})
    if node.years:
        literals.append(f"years: [{', '.join(map(str, node.years))}]")
    return f"{{id: {_literal(node.id)}, p: {{{', '.join(literals)}}}}}"


def _cypher_edge(edge: Edge) -> str:
    literals = _literals({"id": edge.id, **edge.attributes})
    return f"{{a: {_literal(edge.source)}, b: {_literal(edge.target)}, p: {{{', '.join(literals)}}}}}"


def _literals(values: Attributes) -> list[str]:
    return [f"`{name}`: {_literal(value)}" for name, value in values.items()]


def _literal(value: Value) -> str:
    """Return a literal; decimals always have a point, so that a property has one type on all nodes."""
    if isinstance(value, str):
        return encode_basestring(value)
    text = lexical_form(value)
    if isinstance(value, Decimal) and "." not in text:
        return f"{text}.0"
    return text


# ---------------------------------------------------------------- NebulaGraph


def write_nebula(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a ZIP for nebula-importer 4: one CSV a tag and one an edge type, and the importer's YAML."""
    tags = _NebulaPart("tag", _NEBULA_ID)
    edge_types = _NebulaPart("edge", _NEBULA_ENDS)
    with ZipWriter(stream) as archive:
        for kind, nodes in graph.nodes_by_type():
            titles = graph.type_columns[kind].titles(("vid", "iri", "label", "years"))
            fields = dict.fromkeys(("iri", "label", "years"), "string")
            for name, title in titles.items():
                fields[title] = graph.node_columns.kinds[name]
            archive.write_csv(f"tag-{kind}.csv", ["vid", *fields], (_node_cells(node, titles) for node in nodes))
            tags.add(kind, fields)
        fields = dict(sorted(graph.edge_columns.kinds.items()))
        for kind, edges in graph.edges_by_type():
            lines = ([edge.source, edge.target, *_cells(edge.attributes, fields)] for edge in edges)
            archive.write_csv(f"edge-{kind}.csv", ["src", "dst", *fields], lines)
            edge_types.add(kind, fields)
        archive.write("importer.yaml", _nebula_yaml((tags, edge_types), graph.longest_id))
        archive.write("README.txt", _NEBULA_README)


class _NebulaPart:
    """Collect the schema and the sources of the tags or of the edge types; ``ids`` says where the ids stand."""

    def __init__(self, name: str, ids: str) -> None:
        self.name = name
        self.ids = ids
        self.schema: list[str] = []
        self.sources: list[str] = []

    def add(self, kind: str, fields: Mapping[str, str]) -> None:
        """Add a tag or edge type with the kinds of its fields."""
        columns = []
        props = []
        for place, (title, field) in enumerate(fields.items(), start=self.ids.count("index")):
            columns.append(f"`{title}` {_NEBULA_TYPES[field]} NULL")
            typed = f'name: {encode_basestring(title)}, type: "{_NEBULA_TYPES[field]}", index: {place}'
            props.append(f'          - {{{typed}, nullable: true, nullValue: ""}}\n')
        self.schema.append(f"CREATE {self.name.upper()} IF NOT EXISTS `{kind}`({', '.join(columns)});")
        source = f'  - path: "{self.name}-{kind}.csv"\n    csv: {{delimiter: ",", withHeader: true}}\n'
        source += f'    {self.name}s:\n      - name: "{kind}"\n{self.ids}'
        if props:
            source += "        props:\n" + "".join(props)
        self.sources.append(source)


def _nebula_yaml(parts: Sequence[_NebulaPart], longest: int) -> str:
    space = f"CREATE SPACE IF NOT EXISTS jixiao(partition_num=10, replica_factor=1, vid_type=FIXED_STRING({longest}));"
    hooks, sources = "", ""
    for statements in ([space], ["USE jixiao;", *(line for part in parts for line in part.schema)]):
        quoted = "".join(f"          - {encode_basestring(line)}\n" for line in statements)
        hooks += f"      - statements:\n{quoted}        wait: 20s\n"
    for part in parts:
        sources += "".join(part.sources)
    return _NEBULA_YAML.format(hooks=hooks, sources=sources)
