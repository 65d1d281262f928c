"""Decode text of any common Chinese encoding."""

from __future__ import annotations

import codecs
import re

from jixiao.documents.refusals import empty, refuse

CUT = "\ufffd"
"""What stands at the end of a text that ends inside a character."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODINGS = (("utf-8", "gb18030", "big5"), ("utf-16-le", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_SAMPLE = 4000


def decode(data: bytes) -> str:
    """Decode a text file; one that ends inside a character ends in U+FFFD.

    Raises DocumentError (``empty-file``, ``binary-file``) when there is no text to read.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data.decode(encoding, errors="replace")
            if not text.strip("\ufeff\x00 \t\r\n"):
                raise empty()
            return text
    sample = data[:_SAMPLE]
    wide = sample.count(b"\x00") * 4 > len(sample)
    for encoding in _ENCODINGS[wide]:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(data)
        except UnicodeDecodeError:
            continue
        if text and not _CONTROL.search(text):
            if decoder.getstate()[0]:
                text += CUT
            return text
    message = "不是文本文件，也不是能识别的格式；请提供文本、PDF、Word、Excel 或 HTML 文件"
    english = "neither text nor a format that can be read; give text, PDF, Word, Excel or HTML"
    raise refuse("binary-file", message, english)
