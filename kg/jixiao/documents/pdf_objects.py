"""Walk the objects of a PDF page with PDFium: the straight lines drawn on it, its texts and areas as painted."""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pypdfium2 import raw

from jixiao.documents import limits
from jixiao.documents.page_geometry import Bounds, PageMatrix, Point, Ruling, box_around

_THICK = 4.0
_FINE = 1000
_ONE_LINE = 2
_BAND = 16.0
_MOST_BANDS = 1000
_INVISIBLE_MODES = (3, 7)
_RENDERED_WIDTH = 600
_MOST_RENDERED = 20


_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# What PDFium writes its answers to; it serves one thread at a time.
_matrix = raw.FS_MATRIX()
_x, _y, _width = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
_fill, _stroke = ctypes.c_int(), ctypes.c_int()
_sides = tuple(ctypes.c_float() for _ in range(4))
_colour = tuple(ctypes.c_uint() for _ in range(4))


def _inner_matrix(item: Any, outer: PageMatrix) -> PageMatrix:
    """Return the matrix from the space of an object of the page."""
    own = _matrix
    raw.FPDFPageObj_GetMatrix(item, own)
    values = own.a, own.b, own.c, own.d, own.e, own.f
    if values == _IDENTITY:
        return outer
    return outer.after(PageMatrix(*values))


def display_matrix(page: Any, width: float, height: float) -> PageMatrix:
    """Return the matrix from the page's own space to its display: crop box, rotation, y downwards.

    PDFium only tells integer device points, so three points are asked for on a fine device.
    """

    def device(x: float, y: float) -> Point:
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, int(width * _FINE), int(height * _FINE), 0, x, y, left, top)
        return left.value / _FINE, top.value / _FINE

    (e, f), (ax, ay), (cx, cy) = device(0, 0), device(100, 0), device(0, 100)
    return PageMatrix((ax - e) / 100, (ay - f) / 100, (cx - e) / 100, (cy - f) / 100, e, f)


class PaintedArea(NamedTuple):
    """Hold an opaque filled rectangle: when it is painted, how light it is (0 black, 1 white), and its sides."""

    order: int
    light: float
    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies in it."""
        return self.x0 <= point[0] <= self.x1 and self.y0 <= point[1] <= self.y1


class PaintedText(NamedTuple):
    """Hold when a text is painted, how light it is, whether it is painted at all, and the box it is cut to."""

    order: int = 0
    light: float = 0.0
    painted: bool = True
    clip: Bounds | None = None


class PageDrawing:
    """Collect the straight lines of a page: strokes along an axis, filled areas as thin as a line, sides of areas.

    ``texts`` are its texts by the address of their objects.
    """

    def __init__(self, matrix: PageMatrix) -> None:
        self._matrix = matrix
        self._segments = 0
        self.lines = Ruling()
        self.areas = Ruling()
        self.images = 0
        self.picture_area = 0.0
        self.texts: dict[int, PaintedText] = {}
        self._bands: dict[int, list[PaintedArea]] = defaultdict(list)
        self._order = 0
        self._rendered = 0
        self._shown = b""

    @property
    def is_crowded(self) -> bool:
        """Tell whether the page has more line segments than are looked at."""
        return self._segments >= limits.MAX_PAGE_SEGMENTS

    def fills_at(self, y: float) -> Sequence[PaintedArea]:
        """Return the opaque rectangles at a height of the page, as they are painted."""
        return self._bands.get(int(y // _BAND), ())

    def add_page(self, page: Any) -> None:
        """Collect from the objects of a page."""
        for index in range(raw.FPDFPage_CountObjects(page)):
            item = raw.FPDFPage_GetObject(page, index)
            known = len(self.texts)
            self._add(item, self._matrix, 0)
            if len(self.texts) > known and _is_grouped(item) and not self._changes_page(page, item):
                for address in list(self.texts)[known:]:
                    self.texts[address] = self.texts[address]._replace(painted=False)

    def _changes_page(self, page: Any, item: Any) -> bool:
        """Tell whether a page looks another without an object, which may be on a layer that is off."""
        if self._rendered >= _MOST_RENDERED:
            return True
        self._rendered += 1
        if not self._shown:
            self._shown = _render(page)
        raw.FPDFPageObj_SetIsActive(item, False)
        without = _render(page)
        raw.FPDFPageObj_SetIsActive(item, True)
        return self._shown != without

    def _add(self, item: Any, matrix: PageMatrix, depth: int) -> None:
        kind = raw.FPDFPageObj_GetType(item)
        self._order += 1
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            light, opaque = _fill_colour(item)
            painted = opaque and raw.FPDFTextObj_GetTextRenderMode(item) not in _INVISIBLE_MODES
            self.texts[address_of(item)] = PaintedText(self._order, light, painted, _clip_box(item, matrix))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            self.images += 1
            self.picture_area = max(self.picture_area, _area(item, matrix))
        elif kind == raw.FPDF_PAGEOBJ_PATH and not self.is_crowded:
            self._add_path(item, matrix)
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < limits.MAX_FORM_DEPTH:
            inner = _inner_matrix(item, matrix)
            for index in range(raw.FPDFFormObj_CountObjects(item)):
                self._add(raw.FPDFFormObj_GetObject(item, index), inner, depth + 1)

    def _add_path(self, item: Any, outer: PageMatrix) -> None:
        raw.FPDFPath_GetDrawMode(item, _fill, _stroke)
        stroked, filled = bool(_stroke.value), bool(_fill.value)
        count = raw.FPDFPath_CountSegments(item)
        self._segments += count
        if self.is_crowded:
            return
        if count == _ONE_LINE:  # what most paths are: its box tells it, without a look at its points
            if stroked:
                self.lines.add_thin(_bounds(item, outer), _THICK)
            return
        matrix = _inner_matrix(item, outer)
        if stroked and raw.FPDFPageObj_GetStrokeWidth(item, _width):
            stroked = _width.value * math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) <= _THICK
        for points in _outlines(item, count, matrix):
            if stroked:
                for start, end in pairwise(points):
                    self.lines.add_line(start, end)
            elif filled and len(points) > 2:
                self._add_area(points, item)

    def _add_area(self, points: Sequence[Point], item: Any) -> None:
        sides = box_around(points)
        if not self.lines.add_thin(sides):
            self._add_fill(item, sides)
            self.areas.add_sides(sides)

    def _add_fill(self, item: Any, sides: Bounds) -> None:
        light, opaque = _fill_colour(item)
        if opaque and not raw.FPDFPageObj_HasTransparency(item):
            area = PaintedArea(self._order, light, *sides)
            for band in range(max(0, int(area.y0 // _BAND)), min(int(area.y1 // _BAND), _MOST_BANDS) + 1):
                self._bands[band].append(area)


def _outlines(item: Any, count: int, matrix: PageMatrix) -> Iterator[list[Point]]:
    """Yield the outlines of a path as lists of points; curves break an outline."""
    points: list[Point] = []
    segment = None
    for index in range(count):
        before, segment = segment, raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, _x, _y)
        if raw.FPDFPathSegment_GetType(segment) != raw.FPDF_SEGMENT_LINETO:
            yield _closed(points, before)
            points = []
        points.append(matrix.apply(_x.value, _y.value))
    yield _closed(points, segment)


def _closed(points: list[Point], last: Any) -> list[Point]:
    """Return an outline with its first point behind the last one where that closes it."""
    if points and raw.FPDFPathSegment_GetClose(last):
        points.append(points[0])
    return points


def _is_grouped(item: Any) -> bool:
    """Tell an object that may belong to a layer."""
    is_form: bool = raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_FORM
    return is_form or raw.FPDFPageObj_CountMarks(item) > 0


def address_of(item: Any) -> int:
    """Return what tells one object of a page from another."""
    return ctypes.addressof(item.contents)


def _bounds(item: Any, matrix: PageMatrix) -> Bounds:
    """Return the box around an object on the page, with the width of its lines."""
    left, bottom, right, top = _sides
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return matrix.box(left.value, top.value, right.value, bottom.value)


def _area(item: Any, matrix: PageMatrix) -> float:
    """Return how large an object is on the page."""
    x0, y0, x1, y1 = _bounds(item, matrix)
    return (x1 - x0) * (y1 - y0)


def _clip_box(item: Any, matrix: PageMatrix) -> Bounds | None:
    """Return the box that an object is cut to, None where it is not."""
    path = raw.FPDFPageObj_GetClipPath(item)
    count = raw.FPDFClipPath_CountPaths(path)
    if count <= 0:
        return None
    sides = -math.inf, -math.inf, math.inf, math.inf
    for index in range(count):
        points = []
        for place in range(raw.FPDFClipPath_CountPathSegments(path, index)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, index, place), _x, _y)
            points.append(matrix.apply(_x.value, _y.value))
        if points:
            (xs, ys), (left, top, right, bottom) = zip(*points, strict=True), sides
            sides = max(left, min(xs)), max(top, min(ys)), min(right, max(xs)), min(bottom, max(ys))
    return None if math.isinf(sides[0]) else sides


def _fill_colour(item: Any) -> tuple[float, bool]:
    """Return how light an object is filled (0 black, 1 white), and whether anything is seen of it."""
    red, green, blue, alpha = _colour
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 0.0, True
    return (0.3 * red.value + 0.59 * green.value + 0.11 * blue.value) / 255, alpha.value > 0


def _render(page: Any) -> bytes:
    """Return the pixels of a small grey print of a page."""
    return render_page(page, _RENDERED_WIDTH, raw.FPDFBitmap_Gray)[0]


def render_page(page: Any, wide: int, pixels: int) -> tuple[bytes, int, int]:
    """Return a print of a page of this width in a pixel format of PDFium: its bytes, rows, and bytes a row."""
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    high = min(max(1, int(wide * height / width)), 4 * wide)
    bitmap = raw.FPDFBitmap_CreateEx(wide, high, pixels, None, 0)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, wide, high, 0xFFFFFFFF)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, wide, high, 0, 0)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        return ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * high), high, stride
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
