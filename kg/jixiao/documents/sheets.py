"""Turn the cells of spreadsheets into tables and the paragraphs around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jixiao.documents.coordinates import column_letters
from jixiao.documents.drafts import Content, compose, draft_paragraph, draft_row, draft_table
from jixiao.documents.limits import MAX_DOCUMENT_CELLS, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS, MAX_SHEETS
from jixiao.documents.pictures import picture_notes
from jixiao.documents.refusals import refuse, too_large
from jixiao.documents.visibility import LeftOut, Unseen
from jixiao.model import Block, Cell, Issue, Table

_LISTED = 5

Corner = tuple[int, int]
"""Row and column of a cell."""

_cell = lru_cache(maxsize=1 << 16)(Cell)
"""Equal cells are one, as long as they are not too many."""


@dataclass(slots=True)
class Worksheet:
    """Hold what a reader found in one sheet; rows and columns are 0-based.

    ``cells`` are the texts of the filled rows by column, '' for blanks, ``merges`` the last cells of merged ranges by
    their first ones, ``unsaved`` the formula cells without a saved value, ``beyond`` the filled cells right of the last
    column that is read, ``boxes`` the texts of shapes with the rows they begin in, ``pictures`` the shares of a page
    that pictures take, ``unseen`` what is not seen.
    """

    name: str
    visible: bool = True
    cells: dict[int, list[str]] = field(default_factory=dict)
    merges: dict[Corner, Corner] = field(default_factory=dict)
    unsaved: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    boxes: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    unseen: Counter[Unseen] = field(default_factory=Counter)

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell that is filled."""
        if not text:
            return
        if column >= MAX_SHEET_COLUMNS:
            self.beyond.append(cell_address(row, column))
            return
        texts = self.cells.get(row)
        if texts is None:
            texts = self.cells[row] = []
        texts.extend([""] * (column + 1 - len(texts)))
        texts[column] = text

    def take(self, row: int, column: int) -> str:
        """Return the text of a cell and blank it."""
        texts = self.cells.get(row, [])
        if column >= len(texts):
            return ""
        text, texts[column] = texts[column], ""
        return text

    def end_row(self, row: int, hidden: bool) -> None:
        """Count a row that was read; raise ``too-large`` where the sheet has more rows than can be read."""
        if hidden:
            self.hidden_rows.add(row)
        if len(self.cells) > MAX_SHEET_ROWS:
            raise self._too_large()

    def check(self) -> None:
        """Raise ``too-large`` for merged ranges that cover more cells than can be read."""
        last = max(self.cells, default=0)
        covered = 0
        for (top, left), (bottom, right) in self.merges.items():
            if top <= last:
                covered += (min(bottom, last) - top + 1) * (min(right, MAX_SHEET_COLUMNS) - left + 1)
        if covered > MAX_DOCUMENT_CELLS:
            raise self._too_large()

    def hide(self) -> None:
        """Take hidden rows and columns out and count them."""
        if not self.hidden_rows and not self.hidden_columns:
            return
        self.merges = dict(self._seen_merges())
        filled = [row for row in self.cells if row in self.hidden_rows]
        self.unseen[Unseen.ROW] += sum(any(self.cells.pop(row)) for row in filled)
        for column in self.hidden_columns:
            texts = [self.take(row, column) for row in self.cells]
            self.unseen[Unseen.COLUMN] += any(texts)

    def _seen_merges(self) -> Iterator[tuple[Corner, Corner]]:
        """Yield what is seen of merged cells; their texts move to the first place that is."""
        last = max(self.cells, default=0)
        for (top, left), (bottom, right) in self.merges.items():
            rows = [row for row in range(top, min(bottom, last) + 1) if row not in self.hidden_rows]
            reach = range(left, min(right, MAX_SHEET_COLUMNS) + 1)
            columns = [column for column in reach if column not in self.hidden_columns]
            if rows and columns:
                self.put(rows[0], columns[0], self.take(top, left))
                yield (rows[0], columns[0]), (rows[-1], columns[-1])

    def _too_large(self) -> Exception:
        return too_large(f"工作表“{self.name}”行数或合并区域过多", "the sheet is too large")


def check_sheet_count(count: int) -> None:
    """Raise ``too-large`` for a workbook with more sheets than can be read."""
    if count > MAX_SHEETS:
        raise too_large(f"工作簿有 {count} 个工作表，超过 {MAX_SHEETS} 个", "too many sheets")


def sheets_content(sheets: Sequence[Worksheet]) -> Content:
    """Return what a workbook prints: its visible sheets, and notes on what was left out or may be missing.

    Raises DocumentError: ``too-large``, ``no-text``.
    """
    visible = [sheet for sheet in sheets if sheet.visible]
    blocks = compose(draft_sheets(visible))
    pictures = sum(len(sheet.pictures) for sheet in visible)
    if not blocks and pictures:
        message = f"工作簿里没有文字，只有 {pictures} 张图片；请先做文字识别 (OCR)"
        raise refuse("no-text", message, "only pictures, no text; run OCR first")
    if not blocks:
        raise refuse("no-text", "工作簿里没有内容", "the workbook is empty")
    left_out = LeftOut()
    for sheet in visible:
        for what, count in sheet.unseen.items():
            left_out.add(what, sheet.name, count)
    notes = [*_hidden_notes(sheets), *left_out.notes()]
    for sheet in visible:
        notes.extend(_notes(sheet))
    return Content(blocks, tuple(notes))


def draft_sheets(sheets: Iterable[Worksheet]) -> Iterator[Block]:
    """Yield the tables of all sheets, and as paragraphs the titles, notes and boxes that stand around them."""
    total = 0
    for sheet in sheets:
        sheet.check()
        sheet.hide()
        first = min(sheet.cells, default=0)
        yield from (draft_paragraph(text, sheet.name) for row, text in sheet.boxes if row <= first)
        for draft in _SheetGrid(sheet).drafts():
            if isinstance(draft, Table):
                total += sum(len(row.cells) for row in draft.rows)
            if total > MAX_DOCUMENT_CELLS:
                raise too_large("工作簿的单元格过多", "the workbook has too many cells")
            yield draft
        yield from (draft_paragraph(text, sheet.name) for row, text in sheet.boxes if row > first)


def _hidden_notes(sheets: Iterable[Worksheet]) -> Iterator[Issue]:
    hidden = [sheet.name for sheet in sheets if not sheet.visible]
    if hidden:
        names = "、".join(hidden)
        message, english = f"未读取隐藏的工作表：{names}", f"hidden sheets were not read: {names}"
        yield Issue("hidden-sheets", message, english, level="info")


def _notes(sheet: Worksheet) -> Iterator[Issue]:
    """Yield what may be missing of a sheet."""
    name = f"工作表“{sheet.name}”"
    if sheet.unsaved:
        listed = _listed(sheet.unsaved)
        message = f"{name}：公式没有保存结果，请用 Excel 打开并保存后再读取：{listed}"
        english = f"sheet {sheet.name}: formulas without saved values; open and save in Excel: {listed}"
        yield Issue("formula-without-value", message, english)
    if sheet.beyond:
        listed = _listed(sheet.beyond)
        message = f"{name}：右侧过远的单元格未读取：{listed}"
        english = f"sheet {sheet.name}: cells too far to the right were not read: {listed}"
        yield Issue("cells-beyond-limit", message, english)
    yield from picture_notes(sheet.pictures, name)


def _listed(cells: Sequence[str]) -> str:
    return ", ".join(cells[:_LISTED]) + " …" * (len(cells) > _LISTED)


def cell_address(row: int, column: int) -> str:
    """Return the A1 address of a 0-based row and column."""
    return f"{column_letters(column + 1)}{row + 1}"


# ---------------------------------------------------------------- tables on a sheet


class _SheetGrid:
    """Lay out the cells of a sheet that are printed: those that no merged cell covers."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._covered = _covered(sheet)
        for row in self._covered.keys() & sheet.cells.keys():
            for column in self._covered[row]:
                sheet.take(row, column)
        self._hidden = sheet.hidden_rows
        self._filled = {row for row, texts in sheet.cells.items() if any(texts)}

    def _texts(self, row: int) -> dict[int, str]:
        """Return the texts of a row by their columns."""
        return {column: text for column, text in enumerate(self._sheet.cells.get(row, ())) if text}

    def _place(self, row: int, column: int) -> str:
        return f"{self._sheet.name}!{cell_address(row, column)}"

    def _end(self, row: int, column: int) -> Corner:
        """Return the last row and column of the cell that begins at a place."""
        return self._sheet.merges.get((row, column), (row, column))

    def drafts(self) -> Iterator[Block]:
        """Yield the tables of the sheet, and the lines at their ends that stand alone (notes).

        A text alone below an empty row that is seen begins another table.
        """
        run: list[int] = []
        for row in self._rows():
            if run and len(self._texts(row)) == 1 and not self._hidden.issuperset(range(run[-1] + 1, row)):
                yield from self._parts(run)
                run = []
            run.append(row)
        yield from self._parts(run)

    def _parts(self, rows: Sequence[int]) -> Iterator[Block]:
        end = len(rows)
        while end and self._texts(rows[end - 1]).keys() == {0}:
            end -= 1
        if end:
            yield self._table(rows[:end])
        for row in rows[end:]:
            yield draft_paragraph(self._texts(row)[0], self._place(row, 0))

    def _table(self, rows: Sequence[int]) -> Table:
        width = self._width(rows)
        position = {row: index for index, row in enumerate(rows)}
        opened = next((row for row in rows if len(self._texts(row)) > 1), rows[-1])
        drafts = []
        for row in rows:
            texts = self._texts(row)
            cells = self._cells(row, texts, width, position)
            if len(texts) == 1 and not self._covered.get(row) and (row < opened or 0 in texts):
                cells = iter([Cell("".join(texts.values()), 0, width, 1, min(texts) + 1)])  # it stands for its row
            drafts.append(draft_row(cells, self._place(row, min(texts, default=0))))
            self._sheet.cells.pop(row, None)  # a large sheet is not held twice
        return draft_table(drafts)

    def _rows(self) -> list[int]:
        """Return the rows that print something: filled ones, and empty ones inside a merged cell."""
        if not self._filled:
            return []
        first, last = min(self._filled), max(self._filled)
        reached: set[int] = set()
        for (top, _), (bottom, _) in self._sheet.merges.items():
            if bottom > top:
                reached.update(range(top, min(bottom, last) + 1))
        inner = {row for row in reached - self._hidden if first < row < last}
        return sorted(self._filled | inner)

    def _cells(self, row: int, texts: dict[int, str], width: int, position: dict[int, int]) -> Iterator[Cell]:
        covered = self._covered.get(row, set()) | self._sheet.hidden_columns
        merges = self._sheet.merges
        for column in range(width):
            if column in covered:
                continue
            if (row, column) not in merges:
                yield _cell(texts.get(column, ""), column, 1, 1, column + 1)
                continue
            bottom, right = merges[row, column]
            colspan = min(right, width - 1) - column + 1
            rowspan = 1
            if bottom > row:
                last = min(bottom, next(reversed(position)))
                rowspan += sum(below in position for below in range(row + 1, last + 1))
            yield _cell(texts.get(column, ""), column, colspan, rowspan, column + 1)

    def _width(self, rows: Sequence[int]) -> int:
        """Return how many columns a table has: what its rows with several cells reach, titles apart."""
        wide = lone = 1
        for row in rows:
            texts = self._texts(row)
            reach = max((self._end(row, column)[1] + 1 for column in texts), default=1)
            if len(texts) > 1:
                wide = max(wide, reach)
            else:
                lone = max(lone, reach)
        if wide == 1:
            wide = lone
        return min(wide, MAX_SHEET_COLUMNS)


def _covered(sheet: Worksheet) -> dict[int, set[int]]:
    """Return the columns of each row that a merged cell covers, its own first cell apart."""
    result: dict[int, set[int]] = {}
    last = max(sheet.cells, default=-1)
    for (top, left), (bottom, right) in sheet.merges.items():
        for row in range(top, min(bottom, last) + 1):
            columns = result.setdefault(row, set())
            columns.update(range(left + (row == top), min(right + 1, MAX_SHEET_COLUMNS)))
    return result
