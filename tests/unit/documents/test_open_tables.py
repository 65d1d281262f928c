"""Tables of PDF files that lines do not part: three rules, rules between rows or columns, bands of colour, nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Table
from jixiao.reading import Reading
from tests.makers.examples import APPLICATION, SELF_EVALUATION, register
from tests.makers.forms import Form, form
from tests.makers.grids import only_table, rows, texts
from tests.makers.pdf import Layout, make_pdf

RULINGS = ["none", "rows", "columns", "three", "bands"]
WRAPPED = form(
    ["项目名称", "一级指标", "二级指标", "三级指标", "指标值", "分值"],
    [
        ("城区老旧小区雨污分流管网改造", 1, 3),
        ("产出指标", 1, 2),
        "数量指标",
        "改造老旧小区雨污分流管网长度（含支管）",
        "≥18.6公里",
        "20",
    ],
    ["质量指标", "工程一次性验收合格率", "100%", "20"],
    ["效益指标", "社会效益指标", "污水外溢点减少的数量占整治前全部外溢点数量的比重", "≥90%", "50"],
    titles=["项目支出绩效目标表"],
    notes=["注：本表随预算一并批复。"],
)


def _places(form: Form) -> list[tuple[str, int, int]]:
    return sorted((spot.text, spot.row, spot.column) for spot in form.cells if spot.text)


def _read(table: Table) -> list[tuple[str, int, int]]:
    cells = ((cell.text, index, cell.column) for index, row in enumerate(table.rows) for cell in row.cells)
    return sorted(cell for cell in cells if cell[0])


@pytest.mark.parametrize("at_top", [False, True])
@pytest.mark.parametrize("ruling", RULINGS)
@pytest.mark.parametrize("printed", [APPLICATION, WRAPPED, register(12)], ids=["application", "wrapped", "register"])
def test_every_text_stands_in_its_row_and_column(printed: Form, ruling: str, at_top: bool) -> None:
    document = read_bytes("a.pdf", make_pdf([printed], Layout(ruling=ruling, at_top=at_top, width=700)))
    assert _read(only_table(document)) == _places(printed)
    assert texts(document) == [*printed.titles, *printed.notes]


@pytest.mark.parametrize("ruling", RULINGS)
def test_centred_labels_span_the_rows_they_stand_in_the_middle_of(ruling: str) -> None:
    table = only_table(read_bytes("a.pdf", make_pdf([WRAPPED], Layout(ruling=ruling, width=700))))
    spans = {cell.text: cell.rowspan for row in table.rows for cell in row.cells if cell.rowspan > 1}
    assert spans == {"城区老旧小区雨污分流管网改造": 3, "产出指标": 2}
    assert not table.doubt


@pytest.mark.parametrize("at_top", [False, True])
def test_wrapped_texts_of_rows_without_space_between_them_are_told_by_their_width(at_top: bool) -> None:
    names = [
        "维护桥梁数量",
        "桥梁维护工程质量一次性验收合格率达到标准",
        "受益群众满意度",
        "新建农村公路里程（含连接线）",
    ]
    body = [[str(number), name, "数量指标", f"≥{number}5%"] for number, name in enumerate(names * 2, start=1)]
    tight = form(["序号", "三级指标", "二级指标", "指标值"], *body)
    layout = Layout(ruling="none", at_top=at_top, padding=0, width=560)
    assert _read(only_table(read_bytes("a.pdf", make_pdf([tight], layout)))) == _places(tight)


@pytest.mark.parametrize("ruling", ["none", "rows", "bands"])
def test_a_table_goes_on_over_pages(ruling: str) -> None:
    long = register(70)
    table = only_table(read_bytes("a.pdf", make_pdf([long], Layout(ruling=ruling, page_numbers=True))))
    found = {text for row in rows(table) for text in row}
    assert {spot.text for spot in long.cells} == found - {""}
    assert len(table.rows) == long.height
    assert len(table.breaks) == 2


def test_rows_of_a_table_that_are_not_sure_are_doubted() -> None:
    odd = form(
        ["项目名称", "一级指标", "二级指标", "三级指标", "指标值"],
        ["河道保洁", "产出指标", "数量指标", "保洁河道长度", "≥86公里"],
        ["", "", "质量指标", "保洁合格率", "≥95%"],
        ["", "效益指标", "生态效益指标", "水体环境", "持续改善"],
        titles=["项目支出绩效目标表"],
    )
    data = make_pdf([odd], Layout(ruling="none"))
    sure = Reading(read_bytes("a.pdf", data))
    document = sure.document
    table = only_table(document)
    doubtful = Reading(
        replace(document, blocks=tuple(replace(b, doubt="guessed-grid") if b is table else b for b in document.blocks))
    )
    for reading, least in ((sure, True), (doubtful, False)):
        found = [row for each in reading.records.forms for plan in each.plans for row in plan.indicators]
        assert len(found) == 3
        assert all((row.confidence >= 0.9) is least for row in found)
    assert all("guessed-grid" in row.repairs for row in found)


def test_running_text_contents_and_signatures_are_no_tables() -> None:
    contents = [f"{number}、部门概况及收支说明第{number}部分……………………    {number}" for number in range(1, 9)]
    signed = ["填表人：张三        联系电话：        填报日期：2024年3月1日"]
    prose = [
        "本部门坚持以人民为中心，全面实施预算绩效管理，年度各项目标任务均已完成，资金使用规范，群众满意度较高。"
    ] * 6
    printed = form(["名称", "数量", "单位"], titles=[*contents, *prose, *signed])
    document = read_bytes("a.pdf", make_pdf([printed], Layout()))
    assert [table.index for table in document.tables] == [1]


def test_a_head_with_lines_over_rows_without_them_is_one_table() -> None:
    data = make_pdf([SELF_EVALUATION], Layout(ruling="three", head_row=3, width=900))
    assert _read(only_table(read_bytes("a.pdf", data))) == _places(SELF_EVALUATION)
