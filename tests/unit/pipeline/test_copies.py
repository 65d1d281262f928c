"""What is published twice counts once, is kept, and comes back when the other goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from jixiao.config import BASE_IRI
from jixiao.copies import count_copies
from jixiao.pipeline import lift_paths, remove_documents
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.tables import read_table
from tests.cli import run

HEAD = "{office}2024年单位预算公开\n\n"
FORM = """项目支出绩效目标申报表

（2024年度）

单位名称：{unit}\t单位：万元

项目名称\t{project}
主管部门\t{office}\t实施单位\t{unit}
项目资金\t年度资金总额：\t26.00
年度总体目标\t完成{project}年度任务。
绩效指标\t一级指标\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t布设监测点\t{target}
\t产出指标\t质量指标\t数据完整率\t≥98%

"""
PREFIXES = {"jx": "https://w3id.org/jixiao/ontology#"}
TABLES = ("indicators", "funds", "goals", "projects", "findings", "links")


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(":memory:")
    yield opened
    opened.close()


def form(unit: str = "嵩县水利局", project: str = "大坝监测", target: str = "≥32处") -> str:
    return FORM.format(office="嵩县水利局", unit=unit, project=project, target=target)


def write(folder: Path, name: str, *forms: str, office: str = "嵩县水利局") -> str:
    path = folder / name
    path.write_text(HEAD.format(office=office) + "".join(forms), "utf-8")
    return str(path)


def count(store: Store, of: str = "Indicator") -> int:
    rows: Any = store.query(f"SELECT (COUNT(*) AS ?n) {{ ?i a jx:{of} }}", prefixes=PREFIXES)
    return int(next(rows)["n"].value)


def shown(store: Store) -> list[list[tuple[str, object]]]:
    """Return the rows of the tables without what names the document."""
    left_out = ("document", "iri", "line", "table")
    return sorted(
        sorted((name, str(value)) for name, value in row.items() if name not in left_out)
        for table in TABLES
        for row in read_table(store, table)
    )


def test_the_same_content_in_other_bytes_counts_once(tmp_path: Path) -> None:
    paths = [write(tmp_path, "a.txt", form()), write(tmp_path, "b.txt", form(), "附注：已公开。\n")]
    alone = open_store(":memory:")
    lift_paths(paths[:1], alone)
    seen = set()
    for order in permutations(paths):
        store = open_store(":memory:")
        for path in order:
            report = lift_paths([path], store)
        assert report.copies == (1, 0)
        assert shown(store) == shown(alone)
        assert [row["document"] for row in read_table(store, "documents")] == ["a.txt", "b.txt"]
        rows: Any = store.query("SELECT ?c ?o { ?c jx:copyOf ?o }", prefixes=PREFIXES)
        seen.add(tuple((row["c"].value, row["o"].value) for row in rows))
        store.close()
    alone.close()
    assert seen == {((f"{BASE_IRI}document/b.txt", f"{BASE_IRI}document/a.txt"),)}


def test_a_copy_counts_again_when_the_original_goes(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "a.txt", form()), write(tmp_path, "b.txt", form(), "附注：已公开。\n")], store)
    assert (count(store), count_copies(store)) == (2, (1, 0))
    remove_documents(store, ["a.txt"], BASE_IRI)
    assert (count(store), count_copies(store)) == (2, (0, 0))
    assert {row["document"] for row in read_table(store, "indicators")} == {"b.txt"}
    assert store.check() == []


def test_explain_says_by_what_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    paths = [write(tmp_path, "a.txt", form()), write(tmp_path, "b.txt", form(), "附注：已公开。\n")]
    assert run("lift", *paths, store=folder).returncode == 0
    done = run("explain", f"{BASE_IRI}document/b.txt", store=folder)
    assert "副本属于 (copy of; not counted): 嵩县水利局2024年单位预算公开" in done.stdout
    with closing(open_store(str(folder))) as store:
        (office,) = {str(row["iri"]) for row in read_table(store, "departments")}
    told = run("explain", office, store=folder).stdout
    assert "认定依据 (decided by): 单位名称“嵩县水利局”" in told and "地区 (region): 嵩县" in told
    assert run("explain", "https://example.org/nothing", store=folder).returncode == 2
    assert run("explain", "no iri", store=folder).returncode == 2


def test_another_value_is_no_copy(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "a.txt", form()), write(tmp_path, "b.txt", form(target="≥33处"))], store)
    assert (count(store), count_copies(store)) == (4, (0, 0))


def test_a_units_form_in_its_bureaus_document_counts_once_as_the_units(store: Store, tmp_path: Path) -> None:
    unit = form(unit="嵩县水库管理所")
    lift_paths(
        [
            write(tmp_path, "bureau.txt", form(project="管网维护"), unit),
            write(tmp_path, "unit.txt", unit, office="嵩县水库管理所"),
        ],
        store,
    )
    assert (count(store), count(store, "ProjectEntry"), count_copies(store)) == (4, 2, (0, 1))
    found = {(row["document"], row["project"]) for row in read_table(store, "indicators")}
    assert found == {("bureau.txt", "管网维护"), ("unit.txt", "大坝监测")}
