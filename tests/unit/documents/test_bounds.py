"""Endless runs and endless rows are cut where nobody can read on, and said to be; time ends a document whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.documents import limits, read_bytes
from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from tests.makers.shapes import SHAPES
from tests.unit.pipeline.test_lifting import FORM


def test_a_run_without_a_word_is_shortened_and_noted() -> None:
    shape = SHAPES["a target of digits"][1]
    document = read_bytes("a.html", shape(limits.MAX_RUN))
    (note,) = document.notes
    assert note.code == "run-shortened"
    assert note.source is not None and note.source.line
    cut = [cell.text for table in document.tables for row in table.rows for cell in row.cells if "…" in cell.text]
    assert cut == ["1" * limits.KEPT_RUN + "…"]
    assert read_bytes("a.html", shape(limits.MAX_RUN - 1)).notes == ()


def test_a_list_of_amounts_is_no_run() -> None:
    assert read_bytes("a.html", SHAPES["a cell of amounts"][1](2000)).notes == ()


def test_columns_that_nobody_can_weigh_are_left_out_and_counted() -> None:
    shape = SHAPES["a square"][1]
    most = limits.MAX_TABLE_COLUMNS
    document = read_bytes("a.html", shape((most + 2) ** 2))
    (note,) = document.notes
    assert (note.code, note.level) == ("table-too-wide", "error")
    assert f" {2 * (most + 2)} " in note.message
    assert {len(row.cells) for table in document.tables for row in table.rows} == {most}
    assert read_bytes("a.html", shape(most**2)).notes == ()


def test_a_document_that_takes_too_long_is_refused_and_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, store = tmp_path / "表.txt", open_store(":memory:")
    path.write_text(FORM, "utf-8")
    assert lift_paths([str(path)], store, workers=1).failed == ()
    version = store.data_version()
    path.write_text(FORM.replace("≥7场", "≥8场"), "utf-8")
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.0)
    monkeypatch.setattr(limits, "SECONDS_A_MEGABYTE", 0.0)
    report = lift_paths([str(path)], store, workers=1)
    assert [each.error_code for each in report.failed] == ["took-too-long"]
    assert store.data_version() == version
    monkeypatch.undo()
    assert lift_paths([str(path)], store, workers=1).changed == 1
