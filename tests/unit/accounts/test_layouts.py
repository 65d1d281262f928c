"""Layouts that other offices print: final accounts, central budgets, merged cells, lists, damaged rows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from jixiao.accounts import count_printed_amounts, read_money_tables
from jixiao.accounts.reading import NOT_LIFTED
from jixiao.documents.reading import read_bytes, read_document
from jixiao.model import Amount, Document, Issue, MoneyTable

TABLES = Path(__file__).parent / "tables"


def read(text: str) -> tuple[tuple[MoneyTable, ...], tuple[Issue, ...]]:
    """Read tables written with | for the tab."""
    return read_money_tables(document(text))


def document(text: str) -> Document:
    return read_bytes("表.txt", text.strip("\n").replace("|", "\t").encode())


def measures(table: MoneyTable, item: str) -> dict[str, str]:
    return {each.measure: each.text for each in table.amounts if each.item == item}


def first(table: MoneyTable, item: str) -> Amount:
    return next(each for each in table.amounts if each.item == item)


def codes(issues: tuple[Issue, ...]) -> list[str]:
    return [issue.code for issue in issues]


def assert_complete(document: Document) -> None:
    """Every printed figure is an amount or an issue of its own, table by table."""
    tables, issues = read_money_tables(document)
    for table in tables:
        named = [issue for issue in issues if issue.code in NOT_LIFTED and issue.source]
        mine = [issue for issue in named if issue.source and issue.source.table == table.source.table]
        (printed,) = [each for each in document.tables if each.index == table.source.table]
        assert count_printed_amounts(printed.rows) == len(table.amounts) + len(mine), table.title


def test_final_accounts_01_to_09() -> None:
    published = read_document(TABLES / "final_accounts.txt")
    tables, issues = read_money_tables(published)
    assert {table.kind: len(table.amounts) for table in tables} == {
        "final-income-and-expenditure": 15,
        "final-income": 34,
        "final-expenditure": 18,
        "final-fiscal-appropriation": 24,
        "final-general-budget-expenditure": 12,
        "final-basic-expenditure": 14,
        "final-government-fund": 9,
        "final-state-capital": 0,
        "final-three-public": 9,
    }
    assert codes(issues) == []
    assert_complete(published)
    whole = {table.kind: table for table in tables}
    assert whole["final-income-and-expenditure"].fiscal_year == 2022
    assert whole["final-income-and-expenditure"].department == "青石县档案馆"
    assert measures(whole["final-expenditure"], "合计")["项目支出"] == "380.00"
    assert first(whole["final-government-fund"], "农村基础设施建设支出").item_code == "2120804"
    assert measures(whole["final-government-fund"], "合计") == {
        "本年收入": "80.00",
        "本年支出/小计": "80.00",
        "本年支出/项目支出": "80.00",
    }
    assert "空表" in (whole["final-state-capital"].empty_note or "")
    assert measures(whole["final-three-public"], "青石县档案馆")["决算数/公务用车购置及运行维护费/小计"] == "5.20"


def test_six_columns_with_line_numbers_never_take_a_line_number_for_an_amount() -> None:
    tables, _ = read_money_tables(read_document(TABLES / "final_accounts.txt"))
    shifted = first(tables[0], "十九、住房保障支出")
    assert (shifted.text, shifted.repairs) == ("55.00", ("shifted-row",))
    assert shifted.confidence < 1
    assert first(tables[0], "八、社会保障和就业支出").value == Decimal(1200000)


def test_three_blocks_side_by_side_have_their_own_codes_and_totals() -> None:
    tables, _ = read_money_tables(read_document(TABLES / "final_accounts.txt"))
    (basic,) = [table for table in tables if table.kind == "final-basic-expenditure"]
    row = {(each.item_code, each.item, each.measure) for each in basic.amounts if each.source.line == 120}
    assert row == {
        ("30101", "基本工资", "人员经费/决算数"),
        ("30201", "办公费", "公用经费/决算数"),
        ("31002", "办公设备购置", "公用经费/决算数"),
    }
    assert first(basic, "公用经费合计").text == "100.00"
    assert first(basic, "办公费").expenditure == "public"


def test_a_header_repeated_after_a_page_break_is_no_data() -> None:
    tables, _ = read_money_tables(read_document(TABLES / "final_accounts.txt"))
    (income,) = [table for table in tables if table.kind == "final-income"]
    assert [each.item for each in income.amounts if each.measure == "本年收入合计"][-3:] == [
        "行政单位医疗",
        "城乡社区支出",
        "住房保障支出",
    ]


def test_central_forms_in_yuan_with_percentages_and_the_total_at_the_end() -> None:
    published = read_document(TABLES / "central_2021.txt")
    tables, issues = read_money_tables(published)
    assert [table.kind for table in tables] == [
        "income-and-expenditure",
        "income",
        "expenditure",
        "general-budget-expenditure",
        "basic-expenditure",
        "three-public",
        "government-fund",
    ]
    assert {table.unit_text for table in tables} == {"元"}
    assert codes(issues) == ["figure-not-money"] * 5
    assert all(issue.level == "info" for issue in issues)
    assert_complete(published)
    general = tables[3]
    assert first(general, "科学技术支出").value == Decimal(70000000)
    assert measures(general, "外交支出")["2021年预算数比2020年执行数/增减额"] == "-300,000.00"
    carried = [each for each in tables[0].amounts if each.fund == "carry-over"]
    assert [each.item for each in carried] == ["使用非财政拨款结余", "上年结转"]
    assert not tables[6].amounts and "没有使用政府性基金" in (tables[6].empty_note or "")


def test_merged_cells_state_the_tree_and_spread_their_labels() -> None:
    published = read_document(TABLES / "merged_budget.html")
    tables, issues = read_money_tables(published)
    assert [table.kind for table in tables] == [
        "fiscal-appropriation",
        "general-budget-expenditure",
        "project-expenditure",
        "three-public",
    ]
    assert_complete(published)
    fiscal, general, projects, public = tables
    assert measures(fiscal, "一般公共预算/财政拨款") == {"收入/金额": "3000000"}
    assert first(fiscal, "政府性基金预算").fund == "government-fund"
    assert first(general, "文物保护").unit_name == "云岭市文物保护中心"
    second = first(projects, "馆藏文物数字化")
    assert (second.item_code, second.category) == ("530100240000000010002", "特定目标类")
    assert second.repairs == ()
    assert measures(public, "2.公务接待费") == {"2023年预算数": "10000", "2024年预算数": "5000", "增减额": "-5000"}
    assert first(public, "2.公务接待费").expenditure == "reception"
    assert codes(issues) == ["figure-not-money"] * 4 + ["unknown-money-table"]
    assert "资产类别" in issues[-1].message and issues[-1].level == "error"


EXPENDITURE = """
2023年部门支出总表
部门：柳河县司法局 单位：万元

科目编码|科目名称|合计|基本支出|||项目支出
|||小计|人员经费|公用经费|
|合计|150.00|100.00|80.00|20.00|50.00
204|公共安全支出|120.00|70.00|55.00|15.00|50.00
2040601|行政运行|70.00|70.00|55.00|15.00|
2040602|一般行政管理事务|50.00||||50.00
208|社会保障和就业支出|30.00|30.00|25.00|5.00|
"""


def test_codes_in_one_column_with_partial_codes() -> None:
    (table,), issues = read(EXPENDITURE)
    assert issues == ()
    assert [(each.item_code, each.item_scheme) for each in table.amounts if each.measure == "合计"] == [
        (None, None),
        ("204", "functional"),
        ("2040601", "functional"),
        ("2040602", "functional"),
        ("208", "functional"),
    ]
    assert first(table, "合计").is_total and first(table, "公共安全支出").fund is None
    assert [each.expenditure for each in table.amounts if each.item == "合计"] == [
        None,
        "basic",
        "personnel",
        "public",
        "project",
    ]


def test_a_code_and_a_name_in_one_cell_are_parted() -> None:
    (table,), issues = read(
        """
2024年一般公共预算支出表
单位：万元

功能分类科目|合计|基本支出|项目支出
合计|30.00|20.00|10.00
2010301-行政运行|20.00|20.00|
2010302 一般行政管理事务|10.00||10.00
"""
    )
    assert [(each.item_code, each.item) for each in table.amounts if each.measure == "合计"] == [
        (None, "合计"),
        ("2010301", "行政运行"),
        ("2010302", "一般行政管理事务"),
    ]
    assert {each.fund for each in table.amounts} == {"general-budget"}
    assert issues == ()


def test_a_total_that_does_not_add_up_is_lifted_as_printed_and_said() -> None:
    (table,), issues = read(EXPENDITURE.replace("|合计|150.00|", "|合计|151.00|"))
    assert measures(table, "合计")["合计"] == "151.00"
    assert codes(issues) == ["total-does-not-add", "total-contradicts-parts"]  # across its columns and down its rows
    assert all(issue.level == "warning" and issue.source and issue.source.line == 6 for issue in issues)
    assert all("151.00" in issue.message and "150.00" in issue.message for issue in issues)


def test_a_total_off_by_rounding_is_only_noted() -> None:
    (_,), issues = read(
        """
2023年部门收入总表
单位：万元

部门代码|部门名称|合计
|合计|100.01
101|柳河县司法局本级|33.33
102|柳河县法律援助中心|33.33
103|柳河县公证处|33.34
"""
    )
    assert [(issue.code, issue.level) for issue in issues] == [("total-does-not-add", "info")]


def test_parts_of_a_class_are_checked_too() -> None:
    (_,), issues = read(EXPENDITURE.replace("2040601|行政运行|70.00|70.00|55.00", "2040601|行政运行|71.00|71.00|56.00"))
    assert {issue.source.line for issue in issues if issue.source} == {7}
    assert len(issues) == 3


def test_a_row_that_lost_a_cell_is_put_right_by_its_sums() -> None:
    (table,), issues = read(
        EXPENDITURE.replace("2040602|一般行政管理事务|50.00||||50.00", "2040602|一般行政管理事务|50.00|||50.00")
    )
    assert measures(table, "一般行政管理事务") == {"合计": "50.00", "项目支出": "50.00"}
    assert issues == ()
    moved = [each for each in table.amounts if each.item == "一般行政管理事务" and each.repairs]
    assert moved and all(each.confidence < 1 for each in moved)


def test_three_public_as_a_list_of_items() -> None:
    (table,), issues = read(
        """
2021年一般公共预算“三公”经费支出情况表
单位名称：柳河县司法局
单位：千元

项目|2021年“三公”经费预算数
总计|58.00
1、因公出国（境）费用|
2、公务接待费|8.00
3、公务用车费|50.00
其中：（1）公务用车运行维护费|50.00
（2）公务用车购置|0.00
"""
    )
    assert issues == ()
    assert first(table, "总计").value == 58000
    assert [each.expenditure for each in table.amounts] == [
        None,
        "reception",
        "vehicles",
        "vehicle-operation",
        "vehicle-purchase",
    ]
    assert first(table, "（2）公务用车购置").text == "0.00"  # a printed nought is an observation, a blank is not


def test_a_table_cut_into_two_by_a_page_header_goes_on() -> None:
    half = EXPENDITURE.replace(
        "2040602|",
        "续表\n单位：万元\n\n科目编码|科目名称|合计|基本支出|||项目支出\n|||小计|人员经费|公用经费|\n2040602|",
    )
    (whole,), issues = read(half)
    (uncut,), _ = read(EXPENDITURE)
    assert issues == ()
    assert [(each.item, each.measure, each.text) for each in whole.amounts] == [
        (each.item, each.measure, each.text) for each in uncut.amounts
    ]
    assert {each.source.table for each in whole.amounts} == {1, 2}


def test_title_unit_and_office_inside_the_table() -> None:
    (table,), issues = read(
        """
2024年部门收支总表|||
部门名称:|柳河县司法局||单位: 万元
收入||支出|
项目|金额|项目|金额
一、一般公共预算|10.00|一、公共安全支出|10.00
本年收入合计|10.00|本年支出合计|10.00
"""
    )
    assert (table.kind, table.title, table.department) == (
        "income-and-expenditure",
        "2024年部门收支总表",
        "柳河县司法局",
    )
    assert (table.unit_text, table.fiscal_year) == ("万元", 2024)
    assert issues == ()


def test_the_unit_in_a_heading_counts_for_its_column() -> None:
    (table,), _ = read(
        """
2024年项目支出明细表

序号|项目名称|预算金额（元）|备注
1|人民调解以案定补|450000|延续项目
2|社区矫正监管|250000|
合计||700000|
"""
    )
    assert [(each.item, each.value) for each in table.amounts] == [
        ("人民调解以案定补", Decimal(450000)),
        ("社区矫正监管", Decimal(250000)),
        ("合计", Decimal(700000)),
    ]


def test_a_project_beside_its_functional_class_is_what_the_row_is_about() -> None:
    (table,), _ = read(
        """
2024年部门项目支出预算表
部门：柳河县教育局 单位：万元

科目编码|科目名称|项目名称|合计|一般公共预算
20502|普通教育||206.50|206.50
2050202|小学教育|校舍维修改造|120.50|120.50
2050203|初中教育|寄宿生生活补助|86.00|86.00
合计|||206.50|206.50
"""
    )
    totals = [(each.item, each.item_code, each.value) for each in table.amounts if each.measure == "合计"]
    assert totals == [
        ("普通教育", "20502", Decimal(2065000)),
        ("校舍维修改造", None, Decimal(1205000)),
        ("寄宿生生活补助", None, Decimal(860000)),
        ("合计", None, Decimal(2065000)),
    ]


def test_a_missing_unit_is_taken_from_the_table_before_and_said() -> None:
    tables, issues = read(EXPENDITURE + "\n2023年部门收入总表\n\n部门代码|部门名称|合计\n101|柳河县司法局|150.00\n")
    assert codes(issues) == ["unit-not-stated"]
    (amount,) = tables[1].amounts
    assert (amount.value, amount.confidence, amount.repairs) == (Decimal(1500000), Decimal("0.5"), ("unit-assumed",))


def test_an_empty_table_is_known_to_be_empty() -> None:
    (table,), issues = read(
        """
2023年政府性基金预算支出表
部门：柳河县司法局 单位：万元

科目编码|科目名称|合计|基本支出|项目支出
||||

说明：柳河县司法局2023年没有政府性基金预算拨款安排的支出，故本表无数据。
"""
    )
    assert (table.kind, table.amounts, table.printed_amounts) == ("government-fund", (), 0)
    assert table.empty_note == "说明：柳河县司法局2023年没有政府性基金预算拨款安排的支出，故本表无数据。"
    assert issues == ()


def test_performance_forms_and_skipped_tables_are_not_ours() -> None:
    form = "部门整体绩效目标表\n\n一级指标|二级指标|三级指标|指标值\n产出指标|数量指标|办理件数|≥100件\n"
    assert read(form) == ((), ())
    assert read_money_tables(document(EXPENDITURE), frozenset({1})) == ((), ())


def test_a_figure_beyond_every_column_is_an_issue() -> None:
    text = EXPENDITURE.replace("25.00|5.00|\n", "25.00|5.00|0.00|7.77|8.88\n")
    _, issues = read(text)
    assert "amount-without-column" in codes(issues)
    assert "8.88" in "".join(issue.message for issue in issues)
    assert_complete(document(text))


def test_two_economic_classes_of_one_row() -> None:
    (table,), issues = read(
        """
2023年一般公共预算基本支出表
单位：万元

部门预算支出经济分类科目||政府预算支出经济分类科目||本年一般公共预算基本支出||
科目编码|科目名称|科目编码|科目名称|合计|人员经费|公用经费
合计||||12.00|10.00|2.00
30101|基本工资|50101|工资奖金津补贴|10.00|10.00|
30201|办公费|50201|办公经费|2.00||2.00
"""
    )
    wage = first(table, "基本工资")
    assert (wage.item_scheme, wage.item_code) == ("economic", "30101")
    assert wage.further_codes == (("economic", "50101", "工资奖金津补贴"),)
    assert (wage.fund, wage.expenditure) == ("general-budget", "basic")
    assert issues == ()


def test_sections_of_several_units_each_add_up() -> None:
    text = """
2023年部门支出总表
单位：万元

科目编码|||单位代码|单位（科目名称）|合计|基本支出|项目支出
类|款|项|||||
||||合计|60.00|40.00|20.00
|||101|柳河县司法局|60.00|40.00|20.00
|||101001|柳河县司法局本级|50.00|30.00|20.00
204|06|01||行政运行|30.00|30.00|
204|6|2||一般行政管理事务|20.00||20.00
|||101002|柳河县公证处|10.00|10.00|
204|06|50||事业运行|10.00|10.00|
"""
    (table,), issues = read(text)
    assert issues == ()
    assert first(table, "一般行政管理事务").item_code == "2040602"
    assert [each.item_code for each in table.amounts if each.item_scheme == "unit" and each.measure == "合计"] == [
        "101",
        "101001",
        "101002",
    ]
    (_,), issues = read(text.replace("204|06|50||事业运行|10.00|10.00|", "204|06|50||事业运行|9.00|9.00|"))
    assert {issue.source.line for issue in issues if issue.source} == {11}  # 柳河县公证处 prints 10.00


def test_rows_of_projects_over_functional_and_economic_classes() -> None:
    published = read_document(TABLES / "detailed_budget.html")
    tables, issues = read_money_tables(published)
    assert {table.kind: len(table.amounts) for table in tables} == {
        "income-and-expenditure": 9,
        "basic-expenditure": 8,
        "project-expenditure": 5,
        "three-public": 6,
        "government-procurement": 2,
    }
    assert codes(issues) == ["figure-not-money"] * 2  # 数量 and 单价
    assert_complete(published)
    wages = [each for each in tables[1].amounts if each.measure == "资金来源/总计" and each.item_code]
    assert [(each.item, each.item_code, each.further_codes) for each in wages] == [
        ("行政人员支出工资", "532900210000000015001", (("functional", "2130201", "行政运行"), economic))
        for economic in (("economic", "30101", "基本工资"), ("economic", "30102", "津贴补贴"))
    ]
    assert first(tables[2], "林业草原防灾减灾").item_code == "2130234"
    assert first(tables[3], "云岭县林业和草原局").item_scheme == "unit"


def test_a_title_and_its_unit_may_share_a_line() -> None:
    text = """
表1 收入支出决算总表　单位：元

收入|决算数|支出|决算数
一、财政拨款收入|900|一、教育支出|700
二、其他收入|100|二、农林水支出|200
本年收入合计|1000|本年支出合计|900
年初结转和结余|50|年末结转和结余|140
总计|1050|总计|1040
"""
    (table,), issues = read(text)
    assert (table.kind, table.title, table.unit_text) == ("final-income-and-expenditure", "收入支出决算总表", "元")
    assert {each.side for each in table.amounts} == {"income", "expenditure"}
    assert issues == ()
