"""Ten million edges are written in the memory that a hundred thousand need; networkx' own writer stands beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 100_000, 10_000_000


def measured(writer: str, edges: int, path: Path) -> dict[str, float]:
    """Return seconds, peak of memory and bytes of one writer in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.export_edges", writer, str(edges), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, float] = json.loads(done.stdout)
    took = f"{result['seconds']} s, {result['peak']} MB, {result['bytes'] / 1e6:.0f} MB written"
    print(f"\n{writer} {edges:,} edges: {took}")
    return result


def test_memory_stays_the_same(tmp_path: Path) -> None:
    peer = measured("networkx-graphml", SMALL, tmp_path / "peer.graphml")
    small = measured("ours-graphml", SMALL, tmp_path / "small.graphml")
    print(f"time {small['seconds'] / peer['seconds']:.2f} ×, memory {small['peak'] / peer['peak']:.2f} × networkx")
    path = tmp_path / "large.graphml"
    large = measured("ours-graphml", LARGE, path)
    assert large["peak"] < small["peak"] + 200  # the cache of the property graph on disk, and no more
    with path.open("rb") as lines:
        assert sum(line.count(b"<edge ") for line in lines) == LARGE
