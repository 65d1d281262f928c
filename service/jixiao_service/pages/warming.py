"""Do ahead, at the start and once for each version of the data, what would keep the first visitor waiting."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from fastapi import Request

from jixiao.errors import JixiaoError
from jixiao.search import search
from jixiao_service.pages.concepts import targets_of
from jixiao_service.pages.heatmap import KINDS
from jixiao_service.pages.reader import PageReader, node, open_reader
from jixiao_service.pages.search import EXAMPLE, answer_of
from jixiao_service.problems import Problem

if TYPE_CHECKING:
    from starlette.datastructures import State

QUERIES = ("code-labels", "counts", "years", "concepts")  # what the home page and others begin with
_QUIET = 15.0  # seconds


async def warm(state: State, quiet: float = 0) -> asyncio.Task[None] | None:
    """Begin the work for the present data unless it has begun; None while there is no data to read.

    It waits until the data has been the same for so many seconds: whoever changes it again and again waits for no work
    on what is gone in a moment.
    """
    try:
        reader = await open_reader(state)
    except (Problem, JixiaoError):
        return None  # a page will say so
    return reader.memory.begin(reader.version, "ahead", lambda: _work(reader, state, quiet))


async def ahead(request: Request) -> None:
    """Begin the work when a page is asked for: the data may have changed since the start."""
    await warm(request.app.state, _QUIET)


async def _work(reader: PageReader, state: State, quiet: float) -> None:
    await asyncio.sleep(quiet)
    with suppress(Problem, JixiaoError):
        if reader.memory.version != reader.version:
            return
        for name in QUERIES:
            await reader.rows(name)
        await reader.rows("department-plans", type=node(KINDS["project"]), year=None)
        for row in await reader.rows("concepts"):
            if row["broader"] is None and row["concept"] and reader.memory.version == reader.version:
                await targets_of(reader, row["concept"])
        view = asyncio.create_task(state.side.view())
        await answer_of(reader, state, EXAMPLE)
        await asyncio.to_thread(search, await view, EXAMPLE)
