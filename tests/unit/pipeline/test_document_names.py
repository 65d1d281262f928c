"""A document is its bytes: what is lifted once, beside, or in the place of another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from jixiao.pipeline import lift_paths
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.tables import read_table

FORM = """{office}{year}年项目绩效目标

项目支出绩效目标申报表

（{year}年度）

部门名称：{office}\t单位：万元

项目名称\t{project}
主管部门\t{office}\t实施单位\t{office}
绩效指标\t一级指标\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t{project}次数\t{target}
\t产出指标\t质量指标\t{project}合格率\t=100%
"""


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(":memory:")
    yield opened
    opened.close()


def write(folder: Path, name: str, office: str = "嵩县司法局", **words: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    said = {"year": "2024", "project": "调解", "target": "≥5次"} | words
    path.write_text(FORM.format(office=office, **said), "utf-8")
    return str(path)


def names(store: Store) -> list[str]:
    return [str(row["document"]) for row in read_table(store, "documents")]


def targets(store: Store) -> list[str]:
    return sorted(str(row["target_text"]) for row in read_table(store, "indicators"))


def test_the_same_bytes_are_one_document_whatever_their_names(store: Store, tmp_path: Path) -> None:
    one, other = write(tmp_path, "a.txt"), write(tmp_path, "b.txt")
    report = lift_paths([one, other], store)
    assert report.doubles == {other: "a.txt"}
    third = write(tmp_path, "c.txt")
    assert lift_paths([third], store).documents[0].name == "a.txt"
    assert names(store) == ["a.txt"]
    assert targets(store) == ["=100%", "≥5次"]
    labels: Any = store.query("SELECT ?l { ?d a jx:Document ; skos:altLabel ?l }", prefixes=PREFIXES)
    assert sorted(row["l"].value for row in labels) == ["b.txt", "c.txt"]


def test_two_documents_of_one_name_in_one_run_stand_side_by_side(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"{office}/附件1.txt", office) for office in ("嵩县司法局", "滑县司法局")]
    seen = set()
    for order in permutations(paths):
        store = open_store(":memory:")
        lift_paths(order, store)
        seen.add(tuple(names(store)))
        store.close()
    ((one, other),) = seen
    assert one.startswith("附件1~") and other.endswith(".txt") and one != other


def test_another_document_of_a_stored_name_stands_beside_it(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "附件1.txt")], store)
    path = write(tmp_path, "附件1.txt", "滑县司法局")
    lift_paths([path], store)
    first, second = names(store)
    assert first == "附件1.txt" and second.startswith("附件1~")
    lift_paths([path], store)
    assert names(store) == [first, second]


def test_a_correction_replaces_what_it_corrects(store: Store, tmp_path: Path) -> None:
    lift_paths([write(tmp_path, "附件1.txt")], store)
    lift_paths([write(tmp_path, "附件1.txt", "滑县司法局")], store)
    lift_paths([write(tmp_path, "附件1.txt", target="≥7次")], store)
    lift_paths([write(tmp_path, "附件1.txt", "滑县司法局", target="≥9次")], store)
    assert len(names(store)) == 2
    assert targets(store) == ["=100%", "=100%", "≥7次", "≥9次"]


@pytest.mark.parametrize("words", [{"year": "2025"}, {"project": "普法宣传"}])
def test_another_year_or_another_project_is_no_correction(store: Store, tmp_path: Path, words: dict[str, str]) -> None:
    lift_paths([write(tmp_path, "x.txt")], store)
    lift_paths([write(tmp_path, "x.txt", **words)], store)
    assert len(names(store)) == 2


PREFIXES = {"jx": "https://w3id.org/jixiao/ontology#", "skos": "http://www.w3.org/2004/02/skos/core#"}


def test_a_page_without_a_form_does_not_replace_a_document_with_one_unless_told_to(
    store: Store, tmp_path: Path
) -> None:
    first = write(tmp_path / "a", "附件1.txt")
    lift_paths([first], store)
    page = tmp_path / "b" / "附件1.txt"
    page.parent.mkdir()
    page.write_text("<html><body><h1>404 Not Found</h1><p>您访问的页面不存在</p></body></html>", "utf-8")
    report = lift_paths([str(page)], store)
    assert [each.error_code for each in report.failed] == ["nothing-to-replace"]
    assert "--replace-empty" in (report.failed[0].error or "")
    assert (names(store), targets(store)) == (["附件1.txt"], ["=100%", "≥5次"])
    report = lift_paths([str(page)], store, LiftOptions(replace_empty=True))
    assert not report.failed
    (only,) = names(store)
    assert only.startswith("附件1~") and targets(store) == []
