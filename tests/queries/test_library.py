"""The example queries over the published documents, each compared with the same figures made from the tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from jixiao.store.protocol import Store
from jixiao.store.syntax.parsing import parse_sparql
from jixiao.tables import read_table
from jixiao.vocab import PREFIXES
from jixiao_service.library import example_queries, with_prefixes

Rows = list[dict[str, Any]]
LIBRARY = example_queries()
VAGUE = "qualitative"


@pytest.fixture(scope="module")
def store(lifted: Any) -> Store:
    return lifted[0]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def tables(store: Store) -> Callable[[str], Rows]:
    read: dict[str, Rows] = {}

    def table(name: str) -> Rows:
        if name not in read:
            read[name] = list(read_table(store, name))
        return read[name]

    return table


def _filled(text: str, values: dict[str, str]) -> str:
    """Return a query with other values of its parameters."""
    for name, value in values.items():
        text, exchanged = re.subn(rf"VALUES \?{name} \{{[^{{}}]*\}}", f"VALUES ?{name} {{ {value} }}", text)
        assert exchanged == 1, name
    return text


def ask(store: Store, name: str, **values: str) -> Rows:
    """Return the rows of an example query as plain values."""
    results = store.query(_filled(LIBRARY[name].text, values), prefixes=PREFIXES)
    names = [variable.value for variable in results.variables]  # type: ignore[union-attr]
    return [{key: None if row[key] is None else row[key].value for key in names} for row in results]  # type: ignore[union-attr]


def number(text: str | None) -> Decimal:
    assert text is not None
    return Decimal(text)


def test_there_are_enough_and_each_is_described() -> None:
    assert len(LIBRARY) >= 20
    for name, example in LIBRARY.items():
        assert example.name == name
        assert all((example.title, example.title_en, example.description, example.description_en)), name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in example.title), name
        parse_sparql(example.text, "QueryUnit")
        parse_sparql(with_prefixes(example.text), "QueryUnit")


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_each_runs_without_known_prefixes_and_twice_alike(store: Store, name: str) -> None:
    known = ask(store, name)
    declared = store.query(with_prefixes(LIBRARY[name].text))
    assert len(known) == len(list(declared))  # type: ignore[arg-type]
    assert known == ask(store, name)


def satisfied(row: dict[str, Any]) -> bool:
    return row["level1"] is not None and "满意" in row["level1"]


def test_satisfaction(store: Store, tables: Callable[[str], Rows]) -> None:
    found = {row["indicator"] for row in ask(store, "satisfaction")}
    expected = {
        row["iri"]
        for row in tables("indicators")
        if satisfied(row) and row["project"] and row["period"] == "annual" and row["unit"] == "%"
        if row["lower"] is not None and Decimal(row["lower"]) >= 95
    }
    assert expected
    assert expected <= found  # the query also knows satisfaction under other first levels
    texts = {row["targetText"] for row in ask(store, "satisfaction")}
    assert not any("≤" in text or text in ("提升", "提高") for text in texts)
    higher = {row["indicator"] for row in ask(store, "satisfaction", minimum="98")}
    assert higher < found


def test_indicator_mix(store: Store, tables: Callable[[str], Rows]) -> None:
    found = ask(store, "indicator-mix")
    assert sum(int(row["indicators"]) for row in found) == len(tables("indicators"))
    per_department = Counter((row["department"], str(row["fiscal_year"])) for row in tables("indicators"))
    counted: Counter[tuple[str, str]] = Counter()
    for row in found:
        counted[row["departmentName"], row["year"]] += int(row["indicators"])
    assert counted == per_department


def test_quantified_share(store: Store, tables: Callable[[str], Rows]) -> None:
    all_, numeric = Counter[str](), Counter[str]()
    for row in tables("indicators"):
        all_[row["department"]] += 1
        numeric[row["department"]] += row["lower"] is not None or row["upper"] is not None
    for row in ask(store, "quantified-share"):
        name = row["departmentName"]
        assert (int(row["indicators"]), int(row["quantified"])) == (all_[name], numeric[name])
        assert abs(number(row["percent"]) - 100 * Decimal(numeric[name]) / all_[name]) < Decimal("0.1")


def test_vague_targets(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter(row["target_text"] for row in tables("indicators") if row["target_kind"] == VAGUE)
    assert {row["targetText"]: int(row["times"]) for row in ask(store, "vague-targets")} == expected


def test_projects_without_satisfaction(store: Store, tables: Callable[[str], Rows]) -> None:
    asked = {row["project"] for row in tables("indicators") if row["project"] and satisfied(row)}
    found = {row["projectName"] for row in ask(store, "projects-without-satisfaction")}
    assert not found & asked


def test_projects_without_indicators(store: Store, tables: Callable[[str], Rows]) -> None:
    having = {(row["document"], row["project"]) for row in tables("indicators")}
    expected = {
        (row["document"], row["name"])
        for row in tables("projects")
        if row["amount"] is not None and (row["document"], row["name"]) not in having
    }
    found = ask(store, "projects-without-indicators")
    assert {(row["fileName"], row["projectName"]) for row in found} == expected
    assert expected


def test_largest_projects(store: Store, tables: Callable[[str], Rows]) -> None:
    for minimum in ("1000000", "20000000"):
        found = ask(store, "largest-projects", minimum=minimum)
        amounts = sorted(
            (Decimal(row["amount"]) for row in tables("projects") if row["amount"] is not None), reverse=True
        )
        assert [number(row["amount"]) for row in found] == [each for each in amounts if each >= Decimal(minimum)]
    counted = Counter((row["document"], row["project"]) for row in tables("indicators"))
    (largest,) = [row for row in tables("projects") if row["name"] == found[0]["projectName"]]
    assert int(found[0]["indicators"]) == counted[largest["document"], largest["name"]]


def test_same_indicator(store: Store) -> None:
    broad = ask(store, "same-indicator")
    narrow = ask(store, "same-indicator", concept=f"<{PREFIXES['jxc']}satisfaction-public>")
    assert 0 < len(narrow) < len(broad)
    assert {tuple(row.values()) for row in narrow} <= {tuple(row.values()) for row in broad}
    assert all("满意" in row["indicatorName"] for row in narrow)


def test_same_measure(store: Store, tables: Callable[[str], Rows]) -> None:
    printed = tables("indicators")
    names = {"群众满意度", "群众满意率", "受益群众满意度", "服务群众满意度", "受益群众满意率"}
    found = ask(store, "same-measure")
    expected = [row for row in printed if row["level3"] in names and row["target_text"] and row["unit"] in ("%", None)]
    assert len(found) >= len(expected) > 0
    assert {row["unit"] for row in found} <= {"%", None}
    assert all("群众满意" in row["indicatorName"] for row in found)


def test_deadlines(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter(row["due"] for row in tables("indicators") if row["due"] is not None)
    assert Counter(row["due"] for row in ask(store, "deadlines")) == expected


def test_copied_indicators(store: Store, tables: Callable[[str], Rows]) -> None:
    projects = defaultdict(set)
    for row in tables("indicators"):
        if row["project"] and row["target_text"]:
            projects[row["level3"], row["target_text"]].add((row["document"], row["project"]))
    expected = {key: len(found) for key, found in projects.items() if len(found) > 1}
    found = {(row["indicatorName"], row["targetText"]): int(row["projects"]) for row in ask(store, "copied-indicators")}
    assert found == expected


def missed(row: dict[str, Any]) -> bool:
    if row["actual"] is None or row["target_text"] is None:
        return False
    actual = Decimal(row["actual"])
    low = row["lower"] is not None and actual < Decimal(row["lower"])
    return low or (row["upper"] is not None and actual > Decimal(row["upper"]))


def test_missed_targets(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter((row["level3"], row["target_text"]) for row in tables("indicators") if missed(row))
    found = Counter((row["indicatorName"], row["targetText"]) for row in ask(store, "missed-targets"))
    assert found == expected
    assert expected


def test_full_score_despite_miss(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter(
        row["level3"]
        for row in tables("indicators")
        if missed(row) and row["score"] is not None and Decimal(row["score"]) == Decimal(row["weight"] or -1)
    )
    assert Counter(row["indicatorName"] for row in ask(store, "full-score-despite-miss")) == expected


def test_self_evaluations(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = sorted(Decimal(row["total"]) for row in tables("evaluations") if row["total"] is not None)
    assert [number(row["total"]) for row in ask(store, "self-evaluations")] == expected


def test_execution_rates(store: Store) -> None:
    found = ask(store, "execution-rates")
    assert found
    for row in found:
        rate = 100 * number(row["executed"]) / number(row["adjusted"])
        assert abs(number(row["percent"]) - rate) <= Decimal("0.005")
    assert [number(row["percent"]) for row in found] == sorted(number(row["percent"]) for row in found)


def test_fund_sources(store: Store, tables: Callable[[str], Rows]) -> None:
    rows = [row for row in tables("funds") if row["project"] and row["amount"] and row["period"] == "annual"]
    expected = sum(Decimal(row["amount"]) for row in rows if row["fund"] != "total")
    assert sum(number(row["yuan"]) for row in ask(store, "fund-sources")) == expected


def test_functional_classes(store: Store, tables: Callable[[str], Rows]) -> None:
    codes = {
        (row["department"], row["item_code"])
        for row in tables("amounts")
        if row["table_kind"] == "expenditure" and row["item_scheme"] == "functional"
    }
    found = {(row["departmentName"], row["code"]) for row in ask(store, "functional-classes")}
    assert found
    assert found <= codes


def test_three_public_expenses(store: Store, tables: Callable[[str], Rows]) -> None:
    kinds = ("three-public", "final-three-public")
    expected = Counter(row["printed_text"] for row in tables("amounts") if row["table_kind"] in kinds)
    assert Counter(row["printed"] for row in ask(store, "three-public-expenses")) == expected


def test_tasks_and_projects(store: Store, tables: Callable[[str], Rows]) -> None:
    found = ask(store, "tasks-and-projects")
    assert {row["taskName"] for row in found} == {row["task"] for row in tables("tasks")}
    stated = sum(len(row["projects"]) for row in tables("tasks"))
    likely = sum(len(row["likely_projects"]) for row in tables("tasks"))
    assert Counter(row["basis"] for row in found if row["basis"]) == Counter({"写明": stated, "推断": likely})


def test_projects_over_years(store: Store, tables: Callable[[str], Rows]) -> None:
    years = defaultdict(set)
    for row in tables("projects"):
        years[row["project_iri"]].add(row["year"])
    expected = sum(len(found) for found in years.values() if len(found) > 1)
    assert len(ask(store, "projects-over-years")) == expected


def test_where_printed(store: Store, tables: Callable[[str], Rows]) -> None:
    for words in ("满意度", "停车场"):
        expected = Counter((row["document"], row["line"]) for row in tables("indicators") if words in row["level3"])
        found = Counter((row["fileName"], int(row["line"])) for row in ask(store, "where-printed", words=f'"{words}"'))
        assert found == expected


def test_units(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter(row["unit"] for row in tables("indicators") if row["unit"] is not None)
    assert {row["unitText"]: int(row["times"]) for row in ask(store, "units")} == expected


def test_cost_against_money(store: Store) -> None:
    found = ask(store, "cost-against-money")
    assert found
    for row in found:
        assert abs(number(row["percent"]) - 100 * number(row["limit"]) / number(row["amount"])) <= Decimal("0.05")
        if row["targetText"].endswith("万元"):
            assert number(row["limit"]) >= 1000


def test_repaired_rows(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter((row["document"], repair) for row in tables("indicators") for repair in row["repair"])
    found = {(row["fileName"], row["repair"]): int(row["indicators"]) for row in ask(store, "repaired-rows")}
    assert found == expected


def test_findings_by_rule(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter(row["rule"] for row in tables("findings"))
    found: Counter[str] = Counter()
    for row in ask(store, "findings-by-rule"):
        found[row["rule"]] += int(row["findings"])
    assert found == expected


def test_budget_and_final_accounts(store: Store, tables: Callable[[str], Rows]) -> None:
    found = ask(store, "budget-and-final-accounts")
    expected = {(row["department"], str(row["fiscal_year"])) for row in tables("documents") if row["department"]}
    assert {(row["departmentName"], row["year"]) for row in found} == expected
    for row in found:
        if row["percent"] is not None:
            planned = number(row["budget"] or row["adjusted"] or row["initial"])
            assert abs(number(row["percent"]) - 100 * number(row["final"]) / planned) <= Decimal("0.005")


def test_money_with_targets(store: Store, tables: Callable[[str], Rows]) -> None:
    having = {(row["document"], row["project"]) for row in tables("indicators")}
    names = {row["name"]: {row["name"], *row["aliases"]} for row in tables("departments")}
    whole = {row["document"] for row in tables("projects") if row["name"] in names[row["department"]]}
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in tables("projects"):
        own = row["name"] in names[row["department"]]  # one project for all of the department's
        if (
            row["amount"] is not None
            and (row["document"], row["name"]) in having
            and (own or row["document"] not in whole)
        ):
            sums[row["department"]] += Decimal(row["amount"])
    assert {row["departmentName"]: number(row["withTargets"]) for row in ask(store, "money-with-targets")} == sums


def test_project_names_joined(store: Store, tables: Callable[[str], Rows]) -> None:
    expected = Counter(row["document"] for row in tables("projects") for _ in row["joined_by"])
    assert Counter(row["fileName"] for row in ask(store, "project-names-joined")) == expected


def test_satisfaction_by_whom(store: Store) -> None:
    found = ask(store, "satisfaction-by-whom")
    assert "群众" in {row["whom"] for row in found}
    assert all(0 < int(row["projects"]) <= int(row["indicators"]) for row in found if row["projects"] != "0")
