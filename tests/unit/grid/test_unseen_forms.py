"""Forms drawn as offices print them that nobody had shown the reader: what each costs when it is read by habit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.documents import read_bytes, read_document
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


SCORED = """| 一级 | 二级 | 三级 | 计划值 | 实际值 | 分值 | 得分 |
| 产出指标 | 数量指标 | 检修闸门 | ≥12扇 | 12扇 | 50 | 50 |
| 满意度指标 | 服务对象满意度指标 | 灌区农户满意度 | ≥90% | 93% | 50 | 50 |
"""


@pytest.mark.parametrize("name", ["闸门检修", "计量设施更新", "业务用房单位食堂改造"])
def test_a_name_above_a_row_of_several_labels_and_amounts_heads_no_columns(read: Read, name: str) -> None:
    found = read(f"""项目支出绩效自评情况
| 项目 | {name} | < | < | < | < | < |
| 资金（万元） | 年初数 | 52 | 调整数 | 48 | 支出数 | 47.5 |
{SCORED}""")
    (plan,) = plans_of(found)
    (line,) = plan.funds
    assert (plan.project, line.initial, line.adjusted, line.executed) == (
        name,
        *map(Decimal, (520000, 480000, 475000)),
    )


@pytest.mark.parametrize("title", ["2024年度部门整体支出绩效评分", "某局整体绩效自评"])
def test_a_title_needs_no_table_in_it_to_say_that_the_form_is_about_an_office(read: Read, title: str) -> None:
    assert [form.kind.value for form in read(f"{title}\n{SCORED}").forms] == ["department-self-evaluation"]


@pytest.mark.parametrize("amount", ["若干", "若干场", "适量"])
def test_a_vague_amount_is_a_target_and_its_row_one_of_its_own(tmp_path: Path, amount: str) -> None:
    path = make_file(
        f"""2024年项目支出绩效目标表
| 项目名称 | 送戏下乡 | | |
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 组织惠民演出 | {amount} |
| | | 补助民间剧团 | ≥12个 |
| | 质量指标 | 演出验收合格率 | ≥95% |
""",
        "txt",
        tmp_path,
    )
    rows = rows_of(read_forms(read_document(path), 2024))
    told = [(row.level3, row.target and row.target.text) for row in rows]
    assert told == [("组织惠民演出", amount), ("补助民间剧团", "≥12个"), ("演出验收合格率", "≥95%")]


@pytest.mark.parametrize("total", ["| 资金总额（万元） | 96.00 |", "| 资金（万元） | 项目资金96.00 |"])
def test_sums_beside_their_section_or_in_the_cell_of_their_label_are_money(read: Read, total: str) -> None:
    levels = "| 一级指标 | 二级指标 | 三级指标 | 指标值 |"
    found = read(f"""2024年项目支出绩效目标表
| 项目名称 | 泵站维修 | < | < |
{total} 其中：财政拨款80.00 | < |
| ^ | ^ | 其他资金16.00 | < |
{levels}
| 产出指标 | 数量指标 | 维修泵站 | 4座 |
""")
    (plan,) = plans_of(found)
    assert [(line.fund, line.amount) for line in plan.funds] == [
        ("total", Decimal(960000)),
        ("fiscal-appropriation", Decimal(800000)),
        ("other", Decimal(160000)),
    ]


def test_tasks_and_indicators_in_tables_of_their_own_belong_to_the_office_named_above(read: Read) -> None:
    found = read("""某市水务局2024年部门整体绩效目标表
| 部门名称 | 某市水务局 | < |
| 按支出分（万元） | 基本支出310.50 | 项目支出402.00 |
| 年度总体目标 | 保障城乡供水安全，完成泵站维修。 | < |
年度重点任务
| 序号 | 年度重点任务 | 主要内容 | 预算金额（万元） |
| 1 | 泵站维修 | 维修泵站4座 | 96.00 |
年度绩效指标
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 维修泵站数 | ≥4座 |
""")
    form = found.forms[0]
    (plan,) = form.plans
    assert (form.kind.value, plan.unit_name, len(plan.goals), len(plan.tasks)) == (
        "department-target",
        "某市水务局",
        1,
        1,
    )
    assert (plan.tasks[0].content, plan.tasks[0].amount) == ("维修泵站4座", Decimal(960000))
    assert [line.amount for line in plan.funds] == [Decimal(3105000), Decimal(4020000)]
    assert [row.level3 for row in plan.indicators] == ["维修泵站数"]


def test_a_text_prints_a_place_once_for_its_rows() -> None:
    text = """地区|补助资金（万元）|一级指标|二级指标|三级指标|目标值|单位
云台县|860|产出指标|数量指标|除险水库|≥6|座
|||质量指标|验收合格率|100|%
石湾区|420|产出指标|数量指标|除险水库|≥3|座
|||质量指标|验收合格率|100|%
合计|1280|||||
"""
    title = "2023年小型水库除险资金分县绩效目标表\n\n"
    rows = rows_of(read_forms(read_bytes("some.txt", (title + text.replace("|", "\t")).encode()), 2023))
    assert [row.region for row in rows] == ["云台县", "云台县", "石湾区", "石湾区"]


def test_a_level_on_a_row_of_its_own_is_no_rest_of_the_name_above() -> None:
    text = """绩效指标|目标值|完成值
产出指标||
清淤沟渠长|≥12公里|12公里
新建渡槽数|≥3座|3座
验收合格率|100%|100%
效益指标||
受益农户数|≥860户|872户
"""
    rows = rows_of(read_forms(read_bytes("some.txt", ("自评表\n\n" + text.replace("|", "\t")).encode()), 2023))
    assert [(row.level1, row.level3) for row in rows] == [
        ("产出指标", "清淤沟渠长"), ("产出指标", "新建渡槽数"), ("产出指标", "验收合格率"), ("效益指标", "受益农户数"),
    ]  # fmt: skip


def test_a_name_like_a_label_is_the_name_where_a_label_stands_below(read: Read) -> None:
    found = read("""2025年项目绩效目标表
| 项目名称 | 设备购置专项 |
| 预算金额 | 130万元 |
| 绩效目标 | 新增设备12台，满足检测需求。 |
| 指标类别 | 指标内容 | 年度指标值 |
| 产出 | 新购设备 | ≥12台 |
| 满意度 | 送检单位满意度 | ≥95% |
""")
    assert [plan.project for plan in plans_of(found)] == ["设备购置专项"]


def test_a_stroke_is_no_name(read: Read) -> None:
    found = read("""2025年项目支出绩效目标表
| 项目名称 | │ |
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 清扫道路 | ≥512公里 |
| 满意度指标 | 服务对象满意度指标 | 市民满意度 | ≥87% |
""")
    assert [plan.project for plan in plans_of(found)] == [None]
