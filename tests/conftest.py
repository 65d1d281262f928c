"""What several tests share: where things are, and what is made once for a whole run, however many workers it has."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jixiao.pipeline import LiftReport, lift_paths
from jixiao.store import open_store
from jixiao.store.protocol import Store

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
READ_BY_HAND = ROOT / "tests" / "data" / "published"
SAMPLES = ROOT / "tests" / "data" / "samples"
SAMPLE_FILES = [path for path in sorted(SAMPLES.glob("*.*")) if path.suffix not in (".json", ".jsonl")]

Make = Callable[[Path], None]
MakeOnce = Callable[[str, Make], Path]


def pytest_xdist_auto_num_workers() -> int:
    """Use one worker more than there are processors: many tests wait for a process that they started."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Return a function that lets the first worker that needs a folder make it; the others wait and share it.

    Nobody may write to what is shared.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # each worker has a folder of its own below the run's

    def made(name: str, make: Make) -> Path:
        place, draft = base / name, base / f"{name}.draft"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
                make(draft)
                draft.rename(place)
        return place

    return made


def lift_into(folder: Path, paths: list[Path]) -> None:
    """Lift documents into ``folder/store`` and keep beside it what was reported."""
    store = open_store(str(folder / "store"))
    try:
        report = lift_paths([str(path) for path in paths], store)
    finally:
        store.close()
    (folder / "report").write_bytes(pickle.dumps(report))


@pytest.fixture(scope="session")
def lifted_folder(make_once: MakeOnce) -> Path:
    """Return the folder of a store that holds the published documents, made once."""
    return make_once("lifted", lambda folder: lift_into(folder, [DATA])) / "store"


@pytest.fixture(scope="session")
def lifted(lifted_folder: Path) -> Iterator[tuple[Store, LiftReport]]:
    """Return a store that holds the published documents, to read, and what lifting them reported."""
    report: LiftReport = pickle.loads(lifted_folder.with_name("report").read_bytes())
    store = open_store(str(lifted_folder), read_only=True)
    try:
        yield store, report
    finally:
        store.close()


EXCERPTS = {  # lines, counted from 1: a title, figures in prose, a table of money, the projects, both kinds of targets
    "001_f4d0f210b1239352.txt": ((1, 34), (57, 76), (161, 206), (358, 407), (423, 470)),
    "004_6e11c6bb15f38ee1.txt": ((1, 44), (86, 103), (184, 231), (368, 404), (422, 462)),
}


@pytest.fixture(scope="session")
def two_documents_folder(make_once: MakeOnce) -> Path:
    """Return the folder of a store that holds excerpts of two published documents, a city's and a county's, to read.

    Each has records of every kind; whole documents would only be more of the same to whoever exports or counts.
    """

    def make(folder: Path) -> None:
        for name, ranges in EXCERPTS.items():
            lines = (DATA / name).read_text("utf-8").splitlines(keepends=True)
            (folder / name).write_text("".join(line for a, b in ranges for line in lines[a - 1 : b]), "utf-8")
        lift_into(folder, [folder / name for name in EXCERPTS])

    return make_once("two", make) / "store"


@pytest.fixture(scope="session")
def two_documents(two_documents_folder: Path) -> Iterator[Store]:
    """Return a store that holds excerpts of two published documents, to read."""
    store = open_store(str(two_documents_folder), read_only=True)
    try:
        yield store
    finally:
        store.close()
