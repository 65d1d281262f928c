"""Write property graphs as GraphML (plain, and as yEd draws it) and GEXF 1.3 (Gephi)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from jixiao.exporting.graph import Edge, Node, PropertyGraph, Value
from jixiao.exporting.text import one_line

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)
_GRAPHML_TYPES = {"boolean": "boolean", "integer": "long", "double": "double", "string": "string"}
_GEXF_TYPES = {"boolean": "boolean", "integer": "long", "double": "double", "string": "string"}
_NODE_FIELDS = ("label", "type", "typeLabel", "iri", "years")
_EDGE_FIELDS = ("label", "type")
_LONGEST = 40  # characters of a label drawn in yEd; the whole name is the attribute label
_CREATOR = "jixiao"


def escape(text: str) -> str:
    """Return ``text`` for an attribute or element of XML."""
    return text.translate(_ESCAPES)


def plain(value: Value) -> str:
    """Return a value as XML Schema spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else format(value, "f") if not isinstance(value, int) else str(value)


def name_columns(names: Iterator[str] | list[str], taken: tuple[str, ...]) -> dict[str, str]:
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


def _node_values(node: Node) -> Iterator[tuple[str, str]]:
    yield "label", node.label
    yield "type", node.type
    yield "typeLabel", node.type_label
    yield "iri", node.iri
    if node.years:
        yield "years", "|".join(map(str, node.years))


# ---------------------------------------------------------------- GraphML


def write_graphml(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write GraphML 1.0 with every attribute declared; ids are name tokens, as its schema wants."""
    _write_graphml(graph, stream, "", lambda node: "", lambda edge: "")


def write_yed(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write GraphML with the shapes, colours and labels yEd draws; choose a layout there to spread the nodes."""
    colors = {kind.name: kind.color for kind in graph.node_types}
    keys = (
        '<key id="ng" for="node" yfiles.type="nodegraphics"/>\n<key id="eg" for="edge" yfiles.type="edgegraphics"/>\n'
    )

    def node_graphics(node: Node) -> str:
        label = one_line(node.label, _LONGEST)
        width = 24 + sum(13 if ord(letter) > 255 else 7 for letter in label)
        return (
            f'<data key="ng"><y:ShapeNode><y:Geometry height="30.0" width="{width}.0" x="0.0" y="0.0"/>'
            f'<y:Fill color="{colors[node.type]}" transparent="false"/><y:BorderStyle color="#666666" type="line" '
            f'width="1.0"/><y:NodeLabel>{escape(label)}</y:NodeLabel><y:Shape type="roundrectangle"/></y:ShapeNode>'
            "</data>"
        )

    def edge_graphics(edge: Edge) -> str:
        return (
            '<data key="eg"><y:PolyLineEdge><y:LineStyle color="#999999" type="line" width="1.0"/>'
            f'<y:Arrows source="none" target="standard"/><y:EdgeLabel>{escape(edge.type_label)}</y:EdgeLabel>'
            "</y:PolyLineEdge></data>"
        )

    _write_graphml(graph, stream, keys, node_graphics, edge_graphics)


def _write_graphml(
    graph: PropertyGraph,
    stream: BinaryIO,
    keys: str,
    node_extra: Callable[[Node], str],
    edge_extra: Callable[[Edge], str],
) -> None:
    nodes = name_columns(list(graph.node_columns.kinds), _NODE_FIELDS)
    edges = name_columns(list(graph.edge_columns.kinds), _EDGE_FIELDS)
    head = ['<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns"']
    if keys:
        head.append(' xmlns:y="http://www.yworks.com/xml/graphml"')
    head.append(">\n" + keys)
    for what, titles, columns in (("node", nodes, graph.node_columns), ("edge", edges, graph.edge_columns)):
        declared = [(name, name, "string") for name in (_NODE_FIELDS if what == "node" else _EDGE_FIELDS)]
        declared += [(title, title, _GRAPHML_TYPES[columns.kinds[name]]) for name, title in titles.items()]
        head += [
            f'<key id="{what[0]}.{key}" for="{what}" attr.name="{title}" attr.type="{kind}"/>\n'
            for key, title, kind in declared
        ]
    head.append('<graph id="jixiao" edgedefault="directed">\n')
    stream.write("".join(head).encode())
    for node in graph.nodes():
        data = [f'<data key="n.{key}">{escape(text)}</data>' for key, text in _node_values(node)]
        data += [f'<data key="n.{nodes[key]}">{escape(plain(v))}</data>' for key, v in node.attributes.items()]
        stream.write(f'<node id="{node.id}">{"".join(data)}{node_extra(node)}</node>\n'.encode())
    for edge in graph.edges():
        data = [f'<data key="e.label">{escape(edge.type_label)}</data><data key="e.type">{edge.type}</data>']
        data += [f'<data key="e.{edges[key]}">{escape(plain(v))}</data>' for key, v in edge.attributes.items()]
        stream.write(
            f'<edge id="{edge.id}" source="{edge.source}" target="{edge.target}">{"".join(data)}{edge_extra(edge)}'
            "</edge>\n".encode()
        )
    stream.write(b"</graph>\n</graphml>\n")


# ---------------------------------------------------------------- GEXF


def write_gexf(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write GEXF 1.3: declared attributes, a colour a class, fiscal years as spells of a dynamic graph."""
    taken = ("id", "label", "type", "typeLabel", "iri")
    nodes = name_columns(list(graph.node_columns.kinds), taken)
    edges = name_columns(list(graph.edge_columns.kinds), ("id", "label", "kind", "source", "target", "weight"))
    colors = {kind.name: _viz_color(kind.color) for kind in graph.node_types}
    stream.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" '
        f'version="1.3">\n<meta><creator>{_CREATOR}</creator><description>预算绩效知识图谱</description></meta>\n'
        '<graph defaultedgetype="directed" mode="dynamic" timeformat="date" timerepresentation="interval">\n'.encode()
    )
    stream.write(_gexf_attributes("node", ("type", "typeLabel", "iri"), nodes, graph.node_columns.kinds))
    if edges:
        stream.write(_gexf_attributes("edge", (), edges, graph.edge_columns.kinds))
    stream.write(f'<nodes count="{graph.node_count}">\n'.encode())
    for node in graph.nodes():
        values = [("type", node.type), ("typeLabel", node.type_label), ("iri", node.iri)]
        values += [(nodes[key], plain(value)) for key, value in node.attributes.items()]
        stream.write(
            f'<node id="{node.id}" label="{escape(node.label)}">{_attvalues(values)}{_spells(node.years)}'
            f"{colors[node.type]}</node>\n".encode()
        )
    stream.write(f'</nodes>\n<edges count="{graph.edge_count}">\n'.encode())
    for edge in graph.edges():
        values = [(edges[key], plain(value)) for key, value in edge.attributes.items()]
        stream.write(
            f'<edge id="{edge.id}" source="{edge.source}" target="{edge.target}" kind="{edge.type}" '
            f'label="{escape(edge.type_label)}">{_attvalues(values)}</edge>\n'.encode()
        )
    stream.write(b"</edges>\n</graph>\n</gexf>\n")


def _gexf_attributes(what: str, fixed: tuple[str, ...], titles: dict[str, str], kinds: dict[str, str]) -> bytes:
    rows = [(name, "string") for name in fixed] + [(title, _GEXF_TYPES[kinds[name]]) for name, title in titles.items()]
    lines = [f'<attribute id="{title}" title="{title}" type="{kind}"/>\n' for title, kind in rows]
    return f'<attributes class="{what}" mode="static">\n{"".join(lines)}</attributes>\n'.encode()


def _attvalues(values: list[tuple[str, str]]) -> str:
    rows = "".join(f'<attvalue for="{name}" value="{escape(text)}"/>' for name, text in values)
    return f"<attvalues>{rows}</attvalues>" if rows else ""


def _spells(years: tuple[int, ...]) -> str:
    """Return the years as spells, those that follow each other as one."""
    spells: list[list[int]] = []
    for year in years:
        if spells and year == spells[-1][1] + 1:
            spells[-1][1] = year
        else:
            spells.append([year, year])
    rows = "".join(f'<spell start="{first:04}-01-01" end="{last:04}-12-31"/>' for first, last in spells)
    return f"<spells>{rows}</spells>" if rows else ""


def _viz_color(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
