"""Large documents are read within their time and memory (60-page PDF: 15 s, 600 MB; 50,000 rows: 10 s)."""

from __future__ import annotations

import io
import resource
import time

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
