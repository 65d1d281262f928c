"""The graph view: a node and its neighbours, as a drawing and as a list."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import Literal
from starlette.responses import HTMLResponse, JSONResponse

from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, Page, page_router
from jixiao_service.pages.reader import node
from jixiao_service.pages.terms import compact
from jixiao_service.problems import Problem

router = page_router()

MOST = 200


@router.get("/graph")
async def graph(page: Opened, iri: str = "") -> HTMLResponse:
    """Show a node and its neighbours; without a node, where to begin."""
    if not iri:
        starts = [{**row, "kind": "Department"} for row in (await page.reader.rows("departments"))[:40]]
        return page.render("graph.html", iri="", starts=starts, neighbours=[], elements="", label="")
    found = await _neighbourhood(page, iri)
    return page.render(
        "graph.html", iri=iri, starts=[], neighbours=found["edges"], label=found["label"], elements=json.dumps(found)
    )


@router.get("/graph/neighbours")
async def neighbours(page: Opened, iri: str) -> JSONResponse:
    """Return a node's neighbours for the drawing."""
    return JSONResponse(await _neighbourhood(page, iri))


async def _neighbourhood(page: Page, iri: str) -> dict[str, Any]:
    """Return the node itself, its neighbours and the edges with what they mean; at most 200."""
    lang, subject = Literal(page.lang), node(iri)
    itself = await page.reader.rows("named", nodes=[subject], language=lang)
    if not any(row["type"] or row["label"] for row in itself):
        raise Problem("not-found", reason=iri)
    rows = await page.reader.rows("neighbours", node=subject, limit=MOST + 1, language=lang)
    edges: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["out"] or "", row["property"] or "", row["node"] or "")
        edge = edges.setdefault(key, _edge(page, row))
        if not edge["kind"]:
            edge |= {"kind": _local(row["type"]), "type": page.codes(row["type"])}
    shown = list(edges.values())
    return {
        "iri": iri,
        "label": _label(page, itself[0], iri),
        "kind": _local(itself[0]["type"]),
        "type": page.codes(itself[0]["type"]),
        "path": page.path(iri),
        "edges": shown[:MOST],
        "cut": len(shown) > MOST,
    }


def _edge(page: Page, row: Row) -> dict[str, Any]:
    label = _label(page, row, row["node"] or "")
    return {
        "out": row["out"] == "true",
        "property": row["propertyLabel"] or compact(row["property"] or ""),
        "node": row["node"],
        "label": f"{label} {row['target']}" if row["target"] else label,
        "kind": _local(row["type"]),
        "type": page.codes(row["type"]),
        "path": page.path(row["node"]),
    }


def _label(page: Page, row: Row, iri: str) -> str:
    return row["label"] or page.codes(row["type"]) or iri.rpartition("/")[2].rpartition("#")[2] or iri


def _local(iri: str | None) -> str:
    return (iri or "").rpartition("#")[2].rpartition("/")[2]
