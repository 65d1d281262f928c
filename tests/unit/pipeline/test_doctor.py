"""``jixiao doctor``: what is here, what is missing and what to do, and the exit code where a store is damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli import run


def examined(store: Path, code: int = 0) -> dict[str, dict[str, Any]]:
    done = run("doctor", "--format", "json", store=store)
    assert done.returncode == code, done.stderr
    return {each["name"]: each for each in json.loads(done.stdout)}


def test_everything_has_a_state_and_what_is_missing_a_remedy(tmp_path: Path) -> None:
    found = examined(tmp_path / "none")
    assert {each["state"] for each in found.values()} <= {"ok", "absent"}
    assert found["图谱库 (store)"]["state"] == "absent"
    assert [
        name
        for name, each in found.items()
        if name.startswith("组件") and each["state"] == "absent" and not each["remedy"]
    ] == []


def test_a_sound_store_is_told_with_its_version(lifted_folder: Path) -> None:
    store = examined(lifted_folder)["图谱库 (store)"]
    assert store["state"] == "ok"
    assert str(lifted_folder) in store["detail"]


def test_a_damaged_store_is_a_fault(lifted_folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(lifted_folder, store, ignore=shutil.ignore_patterns("snapshot-*"))  # of services beside it
    largest = max(store.rglob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 0xFF
    largest.write_bytes(data)
    assert examined(store, code=4)["图谱库 (store)"]["state"] == "fault"


def test_a_missing_extra_names_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.doctor_command.find_spec", lambda name: None)
    assert examined(tmp_path / "none")["组件 parquet"]["remedy"] == "pip install 'jixiao-kg[parquet]'"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    assert run("doctor", "--format", "xml", store=tmp_path).returncode == 2
