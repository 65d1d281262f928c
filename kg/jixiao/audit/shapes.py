"""Run SHACL shapes over one document's graph, straight in Oxigraph.

A constraint on the focus nodes of a shape selects the same nodes whether an engine binds ``$this`` to one node after
another or asks for all of them at once. Asking once takes milliseconds; tests compare it with pySHACL
(``jixiao.audit.shacl``) result by result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.audit.components import compile_components
from jixiao.audit.figures import fill
from jixiao.audit.registry import rules
from jixiao.audit.shape_graph import SEVERITIES, ShapeGraph
from jixiao.model import Severity
from jixiao.resources import resource
from jixiao.vocab import JX, SH

if TYPE_CHECKING:
    from pyoxigraph import Store

_WHERE = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
_REGEX = re.compile(r"^ *FILTER \(.*\bREGEX\(.*\)$", re.MULTILINE)


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


@dataclass(frozen=True, slots=True)
class Constraint:
    """Hold one constraint: its shape and path, rule id, severity, messages, and the query for all focus nodes.

    ``probe`` is the query without its regular expressions, for one answer: compiling them costs more than all the rest,
    and where it finds nothing the query need not be asked.
    """

    shape: str
    path: str | None
    rule: str
    severity: Severity
    message: str
    message_en: str
    query: str
    probe: str


def structure_files() -> tuple[Path, ...]:
    """Return the shape file that says what every plan, indicator, target and result must have."""
    return (resource("shapes", "structure.ttl"),)


def rule_files() -> tuple[Path, ...]:
    """Return the shape files that rules of the registry are written in."""
    return tuple(resource("shapes", name) for name in sorted({rule.shape for rule in rules().values() if rule.shape}))


def run_constraints(graph: Store, stated: Iterable[Constraint]) -> list[ShapeResult]:
    """Return what the constraints object to in a graph, sorted."""
    return sorted({result for each in stated for result in _run(graph, each)})


def _run(graph: Store, constraint: Constraint) -> Iterator[ShapeResult]:
    ask: Any = partial(graph.query, use_default_graph_as_union=True)
    if next(iter(ask(constraint.probe)), None) is None:
        return
    solutions = ask(constraint.query)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        values = {name: solution[name].value for name in names if solution[name] is not None}
        value = values.get("value")
        if value is None and constraint.path is None:
            value = values["this"]
        yield ShapeResult(
            rule=constraint.rule,
            focus=values["this"],
            shape=constraint.shape,
            path=constraint.path,
            value=value,
            severity=constraint.severity,
            message=fill(constraint.message, values),
            message_en=fill(constraint.message_en, values),
        )


@cache
def constraints(paths: tuple[Path, ...]) -> tuple[Constraint, ...]:
    """Read the constraints of shape files; raises ``GraphError`` for a shape that cannot be run."""
    shapes = ShapeGraph(paths)
    return tuple(
        constraint
        for shape in sorted({*shapes.subjects(SH.targetClass), *shapes.subjects(SH.targetSubjectsOf)}, key=str)
        for target in shapes.targets(shape)
        for constraint in _of_shape(shapes, shape, target)
    )


def _of_shape(shapes: ShapeGraph, shape: Any, target: str) -> Iterator[Constraint]:
    for query in shapes.objects(shape, SH.sparql):
        yield _constraint(shapes, shape, query, _spread(shapes, query, target))
    for speaking in (shape, *shapes.objects(shape, SH.property)):
        for pattern in compile_components(shapes, speaking):
            select = f"SELECT DISTINCT ?this ?value {{ {target} {pattern} }}"
            yield _constraint(shapes, speaking, speaking, select)


def _spread(shapes: ShapeGraph, query: Any, target: str) -> str:
    """Return a query about ``$this`` as one about all focus nodes."""
    select = shapes.text(query, SH.select)
    return shapes.prefixes() + _WHERE.sub(lambda found: f"{found.group()} {target} ", select, count=1)


def _constraint(shapes: ShapeGraph, shape: Any, speaking: Any, query: str) -> Constraint:
    path = shapes.path(shape)
    return Constraint(
        shape=shape.value,
        path=path.replace("<", "").replace(">", "") or None,
        rule=shapes.text(shape, JX.rule),
        severity=SEVERITIES[shapes.text(shape, SH.severity)],
        message=shapes.text(speaking, SH.message, "zh"),
        message_en=shapes.text(speaking, SH.message, "en"),
        query=query,
        probe=_REGEX.sub("", query) + " LIMIT 1",
    )
