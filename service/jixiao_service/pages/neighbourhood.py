"""The graph view: a node and its neighbours, as a drawing and as a list."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import Literal
from starlette.responses import JSONResponse, Response

from jixiao.store.syntax.schema import compact_iri
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.reader import node
from jixiao_service.problems import Problem
from jixiao_service.rest.lists import list_page

router = page_router()

MOST = 200


@router.get("/graph")
async def graph_page(page: Opened, iri: str = "") -> Response:
    """Show a node and its neighbours; without a node, where to begin."""
    if not iri:
        starts = await page.of_tables(list_page, "departments", [("sort", "-projects"), ("limit", "40")])
        return page.render("graph.html", iri="", starts=starts.rows(), neighbours=[], elements="", label="")
    found = await _neighbourhood(page, iri)
    about = {"neighbours": found["edges"], "label": found["label"], "elements": json.dumps(found)}
    return page.render("graph.html", iri=iri, starts=[], **about)


@router.get("/graph/neighbours")
async def neighbours(page: Opened, iri: str) -> JSONResponse:
    """Return a node's neighbours for the drawing."""
    return JSONResponse(await _neighbourhood(page, iri))


async def _neighbourhood(page: PageContext, iri: str) -> dict[str, Any]:
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
            edge |= _kind_of(page, row)
    shown = list(edges.values())
    about = {"iri": iri, "label": _label_of(page, itself[0], iri), **_kind_of(page, itself[0]), "path": page.path(iri)}
    return {**about, "edges": shown[:MOST], "cut": len(shown) > MOST}


def _edge(page: PageContext, row: Row) -> dict[str, Any]:
    label = _label_of(page, row, row["node"] or "")
    if row["target"]:
        label += f" {row['target']}"
    return {
        "out": row["out"] == "true",
        "property": row["propertyLabel"] or compact_iri(row["property"] or ""),
        "node": row["node"],
        "label": label,
        **_kind_of(page, row),
        "path": page.path(row["node"]),
    }


def _kind_of(page: PageContext, row: Row) -> dict[str, str]:
    return {"kind": _local(row["type"]), "type": page.codes(row["type"])}


def _label_of(page: PageContext, row: Row, iri: str) -> str:
    return row["label"] or page.codes(row["type"]) or iri.rpartition("/")[2].rpartition("#")[2] or iri


def _local(iri: str | None) -> str:
    return (iri or "").rpartition("#")[2].rpartition("/")[2]
