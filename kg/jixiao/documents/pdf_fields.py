"""Set what is typed into the form fields and text boxes (annotations) of a PDF page, which its text does not hold."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pypdfium2 import raw

from jixiao.documents.page_geometry import Bounds, Glyph, PageMatrix
from jixiao.documents.spaced import terminal_width

_TEXT_OF = {raw.FPDF_ANNOT_WIDGET: b"V", raw.FPDF_ANNOT_FREETEXT: b"Contents"}
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_LARGEST = 10.0
_LEADING = 1.2


class FieldText(NamedTuple):
    """Hold what a field says, and its box in the space of the page."""

    text: str
    box: Bounds


def field_texts(page: Any) -> list[FieldText]:
    """Return what the fields of a page say and take them off it; what is painted, as stamps are, stays."""
    found = []
    for index in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        key = _TEXT_OF.get(raw.FPDFAnnot_GetSubtype(annotation))
        text = ""
        if key is not None and not raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            text = _string(annotation, key)
        rectangle = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, rectangle)
        raw.FPDFPage_CloseAnnot(annotation)
        if text:
            found.append(FieldText(text, (rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)))
            raw.FPDFPage_RemoveAnnot(page, index)
    return found[::-1]


def field_glyphs(fields: Iterable[FieldText], matrix: PageMatrix) -> Iterator[Glyph]:
    """Yield the characters of fields, each text a run of its own, inside its field."""
    for number, field in enumerate(fields, start=1):
        yield from _set_text(field.text, matrix.box(*field.box), -number)


def _string(annotation: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", "replace").strip("\x00\r\n ")


def _set_text(text: str, bounds: Bounds, run: int) -> Iterator[Glyph]:
    """Yield the characters of a text in lines from the upper left of a box, small enough to fit into it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    left, top, right, bottom = bounds
    widest = max(map(terminal_width, lines)) / 2
    size = min(_LARGEST, (bottom - top) / (_LEADING * len(lines)), (right - left) / max(widest, 1))
    for number, line in enumerate(lines):
        x, base = left, top + size * (1 + _LEADING * number)
        for character in line:
            width = size * terminal_width(character) / 2
            yield Glyph(character, x, base - size, x + width, base, base, size, 0, run, bounds)
            x += width
