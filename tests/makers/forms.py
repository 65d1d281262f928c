"""A form as cells with spans, from which the other makers print Word, Excel, HTML, PDF and text files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Entry = str | tuple[str, int] | tuple[str, int, int]
"""What a row of a form lists for one cell: its text, or text and columns, or text, columns and rows."""


class Spot(NamedTuple):
    """Hold one cell of a form: its text, first row and column, and the rows and columns it spans."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Form:
    """Hold one form: the lines above it, its cells, the lines below it and, if it matters, its column widths (cm)."""

    cells: tuple[Spot, ...]
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = field(default=())

    @property
    def height(self) -> int:
        return max((spot.row + spot.rowspan for spot in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((spot.column + spot.colspan for spot in self.cells), default=0)

    def row(self, index: int) -> list[Spot]:
        return [spot for spot in self.cells if spot.row == index]


def form(*rows: Sequence[Entry], titles: Sequence[str] = (), notes: Sequence[str] = ()) -> Form:
    """Make a form of rows of entries; an entry stands in the first column that no cell from above reaches into."""
    spots: list[Spot] = []
    taken: set[tuple[int, int]] = set()
    for index, row in enumerate(rows):
        column = 0
        for entry in row:
            text, colspan, rowspan = (entry, 1, 1) if isinstance(entry, str) else (*entry, 1)[:3]
            while (index, column) in taken:
                column += 1
            taken |= {(index + down, column + right) for down in range(rowspan) for right in range(colspan)}
            spots.append(Spot(text, index, column, rowspan, colspan))
    return Form(tuple(spots), tuple(titles), tuple(notes))
