"""The sentence below a figure: what it stands on."""

from __future__ import annotations

from jixiao_service.pages.page import PageContext
from jixiao_service.rest.ground import ground_of
from jixiao_service.rest.lists import Pairs


async def ground_below(page: PageContext, name: str, pairs: Pairs = ()) -> str:
    """Return what figures of a table's rows, narrowed by the parameters of its list, stand on."""
    return (await page.of_tables(ground_of, name, pairs)).sentence(page.lang)
