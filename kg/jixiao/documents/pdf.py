"""Read PDF files that hold text: ruled tables with merged cells, joined over pages, and the text around them."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import pypdfium2
from pypdfium2 import raw

from jixiao.documents import limits
from jixiao.documents.drafts import Content, compose
from jixiao.documents.ocr import DPI, HINT, HINT_ENGLISH, can_recognise, picture_of, recognise
from jixiao.documents.page_geometry import PageFacts
from jixiao.documents.page_layout import PageLayout, draft_pages, lay_out
from jixiao.documents.page_notes import UNREADABLE_SHARE, is_picture, page_notes
from jixiao.documents.parts import Parts
from jixiao.documents.pdf_fields import FieldText, field_texts
from jixiao.documents.pdf_objects import render_page
from jixiao.documents.pdf_page import read_pdf_page
from jixiao.documents.places import documents_in
from jixiao.documents.refusals import bombed, damaged, encrypted, refuse, too_large, truncated
from jixiao.errors import DocumentError
from jixiao.model import Issue

_PASSWORD_ERRORS = (4, 5)
_TAIL = 64 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_DEFLATED = re.compile(rb"/Fl(ate)?\b|/FlateDecode")
_DICTIONARY = 600
_SCANNED_SHARE = 0.8
_FEW_CHARACTERS = 10
_UTF16 = ("\xfe\xff", "\xff\xfe")
_FLATTENED = raw.FLATTEN_SUCCESS

_pdfium = threading.Lock()


def read_content(data: bytes) -> Content:
    """Read a PDF, with what stands in its form fields, text boxes and stamps, and the documents attached to it.

    Scripts and links in it are never touched.

    Raises DocumentError: ``encrypted``, ``truncated``, ``damaged``, ``zip-bomb``, ``too-large``, ``scanned-pdf``
    (pages of pictures), ``no-text``, ``unreadable-text`` (fonts that do not say which characters they print).
    """
    if b"%%EOF" not in data[-_TAIL:] and b"startxref" not in data[-_TAIL:]:
        raise truncated()
    _check_streams(data)
    layouts, attached = _read_layouts(data)
    parts = Parts()
    for name in documents_in(attached):
        parts.add(name, attached[name])
    if not parts.read:
        _check_text(layouts)
    blocks = compose([*draft_pages(layouts), *parts.blocks])
    if not blocks:
        raise _blank(len(layouts))
    return Content(blocks, (*page_notes(layouts), *parts.notes, *_attachment_notes(attached, parts.read)))


def _attachment_notes(attached: Iterable[str], read: Collection[str]) -> Iterator[Issue]:
    """Yield a note that names the attachments of a document."""
    if listed := "、".join(attached):
        message = f"PDF 有附件：{listed}；已一并读取：{'、'.join(read) or '无'}"
        english = f"files are attached: {listed}; read with it: {', '.join(read) or 'none'}"
        yield Issue("attachments", message, english, level="info")


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


def _read_layouts(data: bytes) -> tuple[list[PageLayout], dict[str, bytes]]:
    """Return what each page prints, and the files attached by their names; PDFium serves one thread at a time."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise encrypted() if error.err_code in _PASSWORD_ERRORS else damaged(str(error)) from error
        try:
            attached = map(document.get_attachment, range(document.count_attachments()))
            return list(_pages(document)), {_shown(each.get_name()): bytes(each.get_data()) for each in attached}
        finally:
            document.close()


def _shown(name: str) -> str:
    """Return a name; some programs write it in UTF-16 without saying so in PDF's way."""
    if not name.startswith(_UTF16):
        return name
    return name.encode("latin-1", "replace").decode("utf-16", "replace")


def _pages(document: Any) -> Iterator[PageLayout]:
    count = len(document)
    if count > limits.MAX_PAGES:
        raise too_large(f"PDF 有 {count} 页，超过 {limits.MAX_PAGES} 页的上限", "too many pages")
    layout: PageLayout | None = None
    for number in range(1, count + 1):
        page, fields = _load_page(document, number - 1)
        if not page:
            yield PageLayout(PageFacts(number, 1.0, 1.0, crowded=True))
            continue
        try:
            printed = read_pdf_page(page, number, fields)
            if printed.facts.images and len(printed.glyphs) < _FEW_CHARACTERS and can_recognise():
                wide = int(printed.facts.width * DPI / 72)
                printed = recognise(picture_of(*render_page(page, wide, raw.FPDFBitmap_BGR), wide), number)
            layout = lay_out(printed, layout)
            yield layout
        finally:
            raw.FPDF_ClosePage(page)


def _load_page(document: Any, index: int) -> tuple[Any, list[FieldText]]:
    """Return a page, none where it cannot be opened, with its stamps as part of it, and what its fields say."""
    page = raw.FPDF_LoadPage(document.raw, index)
    if not page:
        return None, []
    fields = field_texts(page)
    if raw.FPDFPage_GetAnnotCount(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == _FLATTENED:
        raw.FPDF_ClosePage(page)
        page = raw.FPDF_LoadPage(document.raw, index)
    return page, fields


# ---------------------------------------------------------------- what could not be read


def _check_text(layouts: Sequence[PageLayout]) -> None:
    """Raise for a document whose pages are pictures, or whose fonts hide their characters."""
    pages = len(layouts)
    characters = sum(layout.characters for layout in layouts)
    if sum(map(is_picture, layouts)) >= _SCANNED_SHARE * pages:
        raise refuse(
            "scanned-pdf", f"PDF 共 {pages} 页，没有文字，应是扫描件；{HINT}", f"scanned, no text; {HINT_ENGLISH}"
        )
    if not characters:
        raise _blank(pages)
    if sum(layout.unreadable for layout in layouts) > 2 * UNREADABLE_SHARE * characters:
        message = "PDF 的字体没有字符编码，取出的文字是乱码；请改用原文件，或做文字识别 (OCR)"
        english = "the fonts do not say which characters they print; use the original file or run OCR"
        raise refuse("unreadable-text", message, english)


def _blank(pages: int) -> DocumentError:
    return refuse(
        "no-text",
        f"PDF 共 {pages} 页，没有文字：是空白页，文字已画成线条，或文件已损坏；请改用原文件，或做文字识别 (OCR)",
        "blank pages, text drawn as outlines, or damage; use the original file or run OCR",
    )
