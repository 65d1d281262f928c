"""Any IRI of the graph as a page."""

from __future__ import annotations

from starlette.responses import Response

from jixiao_service.pages.evidence import KINDS, show
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import node

router = page_router()

PAGES = ("department", "project", "document", "table", "concept", *KINDS)


@router.get("/entity")
async def entity_page(page: Opened, iri: str) -> Response:
    """Open the page about an IRI: its own where it has one, else one that shows what is stated about it."""
    own = page.path(node(iri).value)
    kind = own.split("/")[1]
    if kind in PAGES and (kind != "concept" or iri in page.codes.labels):
        return page.redirect(own)
    return await show(page, iri)
