"""A cluster reads what one process reads, whichever of its workers die, and files from any address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.cluster import brought
from jixiao.errors import UsageError
from jixiao.pipeline import LiftedDocument, lift_paths
from jixiao.reading import LiftOptions
from jixiao.store import open_store
from tests.cli import run
from tests.unit.pipeline.test_lifting import FORM
from tests.unit.pipeline.test_unchanged import dump

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1")
    print(cluster.scheduler_address, *(worker.pid for worker in cluster.workers.values()), flush=True)
    sys.stdin.read()
    cluster.close()
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Run a scheduler and two workers as processes of their own."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, "utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        assert cluster.stdout is not None and cluster.stdin is not None
        yield cluster.stdout.readline().split()[0]
        cluster.stdin.close()


def write_forms(folder: Path, count: int) -> list[str]:
    folder.mkdir()
    for number in range(count):
        text = FORM.replace("展览经费", f"展览经费{number}").replace("7场", f"{number + 2}场")
        (folder / f"{number}.txt").write_text(text, "utf-8")
    return [str(folder)]


@pytest.mark.long
def test_a_worker_killed_in_mid_run_loses_and_doubles_nothing(tmp_path: Path, scheduler: str) -> None:
    from distributed import Client

    places = write_forms(tmp_path / "forms", 12)
    alone, over = open_store(":memory:"), open_store(":memory:")
    lift_paths(places, alone, workers=1)
    with Client(scheduler, set_as_default=False) as client:
        workers = client.run(os.getpid)
    seen: list[str] = []

    def kill_one(document: LiftedDocument) -> None:
        seen.append(document.name)
        if len(seen) == 3:
            os.kill(next(iter(workers.values())), signal.SIGKILL)

    report = lift_paths(places, over, scheduler=scheduler, progress=kill_one)
    assert not report.failed
    assert sorted(seen) == sorted(f"{number}.txt" for number in range(12))
    assert dump(over) == dump(alone)


@pytest.mark.long
def test_settings_go_with_the_documents(tmp_path: Path, scheduler: str) -> None:
    places = write_forms(tmp_path / "forms", 2)
    settings = tmp_path / "audit.toml"
    settings.write_text('[mute]\nR101 = "本单位不审这一条"\n', "utf-8")
    options = LiftOptions(audit_settings=settings)
    alone, over = open_store(":memory:"), open_store(":memory:")
    lift_paths(places, alone, options, workers=1)
    lift_paths(places, over, options, scheduler=scheduler)
    assert dump(over) == dump(alone)


@pytest.mark.long
def test_a_cluster_that_is_not_there_is_named(tmp_path: Path) -> None:
    (place,) = write_forms(tmp_path / "forms", 1)
    done = run("lift", place, "--scheduler", "tcp://127.0.0.1:9", store=tmp_path / "store")
    assert done.returncode == 2
    assert "no scheduler answers" in done.stderr


@pytest.mark.long
def test_files_come_from_any_address(tmp_path: Path) -> None:
    import fsspec

    places = write_forms(tmp_path / "forms", 3)
    memory = fsspec.filesystem("memory")
    memory.put(places[0], "/published", recursive=True)
    near, far, one = open_store(":memory:"), open_store(":memory:"), open_store(":memory:")
    lift_paths(places, near, workers=1)
    with brought(["memory://published"]) as fetched:
        lift_paths(fetched, far, workers=1)
    assert dump(far) == dump(near)
    with brought(["memory://published/2.txt"]) as fetched:
        assert [document.name for document in lift_paths(fetched, one, workers=1).documents] == ["2.txt"]
    with pytest.raises(UsageError, match="cannot be fetched"), brought(["memory://nowhere/1.txt"]):
        pass
