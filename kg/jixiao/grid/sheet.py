"""Lay a printed table out as a grid of typed cells, whether its format states the spans or only tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from jixiao.grid.cells import Item
from jixiao.grid.turning import turn_upright
from jixiao.grid.words import chinese
from jixiao.model import Row, Source, Table


@dataclass(frozen=True)
class Line:
    """Hold one printed row: its index in the table, the row itself, and its filled cells from left to right."""

    index: int
    row: Row
    items: tuple[Item, ...]

    @property
    def number(self) -> int:
        """Return the printed line."""
        return self.row.place.line


@dataclass(frozen=True)
class Sheet:
    """Hold a table as lines of items; ``stated`` says that its format states spans, ``breaks`` follow a page's end."""

    table: Table
    lines: tuple[Line, ...]
    stated: bool

    @cached_property
    def width(self) -> int:
        """Return the number of grid columns."""
        return max((item.end for line in self.lines for item in line.items), default=0)

    @cached_property
    def cover(self) -> dict[tuple[int, int], Item]:
        """Return the item that covers each place of the grid."""
        places: dict[tuple[int, int], Item] = {}
        for line in self.lines:
            for item in line.items:
                for row in range(item.row, item.row + item.height):
                    for column in range(item.column, item.end):
                        places.setdefault((row, column), item)
        return places

    def source(self, index: int) -> Source:
        """Return the source of a row."""
        row = self.table.rows[index]
        return Source(self.table.index, row.place.line, row.text, row.place.page, row.place.where)


def lay_out(table: Table) -> Sheet:
    """Return a table as a sheet."""
    table = turn_upright(table)
    lines = [Line(index, row, _items(index, row)) for index, row in enumerate(table.rows)]
    return Sheet(table, tuple(lines), table.merged)


def _items(index: int, row: Row) -> tuple[Item, ...]:
    return tuple(
        Item(chinese(cell.text.strip()), index, cell.column, cell.colspan, cell.rowspan) for cell in row.filled
    )


def stretched(items: Sequence[Item], width: int) -> tuple[Item, ...]:
    """Return the cells of a row without stated spans as if each reached to the next one."""
    ends = [*(item.column for item in items[1:]), max(width, items[-1].end)] if items else []
    return tuple(
        Item(item.text, item.row, item.column, max(1, end - item.column)) for item, end in zip(items, ends, strict=True)
    )
