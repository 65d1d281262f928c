"""Read web archives (mht, mhtml): the pages in a message, in order, as browsers and Excel save them."""

from __future__ import annotations

import email

from jixiao.documents.drafts import Content, compose
from jixiao.documents.reading import read_part
from jixiao.documents.refusals import refuse
from jixiao.errors import DocumentError
from jixiao.model import Block, Issue

_EMPTY = ("no-text", "empty-file")


def read_content(data: bytes) -> Content:
    """Read all pages of a web archive; frames without text of their own give nothing.

    Raises DocumentError: ``no-text``, and what the reader of web pages raises.
    """
    drafts: list[Block] = []
    notes: list[Issue] = []
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() != "text/html":
            continue
        page = part.get_payload(decode=True)
        try:
            content = read_part(bytes(page) if isinstance(page, bytes) else b"")
        except DocumentError as error:
            if error.code not in _EMPTY:
                raise
            continue
        drafts.extend(content.blocks)
        notes.extend(content.notes)
    if not drafts:
        raise refuse("no-text", "网页归档里没有文字", "the web archive holds no text")
    return Content(compose(drafts), tuple(notes))
