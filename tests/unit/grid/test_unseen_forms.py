"""Forms drawn as offices print them that nobody had shown the reader: what each costs when it is read by habit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.documents import read_document
from jixiao.grid import read_forms
from jixiao.grid.reading import DecodedForms
from jixiao.model import Indicator, Period, Plan
from tests.cases.grid import make_file

Read = Callable[[str], DecodedForms]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads a drawing as the forms of a document of 2024."""
    return lambda drawing: read_forms(read_document(make_file(drawing, "html", tmp_path)), 2024)


def plans_of(found: DecodedForms) -> list[Plan]:
    return [plan for form in found.forms for plan in form.plans]


def rows_of(found: DecodedForms) -> list[Indicator]:
    return [row for plan in plans_of(found) for row in plan.indicators]


@pytest.mark.parametrize("heads", [("2024年", "2024-2026年"), ("2024—2027年", "2024年度"), ("三年目标", "当年目标")])
def test_values_and_money_of_a_span_of_years_are_of_the_medium_term(read: Read, heads: tuple[str, str]) -> None:
    one, other = heads
    found = read(f"""2024年湿地保护专项绩效目标表
| 项目名称 | 预算（万元） | < | 一级指标 | 二级指标 | 三级指标 | 指标值 | < |
| ^ | {one} | {other} | ^ | ^ | ^ | {one} | {other} |
| 湿地修复 | 300 | 900 | 产出指标 | 数量指标 | 修复湿地面积 | ≥200亩 | ≥600亩 |
| ^ | ^ | ^ | ^ | 质量指标 | 苗木成活率 | ≥85% | ≥90% |
""")
    terms = [Period.ANNUAL if head in ("2024年", "2024年度", "当年目标") else Period.MEDIUM_TERM for head in heads]
    assert [row.period for row in rows_of(found)] == [*terms, *terms]
    assert [row.region for row in rows_of(found)] == [None] * 4
    (plan,) = plans_of(found)
    assert [(line.fund, line.period, line.amount) for line in plan.funds] == [
        ("total", terms[0], Decimal(3000000)),
        ("total", terms[1], Decimal(9000000)),
    ]


@pytest.mark.parametrize("head", ["专项名称", "一级项目", "专项资金名称"])
def test_a_column_left_of_the_projects_that_speaks_of_projects_too_names_their_fund(read: Read, head: str) -> None:
    found = read(f"""2024年绩效目标表
| {head} | 项目名称 | 金额（万元） | 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 渔业发展 | 增殖放流 | 40 | 产出指标 | 数量指标 | 放流鱼苗 | ≥300万尾 |
| ^ | 码头维护 | 65 | 产出指标 | 数量指标 | 维护码头 | 2座 |
""")
    assert [(plan.programme, plan.project) for plan in plans_of(found)] == [
        ("渔业发展", "增殖放流"),
        ("渔业发展", "码头维护"),
    ]
