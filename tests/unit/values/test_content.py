"""Tell values from names and explanations, cell by cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jixiao.values.content import is_blank_value, is_project_code, value_likeness
from tests.conftest import READ_BY_HAND, SAMPLES

HERE = Path(__file__).parent
FOLDERS = (READ_BY_HAND, SAMPLES)
VALUES = (
    "≥95%", "100%", "每月30日前", "明显提高", "合规", "12个月", "不少于300件", "全市排名前五", "2023年12月31日前",
    "按月发放", "有效改善", "3-20 分钟", "持续提升", "≤3.2万元/座", "20天内", "逐年下降", "及时", "优", "第一名",
)  # fmt: skip
NAMES = (
    "群众满意度", "工资发放及时率", "改造面积", "单位建筑面积造价（元/平方米）", "提高大厅办事效率",
    "110联动平台运行情况", "培训人数", "每周开放时长", "年度履职目标相关性", "三公经费控制率", "检查特种设备使用单位",
    "新增学位", "第一书记工作经费", "资金使用合规性", "第1号项目", "第12号泵站", "第3标段",
)  # fmt: skip
EXPLANATIONS = (
    "1.年度履职目标是否与部门职责、工作规划和重点工作相关；2.确定的预算项目是否合理。",
    "专项资金细化率=（已细化到具体市县的资金数/部门参与分配资金总数）×100%。",
    "反映办公大楼全年维修维护情况",
    "本项目共申请预算资金90万元，其中30万元用于基建工程项目预算编制，30万元用于审计，30万元用于设计、规划和测绘工作。",
)


def test_values_look_like_values() -> None:
    assert [text for text in VALUES if value_likeness(text) < 0.7] == []


def test_names_and_explanations_do_not() -> None:
    assert [text for text in (*NAMES, *EXPLANATIONS) if value_likeness(text) >= 0.4] == []


def test_likeness_is_a_share() -> None:
    cases = [json.loads(line)["text"] for line in HERE.joinpath("targets.jsonl").read_text("utf-8").splitlines()]
    assert all(0 <= value_likeness(text) <= 1 for text in (*cases, *VALUES, *NAMES, "\0", "（" * 99, "9" * 999))


@pytest.mark.parametrize(
    "text",
    ["", "  ", "/", "-", "—", "－－", "……", "...", "★", "≥**%", "**人", "**月**日前", "xxx", "≥XX%", "20XX年",
     "20××年××月", "≥ %", "》 元/亩", "（ ）%", "____", "指标1：", "不适用", "N/A", "（请填写）"],
)  # fmt: skip
def test_blank_values(text: str) -> None:
    assert is_blank_value(text)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "无",
        "是",
        "√",
        "优",
        "≥95%",
        "**100%**",
        "★≥95%",
        "7×24小时",
        "种植面积（≥**亩）",
        "A级",
        "1",
        "个别",
        "不低于上年",
    ],
)
def test_what_is_no_blank(text: str) -> None:
    assert not is_blank_value(text)


def test_cells_of_one_sort() -> None:
    assert all(map(is_project_code, ("410308230000000020350", "4107 8124 0000 0000 0012", "146001-230001")))
    assert not any(map(is_project_code, ("2023", "12345678", "410308", "一般项目")))


def test_rows_read_by_hand_are_told_apart() -> None:
    names, values = set(), set()
    for path in sorted(path for folder in FOLDERS for path in folder.glob("*.indicators.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            names.add(row["level3"])
            values |= {row["target_text"]} - {None}
    assert sum(value_likeness(name) >= 0.4 for name in names) <= 0.03 * len(names)
    assert sum(value_likeness(value) < 0.5 for value in values) <= 0.03 * len(values)
