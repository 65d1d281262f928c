"""Find out what a file is from what it holds; its name is never believed."""

from __future__ import annotations

import re

from jixiao.documents.archive import ZipContainer
from jixiao.documents.compound import SIGN, stream_names
from jixiao.documents.formats import FileFormat
from jixiao.documents.refusals import declares_entities, empty, encrypted, refuse, unsupported

_HEAD = 4096
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x00\x0cjP")
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|title|table|div|p|center|script|style|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE_XML = re.compile(
    rb"<\?xml[^>]*>.{0,400}(urn:schemas-microsoft-com:office|schemas\.microsoft\.com/office/(\d{4}/xmlPackage|word/2003/wordml))",
    re.DOTALL,
)
_FLAT_ODF = re.compile(rb"(<\?xml[^>]*>)?\s*<(\w+:)?document\b[^>]*urn:oasis:names:tc:opendocument", re.DOTALL)
_ENTITIES = re.compile(rb"\s*(<\?.{0,400}?\?>\s*)*<!DOCTYPE\s+(?!html)[^>]*\[", re.IGNORECASE | re.DOTALL)
_ANY_MARKUP = re.compile(rb"<(html|table)\b[^>]*>", re.IGNORECASE)
_MAIL = re.compile(rb"(MIME-Version|From|Subject|Date|Content-Type):", re.IGNORECASE)


def detect(data: bytes) -> FileFormat:
    """Return the format of a file's content.

    Raises DocumentError: ``empty-file``, ``encrypted``, ``truncated``, ``archive``, and
    ``unsupported`` with what to save it as.
    """
    head = data[:_HEAD]
    if not data.strip(b"\x00 \t\r\n\f\v"):
        raise empty()
    if b"%PDF-" in head[:1024]:
        return FileFormat.PDF
    if head.startswith(_ZIP):
        return _detect_zip(ZipContainer(data))
    if head.startswith(SIGN):
        return _detect_ole(data)
    if head.startswith(_IMAGES) and not _is_text(head):
        return FileFormat.PICTURE
    if head.startswith(_PACKED):
        message = "暂不支持 rar、7z 等压缩包；请先解压，再读取其中的文件，或改成 zip"
        raise refuse("archive", message, "a packed archive; unpack it first, or pack it as zip")
    return _detect_text(data)


def _detect_zip(container: ZipContainer) -> FileFormat:
    if "[Content_Types].xml" in container:
        if container.named(r"word/document\d*\.xml"):
            return FileFormat.DOCX
        if "xl/workbook.xml" in container:
            return FileFormat.XLSX
        if "xl/workbook.bin" in container:
            raise unsupported("xlsb 工作簿", "请另存为 xlsx", "a binary workbook; save it as xlsx")
        if container.named("ppt/.*"):
            raise unsupported("演示文稿", "请另存为 PDF", "a presentation; save it as PDF")
    if "OFD.xml" in container:
        return FileFormat.OFD
    if "mimetype" in container and "content.xml" in container:
        return _detect_opendocument(container.read("mimetype"))
    return FileFormat.BUNDLE


def _detect_opendocument(head: bytes) -> FileFormat:
    """Return which of the two kinds of OpenDocument that are read a head names."""
    for known in (FileFormat.ODS, FileFormat.ODT):
        if known.media_type.encode() in head:
            return known
    raise unsupported("这种 OpenDocument 文件", "请另存为 PDF", "such OpenDocument; save it as PDF")


def _detect_ole(data: bytes) -> FileFormat:
    names = stream_names(data)
    if names & {"encryptedpackage", "encryptioninfo"}:
        raise encrypted()
    if names & {"workbook", "book"}:
        return FileFormat.XLS
    if names & {"worddocument", "powerpoint document"}:
        return FileFormat.OLD_OFFICE
    english = "an old Office file; save it as docx, xlsx or PDF"
    raise unsupported("旧版 Office 文件", "请另存为 docx、xlsx 或 PDF", english)


def _detect_text(data: bytes) -> FileFormat:
    """Return the format of what is neither a container nor packed: mark-up or text."""
    narrow = _narrow(data[:_HEAD])
    if narrow.startswith(b"{\\rtf"):
        return FileFormat.RTF
    if _ENTITIES.match(narrow):
        raise declares_entities()
    if _FLAT_ODF.match(narrow):
        return _detect_opendocument(_narrow(data[: 4 * _HEAD]))
    if _OFFICE_XML.match(narrow):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in narrow:
            return FileFormat.XML_SHEET
        return FileFormat.WORD_XML
    if _MAIL.match(narrow) and b"multipart/related" in narrow:
        return FileFormat.WEB_ARCHIVE
    if _HTML.match(narrow) or len(_ANY_MARKUP.findall(_narrow(data[:200_000]))) >= 2:
        return FileFormat.HTML
    if narrow.lstrip().startswith(b"<?xml"):
        todo = "请另存为 PDF、docx、xlsx 或 html"
        raise unsupported("此类 XML 文件", todo, "such XML; save it as PDF, docx or xlsx")
    return FileFormat.TEXT


def _narrow(head: bytes) -> bytes:
    """Return the head of a UTF-16 file as if it were ASCII, that of any other file without its byte order mark."""
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(bom):
            return head[2:].decode(encoding, "ignore").encode("ascii", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_text(head: bytes) -> bool:
    return min(head) >= 9
