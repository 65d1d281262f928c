"""Read tables of plain text whose columns are kept apart by blanks, as layout-keeping extractors write them.

Such a text is a page of characters of one size, so its columns are found as those of pages without lines
(``page_bands``). Some programs count a Chinese character as one place, others as two: what parts more cells holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from jixiao.documents.page_bands import Band, find_bands, find_blocks, find_gutters
from jixiao.documents.page_cells import Line, lines_of
from jixiao.documents.page_geometry import Glyph
from jixiao.model import Cell

_WIDE_BLANK = 2
PITCH = 1.5  # from line to line, in the width of a place
Places = Callable[[str], int]
PAGE_NUMBER = re.compile(r"[\s\-—–·]*(第\s*)?\d{1,4}(\s*页)?(\s*[/,，共]\s*(共\s*)?\d{1,4}\s*页?)?[\s\-—–·]*")


def spaced_tables(lines: Sequence[str]) -> dict[int, list[Cell]]:
    """Return the cells of the lines (by index) that belong to tables kept apart by blanks.

    Lines with tabs or pipes are none of them; a page number and a form feed part pages, whose columns differ.
    """
    cells: dict[int, list[Cell]] = {}
    page: list[tuple[int, str]] = []
    for index, line in enumerate([*lines, "\f"]):
        drawn = "\t" in line or line.lstrip().startswith("|")
        if drawn or "\f" in line or (line.strip() and PAGE_NUMBER.fullmatch(line)):
            cells.update(_cells_of(page))
            page = []
        if line.strip() and not drawn:
            page.append((index, line))
    return cells


def _cells_of(page: Sequence[tuple[int, str]]) -> dict[int, list[Cell]]:
    """Return the cells of the lines of one page, read by the measure under which they stand in columns."""
    found = [list(_tables(page, places)) for places in (_one_place, _terminal_places)]
    best = max(found, key=_aligned)
    cells: dict[int, list[Cell]] = {}
    for table in best:
        count = max(cell.span[1] for row in table.values() for cell in row)
        for index, row in table.items():
            cells[index] = [Cell("", column) for column in range(count)]
            for cell in row:
                column = cell.span[0]
                cells[index][column] = Cell(_text(cell), column, where=cell.pieces[0].glyphs[0].run)
    return cells


def _aligned(tables: Sequence[Mapping[int, Sequence[Line]]]) -> int:
    """Return how many cells stand below another: by a wrong measure they are fewer, or in columns of their own."""
    rows = [cells for table in tables for cells in table.values()]
    columns = sum(max(cell.span[1] for row in table.values() for cell in row) for table in tables)
    return sum(map(len, rows)) - columns


def _tables(page: Sequence[tuple[int, str]], places: Places) -> Iterator[dict[int, list[Line]]]:
    """Yield the tables of a page, by index of line what stands in its columns."""
    glyphs = (glyph for number, (_, line) in enumerate(page) for glyph in _glyphs(line, number * PITCH, places))
    for _, block in find_blocks(find_bands(glyphs)):
        gutters = find_gutters(block)
        yield {page[_number(band)][0]: lines_of(band, gutters) for band in block}


def _number(band: Band) -> int:
    return round(band.base / PITCH)


def _glyphs(line: str, base: float, places: Places) -> Iterator[Glyph]:
    """Yield the characters of a line as printed on a page, a place each or two."""
    x = 0
    for number, character in enumerate(line, start=1):
        end = x + (_WIDE_BLANK if character == "\u3000" else places(character))
        if not character.isspace():
            yield Glyph(character, x, base - 1, end, base, base, 1.0, run=number)
        x = end


def _one_place(_: str) -> int:
    return 1


def _terminal_places(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _text(cell: Line) -> str:
    return " ".join("".join(glyph.text for glyph in piece.glyphs) for piece in cell.pieces)


def terminal_width(text: str) -> int:
    """Return how many terminal columns a text takes (Chinese is two wide)."""
    return sum(map(_terminal_places, text))
