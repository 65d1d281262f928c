"""The engine: a view of the data, workers that can be killed, a writer while there is work for it."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jixiao.store.syntax.analysis import ExternalReference, replace_spans
from jixiao_service.answers import Body, QueryRequest, QueryResult, Row
from jixiao_service.channels import Channel, ProcessLostError
from jixiao_service.desk import Desk, ask_once
from jixiao_service.dispatch import Dispatcher, RunningQuery
from jixiao_service.federation import Broker, accesses_of
from jixiao_service.observing import Observer
from jixiao_service.problems import Problem
from jixiao_service.protocol import RequestBody
from jixiao_service.settings import ServiceSettings
from jixiao_service.views import EndpointViews, Views
from jixiao_service.waiting import Turns
from jixiao_service.workers.data import NO_FEDERATION, NOWHERE

_CALLS = re.compile(rb"\b(?:load|service)\b", re.IGNORECASE)
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class RedirectedCalls:
    """Hold a text whose SERVICE and LOAD calls go elsewhere: to which addresses, and which were not made at all."""

    text: str
    addresses: tuple[str, ...] = ()
    not_called: tuple[str, ...] = ()


class Engine:
    """Answer queries and carry out changes over a store folder, an endpoint, or an empty folder of its own.

    Failures are ``Problem``.
    """

    def __init__(self, settings: ServiceSettings, observer: Observer) -> None:
        self._settings = settings
        self._observer = observer
        self._place: Path | None = None
        self._broker: Broker | None = None
        self._location = settings.store
        self._dumping = Turns(1, waiting=8, retry_after=10)
        self._counted = ("", 0)
        self.dispatcher: Dispatcher
        self.views: Views
        self.desk: Desk

    async def start(self) -> None:
        """Start the processes."""
        settings = self._settings
        if settings.scratch:
            self._place = _scratch_folder()
            self._location = str(self._place / "store")
        location = self._location
        remote = location.startswith(("http://", "https://"))
        views = EndpointViews if remote else Views
        self.views = views(location, settings, lambda: self.desk)
        self.views.clear()
        self.desk = Desk(location, not settings.scratch, settings.limits, self.views.nursery)
        self.dispatcher = Dispatcher(
            settings.limits, settings.ready, self.views.current, self.views.doubt, self._observer
        )
        self.views.on_new = self.dispatcher.prepare
        await self.views.nursery()
        if settings.federation:
            self._broker = Broker(settings.federation, settings.limits.seconds, settings.limits.bytes)
            await self._broker.start()
        if settings.scratch:
            await self.desk.change(b"", what="update", base_iri=None)

    async def stop(self) -> None:
        """End all processes."""
        if self._broker is not None:
            await self._broker.stop()
        self.views.load_no_more()
        await self.desk.close()
        await self.views.stop()
        if self._place is not None:
            shutil.rmtree(self._place, ignore_errors=True)

    async def answer(self, query: QueryRequest, on_long: Callable[[], None] | None = None) -> QueryResult:
        """Answer a query; ``on_long`` is called when it turns out to take its time."""
        if "service" not in query.text.lower():
            return await self.dispatcher.answer(query, on_long)
        redirected = await asyncio.to_thread(self._redirect, query.text, "QueryUnit", query.base_iri)
        federated = replace(query, text=redirected.text)
        if redirected.addresses and self._broker is not None:
            federated = replace(federated, broker=self._broker.prefix)
        try:
            result = await self.dispatcher.answer(federated, on_long)
        finally:
            self._forget(redirected)
        result.not_called = redirected.not_called
        return result

    async def select(self, text: str) -> list[Row]:
        """Answer a SELECT of the service's own, within the usual limits."""
        return (await self.answer(QueryRequest(text))).table()

    async def change(self, body: RequestBody, **order: Any) -> dict[str, Any]:
        """Carry out a change (see ``jixiao_service.workers.writing``); the next query sees it."""
        redirected = RedirectedCalls("")
        if order["what"] == "update" and _CALLS.search(body):
            if len(body) > self._settings.limits.query_bytes:  # read here, where no limit of memory holds
                raise Problem("too-large", limit=self._settings.limits.query_bytes)
            redirected = await asyncio.to_thread(self._redirect, str(body, "utf-8"), "UpdateUnit", order["base_iri"])
            body = redirected.text.encode()
        try:
            async with self.desk.turn():
                try:
                    done = await self.desk.change(body, **order)
                finally:
                    self.views.changed()
                await self.views.catch_up()
        finally:
            self._forget(redirected)
        return done | {"not_called": redirected.not_called}

    def _forget(self, redirected: RedirectedCalls) -> None:
        if self._broker is not None:
            self._broker.forget(redirected.addresses)

    def _redirect(self, text: str, unit: str, base: str | None) -> RedirectedCalls:
        """Let the calls of a text go to the broker; refuse those that are not allowed, unless they may fail in silence.

        The address of a call that may fail becomes one where the engine fails without calling anybody.
        """
        edits, addresses, not_called = [], [], []
        for access in accesses_of(text, unit, base):
            try:
                address = self._ticket(access)
                addresses.append(address)
            except Problem:
                if not access.silent:
                    raise
                address = NOWHERE
                not_called.append(access.address or "?")
            edits.append((*access.span, f"<{address}>"))
        return RedirectedCalls(replace_spans(text, edits), tuple(addresses), tuple(not_called))

    def _ticket(self, access: ExternalReference) -> str:
        if self._broker is not None:
            return self._broker.ticket(access.keyword, access.address)
        address = access.address or "?"
        raise Problem("remote-access", keyword=access.keyword, address=address, reason=NO_FEDERATION)

    async def dump(self, packed: bool) -> tuple[str, Body]:
        """Return the data version and all document graphs as sorted N-Quads, in gzip when ``packed``."""
        async with self._dumping.taken():
            await self.desk.close()
            mother, body = await self.views.nursery(), Body()
            process, sock = await mother.fork("dump", location=self._location, packed=packed)
            channel = await Channel.open(sock, body.add)
            try:
                said = await channel.ready
            except ProcessLostError:
                raise Problem("worker-lost", reason="dump") from None
            finally:
                channel.close()
                await mother.end(process)
            if "failed" in said:
                raise Problem("store-unavailable", reason=said["failed"])
            return said["version"], body

    async def once(self, role: str, **arguments: Any) -> dict[str, Any]:
        """Let a process of its own do one thing with the store, when no change waits, and return what it says."""
        await self.desk.follow()
        return await ask_once(await self.views.nursery(), role, **arguments)

    @property
    def location(self) -> str:
        """Return where the data is."""
        return self._location

    def running(self) -> list[RunningQuery]:
        """Return the running queries, oldest first."""
        return list(self.dispatcher.running.values())

    def cancel(self, query_id: str) -> bool:
        """Cancel a query; say whether it was running."""
        running = self.dispatcher.running.get(query_id)
        if running is not None:
            self.dispatcher.stop(running, "cancelled")
        return running is not None

    @property
    def workers(self) -> int:
        """Return the number of query processes of the current view."""
        return self.views.workers

    async def triples(self) -> int:
        """Return the number of triples of the default graph, counted once a data version."""
        version = await self.version()
        if self._counted[0] != version:
            self._counted = version, int((await self.select(_COUNT))[0]["n"] or 0)
        return self._counted[1]

    async def version(self) -> str:
        """Return the version of the data that the next query sees."""
        return (await self.views.current()).version


def _scratch_folder() -> Path:
    """Return a new folder, in memory where the system has a place for that."""
    ram = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="jixiao-", dir=ram if ram.is_dir() else None))
