"""The commands export, analyse and figure, run as a user runs them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jixiao.exporting import FORMATS
from tests.cli import run as run_here

ROOT = Path(__file__).resolve().parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(two_documents_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs a command over a store of two documents."""
    folder = tmp_path_factory.mktemp("commands")
    env = {"JIXIAO_STORE": str(two_documents_folder)}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_here(*arguments, cwd=folder, env=env)

    return call


def test_help_names_every_format(run: Run) -> None:
    shown = run("export", "--help").stdout.split()
    assert set(FORMATS) <= set(shown)


def test_export_writes_to_a_file_and_to_standard_output(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "out.json"
    assert run("export", "node-link", "-o", str(path), "--department", "卫辉市", "--depth", "2").returncode == 0
    done = run("export", "node-link", "--department", "卫辉市", "--depth", "2")
    assert done.stdout == path.read_text("utf-8")
    assert {node["type"] for node in json.loads(done.stdout)["nodes"]} == {"Department", "Project", "Region"}
    marked = json.loads(run("export", "node-link", "--analysis").stdout)
    assert any("community" in node for node in marked["nodes"])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("export", "nothing"), 2, "unknown-format"),
        (("export", "gexf", "--department", "没有"), 2, "no-such-department"),
        (("export", "mermaid", "--depth", "4"), 2, "too-large"),
        (("export", "turtle", "--compress", "rar"), 2, "unknown-compression"),
        (("export", "turtle", "--depth", "9"), 2, "depth"),
        (("export", "turtle", "--store", "nowhere"), 4, "no-store"),
        (("analyse", "nothing"), 2, "unknown-analysis"),
        (("figure", "tree", "-o", "x.gif"), 2, "unknown-format"),
    ],
)
def test_mistakes_are_told_and_leave_nothing(run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = run(*arguments)
    assert done.returncode == code and message in done.stderr and "Traceback" not in done.stderr
    assert not done.stdout


def test_analyse_prints_a_table_or_rows(run: Run) -> None:
    table = run("analyse", "central").stdout.splitlines()
    assert table[0].split()[:2] == ["indicator", "user_count"] and table[-1].endswith("行")
    rows = [json.loads(line) for line in run("analyse", "central", "-f", "jsonl").stdout.splitlines()]
    assert len(rows) == len(table) - 4 and rows[0]["concept"].startswith("https://")


def test_figure_writes_what_the_name_says(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pip install 'jixiao-kg[figures]'")
    path = tmp_path / "tree.svg"
    done = run("figure", "tree", "-o", str(path), "--depth", "2")
    if "no-chinese-font" in done.stderr:
        pytest.skip("no Chinese font here: apt-get install fonts-noto-cjk")
    assert done.returncode == 0 and path.read_bytes().startswith(b"<?xml")
