"""Drafts of blocks, as a reader finds them: tables may stand inside cells, nothing is numbered yet."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from jixiao.documents import limits
from jixiao.model import Block, Cell, Paragraph, Place, Row, Table

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_UNCLEAN = re.compile("[\x00-\x1f\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]|  ")
_BLANKS = re.compile(r"[ \t\u00a0\r\f\v]+")
_BREAK = re.compile(r"[ \t\u00a0\u3000]*\n[ \t\u00a0\u3000\n]*")


def clean_text(text: str) -> str:
    """Return the text without control characters and outer blanks; runs of narrow blanks become one.

    Line breaks that the document itself sets stay as newlines.
    """
    if not _UNCLEAN.search(text):
        return text.strip()
    text = _INVISIBLE.sub("", text)
    text = "".join(character for character in text if character >= " " or character in "\n\t")
    return _BREAK.sub("\n", _BLANKS.sub(" ", text)).strip()


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
        return (DraftParagraph(self.content, self.where),) if isinstance(self.content, str) else self.content


class DraftRow(NamedTuple):
    """Hold one row: the cells that begin in it."""

    cells: tuple[DraftCell, ...]
    where: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class DraftTable:
    """Hold a table before nested tables are set beside it; ``merged`` says that its spans are stated."""

    rows: tuple[DraftRow, ...]
    breaks: frozenset[int] = field(default_factory=frozenset)
    merged: bool = True


Draft = DraftParagraph | DraftTable


def compose(drafts: Iterable[Draft]) -> tuple[Block, ...]:
    """Number the drafts in reading order, one line a paragraph and a table row, and return the blocks."""
    blocks: list[Block] = []
    line = 1
    tables = 0
    for draft in _unnest(drafts, depth=0):
        if isinstance(draft, DraftParagraph):
            if draft.text:
                blocks.append(Paragraph(draft.text, Place(line, draft.page, draft.where)))
                line += 1
            continue
        titles, table = _split_titles(normalise(draft))
        for title in titles:
            blocks.append(Paragraph(title.text, Place(line, title.page, title.where)))
            line += 1
        if table.rows:
            tables += 1
            rows = tuple(_number(row, line + index) for index, row in enumerate(table.rows))
            line += len(rows)
            blocks.append(Table(index=tables, rows=rows, merged=table.merged, breaks=table.breaks))
    return tuple(blocks)


def _number(row: DraftRow, line: int) -> Row:
    cells = tuple(Cell(c.text, c.column, c.colspan, c.rowspan, c.where) for c in row.cells)
    return Row(cells, Place(line, row.page, row.where))


def _split_titles(table: DraftTable) -> tuple[list[DraftParagraph], DraftTable]:
    """Take the full-width rows at the head of a table (its title, year, unit of money) as the paragraphs they are."""
    count = 0
    while count < len(table.rows) and [cell.rowspan for cell in table.rows[count].cells] == [1]:
        count += 1
    titles = [
        DraftParagraph(line, row.where, row.page) for row in table.rows[:count] for line in _lines(row.cells[0].text)
    ]
    breaks = frozenset(index - count for index in table.breaks if index > count)
    return titles, DraftTable(table.rows[count:], breaks, table.merged)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


# ---------------------------------------------------------------- tables in tables


def _unnest(drafts: Iterable[Draft], depth: int) -> Iterator[Draft]:
    """Set tables that stand in cells beside the table they stand in, and dissolve tables that only lay out a page."""
    for draft in drafts:
        if isinstance(draft, DraftParagraph):
            yield draft
        elif depth >= limits.MAX_TABLE_DEPTH:
            yield from (DraftParagraph(text) for text in _all_texts(draft))
        else:
            yield from _unnest_table(draft, depth)


def _unnest_table(table: DraftTable, depth: int) -> Iterator[Draft]:
    if all(len(row.cells) <= 1 for row in table.rows):
        for row in table.rows:
            yield from _dissolve_cells(row, depth)
    elif not any(cell.inner for row in table.rows for cell in row.cells):
        yield table
    elif _lays_out(table):
        yield from _dissolve(table, depth)
    else:
        yield table
        for row in table.rows:
            for cell in row.cells:
                yield from _unnest(cell.inner, depth + 1)


def _lays_out(table: DraftTable) -> bool:
    """Tell a table that only lays out a page: most of its text stands in cells that hold tables."""
    inside = outside = 0
    for row in table.rows:
        for cell in row.cells:
            size = len(cell.text)
            if cell.inner:
                inside += size + sum(len(text) for inner in cell.inner for text in _all_texts(inner))
            else:
                outside += size
    return inside >= outside


def _dissolve(table: DraftTable, depth: int) -> Iterator[Draft]:
    """Yield what a layout table holds: rows without tables in them stay together as tables."""
    run: list[DraftRow] = []
    for row in table.rows:
        if any(cell.inner for cell in row.cells):
            yield from _unnest([DraftTable(tuple(run))], depth + 1)
            run.clear()
            yield from _dissolve_cells(row, depth)
        else:
            run.append(row)
    yield from _unnest([DraftTable(tuple(run))], depth + 1)


def _dissolve_cells(row: DraftRow, depth: int) -> Iterator[Draft]:
    """Yield what the cells of a row hold, each line of text a paragraph."""
    for draft in _unnest((item for cell in row.cells for item in cell.parts), depth + 1):
        if isinstance(draft, DraftParagraph):
            yield from (replace(draft, text=line) for line in _lines(draft.text))
        else:
            yield draft


def _all_texts(table: DraftTable) -> Iterator[str]:
    """Yield every text of a table and the tables in it, without recursion."""
    pending: list[Draft] = [table]
    while pending:
        draft = pending.pop()
        if isinstance(draft, DraftParagraph):
            yield draft.text
        else:
            pending.extend(
                item for row in reversed(draft.rows) for c in reversed(row.cells) for item in reversed(c.parts)
            )


# ---------------------------------------------------------------- one grid for every format


def normalise(table: DraftTable) -> DraftTable:
    """Return the table on the smallest grid that shows it.

    Grid columns where no cell begins, rows that other rows' cells cover wholly, and blank rows at both ends go;
    spans are cut to what is there. The same form then has the same cells whatever format it was printed in.
    """
    first, last = _extent(table.rows)
    rows = table.rows[first:last]
    edges = sorted({cell.column for row in rows for cell in row.cells})
    columns = {edge: index for index, edge in enumerate(edges)}
    kept = [index for index, row in enumerate(rows) if row.cells]
    result = []
    for position, index in enumerate(kept):
        cells = []
        for cell in sorted(rows[index].cells, key=_column):
            column, colspan, rowspan = columns[cell.column], cell.colspan, cell.rowspan
            if colspan > 1:
                colspan = bisect_left(edges, cell.column + colspan) - column
            if rowspan > 1:
                rowspan = bisect_left(kept, index + rowspan) - position
            if (column, colspan, rowspan) != (cell.column, cell.colspan, cell.rowspan):
                cell = cell._replace(column=column, colspan=colspan, rowspan=rowspan)
            cells.append(cell)
        result.append(rows[index]._replace(cells=tuple(cells)))
    breaks = frozenset(bisect_left(kept, index - first) for index in table.breaks if first < index < last)
    return DraftTable(tuple(result), breaks, table.merged)


def _column(cell: DraftCell) -> int:
    return cell.column


def _extent(rows: Sequence[DraftRow]) -> tuple[int, int]:
    """Return the range of rows that hold text, or are reached by a cell that does."""
    first = last = 0
    for index, row in enumerate(rows):
        reach = max((cell.rowspan for cell in row.cells if cell.text or cell.inner), default=0)
        if reach:
            first = first if last else index
            last = max(last, index + reach)
    return first, min(last, len(rows))
