"""Keep the side view at the version of the data the service answers from."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from jixiao.asking.names import Names
from jixiao.search import View
from jixiao_service.bridge import with_store
from jixiao_service.engine import Engine
from jixiao_service.problems import Problem
from jixiao_service.settings import ServiceSettings

WAIT = 20.0  # seconds a request waits for a view that is being filled


class SideTables:
    """Hold the view and the names questions are read with; both follow the data version."""

    def __init__(self, settings: ServiceSettings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._view: View | None = None
        self._names: tuple[str, asyncio.Task[Names]] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._version = ""

    async def view(self) -> View:
        """Return the view, filled anew when the data has changed."""
        version = await self._engine.version()
        if self._version != version:
            if self._filling is None or self._filling.done():
                self._filling = asyncio.create_task(self._fill(version))
            try:
                await asyncio.wait_for(asyncio.shield(self._filling), WAIT)
            except TimeoutError:
                raise Problem("view-not-ready", retry_after=10) from None
        assert self._view is not None
        return self._view

    async def names(self) -> Names:
        """Return the names of the graph, read once for each version of the data."""
        version = await self._engine.version()
        if self._names is None or self._names[0] != version or _failed(self._names[1]):
            self._names = version, asyncio.create_task(with_store(self._engine, Names.of))
        return await asyncio.shield(self._names[1])

    async def _fill(self, version: str) -> None:
        view = self._view
        if view is None:
            view = await asyncio.to_thread(self._open)

        def fill(store: Any, view: View = view) -> None:
            if view.version() != version:
                view.fill(store, version)

        await with_store(self._engine, fill)
        self._view, self._version = view, version

    def _open(self) -> View:
        """Open the view beside the store; where that cannot be written, in a place of its own."""
        folder = Path(self._settings.store)
        if self._settings.store and not self._settings.scratch and folder.is_dir():
            with contextlib.suppress(OSError, sqlite3.Error):
                return View(folder.with_name(folder.name + ".view.sqlite"))
        return View(None)

    async def close(self) -> None:
        """Stop filling and let the file go."""
        if self._filling is not None and not self._filling.done():
            self._filling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._filling
        if self._view is not None:
            self._view.close()


def _failed(task: asyncio.Task[Names]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
