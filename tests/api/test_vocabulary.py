"""Queries that can find nothing are told so, in every way a client may look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.conftest import Service

WRONG = 'SELECT ?i { ?i a jx:Indicater ; jx:level1 "满意度指标" }'
HEADER = (
    "1:18 jx:Indicater unknown-term jx:Indicator, "
    '1:43 "%E6%BB%A1%E6%84%8F%E5%BA%A6%E6%8C%87%E6%A0%87" thing-not-text '
    'jx:level1Text "%E6%BB%A1%E6%84%8F%E5%BA%A6%E6%8C%87%E6%A0%87"'
)


def test_the_header_and_json_name_the_words_and_what_to_write(service: Service) -> None:
    answer = service.ask(WRONG)
    assert (answer.status_code, answer.headers["x-query-warnings"]) == (200, HEADER)
    result = answer.json()
    assert result["results"] == {"bindings": []}
    assert [(each["word"], each["nearest"]) for each in result["warnings"]] == [
        ("jx:Indicater", "jx:Indicator"),
        ('"满意度指标"', 'jx:level1Text "满意度指标"'),
    ]
    assert result["warnings"][0]["message"].startswith("词汇表里没有 jx:Indicater")
    assert result["warnings"][0]["message_en"].startswith("there is no term jx:Indicater")


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_other_formats_have_the_header_alone(service: Service, accept: str) -> None:
    answer = service.ask(WRONG, accept)
    assert answer.headers["x-query-warnings"] == HEADER
    assert "Indicater" not in answer.text


def test_asking_and_constructing_are_warned_of_too(service: Service) -> None:
    told = service.ask("ASK { ?i jx:year 2023 }").json()
    assert (told["boolean"], told["warnings"][0]["nearest"]) == (False, '"2023"^^xsd:gYear')
    graph = service.ask("CONSTRUCT WHERE { ?i jx:yeer ?y }", "text/turtle")
    assert graph.headers["x-query-warnings"] == "1:22 jx:yeer unknown-term jx:year"


def test_right_queries_have_no_warnings(service: Service) -> None:
    answer = service.ask("SELECT ?i { ?i a jx:Indicator } LIMIT 1")
    assert "x-query-warnings" not in answer.headers
    assert "warnings" not in answer.json()


@pytest.mark.parametrize(("strict", "status"), [("1", 400), ("true", 400), ("0", 200), ("", 200)])
def test_a_strict_query_is_refused(service: Service, strict: str, status: int) -> None:
    answer = service.ask(WRONG, **{"strict-vocabulary": strict})
    assert answer.status_code == status
    if status == 400:
        problem = answer.json()
        assert (problem["type"], len(problem["warnings"])) == ("/problems/vocabulary", 2)
        assert "可写 jx:Indicator" in problem["detail"] and "write jx:Indicator" in problem["detail_en"]


def test_a_cut_result_is_linked_and_warned_of(service: Service) -> None:
    text = "SELECT ?s ?t { { ?s rdfs:label ?l } UNION { ?t a jx:Indicater } }"
    result = service.ask(text, rows=3).json()
    assert len(result["results"]["bindings"]) == 3
    assert result["head"]["link"] and result["warnings"][0]["word"] == "jx:Indicater"


def test_a_scratch_store_may_hold_anything(scratch: Service) -> None:
    answer = scratch.ask("ASK { ?i jx:madeUp 2023 }")
    assert "warnings" not in answer.json()


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("SELECT ?i { ?i a ?x ； }", "“；”是全角标点，请改用半角“;”", "； is a full-width sign; write ;"),
        ("SELECT ?i (COUNT(?x) AS ?n) { ?i a ?x }", "GROUP BY ?i", "neither grouped nor aggregated"),
        ("ASK { ?i ex:targetText ?t }", "可写 jx:targetText", "write jx:targetText"),
        ("ASK { ?i ?p", "此处应为", "expected"),
        ("ASK { ?s ?p ?o FILTER(<urn:f>(?s)) }", "没有函数 <urn:f>", "not supported"),
    ],
)
def test_faults_are_told_in_chinese_and_english(service: Service, text: str, zh: str, en: str) -> None:
    problem = service.ask(text).json()
    assert (problem["status"], zh in problem["detail"], en in problem["detail_en"]) == (400, True, True), problem
    assert "expected" not in problem["detail"]


def test_a_long_update_passes_and_a_fault_in_its_last_line_is_told_with_the_line(scratch: Service) -> None:
    headers = {"content-type": "application/sparql-update"}
    lines = "\n".join(f'<urn:s{number}> <urn:p> "值 {number}" .' for number in range(5000))
    update = f"INSERT DATA {{\n{lines}\n<urn:s> <urn:p> "
    assert scratch.post("/update", content=f"{update}1 }}".encode(), headers=headers).status_code == 204
    assert scratch.column("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == ["5001"]
    problem = scratch.post("/update", content=f"{update}未完 }}".encode(), headers=headers).json()
    assert (problem["status"], "第 5002 行第 17 列“未完”" in problem["detail"]) == (400, True), problem
