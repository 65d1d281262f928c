from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jixiao.pipeline import LiftReport
from jixiao.search import View, search
from jixiao.search.finding import highlight
from jixiao.search.words import pinyin_initials, search_words
from jixiao.store.protocol import Store


@pytest.fixture(scope="module")
def view(lifted: tuple[Store, LiftReport]) -> Iterator[View]:
    view = View(None)
    view.fill(lifted[0], lifted[0].data_version())
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
def test_names_are_found_however_they_are_typed(view: View, text: str, kind: str, name: str) -> None:
    assert search(view, text, kinds=[kind]).hits[0].name == name


def test_what_initials_found_is_marked(view: View) -> None:
    first = search(view, "myd", kinds=["indicators"]).hits[0]
    assert "<mark>满意度</mark>" in first.highlighted


def test_tasks_goals_and_explanations_are_found(view: View) -> None:
    found = search(view, "云桌面维护", limit=5)
    assert [hit.kind for hit in found.hits] == ["tasks"]
    assert search(view, "政府采购预算数", kinds=["indicators"]).hits[0].name == "政府采购执行率"
    assert search(view, "好差评", kinds=["findings", "goals", "tasks"]).total


def test_what_is_not_there_is_not_found(view: View) -> None:
    for text in ("天气预报", "zzqqxx", "？！", " "):
        found = search(view, text)
        assert (found.hits, found.total) == ((), 0)


def test_facets_and_restrictions_agree(view: View) -> None:
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


def rows(*names: str) -> dict[str, list[dict[str, Any]]]:
    base = {"document": "a.txt", "department": "甲局", "aliases": [], "joined_by": [], "found_in": [], "year": 2024}
    return {"projects": [{**base, "name": name, "iri": f"p:{name}"} for name in names]}


def test_the_index_follows_changes_and_keeps_what_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    import jixiao.search.index as index

    cut: list[str] = []
    whole = index._indexed

    def noted(name: str, others: str) -> tuple[str, str]:
        cut.append(name)
        return whole(name, others)

    monkeypatch.setattr(index, "_indexed", noted)
    view = View(None)
    view.load(rows("道路改造", "校舍维修"), "1")
    view.load(rows("道路改造", "水库加固"), "2")
    assert cut == ["校舍维修", "道路改造", "水库加固"]  # 道路改造 only once
    assert view.version() == "2"
    assert search(view, "校舍").total == 0
    assert [hit.name for hit in search(view, "水库").hits] == ["水库加固"]
    assert [hit.name for hit in search(view, "道路").hits] == ["道路改造"]
    view.close()


def test_a_view_of_another_layout_is_made_anew(lifted: tuple[Store, LiftReport], tmp_path: Any) -> None:
    path = tmp_path / "store.view.sqlite"
    path.write_bytes(b"")
    view = View(path)
    view.load(rows("道路改造"), "1")
    view.close()
    again = View(path)
    assert again.version() == "1"
    with again.writing() as connection:
        connection.execute("UPDATE meta SET value = 'old' WHERE key = 'layout'")
    again.close()
    fresh = View(path)
    assert fresh.version() == ""
    fresh.close()
