"""Files that would give what is stored are passed over; whatever may change the result reads them again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from jixiao.pipeline import lift_paths
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from jixiao.store.protocol import Store
from tests.cli import run
from tests.conftest import ROOT
from tests.unit.pipeline.test_interruptions import write_pair
from tests.unit.pipeline.test_lifting import FORM
from tests.unit.pipeline.test_sisters import FORM as WITH_OFFICE

OPTIONS = LiftOptions(skip=True)
KILLED_AT_THE_SECOND = """
import os, signal, sys
from jixiao.pipeline import lift_paths
from jixiao.store import embedded, open_store
embedded._HELD = 1
seen = []
def die(document):
    seen.append(document)
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
lift_paths(sys.argv[2:], open_store(sys.argv[1]), workers=1, progress=die)
"""


def passed_over(folder: Path, store: Store, options: LiftOptions = OPTIONS) -> set[str]:
    """Lift a folder and return the names of the documents that were not read again."""
    report = lift_paths([str(folder)], store, options, workers=1)
    assert not report.failed
    return {document.name for document in report.documents if document.unchanged}


def dump(store: Store) -> bytes:
    output = BytesIO()
    store.dump(output)
    return output.getvalue()


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, Store]:
    """Return a folder of two documents and a store into which they were lifted."""
    folder = tmp_path / "forms"
    folder.mkdir()
    write_pair(folder, "展览经费", "讲座经费")
    store = open_store(str(tmp_path / "store"))
    assert passed_over(folder, store) == set()
    return folder, store


def test_a_second_lift_reads_nothing_and_leaves_the_store_as_it_is(stored: tuple[Path, Store]) -> None:
    folder, store = stored
    before = dump(store)
    assert passed_over(folder, store) == {"2023.txt", "2024.txt"}
    assert passed_over(folder, store, replace(OPTIONS, skip=False)) == set()
    assert dump(store) == before


def _other_bytes(folder: Path) -> LiftOptions:
    (folder / "2024.txt").write_text(FORM.replace("≥95%", "≥96%"), "utf-8")
    return OPTIONS


def _another_name(folder: Path) -> LiftOptions:
    (folder / "2024.txt").rename(folder / "附件.txt")
    return OPTIONS


def _an_address(folder: Path) -> LiftOptions:
    assert folder.is_dir()
    return replace(OPTIONS, sources={"2024.txt": "https://example.org/2024.txt"})


@pytest.mark.parametrize("change", [_other_bytes, _another_name, _an_address])
def test_only_what_may_differ_is_read_again(stored: tuple[Path, Store], change: Callable[[Path], LiftOptions]) -> None:
    folder, store = stored
    assert passed_over(folder, store, change(folder)) == {"2023.txt"}


def test_other_settings_read_everything_again(stored: tuple[Path, Store], tmp_path: Path) -> None:
    folder, store = stored
    settings = tmp_path / "audit.toml"
    settings.write_text('[mute]\nR101 = "本单位不审这一条"\n', "utf-8")
    assert passed_over(folder, store, replace(OPTIONS, originals=False)) == set()  # its file is to be kept, or not
    assert passed_over(folder, store, replace(OPTIONS, audit_settings=settings)) == set()
    assert passed_over(folder, store, replace(OPTIONS, contacts=True)) == set()


def test_an_update_by_hand_is_set_right(stored: tuple[Path, Store]) -> None:
    folder, store = stored
    before = dump(store)
    store.update("DELETE WHERE { GRAPH ?g { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } }")
    assert dump(store) != before
    assert passed_over(folder, store) == set()
    assert dump(store) == before


def test_a_sister_that_comes_later_still_tells_the_place(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    bare = WITH_OFFICE.format(title="附件1", office="司法局", project="调解经费")
    (folder / "附件1.txt").write_text(bare, "utf-8")
    (folder / "附件3.txt").write_text(bare.replace("司法局", "民政局"), "utf-8")
    store, fresh = open_store(":memory:"), open_store(":memory:")
    passed_over(folder, store)
    placed = WITH_OFFICE.format(title="岱山县司法局2024年项目绩效目标", office="岱山县司法局", project="普法经费")
    (folder / "附件2.txt").write_text(placed, "utf-8")
    passed_over(folder, store)
    passed_over(folder, fresh)
    assert dump(store) == dump(fresh)
    assert passed_over(folder, store) == {"附件1.txt", "附件2.txt", "附件3.txt"}


def test_a_killed_lift_goes_on_without_reading_again_what_stood(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, "展览经费", "讲座经费")
    location = str(tmp_path / "store")
    subprocess.run([sys.executable, "-c", KILLED_AT_THE_SECOND, location, *paths], cwd=ROOT, check=False)
    store, fresh = open_store(location), open_store(":memory:")
    again = lift_paths(paths, store, OPTIONS, workers=1)
    assert [document.unchanged for document in again.documents].count(True) == 1
    assert again.unfinished == frozenset()
    lift_paths(paths, fresh, workers=1)
    assert dump(store) == dump(fresh)


def test_the_command_says_how_many_it_passed_over(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, "展览经费", "讲座经费")
    first = run("lift", *paths, store=tmp_path / "store")
    assert "2023.txt" in first.stdout and "2024.txt" in first.stdout
    second = run("lift", *paths, "--report", str(tmp_path / "report.jsonl"), store=tmp_path / "store")
    assert second.returncode == 0
    assert second.stdout == ""
    assert "未改动 2 份" in second.stderr
    assert (tmp_path / "report.jsonl").read_text("utf-8").count('"unchanged"') == 2
    assert "2023.txt" in run("lift", *paths, "--again", store=tmp_path / "store").stdout
    os.utime(paths[0], (0, 0))  # only the bytes count
    assert "未改动 2 份" in run("lift", *paths, store=tmp_path / "store").stderr
