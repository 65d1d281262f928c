"""Read OpenDocument spreadsheets and texts (OASIS ODF 1.3), packed or as one flat XML file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, clean_text, compose, draft_paragraph
from jixiao.documents.limits import MAX_SHEET_COLUMNS, MAX_SPAN, MAX_TABLE_DEPTH
from jixiao.documents.markup import attribute, children, parse_part, parse_xml, tag_of, whole_number
from jixiao.documents.refusals import encrypted, refuse, unsupported
from jixiao.documents.sheets import Worksheet, cell_address, check_sheet_count, sheets_content
from jixiao.documents.table_builder import TableBuilder
from jixiao.documents.visibility import LeftOut, Unseen
from jixiao.model import Block, Paragraph, Table

_MANIFEST = "META-INF/manifest.xml"
_SIDES = ("left", "right", "top", "bottom")
_GROUPS = {"table-header-rows", "table-rows", "table-row-group", "table-header-columns", "table-columns"}
_GROUPS |= {"table-column-group"}
_WRAPPERS = {"list", "list-item", "list-header", "section", "index-body", "table-of-content"}
_UNPRINTED = {"annotation", "tracked-changes", "note", "ruby-text", "hidden-text", "hidden-paragraph", "bookmark"}
_REPEATED_ROWS = 1000


@dataclass(slots=True)
class _OdfStyle:
    """Hold what a style says of a cell's borders, and whether what it stands on is seen."""

    sides: set[str] = field(default_factory=set)
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
    reader = _OdfReader(root)
    for body in children(root, "body"):
        for content in body:
            kind = tag_of(content)
            if kind == "spreadsheet":
                return reader.read_sheets(content)
            if kind == "text":
                return reader.read_text(content)
    raise unsupported("这种 OpenDocument 文件", "请另存为 PDF", "such OpenDocument; save it as PDF")


class _OdfReader:
    """Read the body of a document by its styles."""

    def __init__(self, root: Any) -> None:
        self._styles = dict(_read_styles(root))
        self._left_out = LeftOut()
        self._numbers = {table: number for number, table in enumerate(root.iter("{*}table"), start=1)}

    def _style(self, element: Any) -> _OdfStyle:
        return self._styles.get(attribute(element, "style-name") or "") or _OdfStyle()

    # spreadsheets

    def read_sheets(self, body: Any) -> Content:
        """Return what the sheets of a workbook print."""
        tables = children(body, "table")
        check_sheet_count(len(tables))
        content = sheets_content([self._sheet(table) for table in tables])
        return Content(content.blocks, (*content.notes, *self._left_out.notes()))

    def _sheet(self, table: Any) -> Worksheet:
        sheet = Worksheet(clean_text(attribute(table, "name") or ""))
        if self._style(table).hidden:
            sheet.visible = False
            return sheet
        column = 0
        for element in _inside(table, "table-column"):
            end = column + _repeats(element, "columns")
            if _is_collapsed(element):
                sheet.hidden_columns.update(range(column, min(end, MAX_SHEET_COLUMNS)))
            column = end
        row = 0
        for element in _inside(table, "table-row"):
            repeats = _repeats(element, "rows")
            for index in range(row, row + min(repeats, _REPEATED_ROWS)):
                if not self._add_row(sheet, index, element):
                    break
                sheet.end_row(index, _is_collapsed(element))
            row += repeats
        return sheet

    def _add_row(self, sheet: Worksheet, row: int, element: Any) -> bool:
        """Keep the cells of a row; tell whether there are any that are filled or have borders."""
        column = 0
        kept = False
        for cell in element:
            repeats = _repeats(cell, "columns")
            text = ""
            if tag_of(cell) == "table-cell":
                text = "\n".join(draft.text for draft in self._flow(cell, "", 0) if isinstance(draft, Paragraph))
                self._merge(sheet, row, column, cell)
                if not text and attribute(cell, "formula") and attribute(cell, "value-type") is None:
                    sheet.unsaved.append(cell_address(row, column))
            sides = self._style(cell).sides
            if text or sides:
                kept = True
                for place in range(column, min(column + repeats, MAX_SHEET_COLUMNS + 1)):
                    sheet.frame(row, place, sides)
                    sheet.put(row, place, text)
            column += repeats
        return kept

    def _merge(self, sheet: Worksheet, row: int, column: int, cell: Any) -> None:
        rows, columns = _spanned(cell, "rows"), _spanned(cell, "columns")
        if rows > 1 or columns > 1:
            sheet.merges[row, column] = row + rows - 1, column + columns - 1

    # texts

    def read_text(self, body: Any) -> Content:
        """Return what a text document prints."""
        blocks = compose(self._flow(body, "", 0))
        if not blocks:
            raise refuse("no-text", "文档里没有文字", "the document holds no text")
        return Content(blocks, tuple(self._left_out.notes()))

    def _flow(self, parent: Any, where: str, depth: int) -> Iterator[Block]:
        """Yield the paragraphs and tables of a body or a cell in order."""
        for element in parent:
            kind = tag_of(element)
            if kind in ("p", "h"):
                boxes: list[Any] = []
                text = clean_text(self._text(element, boxes))
                if text or depth:
                    yield draft_paragraph(text, where)
                for box in boxes:
                    yield from self._flow(box, where, depth)
            elif kind == "table" and depth < MAX_TABLE_DEPTH:
                yield self._table(element, depth)
            elif kind in _WRAPPERS:
                yield from self._flow(element, where, depth)

    def _table(self, table: Any, depth: int) -> Table:
        where = f"table{self._numbers[table]}"
        builder = TableBuilder(where)
        for number, element in enumerate(_inside(table, "table-row"), start=1):
            if _is_collapsed(element):
                self._left_out.add(Unseen.ROW)
                continue
            builder.begin_row(number)
            for cell in children(element, "table-cell"):
                content = tuple(self._flow(cell, where, depth + 1))
                builder.add(content, _spanned(cell, "columns"), _spanned(cell, "rows"))
                builder.skip(_repeats(cell, "columns") - 1)
        return builder.table()

    def _text(self, element: Any, boxes: list[Any]) -> str:
        """Return the printed text of a paragraph; the text boxes in it are collected apart."""
        style = self._style(element)
        if style.hidden or style.struck:
            printed = bool("".join(element.itertext()).strip())
            self._left_out.add(Unseen.TEXT if style.hidden else Unseen.STRUCK, count=printed)
            return ""
        text = element.text or ""
        for child in element:
            text += self._inner_text(child, boxes) + (child.tail or "")
        return text

    def _inner_text(self, element: Any, boxes: list[Any]) -> str:
        kind = tag_of(element)
        if kind == "tab":
            return "\t"
        if kind == "line-break":
            return "\n"
        if kind == "s":
            return " " * min(whole_number(attribute(element, "c"), 1), MAX_SPAN)
        if kind == "text-box":
            boxes.append(element)
            return ""
        if not kind or kind in _UNPRINTED:
            return ""
        return self._text(element, boxes)


def _read_styles(root: Any) -> Iterator[tuple[str, _OdfStyle]]:
    """Yield the styles by their names; what one inherits is not looked up."""
    for element in root.iter("{*}style"):
        style = _OdfStyle()
        for properties in element:
            border = attribute(properties, "border")
            for side in _SIDES:
                if (attribute(properties, f"border-{side}") or border or "none") != "none":
                    style.sides.add(side)
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
