"""Read plain text whose tables are lines with tabs or pipes, or with columns kept apart by blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jixiao.documents.drafts import Content, clean_text, compose, without_radicals
from jixiao.documents.encodings import CUT, decode
from jixiao.documents.parted import parted_tables
from jixiao.documents.separated import draft_separated, separated_rows
from jixiao.documents.spaced import PAGE_NUMBER, spaced_tables
from jixiao.model import Block, Cell, Issue, Paragraph, Place, Row, Source, Table

_RULE = re.compile(r"[\s|:\-—_=]*")
_BARS = dict.fromkeys(map(ord, "│┃║├┤┼┝┥┠┨╠╣╬┌┐└┘┬┴╔╗╚╝╦╩┏┓┗┛┳┻╋"), "|") | dict.fromkeys(map(ord, "─━═╌┄"), "-")
_LINE_END = re.compile(r"\r\n|[\r\n\f]")
_OPEN_QUOTE = re.compile(r"(?:^|\t)\"(?:[^\"\t]|\"\")*$")
_CLOSING_QUOTE = re.compile(r"(?:[^\"\t]|\"\")*\"(?:\t|$)")
_LONGEST_CELL = 100
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_content(data: bytes) -> Content:
    """Read a text document: lines with tabs or pipes are table rows, all others paragraphs; or a CSV file.

    A blank line or a lone page number between two rows is a page break inside one table; any other line ends it.
    """
    text = without_radicals(decode(data))
    separated = separated_rows(text) if "\t" not in text else None
    if separated:
        return Content(compose(draft_separated(separated)), _notes(text), "text/csv")
    lines = [_with_bars(line) for line in _LINE_END.split(text)]
    spaced = spaced_tables(lines)
    parted = parted_tables(lines, spaced) | spaced
    blocks = _TextBlocks()
    for number, line in _whole_lines(lines):
        cells = parted[number - 1] if number - 1 in parted else _cells(line)
        doubt = "single-blanks" if number - 1 in parted and number - 1 not in spaced else ""
        blocks.add(line, cells, Place(number), doubt)
    return Content(blocks.finish(), _notes(text))


def _with_bars(line: str) -> str:
    """Return a line of a table drawn with box characters as one with pipes and dashes, any other as it is."""
    start = line.lstrip()[:1]
    return line.translate(_BARS) if start and ord(start) in _BARS else line


def _whole_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; one that ends inside a quoted cell goes on where the quotes close."""
    end = 0
    for index, line in enumerate(lines):
        if index < end:
            continue
        end = index + 1
        if _OPEN_QUOTE.search(line):
            closing = range(end, min(end + _LONGEST_CELL, len(lines)))
            end = next((at + 1 for at in closing if _CLOSING_QUOTE.match(lines[at])), end)
        yield index + 1, "\n".join(lines[index:end])


def _notes(text: str) -> tuple[Issue, ...]:
    """Return what is doubtful about the whole file: that it was cut off inside a character."""
    if not text.endswith(CUT):
        return ()
    lines = text.splitlines()
    return (
        Issue(
            code="file-cut",
            message=f"文件在第{len(lines)}行的一个字中间断开，后面的内容没有了；请重新取得完整的文件",
            message_en=f"the file ends inside a character of line {len(lines)}: get it again whole",
            source=Source(None, len(lines), lines[-1]),
        ),
    )


class _TextBlocks:
    """Gather the blocks of a text line by line; page numbers wait to see whether their table goes on."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._tables = 0
        self._rows: list[Row] = []
        self._breaks: list[int] = []
        self._waiting: list[Paragraph] = []
        self._gap = False
        self._doubt = ""

    def add(self, line: str, cells: Sequence[Cell] | None, place: Place, doubt: str = "") -> None:
        """Add a line: the cells of a table's row, none for running text; ``doubt`` is of its table."""
        if cells is not None:
            if any(cell.text for cell in cells):
                self._add_row(cells, place)
                self._doubt = self._doubt or doubt
        elif not line.strip():
            self._gap = True
        elif self._rows and PAGE_NUMBER.fullmatch(line):
            self._waiting.append(Paragraph(line.strip(), place))
            self._gap = True
        else:
            self._end_table()
            self._blocks.append(Paragraph(line.strip(), place))
            self._gap = False

    def _add_row(self, cells: Sequence[Cell], place: Place) -> None:
        if self._rows and self._gap:
            self._breaks.append(len(self._rows))
        self._rows.append(Row(tuple(cells), place))
        self._gap = False

    def _end_table(self) -> None:
        if self._rows:
            self._tables += 1
            breaks = frozenset(self._breaks)
            self._blocks.append(Table(self._tables, tuple(self._rows), breaks=breaks, doubt=self._doubt))
        self._blocks += self._waiting
        self._rows, self._breaks, self._waiting, self._doubt = [], [], [], ""

    def finish(self) -> tuple[Block, ...]:
        """Return all blocks."""
        self._end_table()
        return tuple(self._blocks)


def _cells(line: str) -> list[Cell] | None:
    """Split a table line into its cells; None for running text, [] for a drawn rule."""
    if "\t" in line:
        pieces = line.split("\t")
        start = 1
    elif line.lstrip().startswith("|") and line.count("|") >= 2:
        pieces = line.strip().strip("|").split("|")
        start = line.index(pieces[0], line.index("|") + 1) + 1
    else:
        return None
    cells = []
    for column, piece in enumerate(pieces):
        text = _BREAK.sub(" ", piece).strip()
        cells.append(Cell(_unquoted(text), column, where=start + len(piece) - len(piece.lstrip())))
        start += len(piece) + 1
    drawn = [cell.text for cell in cells if cell.text]
    if drawn and all(_RULE.fullmatch(text) and len(text) >= 3 for text in drawn):
        return []
    return cells


def _unquoted(cell: str) -> str:
    """Return a cell without the quotes that spreadsheets put around commas, line breaks and quotes."""
    inner = cell[1:-1]
    if len(cell) < 3 or cell[0] != '"' or cell[-1] != '"' or '"' in inner.replace('""', ""):
        return cell
    if not any(mark in inner for mark in (",", "\n", '""')):
        return cell
    return clean_text(inner.replace('""', '"'))
