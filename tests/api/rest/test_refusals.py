"""Bad input is answered with problem+json that says what to change, in bounded time."""

from __future__ import annotations

import base64
import json
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.conftest import Service, Start

API = "/api/v1"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/indicators?levle1=产出指标", "level1"),
        ("/indicators?lower_ge=abc", "lower_ge"),
        ("/indicators?lower_ge=1e400", "lower_ge"),
        ("/indicators?lower_ge=nan", "lower_ge"),
        ("/indicators?lower_ge=98&lower_le=90", "放宽"),
        ("/indicators?amount_ge=5", "amount_ge"),
        ("/indicators?comparator_stated=maybe", "true"),
        ("/projects?limit=0", "limit"),
        ("/projects?limit=99999999999999999999", "limit"),
        ("/projects?sort=nothing", "排序"),
        ("/projects?sort=name,code,year,amount", "三列"),
        ("/projects?fields=name,secret", "secret"),
        ("/projects?facet=found_inn", "found_inn"),
        ("/projects?cursor=@@@", "第一页"),
        ("/projects?cursor=W10", "第一页"),
        ("/projects?region=洛阳", "2260"),
        ("/projects?has=anything", "finding"),
        ("/projects?format=pdf", "json"),
        ("/search?q=", "q"),
        ("/search?q=a&kind=people", "people"),
        ("/search?q=a&shape=round", "shape"),
        ("/ask?q=a&p=b", "p"),
    ],
)
def test_bad_parameters_say_what_to_change(service: Service, path: str, said: str) -> None:
    answer = service.get(API + path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert said in body["detail"]
    assert body["title"] and body["title_en"]


@pytest.mark.parametrize(
    "text", ["满" * 3000, "(a+)+$" * 20 + "!" * 500, "%" * 900, '"' * 500, "a OR b NEAR(c", "*", "\x00"]
)
def test_odd_texts_are_answered_soon(service: Service, text: str) -> None:
    for path, key in (("/indicators", "q"), ("/search", "q"), ("/ask", "q"), ("/projects", "name")):
        started = time.perf_counter()
        answer = service.get(API + path, params={key: text})
        assert time.perf_counter() - started < 2
        assert answer.status_code in (200, 422)


def test_a_query_of_ten_thousand_characters_is_refused(service: Service) -> None:
    answer = service.get(f"{API}/indicators", params={"q": "a" * 10_000})
    assert answer.status_code == 422
    assert answer.json()["limit"] == 8000
    longer = service.get(f"{API}/ask", params={"q": "满" * 7000})  # 63,000 bytes
    assert (longer.status_code, longer.json()["limit"]) == (422, 8000)
    many = service.get(f"{API}/indicators?" + "&".join(["level1=a"] * 60))
    assert many.status_code == 422


def test_an_address_too_long_to_read_is_a_problem_too(service: Service) -> None:
    host, port = urlsplit(service.url).hostname, urlsplit(service.url).port
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(b"GET /api/v1/ask?q=" + b"%E6%BB%A1" * 10_000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400") and b"application/problem+json" in head
    assert "改短" in json.loads(body)["detail"]


def test_problems_are_told_in_both_languages(service: Service) -> None:
    body = service.get(f"{API}/indicators?lower_ge=98&lower_le=90").json()
    assert "放宽" in body["detail"] and body["detail_en"].isascii()
    missing = service.get(f"{API}/ask").json()
    assert missing["detail"] == "缺少参数：q" and "required" in missing["detail_en"]


def test_cursors_of_other_data_or_another_list_are_refused(service: Service) -> None:
    cursor = dict(
        part.split("=") for part in service.get(f"{API}/projects?limit=2").json()["next"].split("?")[1].split("&")
    )
    text = cursor["cursor"]
    assert service.get(f"{API}/projects", params={"limit": 5, "cursor": text}).status_code == 200
    assert "另一个查询" in service.get(f"{API}/projects", params={"year": 2023, "cursor": text}).json()["detail"]
    held = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    old = base64.urlsafe_b64encode(json.dumps(["0" * 16, *held[1:]]).encode()).decode().rstrip("=")
    answer = service.get(f"{API}/projects", params={"cursor": old})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/stale-cursor")


def test_an_unknown_table_names_the_known(service: Service) -> None:
    answer = service.get(f"{API}/people")
    assert answer.status_code == 404
    assert "indicators" in answer.json()["detail"]


def test_too_many_requests_are_held_off(lifted_folder: Path, start_service: Start) -> None:
    limited = start_service(lifted_folder, {"JIXIAO_RATE": "1"})
    answers = [limited.get(API) for _ in range(12)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["type"] == "/problems/too-many-requests"


def test_search_and_questions(service: Service) -> None:
    found = service.get(f"{API}/search", params={"q": "劳务派遣", "limit": 5}).json()
    assert found["hits"][0]["kind"] == "projects" and "<mark>劳务派遣</mark>" in found["hits"][0]["highlighted"]
    assert found["facets"]["kind"]["indicators"] > 1
    only = service.get(f"{API}/search", params={"q": "劳务派遣", "kind": "projects", "year": 2022}).json()
    assert {hit["kind"] for hit in only["hits"]} == {"projects"} and {hit["year"] for hit in only["hits"]} == {2022}
    asked = service.get(f"{API}/ask", params={"q": "预算超过500万元的项目"}).json()
    assert asked["understood"] and len(asked["rows"]) == 6 and "SELECT" in asked["sparql"]
    declined = service.get(f"{API}/ask", params={"q": "删除所有项目"}).json()
    assert not declined["understood"] and declined["examples"] and not declined["rows"]


def test_a_department_that_is_not_there_is_named_with_those_like_it(service: Service) -> None:
    name = "洛阳市洛龙区政务服务中"
    body = service.get(f"{API}/indicators", params={"department": name}).json()
    assert body["total"] == 0 and name in body["hint"] and "洛阳市洛龙区政务服务中心" in body["hint"]
    assert "hint" not in service.get(f"{API}/indicators", params={"department": f"{name}心"}).json()
    assert "hint" not in service.get(f"{API}/indicators", params={"level1": "无"}).json()
