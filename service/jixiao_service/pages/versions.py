"""The versions of a document, two of them laid side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from jixiao.differing import choose_version, compare_versions, versions_of
from jixiao.exporting.columns import known_columns
from jixiao_service.bridge import EngineStore, with_store
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import node

router = page_router()

Chosen = Annotated[str | None, Query(max_length=300)]


@router.get("/versions/{key:path}")
async def versions_page(
    page: Opened, key: str, since: Annotated[Chosen, Query(alias="from")] = None, to: Chosen = None
) -> Response:
    """Show what was added, removed or changed between two versions of a document, both with their sources."""
    iri = node(page.iri("document", key)).value

    def told(store: EngineStore) -> Mapping[str, Any]:
        versions = versions_of(store, iri)
        new = choose_version(versions, to, -1)
        old = choose_version(versions, since, max(0, versions.index(new) - 1))
        return {"versions": versions, "old": old, "new": new, "found": compare_versions(store, old, new)}

    engine, reader = page.request.app.state.engine, page.reader
    work = reader.memory.begin(
        reader.version, ("versions", iri, since, to), lambda: with_store(engine, told, whole=True)
    )
    return page.render("versions.html", iri=iri, columns=known_columns(), **await asyncio.shield(work))
