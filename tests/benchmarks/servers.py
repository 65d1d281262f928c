"""The servers that are compared, each over the same million triples, and clients that cost little."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
OXIGRAPH = shutil.which("oxigraph", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
RDFLIB_ENDPOINT = """
import sys, uvicorn, rdflib
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Graph(store="Oxigraph")
graph.parse(sys.argv[1], format="ox-nt")
uvicorn.run(SparqlEndpoint(graph=graph), port=int(sys.argv[2]), log_level="warning")
"""


@dataclass
class Server:
    """Hold a running server: its address for queries and its first process."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def processes(self) -> list[int]:
        """Return its processes."""
        found = [self.process.pid]
        for parent in found:
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        return found

    def processor_seconds(self) -> tuple[float, float]:
        """Return the processor time used so far: of all processes, ended children included, and of the first alone."""
        used = []
        for process in self.processes():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                used.append([int(each) / TICK for each in fields[11:15]])
        return sum(map(sum, used)), sum(used[0][:2])

    def resident(self) -> int:
        """Return the memory of the process that speaks HTTP, in bytes."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def running(name: str, call: list[str], path: str, port: int, log: Path) -> Iterator[Server]:
    """Run a server from the moment it answers."""
    env = {**os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(call, stdout=output, stderr=output, env=env)
    server = Server(name, f"http://127.0.0.1:{port}{path}", process)
    try:
        deadline = time.monotonic() + 600
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(server.url, params={"query": "ASK {}"}, trust_env=False).status_code == 200:
                    break
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # rdflib-endpoint ends no query
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def jixiao(store: Path, log: Path, timeout: float = 30) -> contextlib.AbstractContextManager[Server]:
    """Run our service."""
    port = free_port()
    code = f"from jixiao_service.run import serve; serve({str(store)!r}, port={port}, timeout={timeout})"
    return running("jixiao", [sys.executable, "-c", code], "/sparql", port, log)


def oxigraph(triples: Path, folder: Path) -> contextlib.AbstractContextManager[Server]:
    """Load the triples into the oxigraph server's store and run it."""
    assert OXIGRAPH is not None, "pip install oxigraph"
    port, data = free_port(), str(folder / "oxigraph")
    subprocess.run([OXIGRAPH, "load", "--location", data, "--file", str(triples)], check=True, capture_output=True)
    call = [OXIGRAPH, "serve-read-only", "--location", data, "--bind", f"127.0.0.1:{port}"]
    return running("oxigraph", call, "/query", port, folder / "oxigraph.log")


def rdflib_endpoint(triples: Path, folder: Path) -> contextlib.AbstractContextManager[Server]:
    """Run rdflib-endpoint over its quickest store, Oxigraph in memory."""
    port = free_port()
    call = [sys.executable, "-c", RDFLIB_ENDPOINT, str(triples), str(port)]
    return running("rdflib-endpoint", call, "/", port, folder / "rdflib.log")


# ---------------------------------------------------------------- clients


def request_for(url: str, query: str, accept: str = "application/sparql-results+json") -> bytes:
    """Return a GET as bytes."""
    parts = urlsplit(url)
    target = f"{parts.path}?query={quote(query, safe='')}"
    return f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n\r\n".encode()


class Wire:
    """Keep one connection, send requests as bytes and read answers no further than needed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """Return an answer, head and body."""
        self._socket.sendall(request)
        answer = self._socket.recv(1 << 16)
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, body = answer.partition(b"\r\n\r\n")
        _, named, length = head.lower().partition(b"content-length:")
        if named:
            missing = int(length.split(b"\r\n", 1)[0]) - len(body)
            while missing > 0:
                part = self._more()
                answer += part
                missing -= len(part)
        else:
            while not answer.endswith(b"0\r\n\r\n"):
                answer += self._more()
        return answer

    def _more(self) -> bytes:
        part = self._socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


@dataclass
class Taken:
    """Hold the times of answers, in seconds."""

    times: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Return a quantile."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))]


def hammer(url: str, requests: Sequence[bytes], clients: int, going: Callable[[], bool]) -> Taken:
    """Send requests from some clients, each one after another, for as long as it is ``going``."""
    taken, faults = Taken(), []

    def work(number: int) -> None:
        wire = Wire(url)
        try:
            turn = number
            while going():
                started = time.perf_counter()
                answer = wire.ask(requests[turn % len(requests)])
                taken.times.append(time.perf_counter() - started)
                assert answer.startswith(b"HTTP/1.1 200"), answer[:500]
                turn += clients
        except Exception as error:
            faults.append(error)
        finally:
            wire.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return taken
