"""The files for graph databases, read by DuckDB, a YAML parser and Neo4j's own Cypher parser."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from jixiao.exporting import Selection
from jixiao.exporting.building import build_graph
from jixiao.exporting.graph import PropertyGraph
from jixiao.exporting.rows import safe_text
from jixiao.exporting.text import legal_xml, upper_snake
from jixiao.store.protocol import Store

from .conftest import HOSTILE

Written = Callable[..., Path]
Reader = Callable[[str, Path], dict[str, Any]]


def unpack(path: Path) -> Path:
    folder = path.with_suffix("")
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV as DuckDB reads them, all as text."""
    duckdb = pytest.importorskip("duckdb", reason="pip install duckdb")
    options = "header=true, all_varchar=true, quote='\"', escape='\"', delim=',', strict_mode=true"
    table = duckdb.sql(f"SELECT * FROM read_csv('{path}', {options}, nullstr='')")
    return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


def test_neo4j_files_hold_the_graph(written: Written, graph: PropertyGraph) -> None:
    folder = unpack(written("neo4j"))
    ids: set[str] = set()
    wanted = Counter(node.type for node in graph.nodes())
    for path in sorted(folder.glob("nodes-*.csv")):
        head = path.read_bytes()[:200].decode(errors="ignore")
        assert head.startswith(
            "id:ID,iri,label,years:int[],:LABEL"
        )  # no byte order mark: it would hide the first field
        found = rows(path)
        assert {row[":LABEL"] for row in found} == {path.stem.removeprefix("nodes-")}
        assert len(found) == wanted.pop(found[0][":LABEL"])
        assert ids.isdisjoint(row["id:ID"] for row in found)
        ids |= {row["id:ID"] for row in found}
    assert not wanted
    edges = [row for path in sorted(folder.glob("edges-*.csv")) for row in rows(path)]
    assert len(edges) == graph.edge_count
    assert {row[":START_ID"] for row in edges} | {row[":END_ID"] for row in edges} <= ids
    assert {row[":TYPE"] for row in edges} == {upper_snake(edge.type) for edge in graph.edges()}
    readme = (folder / "README.txt").read_text("utf-8")
    assert all(path.name in readme for path in folder.glob("*.csv"))


def test_neo4j_columns_are_typed(written: Written, graph: PropertyGraph) -> None:
    folder = unpack(written("neo4j"))
    found = rows(folder / "nodes-Indicator.csv")
    assert {"lowerBound:double", "comparatorStated:boolean", "order:long", "targetText:string"} <= set(found[0])
    wanted = {node.id: node.attributes.get("lowerBound") for node in graph.nodes() if node.type == "Indicator"}
    assert {row["id:ID"]: row["lowerBound:double"] for row in found} == {
        key: None if value is None else format(value, "f") for key, value in wanted.items()
    }


def test_nebula_files_hold_the_graph(written: Written, graph: PropertyGraph) -> None:
    yaml = pytest.importorskip("yaml", reason="pip install pyyaml")
    folder = unpack(written("nebula"))
    plan = yaml.safe_load((folder / "importer.yaml").read_text("utf-8"))
    assert plan["client"]["version"] == "v3" and plan["manager"]["spaceName"] == "jixiao"
    (space, *_), (use, *schema) = (each["statements"] for each in plan["manager"]["hooks"]["before"])
    length = int(space.partition("FIXED_STRING(")[2].partition(")")[0])
    assert use == "USE jixiao;"
    nodes, edges = 0, 0
    for source in plan["sources"]:
        found = rows(folder / source["path"])
        (kind,) = source.get("tags") or source["edges"]
        assert sum(f"`{kind['name']}`(" in line for line in schema) == 1
        names = list(found[0])
        for prop in kind.get("props", ()):
            assert names[prop["index"]] == prop["name"]
        if "tags" in source:
            nodes += len(found)
            assert max(len(row["vid"].encode()) for row in found) <= length
        else:
            edges += len(found)
    assert (nodes, edges) == (graph.node_count, graph.edge_count)


def test_the_script_holds_the_graph(written: Written, store: Store) -> None:
    selection = Selection(concept="satisfaction", department="卫辉市", depth=4)
    path = written("cypher", selection)
    with build_graph(store, selection.suited(4)) as graph:
        text = path.read_text("utf-8")
        assert text.count("{id: ") - text.count("MERGE (n:Jixiao {id: ") - 2 * text.count("MATCH (a:Jixiao {id: ") == (
            graph.node_count
        )
        assert text.count("\n{a: ") == graph.edge_count
        assert {f"n:`{kind.name}`" for kind in graph.node_types} <= set(text.split())


@pytest.mark.long  # Neo4j's own parser takes a quarter of a minute
def test_neo4js_parser_accepts_the_script(written: Written, hostile_store: Store, node: Reader) -> None:
    path = written("cypher", Selection(level="satisfaction", depth=4), of=hostile_store)
    assert node("cypher", path) == {"errors": []}


def test_hostile_texts_survive_in_databases(written: Written, hostile_store: Store) -> None:
    selection = Selection(level="satisfaction", depth=4)
    folder = unpack(written("neo4j", selection, of=hostile_store))
    assert {safe_text(text) for text in HOSTILE} <= {row["label"] for row in rows(folder / "nodes-Indicator.csv")}
    path = written("cypher", selection, of=hostile_store)
    strings = {json.loads(part) for line in path.read_text("utf-8").splitlines() for part in labels(line)}
    assert {legal_xml(text) for text in HOSTILE} <= strings


def labels(line: str) -> list[str]:
    """Return the literals of a line that stand after `label`:."""
    found = []
    for part in line.split("`label`: ")[1:]:
        _, end = json.JSONDecoder().raw_decode(part)
        found.append(part[:end])
    return found
