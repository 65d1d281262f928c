"""Find tables in the lines drawn on a page: pure geometry, no text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from jixiao.documents.page_geometry import PrintedRule

_SNAP = 3.0
_JOIN = 4.0
_SHORTEST = 5.0
_TOUCH = 4.0
_COVERED = 0.7
_SMALLEST_TABLE = 16.0

_Rules = list[PrintedRule]


class Box(NamedTuple):
    """Hold one cell of a lattice: its first row and column, and how many of each it spans."""

    row: int
    column: int
    rowspan: int
    colspan: int

    @property
    def bottom(self) -> int:
        """Return the row below the cell."""
        return self.row + self.rowspan

    @property
    def right(self) -> int:
        """Return the column behind the cell."""
        return self.column + self.colspan


@dataclass(frozen=True, slots=True)
class Lattice:
    """Hold one ruled table: the x of its column edges, the y of its row edges, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]
    owners: tuple[tuple[int, ...], ...] = ()
    """For each row and column of the grid, which of the boxes covers it."""
    doubt: str = ""
    open: bool = False
    """Whether its columns are told by the gaps between texts, so that they are no wider than these."""

    @classmethod
    def of(cls, xs: tuple[float, ...], ys: tuple[float, ...], boxes: Iterable[Box]) -> Lattice:
        """Return the table of these edges and cells."""
        kept = tuple(boxes)
        return cls(xs, ys, kept, _owners(kept, len(ys) - 1, len(xs) - 1))

    def slot(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the smallest grid box at a point, None outside the table."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        row, column = bisect_right(self.ys, y), bisect_right(self.xs, x)
        return min(row, len(self.ys) - 1) - 1, min(column, len(self.xs) - 1) - 1

    def box_at(self, x: float, y: float) -> int | None:
        """Return the index of the box at a point, None outside the table."""
        slot = self.slot(x, y)
        if slot is None:
            return None
        return self.owners[slot[0]][slot[1]]


def find_lattices(across: Sequence[PrintedRule], upright: Sequence[PrintedRule]) -> list[Lattice]:
    """Return the ruled tables of a page from top to bottom, each with at least two cells.

    Lines that almost meet are joined; a table whose outer sides are not drawn is closed where its lines end;
    a table that stands inside a cell of another is part of that cell.
    """
    horizontal, vertical = _merge(across), _merge(upright)
    drawn = [_draw(*_closed(rows, columns)) for rows, columns in _components(horizontal, vertical)]
    lattices = [lattice for lattice in drawn if lattice is not None]
    lattices.sort(key=lambda lattice: (lattice.ys[0], lattice.xs[0]))
    return [lattice for lattice in lattices if not any(_within(lattice, other) for other in lattices)]


# ---------------------------------------------------------------- lines


def _merge(rules: Iterable[PrintedRule]) -> _Rules:
    """Snap lines that lie almost on one another to one position and join those that almost meet."""
    merged: _Rules = []
    group: _Rules = []
    for rule in sorted(rules):
        if group and rule.at - group[0].at > _SNAP:
            merged.extend(_join(group))
            group = []
        group.append(rule)
    merged.extend(_join(group))
    return [rule for rule in merged if rule.end - rule.start >= _SHORTEST]


def _join(group: Sequence[PrintedRule]) -> Iterator[PrintedRule]:
    """Yield the lines of one position, at their mean weighed by length."""
    length = sum(rule.end - rule.start for rule in group)
    moment = sum(rule.at * (rule.end - rule.start) for rule in group)
    stretches: list[tuple[float, float]] = []
    for rule in sorted(group, key=lambda rule: rule.start):
        if stretches and rule.start - stretches[-1][1] <= _JOIN:
            start, end = stretches[-1]
            stretches[-1] = start, max(end, rule.end)
        else:
            stretches.append((rule.start, rule.end))
    for start, end in stretches:
        yield PrintedRule(moment / length, start, end)


def _components(across: _Rules, upright: _Rules) -> Iterator[tuple[_Rules, _Rules]]:
    """Yield the groups of lines that hang together by crossing one another."""
    parent = list(range(len(across) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for over, down in _crossings(across, upright):
        parent[root(over)] = root(len(across) + down)
    groups: dict[int, tuple[_Rules, _Rules]] = {}
    for index, rule in enumerate([*across, *upright]):
        groups.setdefault(root(index), ([], []))[index >= len(across)].append(rule)
    for key in sorted(groups):
        yield groups[key]


def _crossings(across: _Rules, upright: _Rules) -> Iterator[tuple[int, int]]:
    """Yield which lines across touch which upright ones."""
    positions = [rule.at for rule in across]
    for down, rule in enumerate(upright):
        first, last = bisect_left(positions, rule.start - _TOUCH), bisect_right(positions, rule.end + _TOUCH)
        for over in range(first, last):
            if across[over].start - _TOUCH <= rule.at <= across[over].end + _TOUCH:
                yield over, down


# ---------------------------------------------------------------- cells


def _draw(across: _Rules, upright: _Rules) -> Lattice | None:
    """Return the table that connected lines draw, None for a mere frame, cross or tick box."""
    xs, ys = _edges(upright), _edges(across)
    if not xs or not ys or xs[-1] - xs[0] < _SMALLEST_TABLE or ys[-1] - ys[0] < _SNAP:
        return None
    standing, lying = [_rules_at(upright, x) for x in xs], [_rules_at(across, y) for y in ys]
    walls = [[_cover(rules, *between) for rules in standing] for between in pairwise(ys)]
    floors = [[_cover(rules, *between) for between in pairwise(xs)] for rules in lying]
    lattice = lattice_of(tuple(xs), tuple(ys), walls, floors)
    if len(lattice.boxes) < 2:
        return None
    return lattice


def lattice_of(
    xs: tuple[float, ...], ys: tuple[float, ...], walls: list[list[bool]], floors: list[list[bool]]
) -> Lattice:
    """Return a table of these edges; ``walls`` and ``floors`` say for each row, each column where one is."""
    return Lattice.of(xs, ys, _boxes(walls, floors))


def _owners(boxes: Iterable[Box], height: int, width: int) -> tuple[tuple[int, ...], ...]:
    """Return for each row and column of a grid which of the boxes covers it."""
    owners = [[0] * width for _ in range(height)]
    for index, box in enumerate(boxes):
        for row in range(box.row, box.bottom):
            owners[row][box.column : box.right] = [index] * box.colspan
    return tuple(map(tuple, owners))


def _closed(across: _Rules, upright: _Rules) -> tuple[_Rules, _Rules]:
    """Return the lines with the outer sides added that lines reach out to but nobody drew."""
    if len(across) < 2 and len(upright) < 2:
        return across, upright
    return across + _missing_sides(upright, across), upright + _missing_sides(across, upright)


def _missing_sides(lines: _Rules, others: _Rules) -> _Rules:
    """Return the sides at both ends of lines where none of the others stands."""
    if len(lines) < 2 or not others:
        return []
    first, last = min(rule.start for rule in lines), max(rule.end for rule in lines)
    sides = [PrintedRule(at, lines[0].at, lines[-1].at) for at in (first, last)]
    return [side for side in sides if all(abs(other.at - side.at) > 2 * _TOUCH for other in others)]


def _edges(rules: _Rules) -> list[float]:
    """Return the distinct positions of lines, those closer than a line of print joined."""
    edges: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not edges or at - edges[-1] > _SNAP:
            edges.append(at)
    return edges


def _rules_at(rules: Iterable[PrintedRule], at: float) -> _Rules:
    return [rule for rule in rules if abs(rule.at - at) <= _SNAP]


def _cover(rules: _Rules, start: float, end: float) -> bool:
    """Tell whether lines of one position cover a stretch."""
    covered = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules)
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
    first, last = outer.slot(inner.xs[0], inner.ys[0]), outer.slot(inner.xs[-1], inner.ys[-1])
    begins_later = inner.xs[0] > outer.xs[0] or inner.ys[0] > outer.ys[0]
    return begins_later and None not in (first, last)
