"""A running service for the tests: its own process, a port of its own, a real client."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest

from jixiao.store import open_store
from jixiao.tables.keeping import keep_tables
from tests.api import serving
from tests.benchmarks.generate import documents
from tests.conftest import MakeOnce


@dataclass
class Service:
    """Hold a running service."""

    url: str
    process: BaseProcess
    client: httpx.Client
    temporary: Path  # its folder for temporary files

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        assert self.process.pid
        return self.process.pid

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.client.post(path, **options)

    def ask(self, text: str, accept: str = "application/sparql-results+json", **parameters: Any) -> httpx.Response:
        return self.client.get("/sparql", params={"query": text, **parameters}, headers={"accept": accept})

    def column(self, text: str) -> list[str]:
        """Return the first column of a SELECT."""
        result = self.ask(text).json()
        (name, *_) = result["head"]["vars"]
        return [row[name]["value"] for row in result["results"]["bindings"]]

    def descendants(self) -> list[int]:
        """Return the processes below the service that have not ended."""

        def below(process: int) -> Iterator[int]:
            try:
                children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
            except OSError:
                return
            for child in map(int, children):
                if not has_ended(child):
                    yield child
                yield from below(child)

        return list(below(self.pid))


def has_ended(process: int) -> bool:
    """Say whether a process is gone, or nothing of it is left but its number."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


Start = Callable[..., Service]


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Return what the condition gives once it holds; fail when it does not come about."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
    return found


@pytest.fixture(scope="session")
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return a function that starts services, which read from disk unless told otherwise; all end with the session."""
    running: list[Service] = []

    def start(
        store: Path | str | None, environment: dict[str, str] | None = None, wait_ready: bool = True, **options: Any
    ) -> Service:
        folder = tmp_path_factory.mktemp("service")
        log, temporary = folder / "log", folder / "temporary"
        temporary.mkdir()
        usual = {"JIXIAO_AHEAD": "0", "JIXIAO_VIEW": "disk", "TMPDIR": str(temporary)}
        env = {**os.environ, **usual, **(environment or {})}
        log.touch()
        process = serving.start(str(store) if store else None, env, log, options)
        url = _until(lambda: re.match(r"(http://\S+?)/\s", log.read_text()), process, log)[1]
        service = Service(url, process, httpx.Client(base_url=url, timeout=60, trust_env=False), temporary)
        running.append(service)
        if wait_ready:
            _until(lambda: service.get("/readyz").status_code == 200, process, log)
        return service

    yield start
    for service in running:
        service.client.close()
        service.process.terminate()
    for service in running:
        end(service)


def end(service: Service) -> None:
    """End a service; fail when it does not obey."""
    service.process.terminate()
    service.process.join(20)
    obeyed = service.process.exitcode is not None
    service.process.kill()
    assert obeyed, "the service did not end"


def _until(condition: Callable[[], Any], process: BaseProcess, log: Path) -> Any:
    """Return what the condition gives once it holds."""
    deadline = time.monotonic() + 300  # a busy machine takes its time; a service that is broken ends
    while True:
        try:
            found = condition()
        except httpx.TransportError:
            found = None
        if found:
            return found
        if not process.is_alive() or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the service does not start: {log.read_text()}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def store_folder(make_once: MakeOnce) -> Path:
    """Return a store of synthetic documents, some 30,000 triples."""

    def make(folder: Path) -> None:
        store = open_store(str(folder / "store"))
        store.replace_graphs(documents(30_000))
        keep_tables(store)
        store.close()

    return make_once("synthetic", make) / "store"


@pytest.fixture(scope="session")
def service(start_service: Start, store_folder: Path) -> Service:
    """Return a service over the synthetic documents with its usual limits."""
    return start_service(store_folder, {"JIXIAO_VIEW": "auto"})


@pytest.fixture(scope="session")
def scratch_service(start_service: Start) -> Service:
    return start_service(None, scratch=True)


@pytest.fixture
def scratch(scratch_service: Service) -> Service:
    """Return a service over an empty data set, to write to."""
    headers = {"content-type": "application/sparql-update"}
    assert scratch_service.post("/update", content=b"DROP ALL", headers=headers).status_code == 204
    return scratch_service
