from __future__ import annotations

from collections.abc import Iterator

import pytest

from jixiao.pipeline import LiftReport
from jixiao.search import search
from jixiao.search.finding import highlight
from jixiao.store.protocol import Store
from jixiao.tables.keeping import synchronise
from jixiao.tables.rows import GraphRows
from jixiao.tables.side import SideTables
from jixiao.tables.words import pinyin_initials, search_words


@pytest.fixture(scope="module")
def view(lifted: tuple[Store, LiftReport]) -> Iterator[SideTables]:
    view = SideTables(None)
    synchronise(view, lifted[0])
    yield view
    view.close()


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("劳务派遣", "projects", "劳务派遣费"),
        ("运维", "indicators", "运维覆盖率"),
        ("群众满意度", "indicators", "群众满意度"),
        ("１１０联动", "projects", "110 联动办经费"),
        ("lwpq", "projects", "劳务派遣费"),
        ("SMZX", "projects", "市民中心运行等费用"),
        ("格龙区政务服务中心", "departments", "洛阳市洛龙区政务服务中心"),
        ("卫辉政务局", "departments", "卫辉市政务服务和大数据管理局"),
        ("疫情防孔工作经费", "projects", "疫情防控工作经费（2023年）"),
        ("市民中心运行费用", "projects", "市民中心运行等费用"),
        ("孟津", "departments", "洛阳市孟津区政务服务和大数据管理局"),
    ],
)
def test_names_are_found_however_they_are_typed(view: SideTables, text: str, kind: str, name: str) -> None:
    assert search(view, text, kinds=[kind]).hits[0].name == name


def test_what_initials_found_is_marked(view: SideTables) -> None:
    first = search(view, "myd", kinds=["indicators"]).hits[0]
    assert "<mark>满意度</mark>" in first.highlighted


def test_tasks_goals_and_explanations_are_found(view: SideTables) -> None:
    found = search(view, "云桌面维护", limit=5)
    assert [hit.kind for hit in found.hits] == ["tasks"]
    assert search(view, "政府采购预算数", kinds=["indicators"]).hits[0].name == "政府采购执行率"
    assert search(view, "好差评", kinds=["findings", "goals", "tasks"]).total


def test_what_is_not_there_is_not_found(view: SideTables) -> None:
    for text in ("天气预报", "zzqqxx", "？！", " "):
        found = search(view, text)
        assert (found.hits, found.total) == ((), 0)


def test_facets_and_restrictions_agree(view: SideTables) -> None:
    every = search(view, "劳务派遣", limit=100)
    for kind, count in every.facets["kind"].items():
        assert search(view, "劳务派遣", kinds=[kind]).total == count
    for year, count in every.facets["year"].items():
        assert search(view, "劳务派遣", year=int(year)).total == count
    first, second = search(view, "劳务派遣", limit=3), search(view, "劳务派遣", limit=3, offset=3)
    assert first.hits + second.hits == every.hits[:6]


def test_marks_are_safe_html() -> None:
    assert highlight("<b>AB服务", ("ab服务", "服务")) == "&lt;b&gt;<mark>AB服务</mark>"
    assert highlight("数据数据", ("数据",)) == "<mark>数据数据</mark>"


def test_words_of_two_characters_and_initials() -> None:
    assert {"劳务", "派遣", "满意度"} <= set(search_words("劳务派遣人员满意度"))
    assert "lwpqf" in pinyin_initials("劳务派遣费")


def rows(*names: str) -> GraphRows:
    base = {"document": "a.txt", "department": "甲局", "aliases": [], "joined_by": [], "found_in": [], "year": 2024}
    return GraphRows({"projects": [{**base, "name": name, "iri": f"p:{name}"} for name in names]})


def put(tables: SideTables, *names: str) -> None:
    with tables.writing() as writer:
        writer.replace("urn:g", "1", rows(*names))


def test_the_index_follows_changes_and_leaves_alone_what_stays() -> None:
    tables = SideTables(None)
    put(tables, "道路改造", "校舍维修")
    with tables.reading() as (connection, _):
        before = dict(connection.execute("SELECT name, id FROM texts"))
    put(tables, "道路改造", "水库加固")
    with tables.reading() as (connection, _):
        after = dict(connection.execute("SELECT name, id FROM texts"))
    assert after["道路改造"] == before["道路改造"]
    assert search(tables, "校舍").total == 0
    assert [hit.name for hit in search(tables, "水库").hits] == ["水库加固"]
    assert [hit.name for hit in search(tables, "道路").hits] == ["道路改造"]
    tables.close()


def test_a_text_is_found_as_long_as_any_graph_says_it() -> None:
    tables = SideTables(None)
    put(tables, "道路改造")
    with tables.writing() as writer:
        writer.replace("urn:other", "1", rows("道路改造"))
    assert search(tables, "道路").total == 1
    put(tables)
    assert search(tables, "道路").total == 1
    with tables.writing() as writer:
        writer.remove("urn:other")
    assert search(tables, "道路").total == 0
    tables.close()
