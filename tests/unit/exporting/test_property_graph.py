"""The property graph holds what the store holds: counted by queries of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jixiao.errors import UsageError
from jixiao.exporting import Selection, export
from jixiao.exporting.building import build_graph
from jixiao.exporting.graph import NewEdge, NewNode, NodeType, PropertyGraph
from jixiao.exporting.selection import node_classes, relations
from jixiao.exporting.text import legal_xml, node_id
from jixiao.store.protocol import Store
from jixiao.vocab import JX, PREFIXES

BASE = "https://w3id.org/jixiao/id/"
ROOT = Path(__file__).resolve().parents[3]


def column(store: Store, query: str) -> list[str]:
    results: Any = store.query(query, prefixes=PREFIXES)
    return [row[0].value for row in results]


def count(store: Store, pattern: str) -> int:
    return int(column(store, f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {pattern} }} }}")[0])


def test_nodes_of_each_class_are_those_of_the_store(store: Store) -> None:
    with build_graph(store, Selection().suited(5, whole=True)) as graph:
        seen: dict[str, int] = {}
        for node in graph.nodes():
            seen[node.type] = seen.get(node.type, 0) + 1
        for kind in node_classes().values():
            if kind.name in ("Concept", "Region"):
                continue
            assert seen.get(kind.name, 0) == count(store, f"?s a jx:{kind.name}"), kind.name
        concepts = count(
            store,
            "SELECT DISTINCT ?c { ?i a jx:Indicator ; "
            "jx:level1|jx:level2|jx:concept|jx:measure|jx:measure/skos:broader ?c }",
        )
        assert concepts <= seen["Concept"] <= 1.1 * concepts  # and the classes that measures stand below
        assert sum(seen.values()) == graph.node_count


def test_edges_of_each_type_are_those_of_the_store(store: Store) -> None:
    with build_graph(store, Selection().suited(5, whole=True)) as graph:
        seen: dict[str, int] = {}
        for edge in graph.edges():
            seen[edge.type] = seen.get(edge.type, 0) + 1
    assert sum(seen.values()) == graph.edge_count
    for name in sorted(relations().chain):
        assert seen.get(name, 0) == count(store, f"?s jx:{name} ?o"), name
    for name in ("level1", "level2", "concept"):
        assert seen[name] == count(store, f"?s a jx:Indicator ; jx:{name} ?o"), name
    assert seen["wasDerivedFrom"] == count(
        store, "?s prov:wasDerivedFrom ?o FILTER NOT EXISTS { ?s a jx:Link } FILTER NOT EXISTS { ?s a jx:Placing }"
    )
    assert seen["inTable"] == count(store, "?s jx:inTable ?o")
    assert seen.get("likelyImplementedBy", 0) == count(store, "?s jx:likelyImplementedBy ?o")


def test_every_edge_joins_nodes_and_every_id_is_its_own(graph: PropertyGraph) -> None:
    nodes = [node.id for node in graph.nodes()]
    edges = list(graph.edges())
    assert len(set(nodes)) == len(nodes) == graph.node_count > 0
    assert len({edge.id for edge in edges}) == len(edges) == graph.edge_count > 0
    assert {edge.source for edge in edges} | {edge.target for edge in edges} <= set(nodes)
    assert all(node.isascii() and "/" not in node for node in nodes)


def test_attributes_are_exact_and_of_one_kind(store: Store, graph: PropertyGraph) -> None:
    indicators = {node.iri: node for node in graph.nodes() if node.type == "Indicator"}
    bounds: Any = store.query(f"SELECT ?i ?b {{ ?i a <{JX.Indicator}> ; <{JX.lowerBound}> ?b }}")
    rows = {row["i"].value: Decimal(row["b"].value) for row in bounds}
    assert rows
    assert {iri: node.attributes["lowerBound"] for iri, node in indicators.items() if iri in rows} == rows
    assert graph.node_columns.kinds["lowerBound"] == "double"
    assert graph.node_columns.kinds["comparatorStated"] == "boolean"
    assert graph.node_columns.kinds["projectCode"] == "string"
    some = next(node for node in indicators.values() if "targetText" in node.attributes)
    assert some.attributes["level1"] and str(some.attributes["level1Code"]).startswith("jxc:level-")


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_depth_adds_classes(store: Store, depth: int) -> None:
    with build_graph(store, Selection(depth=depth).suited(4)) as graph:
        found = {node.type for node in graph.nodes()}
    allowed = {each.name for each in node_classes().values() if each.depth <= depth and each.part in (None, "targets")}
    assert found <= allowed
    assert {1: "Department", 2: "Project", 3: "ProjectPlan", 4: "Indicator", 5: "FundLine"}[depth] in found


def test_parts_can_be_left_out_and_added(store: Store) -> None:
    with build_graph(store, Selection(targets=False).suited(4)) as graph:
        assert "targetText" not in graph.node_columns.kinds and "lowerBound" not in graph.node_columns.kinds
    with build_graph(store, Selection(sources=True, findings=True, figures=True).suited(4)) as graph:
        found = {node.type for node in graph.nodes()}
    assert {"Document", "SourceRow", "SourceTable", "BudgetFigure", "ProseFact", "Issue"} <= found


def test_a_department_takes_only_its_own(store: Store) -> None:
    name = "封丘县政务服务和大数据管理局"
    for wanted in (name, "封丘县", "019"):
        with build_graph(store, Selection(department=wanted).suited(4)) as graph:
            nodes = list(graph.nodes())
        assert [node.label for node in nodes if node.type == "Department"] == [name]
        indicators = [node for node in nodes if node.type == "Indicator"]
        assert len(indicators) == count(store, f'?i a jx:Indicator ; jx:department/rdfs:label "{name}"') > 0
        assert {node.attributes["department"] for node in indicators} == {name}


def test_year_region_level_and_concept_filter(store: Store) -> None:
    def indicators(selection: Selection) -> set[str]:
        with build_graph(store, selection.suited(4)) as graph:
            return {node.iri for node in graph.nodes() if node.type == "Indicator"}

    assert indicators(Selection(year=2024)) == set(
        column(store, 'SELECT ?i { ?i a jx:Indicator ; jx:year "2024"^^xsd:gYear }')
    )
    assert indicators(Selection(region="410781")) == indicators(Selection(region="卫辉市")) != set()
    assert indicators(Selection(region="410700")) > indicators(Selection(region="410781"))
    by_level = "SELECT ?i { ?i a jx:Indicator ; (jx:level1|jx:level2)/skos:broader* jxc:level-satisfaction }"
    for level in ("满意度指标", "satisfaction", "jxc:level-satisfaction"):
        assert indicators(Selection(level=level)) == set(column(store, by_level)) != set()
    assert indicators(Selection(level="满意度")) >= indicators(Selection(level="满意度指标"))
    narrower = "SELECT ?i { ?i a jx:Indicator ; jx:concept/skos:broader* jxc:satisfaction }"
    assert indicators(Selection(concept="satisfaction")) == set(column(store, narrower)) != set()
    both = Selection(concept="satisfaction", department="卫辉市", year=2024)
    assert set() != indicators(both) < indicators(Selection(concept="satisfaction"))


def test_what_stands_above_an_indicator_comes_with_it(store: Store) -> None:
    with build_graph(store, Selection(concept="satisfaction", sources=True).suited(4)) as graph:
        nodes = {node.id: node for node in graph.nodes()}
        edges = list(graph.edges())
    owned = {edge.target for edge in edges if edge.type == "hasIndicator"}
    assert owned == {key for key, node in nodes.items() if node.type == "Indicator"}
    planned = {edge.target for edge in edges if edge.type == "hasPlan"}
    assert planned == {key for key, node in nodes.items() if node.type.endswith("Plan")}
    traced = {edge.source for edge in edges if edge.type == "wasDerivedFrom"}
    assert owned <= traced


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        (Selection(department="没有这个局"), "no-such-department"),
        (Selection(region="999999"), "no-such-region"),
        (Selection(level="没有"), "no-such-level"),
        (Selection(concept="没有"), "no-such-concept"),
        (Selection(document="none.txt"), "no-such-document"),
    ],
)
def test_a_filter_that_names_nothing_is_an_error(store: Store, selection: Selection, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        build_graph(store, selection.suited(4))
    assert caught.value.code == code


def test_years_of_a_project_are_those_of_its_plans(store: Store, graph: PropertyGraph) -> None:
    years = {node.iri: node.years for node in graph.nodes() if node.type == "Project"}
    query = "SELECT DISTINCT ?p ?y { ?f jx:project ?p ; jx:year ?y }"
    results: Any = store.query(query, prefixes=PREFIXES)
    expected: dict[str, set[int]] = {}
    for row in results:
        expected.setdefault(row["p"].value, set()).add(int(row["y"].value))
    assert {iri: set(found) for iri, found in years.items() if found} == expected


def test_what_two_documents_say_of_one_node_is_one_node() -> None:
    kind = NodeType("Department", "部门", "#123456", 1)
    with PropertyGraph() as graph:
        for year, name in ((2023, "乙"), (2022, "甲")):
            graph.add_node(NewNode(kind, "d:1", "http://x/d", name, {year}, {"alias": [("string", name)]}))
            graph.add_edge(NewEdge("hasProject", "有项目", "d:1", "d:1"))
        graph.add_edge(NewEdge("same", "同", "d:1", "gone", loose=True))
        graph.add_node(NewNode(kind, "d:2", "http://x/e", "丙", (), {"alias": [("integer", "5")]}))
        graph.finish()
        first, second = graph.nodes()
        assert (first.label, first.years, first.attributes) == ("乙", (2022, 2023), {"alias": "乙|甲"})
        assert second.attributes == {"alias": "5"}  # one kind a column: text, since the other value is
        assert [(edge.type, edge.source, edge.target) for edge in graph.edges()] == [("hasProject", "d:1", "d:1")]
        assert (graph.node_count, graph.edge_count) == (2, 1)


def test_more_rows_than_a_batch_come_back_in_order() -> None:
    kind = NodeType("Indicator", "指标", "#123456", 1)
    with PropertyGraph() as graph:
        for number in range(45_000, 0, -1):
            graph.add_node(NewNode(kind, f"i:{number:06}", f"http://x/{number}", "名", (), {}))
        graph.finish()
        ids = [node.id for node in graph.nodes()]
    assert len(ids) == 45_000 and ids == sorted(ids)


def test_ids_are_name_tokens_and_differ_when_iris_do() -> None:
    iris = [
        f"{BASE}project/~abc",
        f"{BASE}project/a~bc",
        f"{BASE}plan/a.txt/2-30-x7qm",
        "https://w3id.org/jixiao/code/level-satisfaction",
        "http://qudt.org/vocab/unit/PERCENT",
        "https://example.org/项目/一",
        "https://example.org/项目/二",
    ]
    ids = [node_id(iri, BASE) for iri in iris]
    assert len(set(ids)) == len(ids)
    assert ids[2] == "plan:a.txt:2-30-x7qm" and ids[3] == "jxc:level-satisfaction" and ids[4] == "unit:PERCENT"
    for each in ids:
        assert each.replace(":", "").replace("-", "").replace(".", "").replace("_", "").isalnum() and each.isascii()


def test_characters_xml_forbids_go_and_all_others_stay() -> None:
    assert legal_xml("甲\x0b乙\x00\ud800丙\ufffe\r\n丁") == "甲乙丙\n丁"
    assert legal_xml("\u202e右到左 ≥95％ 😀 𠮷") == "\u202e右到左 ≥95％ 😀 𠮷"


def test_bytes_do_not_depend_on_the_run(store: Store, tmp_path: Path) -> None:
    names = ("graphml", "nquads", "xlsx", "parquet", "jsonld")
    backup = tmp_path / "all.nq"
    store.backup(backup)
    script = (
        "import sys; from pathlib import Path; from jixiao.store import open_store; from jixiao.exporting import *\n"
        "store = open_store(':memory:'); store.restore(Path(sys.argv[1]))\n"
        "for name in sys.argv[3:]: export(store, name, Selection(), Path(sys.argv[2]) / name)\n"
    )
    (tmp_path / "here").mkdir()
    for name in names:
        export(store, name, Selection(), tmp_path / "here" / name)
    env = {**os.environ, "PYTHONHASHSEED": "1"}
    subprocess.run([sys.executable, "-c", script, str(backup), str(tmp_path / "there"), *names], check=True, env=env)
    for name in names:
        here, there = ((tmp_path / place / name).read_bytes() for place in ("here", "there"))
        assert here == there and len(here) > 1000, name


def test_a_failed_export_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "big.mmd"
    path.write_text("old")
    with pytest.raises(UsageError, match="Mermaid"):
        export(store, "mermaid", Selection(depth=4), path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
