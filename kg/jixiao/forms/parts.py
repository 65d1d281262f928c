"""Put together the parts of one form that are printed as tables of their own, each below its numbered heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.forms.labels import label_kind
from jixiao.forms.recognition import find_headers
from jixiao.forms.surroundings import PART_HEADING
from jixiao.model import Block, Cell, Paragraph, Row, Table

REACH = 4  # tables of facts above the one with the indicators
PART_ROWS = 20  # rows of such a table
GAP = 5  # paragraphs between two of them


def join_parts(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the tables of one form made one (一、基本信息 … 二、资金 … 三、绩效指标).

    Only where numbered headings stand between them, the first names the project, and the one with the indicators none.
    A heading that is a label of a block of the form becomes a row, and so does the text below it.
    """
    joined: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and (first := _first_part(joined, block)) is not None:
            block = _whole(joined[first:], block)
            joined[first:] = []
        joined.append(block)
    return joined


def _first_part(before: Sequence[Block], table: Table) -> int | None:
    """Return where the first table of the form begins whose indicators ``table`` holds, None for a form of one."""
    headers = find_headers(table)
    if not headers or _names_project(table.rows[: headers[0].first]) or "project" in headers[0].roles:
        return None
    tables = 0
    gap: list[str] = []
    for place in range(len(before) - 1, -1, -1):
        block = before[place]
        if isinstance(block, Paragraph):
            gap.append(block.text)
            continue
        tables += 1
        if tables > REACH or len(block.rows) > PART_ROWS or block.merged != table.merged or find_headers(block):
            return None
        if not _goes_on(gap):
            return None
        if _names_project(block.rows):
            return place
        gap = []
    return None


def _goes_on(gap: Sequence[str]) -> bool:
    """Tell whether paragraphs (the last one first) between two tables are headings of parts, and text below those."""
    return len(gap) <= GAP and (not gap or bool(PART_HEADING.match(gap[0]) and PART_HEADING.match(gap[-1])))


def _names_project(rows: Sequence[Row]) -> bool:
    return any(label_kind(cell.text) == "project" for row in rows for cell in row.filled)


def _whole(parts: Sequence[Block], table: Table) -> Table:
    rows: list[Row] = []
    labelled = False
    for part in parts:
        if isinstance(part, Table):
            rows += part.rows
            continue
        text = part.text.lstrip("# ")
        known = bool(label_kind(text))
        labelled = known or (labelled and not PART_HEADING.match(text))
        if labelled:
            rows.append(Row((Cell(text, 0),), part.place))
    return replace(table, rows=(*rows, *table.rows), breaks=frozenset(len(rows) + each for each in table.breaks))
