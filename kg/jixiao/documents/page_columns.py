"""Find the two columns of text that a page is set in, and the order in which they are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from jixiao.documents.page_bands import Band
from jixiao.documents.page_geometry import Glyph

_LEAST_LINES = 5
_LEAST_LETTERS = 12
_CROSSED = 0.1
_SAME_BASE = 0.45

Place = tuple[int, int]
"""Which stretch of the page, from top to bottom, and which of its columns: 0 for what goes across both, then 1, 2."""


@dataclass(frozen=True, slots=True)
class TextColumns:
    """Hold where two columns are parted (``gutter``), and the baselines of the lines that go across both."""

    gutter: float
    across: tuple[float, ...]

    def place(self, x0: float, x1: float, y: float) -> Place:
        """Return where something stands that reaches from ``x0`` to ``x1`` at a height of the page."""
        stretch = 2 * bisect_left(self.across, y)
        if x0 < self.gutter < x1:
            return stretch + 1, 0
        return stretch, 1 + (x0 >= self.gutter)

    def parted(self, glyphs: Iterable[Glyph]) -> list[tuple[int, list[Glyph]]]:
        """Return the characters of the lines across, of the left column and of the right one, with their numbers."""
        parts: list[list[Glyph]] = [[], [], []]
        for glyph in glyphs:
            nearest = min(self.across, key=lambda base: abs(base - glyph.base), default=0.0)
            column = 1 + (glyph.middle[0] >= self.gutter)
            if self.across and abs(nearest - glyph.base) <= _SAME_BASE * glyph.size:
                column = 0
            parts[column].append(glyph)
        return list(enumerate(parts))


def find_text_columns(bands: Sequence[Band]) -> TextColumns | None:
    """Return the two columns of running text in which the lines of a page are set, None where they are in one.

    Most lines have one wide gap, all over one another, with a good part of a sentence on both sides.
    """
    parted = [band for band in bands if len(band.gaps) == 1]
    if len(parted) < _LEAST_LINES:
        return None
    gutter = median(band.gaps[0] for band in parted)
    across = [band for band in bands if any(piece.left < gutter < piece.right for piece in band.pieces)]
    if len(across) > _CROSSED * len(bands) + 2:
        return None
    for left in (True, False):
        letters = [sum(len(p.glyphs) for p in band.pieces if (p.right <= gutter) == left) for band in parted]
        if median(letters) < _LEAST_LETTERS:
            return None
    return TextColumns(gutter, tuple(band.base for band in across))
