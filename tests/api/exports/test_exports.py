"""Exports over HTTP: the same bytes as the command's, filters, errors, caching."""

from __future__ import annotations

import gzip
import io
import socket
from pathlib import Path
from zipfile import ZipFile

import networkx as nx
import pytest

from jixiao.exporting import FORMATS, Selection, export
from jixiao.store import open_store
from jixiao.vocab import PREFIXES
from tests.api.conftest import Service, wait_for


@pytest.fixture(scope="module")
def department(service: Service) -> str:
    found = service.column(
        "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
        + "SELECT ?name { ?d a jx:Department ; rdfs:label ?name } ORDER BY ?name LIMIT 1"
    )
    return found[0]


def test_the_formats_are_listed(service: Service) -> None:
    listed = service.get("/export").json()["formats"]
    assert [each["name"] for each in listed] == list(FORMATS)
    assert all(each["href"] == f"/export/{each['name']}" for each in listed)


@pytest.mark.parametrize("name", ["graphml", "nquads", "xlsx", "jsonld", "neo4j"])
def test_the_service_gives_what_the_command_writes(
    name: str, service: Service, store_folder: Path, department: str, tmp_path: Path
) -> None:
    path = tmp_path / "export"
    store = open_store(str(store_folder), read_only=True)
    try:
        export(store, name, Selection(department=department), path)
    finally:
        store.close()
    answer = service.get(f"/export/{name}", params={"department": department})
    assert answer.status_code == 200 and answer.content == path.read_bytes()
    assert answer.headers["content-type"].startswith(FORMATS[name].media_type)
    suffix = FORMATS[name].suffix
    assert f'filename="jixiao-{name}.{suffix}"' in answer.headers["content-disposition"]


def test_filters_and_parts_narrow_the_graph(service: Service, department: str) -> None:
    def size(**parameters: str) -> int:
        answer = service.get("/export/graphml", params=parameters)
        assert answer.status_code == 200, answer.text
        return int(nx.read_graphml(io.BytesIO(answer.content), force_multigraph=True).number_of_nodes())

    assert 0 < size(department=department, depth="1") < size(department=department, depth="2")
    assert size(department=department, depth="2") < size(department=department)
    assert size(department=department) < size(department=department, sources="true")
    marked = service.get("/export/node-link", params={"analysis": "true", "department": department}).json()
    assert any("orphan" in node or "projectCount" in node for node in marked["nodes"])


def test_compression_is_of_the_file(service: Service, department: str) -> None:
    parameters = {"department": department, "depth": "2"}
    plain = service.get("/export/turtle", params=parameters)
    packed = service.get("/export/turtle", params={**parameters, "compress": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["content-disposition"].endswith('.ttl.gz"')


def test_an_export_that_has_not_changed_is_not_sent_again(service: Service) -> None:
    first = service.get("/export/graphml", params={"depth": "1"})
    again = service.get("/export/graphml", params={"depth": "1"}, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content
    other = service.get("/export/graphml", params={"depth": "2"}, headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200
    assert first.headers["x-data-version"] == other.headers["x-data-version"]


def test_a_part_can_be_fetched_and_head_has_no_body(service: Service) -> None:
    whole = service.get("/export/graphml", params={"depth": "1"})
    part = service.get("/export/graphml", params={"depth": "1"}, headers={"range": "bytes=0-99"})
    assert part.status_code == 206 and part.content == whole.content[:100]
    head = service.client.head("/export/graphml", params={"depth": "1"})
    assert head.status_code == 200 and not head.content
    assert head.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/export/nothing", 404),
        ("/export/graphml?department=没有这个局", 400),
        ("/export/graphml?depth=9", 422),
        ("/export/graphml?compress=rar", 422),
        ("/export/mermaid?depth=5&sources=true&figures=true", 400),
    ],
)
def test_mistakes_are_problems(service: Service, path: str, status: int) -> None:
    answer = service.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json") and answer.json()["detail"]


def test_no_temporary_file_stays(service: Service, department: str) -> None:
    ZipFile(io.BytesIO(service.get("/export/csv", params={"department": department}).content)).testzip()
    service.get("/export/graphml?department=没有这个局")
    wait_for(lambda: not list(service.temporary.glob("jixiao-export-*")))


def test_an_abandoned_export_leaves_nothing_behind(service: Service) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /export/xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: list(service.temporary.glob("jixiao-export-*")))
    wait_for(lambda: not list(service.temporary.glob("jixiao-export-*")))
    log = service.temporary.parent / "log"
    assert "Traceback" not in log.read_text()


def test_what_was_written_for_the_same_data_is_given_again(service: Service, department: str) -> None:
    def kept() -> set[int]:
        return {file.stat().st_ino for file in service.temporary.glob("jixiao-kept-*/*")}

    parameters = {"department": department, "depth": "3"}
    first = service.get("/export/graphml", params=parameters)
    files = kept()
    again = service.get("/export/graphml", params=parameters)
    assert (again.status_code, again.content) == (200, first.content)
    assert kept() == files != set()
    other = service.get("/export/graphml", params={**parameters, "compress": "gzip"})
    assert gzip.decompress(other.content) == first.content and kept() > files
