"""One reading: whoever asks about a document is told the same, and nothing is worked out twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.ids import Key, Minter
from jixiao.inspection import inspect_document
from jixiao.lifting.nodes import Record
from jixiao.pipeline import lift_document
from jixiao.reading import LiftOptions, read
from jixiao_service.workers.examining import examine
from tests.conftest import DATA

PATH = DATA / "002_e5fdb3e96c6bcd88.txt"  # the one with breaches of its structure


def test_lift_inspect_and_the_check_page_say_the_same() -> None:
    reading, lifted, shown = read(PATH), lift_document(PATH, LiftOptions()), examine(PATH.read_bytes(), PATH.name)
    assert reading.breaches
    assert lifted.nquads == reading.triples
    assert shown["quads"] == reading.triples.count(b"\n")
    assert lifted.issues == reading.issues
    assert [issue["message"] for issue in shown["issues"]] == [issue.message for issue in reading.issues]
    assert sum(lifted.findings.values()) == len(reading.findings) == len(shown["findings"])
    inspected = list(inspect_document(PATH))
    assert f"\n问题 (issues): {len(reading.issues)}" in inspected


def test_a_document_with_breaches_is_lifted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    minted = []
    once = Minter.local

    def counted(minter: Minter, kind: str, document: str, table: int | None, line: int, *keys: Key) -> str:
        minted.append((kind, table, line, keys))
        return once(minter, kind, document, table, line, *keys)

    monkeypatch.setattr(Minter, "local", counted)
    assert lift_document(PATH, LiftOptions()).error is None
    indicators = [each for each in minted if each[0] == "indicator"]
    assert len(indicators) == len(set(indicators)) > 50


def test_every_record_keeps_the_node_the_graph_has_of_it() -> None:
    reading = read(PATH)
    subjects = {line.split(b" ", 1)[0].decode().strip("<>") for line in reading.triples.splitlines()}
    nodes = reading.lifted.nodes
    assert nodes.iri(None) in subjects
    for form in reading.records.forms:
        for plan in form.plans:
            held: tuple[Record, ...] = (*plan.funds, *plan.goals, *plan.tasks, *plan.indicators, *plan.management)
            for record in (form, plan, *held):
                assert nodes.iri(record) in subjects
                assert nodes.record(nodes.iri(record)) is record


def test_a_document_may_be_read_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "upload.txt").write_bytes(PATH.read_bytes())
    assert read(tmp_path / "upload.txt", name=PATH.name).triples == read(PATH).triples
