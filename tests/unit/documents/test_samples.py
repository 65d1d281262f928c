"""Every cell of the sample documents' gold rows stands in one row of one table that was read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from jixiao.documents import read_document
from jixiao.model import Table
from tests.conftest import SAMPLES

FORMATS = (".pdf", ".docx", ".xlsx", ".html")
IN_PROSE = re.compile("kuohao|gongshi_2023")
"""Samples whose indicators stand in sentences, not in cells."""


def _samples() -> list[Path]:
    return [path for path in sorted(SAMPLES.glob("*")) if path.suffix in FORMATS and not IN_PROSE.search(path.name)]


def _fold(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


def _spread(table: Table) -> list[list[str]]:
    """Return the rows of a table with merged cells repeated in every place they cover."""
    grid: dict[tuple[int, int], str] = {}
    for index, row in enumerate(table.rows):
        for cell in row.cells:
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    grid[index + down, cell.column + right] = _fold(cell.text)
    width = 1 + max(column for _, column in grid)
    return [[grid.get((row, column), "") for column in range(width)] for row in range(len(table.rows))]


def test_the_samples_are_found() -> None:
    assert len(_samples()) >= 10


@pytest.mark.parametrize("path", _samples(), ids=lambda path: path.name)
def test_gold_cells_are_in_one_row(path: Path) -> None:
    found = [row for table in read_document(path).tables for row in _spread(table)]
    for line in (path.parent / f"{path.stem}.indicators.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        parts = (gold.get("target_parts") or {"text": gold["target_text"]}).values()
        cells = [_fold(text) for text in (gold["raw3"], *parts, gold["actual_text"], gold["reason"]) if text]
        assert any(set(cells) <= set(row) for row in found), cells
