"""Documents: the list, one with what was read from it, and its printed tables."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode
from starlette.responses import Response

from jixiao.vocab import JX
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.paging import paged
from jixiao_service.pages.printed import lay_out, width_of
from jixiao_service.pages.reader import PageReader, by_column, node
from jixiao_service.problems import Problem

router = page_router()

MOST_ROWS = 400  # printed rows on one page


@router.get("/document/{key:path}")
async def document_page(page: Opened, key: str) -> Response:
    """Show one document: its tables and what they were read as, issues, findings."""
    reader, iri = page.reader, node(page.iri("document", key))
    return page.render(
        "document.html",
        iri=iri.value,
        about=await reader.one("document", iri),
        read=by_column(await reader.rows("document-read", document=iri), "table"),
        tables=await reader.rows("document-tables", document=iri),
        issues=await reader.rows("document-issues", document=iri),
        findings=await reader.rows("document-findings", document=iri),
        form_type=JX.FilledForm,
    )


@router.get("/table/{key:path}")
async def table_page(page: Opened, key: str, p: int = 1) -> Response:
    """Show one printed table with what was read from each row."""
    iri = node(page.iri("table", key))
    rows = await printed_rows(page.reader, iri)
    if not rows:
        raise Problem("not-found", reason=iri.value)
    about = await page.reader.rows("node", node=iri, language=Literal("zh"))
    document = next(row["value"] or "" for row in about if row["property"] == JX.document)
    read = await page.reader.rows("document-read", document=node(document))
    number, shown = key.rpartition("/")[2], paged(rows, p, MOST_ROWS)
    laid = lay_out(shown.items)
    return page.render(
        "table.html",
        iri=iri.value,
        document=document,
        number=number,
        titles=[row for row in read if row["table"] == iri.value and row["label"]],
        rows=shown,
        laid=laid,
        width=width_of(laid),
        readings={row["row"]: row["readings"] for row in shown.items},
    )


async def printed_rows(reader: PageReader, table: NamedNode) -> list[dict[str, Any]]:
    """Return the rows of a table, each with what was read from it; several repairs of one thing are joined."""
    rows = await reader.rows("table-rows", table=table)
    if not rows:
        return []
    read: dict[str | None, dict[str | None, dict[str, Any]]] = {}
    for reading in await reader.rows("table-readings", table=table):
        thing = read.setdefault(reading["row"], {}).setdefault(reading["iri"], {**reading, "repairs": []})
        if reading["repair"]:
            thing["repairs"].append(reading["repair"])
    return [{**row, "readings": list(read.get(row["row"], {}).values())} for row in rows]
