"""Choose the reader by what a file holds."""

from __future__ import annotations

import gc
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from jixiao.documents import limits
from jixiao.documents.archive import damaged
from jixiao.documents.detection import ENDINGS, Kind, detect
from jixiao.documents.places import document_name
from jixiao.errors import DocumentError
from jixiao.model import Document, Issue


def read_document(path: Path) -> Document:
    """Read a file of any supported format.

    Raises DocumentError: ``cannot-open``, ``not-a-file``, ``too-large``, and what ``read_bytes`` raises.
    """
    name = document_name(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device may never end
            raise DocumentError(
                "不是普通文件；请先存成文件 (not a regular file; save it as one first)", "not-a-file", name
            )
        size = status.st_size
        if size > limits.MAX_FILE_BYTES:
            raise _too_large(name, size, limits.MAX_FILE_BYTES)
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"文件打不开：{error.strerror} (the file cannot be opened)", "cannot-open", name) from error
    return read_bytes(name, data)


def read_bytes(name: str, data: bytes) -> Document:
    """Read a document from memory; ``name`` is only carried along, the reader is chosen by content.

    Raises DocumentError with a stable code: ``empty-file``, ``binary-file``, ``encrypted``, ``truncated``,
    ``damaged``, ``zip-bomb``, ``external-entity``, ``scanned-pdf``, ``scanned-image``, ``no-text``, ``too-large``,
    ``archive``, ``unsupported``.
    """
    if len(data) > limits.MAX_FILE_BYTES:
        raise _too_large(name, len(data), limits.MAX_FILE_BYTES)
    kind = detect(name, data)
    if kind in (Kind.TEXT, Kind.HTML) and len(data) > limits.MAX_TEXT_BYTES:
        raise _too_large(name, len(data), limits.MAX_TEXT_BYTES)
    try:
        with _collector_paused():
            document = _read(kind, name, data)
    except (MemoryError, RecursionError) as error:
        raise damaged(name, "结构异常，超出可用内存 (it demands more memory than there is)") from error
    note = _mislabelled(name, kind)
    return replace(document, notes=(note, *document.notes)) if note else document


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cycle collector: all cells of a document are kept, so looking at them again and again is lost time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(kind: Kind, name: str, data: bytes) -> Document:
    """Call the reader of a kind; a reader and its libraries are loaded when a file needs them."""
    if kind is Kind.PDF:
        from jixiao.documents.pdf import read_pdf

        return read_pdf(name, data)
    if kind is Kind.DOCX:
        from jixiao.documents.docx import read_docx

        return read_docx(name, data)
    if kind is Kind.XLSX:
        from jixiao.documents.xlsx import read_xlsx

        return read_xlsx(name, data)
    if kind is Kind.XLS:
        from jixiao.documents.xls import read_xls

        return read_xls(name, data)
    if kind is Kind.XML_SHEET:
        from jixiao.documents.spreadsheetml import read_spreadsheetml

        return read_spreadsheetml(name, data)
    if kind is Kind.HTML:
        from jixiao.documents.html import read_html

        return read_html(name, data)
    from jixiao.documents.text import read_text

    return read_text(name, data)


def _mislabelled(name: str, kind: Kind) -> Issue | None:
    """Return a note for a file whose ending belongs to another format."""
    ending = PurePath(name).suffix.lstrip(".").casefold()
    known = {word for words in ENDINGS.values() for word in words}
    if ending not in known or ending in ENDINGS[kind]:
        return None
    return Issue(
        code="mislabelled",
        message=f"{name} 的扩展名是 .{ending}，内容却是 {kind.name}，已按内容读取",
        message_en=f"{name} ends in .{ending} but holds {kind.name}; it was read by its content",
        level="info",
    )


def _too_large(name: str, size: int, limit: int) -> DocumentError:
    return DocumentError(
        f"文件有 {size >> 20} MB，超过 {limit >> 20} MB 的上限；请拆分后再读取 (too large; split it)",
        "too-large",
        name,
    )
