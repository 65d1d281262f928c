"""Lay out what PDF pages print: table cells and lines, then paragraphs and tables over all pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from jixiao.documents.drafts import Draft, DraftCell, DraftParagraph, DraftRow, DraftTable, clean_text
from jixiao.documents.lattice import Lattice, find_lattices
from jixiao.documents.page_geometry import Bounds, Glyph, PageFacts, PrintedPage, Turn
from jixiao.documents.page_joining import PageCell, PageTable, continues, join_pieces, page_place
from jixiao.documents.page_widening import PageItem, join_sideways
from jixiao.documents.running_heads import running_heads
from jixiao.documents.spaced import spaced_tables, terminal_width
from jixiao.documents.typesetting import (
    PrintedLine,
    TextEdges,
    bounds_of,
    paragraph_text,
    set_cell,
    set_lines,
    set_paragraphs,
)

_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_FEWEST_AREAS = 4
_RUNNING_TEXT = 12
_TEXT_WIDTH = 0.6
_SAME_BASE = 0.1
_SMALLEST_TYPE = 1.0
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


def lay_out(page: PrintedPage) -> PageLayout:
    """Sort the characters of a page into table cells and lines of text."""
    lattices = _lattices(page)
    slots = _fill(lattices, page.glyphs)
    outside = slots.pop(_OUTSIDE, [])
    items: list[tuple[float, float, PageItem]] = []
    for index, lattice in enumerate(lattices):
        cells = [slots.get((index, box), []) for box in range(len(lattice.boxes))]
        if _is_table(lattice, cells):
            items.append((lattice.ys[0], lattice.xs[0], _set_table(page.facts, lattice, cells)))
        else:
            outside.extend(glyph for cell in cells for glyph in cell)
    items.extend((line.y0, line.x0, line) for line in _lines(page.facts, outside))
    items.sort(key=lambda item: item[:2])
    printed = [glyph.text for glyph in page.glyphs if not glyph.text.isspace()]
    unreadable = sum(bool(_UNREADABLE.match(text)) for text in printed)
    return PageLayout(page.facts, tuple(item for _, _, item in items), len(printed), unreadable)


def _lattices(page: PrintedPage) -> list[Lattice]:
    """Return the tables that lines draw; where there are none, those that filled areas set on a darker ground."""
    drawn = find_lattices(page.lines.across, page.lines.upright)
    if drawn:
        return drawn
    areas = find_lattices(page.areas.across, page.areas.upright)
    return [lattice for lattice in areas if len(lattice.boxes) >= _FEWEST_AREAS and len(lattice.ys) > 2]


def _fill(lattices: Sequence[Lattice], glyphs: Iterable[Glyph]) -> dict[_Slot, list[Glyph]]:
    """Return the characters in each box of each table: a text that overflows its cell is still one text."""
    slots: dict[_Slot, list[Glyph]] = defaultdict(list)
    for run in _runs(lattices, glyphs):
        clipped = _clipped_slot(lattices, run[0][0].clip)
        places = [place for _, place in run]
        if run[0][0].turn == 0:
            places = [clipped or Counter(places).most_common(1)[0][0]] * len(run)
        for (glyph, _), place in zip(run, places, strict=True):
            slots[place].append(glyph)
    return slots


def _runs(lattices: Sequence[Lattice], glyphs: Iterable[Glyph]) -> Iterator[list[tuple[Glyph, _Slot]]]:
    """Yield characters that follow one another without a gap, with their slots."""
    run: list[tuple[Glyph, _Slot]] = []
    for glyph in glyphs:
        slot = _slot(lattices, glyph)
        if run:
            last, before = run[-1]
            if not _is_adjacent(last, glyph) or (slot != before and _is_parted(lattices, slot, last, glyph)):
                yield run
                run = []
        run.append((glyph, slot))
    if run:
        yield run


def _is_adjacent(left: Glyph, right: Glyph) -> bool:
    same_line = left.turn == right.turn == 0 and abs(right.base - left.base) < _SAME_BASE * right.size
    return same_line and left.clip == right.clip and abs(right.x0 - left.x1) < _ADJACENT * right.size


def _is_parted(lattices: Sequence[Lattice], slot: _Slot, left: Glyph, right: Glyph) -> bool:
    """Tell whether a new text begins right behind the line at the left side of its cell."""
    if left.run == right.run or slot == _OUTSIDE:
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


def _is_table(lattice: Lattice, cells: Iterable[Sequence[Glyph]]) -> bool:
    """Tell a table from a frame that prints nothing, or has a single column (a framed text)."""
    columns = {box.column for box in lattice.boxes}
    return len(columns) > 1 and any(not glyph.text.isspace() for cell in cells for glyph in cell)


def _set_table(facts: PageFacts, lattice: Lattice, cells: Iterable[Sequence[Glyph]]) -> PageTable:
    found = []
    for box, glyphs in zip(lattice.boxes, cells, strict=True):
        width = lattice.xs[box.right] - lattice.xs[box.column]
        found.append(PageCell(box, set_cell(glyphs, width, facts.number)))
    xs = lattice.xs
    return PageTable(facts.number, facts.height, xs, lattice.ys, tuple(found), facts.width, xs[-1])


def _lines(facts: PageFacts, glyphs: Sequence[Glyph]) -> Iterator[PrintedLine]:
    """Yield the lines outside of tables; those that run up or down the page come out as they read."""
    for quarters in sorted({glyph.turn for glyph in glyphs}):
        same = [glyph for glyph in glyphs if glyph.turn == quarters]
        if quarters:
            same = list(map(Turn(quarters, facts.width, facts.height).glyph, same))
        yield from set_lines(same, facts.number)


# ---------------------------------------------------------------- the whole document


def draft_pages(layouts: Sequence[PageLayout]) -> Iterator[Draft]:
    """Yield paragraphs and tables in reading order, both joined over pages."""
    heights = {layout.facts.number: layout.facts.height for layout in layouts}
    heads = running_heads([layout.lines for layout in layouts], heights)
    kept = (item for layout in layouts for item in layout.items if isinstance(item, PageTable) or item not in heads)
    items = join_sideways(kept)
    bottom = max(map(_bottom, items), default=0.0)
    edges = _text_edges(layouts)
    pieces: list[PageTable] = []
    for tabular, group in groupby(items, key=lambda item: isinstance(item, PageTable)):
        if not tabular:
            yield from _texts([item for item in group if isinstance(item, PrintedLine)], edges)
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
    for layout in layouts:
        width = round(layout.facts.width)
        for item in layout.items:
            if isinstance(item, PageTable):
                rights[width] = max(rights[width], item.xs[-1])
            elif len(item.text) >= _RUNNING_TEXT:
                rights[width] = max(rights[width], item.x1)
                lefts[item.page] = min(lefts.get(item.page, item.x0), item.x0)
    edges = {}
    for layout in layouts:
        facts = layout.facts
        right = rights[round(facts.width)]
        if facts.number in lefts and right >= _TEXT_WIDTH * facts.width:
            edges[facts.number] = TextEdges(lefts[facts.number], right)
    return edges


def _texts(lines: Sequence[PrintedLine], edges: Mapping[int, TextEdges]) -> Iterator[Draft]:
    """Yield the paragraphs of lines, and the tables among them whose columns only blanks keep apart."""
    lefts: dict[int, float] = {}
    for line in lines:
        lefts[line.page] = min(line.x0, lefts.get(line.page, line.x0))
    spaced = spaced_tables([_spread(line, lefts[line.page]) for line in lines])
    for tabular, numbered in groupby(enumerate(lines), key=lambda item: item[0] in spaced):
        if tabular:
            yield _spaced_table([(line, spaced[index]) for index, line in numbered])
        else:
            yield from _paragraphs([line for _, line in numbered], edges)


def _spread(line: PrintedLine, left: float) -> str:
    """Return a line as a terminal would show it: its pieces at the columns where they are printed."""
    shown = ""
    for text, x in line.pieces:
        column = round(2 * (x - left) / max(line.size, _SMALLEST_TYPE))
        shown += " " * max(column - terminal_width(shown), 2 if shown else 0) + " ".join(text.split())
    return shown


def _spaced_table(rows: Sequence[tuple[PrintedLine, list[str]]]) -> DraftTable:
    drafts: list[DraftRow] = []
    breaks = set()
    for line, texts in rows:
        if drafts and drafts[-1].page != line.page:
            breaks.add(len(drafts))
        place = page_place(line.page, bounds_of([line]))
        cells = (DraftCell(clean_text(text), column, where=place) for column, text in enumerate(texts))
        drafts.append(DraftRow(tuple(cells), place, line.page))
    return DraftTable(tuple(drafts), frozenset(breaks), merged=False)


def _paragraphs(lines: Iterable[PrintedLine], edges: Mapping[int, TextEdges]) -> Iterator[Draft]:
    for paragraph in set_paragraphs(lines, edges):
        page = paragraph[0].page
        bounds = bounds_of(line for line in paragraph if line.page == page)
        yield DraftParagraph(clean_text(paragraph_text(paragraph)), page_place(page, bounds), page)
