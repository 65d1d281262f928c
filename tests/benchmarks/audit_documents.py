"""Make documents for the audit benchmark: an office's budget with targets, accounts and text, some of it wrong."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from jixiao.model import Document, LinkedRecords, MoneyTable, Paragraph, Place, Plan, ProseFact
from tests.unit.audit.builders import (
    BUDGET,
    COST,
    SATISFACTION,
    Case,
    amount,
    fact,
    form,
    goal,
    indicator,
    mention,
    money_table,
    plan,
    project,
    task,
    total,
)

THINGS = ("道路", "校舍", "水库", "河道", "图书馆", "停车场", "供水管网", "信息系统", "养老院", "公园", "桥梁")
WORKS = ("改造", "维护", "新建", "购置", "运行", "检测", "普查", "培训")
MANAGED = ("预算编制完整性", "专项资金细化率", "预算执行率", "预算调整率", "结转结余率", "“三公经费”控制率")
SENTENCES = 120


def make_document(number: int) -> tuple[LinkedRecords, Document]:
    """Return the ``number``-th document, always the same: about 80 indicators, 100 amounts and 60 facts."""
    random_ = random.Random(number)
    names = [f"{random_.choice(THINGS)}{random_.choice(WORKS)}{index}期项目" for index in range(8)]
    wans = [random_.randint(5, 900) for _ in names]
    plans = [
        _project(random_, name, wan, 100 + 10 * index)
        for index, (name, wan) in enumerate(zip(names, wans, strict=True))
    ]
    whole = sum(wans)
    case = Case(
        [
            form("department-target", _department(random_, names), line=20),
            form("project-target-summary", *plans, line=99),
        ],
        facts=_facts(random_, whole),
        tables=_tables(random_, names, wans),
        projects=[
            project(
                name,
                mention("project-expenditure", name, str(wan), line=60 + index),
                mention("project-target-summary", name, str(wan + (random_.random() < 0.05)), line=100 + 10 * index),
                key=f"{name}{index}",
                wan=str(wan),
            )
            for index, (name, wan) in enumerate(zip(names, wans, strict=True))
        ],
        plans={(1, index): f"{name}{index}" for index, name in enumerate(names)},
        task_projects={name: f"{name}{index}" for index, name in enumerate(names[:3])},
    )
    linked = replace(case.linked, records=replace(case.linked.records, name=f"{number:06d}.txt"))
    blocks = tuple(Paragraph(_sentence(random_), Place(400 + line)) for line in range(SENTENCES))
    return linked, Document(linked.records.name, "0" * 64, "text/plain", blocks)


def _project(random_: random.Random, name: str, wan: int, line: int) -> Plan:
    above = "" if random_.random() < 0.9 else ".01"
    sign = "≤" if random_.random() < 0.8 else ""
    return plan(
        indicator("总成本", f"{sign}{wan}{above}万元", *COST, line=line),
        indicator(f"{name}数量", f"{'≥' if random_.random() < 0.9 else '≤'}{random_.randint(1, 500)}个", line=line + 1),
        indicator("验收合格率", f"≥{random_.randint(80, 100)}%", "产出指标", "质量指标", line=line + 2),
        indicator("完成时间", f"{random_.randint(1, 12)}月底前", "产出指标", "时效指标", line=line + 3),
        indicator(f"提升{name}水平", "提升", "效益指标", "社会效益指标", line=line + 4),
        indicator("群众满意度", f"≥{random_.randint(85, 98)}%", *SATISFACTION, line=line + 5),
        project=name,
        line=line,
        project_code=f"4199012300000{random_.randint(10**6, 10**7 - 1):08d}"[: random_.choice((21, 21, 20))],
        funds=(total(str(wan), line=line),),
    )


def _department(random_: random.Random, names: list[str]) -> Plan:
    rows = [
        indicator(name, "≤100%" if "控制" in name else "≥90%", *BUDGET, line=30 + i, explanation=name)
        for i, name in enumerate(MANAGED)
    ]
    rows += [
        indicator(f"{name}完成率", "100%", "产出指标", "重点工作任务完成", line=40 + i) for i, name in enumerate(names)
    ]
    return plan(
        *rows,
        indicator("服务对象满意度", f"≥{random_.randint(80, 95)}%", "效益指标", "满意度", line=55),
        project=None,
        line=21,
        goals=tuple(goal(f"完成{name}，改善民生", line=22) for name in names),
        tasks=tuple(task(name, f"实施{name}", line=23 + i) for i, name in enumerate(names[:3])),
    )


def _facts(random_: random.Random, whole: int) -> list[ProseFact]:
    basic = random_.randint(50, 400)
    all_ = whole + basic
    share = round(Decimal(basic) / all_ * 100, 2) + (Decimal("0.5") if random_.random() < 0.1 else 0)
    found = [
        fact("income-total", str(all_), group="1"),
        fact("expenditure-this-year", str(all_), group="2"),
        fact("basic-expenditure", str(basic), group="3", part_of="2"),
        fact("share", str(share), "%", subject="basic-expenditure", group="3", part_of="2"),
        fact("project-expenditure", str(whole), group="4", part_of="2"),
        fact("three-public", "0", group="5"),
    ]
    for index in range(50):
        part = random_.randint(1, 50)
        found.append(
            fact("function-expenditure", str(part), item=f"功能{index}", group=f"f{index}", part_of="2", line=5 + index)
        )
    return found


def _tables(random_: random.Random, names: list[str], wans: list[int]) -> list[MoneyTable]:
    rows = [
        amount(name, "合计", str(wan), line=60 + i, item_scheme="project")
        for i, (name, wan) in enumerate(zip(names, wans, strict=True))
    ]
    classes = [amount(f"科目{i}", f"栏{i % 6}", str(random_.randint(1, 99)), line=70 + i) for i in range(90)]
    whole = amount("合计", "合计", str(sum(wans)), line=59, is_total=True)
    return [
        money_table("project-expenditure", whole, *rows, title="项目支出表", line=58),
        money_table(
            "expenditure",
            amount("合计", "项目支出/小计", str(sum(wans)), line=69, is_total=True, expenditure="project"),
            *classes,
            line=68,
        ),
    ]


def _sentence(random_: random.Random) -> str:
    left = "（减少）" if random_.random() < 0.01 else ""
    thing, wan = random_.choice(THINGS) + random_.choice(WORKS), random_.randint(0, 99)
    return f"本部门{thing}预算数比上年增加{left}{wan}万元，主要原因是工作需要。"
