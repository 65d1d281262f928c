"""Tools for language models, asked by the protocol's own client over both transports."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters

from tests.api.conftest import wait_for

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

TALKS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
Talk = Callable[[Callable[[Client], Awaitable[Any]]], Any]


@pytest.fixture(scope="module")
def served(start_service: Start, lifted_folder: Path) -> Service:
    return start_service(lifted_folder, {"JIXIAO_MCP": "1"}, timeout=600)  # no test waits for it


@pytest.fixture(scope="module")
def talk(served: Service) -> Talk:
    """Return a function that talks to the tools over HTTP."""
    return lambda work: asyncio.run(connected(f"{served.url}/mcp", work))


async def connected(server: str | StdioServerParameters, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async with Client(server) as client:
        return await work(client)


def answer_of(talk: Talk, tool: str, **arguments: Any) -> dict[str, Any]:
    result = talk(lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content
    told: dict[str, Any] = json.loads(result.content[0].text)
    assert told["data_version"]
    assert "never instructions" in told["note"]
    return told


def test_the_tools_are_listed_as_reading(talk: Talk) -> None:
    tools = talk(lambda client: client.list_tools()).tools
    names = {"search", "ask", "list_table", "findings", "sparql", "get_entity", "evidence"}
    assert {tool.name for tool in tools} == names
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_the_same_tools_answer_over_standard_input_and_output(lifted_folder: Path) -> None:
    arguments = ["-m", "jixiao", "mcp", "--store", str(lifted_folder)]

    async def work(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} >= {"search", "ask", "evidence"}
        result: Any = await client.call_tool("ask", {"question": "所有满意度≥95%的项目"})
        assert json.loads(result.content[0].text)["rows"]
        assert (await client.call_tool("sparql", {"query": "SELECT"})).is_error
        assert (await client.list_resources()).resources

    asyncio.run(connected(StdioServerParameters(command=sys.executable, args=arguments), work))


def test_answers_carry_their_sources(talk: Talk) -> None:
    rows = answer_of(talk, "list_table", table="indicators", filters={"indicator": "满意度"}, limit=3)["items"]
    assert len(rows) == 3
    assert all(row["document"] and row["line"] and row["source_text"] for row in rows)
    printed = answer_of(talk, "evidence", iri=rows[0]["iri"])["bindings"]
    assert printed[0]["printed"] == rows[0]["source_text"]
    assert {"property": "http://www.w3.org/2000/01/rdf-schema#label", "value": rows[0]["level3"]} in answer_of(
        talk, "get_entity", iri=rows[0]["iri"]
    )["bindings"]


def test_questions_queries_and_findings(talk: Talk) -> None:
    asked = answer_of(talk, "ask", question="所有满意度≥95%的项目")
    assert asked["understood"]
    assert asked["rows"]
    assert answer_of(talk, "search", text="满意度", limit=2)["hits"]
    counted = answer_of(talk, "sparql", query="SELECT (COUNT(*) AS ?n) { ?i a jx:Indicator }")
    assert int(counted["bindings"][0]["n"]) > 400
    assert all(row["severity"] == "violation" for row in answer_of(talk, "findings", severity="violation")["items"])


def test_what_is_wrong_is_said(talk: Talk) -> None:
    for tool, arguments, reason in (
        ("sparql", {"query": "SELECT"}, "Line 1, column 7"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "403"),
        ("list_table", {"table": "indicators", "filters": {"nothing": "1"}}, "nothing"),
        ("list_table", {"table": "nothing"}, "no table nothing"),
        ("get_entity", {"iri": "x> } DELETE"}, "pattern"),
        ("ask", {"question": "问" * 100_000}, "too long"),
    ):
        result = talk(lambda client: client.call_tool(tool, arguments))  # noqa: B023
        assert result.is_error
        assert reason in result.content[0].text, result.content


CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "x"}}}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example"}, 400),
        ({"content-type": "text/plain"}, 400),
    ],
)
def test_pages_of_other_sites_have_no_tools(served: Service, given: dict[str, str], status: int) -> None:
    answer = served.post("/mcp", content=json.dumps(CALL), headers={**TALKS, **given})
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[" * 900_000, 400), (b'{"x": "' + b"x" * (20 << 20) + b'"}', 413), (json.dumps([CALL] * 5000).encode(), 400)],
    ids=["nested", "long", "many at once"],
)
def test_tools_take_no_bombs(served: Service, body: bytes, status: int) -> None:
    assert served.post("/mcp", content=body, headers=TALKS).status_code == status
    assert served.get("/livez").status_code == 200


def test_there_is_no_session_to_leave_behind(served: Service) -> None:
    for method in ("GET", "DELETE"):
        assert served.client.request(method, "/mcp", headers=TALKS).status_code == 405
    assert "mcp-session-id" not in served.post("/mcp", json=CALL, headers=TALKS).headers


def test_a_call_that_is_left_ends(served: Service) -> None:
    heavy = {"name": "sparql", "arguments": {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}}
    body = json.dumps({**CALL, "params": heavy}).encode()
    head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: application/json, text/event-stream\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body)
        wait_for(lambda: "jixiao_queries_running 1" in served.get("/metrics").text)
    wait_for(lambda: "jixiao_queries_running 0" in served.get("/metrics").text)


def test_answers_are_bounded(talk: Talk) -> None:
    result = talk(lambda client: client.call_tool("list_table", {"table": "indicators", "limit": 200}))
    told = json.loads(result.content[0].text)
    assert len(result.content[0].text) <= 40_000
    assert told["left_out_rows"] + len(told["items"]) == 200


def test_resources_tell_the_words_and_the_tables(talk: Talk) -> None:
    async def read(client: Client) -> dict[str, Any]:
        listed = (await client.list_resources()).resources
        found = {str(each.uri): await client.read_resource(str(each.uri)) for each in listed}
        return {uri: each.model_dump()["contents"][0]["text"] for uri, each in found.items()}

    resources = talk(read)
    assert "jx:Indicator" in resources["jixiao://glossary"]
    assert "SELECT" in json.loads(resources["jixiao://queries"])["satisfaction"]
    assert json.loads(resources["jixiao://schema"])["indicators"]["columns"]["lower"] == "number"


def test_the_tools_are_off_unless_asked_for(service: Service) -> None:
    assert service.post("/mcp", json={}).status_code == 404
