"""Make the blocks of a document out of what its reader finds: cells may still hold tables, no line is numbered."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter, is_not

from jixiao.documents.coordinates import cell_place
from jixiao.model import Block, Cell, Issue, Paragraph, Place, Row, Table
from jixiao.text.folding import fold_width

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_UNCLEAN = re.compile("[\x00-\x1f\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\u2e80-\u2fdf\ufeff]|  ")
_RADICALS = {code: fold_width(chr(code)) for code in range(0x2E80, 0x2FE0)}
_BLANKS = re.compile(r"[ \t\u00a0\r\f\v]+")
_BREAK = re.compile(r"[ \t\u00a0\u3000]*\n[ \t\u00a0\u3000\n]*")


def clean_text(text: str) -> str:
    """Return the text without control characters and outer blanks; runs of narrow blanks become one.

    Line breaks that the document itself sets stay as newlines; radicals (U+2E80–2FDF) that fonts put in the place of
    characters become these.
    """
    if not _UNCLEAN.search(text):
        return text.strip()
    text = without_radicals(text)
    text = _INVISIBLE.sub("", text)
    text = "".join(character for character in text if character >= " " or character in "\n\t")
    return _BREAK.sub("\n", _BLANKS.sub(" ", text)).strip()


def without_radicals(text: str) -> str:
    """Return a text with characters for the radicals that fonts put in their place."""
    return text.translate(_RADICALS)


@dataclass(frozen=True, slots=True)
class HolderCell(Cell):
    """Hold a cell that tables stand in, with all it contains in order."""

    parts: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Hold what a reader found in a file, and what it left out or doubts; ``media_type`` where the format has two.

    ``margins`` are the texts of page headers and footers that are no blocks.
    """

    blocks: tuple[Block, ...]
    notes: tuple[Issue, ...] = ()
    media_type: str = ""
    margins: tuple[str, ...] = ()


def draft_paragraph(text: str, where: str = "", page: int | None = None) -> Paragraph:
    """Return a paragraph before it has a line number."""
    return Paragraph(text, Place(0, page, where))


def draft_row(cells: Iterable[Cell], where: str = "", page: int | None = None) -> Row:
    """Return a row, the cells that begin in it, before it has a line number."""
    return Row(tuple(cells), Place(0, page, where))


def draft_table(rows: Iterable[Row], breaks: Iterable[int] = (), doubt: str = "") -> Table:
    """Return a table of a format that states merged cells, before it is numbered."""
    return Table(0, tuple(rows), True, frozenset(breaks), doubt)


def draft_cell(parts: Sequence[Block], column: int, colspan: int, rowspan: int, where: int) -> Cell:
    """Return a cell of paragraphs and tables; tables stay in it until the document is composed."""
    text = "\n".join(part.text for part in parts if isinstance(part, Paragraph) and part.text)
    if any(isinstance(part, Table) for part in parts):
        return HolderCell(text, column, colspan, rowspan, where, tuple(parts))
    return Cell(text, column, colspan, rowspan, where)


def tables_in(cell: Cell) -> tuple[Table, ...]:
    """Return the tables that stand in a cell."""
    if not isinstance(cell, HolderCell):
        return ()
    return tuple(part for part in cell.parts if isinstance(part, Table))


def compose(drafts: Iterable[Block]) -> tuple[Block, ...]:
    """Number the drafts in reading order, one line a paragraph and a table row, and return the blocks."""
    blocks: list[Block] = []
    line = 1
    tables = 0
    for draft in _titled(_unnest(drafts)):
        if isinstance(draft, Paragraph):
            blocks.append(Paragraph(draft.text, _numbered(draft.place, line)))
            line += 1
        else:
            tables += 1
            rows = tuple(Row(row.cells, _numbered(row.place, line + index)) for index, row in enumerate(draft.rows))
            blocks.append(replace(draft, index=tables, rows=rows))
            line += len(rows)
    return tuple(blocks)


def _numbered(place: Place, line: int) -> Place:
    return Place(line, place.page, place.where)


def _titled(drafts: Iterable[Block]) -> Iterator[Block]:
    """Yield what prints something; tables on their smallest grid, their titles as the paragraphs they are."""
    for draft in drafts:
        if isinstance(draft, Paragraph):
            if draft.text:
                yield draft
            continue
        table = normalise(draft)
        count = _title_rows(table.rows)
        for row in table.rows[:count]:
            yield from (Paragraph(line, row.place) for line in _lines(row.cells[0].text))
        if count < len(table.rows):
            breaks = frozenset(index - count for index in table.breaks if index > count)
            yield replace(table, rows=table.rows[count:], breaks=breaks)


def _title_rows(rows: Sequence[Row]) -> int:
    """Return how many rows at the head of a table are as wide as it is (its title, year, unit of money)."""
    for index, row in enumerate(rows):
        if len(row.cells) != 1 or row.cells[0].rowspan != 1:
            return index
    return len(rows)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


# ---------------------------------------------------------------- tables in tables


def _unnest(drafts: Iterable[Block]) -> Iterator[Block]:
    """Set tables that stand in cells beside the table they stand in, and dissolve tables that only lay out a page."""
    for draft in drafts:
        if isinstance(draft, Paragraph):
            yield draft
        elif all(len(row.cells) <= 1 for row in draft.rows):
            for row in draft.rows:
                yield from _dissolve_cells(row)
        elif _lays_out(draft):
            yield from _dissolve(draft)
        else:
            yield draft
            yield from _unnest([table for row in draft.rows for cell in row.cells for table in tables_in(cell)])


def _lays_out(table: Table) -> bool:
    """Tell a table that only lays out a page: most of its text stands in cells that hold tables."""
    cells = [cell for row in table.rows for cell in row.cells]
    holders = [cell for cell in cells if tables_in(cell)]
    return bool(holders) and 2 * sum(map(_text_size, holders)) >= sum(map(_text_size, cells))


def _text_size(cell: Cell) -> int:
    """Return how many characters a cell holds, with the tables in it."""
    inner = (_text_size(each) for table in tables_in(cell) for row in table.rows for each in row.cells)
    return len(cell.text) + sum(inner)


def _dissolve(table: Table) -> Iterator[Block]:
    """Yield what a layout table holds: rows without tables in them stay together as tables."""
    for holds, rows in groupby(table.rows, key=lambda row: any(map(tables_in, row.cells))):
        if holds:
            for row in rows:
                yield from _dissolve_cells(row)
        else:
            yield from _unnest([draft_table(rows)])


def _dissolve_cells(row: Row) -> Iterator[Block]:
    """Yield what the cells of a row hold, each line of text a paragraph."""
    for cell in row.cells:
        place = replace(row.place, where=cell_place(row.place, cell) or row.place.where)
        parts: Sequence[Block] = (Paragraph(cell.text, place),)
        if isinstance(cell, HolderCell):
            parts = cell.parts
        for draft in _unnest(parts):
            if isinstance(draft, Paragraph):
                yield from (Paragraph(line, draft.place) for line in _lines(draft.text))
            else:
                yield draft


# ---------------------------------------------------------------- one grid for every format


def normalise(table: Table) -> Table:
    """Return the table on the smallest grid that shows it.

    Grid columns where no cell begins, rows that other rows' cells cover wholly, and blank rows at both ends go;
    spans are cut to what is there. The same form then has the same cells whatever format it was printed in.
    """
    first, last = _extent(table.rows)
    rows = table.rows[first:last]
    edges = sorted({cell.column for row in rows for cell in row.cells})
    kept = [index for index, row in enumerate(rows) if row.cells]
    result = []
    for index in kept:
        row = rows[index]
        cells = [_fit(cell, index, edges, kept) for cell in sorted(row.cells, key=attrgetter("column"))]
        if any(map(is_not, cells, row.cells)):
            row = Row(tuple(cells), row.place)
        result.append(row)
    breaks = frozenset(bisect_left(kept, index - first) for index in table.breaks if first < index < last)
    return replace(table, rows=tuple(result), breaks=breaks)


def _fit(cell: Cell, row: int, edges: Sequence[int], kept: Sequence[int]) -> Cell:
    """Return a cell as it stands on the grid of these column edges and rows."""
    column, colspan, rowspan = bisect_left(edges, cell.column), cell.colspan, cell.rowspan
    if colspan > 1:
        colspan = bisect_left(edges, cell.column + colspan) - column
    if rowspan > 1:
        rowspan = bisect_left(kept, row + rowspan) - bisect_left(kept, row)
    if (column, colspan, rowspan) == (cell.column, cell.colspan, cell.rowspan) and not tables_in(cell):
        return cell
    return Cell(cell.text, column, colspan, rowspan, cell.where)


def _extent(rows: Sequence[Row]) -> tuple[int, int]:
    """Return the range of rows that hold text, or are reached by a cell that does."""
    first = last = 0
    for index, row in enumerate(rows):
        reach = max((cell.rowspan for cell in row.cells if cell.text or tables_in(cell)), default=0)
        if reach:
            first = first if last else index
            last = max(last, index + reach)
    return first, min(last, len(rows))
