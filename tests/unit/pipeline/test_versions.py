"""A new version of a document takes its place; what it replaces can be cited, and is in no count and no table."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jixiao.config import BASE_IRI
from jixiao.pipeline import decide_version, lift_paths, remove_documents
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.tables import TABLES, read_table
from jixiao.vocab import PREFIXES
from tests.cli import run

FORM = """{title}

项目支出绩效目标申报表

（{year}）

部门名称：{office}\t单位：万元

项目名称\t{project}
主管部门\t{office}\t实施单位\t{office}
项目资金\t年度资金总额：\t26.00
绩效指标\t一级指标\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t{indicator}\t{target}
\t产出指标\t质量指标\t验收合格率\t=100%
\t满意度指标\t服务对象满意度指标\t服务对象满意度\t≥95%
"""


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(":memory:")
    yield opened
    opened.close()


def write(folder: Path, name: str, **words: str) -> str:
    said = {
        "title": "嵩县司法局2024年项目绩效目标",
        "office": "嵩县司法局",
        "year": "2024年度",
        "project": "调解",
        "indicator": "调解次数",
        "target": "≥5次",
    }
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(FORM.format(**said | words), "utf-8")
    return str(path)


def rows(store: Store, table: str, *columns: str) -> list[Any]:
    return [tuple(row[each] for each in columns) for row in read_table(store, table)]


def targets(store: Store) -> list[str]:
    return sorted(str(text) for (text,) in rows(store, "indicators", "target_text") if "次" in text)


def doubts(store: Store) -> list[Any]:
    return [row for row in rows(store, "documents", "document", "possible_version_of") if row[1]]


def asked(store: Store, query: str) -> list[str]:
    answer: Any = store.query(query, prefixes=PREFIXES)
    return sorted(row[0].value for row in answer)


def test_what_is_replaced_is_in_no_table_and_no_query_and_keeps_its_iri(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "目标.txt")], store)
    first = dict(rows(store, "documents", "document", "iri"))["目标.txt"]
    cited = asked(store, "SELECT ?i { ?i a jx:Indicator }")
    counted = asked(store, "SELECT (COUNT(*) AS ?n) { ?i a ?class }")
    report = lift_paths([write(tmp_path, "目标.txt", target="≥7次")], store)
    assert [(found.older, found.certain) for found in report.versions] == [("目标.txt", True)]
    ((name, version, replaces, iri),) = rows(store, "documents", "document", "version", "replaces", "iri")
    assert name.startswith("目标~") and (version, replaces) == ("2", ["目标.txt"]) and iri != first
    assert targets(store) == ["≥7次"]
    assert asked(store, "SELECT (COUNT(*) AS ?n) { ?i a ?class }") == counted
    assert asked(store, f"SELECT ?new {{ <{first}> dcterms:isReplacedBy ?new }}") == [iri]
    for indicator in cited:
        assert asked(store, f"SELECT ?p {{ <{indicator}> ?p ?o }}")
    assert asked(
        store, f"SELECT ?text {{ ?row jx:document <{first}> ; jx:text ?text FILTER(CONTAINS(?text, '≥5次')) }}"
    )


def test_the_same_bytes_again_change_nothing(store: Store, tmp_path: Path) -> None:
    old = write(tmp_path / "a", "目标.txt")
    new = write(tmp_path / "b", "目标.txt", target="≥7次")
    lift_paths([old], store)
    lift_paths([new], store)
    version = store.data_version()
    report = lift_paths([old, new], store)
    assert (report.changed, report.versions, store.data_version()) == (0, (), version)


def test_the_version_before_counts_again_when_the_new_one_is_removed(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "目标.txt")], store)
    once = store.data_version()
    for target in ("≥7次", "≥9次"):
        lift_paths([write(tmp_path, "目标.txt", target=target)], store)
    ((name, replaces),) = rows(store, "documents", "document", "replaces")
    assert (targets(store), len(replaces)) == (["≥9次"], 2)
    remove_documents(store, [replaces[1]], BASE_IRI)
    assert targets(store) == ["≥9次"]
    remove_documents(store, [name], BASE_IRI)
    assert (targets(store), store.data_version() == once) == (["≥5次"], True)


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("嵩县司法局2024年项目绩效目标（修订版）", ["≥7次"]),
        ("2024年3月嵩县司法局项目绩效目标", ["≥7次"]),
        ("嵩县司法局2024年项目绩效目标批复情况", ["≥5次", "≥7次"]),
    ],
)
def test_another_file_name(store: Store, tmp_path: Path, title: str, left: list[str]) -> None:
    lift_paths([write(tmp_path, "a.txt")], store)
    lift_paths([write(tmp_path, "b.txt", target="≥7次", title=title)], store)
    assert (targets(store), doubts(store)) == (left, [])


def test_one_address_makes_versions_of_documents_whose_titles_differ(store: Store, tmp_path: Path) -> None:
    options = LiftOptions(sources=dict.fromkeys(("a.txt", "b.txt"), "https://example.org/1.html"))
    lift_paths([write(tmp_path, "a.txt")], store, options)
    lift_paths([write(tmp_path, "b.txt", target="≥7次", title="嵩县司法局2024年申报的绩效目标")], store, options)
    assert targets(store) == ["≥7次"]


def test_without_a_year_both_stay_and_the_doubt_is_told_until_somebody_decides(store: Store, tmp_path: Path) -> None:
    undated = {"title": "嵩县司法局项目绩效目标", "year": "年度"}
    lift_paths([write(tmp_path, "目标.txt", **undated)], store)
    report = lift_paths([write(tmp_path, "目标.txt", target="≥7次", **undated)], store)
    assert [found.certain for found in report.versions] == [False]
    assert targets(store) == ["≥5次", "≥7次"]
    ((newer, older),) = doubts(store)
    assert older == "目标.txt"
    decide_version(store, (newer, older), BASE_IRI, apart=True)
    assert (doubts(store), len(targets(store))) == ([], 2)
    decide_version(store, (newer, older), BASE_IRI)
    assert (doubts(store), targets(store)) == ([], ["≥7次"])


def test_two_in_one_run_have_no_order_unless_one_says_that_it_corrects(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "a.txt"), write(tmp_path, "b.txt", target="≥7次")], store)
    assert (len(doubts(store)), len(targets(store))) == (1, 2)
    other = open_store(":memory:")
    lift_paths([write(tmp_path, "a.txt"), write(tmp_path, "b（更正）.txt", target="≥7次")], other)
    assert (doubts(other), targets(other)) == ([], ["≥7次"])
    other.close()


def test_fifty_forms_of_one_office_and_year_are_fifty_documents(store: Store, tmp_path: Path) -> None:
    paths = [
        write(tmp_path, f"{number}.txt", project=f"第{number}项工作", target=f"≥{number}次") for number in range(50)
    ]
    lift_paths(paths[:25], store)
    report = lift_paths(paths[25:], store)
    assert (len(rows(store, "documents", "iri")), report.versions, doubts(store)) == (50, (), [])
    assert len(targets(store)) == 50


def test_every_table_is_that_of_the_new_version_alone(tmp_path: Path) -> None:
    old, new = write(tmp_path / "a", "目标.txt"), write(tmp_path / "b", "目标.txt", target="≥7次", indicator="调解件数")
    both, alone = open_store(":memory:"), open_store(":memory:")
    lift_paths([old], both)
    lift_paths([new], both)
    name = rows(both, "documents", "document")[0][0]
    path = Path(new).rename(tmp_path / name)
    lift_paths([str(path)], alone)
    of_versions = {"replaces", "version"}
    for table in TABLES:
        found = [
            [{k: v for k, v in row.items() if k not in of_versions} for row in read_table(each, table)]
            for each in (both, alone)
        ]
        assert found[0] == found[1], table
    both.close()
    alone.close()


CASE = Path(__file__).with_name("versions")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with three versions of one form, lifted one after another."""
    folder = tmp_path_factory.mktemp("three")
    opened = open_store(str(folder / "store"))
    for number in (1, 2, 3):
        path = folder / f"绿地养护{number}.txt"
        path.write_bytes((CASE / f"{number}.txt").read_bytes())
        lift_paths([str(path)], opened)
    opened.close()
    return folder / "store"


@pytest.mark.parametrize(("between", "numbers"), [("one-to-two", ("1", "2")), ("two-to-three", ("2", "3"))])
def test_three_versions_differ_as_was_written_by_hand(three: Path, between: str, numbers: tuple[str, str]) -> None:
    options = ("--from", numbers[0], "--to", numbers[1], "--format", "jsonl")
    told = [json.loads(line) for line in run("diff", "绿地养护3.txt", *options, store=three).stdout.splitlines()]
    found = []
    for each in told:
        changes = [[column, each["old"][column], each["new"][column]] for column in each["columns"]]
        found += [[each["kind"], each["table"], each["name"], *change] for change in changes or [[]]]
    assert sorted(found) == sorted(tomllib.loads((CASE / "expected.toml").read_text("utf-8"))[between]["rows"])
    assert all(
        row is None or row["line"] for each in told if each["table"] != "projects" for row in (each["old"], each["new"])
    )


def test_what_was_loosened_after_publication_is_a_finding_with_both_rows(three: Path) -> None:
    opened = open_store(str(three), read_only=True)
    found = {(row["rule"], str(row["message"])) for row in read_table(opened, "findings") if row["rule"] in AFTER}
    evidence: list[Any] = [row["evidence"] for row in read_table(opened, "findings") if row["rule"] in AFTER]
    opened.close()
    assert sorted(rule for rule, _ in found) == [
        "R324",
        "R326",
        "R326",
    ]  # the target before the first change, the money of both
    assert any("苗木成活率" in message and "≥95%" in message and "≥90%" in message for _, message in found)
    assert not any("养护绿地面积" in message for _, message in found)
    assert all(len(rows) == 2 for rows in evidence)


AFTER = ("R324", "R325", "R326")


def test_what_cannot_be_compared_is_named(three: Path) -> None:
    for options, code in (
        (("没有.txt",), "no-such-document"),
        (("绿地养护1.txt", "--to", "4"), "no-such-version"),
        (("绿地养护1.txt", "--format", "pdf"), "unknown-format"),
    ):
        done = run("diff", *options, store=three)
        assert (done.returncode, f"[{code}]" in done.stderr) == (2, True), done.stderr
    page = run("diff", "绿地养护1.txt", "--format", "html", store=three).stdout
    assert "≥30公顷" in page and "≥32公顷" in page
