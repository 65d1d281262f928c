from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.tables import TABLES, read_table

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

ROOT = Path(__file__).resolve().parents[3]
Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def lifted_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tables]:
    """Return the store of the published documents, and its tables as SPARQL gives them."""
    folder = tmp_path_factory.mktemp("rest") / "store"
    store = open_store(str(folder))
    try:
        lift_paths([str(ROOT / "data")], store)
        return folder, {name: list(read_table(store, name)) for name in TABLES}
    finally:
        store.close()


@pytest.fixture(scope="session")
def service(lifted_folder: tuple[Path, Tables], start_service: Start) -> Service:
    return start_service(lifted_folder[0], {"JIXIAO_RATE": "0"})


@pytest.fixture(scope="session")
def tables(lifted_folder: tuple[Path, Tables]) -> Tables:
    return lifted_folder[1]
