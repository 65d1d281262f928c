"""The formats of ``jixiao export`` and ``/export/{format}``, and the one function that writes any of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from jixiao.config import BASE_IRI
from jixiao.errors import UsageError
from jixiao.exporting.output import open_output
from jixiao.exporting.selection import DEEPEST, Selection

if TYPE_CHECKING:
    from jixiao.exporting.building import Marks
    from jixiao.tables import SupportsQuery

GRAPH, RDF, TABLES = "graph", "rdf", "tables"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """Describe a format: what it is written from, by which function, and how far it goes when nothing is said."""

    name: str
    kind: str
    writer: str
    suffix: str
    media_type: str
    title: str
    depth: int = 4
    whole: bool = False

    def load(self) -> Callable[..., None]:
        """Return the function that writes it."""
        module, _, function = self.writer.partition(":")
        found: Callable[..., None] = getattr(import_module(f"jixiao.exporting.{module}"), function)
        return found


def _graph(name: str, writer: str, suffix: str, media_type: str, title: str, depth: int = 4) -> ExportFormat:
    return ExportFormat(name, GRAPH, writer, suffix, media_type, title, depth)


def _rdf(name: str, writer: str, suffix: str, media_type: str, title: str) -> ExportFormat:
    return ExportFormat(name, RDF, f"rdf:{writer}", suffix, media_type, title, DEEPEST, whole=True)


def _tables(name: str, writer: str, suffix: str, media_type: str, title: str) -> ExportFormat:
    return ExportFormat(name, TABLES, writer, suffix, media_type, title, DEEPEST, whole=True)


_BINARY = ("zip", "xlsx")
_ZIP = "application/zip"
_JSON = "application/json"
_XML = "application/xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, ExportFormat] = {
    each.name: each
    for each in (
        _graph("graphml", "xml_graphs:write_graphml", "graphml", _XML, "GraphML (networkx, igraph, Cytoscape)"),
        _graph("yed", "xml_graphs:write_yed", "graphml", _XML, "GraphML (yEd：带标签和颜色)"),
        _graph("gexf", "xml_graphs:write_gexf", "gexf", "application/gexf+xml", "GEXF 1.3 (Gephi)"),
        _graph("cytoscape", "json_graphs:write_cytoscape", "cyjs", _JSON, "Cytoscape JSON"),
        _graph("node-link", "json_graphs:write_node_link", "json", _JSON, "node-link JSON (networkx, D3)"),
        _graph("echarts", "json_graphs:write_echarts", "json", _JSON, "ECharts graph"),
        _graph("g6", "json_graphs:write_g6", "json", _JSON, "AntV G6 5"),
        _graph("dot", "diagrams:write_dot", "dot", "text/vnd.graphviz", "DOT (Graphviz)", 2),
        _graph("mermaid", "diagrams:write_mermaid", "mmd", "text/plain", "Mermaid", 2),
        _graph("neo4j", "databases:write_neo4j", "zip", _ZIP, "Neo4j：neo4j-admin import 的 CSV"),
        _graph("cypher", "databases:write_cypher", "cypher", "application/x-cypher-query", "Cypher 脚本"),
        _graph("nebula", "databases:write_nebula", "zip", _ZIP, "NebulaGraph：CSV 和 importer.yaml"),
        _rdf("turtle", "write_turtle", "ttl", "text/turtle", "Turtle"),
        _rdf("ntriples", "write_ntriples", "nt", "application/n-triples", "N-Triples"),
        _rdf("nquads", "write_nquads", "nq", "application/n-quads", "N-Quads"),
        _rdf("trig", "write_trig", "trig", "application/trig", "TriG"),
        _rdf("rdfxml", "write_rdfxml", "rdf", "application/rdf+xml", "RDF/XML"),
        _rdf("jsonld", "write_jsonld", "jsonld", "application/ld+json", "JSON-LD 1.1"),
        _tables("xlsx", "workbook:write_workbook", "xlsx", _SHEET, "Excel：一表一页，附说明"),
        _tables("csv", "packages:write_csv", "zip", _ZIP, "CSV：一表一个文件（供程序）"),
        _tables("csv-excel", "packages:write_csv_excel", "zip", _ZIP, "CSV：一表一个文件（供 Excel，带 BOM）"),
        _tables("parquet", "packages:write_parquet", "zip", _ZIP, "Parquet：一表一个文件，小数精确"),
        _tables("datapackage", "packages:write_package", "zip", _ZIP, "Frictionless / Fiscal Data Package"),
    )
}


def find_format(name: str) -> ExportFormat:
    """Return a format; raises UsageError with the list of formats for an unknown one."""
    if name not in FORMATS:
        raise UsageError(f"没有这种格式；可用的有 (formats): {' '.join(FORMATS)}", "unknown-format", name)
    return FORMATS[name]


def export(
    store: SupportsQuery,
    format: str,  # noqa: A002
    selection: Selection,
    path: Path | None,
    *,
    compression: str | None = None,
    base_iri: str = BASE_IRI,
    marks: Marks | None = None,
) -> None:
    """Write a format to a file, which is whole or not there, or to standard output (None).

    ``marks`` are further attributes of nodes, such as what an analysis found (``jixiao.analysis.mark_nodes``).
    ``compression`` is gzip or zstd; by default the ending of ``path`` says it. Raises UsageError for what cannot be:
    an unknown format, filters that name nothing, a diagram too large to draw.
    """
    chosen = find_format(format)
    if path is None and chosen.suffix in _BINARY and sys.stdout.isatty():
        raise UsageError(
            "这种格式不是文本，请用 -o 写入文件 (not text: write it to a file with -o)", "needs-file", format
        )
    with open_output(path, compression) as stream:
        write_format(store, chosen, selection, stream, base_iri=base_iri, marks=marks)


def write_format(
    store: SupportsQuery,
    format: ExportFormat,  # noqa: A002
    selection: Selection,
    stream: BinaryIO,
    *,
    base_iri: str = BASE_IRI,
    marks: Marks | None = None,
) -> None:
    """Write a format to a stream (see ``export``)."""
    write = format.load()
    suited = selection.suited(format.depth, whole=format.whole)
    if format.kind != GRAPH:
        write(store, suited, stream)
        return
    from jixiao.exporting.building import build_graph

    with build_graph(store, suited, base_iri=base_iri, marks=marks) as graph:
        write(graph, stream)
