"""Let code that asks a store ask the running service instead, within its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from jixiao_service.answers import QueryRequest, QueryResult
from jixiao_service.engine import Engine
from jixiao_service.problems import Problem

Result = TypeVar("Result")


class EngineStore:
    """Answer queries as a store does, for code that runs in a thread of its own.

    Failures are ``Problem``; with ``whole`` an answer that was cut is one too.
    """

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop, whole: bool) -> None:
        self._engine = engine
        self._loop = loop
        self._whole = whole
        self._asked: Future[QueryResult] | None = None
        self._left = False

    def leave(self) -> None:
        """Stop what is being asked, and answer nothing more: nobody waits for it."""
        self._left = True
        if self._asked is not None:
            self._asked.cancel()

    def query(self, sparql: str, /) -> Any:
        """Answer a SELECT or ASK."""
        from pyoxigraph import QueryResultsFormat, parse_query_results

        if self._left:
            raise CancelledError
        self._asked = asyncio.run_coroutine_threadsafe(self._engine.answer(QueryRequest(sparql)), self._loop)
        result = self._asked.result()
        if self._whole and result.truncated:
            reason = f"一次读取超过 {result.rows} 行；请缩小范围，或用 jixiao export (more rows than one answer holds)"
            raise Problem("bad-request", reason=reason)
        return parse_query_results(result.body(), QueryResultsFormat.JSON)


async def with_store(engine: Engine, work: Callable[[EngineStore], Result], whole: bool = False) -> Result:
    """Run ``work``, which asks a store, in a thread; it asks no more once this is cancelled."""
    store = EngineStore(engine, asyncio.get_running_loop(), whole)
    try:
        return await asyncio.to_thread(work, store)
    except asyncio.CancelledError:
        store.leave()
        raise
