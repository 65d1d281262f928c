"""Shapes that no form shown had: items on lines of their own, names and values in one column, spans of years."""

from __future__ import annotations

from jixiao.model import FormKind, Indicator
from jixiao.reading import Reading, read_upload

PROJECT = "项目名称\t河道清淤\n主管部门\t某县水利局\n"


def _read(text: str) -> Reading:
    return read_upload(text.encode(), "a.txt")


def _rows(text: str) -> list[Indicator]:
    return [row for form in _read(text).records.forms for plan in form.plans for row in plan.indicators]


def _told(rows: list[Indicator]) -> list[tuple[str | None, str | None, str, str]]:
    return [(row.level1, row.level2, row.level3, row.target.text if row.target else "") for row in rows]


def test_numbered_items_on_lines_of_their_own_below_their_labels() -> None:
    rows = _rows(
        "某县民政局2025年度项目支出绩效目标\n项目名称：上门服务补贴\n二、绩效指标\n（一）产出指标\n数量指标：\n"
        "1.享受上门服务老人：≥3200人；\n2.新增助餐点：12个；\n（二）效益指标\n社会效益指标：\n1.家庭照护负担：有所减轻。\n"
        "三、其他\n1.本年培训护理员：8场\n"
    )
    assert _told(rows) == [
        ("产出指标", "数量指标", "享受上门服务老人", "≥3200人"),
        ("产出指标", "数量指标", "新增助餐点", "12个"),
        ("效益指标", "社会效益指标", "家庭照护负担", "有所减轻"),
    ]


def test_a_column_of_names_and_values_is_under_the_labels_beside_it() -> None:
    rows = _rows(
        f"项目绩效目标批复表（2025年度）\n{PROJECT}一级指标\t二级指标\t指标内容及指标值\n"
        "产出指标\t数量指标\t清淤长度不少于12公里；加固堤防3公里\n产出指标\t质量指标\t验收合格率≥98%\n"
        "满意度指标\t服务对象满意度指标\t群众满意度≥95%\n"
    )
    assert _told(rows) == [
        ("产出指标", "数量指标", "清淤长度", "不少于12公里"),
        ("产出指标", "数量指标", "加固堤防", "3公里"),
        ("产出指标", "质量指标", "验收合格率", "≥98%"),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥95%"),
    ]


def test_a_span_of_years_makes_no_target_one_of_an_earlier_year() -> None:
    rows = _rows(
        f"项目绩效目标申报表\n{PROJECT}实施期目标（2026—2028年）\t年度目标（2026年）\n清淤36公里\t清淤12公里\n"
        "一级指标\t二级指标\t三级指标\t2025年实际\t2026年目标\t实施期目标\n"
        "产出指标\t数量指标\t清淤长度\t10公里\t≥12公里\t≥36公里\n产出指标\t质量指标\t验收合格率\t97%\t≥98%\t≥98%\n"
    )
    assert [(row.period, row.target and row.target.text) for row in rows if row.level3 == "清淤长度"] == [
        ("annual", "≥12公里"),
        ("medium-term", "≥36公里"),
    ]
    assert {row.previous_text for row in rows if row.level3 == "清淤长度"} <= {"10公里", None}


def test_the_title_above_a_table_of_tasks_holds_for_the_indicators_below() -> None:
    reading = _read(
        "2023年度部门整体支出绩效自评表\n单位名称：某州交通运输局\n\n"
        "年度任务\t完成情况\t预算数\t执行数\t执行率\n农村公路建设\t新建农村公路126公里\t3200.00\t3060.00\t95.63%\n"
        "运输安全监管\t检查企业80家次\t215.00\t203.00\t94.42%\n合计\t\t3415.00\t3263.00\t95.55%\n\n"
        "一级指标\t二级指标\t三级指标\t年初目标值\t全年完成值\t分值\t得分\n"
        "产出指标\t重点工作\t新改建农村公路\t≥120公里\t126公里\t40\t40\n"
        "效益指标\t满意度\t群众满意度\t≥90%\t91%\t50\t50\n"
        "预算执行\t\t\t100%\t95.55%\t10\t9.6\n总计\t\t\t\t\t100\t99.6\n"
    )
    (form,) = reading.records.forms
    assert form.kind is FormKind.DEPARTMENT_SELF_EVALUATION
    (plan,) = form.plans
    assert [row.level3 for row in plan.indicators] == ["新改建农村公路", "群众满意度"]
    assert [task.name for task in plan.tasks] == ["农村公路建设", "运输安全监管"]
    assert [int(task.amount or 0) for task in plan.tasks] == [32_000_000, 2_150_000]


def test_points_in_the_last_row_raise_no_doubt_about_the_unit_of_money() -> None:
    reading = _read(
        "项目支出绩效自评表（2024年度）\n项目名称\t河道清淤\n主管部门\t某县水利局\n全年预算（元）\t5,280,000.00\t全年支出（元）\t5,280,000.00\n"
        "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
        "产出指标\t数量指标\t清淤长度\t≥12公里\t12公里\t60\t60\n满意度指标\t满意度指标\t群众满意度\t≥90%\t91%\t40\t38\n"
        "总计\t\t\t\t\t100\t98\n"
    )
    assert "money-unit-assumed" not in {issue.code for issue in reading.issues}


def test_a_deadline_below_two_labels_of_levels_is_an_indicator_of_its_region() -> None:
    heads = "".join(
        f"<tr>{row}</tr>"
        for row in (
            "<td rowspan=3>县（区）</td><td colspan=2>产出指标</td><td>满意度指标</td>",
            "<td>数量指标</td><td>时效指标</td><td>服务对象满意度指标</td>",
            "<td>新建蓄水池（座）</td><td>完工时限</td><td>农牧民满意度</td>",
        )
    )
    body = "".join(
        f"<tr><td>{place}</td><td>{count}</td><td>2025年{month}月底前</td><td>≥90%</td></tr>"
        for place, count, month in (("达孜昂县", 12, 10), ("卓热县", 9, 10), ("岗玛县", 15, 9))
    )
    page = f"<p>某市2025年饮水安全项目区域绩效目标表</p><table border=1>{heads}{body}</table>"
    forms = read_upload(page.encode(), "a.html").records.forms
    rows = [row for form in forms for plan in form.plans for row in plan.indicators if row.level3 == "完工时限"]
    assert [(row.region, row.target and row.target.text) for row in rows] == [
        ("达孜昂县", "2025年10月底前"),
        ("卓热县", "2025年10月底前"),
        ("岗玛县", "2025年9月底前"),
    ]


def test_columns_of_years_give_a_row_for_each_of_them() -> None:
    rows = _rows(
        f"三年滚动项目绩效目标表（2025—2027年）\n{PROJECT}一级指标\t二级指标\t三级指标\t计量单位\t2025年\t2026年\t2027年\n"
        "产出指标\t数量指标\t改造学校\t所\t14\t16\t12\n产出指标\t时效指标\t完工时间\t\t2025年10月底前\t10月底前\t9月底前\n"
        "满意度指标\t服务对象满意度指标\t师生满意度\t%\t≥90\t≥92\t≥95\n"
    )
    assert [(row.level3, row.year, row.target and row.target.text) for row in rows if row.level3 != "完工时间"] == [
        ("改造学校", None, "14所"),
        ("改造学校", 2026, "16所"),
        ("改造学校", 2027, "12所"),
        ("师生满意度", None, "≥90%"),
        ("师生满意度", 2026, "≥92%"),
        ("师生满意度", 2027, "≥95%"),
    ]
    due = [row.target.due for row in rows if row.level3 == "完工时间" and row.target]
    assert due == ["2025-10-31", "2026-10-31", "2027-09-30"]


def test_the_year_the_office_and_the_sum_that_fields_state() -> None:
    reading = _read(
        "项目支出绩效目标表\n项目名称\t珊瑚礁修复\t预算年度\t2025\n主管部门\t海岛生态观测台\n"
        "项目预算（万元）\t235.00（其中：财政拨款200.00，其他资金35.00）\n"
        "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t移植株数\t≥2400株\n产出指标\t质量指标\t成活率\t≥70%\n"
    )
    records = reading.records
    assert (records.department, records.fiscal_year) == ("海岛生态观测台", 2025)
    (plan,) = records.forms[0].plans
    assert [int(fund.amount or 0) for fund in plan.funds] == [2_350_000]
