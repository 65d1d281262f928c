"""Requests that nobody wrote on purpose: each gets an answer or a problem, none a fault of ours."""

from __future__ import annotations

import json
import random
from urllib.parse import quote

import pytest

from tests.api.conftest import Service, Start
from tests.conftest import ROOT
from tests.makers.mutations import mutated

QUERIES = [path.read_text("utf-8") for path in sorted((ROOT / "service/queries").glob("*.rq"))]
ADDRESSES = (
    "/api/v1/indicators?level1=产出指标&lowerBound_ge=95&sort=-lowerBound&facet=department&limit=10",
    "/api/v1/projects?q=道路&year=2024&region=110000&offset=3",
    "/api/v1/search?q=满意度&kinds=project",
    "/api/v1/ask?q=满意度不低于95%的项目有哪些",
    "/api/v1/changes?since=2024-01-01",
    "/findings?rule=R301&severity=violation",
    "/projects?sort=-amount&page=2",
    "/search?q=图书馆",
    "/compare?a=x&b=y",
    "/export/csv?document=a",
)
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "ask", "arguments": {"question": "有几个项目"}},
}
EXPECTED = {503, 504}  # limits that hold, with their problem


def send(service: Service, chance: random.Random) -> None:
    """Send one request that is nearly right; fail where it is not answered as one."""
    kind = chance.choice(("address", "query", "body", "tool"))
    if kind == "address":
        path, _, query = chance.choice(ADDRESSES).partition("?")
        made = f"{path}?{quote(mutated(query, chance).encode('utf-8', 'replace'), safe='=&-')}"
        answer = service.get(made)
    elif kind == "query":
        answer = service.get("/sparql", params={"query": mutated(chance.choice(QUERIES), chance), "timeout": "2"})
    elif kind == "body":
        text = mutated(chance.choice(QUERIES), chance).encode("utf-8", "replace")
        types = ("application/sparql-query", "application/x-www-form-urlencoded", mutated("text/plain", chance))
        content = chance.choice(types).encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"")
        answer = service.post("/sparql", content=text, headers=[(b"content-type", content.replace(b"\0", b"").strip())])
    else:
        text = mutated(json.dumps(CALL, ensure_ascii=False), chance).encode("utf-8", "replace")
        headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
        answer = service.post("/mcp", content=text, headers=headers)
    problem = "/problems/internal" in answer.text or "Traceback" in answer.text
    assert not problem, (answer.request.url, answer.text[:500])
    assert answer.status_code < 500 or answer.status_code in EXPECTED, (answer.request.url, answer.text[:500])


@pytest.fixture(scope="module")
def tried(start_service: Start, store_folder: object) -> Service:
    return start_service(store_folder, {"JIXIAO_MCP": "1"})


def fuzz(service: Service, seeds: range) -> None:
    for seed in seeds:
        try:
            send(service, random.Random(seed))
        except Exception as error:
            error.add_note(f"random.Random({seed})")
            raise
    assert "Traceback" not in (service.temporary.parent / "log").read_text()
    assert service.ask("ASK {}").status_code == 200


@pytest.mark.long
def test_no_request_ends_in_a_fault(tried: Service) -> None:
    fuzz(tried, range(500))


@pytest.mark.slow
def test_a_hundred_thousand_requests_end_in_no_fault(tried: Service) -> None:
    fuzz(tried, range(1000, 101_000))
