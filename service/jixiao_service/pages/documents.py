"""Documents: the list, one with what was read from it, and its printed tables."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal
from starlette.responses import HTMLResponse

from jixiao.vocab import JX
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.paging import paged
from jixiao_service.pages.reader import node
from jixiao_service.problems import Problem

router = page_router()

MOST_ROWS = 400  # printed rows on one page


@router.get("/documents")
async def documents(page: Opened, q: str = "", p: int = 1) -> HTMLResponse:
    """List the documents."""
    rows = [
        row
        for row in await page.reader.rows("documents")
        if any(q in (row[name] or "") for name in ("title", "fileName", "departmentName", "year"))
    ]
    return page.render("documents.html", documents=paged(rows, p), q=q)


@router.get("/document/{key:path}")
async def document(page: Opened, key: str) -> HTMLResponse:
    """Show one document: its tables and what they were read as, issues, findings."""
    reader, iri = page.reader, node(page.iri("document", key))
    about = await reader.row("document", document=iri)
    if about is None:
        raise Problem("not-found", reason=iri.value)
    read: dict[str | None, list[Row]] = {}
    for row in await reader.rows("document-read", document=iri):
        read.setdefault(row["table"], []).append(row)
    return page.render(
        "document.html",
        iri=iri.value,
        about=about,
        tables=await reader.rows("document-tables", document=iri),
        read=read,
        issues=await reader.rows("document-issues", document=iri),
        findings=await reader.rows("document-findings", document=iri),
        form_type=JX.FilledForm,
    )


@router.get("/table/{key:path}")
async def table(page: Opened, key: str, p: int = 1) -> HTMLResponse:
    """Show one printed table with what was read from each row."""
    reader, iri = page.reader, node(page.iri("table", key))
    rows = await reader.rows("table-rows", table=iri)
    if not rows:
        raise Problem("not-found", reason=iri.value)
    readings = await reader.rows("table-readings", table=iri)
    about = await reader.rows("node", node=iri, language=Literal("zh"))
    document = next((row["value"] for row in about if row["property"] == JX.document), None)
    return page.render(
        "table.html",
        iri=iri.value,
        document=document,
        number=key.rpartition("/")[2],
        rows=paged(with_readings(rows, readings), p, MOST_ROWS),
    )


def with_readings(rows: list[Row], readings: list[Row]) -> list[dict[str, Any]]:
    """Return printed rows, each with what was read from it; several repairs of one thing are joined."""
    read: dict[str | None, dict[str | None, dict[str, Any]]] = {}
    for row in readings:
        thing = read.setdefault(row["row"], {}).setdefault(row["iri"], {**row, "repairs": []})
        if row["repair"]:
            thing["repairs"].append(row["repair"])
    return [{**row, "marked": False, "readings": list(read.get(row["row"], {}).values())} for row in rows]
