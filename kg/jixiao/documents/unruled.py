"""Join cells that no line parts: a label typed into one of several cells whose borders were taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jixiao.documents.drafts import DraftRow

_RULED_SHARE = 0.3


def join_unruled(
    rows: Sequence[DraftRow], open_above: Collection[tuple[int, int]], open_below: Collection[tuple[int, int]]
) -> tuple[DraftRow, ...]:
    """Return the rows with cells joined that stand on one another without a line between them.

    ``open_above`` and ``open_below`` hold (row, column) of cells without an upper or a lower border. Joined cells are
    of equal width and hold one text at most; other columns must have a line there, else the table is just not ruled.
    """
    if not open_below:
        return tuple(rows)
    ruled = [_ruled_share(row, index, open_below) >= _RULED_SHARE for index, row in enumerate(rows)]
    kept = [list(row.cells) for row in rows]
    at = {(index, cell.column): cell for index, row in enumerate(rows) for cell in row.cells}
    for start, cell in sorted(at.items()):
        if at.get(start) is not cell:
            continue
        chain = [(start, cell)]
        while True:
            (row, column), last = chain[-1]
            bottom = row + last.rowspan - 1
            below = at.get((bottom + 1, column))
            parted = (bottom, column) not in open_below or (bottom + 1, column) not in open_above
            if below is None or below.colspan != last.colspan or parted or not ruled[bottom]:
                break
            chain.append(((bottom + 1, column), below))
        filled = [member for _, member in chain if member.text or member.inner]
        if len(chain) > 1 and len(filled) <= 1:
            label = filled[0] if filled else cell
            height = sum(member.rowspan for _, member in chain)
            kept[start[0]][kept[start[0]].index(cell)] = label._replace(rowspan=height)
            for place, member in chain[1:]:
                kept[place[0]].remove(member)
                del at[place]
    return tuple(row._replace(cells=tuple(cells)) for row, cells in zip(rows, kept, strict=True))


def _ruled_share(row: DraftRow, index: int, open_below: Collection[tuple[int, int]]) -> float:
    """Return how much of a row's width has a line below it."""
    width = sum(cell.colspan for cell in row.cells)
    return sum(cell.colspan for cell in row.cells if (index, cell.column) not in open_below) / width if width else 0.0
