"""Regions of printed names: GB/T 2260 divisions, functional zones, towns, and what no list has."""

from __future__ import annotations

import pytest

from jixiao.linking.regions import find_region, region_name, region_of_code


@pytest.mark.parametrize(
    ("printed", "code", "kind"),
    [
        ("北京市朝阳区", "110105", "county"),
        ("江苏省南京市鼓楼区", "320106", "county"),
        ("浦东新区", "310115", "county"),
        ("济源市", "419001", "county"),
        ("恩施土家族苗族自治州", "422800", "prefecture"),
        ("四川省", "510000", "province"),
        ("西安经济技术开发区", "610100", "zone"),
        ("成都天府新区", "510100", "zone"),
        ("兰考县产业集聚区", "410225", "zone"),
        ("苏州工业园区", "320500", "zone"),
        ("黔东南州", "522600", "prefecture"),
        ("黄南州河南县", "632324", "county"),
        ("本溪县", "210521", "county"),
        ("遵义县", "520304", "county"),
        ("那曲地区嘉黎县", "540621", "county"),
        ("广州市越秀区北京街道", "440104", "town"),
        ("白塘镇", None, "town"),
        ("青禾市", None, "prefecture"),
        ("澜洲高新区", None, "zone"),
    ],
)
def test_a_printed_region(printed: str, code: str | None, kind: str) -> None:
    region = find_region(printed)
    assert region is not None
    assert (region.code, region.kind, region.name) == (code, kind, printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("洛阳高新技术产业开发区", "洛阳市高新区"),
        ("郑州航空港经济综合实验区", "郑州市航空港区"),
        ("江苏省南京市鼓楼区", "南京市鼓楼区"),
        ("某市临江区", "临江区"),
    ],
)
def test_every_spelling_has_one_key(one: str, other: str) -> None:
    first, second = find_region(one), find_region(other)
    assert first and second and first.key == second.key


def test_a_name_of_several_divisions_needs_a_hint() -> None:
    alone, hinted = find_region("鼓楼区"), find_region("鼓楼区", ["350102"])
    assert alone and alone.code is None
    assert hinted and hinted.code == "350102"


def test_no_region() -> None:
    assert find_region("") is None


def test_region_of_a_project_code() -> None:
    assert region_of_code("510104240000000010211") == "510104"
    assert region_of_code("999999240000000010211") is None
    assert region_of_code("860001") is None
    assert region_of_code("520321150000000010211") == "520304"  # 遵义县 is 播州区 today
    assert region_name("510104") == "锦江区"
