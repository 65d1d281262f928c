"""Let queries run: so many at a time, each in a process of its own for as long as it takes, none beyond its limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from jixiao_service.answers import Body, QueryRequest, QueryResult
from jixiao_service.channels import Channel, Control, ProcessLostError, RequestFailedError
from jixiao_service.negotiation import offers
from jixiao_service.observing import LEFT, Observer
from jixiao_service.problems import Problem
from jixiao_service.settings import Limits
from jixiao_service.workers import wire

_LONG_LEVEL = 19  # niceness of long queries; below it, in the idle class, they would never end on a busy machine
OVERFLOWS = frozenset({signal.SIGSEGV, signal.SIGBUS})  # how a process ends whose stack is full
_MOMENT = 0.02  # seconds that a query has its turn for itself
_IDLE = 5.0  # seconds after which a worker too many goes
_MAX_QUERIES = 50_000  # of one worker, before a fresh one takes its place


@dataclass(slots=True, eq=False)
class Worker:
    """Hold one worker process; one that is ``spent`` takes no further query."""

    process: int
    channel: Channel
    queries: int = 0
    spent: bool = False
    since: float = 0.0  # when it last answered


@dataclass(slots=True, eq=False)
class WorkerPool:
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
    thinned: asyncio.TimerHandle | None = None

    @property
    def workers(self) -> int:
        """Return how many workers there are, those on their way included."""
        return len(self.idle) + self.busy + self.forking

    async def fork(self, **arguments: Any) -> Worker:
        """Return a fresh worker, ready to be asked."""
        self.forking += 1
        try:
            process, sock = await self.control.fork(self.role, **self.arguments, **arguments)
            channel = await Channel.open(sock)
            await channel.ready
            return Worker(process, channel)
        finally:
            self.forking -= 1
            self.settle()

    def retire(self) -> None:
        """Take no more queries; go as soon as the running ones have ended."""
        self.retired = True
        for worker in self.idle:
            worker.channel.close()
        self.idle.clear()
        self.settle()

    def settle(self) -> None:
        """Go, when retired and nothing runs."""
        if self.retired and not self.busy and not self.forking:
            self.dispose()


@dataclass(slots=True, eq=False)
class RunningQuery:
    """Hold one query on its way; ``stopped`` is the kind of problem it was stopped for."""

    query: QueryRequest
    query_id: str
    seconds: float
    started: float
    since: float
    on_long: Callable[[], None] | None = None
    state: str = "waiting"
    turn: str = "short"
    pool: WorkerPool | None = None
    worker: Worker | None = None
    stopped: str | None = None
    timer: asyncio.TimerHandle | None = None

    @property
    def elapsed(self) -> float:
        """Return the seconds since it was asked."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Return the seconds it may still take."""
        return self.seconds - self.elapsed

    def describe(self) -> dict[str, Any]:
        """Return what the list of running queries shows to who runs the service."""
        process = self.worker and self.worker.process
        return {**self.state_of(), "process": process, "query": self.query.text}

    def state_of(self) -> dict[str, Any]:
        """Return how a query fares, for whoever asked it."""
        return {
            "id": self.query_id,
            "state": self.state,
            "since": datetime.fromtimestamp(self.since, UTC).isoformat(timespec="milliseconds"),
            "seconds": round(self.elapsed, 3),
            "limit_seconds": self.seconds,
        }


class Dispatcher:
    """Give every query a worker of the view it is shown."""

    def __init__(
        self,
        limits: Limits,
        ready: int,
        view: Callable[[], Any],
        doubt: Callable[[], Awaitable[Problem | None]],
        observer: Observer,
    ) -> None:
        self._limits = limits
        self._doubt = doubt
        self._observer = observer
        self._ready = ready
        self._view = view
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._turns = {"short": 0, "aside": 0, "long": 0}
        self._background: set[asyncio.Task[Any]] = set()
        self.running: dict[str, RunningQuery] = {}

    # ------------------------------------------------------------ the way of a query

    async def answer(self, query: QueryRequest, on_long: Callable[[], None] | None = None) -> QueryResult:
        """Answer a query, or raise the ``Problem`` that says which limit it met."""
        seconds = min(query.seconds or self._limits.seconds, self._limits.seconds)
        query_id = query.query_id or uuid4().hex
        running = RunningQuery(query, query_id, seconds, time.monotonic(), time.time(), on_long)
        if running.query_id in self.running:
            raise Problem("repeated-parameter", parameter="X-QueryRequest-Id")
        self.running[running.query_id] = running
        outcome = LEFT
        try:
            running.pool = pool = await self._view()
            await self._admit(running)
            try:
                if pool.retired:  # it went while this one waited, and its files with it
                    running.pool = pool = await self._view()
                answer = await self._run(running, pool)
            finally:
                self._leave(running.turn)
            outcome = "ok"
            if answer.truncated:
                outcome = "cut"
            return answer
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            del self.running[running.query_id]
            self._observer.query(query.text, running.query_id, outcome, running.elapsed)

    async def _admit(self, running: RunningQuery) -> None:
        """Wait for a turn.

        As many begin at once as there are processors; one that runs longer than a moment steps aside and lets the next
        begin, so that queries which have not yet turned out to be long hold up nobody.
        """
        if len(self._waiting) >= self._limits.queued:
            raise Problem("too-busy", limit=self._limits.running, retry_after=5)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._admit_next()
        begun = False
        try:
            async with asyncio.timeout(min(self._limits.waiting, running.seconds)):
                await turn
            begun = True
        except TimeoutError:
            raise Problem("too-busy", limit=self._limits.running, retry_after=5) from None
        finally:
            if not begun:
                self._give_up(turn)

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        """Leave the line; the turn may have come in the same moment."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        elif not turn.cancelled():
            self._leave("short")

    def _admit_next(self) -> None:
        """Let those begin who are next in line, as far as there is room."""
        while (
            self._waiting
            and self._turns["short"] < self._limits.abreast
            and sum(self._turns.values()) < self._limits.running
        ):
            turn = self._waiting.popleft()
            if not turn.cancelled():
                self._turns["short"] += 1
                turn.set_result(None)

    def _leave(self, turn: str) -> None:
        """Give up a turn, to the next in line if there is one."""
        self._turns[turn] -= 1
        self._admit_next()

    def _change_turn(self, running: RunningQuery, turn: str) -> None:
        self._turns[turn] += 1
        running.turn, left = turn, running.turn
        self._leave(left)

    async def _run(self, running: RunningQuery, pool: WorkerPool) -> QueryResult:
        """Let a worker answer a query; it is given back when it has answered, and ended when it has not."""
        query = running.query
        worker = running.worker = await self._take(pool, federated=query.broker is not None)
        if running.stopped:
            self._give_back(pool, worker)
            raise self._stopped(running)
        running.state = "running"
        body, answered = Body(), False
        running.timer = asyncio.get_running_loop().call_later(_MOMENT, self._step_aside, running)
        try:
            reply = await worker.channel.ask(self._order(query), body.add)
            answered = True
        except RequestFailedError as error:
            answered = True
            raise self._refused(error, running) from None
        except ProcessLostError:
            raise await self._lost(running, pool, worker) from None
        finally:
            running.timer.cancel()
            if answered:
                self._give_back(pool, worker)
            else:
                self._spawn(self._end(pool, worker))
        choice = query.choices[reply["kind"]]
        assert choice is not None
        rows = self._rows_allowed(query)
        result = QueryResult(choice, pool.version, reply["cut"], rows, reply["empty"], reply["seconds"], body)
        result.warnings = tuple(reply["warnings"])
        return result

    def _rows_allowed(self, query: QueryRequest) -> int:
        return min(query.rows or self._limits.rows, self._limits.rows)

    def _order(self, query: QueryRequest) -> bytes:
        """Return the frame that asks a worker (``workers.data.Request``)."""
        formats = dict.fromkeys(query.choices)
        formats |= {kind: choice.format.name for kind, choice in query.choices.items() if choice is not None}
        order = {
            "text": query.text,
            "formats": formats,
            "rows": self._rows_allowed(query),
            "bytes": self._limits.bytes,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "base_iri": query.base_iri,
            "broker": query.broker,
            "vocabulary": query.vocabulary,
        }
        return wire.pack(wire.ASK, json.dumps(order).encode())

    # ------------------------------------------------------------ limits

    def _step_aside(self, running: RunningQuery) -> None:
        """Let another query begin beside one that runs longer than a moment."""
        self._change_turn(running, "aside")
        slice_ = min(self._limits.slice - _MOMENT, running.left)
        running.timer = asyncio.get_running_loop().call_later(slice_, self._turn_long, running)

    def _turn_long(self, running: RunningQuery) -> None:
        """Let a query that takes its time step back behind the others, as long as there is room for long ones."""
        worker, pool = running.worker, running.pool
        assert worker is not None and pool is not None
        if running.on_long is not None:
            running.on_long()
        left = running.left
        if left <= 0:
            self.stop(running, "time-limit")
        elif self._turns["long"] >= self._limits.long:
            self.stop(running, "too-many-long")
        else:
            running.state, worker.spent = "long", True
            self._change_turn(running, "long")
            self._spawn(pool.control.nice(worker.process, _LONG_LEVEL))
            running.timer = asyncio.get_running_loop().call_later(left, self.stop, running, "time-limit")

    def stop(self, running: RunningQuery, kind: str) -> None:
        """Stop a query: its process is killed."""
        if running.stopped is None:
            running.stopped = kind
            if running.worker is not None and running.pool is not None:
                running.worker.spent = True
                self._spawn(self._kill(running.pool, running.worker))

    @staticmethod
    async def _kill(pool: WorkerPool, worker: Worker) -> None:
        """Kill a worker and let go whoever waits for its reply: on a busy machine the process may take long to go."""
        try:
            await pool.control.kill(worker.process)
        finally:
            worker.channel.abandon()

    def _stopped(self, running: RunningQuery) -> Problem:
        kind = running.stopped
        assert kind is not None
        details: dict[str, Any] = {"query_id": running.query_id, "elapsed": round(running.elapsed, 3)}
        if kind == "time-limit":
            details["limit"] = running.seconds
        elif kind == "too-many-long":
            details |= {"limit": self._limits.long, "retry_after": 10}
        return Problem(kind, **details)

    @staticmethod
    def _refused(error: RequestFailedError, running: RunningQuery) -> Problem:
        kind, details = error.members["kind"], error.members["details"]
        if kind == "not-acceptable":
            details = {"offers": ", ".join(offers(details["result"]))}
        return Problem(kind, query_id=running.query_id, **details)

    async def _lost(self, running: RunningQuery, pool: WorkerPool, worker: Worker) -> Problem:
        """Say why a worker is gone."""
        if running.stopped == "time-limit" and (damage := await self._doubt()):
            return damage  # a count over a damaged file does not end
        if running.stopped:
            return self._stopped(running)
        try:
            ended_by = await pool.control.end(worker.process)
        except ProcessLostError:
            ended_by = None
        if ended_by == signal.SIGABRT:  # what a failed allocation ends in
            return await self._doubt() or Problem("memory-limit", limit=self._limits.memory, query_id=running.query_id)
        if ended_by in OVERFLOWS:
            return Problem("too-complex", query_id=running.query_id)
        reason = "exit"
        if ended_by:
            reason = signal.Signals(ended_by).name
        return Problem("worker-lost", reason=reason, query_id=running.query_id)

    # ------------------------------------------------------------ workers

    async def _take(self, pool: WorkerPool, *, federated: bool) -> Worker:
        """Return a worker: one that waits, else a fresh one; one that may open sockets serves a single query."""
        while pool.idle and not federated:
            worker = pool.idle.pop()
            if not worker.channel.lost.done():
                pool.busy += 1
                if not pool.idle:
                    self._spawn(self._fill(pool))
                return worker
        try:
            worker = await pool.fork(federated=federated)
        except (ProcessLostError, OSError) as error:
            raise Problem("worker-lost", reason=str(error) or "fork") from error
        worker.spent = federated
        pool.busy += 1
        return worker

    async def _fill(self, pool: WorkerPool) -> None:
        """Keep a worker waiting for the next query."""
        if pool.retired or pool.idle or pool.forking or pool.workers > self._limits.running:
            return
        try:
            worker = await pool.fork()
        except (ProcessLostError, OSError):
            return
        if pool.retired:
            worker.channel.close()
            pool.settle()
        else:
            pool.idle.append(worker)

    async def prepare(self, pool: WorkerPool) -> None:
        """Fork the workers that are kept ready; one that is lost meanwhile is missed by nobody."""
        forked = await asyncio.gather(*(pool.fork() for _ in range(self._ready)), return_exceptions=True)
        pool.idle.extend(each for each in forked if isinstance(each, Worker))

    def _give_back(self, pool: WorkerPool, worker: Worker) -> None:
        worker.queries += 1
        if pool.retired or worker.spent or worker.queries >= _MAX_QUERIES:
            self._spawn(self._end(pool, worker))
        else:
            pool.busy -= 1
            worker.since = time.monotonic()
            pool.idle.append(worker)
            self._thin_later(pool)

    def _thin_later(self, pool: WorkerPool) -> None:
        if len(pool.idle) > self._ready and pool.thinned is None:
            pool.thinned = asyncio.get_running_loop().call_later(_IDLE, self._thin, pool)

    def _thin(self, pool: WorkerPool) -> None:
        """Let workers go that have waited in vain: the first of the row, since the last is the next to be asked."""
        pool.thinned = None
        while len(pool.idle) > self._ready and pool.idle[0].since + _IDLE <= time.monotonic():
            pool.idle.pop(0).channel.close()
        self._thin_later(pool)

    async def _end(self, pool: WorkerPool, worker: Worker) -> None:
        """End a worker that is no longer wanted."""
        try:
            await pool.control.end(worker.process)
        except ProcessLostError:
            pass
        finally:
            worker.channel.close()
            pool.busy -= 1
            pool.settle()

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(_quietly(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _quietly(work: Any) -> None:
    """Do something that may find its process gone."""
    with contextlib.suppress(ProcessLostError):
        await work
