"""What strangers send is read where nothing else can be reached, and reads as it would anywhere."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import platform
import socket
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from jixiao_service.closed_room import ClosedRoom, UnreadableError
from jixiao_service.workers import closed
from jixiao_service.workers.examining import examine
from tests.conftest import DATA
from tests.makers.examples import APPLICATION, SELF_EVALUATION
from tests.makers.files import MAKERS
from tests.makers.programs import make_xls
from tests.makers.texts import FURTHER_MAKERS

WORK = {**closed.WORK, "probe": "tests.unit.service.test_closed_room:probe"}


def probe(data: bytes, what: str) -> bytes:
    """Do in a closed process what no reader does."""
    if what == "wait":
        while True:
            time.sleep(60)
    if what == "allocate":
        return b"x" * (8 << 30)
    if what == "fail":
        raise ValueError(data)
    tried: dict[str, Callable[[], Any]] = {
        "file": lambda: Path(data.decode()).read_text(),
        "socket": lambda: socket.create_connection(("127.0.0.1", 1)),
        "temporary": tempfile.mkstemp,
        "environment": lambda: dict(os.environ),
        "signal": lambda: os.kill(os.getpid(), 0),
        "process": lambda: os.posix_spawn("/bin/true", ["true"], {}, file_actions=[]) and os.wait()[1],
    }
    try:
        return json.dumps(tried[what](), default=str).encode()
    except OSError as error:
        return json.dumps({"refused": error.errno}).encode()


def inside(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


async def ask(*orders: tuple[str, bytes, dict[str, Any]]) -> list[bytes]:
    room = ClosedRoom(WORK)
    try:
        return [await room.run(name, data, **{"seconds": 120, **options}) for name, data, options in orders]
    finally:
        await room.close()


def test_every_format_reads_as_in_the_open() -> None:
    forms = [APPLICATION, SELF_EVALUATION]
    files = {name: make(forms) for name, make in {**MAKERS, **FURTHER_MAKERS, "xls": make_xls}.items()}
    files["txt"] = (DATA / "002_e5fdb3e96c6bcd88.txt").read_bytes()
    for each in (DATA.parent / "tests" / "data" / "samples").glob("[pdx]1_*.*"):
        if each.suffix in (".pdf", ".docx", ".xlsx"):
            files[each.name] = each.read_bytes()
    assert len(files) > 12
    made = inside(ask(*(("examine", data, {"name": f"file.{name}"}) for name, data in files.items())))
    for (name, data), seen in zip(files.items(), made, strict=True):
        assert json.loads(seen) == json.loads(json.dumps(examine(data, f"file.{name}"))), name


def test_nothing_can_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    monkeypatch.setenv("JIXIAO_TOKEN", "a token of sixteen")
    attempts = ("file", "socket", "temporary", "environment", "signal", "process")
    orders = [("probe", str(secret).encode(), {"what": what}) for what in attempts]
    found = dict(zip(attempts, map(json.loads, inside(ask(*orders))), strict=True))
    assert set(found.pop("environment")) <= {"LC_ALL", "PATH", "LC_CTYPE"}
    signalled = found.pop("signal")
    assert all("refused" in each for each in found.values()), found
    if platform.machine() in ("x86_64", "aarch64"):  # a filter says so itself: without one, sockets only lack a file
        refused = [each["refused"] for each in (found["socket"], found["process"], signalled)]
        assert refused == [errno.EPERM] * 3


@pytest.mark.parametrize(
    ("what", "limits", "kind"),
    [
        ("wait", {"seconds": 1}, "time-limit"),
        ("allocate", {"memory": 256 << 20}, "memory-limit"),
        ("fail", {}, "crashed"),
    ],
)
def test_limits_end_the_process(what: str, limits: dict[str, Any], kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "jixiao.service")
    with pytest.raises(UnreadableError) as told:
        inside(ask(("probe", "张某某".encode(), {"what": what, **limits})))
    assert told.value.kind == kind
    assert "张某某" not in caplog.text  # nothing of a file is logged, what its reader chokes on least of all


def test_work_ends_with_whoever_asked_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "jixiao-convert-999999999-a").mkdir()  # of a service that was killed
    ClosedRoom.clear()

    async def leave(helped: bool) -> None:
        room = ClosedRoom(WORK)
        work = asyncio.ensure_future(room.run("probe", b"", seconds=600, helped=helped, what="wait"))
        while not (children := _children(room)):
            await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        while Path(f"/proc/{children[0]}").exists():
            await asyncio.sleep(0.01)
        await room.close()

    for helped in (False, True):
        inside(leave(helped))
    assert list(tmp_path.iterdir()) == []


def _children(room: ClosedRoom) -> list[int]:
    if room.process is None:
        return []
    number = room.process.pid
    return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


def test_old_formats_need_a_converter_and_are_told_so() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
    (made,) = inside(ask(("examine", old, {"name": "a.doc"})))
    assert json.loads(made)["error"]["code"] in ("unsupported", "damaged")
