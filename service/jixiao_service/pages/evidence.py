"""One thing beside its source: what was read, and the printed table with its row marked."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal
from starlette.responses import RedirectResponse, Response

from jixiao.vocab import JX, PREFIXES, PROV, RDF, RDFS, SH
from jixiao_service.answers import Row
from jixiao_service.pages.documents import with_readings
from jixiao_service.pages.page import Opened, Page, page_router
from jixiao_service.pages.reader import node
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


async def thing(page: Opened, key: str) -> Response:
    """Show one thing beside its source."""
    kind = page.request.url.path.split("/")[1]
    return await show(page, page.iri(kind, key))


for _kind in KINDS:
    router.get(f"/{_kind}/{{key:path}}")(thing)


async def show(page: Page, iri: str) -> Response:
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
    focus = values.get(SH.focusNode)
    return page.render(
        "thing.html",
        iri=iri,
        types=_types(statements),
        title=_title(page, statements),
        values=values,
        facts=sorted((row for row in _joined(statements) if row["property"] not in _HIDDEN), key=_place),
        findings=await reader.rows("findings-on", focus=[subject]),
        links=await reader.rows("node-links", node=subject),
        focus=focus,
        printed=[await _table(page, row, sources) for row in _one_each(sources)],
        sources=sources,
        jx={name: JX[name] for name in ("concept", "project", "department", "document", "Indicator", "rule", "repair")},
        message=next(
            (
                row["value"]
                for row in statements
                if row["property"] == SH.resultMessage and row["language"] == page.lang
            ),
            None,
        ),
    )


def _types(statements: list[Row]) -> list[Row]:
    """Return the classes: those of this vocabulary where there are any."""
    types = [row for row in statements if row["property"] == RDF.type]
    return [row for row in types if (row["value"] or "").startswith(PREFIXES["jx"])] or types


def _title(page: Page, statements: list[Row]) -> str:
    labels = {row["language"] or "": row["value"] for row in statements if row["property"] == RDFS.label}
    texts = [row["value"] for row in statements if row["property"] in (JX.text, JX.itemText, JX.rule, JX.code)]
    return labels.get(page.lang) or labels.get("") or labels.get("zh") or next(iter(texts), None) or ""


def _joined(statements: list[Row]) -> list[dict[str, Any]]:
    """Return one row a property with all its values."""
    facts: dict[str | None, dict[str, Any]] = {}
    for row in statements:
        fact = facts.setdefault(row["property"], {**row, "values": []})
        if (row["value"], row["language"]) not in [(each["value"], each["language"]) for each in fact["values"]]:
            fact["values"].append(row)
    return list(facts.values())


def _place(fact: dict[str, Any]) -> int:
    """Return where a fact stands: what is read first, first; printed words and values before references."""
    name = fact["property"].rpartition("#")[2]
    return _FIRST.index(name) if name in _FIRST else len(_FIRST) + (fact["isNode"] == "true")


def _one_each(sources: list[Row]) -> list[Row]:
    """Return the first source row of each printed table, at most three tables; rows of running text stand alone."""
    first = {row["table"] or row["row"]: row for row in reversed(sources)}
    return list(reversed(first.values()))[:3]


async def _table(page: Page, source: Row, sources: list[Row]) -> dict[str, Any]:
    """Return the printed rows around a source row, those read from marked."""
    marked = {row["row"] for row in sources}
    if not source["table"]:
        return {**source, "rows": [{**source, "marked": True, "readings": []}], "before": 0, "after": 0}
    table = node(source["table"])
    rows = with_readings(
        await page.reader.rows("table-rows", table=table), await page.reader.rows("table-readings", table=table)
    )
    places = [index for index, row in enumerate(rows) if row["row"] in marked] or [0]
    start, end = max(0, places[0] - _BEFORE), min(len(rows), places[0] + _AFTER + 1)
    shown = [{**row, "marked": row["row"] in marked} for row in rows[start:end]]
    return {**source, "rows": shown, "before": start, "after": len(rows) - end}
