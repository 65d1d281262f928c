"""The money tables of the five published documents: every printed amount is lifted, every total as printed."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.accounts import count_printed_amounts, read_money_tables
from jixiao.accounts.reading import NOT_LIFTED
from jixiao.documents.reading import read_document
from jixiao.model import Document, Issue, MoneyTable

DATA = Path(__file__).parents[3] / "data"
FIGURE = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+\.\d+")

# kind: amounts, read against the documents row by row
TABLES = {
    "000": {
        "income-and-expenditure": 10,
        "income": 12,
        "expenditure": 27,
        "fiscal-appropriation": 19,
        "general-budget-expenditure": 27,
        "basic-expenditure": 33,
        "economic-classification": 54,
        "three-public": 0,
        "government-fund": 0,
        "state-capital": 0,
        "project-expenditure": 8,
    },
    "001": {
        "income-and-expenditure": 14,
        "income": 21,
        "expenditure": 41,
        "fiscal-appropriation": 31,
        "general-budget-expenditure": 33,
        "basic-expenditure": 31,
        "three-public": 0,
        "government-fund": 9,
        "project-expenditure": 30,
    },
    "002": {"expenditure": 39, "fiscal-appropriation": 21, "general-budget-expenditure": 39, "three-public": 2},
    "003": {
        "final-income-and-expenditure": 42,
        "final-income": 126,
        "final-expenditure": 108,
        "final-fiscal-appropriation": 125,
        "final-general-budget-expenditure": 54,
        "final-basic-expenditure": 83,
        "final-government-fund": 0,
        "final-state-capital": 0,
        "final-three-public": 12,
    },
    "004": {
        "income-and-expenditure": 10,
        "expenditure": 39,
        "fiscal-appropriation": 22,
        "general-budget-expenditure": 39,
        "basic-expenditure": 29,
        "three-public": 0,
        "government-fund": 0,
        "project-expenditure": 16,
    },
}


# first and last line of each table, read in the documents; bare whole numbers there are codes and 行次, but for these
LINES = {
    "000": "176-211 219-224 232-239 247-283 291-298 306-323 331-350 358-359 371-374 386-389 399-404",
    "001": "169-205 213-218 222-235 243-278 286-296 308-324 336-337 349-354 364-378",
    "002": "160-170 178-212 220-230 238-245",
    "003": "103-137 152-172 185-206 219-254 268-288 301-332 345-348 363-366 381-385",
    "004": "194-228 236-248 256-291 299-311 321-336 346-347 359-362 372-381",
}
WHOLE = {("001", 234): 2}


@pytest.fixture(scope="module", params=sorted(TABLES))
def published(request: pytest.FixtureRequest) -> tuple[str, Document, tuple[MoneyTable, ...], tuple[Issue, ...]]:
    (path,) = DATA.glob(f"{request.param}_*.txt")
    document = read_document(path)
    return (request.param, document, *read_money_tables(document))


Published = tuple[str, Document, tuple[MoneyTable, ...], tuple[Issue, ...]]


def test_every_table_is_recognised_in_order_with_its_amounts(published: Published) -> None:
    number, _, tables, _ = published
    assert {table.kind: len(table.amounts) for table in tables} == TABLES[number]
    assert [table.kind for table in tables] == list(TABLES[number])


def test_printed_amounts_are_observations_or_issues(published: Published) -> None:
    _, document, tables, issues = published
    for table in tables:
        named = sum(
            issue.code in NOT_LIFTED and issue.source.table == table.source.table for issue in issues if issue.source
        )
        (printed,) = [each for each in document.tables if each.index == table.source.table]
        assert count_printed_amounts(printed.rows) == table.printed_amounts == len(table.amounts) + named


def test_every_figure_of_the_raw_lines_is_an_observation_or_an_issue(published: Published) -> None:
    """Counted in the file itself, by lines and a pattern: nothing of the reader takes part."""
    number, document, tables, issues = published
    raw = (DATA / document.name).read_text("utf-8").split("\n")
    spans = [tuple(map(int, span.split("-"))) for span in LINES[number].split()]
    assert len(spans) == len(tables)
    for table, (start, end) in zip(tables, spans, strict=True):
        assert not re.search(r"\d\.\d", raw[start - 2] + raw[end]), "the span is too short"
        lifted = Counter(amount.source.line for amount in table.amounts)
        told = Counter(issue.source.line for issue in issues if issue.source and issue.code in NOT_LIFTED)
        for line in range(start, end + 1):
            cells = re.split(r"<[^>]*>|\t", raw[line - 1])
            printed = [cell for cell in cells if re.fullmatch(r"\s*-?[\d,]+\.\d+\s*", cell)]
            whole = WHOLE.get((number, line), 0)
            assert len(printed) + whole == lifted[line] + told[line], (table.title, line, raw[line - 1])
            if "合计" in raw[line - 1] or "总计" in raw[line - 1]:
                texts = [amount.text for amount in table.amounts if amount.source.line == line]
                assert Counter(texts) == Counter(map(str.strip, printed)), raw[line - 1]
        assert set(lifted) <= set(range(start, end + 1))


def test_each_row_gives_exactly_the_figures_it_prints(published: Published) -> None:
    """The figures of each row are found by a pattern that knows nothing of columns; 合计 rows are among them."""
    _, document, tables, _ = published
    for table in tables:
        (printed,) = [each for each in document.tables if each.index == table.source.table]
        lifted: dict[int, Counter[str]] = {}
        for amount in table.amounts:
            lifted.setdefault(amount.source.line, Counter())[amount.text] += 1
        decimals = {
            line: Counter({text: n for text, n in found.items() if FIGURE.fullmatch(text)})
            for line, found in lifted.items()
        }
        for row in printed.rows:
            figures = Counter(cell.text for cell in row.cells if FIGURE.fullmatch(cell.text))
            assert decimals.get(row.place.line, Counter()) == figures, row.text


def test_totals_are_lifted_as_printed_and_add_up(published: Published) -> None:
    _, _, tables, issues = published
    for table in tables:
        if table.amounts:
            assert any(amount.is_total for amount in table.amounts) or table.kind == "final-three-public"
    assert [issue for issue in issues if issue.code == "total-does-not-add"] == []
    assert [issue.message for issue in issues if issue.level == "error"] == []


def test_title_unit_department_and_year_are_known(published: Published) -> None:
    _, _, tables, _ = published
    for table in tables:
        assert table.unit_text == "万元"
        assert table.fiscal_year in (2021, 2022, 2023, 2024)
        assert table.department and table.department.endswith(("局", "中心"))
        assert table.title.endswith("表")


def test_empty_tables_are_known_to_be_empty(published: Published) -> None:
    _, _, tables, _ = published
    for table in tables:
        if not table.amounts:
            assert table.empty_note and "无数据" in table.empty_note


def amounts(published_number: str, kind: str, code: str | None = None, item: str | None = None) -> dict[str, str]:
    (path,) = DATA.glob(f"{published_number}_*.txt")
    tables, _ = read_money_tables(read_document(path))
    (table,) = [each for each in tables if each.kind == kind]
    rows = [each for each in table.amounts if (each.item_code == code if code else each.item == item)]
    return {each.measure: each.text for each in rows}


def test_a_header_whose_third_row_slid_four_columns_is_understood() -> None:
    assert amounts("000", "expenditure", item="合计") == {
        "合计": "911.44",
        "基本支出/小计": "805.48",
        "基本支出/人员经费/工资福利支出": "557.05",
        "基本支出/人员经费/对个人和家庭的补助": "8.67",
        "基本支出/公用经费/商品和服务支出": "239.76",
        "项目支出/小计": "105.96",
        "项目支出/其他运转类": "105.96",
    }
    assert amounts("000", "expenditure", code="2010301")["合计"] == "842.210"


def test_a_lost_cell_is_put_right_by_the_sums_and_a_lost_heading_by_another_table() -> None:
    assert amounts("001", "government-fund", code="2320498") == {
        "合计": "860.00",
        "项目支出/小计": "860.00",
        "项目支出/特定目标类": "860.00",
    }


def test_a_label_in_two_cells_moves_the_other_half_of_its_row_along() -> None:
    assert amounts("002", "fiscal-appropriation", item="一般公共预算/小计") == {"收入/金额": "590.09"}
    assert amounts("002", "fiscal-appropriation", item="一、一般公共服务") == {
        "支出/合计": "501.38",
        "支出/本年支出小计/一般公共预算/小计": "501.38",
        "支出/本年支出小计/一般公共预算/财政拨款": "501.38",
    }


def test_labels_that_slid_into_the_other_half_name_their_own_figures() -> None:
    assert amounts("003", "final-fiscal-appropriation", item="本年收入合计") == {"收入/决算数": "583.63"}
    assert amounts("003", "final-fiscal-appropriation", item="年初财政拨款结转和结余") == {"收入/决算数": "0.00"}


def test_projects_carry_their_name_category_and_unit() -> None:
    (path,) = DATA.glob("001_*.txt")
    tables, _ = read_money_tables(read_document(path))
    (table,) = [each for each in tables if each.kind == "project-expenditure"]
    projects = {each.item: each for each in table.amounts if each.item_scheme == "project" and each.measure == "合计"}
    assert len(projects) == 11
    assert {each.category for each in projects.values()} == {"其他运转类", "特定目标类"}
    one = projects["上年结转（新财预[2021]254号）卫辉市群众文化综合体灾后重"]
    assert (one.category, one.text, one.value) == ("特定目标类", "536.63", Decimal(5366300))
    carried = [each for each in table.amounts if each.item == one.item and each.fund]
    assert [(each.fund, each.measure) for each in carried] == [
        ("carry-over-government-fund", "财政拨款结转结余/政府性基金预算")
    ]


def test_a_note_that_contradicts_its_table_is_kept() -> None:
    (path,) = DATA.glob("001_*.txt")
    tables, _ = read_money_tables(read_document(path))
    (table,) = [each for each in tables if each.kind == "government-fund"]
    assert table.amounts and table.empty_note and "故此表无数据" in table.empty_note
