"""Write Excel workbooks: one sheet a table, codes as text, numbers as numbers, nothing that Excel would run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from jixiao.exporting.columns import DECIMAL, INTEGER, TABLE_TITLES, Column, describe, number
from jixiao.exporting.rows import Row, flat_text, printable

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

SHEET_ROWS = 1_048_575  # rows of a sheet below its header
CELL_CHARACTERS = 32_767
_DIGITS = 15  # more significant digits Excel does not keep
_WIDEST = 48
_CREATED = datetime(2000, 1, 1)  # no clock: the same data gives the same bytes
_FONT = "Microsoft YaHei"
_NOTES = (
    "本工作簿由公开的预算绩效文件读出，一张表一页；每一行都有出处（document、page、line、source_text）。",
    "金额单位为元，百分数 95 表示 95%。代码、区划代码和超过 15 位有效数字的数按文本保存。",
    "空单元格表示文件没有印出。超过 32767 个字的单元格在此截断，以“…（截断）”结尾；全文见 JSON Lines、CSV 或 Parquet。",
    "超过 1048575 行的表分成几页。",
)
_CUT = "…（截断）"


class Workbook:
    """Write sheets one after another; rows go to disk as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        from xlsxwriter import Workbook as Book

        safe = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = Book(stream, {**safe, "strings_to_numbers": False})
        self._book.set_properties({"created": _CREATED, "author": "jixiao"})
        self._bold = self._book.add_format({"bold": True, "bg_color": "#DDEBF7", "font_name": _FONT, "border": 1})
        self._plain = self._book.add_format({"font_name": _FONT})
        self._text = self._book.add_format({"num_format": "@", "font_name": _FONT})

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        # Closing writes the file; what failed half way is thrown away with its temporary file.
        if kind is None:
            self._book.close()

    def add_notes(self, notes: Sequence[str], tables: Sequence[tuple[str, Sequence[Column]]]) -> None:
        """Add the sheet 说明 that explains the workbook and every column."""
        sheet = self._book.add_worksheet("说明")
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 2, 22)
        sheet.set_column(3, 3, 90)
        line = 0
        for line, note in enumerate(notes):
            sheet.write_string(line, 0, note, self._plain)
        line += 2
        for place, title in enumerate(("表", "列", "名称", "说明")):
            sheet.write_string(line, place, title, self._bold)
        for name, columns in tables:
            for column in columns:
                line += 1
                for place, text in enumerate((name, column.name, column.title, column.description)):
                    sheet.write_string(line, place, text, self._plain)

    def add_table(self, name: str, rows: Iterable[Row], columns: Sequence[str]) -> None:
        """Add a table; one with more rows than a sheet holds goes on in further sheets (``name 2`` …)."""
        described = describe(columns, name)
        sheet, line, sheets = self._sheet(name, columns), 0, 1
        for row in rows:
            if line == SHEET_ROWS:
                self._finish(sheet, line, columns)
                sheets, line = sheets + 1, 0
                sheet = self._sheet(f"{name} {sheets}", columns)
            line += 1
            for place, column in enumerate(described):
                self._write(sheet, line, place, column, row.get(column.name))
        self._finish(sheet, line, columns)

    def _sheet(self, name: str, columns: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(describe(columns)):
            width = min(_WIDEST, max(10, len(column.name) + 2, 2 * len(column.title) + 2))
            sheet.set_column(place, place, width)
        for place, title in enumerate(columns):
            sheet.write_string(0, place, title, self._bold)
        return sheet

    def _finish(self, sheet: Any, lines: int, columns: Sequence[str]) -> None:
        if columns:
            sheet.autofilter(0, 0, lines, len(columns) - 1)

    def _write(self, sheet: Any, line: int, place: int, column: Column, value: object) -> None:
        if value is None or value == []:
            return
        if isinstance(value, bool):
            sheet.write_boolean(line, place, value)
        elif (column.type in (DECIMAL, INTEGER) or isinstance(value, int)) and (found := _fitting(value)) is not None:
            sheet.write_number(line, place, found, self._plain)
        else:
            text = printable(flat_text(value))
            if len(text) > CELL_CHARACTERS:
                text = text[: CELL_CHARACTERS - len(_CUT)] + _CUT
            sheet.write_string(line, place, text, self._text)


def _fitting(value: object) -> int | float | None:
    """Return a number that Excel shows as it is, None when it has more digits than Excel keeps."""
    found = number(value)
    if found is None or len(found.as_tuple().digits) > _DIGITS or Decimal(repr(float(found))) != found:
        return None
    return float(found)


def write_workbook(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write all tables of a selection as one workbook, with the sheet 说明 first."""
    from jixiao.exporting.packages import selected_tables

    tables = list(selected_tables(store, selection))
    with Workbook(stream) as book:
        described = [
            (f"{table.name} {TABLE_TITLES[table.name]}", describe(table.columns, table.name)) for table in tables
        ]
        book.add_notes(_NOTES, described)
        for table in tables:
            book.add_table(table.name, table.rows(), table.columns)
