"""Columns that only some forms fill, from the file to table, structure shapes, REST and page."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jixiao.pipeline import LiftReport, lift_paths
from jixiao.store import open_store
from jixiao.tables import read_table

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

HEAD = "<h1>{title}</h1><p>（2024年度）</p><p>单位名称：清溪县水利局</p><table border=1>{rows}</table>"
FORMS = {
    "matrix.html": (
        "项目支出绩效目标申报表",
        """项目名称|农村饮水维护|||
        一级指标^2|二级指标^2|三级指标^2|指标值>2
        东山镇|西坪镇
        产出指标|数量指标|维修水厂|≥3座|≥5座
        |质量指标|水质达标率|≥95%|≥92%
        满意度指标|服务对象满意度|用水户满意度|≥90%|≥88%""",
    ),
    "monitoring.html": (
        "项目支出绩效运行监控表",
        """项目名称|河道保洁|||||
        一级指标|二级指标|三级指标|年度指标值|1-7月执行情况|全年预计完成情况|完成目标可能性
        产出指标|数量指标|清理河道|≥40公里|22公里|41公里|确定能
        |质量指标|断面达标率|≥90%|88%|91%|有可能
        满意度指标|服务对象满意度|沿岸群众满意度|≥85%|86%|86%|确定能""",
    ),
    "grades.html": (
        "项目支出绩效目标申报表",
        """一级项目名称|水利发展资金>5
        二级项目名称|小型水库养护>5
        一级指标|二级指标|三级指标|优|良|差
        产出指标|数量指标|养护水库|≥12座|10座-12座|＜10座
        效益指标|社会效益|保障灌溉面积|≥3000亩|2500亩-3000亩|＜2500亩
        满意度指标|服务对象满意度|受益群众满意度|≥90%|80%-90%|＜80%""",
    ),
}


def cell(text: str) -> str:
    """Return a cell; ``>2`` behind its text spans two columns, ``^2`` two rows."""
    text, way, count = re.fullmatch(r"\s*(.*?)(?:([>^])(\d))?\s*", text).groups()  # type: ignore[union-attr]
    span = f" {'colspan' if way == '>' else 'rowspan'}={count}" if way else ""
    return f"<td{span}>{html.escape(text)}"


def write(folder: Path) -> list[str]:
    paths = []
    for name, (title, table) in FORMS.items():
        lines = (line.split("|") for line in table.splitlines())
        rows = "".join(f"<tr>{''.join(map(cell, line))}" for line in lines)
        (folder / name).write_text(f"<meta charset=utf-8>{HEAD.format(title=title, rows=rows)}", "utf-8")
        paths.append(str(folder / name))
    return paths


Made = tuple[Path, LiftReport, dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("forms")
    store = open_store(str(folder / "store"))
    report = lift_paths(write(folder), store, workers=1)
    tables = {name: list(read_table(store, name)) for name in ("indicators", "projects")}
    store.close()
    return folder / "store", report, tables


@pytest.fixture(scope="module")
def filled(made: Made, start_service: Start) -> Service:
    return start_service(made[0], {"JIXIAO_RATE": "0"})


def test_no_structure_shape_objects(made: Made) -> None:
    codes = {issue.code for document in made[1].documents for issue in document.issues}
    assert {code for code in codes if code.startswith("structure-indicator")} == set()
    assert {code for code in codes if code.startswith(("structure-threshold", "structure-reading"))} == set()


def test_a_matrix_gives_a_row_for_each_region(made: Made) -> None:
    rows = [row for row in made[2]["indicators"] if row["document"] == "matrix.html"]
    assert [(row["level3"], row["region"], row["target_text"]) for row in rows[:2]] == [
        ("维修水厂", "东山镇", "≥3座"),
        ("维修水厂", "西坪镇", "≥5座"),
    ]
    assert len({row["iri"] for row in rows}) == len(rows) == 6


def test_a_monitoring_form_keeps_the_values_of_other_times(made: Made) -> None:
    first = next(row for row in made[2]["indicators"] if row["document"] == "monitoring.html")
    told = [first[name] for name in ("form", "target_text", "progress_text", "expected_text", "likelihood")]
    assert told == ["project-monitoring", "≥40公里", "22公里", "41公里", "确定能"]
    assert first["actual_text"] is None


def test_grades_stand_beside_the_target(made: Made) -> None:
    first = next(row for row in made[2]["indicators"] if row["document"] == "grades.html")
    assert (first["target_text"], first["lower"]) == ("≥12座", "12")
    assert first["thresholds"] == {"优": "≥12座", "良": "10座-12座", "差": "＜10座"}
    assert list(first["thresholds"]) == ["优", "良", "差"]


def test_a_project_names_the_fund_above_it(made: Made) -> None:
    (row,) = [row for row in made[2]["projects"] if row["document"] == "grades.html"]
    assert (row["name"], row["programme"], row["confidence"]) == ("小型水库养护", "水利发展资金", "1")


def test_rest_gives_the_columns(made: Made, filled: Service) -> None:
    items = filled.get("/api/v1/indicators?limit=100").json()["items"]
    assert [{**item, "region_code": None} for item in items] == [
        {**row, "region_code": None} for row in made[2]["indicators"]
    ]
    grades = filled.get("/api/v1/indicators?likelihood=有可能").json()["items"]
    assert [row["level3"] for row in grades] == ["断面达标率"]
    document = filled.get("/api/openapi.json").json()
    answer = document["paths"]["/api/v1/indicators"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/IndicatorsPage"}
    row = document["components"]["schemas"]["IndicatorsRow"]["properties"]
    assert row["thresholds"] == {"type": ["object", "null"]}
    assert row["doubts"]["type"] == ["array", "null"]


def page_of(filled: Service, made: Made, document: str) -> str:
    iri = next(row["project_iri"] for row in made[2]["projects"] if row["document"] == document)
    page = filled.get("/project/" + iri.partition("/project/")[2])
    assert page.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def test_the_pages_show_them(made: Made, filled: Service) -> None:
    assert "维修水厂 东山镇" in page_of(filled, made, "matrix.html")
    assert "至今 22公里 全年预计 41公里 完成可能性 确定能" in page_of(filled, made, "monitoring.html")
    grades = page_of(filled, made, "grades.html")
    assert "优 ≥12座 良 10座-12座 差 ＜10座" in grades
    assert "上级项目： 水利发展资金" in grades or "上级项目：水利发展资金" in grades
