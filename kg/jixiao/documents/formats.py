"""The formats that can be read, each with its media type, its reader and the endings of its files."""

from __future__ import annotations

from enum import Enum


class FileFormat(Enum):
    """Name a format: its media type, the module that reads it, and its usual file endings.

    A file with another ending is read all the same, with a note.
    """

    TEXT = ("text/plain", "text", "txt text tsv csv md")
    HTML = ("text/html", "html", "html htm shtml jhtml xhtml jsp aspx php")
    PDF = ("application/pdf", "pdf", "pdf")
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        "docx docm dotx wps",
    )
    XLSX = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        "xlsx xlsm xltx et",
    )
    XLS = ("application/vnd.ms-excel", "xls", "xls xlt et")
    OLD_OFFICE = ("application/msword", "office", "doc dot wps")
    ODS = ("application/vnd.oasis.opendocument.spreadsheet", "opendocument", "ods fods ots")
    ODT = ("application/vnd.oasis.opendocument.text", "opendocument", "odt fodt ott")
    OFD = ("application/ofd", "ofd", "ofd")
    PICTURE = ("image/png", "ocr", "png jpg jpeg bmp tif tiff")
    BUNDLE = ("application/zip", "bundle", "zip")
    RTF = ("application/rtf", "rtf", "rtf doc")
    WORD_XML = ("application/msword+xml", "wordml", "xml doc")
    WEB_ARCHIVE = ("multipart/related", "web_archive", "mht mhtml doc xls")
    XML_SHEET = ("application/vnd.ms-excel+xml", "spreadsheetml", "xls xml")

    def __init__(self, media_type: str, module: str, endings: str) -> None:
        self.media_type = media_type
        self.module = module
        self.endings = frozenset(endings.split())


ENDINGS = frozenset[str]().union(*(known.endings for known in FileFormat))
"""The endings of all formats."""
