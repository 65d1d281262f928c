"""The service's ends of the sockets to its processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from itertools import count
from typing import Any, cast

from jixiao_service.workers import wire


class ProcessLostError(Exception):
    """Report that the process at the other end is gone."""


class RequestFailedError(Exception):
    """Report that the process refused a request; ``members`` say why."""

    def __init__(self, members: dict[str, Any]) -> None:
        super().__init__(str(members))
        self.members = members


Receiver = Callable[[bytes], None]  # takes the parts of a result


class Channel(asyncio.Protocol):
    """Speak to one process that answers one request at a time."""

    def __init__(self, receiver: Receiver | None = None) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None
        self._receiver = receiver
        self._reply: asyncio.Future[dict[str, Any]] | None = loop.create_future()  # the first one says READY
        self.ready = self._reply
        self.lost = loop.create_future()

    @classmethod
    async def open(cls, sock: socket.socket, receiver: Receiver | None = None) -> Channel:
        """Speak over a connected socket; ``receiver`` takes what comes before READY."""
        sock.setblocking(False)
        _, channel = await asyncio.get_running_loop().create_connection(lambda: cls(receiver), sock=sock)
        return channel

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take whole frames out of what has come."""
        self._buffer += data
        for tag, payload in wire.take_frames(self._buffer):
            self._take(tag, payload)

    def _take(self, tag: bytes, payload: bytes) -> None:
        if tag == wire.DATA:
            if self._receiver is not None:
                self._receiver(payload)
            return
        reply, self._reply, self._receiver = self._reply, None, None
        if reply is None or reply.done():
            return
        members = json.loads(payload)
        if tag == wire.FAILED:
            reply.set_exception(RequestFailedError(members))
        else:
            reply.set_result(members)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits."""
        self.abandon()
        if not self.lost.done():
            self.lost.set_result(None)

    def ask(self, frames: bytes, receiver: Receiver | None = None) -> asyncio.Future[dict[str, Any]]:
        """Send a request; the future is its reply."""
        assert self._transport is not None
        self._receiver = receiver
        self._reply = self._loop.create_future()
        if self._transport.is_closing():
            self._reply.set_exception(ProcessLostError())
        else:
            self._transport.write(frames)
        return self._reply

    def abandon(self) -> None:
        """Let whoever waits for a reply know that none will come."""
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(ProcessLostError())

    def close(self) -> None:
        """Close this end; the process sees the end of its orders."""
        if self._transport is not None:
            self._transport.close()


class Control:
    """Order a forker about."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._numbers = count(1)
        self._orders: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._buffer = bytearray()
        self._greeting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.alive = True
        sock.setblocking(False)
        asyncio.get_running_loop().add_reader(sock, self._read)

    async def greeting(self) -> dict[str, Any]:
        """Wait for what a view says before it obeys."""
        return await asyncio.shield(self._greeting)

    def _read(self) -> None:
        try:
            data = self._sock.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._buffer += data
        for tag, payload in wire.take_frames(self._buffer):
            members = json.loads(payload)
            reply = self._greeting
            if tag != wire.READY:
                reply = self._orders.pop(members["order"])
            if not reply.done():
                reply.set_result(members)

    async def _order(self, descriptor: int | None = None, **members: Any) -> dict[str, Any]:
        if not self.alive:
            raise ProcessLostError
        number = next(self._numbers)
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._orders[number] = reply
        frame = wire.pack(wire.ASK, json.dumps({"order": number, **members}).encode())
        try:
            socket.send_fds(self._sock, [frame], [descriptor] if descriptor is not None else [])
        except OSError as error:
            self.close()
            raise ProcessLostError from error
        return await reply

    async def fork(self, role: str, **arguments: Any) -> tuple[int, socket.socket]:
        """Fork a process; return its number and the socket to speak to it."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                done = await self._order(theirs.fileno(), what="fork", role=role, arguments=arguments)
        except BaseException:
            ours.close()
            raise
        return int(done["process"]), ours

    async def kill(self, process: int) -> None:
        """Kill a process; it may take a while to go."""
        await self._order(what="kill", process=process)

    async def end(self, process: int) -> int | None:
        """Kill a process, wait until it is gone, and return the signal that ended it (None: it ended by itself)."""
        return (await self._order(what="end", process=process)).get("signal")

    async def wait(self, process: int) -> int | None:
        """Wait until a process is gone."""
        return (await self._order(what="wait", process=process)).get("signal")

    async def nice(self, process: int, level: int) -> None:
        """Let a process step back behind others."""
        await self._order(what="nice", process=process, level=level)

    def close(self) -> None:
        """Close this end; the forker ends all its children and itself."""
        if not self.alive:
            return
        self.alive = False
        asyncio.get_running_loop().remove_reader(self._sock)
        with contextlib.suppress(OSError):
            self._sock.close()
        for reply in (*self._orders.values(), self._greeting):
            if not reply.done():
                reply.set_exception(ProcessLostError())
                reply.exception()  # nobody may be waiting
        self._orders.clear()
