"""Keep the side tables at hand, at the version of the data the service answers from."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

from jixiao.asking.names import Names
from jixiao.tables.side import FILE, SideTables
from jixiao_service.bridge import with_store
from jixiao_service.engine import Engine
from jixiao_service.problems import Problem
from jixiao_service.settings import ServiceSettings

WAIT = 20.0  # seconds a request waits for tables that are being written


class TableKeeper:
    """Hold the tables and the names questions are read with; both follow the data version.

    Whoever writes to the store writes the tables too. Where that did not happen, because a process was killed between
    the two, or the store is an endpoint, a process of its own does it before they are read.
    """

    def __init__(self, settings: ServiceSettings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._tables: SideTables | None = None
        self._names: tuple[str, asyncio.Task[Names]] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._seen = ""

    async def view(self) -> SideTables:
        """Return the tables, brought up to the data first where they are behind."""
        version = await self._engine.version()
        if self._tables is None:
            self._tables = SideTables(self._place())
        if version != self._seen and self._tables.version() != version:
            if self._writing is None or self._writing.done():
                self._writing = asyncio.create_task(self._write(self._tables, version))
            try:
                await asyncio.wait_for(asyncio.shield(self._writing), WAIT)
            except TimeoutError:
                raise Problem("view-not-ready", retry_after=10) from None
        self._seen = version
        return self._tables

    async def names(self) -> Names:
        """Return the names of the graph, read once for each version of the data."""
        version = await self._engine.version()
        if self._names is None or self._names[0] != version or _failed(self._names[1]):
            self._names = version, asyncio.create_task(with_store(self._engine, Names.of))
        return await asyncio.shield(self._names[1])

    async def _write(self, tables: SideTables, version: str) -> None:
        said = await self._engine.once("tables", location=self._engine.location, path=str(tables.path))
        if "failed" in said and said["code"] != "store-locked":  # who holds the store writes the tables at the end
            raise Problem("store-unavailable", reason=said["failed"])

    def _place(self) -> Path | None:
        """Return where the tables of the store are; None for a place of their own."""
        folder = Path(self._engine.location)
        if folder.is_dir() and ((folder / FILE).exists() or os.access(folder, os.W_OK)):
            return folder / FILE
        return None

    async def close(self) -> None:
        """Stop writing and let the file go."""
        if self._writing is not None and not self._writing.done():
            self._writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writing
        if self._tables is not None:
            self._tables.close()


def _failed(task: asyncio.Task[Names]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
