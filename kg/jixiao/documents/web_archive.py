"""Read web archives (mht, mhtml): the pages in a message, in order, as browsers and Excel save them."""

from __future__ import annotations

import email

from jixiao.documents.drafts import Content
from jixiao.documents.parts import Parts
from jixiao.documents.refusals import refuse


def read_content(data: bytes) -> Content:
    """Read all pages of a web archive; frames without text give nothing. Raises DocumentError (``no-text``)."""
    parts = Parts()
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            name = str(part.get("Content-Location", "")) or "page"
            parts.add(name, bytes(page) if isinstance(page, bytes) else b"", ("no-text", "empty-file"))
    if not parts.blocks:
        raise refuse("no-text", "网页归档里没有文字", "the web archive holds no text")
    return parts.content()
