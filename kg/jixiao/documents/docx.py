"""Read Word documents (docx): paragraphs and tables in body order, merged and nested cells, text boxes."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from jixiao.documents.archive import Archive
from jixiao.documents.detection import Kind
from jixiao.documents.drafts import Draft, DraftCell, DraftParagraph, DraftRow, DraftTable, clean_text, compose
from jixiao.documents.limits import MAX_SPAN, MAX_TABLE_DEPTH
from jixiao.documents.markup import attribute, local_name, parse_part
from jixiao.documents.numbering import Numbering
from jixiao.documents.unruled import join_unruled
from jixiao.errors import DocumentError
from jixiao.model import Document

_DEFAULT_PART = "word/document.xml"
_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice"}
_UNPRINTED = {"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "Fallback"}
_SYMBOL_FONT = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0D7": "·"}
_WINGDINGS = {"F0A3": "□", "F0A8": "□", "F06F": "□", "F052": "☑", "F0FE": "☑", "F0FC": "√"}


def read_docx(name: str, data: bytes) -> Document:
    """Read a Word document.

    Tracked deletions and hidden text are left out, tracked insertions kept; automatic numbers (一、 1.) are printed
    as Word prints them. Macros, fields and links are never followed. Raises DocumentError (see ``archive`` and
    ``markup``; ``no-text`` where the document holds only pictures).
    """
    archive = Archive(name, data)
    part = _main_part(archive)
    body = next((child for child in parse_part(archive, part) if local_name(child) == "body"), ())
    reader = _Reader(Numbering.read(archive, posixpath.dirname(part)))
    blocks = compose(reader.flow(body, "", 0))
    if not blocks:
        raise _without_text(archive)
    return Document(name=name, sha256=hashlib.sha256(data).hexdigest(), media_type=Kind.DOCX, blocks=blocks)


def _main_part(archive: Archive) -> str:
    """Return the path of the document part: word/document.xml, or what the package relations say."""
    if _DEFAULT_PART not in archive and "_rels/.rels" in archive:
        for relation in parse_part(archive, "_rels/.rels"):
            if (attribute(relation, "Type") or "").endswith("/officeDocument"):
                return posixpath.normpath((attribute(relation, "Target") or "").lstrip("/"))
    return _DEFAULT_PART


def _without_text(archive: Archive) -> DocumentError:
    pictures = sum(part.startswith("word/media/") for part in archive.members)
    message = "文档里没有文字 (the document holds no text)"
    if pictures:
        message = (
            f"文档里没有文字，只有 {pictures} 张图片；请先做文字识别 (OCR) (only pictures, no text; run OCR first)"
        )
    return DocumentError(message, "no-text", archive.name)


class _Reader:
    """Walk a document body; keeps the counts of tables and of automatic numbers."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._tables = 0

    def flow(self, parent: Any, where: str, depth: int) -> Iterator[Draft]:
        """Yield the paragraphs and tables of a body or a cell in order."""
        for element in parent:
            kind = local_name(element)
            if kind == "p":
                yield from self._paragraph(element, where, depth)
            elif kind == "tbl":
                self._tables += 1
                if depth < MAX_TABLE_DEPTH:
                    yield self._table(element, f"table{self._tables}", depth)
                else:
                    yield DraftParagraph(clean_text("".join(_printed(element, []))), where)
            elif kind in _WRAPPERS:
                yield from self.flow(element, where, depth)

    def _paragraph(self, element: Any, where: str, depth: int) -> Iterator[Draft]:
        boxes: list[Any] = []
        text = clean_text("".join(_printed(element, boxes)))
        number = self._numbering.advance(element)
        if text or (depth and number):
            yield DraftParagraph((number + text).strip(), where)
        for box in boxes:
            yield from self.flow(box, where, depth)

    def _table(self, element: Any, where: str, depth: int) -> DraftTable:
        rows: list[list[DraftCell]] = []
        above: dict[int, tuple[int, int]] = {}
        open_above: set[tuple[int, int]] = set()
        open_below: set[tuple[int, int]] = set()
        for number, row in enumerate(_children(element, "tr"), start=1):
            properties = _properties(row, "trPr")
            if "del" in properties:
                continue
            cells: list[DraftCell] = []
            rows.append(cells)
            column = _value(properties.get("gridBefore"), 0)
            merges: dict[int, tuple[int, int]] = {}
            for index, cell in enumerate(_children(row, "tc"), start=1):
                span, vertical, swallowed, unruled = _layout(cell)
                if "top" in unruled:
                    open_above.add((len(rows) - 1, column))
                if "bottom" in unruled:
                    open_below.add((len(rows) - 1, column))
                if swallowed and cells:
                    cells[-1] = cells[-1]._replace(colspan=cells[-1].colspan + span)
                elif vertical == "continue" and column in above:
                    start_row, start = merges[column] = above[column]
                    merged = rows[start_row][start]
                    rows[start_row][start] = merged._replace(rowspan=len(rows) - start_row)
                else:
                    if vertical:
                        merges[column] = (len(rows) - 1, len(cells))
                    place = f"{where}/tr{number}/tc{index}"
                    cells.append(DraftCell(tuple(self.flow(cell, place, depth + 1)), column, span, 1, place))
                column += span
            above = merges
        drafts = [DraftRow(tuple(cells), f"{where}/tr{i}") for i, cells in enumerate(rows, start=1)]
        return DraftTable(join_unruled(drafts, open_above, open_below))


def _children(parent: Any, kind: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, through the content controls around them."""
    for child in parent:
        name = local_name(child)
        if name == kind:
            yield child
        elif name in _WRAPPERS:
            yield from _children(child, kind)


def _properties(element: Any, name: str) -> dict[str, Any]:
    """Return the property elements of a row, cell or run by their names."""
    return {local_name(item): item for child in element if local_name(child) == name for item in child}


def _layout(cell: Any) -> tuple[int, str, bool, set[str]]:
    """Return grid span, vertical merge (``restart``, ``continue``, ''), whether the cell on the left swallows this one
    (``hMerge`` of old files), and which of its sides are stated to have no border."""
    properties = _properties(cell, "tcPr")
    vertical, sideways = properties.get("vMerge"), properties.get("hMerge")
    return (
        max(1, _value(properties.get("gridSpan"), 1)),
        "" if vertical is None else attribute(vertical, "val") or "continue",
        sideways is not None and (attribute(sideways, "val") or "continue") == "continue",
        {local_name(side) for side in properties.get("tcBorders", ()) if attribute(side, "val") in ("nil", "none")},
    )


def _value(element: Any, default: int) -> int:
    text = attribute(element, "val") if element is not None else None
    return min(int(text), MAX_SPAN) if text and re.fullmatch(r"\d{1,6}", text) else default


def _printed(element: Any, boxes: list[Any]) -> Iterator[str]:
    """Yield the printed text of a paragraph; the text boxes anchored in it are collected apart."""
    for child in element:
        kind = local_name(child)
        if kind == "t":
            yield child.text or ""
        elif kind in ("tab", "ptab"):
            yield "\t"
        elif kind in ("br", "cr"):
            yield "\n"
        elif kind == "noBreakHyphen":
            yield "-"
        elif kind == "sym":
            font = (attribute(child, "font") or "").casefold()
            yield (_SYMBOL_FONT if font == "symbol" else _WINGDINGS).get((attribute(child, "char") or "").upper(), "")
        elif kind == "txbxContent":
            boxes.append(child)
        elif kind not in _UNPRINTED and not (kind == "r" and _hidden(child)):
            yield from _printed(child, boxes)


def _hidden(run: Any) -> bool:
    vanish = _properties(run, "rPr").get("vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")
