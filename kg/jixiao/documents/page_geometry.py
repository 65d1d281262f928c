"""What stands on a page, in points: characters, lines, and how they are turned. Pure geometry, of any paged format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jixiao.documents.visibility import Unseen

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_THIN = 3.0
_STRAIGHT = 0.8


class Glyph(NamedTuple):
    """Hold a printed character: its box (y grows downwards), baseline, type size and quarter turns clockwise.

    ``base`` is the y of the baseline for upright characters, the x of it for turned ones; ``run`` tells one text that
    was printed as a whole from another, ``clip`` is the box that text is cut to, where there is one.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    turn: int = 0
    run: int = 0
    clip: Bounds | None = None

    @property
    def middle(self) -> Point:
        """Return x and y of its middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


class PrintedRule(NamedTuple):
    """Hold a straight line: ``at`` is its y (or x when upright), from ``start`` to ``end``."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Ruling:
    """Hold lines by their direction."""

    across: list[PrintedRule] = field(default_factory=list)
    upright: list[PrintedRule] = field(default_factory=list)

    def add_line(self, start: Point, end: Point) -> None:
        """Add a line if it runs along an axis."""
        (ax, ay), (bx, by) = start, end
        wide, high = abs(ax - bx), abs(ay - by)
        if high <= _STRAIGHT < wide:
            self.across.append(PrintedRule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif wide <= _STRAIGHT < high:
            self.upright.append(PrintedRule((ax + bx) / 2, min(ay, by), max(ay, by)))

    def add_thin(self, sides: Bounds) -> bool:
        """Add a filled area if it is as thin as a line; tell whether it is."""
        left, top, right, bottom = sides
        if bottom - top <= _THIN < right - left:
            self.across.append(PrintedRule((top + bottom) / 2, left, right))
        elif right - left <= _THIN < bottom - top:
            self.upright.append(PrintedRule((left + right) / 2, top, bottom))
        else:
            return False
        return True

    def add_sides(self, sides: Bounds) -> None:
        """Add the sides of an area."""
        left, top, right, bottom = sides
        self.across += PrintedRule(top, left, right), PrintedRule(bottom, left, right)
        self.upright += PrintedRule(left, top, bottom), PrintedRule(right, top, bottom)


def box_around(points: Iterable[Point]) -> Bounds:
    """Return the box around points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Hold what is known of a page as a whole.

    ``crowded`` says that some lines were not looked at, ``cut`` that text stands beyond the sides of the page,
    ``left_out`` counts the texts that are not seen, ``picture`` is how much of the page its largest picture takes,
    ``doubt`` is that of its tables.
    """

    number: int
    width: float
    height: float
    images: int = 0
    crowded: bool = False
    cut: bool = False
    left_out: Mapping[Unseen, int] = field(default_factory=Counter)
    picture: float = 0.0
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """Hold what is printed on a page, turned so that most of its text is upright.

    ``lines`` are the drawn lines, ``areas`` the sides of filled areas.
    """

    facts: PageFacts
    glyphs: tuple[Glyph, ...]
    lines: Ruling
    areas: Ruling


class Turn(NamedTuple):
    """Turn what stands on a page of this size back, so that text turned ``quarters`` clockwise is upright."""

    quarters: int
    width: float
    height: float

    @property
    def is_sideways(self) -> bool:
        """Tell whether across becomes upright."""
        return self.quarters % 2 == 1

    def glyph(self, glyph: Glyph) -> Glyph:
        """Return a character as it stands once the page is turned."""
        along = self._across if glyph.turn % 2 else self._down
        base = along(glyph.base, glyph.base)[0]
        bounds = self.box((glyph.x0, glyph.y0, glyph.x1, glyph.y1))
        clip = glyph.clip
        if clip:
            clip = self.box(clip)
        return Glyph(glyph.text, *bounds, base, glyph.size, (glyph.turn - self.quarters) % 4, glyph.run, clip)

    def box(self, bounds: Bounds) -> Bounds:
        """Return a box as it stands once the page is turned."""
        x0, y0, x1, y1 = bounds
        xs, ys = self._across(x0, x1), self._down(y0, y1)
        if self.is_sideways:
            xs, ys = ys, xs
        return xs[0], ys[0], xs[1], ys[1]

    def ruling(self, ruling: Ruling) -> Ruling:
        """Return lines as they stand once the page is turned."""
        across = [PrintedRule(self._down(at, at)[0], *self._across(start, end)) for at, start, end in ruling.across]
        upright = [PrintedRule(self._across(at, at)[0], *self._down(start, end)) for at, start, end in ruling.upright]
        if self.is_sideways:
            across, upright = upright, across
        return Ruling(across, upright)

    def _across(self, start: float, end: float) -> tuple[float, float]:
        if self.quarters == 3:
            return start, end
        return self.width - end, self.width - start

    def _down(self, start: float, end: float) -> tuple[float, float]:
        if self.quarters == 1:
            return start, end
        return self.height - end, self.height - start
