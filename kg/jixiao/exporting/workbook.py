"""Write Excel workbooks: one sheet a table, codes as text, numbers as numbers, nothing that Excel would run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO

from jixiao.exporting.columns import DECIMAL, INTEGER, ColumnSpec, describe, exact_number
from jixiao.exporting.rows import Row, flat_text, printable

SHEET_ROWS = 1_048_575  # rows of a sheet below its header
CELL_CHARACTERS = 32_767
_DIGITS = 15  # more significant digits Excel does not keep
_NARROWEST, _WIDEST = 10, 48
_CREATED = datetime(2000, 1, 1)  # no clock: the same data gives the same bytes
_FONT = "Microsoft YaHei"
_CUT = "…（截断）"
_NOTES_HEAD = ("表", "列", "名称", "说明")


class WorkbookWriter:
    """Write sheets one after another; rows go to disk as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        from xlsxwriter import Workbook

        safe = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        self._book = Workbook(stream, {"constant_memory": True, **dict.fromkeys(safe, False)})
        self._book.set_properties({"created": _CREATED, "author": "jixiao"})
        self._bold = self._book.add_format({"bold": True, "bg_color": "#DDEBF7", "font_name": _FONT, "border": 1})
        self._plain = self._book.add_format({"font_name": _FONT})
        self._text = self._book.add_format({"num_format": "@", "font_name": _FONT})

    def __enter__(self) -> WorkbookWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        # Closing writes the file; what failed half way is thrown away with its temporary file.
        if kind is None:
            self._book.close()

    def add_notes(self, notes: Sequence[str], tables: Sequence[tuple[str, Sequence[ColumnSpec]]]) -> None:
        """Add the sheet 说明 that explains the workbook and every column."""
        sheet = self._book.add_worksheet("说明")
        sheet.set_column(0, 2, 22)
        sheet.set_column(3, 3, 90)
        for line, note in enumerate(notes):
            sheet.write_string(line, 0, note, self._plain)
        line = len(notes) + 1
        for place, title in enumerate(_NOTES_HEAD):
            sheet.write_string(line, place, title, self._bold)
        for name, columns in tables:
            for column in columns:
                line += 1
                for place, text in enumerate((name, column.name, column.title, column.description)):
                    sheet.write_string(line, place, text, self._plain)

    def add_table(self, name: str, rows: Iterable[Row], columns: Sequence[str]) -> None:
        """Add a table; one with more rows than a sheet holds goes on in further sheets (``name 2`` …)."""
        described = describe(columns, name)
        for number, part in enumerate(_parts(rows), 1):
            sheet = self._add_sheet(name if number == 1 else f"{name} {number}", columns)
            line = 0
            for line, row in enumerate(part, 1):
                for place, column in enumerate(described):
                    self._write(sheet, (line, place), column, row.get(column.name))
            if columns:
                sheet.autofilter(0, 0, line, len(columns) - 1)

    def _add_sheet(self, name: str, columns: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(describe(columns)):
            wanted = max(len(column.name) + 2, 2 * len(column.title) + 2)
            sheet.set_column(place, place, min(_WIDEST, max(_NARROWEST, wanted)))
            sheet.write_string(0, place, column.name, self._bold)
        return sheet

    def _write(self, sheet: Any, place: tuple[int, int], column: ColumnSpec, value: object) -> None:
        if value is None or value == []:
            return
        if isinstance(value, bool):
            sheet.write_boolean(*place, value)
            return
        if column.type in (DECIMAL, INTEGER) or isinstance(value, int):
            number = _fitting(value)
            if number is not None:
                sheet.write_number(*place, number, self._plain)
                return
        text = printable(flat_text(value))
        if len(text) > CELL_CHARACTERS:
            text = text[: CELL_CHARACTERS - len(_CUT)] + _CUT
        sheet.write_string(*place, text, self._text)


def _parts(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """Yield the rows a sheet each, at least one sheet."""
    waiting = iter(rows)
    yield islice(waiting, SHEET_ROWS)
    for first in waiting:
        yield chain((first,), islice(waiting, SHEET_ROWS - 1))


def _fitting(value: object) -> float | None:
    """Return a number that Excel shows as it is, None when it has more digits than Excel keeps."""
    found = exact_number(value)
    if found is None or len(found.as_tuple().digits) > _DIGITS or Decimal(repr(float(found))) != found:
        return None
    return float(found)


def write_xlsx(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    """Write rows as a workbook of one table."""
    with WorkbookWriter(stream) as book:
        book.add_table("data", rows, columns)
