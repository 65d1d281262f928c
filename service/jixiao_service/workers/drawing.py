"""Draw a page of a PDF with what was read outlined: work of the pages in a closed process."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

Box = tuple[float, float, float, float]

_SCALE, _WIDEST = 2.0, 2400  # pixels a point, pixels of the longer side
_COLOURS = {"row": (201, 138, 18, 255), "cell": (163, 35, 31, 255)}  # as the sheet of the pages has them
_THICK = {"row": 2, "cell": 4}


def draw_page(data: bytes, page: int, band: Sequence[float] | None, boxes: Sequence[tuple[str, Box]]) -> bytes:
    """Return a page as PNG, outlined: ``boxes`` are kind (row, cell) and left, top, right, bottom in points.

    Points count from the upper left corner of the page as it is shown. ``band`` is the part of the height to show.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    shown = document[page - 1]
    width, height = shown.get_size()
    scale = min(_SCALE, _WIDEST / max(width, height))
    top, bottom = 0.0, height
    if band is not None:
        top, bottom = max(0.0, band[0]), min(height, band[1])
    bitmap = shown.render(scale=scale, crop=(0, height - bottom, 0, top), rev_byteorder=True, prefer_bgrx=False)
    for kind, box in boxes:
        _outline(bitmap, [edge * scale for edge in (box[0], box[1] - top, box[2], box[3] - top)], kind)
    return png(bitmap.width, bitmap.height, bitmap.n_channels, _rows(bitmap))


def _rows(bitmap: Any) -> list[bytes]:
    pixels, length = bytes(bitmap.buffer), bitmap.width * bitmap.n_channels
    return [pixels[start : start + length] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)]


def _outline(bitmap: Any, box: Sequence[float], kind: str) -> None:
    """Draw the four sides of a box, in pixels, around what stands in it."""
    thick = _THICK[kind]
    left, top, right, bottom = box[0] - thick, box[1] - thick, box[2], box[3]
    wide, high = right - left + thick, bottom - top + thick
    sides = ((left, top, wide, thick), (left, bottom, wide, thick), (left, top, thick, high), (right, top, thick, high))
    for side in sides:
        bitmap.fill_rect(_COLOURS[kind], *map(round, side))


def png(width: int, height: int, channels: int, rows: Sequence[bytes]) -> bytes:
    """Return rows of pixels (1 grey, 3 RGB, 4 RGBA bytes each) as a PNG file (ISO/IEC 15948)."""
    colour = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">2I5B", width, height, 8, colour, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = ((b"IHDR", head), (b"IDAT", content), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in pixels."""
    width, height = struct.unpack(">2I", picture[16:24])
    return width, height
