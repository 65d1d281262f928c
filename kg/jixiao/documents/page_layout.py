"""Lay out what PDF pages print: table cells and lines, then paragraphs and tables over all pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from jixiao.documents.drafts import Draft, DraftCell, DraftParagraph, DraftRow, DraftTable, clean_text
from jixiao.documents.lattice import Lattice, find_lattices
from jixiao.documents.page_joining import PageCell, PageTable, continues, join_tables, where
from jixiao.documents.pdf_page import Glyph, Page, turn_glyph
from jixiao.documents.running_heads import running_heads
from jixiao.documents.spaced import spaced_tables, terminal_width
from jixiao.documents.typesetting import Line, Measure, paragraph_text, set_cell, set_lines, set_paragraphs

_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_FEWEST_AREAS = 4
_RUNNING_TEXT = 12
_TEXT_WIDTH = 0.6
_SAME_BASE = 0.1
_SMALLEST_TYPE = 1.0
_ADJACENT = 0.12

_Place = tuple[int, int]
_OUTSIDE: _Place = (-1, -1)


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Hold what a page prints, in reading order, and what its notes need."""

    number: int
    width: float
    height: float
    items: tuple[Line | PageTable, ...]
    characters: int
    unreadable: int
    images: int
    crowded: bool
    cut: bool


def lay_out(page: Page) -> PageLayout:
    """Sort the characters of a page into table cells and lines of text."""
    lattices = _lattices(page)
    cells: dict[_Place, list[Glyph]] = defaultdict(list)
    for run in _runs(page.glyphs):
        places = [_place(lattices, glyph) for glyph in run]
        whole = Counter(places).most_common(1)[0][0] if run[0].turn == 0 else None
        for glyph, place in zip(run, places, strict=True):
            cells[whole or place].append(glyph)
    items: list[tuple[float, float, Line | PageTable]] = []
    outside = cells.pop(_OUTSIDE, [])
    for index, lattice in enumerate(lattices):
        inside = {box: glyphs for (table, box), glyphs in cells.items() if table == index}
        table = _table(page, lattice, inside)
        if table is None:
            outside.extend(glyph for glyphs in inside.values() for glyph in glyphs)
        else:
            items.append((lattice.ys[0], lattice.xs[0], table))
    items.extend((line.y0, line.x0, line) for line in _lines(page, outside))
    items.sort(key=lambda item: item[:2])
    printed = [glyph.text for glyph in page.glyphs if not glyph.text.isspace()]
    return PageLayout(
        page.number,
        page.width,
        page.height,
        tuple(item for _, _, item in items),
        len(printed),
        sum(bool(_UNREADABLE.match(text)) for text in printed),
        page.images,
        page.crowded,
        page.cut,
    )


def _runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield characters that follow one another without a gap: a text that overflows its cell is still one text."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not (
            glyph.turn == run[-1].turn == 0
            and abs(glyph.base - run[-1].base) < _SAME_BASE * glyph.size
            and abs(glyph.x0 - run[-1].x1) < _ADJACENT * glyph.size
        ):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _place(lattices: Sequence[Lattice], glyph: Glyph) -> _Place:
    """Return which table and which of its boxes the middle of a character lies in."""
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
    for index, lattice in enumerate(lattices):
        box = lattice.box_at(x, y)
        if box is not None:
            return index, box
    return _OUTSIDE


def _lines(page: Page, glyphs: Sequence[Glyph]) -> Iterator[Line]:
    """Yield the lines outside of tables; those that run up or down the page come out as they read."""
    for turn in sorted({glyph.turn for glyph in glyphs}):
        same = [glyph for glyph in glyphs if glyph.turn == turn]
        yield from set_lines(
            [turn_glyph(g, turn, page.width, page.height) for g in same] if turn else same, page.number
        )


def _lattices(page: Page) -> list[Lattice]:
    """Return the tables that lines draw; where there are none, those that filled areas set on a darker ground."""
    drawn = find_lattices(page.across, page.upright)
    if drawn:
        return drawn
    areas = find_lattices(page.area_across, page.area_upright)
    return [lattice for lattice in areas if len(lattice.boxes) >= _FEWEST_AREAS and len(lattice.ys) > 2]


def _table(page: Page, lattice: Lattice, inside: Mapping[int, list[Glyph]]) -> PageTable | None:
    """Return a lattice with its texts; None where it prints nothing or has a single column (a framed text)."""
    cells = []
    for index, box in enumerate(lattice.boxes):
        width = lattice.xs[box.column + box.colspan] - lattice.xs[box.column]
        cells.append(PageCell(box, set_cell(inside.get(index, ()), width, page.number)))
    if len({box.column for box in lattice.boxes}) < 2 or not any(cell.text for cell in cells):
        return None
    return PageTable(page.number, page.height, lattice.xs, lattice.ys, tuple(cells))


# ---------------------------------------------------------------- the whole document


def draft_pages(layouts: Sequence[PageLayout]) -> Iterator[Draft]:
    """Yield paragraphs and tables in reading order, both joined over pages."""
    lines = [[item for item in layout.items if isinstance(item, Line)] for layout in layouts]
    heads = running_heads(lines, {layout.number: layout.height for layout in layouts})
    measures = _measures(layouts)
    bottom = max((_bottom(item) for layout in layouts for item in layout.items if item not in heads), default=0.0)
    text: list[Line] = []
    pieces: list[PageTable] = []
    for layout in layouts:
        for item in layout.items:
            if isinstance(item, PageTable):
                yield from _texts(text, measures)
                text = []
                if pieces and not continues(pieces, item, bottom):
                    yield join_tables(pieces)
                    pieces = []
                pieces.append(item)
            elif item not in heads:
                if pieces:
                    yield join_tables(pieces)
                    pieces = []
                text.append(item)
    yield from _texts(text, measures)
    if pieces:
        yield join_tables(pieces)


def _measures(layouts: Sequence[PageLayout]) -> dict[int, Measure]:
    """Return the left and right edge of the text of each page: pages of one width share the right one."""
    rights: dict[int, float] = defaultdict(float)
    for layout in layouts:
        for item in layout.items:
            if isinstance(item, PageTable) or len(item.text) >= _RUNNING_TEXT:
                right = item.xs[-1] if isinstance(item, PageTable) else item.x1
                rights[round(layout.width)] = max(rights[round(layout.width)], right)
    measures = {}
    for layout in layouts:
        running = [item.x0 for item in layout.items if isinstance(item, Line) and len(item.text) >= _RUNNING_TEXT]
        right = rights[round(layout.width)]
        if running and right >= _TEXT_WIDTH * layout.width:
            measures[layout.number] = Measure(min(running), right)
    return measures


def _bottom(item: Line | PageTable) -> float:
    return item.y1 if isinstance(item, Line) else item.ys[-1]


def _texts(lines: Sequence[Line], measures: Mapping[int, Measure]) -> Iterator[Draft]:
    """Yield the paragraphs of lines, and the tables among them whose columns only blanks keep apart."""
    lefts: dict[int, float] = {}
    for line in lines:
        lefts[line.page] = min(line.x0, lefts.get(line.page, line.x0))
    spaced = spaced_tables([_spread(line, lefts[line.page]) for line in lines])
    for tabular, numbered in groupby(enumerate(lines), key=lambda item: item[0] in spaced):
        run = list(numbered)
        if tabular:
            yield _spaced_table([(line, spaced[index]) for index, line in run])
        else:
            yield from _paragraphs([line for _, line in run], measures)


def _spread(line: Line, left: float) -> str:
    """Return a line as a terminal would show it: its pieces at the columns where they are printed."""
    shown = ""
    for text, x in line.pieces:
        column = round(2 * (x - left) / max(line.size, _SMALLEST_TYPE))
        shown += " " * max(column - terminal_width(shown), 2 if shown else 0) + " ".join(text.split())
    return shown


def _spaced_table(rows: Sequence[tuple[Line, list[str]]]) -> DraftTable:
    drafts = []
    breaks = []
    for index, (line, texts) in enumerate(rows):
        if index and rows[index - 1][0].page != line.page:
            breaks.append(index)
        place = where(line.page, line.x0, line.y0, line.x1, line.y1)
        cells = (DraftCell(clean_text(text), column, where=place) for column, text in enumerate(texts))
        drafts.append(DraftRow(tuple(cells), place, line.page))
    return DraftTable(tuple(drafts), frozenset(breaks), merged=False)


def _paragraphs(lines: list[Line], measures: Mapping[int, Measure]) -> Iterator[Draft]:
    for paragraph in set_paragraphs(lines, measures):
        first = paragraph[0]
        same = [line for line in paragraph if line.page == first.page]
        box = min(line.x0 for line in same), first.y0, max(line.x1 for line in same), same[-1].y1
        yield DraftParagraph(clean_text(paragraph_text(paragraph)), where(first.page, *box), first.page)
