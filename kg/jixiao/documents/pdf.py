"""Read PDF files that hold text: ruled tables with merged cells, joined over pages, and the text around them."""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from jixiao.documents import limits
from jixiao.documents.drafts import Content, compose
from jixiao.documents.ocr import DPI, HINT, HINT_ENGLISH, can_recognise, picture_of, recognise, recognised
from jixiao.documents.page_geometry import PageFacts
from jixiao.documents.page_layout import PageLayout, draft_pages, lay_out
from jixiao.documents.pdf_objects import render_page
from jixiao.documents.pdf_page import read_pdf_page
from jixiao.documents.refusals import bombed, damaged, encrypted, refuse, too_large, truncated
from jixiao.documents.visibility import LeftOut
from jixiao.errors import DocumentError
from jixiao.model import Issue

_PASSWORD_ERRORS = (4, 5)
_TAIL = 64 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_DEFLATED = re.compile(rb"/Fl(ate)?\b|/FlateDecode")
_DICTIONARY = 600
_UNREADABLE_SHARE = 0.3
_SCANNED_SHARE = 0.8
_FEW_CHARACTERS = 10
_CAPTION = 100
_LARGE_PICTURE = 0.25
_LISTED = 20

_pdfium = threading.Lock()


def read_content(data: bytes) -> Content:
    """Read a PDF. Scripts, links, form fields and attachments in it are never touched.

    Raises DocumentError: ``encrypted``, ``truncated``, ``damaged``, ``zip-bomb``, ``too-large``, ``scanned-pdf``
    (pages of pictures), ``no-text``, ``unreadable-text`` (fonts that do not say which characters they print).
    """
    if b"%%EOF" not in data[-_TAIL:] and b"startxref" not in data[-_TAIL:]:
        raise truncated()
    _check_streams(data)
    layouts = _read_layouts(data)
    _check_text(layouts)
    blocks = compose(draft_pages(layouts))
    if not blocks:
        raise _blank(len(layouts))
    left_out = LeftOut()
    for layout in layouts:
        for what, count in layout.facts.left_out.items():
            left_out.add(what, count=count)
    notes = [*_page_notes(layouts), *left_out.notes()]
    if pages := [layout.facts.number for layout in layouts if layout.facts.doubt]:
        notes.append(recognised(pages))
    return Content(blocks, tuple(notes))


def _check_streams(data: bytes) -> None:
    """Refuse streams that inflate beyond all measure before PDFium meets them; pictures are never inflated."""
    total = 0
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - _DICTIONARY) : match.start()]
        head = head[head.rfind(b"obj") + 3 :]
        if b"/Image" in head or not _DEFLATED.search(head):
            continue
        limit = limits.MAX_PART_BYTES if b"/Length1" in head else limits.MAX_PDF_STREAM_BYTES
        size = _inflated_size(memoryview(data)[match.end() :], limit)
        total += size
        if size > limit or total > limits.MAX_ARCHIVE_BYTES:
            raise bombed()


def _inflated_size(packed: memoryview, limit: int) -> int:
    """Return how many bytes a deflated stream holds, counting little further than the limit (twice packed ones too)."""
    size = deeper = 0
    inner = zlib.decompressobj()
    try:
        for piece in _inflate(zlib.decompressobj(), packed):
            size += len(piece)
            try:
                deeper += sum(map(len, _inflate(inner, memoryview(piece))))
            except zlib.error:
                inner = zlib.decompressobj()
            if max(size, deeper) > limit:
                break
    except zlib.error:
        pass  # the end of the stream, or not deflated at all: PDFium will meet the same
    return max(size, deeper)


def _inflate(inflater: Any, packed: memoryview) -> Iterator[bytes]:
    """Yield what comes out of a deflated stream in small pieces."""
    for start in range(0, len(packed), limits.CHUNK_BYTES):
        rest: bytes | memoryview = packed[start : start + limits.CHUNK_BYTES]
        while rest and not inflater.eof:
            yield inflater.decompress(rest, limits.CHUNK_BYTES)
            rest = inflater.unconsumed_tail
        if inflater.eof:
            return


def _read_layouts(data: bytes) -> list[PageLayout]:
    """Return what each page prints; PDFium serves one thread at a time."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise encrypted() if error.err_code in _PASSWORD_ERRORS else damaged(str(error)) from error
        try:
            return list(_pages(document))
        finally:
            document.close()


def _pages(document: Any) -> Iterator[PageLayout]:
    count = len(document)
    if count > limits.MAX_PAGES:
        raise too_large(f"PDF 有 {count} 页，超过 {limits.MAX_PAGES} 页的上限", "too many pages")
    deadline = time.monotonic() + limits.MAX_SECONDS
    layout: PageLayout | None = None
    for number in range(1, count + 1):
        page = raw.FPDF_LoadPage(document.raw, number - 1)
        if not page:
            yield PageLayout(PageFacts(number, 1.0, 1.0, crowded=True))
            continue
        try:
            printed = read_pdf_page(page, number)
            if printed.facts.images and len(printed.glyphs) < _FEW_CHARACTERS and can_recognise():
                wide = int(printed.facts.width * DPI / 72)
                printed = recognise(picture_of(*render_page(page, wide, raw.FPDFBitmap_BGR), wide), number)
            layout = lay_out(printed, layout)
            yield layout
        finally:
            raw.FPDF_ClosePage(page)
        if time.monotonic() > deadline:
            raise too_large(f"读取超过 {limits.MAX_SECONDS:.0f} 秒，停在第 {number} 页", "it takes too long")


# ---------------------------------------------------------------- what could not be read


def _check_text(layouts: Sequence[PageLayout]) -> None:
    """Raise for a document whose pages are pictures, or whose fonts hide their characters."""
    pages = len(layouts)
    characters = sum(layout.characters for layout in layouts)
    if sum(map(_is_picture, layouts)) >= _SCANNED_SHARE * pages:
        raise refuse(
            "scanned-pdf", f"PDF 共 {pages} 页，没有文字，应是扫描件；{HINT}", f"scanned, no text; {HINT_ENGLISH}"
        )
    if not characters:
        raise _blank(pages)
    if sum(layout.unreadable for layout in layouts) > 2 * _UNREADABLE_SHARE * characters:
        message = "PDF 的字体没有字符编码，取出的文字是乱码；请改用原文件，或做文字识别 (OCR)"
        english = "the fonts do not say which characters they print; use the original file or run OCR"
        raise refuse("unreadable-text", message, english)


def _is_picture(layout: PageLayout) -> bool:
    return layout.facts.images > 0 and layout.characters < _FEW_CHARACTERS


def _blank(pages: int) -> DocumentError:
    return refuse(
        "no-text",
        f"PDF 共 {pages} 页，没有文字：是空白页，文字已画成线条，或文件已损坏；请改用原文件，或做文字识别 (OCR)",
        "blank pages, text drawn as outlines, or damage; use the original file or run OCR",
    )


def _shows_more(layout: PageLayout) -> bool:
    """Tell a page whose picture takes a good part of it beside few words: it may show a form."""
    return _FEW_CHARACTERS <= layout.characters < _CAPTION and layout.facts.picture >= _LARGE_PICTURE


class _PageNote(NamedTuple):
    """Say what may be wrong with pages, and of which it is to be said."""

    code: str
    level: str
    applies: Callable[[PageLayout], bool]
    message: str
    english: str


_NOTES = (
    _PageNote(
        "scanned-pages",
        "error",
        _is_picture,
        f"是图片，没有文字，未读取；{HINT}",
        f"hold pictures and no text; {HINT_ENGLISH}",
    ),
    _PageNote(
        "pictures-not-read",
        "warning",
        _shows_more,
        "文字很少，图片占页面四分之一以上，图片未读取；图片里若有表格，请先做文字识别 (OCR)",
        "hold few words beside a picture of a quarter of the page or more; run OCR if it shows a table",
    ),
    _PageNote(
        "unreadable-text",
        "error",
        lambda page: page.unreadable > _UNREADABLE_SHARE * max(page.characters, 1),
        "的文字多为乱码 (字体没有字符编码)，请核对",
        "hold mostly unreadable text (fonts without character codes)",
    ),
    _PageNote(
        "drawing-skipped",
        "warning",
        lambda page: page.facts.crowded,
        "打不开或线条过多，表格可能不全",
        "cannot be opened or hold too many lines; tables may be missing",
    ),
    _PageNote(
        "text-off-page",
        "warning",
        lambda page: page.facts.cut,
        "有文字在页面之外，未读取；表格若横向分页打印，请设为一页宽后重新导出",
        "hold text beyond their sides, which was not read; if a wide table was cut, export it one page wide",
    ),
)


def _page_notes(layouts: Sequence[PageLayout]) -> Iterator[Issue]:
    for note in _NOTES:
        pages = [layout.facts.number for layout in layouts if note.applies(layout)]
        if pages:
            listed = "、".join(map(str, pages[:_LISTED])) + "…" * (len(pages) > _LISTED)
            yield Issue(note.code, f"第 {listed} 页{note.message}", f"pages {listed} {note.english}", level=note.level)
