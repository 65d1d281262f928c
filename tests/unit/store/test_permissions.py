"""A store is its owner's: nobody else on the machine reads it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from jixiao.store import open_store
from jixiao.tables.keeping import keep_tables


@pytest.mark.parametrize("there", [False, True])
def test_nobody_else_may_look_into_a_store(tmp_path: Path, there: bool) -> None:
    before = os.umask(0o022)
    try:
        if there:
            (tmp_path / "store").mkdir()
        store = open_store(str(tmp_path / "store"))
        store.replace_graph("urn:g", b"<urn:s> <urn:p> <urn:o> <urn:g> .\n")
        keep_tables(store)
        store.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
    assert (tmp_path / "store" / "tables.sqlite").exists()


def test_who_lets_others_read_a_store_is_not_overruled(tmp_path: Path) -> None:
    open_store(str(tmp_path / "store")).close()
    (tmp_path / "store").chmod(0o750)
    open_store(str(tmp_path / "store")).close()
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o750
