"""Let closed processes work on what strangers send: ``ClosedRoom.run``; nothing of it stays, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

from jixiao_service.answers import Body
from jixiao_service.channels import Channel, Control, ProcessLostError, RequestFailedError
from jixiao_service.observing import log
from jixiao_service.workers import closed, wire

MEMORY = 2 << 30
_PREFIX = "jixiao-convert-"


class UnreadableError(Exception):
    """Say why a file was not read to its end: ``time-limit``, ``memory-limit`` or ``crashed``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class ClosedRoom:
    """Keep the forker of closed processes."""

    def __init__(self, work: Mapping[str, str] = closed.WORK) -> None:
        self._work = work
        self.process: Popen[bytes] | None = None
        self._control: Control | None = None
        self._folders: set[Path] = set()

    def open(self) -> Control:
        """Return the forker, started if there is none; it takes some seconds until it obeys."""
        if self._control is None or not self._control.alive:
            self.process, sock = closed.start(self._work)
            self._control = Control(sock)
        return self._control

    async def run(
        self, work: str, data: bytes, *, seconds: float, memory: int = MEMORY, helped: bool = False, **options: Any
    ) -> bytes:
        """Carry out one piece of ``closed.WORK`` on bytes, in a process that is gone when this ends.

        ``seconds`` and ``memory`` (bytes beyond what it begins with) are its limits. One that is ``helped`` may call
        other programs, in a folder of its own. Raises ``UnreadableError``.
        """
        control = self.open()
        order: dict[str, Any] = {"work": work, "memory": memory, "seconds": seconds, "options": options}
        if not helped:
            return await self._run(control, "closed", order, data)
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._folders.add(folder)
        try:
            return await self._run(control, "helped", {**order, "folder": str(folder)}, data)
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))
            self._folders.discard(folder)

    async def _run(self, control: Control, role: str, order: dict[str, Any], data: bytes) -> bytes:
        made = Body()
        try:
            process, sock = await control.fork(role, **order)
        except ProcessLostError:
            raise UnreadableError("crashed") from None
        channel = await Channel.open(sock)
        try:
            async with asyncio.timeout(order["seconds"]):
                await channel.ready
                await channel.ask(wire.pack(wire.BODY, data), made.add)
            return made.whole()
        except TimeoutError:
            raise UnreadableError("time-limit") from None
        except RequestFailedError as error:
            log("file not read", **error.members)
            raise UnreadableError(error.members["kind"]) from None
        except ProcessLostError:
            raise UnreadableError("crashed") from None
        finally:
            made.close()
            channel.close()
            await asyncio.shield(self._end(control, process))

    @staticmethod
    async def _end(control: Control, process: int) -> None:
        with contextlib.suppress(ProcessLostError):
            await control.end(process)

    async def close(self) -> None:
        """End every process and remove what is left of their folders."""
        if self._control is not None:
            self._control.close()
        if self.process is not None:
            await asyncio.to_thread(self.process.wait)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def clear() -> None:
        """Delete the folders of services that were killed."""
        for rest in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            process = rest.name.removeprefix(_PREFIX).partition("-")[0]
            if not process.isdecimal() or not Path(f"/proc/{process}").exists():
                shutil.rmtree(rest, ignore_errors=True)
