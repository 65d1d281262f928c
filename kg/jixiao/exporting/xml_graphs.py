"""Write property graphs as GraphML (plain, and as yEd draws it) and GEXF 1.3 (Gephi)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from jixiao.exporting.graph import XSD_TYPES, Attributes, Columns, Edge, Node, PropertyGraph, Texts, lexical_form
from jixiao.exporting.output import text_stream
from jixiao.exporting.text import one_line

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NODE_FIELDS = ("label", "type", "typeLabel", "iri", "years")
_EDGE_FIELDS = ("label", "type")
_LONGEST = 40  # characters of a label drawn in yEd; the whole name is the attribute label


def escape_xml(text: str) -> str:
    """Return ``text`` for an attribute or element of XML."""
    return text.translate(_ESCAPES)


def _titled(titles: Mapping[str, str], attributes: Attributes) -> Texts:
    for name, value in attributes.items():
        yield titles[name], lexical_form(value)


def _typed(fields: Iterable[str], titles: Mapping[str, str], columns: Columns) -> Texts:
    """Yield each column by title with its type."""
    for field in fields:
        yield field, "string"
    for name, title in titles.items():
        yield title, XSD_TYPES[columns.kinds[name]]


# ---------------------------------------------------------------- GraphML


class _DataOnly:
    """Draw nothing: data alone."""

    namespace = ""
    keys = ""

    def node(self, node: Node) -> str:
        """Return what is drawn of a node."""
        return ""

    def edge(self, edge: Edge) -> str:
        """Return what is drawn of an edge."""
        return ""


class _Yed(_DataOnly):
    """Draw boxes and arrows with labels."""

    namespace = ' xmlns:y="http://www.yworks.com/xml/graphml"'
    keys = (
        '<key id="ng" for="node" yfiles.type="nodegraphics"/>\n<key id="eg" for="edge" yfiles.type="edgegraphics"/>\n'
    )

    def __init__(self, colors: Mapping[str, str]) -> None:
        self._colors = colors

    def node(self, node: Node) -> str:
        """Return a box as wide as its label."""
        label = one_line(node.label, _LONGEST)
        width = 24
        for letter in label:
            width += 13 if ord(letter) > 255 else 7
        return (
            f'<data key="ng"><y:ShapeNode><y:Geometry height="30.0" width="{width}.0" x="0.0" y="0.0"/>'
            f'<y:Fill color="{self._colors[node.type]}" transparent="false"/>'
            '<y:BorderStyle color="#666666" type="line" width="1.0"/>'
            f'<y:NodeLabel>{escape_xml(label)}</y:NodeLabel><y:Shape type="roundrectangle"/></y:ShapeNode></data>'
        )

    def edge(self, edge: Edge) -> str:
        """Return an arrow."""
        return (
            '<data key="eg"><y:PolyLineEdge><y:LineStyle color="#999999" type="line" width="1.0"/>'
            '<y:Arrows source="none" target="standard"/>'
            f"<y:EdgeLabel>{escape_xml(edge.type_label)}</y:EdgeLabel></y:PolyLineEdge></data>"
        )


def write_graphml(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write GraphML 1.0 with every attribute declared; ids are name tokens, as its schema wants."""
    _write_graphml(graph, stream, _DataOnly())


def write_yed(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write GraphML with the shapes, colours and labels yEd draws; choose a layout there to spread the nodes."""
    _write_graphml(graph, stream, _Yed(graph.colors))


def _write_graphml(graph: PropertyGraph, stream: BinaryIO, drawing: _DataOnly) -> None:
    nodes = graph.node_columns.titles(_NODE_FIELDS)
    edges = graph.edge_columns.titles(_EDGE_FIELDS)
    with text_stream(stream) as file:
        namespaces = f'xmlns="http://graphml.graphdrawing.org/xmlns"{drawing.namespace}'
        file.write(f"{_DECLARATION}<graphml {namespaces}>\n{drawing.keys}")
        file.writelines(_keys("node", _typed(_NODE_FIELDS, nodes, graph.node_columns)))
        file.writelines(_keys("edge", _typed(_EDGE_FIELDS, edges, graph.edge_columns)))
        file.write('<graph id="jixiao" edgedefault="directed">\n')
        for node in graph.nodes():
            data = _data("n", chain(node.facts(), _titled(nodes, node.attributes)))
            file.write(f'<node id="{node.id}">{data}{drawing.node(node)}</node>\n')
        for edge in graph.edges():
            data = _data("e", chain(edge.facts(), _titled(edges, edge.attributes)))
            ends = f'source="{edge.source}" target="{edge.target}"'
            file.write(f'<edge id="{edge.id}" {ends}>{data}{drawing.edge(edge)}</edge>\n')
        file.write("</graph>\n</graphml>\n")


def _keys(what: str, columns: Texts) -> Iterator[str]:
    for title, kind in columns:
        yield f'<key id="{what[0]}.{title}" for="{what}" attr.name="{title}" attr.type="{kind}"/>\n'


def _data(what: str, values: Texts) -> str:
    return "".join(f'<data key="{what}.{key}">{escape_xml(text)}</data>' for key, text in values)


# ---------------------------------------------------------------- GEXF

_GEXF_HEAD = (
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
    "<meta><creator>jixiao</creator><description>预算绩效知识图谱</description></meta>\n"
    '<graph defaultedgetype="directed" mode="dynamic" timeformat="date" timerepresentation="interval">\n'
)
_GEXF_NODE_FIELDS = ("type", "typeLabel", "iri")


def write_gexf(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write GEXF 1.3: declared attributes, a colour a class, fiscal years as spells of a dynamic graph."""
    nodes = graph.node_columns.titles(("id", "label", *_GEXF_NODE_FIELDS))
    edges = graph.edge_columns.titles(("id", "label", "kind", "source", "target", "weight"))
    with text_stream(stream) as file:
        file.write(_DECLARATION + _GEXF_HEAD)
        file.writelines(_declared("node", _typed(_GEXF_NODE_FIELDS, nodes, graph.node_columns)))
        if edges:
            file.writelines(_declared("edge", _typed((), edges, graph.edge_columns)))
        file.write(f'<nodes count="{graph.node_count}">\n')
        file.writelines(_gexf_nodes(graph, nodes))
        file.write(f'</nodes>\n<edges count="{graph.edge_count}">\n')
        file.writelines(_gexf_edges(graph, edges))
        file.write("</edges>\n</graph>\n</gexf>\n")


def _gexf_nodes(graph: PropertyGraph, titles: Mapping[str, str]) -> Iterator[str]:
    colors = {kind: _viz_color(color) for kind, color in graph.colors.items()}
    for node in graph.nodes():
        fixed = ((name, text) for name, text in node.facts() if name in _GEXF_NODE_FIELDS)
        values = _attvalues(chain(fixed, _titled(titles, node.attributes)))
        drawn = _spells(node.years) + colors[node.type]
        yield f'<node id="{node.id}" label="{escape_xml(node.label)}">{values}{drawn}</node>\n'


def _gexf_edges(graph: PropertyGraph, titles: Mapping[str, str]) -> Iterator[str]:
    for edge in graph.edges():
        values = _attvalues(_titled(titles, edge.attributes))
        ends = f'source="{edge.source}" target="{edge.target}"'
        named = f'kind="{edge.type}" label="{escape_xml(edge.type_label)}"'
        yield f'<edge id="{edge.id}" {ends} {named}>{values}</edge>\n'


def _declared(what: str, columns: Texts) -> Iterator[str]:
    yield f'<attributes class="{what}" mode="static">\n'
    for title, kind in columns:
        yield f'<attribute id="{title}" title="{title}" type="{kind}"/>\n'
    yield "</attributes>\n"


def _attvalues(values: Texts) -> str:
    rows = "".join(f'<attvalue for="{name}" value="{escape_xml(text)}"/>' for name, text in values)
    if not rows:
        return ""
    return f"<attvalues>{rows}</attvalues>"


def _spells(years: Sequence[int]) -> str:
    """Return the years as spells, those that follow each other as one."""
    if not years:
        return ""
    spells: list[list[int]] = []
    for year in years:
        if spells and year == spells[-1][1] + 1:
            spells[-1][1] = year
        else:
            spells.append([year, year])
    rows = "".join(f'<spell start="{first:04}-01-01" end="{last:04}-12-31"/>' for first, last in spells)
    return f"<spells>{rows}</spells>"


def _viz_color(color: str) -> str:
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
