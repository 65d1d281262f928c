"""How commands end that are interrupted, or whose output goes nowhere: with one sentence, within a second, unharmed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.cli import run
from tests.conftest import DATA

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JIXIAO = [sys.executable, "-m", "jixiao"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with one published document."""
    folder = tmp_path_factory.mktemp("endings") / "store"
    assert run("lift", str(DATA / "004_6e11c6bb15f38ee1.txt"), "--quiet", store=folder).returncode == 0
    return folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_computing_query_ends_at_once_with_a_sentence(store: Path, number: signal.Signals) -> None:
    command = [*JIXIAO, "query", ENDLESS, "--store", str(store)]
    # What a shell starts in the background ignores the signal, and so do its children, if they are not told otherwise.
    heed = partial(signal.signal, number, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed
    ) as process:
        _wait_until(lambda: _processor_seconds(process.pid) > 2)  # the engine is at work
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.count("\n")) == (130, "", 1)
    assert "[interrupted]" in err
    assert run("store", "check", store=store).returncode == 0


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


OUTPUTS = {
    "csv": ("table", "indicators", "-f", "csv"),
    "xlsx": ("table", "indicators", "-f", "xlsx"),
    "results": ("query", "SELECT * { ?s ?p ?o }"),
    "graph": ("export", "graphml"),
    "answer": ("ask", "有多少个项目"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_that_finds_no_room_is_no_traceback(store: Path, name: str) -> None:
    command = [*JIXIAO, *OUTPUTS[name], "--store", str(store)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n"), "No space left" in done.stderr) == (4, 1, True), done.stderr


@pytest.mark.parametrize("name", ["xlsx", "results"])  # bytes and text
def test_output_that_goes_nowhere_is_no_traceback(store: Path, name: str) -> None:
    command = [*JIXIAO, *OUTPUTS[name], "--store", str(store)]
    shell = 'exec "$@" >&-'
    done = subprocess.run(["sh", "-c", shell, "sh", *command], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_pipe_named_as_output_is_written_to_and_stays_a_pipe(store: Path, tmp_path: Path) -> None:
    for arguments in (("table", "documents", "-f", "csv", "-o"), ("store", "backup")):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        command = [*JIXIAO, *arguments, str(pipe), "--store", str(store)]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process, pipe.open("rb") as stream:
            assert stream.read()
        assert process.returncode == 0
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        pipe.unlink()


def test_a_fault_of_the_program_is_one_line(store: Path) -> None:
    code = "import sys; from jixiao import cli; cli._query_text = None; cli.main()"
    command = [sys.executable, "-c", code, "query", "ASK {}", "--store", str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert "[internal]" in done.stderr
    details = {**os.environ, "JIXIAO_TRACEBACK": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=details)
    assert "Traceback" in done.stderr
