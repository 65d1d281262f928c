"""What stands on a page, in points: characters, lines, and how they are turned. Pure geometry, of any paged format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jixiao.documents.visibility import Unseen
from jixiao.model import PageBox

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

    def add_thin(self, sides: Bounds, thin: float = _THIN) -> bool:
        """Add a filled area if it is as thin as a line; tell whether it is."""
        left, top, right, bottom = sides
        if bottom - top <= thin < right - left:
            self.across.append(PrintedRule((top + bottom) / 2, left, right))
        elif right - left <= thin < bottom - top:
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
    ``doubt`` is that of its tables, ``turned`` how many quarters clockwise it was turned before it was read.
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
    turned: int = 0

    def shown(self, bounds: Bounds) -> PageBox:
        """Return where a box lies on the page as that is shown."""
        if self.turned:
            bounds = Turn(4 - self.turned, self.width, self.height).matrix.box(*bounds)
        left, top, right, bottom = map(round, bounds)
        return self.number, left, top, right, bottom


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """Hold what is printed on a page, turned so that most of its text is upright.

    ``lines`` are the drawn lines, ``areas`` the sides of filled areas.
    """

    facts: PageFacts
    glyphs: tuple[Glyph, ...]
    lines: Ruling
    areas: Ruling


class PageMatrix(NamedTuple):
    """Hold how points of a space are placed in another (PDF 32000-1 §8.3.3)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def apply(self, x: float, y: float) -> Point:
        """Return where a point lies."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, left: float, top: float, right: float, bottom: float) -> Bounds:
        """Return the box around two corners."""
        ax, ay = self.apply(left, top)
        bx, by = self.apply(right, bottom)
        if ax > bx:
            ax, bx = bx, ax
        if ay > by:
            ay, by = by, ay
        return ax, ay, bx, by

    def direction(self, x: float, y: float) -> Point:
        """Return where a vector points."""
        return self.a * x + self.c * y, self.b * x + self.d * y

    def after(self, first: PageMatrix) -> PageMatrix:
        """Return the matrix that applies ``first`` and then this one."""
        across, down = self.direction(first.a, first.b), self.direction(first.c, first.d)
        return PageMatrix(*across, *down, *self.apply(first.e, first.f))


class Turn(NamedTuple):
    """Turn what stands on a page of this size back, so that text turned ``quarters`` (1 to 3) clockwise is upright."""

    quarters: int
    width: float
    height: float

    @property
    def is_sideways(self) -> bool:
        """Tell whether across becomes upright."""
        return self.quarters % 2 == 1

    @property
    def matrix(self) -> PageMatrix:
        """Return how points move."""
        if self.quarters == 1:
            return PageMatrix(0.0, -1.0, 1.0, 0.0, 0.0, self.width)
        if self.quarters == 2:
            return PageMatrix(-1.0, 0.0, 0.0, -1.0, self.width, self.height)
        return PageMatrix(0.0, 1.0, -1.0, 0.0, self.height, 0.0)

    def glyphs(self, glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
        """Yield characters as they stand once the page is turned."""
        matrix = self.matrix
        for glyph in glyphs:
            turn = (glyph.turn - self.quarters) % 4
            base = matrix.apply(glyph.base, glyph.base)[1 - turn % 2]
            clip = glyph.clip and matrix.box(*glyph.clip)
            bounds = matrix.box(glyph.x0, glyph.y0, glyph.x1, glyph.y1)
            yield Glyph(glyph.text, *bounds, base, glyph.size, turn, glyph.run, clip)

    def ruling(self, ruling: Ruling) -> Ruling:
        """Return lines as they stand once the page is turned."""
        turned, move = Ruling(), self.matrix.apply
        for at, start, end in ruling.across:
            turned.add_line(move(start, at), move(end, at))
        for at, start, end in ruling.upright:
            turned.add_line(move(at, start), move(at, end))
        return turned
