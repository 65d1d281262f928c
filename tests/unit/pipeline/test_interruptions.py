"""A lift that is killed at any moment leaves a store that says so and that lifting again puts right."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.store.unfinished import read_unfinished
from tests.cli import run
from tests.conftest import ROOT
from tests.unit.pipeline.test_lifting import FORM

KILLED_AT = """
import os, signal, sys
from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.store.embedded import EmbeddedStore
change, left = EmbeddedStore._change, int(sys.argv[1])
def dying(self, *arguments):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    change(self, *arguments)
EmbeddedStore._change = dying
lift_paths(sys.argv[3:], open_store(sys.argv[2]), workers=1)
"""


def write_pair(folder: Path, *projects: str) -> list[str]:
    """Write the forms of two years; of one project, they are linked."""
    paths = []
    for year, project in zip(("2023", "2024"), projects, strict=True):
        path = folder / f"{year}.txt"
        path.write_text(FORM.replace("2024", year).replace("展览经费", project), "utf-8")
        paths.append(str(path))
    return paths


@pytest.mark.long
@pytest.mark.parametrize("change", range(5))
def test_a_lift_killed_between_two_changes_is_noticed_and_repeated(tmp_path: Path, change: int) -> None:
    location = str(tmp_path / "store")
    store = open_store(location)
    fresh = open_store(":memory:")
    for each in (store, fresh):
        lift_paths(write_pair(tmp_path, "展览经费", "讲座经费"), each, workers=1)
    store.close()
    paths = write_pair(tmp_path, "非遗展览经费", "2024年非遗展览经费")
    done = subprocess.run([sys.executable, "-c", KILLED_AT, str(change), location, *paths], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    check = run("store", "check", store=tmp_path / "store")
    # Before the first change nothing has happened; after it there is a note until all is done.
    assert (check.returncode, "interrupted" in check.stdout) == ((0, False) if change == 0 else (4, True))

    again = run("lift", *paths, store=tmp_path / "store")
    assert again.returncode == 0, again.stderr
    assert run("store", "check", store=tmp_path / "store").stdout == "完好 (sound)\n"
    lift_paths(paths, fresh, workers=1)
    store = open_store(location, read_only=True)
    assert store.data_version() == fresh.data_version()
    store.close()


@pytest.mark.long
def test_lifting_other_documents_repairs_the_links_and_still_names_the_doubtful(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, "展览经费", "展览经费")
    location = str(tmp_path / "store")
    subprocess.run([sys.executable, "-c", KILLED_AT, "3", location, *paths], cwd=ROOT, check=False)
    done = run("lift", paths[0], store=tmp_path / "store")
    assert done.returncode == 0
    assert "2024.txt" in done.stderr and "2023.txt" not in done.stderr
    assert run("store", "check", store=tmp_path / "store").returncode == 4
    lift_again = open_store(location)
    lift_paths(paths[1:], lift_again, workers=1)
    assert read_unfinished(lift_again) == frozenset()
    lift_again.close()


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_worker(pid: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for child processes in /proc")
def test_a_worker_process_that_dies_costs_no_document(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(3)]
    for number, path in enumerate(paths):  # files of the same bytes would be one document
        path.write_text(FORM.replace("展览经费", f"第{number + 1}次展览经费"), "utf-8")
    command = [sys.executable, "-m", "jixiao", "lift", *map(str, paths), "--workers", "2"]
    command += ["--store", str(tmp_path / "store")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as lifting:
        workers: list[int] = []
        deadline = time.monotonic() + 60
        while not workers and lifting.poll() is None and time.monotonic() < deadline:
            workers = [pid for pid in children(lifting.pid) if is_worker(pid)]
        assert workers, lifting.communicate(timeout=300)
        os.kill(workers[0], signal.SIGKILL)
        out, err = lifting.communicate(timeout=300)
    assert lifting.returncode == 0, err.decode()
    assert len([line for line in out.decode().splitlines() if "绩效表" in line]) == 3


def test_a_fault_of_the_program_in_one_document_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jixiao import linking

    paths = write_pair(tmp_path, "展览经费", "展览经费")
    link = linking.link

    def faulty(records: object) -> object:
        if getattr(records, "name", "") == "2023.txt":
            raise KeyError("a fault")
        return link(records)  # type: ignore[arg-type]

    monkeypatch.setattr(linking, "link", faulty)
    store = open_store(":memory:")
    report = lift_paths(paths, store, workers=1)
    assert [(each.name, each.error_code) for each in report.failed] == [("2023.txt", "internal-error")]
    assert "KeyError" in (report.failed[0].error or "")
    assert "test_interruptions.py" in (report.failed[0].error or "")
    assert report.changed == 1
