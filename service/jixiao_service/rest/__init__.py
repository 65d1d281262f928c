"""REST over the tables, search and questions: ``install`` adds them to an application."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from jixiao_service.rest.description import complete
from jixiao_service.rest.keeper import TableKeeper
from jixiao_service.rest.limiting import Rate
from jixiao_service.rest.routes import router

PER_SECOND, BURST = 50.0, 500


def install(app: FastAPI) -> None:
    """Add the routes; ``JIXIAO_RATE`` is the number of requests a second of one client (0: no limit)."""
    app.state.side = TableKeeper(app.state.settings, app.state.engine)
    rate = float(os.environ.get("JIXIAO_RATE", PER_SECOND))
    app.state.rate = Rate(rate, max(1, min(BURST, int(rate * 10))))
    app.include_router(router)
    inner, plain = app.router.lifespan_context, app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        if "/sparql" not in document["paths"]:  # the document is made once and kept
            complete(document)
        return document

    app.openapi = described  # type: ignore[method-assign]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            try:
                yield
            finally:
                await app.state.side.close()

    app.router.lifespan_context = lifespan
