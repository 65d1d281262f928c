"""The sentence below a figure: what it stands on."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool

from jixiao_service.pages.page import PageContext
from jixiao_service.rest.ground import ground_of
from jixiao_service.rest.lists import Pairs


async def ground_below(page: PageContext, name: str, pairs: Pairs = ()) -> str:
    """Return what figures of a table's rows, narrowed by the parameters of its list, stand on."""
    tables = await page.request.app.state.side.view()
    return (await run_in_threadpool(ground_of, tables, name, pairs)).sentence(page.lang)
