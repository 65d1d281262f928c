"""Compile the constraint components of SHACL core that our shapes use into SPARQL.

Each becomes a pattern that matches a focus node ``?this`` where the component is violated, and binds ``?value`` to the
offending value where it speaks of one (SHACL, section 4). A component that is not here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jixiao.audit.shape_graph import ShapeGraph
from jixiao.errors import GraphError
from jixiao.vocab import JX, RDF, SH, XSD

_LEXICAL = {
    XSD.boolean: "true|false|1|0",
    XSD.decimal: "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)",
    XSD.gYear: "-?([1-9][0-9]{3,}|0[0-9]{3})(Z|[+-][0-9]{2}:[0-9]{2})?",
}
_NODE_KINDS = {SH.IRI: "isIRI(?value)"}
_DESCRIBING = frozenset({RDF.type, JX.rule, SH.path, SH.severity, SH.message, SH.targetClass, SH.targetSubjectsOf})
_OF_OTHERS = frozenset({SH.property, SH.sparql})


def compile_components(shapes: ShapeGraph, shape: Any) -> Iterator[str]:
    """Yield the pattern of each core component a shape states; raises ``GraphError`` for one that is not known.

    ``sh:or`` stands on node shapes and chooses between property shapes; every other component has a path.
    """
    path = shapes.path(shape)
    for predicate, parameter in sorted(shapes.statements(shape), key=str):
        if predicate in _DESCRIBING or predicate in _OF_OTHERS:
            continue
        if predicate == SH["or"] and not path:
            yield _none_of(shapes, shapes.members(parameter))
        elif predicate == SH["in"] and path:
            yield _each(path, _not_in(shapes.members(parameter)))
        elif predicate in _COMPONENTS and path:
            yield _COMPONENTS[predicate](path, parameter)
        else:
            raise GraphError(f"形状用了尚未支持的约束 (not supported here): {predicate}", "bad-shapes", str(shape))


def _none_of(shapes: ShapeGraph, members: list[Any]) -> str:
    """Return the pattern of a node that conforms to none of the shapes."""
    failing = []
    for member in members:
        violations = " || ".join(f"EXISTS {{ {each} }}" for each in compile_components(shapes, member))
        failing.append(f"({violations})")
    return f"FILTER({' && '.join(failing)})"


def _not_in(members: list[Any]) -> str:
    return " && ".join(f"!sameTerm(?value, {member})" for member in members)


def _each(path: str, condition: str) -> str:
    return f"?this {path} ?value . FILTER({condition})"


def _distinct(path: str, count: int) -> str:
    """Return the pattern of a node with that many different values."""
    names = [f"?value{number}" for number in range(count)]
    apart = [f"FILTER(!sameTerm({one}, {other}))" for place, one in enumerate(names) for other in names[:place]]
    return " ".join([*(f"?this {path} {name} ." for name in names), *apart])


def _min_count(path: str, least: Any) -> str:
    return f"FILTER NOT EXISTS {{ {_distinct(path, int(least.value))} }}"


def _max_count(path: str, most: Any) -> str:
    return _distinct(path, int(most.value) + 1)


def _datatype(path: str, datatype: Any) -> str:
    """Return the pattern of a value of another datatype, or one that its own does not allow."""
    lexical = _LEXICAL.get(datatype.value)
    if lexical is None:
        raise GraphError("形状用了尚未支持的数据类型 (datatype not supported)", "bad-shapes", str(datatype))
    fitting = f'DATATYPE(?value) = {datatype} && REGEX(STR(?value), "^({lexical})$")'
    return _each(path, f"!COALESCE({fitting}, false)")


def _node_kind(path: str, kind: Any) -> str:
    if kind.value not in _NODE_KINDS:
        raise GraphError("形状用了尚未支持的节点种类 (node kind not supported)", "bad-shapes", str(kind))
    return _each(path, f"!{_NODE_KINDS[kind.value]}")


def _min_length(path: str, least: Any) -> str:
    return _each(path, f"isBlank(?value) || STRLEN(STR(?value)) < {least.value}")


def _pattern(path: str, pattern: Any) -> str:
    return _each(path, f"isBlank(?value) || !REGEX(STR(?value), {pattern})")


def _min_inclusive(path: str, least: Any) -> str:
    return _each(path, f"!COALESCE(?value >= {least}, false)")


def _max_inclusive(path: str, most: Any) -> str:
    return _each(path, f"!COALESCE(?value <= {most}, false)")


def _less_than_or_equals(path: str, other: Any) -> str:
    return f"?this {path} ?value ; {other} ?other . FILTER(!COALESCE(?value <= ?other, false))"


_COMPONENTS: Mapping[str, Callable[[str, Any], str]] = {
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.minLength: _min_length,
    SH.pattern: _pattern,
    SH.minInclusive: _min_inclusive,
    SH.maxInclusive: _max_inclusive,
    SH.lessThanOrEquals: _less_than_or_equals,
}
