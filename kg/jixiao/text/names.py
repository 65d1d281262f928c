"""Names as documents print them: line wraps, item prefixes, names cut at a field's length."""

from __future__ import annotations

import re
from functools import lru_cache

from jixiao.text.folding import fold_name

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_OPENING = r"（(【\[《“‘「〔"
_CLOSING = r"）)】\]》”’」〕，。、；：！？,;:%％"
_MARKS = r"，。、；：！？,“”‘’「」（）()【】《》〔〕"
_WRAP = re.compile(
    rf"(?<=[{_HAN}])\s+(?=[{_HAN}{_OPENING}{_CLOSING}])"  # inside a word, before a mark
    rf"|(?<=[{_MARKS}])\s+(?=[{_HAN}{_OPENING}])"  # after a mark
    r"|(?<=[^\x00-\x7f])[ \t\u3000]*[\r\n]\s*|[ \t\u3000]*[\r\n]\s*(?=[^\x00-\x7f])"  # a line end beside Chinese
)
_BLANKS = re.compile(r"\s+")
_ITEM = re.compile(
    r"^\s*(?:[一二三四五六七八九十]级)?\s*指\s*标\s*(?:\d{1,2}|[一二三四五六七八九十]+|[①-⑳])(?:\s*[:：.．、]|\s+|(?<=[①-⑳]))\s*"
)
MINIMUM_CUT = 6  # characters a cut name must still have


@lru_cache(maxsize=65536)
def join_wraps(text: str) -> str:
    """Join a wrapped text: blanks between Chinese characters go, those beside digits and Latin letters stay.

    A line end goes wherever it stands beside a Chinese character; any other blank becomes one blank.
    """
    return _BLANKS.sub(" ", _WRAP.sub("", text.strip()))


@lru_cache(maxsize=65536)
def strip_item_prefix(text: str) -> str:
    """Return a text without its item number (``指标 1: 行政审批`` → ``行政审批``)."""
    return _ITEM.sub("", text, count=1).strip()


def is_cut_of(short: str, long: str) -> bool:
    """Tell whether one name is the other cut at a field's length (compared folded)."""
    one, other = fold_name(short), fold_name(long)
    return MINIMUM_CUT <= len(one) < len(other) and other.startswith(one)
