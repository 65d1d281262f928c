"""Turn the cells of spreadsheets into tables and the paragraphs around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jixiao.documents.drafts import Draft, DraftCell, DraftParagraph, DraftRow, DraftTable
from jixiao.documents.limits import MAX_DOCUMENT_CELLS, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS, MAX_SHEETS
from jixiao.documents.unruled import join_unruled
from jixiao.errors import DocumentError
from jixiao.model import Issue

_FRAMED_SHARE = 0.5
_HEADING_CELLS = 3
_LISTED = 5


@dataclass(slots=True)
class Sheet:
    """Hold what a reader found in one visible sheet; rows and columns are 0-based.

    ``cells`` are the filled cells by row and column, ``framed`` the rows with a vertical border, ``open_above`` and
    ``open_below`` the cells with a vertical border but none on that side, ``merges`` the merged ranges (first row,
    first column, last row, last column), ``unsaved`` the formula cells without a saved value, ``beyond`` the filled
    cells right of the last column that is read.
    """

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    framed: set[int] = field(default_factory=set)
    open_above: set[tuple[int, int]] = field(default_factory=set)
    open_below: set[tuple[int, int]] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    hidden_rows: int = 0

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a filled cell."""
        if column >= MAX_SHEET_COLUMNS:
            self.beyond.append(address(row, column))
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

    def check(self, name: str) -> None:
        """Raise ``too-large`` for a sheet with more rows, or wider merged ranges, than can be read."""
        last = max(self.cells, default=0)
        merged = sum(
            (min(b, last) - t + 1) * (min(r, MAX_SHEET_COLUMNS) - left + 1)
            for t, left, b, r in self.merges
            if t <= last
        )
        if len(self.cells) > MAX_SHEET_ROWS or merged > MAX_DOCUMENT_CELLS:
            raise DocumentError(
                f"工作表“{self.name}”行数或合并区域过多；请拆分后再读取 (the sheet is too large; split it)",
                "too-large",
                name,
            )


def check_sheet_count(name: str, count: int) -> None:
    """Raise ``too-large`` for a workbook with more sheets than can be read."""
    if count > MAX_SHEETS:
        raise DocumentError(
            f"工作簿有 {count} 个工作表，超过 {MAX_SHEETS} 个；请拆分后再读取 (too many sheets; split it)",
            "too-large",
            name,
        )


def draft_sheets(name: str, sheets: Iterable[Sheet]) -> Iterator[Draft]:
    """Yield the tables of all sheets, and as paragraphs the titles and notes that stand around them."""
    total = 0
    for sheet in sheets:
        for draft in _draft_sheet(sheet):
            if isinstance(draft, DraftTable):
                total += sum(len(row.cells) for row in draft.rows)
                if total > MAX_DOCUMENT_CELLS:
                    raise DocumentError(
                        "工作簿的单元格过多；请拆分后再读取 (the workbook has too many cells; split it)",
                        "too-large",
                        name,
                    )
            yield draft


def note_sheets(sheets: Iterable[Sheet], hidden: list[str]) -> tuple[Issue, ...]:
    """Return the notes on what was left out of a workbook, or may be missing in it."""
    notes = []
    if hidden:
        names = "、".join(hidden)
        notes.append(
            Issue(
                "hidden-sheets", f"未读取隐藏的工作表：{names}", f"hidden sheets were not read: {names}", level="info"
            )
        )
    for sheet in sheets:
        for code, cells, message, english in (
            (
                "formula-without-value",
                sheet.unsaved,
                "公式没有保存结果，请用 Excel 打开并保存后再读取",
                "formulas without saved values; open and save in Excel",
            ),
            ("cells-beyond-limit", sheet.beyond, "右侧过远的单元格未读取", "cells too far to the right were not read"),
        ):
            if cells:
                listed = ", ".join(cells[:_LISTED]) + (" …" if len(cells) > _LISTED else "")
                notes.append(
                    Issue(
                        code, f"工作表“{sheet.name}”：{message}：{listed}", f"sheet {sheet.name}: {english}: {listed}"
                    )
                )
        if sheet.hidden_rows:
            notes.append(
                Issue(
                    "hidden-rows",
                    f"工作表“{sheet.name}”有 {sheet.hidden_rows} 个隐藏行，已一并读取",
                    f"sheet {sheet.name}: {sheet.hidden_rows} hidden rows were read like the others",
                    level="info",
                )
            )
    return tuple(notes)


def address(row: int, column: int) -> str:
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
class _Grid:
    """Hold a sheet's printed cells: ``filled`` without what merged cells cover, ``merges`` from first to last cell."""

    sheet: Sheet
    filled: Mapping[int, Mapping[int, str]]
    merges: Mapping[tuple[int, int], tuple[int, int]]
    covered: Mapping[int, set[int]]

    @classmethod
    def of(cls, sheet: Sheet) -> _Grid:
        covered = _covered(sheet)
        filled = {}
        for row, cells in sheet.cells.items():
            hidden = covered.get(row, ())
            printed = {column: cells[column] for column in sorted(cells) if column not in hidden}
            if printed:
                filled[row] = printed
        return cls(sheet, filled, {(top, left): (b, r) for top, left, b, r in sheet.merges}, covered)

    def end(self, row: int, column: int) -> tuple[int, int]:
        """Return the last row and column of the cell that begins at a place."""
        return self.merges.get((row, column), (row, column))

    def is_merged(self, row: int, column: int) -> bool:
        return (row, column) in self.merges or column in self.covered.get(row, ())


def _draft_sheet(sheet: Sheet) -> Iterator[Draft]:
    grid = _Grid.of(sheet)
    by_frame = sum(row in sheet.framed for row in grid.filled) >= _FRAMED_SHARE * len(grid.filled)
    run: list[int] = []
    for row in _rows(grid):
        texts = grid.filled.get(row, {})
        if by_frame and texts and row not in sheet.framed and _heads(grid, row):
            yield from _table(grid, run)
            run = []
            yield DraftParagraph(" ".join(texts.values()), f"{sheet.name}!{address(row, min(texts))}")
        elif run and row > run[-1] + 1 and len(texts) == 1:
            yield from _table(grid, run)
            run = [row]
        else:
            run.append(row)
    yield from _table(grid, run)


def _covered(sheet: Sheet) -> dict[int, set[int]]:
    """Return the columns of each row that a merged cell covers, its own first cell apart."""
    result: dict[int, set[int]] = {}
    last = max(sheet.cells, default=-1)
    for top, left, bottom, right in sheet.merges:
        for row in range(top, min(bottom, last) + 1):
            columns = result.setdefault(row, set())
            columns.update(range(left + (row == top), min(right + 1, MAX_SHEET_COLUMNS)))
    return result


def _rows(grid: _Grid) -> list[int]:
    """Return the rows that print something: filled ones, and empty ones inside a frame or a merged cell."""
    if not grid.filled:
        return []
    first, last = min(grid.filled), max(grid.filled)
    reached = {row for (top, _), (end, _) in grid.merges.items() if end > top for row in range(top, min(end, last) + 1)}
    inner = {row for row in grid.sheet.framed | reached if first < row < last}
    return sorted(inner | grid.filled.keys())


def _heads(grid: _Grid, row: int) -> bool:
    """Tell a line of text outside the frame: a title, a unit line, a signature line."""
    texts = grid.filled[row]
    return len(texts) <= _HEADING_CELLS and all(grid.end(row, column)[0] == row for column in texts)


def _table(grid: _Grid, rows: list[int]) -> Iterator[DraftTable]:
    if not rows:
        return
    name, width = grid.sheet.name, _width(grid, rows)
    position = {row: index for index, row in enumerate(rows)}
    opened = next((row for row in rows if len(grid.filled.get(row, {})) > 1), rows[-1])
    drafts = []
    for row in rows:
        texts = grid.filled.get(row, {})
        hidden = grid.covered.get(row, ())
        lone = len(texts) == 1 and not hidden and row not in grid.sheet.framed
        lone = lone and (row < opened or min(texts) == 0)  # below, a cell off the edge stands in its own column
        cells = []
        for column in range(width):
            if column in hidden or (lone and column not in texts):
                continue
            start, colspan, rowspan = column, 1, 1
            if lone:
                start, colspan = 0, width
            elif (row, column) in grid.merges:
                bottom, right = grid.merges[row, column]
                colspan = min(right, width - 1) - column + 1
                rowspan = 1 + sum(below in position for below in range(row + 1, min(bottom, rows[-1]) + 1))
            cells.append(DraftCell(texts.get(column, ""), start, colspan, rowspan, f"{name}!{address(row, column)}"))
        drafts.append(DraftRow(tuple(cells), f"{name}!{address(row, min(texts, default=0))}"))
    above, below = (
        {(position[row], column) for row, column in places if row in position and not grid.is_merged(row, column)}
        for places in (grid.sheet.open_above, grid.sheet.open_below)
    )
    yield DraftTable(join_unruled(drafts, above, below))


def _width(grid: _Grid, rows: list[int]) -> int:
    """Return how many columns a table has: what its rows with several cells reach, titles apart."""
    wide = lone = 1
    for row in rows:
        texts = grid.filled.get(row, {})
        reach = max((grid.end(row, column)[1] + 1 for column in texts), default=1)
        if len(texts) > 1:
            wide = max(wide, reach)
        else:
            lone = max(lone, reach)
    return min(wide if wide > 1 else lone, MAX_SHEET_COLUMNS)
