"""Turn the cells of spreadsheets into tables and the paragraphs around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jixiao.documents.drafts import Content, Draft, DraftCell, DraftParagraph, DraftRow, DraftTable, compose
from jixiao.documents.limits import MAX_DOCUMENT_CELLS, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS, MAX_SHEETS
from jixiao.documents.refusals import refuse, too_large
from jixiao.documents.unruled import Corner, join_unruled
from jixiao.documents.visibility import LeftOut, Unseen
from jixiao.model import Issue

_FRAMED_SHARE = 0.5
_HEADING_CELLS = 3
_LISTED = 5


@dataclass(slots=True)
class Worksheet:
    """Hold what a reader found in one sheet; rows and columns are 0-based.

    ``cells`` are the filled cells by row and column, ``framed`` the rows with a vertical border, ``open_above`` and
    ``open_below`` the cells with a vertical border but none on that side, ``merges`` the last cells of merged ranges
    by their first ones, ``unsaved`` the formula cells without a saved value, ``beyond`` the filled cells right of the
    last column that is read.
    """

    name: str
    visible: bool = True
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    framed: set[int] = field(default_factory=set)
    open_above: set[Corner] = field(default_factory=set)
    open_below: set[Corner] = field(default_factory=set)
    merges: dict[Corner, Corner] = field(default_factory=dict)
    unsaved: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell that is filled."""
        if not text:
            return
        if column >= MAX_SHEET_COLUMNS:
            self.beyond.append(cell_address(row, column))
            return
        cells = self.cells.get(row)
        if cells is None:
            cells = self.cells[row] = {}
        cells[column] = text

    def frame(self, row: int, column: int, sides: Collection[str]) -> None:
        """Keep the sides where a cell has a border."""
        if column >= MAX_SHEET_COLUMNS or not ("left" in sides or "right" in sides):
            return
        self.framed.add(row)
        if "top" not in sides:
            self.open_above.add((row, column))
        if "bottom" not in sides:
            self.open_below.add((row, column))

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
    left_out = LeftOut()
    for sheet in visible:
        sheet.check()
        _hide(sheet, left_out)
    blocks = compose(draft_sheets(visible))
    if not blocks:
        raise refuse("no-text", "工作簿里没有内容", "the workbook is empty")
    notes = [*_hidden_notes(sheets), *left_out.notes()]
    for sheet in visible:
        notes.extend(_notes(sheet))
    return Content(blocks, tuple(notes))


def _hide(sheet: Worksheet, left_out: LeftOut) -> None:
    """Take hidden rows and columns out of a sheet."""
    rows, columns = sheet.hidden_rows, sheet.hidden_columns
    if not rows and not columns:
        return
    sheet.merges = dict(_seen_merges(sheet))
    filled = [row for row, cells in sheet.cells.items() if row in rows and cells]
    left_out.add(Unseen.ROW, sheet.name, len(filled))
    for row in filled:
        del sheet.cells[row]
    hidden = {column for cells in sheet.cells.values() for column in cells} & columns
    left_out.add(Unseen.COLUMN, sheet.name, len(hidden))
    for cells in sheet.cells.values():
        for column in hidden & cells.keys():
            del cells[column]
    sheet.framed -= rows


def _seen_merges(sheet: Worksheet) -> Iterator[tuple[Corner, Corner]]:
    """Yield what is seen of merged cells; their texts move to the first place that is."""
    last = max(sheet.cells, default=0)
    for (top, left), (bottom, right) in sheet.merges.items():
        rows = [row for row in range(top, min(bottom, last) + 1) if row not in sheet.hidden_rows]
        reach = range(left, min(right, MAX_SHEET_COLUMNS) + 1)
        columns = [column for column in reach if column not in sheet.hidden_columns]
        if not rows or not columns:
            continue
        text = sheet.cells.get(top, {}).pop(left, "")
        sheet.put(rows[0], columns[0], text)
        yield (rows[0], columns[0]), (rows[-1], columns[-1])


def draft_sheets(sheets: Iterable[Worksheet]) -> Iterator[Draft]:
    """Yield the tables of all sheets, and as paragraphs the titles and notes that stand around them."""
    total = 0
    for sheet in sheets:
        for draft in _SheetGrid.of(sheet).drafts():
            if isinstance(draft, DraftTable):
                total += sum(len(row.cells) for row in draft.rows)
            if total > MAX_DOCUMENT_CELLS:
                raise too_large("工作簿的单元格过多", "the workbook has too many cells")
            yield draft


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


def _listed(cells: Sequence[str]) -> str:
    return ", ".join(cells[:_LISTED]) + " …" * (len(cells) > _LISTED)


def cell_address(row: int, column: int) -> str:
    """Return the A1 address of a 0-based row and column."""
    return f"{_letters(column)}{row + 1}"


@lru_cache(maxsize=20000)
def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ---------------------------------------------------------------- tables on a sheet


@dataclass(frozen=True, slots=True)
class _SheetGrid:
    """Hold a sheet's printed cells: ``filled`` without what merged cells cover, ``covered`` the columns they cover."""

    sheet: Worksheet
    filled: Mapping[int, Mapping[int, str]]
    covered: Mapping[int, set[int]]

    @classmethod
    def of(cls, sheet: Worksheet) -> _SheetGrid:
        covered = _covered(sheet)
        filled = {}
        for row, cells in sheet.cells.items():
            hidden = covered.get(row, ())
            printed = {column: cells[column] for column in sorted(cells) if column not in hidden}
            if printed:
                filled[row] = printed
        return cls(sheet, filled, covered)

    def texts(self, row: int) -> Mapping[int, str]:
        return self.filled.get(row, {})

    def place(self, row: int, column: int) -> str:
        return f"{self.sheet.name}!{cell_address(row, column)}"

    def end(self, row: int, column: int) -> Corner:
        """Return the last row and column of the cell that begins at a place."""
        return self.sheet.merges.get((row, column), (row, column))

    def drafts(self) -> Iterator[Draft]:
        """Yield the sheet's tables and the lines between them."""
        framed = sum(row in self.sheet.framed for row in self.filled) >= _FRAMED_SHARE * len(self.filled)
        run: list[int] = []
        for row in self._rows():
            texts = self.texts(row)
            if framed and texts and row not in self.sheet.framed and self._is_heading(row):
                yield from self._table(run)
                run = []
                yield DraftParagraph(" ".join(texts.values()), self.place(row, min(texts)))
            elif run and len(texts) == 1 and self._is_parted(run[-1], row):
                yield from self._table(run)
                run = [row]
            else:
                run.append(row)
        yield from self._table(run)

    def _is_parted(self, above: int, below: int) -> bool:
        """Tell whether an empty row that is seen parts two rows."""
        return any(row not in self.sheet.hidden_rows for row in range(above + 1, below))

    def _rows(self) -> list[int]:
        """Return the rows that print something: filled ones, and empty ones inside a frame or a merged cell."""
        if not self.filled:
            return []
        first, last = min(self.filled), max(self.filled)
        reached = set(self.sheet.framed)
        for (top, _), (bottom, _) in self.sheet.merges.items():
            if bottom > top:
                reached.update(range(top, min(bottom, last) + 1))
        inner = {row for row in reached - self.sheet.hidden_rows if first < row < last}
        return sorted(self.filled.keys() | inner)

    def _is_heading(self, row: int) -> bool:
        """Tell a line of text outside the frame: a title, a unit line, a signature line."""
        texts = self.filled[row]
        return len(texts) <= _HEADING_CELLS and all(self.end(row, column)[0] == row for column in texts)

    def _table(self, rows: Sequence[int]) -> Iterator[DraftTable]:
        """Yield the table that rows make, if there are any."""
        if not rows:
            return
        width = self._width(rows)
        position = {row: index for index, row in enumerate(rows)}
        opened = next((row for row in rows if len(self.texts(row)) > 1), rows[-1])
        drafts = []
        for row in rows:
            texts = self.texts(row)
            if self._is_alone(row, opened):
                ((column, text),) = texts.items()
                cells = [DraftCell(text, 0, width, 1, self.place(row, column))]
            else:
                cells = list(self._cells(row, width, position))
            drafts.append(DraftRow(tuple(cells), self.place(row, min(texts, default=0))))
        above = self._unmerged(self.sheet.open_above, position)
        below = self._unmerged(self.sheet.open_below, position)
        yield DraftTable(join_unruled(drafts, above, below))

    def _is_alone(self, row: int, opened: int) -> bool:
        """Tell a text that stands for its whole row; below the ``opened`` table only one at the left edge does."""
        texts = self.texts(row)
        if len(texts) != 1 or self.covered.get(row) or row in self.sheet.framed:
            return False
        return row < opened or 0 in texts

    def _cells(self, row: int, width: int, position: dict[int, int]) -> Iterator[DraftCell]:
        texts = self.texts(row)
        covered = self.covered.get(row, set()) | self.sheet.hidden_columns
        for column in range(width):
            if column in covered:
                continue
            bottom, right = self.end(row, column)
            colspan = min(right, width - 1) - column + 1
            rowspan = 1
            if bottom > row:
                last = min(bottom, next(reversed(position)))
                rowspan += sum(below in position for below in range(row + 1, last + 1))
            yield DraftCell(texts.get(column, ""), column, colspan, rowspan, self.place(row, column))

    def _unmerged(self, corners: Iterable[Corner], position: Mapping[int, int]) -> set[Corner]:
        """Return the corners in a table that no merged cell covers, with their rows in the table."""
        found = set()
        for row, column in corners:
            merged = (row, column) in self.sheet.merges or column in self.covered.get(row, ())
            if row in position and not merged:
                found.add((position[row], column))
        return found

    def _width(self, rows: Sequence[int]) -> int:
        """Return how many columns a table has: what its rows with several cells reach, titles apart."""
        wide = lone = 1
        for row in rows:
            texts = self.texts(row)
            reach = max((self.end(row, column)[1] + 1 for column in texts), default=1)
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
