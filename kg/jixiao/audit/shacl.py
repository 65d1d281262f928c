"""Run SHACL shapes over a document's quads: pySHACL as the reference, pyrudof as the fast engine, one result.

Shapes are property shapes with an IRI, an id (``jx:rule``), a severity and a message in Chinese and in English. A rule
written with ``sh:sparql`` is a node shape of its own that carries the id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jixiao.errors import GraphError, UsageError
from jixiao.model import Severity
from jixiao.vocab import JX, RDF, SH, XSD

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, Quad
    from rdflib import Graph
    from rdflib.term import Node

Engine = Literal["pyshacl", "pyrudof"]
_LEVELS = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
_QUERIES = frozenset({SH.select, SH.ask})


@dataclass(frozen=True, slots=True, order=True)
class ShapeResult:
    """Hold one result: the rule and shape that speak, the node they speak of, and what they say.

    ``focus``, ``path`` and ``shape`` are IRIs (an inverse path is ``^IRI``), ``value`` is the offending value's text.
    """

    rule: str
    focus: str
    shape: str
    path: str | None
    value: str | None
    severity: Severity
    message: str
    message_en: str


def run_shapes(data: bytes, shapes: Sequence[Path], engine: Engine = "pyshacl") -> list[ShapeResult]:
    """Return what the shapes object to in ``data`` (N-Quads or N-Triples, graph names ignored), sorted.

    Only predicates that the shapes name are looked at, unless a shape holds a SPARQL query. Raises ``GraphError`` for
    data or shapes that cannot be read, ``UsageError`` for an engine that does not exist.
    """
    run = _ENGINES.get(engine)
    if run is None:
        raise UsageError(f"没有名为 {engine} 的 SHACL 引擎；可用：{'、'.join(_ENGINES)}", "unknown-engine")
    shape_set = read_shapes(tuple(shapes))
    quads = shape_set.relevant(data)
    return sorted(set(_results(run(quads, shape_set), shape_set))) if quads else []


@dataclass(frozen=True)
class ShapeSet:
    """Hold shapes as N-Triples, their ids and messages, and the predicates they look at (None: all)."""

    ntriples: str
    rules: dict[str, str]
    messages: dict[tuple[str, str], str]
    predicates: frozenset[str] | None

    def relevant(self, data: bytes) -> list[Quad]:
        """Return the quads the shapes can look at."""
        from pyoxigraph import RdfFormat, parse

        try:
            quads = list(parse(data, RdfFormat.N_QUADS))
        except (SyntaxError, ValueError) as error:
            raise GraphError(f"数据不是合法的 N-Quads：{error}", "bad-quads") from error
        if self.predicates is None:
            return quads
        return [quad for quad in quads if quad.predicate.value in self.predicates]


@cache
def read_shapes(paths: tuple[Path, ...]) -> ShapeSet:
    """Read shape files once; raises ``GraphError`` for a file that is no Turtle."""
    from pyoxigraph import Literal as Text
    from pyoxigraph import NamedNode, RdfFormat, parse, serialize

    triples: list[Any] = []
    for path in paths:
        try:
            triples += (quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True))
        except (SyntaxError, ValueError) as error:
            raise GraphError(f"形状文件不是合法的 Turtle：{error}", "bad-shapes", str(path)) from error
    said = [each for each in triples if isinstance(each.subject, NamedNode) and isinstance(each.object, Text)]
    rules = {each.subject.value: each.object.value for each in said if each.predicate.value == JX.rule}
    messages = {
        (each.subject.value, each.object.language or ""): each.object.value
        for each in said
        if each.predicate.value == SH.message
    }
    named = {triple.object.value for triple in triples if isinstance(triple.object, NamedNode)} | {RDF.type}
    queried = any(triple.predicate.value in _QUERIES for triple in triples)
    ntriples = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode("utf-8")
    return ShapeSet(ntriples, rules, messages, None if queried else frozenset(named))


def _run_pyshacl(quads: Iterable[Quad], shapes: ShapeSet) -> bytes:
    import pyshacl
    import rdflib

    graph = _rdflib_graph(quads)
    shapes_graph = rdflib.Graph().parse(data=shapes.ntriples, format="nt")
    _, report, text = pyshacl.validate(graph, shacl_graph=shapes_graph, inplace=True)
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


def _run_pyrudof(quads: Iterable[Quad], shapes: ShapeSet) -> bytes:
    try:
        import pyrudof
    except ImportError as error:
        raise UsageError("未安装 pyrudof：pip install pyrudof，或使用 pyshacl 引擎", "engine-missing") from error
    from pyoxigraph import RdfFormat, serialize

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    data = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    rudof.read_data(data.decode("utf-8"), pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    rudof.read_shacl(shapes.ntriples, pyrudof.ShaclFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    rudof.validate_shacl()
    report: str = rudof.serialize_shacl_validation_results(format=pyrudof.ResultShaclValidationFormat.NTriples)
    return report.encode("utf-8")


_ENGINES: dict[str, Callable[[Iterable[Quad], ShapeSet], bytes]] = {"pyshacl": _run_pyshacl, "pyrudof": _run_pyrudof}


def _results(report: bytes, shapes: ShapeSet) -> Iterable[ShapeResult]:
    """Read a validation report; nested results (``sh:detail``) are not results of their own."""
    from pyoxigraph import RdfFormat, parse

    nodes: defaultdict[NamedNode | BlankNode, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse(report, RdfFormat.N_TRIPLES):
        nodes[quad.subject][quad.predicate.value].append(quad.object)
    for result in [each for node in list(nodes.values()) for each in node.get(SH.result, ())]:
        stated = nodes[result]
        shape = stated[SH.sourceShape][0].value
        path = stated[SH.resultPath][0] if stated[SH.resultPath] else None
        yield ShapeResult(
            rule=shapes.rules.get(shape, ""),
            focus=stated[SH.focusNode][0].value,
            shape=shape,
            path=None if path is None else _path(path, nodes[path]),
            value=stated[SH.value][0].value if stated[SH.value] else None,
            severity=_LEVELS[stated[SH.resultSeverity][0].value],
            message=_message(stated[SH.resultMessage], shapes.messages.get((shape, "zh")), "zh"),
            message_en=_message(stated[SH.resultMessage], shapes.messages.get((shape, "en")), "en"),
        )


def _path(path: NamedNode | BlankNode, stated: dict[str, list[Any]]) -> str:
    inverse = stated.get(SH.inversePath)
    return f"^{inverse[0].value}" if inverse else path.value


def _message(messages: Sequence[Any], of_shape: str | None, language: str) -> str:
    """Return the message in a language.

    pySHACL drops the language of messages with values filled in, pyrudof the shape's own message of some constraints.
    """
    tagged = sorted(each.value for each in messages if each.language == language)
    plain = sorted(each.value for each in messages if not each.language and each.value.isascii() == (language == "en"))
    return next(iter(tagged or ([of_shape] if of_shape else plain)), "")
