"""Names: folding for comparison, joining of line wraps, item prefixes, cut names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
_OPEN, _CLOSE = r"[（(【\[《“‘「]", r"[）)】\]》”’」，。、；：！？,;]"
_WRAPS = re.compile(
    rf"(?<={_HAN})\s+(?={_HAN}|{_CLOSE}|{_OPEN})|(?<=[，。、；：！？,;”’）)】》])\s+(?={_HAN}|{_OPEN})|(?<=[（【《“‘「])\s+(?={_HAN})"
)
_BLANKS = re.compile(r"\s+")
_ITEM = re.compile(r"^\s*(?:三级)?\s*指\s*标\s*(?:\d+|[一二三四五六七八九十]+|N)\s*[:：.、．]\s*")
_NOISE = re.compile(r"[\s\"'“”‘’「」『』()（）\[\]［］【】〔〕<>〈〉《》]+")
MINIMUM_CUT = 6  # characters a cut name must still have


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return a name for comparison: NFKC, lower case, without blanks, quotes and bracket characters."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold().rstrip("。.;；,，:：、")


@lru_cache(maxsize=65536)
def join_wraps(text: str) -> str:
    """Join a wrapped text: blanks between Chinese characters go, those beside digits and Latin letters stay."""
    return _WRAPS.sub("", _BLANKS.sub(" ", text).strip())


@lru_cache(maxsize=65536)
def strip_item_prefix(text: str) -> str:
    """Return a text without a leading item number such as 指标 1：."""
    return _ITEM.sub("", text).strip()


def is_cut_of(short: str, long: str) -> bool:
    """Tell whether one name is the other cut at a field's length (compared folded)."""
    one, other = fold(short), fold(long)
    return MINIMUM_CUT <= len(one) < len(other) and other.startswith(one)
