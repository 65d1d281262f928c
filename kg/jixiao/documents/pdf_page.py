"""Take one PDF page apart with PDFium: the characters that are seen and the lines drawn on it, upright, in points."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from pypdfium2 import raw

from jixiao.documents import limits
from jixiao.documents.page_geometry import Glyph, PageFacts, PageMatrix, Point, PrintedPage, Turn
from jixiao.documents.pdf_fields import FieldText, field_glyphs
from jixiao.documents.pdf_objects import PageDrawing, PaintedArea, PaintedText, address_of, display_matrix
from jixiao.documents.visibility import Unseen

_SLANTED = 0.17
_TURNED_SHARE = 0.6
_LINE_ENDS = (0x0A, 0x0D)
_UNKNOWN = "\ufffd"
_UNKNOWN_TEXT = PaintedText()
_PALE = 0.5
_DARK = 0.35
_CONTRAST = 0.06
_REPEATED = 3
_WATERMARK_LETTERS = 4


def read_pdf_page(page: Any, number: int, fields: Sequence[FieldText] = ()) -> PrintedPage:
    """Take a loaded PDFium page apart, with what its fields say."""
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    matrix = display_matrix(page, width, height)
    drawing = PageDrawing(matrix)
    drawing.add_page(page)
    left_out: Counter[Unseen] = Counter()
    found = [
        *_seen_glyphs(_runs(_read_glyphs(page, matrix, drawing.texts)), drawing, left_out),
        *field_glyphs(fields, matrix),
    ]
    glyphs = tuple(glyph for glyph in found if _is_inside(glyph, width, height))
    cut = len(glyphs) < len(found)
    picture = drawing.picture_area / max(width * height, 1.0)
    facts = PageFacts(number, width, height, drawing.images, drawing.is_crowded, cut, left_out, picture)
    return _upright(PrintedPage(facts, glyphs, drawing.lines, drawing.areas))


def _is_inside(glyph: Glyph, width: float, height: float) -> bool:
    return 0 < glyph.x0 + glyph.x1 < 2 * width and 0 < glyph.y0 + glyph.y1 < 2 * height


def _upright(page: PrintedPage) -> PrintedPage:
    """Return the page turned back where most of its text is turned."""
    turns = Counter(glyph.turn for glyph in page.glyphs)
    quarters, count = max(turns.items(), key=lambda item: item[1], default=(0, 0))
    if not quarters or count < _TURNED_SHARE * len(page.glyphs):
        return page
    facts = replace(page.facts, turned=quarters)
    turn = Turn(quarters, facts.width, facts.height)
    if turn.is_sideways:
        facts = replace(facts, width=facts.height, height=facts.width)
    glyphs = tuple(turn.glyphs(page.glyphs))
    return PrintedPage(facts, glyphs, turn.ruling(page.lines), turn.ruling(page.areas))


# ---------------------------------------------------------------- what is seen


class _PaintedRun(NamedTuple):
    """Hold the characters of one text object."""

    text: PaintedText
    glyphs: list[Glyph]

    @property
    def spelling(self) -> str:
        """Return its letters."""
        return "".join(glyph.text for glyph in self.glyphs).strip()


def _seen_glyphs(runs: Sequence[_PaintedRun], drawing: PageDrawing, left_out: Counter[Unseen]) -> Iterator[Glyph]:
    """Yield the characters that are seen and count the texts that are not.

    A layer of unpainted text over a picture without other text (of OCR) is read all the same.
    """
    marks = _watermarks(runs)
    is_layer = drawing.images > 0 and not any(run.text.painted and run.spelling for run in runs)
    for run in runs:
        if marks and (run.spelling, run.text.light) in marks:
            left_out[Unseen.WATERMARK] += 1
            continue
        seen = run.glyphs
        if not is_layer:
            seen = _uncovered(run, drawing)
        if len(seen) < len(run.glyphs) and run.spelling:
            left_out[Unseen.TEXT] += 1
        yield from seen


def _watermarks(runs: Sequence[_PaintedRun]) -> set[tuple[str, float]]:
    """Return the texts that are printed pale and several times among dark ones."""
    prints = Counter((run.spelling, run.text.light) for run in runs if run.text.light >= _PALE)
    if not prints or not any(run.text.light <= _DARK and run.spelling for run in runs):
        return set()
    return {mark for mark, count in prints.items() if count >= _REPEATED and len(mark[0]) >= _WATERMARK_LETTERS}


def _uncovered(run: _PaintedRun, drawing: PageDrawing) -> list[Glyph]:
    """Return the characters of a text that stand out from what is painted before them and are not painted over."""
    text = run.text
    if not text.painted:
        return []
    return [glyph for glyph in run.glyphs if _is_seen(text, glyph.middle, drawing.fills_at(glyph.middle[1]))]


def _is_seen(text: PaintedText, middle: Point, fills: Iterable[PaintedArea]) -> bool:
    ground = 1.0
    for fill in fills:
        if fill.holds(middle):
            if fill.order > text.order:
                return False
            ground = fill.light
    return abs(ground - text.light) >= _CONTRAST


# ---------------------------------------------------------------- characters


class _Setting(NamedTuple):
    """Hold what the characters of one text object share: how it is painted, quarter turns, type size and baseline."""

    text: PaintedText
    turn: int | None
    size: float
    base: float


def _runs(glyphs: Iterable[tuple[PaintedText, Glyph]]) -> list[_PaintedRun]:
    """Return the characters of a page by their texts."""
    groups = groupby(glyphs, key=itemgetter(0))
    return [_PaintedRun(text, [glyph for _, glyph in group]) for text, group in groups]


def _read_glyphs(
    page: Any, matrix: PageMatrix, texts: Mapping[int, PaintedText]
) -> Iterator[tuple[PaintedText, Glyph]]:
    """Yield the characters of a page with their texts, without slanted ones (watermarks) and those PDFium made up."""
    text = raw.FPDFText_LoadPage(page)
    box = raw.FS_RECTF()
    known: dict[int, _Setting] = {}
    try:
        for index, character in _characters(text):
            item = raw.FPDFText_GetTextObject(text, index)
            if not item:
                continue
            address = address_of(item)
            if address not in known:
                known[address] = _setting(text, index, matrix, texts.get(address, _UNKNOWN_TEXT))
            painted, turn, size, base = known[address]
            if turn is None:
                continue
            raw.FPDFText_GetLooseCharBox(text, index, box)
            bounds = matrix.box(box.left, box.top, box.right, box.bottom)
            yield painted, Glyph(character, *bounds, base, size, turn, painted.order, painted.clip)
    finally:
        raw.FPDFText_ClosePage(text)


def _setting(text: Any, index: int, matrix: PageMatrix, painted: PaintedText) -> _Setting:
    """Return how a text object is set, told from one of its characters."""
    own, x, y = raw.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetMatrix(text, index, own)
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    size = raw.FPDFText_GetFontSize(text, index) * math.hypot(own.c, own.d)
    turn = _quarters(*matrix.direction(own.a, own.b))
    return _Setting(painted, turn, size or 1.0, matrix.apply(x.value, y.value)[1 - (turn or 0) % 2])


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
        if code not in _LINE_ENDS:
            yield index, character


def _quarters(x: float, y: float) -> int | None:
    """Return the quarter turns clockwise of a reading direction on the display, None when it is slanted."""
    if abs(y) <= _SLANTED * abs(x):
        return 2 * (x < 0)
    if abs(x) <= _SLANTED * abs(y):
        return 1 + 2 * (y < 0)
    return None
