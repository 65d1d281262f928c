"""The figures of running text: totals, parts, shares, changes, phases, counts, scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Document, ProseFact
from jixiao.prose import read_facts


def document(text: str) -> Document:
    return read_bytes("说明.txt", text.encode())


def facts(text: str, year: int | None = 2024) -> tuple[ProseFact, ...]:
    return read_facts(document(text), year)


def told(text: str, year: int | None = 2024) -> list[tuple[str, str]]:
    return [(fact.subject or fact.kind, f"{fact.kind} {fact.value} {fact.unit}") for fact in facts(text, year)]


def one(text: str, kind: str, subject: str | None = None) -> ProseFact:
    found = [fact for fact in facts(text) if fact.kind == kind and fact.subject == subject]
    assert len(found) == 1, found
    return found[0]


TOTALS = "青禾市林业局2024年收、支总计均为1,200.50万元。与上年度相比，收、支总计各减少100.50万元，下降7.72%。"


def test_a_collective_total_is_stated_of_each_member() -> None:
    assert told(TOTALS) == [
        ("income-total", "income-total 12005000.00 元"),
        ("expenditure-total", "expenditure-total 12005000.00 元"),
        ("income-total", "change-amount -1005000.00 元"),
        ("expenditure-total", "change-amount -1005000.00 元"),
        ("income-total", "growth-rate -7.72 %"),
        ("expenditure-total", "growth-rate -7.72 %"),
    ]


def test_figures_that_recompute_each_other_share_a_group_and_a_base_year() -> None:
    income = [fact for fact in facts(TOTALS) if "income-total" in (fact.kind, fact.subject)]
    assert len({fact.group for fact in income}) == 1
    assert [fact.base_year for fact in income] == [None, 2023, 2023]
    value, change, rate = (fact.value for fact in income)
    assert round(change / (value - change) * 100, 2) == rate


def test_parts_name_the_figure_they_are_part_of() -> None:
    text = "临江县教育局2024年支出合计500万元，其中：基本支出300万元，占60%；项目支出200万元，占40%。"
    whole = one(text, "expenditure-this-year")
    basic, project = one(text, "basic-expenditure"), one(text, "project-expenditure")
    assert (basic.part_of, project.part_of) == (whole.group, whole.group)
    assert one(text, "share", "project-expenditure").group == project.group


def test_a_sentence_cut_by_a_page_break_is_joined_and_keeps_the_line_of_each_figure() -> None:
    text = "基本支出预算为165.12万元。其中：人员经费支出\n\n149.62万元，占90.61%；公用经费\n\n支出15.50万元。"
    found = {fact.kind: fact for fact in facts(text) if fact.subject is None}
    assert [
        found[kind].source.line for kind in ("basic-expenditure", "personnel-expenditure", "public-expenditure")
    ] == [
        1,
        3,
        5,
    ]
    assert found["public-expenditure"].source.text.endswith("公用经费支出15.50万元。")


def test_budget_and_execution_are_phases_of_one_group() -> None:
    text = (
        "1. 教育支出（类）普通教育（款）小学教育（项）。年初预算数为80万元，决算数60万元，完成年初预算的75%，"
        "决算数与年初预算数存在差异的主要原因是工程跨年。"
    )
    initial, final, rate = facts(text)
    assert (initial.phase, final.phase, rate.kind) == ("initial", "final", "completion-rate")
    assert initial.item == "教育支出/普通教育/小学教育"
    assert {initial.group} == {final.group, rate.group}
    assert final.value / initial.value * 100 == rate.value


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("2023年期末，本部门共有车辆12辆。", "vehicles", 12, "辆"),
        ("单价50万元以上通用设备3台（套）。", "equipment-general", 3, "台套"),
        ("单价100万元（含）以上专用设备（不含车辆）2台。", "equipment-special", 2, "台"),
        ("2024年机关运行经费支出预算33.6万元，主要用于日常运转。", "operating-cost", 336000, "元"),
        ("全年安排预算0.5亿元用于农村公路建设。", "named-amount", 50000000, "元"),
        ("本年安排政府采购服务预算1234元。", "procurement-services", 1234, "元"),
        ("全年国内公务接待15批次。", "reception-groups-domestic", 15, "批次"),
    ],
)
def test_single_figures(text: str, kind: str, value: int, unit: str) -> None:
    fact = one(text, kind)
    assert (fact.value, fact.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "培训费支出不超过50万元。",
        "每所学校补助80万元以上。",
        "第三部分 名词解释\n\n一、基本支出：指为保障运转发生的支出，例如人员经费5万元。",
        "注：因公出国（境）费指出国费用，例如5万元。",
        "预算数比2023年增加（减少）xxx万元。",
        "项目支出满意度指标一般不低于85%。",
    ],
)
def test_limits_definitions_notes_and_blanks_are_no_facts(text: str) -> None:
    assert facts(text) == ()


def test_three_public_parts_are_parts_of_the_total_across_paragraphs() -> None:
    text = """七、“三公”经费支出情况说明

云岭县水利局2024年“三公”经费支出预算为6万元。

具体支出情况如下：

（一）因公出国（境）费0万元，与2023年保持一致。

（二）公务用车购置及运行费5万元。其中：公务用车购置费0万元；公务用车运行维护费5万元，比上年减少1万元，下降16.67%。

（三）公务接待费1万元。

八、政府性基金

本单位2024年政府性基金预算支出3万元。
"""
    total = one(text, "three-public").group
    cars = one(text, "official-cars").group
    assert [one(text, kind).part_of for kind in ("abroad", "official-cars", "reception")] == [total] * 3
    assert one(text, "official-car-running").part_of == cars
    assert one(text, "government-fund-expenditure").part_of is None
    assert one(text, "change-amount", "abroad").value == 0


def test_counts_of_projects_are_told_apart() -> None:
    text = """（二）绩效自评结果

本部门需绩效自评项目14个，实际自评14个，4个项目自评等级为优，7个项目自评为良，1个项目完成所有绩效指标。

部门整体绩效自评得分96.8分，等次为“优”。对2个项目开展了部门重点绩效评价。
"""
    counts = [(fact.kind, fact.item, int(fact.value)) for fact in facts(text) if fact.unit == "个"]
    assert counts == [
        ("self-evaluation-due-count", None, 14),
        ("self-evaluation-done-count", None, 14),
        ("graded-project-count", "优", 4),
        ("graded-project-count", "良", 7),
        ("project-subset-count", None, 1),
        ("evaluated-project-count", None, 2),
    ]
    grade = one(text, "self-evaluation-grade")
    assert (grade.text, grade.value) == ("优", Decimal("96.8"))


def test_a_name_that_is_more_than_a_total_is_a_named_amount() -> None:
    text = "主要原因：新增智慧水务（一期、二期）平台54.27万元、巡河服装37.2万元，培训基地等项目增加40万元。"
    found = [(fact.kind, fact.item) for fact in facts(text)]
    assert found == [
        ("named-amount", "智慧水务（一期、二期）平台"),
        ("named-amount", "巡河服装"),
        ("change-amount", "培训基地等项目"),
    ]


def test_a_figure_in_brackets_is_aside() -> None:
    text = "2024年一般公共预算支出100万元（含上年结转20万元）。其中：基本支出60万元；项目支出40万元。"
    whole = one(text, "general-budget-expenditure").group
    assert one(text, "carry-over-income").part_of == whole
    assert one(text, "basic-expenditure").part_of == whole


def test_a_share_that_says_of_what_names_that_whole() -> None:
    text = "政府采购支出总额20万元，其中：货物支出金额8万元。授予小微企业合同金额5万元，占政府采购支出总额的25%。"
    assert one(text, "share", "procurement-micro").part_of == one(text, "procurement").group


def test_years_hold_within_a_paragraph_only() -> None:
    text = "2022年期末，房屋0万元。共有车辆1辆。\n\n2024年政府采购预算安排3万元。\n\n公务接待费2万元。"
    assert [fact.year for fact in facts(text, 2023)] == [2022, 2022, 2024, 2023]


def test_the_printed_figure_is_kept() -> None:
    fact = one("2024年收入总计 1,911.44 万元。", "income-total")
    assert (fact.text, fact.value, fact.label) == ("1,911.44万元", Decimal("19114400.00"), "收入总计")


def test_what_is_said_of_each_of_two_names() -> None:
    text = "浦江县水务局2024年收入总计、支出总计各增加12万元，增长3%。"
    assert told(text) == [
        ("income-total", "change-amount 120000 元"),
        ("expenditure-total", "change-amount 120000 元"),
        ("income-total", "growth-rate 3 %"),
        ("expenditure-total", "growth-rate 3 %"),
    ]


def test_self_evaluation_of_projects_of_one_budget() -> None:
    text = """绩效评价工作开展情况

组织对2023年度12个一般公共预算项目支出全面开展绩效自评，共涉及资金1,234万元，占一般公共预算项目支出总额的100%。
"""
    assert [(fact.kind, int(fact.value)) for fact in facts("一、" + text)] == [
        ("self-evaluation-done-count", 12),
        ("target-managed-money", 12340000),
        ("share", 100),
    ]


def test_a_date_gives_the_year_of_what_it_dates() -> None:
    (fact,) = facts("截至2022年12月31日，本部门共有车辆5辆。")
    assert (fact.kind, fact.year) == ("vehicles", 2022)


def test_what_pays_for_a_name_is_no_name_of_its_own() -> None:
    text = (
        "2024年，教育局机关等2家行政单位的机关运行经费财政拨款预算为233.45万元，比2023年预算增加12.34万元，增长5.58%。"
    )
    assert told(text) == [
        ("operating-cost", "operating-cost 2334500.00 元"),
        ("operating-cost", "change-amount 123400.00 元"),
        ("operating-cost", "growth-rate 5.58 %"),
    ]


def test_sorts_of_vehicles_that_no_list_has_are_not_all_vehicles() -> None:
    text = "单位现有公务用车4辆，其中：轿车2辆，旅行车（含商务车）1辆，越野车1辆。"
    counts = [(fact.kind, fact.item, int(fact.value)) for fact in facts(text)]
    assert counts == [
        ("vehicles", None, 4),
        ("named-count", "轿车", 2),
        ("named-count", "旅行车（含商务车）", 1),
        ("named-count", "越野车", 1),
    ]
    assert {fact.part_of for fact in facts(text)[1:]} == {facts(text)[0].group}


def test_totals_of_income_and_expenditure_by_their_short_names() -> None:
    text = "2024年收支总预算12,345.67万元，比2023年收支预算总数增加1,234.56万元，增长11.11%。"
    assert [kind for kind, _ in told(text)] == ["income-total", "expenditure-total"] * 3


def test_projects_under_targets_and_their_money() -> None:
    text = """（四）预算绩效情况

2024年，教育局开展绩效目标管理的项目25个，涉及预算3,345.67万元。截至2023年底，房屋面积2,350.5平方米。
"""
    assert [(fact.kind, fact.unit) for fact in facts(text)] == [
        ("project-count", "个"),
        ("target-managed-money", "元"),
        ("building-area", "平方米"),
    ]


@pytest.mark.parametrize("word", ["差额", "超出"])
def test_a_difference_is_not_the_sum_named_before_it(word: str) -> None:
    assert [fact.kind for fact in facts(f"本年支出合计900万元，大于本年收入，{word}30万元用结转解决。")] == [
        "expenditure-this-year"
    ]
