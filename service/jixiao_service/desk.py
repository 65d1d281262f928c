"""The desk where changes are handed in: one after another, each durable when it is answered."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from jixiao_service.channels import Channel, Control, ProcessLostError, RequestFailedError
from jixiao_service.dispatch import OVERFLOWS
from jixiao_service.problems import Problem
from jixiao_service.protocol import RequestBody
from jixiao_service.settings import Limits
from jixiao_service.waiting import Turns
from jixiao_service.workers import wire

_IDLE = 2.0  # seconds after which the store is given back to others
_WAITING = 8  # changes, with their bodies
_WAIT = 30.0  # seconds to wait for another process that writes


class Desk:
    """Hand changes to the writer, a process that lives while there is something to write."""

    def __init__(self, location: str, merged: bool, limits: Limits, nursery: Callable[[], Awaitable[Control]]) -> None:
        self._arguments = {"location": location, "merged": merged, "wait": _WAIT, "memory": limits.write_memory}
        self._limits = limits
        self._seconds = limits.write_seconds
        self._nursery = nursery
        self._waiting = Turns(1, waiting=_WAITING, retry_after=5)
        self._turn = asyncio.Lock()
        self._writer: tuple[Control, int, Channel] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    @property
    def writing(self) -> bool:
        """Say whether a change is on its way, from its turn until the data with it is shown."""
        return self._waiting.inside > 0

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for the turn of a change; the next one waits until the data with this one is shown."""
        return self._waiting.taken()

    async def change(self, body: RequestBody, **order: Any) -> dict[str, Any]:
        """Carry out a change and return what the writer says; a change that takes too long is stopped whole."""
        async with self._turn:
            channel = await self._open()
            frames = wire.pack(wire.ASK, json.dumps(order).encode()) + wire.pack(wire.BODY, bytes(body))
            try:
                async with asyncio.timeout(self._seconds):
                    return await channel.ask(frames)
            except TimeoutError:
                await self._kill()
                raise Problem("time-limit", limit=self._seconds) from None
            except asyncio.CancelledError:
                await self._kill()
                raise
            except ProcessLostError:
                ended_by = await self._kill()
                if ended_by in OVERFLOWS:
                    raise Problem("too-complex") from None
                if ended_by == signal.SIGABRT:  # what a failed allocation ends in
                    raise Problem("memory-limit", limit=self._limits.write_memory) from None
                raise Problem("worker-lost", reason="writer") from None
            except RequestFailedError as error:
                raise _problem(error) from None
            finally:
                self._idle = asyncio.get_running_loop().call_later(_IDLE, self._leave)

    async def _open(self) -> Channel:
        if self._idle is not None:
            self._idle.cancel()
        if self._writer is None:
            control = await self._nursery()
            process, sock = await control.fork("writer", **self._arguments)
            channel = await Channel.open(sock)
            try:
                await channel.ready
            except RequestFailedError as error:
                channel.close()
                await control.wait(process)
                raise _problem(error) from None
            self._writer = control, process, channel
        return self._writer[2]

    async def snapshot(self, folder: str, target: str, known: str | None) -> dict[str, Any]:
        """Let a snapshot of the store be taken, by whoever has it open; what was changed before is in it."""
        async with self._turn:
            if self._writer is None:
                return await ask_once(await self._nursery(), "snapshot", folder=folder, target=target, known=known)
            frames = wire.pack(wire.ASK, json.dumps({"what": "snapshot", "target": target, "known": known}).encode())
            try:
                return await self._writer[2].ask(frames + wire.pack(wire.BODY, b""))
            except RequestFailedError as error:
                return {"failed": error.members["message"], "code": error.members["code"]}

    async def follow(self) -> None:
        """Let the side tables follow what was changed, if the store is open here."""
        async with self._turn:
            if self._writer is not None:
                frames = wire.pack(wire.ASK, json.dumps({"what": "follow"}).encode())
                await self._writer[2].ask(frames + wire.pack(wire.BODY, b""))

    def _leave(self) -> None:
        self._leaving = asyncio.ensure_future(self.close())

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Let the writer finish and give the store back; changes wait until the caller is done."""
        async with self._turn:
            if self._writer is not None:
                control, process, channel = self._writer
                self._writer = None
                channel.close()
                await control.wait(process)
            yield

    async def close(self) -> None:
        """Let the writer finish and give the store back."""
        async with self.closed():
            pass

    async def _kill(self) -> int | None:
        """End the writer in the middle of a change, of which nothing will be seen; return the signal that ended it."""
        if self._writer is None:
            return None
        control, process, channel = self._writer
        self._writer = None
        ended_by = await control.end(process)
        channel.close()
        return ended_by


async def ask_once(mother: Control, role: str, **arguments: Any) -> dict[str, Any]:
    """Fork a process that says one thing and ends."""
    process, sock = await mother.fork(role, **arguments)
    channel = await Channel.open(sock)
    try:
        return await channel.ready
    finally:
        channel.close()
        await mother.wait(process)


def _problem(error: RequestFailedError) -> Problem:
    code, message = error.members["code"], error.members["message"]
    if error.members.get("details"):
        return Problem("syntax-error", **error.members["details"])
    if code in ("merged-default-graph", "bad-data"):
        return Problem(code, reason=message)
    if code.startswith("store-") or code == "no-store":
        return Problem("store-unavailable", reason=message, code=code)
    return Problem("update-failed", reason=message)
