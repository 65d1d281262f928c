from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store
from jixiao.tables import TABLES, read_table

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def service(lifted_folder: Path, start_service: Start) -> Service:
    return start_service(lifted_folder, {"JIXIAO_RATE": "0"})


@pytest.fixture(scope="session")
def tables(lifted: tuple[Store, LiftReport]) -> Tables:
    """Return the tables of the published documents as SPARQL gives them."""
    return {name: list(read_table(lifted[0], name)) for name in TABLES}
