"""Make a store of version 0.1.0 from what that version has written (``tests/data/first-version``)."""

from __future__ import annotations

import json
import lzma
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from jixiao.reading import LiftOptions
from jixiao.upgrade.upgrading import upgrade_store
from tests.conftest import DATA, MakeOnce

HELD = Path(__file__).resolve().parent.parent / "data" / "first-version" / "store.nq.xz"


def make_first_version(folder: Path) -> None:
    """Make the folder of the store: data and settings, as version 0.1.0 leaves them."""
    folder.mkdir(mode=0o700)
    store = Store(str(folder / "data"))
    store.bulk_load(lzma.decompress(HELD.read_bytes()), RdfFormat.N_QUADS)
    store.flush()
    (folder / "store.json").write_text(json.dumps({"layout": 1, "merged": True}))


@pytest.fixture(scope="session")
def upgraded_folder(make_once: MakeOnce) -> Path:
    """Return a folder with a store of version 0.1.0 (``first``) and what upgrading it made (``store``).

    The original of one document was there (``originals``), that of the other was not.
    """

    def make(folder: Path) -> None:
        make_first_version(folder / "first")
        shutil.copytree(folder / "first", folder / "store")
        (folder / "originals").mkdir()
        shutil.copy(DATA / "002_e5fdb3e96c6bcd88.txt", folder / "originals")
        upgrade_store(folder / "store", LiftOptions(), originals=folder / "originals", workers=1)

    return make_once("upgraded", make)
