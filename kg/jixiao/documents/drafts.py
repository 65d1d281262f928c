"""Drafts of blocks, as a reader finds them: tables may stand inside cells, nothing is numbered yet."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

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
class DraftParagraph:
    """Hold a block of running text before it has a line number."""

    text: str
    where: str = ""
    page: int | None = None


class DraftCell(NamedTuple):
    """Hold a cell with all it contains, in order; mere text where the format has no more."""

    content: str | tuple[DraftParagraph | DraftTable, ...]
    column: int
    colspan: int = 1
    rowspan: int = 1
    where: str = ""

    @property
    def text(self) -> str:
        """Return the cell's own text, without the tables in it."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(item.text for item in self.content if isinstance(item, DraftParagraph) and item.text)

    @property
    def inner(self) -> tuple[DraftTable, ...]:
        """Return the tables that stand in the cell."""
        if isinstance(self.content, str):
            return ()
        return tuple(item for item in self.content if isinstance(item, DraftTable))

    @property
    def parts(self) -> tuple[DraftParagraph | DraftTable, ...]:
        """Return the cell's paragraphs and tables in order."""
        if isinstance(self.content, str):
            return (DraftParagraph(self.content, self.where),)
        return self.content


class DraftRow(NamedTuple):
    """Hold one row: the cells that begin in it."""

    cells: tuple[DraftCell, ...]
    where: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class DraftTable:
    """Hold a table before nested tables are set beside it; ``merged`` and ``doubt`` as of ``Table``."""

    rows: tuple[DraftRow, ...]
    breaks: frozenset[int] = field(default_factory=frozenset)
    merged: bool = True
    doubt: str = ""


Draft = DraftParagraph | DraftTable


@dataclass(frozen=True, slots=True)
class Content:
    """Hold what a reader found in a file, and what it left out or doubts; ``media_type`` where the format has two.

    ``margins`` are the texts of page headers and footers that are no blocks.
    """

    blocks: tuple[Block, ...]
    notes: tuple[Issue, ...] = ()
    media_type: str = ""
    margins: tuple[str, ...] = ()


def compose(drafts: Iterable[Draft]) -> tuple[Block, ...]:
    """Number the drafts in reading order, one line a paragraph and a table row, and return the blocks."""
    blocks: list[Block] = []
    line = 1
    tables = 0
    for draft in _titled(_unnest(drafts)):
        if isinstance(draft, DraftParagraph):
            blocks.append(Paragraph(draft.text, Place(line, draft.page, draft.where)))
            line += 1
        else:
            tables += 1
            rows = tuple(_number(row, line + index) for index, row in enumerate(draft.rows))
            blocks.append(Table(tables, rows, draft.merged, draft.breaks, draft.doubt))
            line += len(rows)
    return tuple(blocks)


def redraft(blocks: Iterable[Block]) -> Iterator[Draft]:
    """Yield the blocks of a document that is a part of another as drafts of that."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield DraftParagraph(block.text, block.place.where, block.place.page)
            continue
        rows = []
        for row in block.rows:
            cells = (DraftCell(c.text, c.column, c.colspan, c.rowspan, c.where) for c in row.cells)
            rows.append(DraftRow(tuple(cells), row.place.where, row.place.page))
        yield DraftTable(tuple(rows), block.breaks, block.merged, block.doubt)


def _number(row: DraftRow, line: int) -> Row:
    cells = tuple(Cell(c.text, c.column, c.colspan, c.rowspan, c.where) for c in row.cells)
    return Row(cells, Place(line, row.page, row.where))


def _titled(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Yield what prints something; tables on their smallest grid, their titles as the paragraphs they are."""
    for draft in drafts:
        if isinstance(draft, DraftParagraph):
            if draft.text:
                yield draft
            continue
        table = normalise(draft)
        count = _title_rows(table.rows)
        for row in table.rows[:count]:
            yield from (DraftParagraph(line, row.where, row.page) for line in _lines(row.cells[0].text))
        if count < len(table.rows):
            breaks = frozenset(index - count for index in table.breaks if index > count)
            yield replace(table, rows=table.rows[count:], breaks=breaks)


def _title_rows(rows: Sequence[DraftRow]) -> int:
    """Return how many rows at the head of a table are as wide as it is (its title, year, unit of money)."""
    for index, row in enumerate(rows):
        if len(row.cells) != 1 or row.cells[0].rowspan != 1:
            return index
    return len(rows)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


# ---------------------------------------------------------------- tables in tables


def _unnest(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Set tables that stand in cells beside the table they stand in, and dissolve tables that only lay out a page."""
    for draft in drafts:
        if isinstance(draft, DraftParagraph):
            yield draft
        elif all(len(row.cells) <= 1 for row in draft.rows):
            for row in draft.rows:
                yield from _dissolve_cells(row)
        elif _lays_out(draft):
            yield from _dissolve(draft)
        else:
            yield draft
            for row in draft.rows:
                for cell in row.cells:
                    yield from _unnest(cell.inner)


def _lays_out(table: DraftTable) -> bool:
    """Tell a table that only lays out a page: most of its text stands in cells that hold tables."""
    cells = [cell for row in table.rows for cell in row.cells]
    holders = [cell for cell in cells if cell.inner]
    return bool(holders) and 2 * sum(map(_text_size, holders)) >= sum(map(_text_size, cells))


def _text_size(cell: DraftCell) -> int:
    """Return how many characters a cell holds, with the tables in it."""
    inner = (_text_size(each) for table in cell.inner for row in table.rows for each in row.cells)
    return len(cell.text) + sum(inner)


def _dissolve(table: DraftTable) -> Iterator[Draft]:
    """Yield what a layout table holds: rows without tables in them stay together as tables."""
    for holds, rows in groupby(table.rows, key=lambda row: any(cell.inner for cell in row.cells)):
        if holds:
            for row in rows:
                yield from _dissolve_cells(row)
        else:
            yield from _unnest([DraftTable(tuple(rows))])


def _dissolve_cells(row: DraftRow) -> Iterator[Draft]:
    """Yield what the cells of a row hold, each line of text a paragraph."""
    for draft in _unnest(item for cell in row.cells for item in cell.parts):
        if isinstance(draft, DraftParagraph):
            yield from (replace(draft, text=line) for line in _lines(draft.text))
        else:
            yield draft


# ---------------------------------------------------------------- one grid for every format


def normalise(table: DraftTable) -> DraftTable:
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
        cells = [_fit(cell, index, edges, kept) for cell in sorted(rows[index].cells, key=_column)]
        result.append(rows[index]._replace(cells=tuple(cells)))
    breaks = frozenset(bisect_left(kept, index - first) for index in table.breaks if first < index < last)
    return replace(table, rows=tuple(result), breaks=breaks)


def _column(cell: DraftCell) -> int:
    return cell.column


def _fit(cell: DraftCell, row: int, edges: Sequence[int], kept: Sequence[int]) -> DraftCell:
    """Return a cell as it stands on the grid of these column edges and rows."""
    column, colspan, rowspan = bisect_left(edges, cell.column), cell.colspan, cell.rowspan
    if colspan > 1:
        colspan = bisect_left(edges, cell.column + colspan) - column
    if rowspan > 1:
        rowspan = bisect_left(kept, row + rowspan) - bisect_left(kept, row)
    if (column, colspan, rowspan) == (cell.column, cell.colspan, cell.rowspan):
        return cell
    return cell._replace(column=column, colspan=colspan, rowspan=rowspan)


def _extent(rows: Sequence[DraftRow]) -> tuple[int, int]:
    """Return the range of rows that hold text, or are reached by a cell that does."""
    first = last = 0
    for index, row in enumerate(rows):
        reach = max((cell.rowspan for cell in row.cells if cell.text or cell.inner), default=0)
        if reach:
            first = first if last else index
            last = max(last, index + reach)
    return first, min(last, len(rows))
