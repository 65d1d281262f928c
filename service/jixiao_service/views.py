"""Show queries the data as it is now: a view for each version, the old one until the new one is there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

from jixiao_service.channels import Control, ProcessLostError
from jixiao_service.desk import Desk, ask_once
from jixiao_service.dispatch import WorkerPool
from jixiao_service.observing import log
from jixiao_service.problems import Problem
from jixiao_service.settings import ServiceSettings
from jixiao_service.workers import nursery

_FAST = 3_000_000  # statements up to which they are held in memory too
_QUIET = 1.0  # seconds without a change before they are
_GLANCE = 0.1  # seconds between two looks at what other processes wrote
_SHARE = 0.7  # of the free memory that a view may take
_ASK_AGAIN = 5.0  # seconds between two questions for the version of an endpoint's data
_LOOK_AGAIN = 5.0  # seconds until a store that is gone or damaged is looked at again
_TRUSTED = 600.0  # seconds until the files are compared again
_DOUBTED = 60.0  # the same when a query met a limit
_SOON = 2.0  # seconds that a query which met a limit waits for the files to be compared
_RETRY = 0.5  # seconds between attempts while another process writes
_SNAPSHOT = "snapshot-"
_GONE = ("no-store", "store-damaged", "store-newer")  # what makes an older view not to be shown either


_SOUND = object()


class Views:
    """Keep the current view of a store folder.

    A view is a snapshot on disk, which costs no copying and is there at once; a store that is not too large is then
    loaded into memory in the background, where queries are several times faster. The durable store is open only while
    a snapshot is taken: other processes may write to it at any other time, which the times of its ``lock`` and
    ``version`` files tell.
    """

    def __init__(self, location: str, settings: ServiceSettings, desk: Callable[[], Desk]) -> None:
        self._location = location
        self._folder = Path(location)
        self._settings = settings
        self._desk = desk
        self._nursery: Control | None = None
        self._process: Popen[bytes] | None = None
        self._view: WorkerPool | None = None
        self._seen: object = None
        self._refresh: asyncio.Task[None] | None = None
        self._faster: asyncio.Task[None] | None = None
        self._wanted = 0  # the count of changes there have been
        self._have = -1  # the count of changes that the view has seen
        self._checked = 0.0
        self._not_before = 0.0
        self._failure: Problem | None = None
        self._condemned: object = _SOUND
        self._verifying: asyncio.Task[None] | None = None
        self._verified = float("-inf")
        self.on_new: Callable[[WorkerPool], Awaitable[None]] | None = None

    async def nursery(self) -> Control:
        """Return the nursery, started anew when it is gone."""
        if self._nursery is None or not self._nursery.alive:
            self._process, sock = nursery.start(self._location)
            self._nursery = Control(sock)
        return self._nursery

    def load_no_more(self) -> None:
        """Give up loading a newer view."""
        for task in (self._refresh, self._faster, self._verifying):
            if task is not None:
                task.cancel()

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
        """Return the view to ask: what this service wrote before is in it.

        While another process writes, queries are shown the older view, and while this one does: whoever writes waits
        for ``catch_up``.
        """
        now = time.monotonic()
        if self._condemned is not _SOUND:
            if self._failure is not None and self._signature() == self._condemned and now < self._not_before:
                raise self._failure
            self._condemned = _SOUND
            self._wanted += 1
        if self._view is not None and not self._view.control.alive:
            self._view = None
        if self._view is None or not self._desk().writing:
            if now >= self._checked + _GLANCE:
                self._checked = now
                if self._signature() != self._seen and self._have == self._wanted:
                    self._wanted += 1
            await self.catch_up()
        if self._view is None:
            raise self._failure or Problem("store-unavailable", reason=self._location)
        self.suspect(_TRUSTED)
        return self._view

    async def catch_up(self) -> None:
        """Show what was written before, or know why that cannot be shown."""
        wanted = self._wanted
        while self._view is None or self._have < wanted:
            if self._refresh is None:
                if self._view is not None and time.monotonic() < self._not_before:
                    return
                self._refresh = asyncio.ensure_future(self._renew())
            await asyncio.shield(self._refresh)
            if self._failure is not None:
                return

    async def _renew(self) -> None:
        """Take the present data and let new queries see it."""
        try:
            wanted, signature = self._wanted, self._signature()
            known = self._view.version if self._view else None
            head, view = await self._load(known)
            if "failed" in head:
                self._failed(head)
                return
            if view is not None:
                await self._show(view)
                self._told(head)
            self._have, self._seen, self._failure = wanted, signature, None
        except ProcessLostError:
            self._failure = Problem("store-unavailable", reason="the process that loads the data ended")
            self._not_before = time.monotonic() + _RETRY
        finally:
            self._refresh = None

    def _failed(self, head: Mapping[str, Any]) -> None:
        """Take note why the data cannot be read; what is gone or damaged is not answered from an older view either."""
        self._failure = Problem("store-unavailable", reason=head["failed"], code=head["code"])
        self._not_before = time.monotonic() + _RETRY
        if head["code"] not in _GONE:
            return
        self._not_before = time.monotonic() + _LOOK_AGAIN
        log("the store cannot be read", code=head["code"], reason=head["failed"])
        self._condemned = self._signature()
        if self._view is not None:
            self._view.retire()
            self._view = None

    @staticmethod
    def _told(head: Mapping[str, Any]) -> None:
        """Log which documents a reader may see a part of."""
        for graph in head.get("incomplete", ()):
            log("incomplete until it is lifted again", graph=graph)

    def suspect(self, after: float) -> None:
        """Have all files compared with what was written, unless they were within so many seconds."""
        if self._verifying is None and time.monotonic() >= self._verified + after:
            self._verifying = asyncio.ensure_future(self._verify())

    async def doubt(self) -> Problem | None:
        """Return what the files of the data have, after a query that met a limit; None where nothing is found soon."""
        self.suspect(_DOUBTED)
        if self._verifying is not None:
            await asyncio.wait([self._verifying], timeout=_SOON)
        return None if self._condemned is _SOUND else self._failure

    async def _verify(self) -> None:
        try:
            said = await ask_once(await self.nursery(), "verify", folder=str(self._folder))
            self._verified = time.monotonic()
            if "failed" in said:
                self._failed(said)
        except ProcessLostError:
            pass
        finally:
            self._verifying = None

    async def _show(self, view: WorkerPool) -> None:
        """Let new queries see a view; the one before goes when its queries have ended."""
        if self.on_new is not None:
            await self.on_new(view)
        old, self._view = self._view, view
        if old is not None:
            old.retire()

    async def _load(self, known: str | None) -> tuple[dict[str, Any], WorkerPool | None]:
        """Take a snapshot, unless the data is as known; load it into memory afterwards where that is wanted."""
        mother, place = await self.nursery(), self._place()
        target = str(place / "data")

        def dispose() -> None:
            shutil.rmtree(place, ignore_errors=True)

        try:
            head = await self._desk().snapshot(str(self._folder), target, known)
        except BaseException:
            dispose()
            raise
        if "failed" in head or head["same"]:
            dispose()
            return head, None
        arguments = {"folder": target, "memory": self._settings.limits.memory}
        view = WorkerPool(mother, "disk-worker", arguments, head["version"], dispose)
        if self._settings.view == "memory":
            view = await self._in_memory(view, head["merged"], None) or view
        elif self._settings.view == "auto" and head["size"] <= _FAST:
            if self._faster is not None:
                self._faster.cancel()
            self._faster = asyncio.ensure_future(self._speed_up(view, head["merged"]))
        return head, view

    async def _speed_up(self, view: WorkerPool, merged: bool) -> None:
        """Load a view into memory when nothing has changed for a moment, and show that."""
        await asyncio.sleep(_QUIET)
        with contextlib.suppress(ProcessLostError):
            faster = await self._in_memory(view, merged, _SHARE)
            if faster is None:
                return
            try:
                if self._view is view:
                    await self._show(faster)
            finally:
                if self._view is not faster:
                    faster.retire()

    async def _in_memory(self, view: WorkerPool, merged: bool, share: float | None) -> WorkerPool | None:
        """Return a view in memory of the same data; None where memory is too short, or the view is no more."""
        if view.retired:
            return None
        view.forking += 1  # its files are needed meanwhile
        try:
            mother = await self.nursery()
            process, sock = await mother.fork("view", folder=view.arguments["folder"], merged=merged, share=share)
            control = Control(sock)
            try:
                head = await control.greeting()
            except BaseException:
                control.close()
                raise
        finally:
            view.forking -= 1
            view.settle()
        if not head["loaded"]:
            control.close()
            await mother.wait(process)
            return None
        arguments = {"memory": self._settings.limits.memory}
        return WorkerPool(control, "worker", arguments, view.version, control.close)

    def _place(self) -> Path:
        """Return a new folder for a snapshot; in the store's own, where files are linked and not copied."""
        name = f"{_SNAPSHOT}{os.getpid()}-"
        try:
            return Path(tempfile.mkdtemp(prefix=name, dir=self._folder))
        except OSError:
            return Path(tempfile.mkdtemp(prefix=name))

    def clear(self) -> None:
        """Delete the snapshots of services that have ended."""
        for rest in self._folder.glob(_SNAPSHOT + "*"):
            process = rest.name.removeprefix(_SNAPSHOT).partition("-")[0]
            if not process.isdigit() or not Path(f"/proc/{process}").exists():
                shutil.rmtree(rest, ignore_errors=True)


class EndpointViews(Views):
    """Keep the current view of a store behind an address: workers that pass queries on.

    The other server always shows its present data. It is asked for its version every few seconds, so that answers say
    what they were made from, and so that workers do not remember what is gone.
    """

    def _signature(self) -> object:
        """Return what differs when it is time to ask again."""
        return time.monotonic() // _ASK_AGAIN

    def suspect(self, after: float) -> None:
        """Leave the files of the other server to it."""

    def failure(self) -> Problem | None:
        """Return why the other server did not answer when it was last asked."""
        return self._failure

    async def _load(self, known: str | None) -> tuple[dict[str, Any], WorkerPool | None]:
        mother = await self.nursery()
        head = await ask_once(mother, "remote-version", location=self._location, known=known)
        if "failed" in head or head["same"]:
            return head, None
        limits = self._settings.limits
        arguments = {"location": self._location, "memory": limits.memory, "seconds": limits.seconds}
        return head, WorkerPool(mother, "remote-worker", arguments, head["version"], lambda: None)
