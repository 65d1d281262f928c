"""What the description says is what the service does: statuses, types and schemas of answers, for any parameters."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import Service

Members = dict[str, Any]
HOSTILE = ("", " ", "null", "-1", "NaN", "1e400", "%", "'", '"; DROP TABLE t; --', "〇" * 50, "\u202e", "a" * 1200)
ANYTHING = ("满意度", "2023", "95", "-amount", "document", *HOSTILE)
SUITED = {
    "q": ("满意度不低于95%的项目有哪些", "劳务派遣"),
    "query": ("SELECT ?p WHERE { ?p a jx:Project } LIMIT 2", "ASK {}", "SELECT"),
    "since": ("",),
    "format": ("json", "csv", "jsonld", "none"),
    "key": ("none", "https://example.org/none"),
}


@pytest.fixture(scope="module")
def description(service: Service) -> Members:
    document: Members = service.get("/api/openapi.json").json()
    return document


def value_of(chance: random.Random, about: Members) -> Any:
    """Return a value that the schema of a parameter allows, or, now and then, one that nobody expects."""
    schema = about["schema"]
    schema = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    if chance.random() < 0.15:
        return chance.choice(HOSTILE)
    schema = schema.get("items", schema)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema.get("type") in ("integer", "number"):
        low, high = int(schema.get("minimum", 0)), int(schema.get("maximum", 3000))
        return chance.choice((low, high, chance.randint(low, min(high, low + 50))))
    if schema.get("type") == "boolean":
        return chance.choice(("true", "false"))
    if "pattern" in schema:
        fitting = [
            each for each in ("4103", "finding", "finding:R301", "95", "true") if re.search(schema["pattern"], each)
        ]
        return chance.choice(fitting)
    return chance.choice(SUITED.get(about["name"], ANYTHING))


def asked(chance: random.Random, operation: Members) -> dict[str, Any]:
    needed = [each for each in operation.get("parameters", ()) if each["in"] == "query" and each.get("required")]
    others = [each for each in operation.get("parameters", ()) if each["in"] == "query" and not each.get("required")]
    chosen = chance.sample(others, min(len(others), chance.randint(0, 4)))
    return {each["name"]: value_of(chance, each) for each in (*needed, *chosen)}


def mismatch(answer: httpx.Response, operation: Members, document: Members) -> str:
    """Return in what an answer is not as described, empty for nothing."""
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return f"status {answer.status_code}"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code == 304 or "*/*" in told.get("content", {}):
        return ""
    if kind not in told.get("content", {}):
        return f"type {kind} of {answer.status_code}"
    if kind.endswith("json"):
        schema = {**told["content"][kind].get("schema", {}), "components": document["components"]}
        return "; ".join(error.message[:200] for error in Draft202012Validator(schema).iter_errors(answer.json()))
    return ""


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_as_described_whatever_is_asked(service: Service, description: Members, seed: int) -> None:
    chance = random.Random(seed)
    wrong = []
    for path, ways in description["paths"].items():
        operation = ways.get("get")
        if operation is None or path == "/export/{format}":
            continue
        for _ in range(3):
            address = path.replace("{key}", chance.choice(SUITED["key"]).replace("/", "%2F"))
            answer = service.get(address, params=asked(chance, operation), timeout=60)
            found = mismatch(answer, operation, description)
            wrong += [f"{answer.request.url}: {found}"] if found else []
    assert not wrong, "\n".join(wrong[:20])


def test_rows_exports_and_drafts_are_as_described(service: Service, description: Members) -> None:
    wrong = []
    for path, ways in description["paths"].items():
        if path.endswith("/{key}"):
            table = service.get(path.removesuffix("/{key}"), params={"limit": 1}).json()["items"]
            for row in table:
                key = row.get("iri") or row.get("key") or row.get("code")
                answer = service.get(path.replace("{key}", str(key)), timeout=60)
                wrong += [f"{path}: {found}"] if (found := mismatch(answer, ways["get"], description)) else []
    for method, path, options in (
        ("get", "/export/{format}", {"path": "/export/none"}),
        ("get", "/export/{format}", {"path": "/export/mermaid", "params": {"department": "无此单位"}}),
        ("get", "/export/{format}", {"path": "/export/csv", "params": {"depth": 9}}),
        ("post", "/api/v1/check", {"files": {"file": ("稿.txt", "项目支出绩效目标表".encode())}}),
        ("post", "/api/v1/check", {}),
        ("post", "/api/v1/review", {"json": {}}),
        ("post", "/api/v1/review", {"json": {"iri": "x", "decision": "accept", "role": "审核"}}),
        ("post", "/sparql", {"content": "ASK {}", "headers": {"content-type": "application/sparql-query"}}),
    ):
        address = str(options.pop("path", path))
        answer = getattr(service, method)(address, timeout=60, **options)
        found = mismatch(answer, description["paths"][path][method], description)
        wrong += [f"{method} {address}: {found}"] if found else []
    assert not wrong, "\n".join(wrong[:20])


def test_a_method_that_is_not_described_is_refused(service: Service) -> None:
    answer = service.get("/api/v1/check")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
