"""Take one PDF page apart with PDFium: its characters and the straight lines drawn on it, upright, in points."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from pypdfium2 import raw

from jixiao.documents import limits

_THIN = 3.0
_THICK = 4.0
_STRAIGHT = 0.8
_SLANTED = 0.17
_TURNED_SHARE = 0.6
_FINE = 1000
_LINE_ENDS = (0x0A, 0x0D)
_UNKNOWN = "\ufffd"

_Point = tuple[float, float]


class Glyph(NamedTuple):
    """Hold a printed character: its box (y grows downwards), baseline, type size and quarter turns clockwise.

    ``base`` is the y of the baseline for upright characters, the x of it for turned ones.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    turn: int = 0

    @property
    def middle(self) -> _Point:
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


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Hold what is known of a page as a whole.

    ``crowded`` says that some lines were not looked at, ``cut`` that text stands beyond the sides of the page.
    """

    number: int
    width: float
    height: float
    images: int = 0
    crowded: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class PdfPage:
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
        xs, ys = self._across(glyph.x0, glyph.x1), self._down(glyph.y0, glyph.y1)
        along = self._across if glyph.turn % 2 else self._down
        base = along(glyph.base, glyph.base)[0]
        if self.is_sideways:
            xs, ys = ys, xs
        return Glyph(glyph.text, xs[0], ys[0], xs[1], ys[1], base, glyph.size, (glyph.turn - self.quarters) % 4)

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


def read_pdf_page(page: Any, number: int) -> PdfPage:
    """Take a loaded PDFium page apart."""
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    matrix = _display_matrix(page, width, height)
    found = list(_read_glyphs(page, matrix))
    glyphs = tuple(glyph for glyph in found if _is_inside(glyph, width, height))
    drawing = _Drawing(matrix)
    drawing.add_page(page)
    facts = PageFacts(number, width, height, drawing.images, drawing.is_crowded, len(glyphs) < len(found))
    return _upright(PdfPage(facts, glyphs, drawing.lines, drawing.areas))


def _is_inside(glyph: Glyph, width: float, height: float) -> bool:
    x, y = glyph.middle
    return 0 < x < width and 0 < y < height


def _upright(page: PdfPage) -> PdfPage:
    """Return the page turned back where most of its text is turned."""
    turns = Counter(glyph.turn for glyph in page.glyphs)
    quarters, count = max(turns.items(), key=lambda item: item[1], default=(0, 0))
    if not quarters or count < _TURNED_SHARE * len(page.glyphs):
        return page
    facts = page.facts
    turn = Turn(quarters, facts.width, facts.height)
    if turn.is_sideways:
        facts = replace(facts, width=facts.height, height=facts.width)
    glyphs = tuple(map(turn.glyph, page.glyphs))
    return PdfPage(facts, glyphs, turn.ruling(page.lines), turn.ruling(page.areas))


# ---------------------------------------------------------------- from the page's space to its display


class _Matrix(NamedTuple):
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def apply(self, x: float, y: float) -> _Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def direction(self, x: float, y: float) -> _Point:
        """Return where a vector points."""
        return self.a * x + self.c * y, self.b * x + self.d * y

    def after(self, first: _Matrix) -> _Matrix:
        """Return the matrix that applies ``first`` and then this one."""
        across, down = self.direction(first.a, first.b), self.direction(first.c, first.d)
        return _Matrix(*across, *down, *self.apply(first.e, first.f))


_IDENTITY = _Matrix(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _inner_matrix(item: Any, outer: _Matrix) -> _Matrix:
    """Return the matrix from the space of an object of the page."""
    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, own)
    matrix = _Matrix(own.a, own.b, own.c, own.d, own.e, own.f)
    if matrix == _IDENTITY:
        return outer
    return outer.after(matrix)


def _display_matrix(page: Any, width: float, height: float) -> _Matrix:
    """Return the matrix from the page's own space to its display: crop box, rotation, y downwards.

    PDFium only tells integer device points, so three points are asked for on a fine device.
    """

    def device(x: float, y: float) -> _Point:
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, int(width * _FINE), int(height * _FINE), 0, x, y, left, top)
        return left.value / _FINE, top.value / _FINE

    (e, f), (ax, ay), (cx, cy) = device(0, 0), device(100, 0), device(0, 100)
    return _Matrix((ax - e) / 100, (ay - f) / 100, (cx - e) / 100, (cy - f) / 100, e, f)


# ---------------------------------------------------------------- characters


def _read_glyphs(page: Any, matrix: _Matrix) -> Iterator[Glyph]:
    """Yield the characters of a page; slanted ones (watermarks) and those PDFium itself made up are left out."""
    text = raw.FPDFText_LoadPage(page)
    box, own = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    try:
        for index, character in _characters(text):
            raw.FPDFText_GetMatrix(text, index, own)
            turn = _quarters(*matrix.direction(own.a, own.b))
            if turn is None:
                continue
            raw.FPDFText_GetLooseCharBox(text, index, box)
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            size = raw.FPDFText_GetFontSize(text, index) * math.hypot(own.c, own.d)
            (ax, ay), (bx, by) = matrix.apply(box.left, box.top), matrix.apply(box.right, box.bottom)
            base = matrix.apply(x.value, y.value)[turn % 2 == 0]
            yield Glyph(character, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), base, size or 1.0, turn)
    finally:
        raw.FPDFText_ClosePage(text)


def _characters(text: Any) -> Iterator[tuple[int, str]]:
    """Yield the characters that are printed with their indexes; pairs of surrogates are one."""
    high = 0
    for index in range(min(raw.FPDFText_CountChars(text), limits.MAX_PAGE_GLYPHS)):
        code = raw.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        character = _UNKNOWN
        if 0xDC00 <= code < 0xE000:
            if high:
                character = chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
        elif code >= 0x20:
            character = chr(code)
        high = 0
        if code not in _LINE_ENDS and raw.FPDFText_IsGenerated(text, index) != 1:
            yield index, character


def _quarters(x: float, y: float) -> int | None:
    """Return the quarter turns clockwise of a reading direction on the display, None when it is slanted."""
    if abs(y) <= _SLANTED * abs(x):
        return 2 * (x < 0)
    if abs(x) <= _SLANTED * abs(y):
        return 1 + 2 * (y < 0)
    return None


# ---------------------------------------------------------------- lines


class _Drawing:
    """Collect the straight lines of a page: strokes along an axis, filled areas as thin as a line, sides of areas."""

    def __init__(self, matrix: _Matrix) -> None:
        self._matrix = matrix
        self._segments = 0
        self.lines = Ruling()
        self.areas = Ruling()
        self.images = 0

    @property
    def is_crowded(self) -> bool:
        """Tell whether the page has more line segments than are looked at."""
        return self._segments >= limits.MAX_PAGE_SEGMENTS

    def add_page(self, page: Any) -> None:
        """Collect from the objects of a page."""
        for index in range(raw.FPDFPage_CountObjects(page)):
            self._add(raw.FPDFPage_GetObject(page, index), self._matrix, 0)

    def _add(self, item: Any, matrix: _Matrix, depth: int) -> None:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            self.images += 1
        elif kind == raw.FPDF_PAGEOBJ_PATH and not self.is_crowded:
            self._add_path(item, _inner_matrix(item, matrix))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < limits.MAX_FORM_DEPTH:
            inner = _inner_matrix(item, matrix)
            for index in range(raw.FPDFFormObj_CountObjects(item)):
                self._add(raw.FPDFFormObj_GetObject(item, index), inner, depth + 1)

    def _add_path(self, item: Any, matrix: _Matrix) -> None:
        fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        stroked = bool(stroke.value)
        if stroked and raw.FPDFPageObj_GetStrokeWidth(item, width):
            stroked = width.value * math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) <= _THICK
        for points in self._outlines(item, matrix):
            if stroked:
                for start, end in pairwise(points):
                    self._add_line(*start, *end)
            elif fill.value and len(points) > 2:
                self._add_area(points)

    def _outlines(self, item: Any, matrix: _Matrix) -> Iterator[list[_Point]]:
        """Yield the outlines of a path as lists of points; curves break an outline."""
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[_Point] = []
        for index in range(raw.FPDFPath_CountSegments(item)):
            self._segments += 1
            if self.is_crowded:
                return
            segment = raw.FPDFPath_GetPathSegment(item, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            if raw.FPDFPathSegment_GetType(segment) != raw.FPDF_SEGMENT_LINETO:
                yield points
                points = []
            points.append(matrix.apply(x.value, y.value))
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        yield points

    def _add_area(self, points: Iterable[_Point]) -> None:
        xs, ys = zip(*points, strict=True)
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        if bottom - top <= _THIN < right - left:
            self._add_line(left, (top + bottom) / 2, right, (top + bottom) / 2)
        elif right - left <= _THIN < bottom - top:
            self._add_line((left + right) / 2, top, (left + right) / 2, bottom)
        else:
            self.areas.across += PrintedRule(top, left, right), PrintedRule(bottom, left, right)
            self.areas.upright += PrintedRule(left, top, bottom), PrintedRule(right, top, bottom)

    def _add_line(self, ax: float, ay: float, bx: float, by: float) -> None:
        wide, high = abs(ax - bx), abs(ay - by)
        if high <= _STRAIGHT < wide:
            self.lines.across.append(PrintedRule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif wide <= _STRAIGHT < high:
            self.lines.upright.append(PrintedRule((ax + bx) / 2, min(ay, by), max(ay, by)))
