"""What is published twice counts once, is kept, and comes back when the other goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import jixiao
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
        assert [row["document"] for row in read_table(store, "documents", copies=True)] == ["a.txt", "b.txt"]
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
    assert "副本属于（不重复计数） (copy of; not counted): 嵩县水利局2024年单位预算公开" in done.stdout
    with closing(open_store(str(folder))) as store:
        (office,) = {str(row["iri"]) for row in read_table(store, "departments")}
    told = run("explain", office, store=folder).stdout
    assert "认定依据 (decided by): 单位名称“嵩县水利局”" in told and "地区 (region): 嵩县" in told
    assert "嵩县 1，a.txt（第" in told
    region = run("explain", "https://w3id.org/jixiao/code/region-410325", store=folder).stdout
    assert "此地区的部门 (departments of the region): 嵩县水利局" in region
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


def test_tables_keep_the_rows_of_copies_and_tell_them(tmp_path: Path) -> None:
    """Everything but the tables counts once; a table tells a copy by the document that counts in its place."""
    folder = tmp_path / "store"
    paths = [
        write(tmp_path, "b.txt", form()),
        write(tmp_path, "a.txt", form()),
        write(tmp_path, "c.txt", form(project="管网维护")),
    ]
    Path(paths[0]).write_text(Path(paths[0]).read_text("utf-8") + "附注：已公开。\n", "utf-8")
    alone = open_store(":memory:")
    lift_paths([paths[0]], alone)
    kept = [row["level3"] for row in read_table(alone, "indicators")]
    alone.close()
    assert run("lift", *paths, store=folder).returncode == 0
    with closing(open_store(str(folder), read_only=True)) as store:
        assert (count(store), count_copies(store)) == (4, (1, 0))
        rows = list(read_table(store, "indicators", copies=True))
        assert [(row["document"], row["copy_of"]) for row in rows] == [
            *[("a.txt", None)] * 2, *[("b.txt", "a.txt")] * 2, *[("c.txt", None)] * 2,
        ]  # fmt: skip
        assert [row["level3"] for row in rows if row["copy_of"]] == kept
        assert [row["iri"] for row in rows[2:4]] == [row["iri"] for row in rows[:2]], "what stands in the graph"
        for name in ("projects", "goals", "funds"):
            copied = [row for row in read_table(store, name, copies=True) if row["copy_of"] == "a.txt"]
            assert {row["document"] for row in copied} == {"b.txt"}, name
            assert [row for row in read_table(store, name, copies=True) if not row["copy_of"]] == [
                row for row in read_table(store, name) if row["document"] != "b.txt"
            ]
        documents = list(read_table(store, "documents", copies=True))
        assert [(row["document"], row["rows"], row["copy_of"]) for row in documents] == [
            ("a.txt", 2, None), ("b.txt", 2, "a.txt"), ("c.txt", 2, None),
        ]  # fmt: skip
    lines = run("table", "indicators", store=folder).stdout.splitlines()
    assert [json.loads(line)["copy_of"] for line in lines] == [row["copy_of"] for row in rows]
    assert len(run("table", "indicators", "--without-copies", store=folder).stdout.splitlines()) == 4
    with jixiao.open(folder) as opened:
        assert (len(opened.table("indicators")), len(opened.table("indicators", copy_of=None))) == (6, 4)
        for options, expected in (({}, 6), ({"without_copies": True}, 4)):
            opened.export("csv", tmp_path / "tables.zip", **options)
            with ZipFile(tmp_path / "tables.zip") as archive:
                assert len(archive.read("indicators.csv").splitlines()) == expected + 1


def test_tables_tell_copied_forms_among_others_of_their_document(store: Store, tmp_path: Path) -> None:
    unit = form(unit="嵩县水库管理所")
    paths = [
        write(tmp_path, "bureau.txt", form(project="管网维护"), unit),
        write(tmp_path, "unit.txt", unit, office="嵩县水库管理所"),
    ]
    lift_paths(paths, store)
    rows = list(read_table(store, "indicators", copies=True))
    assert [(row["document"], row["project"], row["copy_of"]) for row in rows] == [
        *[("bureau.txt", "管网维护", None)] * 2, *[("bureau.txt", "大坝监测", "unit.txt")] * 2,
        *[("unit.txt", "大坝监测", None)] * 2,
    ]  # fmt: skip
    projects = {(row["document"], row["name"]): row["copy_of"] for row in read_table(store, "projects", copies=True)}
    assert projects == {
        ("bureau.txt", "管网维护"): None,
        ("bureau.txt", "大坝监测"): "unit.txt",
        ("unit.txt", "大坝监测"): None,
    }
    assert [row["copy_of"] for row in read_table(store, "documents", copies=True)] == [None, None]
