"""Let queries run: so many at a time, each in a process of its own for as long as it takes, none beyond its limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from jixiao_service.answers import Body, WorkerAnswer
from jixiao_service.engine import Query
from jixiao_service.links import Control, Link, ProcessLostError, RequestFailedError
from jixiao_service.negotiation import offers
from jixiao_service.observing import Observer
from jixiao_service.problems import Problem
from jixiao_service.settings import Limits
from jixiao_service.workers import wire

_LONG_LEVEL = 15  # niceness of long queries
_MOMENT = 0.02  # seconds
_MAX_QUERIES = 50_000  # of one worker, before a fresh one takes its place


@dataclass(slots=True, eq=False)
class Worker:
    """Hold one worker process; one that is ``spent`` takes no further query."""

    process: int
    link: Link
    queries: int = 0
    spent: bool = False


@dataclass(slots=True, eq=False)
class View:
    """Hold what forks workers for one version of the data."""

    control: Control
    role: str
    arguments: dict[str, Any]
    version: str
    dispose: Callable[[], None]
    idle: list[Worker] = field(default_factory=list)
    busy: int = 0
    retired: bool = False
    forking: int = 0

    @property
    def workers(self) -> int:
        """Return how many workers there are, those on their way included."""
        return len(self.idle) + self.busy + self.forking

    async def fork(self, **arguments: Any) -> Worker:
        """Return a fresh worker, ready to be asked."""
        self.forking += 1
        try:
            process, sock = await self.control.fork(self.role, **self.arguments, **arguments)
            link = await Link.open(sock)
            await link.ready
            return Worker(process, link)
        finally:
            self.forking -= 1

    def retire(self) -> None:
        """Take no more queries; go as soon as the running ones have ended."""
        self.retired = True
        for worker in self.idle:
            worker.link.close()
        self.idle.clear()
        self.settle()

    def settle(self) -> None:
        """Go, when retired and nothing runs."""
        if self.retired and not self.busy and not self.forking:
            self.dispose()


@dataclass(slots=True, eq=False)
class Running:
    """Hold one query on its way; ``stopped`` is the kind of problem it was stopped for."""

    query: Query
    query_id: str
    seconds: float
    started: float
    since: float
    on_long: Callable[[], None] | None = None
    state: str = "waiting"
    view: View | None = None
    worker: Worker | None = None
    stopped: str | None = None
    timer: asyncio.TimerHandle | None = None

    def describe(self) -> dict[str, Any]:
        """Return what the list of running queries shows."""
        return {
            "id": self.query_id,
            "state": self.state,
            "since": datetime.fromtimestamp(self.since, UTC).isoformat(timespec="milliseconds"),
            "seconds": round(time.monotonic() - self.started, 3),
            "limit_seconds": self.seconds,
            "process": self.worker.process if self.worker else None,
            "query": self.query.text,
        }


class Dispatcher:
    """Give every query a worker of the view it is shown."""

    def __init__(self, limits: Limits, ready: int, view: Callable[[], Any], observer: Observer) -> None:
        self._limits = limits
        self._observer = observer
        self._ready = ready
        self._view = view
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._short = 0
        self._long = 0
        self._background: set[asyncio.Task[Any]] = set()
        self.running: dict[str, Running] = {}

    # ------------------------------------------------------------ the way of a query

    async def answer(self, query: Query, on_long: Callable[[], None] | None = None) -> WorkerAnswer:
        """Answer a query, or raise the ``Problem`` that says which limit it met."""
        limits = self._limits
        running = Running(
            query,
            query.query_id or uuid4().hex,
            min(query.seconds or limits.seconds, limits.seconds),
            time.monotonic(),
            time.time(),
            on_long,
        )
        if running.query_id in self.running:
            raise Problem("repeated-parameter", parameter="X-Query-Id")
        self.running[running.query_id] = running
        outcome = "left"
        try:
            running.view = view = await self._view()
            await self._admit(running)
            try:
                answer = await self._run(running, view)
            finally:
                self._leave(long=running.state == "long")
            outcome = "cut" if answer.truncated else "ok"
            return answer
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            del self.running[running.query_id]
            elapsed = time.monotonic() - running.started
            self._observer.query(query.text, running.query_id, outcome, elapsed)

    async def _admit(self, running: Running) -> None:
        """Wait for a turn among the short queries.

        As many run at once as the processors can use; one that waits longer than a moment is let in beside them, so
        that queries which have not yet turned out to be long hold up nobody.
        """
        if self._short < self._limits.abreast and self._short + self._long < self._limits.running:
            self._short += 1
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        patience = loop.call_later(_MOMENT, self._let_in, turn)
        try:
            async with asyncio.timeout(min(self._limits.waiting, running.seconds)):
                await turn
        except TimeoutError:
            raise Problem("too-busy", limit=self._limits.running, retry_after=5) from None
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(long=False)
            raise
        finally:
            patience.cancel()

    def _let_in(self, turn: asyncio.Future[None]) -> None:
        """Let a query run beside the others, if there may be more of them at all."""
        if not turn.done() and self._short + self._long < self._limits.running:
            self._waiting.remove(turn)
            self._short += 1
            turn.set_result(None)

    def _leave(self, *, long: bool) -> None:
        """Give up a turn, to the next in line if there is one."""
        if long:
            self._long -= 1
        else:
            self._short -= 1
        while self._waiting and self._short < self._limits.abreast and self._short + self._long < self._limits.running:
            turn = self._waiting.popleft()
            if not turn.done():
                self._short += 1
                turn.set_result(None)

    async def _run(self, running: Running, view: View) -> WorkerAnswer:
        loop = asyncio.get_running_loop()
        worker = running.worker = await self._take(view, federated=running.query.broker is not None)
        if running.stopped:
            self._give_back(view, worker)
            raise self._stopped(running)
        running.state = "running"
        query, body = running.query, Body()
        left = running.started + running.seconds - time.monotonic()
        running.timer = loop.call_later(min(self._limits.slice, left), self._turn_long, running)
        finished = False
        try:
            reply = await worker.link.ask(self._request(query), body)
            finished = True
        except RequestFailedError as error:
            finished = True
            raise self._problem(error, running) from None
        except ProcessLostError:
            raise await self._lost(running, view, worker) from None
        finally:
            running.timer.cancel()
            if finished:
                self._give_back(view, worker)
            else:
                self._spawn(self._end(view, worker))
        choice = query.choices[reply["kind"]]
        assert choice is not None
        return WorkerAnswer(
            reply["kind"],
            choice,
            view.version,
            running.query_id,
            time.monotonic() - running.started,
            reply["cut"],
            min(query.rows or self._limits.rows, self._limits.rows),
            reply["empty"],
            reply["seconds"],
            body,
        )

    def _request(self, query: Query) -> bytes:
        limits = self._limits
        request = {
            "text": query.text,
            "formats": {kind: choice.format.name if choice else None for kind, choice in query.choices.items()},
            "rows": min(query.rows or limits.rows, limits.rows),
            "bytes": limits.bytes,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "base_iri": query.base_iri,
            "broker": query.broker,
        }
        return wire.pack(wire.ASK, json.dumps(request).encode())

    # ------------------------------------------------------------ limits

    def _turn_long(self, running: Running) -> None:
        """Let a query that takes its time step back behind the others, as long as there is room for long ones."""
        worker, view = running.worker, running.view
        assert worker is not None and view is not None
        if running.on_long is not None:
            running.on_long()
        left = running.started + running.seconds - time.monotonic()
        if left <= 0:
            self.stop(running, "time-limit")
        elif self._long >= self._limits.long:
            self.stop(running, "too-many-long")
        else:
            running.state, worker.spent = "long", True
            self._long += 1
            self._leave(long=False)
            self._spawn(view.control.nice(worker.process, _LONG_LEVEL))
            running.timer = asyncio.get_running_loop().call_later(left, self.stop, running, "time-limit")

    def stop(self, running: Running, kind: str) -> None:
        """Stop a query: its process is killed."""
        if running.stopped is None:
            running.stopped = kind
            if running.worker is not None and running.view is not None:
                running.worker.spent = True
                self._spawn(self._kill(running.view, running.worker))

    @staticmethod
    async def _kill(view: View, worker: Worker) -> None:
        """Kill a worker and let go whoever waits for its reply: on a busy machine the process may take long to go."""
        try:
            await view.control.kill(worker.process)
        finally:
            worker.link.abandon()

    def _stopped(self, running: Running) -> Problem:
        limits = {"time-limit": running.seconds, "too-many-long": self._limits.long}
        details: dict[str, Any] = {
            "query_id": running.query_id,
            "elapsed": round(time.monotonic() - running.started, 3),
        }
        assert running.stopped is not None
        if running.stopped in limits:
            details["limit"] = limits[running.stopped]
        if running.stopped == "too-many-long":
            details["retry_after"] = 10
        return Problem(running.stopped, **details)

    def _problem(self, error: RequestFailedError, running: Running) -> Problem:
        kind, details = error.members["kind"], error.members["details"]
        if kind == "not-acceptable":
            details = {"offers": ", ".join(offers(details["result"]))}
        return Problem(kind, query_id=running.query_id, **details)

    async def _lost(self, running: Running, view: View, worker: Worker) -> Problem:
        """Say why a worker is gone."""
        if running.stopped:
            return self._stopped(running)
        try:
            ended_by = await view.control.end(worker.process)
        except ProcessLostError:
            ended_by = None
        if ended_by == signal.SIGABRT:  # what a failed allocation ends in
            return Problem("memory-limit", limit=self._limits.memory, query_id=running.query_id)
        reason = signal.Signals(ended_by).name if ended_by else "exit"
        return Problem("worker-lost", reason=reason, query_id=running.query_id)

    # ------------------------------------------------------------ workers

    async def _take(self, view: View, *, federated: bool) -> Worker:
        """Return a worker: one that waits, else a fresh one; one that may open sockets serves a single query."""
        while view.idle and not federated:
            worker = view.idle.pop()
            if not worker.link.lost.done():
                view.busy += 1
                if not view.idle:
                    self._spawn(self._fill(view))
                return worker
        try:
            worker = await (view.fork(federated=True) if federated else view.fork())
        except (ProcessLostError, OSError) as error:
            raise Problem("worker-lost", reason=str(error) or "fork") from error
        worker.spent = federated
        view.busy += 1
        return worker

    async def _fill(self, view: View) -> None:
        """Keep a worker waiting for the next query."""
        if not view.retired and not view.idle and not view.forking and view.workers < self._limits.running + 1:
            try:
                worker = await view.fork()
            except (ProcessLostError, OSError):
                return
            if view.retired:
                worker.link.close()
                view.settle()
            else:
                view.idle.append(worker)

    async def prepare(self, view: View) -> None:
        """Fork the workers that are kept ready."""
        view.idle.extend(await asyncio.gather(*(view.fork() for _ in range(self._ready))))

    def _give_back(self, view: View, worker: Worker) -> None:
        worker.queries += 1
        if view.retired or worker.spent or worker.queries >= _MAX_QUERIES:
            self._spawn(self._end(view, worker))
        else:
            view.busy -= 1
            view.idle.append(worker)

    async def _end(self, view: View, worker: Worker) -> None:
        """End a worker that is no longer wanted."""
        try:
            await view.control.end(worker.process)
        except ProcessLostError:
            pass
        finally:
            worker.link.close()
            view.busy -= 1
            view.settle()

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(_quietly(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _quietly(work: Any) -> None:
    """Do something that may find its process gone."""
    with contextlib.suppress(ProcessLostError):
        await work
