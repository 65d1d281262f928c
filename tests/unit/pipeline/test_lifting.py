"""Lifting documents into a store: determinism, replacement, bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.lifting import ontology
from jixiao.pipeline import LiftReport, lift_document, lift_paths
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.tables import read_table
from jixiao.vocab import ONTOLOGY_GRAPH, SKOS
from tests.cli import run
from tests.conftest import DATA, ROOT

FORM = """某县文化馆2024年项目绩效目标

项目支出绩效目标申报表

(2024年度)

项目名称\t展览经费\t\t主管部门\t某县文化和旅游局
绩效指标\t一级指标\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t举办展览\t≥7场
\t满意度指标\t服务对象满意度指标\t观众满意度\t≥95%
"""


def rows(store: Path) -> list[dict[str, object]]:
    done = run("table", "indicators", store=store)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def documents(store: Store) -> list[object]:
    return [row["document"] for row in read_table(store, "documents")]


def test_the_five_documents_lift_without_a_lost_row(lifted: tuple[Store, LiftReport]) -> None:
    report = lifted[1]
    assert [document.error for document in report.documents] == [None] * 5
    lost = [issue for document in report.documents for issue in document.issues if issue.code == "row-not-placed"]
    assert lost == []
    # The reader before this one gave 502: ten rows of a text with two groups of columns that have slid are missing.
    assert sum(document.indicators for document in report.documents) == 492


def test_the_ontology_is_written_once_and_again_when_it_may_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifts = []
    whole = ontology.ontology_triples

    def counted() -> bytes:
        lifts.append(whole())
        return lifts[-1]

    monkeypatch.setattr(ontology, "ontology_triples", counted)
    (tmp_path / "a.txt").write_text(FORM, "utf-8")
    store = open_store(str(tmp_path / "store"), read_only=False)
    version = []
    for _ in range(2):
        lift_paths([str(tmp_path / "a.txt")], store)
        version.append(store.data_version())
    assert (len(lifts), version[0]) == (1, version[1])
    assert sorted(store.read_graph(ONTOLOGY_GRAPH).splitlines()) == sorted(whole().splitlines())
    store.update(f"DELETE WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s <{SKOS.broader}> ?o }} }}")
    assert b"#broader" not in store.read_graph(ONTOLOGY_GRAPH)
    lift_paths([str(tmp_path / "a.txt")], store)
    assert len(lifts) == 2
    assert b"#broader" in store.read_graph(ONTOLOGY_GRAPH)
    assert store.check() == []
    store.close()


def test_the_same_document_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    path = DATA / "000_730e7f7b4d077a28.txt"
    program = (
        "import hashlib, sys; from jixiao.reading import read;"
        "print(hashlib.sha256(read(sys.argv[1]).triples).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_document_is_replaced_and_order_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(FORM, "utf-8")
    other = tmp_path / "b.txt"
    other.write_text(FORM.replace("展览", "讲座"), "utf-8")
    one, two = open_store(":memory:", read_only=False), open_store(":memory:", read_only=False)
    lift_paths([str(path), str(other)], one, workers=1)
    lift_paths([str(other)], two, workers=1)
    lift_paths([str(path)], two, workers=1)
    assert one.data_version() == two.data_version()
    assert lift_paths([str(path)], one, workers=1).changed == 0
    path.write_text(FORM.replace("≥7场", "≥9场"), "utf-8")
    assert lift_paths([str(path)], one, workers=1).changed == 1
    version, other_name = documents(one)  # what is replaced keeps its name, as long as it can be cited
    assert (str(version).partition("~")[0], other_name) == ("a", "b.txt")


UNREADABLE = {
    "empty.txt": (b"", "empty-file"),
    "mark.txt": (b"\xef\xbb\xbf", "empty-file"),
    "mark16.txt": (b"\xff\xfe\r\x00\n\x00", "empty-file"),
    "blank.txt": (b" \n\n", "empty-file"),
    "binary.txt": (bytes(range(256)) * 40, "binary-file"),
}


@pytest.fixture(scope="module")
def readable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of documents that were readable when they were lifted into ``store`` beside them."""
    folder = tmp_path_factory.mktemp("readable")
    for name in UNREADABLE:
        (folder / name).write_text(FORM.replace("展览", name), "utf-8")
    assert run("lift", str(folder), "--workers", "1", store=folder / "store").returncode == 0
    return folder


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_an_unreadable_file_says_so_and_leaves_everything_stored(readable: Path, tmp_path: Path, name: str) -> None:
    data, code = UNREADABLE[name]
    store, path, report = readable / "store", readable / name, tmp_path / "report.jsonl"
    before = rows(store)
    assert len(before) == 2 * len(UNREADABLE)
    path.write_bytes(data)
    done = run("lift", str(path), "--report", str(report), store=store)
    assert done.returncode == 3
    assert code in done.stderr
    assert name in done.stderr
    assert json.loads(report.read_text("utf-8").splitlines()[0])["code"] == code
    assert rows(store) == before


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(FORM, "utf-8")
    bad.write_bytes(b"")
    store = open_store(":memory:", read_only=False)
    report = lift_paths([str(tmp_path)], store, workers=1)
    assert [document.name for document in report.failed] == ["bad.txt"]
    assert documents(store) == ["good.txt"]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8-sig"])
def test_other_encodings_lift_alike(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(FORM, "utf-8")
    plain = lift_document(path, LiftOptions())
    path.write_bytes(FORM.encode(encoding))
    other = lift_document(path, LiftOptions())
    assert (other.indicators, other.department, other.fiscal_year) == (2, plain.department, 2024)


def test_a_document_without_a_form_is_stored_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("关于印发某办法的通知\n\n各单位：请遵照执行。\n", "utf-8")
    document = lift_document(path, LiftOptions())
    assert document.error is None
    assert "no-performance-form" in {issue.code for issue in document.issues}
    assert document.nquads


def test_a_table_cut_in_half_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "cut.txt"
    path.write_text(FORM[: FORM.index("观众满意度") + 3], "utf-8")
    document = lift_document(path, LiftOptions())
    assert document.indicators == 2  # the name that the cut left, without its target
    assert "structure-indicator-target" in {issue.code for issue in document.issues}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_cut_inside_a_character_keeps_what_is_there_and_says_so(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "cut.txt"
    path.write_bytes(FORM[: FORM.index("观众满意度") + 3].encode(encoding)[:-1])
    document = lift_document(path, LiftOptions())
    assert document.error is None and document.indicators == 2
    (cut,) = (issue for issue in document.issues if issue.code == "file-cut")
    assert cut.source is not None and "观众" in cut.source.text


def test_a_place_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    done = run("lift", str(tmp_path / "nothing.txt"), store=tmp_path / "store")
    assert done.returncode == 2
    assert "nothing.txt" in done.stderr
