"""Read workbooks in the XML of Excel 2003, which many office systems write and name ``.xls``."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from jixiao.documents.drafts import Content, clean_text
from jixiao.documents.limits import MAX_SHEET_COLUMNS, MAX_SPAN
from jixiao.documents.markup import attribute, children, iterate_part, tag_of, whole_number
from jixiao.documents.number_formats import print_number
from jixiao.documents.sheets import Worksheet, cell_address, check_sheet_count, sheets_content

_NAMED = {
    "Percent": "0.00%",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Short Date": "yyyy/m/d",
    "General Date": "yyyy/m/d",
}
_DAY_ZERO = datetime(1899, 12, 30)
_SECONDS = 86_400


def read_content(data: bytes) -> Content:
    """Read a workbook: visible sheets in order, formulas as the value saved with them.

    Raises DocumentError: ``damaged``, ``external-entity``, ``no-text``, ``too-large``.
    """
    book = _WorkbookReader()
    for element in iterate_part(io.BytesIO(data), "Workbook", "Style", "Column", "Row", "Visible"):
        kind = tag_of(element)
        if kind == "Style":
            book.add_style(element)
        elif kind == "Column":
            book.add_column(element)
        elif kind == "Row":
            book.add_row(element)
        elif element.text != "SheetVisible":
            book.sheet_of(element).visible = False
    sheets = list(book.sheets.values())
    check_sheet_count(len(sheets))
    return sheets_content(sheets)


class _WorkbookReader:
    """Gather the sheets as they come, by their elements, and the formats of the styles."""

    def __init__(self) -> None:
        self.sheets: dict[Any, Worksheet] = {}
        self._next_row: dict[int, int] = {}
        self._next_column: dict[int, int] = {}
        self._formats: dict[str, str] = {}

    def sheet_of(self, element: Any) -> Worksheet:
        """Return the sheet that an element is in."""
        while tag_of(element) != "Worksheet" and element.getparent() is not None:
            element = element.getparent()
        if element not in self.sheets:
            self.sheets[element] = Worksheet(clean_text(attribute(element, "Name") or ""))
        return self.sheets[element]

    def add_style(self, style: Any) -> None:
        """Keep the number format of a style."""
        for element in children(style, "NumberFormat"):
            code = attribute(element, "Format") or "General"
            self._formats[attribute(style, "ID") or ""] = _NAMED.get(code, code)

    def add_column(self, element: Any) -> None:
        """Keep which columns are hidden."""
        sheet = self.sheet_of(element)
        first = whole_number(attribute(element, "Index"), self._next_column.get(id(sheet), 0) + 1) - 1
        end = first + whole_number(attribute(element, "Span")) + 1
        self._next_column[id(sheet)] = end
        if attribute(element, "Hidden") == "1" or attribute(element, "Width") == "0":
            sheet.hidden_columns.update(range(first, min(end, MAX_SHEET_COLUMNS)))

    def add_row(self, element: Any) -> None:
        """Keep the cells of a row."""
        sheet = self.sheet_of(element)
        row = whole_number(attribute(element, "Index"), self._next_row.get(id(sheet), 0) + 1) - 1
        self._next_row[id(sheet)] = row + 1
        column = -1
        for cell in children(element, "Cell"):
            column = whole_number(attribute(cell, "Index"), column + 2) - 1
            across, down = whole_number(attribute(cell, "MergeAcross")), whole_number(attribute(cell, "MergeDown"))
            if across or down:
                sheet.merges[row, column] = row + down, column + min(across, MAX_SPAN)
            style = attribute(cell, "StyleID") or attribute(element, "StyleID") or "Default"
            data = children(cell, "Data")
            if data:
                sheet.put(row, column, _text(data[0], self._formats.get(style, "General")))
            elif attribute(cell, "Formula"):
                sheet.unsaved.append(cell_address(row, column))
            column += across
        sheet.end_row(row, attribute(element, "Hidden") == "1")


def _text(data: Any, code: str) -> str:
    """Return what a cell's data print under a number format."""
    text = "".join(data.itertext())
    kind = attribute(data, "Type")
    if kind == "Boolean":
        return str(text == "1").upper()
    if kind == "DateTime":
        text = _day_number(text)
    if kind in ("Number", "DateTime"):
        return print_number(text, code)
    return clean_text(text)


def _day_number(text: str) -> str:
    """Return a moment as the number of its day; what is none as it stands."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    return repr((moment - _DAY_ZERO).total_seconds() / _SECONDS)
