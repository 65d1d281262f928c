"""Layouts of offices that no rule was written for: 元, split headers, codes printed once, blanks, brackets, lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.accounts import count_printed_amounts, read_money_tables
from jixiao.accounts.reading import NOT_LIFTED
from jixiao.documents.reading import read_bytes, read_document
from jixiao.model import Amount, Document, MoneyTable
from tests.makers.files import make_xlsx
from tests.makers.forms import form

TABLES = Path(__file__).parent / "tables"

# kind: printed amounts of money, counted by eye
PAPERS = {
    "bureau_in_yuan": [
        ("income-and-expenditure", 21),
        ("income", 15),
        ("expenditure", 39),
        ("three-public", 15),
        ("project-expenditure", 21),
        ("government-fund", 0),
    ],
    "district_final_accounts": [
        ("final-income-and-expenditure", 40),
        ("final-expenditure", 26),
        ("final-general-budget-expenditure", 40),
        ("final-basic-expenditure", 12),
        ("final-state-capital", 9),
        ("final-three-public", 27),
    ],
    "codes_under_codes": [
        ("expenditure", 16),
        ("basic-expenditure", 19),
        ("economic-classification", 16),
        ("state-capital", 0),
        ("project-expenditure", 12),
    ],
    "budget_by_funds": [
        ("income-and-expenditure", 18),
        ("three-public", 7),
        ("government-fund", 8),
        ("general-budget-expenditure", 31),
    ],
    "mixed_layouts": [
        ("final-income-and-expenditure", 12),
        ("project-expenditure", 27),
        ("government-fund", 12),
        ("three-public", 12),
        ("income-and-expenditure", 12),
        ("government-procurement", 6),
    ],
}


def read(name: str) -> tuple[MoneyTable, ...]:
    return read_money_tables(read_document(TABLES / f"{name}.txt"))[0]


def table(name: str, kind: str) -> MoneyTable:
    (found,) = [each for each in read(name) if each.kind == kind]
    return found


def row(table: MoneyTable, item: str, side: str | None = None) -> dict[str, str]:
    return {each.measure: each.text for each in table.amounts if each.item == item and each.side == side}


def first(table: MoneyTable, item: str) -> Amount:
    return next(each for each in table.amounts if each.item == item)


@pytest.mark.parametrize("name", PAPERS)
def test_every_table_is_known_and_nothing_is_lost_or_suspected(name: str) -> None:
    document = read_document(TABLES / f"{name}.txt")
    tables, issues = read_money_tables(document)
    assert [(each.kind, len(each.amounts)) for each in tables] == PAPERS[name]
    assert {issue.code for issue in issues} <= {"figure-not-money"}
    assert_complete(document, tables)
    for each in tables:
        assert not each.amounts or not [one for one in each.amounts if not one.item]
        assert bool(each.empty_note) == (not each.amounts), each.title


def assert_complete(document: Document, tables: tuple[MoneyTable, ...]) -> None:
    _, issues = read_money_tables(document)
    for each in tables:
        named = [issue for issue in issues if issue.code in NOT_LIFTED and issue.source]
        mine = [issue for issue in named if issue.source and issue.source.table == each.source.table]
        (printed,) = [one for one in document.tables if one.index == each.source.table]
        assert count_printed_amounts(printed.rows) == len(each.amounts) + len(mine), each.title


@pytest.mark.parametrize("name", PAPERS)
def test_a_spreadsheet_of_the_same_tables_gives_the_same_amounts(name: str) -> None:
    """The sheet states no merged cells: a heading stands in the first of its columns, blanks beside it."""
    lines = (TABLES / f"{name}.txt").read_text("utf-8").split("\n")
    again, _ = read_money_tables(read_bytes("表.xlsx", make_xlsx([form(*(line.split("\t") for line in lines))])))
    assert [said(each) for each in again] == [said(each) for each in read(name)]


def said(table: MoneyTable) -> tuple[object, ...]:
    amounts = [(each.item_code, each.item, each.measure, each.value, each.fund) for each in table.amounts]
    return table.kind, table.unit_text, table.department, amounts


def test_two_classifications_of_expenditure_stand_beside_the_income() -> None:
    whole = table("bureau_in_yuan", "income-and-expenditure")
    assert row(whole, "支出总计", "expenditure") == {
        "支出（按功能分类）/预算数": "13,845,678.90",
        "支出（按经济分类）/预算数": "13,845,678.90",
    }
    assert [first(whole, item).fund for item in ("其中：经费拨款", "非税收入拨款", "五、上年结转结余")] == [
        "general-budget",
        "general-budget",
        "carry-over",
    ]
    assert first(whole, "（一）工资福利支出").expenditure == "wages"


def test_classes_printed_once_hold_for_the_rows_below() -> None:
    spent = table("bureau_in_yuan", "expenditure")
    assert [first(spent, item).item_code for item in ("水利", "水利工程建设", "行政单位医疗")] == [
        "21303",
        "2130305",
        "2101101",
    ]
    assert first(spent, "水利").repairs == ("code-filled",)
    basic = table("codes_under_codes", "basic-expenditure")
    assert [(first(basic, item).item_scheme, first(basic, item).item_code) for item in ("津贴补贴", "退休费")] == [
        ("economic", "30102"),
        ("economic", "30302"),
    ]


def test_a_split_appropriation_with_its_subtotal_last() -> None:
    projects = table("bureau_in_yuan", "project-expenditure")
    assert row(projects, "小型水库除险加固") == {
        "资金来源/总计": "3,500,000.00",
        "资金来源/财政拨款/本年拨款": "2,000,000.00",
        "资金来源/财政拨款/上年结转": "1,500,000.00",
        "资金来源/财政拨款/小计": "3,500,000.00",
    }
    assert first(projects, "河道治理").item_code == "51082225T000012345679"
    assert first(projects, "特定目标类小计").is_total


def test_negatives_and_rates_in_brackets() -> None:
    public = table("bureau_in_yuan", "three-public")
    assert [each.value for each in public.amounts if each.measure == "增减额"] == [-30000, 0, -10000, -20000, -20000]


def test_budget_adjusted_and_final_stand_beside_each_other() -> None:
    whole = table("district_final_accounts", "final-income-and-expenditure")
    assert row(whole, "五、教育支出", "expenditure") == {
        "支出/年初预算数": "1,000.00",
        "支出/全年预算数": "1,100.00",
        "支出/决算数": "1,098.75",
    }
    assert first(whole, "六、事业收入").fund == "business-income"


def test_programmes_over_projects_with_their_classes() -> None:
    projects = table("codes_under_codes", "project-expenditure")
    one = first(projects, "林下经济示范")
    assert (one.item_code, one.unit_name) == ("622924230000000000103", "华亭县国有林场")
    assert one.further_codes == (("functional", "2130221", "产业化管理"), ("economic", "50502", "商品和服务支出"))
    assert first(projects, "林业产业").item_code is None


def test_a_note_above_an_empty_table_is_its_note() -> None:
    assert table("codes_under_codes", "state-capital").empty_note == "本部门无国有资本经营预算，此表为空表。"


def test_the_first_words_are_the_label_where_no_heading_is_known() -> None:
    assert row(table("mixed_layouts", "project-expenditure"), "食品安全抽检")["2023年预算"] == "150.00"
    assert first(table("mixed_layouts", "government-fund"), "合计").is_total


def test_a_total_that_does_not_add_up_over_programmes_is_said() -> None:
    text = (TABLES / "codes_under_codes.txt").read_text("utf-8").replace("\t600,000\t600,000", "\t610,000\t600,000")
    tables, issues = read_money_tables(read_bytes("表.txt", text.encode()))
    said = [issue for issue in issues if issue.code in ("total-does-not-add", "total-contradicts-parts")]
    assert [issue.source.line for issue in said if issue.source] == [61, 59]  # across the row, and its programme
    assert "610000" in said[0].message and "1510000" in said[1].message
    assert row(tables[-1], "森林抚育")["金额合计"] == "610,000"


def test_expenditure_split_by_funds_beside_the_income() -> None:
    whole = table("budget_by_funds", "income-and-expenditure")
    assert row(whole, "4. 灾害防治及应急管理支出", "expenditure") == {
        "本年支出/预算数（合计）": "100,000,000",
        "本年支出/财政拨款": "99,000,000",
        "本年支出/其他资金": "1,000,000",
    }
    assert first(whole, "三、其他收入").fund == "other-income"
    assert first(table("budget_by_funds", "general-budget-expenditure"), "住房公积金").fund == "general-budget"
