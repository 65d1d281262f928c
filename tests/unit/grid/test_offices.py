"""Whose a document is: every witness votes, spellings of one office together."""

from __future__ import annotations

import pytest

from jixiao.documents import read_bytes
from jixiao.grid import read_forms
from jixiao.model import Cell, Document, Paragraph, Place, Row, Table


def sheet(rows: list[tuple[str, ...]]) -> Document:
    table = Table(
        1,
        tuple(
            Row(tuple(Cell(text, column) for column, text in enumerate(cells)), Place(line))
            for line, cells in enumerate(rows, start=1)
        ),
        merged=True,
    )
    return Document("a.xlsx", "0", "xlsx", (Paragraph("", Place(1)), table))


def test_the_fullest_official_name_wins_and_the_others_are_aliases() -> None:
    text = """审计局
2022年度部门决算

审计局2022年收入总计10万元。

部门名称：海东市乐都区审计局
部门名称：海东市乐都区审计局
"""
    office = read_forms(read_bytes("a.txt", text.encode())).office
    assert (office.name, office.aliases) == ("海东市乐都区审计局", ("审计局",))


def test_a_misprinted_name_printed_once_does_not_win() -> None:
    text = (
        "洪湖县政务服务中心2023年度部门决算\n\n"
        + "部门名称：洪湖县政务服务中心\n\n" * 3
        + "主管部门：洪湖县政府服务中心\n"
    )
    office = read_forms(read_bytes("a.txt", text.encode())).office
    assert (office.name, office.aliases) == ("洪湖县政务服务中心", ("洪湖县政府服务中心",))


def test_a_single_form_takes_its_department_from_the_supervising_office() -> None:
    rows = [
        ("项目支出绩效目标申报表",),
        ("（2025年度）",),
        ("项目名称", "古籍修复"),
        ("主管部门", "南浦市文化和旅游局", "实施单位", "南浦市图书馆"),
    ]
    assert read_forms(sheet(rows)).office.name == "南浦市文化和旅游局"


@pytest.mark.parametrize(
    ("title", "above", "unit", "department"),
    [
        ("南浦市图书馆2025年项目支出绩效目标申报表", "南浦市文化和旅游局", "", "南浦市图书馆"),
        ("项目支出绩效目标申报表", "[361]市医疗保障局", "南浦县医疗保障局", "南浦县医疗保障局"),
        ("南浦市第一中学改造项目绩效目标申报表", "南浦市住建局", "南浦市住建局", "南浦市住建局"),
    ],
)
def test_the_office_below_the_supervising_one(title: str, above: str, unit: str, department: str) -> None:
    rows = [(title,), ("（2025年度）",), ("项目名称", "古籍修复"), ("主管部门", above)]
    if unit:
        rows.append(("项目实施单位", unit))
    assert read_forms(sheet(rows)).office.name == department


def test_a_column_of_unit_names_with_codes() -> None:
    rows = [
        ("部门预算项目绩效目标申报表（2024年度）",),
        ("单位名称", "项目名称", "预算数"),
        ("330-南浦市部门", "", "9"),
        ("330001-南浦市民政局", "养老补助", "9"),
    ]
    assert read_forms(sheet(rows)).office.name == "南浦市民政局"


@pytest.mark.parametrize(
    ("text", "office"),
    [
        (
            "关于公开2021年度教育专项绩效目标的公示\n\n发布时间：2021-03-05 来源：江澜省教育厅 点击数：3\n",
            "江澜省教育厅",
        ),
        (
            "南浦市财政局关于批复市林业局2023年度目标的通知\n\n项目名称\t封山育林\n主管部门\t南浦市林业局\n",
            "南浦市林业局",
        ),
        ("项目绩效目标表\n\n下达单位：南浦市财政局、南浦市林业局\n\n项目名称\t封山育林\n", "南浦市林业局"),
        ("绩效目标表\n\n编制单位：南浦市生态环境局（市环保局）\n\n项目名称\t水质监测\n", "南浦市生态环境局"),
        (
            "南浦市教育局直属单位项目绩效目标公开\n\n公开单位：南浦市实验幼儿园\n\n项目名称\t园舍改造\n",
            "南浦市实验幼儿园",
        ),
        ("会议于上午召开。", None),
    ],
)
def test_the_office_of_a_text(text: str, office: str | None) -> None:
    assert read_forms(read_bytes("a.txt", text.encode())).office.name == office
