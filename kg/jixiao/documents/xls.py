"""Read old Excel workbooks (xls, BIFF): saved values in their number formats, merges, borders."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from jixiao.documents.archive import damaged, encrypted
from jixiao.documents.detection import Kind
from jixiao.documents.drafts import clean_text, compose
from jixiao.documents.number_formats import format_value
from jixiao.documents.sheets import Sheet, check_sheet_count, draft_sheets, note_sheets
from jixiao.errors import DocumentError
from jixiao.model import Document

_SIDES = ("left", "right", "top", "bottom")


def read_xls(name: str, data: bytes) -> Document:
    """Read an old workbook: visible sheets in order, formulas as the value saved with them, macros not at all.

    Raises DocumentError: ``encrypted``, ``damaged``, ``no-text``, ``too-large``.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        )
        check_sheet_count(name, book.nsheets)
        found = [book.sheet_by_index(index) for index in range(book.nsheets)]
        hidden = [sheet.name for sheet in found if sheet.visibility]
        sheets = [_read_sheet(name, book, sheet) for sheet in found if not sheet.visibility]
    except DocumentError:
        raise
    except xlrd.XLRDError as error:
        raise encrypted(name) if "encrypted" in str(error) else damaged(name, str(error)) from error
    except Exception as error:  # the parser trusts what a broken file says about itself and then stumbles anywhere
        raise damaged(name, f"内部结构有误 ({type(error).__name__})") from error
    blocks = compose(draft_sheets(name, sheets))
    if not blocks:
        raise DocumentError("工作簿里没有内容 (the workbook is empty)", "no-text", name)
    return Document(name, hashlib.sha256(data).hexdigest(), Kind.XLS, blocks, note_sheets(sheets, hidden))


def _read_sheet(name: str, book: Any, source: Any) -> Sheet:
    sheet = Sheet(clean_text(source.name))
    for top, bottom, left, right in source.merged_cells:
        sheet.merges.append((top, left, bottom - 1, right - 1))
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            cell = source.cell(row, column)
            border = book.xf_list[cell.xf_index].border if cell.xf_index is not None else None
            if border is not None:
                styles = (
                    border.left_line_style,
                    border.right_line_style,
                    border.top_line_style,
                    border.bottom_line_style,
                )
                sheet.frame(row, column, {side for side, style in zip(_SIDES, styles, strict=True) if style})
            text = _text(book, cell)
            if text:
                sheet.put(row, column, text)
        info = source.rowinfo_map.get(row)
        if info is not None and info.hidden and row in sheet.cells:
            sheet.hidden_rows += 1
    sheet.check(name)
    return sheet


def _text(book: Any, cell: Any) -> str:
    """Return what a cell prints (types: 1 text, 2 number, 3 date, 4 boolean, 5 error)."""
    if cell.ctype == 1:
        return clean_text(cell.value)
    if cell.ctype in (2, 3):
        known = book.format_map.get(book.xf_list[cell.xf_index].format_key)
        return clean_text(format_value(cell.value, known.format_str if known else "General", bool(book.datemode)))
    if cell.ctype == 4:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == 5:
        import xlrd

        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return ""
