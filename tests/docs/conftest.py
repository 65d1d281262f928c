"""A folder as the pages of the documentation suppose it: the published documents, lifted, and the examples."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import DATA, ROOT


@pytest.fixture
def workplace(lifted_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of its own, to change at will, which is the working folder of the test."""
    data = tmp_path / "data"
    data.mkdir()
    for path in (*DATA.glob("*.txt"), DATA / "sources.csv"):
        shutil.copy(path, data)
    shutil.copytree(lifted_folder, data / "out" / "store")
    for name in ("docs", "service"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.delenv("JIXIAO_STORE", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return tmp_path
