"""Turn a form upright whose indicators stand side by side: its header is the first column (一级指标 | 产出指标 | …)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.grid.cells import header_likeness
from jixiao.grid.words import header_word
from jixiao.model import Cell, Row, Table

LEAST = 3  # cells of such a row, its header word with them
SPOKEN = 1.0  # what its first cell says as a header, and its others do not
NEEDED = frozenset({"level3", "target"})


def turn_upright(table: Table) -> Table:
    """Return the table with such rows turned into columns; any other table stays as it is."""
    lying = [index for index, row in enumerate(table.rows) if _lies(row)]
    roles = [_role(table.rows[index].filled[0].text) for index in lying]
    if not set(roles) >= NEEDED:
        return table
    first, last = lying[0], lying[-1]
    turned = _turned(table.rows[first : last + 1])
    return replace(table, rows=(*table.rows[:first], *turned, *table.rows[last + 1 :]), breaks=frozenset())


def _lies(row: Row) -> bool:
    cells = row.filled
    if len(cells) < LEAST or not _speaks(cells[0]):
        return False
    return not any(map(_speaks, cells[1:]))


def _speaks(cell: Cell) -> bool:
    return header_likeness(cell.text) > SPOKEN


def _role(text: str) -> str:
    says = header_word(text).says
    return max(says, key=lambda role: says[role])


def _turned(rows: Sequence[Row]) -> list[Row]:
    """Return the columns of the rows as rows, each at the place of its last cell (the value)."""
    upright: dict[int, list[Cell]] = {}
    for number, row in enumerate(rows):
        for cell in row.cells:
            turned = replace(cell, column=number, colspan=cell.rowspan, rowspan=cell.colspan)
            upright.setdefault(cell.column, []).append(turned)
    place = {cell.column: row.place for row in rows for cell in row.filled}
    return [Row(tuple(cells), place.get(column, rows[0].place)) for column, cells in sorted(upright.items())]
