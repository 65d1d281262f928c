"""Indicators in running text: what reports tell clause by clause, what is listed below the labels of lines above."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jixiao.documents import read_bytes
from jixiao.grid import read_forms
from jixiao.grid.told import told_in
from jixiao.model import FilledForm, FormKind

REPORT = """云岭县交通运输局
农村公路提档项目支出绩效评价报告

一、项目基本情况
（一）概况。全县农村公路里程1260公里，群众出行满意率仅71%。
（二）资金情况。年初预算800万元，调整后预算760万元，实际支出722万元，结余38万元。
（三）项目绩效目标。改造农村公路32公里，改善沿线群众出行条件。
二、绩效指标分析
（一）产出指标（50分，得48.5分）
1.数量指标。改造公路里程目标值为32公里，实际完成30公里，分值10分，得8.5分，扣分原因：雨季停工；新建桥梁（5分）。计划新建2座，实际新建2座，得5分。
2.质量指标“验收合格率”，年初设定目标值为≥95%，实际完成值97%，权重10分，自评得分10分。
（二）效益指标
社会效益指标：受益村目标值为18个，实际18个，该指标分值10分，得10分。
三、评价结论
综合评价得分93.5分，评价等级为“优”。建议明年改造公路不少于40公里。
"""
LIST = """云岭县水务局2025年项目绩效目标公开

一、河道清淤项目（36万元）

产出指标

（1）数量指标

清淤河道长度≥12公里；清运淤泥不少于3000吨

（2）时效指标：完工时间为2025年11月底前

效益指标

社会效益：周边居民投诉下降20%以上

二、其他说明

本年度机关运行经费12万元。
"""


def only(text: str) -> FilledForm:
    (form,) = read_forms(read_bytes("a.txt", text.replace("\n", "\n\n").encode()), 2024).forms
    return form


def test_a_report_in_prose() -> None:
    form = only(REPORT)
    (plan,) = form.plans
    assert (form.kind, plan.project) == (FormKind.PROJECT_SELF_EVALUATION, "农村公路提档")
    read = [
        (row.level1, row.level2, row.level3, row.target.text if row.target else None, row.actual_text, row.weight)
        for row in plan.indicators
    ]
    assert read == [
        ("产出指标", "数量指标", "改造公路里程", "32公里", "30公里", Decimal(10)),
        ("产出指标", "数量指标", "新建桥梁", "2座", "2座", Decimal(5)),
        ("产出指标", "质量指标", "验收合格率", "≥95%", "97%", Decimal(10)),
        ("效益指标", "社会效益指标", "受益村", "18个", "18个", Decimal(10)),
    ]
    first = plan.indicators[0]
    assert (first.score, first.reason) == (Decimal("8.5"), "雨季停工")
    (fund,) = plan.funds
    assert [fund.initial, fund.adjusted, fund.executed] == [8000000, 7600000, 7220000]
    assert [goal.text for goal in plan.goals] == ["改造农村公路32公里，改善沿线群众出行条件。"]
    assert plan.evaluation is not None
    assert (plan.evaluation.total, plan.evaluation.grade) == (Decimal("93.5"), "优")


@pytest.mark.parametrize(
    "text",
    [
        "一是前期协调不到位；二是资金不足，建议下一年度安排资金300万元。",
        "共发放问卷500份，回收有效问卷486份，有效回收率97.2%。",
        "资金管理部分满分10分，得8分，扣分原因是付款审批时间偏长。",
    ],
)
def test_numbers_of_prose_are_no_indicators(text: str) -> None:
    assert told_in(text) == []
