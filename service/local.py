"""The engine over a store folder: a view in memory, workers that can be killed, a writer while there is work for it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from service.answers import WorkerAnswer
from service.desk import Desk
from service.dispatch import Dispatcher
from service.engine import Query
from service.settings import ServiceSettings
from service.views import Views


class LocalEngine:
    """Answer queries and carry out changes over a store folder, or over an empty one that lives as long as this."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._place: Path | None = None
        self.dispatcher: Dispatcher
        self.views: Views
        self.desk: Desk

    async def start(self) -> None:
        """Start the processes; the data is loaded before this returns when there is any."""
        settings = self._settings
        if settings.scratch:
            ram = Path("/dev/shm")
            self._place = Path(tempfile.mkdtemp(prefix="jixiao-", dir=ram if ram.is_dir() else None))
        folder = self._place / "store" if self._place else Path(settings.store)
        self.views = Views(folder, settings, lambda: self.desk.close())
        self.desk = Desk(str(folder), not settings.scratch, settings.limits.write_seconds, self.views.nursery)
        self.dispatcher = Dispatcher(settings.limits, settings.ready, self.views.current)
        self.views.on_new = self.dispatcher.prepare
        await self.views.nursery()
        if settings.scratch:
            await self.desk.change(b"", what="update", base_iri=None)

    async def stop(self) -> None:
        """End all processes."""
        await self.desk.close()
        await self.views.stop()
        if self._place is not None:
            shutil.rmtree(self._place, ignore_errors=True)

    async def answer(self, query: Query) -> WorkerAnswer:
        """Answer a query."""
        return await self.dispatcher.answer(query)

    async def version(self) -> str:
        """Return the version of the data that the next query sees."""
        return (await self.views.current()).version
