"""One value, or two, asked for in words that the grammar does not know: looked up by the names that fit them best."""

from __future__ import annotations

import pytest

from jixiao.asking import answer
from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store

Lifted = tuple[Store, LiftReport]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("封丘的工装哪天前买齐", "采购完成时间：2023年12月31日前"),
        ("短信提醒一条几分钱", "0.07元"),
        ("洛龙每月平均受理多少件110诉求", "3700"),
        ("洛龙免费刻章实际花了多少钱", "实际 35"),
        ("洛龙区劳务派遣费人均多少钱", "3287 元"),  # not the mean of one project
        ("封丘2023年花在疫情防控上的预算", "10 万元"),
        ("封丘保洁保安比派遣人员多几个", "多 6人"),
        ("洛龙劳务派遣人数比孟津多多少", "多 19人"),
        ("封丘工装比外网年费贵多少", "多 17.2 万元"),
    ],
)
def test_a_value_is_looked_up_by_the_name_that_fits_best(lifted: Lifted, question: str, told: str) -> None:
    found = answer(lifted[0], question)
    assert found.understood, found.text
    assert told in found.text, found.restated


@pytest.mark.parametrize(
    "question",
    [
        "洛龙服务中心的编制里有几个女同志",  # a noun that stands in no name
        "封丘为什么做工装",  # no reason is printed
        "卫辉这笔专项债利率几个点",
        "3.14乘以2是多少",
        "孟津区去年GDP多少",
        "孟津的公务员工资多少",
        "卫辉市停车场有多少个车位",
        "洛龙值班一晚补多少",  # the price of one
        "封丘工装一套多少钱",
        "卫辉的钱主要花在哪几个项目上",
        "洛龙区的满意度多少",  # many are as good
    ],
)
def test_a_value_that_nothing_has_is_not_looked_up(lifted: Lifted, question: str) -> None:
    found = answer(lifted[0], question)
    single = {row.get("indicatorName") for row in found.rows}
    assert not found.understood or len(single) > 1, (found.restated, found.text)


@pytest.mark.parametrize(
    "question",
    [
        "封丘线下服务能力提升软件硬件成本各控制在多少",  # two things, one of which was found
        "洛龙实体大厅改造预算挪用了多少",  # what is done with the money is not what the project is called
    ],
)
def test_of_several_things_one_is_no_answer(lifted: Lifted, question: str) -> None:
    found = answer(lifted[0], question)
    assert not found.understood or len(found.rows) > 1, (found.restated, found.text)


def test_of_several_that_fit_as_well_each_is_offered(lifted: Lifted) -> None:
    found = answer(lifted[0], "洛龙政务中心工作人员有多少")
    assert not found.understood and len(found.others) > 1
    assert found.examples[: len(found.others)] == found.others
    for question in found.others:
        assert len(answer(lifted[0], question).rows) == 1


def test_a_region_that_is_named_is_no_slip(lifted: Lifted) -> None:
    assert not any("洛龙区公" in each for each in answer(lifted[0], "洛龙三公控制率怎么提高").examples)


@pytest.mark.parametrize(
    ("question", "meant"),
    [("网络维户项目的合同期限", "网络维护项目的合同期限"), ("卫晖市有几辆公车", "卫辉市有几辆公车")],
)
def test_a_slip_in_a_name_is_asked_back(lifted: Lifted, question: str, meant: str) -> None:
    found = answer(lifted[0], question)
    assert not found.understood
    assert found.examples[0] == meant and meant in found.text
