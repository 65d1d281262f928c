"""Take one PDF page apart with PDFium: its characters and the straight lines drawn on it, upright, in points."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from jixiao.documents import limits

_THIN = 3.0
_THICK = 4.0
_STRAIGHT = 0.8
_SLANTED = 0.17
_TURNED_SHARE = 0.6


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


class Rule(NamedTuple):
    """Hold a straight line: ``at`` is its y (or x when upright), from ``start`` to ``end``."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """Hold what is printed on a page, turned so that most of its text is upright.

    ``across`` and ``upright`` are the drawn lines, ``area_across`` and ``area_upright`` the sides of filled areas;
    ``crowded`` says that some lines were not looked at, ``cut`` that text stands beyond the sides of the page.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    across: tuple[Rule, ...]
    upright: tuple[Rule, ...]
    area_across: tuple[Rule, ...] = ()
    area_upright: tuple[Rule, ...] = ()
    images: int = 0
    crowded: bool = False
    cut: bool = False


class _Matrix(NamedTuple):
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def apply(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, first: _Matrix) -> _Matrix:
        """Return the matrix that applies ``first`` and then this one."""
        a, b = self.a * first.a + self.c * first.b, self.b * first.a + self.d * first.b
        c, d = self.a * first.c + self.c * first.d, self.b * first.c + self.d * first.d
        e, f = self.apply(first.e, first.f)
        return _Matrix(a, b, c, d, e, f)


def read_page(raw: Any, page: Any, number: int) -> Page:
    """Take a loaded PDFium page apart; ``raw`` is the module of PDFium's functions."""
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    matrix = _display_matrix(raw, page, width, height)
    found = list(_glyphs(raw, page, matrix))
    glyphs = tuple(
        glyph for glyph in found if 0 < glyph.x0 + glyph.x1 < 2 * width and 0 < glyph.y0 + glyph.y1 < 2 * height
    )
    drawing = _Drawing(raw, matrix)
    drawing.add_page(page)
    lines, sides = drawing.lines, drawing.sides
    result = Page(
        number, width, height, glyphs, tuple(lines[0]), tuple(lines[1]), tuple(sides[0]), tuple(sides[1]),
        drawing.images, drawing.crowded, len(glyphs) < len(found),
    )  # fmt: skip
    turn, count = Counter(glyph.turn for glyph in glyphs).most_common(1)[0] if glyphs else (0, 0)
    return _turned(result, turn) if turn and count >= _TURNED_SHARE * len(glyphs) else result


def _display_matrix(raw: Any, page: Any, width: float, height: float) -> _Matrix:
    """Return the matrix from the page's own space to its display: crop box, rotation, y downwards.

    PDFium only tells integer device points, so three points are asked for on a fine device.
    """
    fine = 1000

    def device(x: float, y: float) -> tuple[float, float]:
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, int(width * fine), int(height * fine), 0, x, y, left, top)
        return left.value / fine, top.value / fine

    (e, f), (ax, ay), (cx, cy) = device(0, 0), device(100, 0), device(0, 100)
    return _Matrix((ax - e) / 100, (ay - f) / 100, (cx - e) / 100, (cy - f) / 100, e, f)


def _glyphs(raw: Any, page: Any, matrix: _Matrix) -> Iterator[Glyph]:
    """Yield the characters of a page; slanted ones (watermarks) and those PDFium itself made up are left out."""
    text = raw.FPDFText_LoadPage(page)
    box, own = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    high = 0
    try:
        for index in range(min(raw.FPDFText_CountChars(text), limits.MAX_PAGE_GLYPHS)):
            code = raw.FPDFText_GetUnicode(text, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
            high = 0
            if code in (0x0A, 0x0D) or raw.FPDFText_IsGenerated(text, index) == 1:
                continue
            raw.FPDFText_GetLooseCharBox(text, index, box)
            raw.FPDFText_GetMatrix(text, index, own)
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            turn = _quarter(matrix.a * own.a + matrix.c * own.b, matrix.b * own.a + matrix.d * own.b)
            if turn is None:
                continue
            size = raw.FPDFText_GetFontSize(text, index) * math.hypot(own.c, own.d)
            (ax, ay), (bx, by) = matrix.apply(box.left, box.top), matrix.apply(box.right, box.bottom)
            origin = matrix.apply(x.value, y.value)
            yield Glyph(
                chr(code) if code >= 0x20 else "\ufffd",
                min(ax, bx), min(ay, by), max(ax, bx), max(ay, by),
                origin[turn % 2 == 0], size or 1.0, turn,
            )  # fmt: skip
    finally:
        raw.FPDFText_ClosePage(text)


def _quarter(x: float, y: float) -> int | None:
    """Return the quarter turns clockwise of a reading direction on the display, None when it is slanted."""
    if abs(x) >= abs(y):
        return None if abs(y) > _SLANTED * abs(x) else 0 if x >= 0 else 2
    return None if abs(x) > _SLANTED * abs(y) else 1 if y > 0 else 3


def _turned(page: Page, turn: int) -> Page:
    """Return the page turned back so that text that was turned ``turn`` quarters is upright."""
    width, height = page.width, page.height
    across, upright = _turned_rules(page.across, page.upright, turn, width, height)
    area_across, area_upright = _turned_rules(page.area_across, page.area_upright, turn, width, height)
    return replace(
        page,
        width=height if turn % 2 else width,
        height=width if turn % 2 else height,
        glyphs=tuple(turn_glyph(glyph, turn, width, height) for glyph in page.glyphs),
        across=across,
        upright=upright,
        area_across=area_across,
        area_upright=area_upright,
    )


def _turned_rules(
    across: tuple[Rule, ...], upright: tuple[Rule, ...], turn: int, width: float, height: float
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    if turn == 1:
        flipped = tuple(Rule(width - r.at, r.start, r.end) for r in upright)
        return flipped, tuple(Rule(r.at, width - r.end, width - r.start) for r in across)
    if turn == 3:
        flipped = tuple(Rule(r.at, height - r.end, height - r.start) for r in upright)
        return flipped, tuple(Rule(height - r.at, r.start, r.end) for r in across)
    flipped = tuple(Rule(height - r.at, width - r.end, width - r.start) for r in across)
    return flipped, tuple(Rule(width - r.at, height - r.end, height - r.start) for r in upright)


def turn_glyph(glyph: Glyph, turn: int, width: float, height: float) -> Glyph:
    """Return a glyph as it stands once a page of this size is turned back by ``turn`` quarters."""
    text, x0, y0, x1, y1, base, size, own = glyph
    rest = (own - turn) % 4
    if turn == 1:
        moved = (y0, width - x1, y1, width - x0)
        base = width - base if own % 2 else base
    elif turn == 3:
        moved = (height - y1, x0, height - y0, x1)
        base = base if own % 2 else height - base
    else:
        moved = (width - x1, height - y1, width - x0, height - y0)
        base = width - base if own % 2 else height - base
    return Glyph(text, *moved, base, size, rest)


class _Drawing:
    """Collect the straight lines of a page: strokes along an axis, filled areas as thin as a line, sides of areas."""

    def __init__(self, raw: Any, matrix: _Matrix) -> None:
        self._raw = raw
        self._matrix = matrix
        self._segments = 0
        self.lines: tuple[list[Rule], list[Rule]] = ([], [])
        self.sides: tuple[list[Rule], list[Rule]] = ([], [])
        self.images = 0

    @property
    def crowded(self) -> bool:
        """Tell whether the page has more line segments than are looked at."""
        return self._segments >= limits.MAX_PAGE_SEGMENTS

    def add_page(self, page: Any) -> None:
        """Collect from the objects of a page."""
        for index in range(self._raw.FPDFPage_CountObjects(page)):
            self._add(self._raw.FPDFPage_GetObject(page, index), self._matrix, 0)

    def _add(self, item: Any, matrix: _Matrix, depth: int) -> None:
        kind = self._raw.FPDFPageObj_GetType(item)
        if kind == self._raw.FPDF_PAGEOBJ_IMAGE:
            self.images += 1
        elif kind == self._raw.FPDF_PAGEOBJ_PATH and not self.crowded:
            self._add_path(item, matrix.after(self._own_matrix(item)))
        elif kind == self._raw.FPDF_PAGEOBJ_FORM and depth < limits.MAX_FORM_DEPTH:
            inner = matrix.after(self._own_matrix(item))
            for index in range(self._raw.FPDFFormObj_CountObjects(item)):
                self._add(self._raw.FPDFFormObj_GetObject(item, index), inner, depth + 1)

    def _own_matrix(self, item: Any) -> _Matrix:
        own = self._raw.FS_MATRIX()
        self._raw.FPDFPageObj_GetMatrix(item, own)
        return _Matrix(own.a, own.b, own.c, own.d, own.e, own.f)

    def _add_path(self, item: Any, matrix: _Matrix) -> None:
        fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        self._raw.FPDFPath_GetDrawMode(item, fill, stroke)
        stroked = bool(stroke.value)
        if stroked and self._raw.FPDFPageObj_GetStrokeWidth(item, width):
            stroked = width.value * math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) <= _THICK
        for points in self._outlines(item, matrix):
            if stroked:
                for (ax, ay), (bx, by) in pairwise(points):
                    self._add_line(ax, ay, bx, by)
            elif fill.value and len(points) > 2:
                self._add_area([x for x, _ in points], [y for _, y in points])

    def _add_area(self, xs: list[float], ys: list[float]) -> None:
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        if bottom - top <= _THIN < right - left:
            self._add_line(left, (top + bottom) / 2, right, (top + bottom) / 2)
        elif right - left <= _THIN < bottom - top:
            self._add_line((left + right) / 2, top, (left + right) / 2, bottom)
        else:
            self.sides[0].extend((Rule(top, left, right), Rule(bottom, left, right)))
            self.sides[1].extend((Rule(left, top, bottom), Rule(right, top, bottom)))

    def _outlines(self, item: Any, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
        """Yield the outlines of a path as lists of points; curves break an outline."""
        raw = self._raw
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        for index in range(raw.FPDFPath_CountSegments(item)):
            self._segments += 1
            if self.crowded:
                return
            segment = raw.FPDFPath_GetPathSegment(item, index)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.apply(x.value, y.value)
            if kind == raw.FPDF_SEGMENT_LINETO:
                points.append(point)
            else:
                yield points
                points = [point]
            if raw.FPDFPathSegment_GetClose(segment) and points:
                points.append(points[0])
        yield points

    def _add_line(self, ax: float, ay: float, bx: float, by: float) -> None:
        if abs(ay - by) <= _STRAIGHT and abs(ax - bx) > _STRAIGHT:
            self.lines[0].append(Rule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif abs(ax - bx) <= _STRAIGHT and abs(ay - by) > _STRAIGHT:
            self.lines[1].append(Rule((ax + bx) / 2, min(ay, by), max(ay, by)))
