"""Read workbooks in the XML of Excel 2003, which many office systems write and name ``.xls``."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jixiao.documents.detection import Kind
from jixiao.documents.drafts import clean_text, compose
from jixiao.documents.limits import MAX_SHEET_ROWS, MAX_SPAN
from jixiao.documents.markup import attribute, iterate_part, local_name
from jixiao.documents.number_formats import format_value
from jixiao.documents.sheets import Sheet, address, check_sheet_count, draft_sheets, note_sheets
from jixiao.errors import DocumentError
from jixiao.model import Document

_NAMED = {
    "Percent": "0.00%",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Short Date": "yyyy/m/d",
    "General Date": "yyyy/m/d",
}
_DAY_ZERO = datetime(1899, 12, 30)
_SECONDS = 86_400


@dataclass(slots=True)
class _Workbook:
    """Hold the sheets as they come, by their elements, and the formats and borders of the styles."""

    sheets: dict[Any, Sheet] = field(default_factory=dict)
    hidden: set[Any] = field(default_factory=set)
    formats: dict[str, str] = field(default_factory=dict)
    borders: dict[str, set[str]] = field(default_factory=dict)
    next_row: dict[Any, int] = field(default_factory=dict)


def read_spreadsheetml(name: str, data: bytes) -> Document:
    """Read a workbook: visible sheets in order, formulas as the value saved with them.

    Raises DocumentError: ``damaged``, ``external-entity``, ``no-text``, ``too-large``.
    """
    book = _Workbook()
    for element in iterate_part(io.BytesIO(data), name, "Workbook", "Style", "Row", "Visible"):
        kind = local_name(element)
        if kind == "Style":
            _read_style(book, element)
        elif kind == "Visible":
            if element.text != "SheetVisible":
                book.hidden.add(_worksheet(element))
        else:
            _read_row(name, book, element)
    check_sheet_count(name, len(book.sheets))
    visible = [sheet for element, sheet in book.sheets.items() if element not in book.hidden]
    for sheet in visible:
        sheet.check(name)
    blocks = compose(draft_sheets(name, visible))
    if not blocks:
        raise DocumentError("工作簿里没有内容 (the workbook is empty)", "no-text", name)
    hidden = [sheet.name for element, sheet in book.sheets.items() if element in book.hidden]
    return Document(name, hashlib.sha256(data).hexdigest(), Kind.XML_SHEET, blocks, note_sheets(visible, hidden))


def _worksheet(element: Any) -> Any:
    while local_name(element) != "Worksheet" and element.getparent() is not None:
        element = element.getparent()
    return element


def _read_style(book: _Workbook, style: Any) -> None:
    identifier = attribute(style, "ID") or ""
    sides = set()
    for element in style.iter():
        if local_name(element) == "NumberFormat":
            code = attribute(element, "Format") or "General"
            book.formats[identifier] = _NAMED.get(code, code)
        elif local_name(element) == "Border" and (attribute(element, "LineStyle") or "None") != "None":
            sides.add((attribute(element, "Position") or "").casefold())
    book.borders[identifier] = sides


def _read_row(name: str, book: _Workbook, element: Any) -> None:
    worksheet = _worksheet(element)
    sheet = book.sheets.get(worksheet)
    if sheet is None:
        sheet = book.sheets[worksheet] = Sheet(clean_text(attribute(worksheet, "Name") or ""))
    row = _number(element, "Index", book.next_row.get(worksheet, 0) + 1) - 1
    book.next_row[worksheet] = row + 1
    column = -1
    for cell in element:
        if local_name(cell) != "Cell":
            continue
        column = _number(cell, "Index", column + 2) - 1
        across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
        if across or down:
            sheet.merges.append((row, column, row + down, column + min(across, MAX_SPAN)))
        style = attribute(cell, "StyleID") or attribute(element, "StyleID") or "Default"
        sheet.frame(row, column, book.borders.get(style, ()))
        _put(sheet, row, column, cell, book.formats.get(style, "General"))
        column += across
    if attribute(element, "Hidden") == "1" and row in sheet.cells:
        sheet.hidden_rows += 1
    if len(sheet.cells) > MAX_SHEET_ROWS:
        sheet.check(name)


def _put(sheet: Sheet, row: int, column: int, cell: Any, code: str) -> None:
    data = next((child for child in cell if local_name(child) == "Data"), None)
    if data is None:
        if attribute(cell, "Formula"):
            sheet.unsaved.append(address(row, column))
        return
    text = "".join(data.itertext())
    kind = attribute(data, "Type")
    if kind == "Boolean":
        text = "TRUE" if text == "1" else "FALSE"
    elif kind in ("Number", "DateTime"):
        text = _print(text, kind, code)
    if text := clean_text(text):
        sheet.put(row, column, text)


def _print(text: str, kind: str, code: str) -> str:
    """Return what a number or date prints; what is neither prints as it stands."""
    try:
        number = (
            float(text) if kind == "Number" else (datetime.fromisoformat(text) - _DAY_ZERO).total_seconds() / _SECONDS
        )
        return format_value(number, code)
    except (ValueError, ArithmeticError, TypeError):
        return text


def _number(element: Any, name: str, default: int) -> int:
    text = attribute(element, name)
    return int(text) if text and text.isdigit() and len(text) < 8 else default
