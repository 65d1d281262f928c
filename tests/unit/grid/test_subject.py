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
