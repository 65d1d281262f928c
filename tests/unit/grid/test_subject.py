"""Whom a form is about, how sure that is, and what its money, goals and tasks are, in small invented documents."""

from __future__ import annotations

from decimal import Decimal

from jixiao.documents import read_bytes
from jixiao.grid import DecodedForms, read_forms
from jixiao.model import Plan

ROWS = """一级指标|二级指标|三级指标|指标值
产出指标|数量指标|检修路灯|≥320盏
|质量指标|亮灯率|≥98%
满意度指标|服务对象满意度指标|市民满意度|≥90%
"""
SURE = Decimal("0.9")


def read(text: str) -> DecodedForms:
    return read_forms(read_bytes("some.txt", text.replace("|", "\t").encode()), 2024)


def plan(text: str) -> Plan:
    (form,) = read(text).forms
    return form.plans[0]


def test_a_field_names_the_project_surely_and_a_title_less_so() -> None:
    stated = plan(f"项目支出绩效目标表\n\n项目名称|路灯维护\n主管部门|云岭县城管局\n{ROWS}")
    titled = plan(f"云岭县城管局2024年路灯维护项目支出绩效目标表\n\n主管部门|云岭县城管局\n{ROWS}")
    assert (stated.project, titled.project) == ("路灯维护", "路灯维护")
    assert stated.confidence == 1
    assert titled.confidence < 1


def test_names_that_differ_leave_the_project_in_doubt() -> None:
    read_ = plan(f"一、桥梁检测项目\n\n路灯维护项目支出绩效目标表\n\n主管部门|云岭县城管局\n{ROWS}")
    assert read_.confidence < SURE
    assert read_.doubts
    assert all(row.confidence < SURE for row in read_.indicators)


def test_a_fund_alone_is_the_project_and_above_a_project_it_is_its_programme() -> None:
    alone = plan(f"中央对地方转移支付区域绩效目标表\n\n资金名称|林业改革发展资金\n主管部门|云岭省林业局\n{ROWS}")
    above = plan(f"项目支出绩效目标表\n\n资金名称|林业改革发展资金\n项目名称|林区防火道\n主管部门|云岭省林业局\n{ROWS}")
    assert (alone.project, alone.programme) == ("林业改革发展资金", None)
    assert (above.project, above.programme) == ("林区防火道", "林业改革发展资金")


def test_a_code_before_a_name_may_hold_letters() -> None:
    read_ = plan(f"项目支出绩效目标表\n\n项目名称|54230023T000001-消防设施提升\n主管部门|云岭县文物局\n{ROWS}")
    assert (read_.project, read_.project_code) == ("消防设施提升", "54230023T000001")


def test_money_without_a_unit_is_an_issue_and_with_one_is_none() -> None:
    form = "项目支出绩效目标表\n\n项目名称|路灯维护\n主管部门|云岭县城管局\n项目资金{unit}|年度资金总额|26\n" + ROWS
    codes = [[issue.code for issue in read(form.format(unit=unit)).issues] for unit in ("", "（万元）")]
    assert ["money-unit-assumed" in each for each in codes] == [True, False]


def test_what_is_expected_at_the_end_of_the_year_was_not_spent() -> None:
    money = "项目资金（万元）|年初预算数|1—8月执行数|1—8月执行率|全年预计执行数\n年度资金总额|2160|1284|59.4%|2160\n"
    (fund,) = plan(f"项目绩效监控表\n\n项目名称|路灯维护\n主管部门|云岭县城管局\n{money}{ROWS}").funds
    assert (fund.initial, fund.executed, fund.rate) == (Decimal(21600000), Decimal(12840000), Decimal("59.4"))


def test_the_parts_of_a_sum_are_of_its_period() -> None:
    money = "项目资金（万元）|实施期资金总额|60|年度资金总额|20\n|其中：财政拨款|45|其中：财政拨款|15\n"
    funds = plan(f"项目支出绩效目标表\n\n项目名称|路灯维护\n主管部门|云岭县城管局\n{money}{ROWS}").funds
    assert [(fund.fund, fund.period.value, fund.amount) for fund in funds] == [
        ("total", "medium-term", Decimal(600000)),
        ("total", "annual", Decimal(200000)),
        ("fiscal-appropriation", "medium-term", Decimal(450000)),
        ("fiscal-appropriation", "annual", Decimal(150000)),
    ]


def test_what_no_record_holds_is_an_issue_with_its_row() -> None:
    rows = ROWS.replace("≥98%", "≥98%|物资存放于河西仓库")
    read_ = read(f"项目支出绩效目标表\n\n项目名称|路灯维护\n主管部门|云岭县城管局\n{rows}")
    told = [issue for issue in read_.issues if issue.code == "cells-not-read"]
    assert [(each.source.line, "河西仓库" in each.message) for each in told if each.source] == [(7, True)]


def test_a_label_with_its_value_below_a_name_is_no_rest_of_it() -> None:
    rows = "项目名称|路灯维护|实施单位|路灯所\n主管部门|云岭林业局||\n|年度资金总额：12||\n" + ROWS
    assert read(f"项目支出绩效目标表（万元）\n\n{rows}").office.name == "云岭林业局"


def test_projects_with_goals_are_a_form_without_indicators() -> None:
    rows = """序号|项目编码|项目名称|批复金额（万元）|年度绩效目标
1|YL-041|志愿服务|18|招募志愿者不少于400人，开展服务260场次以上。
2|YL-042|创作扶持|32.5|扶持原创作品不少于30件。
合计|||50.5|
"""
    (form,) = read(f"云岭市财政局关于批复市文化馆项目绩效目标的函\n\n云岭市文化馆：\n\n{rows}").forms
    listed = [(each.project, each.project_code, each.funds[0].amount) for each in form.plans]
    assert listed == [("志愿服务", "YL-041", Decimal(180000)), ("创作扶持", "YL-042", Decimal(325000))]
    assert [goal.text for each in form.plans for goal in each.goals][1] == "扶持原创作品不少于30件。"


def test_the_numbers_of_columns_are_no_project() -> None:
    rows = "序号|项目名称|批复金额（万元）|年度绩效目标\n1|2|3|4\n1|志愿服务|18|招募志愿者不少于400人。\n"
    (form,) = read(f"云岭市文化馆项目绩效目标\n\n{rows}").forms
    assert [each.project for each in form.plans] == ["志愿服务"]


def test_a_sum_in_a_phrase_is_the_whole_before_its_parts() -> None:
    form = "项目绩效目标表\n\n项目名称|养老服务站\n资金规模|总额2460万元，其中：省级补助1800万元、州级配套660万元\n"
    funds = plan(f"{form}主管部门|云岭县民政局\n{ROWS}").funds
    assert (funds[0].fund, funds[0].amount) == ("total", Decimal(24600000))


def test_what_was_expected_and_what_was_done_stand_beside_one_label() -> None:
    form = (
        "项目绩效自评表\n\n项目名称|筛查\n主管部门|云岭县妇联\n年度目标|预期：应救尽救，减轻负担。|完成：救助84人。\n"
    )
    (goal,) = plan(form + ROWS).goals
    assert (goal.text, goal.achieved) == ("应救尽救，减轻负担。", "救助84人。")


def test_a_letter_is_about_whom_it_is_written_to() -> None:
    text = f"项目绩效目标批复表\n\n云岭县图书馆：\n\n批复如下。\n\n项目名称|古籍修复\n{ROWS}\n\n云岭县财政局\n"
    assert read(text).office.name == "云岭县图书馆"


def test_an_office_beside_any_label_of_units_fills_the_form_and_the_one_above_does_not() -> None:
    watched = read(f"项目绩效监控表\n\n项目名称|休渔巡查\n监控单位|云岭县渔业局\n{ROWS}")
    below = read(f"项目绩效目标表\n\n单位|云岭县执法支队|上级主管部门|云岭县环境局\n项目名称|执法\n{ROWS}")
    assert (watched.office.name, below.office.name) == ("云岭县渔业局", "云岭县执法支队")


def test_a_place_before_a_name_goes_where_a_sentence_names_it_without() -> None:
    text = (
        "林桥市老旧电梯更新项目绩效评价报告\n\n对林桥市物业中心实施的2023年老旧电梯更新项目开展绩效评价。\n\n评分表\n\n"
    )
    found = read(text + ROWS)
    assert found.forms[0].plans[0].project == "老旧电梯更新"
    assert found.department == "林桥市物业中心"


def test_a_title_keeps_what_its_brackets_say_of_a_project() -> None:
    named = plan(f"林桥市水利局关于水利发展资金（小流域治理）2021年度绩效自评的报告\n\n{ROWS}")
    dated = plan(f"林桥市水利局小流域治理（2021年度）项目支出绩效目标表\n\n{ROWS}")
    assert (named.project, dated.project) == ("水利发展资金（小流域治理）", "小流域治理")


def test_a_subtitle_names_the_project() -> None:
    assert plan(f"林桥市水利局2023年度项目支出绩效自评报告\n\n——小流域治理\n\n{ROWS}").project == "小流域治理"


def test_a_label_with_a_place_for_a_stamp_names_the_office() -> None:
    assert (
        read(f"项目支出绩效目标表\n\n单位（盖章）|林桥市水利局\n项目名称|小流域治理\n{ROWS}").department
        == "林桥市水利局"
    )


def test_an_office_of_no_place_gives_way_to_the_one_that_does_the_work() -> None:
    form = "区域绩效目标表\n\n专项名称|水利发展资金\n省级主管部门|省水利厅|具体实施单位|林桥州水利局\n"
    assert read(form + ROWS).department == "林桥州水利局"


def test_sums_of_indicators_are_no_budget_and_one_source_is_all_of_it() -> None:
    text = "安排县级财政资金86.5万元，实际支出80万元。\n\n冬季收入目标值为≥2400万元。\n\n"
    (line,) = plan(f"{text}林桥市小流域治理项目绩效自评表\n\n{ROWS}").funds
    assert (line.adjusted, line.executed) == (Decimal(865000), Decimal(800000))
