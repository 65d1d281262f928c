"""Let code that asks a store ask the running service instead, within its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from jixiao_service.engine import Engine, Query
from jixiao_service.negotiation import choose_all

Result = TypeVar("Result")


class EngineStore:
    """Answer queries as a store does, for code that runs in a thread of its own."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._loop = loop

    def query(self, sparql: str, /) -> Any:
        """Answer a SELECT or ASK; failures are ``Problem``."""
        from pyoxigraph import QueryResultsFormat, parse_query_results

        asked = Query(sparql, choose_all(None, "json"))
        answer = asyncio.run_coroutine_threadsafe(self._engine.answer(asked), self._loop).result()
        return parse_query_results(answer.body(), QueryResultsFormat.JSON)


async def with_store(engine: Engine, work: Callable[[EngineStore], Result]) -> Result:
    """Run ``work``, which asks a store, in a thread."""
    return await asyncio.to_thread(work, EngineStore(engine, asyncio.get_running_loop()))
