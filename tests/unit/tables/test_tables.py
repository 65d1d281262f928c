"""The tables of the contract, read back from a store."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from jixiao.errors import UsageError
from jixiao.ids import Minter
from jixiao.lifting import lift, lift_findings
from jixiao.model import Finding, LinkedRecords, Severity, Source
from jixiao.review.decisions import Decision
from jixiao.review.keeping import decision_quads
from jixiao.tables import TABLES, read_table
from jixiao.vocab import JX

BASE = "https://example.org/id/"
CONTRACT = """document department fiscal_year form period project project_code level1 level2 level3 target_text
target_kind comparator comparator_stated lower lower_inclusive upper upper_inclusive unit due explanation
actual_text actual weight
score deviation_text deviation reason concept table page line source_text repair confidence iri
region thresholds previous_text half_year_target_text progress_text expected_text likelihood doubts corrected copy_of"""
LATER = {"corrected", "source_url", "fix", "status_note"}  # columns that nothing here fills
DECIDED = ("goal", "3", "印", "项", "correct", "goal", "值", "审核", "2026-01-31T08:00:00Z", "注")


def load(*graphs: bytes) -> Store:
    """Return a store whose default graph merges the graphs, as the product's stores do."""
    store = Store()
    for nquads in graphs:
        store.load(re.sub(rb" <[^<>]*> \.\n", b" .\n", nquads), RdfFormat.N_TRIPLES)
    return store


@pytest.fixture
def rows(linked: LinkedRecords) -> Callable[[str], list[dict[str, object]]]:
    store = load(lift(linked, base_iri=BASE).nquads)
    return lambda name: list(read_table(store, name))


def stated(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value not in (None, []) and name != "iri"}


def test_the_indicator_table_has_the_columns_of_the_contract() -> None:
    assert TABLES["indicators"].columns == tuple(CONTRACT.split())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_query_is_answered_and_gives_its_columns(name: str, linked: LinkedRecords) -> None:
    store = load(lift(linked, base_iri=BASE).nquads)
    rows = list(read_table(store, name))
    assert rows or name in ("findings", "corrections")
    for row in rows:
        assert tuple(row) == TABLES[name].columns
        assert str(row["iri"]).startswith(BASE)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_of_every_table_can_be_filled(name: str, linked: LinkedRecords) -> None:
    """A misspelt property would leave its column empty for ever."""
    finding = Finding(
        "R301", Severity.WARNING, BASE + "x", "消息", "message", linked.records.name, "政务局", "项目", "指标"
    )
    finding = dataclasses.replace(finding, evidence=(Source(2, 31, "行"),))
    graphs = lift(linked, base_iri=BASE).nquads, lift_findings(linked.records.name, [finding], base_iri=BASE).nquads
    decided = decision_quads([Decision("0" * 64, "a.txt", *DECIDED)], Minter(BASE))
    filled = {column for row in read_table(load(*graphs, decided), name) for column in stated(row)}
    lifted_elsewhere = {
        "documents": {"replaces", "possible_version_of", "version", "read_by"},  # test_versions.py, test_upgrade.py
        "indicators": {"due", "upper", "upper_inclusive"},  # stands on the part of a target that holds several
        "projects": {"government_budget", "special_account", "unit_funds", "other_funds", "carry_over"},
        "evaluations": {"initial", "adjusted", "executed", "rate", "rate_weight", "rate_score"},
        "facts": {"table", "page"},  # prose stands in no table, and this text has no pages
    }
    of_copies = {"copy_of"} & set(TABLES[name].columns)  # test_copies_are_told_from_what_counts
    empty = LATER & set(TABLES[name].columns) | of_copies | lifted_elsewhere.get(name, set())
    assert set(TABLES[name].columns) - filled - {"iri"} == empty


def test_indicators_are_in_the_order_of_print(rows: Callable[[str], list[dict[str, object]]]) -> None:
    assert [row["level3"] for row in rows("indicators")] == ["绩效自评完成率", "办事群众满意度", "培训与验收"]


def test_an_indicator_row_reads_as_the_contract_says(rows: Callable[[str], list[dict[str, object]]]) -> None:
    assert stated(rows("indicators")[1]) == {
        "document": "示例 2024.xlsx",
        "department": "示例市信息中心",
        "fiscal_year": 2024,
        "form": "project-self-evaluation",
        "period": "annual",
        "project": "智慧大厅运维",
        "project_code": "411999240000000000123",
        "level1": "满意度指标",
        "level2": "服务对象满意度",
        "level3": "办事群众满意度",
        "target_text": "≥95%",
        "target_kind": "quantity",
        "comparator": "≥",
        "comparator_stated": True,
        "lower": "95",
        "lower_inclusive": True,
        "unit": "%",
        "explanation": "问卷调查",
        "actual_text": "96.5%",
        "actual": "96.5",
        "weight": "10",
        "score": "9.75",
        "deviation_text": "1.58%",
        "deviation": "1.58",
        "reason": "样本较少",
        "concept": "https://w3id.org/jixiao/code/satisfaction-applicants",
        "table": 2,
        "page": 7,
        "line": 31,
        "source_text": "满意度指标\t服务对象满意度\t办事群众满意度\t≥95%",
        "repair": ["level-from-page-before", "shifted-cells"],
        "confidence": "0.93",
        "region": "西城县",
        "thresholds": {"优": "95%及以上", "良": "85%—95%", "差": "＜85%"},
        "previous_text": "91%",
        "half_year_target_text": "≥90%",
        "progress_text": "93%",
        "expected_text": "97%",
        "likelihood": "确定能",
        "doubts": ["指标值与下一行的分界不明"],
    }


def test_what_is_not_printed_is_null(rows: Callable[[str], list[dict[str, object]]]) -> None:
    row = rows("indicators")[0]
    assert row["target_text"] is None
    assert row["project"] is None
    assert row["repair"] == []


def test_a_project_row_gathers_what_the_document_says(rows: Callable[[str], list[dict[str, object]]]) -> None:
    (row,) = [each for each in rows("projects") if each["code"]]
    assert stated(row) == {
        "document": "示例 2024.xlsx",
        "name": "智慧大厅运维",
        "code": "411999240000000000123",
        "department": "示例市政务局",
        "year": 2024,
        "category": "其他运转类",
        "amount": "1059600",
        "fiscal_appropriation": "900000",
        "aliases": ["智慧大厅运"],
        "joined_by": ["智慧大厅运：名称被截断，金额相同（0.97）"],
        "found_in": ["project-expenditure:52"],
        "project_iri": BASE + "project/411999240000000000123",
        "programme": "数字政府建设资金",
        "confidence": "0.8",
        "doubts": ["项目名称取自标题"],
    }


def test_a_task_tells_stated_from_likely_projects(rows: Callable[[str], list[dict[str, object]]]) -> None:
    (row,) = rows("tasks")
    assert (row["projects"], row["likely_projects"]) == (["12345热线"], ["智慧大厅运维"])


def test_an_evaluation_row_gathers_money_judgement_and_total(rows: Callable[[str], list[dict[str, object]]]) -> None:
    (row,) = rows("evaluations")
    assert row["fund_management"] == ["拨付合规性 4.5/5"]
    assert (row["total"], row["total_weight"], row["grade"]) == ("97.25", "100", "优")


def test_an_evaluation_takes_its_money_from_the_total_line(linked: LinkedRecords) -> None:
    form = linked.records.forms[1]
    total = dataclasses.replace(form.plans[0].funds[1], fund="total")
    form = dataclasses.replace(form, plans=(dataclasses.replace(form.plans[0], funds=(total,)),))
    records = dataclasses.replace(linked.records, forms=(linked.records.forms[0], form))
    (row,) = read_table(load(lift(dataclasses.replace(linked, records=records), base_iri=BASE).nquads), "evaluations")
    assert [row[each] for each in ("initial", "adjusted", "executed", "rate", "rate_weight", "rate_score")] == [
        "800001",
        "800002",
        "431500",
        "53.94",
        "11",
        "5.39",
    ]


def test_a_printed_row_is_one_row_though_two_documents_name_its_project_differently(linked: LinkedRecords) -> None:
    renamed = tuple(dataclasses.replace(each, name=each.name + "（含尾款）") for each in linked.projects)
    records = dataclasses.replace(linked.records, name="示例决算.txt", forms=(), money_tables=(), facts=(), issues=())
    other = dataclasses.replace(linked, records=records, projects=renamed, plan_projects={}, links=(), task_projects={})
    store = load(lift(linked, base_iri=BASE).nquads, lift(other, base_iri=BASE).nquads)
    indicators = list(read_table(store, "indicators"))
    assert len(indicators) == 3
    assert indicators[1]["project"] == "智慧大厅运维"


def test_documents_come_in_the_order_of_their_names(linked: LinkedRecords) -> None:
    graphs = []
    for name in ("b.txt", "a.txt"):
        records = dataclasses.replace(linked.records, name=name)
        graphs.append(lift(dataclasses.replace(linked, records=records), base_iri=BASE).nquads)
    store = load(*graphs)
    assert [row["document"] for row in read_table(store, "documents")] == ["a.txt", "b.txt"]
    assert [row["rows"] for row in read_table(store, "documents")] == [3, 3]
    (centre, office) = read_table(store, "departments")
    assert (centre["name"], office["name"]) == ("示例市信息中心", "示例市政务局")
    assert office["documents"] == ["a.txt", "b.txt"]
    assert (office["region_code"], office["projects"]) == ("410727", 2)


def test_findings_hold_lines_and_evidence(linked: LinkedRecords) -> None:
    evidence = (Source(2, 100, "第一\n行"), Source(2, 31, "第二行"))
    finding = Finding(
        "R202",
        Severity.VIOLATION,
        BASE + "x",
        "成本 28.00 ≠ 26.27",
        "28.00 is not 26.27",
        linked.records.name,
        evidence=evidence,
    )
    (row,) = read_table(load(lift_findings(linked.records.name, [finding], base_iri=BASE).nquads), "findings")
    assert (row["severity"], row["lines"], row["evidence"]) == ("violation", [31, 100], ["第二行", "第一 行"])
    assert (row["message"], row["message_en"]) == ("成本 28.00 ≠ 26.27", "28.00 is not 26.27")


def test_findings_come_in_the_order_of_their_first_line(linked: LinkedRecords) -> None:
    finding = Finding("R202", Severity.WARNING, BASE + "x", "消息", "message", linked.records.name)
    lines = [(100,), (31, 200), (9, 300), (31, 40)]
    found = [
        dataclasses.replace(finding, evidence=tuple(Source(2, line, f"行{line}") for line in each)) for each in lines
    ]
    store = load(lift_findings(linked.records.name, found, base_iri=BASE).nquads)
    assert [row["lines"][0] for row in read_table(store, "findings")] == [9, 31, 31, 100]  # type: ignore[index]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_order_of_rows_is_whole(name: str) -> None:
    """It ends with the row's own IRI, and hangs on nothing a store may join in any order."""
    order = TABLES[name].query.rpartition("ORDER BY ")[2].split()
    assert order[-1] == "?iri"
    assert not TABLES[name].lists & {variable.removeprefix("?") for variable in order}


def test_a_project_named_differently_by_two_documents_is_one_row_of_each(linked: LinkedRecords) -> None:
    renamed = tuple(dataclasses.replace(each, name="甲" + each.name) for each in linked.projects)
    records = dataclasses.replace(linked.records, name="示例决算.txt")
    other = dataclasses.replace(linked, records=records, projects=renamed)
    store = load(lift(linked, base_iri=BASE).nquads, lift(other, base_iri=BASE).nquads)
    rows = list(read_table(store, "projects"))
    assert len({row["iri"] for row in rows}) == len(rows) == 2 * len(linked.projects)


def test_a_table_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="indicators"):
        read_table(Store(), "nothing")


def test_an_empty_store_has_no_rows() -> None:
    assert [name for name in TABLES if list(read_table(Store(), name))] == []


def test_queries_use_only_terms_of_the_ontology() -> None:
    import jixiao.tables

    for path in sorted(Path(jixiao.tables.__file__).parent.glob("*.rq")):
        used = set(re.findall(r"\bjx:(\w+)", path.read_text("utf-8")))
        assert used <= JX.terms, path.name
    assert {path.stem for path in Path(jixiao.tables.__file__).parent.glob("*.rq")} == set(TABLES)


def test_decimals_keep_every_digit(linked: LinkedRecords) -> None:
    form = linked.records.forms[1]
    exact = dataclasses.replace(form.plans[0].indicators[0], weight=Decimal("0.123456789012345678"))
    plan = dataclasses.replace(form.plans[0], indicators=(exact,))
    records = dataclasses.replace(linked.records, forms=(dataclasses.replace(form, plans=(plan,)),))
    other = dataclasses.replace(linked, records=records, plan_projects={}, links=())
    (row,) = read_table(load(lift(other, base_iri=BASE).nquads), "indicators")
    assert row["weight"] == "0.123456789012345678"
