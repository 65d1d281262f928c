"""Run the audit rules that are SHACL constraints over one document's graph, straight in Oxigraph.

A SPARQL constraint on the nodes of a class selects the same nodes whether an engine binds ``$this`` to one node after
another or asks for all of them at once. Asking once takes milliseconds; a test compares it with the SHACL engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.audit.figures import fill
from jixiao.audit.registry import rules
from jixiao.audit.shacl import ShapeResult
from jixiao.errors import GraphError
from jixiao.model import Severity
from jixiao.resources import resource
from jixiao.vocab import JX, RDF, SH

if TYPE_CHECKING:
    from pyoxigraph import Store

_WHERE = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
_NAME = re.compile(r"\b(\w+):([\w-]+)")
_LEVELS = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}


@dataclass(frozen=True, slots=True)
class Constraint:
    """Hold one SPARQL constraint: its shape, rule id, severity, messages, and the query for all focus nodes at once.

    ``predicates`` are the only ones the query can look at: all the names it writes, and rdf:type.
    """

    shape: str
    rule: str
    severity: Severity
    message: str
    message_en: str
    query: str
    predicates: frozenset[str]


def rule_files() -> tuple[Path, ...]:
    """Return the shape files that rules of the registry are written in."""
    return tuple(resource("shapes", name) for name in sorted({rule.shape for rule in rules().values() if rule.shape}))


def run_constraints(nquads: bytes) -> list[ShapeResult]:
    """Return what the rule shapes object to in a document's graph (N-Quads, one statement a line), sorted."""
    from pyoxigraph import RdfFormat, Store

    stated = constraints(rule_files())
    named = {f"<{iri}>".encode() for each in stated for iri in each.predicates}
    store = Store()
    relevant = (line for line in nquads.splitlines(keepends=True) if line.split(b" ", 2)[1] in named)
    store.bulk_load(b"".join(relevant), format=RdfFormat.N_QUADS)
    return sorted({result for each in stated for result in _run(store, each)})


def _run(store: Store, constraint: Constraint) -> Iterator[ShapeResult]:
    solutions: Any = store.query(constraint.query, use_default_graph_as_union=True)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        values = {name: solution[name].value for name in names if solution[name] is not None}
        yield ShapeResult(
            rule=constraint.rule,
            focus=values["this"],
            shape=constraint.shape,
            path=None,
            value=values.get("value", values["this"]),
            severity=constraint.severity,
            message=fill(constraint.message, values),
            message_en=fill(constraint.message_en, values),
        )


@cache
def constraints(paths: tuple[Path, ...]) -> tuple[Constraint, ...]:
    """Read the SPARQL constraints of shape files; raises GraphError for one that lacks class, rule or query."""
    from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

    store = Store()
    for path in paths:
        found = parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True)
        store.extend(Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in found)
    declared = {quad.object for quad in store.quads_for_pattern(None, NamedNode(SH.declare), None)}
    prefixes = {_text(store, each, SH["prefix"]): _text(store, each, SH.namespace) for each in declared}
    stated: list[Any] = list(store.quads_for_pattern(None, NamedNode(SH.sparql), None))
    return tuple(
        _constraint(store, quad.subject, quad.object, prefixes)
        for quad in sorted(stated, key=lambda each: str(each.subject))
    )


def _text(store: Store, subject: Any, predicate: str, language: str | None = None) -> str:
    from pyoxigraph import NamedNode

    stated: list[Any] = [quad.object for quad in store.quads_for_pattern(subject, NamedNode(predicate), None)]
    found = [each for each in stated if language is None or each.language == language]
    if len(found) != 1:
        raise GraphError(f"形状应有且仅有一个 {predicate}", "bad-shapes", str(subject))
    return str(found[0].value)


def _constraint(store: Store, shape: Any, node: Any, prefixes: Mapping[str, str]) -> Constraint:
    heading = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes.items()))
    select = _text(store, node, SH.select)
    names = [(prefix, name) for prefix, name in _NAME.findall(select) if prefix in prefixes]
    focus = f" $this a <{_text(store, shape, SH.targetClass)}> . "
    return Constraint(
        shape=shape.value,
        rule=_text(store, shape, JX.rule),
        severity=_LEVELS[_text(store, shape, SH.severity)],
        message=_text(store, node, SH.message, "zh"),
        message_en=_text(store, node, SH.message, "en"),
        query=heading + _WHERE.sub(lambda found: found.group() + focus, select, count=1),
        predicates=frozenset({RDF.type, *(prefixes[prefix] + name for prefix, name in names)}),
    )
