"""Fold a printed value for the grammar: NFKC without blanks, each character with its place in the print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jixiao.text.folding import fold_width
from jixiao.values.lexicon import lexicon

_CIRCLED = re.compile(r"[①-⓿❶-➓㈠-㈩]")
_ZERO = re.compile(r"(?<=[\d.])[Oo]+(?=[\d.%]|年)|(?<![A-Za-z])[Oo](?=\.\d)")
_ONE = re.compile(r"(?<![A-Za-z])[lI|](?=[\d.]*\d)|(?<=\d)[lI|](?=[\d.%])")
_SHARE = re.compile(r"\d{1,3}(?:\.\d+)?(?P<percent>%)?(?![\d.])")
_SIGN_CUT = re.compile(r"[><]=")


@dataclass(frozen=True, slots=True)
class Folded:
    """Hold a folded text, the offset in the print of each of its characters, and what was mended (warning codes)."""

    text: str
    offsets: tuple[int, ...]
    warnings: tuple[str, ...] = ()

    def printed(self, source: str, start: int, end: int) -> str:
        """Return the printed text of a folded span."""
        if start >= end:
            return ""
        last = self.offsets[end] if end < len(self.offsets) else len(source)
        return source[self.offsets[start] : last].strip()


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character == "℅":  # care of, which stands for a misread %
        return "%"
    return "\n" if _CIRCLED.match(character) else fold_width(character)


def fold_value(text: str) -> Folded:
    """Fold a printed value; mended damage is told by warnings.

    ``ocr-operator``: a sign that recognition made of ≥ or ≤, or cut in two (``2 90%``, ``》95%``, ``> =95%``);
    ``ocr-digit``: O or l among digits; ``digit-blank``: a blank inside a number that is no thousands separator.
    """
    characters: list[str] = []
    offsets: list[int] = []
    gaps: list[int] = []
    for place, character in enumerate(text):
        for folded in _folded(character):
            if (folded.isspace() and folded != "\n") or character in "\r\n":
                gaps.append(len(characters))
            elif folded == "\n":
                characters.append(";")
                offsets.append(place)
            else:
                characters.append(folded)
                offsets.append(place)
    plain = "".join(characters)
    warnings: list[str] = []
    plain, sign = _operator(plain, gaps)
    sign = sign or any(found.start() + 1 in gaps for found in _SIGN_CUT.finditer(plain))
    if sign:
        warnings.append("ocr-operator")
    mended = _ONE.sub("1", _ZERO.sub(lambda found: "0" * len(found.group()), plain))
    if mended != plain:
        plain = mended
        warnings.append("ocr-digit")
    if not sign and any(_inside_number(plain, gap) for gap in gaps):
        warnings.append("digit-blank")
    return Folded(plain, tuple(offsets), tuple(warnings))


def _operator(plain: str, gaps: list[int]) -> tuple[str, bool]:
    """Put the comparator back that recognition misread at the beginning; True when there was one.

    A letter or digit must stand before a share of at most 100 %: N95 or 2 90件 are left alone.
    """
    words = lexicon()
    first = plain[:1]
    if first in words.misread or first in words.misread_number:
        double = plain.startswith("=", 1) and not first.isalnum()  # 》=92%
        share = _SHARE.match(plain, 1 + double)
        alone = first.isalnum() and not (share and share["percent"] and Decimal(share.group().rstrip("%")) <= 100)
        if share and not alone and (first in words.misread or 1 in gaps):
            return words.misread.get(first, "≥") + plain[1:], True  # ≥= is read as ≥
    return plain, False


def _inside_number(plain: str, gap: int) -> bool:
    """Tell whether a blank stood between two digits other than before three digits of a longer number."""
    if not 0 < gap < len(plain) or not (plain[gap - 1].isdigit() and plain[gap].isdigit()):
        return False
    group = re.match(r"\d+", plain[gap:])
    return group is None or len(group.group()) != 3
