"""A finding says which printed cells it compares: those, and no row or cell beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.reading import read_upload

FORM = """2026年度项目支出绩效目标表

项目名称\t城区道路维护\t部门名称\t测试县住房和城乡建设局
{funds}
年度目标\t完成城区道路维护，改善出行条件。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t维护道路长度\t≥12公里
\t质量指标\t验收合格率\t≥120%
\t时效指标\t完成时间\t2026年12月底前
\t成本指标\t道路成本\t≤90万元
\t\t桥梁成本\t≤30万元
效益指标\t社会效益指标\t出行条件\t改善
满意度指标\t服务对象满意度指标\t群众满意度\t≥95%
测试县住房和城乡建设局
"""
LAID = {
    "in one row": "项目资金（万元）\t年度资金总额：100.00\t其中：财政拨款\t90.00\t其他资金\t5.00",
    "in rows": "项目资金（万元）\t年度资金总额\t100.00\n\t其中：财政拨款\t90.00\n\t其他资金\t5.00",
}


@pytest.mark.parametrize("laid", LAID)
def test_a_finding_names_the_cells_it_compares(laid: str) -> None:
    reading = read_upload(FORM.format(funds=LAID[laid]).encode(), "稿.txt")
    printed = {}
    for finding in reading.findings:
        rows = {source.line: source.text.split("\t") for source in finding.evidence}
        places = [map(int, cell.split("/")) for cell in finding.compared]
        printed[finding.rule] = [rows[line][place - 1] for line, place in places]
        assert {int(cell.partition("/")[0]) for cell in finding.compared} == set(rows)  # no row that is not compared
    assert [each.rpartition("：")[2] for each in printed.pop("R202")] == ["≤90万元", "≤30万元", "100.00"]
    assert [each.rpartition("：")[2] for each in printed.pop("R203")] == ["100.00", "90.00", "5.00"]
    assert printed == {"R302": ["≥120%"], "R304": ["改善"]}


def test_the_published_cost_above_its_funds_rests_on_one_row() -> None:
    """The project is named in other tables too, which say nothing of what is compared."""
    path = Path(__file__).resolve().parents[3] / "data" / "001_f4d0f210b1239352.txt"
    (found,) = [each for each in read_upload(path.read_bytes(), path.name).findings if each.rule == "R202"]
    (row,) = found.evidence
    cells = row.text.split("\t")
    assert {cells[int(each.partition("/")[2]) - 1] for each in found.compared} == {"963.37", "963.38万元"}
