"""Join tables that a page's head or a note has cut in two, before they are decoded."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from jixiao.grid.blocks import BODY, HEAD, VALUES, row_kinds
from jixiao.grid.cells import kind_of, level_of
from jixiao.grid.sheet import lay_out
from jixiao.grid.surroundings import best_title
from jixiao.grid.words import header_word, plain
from jixiao.model import Block, Paragraph, Row, Table

_PAGE = re.compile(r"第?\d{1,4}页?(?:[,/]?共\d{1,4}页)?")
SAID = 2.0  # what a header word must say of a role
SHORT = 60  # characters of a line that may stand between two pieces of one table


def join_pieces(blocks: Sequence[Block]) -> tuple[list[Block], dict[int, int]]:
    """Return the blocks with the pieces of one table joined, and for each joined table the index of its first piece."""
    joined: list[Block] = []
    homes: dict[int, int] = {}
    last = -1
    for block in blocks:
        if not isinstance(block, Table):
            joined.append(block)
            continue
        before = joined[last] if last >= 0 else None
        whole = _whole(before, block, joined[last + 1 :]) if isinstance(before, Table) else None
        if whole is not None:
            joined[last] = whole
            homes[block.index] = whole.index
            continue
        last = len(joined)
        joined.append(block)
    return joined, homes


def _whole(first: Table, second: Table, between: Sequence[Block]) -> Table | None:
    """Return the table that two are pieces of, one below the other or cut sideways, None for two tables."""
    if _is_piece(first, second, between):
        second = _in_columns_of(first, second)
        breaks = first.breaks | {len(first.rows)} | {len(first.rows) + each for each in second.breaks}
        return replace(first, rows=first.rows + second.rows, breaks=breaks)
    if not _stands_beside(first, second):
        return None
    width = max(cell.column + cell.colspan for row in first.rows for cell in row.cells)
    rows = []
    for row, more in zip(first.rows, second.rows, strict=True):
        right = tuple(replace(cell, column=cell.column + width) for cell in more.cells)
        rows.append(replace(row, cells=row.cells + right))
    return replace(first, rows=tuple(rows))


def _in_columns_of(first: Table, second: Table) -> Table:
    """Return a piece whose columns, which a text counts anew on each page, are numbered as those of the first one."""
    if first.merged:
        return second
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    for row in first.rows:
        for cell in row.filled:
            kinds[cell.column][kind_of(cell.text)] += 1

    def agreeing(shift: int) -> int:
        cells = (cell for row in second.rows for cell in row.filled)
        return sum(kinds[cell.column + shift][kind_of(cell.text)] for cell in cells)

    shift = max((0, 1, -1, 2, -2), key=agreeing)
    rows = (
        replace(row, cells=tuple(replace(cell, column=max(0, cell.column + shift)) for cell in row.cells))
        for row in second.rows
    )
    return replace(second, rows=tuple(rows)) if shift else second


def _stands_beside(first: Table, second: Table) -> bool:
    """Tell whether a table has the values of the rows that the one before only names: a sheet wider than its page."""
    if len(first.rows) != len(second.rows) or not first.rows or not first.merged:
        return False
    names, values = (
        {role for cell in table.rows[0].filled for role, said in header_word(cell.text).says.items() if said >= SAID}
        for table in (first, second)
    )
    return "level3" in names - values and "target" in values - names


def _is_piece(first: Table, second: Table, between: Sequence[Block]) -> bool:
    """Tell whether a table goes on with the one before: body rows without a header, or the same header again."""
    lines = [each.text for each in between if isinstance(each, Paragraph) and not _is_running(each.text)]
    if first.merged != second.merged or any(len(line) > SHORT for line in lines):
        return False
    if not first.rows or not second.rows or plain(best_title(lines)).endswith("表"):
        return False
    kinds, before = row_kinds(lay_out(second)), row_kinds(lay_out(first))
    if before[-1] not in (BODY, HEAD) or HEAD not in before:
        return False
    if kinds[0] == HEAD:
        return not lines and _repeats(first.rows, second.rows[0])
    told = any(kind_of(cell.text) in VALUES or level_of(cell.text) for cell in second.rows[0].filled)
    return kinds[0] == BODY and (told or not lines)


def _is_running(line: str) -> bool:
    """Tell whether a line is what a page repeats: its number, or 续表 behind a title or alone."""
    body = plain(line).strip("()[]-— ")
    return _PAGE.fullmatch(body) is not None or body.startswith("续表") or body.endswith(("续表", "续"))


def _repeats(rows: Sequence[Row], header: Row) -> bool:
    text = plain(header.text)
    return any(plain(row.text) == text for row in rows)
