"""Tables worked out from others: what the store covers, and what offices set, against plain SQL over the export."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jixiao.config import BASE_IRI
from jixiao.pipeline import lift_paths, remove_documents
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.tables import read_table
from jixiao.tables.keeping import keep_tables, synchronise, tables_of
from jixiao.tables.schemas import DERIVED
from jixiao.tables.side import FILE, SideTables
from jixiao.vocab import JX
from jixiao_service.rest.filters import conditions
from jixiao_service.rest.ground import ground_of
from jixiao_service.rest.lists import count_rows, list_page
from tests.cli import run
from tests.conftest import SAMPLE_FILES, MakeOnce, lift_into
from tests.unit.pipeline.test_copies import form, write

THREE = ("satisfaction-public", "quality-standard", "quality-acceptance")
CODE = "https://w3id.org/jixiao/code/"


@pytest.fixture(scope="module")
def samples(make_once: MakeOnce) -> Path:
    return make_once("samples", lambda folder: lift_into(folder, SAMPLE_FILES)) / "store"


@pytest.fixture(scope="module")
def exported(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """Return the exported indicators in a plain table."""
    made = tmp_path_factory.mktemp("exported") / "i.csv"
    run("table", "indicators", "--store", str(samples), "-f", "csv", "--without-copies", "-o", str(made))
    with made.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE i ({})".format(", ".join(f'"{column}"' for column in rows[0])))
    connection.executemany(f"INSERT INTO i VALUES ({', '.join('?' * len(rows[0]))})", [tuple(r.values()) for r in rows])
    return connection


def middle_of_each_office(exported: sqlite3.Connection, concept: str) -> list[float]:
    """Return the middle target of every office (the lower of two), in order."""
    found: dict[str, list[float]] = {}
    for office, value in exported.execute(
        "SELECT department, CAST(lower AS REAL) FROM i WHERE concept = ? AND unit = '%' AND lower <> '' "
        "AND CAST(confidence AS REAL) >= 0.9 AND period = 'annual' AND department <> '' ORDER BY 2",
        (CODE + concept,),
    ):
        found.setdefault(office, []).append(value)
    return sorted(values[(len(values) - 1) // 2] for values in found.values())


@pytest.mark.parametrize("concept", THREE)
def test_reference_figures_are_those_of_plain_sql(samples: Path, exported: sqlite3.Connection, concept: str) -> None:
    store = open_store(str(samples), read_only=True)
    (row,) = [
        row
        for row in read_table(store, "reference-indicators")
        if (row["concept"], row["unit"], row["bound"], row["scope"]) == (CODE + concept, "%", "lower", "all")
    ]
    store.close()
    values = middle_of_each_office(exported, concept)
    assert row["offices"] == len(values) >= 5 and row["cases"] == []
    quartiles = [values[-(-len(values) * part // 4) - 1] for part in (1, 2, 3)]
    assert [float(str(row[name])) for name in ("first_quartile", "median", "third_quartile")] == quartiles
    rows, least, most = exported.execute(
        "SELECT count(*), min(CAST(lower AS REAL)), max(CAST(lower AS REAL)) FROM i WHERE concept = ? AND unit = '%' "
        "AND lower <> '' AND CAST(confidence AS REAL) >= 0.9 AND period = 'annual' AND department <> ''",
        (CODE + concept,),
    ).fetchone()
    assert [row["rows"], float(str(row["lowest"])), float(str(row["highest"]))] == [rows, least, most]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """Return a store of three offices and a copy."""
    paths = [
        write(tmp_path, f"{office}2024.txt", form(office, target=target).replace("嵩县水利局", office), office=office)
        for office, target in (("嵩县水利局", "≥32处"), ("栾川县水利局", "≥30个"), ("汝阳县水利局", "≥20处"))
    ]
    paths.append(write(tmp_path, "又一份.txt", form()))
    store = open_store(":memory:")
    lift_paths(paths, store)
    yield store
    store.close()


def figures(store: Store, unit: str) -> dict[str, Any]:
    (row,) = [row for row in read_table(store, "reference-indicators") if (row["unit"], row["scope"]) == (unit, "all")]
    return row


def test_units_stay_apart_and_few_offices_are_single_cases(small: Store) -> None:
    row = figures(small, "处")
    assert (row["offices"], row["rows"], row["median"]) == (2, 2, None)  # the copy does not count
    assert row["cases"] == ["汝阳县水利局：≥20处", "嵩县水利局：≥32处"]
    assert figures(small, "个")["cases"] == ["栾川县水利局：≥30个"]


def test_what_is_worked_out_again_where_rows_changed_is_as_if_all_were(samples: Path, tmp_path: Path) -> None:
    shutil.copytree(samples, tmp_path / "store")
    store = open_store(str(tmp_path / "store"))
    names = [str(row["document"]) for row in read_table(store, "documents")]
    remove_documents(store, names[:2], BASE_IRI)
    lift_paths([write(tmp_path, "又一份.txt", form())], store)
    for predicate in (JX.category, JX.regionKind, JX.confidence):  # of projects, departments and indicators
        graphs = "{ GRAPH ?g { ?thing <%s> %s } }"
        changed = [graphs % (predicate, value) for value in ("?before", '"0.5"', "?before")]
        store.update("DELETE {} INSERT {} WHERE {}".format(*changed))
        keep_tables(store)
        fresh, kept = SideTables(None), tables_of(store)
        synchronise(fresh, store)
        assert kept is not None
        for name in DERIVED:
            assert list(kept.rows(name)) == list(fresh.rows(name))
        fresh.close()
    store.close()


def test_coverage_says_what_is_missing_here(small: Store) -> None:
    rows = list(read_table(small, "coverage"))
    lacking = ["self-evaluation", "final-accounts"]  # they are budgets with targets
    assert [(row["department"], row["fiscal_year"], row["targets"], row["missing"]) for row in rows] == [
        (office, 2024, 1, lacking) for office in sorted(("嵩县水利局", "栾川县水利局", "汝阳县水利局"))
    ]


@pytest.mark.parametrize("pairs", [(), [("scope", "all"), ("q", "满意度")]])
def test_the_ground_of_reference_figures_counts_every_indicator_once(
    samples: Path, pairs: list[tuple[str, str]]
) -> None:
    tables = SideTables(samples / FILE)
    shown = list_page(tables, "reference-indicators", pairs or [("scope", "all")], everything=True).rows()
    ground = ground_of(tables, "reference-indicators", pairs)
    total = sum(count_rows(tables, "indicators", [], ()).values())
    leading = sum(
        len(list_page(tables, "indicators", [("reference", row["iri"])], everything=True).rows()) for row in shown[:9]
    )
    tables.close()
    assert ground.rows == ground.confident == sum(row["rows"] for row in shown)
    assert ground.rows + sum(number for reason, number in ground.left_out.items() if reason != "replaced") == total
    assert leading == sum(row["rows"] for row in shown[:9]) > 9
    assert f"{ground.rows} 行，其中可信度不低于 0.9 的占 100%" in ground.sentence("zh")


def test_a_check_says_what_others_set(samples: Path, tmp_path: Path) -> None:
    draft = tmp_path / "稿子.txt"
    rows = "满意度指标\t服务对象满意度指标\t群众满意度\t≥70%\n产出指标\t数量指标\t新增测点\t≥3个\n"
    draft.write_text(form().rstrip() + "\n\t" + rows.replace("\n产", "\n\t产"), "utf-8")
    said = run("check", str(draft), "--store", str(samples)).stdout
    with closing(open_store(str(samples), read_only=True)) as store:
        figures = [each for each in read_table(store, "reference-indicators") if each["scope"] == "all"]
    wanted = (CODE + THREE[0], "%", "lower")  # a rate has the figure of its concept where fewer than five have its name
    (row,) = [each for each in figures if (each["concept"], each["unit"], each["bound"]) == wanted]
    assert int(str(row["offices"])) >= 5
    assert f"群众满意度：同类 {row['offices']} 家中位数 ≥{row['median']}%，本表 ≥70%" in said
    assert "新增测点：" not in said  # numbers of other things in the same unit are no peers
    assert "同类" not in run("check", str(draft)).stdout


@pytest.mark.parametrize("name", ["departments", "documents", "indicators", "projects"])
def test_rows_with_findings_are_told_without_a_test_of_each_against_all(samples: Path, name: str) -> None:
    where = conditions(name, [("has", "finding"), ("has", "finding:R301")])
    tables = SideTables(samples / FILE)
    with tables.reading() as (connection, _):
        statement = f'SELECT count(*) FROM "{name}" t{where.sql}'
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", where.values)]
        (found,) = connection.execute(statement, where.values).fetchone()
    tables.close()
    assert found > 0
    assert not [step for step in steps if step.startswith("CORRELATED")], steps
