"""Forms drawn as offices print them that nobody had shown the reader: what each costs when it is read by habit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.documents import read_document
from jixiao.grid import read_forms
from jixiao.grid.reading import DecodedForms
from jixiao.grid.written import read_written
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


@pytest.mark.parametrize(
    "cell",
    [
        "产出指标-数量指标-疏浚河道≥12公里｜效益指标-社会效益指标-受益村庄=9个",
        "产出-数量-疏浚河道：≥12公里；效益-社会效益-受益村庄：=9个",
        "一、产出指标⏎（一）数量指标⏎1、疏浚河道（≥12公里）⏎二、效益指标⏎（一）社会效益指标⏎1、受益村庄（=9个）",
        "一、产出 （一）数量 1.疏浚河道≥12公里 二、效益 （一）社会效益 1.受益村庄=9个",
        "产出指标：1.数量指标：疏浚河道≥12公里。效益指标：1.社会效益指标：受益村庄=9个。",
    ],
)
def test_indicators_written_into_one_cell_read_alike_in_every_style(read: Read, cell: str) -> None:
    found = read(f"""2024年度项目绩效目标汇总表
| 序号 | 项目 | 金额 | 目标 | 绩效要求 |
| 1 | 河道疏浚 | 315000（元） | 河道畅通，行洪安全。 | {cell} |
| 2 | 村道养护 | 28.5万元 | 村道平整，出行方便。 | {cell.replace("河道", "村道")} |
""")
    assert [(plan.project, plan.funds[0].amount) for plan in plans_of(found)] == [
        ("河道疏浚", Decimal(315000)),
        ("村道养护", Decimal(285000)),
    ]
    levels = (
        ("产出指标", "数量指标", "效益指标", "社会效益指标") if "指标" in cell else ("产出", "数量", "效益", "社会效益")
    )
    told = [(row.level1, row.level2, row.level3, row.target and row.target.text) for row in rows_of(found)]
    assert told[:2] == [(*levels[:2], "疏浚河道", "≥12公里"), (*levels[2:], "受益村庄", "=9个")]
    assert len(told) == 4


def test_a_label_of_either_level_before_a_numbered_one_stands_above_it() -> None:
    (_, row), _ = read_written("产出指标：1.数量指标：植树≥9万株。满意度指标：1.服务对象满意度指标：林农满意度≥95%。")
    assert (row.level1, row.level2) == ("满意度指标", "服务对象满意度指标")
