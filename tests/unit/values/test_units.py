"""Units: usual forms, classes, conversion."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jixiao.values.units import conversion, is_unit, unit_class, usual_unit


@pytest.mark.parametrize(
    ("printed", "usual"),
    [
        ("百分比", "%"), ("％", "%"), ("㎡", "平方米"), ("m²", "平方米"), ("平米", "平方米"), ("m3", "立方米"),
        ("km", "公里"), ("元/㎡", "元/平方米"), ("mg/L", "毫克/升"), ("（万元）", "万元"), ("人民币元", "元"),
        ("万 人", "万人"), ("比例", "比例"), ("个月", "个月"), ("场次", "场次"), ("个百分点", "个百分点"),
        ("/10万", "/10万"), ("标箱", "标箱"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_usual_forms(printed: str | None, usual: str | None) -> None:
    assert usual_unit(printed) == usual


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("%", "percent"), ("‰", "percent"), ("比例", "ratio"), ("万元", "money"), ("亿元", "money"),
        ("个工作日", "time"), ("小时", "time"), ("分", "score"), ("周岁", "age"), ("万亩", "area"), ("公里", "length"),
        ("人次", "count"),
        ("万人次", "count"), ("元/人·月", "rate"), ("台/套", "rate"), ("标箱", None), (None, None),
    ],
)  # fmt: skip
def test_classes(unit: str | None, kind: str | None) -> None:
    assert unit_class(unit) == kind


def test_cells_that_hold_a_unit() -> None:
    for text in (
        "个",
        "%",
        "百分比",
        "万元",
        "元/人·月",
        "件/套",
        "台（套）",
        "批次/千人",
        "微克/立方米",
        "人·次",
        "/10万",
        "个工作日",
    ):
        assert is_unit(text), text
    for text in ("", "/", "95", "95%", "良好", "满意度", "明显提高", "单位名称", "计量单位", "定性"):
        assert not is_unit(text), text


def test_conversion_is_exact_and_stays_within_a_measure() -> None:
    assert conversion("元", "万元") == Decimal("0.0001")
    assert conversion("亿元", "万元") == 10000
    assert conversion("万人次", "人次") == 10000
    assert conversion("小时", "分钟") == 60
    assert conversion("年", "个月") == 12
    assert conversion("比例", "%") == 100
    assert conversion("公里", "米") == 1000
    assert conversion("万吨", "吨") == 10000
    assert conversion("周", "天") == 7
    assert conversion("个", "%") is None
    assert conversion("工作日", "天") is None
    assert conversion("天", "个月") is None
