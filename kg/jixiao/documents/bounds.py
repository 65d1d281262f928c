"""Bound what one cell and one table ask of those who read them: work that grows with a square stays small.

Nearly all that is known of words is a pattern, and a pattern that looks for digits before a mark begins anew at each of
them; columns are weighed against one another. Counted are signs and columns, not seconds: the same bytes give the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.documents import limits
from jixiao.documents.drafts import Content
from jixiao.model import Block, Cell, Issue, Paragraph, Place, Row, Source, Table

_RUN = re.compile(rf"\s{{{limits.MAX_RUN},}}|(?:[^\w\s]|[\d_一二三四五六七八九十〇零百千万亿]){{{limits.MAX_RUN},}}")
_MARK = "…"


def bounded(content: Content) -> Content:
    """Return the content with endless runs shortened and tables no wider than can be read, and a note for each."""
    notes: list[Issue] = []
    blocks = tuple(_bounded(block, notes) for block in content.blocks)
    return replace(content, blocks=blocks, notes=(*content.notes, *notes))


def _bounded(block: Block, notes: list[Issue]) -> Block:
    if isinstance(block, Paragraph):
        text = _short(block.text, block.place, notes)
        return block if text is block.text else replace(block, text=text)
    beyond = [
        (row, cell) for row in block.rows for cell in row.cells if cell.column + cell.colspan > limits.MAX_TABLE_COLUMNS
    ]
    if not beyond and max((len(cell.text) for row in block.rows for cell in row.cells), default=0) < limits.MAX_RUN:
        return block
    if any(cell.text and cell.column >= limits.MAX_TABLE_COLUMNS for _, cell in beyond):
        notes.append(_too_wide(block, beyond))
    rows = (replace(row, cells=tuple(_bounded_cells(row, notes))) for row in block.rows)
    return replace(block, rows=tuple(rows))


def _bounded_cells(row: Row, notes: list[Issue]) -> Iterator[Cell]:
    for cell in row.cells:
        room = limits.MAX_TABLE_COLUMNS - cell.column
        if room > 0:
            yield replace(cell, text=_short(cell.text, row.place, notes), colspan=min(cell.colspan, room))


def _too_wide(table: Table, beyond: Sequence[tuple[Row, Cell]]) -> Issue:
    row, cell = beyond[0]
    left_out = sum(bool(each.text) and each.column >= limits.MAX_TABLE_COLUMNS for _, each in beyond)
    most = limits.MAX_TABLE_COLUMNS
    return Issue(
        code="table-too-wide",
        message=f"表格超过 {most} 栏，右边的 {left_out} 个单元格未读取；请拆成几张表",
        message_en=f"a table of more than {most} columns: {left_out} cells right of them were not read; split it",
        source=Source(table.index, row.place.line, cell.text[: limits.KEPT_RUN], row.place.page, row.place.where),
        level="error",
    )


def _short(text: str, place: Place, notes: list[Issue]) -> str:
    """Return a text with the rest of each endless run as …."""
    if len(text) < limits.MAX_RUN or not _RUN.search(text):
        return text
    short = _RUN.sub(lambda run: run[0][: limits.KEPT_RUN] + _MARK, text)
    notes.append(
        Issue(
            code="run-shortened",
            message=f"一处有 {limits.MAX_RUN} 个以上连续的空白、数字或标点，只读前 {limits.KEPT_RUN} 个，请核对原文件",
            message_en=f"more than {limits.MAX_RUN} blanks, digits or marks in a row; only the first "
            f"{limits.KEPT_RUN} are read: compare the file",
            source=Source(None, place.line, short[: limits.KEPT_RUN], place.page, place.where),
        )
    )
    return short
