"""What is printed for people neither turns the direction of writing nor commands the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.exporting.text import shown_text

TURNED = "\u202e右到左\u2066 甲\x1b[31m\x9b2J乙\x00"


def test_a_text_for_people_holds_no_marks() -> None:
    assert shown_text(TURNED) == "右到左 甲[31m2J乙"


def test_a_table_on_a_terminal_holds_none(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from jixiao.exporting.results import write_table

    write_table([{"a": TURNED}], ("a",), None)
    assert "右到左 甲[31m2J乙" in capfdbinary.readouterr().out.decode()


def test_a_file_name_on_a_terminal_turns_nothing(tmp_path: Path) -> None:
    (tmp_path / "表\u202exlsx.txt").write_text("没有表")
    words = [sys.executable, "-m", "jixiao", "lift", str(tmp_path), "--store", str(tmp_path / "store")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "表xlsx.txt" in done.stdout + done.stderr
    assert "\u202e" not in done.stdout + done.stderr
