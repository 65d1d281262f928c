"""A stranger at the door: heads, slow and silent connections, foreign hosts, guesses, what browsers are told."""

from __future__ import annotations

import json
import select
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from jixiao.errors import UsageError
from jixiao_service.run import settings_from
from tests.api.conftest import wait_for

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

TOKEN = "0123456789abcdef"


def say(service: Service, *parts: bytes) -> bytes:
    """Send parts over one connection and return everything that comes until it is closed."""
    with _connected(service) as connection:
        for part in parts:
            connection.sendall(part)
        return _all_of(connection)


def _connected(service: Service) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.settimeout(60)
    return connection


def _all_of(connection: socket.socket) -> bytes:
    received = b""
    while True:
        try:
            part = connection.recv(1 << 16)
        except ConnectionResetError:
            return received
        if not part:
            return received
        received += part


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "head",
    [
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 101 + b"\r\n",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 3000,
    ],
    ids=["one long field", "many fields", "a head without end"],
)
def test_a_head_has_limits(service: Service, head: bytes) -> None:
    answer = say(service, head)
    assert status(answer) == 431
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["type"] == "/problems/head-too-large"


def test_a_head_of_ordinary_size_is_read(service: Service) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 600) for number in range(90))
    head = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + b"\r\n"
    assert status(say(service, head[:30_000], head[30_000:])) == 200


@pytest.fixture(scope="module")
def strict(start_service: Start, store_folder: Path) -> Service:
    names = {"HEAD_SECONDS": "0.3", "BODY_SECONDS": "0.3", "EACH": "12"}
    environment = {f"JIXIAO_DOOR_{name}": value for name, value in names.items()}
    return start_service(store_folder, {**environment, "JIXIAO_TOKEN": TOKEN, "JIXIAO_HOSTS": "data.example.org"})


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"GET /livez HTTP/1.1\r\nHost: local",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 99\r\n\r\nASK",
    ],
    ids=["silence", "half a head", "half a body"],
)
def test_what_does_not_come_is_not_waited_for(strict: Service, part: bytes) -> None:
    assert status(say(strict, part)) == 408


def test_one_client_has_so_many_connections(strict: Service) -> None:
    held = [_connected(strict) for _ in range(30)]
    try:
        refused = [answer for answer in (_all_of(connection) for connection in held) if b"503" in answer[:16]]
        assert len(refused) >= 30 - 12
        assert b"too-many-connections" in refused[0]
    finally:
        for connection in held:
            connection.close()
    wait_for(lambda: strict.get("/livez").status_code == 200)


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ((b"evil.example",), 400),
        ((), 400),
        ((b"localhost", b"evil.example"), 400),
        ((b"localhost:99",), 200),
        ((b"127.0.0.1",), 200),
        ((b"DATA.example.org",), 200),
    ],
)
def test_the_host_is_one_of_ours(strict: Service, hosts: tuple[bytes, ...], expected: int) -> None:
    fields = b"".join(b"Host: " + host + b"\r\n" for host in hosts)
    answer = say(strict, b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nConnection: close\r\n" + fields + b"\r\n")
    assert status(answer) == expected
    assert status(say(strict, b"GET /livez HTTP/1.1\r\nConnection: close\r\n" + fields + b"\r\n")) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK%7B%7D",
        "/sparql",
        "/api/v1/projects",
        "/api/v1/projects.csv",
        "/api/docs",
        "/export/json",
        "/export/jsonld",
        "/dump.nq",
        "/.well-known/void",
        "/ontology",
        "/problems/syntax-error",
        "/static/none",
        "/livez",
        "/",
        "/check",
        "/nowhere",
        "/%00",
    ],
)
def test_every_answer_guards_the_browser(service: Service, path: str) -> None:
    headers = service.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert {"permissions-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"} <= set(headers)
    assert "server" not in headers


def test_data_are_shared_with_pages_of_other_origins_and_nothing_else(service: Service) -> None:
    assert service.get("/api/v1/projects").headers["access-control-allow-origin"] == "*"
    for path in ("/", "/queries", "/metrics", "/livez", "/check"):
        assert "access-control-allow-origin" not in service.get(path).headers


@pytest.fixture(scope="module")
def other(start_service: Start, store_folder: Path) -> Service:
    """Return a service whose settings are not the usual ones."""
    settings = {"CORS": "0", "SLOW_SECONDS": "0.000001", "TRUSTED_PROXIES": "127.0.0.1"}
    return start_service(store_folder, {f"JIXIAO_{name}": value for name, value in settings.items()})


def test_sharing_is_a_setting(other: Service) -> None:
    assert "access-control-allow-origin" not in other.get("/api/v1/projects").headers


def test_queries_are_their_owners(service: Service) -> None:
    refused = service.get("/queries")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/not-authorised")


def test_a_page_about_problems_repeats_no_text(service: Service) -> None:
    answer = service.get("/problems/syntax-error", params={"title": "hacked", "rows": "<b>"})
    assert "hacked" not in answer.text
    assert "<b>" not in answer.text


def test_a_scratch_service_takes_nothing_from_pages_of_other_sites(scratch: Service) -> None:
    update = {"content": "INSERT DATA { <urn:a> <urn:b> 1 }"}
    for foreign in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused = scratch.post("/update", headers={"content-type": "application/sparql-update", **foreign}, **update)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/cross-site")
    assert scratch.post("/update", headers={"content-type": "application/sparql-update"}, **update).status_code == 204


def test_slow_queries_are_logged_without_what_they_look_for(other: Service) -> None:
    other.ask('SELECT * { ?s rdfs:label "秘密" } LIMIT 1')
    log = other.temporary.parent / "log"
    wait_for(lambda: "slow query" in log.read_text())
    assert "秘密" not in log.read_text()


def test_the_token_is_long_and_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert settings_from({"JIXIAO_TOKEN_FILE": str(tmp_path / "token")}, "store", scratch=False).token == TOKEN
    for environment in ({"JIXIAO_TOKEN": "short"}, {"JIXIAO_TOKEN_FILE": str(tmp_path / "none")}):
        with pytest.raises(UsageError):
            settings_from(environment, "store", scratch=False)


def test_the_token_is_not_told_to_children(strict: Service) -> None:
    for process in strict.descendants():
        assert TOKEN.encode() not in Path(f"/proc/{process}/environ").read_bytes()


def test_work_ends_with_its_client(start_service: Start, store_folder: Path) -> None:
    """An export asks many queries; when its client goes, the one that runs is stopped and no other asked."""
    busy = start_service(store_folder)
    for _ in range(4):
        with _connected(busy) as connection:
            connection.sendall(b"GET /export/xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n")
            wait_for(lambda: "jixiao-export-" in " ".join(each.name for each in busy.temporary.iterdir()))
    wait_for(lambda: 'route="/export/{format}",status="0"' in busy.get("/metrics").text)
    wait_for(lambda: not list(busy.temporary.glob("jixiao-export-*")))
    assert busy.get("/export/node-link", params={"depth": 1}).status_code == 200


def test_whoever_comes_when_all_turns_are_taken_is_told_when_to_come_again(service: Service) -> None:
    head = b"POST /api/v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    head += b'Content-Length: 900000\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    held = [_connected(service) for _ in range(8)]
    try:
        for connection in held:
            connection.sendall(head + b"a" * 5000)
        (first, *_), _, _ = select.select(held, [], [], 60)
        answer = first.recv(1 << 16)
        assert status(answer) == 503
        assert b"retry-after: 10" in answer.lower() and b"too-busy" in answer
    finally:
        for connection in held:
            connection.close()


@pytest.fixture(scope="module")
def reviewed(start_service: Start, two_documents_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("reviewed") / "store"
    # without its originals, from which a document would be read again
    shutil.copytree(two_documents_folder, folder, ignore=shutil.ignore_patterns("originals"))
    return start_service(folder, {"JIXIAO_TOKEN": TOKEN})


def decide(service: Service, **given: str) -> httpx.Response:
    """Decide on a finding as the form of a page does."""
    (finding,) = service.column("SELECT ?f { ?f a jx:Finding } ORDER BY ?f LIMIT 1")
    said = {"iri": finding, "decision": "explained", "role": "审核", "note": "原文如此"}
    headers = {key: value for key, value in given.items() if key != "token"}
    return service.post("/review", data={**said, "token": given.get("token", "")}, headers=headers)


def test_who_shows_the_token_once_has_a_cookie_for_this_site_alone(reviewed: Service) -> None:
    done = decide(reviewed, token=TOKEN)
    assert done.status_code == 303
    cookie, *flags = done.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=strict"} <= set(flags)
    assert TOKEN not in cookie
    reviewed.client.cookies.clear()
    assert decide(reviewed, cookie=cookie).status_code == 303
    for foreign in ({"origin": "http://evil.example"}, {"sec-fetch-site": "same-site"}):
        assert decide(reviewed, cookie=cookie, **foreign).status_code == 403


@pytest.mark.parametrize("given", [{}, {"token": "0123456789abcdeX"}, {"cookie": f"jixiao_review={TOKEN}"}])
def test_nobody_else_decides(reviewed: Service, given: dict[str, str]) -> None:
    reviewed.client.cookies.clear()
    refused = decide(reviewed, **given)
    assert refused.status_code == 401
    assert "set-cookie" not in refused.headers
    assert "token" not in given or refused.elapsed.total_seconds() >= 1  # however fast the machine: a guess waits


def test_the_counts_are_for_this_machine(other: Service) -> None:
    assert other.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404
    assert other.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 200
