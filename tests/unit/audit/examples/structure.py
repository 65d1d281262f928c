"""Examples of the rules R1: what a form has to hold."""

from __future__ import annotations

from dataclasses import replace

from jixiao.model import Issue
from tests.unit.audit.builders import (
    COST,
    HAPPY,
    ROAD,
    SATISFACTION,
    Case,
    Example,
    applied,
    at,
    evaluated,
    form,
    goal,
    indicator,
    judged,
    link,
    mention,
    of_office,
    plan,
    project,
    task,
    total,
)

SUMMARY = "project-target-summary"
EXPENDED = project("道路维护", mention("project-expenditure", "道路维护", "10"))
GREEN = project("绿化养护", mention("project-expenditure", "绿化养护", "8", line=41))
CONTENTS = ("目录", "一、部门收支总体情况表", "二、部门收入总体情况表", "三、项目支出表", "第一部分 概况")


def summary(*projects: object, **more: object) -> Case:
    return Case([form(SUMMARY, plan(ROAD, **more))], projects=projects, plans={(0, 0): "道路维护"})  # type: ignore[arg-type]


SERVED = indicator("出行时间缩短", "≥5分钟", "效益指标", "社会效益指标", line=16)


def project_forms(*rows: object) -> Case:
    return Case(
        [
            form("project-application", plan(ROAD, HAPPY, SERVED)),
            form("project-application", plan(*rows, project="绿化养护", line=30, funds=(total("8", line=31),))),  # type: ignore[arg-type]
        ]
    )


def unplaced(text: str) -> Case:
    issue = Issue("row-not-placed", "第14行没有读成指标", "line 14", at(14, text))
    return replace(applied(ROAD), issues=[issue])


EXAMPLES = (
    Example("R101", unplaced("质量指标\t\t≥95%"), unplaced("质量指标\t工程合格率"), "没有指标名称"),
    Example("R111", project_forms(), project_forms(ROAD, HAPPY, SERVED), "没有任何指标"),
    Example(
        "R111",
        applied(SERVED, HAPPY, indicator("通行能力提升", "≥5%", "效益指标", "社会效益指标", line=18)),
        applied(ROAD, HAPPY, SERVED),
        "没有产出指标",
    ),
    Example(
        "R111",
        applied(ROAD, HAPPY, indicator("修补路面", "≥3处", line=18)),
        applied(ROAD, HAPPY, SERVED),
        "没有效益指标",
    ),
    Example(
        "R101",
        applied(ROAD, indicator("巡查道路", line=11), indicator("修补路面", "≥3处", line=12)),
        applied(ROAD, indicator("满意率达到95%以上", line=11), indicator("修补路面", "≥3处", line=12)),
        "巡查道路",
    ),
    Example(
        "R102",
        applied(ROAD, indicator("群众满意度", "达到上级要求", *SATISFACTION)),
        applied(ROAD, HAPPY),
        "群众满意度",
    ),
    Example(
        "R103",
        applied(indicator("短信服务费", "0.05元", level2=None), funds=(total("10"),)),
        applied(indicator("短信条数", "≥2000000条", level2=None), funds=(total("10"),)),
        "折合约2000000个",
    ),
    Example("R104", summary(EXPENDED, GREEN), summary(EXPENDED), "绿化养护"),
    Example(
        "R105",
        summary(project("道路维护", mention(SUMMARY, "道路维护", "10")), GREEN),
        summary(EXPENDED),
        "项目支出表里没有它",
    ),
    Example(
        "R106",
        of_office(ROAD, goals=(goal("招商引资取得新突破"),)),
        of_office(ROAD, goals=(goal("维护全区道路"),)),
        "招商引资",
    ),
    Example(
        "R107",
        Case(
            of_office(ROAD, tasks=(task("道路维护"),)).forms,
            projects=[project("道路维护", wan="20"), project("建设大桥", wan="80")],
            task_projects={"道路维护": "道路维护"},
        ),
        Case(
            of_office(ROAD, tasks=(task("道路维护"), task("建桥"))).forms,
            projects=[project("道路维护", wan="20"), project("建设大桥", wan="80")],
            task_projects={"道路维护": "道路维护"},
            links=[link("建桥", "建设大桥")],
        ),
        "80%",
    ),
    Example(
        "R108",
        Case(text=(*CONTENTS, "2023年部门收支总体情况表", "2023年项目支出表")),
        Case(text=(*CONTENTS, "2023年部门收支总体情况表", "2023年部门收入总体情况表", "2023年项目支出表")),
        "部门收入总体情况表",
    ),
    Example(
        "R109",
        of_office(ROAD, indicator("修桥", "≥1座", explanation="年度计划")),
        of_office(indicator("修路", "≥2公里", explanation="年度计划"), indicator("修桥", "≥1座", explanation="计划")),
        "维护道路",
    ),
    Example(
        "R110",
        applied(ROAD, attributes={"category": "□新增项目 □延续项目"}),
        applied(ROAD, attributes={"category": "□新增项目 ☑延续项目"}),
        "延续项目",
    ),
    Example(
        "R110",
        evaluated(ROAD, management=(judged("安排科学性", None, "5"),)),
        evaluated(ROAD, management=(judged("安排科学性", "5", "5"),)),
        "没有分值",
    ),
    Example(
        "R110",
        Case(applied(ROAD).forms, rows=("审核意见\t\t年  月  日",)),
        Case(applied(ROAD).forms, rows=("审核意见\t\t2023年3月4日",)),
        "日期未填",
    ),
    Example(
        "R102",
        applied(ROAD, indicator("成本", "≤10万元", *COST), indicator("满意度", "高", *SATISFACTION)),
        applied(ROAD, indicator("满意率95%以上", "是", *SATISFACTION)),
        "没有可衡量",
    ),
)
