"""Read Excel workbooks (xlsx) directly from their XML: saved values in their number formats, merges, borders."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jixiao.documents.archive import Archive
from jixiao.documents.detection import Kind
from jixiao.documents.drafts import clean_text, compose
from jixiao.documents.limits import MAX_SHEET_ROWS
from jixiao.documents.markup import attribute, iterate_part, local_name, parse_part
from jixiao.documents.number_formats import BUILTIN, format_value
from jixiao.documents.sheets import Sheet, address, check_sheet_count, draft_sheets, note_sheets
from jixiao.errors import DocumentError
from jixiao.model import Document

_WORKBOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class _Styles:
    """Hold, for each cell style, its number format and the sides where it draws a border."""

    formats: tuple[str, ...]
    borders: tuple[frozenset[str], ...]
    epoch_1904: bool = False


def read_xlsx(name: str, data: bytes) -> Document:
    """Read a workbook: visible sheets in order, formulas as the value saved with them, macros not at all.

    Raises DocumentError (see ``archive`` and ``markup``; ``no-text`` for an empty workbook, ``too-large``).
    """
    archive = Archive(name, data)
    visible, hidden, epoch = _sheet_parts(archive)
    check_sheet_count(name, len(visible))
    styles = _read_styles(archive, epoch)
    strings = _shared_strings(archive)
    sheets = [_read_sheet(archive, title, part, styles, strings) for title, part in visible]
    blocks = compose(draft_sheets(name, sheets))
    if not blocks:
        raise DocumentError("工作簿里没有内容 (the workbook is empty)", "no-text", name)
    digest = hashlib.sha256(data).hexdigest()
    return Document(name, digest, Kind.XLSX, blocks, note_sheets(sheets, hidden))


def _sheet_parts(archive: Archive) -> tuple[list[tuple[str, str]], list[str], bool]:
    """Return the visible sheets with their parts, the names of hidden ones, and whether days count from 1904."""
    workbook = parse_part(archive, _WORKBOOK)
    relations = "xl/_rels/workbook.xml.rels"
    targets = {}
    for relation in parse_part(archive, relations):
        target = attribute(relation, "Target") or ""
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if (attribute(relation, "Type") or "").endswith("/worksheet"):
            targets[attribute(relation, "Id")] = path
    visible, hidden, epoch = [], [], False
    for element in workbook.iter():
        kind = local_name(element)
        if kind == "workbookPr":
            epoch = element.get("date1904") in ("1", "true")
        elif kind == "sheet":
            part = targets.get(attribute(element, "id"))
            if element.get("state", "visible") != "visible":
                hidden.append(element.get("name", ""))
            elif part is not None:
                visible.append((element.get("name", ""), part))
    return visible, hidden, epoch


def _read_styles(archive: Archive, epoch_1904: bool) -> _Styles:
    if "xl/styles.xml" not in archive:
        return _Styles((), (), epoch_1904)
    custom: dict[int, str] = {}
    borders: list[frozenset[str]] = []
    formats: list[str] = []
    drawn: list[frozenset[str]] = []
    for group in parse_part(archive, "xl/styles.xml"):
        kind = local_name(group)
        for element in group:
            if kind == "numFmts":
                custom[_integer(element.get("numFmtId"))] = element.get("formatCode", "General")
            elif kind == "borders":
                borders.append(frozenset(local_name(side) for side in element if side.get("style")))
            elif kind == "cellXfs":
                number, border = _integer(element.get("numFmtId")), _integer(element.get("borderId"))
                formats.append(custom.get(number) or BUILTIN.get(number, "General"))
                drawn.append(borders[border] if border < len(borders) else frozenset())
    return _Styles(tuple(formats), tuple(drawn), epoch_1904)


def _shared_strings(archive: Archive) -> list[str]:
    part = "xl/sharedStrings.xml"
    if part not in archive:
        return []
    with archive.open(part) as stream:
        return [clean_text("".join(_texts(item))) for item in iterate_part(stream, archive.name, part, "si")]


def _texts(item: Any) -> Iterator[str]:
    """Yield the text of a string item and its runs, without phonetic hints."""
    for child in item:
        kind = local_name(child)
        if kind == "t":
            yield child.text or ""
        elif kind == "r":
            yield from _texts(child)


def _read_sheet(archive: Archive, title: str, part: str, styles: _Styles, strings: list[str]) -> Sheet:
    sheet = Sheet(title)
    next_row = 0
    with archive.open(part) as stream:
        for element in iterate_part(stream, archive.name, part, "row", "mergeCell"):
            if local_name(element) == "mergeCell":
                corners = _REFERENCE.findall(element.get("ref", ""))
                if len(corners) == 2:
                    top, left = _place(*corners[0])
                    bottom, right = _place(*corners[1])
                    sheet.merges.append((top, left, bottom, right))
                continue
            row = _integer(element.get("r")) - 1 if element.get("r") else next_row
            next_row = row + 1
            _read_row(sheet, row, element, styles, strings)
            if element.get("hidden") in ("1", "true") and row in sheet.cells:
                sheet.hidden_rows += 1
            if len(sheet.cells) > MAX_SHEET_ROWS:
                break
    sheet.check(archive.name)
    return sheet


def _read_row(sheet: Sheet, row: int, element: Any, styles: _Styles, strings: list[str]) -> None:
    column = -1
    for cell in element:
        reference = cell.get("r")
        column = _column(reference.rstrip("0123456789")) if reference else column + 1
        style = cell.get("s")
        index = int(style) if style and style.isdigit() else 0
        if index < len(styles.borders) and styles.borders[index]:
            sheet.frame(row, column, styles.borders[index])
        if len(cell):
            text = _cell_text(cell, index, styles, strings)
            if text:
                sheet.put(row, column, text)
            elif text is None:
                sheet.unsaved.append(address(row, column))


def _cell_text(cell: Any, style: int, styles: _Styles, strings: list[str]) -> str | None:
    """Return what a cell prints; None for a formula whose value was not saved."""
    kind = cell.get("t", "n")
    value = formula = None
    for child in cell:
        name = child.tag.rpartition("}")[2]
        if name == "v":
            value = child.text
        elif name == "f":
            formula = child
        elif name == "is":
            return clean_text("".join(_texts(child)))
    if value is None:
        return None if formula is not None and kind != "str" else ""
    if kind == "s":
        index = int(value) if value.isdigit() else -1
        return strings[index] if 0 <= index < len(strings) else ""
    if kind == "n":
        code = styles.formats[style] if style < len(styles.formats) else "General"
        return _print(value, code, styles.epoch_1904)
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return clean_text(value)


@lru_cache(maxsize=65536)
def _print(value: str, code: str, epoch_1904: bool) -> str:
    try:
        return clean_text(format_value(float(value), code, epoch_1904))
    except (ValueError, ArithmeticError):
        return clean_text(value)


def _place(letters: str, number: str) -> tuple[int, int]:
    return int(number) - 1, _column(letters)


@lru_cache(maxsize=20000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters[:3]:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0
