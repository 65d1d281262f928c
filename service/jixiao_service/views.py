"""Show queries the data as it is now: a view for each version, the old one until the new one is there."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from subprocess import Popen
from typing import Any

from jixiao_service.channels import Channel, Control, ProcessLostError
from jixiao_service.dispatch import WorkerPool
from jixiao_service.problems import Problem
from jixiao_service.settings import ServiceSettings
from jixiao_service.workers import nursery

_SMALL = 300_000  # triples that are loaded so quickly that queries wait for them
_GLANCE = 0.1  # seconds between two looks at what other processes wrote
_SHARE = 0.7  # of the free memory that a view may take before a copy on disk takes its place
_ASK_AGAIN = 5.0  # seconds between two questions for the version of an endpoint's data
_RETRY = 0.5  # seconds between attempts while another process writes


class Views:
    """Keep the current view of a store folder.

    The durable store is read only while a view loads: other processes may write to it at any other time, which the
    times of its ``lock`` and ``version`` files tell. This service writes nothing while ``settled`` is held.
    """

    def __init__(
        self, location: str, settings: ServiceSettings, settled: Callable[[], AbstractAsyncContextManager[None]]
    ) -> None:
        self._location = location
        self._folder = Path(location)
        self._settings = settings
        self._settled = settled
        self._nursery: Control | None = None
        self._process: Popen[bytes] | None = None
        self._view: WorkerPool | None = None
        self._seen: object = None
        self._refresh: asyncio.Task[None] | None = None
        self._wanted = 0  # the count of changes there have been
        self._have = -1  # the count of changes that the view has seen
        self._checked = 0.0
        self._not_before = 0.0
        self._failure: Problem | None = None
        self.on_new: Callable[[WorkerPool], Awaitable[None]] | None = None
        self.triples = 0

    async def nursery(self) -> Control:
        """Return the nursery, started anew when it is gone."""
        if self._nursery is None or not self._nursery.alive:
            self._process, sock = nursery.start()
            self._nursery = Control(sock)
        return self._nursery

    def load_no_more(self) -> None:
        """Give up loading a newer view."""
        if self._refresh is not None:
            self._refresh.cancel()

    async def stop(self) -> None:
        """End all processes."""
        self.load_no_more()
        if self._view is not None:
            self._view.retire()
        if self._nursery is not None:
            self._nursery.close()
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    @property
    def workers(self) -> int:
        """Return the number of workers of the current view."""
        if self._view is None:
            return 0
        return self._view.workers

    # ------------------------------------------------------------ the current view

    def _signature(self) -> object:
        """Return what differs when the store may have been written to; None when there is no store."""
        marks: list[int] = []
        for mark in ("store.json", "lock", "version"):
            try:
                marks.append((self._folder / mark).stat().st_mtime_ns)
            except OSError:
                if mark != "version":
                    return None
        return tuple(marks)

    def changed(self) -> None:
        """Take note that this service wrote to the data."""
        self._wanted += 1

    def failure(self) -> Problem | None:
        """Return why the data cannot be asked for though there is a view: a folder that was read can always be."""
        return None

    async def current(self) -> WorkerPool:
        """Return the view to ask.

        What this service wrote before is in it, unless there is so much data that loading takes a while: then queries
        are shown the older view until the newer one is there. So they are while another process writes.
        """
        now = time.monotonic()
        if self._view is not None and not self._view.control.alive:
            self._view = None
        if now >= self._checked + _GLANCE:
            self._checked = now
            if self._signature() != self._seen and self._have == self._wanted:
                self._wanted += 1
        wanted = self._wanted
        while self._view is None or self._have < wanted:
            if self._refresh is None:
                if self._view is not None and time.monotonic() < self._not_before:
                    break
                self._refresh = asyncio.ensure_future(self._renew())
            if self._view is not None and self.triples > _SMALL:
                break
            await asyncio.shield(self._refresh)
            if self._failure is not None:
                break
        if self._view is None:
            raise self._failure or Problem("store-unavailable", reason=self._location)
        return self._view

    async def _renew(self) -> None:
        """Load the present data and let new queries see it."""
        try:
            async with self._settled():
                wanted, signature = self._wanted, self._signature()
                known = self._view.version if self._view else None
                head, view = await self._load(known)
            if "failed" in head:
                self._failure = Problem("store-unavailable", reason=head["failed"], code=head["code"])
                self._not_before = time.monotonic() + _RETRY
                return
            if view is not None:
                if self.on_new is not None:
                    await self.on_new(view)
                old, self._view = self._view, view
                if old is not None:
                    old.retire()
            self._have, self._seen, self._failure = wanted, signature, None
        except ProcessLostError:
            self._failure = Problem("store-unavailable", reason="the process that loads the data ended")
            self._not_before = time.monotonic() + _RETRY
        finally:
            self._refresh = None

    async def _load(self, known: str | None) -> tuple[dict[str, Any], WorkerPool | None]:
        mother = await self.nursery()
        if self._settings.view == "disk":
            return await self._snapshot(mother, known)
        share: float | None = _SHARE
        if self._settings.view == "memory":
            share = None
        process, sock = await mother.fork("view", folder=str(self._folder), known=known, share=share)
        control = Control(sock)
        head = await control.greeting()
        if "failed" in head or head["same"] or head["short"]:
            control.close()
            await mother.wait(process)
            if head.get("short"):
                return await self._snapshot(mother, known)
            return head, None
        self.triples = head["triples"]
        memory = {"memory": self._settings.limits.memory}
        return head, WorkerPool(control, "worker", memory, head["version"], control.close)

    async def _snapshot(self, mother: Control, known: str | None) -> tuple[dict[str, Any], WorkerPool | None]:
        """Let workers read a copy on disk: slower, but it needs no memory."""
        place = Path(tempfile.mkdtemp(prefix="snapshot-", dir=self._folder))
        target = str(place / "data")
        head = await ask_once(mother, "snapshot", folder=str(self._folder), target=target, known=known)

        def dispose() -> None:
            shutil.rmtree(place, ignore_errors=True)

        if "failed" in head or head["same"]:
            dispose()
            return head, None
        self.triples = head["triples"]
        arguments = {"folder": target, "memory": self._settings.limits.memory}
        return head, WorkerPool(mother, "disk-worker", arguments, head["version"], dispose)


class EndpointViews(Views):
    """Keep the current view of a store behind an address: workers that pass queries on.

    The other server always shows its present data. It is asked for its version every few seconds, so that answers say
    what they were made from, and so that workers do not remember what is gone.
    """

    def _signature(self) -> object:
        """Return what differs when it is time to ask again."""
        return time.monotonic() // _ASK_AGAIN

    def failure(self) -> Problem | None:
        """Return why the other server did not answer when it was last asked."""
        return self._failure

    async def _load(self, known: str | None) -> tuple[dict[str, Any], WorkerPool | None]:
        mother = await self.nursery()
        head = await ask_once(mother, "remote-version", location=self._location, known=known)
        if "failed" in head or head["same"]:
            return head, None
        self.triples = head["triples"]
        limits = self._settings.limits
        arguments = {"location": self._location, "memory": limits.memory, "seconds": limits.seconds}
        return head, WorkerPool(mother, "remote-worker", arguments, head["version"], lambda: None)


async def ask_once(mother: Control, role: str, **arguments: Any) -> dict[str, Any]:
    """Fork a process that says one thing and ends."""
    process, sock = await mother.fork(role, **arguments)
    channel = await Channel.open(sock)
    try:
        return await channel.ready
    finally:
        channel.close()
        await mother.wait(process)
