"""One project over the years: by its code, or, where none is printed, by what is inferred."""

from __future__ import annotations

from pathlib import Path

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.tables import read_table
from tests.queries.test_library import ask

FORM = """{year}年度项目支出绩效目标表

部门名称\t青桥区教育局
项目名称\t{name}{code}
项目资金（万元）\t年度资金总额\t{amount}
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t更新设备学校数\t≥50所
满意度指标\t服务对象满意度指标\t师生满意度\t≥95%
"""
CODE = "\t项目编码\t41010022000000012345"
WORKS = [
    (2022, "校园安防升级", "", 200), (2023, "校园安防升级", "", 210), (2024, "2024年校园安防升级", "", 220),
    (2023, "校车补贴", CODE, 50), (2024, "校车运行补贴", CODE, 55),
    (2023, "教师培训", "", 30),
]  # fmt: skip


def test_projects_over_the_years_with_and_without_a_code(tmp_path: Path) -> None:
    paths = []
    for number, (year, name, code, amount) in enumerate(WORKS):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(FORM.format(year=year, name=name, code=code, amount=amount), "utf-8")
    store = open_store(str(tmp_path / "store"), read_only=False)
    try:
        assert not lift_paths([str(path) for path in paths], store).failed
        found = ask(store, "projects-over-years")
        nodes = {row["project_iri"] for row in read_table(store, "projects")}
    finally:
        store.close()
    assert [(row["year"], row["amount"], row["indicators"]) for row in found if "校园" in str(row["projectName"])] == [
        ("2022", "2000000", "2"), ("2023", "2100000", "2"), ("2024", "2200000", "2"),
    ]  # fmt: skip
    assert [row["year"] for row in found if "校车" in str(row["projectName"])] == ["2023", "2024"]
    assert len(found) == 5 and len(nodes) == 5  # a node a year without a code, one with
    assert {row["known"] for row in found if "校车" in str(row["projectName"])} == {"编码相同"}
    assert all("同一部门" in str(row["known"]) for row in found if "校园" in str(row["projectName"]))
