"""Write Excel workbooks: one sheet a table, codes as text, numbers as numbers, nothing that Excel would run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from rich.cells import cell_len

from jixiao.exporting.columns import (
    DECIMAL,
    INTEGER,
    MONEY,
    PERCENT,
    TABLE_TITLES,
    ColumnSpec,
    describe,
    exact_number,
    for_people,
)
from jixiao.exporting.rows import Row, flat_text
from jixiao.exporting.text import shown_text

SHEET_ROWS = 1_048_575  # rows of a sheet below its header
CELL_CHARACTERS = 32_767
_DIGITS = 15  # more significant digits Excel does not keep
_NARROWEST, _WIDEST = 8, 48
_MEASURED = 300  # rows of a sheet that say how wide its columns are
_CREATED = datetime(2000, 1, 1)  # no clock: the same data gives the same bytes
_FONT = "Microsoft YaHei"
_CUT = "…（截断）"
_NOTES_HEAD = ("表", "列", "名称", "说明")
NOTES = (
    "由公开的预算绩效文件读出；每一行都有出处（文件、页码、行号、原文）。",
    "空单元格表示文件没有印出。科目代码、区划代码和超过 15 位有效数字的数按文本保存。",
    "超过 32767 个字的单元格在此截断，以“…（截断）”结尾；全文见 JSON 或 CSV。超过 1048575 行的表分成几页。",
)
_FORMATS = {MONEY: "#,##0.00", PERCENT: "0.00"}
_UNITS = {MONEY: "（万元）", PERCENT: "（%）"}
_TEN_THOUSAND = 10_000


class WorkbookWriter:
    """Write sheets one after another; rows go to disk as they come.

    People get Chinese heads, words for codes, 万元, and no identifiers; ``machine`` writes the columns as they are.
    """

    def __init__(self, stream: BinaryIO, *, machine: bool = False) -> None:
        from xlsxwriter import Workbook

        safe = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        self._stream = stream
        # A ZIP half written to a full disk complains again when it is thrown away: it is passed on when it is whole.
        self._whole = TemporaryFile()  # noqa: SIM115 - closed with the writer
        self._book = Workbook(self._whole, {"constant_memory": True, **dict.fromkeys(safe, False)})
        self._book.set_properties({"created": _CREATED, "author": "jixiao"})
        self._machine = machine
        self._bold = self._add_format(bold=True, bg_color="#DDEBF7", border=1)
        self._plain = self._add_format()
        self._text = self._add_format(num_format="@", text_wrap=not machine)
        self._numbers = {kind: self._add_format(num_format=form) for kind, form in _FORMATS.items()}

    def _add_format(self, **properties: Any) -> Any:
        return self._book.add_format({"font_name": _FONT, "valign": "top", **properties})

    def __enter__(self) -> WorkbookWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        # Closing writes the file; what failed half way is thrown away with its temporary file.
        with self._whole:
            if kind is None:
                self._book.close()
                self._whole.seek(0)
                copyfileobj(self._whole, self._stream)

    def add_notes(self, notes: Sequence[str], tables: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Add the sheet 说明 that explains the workbook and every column of the tables in it."""
        sheet = self._book.add_worksheet("说明")
        sheet.set_column(0, 2, 22)
        sheet.set_column(3, 3, 90)
        for line, note in enumerate(notes):
            sheet.write_string(line, 0, shown_text(note), self._plain)
        line = len(notes) + 1
        for place, title in enumerate(_NOTES_HEAD):
            sheet.write_string(line, place, title, self._bold)
        for name, columns in tables:
            for column in self._columns(columns, name):
                line += 1
                about = (self._sheet_name(name), column.name, self._head(column), column.description)
                for place, text in enumerate(about):
                    sheet.write_string(line, place, text, self._plain)

    def _columns(self, names: Sequence[str], table: str) -> list[ColumnSpec]:
        return describe(names, table) if self._machine else for_people(names, table)

    def _sheet_name(self, table: str) -> str:
        return table if self._machine else TABLE_TITLES.get(table, table)

    def _head(self, column: ColumnSpec) -> str:
        if self._machine:
            return column.name
        return column.title + _UNITS.get(column.shown_as, "")

    def add_table(self, name: str, rows: Iterable[Row], columns: Sequence[str]) -> None:
        """Add a table; one with more rows than a sheet holds goes on in further sheets (``name 2`` …)."""
        described = self._columns(columns, name)
        for number, part in enumerate(_parts(rows), 1):
            called = self._sheet_name(name)
            sheet = self._book.add_worksheet(called if number == 1 else f"{called} {number}")
            sheet.freeze_panes(1, 0)
            widths = [cell_len(self._head(column)) + 3 for column in described]
            for place, column in enumerate(described):
                sheet.write_string(0, place, self._head(column), self._bold)
            line = 0
            for line, row in enumerate(part, 1):
                for place, column in enumerate(described):
                    shown = self._write(sheet, (line, place), column, row.get(column.name))
                    if line <= _MEASURED:
                        widths[place] = max(widths[place], cell_len(shown[:_WIDEST]) + 2)
            for place, width in enumerate(widths):
                sheet.set_column(place, place, min(_WIDEST, max(_NARROWEST, width)))
            if described:
                sheet.autofilter(0, 0, line, len(described) - 1)

    def _write(self, sheet: Any, place: tuple[int, int], column: ColumnSpec, value: object) -> str:
        """Write a cell; return what is seen of it."""
        if value is None or value == []:
            return ""
        if not self._machine:
            value = _in_unit(column, column.word(value))
        if isinstance(value, bool):
            sheet.write_boolean(*place, value)
            return str(value)
        if column.type in (DECIMAL, INTEGER) or isinstance(value, int):
            number = _fitting(value)
            if number is not None:
                sheet.write_number(*place, number, self._number_format(column))
                return f"{number:,.2f}"
        text = shown_text(flat_text(value))
        if len(text) > CELL_CHARACTERS:
            text = text[: CELL_CHARACTERS - len(_CUT)] + _CUT
        sheet.write_string(*place, text, self._text)
        return text

    def _number_format(self, column: ColumnSpec) -> Any:
        if self._machine:
            return self._plain
        return self._numbers.get(column.shown_as, self._plain)


def _in_unit(column: ColumnSpec, value: object) -> object:
    """Return a value in the unit of its head for people."""
    yuan = exact_number(value)
    if column.shown_as != MONEY or yuan is None:
        return value
    return yuan / _TEN_THOUSAND


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


def write_xlsx(
    rows: Iterable[Row],
    columns: Sequence[str],
    stream: BinaryIO,
    table: str = "data",
    notes: Sequence[str] = (),
    *,
    machine: bool = False,
) -> None:
    """Write rows as a workbook of one table, and a sheet of notes: ``notes`` and what each column is."""
    with WorkbookWriter(stream, machine=machine) as book:
        book.add_table(table, rows, columns)
        book.add_notes([*notes, *NOTES], [(table, columns)])


write_machine_xlsx = partial(write_xlsx, machine=True)
