"""Find where tables without full rules stand on a page: lines of pieces with gaps between them, one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from jixiao.documents.page_geometry import Glyph
from jixiao.documents.typesetting import baselines

_FINE_GAP = 0.5
_RUN_GAP = 0.25
_WIDE_GAP = 1.2
_NARROWEST = 0.2
_CROSSED = 0.3
_UNCROSSABLE = 1.0
_COUNTED = 10
_LEAST_BANDS = 3
_LEAST_PIECES = 3
_SAME_SIZE = 0.12
_SAME_BASE = 0.2
_FAR = 4.0
_OVERLAP = 0.75
_TITLE = re.compile(r"表\s*([（(][^（）()]*[）)]\s*)*$")


class Piece(NamedTuple):
    """Hold characters of one line that follow one another without a gap."""

    glyphs: tuple[Glyph, ...]

    @property
    def left(self) -> float:
        """Return where it begins."""
        return self.glyphs[0].x0

    @property
    def right(self) -> float:
        """Return where it ends."""
        return max(glyph.x1 for glyph in self.glyphs)


class Band(NamedTuple):
    """Hold what stands on one line of a page: its baseline, type size and pieces from left to right."""

    base: float
    size: float
    pieces: tuple[Piece, ...]

    @property
    def left(self) -> float:
        """Return where it begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Return where it ends."""
        return self.pieces[-1].right

    @property
    def gaps(self) -> list[float]:
        """Return the middles of its wide gaps."""
        wide = _WIDE_GAP * self.size
        return [(one.right + other.left) / 2 for one, other in pairwise(self.pieces) if other.left - one.right > wide]

    @property
    def second(self) -> float:
        """Return where its text goes on behind the first wide gap, its end where there is none."""
        wide = _WIDE_GAP * self.size
        starts = (other.left for one, other in pairwise(self.pieces) if other.left - one.right > wide)
        return next(starts, self.right)

    @property
    def text(self) -> str:
        """Return what it prints."""
        return "".join(glyph.text for piece in self.pieces for glyph in piece.glyphs)


def find_bands(glyphs: Iterable[Glyph]) -> list[Band]:
    """Return the lines of upright characters from top to bottom."""
    upright = (glyph for glyph in glyphs if not glyph.turn and not glyph.text.isspace())
    bands = []
    for line in baselines(upright, _SAME_BASE):
        line.sort(key=lambda glyph: glyph.x0)
        size = max(glyph.size for glyph in line)
        bands.append(Band(line[0].base, size, tuple(_pieces(line))))
    return bands


def _pieces(line: Sequence[Glyph]) -> Iterator[Piece]:
    piece = [line[0]]
    for left, right in pairwise(line):
        gap = (right.x0 - left.x1) / right.size
        if gap > _FINE_GAP or (gap > _RUN_GAP and right.run != left.run):
            yield Piece(tuple(piece))
            piece = []
        piece.append(right)
    yield Piece(tuple(piece))


def find_blocks(bands: Sequence[Band]) -> Iterator[tuple[Band | None, list[Band]]]:
    """Yield the lines of each table and the one above them: at least three lines that have gaps, one of them two.

    A line without a gap belongs to a table where it stands right of the first column's beginning, or is no wider than
    that column; titles and sentences end a table, so do other type and empty space.
    """
    above: Band | None = None
    block: list[Band] = []
    for band in bands:
        if block and not _belongs(band, block):
            yield from _checked(above, block)
            block = []
        if block or band.gaps:
            block.append(band)
        else:
            above = band
    yield from _checked(above, block)


def _belongs(band: Band, block: Sequence[Band]) -> bool:
    above = block[-1]
    if band.base - above.base > _FAR * band.size:
        return False
    if band.gaps or band.base - above.base < _OVERLAP * band.size:
        return True
    if abs(band.size - above.size) > _SAME_SIZE * above.size or _TITLE.search(band.text):
        return False
    first = min(each.left for each in block)
    second = min((each.second for each in block if each.gaps), default=band.right)
    return band.left > first + band.size or band.pieces[0].right < second


def _checked(above: Band | None, block: list[Band]) -> Iterator[tuple[Band | None, list[Band]]]:
    """Yield a block without the lines at its end that print no row."""
    while block and not block[-1].gaps and block[-1].base - block[-2].base > 2 * block[-1].size:
        block.pop()
    if not block:
        return
    rows = [band for band in block if band.gaps]
    if len(rows) >= _LEAST_BANDS and max(len(band.gaps) for band in rows) + 1 >= _LEAST_PIECES:
        yield above, block


def find_gutters(block: Sequence[Band]) -> list[float]:
    """Return where the columns of a block are parted: where few lines have text that have some on both sides.

    A line counts by its gaps. A wide gap inside of a column parts it too: other lines go on over that.
    """
    steps: dict[float, list[int]] = {}
    for band in block:
        weight = max(_COUNTED * (len(band.pieces) - 1), 1)
        for x, crossed, inside in ((band.left, 0, weight), (band.right, 0, -weight)):
            step = steps.setdefault(x, [0, 0])
            step[0] += crossed
            step[1] += inside
        for piece in band.pieces:
            steps.setdefault(piece.left, [0, 0])[0] += weight
            steps.setdefault(piece.right, [0, 0])[0] -= weight
    size = min(band.size for band in block)
    rivers = [(start + end) / 2 for start, end in _rivers(sorted(steps.items())) if end - start > _NARROWEST * size]
    return sorted(rivers + _further(block, rivers))


def _rivers(steps: Sequence[tuple[float, list[int]]]) -> Iterator[tuple[float, float]]:
    """Yield the stretches that few lines cross, and fewer than what is beside them."""
    crossed = inside = 0
    stretches: list[tuple[float, float, float]] = []
    for (x, step), (after, _) in pairwise(steps):
        crossed += step[0]
        inside += step[1]
        share = _UNCROSSABLE if inside <= 0 else crossed / inside
        if stretches and stretches[-1][0] == share:
            x = stretches.pop()[1]
        stretches.append((share, x, after))
    for (before, *_), (share, start, end), (behind, *_) in zip(stretches, stretches[1:], stretches[2:], strict=False):
        if share <= _CROSSED and before > share < behind:
            yield start, end


def _further(block: Sequence[Band], gutters: Sequence[float]) -> list[float]:
    """Return a parting for each wide gap that none of the gutters lies in, of lines of several pieces."""
    found: list[float] = []
    for band in block:
        if len(band.gaps) < 2:
            continue
        for one, other in pairwise(band.pieces):
            known = any(one.right <= x <= other.left for x in (*gutters, *found))
            if not known and other.left - one.right > _WIDE_GAP * band.size:
                found.append((one.right + other.left) / 2)
    return found


def is_crossed(block: Iterable[Band], gutters: Sequence[float]) -> bool:
    """Tell whether texts of a block run across one of the gutters."""
    return any(piece.left < x < piece.right for band in block for piece in band.pieces for x in gutters)
