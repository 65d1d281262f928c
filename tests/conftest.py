"""What several tests share: the five published documents, lifted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.pipeline import LiftReport, lift_paths
from jixiao.store import open_store
from jixiao.store.protocol import Store

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"


@pytest.fixture(scope="session")
def lifted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, LiftReport]]:
    """Return a store that holds the published documents, and what lifting them reported."""
    store = open_store(str(tmp_path_factory.mktemp("lifted") / "store"), read_only=False)
    try:
        yield store, lift_paths([str(DATA)], store)
    finally:
        store.close()
