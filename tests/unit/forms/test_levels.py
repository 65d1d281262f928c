"""Labels printed once, on the wrong row or not at all, still give every row its 一级 and 二级."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.forms.levels import Printed, resolve_levels

HENAN = frozenset({"henan-department"})
COMMON = frozenset({"2015", "2021"})


def resolve(
    rows: Sequence[tuple[str | None, str | None, str]], schemes: frozenset[str]
) -> list[tuple[str | None, str | None]]:
    return [(row.level1, row.level2) for row in resolve_levels([Printed(*row) for row in rows], schemes)]


def test_labels_fill_downwards() -> None:
    rows = [
        ("产出指标", "数量指标", "甲"),
        (None, None, "乙"),
        (None, "质量指标", "丙"),
        ("效益指标", "社会效益", "丁"),
    ]
    assert resolve(rows, COMMON) == [
        ("产出指标", "数量指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益"),
    ]


def test_a_centred_label_fills_upwards_as_far_as_the_closed_list_says() -> None:
    rows = [
        (None, "工作目标管理", "年度履职目标相关性"),
        (None, None, "工作任务科学性"),
        (None, None, "预算编制完整性"),
        ("投入管理指标", "预算和财务管理", "预算执行率"),
        (None, None, "结转结余率"),
    ]
    assert resolve(rows, HENAN) == [
        ("投入管理指标", "工作目标管理"),
        ("投入管理指标", "工作目标管理"),
        ("投入管理指标", "预算和财务管理"),
        ("投入管理指标", "预算和财务管理"),
        ("投入管理指标", "预算和财务管理"),
    ]


def test_a_label_printed_too_early_waits_for_its_rows() -> None:
    rows = [
        ("投入管理指标", "预算和财务管理", "决算真实性"),
        (None, "绩效管理", "预决算信息公开性"),
        (None, None, "资产管理规范性"),
        (None, None, "绩效监控完成率"),
    ]
    assert [second for _, second in resolve(rows, HENAN)] == ["预算和财务管理"] * 3 + ["绩效管理"]


def test_the_taxonomy_places_a_first_level_printed_one_row_late() -> None:
    rows = [("产出指标", "成本指标", "甲"), (None, "经济效益", "乙"), ("效益指标", "社会效益", "丙")]
    assert [first for first, _ in resolve(rows, COMMON)] == ["产出指标", "效益指标", "效益指标"]


def test_a_new_first_level_without_a_second_ends_the_second_above() -> None:
    rows = [("效益指标", "可持续影响", "甲"), ("服务对象满意度指标", None, "乙"), (None, None, "丙")]
    assert resolve(rows, COMMON) == [
        ("效益指标", "可持续影响"),
        ("服务对象满意度指标", None),
        ("服务对象满意度指标", None),
    ]


def test_no_labels_stay_no_labels() -> None:
    assert resolve([(None, None, "甲"), (None, None, "乙")], frozenset()) == [(None, None), (None, None)]
