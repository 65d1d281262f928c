"""Questions about printed figures of offices: all of a question is understood, or none of it."""

from __future__ import annotations

import pytest

from jixiao.asking import answer
from jixiao.asking.answering import names_of
from jixiao.asking.printed import read_printed
from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store

Lifted = tuple[Store, LiftReport]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("封丘23年的收入比2022年涨了百分之几？", "58.43%"),
        ("封丘县政务局2023年支出总计比上年多出多少钱", "199.45 万元"),
        ("卫辉2024年收入总计同比增长率", "1200.17%"),
        ("孟津2023年项目支出占比是多少", "11.63%"),
        ("孟津公用经费在基本支出里占比多大", "29.77%"),
        ("卫辉2024年基本支出占全年支出的多少", "1.64%（189.07 万元"),
        ("洛龙住房公积金预算完成率是多少", "86.16%"),
        ("高新区2021年卫生健康支出多少万", "24.5 万元"),
        ("卫辉2024年的收入比孟津2023年的多多少", "多 10,622.78 万元"),
        ("封丘和孟津两家2023年项目支出加在一块是多少", "合计 481.66 万元"),
        ("高新区人员经费加公用经费一共多少", "590.09 万元"),
        ("洛龙政务服务中心名下几台车", "1辆"),  # not those of another office that is called so, too
    ],
)
def test_a_printed_figure_is_read(lifted: Lifted, question: str, told: str) -> None:
    found = answer(lifted[0], question)
    assert told in found.text, found.restated


@pytest.mark.parametrize(
    "question",
    [
        "洛龙区的项目支出占全部项目支出的多少",  # of all offices
        "洛龙区人员经费最高的项目",
        "孟津区劳务派遣的公用经费是多少",  # a word that no pattern has
        "公用经费是多少",  # of nobody
    ],
)
def test_a_word_that_is_left_leaves_the_question_to_others(lifted: Lifted, question: str) -> None:
    assert read_printed(question, names_of(lifted[0])) == []


def test_a_change_against_a_year_that_was_not_printed_is_none(lifted: Lifted) -> None:
    assert not answer(lifted[0], "封丘2023年的收入比2020年增长了百分之几").understood


def test_what_was_spent_is_not_told_by_a_budget(lifted: Lifted) -> None:
    for question in ("孟津区实际支出多少", "孟津区决算支出多少"):
        assert "911" not in answer(lifted[0], question).text
    assert "583.63 万元" in answer(lifted[0], "洛龙区实际支出多少").text
