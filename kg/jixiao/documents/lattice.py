"""Find tables in the lines drawn on a page: pure geometry, no text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jixiao.documents.pdf_page import Rule

_SNAP = 3.0
_JOIN = 4.0
_SHORTEST = 5.0
_TOUCH = 4.0
_COVERED = 0.7
_SMALLEST_TABLE = 16.0


class Box(NamedTuple):
    """Hold one cell of a lattice: its first row and column, and how many of each it spans."""

    row: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """Hold one ruled table: the x of its column edges, the y of its row edges, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]
    owners: tuple[tuple[int, ...], ...] = ()
    """For each row and column of the grid, which of the boxes covers it."""

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def slot(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the smallest grid box at a point, None outside the table."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        return (
            min(bisect_right(self.ys, y), len(self.ys) - 1) - 1,
            min(bisect_right(self.xs, x), len(self.xs) - 1) - 1,
        )

    def box_at(self, x: float, y: float) -> int | None:
        """Return the index of the box at a point, None outside the table."""
        slot = self.slot(x, y)
        return None if slot is None else self.owners[slot[0]][slot[1]]


def find_lattices(across: Sequence[Rule], upright: Sequence[Rule]) -> list[Lattice]:
    """Return the ruled tables of a page from top to bottom, each with at least two cells.

    Lines that almost meet are joined; a table whose outer sides are not drawn is closed where its lines end;
    a table that stands inside a cell of another is part of that cell.
    """
    horizontal, vertical = _merge(across), _merge(upright)
    lattices = []
    for rows, columns in _components(horizontal, vertical):
        lattice = _lattice(rows, columns)
        if lattice is not None:
            lattices.append(lattice)
    lattices.sort(key=lambda lattice: (lattice.ys[0], lattice.xs[0]))
    return [lattice for lattice in lattices if not any(_within(lattice, other) for other in lattices)]


# ---------------------------------------------------------------- lines


def _merge(rules: Iterable[Rule]) -> list[Rule]:
    """Snap lines that lie almost on one another to one position and join those that almost meet."""
    merged: list[Rule] = []
    group: list[Rule] = []
    for rule in sorted(rules):
        if group and rule.at - group[0].at > _SNAP:
            merged.extend(_join(group))
            group = []
        group.append(rule)
    merged.extend(_join(group))
    return [rule for rule in merged if rule.end - rule.start >= _SHORTEST]


def _join(group: list[Rule]) -> Iterator[Rule]:
    if not group:
        return
    length = sum(rule.end - rule.start for rule in group)
    at = sum(rule.at * (rule.end - rule.start) for rule in group) / length
    start = end = None
    for rule in sorted(group, key=lambda rule: rule.start):
        if end is not None and start is not None and rule.start - end > _JOIN:
            yield Rule(at, start, end)
            start = end = None
        start = rule.start if start is None else start
        end = rule.end if end is None else max(end, rule.end)
    if start is not None and end is not None:
        yield Rule(at, start, end)


def _components(across: list[Rule], upright: list[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the groups of lines that hang together by crossing one another."""
    parent = list(range(len(across) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    positions = [rule.at for rule in across]
    for index, line in enumerate(upright, start=len(across)):
        low, high = bisect_left(positions, line.start - _TOUCH), bisect_right(positions, line.end + _TOUCH)
        for other in range(low, high):
            if across[other].start - _TOUCH <= line.at <= across[other].end + _TOUCH:
                parent[root(other)] = root(index)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*across, *upright]):
        groups.setdefault(root(index), ([], []))[index >= len(across)].append(rule)
    yield from (groups[key] for key in sorted(groups))


# ---------------------------------------------------------------- cells


def _lattice(across: list[Rule], upright: list[Rule]) -> Lattice | None:
    """Return the table that connected lines draw, None for a mere frame, cross or tick box."""
    across, upright = _closed(across, upright)
    xs, ys = _edges(upright), _edges(across)
    if len(xs) < 2 or len(ys) < 2 or xs[-1] - xs[0] < _SMALLEST_TABLE or ys[-1] - ys[0] < _SNAP:
        return None
    walls = [[_is_drawn(upright, x, ys[j], ys[j + 1]) for x in xs] for j in range(len(ys) - 1)]
    floors = [[_is_drawn(across, y, xs[i], xs[i + 1]) for i in range(len(xs) - 1)] for y in ys]
    boxes = tuple(_boxes(walls, floors))
    owners = [[0] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for index, box in enumerate(boxes):
        for row in range(box.row, box.row + box.rowspan):
            owners[row][box.column : box.column + box.colspan] = [index] * box.colspan
    return Lattice(tuple(xs), tuple(ys), boxes, tuple(map(tuple, owners))) if len(boxes) > 1 else None


def _closed(across: list[Rule], upright: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Return the lines with the outer sides added that lines reach out to but nobody drew."""
    if len(across) < 2 and len(upright) < 2:
        return across, upright
    sides = []
    for lines, others in ((across, upright), (upright, across)):
        added = []
        if len(lines) >= 2 and others:
            first, last = min(rule.start for rule in lines), max(rule.end for rule in lines)
            low, high = lines[0].at, lines[-1].at
            for at in (first, last):
                if all(abs(other.at - at) > 2 * _TOUCH for other in others):
                    added.append(Rule(at, low, high))
        sides.append(added)
    return across + sides[1], upright + sides[0]


def _edges(rules: list[Rule]) -> list[float]:
    """Return the distinct positions of lines, those closer than a line of print joined."""
    edges: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not edges or at - edges[-1] > _SNAP:
            edges.append(at)
    return edges


def _is_drawn(rules: list[Rule], at: float, start: float, end: float) -> bool:
    """Tell whether lines at a position cover a stretch."""
    covered = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules if abs(rule.at - at) <= _SNAP)
    return covered >= _COVERED * (end - start)


def _boxes(walls: list[list[bool]], floors: list[list[bool]]) -> Iterator[Box]:
    """Yield the cells: rectangles of grid boxes with no line between them."""
    height, width = len(walls), len(walls[0]) - 1
    taken = [[False] * width for _ in range(height)]
    for row in range(height):
        for column in range(width):
            if taken[row][column]:
                continue
            right = column + 1
            while right < width and not walls[row][right] and not taken[row][right]:
                right += 1
            below = row + 1
            while below < height and _continues(walls[below], floors[below], taken[below], column, right):
                below += 1
            for j in range(row, below):
                taken[j][column:right] = [True] * (right - column)
            yield Box(row, column, below - row, right - column)


def _continues(walls: list[bool], floor: list[bool], taken: list[bool], left: int, right: int) -> bool:
    """Tell whether a cell from ``left`` to ``right`` goes on into the next grid row, no wider than it is."""
    closed = (left == 0 or walls[left]) and (right == len(walls) - 1 or walls[right])
    return closed and not any(floor[left:right]) and not any(walls[left + 1 : right]) and not any(taken[left:right])


def _within(inner: Lattice, outer: Lattice) -> bool:
    """Tell whether a table stands in one cell of another."""
    if inner is outer:
        return False
    left, top, right, bottom = inner.edges
    first, last = outer.slot(left, top), outer.slot(right, bottom)
    return first is not None and last is not None and (inner.xs[0] > outer.xs[0] or inner.ys[0] > outer.ys[0])
