from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jixiao.model import (
    Amount,
    Department,
    DocumentKind,
    DocumentRecords,
    Evaluation,
    FilledForm,
    FormKind,
    FundLine,
    Goal,
    Indicator,
    Issue,
    Link,
    LinkedRecords,
    ManagementItem,
    Mention,
    MoneyTable,
    Period,
    Plan,
    Project,
    ProseFact,
    Source,
    Target,
    TargetKind,
    Task,
)

CODE = "411999240000000000123"


def row(line: int, text: str, table: int | None = 2) -> Source:
    return Source(table, line, text, page=7, where=f"Sheet1!A{line}")


@pytest.fixture(scope="session")
def linked() -> LinkedRecords:
    """Give the records of an invented document in which every field of the model holds a value of its own."""
    satisfaction = Indicator(
        level1="满意度指标",
        level2="服务对象满意度",
        level3="办事群众满意度",
        target=Target("≥95%", TargetKind.QUANTITY, "≥", True, Decimal("95.0"), True, unit="%", warnings=("wide-sign",)),
        source=row(31, "满意度指标\t服务对象满意度\t办事群众满意度\t≥95%"),
        explanation="问卷调查",
        actual_text="96.5%",
        actual=Decimal("96.5"),
        weight=Decimal(10),
        score=Decimal("9.75"),
        deviation_text="1.58%",
        deviation=Decimal("1.58"),
        reason="样本较少",
        half_year_target_text="≥90%",
        region="西城县",
        thresholds=(("优", "95%及以上"), ("良", "85%—95%"), ("差", "＜85%")),
        previous_text="91%",
        progress_text="93%",
        expected_text="97%",
        likelihood="确定能",
        doubts=("指标值与下一行的分界不明",),
        repairs=("shifted-cells", "level-from-page-before"),
        confidence=Decimal("0.93"),
    )
    several = Indicator(
        level1="产出指标",
        level2="时效指标",
        level3="培训与验收",
        target=Target(
            "培训15次，2024年12月底前验收",
            TargetKind.OTHER,
            parts=(
                Target("15次", TargetKind.QUANTITY, "=", False, Decimal(15), True, Decimal(15), True, "次"),
                Target("2024年12月底前", TargetKind.DEADLINE, "≤", True, due="2024-12", recurrence="年"),
            ),
        ),
        source=row(32, "产出指标\t时效指标\t培训与验收\t培训15次，2024年12月底前验收"),
        period=Period.MEDIUM_TERM,
    )
    project_plan = Plan(
        source=row(30, "项目名称\t智慧大厅运维"),
        project="智慧大厅运维",
        project_code=CODE,
        programme="数字政府建设资金",
        unit_name="信息中心",
        supervisor="市数据局",
        funds=(
            FundLine("total", "年度资金总额", row(29, "资金总额"), amount=Decimal("1059600.00")),
            FundLine(
                "fiscal-appropriation",
                "其中：财政拨款",
                row(29, "财政拨款"),
                amount=Decimal(900000),
                initial=Decimal(800001),
                adjusted=Decimal(800002),
                executed=Decimal(431500),
                rate=Decimal("53.94"),
                weight=Decimal(11),
                score=Decimal("5.39"),
            ),
        ),
        goals=(
            Goal(
                "大厅系统稳定运行",
                row(28, "目标"),
                achieved="全年无故障",
                confidence=Decimal("0.7"),
                doubts=("起止不明",),
            ),
        ),
        indicators=(satisfaction, several),
        management=(
            ManagementItem("拨付合规性", row(33, "拨付合规性"), "按进度拨付", Decimal(5), Decimal("4.5"), "一笔迟付"),
        ),
        evaluation=Evaluation(Decimal("97.25"), Decimal(100), "优", "每发现1例扣1分", row(34, "总分\t97.25")),
        attributes={"basis": "信息化规划", "start": "2024-01"},
        confidence=Decimal("0.8"),
        doubts=("项目名称取自标题",),
    )
    department_plan = Plan(
        source=row(10, "部门整体绩效目标表", 1),
        goals=(Goal("提升服务能力", row(11, "年度履职目标", 1)),),
        tasks=(
            Task(
                "大厅系统维护",
                row(12, "主要任务", 1),
                "日常维护",
                Decimal(500000),
                "已完成",
                doubts=("金额属于上一任务",),
            ),
        ),
        indicators=(
            Indicator(
                "投入管理指标",
                "绩效管理",
                "绩效自评完成率",
                None,
                row(13, "绩效自评完成率", 1),
                confidence=Decimal("0.5"),
            ),
        ),
    )
    records = DocumentRecords(
        name="示例 2024.xlsx",
        sha256="ab" * 32,
        title="示例市政务局2024年部门预算",
        kind=DocumentKind.BUDGET,
        department="示例市政务局",
        fiscal_year=2024,
        published=date(2024, 3, 1),
        tables=5,
        forms=(
            FilledForm(
                FormKind.DEPARTMENT_TARGET,
                "whole-department",
                "整体绩效目标表",
                department_plan.source,
                (department_plan,),
                2024,
                "我部门",
            ),
            FilledForm(
                FormKind.PROJECT_SELF_EVALUATION,
                "project-self-evaluation",
                "项目绩效自评表",
                project_plan.source,
                (project_plan,),
                2024,
                "信息中心",
                2,
                Decimal("0.9"),
            ),
        ),
        money_tables=(
            MoneyTable(
                "project-expenditure",
                "项目支出预算表",
                row(50, "单位：万元", 4),
                (
                    Amount(
                        "project-expenditure",
                        "智慧大厅运维",
                        "合计/本年拨款",
                        Decimal("1059600.00"),
                        "105.96",
                        row(52, "智慧大厅运维\t105.96", 4),
                        CODE,
                        "project",
                        "expenditure",
                        "general-budget",
                        "project",
                        category="特定目标类",
                        unit_name="信息中心本级",
                        further_codes=(("functional", "2010399", "其他办公厅事务"), ("economic", "30299", "其他")),
                        repairs=("lost-cell",),
                        confidence=Decimal("0.8"),
                    ),
                    Amount(
                        "project-expenditure",
                        "未见过的科目",
                        "合计",
                        Decimal("0.07"),
                        "0.000007",
                        row(53, "未见过的科目\t0.000007", 4),
                        "2019877",
                        "functional",
                        is_total=True,
                    ),
                ),
                "万元",
                "示例市政务局",
                2024,
                "",
                3,
            ),
            MoneyTable("government-fund", "政府性基金表", row(60, "此表无数据", 5), (), empty_note="此表无数据"),
        ),
        facts=(
            ProseFact(
                "growth-rate",
                "增减率",
                Decimal("-4.19"),
                "%",
                "4.19%",
                Source(None, 71, "支出减少9.5万元，下降4.19%。"),
                2024,
                "expenditure-total",
                "教育支出",
                "initial",
                2023,
                "71.1",
                "70.1",
            ),
        ),
        issues=(
            Issue("row-not-placed", "第40行无法归位，请核对", "row 40 could not be placed", row(40, "孤行"), "error"),
            Issue("no-year", "未见年度", "no year", None, "info"),
        ),
    )
    office = Department("政务局", "示例市政务局", ("市政务局",), "146", "410727", "封丘县", "county")
    centre = Department("信息中心", "示例市信息中心", ("信息中心",))
    project = Project(
        CODE,
        "智慧大厅运维",
        "政务局",
        CODE,
        "其他运转类",
        Decimal("1059600.00"),
        ("智慧大厅运",),
        (
            Mention(
                "project-expenditure", "智慧大厅运", row(52, "智慧大厅运\t105.96", 4), Decimal(1059600), Decimal(98)
            ),
        ),
        ("智慧大厅运：名称被截断，金额相同（0.97）",),
    )
    other = Project("热线", "12345热线", "政务局")
    return LinkedRecords(
        records,
        office,
        (office, centre),
        (project, other),
        {(1, 0): CODE},
        {records.forms[1].plans[0].indicators[0].names: "satisfaction-applicants"},
        (Link("implemented-by", "task:大厅系统维护", f"project:{CODE}", Decimal("0.83"), "共有词语：大厅、系统"),),
        {"大厅系统维护": "热线"},
        {records.forms[1].plans[0].indicators[0].names: "办事群众"},
    )
