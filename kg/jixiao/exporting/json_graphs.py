"""Write property graphs as JSON: Cytoscape, node-link (networkx, D3), ECharts and G6."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, BinaryIO

from jixiao.exporting.graph import Attributes, Edge, Node, PropertyGraph, lexical_form
from jixiao.exporting.output import text_stream

Members = dict[str, Any]

_SIZES = {"Department": 40, "Project": 24, "Concept": 20, "DepartmentPlan": 14, "ProjectPlan": 14}
_SIZE = 10


def dump_json(value: Any) -> str:
    """Return JSON; decimals stand as the exact numbers they are, which ``json`` cannot write."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, bool | Decimal):
        return lexical_form(value)
    if isinstance(value, Mapping):
        members = (f"{encode_basestring(str(key))}:{dump_json(item)}" for key, item in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(dump_json, value)) + "]"
    return str(value)


def json_lines(items: Iterable[Any]) -> Iterator[str]:
    """Yield the items of an array, a line each."""
    comma = ""
    for item in items:
        yield f"{comma}\n{dump_json(item)}"
        comma = ","


def _write_lists(stream: BinaryIO, head: str, lists: Mapping[str, Iterable[Any]], tail: str = "}\n") -> None:
    """Write an object whose members ``lists`` are arrays of one line an item."""
    with text_stream(stream) as file:
        file.write(head)
        comma = ""
        for name, items in lists.items():
            file.write(f'{comma}\n"{name}":[')
            file.writelines(json_lines(items))
            file.write("]")
            comma = ","
        file.write(tail)


def _node_facts(node: Node, taken: Sequence[str] = ()) -> Members:
    """Return the members that describe a node; attributes whose names are ``taken`` get a line below."""
    facts: Members = dict(node.facts())
    if node.years:
        facts["years"] = node.years
    return _with_attributes(facts, node.attributes, taken)


def _edge_facts(edge: Edge, taken: Sequence[str] = ()) -> Members:
    return _with_attributes(dict(edge.facts()), edge.attributes, taken)


def _with_attributes(facts: Members, attributes: Attributes, taken: Sequence[str]) -> Members:
    for name, value in attributes.items():
        title = name
        while title in facts or title in taken:
            title += "_"
        facts[title] = value
    return facts


def _ends(edge: Edge) -> Members:
    return {"id": edge.id, "source": edge.source, "target": edge.target}


def write_cytoscape(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write Cytoscape JSON (``.cyjs``): all nodes and edges have ids, ``name`` is what the desktop program shows."""

    def node(each: Node) -> Members:
        taken = ("id", "name", "value", "parent", "SUID", "shared_name", "selected")
        # ``value`` and, of edges, ``key`` are where networkx looks for ids.
        return {"data": {"id": each.id, "value": each.id, "name": each.label, **_node_facts(each, taken)}}

    def edge(each: Edge) -> Members:
        taken = ("id", "source", "target", "key", "name", "interaction", "SUID", "selected")
        return {"data": {**_ends(each), "key": each.id, "interaction": each.type, **_edge_facts(each, taken)}}

    head = '{"format_version":"1.0","generated_by":"jixiao","target_cytoscapejs_version":"~3.0",'
    head += '"directed":true,"multigraph":true,"data":{"name":"jixiao"},"elements":{'
    _write_lists(stream, head, {"nodes": map(node, graph.nodes()), "edges": map(edge, graph.edges())}, "}}\n")


def write_node_link(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write node-link JSON as ``networkx.node_link_graph(data, edges="edges")`` reads it (a directed multigraph)."""

    def node(each: Node) -> Members:
        return {"id": each.id, **_node_facts(each, ("id",))}

    def edge(each: Edge) -> Members:
        taken = ("source", "target", "key")
        return {"source": each.source, "target": each.target, "key": each.id, **_edge_facts(each, taken)}

    head = '{"directed":true,"multigraph":true,"graph":{"name":"jixiao"},'
    _write_lists(stream, head, {"nodes": map(node, graph.nodes()), "edges": map(edge, graph.edges())})


def write_echarts(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write the ``nodes``, ``links`` and ``categories`` of an ECharts series of type graph."""
    places = {kind: place for place, kind in enumerate(graph.colors)}

    def node(each: Node) -> Members:
        shown = {"id": each.id, "name": each.label, "category": places[each.type]}
        return {**shown, "symbolSize": _SIZES.get(each.type, _SIZE), "attributes": _node_facts(each)}

    def edge(each: Edge) -> Members:
        return {**_ends(each), "attributes": _edge_facts(each)}

    categories = [{"name": kind.label, "itemStyle": {"color": kind.color}} for kind in graph.node_types]
    lists = {"categories": categories, "nodes": map(node, graph.nodes()), "links": map(edge, graph.edges())}
    _write_lists(stream, "{", lists)


def write_g6(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write the data of a G6 graph, version 5: the class stands in ``data``, since ``type`` would name a shape."""
    colors = graph.colors

    def node(each: Node) -> Members:
        style = {"labelText": each.label, "fill": colors[each.type], "size": _SIZES.get(each.type, _SIZE)}
        return {"id": each.id, "data": _node_facts(each), "style": style}

    def edge(each: Edge) -> Members:
        return {**_ends(each), "data": _edge_facts(each), "style": {"labelText": each.type_label}}

    _write_lists(stream, "{", {"nodes": map(node, graph.nodes()), "edges": map(edge, graph.edges())})
