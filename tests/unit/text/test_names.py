"""Names: line wraps, item prefixes, names cut at a field's length."""

from __future__ import annotations

import json

import pytest

from jixiao.text.names import is_cut_of, join_wraps, strip_item_prefix
from tests.conftest import READ_BY_HAND, SAMPLES

FOLDERS = (READ_BY_HAND, SAMPLES)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("工资及社保的人均支出成 本每月控制", "工资及社保的人均支出成本每月控制"),
        ("全年支出控制 在", "全年支出控制在"),
        ("提升工作人员服务质量,优 化营商环境", "提升工作人员服务质量,优化营商环境"),
        ("“互联网+监管” “规范化、标准化", "“互联网+监管”“规范化、标准化"),
        ("维修维护 （含人工） 费用", "维修维护（含人工）费用"),
        ("环卫作业机械化水\n平", "环卫作业机械化水平"),
        ("完成率\r\n≥95%", "完成率≥95%"),
        ("12\n个月", "12个月"),
        ("110 联动和网民诉求", "110 联动和网民诉求"),
        ("≤60 万元", "≤60 万元"),
        ("1-10 名", "1-10 名"),
        ("IT 设备", "IT 设备"),
        ("指标 1: 管护公厕", "指标 1: 管护公厕"),
        ("Open  Data\nPortal", "Open Data Portal"),
        ("　前后　", "前后"),
        ("", ""),
    ],
)
def test_wraps_are_joined_and_typographic_blanks_stay(text: str, joined: str) -> None:
    assert join_wraps(text) == joined


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("指标 1: 行政审批", "行政审批"),
        ("指标1：淘汰老旧柴油货车", "淘汰老旧柴油货车"),
        ("指标 2 72 场次", "72 场次"),
        ("指标①培训", "培训"),
        ("指标一、培训人数", "培训人数"),
        ("三级指标1：培训人数", "培训人数"),
        ("指标1：", ""),
        ("指标12345热线接通率", "指标12345热线接通率"),
        ("指标1000件", "指标1000件"),
        ("绩效指标合理性", "绩效指标合理性"),
        ("1.培训人数", "1.培训人数"),
    ],
)
def test_item_prefixes(text: str, name: str) -> None:
    assert strip_item_prefix(text) == name


def test_cut_names() -> None:
    whole = "卫生服务中心（一期）综合楼改造工程"
    assert is_cut_of("卫生服务中心(一期)综合楼", whole)
    assert not is_cut_of("卫生服务", whole)  # too short to tell
    assert not is_cut_of(whole, whole)
    assert not is_cut_of("社区服务中心（一期）", whole)


def test_names_read_by_hand_agree() -> None:
    rows = [
        json.loads(line)
        for folder in FOLDERS
        for path in sorted(folder.glob("*.indicators.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    printed = {(row["raw3"], row["level3"]) for row in rows if row.get("raw3")}
    assert len(printed) > 200
    assert [pair for pair in sorted(printed) if join_wraps(strip_item_prefix(pair[0])) != pair[1]] == []
