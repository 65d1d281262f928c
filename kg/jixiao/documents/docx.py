"""Read Word documents (docx): paragraphs and tables in body order, merged and nested cells, text boxes."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from typing import Any, NamedTuple

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, Draft, DraftCell, DraftParagraph, DraftRow, DraftTable, clean_text, compose
from jixiao.documents.limits import MAX_SPAN, MAX_TABLE_DEPTH
from jixiao.documents.markup import attribute, children, parse_part, tag_of, whole_number
from jixiao.documents.numbering import Numbering
from jixiao.documents.refusals import refuse
from jixiao.documents.unruled import Corner, join_unruled
from jixiao.errors import DocumentError

_DEFAULT_PART = "word/document.xml"
_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice"}
_UNPRINTED = {"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "Fallback"}
_PRINTED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOL_FONT = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0D7": "·"}
_WINGDINGS = {"F0A3": "□", "F0A8": "□", "F06F": "□", "F052": "☑", "F0FE": "☑", "F0FC": "√"}


def read_content(data: bytes) -> Content:
    """Read a Word document.

    Tracked deletions and hidden text are left out, tracked insertions kept; automatic numbers (一、 1.) are printed
    as Word prints them. Macros, fields and links are never followed. Raises DocumentError (see ``archive`` and
    ``markup``; ``no-text`` where the document holds only pictures).
    """
    container = ZipContainer(data)
    part = _main_part(container)
    folder = posixpath.dirname(part)
    root = parse_part(container, part)
    numbering = _optional_part(container, f"{folder}/numbering.xml")
    styles = _optional_part(container, f"{folder}/styles.xml")
    reader = _WordReader(Numbering.read(numbering, styles))
    blocks = compose(draft for body in children(root, "body")[:1] for draft in reader.flow(body, "", 0))
    if not blocks:
        raise _without_text(container)
    return Content(blocks)


def _main_part(container: ZipContainer) -> str:
    """Return the path of the document part: word/document.xml, or what the package relations say."""
    if _DEFAULT_PART not in container and "_rels/.rels" in container:
        for relation in parse_part(container, "_rels/.rels"):
            if (attribute(relation, "Type") or "").endswith("/officeDocument"):
                return posixpath.normpath((attribute(relation, "Target") or "").lstrip("/"))
    return _DEFAULT_PART


def _optional_part(container: ZipContainer, part: str) -> Any:
    """Return the root of a part, nothing where the container has none."""
    if part not in container:
        return ()
    return parse_part(container, part)


def _without_text(container: ZipContainer) -> DocumentError:
    pictures = sum(part.startswith("word/media/") for part in container.members)
    if not pictures:
        return refuse("no-text", "文档里没有文字", "the document holds no text")
    message = f"文档里没有文字，只有 {pictures} 张图片；请先做文字识别 (OCR)"
    return refuse("no-text", message, "only pictures, no text; run OCR first")


class _WordReader:
    """Walk a document body; keeps the counts of tables and of automatic numbers."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._tables = 0

    def flow(self, parent: Any, where: str, depth: int) -> Iterator[Draft]:
        """Yield the paragraphs and tables of a body or a cell in order."""
        for element in parent:
            kind = tag_of(element)
            if kind == "p":
                yield from self._paragraph(element, where, depth)
            elif kind == "tbl":
                self._tables += 1
                if depth < MAX_TABLE_DEPTH:
                    yield self._table(element, f"table{self._tables}", depth)
                else:
                    yield DraftParagraph(_text(element, []), where)
            elif kind in _WRAPPERS:
                yield from self.flow(element, where, depth)

    def _paragraph(self, element: Any, where: str, depth: int) -> Iterator[Draft]:
        boxes: list[Any] = []
        text = _text(element, boxes)
        number = self._numbering.advance(_properties(element, "pPr"))
        if text or (depth and number):
            yield DraftParagraph((number + text).strip(), where)
        for box in boxes:
            yield from self.flow(box, where, depth)

    def _table(self, element: Any, where: str, depth: int) -> DraftTable:
        grid = _WordGrid()
        for number, row in enumerate(_inside(element, "tr"), start=1):
            properties = _properties(row, "trPr")
            if "del" in properties:
                continue
            grid.begin_row(_number_of(properties.get("gridBefore"), 0))
            for index, cell in enumerate(_inside(row, "tc"), start=1):
                layout = _layout(cell)
                if not grid.merge(layout):
                    place = f"{where}/tr{number}/tc{index}"
                    grid.add(layout, tuple(self.flow(cell, place, depth + 1)), place)
                grid.column += layout.span
        return grid.table(where)


class _CellLayout(NamedTuple):
    """Hold what a Word cell states about its place: grid columns, merges, sides without a border.

    ``vertical`` is ``restart``, ``continue`` or '', ``swallowed`` that the cell on the left takes this one in
    (``hMerge`` of old files).
    """

    span: int
    vertical: str
    swallowed: bool
    unruled: set[str]


def _layout(cell: Any) -> _CellLayout:
    properties = _properties(cell, "tcPr")
    unruled = {tag_of(side) for side in properties.get("tcBorders", ()) if attribute(side, "val") in ("nil", "none")}
    span = max(1, _number_of(properties.get("gridSpan"), 1))
    vertical, sideways = _merge_of(properties.get("vMerge")), _merge_of(properties.get("hMerge"))
    return _CellLayout(span, vertical, sideways == "continue", unruled)


def _merge_of(element: Any) -> str:
    if element is None:
        return ""
    return attribute(element, "val") or "continue"


class _WordGrid:
    """Gather the cells of a Word table, where each cell states whether it goes on with the one above."""

    def __init__(self) -> None:
        self.column = 0
        self._rows: list[list[DraftCell]] = []
        self._above: dict[int, Corner] = {}
        self._merges: dict[int, Corner] = {}
        self._open_above: set[Corner] = set()
        self._open_below: set[Corner] = set()

    def begin_row(self, column: int) -> None:
        """Begin a row at a grid column."""
        self.column = column
        self._rows.append([])
        self._above, self._merges = self._merges, {}

    def merge(self, layout: _CellLayout) -> bool:
        """Make a cell part of the one on its left or above; tell whether it is."""
        here = len(self._rows) - 1, self.column
        if "top" in layout.unruled:
            self._open_above.add(here)
        if "bottom" in layout.unruled:
            self._open_below.add(here)
        cells = self._rows[-1]
        if layout.swallowed and cells:
            cells[-1] = cells[-1]._replace(colspan=cells[-1].colspan + layout.span)
            return True
        if layout.vertical != "continue" or self.column not in self._above:
            return False
        row, index = self._merges[self.column] = self._above[self.column]
        self._rows[row][index] = self._rows[row][index]._replace(rowspan=len(self._rows) - row)
        return True

    def add(self, layout: _CellLayout, content: tuple[Draft, ...], place: str) -> None:
        """Add a cell of its own."""
        cells = self._rows[-1]
        if layout.vertical:
            self._merges[self.column] = len(self._rows) - 1, len(cells)
        cells.append(DraftCell(content, self.column, layout.span, 1, place))

    def table(self, where: str) -> DraftTable:
        """Return the table of all rows."""
        drafts = [DraftRow(tuple(cells), f"{where}/tr{number}") for number, cells in enumerate(self._rows, start=1)]
        return DraftTable(join_unruled(drafts, self._open_above, self._open_below))


def _inside(parent: Any, kind: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, through the content controls around them."""
    for child in parent:
        name = tag_of(child)
        if name == kind:
            yield child
        elif name in _WRAPPERS:
            yield from _inside(child, kind)


def _properties(element: Any, name: str) -> dict[str, Any]:
    """Return the property elements of a paragraph, row, cell or run by their names."""
    return {tag_of(item): item for properties in children(element, name) for item in properties}


def _number_of(element: Any, default: int) -> int:
    if element is None:
        return default
    return min(whole_number(attribute(element, "val"), default), MAX_SPAN)


def _text(element: Any, boxes: list[Any]) -> str:
    """Return the printed text of a paragraph; the text boxes anchored in it are collected apart."""
    text = io.StringIO()
    _print_into(text, element, boxes)
    return clean_text(text.getvalue())


def _print_into(text: io.StringIO, element: Any, boxes: list[Any]) -> None:
    for child in element:
        kind = tag_of(child)
        if kind == "t":
            text.write(child.text or "")
        elif kind in _PRINTED:
            text.write(_PRINTED[kind])
        elif kind == "sym":
            text.write(_symbol(child))
        elif kind == "txbxContent":
            boxes.append(child)
        elif kind not in _UNPRINTED and not _is_hidden(child):
            _print_into(text, child, boxes)


def _symbol(element: Any) -> str:
    """Return a character that is given by its place in a font of symbols."""
    font = (attribute(element, "font") or "").casefold()
    known = _SYMBOL_FONT if font == "symbol" else _WINGDINGS
    return known.get((attribute(element, "char") or "").upper(), "")


def _is_hidden(run: Any) -> bool:
    vanish = _properties(run, "rPr").get("vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")
