"""Play a stranger who wants the service to stop: everything at once, while an honest client goes on being answered."""

from __future__ import annotations

import io
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.api.conftest import wait_for
from tests.api.test_door import say, status
from tests.cases.grid import make_file

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

pytestmark = pytest.mark.long
CHECK = "/api/v1/check"
HONEST = "127.0.0.2"  # another address of this machine
DRAFT = """项目支出绩效目标表
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 里程 | ≥12公里 |
"""


@pytest.fixture(scope="module")
def attacked(start_service: Start, store_folder: Path) -> Service:
    return start_service(store_folder)


@pytest.fixture
def honest(attacked: Service) -> Iterator[httpx.Client]:
    """Return a client at an address of its own; in the end everything is as it was."""
    with httpx.Client(
        base_url=attacked.url, transport=httpx.HTTPTransport(local_address=HONEST), timeout=120
    ) as client:
        assert client.get("/livez").status_code == 200
        yield client
        assert client.get("/sparql?query=ASK%7B%7D").status_code == 200
        assert attacked.process.is_alive()
        left = re.compile(r"jixiao-(?!kept-)")  # exports that were written for the same data are kept
        wait_for(lambda: not any(left.match(each.name) for each in attacked.temporary.iterdir()))


def connect(service: Service) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.settimeout(60)
    return connection


def held_memory(service: Service) -> int:
    for line in Path(f"/proc/{service.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    return 0


def test_heads_without_end(attacked: Service, honest: httpx.Client) -> None:
    before = held_memory(attacked)
    start = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    for head in (start + b"X: ", start + b"X: a\r\n" * 1000, b"GET /" + b"a" * 70_000):
        with connect(attacked) as connection, pytest.raises(OSError):
            connection.sendall(head)
            while True:
                connection.sendall(b"a" * 90_000)
                assert honest.get("/livez").status_code == 200
    assert held_memory(attacked) < before + (64 << 20)


def test_sockets_that_say_nothing(attacked: Service, honest: httpx.Client) -> None:
    log = attacked.temporary.parent / "log"
    before = log.stat().st_size
    with ExitStack() as held:
        for number in range(1100):
            connection = held.enter_context(connect(attacked))
            if number % 2:
                connection.sendall(b"GET / HTTP/1.1\r\nHo")
        assert honest.get("/api/v1/projects?limit=1").status_code == 200
        assert honest.get("/livez").status_code == 200
    assert log.stat().st_size < before + 20_000
    assert "Traceback" not in log.read_text()


def test_work_that_nobody_waits_for(attacked: Service, honest: httpx.Client, tmp_path: Path) -> None:
    draft = make_file(DRAFT, "xlsx", tmp_path).read_bytes()
    heavy = "\n".join(f"| 产出指标 | 数量指标 | 里程{number} | ≥{number}公里 |" for number in range(40_000)).encode()
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + heavy + b"\r\n--x--\r\n"
    head = b"POST /api/v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    asked = b"GET /export/xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n"
    counted = b"GET /sparql?query=SELECT(COUNT(*)AS%3Fn){%3Fa%3Fb%3Fc.%3Fd%3Fe%3Ff.%3Fg%3Fh%3Fi} HTTP/1.1\r\n"
    counted += b"Host: localhost\r\n\r\n"
    for part in (head + body, head + body[:9000], asked, counted) * 6:
        with connect(attacked) as connection:
            connection.sendall(part)
    answer = honest.post(CHECK, files={"file": ("稿.xlsx", draft)})
    assert answer.status_code == 200, answer.text
    assert honest.get("/export/node-link", params={"depth": 1}).status_code == 200
    wait_for(lambda: honest.get("/livez").status_code == 200 and not _reading(attacked))


def _reading(service: Service) -> list[int]:
    """Return the closed processes that are at work: children they may have twenty files open."""
    return [each for each in service.descendants() if _open_files(each) == "20"]


def _open_files(process: int) -> str:
    try:
        limits = Path(f"/proc/{process}/limits").read_text()
    except OSError:
        return ""
    return next((line.split()[3] for line in limits.splitlines() if line.startswith("Max open files")), "")


@pytest.mark.parametrize("host", [b"evil.example", b"localhost.evil.example", b"127.0.0.1.evil.example", b"[::1", b""])
def test_hosts_that_are_not_ours(attacked: Service, honest: httpx.Client, host: bytes) -> None:
    for path in (b"/", b"/sparql", b"/.well-known/void", b"/api/v1/projects"):
        told = say(attacked, b"GET " + path + b" HTTP/1.1\r\nConnection: close\r\nHost: " + host + b"\r\n\r\n")
        assert status(told) == 400
        assert not host or b"http://" + host not in told


def test_requests_in_requests(attacked: Service, honest: httpx.Client) -> None:
    hidden = b"GET /queries HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for field in (b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"Content-Length: 5\r\nContent-Length: 60"):
        head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + field + b"\r\n\r\n0\r\n\r\n"
        told = say(attacked, head + hidden)
        assert status(told) == 400 and told.count(b"HTTP/1.1 ") == 1


def packed() -> bytes:
    """Return a Word file of a megabyte that unpacks to 500."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(500):
                part.write(b" " * (1 << 20))
    return held.getvalue()


def entities() -> bytes:
    more = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    return f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e0 'aaaaaaaaaa'>{more}]><x>&e9;</x>".encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "bomb.docx": packed,
    "entities.xml": entities,
    "deep.html": lambda: b"<html>" + b"<table><tr><td>" * 100_000,
    "deep.rtf": lambda: b"{\\rtf1" + b"{" * 1_000_000,
    "wide.txt": lambda: b"| " * 2_000_000,
    "brackets.txt": lambda: "（".encode() * 3_000_000,
    "pages.pdf": lambda: (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9999999>>endobj"
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_files_that_grow(attacked: Service, honest: httpx.Client, name: str) -> None:
    before = held_memory(attacked)
    answer = attacked.client.post(CHECK, files={"file": (name, BOMBS[name]())}, timeout=180)
    assert answer.status_code in (200, 413, 422), answer.text[:300]
    assert held_memory(attacked) < before + (200 << 20)


@pytest.mark.parametrize(
    "path", ["/%00", "/api/v1/projects/%00", "/documents/a%00b", "/search?q=%00", "/api/v1/ask?q=%00"]
)
def test_signs_that_are_no_characters(attacked: Service, honest: httpx.Client, path: str) -> None:
    assert attacked.get(path).status_code in (200, 400, 404, 422)


def test_questions_and_queries_without_bottom(attacked: Service, honest: httpx.Client) -> None:
    deep = "SELECT * {" + "{" * 10_000 + "}" * 10_000 + "}"
    told = attacked.post("/sparql", content=deep, headers={"content-type": "application/sparql-query"})
    assert (told.status_code, told.json()["type"]) == (400, "/problems/syntax-error")
    assert attacked.get("/api/v1/ask", params={"q": "（" * 3000}).status_code in (200, 422)
