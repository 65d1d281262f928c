"""Each line of the threat model names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_line_has_its_test() -> None:
    model = (ROOT / "DEVELOPING.md").read_text("utf-8").partition("## Threat model")[2].partition("\n## ")[0]
    lines = [line for line in model.splitlines() if line.startswith("| ")][1:]
    assert len(lines) > 30
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    for line in lines:
        named = re.findall(r"`(test_\w+)`", line.rpartition(" | ")[2])
        assert named, line
        assert set(named) <= written, line
