"""Check what was lifted from a document against the structure shapes, and show the printed rows that fall short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from jixiao.audit.shapes import ShapeResult, constraints, run_constraints, structure_files
from jixiao.model import Issue, Severity, Source
from jixiao.vocab import JX, PROV, RDFS

if TYPE_CHECKING:
    from pyoxigraph import Store

# What a document lacks its plans lack too: said once, not for each of six hundred projects.
_IMPLIED = {"plan-department": "document-department", "plan-year": "document-year"}
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def check_structure(graph: Store) -> tuple[Issue, ...]:
    """Return one issue for each result of ``shapes/structure.ttl``, with the row its node was lifted from.

    A breach never takes anything out of the graph: it says that something was not read, or not as it should be.
    """
    results = run_constraints(graph, constraints(structure_files()))
    told = {_name(result) for result in results}
    return tuple(_issue(result, graph) for result in results if _IMPLIED.get(_name(result)) not in told)


def _name(result: ShapeResult) -> str:
    return result.shape.rpartition("#")[2]


def _issue(result: ShapeResult, graph: Store) -> Issue:
    zh, en = result.message, result.message_en
    label = _stated(graph, result.focus, RDFS.label)
    if label:
        zh, en = f"{zh}：{label}", f"{en}: {label}"
    if result.value:
        zh, en = f"{zh}（读到 {result.value}）", f"{en} (read: {result.value})"
    return Issue(
        code="structure-" + _name(result),
        message=f"{zh}；请对照原文核对（规则 {result.rule}）",
        message_en=f"{en}; compare with the document (rule {result.rule})",
        source=_source(graph, _stated(graph, result.focus, PROV.wasDerivedFrom)),
        level=_LEVELS[result.severity],
    )


def _source(graph: Store, row: str | None) -> Source | None:
    """Return the printed row that a node of the graph describes."""
    if row is None:
        return None
    table = _stated(graph, row, JX.inTable)
    return Source(
        table=_integer(_stated(graph, table, JX.number)) if table else None,
        line=_integer(_stated(graph, row, JX.line)) or 0,
        text=_stated(graph, row, JX.text) or "",
        page=_integer(_stated(graph, row, JX.page)),
        where=_stated(graph, row, JX.place) or "",
    )


def _integer(stated: str | None) -> int | None:
    return None if stated is None else int(stated)


def _stated(graph: Store, subject: str, predicate: str) -> str | None:
    """Return the value of a property, the first of several."""
    from pyoxigraph import NamedNode

    found: Iterable[Any] = graph.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
    return min((quad.object.value for quad in found), default=None)
