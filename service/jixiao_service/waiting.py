"""Wait for one's turn, and no longer than the client does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from jixiao_service.problems import Problem


class Watch:
    """Stop the work for a client that hangs up; it costs nothing until a query takes its time."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._work = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    def start_after(self, seconds: float) -> None:
        """Begin to watch when so much time has gone."""
        self._later = asyncio.get_running_loop().call_later(seconds, self.start)

    def start(self) -> None:
        """Begin to watch."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        assert self._work is not None
        if not self._request.scope.get("client_left"):
            self._request.scope["client_left"] = True
            self._work.cancel()

    def stop(self) -> None:
        """Watch no longer."""
        if self._later is not None:
            self._later.cancel()
        if self._task is not None:
            self._task.cancel()


@asynccontextmanager
async def while_there(request: Request) -> AsyncIterator[None]:
    """Do something as long as the client is there, whose request has been read."""
    watch = Watch(request)
    watch.start()
    try:
        yield
    finally:
        watch.stop()


class Turns:
    """Let so many work at once and so many more wait; whoever comes then is told to come again."""

    def __init__(self, at_once: int, waiting: int, retry_after: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._retry_after = retry_after
        self.inside = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Hold a turn; raise the problem too-busy where there is no room to wait."""
        if self.inside >= self._most:
            raise Problem("too-busy", limit=self._most, retry_after=self._retry_after)
        self.inside += 1
        try:
            async with self._turns:
                yield
        finally:
            self.inside -= 1
