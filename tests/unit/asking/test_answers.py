"""Answers compared with the tables, reckoned there without SPARQL."""

from __future__ import annotations

import io
import json
import random
from decimal import Decimal
from typing import Any

import pytest

from jixiao.asking import answer, write_answer
from jixiao.asking.answering import LONGEST, names_of
from jixiao.asking.compiling import compile_frame
from jixiao.asking.frames import NotUnderstoodError
from jixiao.asking.parsing import parse
from jixiao.asking.readings import readings_of
from jixiao.asking.vocabulary import words
from jixiao.errors import UsageError
from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store
from jixiao.tables import read_table
from jixiao.vocab import PREFIXES

Lifted = tuple[Store, LiftReport]


def rows(lifted: Lifted, name: str) -> list[dict[str, Any]]:
    return list(read_table(lifted[0], name))


def names(lifted: Lifted, question: str, column: str = "projectName") -> set[str | None]:
    found = answer(lifted[0], question)
    assert found.understood, found.text
    return {row[column] for row in found.rows}


def test_satisfaction_as_the_table_has_it(lifted: Lifted) -> None:
    expected = {
        row["project"]
        for row in rows(lifted, "indicators")
        if row["project"] and row["period"] == "annual" and row["unit"] == "%" and row["lower"]
        and "满意" in f"{row['level1']}{row['level2']}{row['level3']}" and Decimal(row["lower"]) >= 95
    }  # fmt: skip
    assert names(lifted, "满意度≥95%的项目") == expected


@pytest.mark.parametrize("level", ["产出指标", "成本指标", "效益指标", "满意度指标"])
def test_missing_levels_as_the_table_has_them(lifted: Lifted, level: str) -> None:
    have = {(row["document"], row["project"]) for row in rows(lifted, "indicators") if level in f"{row['level1']}"}
    if level in ("成本指标", "满意度指标"):
        have |= {(r["document"], r["project"]) for r in rows(lifted, "indicators") if level in f"{r['level2']}"}
    expected = {row["name"] for row in rows(lifted, "projects") if (row["document"], row["name"]) not in have}
    assert names(lifted, f"没有{level}的项目") == expected


@pytest.mark.parametrize("limit", [1, 5, 10, 50, 100, 500, 2000])
def test_money_as_the_table_has_it(lifted: Lifted, limit: int) -> None:
    expected = {
        row["name"] for row in rows(lifted, "projects") if row["amount"] and Decimal(row["amount"]) > limit * 10_000
    }
    assert names(lifted, f"预算超过{limit}万元的项目") == expected


def test_a_low_rate_with_full_output_points(lifted: Lifted) -> None:
    points: dict[str, list[Decimal]] = {}
    for row in rows(lifted, "indicators"):
        if row["project"] and row["level1"] == "产出指标" and row["score"] is not None:
            points.setdefault(row["project"], []).append(Decimal(row["weight"]) - Decimal(row["score"]))
    low = {row["project"] for row in rows(lifted, "evaluations") if row["project"] and Decimal(row["rate"]) < 60}
    expected = {project for project in low if project in points and not sum(points[project])}
    assert names(lifted, "预算执行率低于60%却拿满产出分的项目") == expected
    assert expected


def test_every_row_says_where_it_stands(lifted: Lifted) -> None:
    printed = {(row["document"], row["line"]) for row in rows(lifted, "indicators")}
    found = answer(lifted[0], "劳务派遣相关的指标")
    assert {(row["document"], int(row["line"] or 0)) for row in found.rows} <= printed
    for question in ("预算超过500万元的项目", "没有产出指标的项目", "孟津区的三公经费是多少", "执行率低于60%的项目"):
        assert all(row["document"] and row["line"] for row in answer(lifted[0], question).rows)


def test_the_sparql_answers_by_itself(lifted: Lifted) -> None:
    found = answer(lifted[0], "预算超过500万元的项目")
    solutions: Any = lifted[0].query(found.sparql)
    assert {each["projectName"].value for each in solutions} == {row["projectName"] for row in found.rows}


@pytest.mark.long
def test_any_words_together_are_answered_or_declined(lifted: Lifted) -> None:
    """No combination of what the lexicon knows fails in any other way than by saying so."""
    store, known = lifted[0], names_of(lifted[0])
    kinds: dict[tuple[str, str], str] = {}
    for word, meaning in words().items():
        if meaning.kind not in ("stop", "declined", "topic", "figure", "phrase"):
            kinds.setdefault((meaning.kind, str(meaning.value)), word)
    parts = [*kinds.values(), "满意度指标", "营商环境", "三公经费", "孟津区", "95%", "500万元", "90分", "前三名"]
    chance, answered = random.Random(20), 0
    for frame in ("{}{}", "{}满意度{}的项目", "哪些部门{}{}", "{}{}{}") * 300:
        try:
            read = parse(frame.format(*chance.choices(parts, k=3)), known)[0]
            if read.table == "rule":  # what a rule means stands in the catalogue, not in the graph
                continue
            compiled = compile_frame(next(iter(readings_of(read))))
        except NotUnderstoodError:
            continue
        answered += 1
        if answered % 10 == 0:  # that the SPARQL is sound, on a sample
            store.query(compiled.sparql, prefixes=PREFIXES)
    assert answered > 300


@pytest.mark.parametrize(
    "question", ["", "  ", "满" * (LONGEST + 1), "九" * LONGEST, "网络狗维护猫" * 50, "(" * 200 + "a" * 90, "\x00"]
)
def test_odd_questions_are_declined(lifted: Lifted, question: str) -> None:
    found = answer(lifted[0], question)
    assert not found.understood
    assert found.text


def test_an_answer_is_written_for_people_and_programs(lifted: Lifted) -> None:
    found = answer(lifted[0], "孟津区2023年有哪些项目，各多少钱")
    table, programs = io.StringIO(), io.StringIO()
    write_answer(found, table, sparql=True)
    write_answer(found, programs, "json")
    assert "中心劳务派遣人员工资" in table.getvalue() and "SELECT" in table.getvalue()
    members = json.loads(programs.getvalue())
    assert [row["amount"] for row in members["rows"]] == ["1059600", "297100"]
    with pytest.raises(UsageError):
        write_answer(found, table, "pdf")
    write_answer(answer(lifted[0], "明天天气怎么样"), table)
    assert "可以这样问" in table.getvalue()
