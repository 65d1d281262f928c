"""A running service for the tests: its own process, a port of its own, a real client."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Service:
    """Hold a running service."""

    url: str
    process: subprocess.Popen[bytes]
    client: httpx.Client

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.client.post(path, **options)

    def ask(self, text: str, accept: str = "application/sparql-results+json", **options: Any) -> httpx.Response:
        return self.client.get("/sparql", params={"query": text}, headers={"accept": accept}, **options)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Start = Callable[..., Service]


@pytest.fixture(scope="session")
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return a function that starts services; all end with the session."""
    running: list[Service] = []

    def start(store: Path | None, environment: dict[str, str] | None = None, **options: Any) -> Service:
        port = free_port()
        call = f"from service.run import serve; serve({str(store) if store else None!r}, port={port}, **{options!r})"
        env = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        process = subprocess.Popen([sys.executable, "-W", "error", "-c", call], env=env)
        url = f"http://127.0.0.1:{port}"
        service = Service(url, process, httpx.Client(base_url=url, timeout=60, trust_env=False))
        running.append(service)
        deadline = time.monotonic() + 30
        while True:
            try:
                if service.get("/readyz", timeout=30).status_code == 200:
                    return service
            except httpx.TransportError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)

    yield start
    for service in running:
        service.client.close()
        service.process.send_signal(signal.SIGTERM)
    for service in running:
        try:
            service.process.wait(10)
        except subprocess.TimeoutExpired:
            service.process.kill()
            service.process.wait()
            raise
