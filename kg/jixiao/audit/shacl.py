"""Run SHACL shapes with pySHACL, the reference: for ``jixiao validate --engine pyshacl`` and for the tests.

Shapes are property shapes with an IRI, an id (``jx:rule``), a severity and a message in Chinese and in English. A rule
written with ``sh:sparql`` is a node shape of its own that carries the id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.audit.registry import at_least
from jixiao.audit.shape_graph import SEVERITIES, ShapeGraph
from jixiao.audit.shapes import ShapeResult, rule_files, structure_files
from jixiao.errors import GraphError
from jixiao.model import Severity
from jixiao.vocab import JX, SH, XSD

if TYPE_CHECKING:
    from pyoxigraph import Quad
    from rdflib import Graph
    from rdflib.term import Node

    from jixiao.store.protocol import Store

COLUMNS = ("document", "rule", "severity", "focus", "path", "value", "message", "message_en")
_FILES = f"?document <{JX.sha256}> ?digest ; <{JX.fileName}> ?file"
_DOCUMENTS = f"SELECT ?graph ?file {{ GRAPH ?graph {{ {_FILES} }} }} ORDER BY ?file"


def write_reference(
    store: Store,
    format: str,  # noqa: A002
    output: Path | None,
    *,
    min_severity: str | None = None,
) -> int:
    """Run every shape with pySHACL over each document of a store, write the results, and return the violations.

    ``format`` is text or one of the formats of tables. Raises ``UsageError`` for another, or an unknown severity.
    """
    from jixiao.exporting import write_rows
    from jixiao.exporting.output import open_output

    wanted = at_least(min_severity)
    rows = [row for row in _rows(store) if row["severity"] in wanted]
    if format == "text":
        with open_output(output) as stream:
            stream.writelines(f"{_line(row)}\n".encode() for row in rows)
            stream.write(f"pySHACL：共 {len(rows)} 条\n".encode())
    else:
        write_rows(rows, COLUMNS, format, output)
    return sum(row["severity"] == Severity.VIOLATION for row in rows)


def _rows(store: Store) -> Iterator[dict[str, str | None]]:
    documents: Any = store.query(_DOCUMENTS)
    for graph, file in [(row["graph"].value, row["file"].value) for row in documents]:
        for result in run_shapes(store.read_graph(graph), (*structure_files(), *rule_files())):
            yield {"document": file, **{name: getattr(result, name) for name in COLUMNS[1:]}}


def _line(row: Mapping[str, str | None]) -> str:
    value = f"（{row['value']}）" if row["value"] else ""
    return f"{row['document']}  {row['rule']} {row['severity']}  {row['message']}{value}  {row['focus']}"


def run_shapes(data: bytes, paths: Sequence[Path]) -> list[ShapeResult]:
    """Return what the shapes object to in ``data`` (N-Quads or N-Triples, graph names ignored), sorted.

    Raises ``GraphError`` for data or shapes that cannot be read.
    """
    from pyoxigraph import RdfFormat, parse

    shapes = ShapeGraph(paths)
    try:
        quads = list(parse(data, RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise GraphError(f"数据不是合法的 N-Quads：{error}", "bad-quads") from error
    return sorted(set(_results(_report(quads, shapes), shapes)))


def _report(quads: Iterable[Quad], shapes: ShapeGraph) -> bytes:
    import pyshacl
    import rdflib

    shapes_graph = rdflib.Graph().parse(data=shapes.ntriples(), format="nt")
    _, report, text = pyshacl.validate(_rdflib_graph(quads), shacl_graph=shapes_graph, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise GraphError(f"pySHACL 未能完成校验：{text}", "shacl-failure")
    return report.serialize(format="nt", encoding="utf-8")


def _rdflib_graph(quads: Iterable[Quad]) -> Graph:
    import rdflib
    from pyoxigraph import BlankNode, NamedNode

    @cache
    def term(value: Any) -> Node:
        if isinstance(value, NamedNode):
            return rdflib.URIRef(value.value)
        if isinstance(value, BlankNode):
            return rdflib.BNode(value.value)
        if value.language:
            return rdflib.Literal(value.value, lang=value.language)
        if value.datatype.value == XSD.string:  # rdflib takes "x" and "x"^^xsd:string for two
            return rdflib.Literal(value.value)
        return rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value))

    graph = rdflib.Graph()
    for quad in quads:
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _results(report: bytes, shapes: ShapeGraph) -> Iterator[ShapeResult]:
    """Read a validation report; nested results (``sh:detail``) are not results of their own."""
    from pyoxigraph import RdfFormat, parse

    nodes: defaultdict[Any, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse(report, RdfFormat.N_TRIPLES):
        nodes[quad.subject][quad.predicate.value].append(quad.object)
    for result in [each for node in list(nodes.values()) for each in node.get(SH.result, ())]:
        stated = nodes[result]
        (shape,) = stated[SH.sourceShape]
        paths = [_path(each, nodes[each]) for each in stated[SH.resultPath]]
        values = [each.value for each in stated[SH.value]]
        yield ShapeResult(
            rule=shapes.text(shape, JX.rule),
            focus=stated[SH.focusNode][0].value,
            shape=shape.value,
            path=paths[0] if paths else None,
            value=values[0] if values else None,
            severity=SEVERITIES[stated[SH.resultSeverity][0].value],
            message=_message(stated[SH.resultMessage], "zh"),
            message_en=_message(stated[SH.resultMessage], "en"),
        )


def _path(path: Any, stated: Mapping[str, list[Any]]) -> str:
    inverse = stated.get(SH.inversePath)
    return f"^{inverse[0].value}" if inverse else str(path.value)


def _message(messages: Sequence[Any], language: str) -> str:
    """Return the message in a language; pySHACL drops the language of those that it fills values in."""
    tagged = sorted(each.value for each in messages if each.language == language)
    plain = sorted(each.value for each in messages if not each.language and each.value.isascii() == (language == "en"))
    found = tagged or plain
    return found[0] if found else ""
