"""Read shape files into a graph that can be asked for what a shape states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from jixiao.errors import GraphError
from jixiao.model import Severity
from jixiao.vocab import RDF, SH

SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}


class ShapeGraph:
    """Hold the statements of shape files; raises ``GraphError`` for a file that is no Turtle."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._store = Store()
        for path in paths:
            try:
                found = parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True)
                self._store.extend(Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in found)
            except (SyntaxError, ValueError) as error:
                raise GraphError(f"形状文件不是合法的 Turtle：{error}", "bad-shapes", str(path)) from error

    def ntriples(self) -> str:
        """Return everything the files state."""
        return (self._store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"").decode("utf-8")

    def statements(self, subject: Any) -> Iterator[tuple[str, Any]]:
        """Yield the predicates of a subject, as IRIs, with their objects."""
        for quad in self._store.quads_for_pattern(subject, None, None):
            yield quad.predicate.value, quad.object

    def subjects(self, predicate: str) -> list[Any]:
        """Return what a predicate is stated of, in one order."""
        found = {quad.subject for quad in self._store.quads_for_pattern(None, NamedNode(predicate), None)}
        return sorted(found, key=str)

    def objects(self, subject: Any, predicate: str) -> list[Any]:
        """Return what is stated of a subject, in one order."""
        found = [quad.object for quad in self._store.quads_for_pattern(subject, NamedNode(predicate), None)]
        return sorted(found, key=str)

    def text(self, subject: Any, predicate: str, language: str | None = None) -> str:
        """Return the one value of a predicate, in a language; raises ``GraphError`` for none and for several."""
        stated = self.objects(subject, predicate)
        found = [each for each in stated if language is None or each.language == language]
        if len(found) != 1:
            raise GraphError(f"形状应有且仅有一个 {predicate}", "bad-shapes", str(subject))
        return str(found[0].value)

    def members(self, node: Any) -> list[Any]:
        """Return the members of an RDF list, in order."""
        found = []
        while node.value != RDF.nil:
            found += self.objects(node, RDF.first)
            (node,) = self.objects(node, RDF.rest)
        return found

    def path(self, shape: Any) -> str:
        """Return the path of a property shape as SPARQL writes it, empty for a node shape."""
        stated = self.objects(shape, SH.path)
        if not stated:
            return ""
        (path,) = stated
        if isinstance(path, NamedNode):
            return str(path)
        return f"^<{self.text(path, SH.inversePath)}>"

    def targets(self, shape: Any) -> list[str]:
        """Return the patterns that select the focus nodes of a node shape."""
        classes = [f"?this a {each} ." for each in self.objects(shape, SH.targetClass)]
        subjects = [f"?this {each} ?any ." for each in self.objects(shape, SH.targetSubjectsOf)]
        return [*classes, *subjects]

    def prefixes(self) -> str:
        """Return the declared prefixes as the heading of a query."""
        names = {self.text(node, SH["prefix"]): self.text(node, SH.namespace) for node in self.subjects(SH["prefix"])}
        return "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in sorted(names.items()))
