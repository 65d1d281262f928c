"""Join cells that no line parts: a label typed into one of several cells whose borders were taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from jixiao.documents.drafts import tables_in
from jixiao.model import Cell, Row

_RULED_SHARE = 0.3

Corner = tuple[int, int]
"""Row and column of a cell."""


def join_unruled(
    rows: Sequence[Row], open_above: Collection[Corner], open_below: Collection[Corner]
) -> tuple[Row, ...]:
    """Return the rows with cells joined that stand on one another without a line between them.

    ``open_above`` and ``open_below`` hold the cells without an upper or a lower border. Joined cells are of equal
    width and hold one text at most; other columns must have a line there, else the table is just not ruled.
    """
    if not open_below:
        return tuple(rows)
    joined: dict[Corner, Cell | None] = {}
    borders = _Borders(rows, open_above, open_below)
    for start, cell in sorted(borders.cells.items()):
        if start in joined:
            continue
        chain = borders.chain(start)
        if len(chain) > 1:
            label = next(filter(_is_filled, chain.values()), cell)
            joined.update(dict.fromkeys(chain))
            joined[start] = replace(label, rowspan=sum(member.rowspan for member in chain.values()))
    result = []
    for index, row in enumerate(rows):
        kept = (joined.get((index, cell.column), cell) for cell in row.cells)
        result.append(Row(tuple(cell for cell in kept if cell is not None), row.place))
    return tuple(result)


class _Borders:
    """Hold the cells of a table, and between which of them no line is drawn."""

    def __init__(self, rows: Sequence[Row], open_above: Collection[Corner], open_below: Collection[Corner]) -> None:
        self.cells = {(index, cell.column): cell for index, row in enumerate(rows) for cell in row.cells}
        self._ruled = [_ruled_share(row, index, open_below) >= _RULED_SHARE for index, row in enumerate(rows)]
        self._open_above = open_above
        self._open_below = open_below

    def chain(self, corner: Corner) -> dict[Corner, Cell]:
        """Return, by their corners, the cell at one and those below that no line parts; none where two have a text."""
        chain: dict[Corner, Cell] = {}
        filled = 0
        cell = self.cells.get(corner)
        while cell is not None:
            chain[corner] = cell
            filled += _is_filled(cell)
            if filled > 1:
                return {}
            bottom = corner[0] + cell.rowspan - 1, corner[1]
            corner = corner[0] + cell.rowspan, corner[1]
            below = self.cells.get(corner)
            if below is None or below.colspan != cell.colspan or not self._ruled[bottom[0]]:
                break
            if bottom not in self._open_below or corner not in self._open_above:
                break
            cell = below
        return chain


def _is_filled(cell: Cell) -> bool:
    return bool(cell.text or tables_in(cell))


def _ruled_share(row: Row, index: int, open_below: Collection[Corner]) -> float:
    """Return how much of a row's width has a line below it."""
    ruled = sum(cell.colspan for cell in row.cells if (index, cell.column) not in open_below)
    return ruled / max(1, sum(cell.colspan for cell in row.cells))
