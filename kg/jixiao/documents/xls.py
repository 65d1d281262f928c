"""Read old Excel workbooks (xls, BIFF): saved values in their number formats, merges."""

from __future__ import annotations

import io
from typing import Any

import xlrd

from jixiao.documents.drafts import Content, clean_text
from jixiao.documents.encodings import is_garbled, likely_encoding
from jixiao.documents.number_formats import print_number
from jixiao.documents.refusals import damaged, encrypted
from jixiao.documents.sheets import Worksheet, check_sheet_count, sheets_content
from jixiao.documents.visibility import Unseen
from jixiao.errors import DocumentError

_UNICODE_VERSION = 80
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = range(1, 6)


def read_content(data: bytes) -> Content:
    """Read an old workbook: visible sheets in order, formulas as the value saved with them, macros not at all.

    Raises DocumentError: ``encrypted``, ``damaged``, ``no-text``, ``too-large``.
    """
    try:
        sheets = _read_sheets(data)
    except DocumentError:
        raise
    except xlrd.XLRDError as error:
        raise encrypted() if "encrypted" in str(error) else damaged(str(error)) from error
    except Exception as error:  # the parser trusts what a broken file says about itself and then stumbles anywhere
        raise damaged(f"内部结构有误 ({type(error).__name__})") from error
    return sheets_content(sheets)


def _read_sheets(data: bytes, encoding: str | None = None) -> list[Worksheet]:
    """Return the sheets; texts of the old versions, whose encoding may be missing or wrong, in the likely one."""
    book = xlrd.open_workbook(
        file_contents=data,
        formatting_info=True,
        ragged_rows=True,
        on_demand=True,
        logfile=io.StringIO(),
        encoding_override=encoding,
    )
    check_sheet_count(book.nsheets)
    sheets = [_read_sheet(book, book.sheet_by_index(index)) for index in range(book.nsheets)]
    if encoding or book.biff_version >= _UNICODE_VERSION:
        return sheets
    text = "".join(cell for sheet in sheets for cells in sheet.cells.values() for cell in cells)
    if is_garbled(text):
        return _read_sheets(data, likely_encoding(text.encode(book.encoding, "ignore")))
    return sheets


def _read_sheet(book: Any, source: Any) -> Worksheet:
    if source.visibility:
        return Worksheet(source.name, visible=False)
    sheet = Worksheet(clean_text(source.name))
    for top, bottom, left, right in source.merged_cells:
        sheet.merges[top, left] = bottom - 1, right - 1
    sheet.hidden_columns.update(column for column, info in source.colinfo_map.items() if info.hidden or not info.width)
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            cell = source.cell(row, column)
            text = _text(book, cell)
            if cell.xf_index is not None:
                form = book.xf_list[cell.xf_index]
                if text and book.font_list[form.font_index].struck_out:
                    sheet.unseen[Unseen.STRUCK] += 1
                    continue
            sheet.put(row, column, text)
        info = source.rowinfo_map.get(row)
        sheet.end_row(row, info is not None and bool(info.hidden))
    return sheet


def _text(book: Any, cell: Any) -> str:
    """Return what a cell prints."""
    if cell.ctype == _TEXT:
        return clean_text(cell.value)
    if cell.ctype in (_NUMBER, _DATE):
        known = book.format_map.get(book.xf_list[cell.xf_index].format_key)
        return print_number(cell.value, known.format_str if known else "General", bool(book.datemode))
    if cell.ctype == _BOOLEAN:
        return str(bool(cell.value)).upper()
    if cell.ctype == _ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return ""
