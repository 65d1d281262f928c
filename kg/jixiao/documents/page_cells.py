"""Tell which lines of a table without rules are one cell: by their distance, and by whether they ran out of room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jixiao.documents.page_bands import Band, Piece
from jixiao.documents.page_geometry import Point, PrintedRule
from jixiao.documents.typesetting import first_width

_CLOSE = 1.12
_WIDEST_LEADING = 1.8
_ASCII = "\x7f"
_FULL_SHARE = 0.6
_ROW_COLUMNS = 2
_SLACK = 0.4
_INSET = 0.2
_SAME_BASE = 0.2
_RULED = 0.5

Span = tuple[int, int]
"""First column and the one behind the last."""


class Line(NamedTuple):
    """Hold what one line prints in a range of columns."""

    base: float
    size: float
    span: Span
    pieces: tuple[Piece, ...]

    @property
    def top(self) -> float:
        """Return where its characters begin."""
        return self.base - self.size

    @property
    def middle(self) -> Point:
        """Return x and y of its middle."""
        return (self.pieces[0].left + self.pieces[-1].right) / 2, self.base - _SLACK * self.size

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return self.pieces[-1].right - self.pieces[0].left

    @property
    def columns(self) -> range:
        """Return the columns it stands in."""
        return range(*self.span)


Pair = tuple[Line, Line]
"""A line and the next one below it in its columns."""


@dataclass(frozen=True, slots=True)
class OpenCell:
    """Hold the lines of one cell."""

    lines: tuple[Line, ...]

    @property
    def span(self) -> Span:
        """Return the columns it stands in."""
        return min(line.span[0] for line in self.lines), max(line.span[1] for line in self.lines)

    @property
    def columns(self) -> range:
        """Return the columns it stands in."""
        return range(*self.span)

    @property
    def top(self) -> float:
        """Return where its characters begin."""
        return self.lines[0].top

    @property
    def first(self) -> float:
        """Return its first baseline."""
        return self.lines[0].base

    @property
    def middle(self) -> float:
        """Return the middle between its baselines."""
        return (self.lines[0].base + self.lines[-1].base) / 2

    @property
    def last(self) -> float:
        """Return its last baseline."""
        return self.lines[-1].base


def lines_of(band: Band, gutters: Sequence[float]) -> list[Line]:
    """Return the pieces of a band by the columns they stand in; pieces of one column are one line."""
    groups: list[tuple[Span, list[Piece]]] = []
    inset = _INSET * band.size
    for piece in band.pieces:
        first = sum(x < piece.left + inset for x in gutters)
        last = max(first, sum(x < piece.right - inset for x in gutters))
        if groups and groups[-1][0][1] > first:
            span, pieces = groups.pop()
            groups.append(((span[0], max(span[1], last + 1)), [*pieces, piece]))
        else:
            groups.append(((first, last + 1), [piece]))
    return [Line(pieces[0].glyphs[0].base, band.size, span, tuple(pieces)) for span, pieces in groups]


def is_covered(rules: Iterable[PrintedRule], left: float, right: float) -> bool:
    """Tell whether one of the rules runs along most of a stretch."""
    return any(min(rule.end, right) - max(rule.start, left) >= _RULED * (right - left) for rule in rules)


class Stack:
    """Hold the lines of a table, and what may be joined of them."""

    def __init__(self, lines: Iterable[Line], xs: Sequence[float], rules: Sequence[PrintedRule]) -> None:
        self.lines = sorted(lines, key=lambda line: line.base)
        self._xs = xs
        self._rules = rules
        self._pairs = list(_pairs(self.lines))
        widths: dict[Span, float] = defaultdict(float)
        for line in self.lines:
            widths[line.span] = max(widths[line.span], line.width)
        size = min(line.size for line in self.lines)
        leading = [line.base - upper.base for upper, line in self._pairs if line.base - upper.base > size]
        self._leading = min(leading, default=size)
        self._near = [pair for pair in self._pairs if self._is_near(*pair)]
        self._full = {pair for pair in self._near if _is_full(*pair, widths)}

    def readings(self) -> Iterator[tuple[list[OpenCell], int]]:
        """Yield the cells in the ways they may be meant, and how many lines are joined that had room left.

        Lines that stand close are one cell, unless two columns print another row there; or only those are that ran
        out of room, unless any other column prints two rows there.
        """
        begun = (pair for pair in self._pairs if pair not in self._full)
        rows = Counter((upper.base, line.base) for upper, line in begun)
        wrapped = [pair for pair in self._near if pair in self._full and not rows[pair[0].base, pair[1].base]]
        close = [pair for pair in self._near if rows[pair[0].base, pair[1].base] < _ROW_COLUMNS]
        ways = [wrapped, close]
        if len(wrapped) >= _FULL_SHARE * len(self._near):
            ways.reverse()
        for joined in ways:
            yield self._cells(joined), sum(pair not in self._full for pair in joined)

    def runs_out(self, line: Line) -> bool:
        """Tell whether a line goes on below it for want of room, as others of its columns show how much there is."""
        others = [each.width for each in self.lines if each.span == line.span and each != line]
        known = bool(others) and line.width <= max(others) + _SLACK * line.size
        return known and any(upper == line for upper, _ in self._full)

    def _cells(self, joined: Collection[Pair]) -> list[OpenCell]:
        above = {line: upper for upper, line in joined}
        chains: dict[Line, list[Line]] = {}
        begun: list[list[Line]] = []
        for line in self.lines:
            if line in above:
                chains[line] = chains[above[line]]
            else:
                chains[line] = []
                begun.append(chains[line])
            chains[line].append(line)
        return [OpenCell(tuple(chain)) for chain in begun]

    def _is_near(self, upper: Line, line: Line) -> bool:
        """Tell whether a line stands as close below another as lines of a cell do, and no rule parts them."""
        if not upper.span[0] <= line.span[0] < line.span[1] <= max(upper.span[1], line.span[0] + 1):
            return False
        if line.base - upper.base > min(_CLOSE * self._leading, _WIDEST_LEADING * line.size):
            return False
        start, end = upper.middle[1], line.middle[1]
        between = (rule for rule in self._rules if start < rule.at < end)
        return not is_covered(between, self._xs[line.span[0]], self._xs[line.span[1]])


def _pairs(lines: Iterable[Line]) -> Iterator[Pair]:
    """Yield each line behind the lowest one above it in its columns."""
    lowest: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        over = [upper for column in line.columns for upper in lowest[column][-2:]]
        over = [upper for upper in over if line.base - upper.base > _SAME_BASE * line.size]
        if over:
            yield max(over, key=lambda upper: upper.base), line
        for column in line.columns:
            lowest[column].append(line)


def _is_full(upper: Line, line: Line, widths: Mapping[Span, float]) -> bool:
    """Tell whether a line would not have found room behind the words above it."""
    worded = any(glyph.text > _ASCII for piece in upper.pieces for glyph in piece.glyphs)
    head = first_width(line.pieces[0].glyphs)
    return worded and upper.width + head > widths[upper.span] + _SLACK * line.size
