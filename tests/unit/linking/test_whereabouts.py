"""Where an office is: from every witness, on the list of divisions; unknown places make offices of one document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from jixiao.linking import link
from jixiao.linking.departments import Departments, link_departments
from jixiao.linking.regions import regions_within
from jixiao.model import DocumentRecords, Plan, Source, Witness

Build = Callable[..., DocumentRecords]


def linked(build: Build, department: str | None, *witnesses: tuple[str, str], name: str = "a.txt") -> Departments:
    records = build(department=department, name=name)
    found = tuple(Witness(place, text, Source(None, 1, text)) for place, text in witnesses)
    return link_departments(replace(records, witnesses=found))


def region_of(build: Build, department: str, *witnesses: tuple[str, str]) -> str | None:
    own = linked(build, department, *witnesses).own
    assert own
    return own.region_code


@pytest.mark.parametrize(
    ("department", "place", "text", "code"),
    [
        ("水利局", "title", "嵩县2024年部门预算公开", "410325"),
        ("县水利局", "file", "嵩县水利局预算", "410325"),
        ("市农业农村局", "title", "巩义市农业农村局2023年项目绩效目标-政府信息公开", "410181"),
        ("洛阳市嵩县水利局", "title", "预算", "410325"),
        ("辉县市水利局", "title", "预算", "410782"),
        ("新乡市辉县市城关镇人民政府", "title", "预算", "410782"),
        ("鼓楼区民政局", "title", "福州市鼓楼区2024年预算", "350102"),
        ("鼓楼区民政局", "breadcrumb", "首页>南京市鼓楼区人民政府>民政局", "320106"),
        ("鼓楼区民政局", "code", "320106001001", "320106"),
        ("区教育局", "publisher", "沧州市新华区教育局", "130902"),
        ("市场监督管理局", "margin", "西宁市城关区", None),
        ("市场监督管理局", "sentence", "市场监督管理局是巩义市人民政府", "410181"),
        ("高新区社会事务局", "signature", "洛阳高新技术产业开发区社会事务局", "410300"),
        ("城关镇人民政府", "breadcrumb", "首页>嵩县人民政府>城关镇", "410325"),
        ("第三中学", "title", "嵩县第三中学2024年单位预算公开", "410325"),
        ("市教育局", "title", "嵩县第三中学2024年单位预算公开", "410300"),
        ("省水利厅", "title", "嵩县水利局转发", "410000"),
        ("长垣县水利局", "title", "预算", "410783"),
        ("州水务局", "title", "黔东南州2024年预算", "522600"),
        ("盟林业局", "title", "兴安盟2024年预算", "152200"),
        ("自治区水利厅", "title", "南宁市2024年预算", "450000"),
        ("市中区水利局", "title", "枣庄市市中区2024年预算", "370402"),
        ("财政部", "title", "嵩县2024年预算", None),
        ("滑县水利局", "title", "预算", "410526"),
        ("鼓楼区民政局", "title", "2024年预算", None),
        ("水利局", "title", "中山市场开发服务中心预算", None),
        ("县水利局", "title", "2024年部门预算公开", None),
    ],
)
def test_where_an_office_is(build: Build, department: str, place: str, text: str, code: str | None) -> None:
    assert region_of(build, department, (place, text)) == code


def test_what_is_unknown_is_the_documents_own(build: Build) -> None:
    keys = {linked(build, "县水利局", name=name).own.key for name in ("a.txt", "b.txt")}  # type: ignore[union-attr]
    assert len(keys) == 2
    own = linked(build, "鼓楼区民政局", ("title", "鼓楼区2024年预算")).own
    assert own and own.decided_by[1:] == ("未能确定：题名（第1行）“鼓楼区2024年预算”",)


def test_an_office_of_the_state_council_is_one_in_every_document(build: Build) -> None:
    keys = {linked(build, "水利部信息中心", name=name).own.key for name in ("a.txt", "b.txt")}  # type: ignore[union-attr]
    assert keys == {"中央-水利部信息中心"}
    beside = linked(build, "水利部").key("信息中心")
    assert beside != "中央-信息中心"


def test_the_more_specific_witness_tells(build: Build) -> None:
    witnesses = ("title", "洛阳市2024年预算公开"), ("breadcrumb", "首页>嵩县人民政府")
    found = linked(build, "水利局", *witnesses)
    assert found.own and found.own.region_code == "410325"
    assert found.issues == ()


def test_places_that_contradict_are_an_issue(build: Build) -> None:
    found = linked(build, "水利局", ("title", "嵩县2024年预算公开"), ("code", "410724240000000011027"))
    assert found.own and found.own.region_code == "410325"
    (issue,) = found.issues
    assert issue.code == "region-contradiction"
    assert "嵩县" in issue.message and "获嘉县" in issue.message
    assert found.own.decided_by[1].startswith("不一致：代码")


def test_a_bureaus_own_account_is_an_office_of_its_own(build: Build) -> None:
    records = replace(build(department="嵩县水利局"), title="嵩县水利局（本级）2024年单位预算公开")
    found = link_departments(records)
    assert found.own and (found.own.key, found.own.part_of) == ("410325-水利局（本级）", "410325-水利局")
    assert found.key("嵩县水利局") == "410325-水利局（本级）"
    assert [each.key for each in found.all] == ["410325-水利局", "410325-水利局（本级）"]
    whole = link_departments(replace(records, title="嵩县水利局2024年部门预算公开"))
    assert whole.own and whole.own.key == "410325-水利局"


def test_a_unit_is_part_of_the_office_that_supervises_it(build: Build) -> None:
    records = build(department="嵩县第三中学", summary=(("设备购置", None, "1"),))
    plan = Plan(Source(1, 1, ""), project="设备购置", unit_name="县第三中学", supervisor="县教育局")
    found = link_departments(replace(records, forms=(replace(records.forms[0], plans=(plan,)),)))
    assert found.own and found.own.part_of == "410325-教育局"
    beside = replace(plan, unit_name="嵩县财政局")
    found = link_departments(replace(records, forms=(replace(records.forms[0], plans=(beside,)),)))
    assert [each.part_of for each in found.all] == [None, None, None]


def test_several_signers_are_several_offices(build: Build) -> None:
    found = linked(build, "嵩县财政局")
    records = build(department="嵩县财政局", summary=(("补贴", None, "1"),))
    for printed in ("嵩县财政局嵩县人力资源和社会保障局", "嵩县财政局、嵩县人力资源和社会保障局"):
        plan = Plan(Source(1, 1, ""), project="补贴", supervisor=printed)
        found = link_departments(replace(records, forms=(replace(records.forms[0], plans=(plan,)),)))
        assert [each.name for each in found.all] == ["嵩县人力资源和社会保障局", "嵩县财政局"]


def test_regions_within_a_text() -> None:
    found = [(region.name, codes) for region, codes in regions_within("关于公开新乡市辉县市和滑县2024年预算的通知")]
    assert found == [("新乡市辉县市", ("410782",))]


def test_the_form_of_a_unit_beside_the_bureaus_own_is_the_units_project(build: Build) -> None:
    records = build(department="嵩县水利局", evaluations=(("维护", "1", "9"), ("监测", "2", "9")))
    forms = [replace(form.plans[0], supervisor="县水利局") for form in records.forms]

    def owners(*units: str) -> list[str]:
        plans = [replace(plan, unit_name=unit) for plan, unit in zip(forms, units, strict=True)]
        filled = tuple(replace(form, plans=(plan,)) for form, plan in zip(records.forms, plans, strict=True))
        return sorted(each.department_key for each in link(replace(records, forms=filled)).projects)

    assert owners("县水利局", "县水库管理所") == ["410325-水利局", "410325-水库管理所"]
    assert owners("县灌区管理所", "县水库管理所") == ["410325-水利局", "410325-水利局"]


def test_an_office_before_a_reform_is_linked_and_not_merged(build: Build) -> None:
    told = Source(None, 9, "根据机构改革方案，组建嵩县水务局，原水利局职责划入。")
    records = replace(build(department="嵩县水务局"), witnesses=(Witness("former", "水利局", told),))
    linked = link(records)
    (found,) = linked.links
    assert (found.kind, found.subject, found.object) == (
        "successor-of",
        "department:410325-水务局",
        "department:410325-水利局",
    )
    assert "第9行" in found.reason and len(linked.departments) == 2
    other = replace(told, text="机构改革后，原水利局职责划入县农业农村局。")
    assert link(replace(records, witnesses=(Witness("former", "水利局", other),))).links == ()
