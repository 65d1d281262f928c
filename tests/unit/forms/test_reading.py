"""Small documents of invented offices, read as a person would."""

from __future__ import annotations

from decimal import Decimal

from jixiao.documents import read_bytes
from jixiao.grid import DecodedForms, read_forms
from jixiao.model import FilledForm, FormKind, Indicator, Period

YEAR = 2024


def read(text: str) -> DecodedForms:
    return read_forms(read_bytes("some.txt", text.replace("|", "\t").encode()), YEAR)


def only(read_: DecodedForms) -> FilledForm:
    assert len(read_.forms) == 1, read_.issues
    return read_.forms[0]


def rows(form: FilledForm) -> list[tuple[str | None, str | None, str, str | None]]:
    return [
        (i.level1, i.level2, i.level3, i.target.text if i.target else None)
        for plan in form.plans
        for i in plan.indicators
    ]


APPLICATION = """青原县项目支出绩效目标申报表

(2024年度)

项目名称|乡村道路养护||主管部门|青原县交通运输局
项目资金（万元）|年度资金总额：|120.50||
|其中：财政拨款|100.00||
|其他资金|20.50||
总体目标|年度目标||||
|1：养护道路。 2：更换标牌。||||
绩效指标|一级指标|二级指标|三级指标|指标值
|产出指标|数量指标|养护里程|≥86公里
||质量指标|路面完好率|95%以上

||时效指标|完成时间|11月底前
效益指标|社会效益指标|出行条件|明显改善
|满意度指标|服务对象满意度指标|村民满意度|≥90%
"""


def test_an_application_form_is_read_whole() -> None:
    form = only(read(APPLICATION))
    assert form.kind == FormKind.PROJECT_APPLICATION
    assert form.fiscal_year == YEAR
    plan = form.plans[0]
    assert (plan.project, plan.supervisor) == ("乡村道路养护", "青原县交通运输局")
    assert [(fund.fund, fund.amount) for fund in plan.funds] == [
        ("total", Decimal(1205000)),
        ("fiscal-appropriation", Decimal(1000000)),
        ("other", Decimal(205000)),
    ]
    assert [goal.text for goal in plan.goals] == ["1：养护道路。 2：更换标牌。"]  # one cell, as printed
    assert rows(form) == [
        ("产出指标", "数量指标", "养护里程", "≥86公里"),
        ("产出指标", "质量指标", "路面完好率", "95%以上"),
        ("产出指标", "时效指标", "完成时间", "11月底前"),
        ("效益指标", "社会效益指标", "出行条件", "明显改善"),
        ("满意度指标", "服务对象满意度指标", "村民满意度", "≥90%"),
    ]
    shifted = plan.indicators[3]
    assert shifted.repairs == ("shifted-cells",)
    assert shifted.confidence < 1
    assert plan.indicators[2].target is not None
    assert plan.indicators[2].target.due == "2024-11-30"


def test_every_row_says_where_it_is_printed() -> None:
    indicators = only(read(APPLICATION)).plans[0].indicators
    assert [indicator.source.line for indicator in indicators] == [12, 13, 15, 16, 17]
    assert "村民满意度" in indicators[-1].source.text


SELF_EVALUATION = """项目支出绩效自评表 (2023年度)

项目名称|图书购置|||||||
主管部门|白水市文化局|||实施单位|白水市图书馆|||
项目资金(万元)||年初预算数|全年预算数|全年执行数|分值|执行率%|得分|
|年度资金总额(万元):|30|28|21|10|75|7.5|
|财政拨款|30|28|21|-|75|-|
资金管理情况|情况说明|||分值|得分|存在问题和改进措施||
|使用规范性|专款专用。|||5|5||
年度总体目标|预期目标|||实际完成情况||||
|购置图书。|||已购置。||||
绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
|产出指标|数量指标|购置图书|≥5000册|4800册|30|28.8|到货延迟
||质量指标|图书合格率|100%|100%|30|30|
|满意度指标|服务对象满意度指标|读者满意度|≥90%|93%|30|30|
总分|||||||100|96.3
"""


def test_a_self_evaluation_has_execution_results_and_total() -> None:
    form = only(read(SELF_EVALUATION))
    assert form.kind == FormKind.PROJECT_SELF_EVALUATION
    assert form.fiscal_year == 2023
    plan = form.plans[0]
    total = plan.funds[0]
    assert (total.initial, total.adjusted, total.executed) == (Decimal(300000), Decimal(280000), Decimal(210000))
    assert (total.rate, total.weight, total.score) == (Decimal(75), Decimal(10), Decimal("7.5"))
    assert [(item.name, item.weight, item.score) for item in plan.management] == [
        ("使用规范性", Decimal(5), Decimal(5))
    ]
    assert plan.goals[0].achieved == "已购置。"
    assert plan.evaluation is not None
    assert (plan.evaluation.total, plan.evaluation.total_weight) == (Decimal("96.3"), Decimal(100))
    first: Indicator = plan.indicators[0]
    assert (first.actual, first.weight, first.score) == (Decimal(4800), Decimal(30), Decimal("28.8"))
    assert first.reason == "到货延迟"


SUMMARY = """2024年部门预算项目绩效目标汇总表

单位编码（项目编码）|项目单位（项目名称）|项目金额（万元）|||绩效目标|||||
|||||成本指标||产出指标||满意度指标|
||资金总额|政府预算资金|单位资金|三级指标|指标值|三级指标|指标值|三级指标|指标值
330001|某某局|50|50|||||||
330100240000000000001|窗口保安服务|50|50||服务成本|≤50万元|保安人数|8人|群众满意度|≥95%
|||||||巡查次数|≥700次||
||||||设备成本|≤3万元||||
"""


def test_pairs_side_by_side_find_their_heading_by_place_and_words() -> None:
    form = only(read(SUMMARY))
    assert form.kind == FormKind.PROJECT_TARGET_SUMMARY
    assert form.plans[0].project_code == "330100240000000000001"
    assert rows(form) == [
        ("成本指标", None, "服务成本", "≤50万元"),
        ("产出指标", None, "保安人数", "8人"),
        ("满意度指标", None, "群众满意度", "≥95%"),
        ("产出指标", None, "巡查次数", "≥700次"),
        ("成本指标", None, "设备成本", "≤3万元"),
    ]


def test_two_blocks_take_their_periods_from_the_goals() -> None:
    text = """项目绩效目标申报表

项目名称|智慧停车|||||
总体目标|实施期目标|||年度目标||
|建成。|||完成一期。||
绩效指标|一级指标|二级指标|三级指标|指标值|二级指标|三级指标|指标值
|产出指标|数量指标|车位|600个|数量指标|车位|200个
"""
    indicators = only(read(text)).plans[0].indicators
    assert [(i.period, i.target.lower if i.target else None) for i in indicators] == [
        (Period.MEDIUM_TERM, Decimal(600)),
        (Period.ANNUAL, Decimal(200)),
    ]


def test_a_blank_template_gives_no_indicators() -> None:
    text = """项目支出绩效目标申报表

项目名称||||
绩效指标|一级指标|二级指标|三级指标|指标值
|产出指标|数量指标|指标1：|≥**%
|||……|
||质量指标|指标1：|xxx
"""
    assert sum(len(plan.indicators) for form in read(text).forms for plan in form.plans) == 0


def test_what_cannot_be_placed_is_an_issue_with_its_text() -> None:
    text = APPLICATION.replace("|满意度指标|服务对象满意度指标|村民满意度|≥90%", "|满意度指标|||≥90%")
    issues = read(text).issues
    assert [issue.code for issue in issues] == ["row-not-placed"]
    assert issues[0].source is not None
    assert "≥90%" in issues[0].source.text


def test_bracketed_lists_name_their_levels_in_the_cell() -> None:
    text = """2024年项目绩效目标公开表

序号|项目名称|预算金额|绩效指标
1|法律援助|36.00|【产出指标-数量指标】指标1:办理案件(≥77件)；【产出指标-质量指标】指标1:结案率(≥95%)
"""
    assert rows(only(read(text))) == [
        ("产出指标", "数量指标", "办理案件", "≥77件"),
        ("产出指标", "质量指标", "结案率", "≥95%"),
    ]


def test_running_text_is_read_below_a_project_heading() -> None:
    text = """某中心2024年项目绩效目标公示

一、水质检测项目

该项目预算资金12.5万元。

数量指标：检测水样不少于300个；布设点位18处。

服务对象满意度指标：用水户满意度达到90%以上。
"""
    form = only(read(text))
    assert rows(form) == [
        (None, "数量指标", "检测水样", "不少于300个"),
        (None, "数量指标", "布设点位", "18处"),
        (None, "服务对象满意度指标", "用水户满意度", "达到90%以上"),
    ]
    assert form.plans[0].funds[0].amount == Decimal(125000)
