"""The configuration of nginx in ``deploy`` does what it says, before a real service."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.api.conftest import wait_for

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME = "data.example.org"
pytestmark = pytest.mark.long


@dataclass
class Proxy:
    """Hold a running nginx: its port and a client that knows its name."""

    port: int
    client: httpx.Client
    service: Service

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        address, named = f"https://127.0.0.1:{self.port}{path}", {"host": NAME, **headers}
        return self.client.request(method, address, headers=named, extensions={"sni_hostname": NAME}, **more)


@pytest.fixture(scope="module")
def proxy(start_service: Start, store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None or shutil.which("openssl") is None:
        pytest.skip("needs nginx and openssl")
    service = start_service(store_folder, {"JIXIAO_HOSTS": NAME, "JIXIAO_TRUSTED_PROXIES": "127.0.0.1"})
    folder = tmp_path_factory.mktemp("nginx")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    keys = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*made, *keys], check=True, capture_output=True)
    secure, plain = _free_port(), _free_port()
    site = CONFIGURATION.read_text()
    for there, here in (
        ("127.0.0.1:8000", service.url.removeprefix("http://")),
        ("listen 443", f"listen 127.0.0.1:{secure}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("/etc/letsencrypt/live/data.example.org", str(folder)),
    ):
        assert there in site
        site = site.replace(there, here)
    (folder / "site.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {places} include {folder}/site.conf; }}\n"
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    with httpx.Client(verify=False, trust_env=False, timeout=60) as client:
        running = Proxy(secure, client, service)
        wait_for(lambda: process.poll() is not None or _answers(running))
        yield running
    process.terminate()
    process.communicate(timeout=20)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _answers(proxy: Proxy) -> bool:
    try:
        return proxy.get("/livez").status_code == 200
    except httpx.TransportError:
        return False


def test_what_is_read_comes_through(proxy: Proxy) -> None:
    answer = proxy.get("/api/v1/projects")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "max-age" in answer.headers["strict-transport-security"]
    assert answer.headers["server"] == "nginx"  # without its version
    told = proxy.get("/.well-known/void", accept="text/turtle").text
    assert f"https://{NAME}/" in told and "127.0.0.1" not in told


def test_a_client_cannot_say_who_it_is(proxy: Proxy) -> None:
    forged = {"x-forwarded-for": "10.9.8.7", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}
    answer = proxy.ask("GET", "/.well-known/void", {**forged, "accept": "text/turtle"})
    assert f"https://{NAME}/" in answer.text and "evil" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/update"), ("GET", "/metrics"), ("GET", "/queries"), ("PUT", "/graphs?default")]
)
def test_what_changes_and_counts_stays_on_the_machine(proxy: Proxy, method: str, path: str) -> None:
    assert proxy.ask(method, path, {}).status_code == 403


def test_graphs_are_read(proxy: Proxy) -> None:
    assert proxy.get("/graphs?default", accept="text/turtle").status_code == 200


def test_other_names_are_not_answered(proxy: Proxy) -> None:
    with httpx.Client(verify=False, trust_env=False) as other, pytest.raises(httpx.ConnectError):
        other.get(f"https://127.0.0.1:{proxy.port}/", extensions={"sni_hostname": "evil.example"})
    foreign = proxy.ask("GET", "/api/v1/projects", {"host": "evil.example"})
    assert foreign.status_code in (400, 403, 421)


def test_heads_and_bodies_have_their_size(proxy: Proxy) -> None:
    assert proxy.get("/livez", **{"x-long": "a" * 70_000}).status_code in (400, 431, 494)
    content = {"content": b"a" * (22 << 20), "headers": {"content-type": "multipart/form-data; boundary=x"}}
    assert proxy.ask("POST", "/check", **content).status_code == 413  # type: ignore[arg-type]
