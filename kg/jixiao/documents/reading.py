"""Choose the reader by what a file holds."""

from __future__ import annotations

import gc
import hashlib
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from itertools import islice
from pathlib import Path, PurePath

from jixiao.documents import limits
from jixiao.documents.bounds import bounded
from jixiao.documents.compound import unlocked
from jixiao.documents.detection import detect
from jixiao.documents.drafts import Content
from jixiao.documents.encodings import is_garbled
from jixiao.documents.formats import ENDINGS, FileFormat
from jixiao.documents.places import document_name
from jixiao.documents.refusals import damaged, refuse, too_large
from jixiao.errors import DocumentError
from jixiao.model import Document, Issue, Paragraph, Source

_SAMPLE = 5000
_QUOTED = 200
_GLUED_HEAD = re.compile("(?:[一二三四]级(?:绩效)?指标(?:名称|内容)?){2}(?:[一二三四]级|(?:年度|绩效)?(?:指标|目标)值)")
_depth = ContextVar("depth of documents in documents", default=0)


def read_document(path: Path) -> Document:
    """Read a file of any supported format.

    Raises DocumentError: ``cannot-open``, ``not-a-file``, ``too-large``, and what ``read_bytes`` raises.
    """
    name = document_name(path)
    with _naming(name):
        try:
            data = _load(path)
        except OSError as error:
            raise refuse("cannot-open", f"文件打不开：{error.strerror}", "the file cannot be opened") from error
    return read_bytes(name, data)


def _load(path: Path) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe or a device may never end
        raise refuse("not-a-file", "不是普通文件；请先存成文件", "not a regular file; save it as one first")
    _check_size(status.st_size, limits.MAX_FILE_BYTES)
    return path.read_bytes()


def read_bytes(name: str, data: bytes) -> Document:
    """Read a document from memory; ``name`` is only carried along, the reader is chosen by content.

    Raises DocumentError with a stable code: ``empty-file``, ``binary-file``, ``encrypted``, ``truncated``,
    ``damaged``, ``zip-bomb``, ``external-entity``, ``scanned-pdf``, ``scanned-image``, ``no-text``, ``too-large``,
    ``archive``, ``unsupported``.
    """
    with _naming(name):
        _check_size(len(data), limits.MAX_FILE_BYTES)
        plain = unlocked(data)
        known = detect(plain)
        try:
            content = bounded(_read(known, plain))
        except (MemoryError, RecursionError) as error:
            raise damaged("结构异常，超出可用内存 (it demands more memory than there is)") from error
    notes = (*_mislabelled(name, known), *content.notes, *_garbled(content), *_flattened(content))
    media_type = content.media_type or known.media_type
    return Document(name, hashlib.sha256(data).hexdigest(), media_type, content.blocks, notes, content.margins)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Add the name of the file to the errors of its reader."""
    try:
        yield
    except DocumentError as error:
        error.source = error.source or name
        raise


def read_part(data: bytes) -> Content:
    """Read a document that is a part of another. Raises DocumentError as ``read_bytes`` does."""
    depth = _depth.get()
    if depth >= limits.MAX_PART_DEPTH:
        raise damaged("文档里的文档嵌套过深 (documents in documents nested too deep)")
    token = _depth.set(depth + 1)
    try:
        plain = unlocked(data)
        return _read(detect(plain), plain)
    finally:
        _depth.reset(token)


def _read(known: FileFormat, data: bytes) -> Content:
    """Call the reader of a format; a reader and its libraries are loaded when a file needs them.

    The cycle collector pauses: all cells of a document are kept, so looking at them again and again is lost time.
    """
    if known in (FileFormat.TEXT, FileFormat.HTML):
        _check_size(len(data), limits.MAX_TEXT_BYTES)
    reader = import_module(f"jixiao.documents.{known.module}")
    enabled = gc.isenabled()
    gc.disable()
    try:
        content: Content = reader.read_content(data)
        return content
    finally:
        if enabled:
            gc.enable()


def _mislabelled(name: str, known: FileFormat) -> Iterator[Issue]:
    """Yield a note for a file whose ending belongs to another format."""
    ending = PurePath(name).suffix.lstrip(".").casefold()
    if ending in ENDINGS - known.endings:
        yield Issue(
            code="mislabelled",
            message=f"{name} 的扩展名是 .{ending}，内容却是 {known.name}，已按内容读取",
            message_en=f"{name} ends in .{ending} but holds {known.name}; it was read by its content",
            level="info",
        )


def _garbled(content: Content) -> Iterator[Issue]:
    """Yield a note for a text that is no sensible Chinese, where the reader has none of its own."""
    text = "".join(islice(_texts(content), _SAMPLE))
    if is_garbled(text) and not any(note.code == "unreadable-text" for note in content.notes):
        yield Issue(
            code="unreadable-text",
            message="文字多为乱码 (编码不对，或字体没有字符编码)，请核对原文件，或做文字识别 (OCR)",
            message_en="mostly unreadable text (wrong encoding, or fonts without character codes); compare, or run OCR",
            level="error",
        )


def _flattened(content: Content) -> Iterator[Issue]:
    """Yield a note for each paragraph that prints the head of a form without any gap: its cells were lost."""
    for block in content.blocks:
        if isinstance(block, Paragraph) and _GLUED_HEAD.search(block.text):
            yield Issue(
                code="flattened-form",
                message="有一张绩效表的单元格已丢失，文字连成一段，未读取；请用原文件，或重新导出",
                message_en="the cells of a form were lost, its text runs together and was not read; use the original",
                source=Source(None, block.place.line, block.text[:_QUOTED], block.place.page, block.place.where),
                level="error",
            )


def _texts(content: Content) -> Iterator[str]:
    for block in content.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row.cells)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise too_large(f"文件有 {size >> 20} MB，超过 {limit >> 20} MB 的上限", "too large")
