"""Read Excel workbooks (xlsx) directly from their XML: saved values in their number formats, merges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, clean_text
from jixiao.documents.formulas import constant_text
from jixiao.documents.limits import MAX_SHEET_COLUMNS
from jixiao.documents.markup import attribute, iterate_part, parse_part, tag_of, whole_number
from jixiao.documents.number_formats import BUILTIN, print_number
from jixiao.documents.packages import find_part, relations_of
from jixiao.documents.pictures import share_of_page
from jixiao.documents.sheets import Worksheet, cell_address, check_sheet_count, sheets_content
from jixiao.documents.visibility import Unseen

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_TRUE = ("1", "true")


_Item = TypeVar("_Item")


def read_content(data: bytes) -> Content:
    """Read a workbook: visible sheets in order, formulas as the value saved with them, macros not at all.

    Raises DocumentError (see ``archive`` and ``markup``; ``no-text`` for an empty workbook, ``too-large``).
    """
    reader = _SheetReader(ZipContainer(data))
    sheets = reader.sheets()
    check_sheet_count(len(sheets))
    return sheets_content([reader.read(sheet, part) for sheet, part in sheets])


class _CellStyle(NamedTuple):
    """Hold the number format of a cell, and whether its text is struck out."""

    code: str = "General"
    struck: bool = False


_PLAIN = _CellStyle()


class _SheetReader:
    """Read the sheets of a workbook, with the strings and styles they share."""

    def __init__(self, container: ZipContainer) -> None:
        self._container = container
        self._epoch_1904 = False
        self._workbook = find_part(container, "officeDocument", "xl/workbook.xml")
        self._styles = _read_styles(container, self._part("styles", "xl/styles.xml"))
        self._struck: set[int] = set()
        self._strings = list(self._shared_strings(self._part("sharedStrings", "xl/sharedStrings.xml")))

    def _part(self, kind: str, default: str) -> str:
        return find_part(self._container, kind, default, self._workbook)

    def _shared_strings(self, part: str) -> Iterator[str]:
        """Yield the strings that cells name by number, and keep which have struck-out parts."""
        if part not in self._container:
            return
        with self._container.open(part) as stream:
            for number, item in enumerate(iterate_part(stream, part, "si")):
                if any(map(_is_struck, item.iter("{*}rPr"))):
                    self._struck.add(number)
                yield _rich_text(item)

    def sheets(self) -> list[tuple[Worksheet, str]]:
        """Return the sheets, nothing in them yet, with their parts."""
        relations = relations_of(self._container, self._workbook)
        parts = {relation.identifier: relation.part for relation in relations if relation.kind == "worksheet"}
        found = []
        for element in parse_part(self._container, self._workbook).iter():
            kind = tag_of(element)
            if kind == "workbookPr":
                self._epoch_1904 = element.get("date1904") in _TRUE
            elif kind == "sheet":
                visible = element.get("state", "visible") == "visible"
                part = parts.get(attribute(element, "id") or "", "")
                if part or not visible:
                    found.append((Worksheet(element.get("name", ""), visible), part))
        return found

    def read(self, sheet: Worksheet, part: str) -> Worksheet:
        """Fill a sheet from its part, if it is visible."""
        if not sheet.visible:
            return sheet
        for relation in relations_of(self._container, part):
            if relation.kind == "drawing":
                _add_drawing(sheet, parse_part(self._container, relation.part))
        next_row = 0
        with self._container.open(part) as stream:
            for element in iterate_part(stream, part, "row", "mergeCell", "col"):
                kind = tag_of(element)
                if kind == "mergeCell":
                    _add_merge(sheet, element.get("ref", ""))
                elif kind == "col":
                    first, last = whole_number(element.get("min"), 1), whole_number(element.get("max"), 1)
                    if _is_hidden(element, "width"):
                        sheet.hidden_columns.update(range(first - 1, min(last, MAX_SHEET_COLUMNS)))
                else:
                    row = whole_number(element.get("r"), next_row + 1) - 1
                    next_row = row + 1
                    self._read_cells(sheet, row, element)
                    sheet.end_row(row, _is_hidden(element, "ht"))
        return sheet

    def _read_cells(self, sheet: Worksheet, row: int, element: Any) -> None:
        column = -1
        for cell in element:
            column += 1
            reference = cell.get("r")
            if reference:
                column = _column(reference.rstrip("0123456789"))
            style = _pick(self._styles, cell.get("s"), _PLAIN)
            if len(cell):
                text = self._text(cell, style.code)
                if text is None:
                    sheet.unsaved.append(f"{cell_address(row, column)} ={cell.findtext('{*}f')}")
                elif text and style.struck:
                    sheet.unseen[Unseen.STRUCK] += 1
                else:
                    sheet.put(row, column, text)
                if cell.get("t") == "s" and whole_number(cell.findtext("{*}v"), -1) in self._struck:
                    sheet.unseen[Unseen.STRUCK] += 1

    def _text(self, cell: Any, code: str) -> str | None:
        """Return what a cell prints; None for a formula whose value is not known."""
        kind = cell.get("t", "n")
        value = formula = None
        for child in cell:
            name = child.tag[-2:]
            if name == "}v":
                value = child.text
            elif name == "}f":
                formula = child
            elif name == "is":
                return _rich_text(child)
        if value is None and formula is not None and kind != "str":
            return constant_text(formula.text or "", code)
        if value is None:
            return ""
        if kind == "n":
            return print_number(value, code, self._epoch_1904)
        if kind == "s":
            return _pick(self._strings, value, "")
        if kind == "b":
            return str(value == "1").upper()
        return clean_text(value)


def _pick(items: Sequence[_Item], index: str | None, default: _Item) -> _Item:
    """Return the item that an attribute numbers."""
    number = whole_number(index)
    if number < len(items):
        return items[number]
    return default


def _read_styles(container: ZipContainer, part: str) -> list[_CellStyle]:
    """Return the styles that cells name by number."""
    if part not in container:
        return []
    groups = {tag_of(group): list(group) for group in parse_part(container, part)}
    codes = dict(BUILTIN)
    for element in groups.get("numFmts", ()):
        codes[whole_number(element.get("numFmtId"))] = element.get("formatCode", "General")
    struck = [_is_struck(element) for element in groups.get("fonts", ())]
    styles = []
    for element in groups.get("cellXfs", ()):
        code = codes.get(whole_number(element.get("numFmtId"))) or "General"
        styles.append(_CellStyle(code, _pick(struck, element.get("fontId"), False)))
    return styles


def _rich_text(item: Any) -> str:
    """Return the text of a string item."""
    return clean_text("".join(_runs(item)))


def _runs(item: Any) -> Iterator[str]:
    """Yield the text of a string item and of its runs, without phonetic hints and what is struck out."""
    for child in item:
        kind = tag_of(child)
        if kind == "t":
            yield child.text or ""
        elif kind == "r" and not any(map(_is_struck, child.iterchildren("{*}rPr"))):
            yield from _runs(child)


def _is_struck(font: Any) -> bool:
    strike = font.find("{*}strike")
    return strike is not None and strike.get("val", "1") in _TRUE


def _is_hidden(element: Any, size: str) -> bool:
    """Tell a row or column that is hidden, or has no size."""
    return element.get("hidden") in _TRUE or element.get(size) in ("0", "0.0")


def _add_merge(sheet: Worksheet, reference: str) -> None:
    corners = [(int(number) - 1, _column(letters)) for letters, number in _REFERENCE.findall(reference)]
    if len(corners) == 2:
        sheet.merges[corners[0]] = corners[1]


def _add_drawing(sheet: Worksheet, root: Any) -> None:
    """Keep the texts of the shapes that lie on a sheet, and which share of a page its pictures take."""
    for anchor in root:
        row = whole_number(anchor.findtext("{*}from/{*}row"))
        for body in anchor.iter("{*}txBody"):
            lines = ("".join(each.text or "" for each in line.iter("{*}t")) for line in body.iter("{*}p"))
            sheet.boxes += [(row, text) for line in lines if (text := clean_text(line))]
        if next(anchor.iter("{*}pic"), None) is not None:
            sizes = (each for each in anchor.iter("{*}ext") if each.get("cx"))  # of the anchor, or of the picture in it
            sheet.pictures += [_share(each) for each in list(sizes)[:1]]


def _share(extent: Any) -> float:
    return share_of_page(whole_number(extent.get("cx")), whole_number(extent.get("cy")))


@lru_cache(maxsize=20000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters[:3]:
        column = column * 26 + ord(letter) - 64
    return column - 1
