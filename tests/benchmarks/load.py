"""Load a service as many users at once do: ``python -m tests.benchmarks.load --clients 2,16,64 --seconds 20``.

Clients ask without thinking: 60 % point queries, 20 % lists, 12 % pages, 7 % queries of the library and 1 % queries
without end, which nobody waits for; besides, one export and one upload every ten seconds. Printed are answers, times,
and what the processes of the service take; ``tests/api/test_long_hours.py`` drives the same traffic and judges it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jixiao_service.problems import problem_kinds
from tests.benchmarks.servers import ROOT, jixiao

SHARES = {"point": 60, "list": 20, "page": 12, "library": 7, "runaway": 1}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PROJECTS = "SELECT DISTINCT ?p { ?p a jx:Project ; rdfs:label ?l } ORDER BY ?p LIMIT 100"
LIMITS = frozenset({"too-busy", "too-many-long", "time-limit", "view-not-ready", "worker-lost"})
TOKEN = "token-of-the-load"
EVERY = 10.0  # seconds between two uploads or exports
TABLES = ("indicators", "projects", "findings", "amounts", "departments", "documents")


@dataclass
class Seen:
    """Hold what came of some traffic: seconds by kind, limits met, answers that were wrong, and faults."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    limits: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return sum(len(each) for kind, each in self.seconds.items() if kind in SHARES)

    def quantile(self, kind: str, share: float) -> float:
        """Return a quantile in milliseconds."""
        times = sorted(self.seconds[kind]) or [0.0]
        return 1000 * times[min(len(times) - 1, int(len(times) * share))]


class Client:
    """Keep one connection and ask one thing after another."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Return status and body."""
        parts = self._address
        if self._streams is None:
            self._streams = await asyncio.open_connection(parts.hostname, parts.port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(b" ", 2)[1])
        answer = b"" if status == 204 else await _body(reader, head)
        if b"connection: close" in head:
            self.close()
        return status, answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Read the body that a head announces."""
    _, told, length = head.partition(b"content-length:")
    if told:
        return await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


def sparql(text: str) -> str:
    return f"/sparql?format=json&query={quote(text, safe='')}"


def essence(path: str, body: bytes) -> object:
    """Return what of an answer must be the same each time; None for pages."""
    if path.startswith("/sparql"):
        rows = json.loads(body)["results"]["bindings"]
        return sorted(json.dumps(row, sort_keys=True) for row in rows)
    if path.startswith("/api/"):
        return json.loads(body)["items"]
    return None


class Traffic:
    """Know what can be asked of a service, and what the right answers are."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.paths: dict[str, list[str]] = {"runaway": [sparql(RUNAWAY)]}
        self.right: dict[str, object] = {}
        self._beside: set[asyncio.Task[None]] = set()

    async def learn(self) -> None:
        """Find out what there is to ask for; answers that differ from those of an earlier time are not judged later."""
        client = Client(self.url)
        _, body = await client.ask(sparql(PROJECTS))
        projects = [row["p"]["value"] for row in json.loads(body)["results"]["bindings"]]
        self.paths["point"] = [
            sparql(f"SELECT ?l ?o {{ <{iri}> rdfs:label ?l ; jx:projectCode ?o }}") for iri in projects
        ]
        self.paths["page"] = ["/", "/tables", "/concepts", "/indicators", "/search?q=%E9%81%93%E8%B7%AF"]
        self.paths["page"] += ["/project/" + iri.rpartition("/project/")[2] for iri in projects[:10]]
        self.paths["list"] = [f"/api/v1/{table}?limit={size}" for table in TABLES for size in (20, 50)]
        self.paths["list"] += [f"/api/v1/indicators?limit=20&project={quote(iri, safe='')}" for iri in projects[:20]]
        texts = [path.read_text("utf-8") for path in sorted((ROOT / "service/queries").glob("*.rq"))]
        self.paths["library"] = [sparql(text) for text in texts]
        for kind in ("point", "list", "library"):
            for path in self.paths[kind]:
                status, body = await client.ask(path)
                assert status == 200, (path, body)
                found = essence(path, body)
                if self.right.setdefault(path, found) != found:
                    self.right[path] = None
        client.close()

    async def drive(self, clients: int, seconds: float, rest: float = 0.0, every: float = EVERY) -> Seen:
        """Let clients ask; each rests for a share of the time that its answer took."""
        seen, end = Seen(), time.monotonic() + seconds
        going = lambda: time.monotonic() < end  # noqa: E731
        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(self._visit(random.Random(number), seen, going, rest))
            group.create_task(self._upload(seen, going, every))
            group.create_task(self._export(seen, going, every))
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        return seen

    async def _visit(self, chance: random.Random, seen: Seen, going: Callable[[], bool], rest: float) -> None:
        client = Client(self.url)
        while going():
            (kind,) = chance.choices(list(SHARES), list(SHARES.values()))
            path = chance.choice(self.paths[kind])
            if kind == "runaway":
                task = asyncio.create_task(self._ask(Client(self.url), kind, path, seen))
                self._beside.add(task)
                task.add_done_callback(self._beside.discard)
                continue
            started = time.monotonic()
            await self._ask(client, kind, path, seen)
            await asyncio.sleep(rest * (time.monotonic() - started))
        client.close()

    async def _ask(self, client: Client, kind: str, path: str, seen: Seen) -> None:
        """Ask one thing and judge the answer."""
        accept = "text/html" if kind == "page" else "*/*"
        try:
            body = await self._told(client, kind, seen, path, Accept=accept)
        finally:
            if kind == "runaway":
                client.close()
        right = self.right.get(path)
        if body is not None and right is not None and essence(path, body) != right:
            seen.wrong.append(path)

    @staticmethod
    async def _told(
        client: Client, kind: str, seen: Seen, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> bytes | None:
        """Return an answer; None where a limit was met or a fault seen."""
        started = time.monotonic()
        try:
            status, answer = await client.ask(path, method, body, **headers)
        except (OSError, EOFError, ValueError) as error:
            seen.faults.append(f"{kind} {path}: {error!r}")
            client.close()
            return None
        if status in (200, 201, 204):
            seen.seconds[kind].append(time.monotonic() - started)
            return answer
        problem = _problem(answer.decode(errors="replace"))
        if problem in LIMITS:
            seen.limits[problem] += 1
        else:
            seen.faults.append(f"{kind} {path}: {status} {answer[:300].decode(errors='replace')}")
        return None

    async def _upload(self, seen: Seen, going: Callable[[], bool], every: float) -> None:
        """Put a graph every so often; whoever put it sees it at once."""
        client, number = Client(self.url), 0
        told = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
        while going():
            number += 1
            turtle = "".join(f"<urn:load:{each}> <urn:load:number> {number} .\n" for each in range(3000)).encode()
            done = await self._told(client, "upload", seen, "/graphs?graph=urn:load", "PUT", turtle, **told)
            if done is not None:
                text = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <urn:load> {{ ?s <urn:load:number> {number} }} }}"
                found = await self._told(client, "uploaded", seen, sparql(text))
                if found is not None and json.loads(found)["results"]["bindings"][0]["n"]["value"] != "3000":
                    seen.wrong.append(f"upload {number}: {found!r}")
            await _pause(every, going)
        client.close()

    async def _export(self, seen: Seen, going: Callable[[], bool], every: float) -> None:
        client = Client(self.url)
        while going():
            body = await self._told(client, "export", seen, "/export/graphml?depth=4")
            if body is not None and not body.rstrip().endswith(b"</graphml>"):
                seen.wrong.append("export")
            await _pause(every, going)
        client.close()


def _problem(answer: str) -> str:
    """Return the kind of problem that an answer tells of, in JSON or on a page; empty for none of the limits."""
    for kind in LIMITS:
        if f'"/problems/{kind}"' in answer or f"<title>{problem_kinds()[kind]['title']} " in answer:
            return kind
    return ""


async def _pause(seconds: float, going: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while going() and time.monotonic() < end:
        await asyncio.sleep(0.2)


# ---------------------------------------------------------------- what it takes


@dataclass(frozen=True, slots=True)
class Taken:
    """Hold what processes take: their number, open files, and memory in bytes, shared pages counted in parts (PSS)."""

    processes: int
    files: int
    memory: int


def below(process: int) -> Iterator[int]:
    """Yield a process and those below it."""
    yield process
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield from below(int(child))


def taken(process: int) -> Taken:
    """Return what a process and those below it take."""
    count = files = memory = 0
    for each in below(process):
        with contextlib.suppress(OSError):
            open_files = len(list(Path(f"/proc/{each}/fd").iterdir()))
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    count, files, memory = count + 1, files + open_files, memory + int(line.split()[1]) * 1024
    return Taken(count, files, memory)


async def peak_of(process: int, work: asyncio.Task[Any], step: float = 1.0) -> Taken:
    """Return the most that was taken while some work was done."""
    found = [taken(process)]
    while not work.done():
        await asyncio.wait([work], timeout=step)
        found.append(await asyncio.to_thread(taken, process))
    return Taken(*(max(getattr(each, name) for each in found) for name in ("processes", "files", "memory")))


# ---------------------------------------------------------------- the table


async def measure(url: str, process: int, clients: list[int], seconds: float, idle: float) -> None:
    """Print a line for each number of clients, and what is taken before and afterwards."""
    traffic = Traffic(url)
    await traffic.learn()
    await asyncio.sleep(10)
    _say("before", taken(process))
    print("| clients | answers/s | point p50/p95/p99 | list p95 | page p95 | library p95 | upload, export | limits |")
    for number in clients:
        work = asyncio.create_task(traffic.drive(number, seconds))
        peak = await peak_of(process, work)
        seen = work.result()
        point = "/".join(f"{seen.quantile('point', share):.0f}" for share in (0.5, 0.95, 0.99))
        others = " | ".join(f"{seen.quantile(kind, 0.95):.0f}" for kind in ("list", "page", "library"))
        rare = ", ".join(f"{seen.quantile(kind, 0.5):.0f}" for kind in ("upload", "export"))
        print(f"| {number} | {seen.answers / seconds:.0f} | {point} | {others} | {rare} | {dict(seen.limits)} |")
        _say(f"peak at {number} clients", peak)
        for what in [*seen.wrong[:3], *seen.faults[:3]]:
            print("  wrong or fault:", what)
    await asyncio.sleep(idle)
    _say(f"{idle:.0f} s later", taken(process))


def _say(when: str, what: Taken) -> None:
    load = os.getloadavg()[0]
    print(
        f"{when}: {what.processes} processes, {what.files} files, {what.memory >> 20} MB; load {load:.1f}", flush=True
    )


def main() -> None:
    """Serve five documents and load them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", default="2,16,64")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--idle", type=float, default=60)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    os.environ["JIXIAO_TOKEN"] = TOKEN
    with tempfile.TemporaryDirectory() as folder:
        place = given.store
        if place is None:
            place = Path(folder) / "store"
            lift_documents(place)
        with jixiao(place, Path(folder) / "log") as server:
            url = server.url.removesuffix("/sparql")
            clients = [int(each) for each in given.clients.split(",")]
            asyncio.run(measure(url, server.process.pid, clients, given.seconds, given.idle))


def lift_documents(place: Path) -> None:
    """Lift the published documents into a store."""
    from jixiao.pipeline import lift_paths
    from jixiao.store import open_store

    store = open_store(str(place))
    lift_paths([str(ROOT / "data")], store)
    store.close()


if __name__ == "__main__":
    main()
