"""Stores that answer from memory: hundreds of questions are asked of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from jixiao.pipeline import LiftReport
from jixiao.store import MEMORY, open_store
from jixiao.store.protocol import Store
from tests.conftest import SAMPLE_FILES, MakeOnce, lift_into


class Quick:
    """Be a store in a folder whose queries are answered by a copy in memory, in a third of the time."""

    def __init__(self, kept: Store, copy: Store) -> None:
        self._kept = kept
        self.query = copy.query

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)


def quickened(kept: Store, make_once: MakeOnce, name: str) -> Iterator[Store]:
    """Yield a store with a copy in memory."""
    backup = make_once(f"{name}-backup", lambda folder: kept.backup(folder / "all.nq")) / "all.nq"
    with closing(open_store(MEMORY)) as copy:
        copy.restore(Path(backup))
        yield cast("Store", Quick(kept, copy))


@pytest.fixture(scope="session")
def lifted(lifted: tuple[Store, LiftReport], make_once: MakeOnce) -> Iterator[tuple[Store, LiftReport]]:
    """Return a store that holds the published documents, and what lifting them reported."""
    for store in quickened(lifted[0], make_once, "lifted"):
        yield store, lifted[1]


@pytest.fixture(scope="session")
def others(make_once: MakeOnce) -> Iterator[Store]:
    """Return a store that holds documents of offices the code has never met."""
    folder = make_once("samples", lambda folder: lift_into(folder, SAMPLE_FILES))
    with closing(open_store(str(folder / "store"), read_only=True)) as store:
        yield from quickened(store, make_once, "samples")
