"""Lay out what PDF pages print: table cells and lines, then paragraphs and tables over all pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from jixiao.documents.coordinates import box_place
from jixiao.documents.drafts import clean_text, draft_paragraph
from jixiao.documents.lattice import Lattice, find_lattices
from jixiao.documents.page_bands import find_bands, find_blocks
from jixiao.documents.page_geometry import Bounds, Glyph, PageFacts, PrintedPage, Turn
from jixiao.documents.page_joining import PageCell, PageTable, continues, join_pieces
from jixiao.documents.page_rows import open_table
from jixiao.documents.page_widening import PageItem, join_sideways
from jixiao.documents.running_heads import running_heads
from jixiao.documents.typesetting import (
    PrintedLine,
    TextEdges,
    bounds_of,
    paragraph_text,
    set_cell,
    set_lines,
    set_paragraphs,
)
from jixiao.model import Block

_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_RUNNING_TEXT = 12
_TEXT_WIDTH = 0.6
_SAME_BASE = 0.1
_ADJACENT = 0.12
_CLIPPED = 3.0

_Slot = tuple[int, int]
_OUTSIDE: _Slot = (-1, -1)


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Hold what a page prints, in reading order, and how many characters, readable or not."""

    facts: PageFacts
    items: tuple[PageItem, ...] = ()
    characters: int = 0
    unreadable: int = 0

    @property
    def lines(self) -> list[PrintedLine]:
        """Return the lines outside of tables."""
        return [item for item in self.items if isinstance(item, PrintedLine)]


def lay_out(page: PrintedPage, before: PageLayout | None = None) -> PageLayout:
    """Sort the characters of a page into table cells and lines of text; ``before`` is the page before it."""
    tables, slots = _find_tables(page, before)
    outside = slots.get(_OUTSIDE, [])
    items: list[PageItem] = [_set_table(page.facts, *filled) for filled in _filled(tables, slots)]
    items.extend(_lines(page.facts, outside))
    items.sort(key=_reading_place)
    printed = "".join("".join(glyph.text for glyph in page.glyphs).split())
    unreadable = len(_UNREADABLE.findall(printed))
    return PageLayout(page.facts, tuple(items), len(printed), unreadable)


def _reading_place(item: PageItem) -> tuple[float, float]:
    """Return what puts what stands on a page into the order in which it is read."""
    if isinstance(item, PageTable):
        return item.ys[0], item.xs[0]
    return item.y0, item.x0


def _find_tables(page: PrintedPage, before: PageLayout | None) -> tuple[list[Lattice], dict[_Slot, list[Glyph]]]:
    """Return the ruled and the open tables of a page, and the characters in each of their boxes and outside."""
    lattices = find_lattices(page.lines.across, page.lines.upright)
    slots = _fill(lattices, page.glyphs)
    kept = [lattice for lattice, cells in _filled(lattices, slots) if _is_table(lattice, cells)]
    if kept != lattices:
        slots = _fill(kept, page.glyphs)
    found = _open_tables(page, slots.get(_OUTSIDE, ()), before)
    if found:
        kept += found
        slots = _fill(kept, page.glyphs)
    return kept, slots


def _open_tables(page: PrintedPage, outside: Sequence[Glyph], before: PageLayout | None) -> list[Lattice]:
    """Return the tables among the characters outside of ruled ones; the first may go on with one of the page before."""
    rules = [*page.lines.across, *page.areas.across]
    known: Sequence[float] = ()
    if before is not None:
        known = next((item.xs for item in reversed(before.items) if isinstance(item, PageTable)), ())
    found: list[Lattice] = []
    for above, block in find_blocks(find_bands(outside)):
        found.append(open_table(block, above, rules, () if found else known))
    return found


def _fill(lattices: Sequence[Lattice], glyphs: Iterable[Glyph]) -> dict[_Slot, list[Glyph]]:
    """Return the characters in each box of each table: a text that overflows its cell is still one text."""
    slots: dict[_Slot, list[Glyph]] = defaultdict(list)
    for run in _runs(lattices, glyphs):
        if run[0].turn:
            for glyph in run:
                slots[_slot(lattices, glyph)].append(glyph)
            continue
        place = _clipped_slot(lattices, run[0].clip) or _slot(lattices, run[0])
        if place != _slot(lattices, run[-1]):
            place = _clipped_slot(lattices, run[0].clip) or _commonest(_slot(lattices, glyph) for glyph in run)
        slots[place] += run
    return slots


def _commonest(slots: Iterable[_Slot]) -> _Slot:
    return Counter(slots).most_common(1)[0][0]


def _runs(lattices: Sequence[Lattice], glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Yield characters that follow one another without a gap."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and (not _is_adjacent(run[-1], glyph) or _is_parted(lattices, run[-1], glyph)):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _is_adjacent(left: Glyph, right: Glyph) -> bool:
    same_line = left.turn == right.turn == 0 and abs(right.base - left.base) < _SAME_BASE * right.size
    return same_line and left.clip == right.clip and abs(right.x0 - left.x1) < _ADJACENT * right.size


def _is_parted(lattices: Sequence[Lattice], left: Glyph, right: Glyph) -> bool:
    """Tell whether a new text begins right behind the line at the left side of its cell."""
    if left.run == right.run:
        return False
    slot = _slot(lattices, right)
    if slot in (_OUTSIDE, _slot(lattices, left)):
        return False
    lattice = lattices[slot[0]]
    wall = lattice.xs[lattice.boxes[slot[1]].column]
    return left.x1 <= wall + _ADJACENT * right.size and right.x0 >= wall - _ADJACENT * right.size


def _slot(lattices: Sequence[Lattice], glyph: Glyph) -> _Slot:
    """Return which table and which of its boxes the middle of a character lies in."""
    for index, lattice in enumerate(lattices):
        box = lattice.box_at(*glyph.middle)
        if box is not None:
            return index, box
    return _OUTSIDE


def _clipped_slot(lattices: Sequence[Lattice], clip: Bounds | None) -> _Slot | None:
    """Return the box of a table that a text is cut to, None where it is cut to no single one."""
    if clip is None:
        return None
    left, top, right, bottom = clip
    for index, lattice in enumerate(lattices):
        found = lattice.box_at((left + right) / 2, (top + bottom) / 2)
        if found is not None:
            box = lattice.boxes[found]
            inside = lattice.xs[box.column] - _CLIPPED <= left and right <= lattice.xs[box.right] + _CLIPPED
            if inside and lattice.ys[box.row] - _CLIPPED <= top and bottom <= lattice.ys[box.bottom] + _CLIPPED:
                return index, found
    return None


def _filled(
    lattices: Sequence[Lattice], slots: Mapping[_Slot, list[Glyph]]
) -> Iterator[tuple[Lattice, list[list[Glyph]]]]:
    """Yield tables with the characters in each of their boxes."""
    for index, lattice in enumerate(lattices):
        yield lattice, [slots.get((index, box), []) for box in range(len(lattice.boxes))]


def _is_table(lattice: Lattice, cells: Sequence[Sequence[Glyph]]) -> bool:
    """Tell a table from a frame that prints nothing, or has a single column (a framed text)."""
    return len({box.column for box in lattice.boxes}) > 1 and any(cells)


def _set_table(facts: PageFacts, lattice: Lattice, cells: Sequence[Sequence[Glyph]]) -> PageTable:
    xs = lattice.xs
    widest: dict[tuple[int, int], float] = defaultdict(float)
    for box, glyphs in zip(lattice.boxes, cells, strict=True):
        width = xs[box.right] - xs[box.column]
        if lattice.open:
            left, _, right, _ = bounds_of(glyphs) if glyphs else (0.0, 0.0, 0.0, 0.0)
            width = right - left
        span = box.column, box.colspan
        widest[span] = max(widest[span], width)
    found = []
    for box, glyphs in zip(lattice.boxes, cells, strict=True):
        setting = set_cell(glyphs, widest[box.column, box.colspan], facts.number)
        sides = xs[box.column], lattice.ys[box.row], xs[box.right], lattice.ys[box.bottom]
        found.append(PageCell(box, setting, facts.shown(sides)))
    return PageTable(facts, xs, lattice.ys, tuple(found), xs[-1], facts.doubt or lattice.doubt, lattice.open)


def _lines(facts: PageFacts, glyphs: Sequence[Glyph]) -> Iterator[PrintedLine]:
    """Yield the lines outside of tables; those that run up or down the page come out as they read."""
    for quarters in sorted({glyph.turn for glyph in glyphs}):
        same = [glyph for glyph in glyphs if glyph.turn == quarters]
        if quarters:
            same = list(Turn(quarters, facts.width, facts.height).glyphs(same))
        yield from set_lines(same, facts.number)


# ---------------------------------------------------------------- the whole document


def draft_pages(layouts: Sequence[PageLayout]) -> Iterator[Block]:
    """Yield paragraphs and tables in reading order, both joined over pages."""
    facts = {layout.facts.number: layout.facts for layout in layouts}
    heads = running_heads([layout.lines for layout in layouts], facts)
    kept = (item for layout in layouts for item in layout.items if isinstance(item, PageTable) or item not in heads)
    items = join_sideways(kept)
    bottom = max(map(_bottom, items), default=0.0)
    edges = _text_edges(layouts)
    pieces: list[PageTable] = []
    for tabular, group in groupby(items, key=lambda item: isinstance(item, PageTable)):
        if not tabular:
            yield from _paragraphs((item for item in group if isinstance(item, PrintedLine)), edges, facts)
            continue
        pieces = []
        for item in group:
            if isinstance(item, PageTable):
                if pieces and not continues(pieces, item, bottom):
                    yield join_pieces(pieces)
                    pieces = []
                pieces.append(item)
        yield join_pieces(pieces)


def _bottom(item: PageItem) -> float:
    if isinstance(item, PrintedLine):
        return item.y1
    return item.ys[-1]


def _text_edges(layouts: Sequence[PageLayout]) -> dict[int, TextEdges]:
    """Return the left and right edge of the text of each page: pages of one width share the right one."""
    rights: dict[int, float] = defaultdict(float)
    lefts: dict[int, float] = {}
    widths = {layout.facts.number: round(layout.facts.width) for layout in layouts}
    for item in (item for layout in layouts for item in layout.items):
        width = widths[item.page]
        if isinstance(item, PageTable):
            rights[width] = max(rights[width], item.xs[-1])
        elif len(item.text) >= _RUNNING_TEXT:
            rights[width] = max(rights[width], item.x1)
            lefts[item.page] = min(lefts.get(item.page, item.x0), item.x0)
    edges = {}
    for page, left in lefts.items():
        right = rights[widths[page]]
        if right >= _TEXT_WIDTH * widths[page]:
            edges[page] = TextEdges(left, right)
    return edges


def _paragraphs(
    lines: Iterable[PrintedLine], edges: Mapping[int, TextEdges], facts: Mapping[int, PageFacts]
) -> Iterator[Block]:
    for paragraph in set_paragraphs(lines, edges):
        page = paragraph[0].page
        bounds = bounds_of(line for line in paragraph if line.page == page)
        yield draft_paragraph(clean_text(paragraph_text(paragraph)), box_place(facts[page].shown(bounds)), page)
