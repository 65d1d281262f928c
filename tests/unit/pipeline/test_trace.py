"""``tools/trace.py`` follows a row through the stages."""

from __future__ import annotations

from pathlib import Path

from tests.unit.pipeline.test_commands import NAMELESS
from tools.trace import passed_functions


def test_a_row_passes_every_stage(tmp_path: Path) -> None:
    (tmp_path / "form.txt").write_text(NAMELESS, "utf-8")
    rooms = passed_functions(tmp_path / "form.txt")
    assert {"jixiao.documents", "jixiao.grid", "jixiao.lifting", "jixiao.tables"} <= rooms.keys()
    assert "indicators.lift_indicator" in rooms["jixiao.lifting"]
    assert "forms.lift_plan" not in rooms["jixiao.lifting"]  # a plan is lifted once, however many rows it has
