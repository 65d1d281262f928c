"""Turn a form upright whose indicators stand side by side: its header is the first column (一级指标 | 产出指标 | …)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.forms.recognition import find_headers, role_of
from jixiao.model import Cell, Row, Table

_HEADING = frozenset(
    {"level1", "level2", "level3", "target", "actual", "weight", "score", "explanation", "unit", "quality"}
)
_NEEDED = frozenset({"level3", "target"})


def turn_upright(table: Table) -> Table:
    """Return the table with such rows turned into columns; any table with a header in a row stays as it is."""
    if find_headers(table):
        return table
    lying = [i for i, row in enumerate(table.rows) if len(row.filled) > 2 and role_of(row.filled[0].text) in _HEADING]
    first, last = (lying[0], lying[-1]) if lying else (0, 0)
    roles = {role_of(table.rows[i].filled[0].text) for i in lying}
    if not roles >= _NEEDED or len(roles) < len(lying) or last - first != len(lying) - 1:
        return table
    turned = _turned(table.rows[first : last + 1])
    return replace(table, rows=(*table.rows[:first], *turned, *table.rows[last + 1 :]), breaks=frozenset())


def _turned(rows: Sequence[Row]) -> list[Row]:
    """Return the columns of the rows as rows, each at the place of its last cell (the value)."""
    upright: dict[int, list[Cell]] = {}
    for number, row in enumerate(rows):
        for cell in row.cells:
            turned = replace(cell, column=number, colspan=cell.rowspan, rowspan=cell.colspan)
            upright.setdefault(cell.column, []).append(turned)
    place = {cell.column: row.place for row in rows for cell in row.filled}
    return [Row(tuple(cells), place.get(column, rows[0].place)) for column, cells in sorted(upright.items())]
