"""Whatever is killed at whatever moment: the store opens, each graph is old or new, and doing it again ends alike.

``make test-long`` kills each kind of thing once; ``-m slow`` two hundred times, at other moments.
"""

from __future__ import annotations

import contextlib
import pickle
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from jixiao.config import BASE_IRI
from jixiao.ids import Minter
from jixiao.pipeline import lift_paths
from jixiao.review.decisions import CORRECT, Decision
from jixiao.review.keeping import decide, find_thing
from jixiao.reviewing import decide_in_store
from jixiao.store.embedded import EmbeddedStore
from jixiao.tables import read_table
from jixiao.tables.keeping import keep_tables
from tests.conftest import ROOT, MakeOnce
from tests.unit.pipeline.test_lifting import FORM

KILLED = """
import sys
from pathlib import Path
from tests.unit.store.test_kills import do
print("ready", flush=True)
do(sys.argv[1], Path(sys.argv[2]))
"""
RENAMED = """DELETE { GRAPH ?g { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } }
INSERT { GRAPH ?g { ?s <urn:was> ?o } } WHERE { GRAPH ?g { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } }"""
KINDS = ("old", "new", "compact", "backup", "restore", "tables", "update", "review")


@dataclass
class Whole:
    """Hold what an undisturbed change takes and leaves: digests of graphs before and after, rows, files."""

    took: float
    before: dict[str, str]
    after: dict[str, str]
    rows: list[dict[str, object]]
    files: dict[str, bytes]


Done = Callable[[str], Whole]


def do(kind: str, folder: Path) -> float:
    """Do one thing to the store of a folder; return the seconds it took."""
    started = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jixiao.store.embedded._BULK", 100)  # what is new is bulk-loaded, as large documents are
        store = EmbeddedStore(folder / "store")
        try:
            if kind in ("old", "new"):
                lift_paths([str(folder / kind)], store, workers=1)
            elif kind == "compact":
                store.compact()
            elif kind == "backup":
                store.backup(folder / "backup.nq")
            elif kind == "restore":
                store.restore(folder / "other.nq")
            elif kind == "update":
                store.update(RENAMED)
            elif kind == "review":
                decide_in_store(store, [correction(store)], BASE_IRI)
            keep_tables(store)
        finally:
            store.close()
    return time.monotonic() - started


def correction(store: EmbeddedStore) -> Decision:
    """Return what sets the target of one document's indicator right; the second time it is the same."""
    iri = min(str(row["iri"]) for row in read_table(store, "indicators"))
    decided = decide(find_thing(store, iri, Minter(BASE_IRI)), CORRECT, "审核", field="target_text", value="≥9场")
    return replace(decided, time="2026-12-01T00:00:00Z")


def kill(kind: str, folder: Path, seconds: float) -> None:
    """Do one thing in a process of its own that is killed so many seconds after it began, if it still runs."""
    command = [sys.executable, "-c", KILLED, kind, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()


def prepare(folder: Path) -> None:
    """Make a store of five documents, newer versions of them, and a backup of something else."""
    for name, target in (("old", 7), ("new", 8)):
        (folder / name).mkdir()
        for number in range(5):
            text = FORM.replace("展览经费", f"第{number}次展览经费").replace("≥7场", f"≥{target}场")
            (folder / name / f"{number}.txt").write_text(text, "utf-8")
    do("new", folder)
    do("backup", folder)
    (folder / "backup.nq").rename(folder / "other.nq")
    shutil.rmtree(folder / "store")
    do("old", folder)


@pytest.fixture
def base(make_once: MakeOnce) -> Path:
    return make_once("killed", prepare)


def seen(folder: Path) -> dict[str, str]:
    """Return the digest of every graph, as it is and not as it was noted."""
    store = EmbeddedStore(folder / "store")
    try:
        return {graph: store.document_graph(graph).digest for graph in store.graphs()}
    finally:
        store.close()


def rows(folder: Path) -> list[dict[str, object]]:
    store = EmbeddedStore(folder / "store", read_only=True)
    try:
        return [row for table in ("documents", "indicators", "findings") for row in read_table(store, table)]
    finally:
        store.close()


def files(folder: Path) -> dict[str, bytes]:
    """Return the names of the files of a store, and of backups what is in them."""
    found = {file.name: b"" for file in (folder / "store").iterdir()}
    return found | {file.name: file.read_bytes() for file in folder.glob("*.nq*")}


def copied(base: Path, place: Path, kind: str) -> Path:
    shutil.copytree(base, place)
    if kind == "tables":
        for file in (place / "store").glob("tables*"):
            file.unlink()
    return place


@pytest.fixture
def done(base: Path, make_once: MakeOnce) -> Done:
    """Return a function that tells what a kind of thing leaves when nobody disturbs it."""

    def whole(kind: str) -> Whole:
        def make(folder: Path) -> None:
            place = copied(base, folder / "whole", kind)
            before, took = seen(place), do(kind, place)
            left = Whole(took, before, seen(place), rows(place), files(place))
            (folder / "left").write_bytes(pickle.dumps(left))

        left: Whole = pickle.loads((make_once(f"killed-{kind}", make) / "left").read_bytes())
        return left

    return whole


def kill_and_repeat(base: Path, done: Done, hit: Path, moment: int) -> None:
    """Kill one thing at a random moment, see that nothing is halved, and do it again."""
    kind = KINDS[moment % len(KINDS)]
    whole = done(kind)
    copied(base, hit, kind)
    kill(kind, hit, random.Random(moment).uniform(0, whole.took))
    for graph, digest in seen(hit).items():
        if graph.endswith(".txt"):  # links and catalogue follow in steps of their own
            assert digest in (whole.before.get(graph), whole.after.get(graph)), graph
    do(kind, hit)
    assert seen(hit) == whole.after
    assert rows(hit) == whole.rows
    assert files(hit) == whole.files
    store = EmbeddedStore(hit / "store", read_only=True)
    assert store.check() == []
    store.close()


@pytest.mark.long
@pytest.mark.parametrize("moment", range(len(KINDS)))
def test_a_kill_loses_nothing(base: Path, done: Done, tmp_path: Path, moment: int) -> None:
    kill_and_repeat(base, done, tmp_path / "hit", moment)


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(1000, 1200))
def test_two_hundred_kills_lose_nothing(base: Path, done: Done, tmp_path: Path, moment: int) -> None:
    kill_and_repeat(base, done, tmp_path / "hit", moment)
