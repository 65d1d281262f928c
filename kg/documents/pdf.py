"""Read PDF files that hold text: ruled tables with merged cells, joined over pages, and the text around them."""

from __future__ import annotations

import hashlib
import re
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.documents import limits
from kg.documents.archive import bombed, damaged, encrypted, truncated
from kg.documents.detection import Kind
from kg.documents.drafts import Draft, DraftParagraph, clean_text, compose
from kg.documents.lattice import Lattice, find_lattices
from kg.documents.page_joining import PageCell, PageTable, continues, join_tables, where
from kg.documents.pdf_page import Glyph, Page, read_page
from kg.documents.running_heads import running_heads
from kg.documents.typesetting import (
    Line,
    Measure,
    measure_of,
    paragraph_text,
    set_cell,
    set_lines,
    set_paragraphs,
)
from kg.errors import DocumentError
from kg.model import Document, Issue

_PASSWORD_ERRORS = (4, 5)
_TAIL = 64 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_UNREADABLE_SHARE = 0.3
_SCANNED_SHARE = 0.8
_FEW_CHARACTERS = 10
_FEWEST_AREAS = 4
_LISTED = 20

_pdfium = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Hold what a page prints, in reading order, and what its notes need."""

    number: int
    height: float
    items: tuple[Line | PageTable, ...]
    characters: int
    unreadable: int
    images: int
    crowded: bool


def read_pdf(name: str, data: bytes) -> Document:
    """Read a PDF. Scripts, links, form fields and attachments in it are never touched.

    Raises DocumentError: ``encrypted``, ``truncated``, ``damaged``, ``zip-bomb``, ``too-large``, ``scanned-pdf``
    (pages without text), ``unreadable-text`` (fonts that do not say which characters they print).
    """
    if b"%%EOF" not in data[-_TAIL:] and b"startxref" not in data[-_TAIL:]:
        raise truncated(name)
    _check_streams(name, data)
    layouts = _read_layouts(name, data)
    _check_text(name, layouts)
    blocks = compose(_drafts(layouts))
    if not blocks:
        raise _scanned(name, len(layouts))
    return Document(name, hashlib.sha256(data).hexdigest(), Kind.PDF, blocks, tuple(_notes(name, layouts)))


def _check_streams(name: str, data: bytes) -> None:
    """Refuse streams that inflate beyond all measure before PDFium meets them; pictures are never inflated."""
    total = 0
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - 600) : match.start()]
        head = head[head.rfind(b"obj") + 3 :]
        if b"/Image" in head or not re.search(rb"/Fl(ate)?\b|/FlateDecode", head):
            continue
        limit = limits.MAX_PART_BYTES if b"/Length1" in head else limits.MAX_PDF_STREAM_BYTES
        size = _inflated_size(memoryview(data)[match.end() :], limit)
        total += size
        if size > limit or total > limits.MAX_ARCHIVE_BYTES:
            raise bombed(name)


def _inflated_size(packed: memoryview, limit: int) -> int:
    """Return how many bytes a deflated stream holds, counting no further than the limit (twice packed ones too)."""
    outer, inner = zlib.decompressobj(), zlib.decompressobj()
    size = deeper = 0
    for start in range(0, len(packed), limits.CHUNK_BYTES):
        try:
            piece = outer.decompress(packed[start : start + limits.CHUNK_BYTES], limit)
        except zlib.error:
            break
        size += len(piece)
        try:
            deeper += len(inner.decompress(piece, limit)) if deeper is not None else 0
        except zlib.error:
            deeper = 0
        if outer.eof or max(size, deeper) > limit:
            break
    return max(size, deeper)


def _read_layouts(name: str, data: bytes) -> list[_Layout]:
    """Return what each page prints; PDFium serves one thread at a time."""
    import pypdfium2

    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise encrypted(name) if error.err_code in _PASSWORD_ERRORS else damaged(name, str(error)) from error
        try:
            return list(_pages(name, document))
        finally:
            document.close()


def _pages(name: str, document: Any) -> Iterator[_Layout]:
    from pypdfium2 import raw

    count = len(document)
    if count > limits.MAX_PAGES:
        raise _too_large(name, f"PDF 有 {count} 页，超过 {limits.MAX_PAGES} 页的上限", "too many pages")
    deadline = time.monotonic() + limits.MAX_SECONDS
    for number in range(1, count + 1):
        page = raw.FPDF_LoadPage(document.raw, number - 1)
        if not page:
            yield _Layout(number, 1.0, (), 0, 0, 0, True)
            continue
        try:
            yield _lay_out(read_page(raw, page, number))
        finally:
            raw.FPDF_ClosePage(page)
        if time.monotonic() > deadline:
            raise _too_large(name, f"读取超过 {limits.MAX_SECONDS:.0f} 秒，停在第 {number} 页", "it takes too long")


def _too_large(name: str, reason: str, english: str) -> DocumentError:
    return DocumentError(f"{reason}；请拆分后再读取 ({english}; split the file)", "too-large", name)


# ---------------------------------------------------------------- one page


def _lay_out(page: Page) -> _Layout:
    """Sort the characters of a page into table cells and lines of text."""
    lattices = _lattices(page)
    inside: dict[int, dict[tuple[int, int], list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        for index, lattice in enumerate(lattices):
            slot = lattice.slot(x, y)
            if slot is not None:
                inside[index][slot].append(glyph)
                break
        else:
            outside.append(glyph)
    items: list[tuple[float, float, Line | PageTable]] = []
    for index, lattice in enumerate(lattices):
        table = _table(page, lattice, inside[index])
        if table is None:
            outside.extend(glyph for glyphs in inside[index].values() for glyph in glyphs)
        else:
            items.append((lattice.ys[0], lattice.xs[0], table))
    upright = [glyph for glyph in outside if glyph.turn == 0]
    items.extend((line.y0, line.x0, line) for line in set_lines(upright, page.number))
    items.sort(key=lambda item: item[:2])
    printed = [glyph.text for glyph in page.glyphs if not glyph.text.isspace()]
    return _Layout(
        page.number,
        page.height,
        tuple(item for _, _, item in items),
        len(printed),
        sum(bool(_UNREADABLE.match(text)) for text in printed),
        page.images,
        page.crowded,
    )


def _lattices(page: Page) -> list[Lattice]:
    """Return the tables that lines draw; where there are none, those that filled areas set on a darker ground."""
    drawn = find_lattices(page.across, page.upright)
    if drawn:
        return drawn
    areas = find_lattices(page.area_across, page.area_upright)
    return [lattice for lattice in areas if len(lattice.boxes) >= _FEWEST_AREAS and len(lattice.ys) > 2]


def _table(page: Page, lattice: Lattice, slots: dict[tuple[int, int], list[Glyph]]) -> PageTable | None:
    """Return a lattice with its texts; None where it prints nothing or has a single column (a framed text)."""
    cells = []
    for box in lattice.boxes:
        glyphs = [
            glyph
            for row in range(box.row, box.row + box.rowspan)
            for column in range(box.column, box.column + box.colspan)
            for glyph in slots.get((row, column), ())
        ]
        width = lattice.xs[box.column + box.colspan] - lattice.xs[box.column]
        cells.append(PageCell(box, set_cell(glyphs, width, page.number)))
    if len({box.column for box in lattice.boxes}) < 2 or not any(cell.text for cell in cells):
        return None
    return PageTable(page.number, page.height, lattice.xs, lattice.ys, tuple(cells))


# ---------------------------------------------------------------- the whole document


def _drafts(layouts: list[_Layout]) -> Iterator[Draft]:
    """Yield paragraphs and tables in reading order, both joined over pages."""
    lines = [[item for item in layout.items if isinstance(item, Line)] for layout in layouts]
    heads = running_heads(lines, {layout.number: layout.height for layout in layouts})
    measures = {
        layout.number: measure_of(line for line in page if line not in heads)
        for layout, page in zip(layouts, lines, strict=True)
    }
    bottom = max((_bottom(item) for layout in layouts for item in layout.items if item not in heads), default=0.0)
    text: list[Line] = []
    pieces: list[PageTable] = []
    for layout in layouts:
        for item in layout.items:
            if isinstance(item, PageTable):
                yield from _paragraphs(text, measures)
                text = []
                if pieces and not continues(pieces, item, bottom):
                    yield join_tables(pieces)
                    pieces = []
                pieces.append(item)
            elif item not in heads:
                if pieces:
                    yield join_tables(pieces)
                    pieces = []
                text.append(item)
    yield from _paragraphs(text, measures)
    if pieces:
        yield join_tables(pieces)


def _bottom(item: Line | PageTable) -> float:
    return item.y1 if isinstance(item, Line) else item.ys[-1]


def _paragraphs(lines: list[Line], measures: dict[int, Measure | None]) -> Iterator[Draft]:
    for paragraph in set_paragraphs(lines, measures):
        first = paragraph[0]
        same = [line for line in paragraph if line.page == first.page]
        box = min(line.x0 for line in same), first.y0, max(line.x1 for line in same), same[-1].y1
        yield DraftParagraph(clean_text(paragraph_text(paragraph)), where(first.page, *box), first.page)


# ---------------------------------------------------------------- what could not be read


def _check_text(name: str, layouts: list[_Layout]) -> None:
    """Raise for a document whose pages are pictures, or whose fonts hide their characters."""
    pictures = sum(layout.images > 0 and layout.characters < _FEW_CHARACTERS for layout in layouts)
    characters = sum(layout.characters for layout in layouts)
    if not characters or pictures >= _SCANNED_SHARE * len(layouts):
        raise _scanned(name, len(layouts))
    if sum(layout.unreadable for layout in layouts) > 2 * _UNREADABLE_SHARE * characters:
        raise DocumentError(
            "PDF 的字体没有字符编码，取出的文字是乱码；请改用原文件，或做文字识别 (OCR) "
            "(the fonts do not say which characters they print; use the original file or run OCR)",
            "unreadable-text",
            name,
        )


def _scanned(name: str, pages: int) -> DocumentError:
    return DocumentError(
        f"PDF 共 {pages} 页，没有文字，应是扫描件；请先做文字识别 (OCR) (scanned, no text; run OCR first)",
        "scanned-pdf",
        name,
    )


def _notes(name: str, layouts: list[_Layout]) -> Iterator[Issue]:
    for code, pages, message, english, level in (
        (
            "scanned-pages",
            [p.number for p in layouts if p.images and p.characters < _FEW_CHARACTERS],
            "是图片，没有文字，未读取；请先做文字识别 (OCR)",
            "hold pictures and no text; run OCR to read them",
            "error",
        ),
        (
            "unreadable-text",
            [p.number for p in layouts if p.unreadable > _UNREADABLE_SHARE * max(p.characters, 1)],
            "的文字多为乱码 (字体没有字符编码)，请核对",
            "hold mostly unreadable text (fonts without character codes)",
            "error",
        ),
        (
            "drawing-skipped",
            [p.number for p in layouts if p.crowded],
            "打不开或线条过多，表格可能不全",
            "cannot be opened or hold too many lines; tables may be missing",
            "warning",
        ),
    ):
        if pages:
            listed = "、".join(map(str, pages[:_LISTED])) + ("…" if len(pages) > _LISTED else "")
            yield Issue(code, f"{name} 第 {listed} 页{message}", f"{name}: pages {listed} {english}", level=level)
