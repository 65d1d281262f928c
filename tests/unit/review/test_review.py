"""What persons decide on what was read is kept by the bytes and the place, whoever reads them again."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from jixiao import reading
from jixiao.config import BASE_IRI
from jixiao.documents import read_document
from jixiao.errors import UsageError
from jixiao.ids import Minter
from jixiao.model import Block, Document, Paragraph, Row
from jixiao.pipeline import lift_paths
from jixiao.reading import LiftOptions
from jixiao.review.keeping import decide, find_thing
from jixiao.reviewing import decide_in_store
from jixiao.store import open_store
from jixiao.tables import read_table
from jixiao.tables.side import FILE, SideTables
from jixiao_service.rest.ground import ground_of
from tests.cli import run
from tests.conftest import ROOT

IDS = Minter(BASE_IRI)
HEAD = ("一级指标", "二级指标", "三级指标", "指标值")
ROWS = (
    ("产出指标", "数量指标", "清淤长度", "≥12公里"),
    ("产出指标", "时效指标", "完成时间", "12月底前"),
    ("满意度指标", "服务对象满意度指标", "群众满意度", "较高"),
)


def workbook(path: Path, rows: tuple[tuple[str, ...], ...] = ROWS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (("2024年度项目支出绩效目标表",), ("部门名称", "测试县水务局"), ("项目名称", "河道清淤"), HEAD, *rows):
        sheet.append(line)
    book.save(path)
    return path


def lift(store: Path, path: Path, **options: Any) -> None:
    with closing(open_store(str(store))) as target:
        assert not lift_paths([str(path)], target, LiftOptions(**options)).failed


def table(store: Path, name: str) -> list[dict[str, Any]]:
    with closing(open_store(str(store), read_only=True)) as opened:
        return list(read_table(opened, name))


def row_of(store: Path, name: str) -> dict[str, Any]:
    return next(row for row in table(store, "indicators") if row["level3"] == name)


def decided(store: Path, iri: str, decision: str, **said: str) -> frozenset[str]:
    with closing(open_store(str(store))) as target:
        made = decide(find_thing(target, iri, IDS), decision, "审核", **said)
        return decide_in_store(target, [made], BASE_IRI)


def graphs(store: Path) -> dict[str, set[bytes]]:
    with closing(open_store(str(store), read_only=True)) as target:
        return {graph: set(target.read_graph(graph).splitlines()) for graph in target.graphs()}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    lift(tmp_path / "store", workbook(tmp_path / "目标.xlsx"))
    return tmp_path / "store"


def test_a_correction_shows_at_once_as_if_the_document_were_lifted_again(store: Path, tmp_path: Path) -> None:
    before = row_of(store, "群众满意度")
    assert before["lower"] is None
    assert decided(store, before["iri"], "correct", field="target_text", value="≥90%")
    shown = graphs(store)
    after = row_of(store, "群众满意度")
    assert (after["iri"], after["corrected"], after["lower"], after["unit"]) == (
        before["iri"],
        ["target_text"],
        "90",
        "%",
    )
    (kept,) = table(store, "corrections")
    assert (kept["cell_place"], kept["printed"], kept["corrected_to"]) == ("Sheet!D7", "较高", "≥90%")
    tables = SideTables(store / FILE)
    ground = ground_of(tables, "indicators")
    tables.close()
    assert (ground.rows, ground.corrected) == (len(table(store, "indicators")), 1)
    assert "，其中人工更正 1 行" in ground.sentence("zh")
    lift(store, tmp_path / "目标.xlsx")
    assert graphs(store) == shown


def test_it_survives_backup_and_restore_and_waits_where_no_original_is_kept(store: Path, tmp_path: Path) -> None:
    decided(store, row_of(store, "群众满意度")["iri"], "correct", field="target_text", value="≥90%")
    restored = tmp_path / "restored"
    with closing(open_store(str(store))) as source, closing(open_store(str(restored))) as target:
        source.backup(tmp_path / "backup.nq")
        target.restore(tmp_path / "backup.nq")
    assert not decided(restored, row_of(restored, "完成时间")["iri"], "correct", field="target_text", value="11月底前")
    assert row_of(restored, "完成时间")["target_text"] == "12月底前"
    lift(restored, tmp_path / "目标.xlsx")
    assert [row_of(restored, name)["target_text"] for name in ("群众满意度", "完成时间")] == ["≥90%", "11月底前"]


def moved(document: Document, change: dict[str, str]) -> Document:
    """Return what another reader would make of a document: other lines and tables, some cells read differently."""

    def block(each: Block) -> Block:
        if isinstance(each, Paragraph):
            return replace(each, place=replace(each.place, line=each.place.line + 20))
        return replace(each, index=each.index + 3, rows=tuple(map(row, each.rows)))

    def row(each: Row) -> Row:
        cells = tuple(replace(cell, text=change.get(cell.text, cell.text)) for cell in each.cells)
        return Row(cells, replace(each.place, line=each.place.line + 20))

    return replace(document, blocks=tuple(map(block, document.blocks)))


@pytest.mark.parametrize(
    ("change", "value", "code"),
    [
        ({}, "≥90%", ""),
        ({"较高": "甚高"}, "甚高", "correction-differs"),
        ({"群众满意度": ""}, "", "correction-lost"),
    ],
)
def test_another_reader_finds_the_cell_again_or_says_that_it_does_not(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], value: str, code: str
) -> None:
    old = row_of(store, "群众满意度")
    decided(store, old["iri"], "correct", field="target_text", value="≥90%")
    monkeypatch.setattr(reading, "read_document", lambda path: moved(read_document(path), change))
    lift(store, tmp_path / "目标.xlsx")
    found = {row["level3"]: (row["target_text"], row["line"]) for row in table(store, "indicators")}
    assert found.get("群众满意度", ("", old["line"] + 20)) == (value, old["line"] + 20)
    told = "".join(row["code"] for row in table(store, "issues") if row["code"].startswith("correction"))
    assert told == code


def test_what_the_reader_says_by_now_is_told_and_not_applied(store: Path, tmp_path: Path) -> None:
    iri = row_of(store, "清淤长度")["iri"]
    decided(store, iri, "correct", field="target_text", value="≥12公里")
    assert row_of(store, "清淤长度")["corrected"] == []
    assert [row["level"] for row in table(store, "issues") if row["code"] == "correction-agrees"] == ["info"]


def test_a_row_that_is_none_goes_and_what_was_looked_at_is_left_alone(store: Path, tmp_path: Path) -> None:
    decided(store, row_of(store, "完成时间")["iri"], "reject")
    assert [row["level3"] for row in table(store, "indicators")] == ["清淤长度", "群众满意度"]
    assert "rejected-row" in {row["code"] for row in table(store, "issues")}
    lift(store, workbook(tmp_path / "另一份.xlsx", (*ROWS, ("产出指标", "质量指标", "", "≥3次"))))
    (doubtful,) = table(store, "review")
    decided(store, doubtful["iri"], "accept")
    assert table(store, "review") == []


def issue_of(store: Path, code: str) -> dict[str, Any]:
    return next(row for row in table(store, "issues") if row["code"] == code)


def test_a_row_that_was_not_read_is_added_and_stays(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ("", "", "", "合格率100%")
    path = workbook(tmp_path / "另一份.xlsx", (*ROWS[:2], lost, (*ROWS[1][:2], "完工时间", "12月"), ROWS[2]))
    lift(tmp_path / "other", path)
    issue = issue_of(tmp_path / "other", "row-not-placed")
    assert issue["iri"] in {row["iri"] for row in table(tmp_path / "other", "review")}
    said = ("review", "add", issue["iri"], "验收合格率", "≥98%", "--note", "单元格错位")
    assert run(*said, store=tmp_path / "other").returncode == 0
    added = row_of(tmp_path / "other", "验收合格率")
    assert (added["project"], added["lower"], added["level1"], added["level2"]) == ("河道清淤", "98", *ROWS[1][:2])
    assert (added["corrected"], added["confidence"]) == (["level3", "target_text"], "1")
    (kept,) = table(tmp_path / "other", "corrections")
    assert (kept["decision"], kept["item"], kept["corrected_to"], kept["note"]) == (
        "add",
        "验收合格率",
        "≥98%",
        "单元格错位",
    )
    names = [row["level3"] for row in table(tmp_path / "other", "indicators")]
    assert names == ["清淤长度", "完成时间", "验收合格率", "完工时间", "群众满意度"]
    before, issue = issue, issue_of(tmp_path / "other", "row-not-placed")
    assert (issue["level"], issue["iri"]) == ("info", before["iri"]) and issue["iri"] not in {
        row["iri"] for row in table(tmp_path / "other", "review")
    }
    decided(tmp_path / "other", added["iri"], "correct", field="weight", value="10")  # it is set right like any other
    monkeypatch.setattr(reading, "read_document", lambda path: moved(read_document(path), {}))
    lift(tmp_path / "other", path)
    again = row_of(tmp_path / "other", "验收合格率")
    assert (again["target_text"], again["weight"], again["line"]) == ("≥98%", "10", added["line"] + 20)
    decided(tmp_path / "other", again["iri"], "reject")
    lift(tmp_path / "other", path)
    assert "验收合格率" not in [row["level3"] for row in table(tmp_path / "other", "indicators")]


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        (("产出指标", "时效指标"), ("产出指标", "时效指标")),
        (("满意度指标", "质量指标"), ("满意度指标", None)),
        (("", ""), (None, None)),
    ],
)
def test_an_added_row_has_the_levels_that_it_prints_and_no_others(
    tmp_path: Path, cells: tuple[str, str], levels: tuple[str | None, str | None]
) -> None:
    lift(tmp_path / "store", workbook(tmp_path / "目标.xlsx", (*ROWS, (*cells, "", "合格率100%"))))
    issue = issue_of(tmp_path / "store", "row-not-placed")
    assert "review add IRI" in run("review", store=tmp_path / "store").stdout
    run("review", "add", issue["iri"], "验收合格率", "≥98%", store=tmp_path / "store")
    added = row_of(tmp_path / "store", "验收合格率")
    assert (added["level1"], added["level2"]) == levels


def test_what_is_read_by_now_is_not_added_and_what_belongs_nowhere_is_told(store: Path, tmp_path: Path) -> None:
    lift(store, workbook(tmp_path / "目标.xlsx", (*ROWS, ("产出指标", "时效指标", "", "合格率100%"))))
    (tmp_path / "通知.txt").write_text("关于报送2025年度项目支出绩效目标的通知\n\n各单位请于三月底前报送。\n", "utf-8")
    lift(tmp_path / "none", tmp_path / "通知.txt")
    for folder, code, told in (
        (store, "row-not-placed", "agrees"),
        (tmp_path / "none", "no-performance-form", "nowhere"),
    ):
        iri = issue_of(folder, code)["iri"]
        with closing(open_store(str(folder))) as target:
            issue = find_thing(target, iri, IDS)
            with pytest.raises(UsageError, match="name"):
                decide(issue, "add", "审核", field=" ", value="≥98%")
            made = decide(issue, "add", "审核", field="清淤长度", value="≥12公里")
            if told == "agrees":
                made = replace(made, place="Sheet!A5", printed="\t".join(ROWS[0]))
            decide_in_store(target, [made], BASE_IRI)
        assert any(row["code"].endswith(told) for row in table(folder, "issues"))
    assert [row["level3"] for row in table(store, "indicators")] == [each[2] for each in ROWS]


def test_another_version_of_the_document_is_offered_it(store: Path, tmp_path: Path) -> None:
    decided(store, row_of(store, "群众满意度")["iri"], "correct", field="target_text", value="≥90%")
    newer = (("产出指标", "数量指标", "清淤长度", "≥13公里"), *ROWS[1:])
    lift(store, workbook(tmp_path / "目标.xlsx", newer))
    assert row_of(store, "群众满意度")["target_text"] == "较高"
    (offered,) = (row for row in table(store, "issues") if row["code"] == "correction-offered")
    assert "≥90%" in offered["message"]
    decided(store, row_of(store, "群众满意度")["iri"], "correct", field="target_text", value="≥90%")
    assert "correction-offered" not in {row["code"] for row in table(store, "issues")}


def test_files_of_decisions_are_taken_over_whole_or_not_at_all(store: Path, tmp_path: Path) -> None:
    iri = row_of(store, "群众满意度")["iri"]
    assert run("review", "set", iri, "target_text", "≥90%", store=store).returncode == 0
    file = tmp_path / "decisions.jsonl"
    assert run("review", "export", str(file), store=store).returncode == 0
    line = json.loads(file.read_text("utf-8"))
    other = {**line, "value": "≥91%", "time": "2099-01-01T08:00:00+08:00", "role": "管理"}
    bad = [
        {**line, "field": "nonsense"},
        {**line, "role": "张三"},
        {**line, "value": 3},
        {**line, "colour": "red"},
        [1],
    ]
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("\n".join(map(json.dumps, [other, *bad])) + "\n{", "utf-8")
    refused = run("review", "import", str(wrong), store=store)
    assert refused.returncode == 3
    assert all(f"wrong.jsonl:{number}:" in refused.stderr for number in range(2, 8))
    assert "wrong.jsonl:1:" not in refused.stderr
    assert row_of(store, "群众满意度")["target_text"] == "≥90%"
    file.write_text("\n".join(map(json.dumps, [other, line, {**line, "sha256": "0" * 64}])), "utf-8")
    taken = run("review", "import", str(file), store=store)
    assert taken.returncode == 0, taken.stderr
    assert "decisions.jsonl:1" in taken.stderr and "decided-twice" in taken.stderr
    assert "other-bytes" in taken.stderr and "decisions.jsonl:3" in taken.stderr
    assert row_of(store, "群众满意度")["target_text"] == "≥91%"
    assert len(table(store, "corrections")) == 3
    assert run("review", "set", iri, "weight", "十", store=store).returncode == 2
    assert run("review", "set", "indicator/none", "weight", "1", store=store).returncode == 2


MONEY = "2023年部门收入总表\n\n部门代码\t部门名称\t合计\n101\t柳河县司法局\t150.00\n102\t柳河县民政局\t590.09\n"


def test_a_doubtful_amount_says_why_and_is_set_right_in_either_unit(tmp_path: Path) -> None:
    path, store = tmp_path / "预算.txt", tmp_path / "store"
    path.write_text(MONEY, "utf-8")
    lift(store, path)
    doubtful = [row for row in table(store, "review") if row["kind"] == "figure"]
    assert len(doubtful) == 2 and all("没有印出金额单位" in "；".join(row["doubts"]) for row in doubtful)
    shown = run("review", store=store).stdout
    assert "没有印出金额单位" in shown and "可更正 (may be set): item amount" in shown
    iri = doubtful[0]["iri"]
    for value, yuan in (("590.09万元", 5900900), ("5,900,901 元", 5900901), ("5900902", 5900902)):
        assert run("review", "set", iri, "amount", value, store=store).returncode == 0
        assert next(row for row in table(store, "amounts") if row["iri"] == iri)["amount"] == str(yuan)
    assert iri not in {row["iri"] for row in table(store, "review")}
    refused = run("review", "set", iri, "amount", "590万人", store=store)
    assert refused.returncode == 2 and "万元" in refused.stderr


def test_a_dismissed_finding_stays_so_until_its_content_changes(store: Path, tmp_path: Path) -> None:
    found = next(row for row in table(store, "findings") if row["indicator"] == "群众满意度")
    assert found["status"] == "open"
    assert run("review", "status", found["iri"], "dismissed", store=store).returncode == 2  # a reason is needed
    assert run("review", "status", found["iri"], "dismissed", "--note", "原文如此", store=store).returncode == 0
    statuses = []
    for rows in (ROWS, (ROWS[1], ROWS[0], ROWS[2]), (*ROWS[:2], (*ROWS[2][:3], "一般"))):
        lift(store, workbook(tmp_path / "目标.xlsx", rows))
        again = (
            row for row in table(store, "findings") if (row["rule"], row["indicator"]) == (found["rule"], "群众满意度")
        )
        statuses.append(next(again)["status"])
    assert statuses == ["dismissed", "dismissed", "open"]


def test_decisions_are_lines_that_read_back(store: Path) -> None:
    decided(store, row_of(store, "群众满意度")["iri"], "accept", note="看过\n两遍")
    (row,) = table(store, "corrections")
    assert (row["decision"], row["note"], row["kind"]) == ("accept", "看过\n两遍", "indicator")


def test_a_correction_becomes_a_test_case(store: Path, tmp_path: Path) -> None:
    decided(store, row_of(store, "群众满意度")["iri"], "correct", field="target_text", value="≥90%")
    run("review", "export", str(tmp_path / "decisions.jsonl"), store=store)
    made = [sys.executable, "-c", "import sys; from pathlib import Path; from tools.correction_case import make_case; "
            "make_case(*map(Path, sys.argv[1:]))"]  # fmt: skip
    paths = [str(tmp_path / name) for name in ("decisions.jsonl", "目标.xlsx", "case")]
    subprocess.run([*made, *paths], check=True, cwd=ROOT)
    rows = [json.loads(line) for line in (tmp_path / "case" / "indicators.jsonl").read_text("utf-8").splitlines()]
    assert [row["target_text"] for row in rows] == ["≥12公里", "12月底前", "≥90%"]
    assert (tmp_path / "case" / "input.xlsx").read_bytes() == (tmp_path / "目标.xlsx").read_bytes()
