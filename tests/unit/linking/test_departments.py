"""Departments: one node and one key for every spelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.linking import link
from jixiao.linking.departments import link_departments
from jixiao.model import Amount, DocumentRecords, FormKind, MoneyTable, Plan, Source

Build = Callable[..., DocumentRecords]


def key_of(build: Build, name: str) -> str:
    own = link_departments(build(department=name)).own
    assert own is not None
    return own.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("成都市锦江区民政局", "锦江区民政局"),
        ("四川省成都市锦江区民政局", "锦江区民政局（本级）"),
        ("青溪县文化和旅游局", "青溪县文旅局"),
        ("青溪县残疾人联合会", "青溪县残联"),
        ("西安高新技术产业开发区教育局", "西安市高新区教育局"),
        ("330001-白塘镇人民政府", "白塘镇人民政府"),
    ],
)
def test_one_key_for_every_spelling(build: Build, one: str, other: str) -> None:
    assert key_of(build, one) == key_of(build, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("西安市教育局", "西安高新技术产业开发区教育局"),
        ("青溪县第一小学", "青溪县第二小学"),
        ("青溪县教育局", "白河县教育局"),
    ],
)
def test_two_keys_for_two_offices(build: Build, one: str, other: str) -> None:
    assert key_of(build, one) != key_of(build, other)


def test_the_region_comes_from_project_codes_when_the_name_is_not_enough(build: Build) -> None:
    records = build(department="鼓楼区民政局", summary=(("养老补助", "320106240000000010211", "5"),))
    own = link_departments(records).own
    assert own and (own.region_code, own.region_name) == ("320106", "鼓楼区")


def test_spellings_of_tables_and_forms_are_aliases_and_codes_are_kept(build: Build) -> None:
    records = build(department="泉海市洛江区政务服务中心")
    source = Source(1, 1, "…")
    units = tuple(
        Amount("income", name, "合计", Decimal(1), "1", source, item_code=code, item_scheme="unit")
        for name, code in (("洛江区政务服务中心", "019001"), ("泉海市洛江区政务服务中", "019"))
    )
    table = MoneyTable("income", "收入表", source, units, department="洛江区政府服务中心")
    own = link_departments(replace(records, money_tables=(table,))).own
    assert own and set(own.aliases) == {"洛江区政务服务中心", "洛江区政府服务中心", "泉海市洛江区政务服务中"}
    assert own.code == "019"


def test_a_bare_level_stands_for_the_own_region(build: Build) -> None:
    records = build(department="清渡县林业局", summary=(("造林", None, "1"),))
    plans = (
        replace(records.forms[0].plans[0], supervisor="县扶贫办"),
        Plan(Source(1, 9, ""), project="x", unit_name="万元"),
    )
    linked = link_departments(replace(records, forms=(replace(records.forms[0], plans=plans),)))
    assert {each.key for each in linked.all} == {"清渡县-林业局", "清渡县-扶贫开发办"}
    assert linked.key("县扶贫办") == "清渡县-扶贫开发办"
    assert linked.key("没有这个单位") == "清渡县-林业局"


def test_the_units_of_a_list_own_their_plans(build: Build) -> None:
    records = build(department="青溪县司法局", summary=(("考试", None, "1"), ("热线", None, "2")))
    (form,) = records.forms
    units = ("[208001]青溪县司法局（本级）", "[208004]青溪县法律援助中心")
    plans = tuple(replace(plan, unit_name=unit) for plan, unit in zip(form.plans, units, strict=True))
    found = link_departments(replace(records, forms=(replace(form, plans=plans),)))
    owners = [found.plans[0, position] for position in range(2)]
    assert owners == ["青溪县-司法局（本级）", "青溪县-法律援助中心"]
    above = {each.key: each.part_of for each in found.all}
    assert above == {"青溪县-司法局": None, **dict.fromkeys(owners, "青溪县-司法局")}


def test_a_row_that_names_a_unit_is_no_project_and_heads_those_below(build: Build) -> None:
    rows = (
        ("青溪县司法局（本级）", "208001", None),
        ("考试", "1" * 21, "1"),
        ("青溪县法律援助中心", "208004", None),
        ("热线", "2" * 21, "2"),
    )
    found = link(build(department="青溪县司法局", summary=rows))
    owners = {each.name: each.department_key for each in found.projects}
    assert owners == {"考试": "青溪县-司法局（本级）", "热线": "青溪县-法律援助中心"}
    assert len(found.records.forms[0].plans) == 4


def test_a_form_that_names_only_the_office_above_is_the_titled_units(build: Build) -> None:
    records = build(department="青溪县图书馆", summary=(("购书", None, "1"),))
    plan = replace(records.forms[0].plans[0], supervisor="青溪县文旅局")
    form = replace(records.forms[0], kind=FormKind.PROJECT_APPLICATION, department="青溪县文旅局", plans=(plan,))
    found = link_departments(replace(records, forms=(form,)))
    assert found.plans == {(0, 0): "青溪县-图书馆"}
    assert found.own and found.own.part_of == "青溪县-文化和旅游局"


def test_a_document_without_a_department(build: Build) -> None:
    linked = link_departments(build(department=None))
    assert (linked.own, linked.all, linked.key("x")) == (None, (), None)
