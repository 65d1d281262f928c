"""Examples of the rules R5: wording, dates, names and codes."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.audit.builders import (
    ROAD,
    SATISFACTION,
    Case,
    Example,
    applied,
    at,
    evaluated,
    evaluation,
    form,
    indicator,
    mention,
    money_table,
    of_office,
    plan,
    project,
)

MANAGED = ("投入管理指标", "绩效管理")
SELF = "单位按要求实施绩效自评的项目数量占应实施绩效自评项目总数的比重。绩效自评完成率=已完成数/总数"
GOALS = "单位按要求编制绩效目标的项目数量占应编制绩效目标项目总数的比重"
NOTE = "注：满分为100分，二三级指标的分值权重由各单位根据项目实际情况合理设置。"


def explained(first: str, second: str) -> Case:
    return of_office(
        indicator("绩效目标编制完成率", "100%", *MANAGED, explanation=first),
        indicator("绩效自评完成率", "100%", *MANAGED, explanation=second, line=11),
    )


def written(*text: str) -> Case:
    return Case(tables=[money_table("income")], text=text)


def noted(third: str) -> Case:
    notes = (NOTE, NOTE, third)
    plans = [
        plan(ROAD, project=f"项目{i}", evaluation=evaluation("90", scoring_note=note)) for i, note in enumerate(notes)
    ]
    return Case([form("project-self-evaluation", each) for each in plans])


def named(printed: str) -> Case:
    places = (
        mention("project-expenditure", "道路维护经费", "10"),
        mention("project-target-summary", printed, "10", line=50),
    )
    return Case(projects=[project("道路维护经费", *places)])


def coded(code: str) -> Case:
    return applied(ROAD, project_code=code)


def offices(one: str, other: str) -> Case:
    forms = [form("project-application", plan(ROAD, project=name)) for name in ("甲", "乙", "丙")]
    from dataclasses import replace

    return Case([replace(each, department=name) for each, name in zip(forms, (one, one, other), strict=True)])


def all_explained(last: str) -> Case:
    names = ("维护道路", "修补路面", "清扫路段", "更换路灯")
    rows = [indicator(name, "≥12处", explanation="按年度计划执行", line=line) for line, name in enumerate(names, 10)]
    return applied(*rows[:-1], replace(rows[-1], explanation=last))


def reasoned(second: str) -> Case:
    return evaluated(
        indicator("培训人次", "≥12人次", actual_text="9人次", reason="受春季干旱影响，出苗率偏低"),
        indicator("媒体报道篇数", "≥12篇", actual_text="9篇", reason=second, line=12),
    )


def lasting(term: str) -> Case:
    return applied(ROAD, attributes={"term": term})


def due(date: str) -> Case:
    return applied(indicator("完成时间", date, "产出指标", "时效指标"))


def listed(title: str) -> Case:
    return Case(applied(ROAD, project="海岸公园建设补助").forms, text=(f"附件2：{title}自评表",))


def headed(name: str | None) -> Case:
    held = replace(plan(ROAD, project=name), source=at(210, table=9))
    return Case([form("project-application", held)], rows=(f"项目名称\t{name or ''}", "主管部门\t某局"))


EXAMPLES = (
    Example("R505", headed(None), headed("道路维护"), "项目名称是空白"),
    Example(
        "R503",
        applied(ROAD, attributes={"term": "2021年1月至2021年12月"}),
        applied(ROAD, attributes={"term": "2022年1月至2024年12月"}),
        "不含表头的2023年度",
    ),
    Example("R505", listed("海岸公园发展补助"), listed("海岸公园建设补助"), "表内项目名称是“海岸公园建设补助”"),
    Example("R501", reasoned("受春季干旱影响，出苗率偏低"), reasoned("稿件审核周期较长"), "逐字相同"),
    Example("R503", lasting("2023年3月1日至2023年2月28日"), lasting("2023年3月1日至2023年12月31日"), "早于开始"),
    Example("R503", due("2024年3月底前"), due("2023年3月底前"), "在2023年度之后"),
    Example("R501", all_explained("按年度计划执行"), all_explained("路灯更换记录"), "4个指标的说明完全相同"),
    Example("R501", explained(SELF, SELF), explained(GOALS, SELF), "绩效自评完成率"),
    Example("R502", written("预算数比上年增加xxx万元。"), written("预算数比上年增加3万元。"), "xxx"),
    Example("R502", written("预算数比上年增加（减少）0万元。"), written("预算数比上年增加0万元。"), "增加(减少)"),
    Example("R502", written("可根据部门实际情况有选择的进行设置。"), written("根据实际设置。"), "可根据部门实际情况"),
    Example("R503", written("止：2021:12月"), written("止：2021年12月"), "2021:12月"),
    Example("R503", written("2023年2月30日"), written("2023年2月28日"), "不存在"),
    Example(
        "R503",
        applied(ROAD, attributes={"term": "2020年1月", "start": "2021年1月"}),
        applied(ROAD, attributes={"term": "2021年1月", "start": "2021年1月"}),
        "2020年1月",
    ),
    Example(
        "R503",
        applied(indicator("完成时间", "2021年11月30日前", "产出指标", "时效指标")),
        applied(indicator("完成时间", "2023年11月30日前", "产出指标", "时效指标")),
        "2021-11-30",
    ),
    Example("R504", noted(NOTE.replace("二三级", "三三级")), noted(NOTE), "三三级"),
    Example("R505", named("道路维护经历"), named("道路维护经费"), "经历"),
    Example("R505", named("道路维护经费及桥梁"), named("道路维护经费"), "另有写法"),
    Example(
        "R505",
        offices("某区政务服务中心", "某区政府服务中心"),
        offices("某区政务服务中心", "某区政务服务中心"),
        "政府服务中心",
    ),
    Example("R506", coded("41990123000000023181"), coded("419901230000000023181"), "20位"),
    Example("R506", coded("110101230000000023181"), coded("419901230000000023181"), "110101"),
    Example(
        "R502",
        Case(evaluated(ROAD, indicator("满意度", "≥90%", *SATISFACTION)).forms, rows=("备注\t预算比20XX年减少",)),
        Case(evaluated(ROAD).forms, rows=("备注\t型号X-200及XX2",)),
        "XX",
    ),
)
