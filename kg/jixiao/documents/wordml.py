"""Read Word documents in one XML file: the XML of Word 2003, and packages laid flat (Flat OPC, also of workbooks)."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from typing import Any

from lxml import etree

from jixiao.documents.docx import read_tree
from jixiao.documents.drafts import Content
from jixiao.documents.markup import attribute, children, parse_xml, tag_of
from jixiao.documents.reading import read_part
from jixiao.documents.refusals import damaged


def read_content(data: bytes) -> Content:
    """Read a document. Raises DocumentError: ``damaged``, ``no-text``, ``external-entity``."""
    root = parse_xml(io.BytesIO(data), "document")
    if tag_of(root) == "package":
        return read_part(_packed(root))
    return read_tree(root, next(iter(children(root, "styles")), ()))


def _packed(root: Any) -> bytes:
    """Return a flat package as the zip container it stands for."""
    parts = {"[Content_Types].xml": b"<Types/>"}
    for part in children(root, "part"):
        name = (attribute(part, "name") or "").lstrip("/")
        for content in part:
            if tag_of(content) == "xmlData" and len(content):
                parts[name] = etree.tostring(content[0])
            elif tag_of(content) == "binaryData":
                parts[name] = _binary(content.text or "")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


def _binary(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise damaged("部件不是 base64 (a part is no base64)") from error
