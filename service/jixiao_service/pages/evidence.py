"""One thing beside its source: what was read, and the printed table with its row marked."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal
from starlette.responses import RedirectResponse, Response

from jixiao.vocab import JX, PREFIXES, PROV, RDF, RDFS, SH
from jixiao_service.answers import Row
from jixiao_service.pages.documents import printed_rows
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.reader import by_column, node
from jixiao_service.problems import Problem

router = page_router()

KINDS = (  # what has a page that shows it beside its source
    "indicator",
    "goal",
    "task",
    "fund",
    "figure",
    "fact",
    "finding",
    "issue",
    "evaluation",
    "management",
    "plan",
    "form",
    "money",
    "field",
    "mention",
    "link",
    "entry",
    "measure",
    "placing",
    "row",
)
_BEFORE, _AFTER = 4, 8  # printed rows shown around the marked one
_FIRST = (  # what is read first
    "targetText",
    "lowerBound",
    "upperBound",
    "unitText",
    "due",
    "kind",
    "actualText",
    "actual",
    "score",
    "weight",
    "amount",
    "value",
    "itemText",
)
_HIDDEN = frozenset({RDF.type, RDFS.label, PROV.wasDerivedFrom, JX.order, JX.text, SH.resultMessage})


async def thing_page(page: Opened, key: str) -> Response:
    """Show one thing beside its source."""
    kind = page.request.url.path.split("/")[1]
    return await show(page, page.iri(kind, key))


for _kind in KINDS:
    router.get(f"/{_kind}/{{key:path}}")(thing_page)


async def show(page: PageContext, iri: str) -> Response:
    """Show what is stated about any node, beside the printed rows it comes from; an entry is part of its project."""
    reader, subject = page.reader, node(iri)
    statements = await reader.rows("node", node=subject, language=Literal(page.lang))
    if not statements:
        raise Problem("not-found", reason=iri)
    values = {row["property"]: row["value"] for row in statements}
    if values.get(RDF.type) == JX.ProjectEntry:
        return RedirectResponse(page.path(values[JX.project]), 303)
    if values.get(RDF.type) == JX.SourceRow or JX.line in values:
        sources = await reader.rows("row-source", row=subject)
    else:
        sources = await reader.rows("node-sources", node=subject)
    by_property = by_column(statements, "property")
    messages = [row["value"] for row in by_property.get(SH.resultMessage, ()) if row["language"] == page.lang]
    return page.render(
        "thing.html",
        iri=iri,
        types=_types(by_property.get(RDF.type, [])),
        title=_title(page, statements),
        values=values,
        facts=_facts(by_property),
        findings=await reader.rows("findings-on", focus=[subject]),
        links=await reader.rows("node-links", node=subject),
        focus=values.get(SH.focusNode),
        printed=[await _printed(page, row, sources) for row in _one_each(sources)],
        sources=sources,
        jx={name: JX[name] for name in ("concept", "project", "department", "document", "Indicator", "rule", "repair")},
        message=next(iter(messages), None),
    )


def _types(types: list[Row]) -> list[Row]:
    """Return the classes: those of this vocabulary where there are any."""
    return [row for row in types if (row["value"] or "").startswith(PREFIXES["jx"])] or types


def _title(page: PageContext, statements: list[Row]) -> str:
    labels = {row["language"] or "": row["value"] for row in statements if row["property"] == RDFS.label}
    texts = [row["value"] for row in statements if row["property"] in (JX.text, JX.itemText, JX.rule, JX.code)]
    return next(filter(None, [*map(labels.get, (page.lang, "", "zh")), *texts[:1]]), "")


def _facts(by_property: dict[str | None, list[Row]]) -> list[dict[str, Any]]:
    """Return one row a property with all its values, in the order they are read."""
    facts = []
    for name, rows in by_property.items():
        if name not in _HIDDEN:
            values: dict[tuple[str | None, ...], Row] = {}
            for row in rows:
                values.setdefault((row["value"], row["language"]), row)
            facts.append({**rows[0], "values": list(values.values())})
    return sorted(facts, key=_place_of)


def _place_of(fact: dict[str, Any]) -> int:
    """Return where a fact stands: what is read first, first; printed words and values before references."""
    name = fact["property"].rpartition("#")[2]
    if name in _FIRST:
        return _FIRST.index(name)
    return len(_FIRST) + int(fact["isNode"] == "true")


def _one_each(sources: list[Row]) -> list[Row]:
    """Return the first source row of each printed table, at most three tables; rows of running text stand alone."""
    first: dict[str | None, Row] = {}
    for row in sources:
        first.setdefault(row["table"] or row["row"], row)
    return list(first.values())[:3]


async def _printed(page: PageContext, source: Row, sources: list[Row]) -> dict[str, Any]:
    """Return the printed rows around a source row, those read from marked."""
    if not source["table"]:
        return {**source, "rows": [{**source, "marked": True, "readings": []}], "before": 0, "after": 0}
    rows = await printed_rows(page.reader, node(source["table"]))
    marked = {row["row"] for row in sources}
    for row in rows:
        row["marked"] = row["row"] in marked
    place = next((index for index, row in enumerate(rows) if row["marked"]), 0)
    start, end = max(0, place - _BEFORE), min(len(rows), place + _AFTER + 1)
    return {**source, "rows": rows[start:end], "before": start, "after": len(rows) - end}
