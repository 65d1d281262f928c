"""Whatever comes for hours, in a minute: right answers, no error but the limits' own, and nothing grows.

``make test-long`` drives it for a short while, ``-m slow`` for an hour.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from tests.api.conftest import wait_for
from tests.benchmarks.load import TOKEN, Seen, Traffic, taken
from tests.unit.pipeline.test_lifting import FORM

if TYPE_CHECKING:
    from tests.api.conftest import Service, Start

CLIENTS = 6
REST = 0.25  # of the time that an answer took: four fifths of what the clients could ask
DAMAGE = {"killed": 3.0, "lifted": 7.0}  # seconds between two


def lift_form(folder: Path, number: int) -> None:
    """Lift a form whose target differs from time to time, as another process beside the service."""
    path = folder.parent / "form.txt"
    path.write_text(FORM.replace("≥7场", f"≥{7 + number % 2}场"), "utf-8")
    with closing(open_store(str(folder))) as store:
        assert not lift_paths([str(path)], store, workers=1).failed


def workers_of(service: Service) -> list[int]:
    """Return the processes that answer queries from memory: those of the view, once it has forked them."""
    found = []
    for nursery in children(service.pid):
        for view in children(nursery):
            if len(forked := children(view)) > 1:  # one alone reads the data for a view that is still to come
                found += forked
    return found


def children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def is_at_rest(service: Service) -> bool:
    """Say whether nothing is left but the nursery, one view in memory, and the workers that are kept ready.

    It is asked something, because workers that were killed are missed by the next query.
    """
    assert service.ask("ASK {}").status_code == 200
    (nursery,) = children(service.pid)
    below = [children(each) for each in children(nursery)]
    return len(below) == 1 and 1 <= len(below[0]) <= 2


async def disturb(service: Service, folder: Path, done: asyncio.Event) -> int:
    """Lift beside the service and kill its workers until all is done; return how many were killed."""
    killed = lifted = 0
    chance, loop = random.Random(1), asyncio.get_running_loop()
    begun = loop.time()
    while not done.is_set():
        if loop.time() - begun > killed * DAMAGE["killed"] and (workers := workers_of(service)):
            os.kill(chance.choice(workers), signal.SIGKILL)
            killed += 1
        if loop.time() - begun > lifted * DAMAGE["lifted"]:
            await asyncio.to_thread(lift_form, folder, lifted)
            lifted += 1
        await asyncio.sleep(0.2)
    assert lifted
    return killed


async def live(service: Service, traffic: Traffic, folder: Path, seconds: float) -> tuple[Seen, int]:
    """Let all of it happen for a while; return what was seen and how many workers were killed."""
    done = asyncio.Event()
    disturbing = asyncio.create_task(disturb(service, folder, done))
    try:
        seen = await traffic.drive(CLIENTS, seconds, rest=REST, every=5)
    finally:
        done.set()
        killed = await disturbing
    return seen, killed


async def learned(service: Service, folder: Path) -> Traffic:
    """Return traffic whose right answers are those that no lift of the form changes."""
    traffic = Traffic(service.url)
    for number in range(2):
        await asyncio.to_thread(lift_form, folder, number)
        await traffic.learn()
    return traffic


def hours(start_service: Start, store: Path, place: Path, seconds: float) -> Seen:
    """Live through some time and judge it."""
    folder = place / "store"
    shutil.copytree(store, folder, ignore=shutil.ignore_patterns("snapshot-*"))
    service = start_service(folder, {"JIXIAO_TOKEN": TOKEN, "JIXIAO_VIEW": "memory"})
    traffic = asyncio.run(learned(service, folder))
    asyncio.run(live(service, traffic, folder, 3))  # what is loaded once is there from now on
    wait_for(lambda: is_at_rest(service))
    before = taken(service.pid)
    seen, killed = asyncio.run(live(service, traffic, folder, seconds))
    assert seen.wrong == []
    assert seen.faults == []
    assert seen.limits.pop("worker-lost", 0) <= killed
    assert all(len(seen.seconds[kind]) > 1 for kind in ("point", "list", "page", "library", "upload", "export"))
    assert killed > 1
    wait_for(lambda: is_at_rest(service))
    after = taken(service.pid)
    # a worker more or less may be kept: its files are no leak
    assert after.files / after.processes <= before.files / before.processes + 2, (before, after)
    assert after.memory <= 1.3 * before.memory, (before, after)
    return seen


@pytest.mark.long
def test_a_while_of_everything_leaves_right_answers_and_nothing_behind(
    start_service: Start, two_documents_folder: Path, tmp_path: Path
) -> None:
    hours(start_service, two_documents_folder, tmp_path, 35)


@pytest.mark.slow
def test_an_hour_of_everything_leaves_right_answers_and_nothing_behind(
    start_service: Start, lifted_folder: Path, tmp_path: Path
) -> None:
    seen = hours(start_service, lifted_folder, tmp_path, 3600)
    print(f"\n{seen.answers} answers, {dict(seen.limits)}; p99 of point queries {seen.quantile('point', 0.99):.0f} ms")
