"""Nothing a client sends makes the service reach anything else; the tests watch a listener that must stay silent."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jixiao_service.federation import check_address, is_public, vet

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

UPDATE = {"content-type": "application/sparql-update"}


class Listener:
    """Note everyone who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), dualstack_ipv6=False)
        self.port = self._socket.getsockname()[1]
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    # It is not deaf.
    before = listener.heard
    socket.create_connection(("127.0.0.1", listener.port)).close()
    while listener.heard == before:
        pass
    listener.close()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text('<urn:a> <urn:b> "secret" .')
    return path


CALLS = [
    "SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service<http://127.0.0.1:{port}/>{{ ?s ?p ?o }} }}",
    "PREFIX x: <http://127.0.0.1:{port}/> SELECT * {{ SERVICE x:a {{ ?s ?p ?o }} }}",
    "BASE <http://127.0.0.1:{port}/> SELECT * {{ SERVICE <a> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?x {{ <http://127.0.0.1:{port}/> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }} }} }} }}",
    "ASK {{ FILTER NOT EXISTS {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ SERVICE <http://localhost:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <http://[::ffff:127.0.0.1]:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <http://public.example@127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <http://2130706433:{port}/> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <file://{file}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <http://127.0.0.1:{port}/\\u0041> {{ ?s ?p ?o }} }}",
]


@pytest.mark.parametrize("text", CALLS)
def test_no_query_calls_another_server(service: Service, listener: Listener, secret: Path, text: str) -> None:
    answer = service.ask(text.format(port=listener.port, file=secret))
    assert answer.status_code in (400, 403), answer.text
    assert "secret" not in answer.text.replace(str(secret), "")
    assert listener.heard == 0


@pytest.mark.parametrize("address", ["<http://127.0.0.1:{port}/甲>", "?where"])
def test_silent_calls_fail_in_silence(service: Service, scratch: Service, listener: Listener, address: str) -> None:
    place = address.format(port=listener.port)
    answer = service.ask(f"SELECT * {{ SERVICE SILENT {place} {{ ?s ?p ?o }} }}")
    assert (answer.status_code, answer.json()["results"]["bindings"]) == (200, [{}])
    named = place.replace("甲", "%E7%94%B2").strip("<>")
    assert answer.headers["x-not-called"] == ("?" if place.startswith("?") else named)
    assert "x-not-called" not in service.ask("SELECT ?service {}").headers
    if not place.startswith("?"):
        update = f"LOAD SILENT {place} INTO GRAPH <urn:g> ; INSERT DATA {{ <urn:s> <urn:p> 1 }} ; CLEAR DEFAULT"
        done = scratch.post("/update", content=update.encode(), headers=UPDATE)
        assert (done.status_code, done.headers["x-not-called"]) == (204, named)
    assert listener.heard == 0


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <http://127.0.0.1:{port}/a.ttl> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <http://127.0.0.1:{port}/a.ttl> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT * FROM <file://{file}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <file://{file}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "DESCRIBE <http://127.0.0.1:{port}/a.ttl>",
    ],
)
def test_graphs_are_named_and_never_fetched(service: Service, listener: Listener, secret: Path, text: str) -> None:
    answer = service.ask(text.format(port=listener.port, file=secret), "application/sparql-results+json, text/turtle")
    assert answer.status_code == 200
    assert "secret" not in answer.text
    assert listener.heard == 0
    parameters = {"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": f"http://127.0.0.1:{listener.port}/a.ttl"}
    assert service.get("/sparql", params=parameters).json()["results"]["bindings"] == []
    assert service.get("/graphs", params={"graph": f"file://{secret}"}).status_code == 404
    assert listener.heard == 0


def test_words_that_only_look_like_calls_are_answered(service: Service) -> None:
    text = "# SERVICE <http://x/> {} \nSELECT ?service { VALUES ?service { 'SERVICE <http://x/> { }' <urn:load> } }"
    assert len(service.ask(text).json()["results"]["bindings"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:{port}/a.ttl>",
        "INSERT DATA {{ <urn:s> <urn:p> 1 }} ; LOAD <file://{file}>",
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        "BASE <http://127.0.0.1:{port}/> load <a.ttl>",
    ],
)
def test_no_update_reads_files_or_calls_servers(scratch: Service, listener: Listener, secret: Path, text: str) -> None:
    update = text.format(port=listener.port, file=secret)
    answer = scratch.post("/update", content=update.encode(), headers=UPDATE)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/remote-access")
    assert scratch.ask("ASK { ?s ?p ?o }").json()["boolean"] is False
    assert listener.heard == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/ld+json", '{{"@context": "http://127.0.0.1:{port}/c", "@id": "urn:s", "p": "o"}}'),
        ("application/ld+json", '{{"@context": {{"@import": "http://127.0.0.1:{port}/c"}}, "@id": "urn:s"}}'),
        (
            "application/rdf+xml",
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file://{file}">]><rdf:RDF xmlns:p="urn:" '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description p:p="&x;"/></rdf:RDF>',
        ),
        (
            "application/rdf+xml",
            '<!DOCTYPE r SYSTEM "http://127.0.0.1:{port}/r.dtd"><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        ),
    ],
)
def test_what_is_uploaded_fetches_nothing(
    scratch: Service, listener: Listener, secret: Path, kind: str, body: str
) -> None:
    content = body.format(port=listener.port, file=secret).encode()
    answer = scratch.client.put("/graphs?graph=urn:g", content=content, headers={"content-type": kind})
    assert answer.status_code in (201, 400), answer.text
    assert scratch.ask('ASK { GRAPH ?g { ?s ?p ?o FILTER(CONTAINS(STR(?o), "secret")) } }').json()["boolean"] is False
    scratch.client.delete("/graphs?graph=urn:g")
    assert listener.heard == 0


def test_a_worker_cannot_open_files_or_sockets(service: Service) -> None:
    """Beside the refusal there is a wall: the limit of open files leaves none to open."""
    workers = [p for p in service.descendants() if _open_files(p) == "4"]
    assert workers
    for worker in workers:
        assert len(list(Path(f"/proc/{worker}/fd").iterdir())) == 4


def _open_files(process: int) -> str:
    for line in Path(f"/proc/{process}/limits").read_text().splitlines():
        if line.startswith("Max open files"):
            return line.split()[3]
    return ""


def test_a_scratch_service_is_for_this_machine_only() -> None:
    from jixiao.errors import UsageError
    from jixiao_service.run import serve

    with pytest.raises(UsageError, match="loopback"):
        serve(None, host="0.0.0.0", scratch=True)


# ---------------------------------------------------------------- the list of allowed hosts


class Other(BaseHTTPRequestHandler):
    """Be another SPARQL server; ``/moved`` sends elsewhere."""

    elsewhere = 0
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.elsewhere}/")
            self.end_headers()
            return
        length = int(self.headers.get("content-length", 0))
        self.asked.append(self.rfile.read(length).decode())
        turtle = self.path.endswith(".ttl")
        body = (
            b'<urn:there> <urn:p> "loaded" .'
            if turtle
            else b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"from there"}}]}}'
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/turtle" if turtle else "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def other(listener: Listener) -> Iterator[int]:
    Other.elsewhere = listener.port
    server = HTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def federated(start_service: Start, other: int) -> Service:
    return start_service(None, {"JIXIAO_FEDERATION": f"127.0.0.1:{other}, localhost"}, scratch=True)


def test_a_listed_host_is_called(federated: Service, other: int) -> None:
    text = f"SELECT ?o {{ SERVICE <http://127.0.0.1:{other}/sparql?a=1> {{ ?s <urn:p> ?o }} }}"
    assert federated.column(text) == ["from there"]
    assert "<urn:p>" in Other.asked[-1]
    load = f"LOAD <http://127.0.0.1:{other}/a.ttl>"
    assert federated.post("/update", content=load.encode(), headers=UPDATE).status_code == 204
    assert federated.column("SELECT ?o { <urn:there> <urn:p> ?o }") == ["loaded"]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{silent}/",  # another port of a listed host
        "http://user@127.0.0.1:{other}/",
        "http://127.0.0.1:{other}@127.0.0.1:{silent}/",
        "http://[::ffff:127.0.0.1]:{other}/",
        "http://0x7f000001:{other}/",
        "https://example.org/",
        "http://127.1:{other}/",
        "http://127.0.0.1.:{silent}/",
        "http://[::1]:{silent}/",
        "http://[::ffff:7f00:1]:{silent}/",
        "http://localhost.evil.example:{silent}/",
        "http://127.0.0.1:{other}\\u0040evil.example/",
        "ftp://127.0.0.1:{other}/",
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_refused(federated: Service, listener: Listener, other: int, address: str) -> None:
    named = address.format(silent=listener.port, other=other)
    answer = federated.ask(f"SELECT * {{ SERVICE <{named}> {{ ?s ?p ?o }} }}")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/remote-access")
    assert federated.ask("SELECT * { VALUES ?x { <http://x/> } SERVICE ?x { ?s ?p ?o } }").status_code == 403
    assert listener.heard == 0


def test_a_listed_name_that_means_this_machine_is_not_called(federated: Service, listener: Listener) -> None:
    """DNS may say anything; a name must mean public addresses only."""
    for name in ("localhost", "LOCALHOST", "localhost."):
        answer = federated.ask(f"SELECT * {{ SERVICE <http://{name}:{listener.port}/> {{ ?s ?p ?o }} }}")
        assert answer.status_code == 400
    assert listener.heard == 0


def test_redirects_are_not_followed(federated: Service, listener: Listener, other: int) -> None:
    answer = federated.ask(f"SELECT * {{ SERVICE <http://127.0.0.1:{other}/moved> {{ ?s ?p ?o }} }}")
    assert answer.status_code == 400
    silent = federated.ask(f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{other}/moved> {{ ?s ?p ?o }} }}")
    assert silent.status_code == 200
    assert listener.heard == 0


def test_the_broker_itself_serves_no_stranger(federated: Service) -> None:
    """A query cannot guess its way to the broker: its addresses are secret and short-lived."""
    answer = federated.ask("SELECT * { SERVICE <http://127.0.0.1:1/x/y> { ?s ?p ?o } }")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),  # carrier-grade NAT
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses_are_told_from_others(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_mixed_answers_of_the_name_service_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = check_address("https://data.example/sparql", {"data.example"})

    def answers(*addresses: str) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    answers("8.8.8.8")
    assert vet(parts, {"data.example"}) == ("8.8.8.8", 443)
    for mixed in (("8.8.8.8", "127.0.0.1"), ("10.0.0.1",), ("::ffff:10.0.0.1", "8.8.8.8"), ()):
        answers(*mixed)
        with pytest.raises(ValueError, match="not public"):
            vet(parts, {"data.example"})
