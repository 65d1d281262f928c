"""Read OpenDocument spreadsheets and texts (OASIS ODF 1.3), packed or as one flat XML file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, clean_text, compose
from jixiao.documents.html import WebReader
from jixiao.documents.limits import MAX_SHEET_COLUMNS, MAX_SPAN
from jixiao.documents.markup import attribute, children, parse_part, parse_xml, tag_of, whole_number
from jixiao.documents.refusals import encrypted, refuse, unsupported
from jixiao.documents.sheets import Worksheet, cell_address, check_sheet_count, sheets_content
from jixiao.documents.visibility import LeftOut
from jixiao.model import Paragraph

_MANIFEST = "META-INF/manifest.xml"
_GROUPS = {"table-header-rows", "table-rows", "table-row-group", "table-header-columns", "table-columns"}
_GROUPS |= {"table-column-group"}
_TAGS = {
    "table-row": "tr", "table-cell": "td", "line-break": "br", "h": "p", "list": "div", "list-item": "div",
    "list-header": "div", "text-box": "div", "s": "span",
}  # fmt: skip
_UNPRINTED = {"annotation", "tracked-changes", "note", "ruby-text", "hidden-text", "hidden-paragraph", "bookmark"}
_UNPRINTED |= {"covered-table-cell", "forms"}
_REPEATED_ROWS = 1000


@dataclass(slots=True)
class _OdfStyle:
    """Hold whether what a style stands on is seen."""

    hidden: bool = False
    struck: bool = False


def read_content(data: bytes) -> Content:
    """Read a spreadsheet or a text document: visible sheets, rows and columns, cells as they are printed.

    Raises DocumentError (see ``archive`` and ``markup``; ``encrypted``, ``no-text``, ``too-large``, ``unsupported``).
    """
    if data.startswith(b"PK"):
        container = ZipContainer(data)
        if _MANIFEST in container and b"encryption-data" in container.read(_MANIFEST):
            raise encrypted()
        root = parse_part(container, "content.xml")
    else:
        root = parse_xml(io.BytesIO(data), "document")
    for body in children(root, "body"):
        for content in body:
            kind = tag_of(content)
            if kind in ("spreadsheet", "text"):
                reader = _OdfReader(root, content)
                return reader.read_sheets() if kind == "spreadsheet" else reader.read_text()
    raise unsupported("这种 OpenDocument 文件", "请另存为 PDF", "such OpenDocument; save it as PDF")


class _OdfReader:
    """Read the body of a document, made a web page in its place: its elements are those of HTML by other names."""

    def __init__(self, root: Any, body: Any) -> None:
        self._styles = dict(_read_styles(root))
        self._left_out = LeftOut()
        self._body = body
        for element in body.iter("*"):
            self._rename(element)
        self._page = WebReader(body, self._left_out)

    def _rename(self, element: Any) -> None:
        kind, style = tag_of(element), self._style(element)
        element.tag = _TAGS.get(kind, kind)
        if kind in _UNPRINTED:
            element.tag = "script"
        elif style.struck:
            element.tag = "del"
        if style.hidden or _is_collapsed(element):
            element.set("hidden", "")
        if kind in ("tab", "s"):
            element.text = " "
        if kind == "table-cell":
            element.set("colspan", str(max(_spanned(element, "columns"), _repeats(element, "columns"))))
            element.set("rowspan", str(_spanned(element, "rows")))

    def _style(self, element: Any) -> _OdfStyle:
        return self._styles.get(attribute(element, "style-name") or "") or _OdfStyle()

    def read_text(self) -> Content:
        """Return what a text document prints."""
        blocks = compose(self._page.flow(self._body, "", 0))
        if not blocks:
            raise refuse("no-text", "文档里没有文字", "the document holds no text")
        return Content(blocks, tuple(self._left_out.notes()))

    def read_sheets(self) -> Content:
        """Return what the sheets of a workbook print."""
        tables = children(self._body, "table")
        check_sheet_count(len(tables))
        content = sheets_content([self._sheet(table) for table in tables])
        return Content(content.blocks, (*content.notes, *self._left_out.notes()))

    def _sheet(self, table: Any) -> Worksheet:
        sheet = Worksheet(clean_text(attribute(table, "name") or ""))
        if "hidden" in table.attrib:
            sheet.visible = False
            return sheet
        column = 0
        for element in _inside(table, "table-column"):
            end = column + _repeats(element, "columns")
            if _is_collapsed(element):
                sheet.hidden_columns.update(range(column, min(end, MAX_SHEET_COLUMNS)))
            column = end
        row = 0
        for element in _inside(table, "tr"):
            repeats = _repeats(element, "rows")
            for index in range(row, row + min(repeats, _REPEATED_ROWS)):
                if not self._add_row(sheet, index, element):
                    break
                sheet.end_row(index, _is_collapsed(element))
            row += repeats
        return sheet

    def _add_row(self, sheet: Worksheet, row: int, element: Any) -> bool:
        """Keep the cells of a row; tell whether there are any that are filled."""
        column = 0
        kept = False
        for cell in element:
            repeats = _repeats(cell, "columns")
            text = ""
            if cell.tag == "td":
                text = "\n".join(draft.text for draft in self._page.flow(cell, "", 1) if isinstance(draft, Paragraph))
                self._merge(sheet, row, column, cell)
                if not text and attribute(cell, "formula") and attribute(cell, "value-type") is None:
                    sheet.unsaved.append(cell_address(row, column))
            if text:
                kept = True
                for place in range(column, min(column + repeats, MAX_SHEET_COLUMNS + 1)):
                    sheet.put(row, place, text)
            column += repeats
        return kept

    def _merge(self, sheet: Worksheet, row: int, column: int, cell: Any) -> None:
        rows, columns = _spanned(cell, "rows"), _spanned(cell, "columns")
        if rows > 1 or columns > 1:
            sheet.merges[row, column] = row + rows - 1, column + columns - 1


def _read_styles(root: Any) -> Iterator[tuple[str, _OdfStyle]]:
    """Yield the styles by their names; what one inherits is not looked up."""
    for element in root.iter("{*}style"):
        style = _OdfStyle()
        for properties in element:
            style.hidden |= attribute(properties, "display") in ("none", "false")
            for name in ("style", "type"):
                style.struck |= (attribute(properties, f"text-line-through-{name}") or "none") != "none"
        yield attribute(element, "name") or "", style


def _inside(parent: Any, kind: str) -> Iterator[Any]:
    """Yield the rows or columns of a table, through the groups around them."""
    for child in parent:
        name = tag_of(child)
        if name == kind:
            yield child
        elif name in _GROUPS:
            yield from _inside(child, kind)


def _repeats(element: Any, what: str) -> int:
    return max(1, whole_number(attribute(element, f"number-{what}-repeated"), 1))


def _spanned(cell: Any, what: str) -> int:
    return min(max(1, whole_number(attribute(cell, f"number-{what}-spanned"), 1)), MAX_SPAN)


def _is_collapsed(element: Any) -> bool:
    return attribute(element, "visibility") in ("collapse", "filter")
