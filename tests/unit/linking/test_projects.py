"""Projects: what joins two printed names, and what keeps them apart."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from jixiao.linking import link
from jixiao.linking.evidence import chosen
from jixiao.linking.naming import differ_for_certain, is_cut, project_name, rank_name, same_but_for_frame
from jixiao.model import DocumentRecords

Build = Callable[..., DocumentRecords]

CODE = "5101042400000000{:05}"


def test_a_cut_name_with_equal_money_is_the_same_project(build: Build) -> None:
    records = build(
        summary=(("农村敬老院消防设施改造及护理型床位建设项目", CODE.format(1), "86.5"),),
        table=(("农村敬老院消防设施改造及护理型床位", "86.5"),),
    )
    (project,) = link(records).projects
    assert project.name == "农村敬老院消防设施改造及护理型床位建设项目"
    assert project.aliases == ("农村敬老院消防设施改造及护理型床位",)
    assert project.joined_by == ("农村敬老院消防设施改造及护理型床位：名称被截断，金额相同（0.97）",)
    assert (project.key, project.amount, len(project.mentions)) == (CODE.format(1), Decimal("865000.0"), 2)


def test_a_cut_name_with_other_money_is_another_project(build: Build) -> None:
    records = build(
        summary=(("农村敬老院消防设施改造及护理型床位建设项目", CODE.format(1), "86.5"),),
        table=(("农村敬老院消防设施改造及护理型床位", "40"),),
    )
    assert len(link(records).projects) == 2


CARRIED = tuple(
    (f"上年结转（临财预[2021]{number}号）市民文化馆灾后重建项目", CODE.format(number), money)
    for number, money in ((254, "536.63"), (183, "963.37"), (292, "2000"))
)


def test_projects_that_differ_only_in_the_document_number_stay_apart(build: Build) -> None:
    cut = tuple((name[:-4], money) for name, _, money in CARRIED)
    linked = link(build(summary=CARRIED, table=cut, mentions=(("市民文化馆灾后重建项目", "3500", None),)))
    assert [len(project.aliases) for project in linked.projects] == [1, 1, 1]
    assert {project.name for project in linked.projects} == {name for name, _, _ in CARRIED}


def test_equal_money_does_not_join_names_that_cite_other_documents(build: Build) -> None:
    summary = tuple((name, code, "100") for name, code, _ in CARRIED)
    cut = tuple((name[:-4], "100") for name, _, _ in CARRIED)
    linked = link(build(summary=summary, table=cut))
    assert all(project.aliases == (project.name[:-4],) for project in linked.projects)


def test_a_misprint_needs_equal_money(build: Build) -> None:
    linked = link(build(summary=(("社工站运转经历", CODE.format(1), "12"),), table=(("社工站运转经费", "12"),)))
    (project,) = linked.projects
    assert (project.name, project.aliases) == ("社工站运转经费", ("社工站运转经历",))
    assert len(link(build(summary=(("社工站运转经历", None, "12"),), table=(("社工站运转经费", "13"),))).projects) == 2


def test_one_name_with_two_sums_is_one_project_that_says_so(build: Build) -> None:
    linked = link(
        build(
            summary=(("护理补贴发放", CODE.format(1), "105.96"),),
            table=(("护理补贴发放", "76.25"), ("其他补贴", "29.71")),
        )
    )
    project = next(each for each in linked.projects if each.name == "护理补贴发放")
    assert "金额不同（105.96万元、76.25万元）" in project.joined_by[0]
    assert project.amount == Decimal("1059600.00")


def test_one_name_twice_in_one_list_is_two_projects(build: Build) -> None:
    linked = link(
        build(summary=(("工作经费", None, "5"), ("工作经费", None, "8")), table=(("工作经费", "5"), ("工作经费", "8")))
    )
    assert sorted(project.key for project in linked.projects) == ["工作经费|2024", "工作经费|2024|80000"]
    assert [len(project.mentions) for project in linked.projects] == [2, 2]


def test_two_codes_are_two_projects_whatever_the_name(build: Build) -> None:
    linked = link(build(summary=(("殡葬惠民补助", CODE.format(1), "5"), ("殡葬惠民补助", CODE.format(2), "5"))))
    assert [project.key for project in linked.projects] == [CODE.format(1), CODE.format(2)]
    assert linked.plan_projects == {(0, 0): CODE.format(1), (0, 1): CODE.format(2)}


def test_parts_and_levels_are_no_misprints(build: Build) -> None:
    linked = link(
        build(
            summary=(("福利院改造一期工程", None, "50"), ("省级养老服务补助", None, "20")),
            table=(("福利院改造二期工程", "50"), ("市级养老服务补助", "20")),
        )
    )
    assert len(linked.projects) == 4


def test_short_forms_in_running_text_are_aliases(build: Build) -> None:
    records = build(
        evaluations=(
            ("社工站平台项目", "50", "99.8"),
            ("街道养老服务站标准化配置", "15", "91.67"),
            ("网络维护", "12", "95.33"),
        ),
        mentions=(
            ("社工站平台", None, None),
            ("养老服务站标准化配置", None, None),
            ("网络运维项目", None, "95.33"),
            ("网络运维", None, None),
            ("产出", None, None),
        ),
    )
    aliases = {project.name: project.aliases for project in link(records).projects}
    assert aliases == {
        "社工站平台项目": ("社工站平台",),
        "街道养老服务站标准化配置": ("养老服务站标准化配置",),
        "网络维护": ("网络运维", "网络运维项目"),
    }


def test_a_short_form_that_fits_two_projects_is_nobodys(build: Build) -> None:
    records = build(
        summary=(("敬老院供暖改造", None, "5"), ("敬老院消防改造", None, "6")), mentions=(("敬老院改造", None, None),)
    )
    assert all(not project.aliases for project in link(records).projects)


def test_a_form_printed_twice_is_one_project(build: Build) -> None:
    linked = link(build(evaluations=(("养老补贴", "5", "90"), ("养老补贴", "5", "90"))))
    assert len(linked.projects) == 1
    assert linked.plan_projects == {(0, 0): "养老补贴|2024", (1, 0): "养老补贴|2024"}


def test_the_region_before_a_name_does_not_matter(build: Build) -> None:
    records = build(
        department="成都市锦江区民政局",
        summary=(("锦江区市民中心大厅网络费用", CODE.format(1), "17.8"),),
        mentions=(("市民中心大厅网络费用", None, None),),
    )
    assert link(records).projects[0].aliases == ("市民中心大厅网络费用",)


def test_the_order_of_reading_does_not_matter(build: Build) -> None:
    summary = (("甲类敬老院改造（2024年）", CODE.format(1), "5"), ("社工站运转经历", CODE.format(2), "12"))
    table = (("社工站运转经费", "12"), ("甲类敬老院改造", "5"))
    one = link(build(summary=summary, table=table)).projects
    other = link(build(summary=summary[::-1], table=table[::-1])).projects
    assert [(each.key, each.name, each.aliases) for each in one] == [
        (each.key, each.name, each.aliases) for each in other
    ]


def test_a_large_document_is_linked_in_time(build: Build) -> None:
    names = [f"{'甲乙丙丁戊己庚辛'[index % 8]}镇{index}村道路及排水设施改造" for index in range(600)]
    summary = tuple((name + "项目", CODE.format(index), str(index + 1)) for index, name in enumerate(names))
    table = tuple((name, str(index + 1)) for index, name in enumerate(names))
    linked = link(build(summary=summary, table=table))
    assert len(linked.projects) == 600
    assert all(len(project.aliases) == 1 for project in linked.projects)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("养老补助（2024年）", "养老补助", True),
        ("2024年度养老补助", "养老补助项目", True),
        ("“一门式”养老【服务】", "“一门式” 养老(服务)", True),
        ("养老补助", "养老救助", False),
    ],
)
def test_frames_of_names(one: str, other: str, same: bool) -> None:
    assert same_but_for_frame(project_name(one), project_name(other)) is same


def test_certain_differences() -> None:
    assert differ_for_certain(project_name("养老补助（2023年）"), project_name("养老补助（2024年）"))
    assert differ_for_certain(project_name("临财〔2021〕254号补助"), project_name("临财[2021]183号补助"))
    assert not differ_for_certain(project_name("养老补助（2023年）"), project_name("养老补助"))
    assert is_cut(project_name("农村敬老院消防设施"), project_name("农村敬老院消防设施改造"))


def test_the_fittest_name() -> None:
    names = [project_name(name) for name in ("社工站运转经历", "社工站运转经费", "社工站运转")]
    assert min(names, key=lambda name: rank_name(name, [])).printed == "社工站运转经费"


def test_a_cut_name_never_stands_for_its_project(build: Build) -> None:
    full, cut = "农村敬老院消防设施改造及护理型床位添置", "农村敬老院消防设施改造"
    (project,) = link(build(summary=((full, CODE.format(1), "86.5"),), table=((cut, "86.5"),))).projects
    assert (project.name, project.aliases) == (full, (cut,))


def test_ticked_boxes() -> None:
    assert chosen('<input type="checkbox"/> 新增项目 <input checked="" type="checkbox"/> 延续性项目') == "延续性项目"
    assert chosen("□新增项目 ☑延续项目") == "延续项目"
    assert chosen("□新增项目 □延续项目") is None
    assert chosen("其他运转类") == "其他运转类"
