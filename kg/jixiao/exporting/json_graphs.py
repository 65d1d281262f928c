"""Write property graphs as JSON: Cytoscape, node-link (networkx, D3), ECharts and G6."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, BinaryIO

from jixiao.exporting.graph import Edge, Node, PropertyGraph

_SIZES = {"Department": 40, "Project": 24, "Concept": 20, "DepartmentPlan": 14, "ProjectPlan": 14}
_SIZE = 10


def quoted(text: str) -> str:
    """Return a string of JSON, which is one of Cypher and YAML too; Chinese stays as it is."""
    return encode_basestring(text)


def dump(value: Any) -> str:
    """Return JSON; decimals stand as the exact numbers they are, which ``json`` cannot write."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{quoted(str(key))}:{dump(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(dump, value)) + "]"
    return str(value)


def _write_lists(stream: BinaryIO, head: str, lists: Iterable[tuple[str, Iterable[Any]]], tail: str) -> None:
    """Write an object whose members ``lists`` are arrays of one line an item."""
    stream.write(head.encode())
    for number, (name, items) in enumerate(lists):
        stream.write(f"{',' if number else ''}\n{quoted(name)}:[".encode())
        for place, item in enumerate(items):
            stream.write(f"{',' if place else ''}\n{dump(item)}".encode())
        stream.write(b"]")
    stream.write(tail.encode())


def _facts(node: Node, taken: Sequence[str] = ()) -> dict[str, Any]:
    """Return the members that describe a node; attributes whose names are ``taken`` get a line below."""
    facts: dict[str, Any] = {"label": node.label, "type": node.type, "typeLabel": node.type_label, "iri": node.iri}
    if node.years:
        facts["years"] = list(node.years)
    return _joined(facts, node.attributes, taken)


def _joined(facts: dict[str, Any], attributes: Mapping[str, Any], taken: Sequence[str]) -> dict[str, Any]:
    for name, value in attributes.items():
        title = name
        while title in facts or title in taken:
            title += "_"
        facts[title] = value
    return facts


def _edge_facts(edge: Edge, taken: Sequence[str] = ()) -> dict[str, Any]:
    return _joined({"label": edge.type_label, "type": edge.type}, edge.attributes, taken)


def write_cytoscape(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write Cytoscape JSON (``.cyjs``): all nodes and edges have ids, ``name`` is what the desktop program shows."""

    def node(each: Node) -> dict[str, Any]:
        taken = ("id", "name", "value", "parent", "SUID", "shared_name", "selected")
        # ``value`` and, of edges, ``key`` are where networkx looks for ids.
        return {"data": {"id": each.id, "value": each.id, "name": each.label, **_facts(each, taken)}}

    def edge(each: Edge) -> dict[str, Any]:
        taken = ("id", "source", "target", "key", "name", "interaction", "SUID", "selected")
        ends = {"id": each.id, "source": each.source, "target": each.target, "key": each.id, "interaction": each.type}
        return {"data": {**ends, **_edge_facts(each, taken)}}

    head = '{"format_version":"1.0","generated_by":"jixiao","target_cytoscapejs_version":"~3.0",'
    head += '"directed":true,"multigraph":true,"data":{"name":"jixiao"},"elements":{'
    lists = (("nodes", map(node, graph.nodes())), ("edges", map(edge, graph.edges())))
    _write_lists(stream, head, lists, "}}\n")


def write_node_link(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write node-link JSON as ``networkx.node_link_graph(data, edges="edges")`` reads it (a directed multigraph)."""

    def edge(each: Edge) -> dict[str, Any]:
        ends = {"source": each.source, "target": each.target, "key": each.id}
        return {**ends, **_edge_facts(each, ("source", "target", "key"))}

    head = '{"directed":true,"multigraph":true,"graph":{"name":"jixiao"},'
    nodes = ({"id": each.id, **_facts(each, ("id",))} for each in graph.nodes())
    _write_lists(stream, head, (("nodes", nodes), ("edges", map(edge, graph.edges()))), "}\n")


def write_echarts(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write the ``nodes``, ``links`` and ``categories`` of an ECharts series of type graph."""
    places = {kind.name: place for place, kind in enumerate(graph.node_types)}

    def node(each: Node) -> dict[str, Any]:
        shown = {"id": each.id, "name": each.label, "category": places[each.type]}
        return {**shown, "symbolSize": _SIZES.get(each.type, _SIZE), "attributes": _facts(each)}

    def edge(each: Edge) -> dict[str, Any]:
        return {"id": each.id, "source": each.source, "target": each.target, "attributes": _edge_facts(each)}

    categories = ({"name": kind.label, "itemStyle": {"color": kind.color}} for kind in graph.node_types)
    lists = (("categories", categories), ("nodes", map(node, graph.nodes())), ("links", map(edge, graph.edges())))
    _write_lists(stream, "{", lists, "}\n")


def write_g6(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write the data of a G6 graph, version 5: the class stands in ``data``, since ``type`` would name a shape."""
    colors = {kind.name: kind.color for kind in graph.node_types}

    def node(each: Node) -> dict[str, Any]:
        style = {"labelText": each.label, "fill": colors[each.type], "size": _SIZES.get(each.type, _SIZE)}
        return {"id": each.id, "data": _facts(each), "style": style}

    def edge(each: Edge) -> dict[str, Any]:
        ends = {"id": each.id, "source": each.source, "target": each.target}
        return {**ends, "data": _edge_facts(each), "style": {"labelText": each.type_label}}

    _write_lists(stream, "{", (("nodes", map(node, graph.nodes())), ("edges", map(edge, graph.edges()))), "}\n")
