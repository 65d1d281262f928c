"""Large documents are read within their time and memory (60-page PDF: 15 s, 600 MB; 50,000 rows: 10 s)."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jixiao.documents import read_bytes
from tests.makers.examples import register
from tests.makers.grids import only_table
from tests.makers.pdf import Layout, make_pdf

pytestmark = pytest.mark.slow


def _measured(name: str, data: bytes) -> tuple[int, float, int]:
    """Return rows, seconds of processor time (other programs do not count) and the process's peak memory in MB."""
    started = time.process_time()
    table = only_table(read_bytes(name, data))
    return len(table.rows), time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def test_a_pdf_of_sixty_pages() -> None:
    data = make_pdf([register(1620)], Layout(repeat=1))
    rows, seconds, memory = _measured("register.pdf", data)
    print(f"\nPDF: {rows} rows, {seconds:.1f} s, {memory} MB")
    assert rows == 1621
    assert seconds < 15
    assert memory < 600


def test_a_workbook_of_fifty_thousand_rows() -> None:
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    sheet = workbook.add_worksheet()
    framed, money = (workbook.add_format({"border": 1, "num_format": code}) for code in ("General", "#,##0.00"))
    for row in range(50_000):
        texts = (
            f"单位{row // 500}",
            f"项目{row // 10}",
            "产出指标",
            "数量指标",
            f"完成事项{row}",
            "≥95",
            "%",
            "说明文字" * 3,
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, framed)
        sheet.write_number(row, len(texts), row * 1.25, money)
        sheet.write_number(row, len(texts) + 1, 10, framed)
    workbook.close()
    rows, seconds, memory = _measured("register.xlsx", buffer.getvalue())
    print(f"\nXLSX: {rows} rows, {seconds:.1f} s, {memory} MB")
    assert rows == 50_000
    assert seconds < 10


ROWS, COLUMNS = 100_000, 37
_OURS = """
from jixiao.documents import read_bytes
document = read_bytes("large.xlsx", data)
cells = sum(len(row.cells) for table in document.tables for row in table.rows)
"""
_THEIRS = """
import io, openpyxl
book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
cells = sum(len(row) for row in book.active.iter_rows(values_only=True))
"""
_RUN = """
import resource, sys, time
from pathlib import Path
data = Path(sys.argv[1]).read_bytes()
started = time.process_time()
{reading}
print(cells, time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


def _apart(path: Path, reading: str) -> tuple[int, float, int]:
    """Return cells, seconds of processor time and peak memory in MB of a reading in a process of its own."""
    words = [sys.executable, "-c", _RUN.format(reading=reading), str(path)]
    cells, seconds, memory = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    return int(cells), float(seconds), int(memory)


def test_a_workbook_of_millions_of_cells_is_read_no_slower_than_by_openpyxl(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "large.xlsx"
    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, [f"指标{column}" for column in range(COLUMNS)])
    for row in range(1, ROWS):
        sheet.write_string(row, 0, f"项目{row % 997}")
        for column in range(1, COLUMNS):
            sheet.write_number(row, column, row % 100 + column)
    workbook.close()
    ours, theirs = _apart(path, _OURS), _apart(path, _THEIRS)
    size = path.stat().st_size >> 20
    both = f"{ours[1]:.1f} s, {ours[2]} MB; openpyxl {theirs[1]:.1f} s, {theirs[2]} MB"
    print(f"\nXLSX of {size} MB, {ROWS * COLUMNS} cells: {both}")
    assert ours[0] == theirs[0] == ROWS * COLUMNS
    assert ours[1] <= theirs[1]
    assert ours[2] <= 500
