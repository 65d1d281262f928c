"""The examples of the documentation do what they say: an application of one's own, a client in JavaScript, curl."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.conftest import ROOT
from tests.docs.blocks import PAGES, blocks
from tests.smoke import served

EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture
def url(lifted_folder: Path, tmp_path: Path) -> Iterator[str]:
    """Serve a copy of the published documents' store."""
    store = tmp_path / "store"
    shutil.copytree(lifted_folder, store)
    with served(str(Path(sys.executable).parent / "jixiao"), store, tmp_path) as address:
        yield address


def test_the_application_reads_a_target_and_checks_a_draft() -> None:
    spec = importlib.util.spec_from_file_location("example_app", EXAMPLES / "app.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = TestClient(module.app)
    assert asked.get("/target", params={"text": "不低于95%"}).json()["lower"] == "95"
    assert asked.get("/target", params={"text": "—"}).status_code == 422
    with (EXAMPLES / "draft.txt").open("rb") as draft:
        found = asked.post("/findings", files={"draft": ("draft.txt", draft)}).json()
    assert {"R202", "R203", "R302"} <= {each["rule"] for each in found}
    assert asked.post("/findings", files={"draft": ("x.pdf", b"no document \x00")}).status_code == 422


def test_the_application_is_short() -> None:
    code = [line for line in (EXAMPLES / "app.py").read_text("utf-8").splitlines() if line.strip()]
    assert len(code) <= 40


@pytest.mark.long
def test_the_application_is_well_typed() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", str(EXAMPLES / "app.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_javascript_asks_the_service(url: str) -> None:
    done = subprocess.run(
        ["node", str(EXAMPLES / "client.mjs"), url], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "rows, data version" in lines[-3]
    assert lines[-2].endswith(" indicators")
    assert lines[-1] == "R203 found"


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_what_is_shown_beside_a_service_happens(url: str) -> None:
    shown = [block for page in PAGES for block in blocks(ROOT / "docs" / "zh" / page) if block.run == "served"]
    commands = [pair for block in shown for pair in block.commands()]
    assert len(commands) >= 3
    for command, printed in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=ROOT,
            env=os.environ | {"URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(printed.strip().partition("...")[0]), (command, done.stdout[:300])
