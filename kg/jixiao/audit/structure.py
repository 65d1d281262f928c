"""Check what was lifted from a document against the structure shapes, and show the printed rows that fall short."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from jixiao.audit.shacl import Engine, ShapeResult, run_shapes
from jixiao.model import Issue, Severity, Source
from jixiao.resources import resource
from jixiao.vocab import JX, PROV, RDFS

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def check_structure(nquads: bytes, engine: Engine = "pyshacl") -> tuple[Issue, ...]:
    """Return one issue for each result of ``shapes/structure.ttl``, with the row its node was lifted from.

    A breach never takes anything out of the graph: it says that something was not read, or not as it should be.
    """
    results = run_shapes(nquads, [resource("shapes", "structure.ttl")], engine)
    if not results:
        return ()
    statements = _statements(nquads, {result.focus for result in results})
    return tuple(_issue(result, statements) for result in results)


def _statements(nquads: bytes, subjects: set[str]) -> dict[str, dict[str, str]]:
    """Return one value of each property of the subjects and of the rows and tables they come from."""
    from pyoxigraph import RdfFormat, parse

    found: dict[str, dict[str, str]] = defaultdict(dict)
    quads: list[Any] = list(parse(nquads, RdfFormat.N_QUADS))
    wanted = set(subjects)
    for predicate in (PROV.wasDerivedFrom, JX.inTable):
        wanted |= {
            each.object.value for each in quads if each.predicate.value == predicate and each.subject.value in wanted
        }
    for quad in quads:
        if quad.subject.value in wanted:
            found[quad.subject.value].setdefault(quad.predicate.value, quad.object.value)
    return found


def _issue(result: ShapeResult, statements: dict[str, dict[str, str]]) -> Issue:
    focus = statements.get(result.focus, {})
    row = statements.get(focus.get(PROV.wasDerivedFrom, ""), {})
    table = statements.get(row.get(JX.inTable, ""), {})
    source = None
    if row:
        source = Source(
            table=int(table[JX.number]) if table else None,
            line=int(row[JX.line]),
            text=row[JX.text],
            page=int(row[JX.page]) if JX.page in row else None,
            where=row.get(JX.place, ""),
        )
    label = focus.get(RDFS.label)
    about, about_en = (f"：{label}", f": {label}") if label else ("", "")
    value, value_en = (f"（读到 {result.value}）", f" (read: {result.value})") if result.value else ("", "")
    return Issue(
        code="structure-" + result.shape.rpartition("#")[2],
        message=f"{result.message}{about}{value}；请对照原文核对（规则 {result.rule}）",
        message_en=f"{result.message_en}{about_en}{value_en}; compare with the document (rule {result.rule})",
        source=source,
        level=_LEVELS[result.severity],
    )
