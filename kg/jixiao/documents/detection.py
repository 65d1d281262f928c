"""Find out what a file is from what it holds; its name is never believed."""

from __future__ import annotations

import re
from enum import StrEnum

from jixiao.documents.archive import Archive, declares_entities, encrypted
from jixiao.errors import DocumentError


class Kind(StrEnum):
    """Name the formats that can be read, by media type."""

    TEXT = "text/plain"
    HTML = "text/html"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    XML_SHEET = "application/vnd.ms-excel+xml"


ENDINGS = {
    Kind.TEXT: ("txt", "text", "tsv", "csv", "md"),
    Kind.HTML: ("html", "htm", "shtml", "jhtml", "xhtml", "mht", "jsp", "aspx", "php"),
    Kind.PDF: ("pdf",),
    Kind.DOCX: ("docx", "docm", "dotx", "wps"),
    Kind.XLSX: ("xlsx", "xlsm", "xltx", "et"),
    Kind.XLS: ("xls", "xlt", "et"),
    Kind.XML_SHEET: ("xls", "xml"),
}
"""Usual file endings; a file that has another one is read all the same, with a note."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x00\x0cjP")
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|title|table|div|p|center|script|style|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE_XML = re.compile(
    rb"<\?xml[^>]*>.{0,400}(urn:schemas-microsoft-com:office|schemas\.microsoft\.com/office/\d{4}/xmlPackage)",
    re.DOTALL,
)
_ENTITIES = re.compile(rb"\s*(<\?.{0,400}?\?>\s*)*<!DOCTYPE\s+(?!html)[^>]*\[", re.IGNORECASE | re.DOTALL)
_ANY_MARKUP = re.compile(rb"<(html|table)\b[^>]*>", re.IGNORECASE)
_WORD, _WORKBOOK = "word/document.xml", "xl/workbook.xml"


def detect(name: str, data: bytes) -> Kind:
    """Return the kind of a file's content.

    Raises DocumentError: ``empty-file``, ``encrypted``, ``truncated``, ``scanned-image``, ``archive``, and
    ``unsupported`` with what to save it as.
    """
    head = data[:4096]
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentError("文件是空的 (the file is empty)", "empty-file", name)
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(_ZIP):
        return _detect_zip(name, data)
    if head.startswith(_OLE):
        return _detect_ole(name, data)
    if head.startswith(_IMAGES) and not _is_text(head):
        raise DocumentError(
            "这是图片，没有文字；请先做文字识别 (OCR) 再读取 (an image holds no text; run OCR first)",
            "scanned-image",
            name,
        )
    if head.startswith(_PACKED):
        raise _unsupported(name, "压缩包", "请先解压再读取其中的文件", "a packed archive; unpack it first", "archive")
    if head.startswith(b"{\\rtf"):
        raise _unsupported(name, "RTF 文件", "请用 Word 或 WPS 另存为 docx", "RTF; save it as docx")
    narrow = _narrow(head)
    if _ENTITIES.match(narrow):
        raise declares_entities(name)
    if _OFFICE_XML.match(narrow):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in narrow:
            return Kind.XML_SHEET
        raise _unsupported(name, "Word 2003 XML 文件", "请另存为 docx", "Word 2003 XML; save it as docx")
    if re.match(rb"(MIME-Version|From|Subject|Date):", narrow, re.IGNORECASE) and b"multipart/related" in narrow:
        raise _unsupported(name, "MHT 网页归档", "请另存为 html", "a web archive; save it as html")
    if _HTML.match(narrow) or len(_ANY_MARKUP.findall(_narrow(data[:200_000]))) >= 2:
        return Kind.HTML
    if narrow.lstrip().startswith(b"<?xml"):
        raise _unsupported(
            name, "此类 XML 文件", "请另存为 PDF、docx、xlsx 或 html", "such XML; save it as PDF, docx or xlsx"
        )
    return Kind.TEXT


def _detect_zip(name: str, data: bytes) -> Kind:
    archive = Archive(name, data)
    if "[Content_Types].xml" in archive:
        if _WORD in archive or any(re.fullmatch(r"word/document\d*\.xml", part) for part in archive.members):
            return Kind.DOCX
        if _WORKBOOK in archive:
            return Kind.XLSX
        if "xl/workbook.bin" in archive:
            raise _unsupported(name, "xlsb 工作簿", "请另存为 xlsx", "a binary workbook; save it as xlsx")
        if any(part.startswith("ppt/") for part in archive.members):
            raise _unsupported(name, "演示文稿", "请另存为 PDF", "a presentation; save it as PDF")
    if "OFD.xml" in archive:
        raise _unsupported(name, "OFD 版式文件", "请用 OFD 阅读器导出为 PDF", "an OFD file; export it as PDF")
    if "mimetype" in archive and "content.xml" in archive:
        raise _unsupported(
            name, "OpenDocument 文件", "请另存为 docx 或 xlsx", "an OpenDocument file; save it as docx or xlsx"
        )
    raise _unsupported(name, "压缩包", "请先解压再读取其中的文件", "a zip archive; unpack it first", "archive")


def _detect_ole(name: str, data: bytes) -> Kind:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise encrypted(name)
    if holds("Workbook") or holds("Book"):
        return Kind.XLS
    if holds("WordDocument"):
        raise _unsupported(
            name, "旧版 Word (.doc) 文件", "请用 Word 或 WPS 另存为 docx", "an old .doc file; save it as docx"
        )
    raise _unsupported(
        name, "旧版 Office 文件", "请另存为 docx、xlsx 或 PDF", "an old Office file; save it as docx, xlsx or PDF"
    )


def _unsupported(name: str, what: str, todo: str, english: str, code: str = "unsupported") -> DocumentError:
    return DocumentError(f"暂不支持{what}；{todo} ({english})", code, name)


def _narrow(head: bytes) -> bytes:
    """Return the head of a UTF-16 file as if it were ASCII, that of any other file without its byte order mark."""
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(bom):
            return head[2:].decode(encoding, "ignore").encode("ascii", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and sum(byte < 9 for byte in head) == 0
