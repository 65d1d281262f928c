"""Examples of the rules R2: amounts and rates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jixiao.model import DocumentKind, Issue, Period
from tests.unit.audit.builders import (
    BUDGET,
    COST,
    ROAD,
    YEAR,
    Case,
    Example,
    amount,
    applied,
    at,
    evaluated,
    evaluation,
    fact,
    form,
    indicator,
    mention,
    money_table,
    plan,
    project,
    total,
)

NOTE = "本部门没有政府性基金收入，故此表无数据。"
EVALUATION = "project-self-evaluation"


def block(**figures: Any) -> Case:
    return evaluated(ROAD, funds=(total(**figures),))


def priced(price: str, amount_of: str) -> Case:
    rows = (indicator("培训村医", amount_of), indicator("人均培训成本", price, *COST, line=12))
    return applied(*rows, funds=(total("10"),))


def paid(actual: str) -> Case:
    row = indicator("资金支付率", "≥90%", "产出指标", "时效指标", actual_text=actual)
    return evaluated(row, funds=(total(adjusted="10", executed="8", rate="80"),))


def single_part(amount_of_part: str) -> Case:
    part = total(fund="fiscal-appropriation", adjusted=amount_of_part, line=6)
    return evaluated(ROAD, funds=(total(adjusted="8"), part))


def operating(wan: str) -> Case:
    return Case(facts=[fact("operating-cost", wan), fact("public-expenditure", "10", line=4)])


def cost(target: str, funds: str = "10") -> Case:
    return applied(ROAD, indicator("项目总成本", target, *COST), funds=(total(funds),))


def in_two_tables(one: str, other: str) -> Case:
    places = (
        mention("project-expenditure", "道路维护", one),
        mention("project-target-summary", "道路维护", other, line=50),
    )
    return Case(projects=[project("道路维护", *places)])


def fund_table(*amounts: object, note: str | None = None, title: str = "政府性基金预算支出表") -> Case:
    held = money_table("government-fund", *amounts, title=title, empty_note=note)  # type: ignore[arg-type]
    return Case(tables=[held], text=(note or "",))


def totals(expenditure: str, projects: str) -> Case:
    return Case(
        tables=[
            money_table(
                "expenditure", amount("合计", "项目支出/小计", expenditure, is_total=True, expenditure="project")
            ),
            money_table(
                "project-expenditure", amount("合计", "合计", projects, is_total=True), title="项目支出表", line=45
            ),
        ]
    )


def told(value: str, *more: object) -> Case:
    table = money_table("income-and-expenditure", amount("支出总计", "金额", "100", side="expenditure", is_total=True))
    return Case(tables=[table], facts=[fact("expenditure-total", value)])


def growth(printed: str, change: str = "10") -> Case:
    return Case(
        facts=[
            fact("income-total", "110", group="1"),
            fact("change-amount", change, subject="income-total", group="1"),
            fact("growth-rate", printed, "%", subject="income-total", group="1"),
        ]
    )


def shared(printed: str) -> Case:
    return Case(
        facts=[
            fact("expenditure-this-year", "343.22", group="1"),
            fact("basic-expenditure", "189.07", group="2", part_of="1"),
            fact("share", printed, "%", subject="basic-expenditure", group="2", part_of="1"),
        ]
    )


def vehicles(general: str) -> Case:
    return Case(
        facts=[
            fact("vehicles", "5", "辆", group="1"),
            fact("vehicles-general", general, "辆", group="2", part_of="1"),
            fact("vehicles-other", "2", "辆", group="3", part_of="1"),
        ]
    )


def reasons(third: str) -> Case:
    changes = [("named-amount", "10331", "甲"), ("named-amount", "284.91", "乙"), ("named-amount", third, "丙")]
    return Case(
        facts=[
            fact("change-amount", "10648.12", subject="income-total", group="1"),
            *(fact("change-amount", value, subject=kind, item=item, group=item) for kind, value, item in changes),
        ]
    )


def accounts(control: str) -> Case:
    row = indicator("“三公经费”控制率", "≤100%", *BUDGET, actual_text=control)
    return Case(
        [form("department-self-evaluation", plan(row, project=None))],
        facts=[fact("three-public", "1.5", phase="adjusted"), fact("three-public", "0.9", phase="final")],
        kind=DocumentKind.FINAL_ACCOUNTS,
    )


def medium(wan: str, end: str = "2025年12月") -> Case:
    return applied(
        ROAD,
        funds=(total(wan, period=Period.MEDIUM_TERM), total("10", line=6)),
        attributes={"start": "2023年1月", "end": end},
    )


def spent(budget: str) -> Case:
    funds = total(adjusted="10", initial="10", executed="8")
    return Case(
        evaluated(ROAD, funds=(funds,), evaluation=evaluation("90")).forms,
        facts=[
            fact("self-evaluation-done-count", "1", "个"),
            fact("evaluated-project-money", budget, phase="adjusted"),
        ],
    )


def changed(value: str) -> Case:
    beside = (fact("reception", "85", group="1"), replace(fact("reception", "92", group="1"), year=YEAR - 1))
    return Case(facts=[*beside, fact("change-amount", value, subject="reception", group="1")])


PRICES = ("品名\t单价\t数量\t金额", "桌\t200元/张\t30张\t0.60", "椅\t100元/把\t50把\t0.50")


def priced_table(last: str) -> Case:
    return Case(rows=(*PRICES, f"柜\t500元/个\t20个\t{last}", "架\t100元/个\t10个\t0.10"))


def regions(east: str, total: str) -> Case:
    rows = ("地区\t中央资金\t地方资金\t合计", "西区\t10\t5\t15", "南区\t8\t2\t10", f"东区\t6\t4\t{east}")
    return Case(rows=(*rows, f"合计\t24\t11\t{total}"))


def tasks_of(part: str) -> Case:
    rows = ("主要任务\t内容\t金额\t其中：财政资金", "修路\t修复路面\t50\t50", "种树\t栽植行道树\t20\t10")
    return Case(rows=(*rows, f"清淤\t清理河道\t30\t{part}"))


def head(operating: str) -> Case:
    printed = {"公用经费": "50.00", "其中：机关运行经费": operating}
    return Case(
        [form("department-target", plan(ROAD, project=None, attributes=printed))], rows=("机关运行经费\t60.00",)
    )


EXAMPLES = (
    Example("R206", growth("8.33", "-10"), growth("-8.33", "-10"), "应为-8.33%"),
    Example("R203", priced_table("1.50"), priced_table("1.00"), "500×20应为1"),
    Example("R203", regions("11", "35"), regions("10", "35"), "6+4应为10"),
    Example("R203", regions("10", "36"), regions("10", "35"), "应为35"),
    Example("R203", tasks_of("40"), tasks_of("30"), "清淤：“其中:财政资金”40大于"),
    Example(
        "R203",
        applied(ROAD, funds=(total("9"), total("7", fund="fiscal-appropriation"), total("12", fund="carry-over"))),
        applied(ROAD, funds=(total("19"), total("7", fund="fiscal-appropriation"), total("12", fund="carry-over"))),
        "相差10万元",
    ),
    Example("R213", head("60.00"), head("40.00"), "60.00大于公用经费50.00"),
    Example("R206", changed("7"), changed("-7"), "应为减少7万元"),
    Example("R203", single_part("9"), single_part("8"), "大于"),
    Example(
        "R206",
        block(adjusted="10", executed="7.8", rate="88"),
        block(adjusted="10", executed="8.8", rate="88"),
        "应为78%",
    ),
    Example("R210", block(adjusted="10", executed="13"), block(adjusted="10", executed="10"), "来源"),
    Example("R210", block(adjusted="0", executed="13"), block(adjusted="13", executed="13"), "却有13万元"),
    Example("R210", block(adjusted="0", executed="0", rate="100"), block(adjusted="0", executed="0"), "无从计算"),
    Example("R211", priced("≤7000元/人", "≥20人"), priced("≤5000元/人", "≥20人"), "相乘为14万元"),
    Example("R212", cost("≤10元"), cost("≤10万元"), "约一万倍"),
    Example("R213", operating("12"), operating("9"), "大于公用经费"),
    Example("R214", paid("95%"), paid("80%"), "应为80%"),
    Example("R201", in_two_tables("76.25", "105.96"), in_two_tables("76.25", "76.25"), "29.71万元"),
    Example("R202", cost("≤10.01万元"), cost("≤10万元"), "超出0.01万元"),
    Example("R202", cost("≤8万元"), cost("≤10万元"), "小于项目资金"),
    Example(
        "R202",
        applied(
            ROAD, indicator("软件成本", "≤6万元", *COST), indicator("硬件成本", "≤5万元", *COST), funds=(total("10"),)
        ),
        applied(
            ROAD, indicator("软件成本", "≤6万元", *COST), indicator("人均成本", "≤5万元", *COST), funds=(total("10"),)
        ),
        "合计11万元",
    ),
    Example("R203", vehicles("4"), vehicles("3"), "相加为6"),
    Example("R203", reasons("32.20"), reasons("32.21"), "相差0.01万元"),
    Example(
        "R203",
        applied(ROAD, funds=(total("10"), total("7", fund="fiscal-appropriation"), total("2", fund="other"))),
        applied(ROAD, funds=(total("10"), total("8", fund="fiscal-appropriation"), total("2", fund="other"))),
        "7+2",
    ),
    Example(
        "R203",
        Case(issues=[Issue("total-does-not-add", "第9行合计印为5，相加为6", "line 9", at(9))]),
        Case(issues=[Issue("unit-unknown", "第9行", "line 9", at(9))]),
        "第9行合计",
    ),
    Example("R204", totals("100", "90"), totals("100", "100"), "相差10万元"),
    Example("R205", told("99"), told("100"), "相差1万元"),
    Example("R205", spent("12"), spent("10"), "相差2万元"),
    Example("R206", growth("11"), growth("10"), "应为10%"),
    Example("R206", shared("55.08"), shared("55.09"), "应为55.09%"),
    Example("R206", growth("-9", "-10"), growth("-8.33", "-10"), "＋10万元"),
    Example(
        "R206",
        evaluated(ROAD, funds=(total(initial="10", adjusted="10", executed="8", rate="85"),)),
        evaluated(ROAD, funds=(total(initial="10", adjusted="10", executed="8", rate="80"),)),
        "应为80%",
    ),
    Example("R207", fund_table(amount("合计", "合计", "860"), note=NOTE), fund_table(note=NOTE), "860"),
    Example(
        "R207",
        fund_table(note="本部门无“三公”经费支出，故此表无数据。"),
        fund_table(note=NOTE),
        "三公",
    ),
    Example("R208", accounts("80%"), accounts("60%"), "应为60%"),
    Example("R209", medium("30", "2023年12月"), medium("30"), "3倍"),
    Example("R209", medium("9"), medium("10"), "小于年度资金"),
    Example(
        "R209",
        applied(
            ROAD,
            indicator("维护道路", "≥12公里", period=Period.MEDIUM_TERM),
            funds=(total("30", period=Period.MEDIUM_TERM), total("10", line=6)),
        ),
        applied(
            ROAD,
            indicator("维护道路", "≥36公里", period=Period.MEDIUM_TERM),
            funds=(total("30", period=Period.MEDIUM_TERM), total("10", line=6)),
        ),
        "中期与年度相同",
    ),
)
