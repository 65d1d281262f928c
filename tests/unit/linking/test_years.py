"""One department's documents of two years: what goes on is linked, what only looks alike is not."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.tables import read_table

HEAD = """{year}年{office}部门预算公开

{year}年项目支出表

部门名称：{office}

单位：万元

类型|项目名称|项目单位|合计|一般公共预算|政府性基金预算
|合计||{total:.2f}|{total:.2f}|
"""
PROJECTS: dict[tuple[str, int], list[tuple[str, float]]] = {
    ("嵩县水利局", 2023): [
        ("智慧水务平台运维费（2023年）", 50),
        ("农村饮水安全巩固提升工程", 320.5),
        ("小型水库除险加固一期工程", 200),
        ("水利执法工作经费", 12),
        ("河道清淤（豫财农〔2022〕31号）", 90),
    ],
    ("嵩县水利局", 2024): [
        ("智慧水务平台运维费（2024年）", 52),
        ("2024年农村饮水安全巩固提升工程", 280),
        ("小型水库除险加固二期工程", 220),
        ("水利执法经费", 12),
        ("河道清淤（豫财农〔2023〕7号）", 90),
    ],
    ("嵩县交通运输局", 2024): [("水利执法工作经费", 12), ("农村饮水安全巩固提升工程", 320.5)],
}


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    found = []
    for (office, year), projects in PROJECTS.items():
        text = HEAD.format(year=year, office=office, total=sum(amount for _, amount in projects))
        text += "".join(f"特定目标类|{name}|{office}|{amount:.2f}|{amount:.2f}|\n" for name, amount in projects)
        path = tmp_path / f"{office}{year}.txt"
        path.write_text(text.replace("|", "\t"), encoding="utf-8")
        found.append(str(path))
    return found


@pytest.mark.long
def test_projects_of_two_years_whatever_the_order(paths: list[str], tmp_path: Path) -> None:
    seen = set()
    for number, order in enumerate(permutations(paths)):
        store = open_store(str(tmp_path / f"store{number}"), read_only=False)
        try:
            for path in order:
                lift_paths([path], store)
            links = [row for row in read_table(store, "links") if row["kind"] == "same-project"]
        finally:
            store.close()
        seen.add(tuple((row["subject_label"], row["object_label"], row["score"], row["reason"]) for row in links))
    (links_of_every_order,) = seen
    assert {frozenset((one, other)) for one, other, _, _ in links_of_every_order} == {
        frozenset(("智慧水务平台运维费（2023年）", "智慧水务平台运维费（2024年）")),
        frozenset(("农村饮水安全巩固提升工程", "2024年农村饮水安全巩固提升工程")),
        frozenset(("水利执法工作经费", "水利执法经费")),
    }
    assert all("2023、2024" in str(reason) for _, _, _, reason in links_of_every_order)
