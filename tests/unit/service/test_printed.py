"""Printed rows stand in the columns they were printed in; cells are called what a record says by them."""

from __future__ import annotations

from typing import Any

from jixiao_service.pages.printed import LaidRow, lay_out, width_of


def row(line: int, text: str, places: str, place: str = "") -> dict[str, Any]:
    return {"row": f"r{line}", "line": str(line), "page": None, "place": place, "text": text, "cellPlaces": places}


def shown(rows: list[LaidRow]) -> list[list[tuple[str, int, int]]]:
    return [[(cell.text, cell.columns, cell.rows) for cell in each.cells] for each in rows]


BOXES = {
    4: ("p1[10,0,200,20]", "p1[10,0,50,40] p1[50,0,90,20] p1[90,0,150,20] p1[150,0,200,20]"),
    5: ("p1[10,20,200,40]", "p1[50,20,90,40] p1[90,20,150,40] p1[150,20,200,40]"),
    6: ("p1[10,40,200,60]", "p1[10,40,150,60] p1[150,40,200,60]"),
}
TEXTS = {4: "产出\t数量\t抽检批次\t4", 5: "质量\t准确率\t99", 6: "合计\t103"}
PDF = [row(line, TEXTS[line], cells.replace(" ", "\t"), place) for line, (place, cells) in BOXES.items()]


def test_boxes_say_which_rows_and_columns_a_cell_spans() -> None:
    laid = lay_out(PDF)
    assert shown(laid) == [
        [("产出", 1, 2), ("数量", 1, 1), ("抽检批次", 1, 1), ("4", 1, 1)],
        [("质量", 1, 1), ("准确率", 1, 1), ("99", 1, 1)],
        [("合计", 3, 1), ("103", 1, 1)],
    ]
    assert width_of(laid) == 4


def test_what_began_above_leaves_a_gap() -> None:
    assert shown(lay_out(PDF[1:]))[0] == [("", 1, 1), ("质量", 1, 1), ("准确率", 1, 1), ("99", 1, 1)]


def test_addresses_of_a_sheet_are_columns() -> None:
    laid = lay_out([row(2, "b\td", "表!B2\t表!D2"), row(3, "a\tc", "表!A3\t表!C3")])
    assert shown(laid) == [
        [("", 1, 1), ("b", 1, 1), ("", 1, 1), ("d", 1, 1)],
        [("a", 1, 1), ("", 1, 1), ("c", 1, 1)],
    ]


def test_cells_whose_place_is_not_known_stand_in_their_order() -> None:
    assert shown(lay_out([row(1, "a\t\tc", "")])) == [[("a", 1, 1), ("", 1, 1), ("c", 1, 1)]]


def test_a_cell_is_called_what_one_property_says_and_the_number_is_marked() -> None:
    said = [("label", "准确率"), ("targetText", "≥99%"), ("lowerBound", "99"), ("weight", "10"), ("score", "10")]
    printed = row(5, "准确率\t99\t10", "")
    (laid,) = lay_out([printed], frozenset({"r5"}), said)
    assert [(cell.role, cell.number) for cell in laid.cells] == [("名称", False), ("目标值", True), ("", False)]
    (plain,) = lay_out([printed], frozenset(), said)
    assert [(cell.role, cell.number) for cell in plain.cells] == [("", False)] * 3


def test_an_amount_in_yuan_is_found_in_ten_thousands_and_every_cell_with_it_is_marked() -> None:
    (laid,) = lay_out([row(1, "社会保障\t1,020.28\t1020.28\t7", "")], frozenset({"r1"}), [("amount", "10202800")])
    assert [cell.number for cell in laid.cells] == [False, True, True, False]


def test_the_cells_that_a_finding_compares_are_marked_and_no_others() -> None:
    said = [("label", "项目成本"), ("targetText", "≤120万元")]
    rows = [row(4, "年度资金总额：100.00\t其他资金\t5.00", ""), row(10, "项目成本\t≤120万元", "")]
    laid = lay_out(rows, frozenset({"r4", "r10"}), said, compared={"r4": {0}, "r10": {1}})
    assert [[cell.number for cell in each.cells] for each in laid] == [[True, False, False], [False, True]]
    unknown = lay_out(rows, frozenset({"r4", "r10"}), said, compared={})
    assert not any(cell.number for each in unknown for cell in each.cells)
