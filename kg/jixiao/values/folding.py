"""Fold a printed value for the grammar: squeezed, each character with its place in the print, damage mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.text.folding import fold_width
from jixiao.values.keywords import keywords

_CIRCLED = re.compile(r"[①-⓿❶-➓㈠-㈩]")
_ZERO = re.compile(r"(?<=[\d.])[Oo]+(?=[\d.%]|年)|(?<![A-Za-z])[Oo](?=\.\d)")
_ONE = re.compile(r"(?<![A-Za-z])[lI|](?=[\d.]*\d)|(?<=\d)[lI|](?=[\d.%])")
_SHARE = re.compile(r"\d{1,3}(?:\.\d+)?(?P<percent>%)?(?![\d.])")
_SIGN_CUT = re.compile(r"[><]=")
_DIGITS = re.compile(r"\d+")


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


def fold_value(text: str) -> Folded:
    """Fold a printed value; mended damage is told by warnings.

    ``ocr-operator``: a sign that recognition made of ≥ or ≤, or cut in two (``2 90%``, ``》95%``, ``> =95%``);
    ``ocr-digit``: O or l among digits; ``digit-blank``: a blank inside a number that is no thousands separator.
    """
    characters: list[str] = []
    offsets: list[int] = []
    gaps: list[int] = []
    for place, character in enumerate(text):
        for folded in _fold_character(character):
            if folded.isspace():
                gaps.append(len(characters))
            else:
                characters.append(folded)
                offsets.append(place)
    plain = "".join(characters)
    warnings: list[str] = []
    mended = _mend_operator(plain, gaps)
    if mended != plain or any(found.start() + 1 in gaps for found in _SIGN_CUT.finditer(plain)):
        warnings.append("ocr-operator")
    plain = _ONE.sub("1", _ZERO.sub(lambda found: "0" * len(found.group()), mended))
    if plain != mended:
        warnings.append("ocr-digit")
    if "ocr-operator" not in warnings and any(_inside_number(plain, gap) for gap in gaps):
        warnings.append("digit-blank")
    return Folded(plain, tuple(offsets), tuple(warnings))


def _fold_character(character: str) -> str:
    if character == "℅":  # care of, which stands for a misread %
        return "%"
    if _CIRCLED.match(character):  # the number of an item ends what stands before it
        return ";"
    return fold_width(character)


def _mend_operator(plain: str, gaps: Sequence[int]) -> str:
    """Put the comparator back that recognition misread at the beginning: 》95%, 2 90%."""
    words = keywords()
    first = plain[:1]
    spoilt = first in words.misread
    if not spoilt and not (first in words.misread_number and 1 in gaps):
        return plain
    share = _SHARE.match(plain, 1 + (spoilt and plain.startswith("=", 1)))
    if not share or not (spoilt or share["percent"]):
        return plain
    return words.misread.get(first, "≥") + plain[1:]  # ≥= is read as ≥


def _inside_number(plain: str, gap: int) -> bool:
    """Tell whether a blank stood between two digits other than before three digits of a longer number."""
    if gap == 0 or not plain[gap - 1].isdigit():
        return False
    group = _DIGITS.match(plain, gap)
    return group is not None and len(group.group()) != 3
