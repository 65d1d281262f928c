"""Read Word documents (docx): paragraphs and tables in body order, merged and nested cells, text boxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, clean_text, compose, draft_paragraph
from jixiao.documents.limits import MAX_SPAN, MAX_TABLE_DEPTH
from jixiao.documents.markup import attribute, children, parse_part, tag_of, whole_number
from jixiao.documents.numbering import Numbering
from jixiao.documents.packages import find_part, relations_of
from jixiao.documents.parts import Parts
from jixiao.documents.pictures import picture_notes, share_of_page
from jixiao.documents.refusals import refuse
from jixiao.documents.table_builder import CellLayout, TableBuilder
from jixiao.documents.visibility import LeftOut, Unseen
from jixiao.errors import DocumentError
from jixiao.model import Block, Table

_DEEPEST_STYLE = 10
_HOLDING = re.compile("excel|word|wps|ket|package|acro", re.IGNORECASE)
"""The programs of embedded objects that may be documents, not formulas or drawings."""
_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice", "sect", "sub-section"}
_UNPRINTED = {"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "Fallback", "rt", "rubyPr"}
_PRINTED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOL_FONT = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0D7": "·"}
_WINGDINGS = {"F0A3": "□", "F0A8": "□", "F06F": "□", "F052": "☑", "F0FE": "☑", "F0FC": "√"}


def read_content(data: bytes) -> Content:
    """Read a Word document.

    Tracked deletions, hidden and struck-out text are left out, tracked insertions kept; automatic numbers (一、 1.) are
    printed as Word prints them; documents put in as a part (altChunk) and tables in page headers are read with it.
    Macros, fields and links are never followed. Raises DocumentError (see ``archive`` and ``markup``; ``no-text`` where
    the document holds only pictures).
    """
    container = ZipContainer(data)
    part = find_part(container, "officeDocument", "word/document.xml")
    root = parse_part(container, part)
    numbering = _optional_part(container, find_part(container, "numbering", "word/numbering.xml", part))
    styles = _optional_part(container, find_part(container, "styles", "word/styles.xml", part))
    relations = {relation.identifier: relation for relation in relations_of(container, part)}

    parts = Parts()

    def chunk(identifier: str) -> Iterable[Block]:
        if identifier not in relations or relations[identifier].part not in container:
            return ()
        part = relations[identifier].part
        return parts.add(part, container.read(part))

    reader = WordReader(numbering, styles, chunk)
    headers = [
        parse_part(container, relation.part)
        for relation in relations.values()
        if relation.kind in ("header", "footer") and relation.part in container
    ]
    content = reader.read(root, headers)
    if not content.blocks:
        raise _without_text(container)
    return replace(content, notes=(*content.notes, *parts.notes))


def read_tree(root: Any, styles: Any = ()) -> Content:
    """Read a document that is one tree. Raises DocumentError (``no-text``)."""
    content = WordReader((), styles, lambda identifier: ()).read(root)
    if not content.blocks:
        raise refuse("no-text", "文档里没有文字", "the document holds no text")
    return content


def _optional_part(container: ZipContainer, part: str) -> Any:
    """Return the root of a part, nothing where the container has none."""
    if part not in container:
        return ()
    return parse_part(container, part)


def _without_text(container: ZipContainer) -> DocumentError:
    pictures = len(container.named("word/media/.*"))
    if not pictures:
        return refuse("no-text", "文档里没有文字", "the document holds no text")
    message = f"文档里没有文字，只有 {pictures} 张图片；请先做文字识别 (OCR)"
    return refuse("no-text", message, "only pictures, no text; run OCR first")


class WordReader:
    """Walk a document body; keeps the counts of tables, of automatic numbers, and of what is not seen.

    ``numbering`` and ``styles`` are the roots of these parts, ``chunk`` gives what a document put in as a part holds.
    """

    def __init__(self, numbering: Any, styles: Any, chunk: Callable[[str], Iterable[Block]]) -> None:
        self._numbering = Numbering.read(numbering, styles)
        self._styles = _WordStyles(styles)
        self._chunk = chunk
        self._left_out = LeftOut()
        self._places: dict[Any, str] = {}

    def read(self, root: Any, headers: Iterable[Any] = ()) -> Content:
        """Return what a document prints; tables in page headers and footers, once each, before its body."""
        drafts: list[Block] = []
        margins: dict[str, None] = {}
        self._number_tables(root, "")
        for number, header in enumerate(headers, start=1):
            self._number_tables(header, f"header{number}/")
            text = "".join(header.itertext()).strip()
            if text in margins:
                continue
            margins[text] = None
            if list(header.iter("{*}tbl")):
                drafts += self._flow(header, "header", 0)
        for body in children(root, "body")[:1]:
            drafts += self._flow(body, "", 0)
        notes = (*self._left_out.notes(), *picture_notes(_picture_shares(root)))
        return Content(compose(drafts), notes, margins=tuple(filter(None, margins)))

    def _number_tables(self, root: Any, prefix: str) -> None:
        """Name the tables of a part by their document order."""
        for number, table in enumerate(root.iter("{*}tbl"), start=1):
            self._places[table] = f"{prefix}table{number}"

    def _flow(self, parent: Any, where: str, depth: int) -> Iterator[Block]:
        """Yield the paragraphs and tables of a body or a cell in order."""
        for element in parent:
            kind = tag_of(element)
            if kind == "p":
                yield from self._paragraph(element, where, depth)
            elif kind == "altChunk":
                yield from self._chunk(attribute(element, "id") or "")
            elif kind == "tbl":
                if depth < MAX_TABLE_DEPTH:
                    yield self._table(element, self._places[element], depth)
                else:
                    yield draft_paragraph(clean_text(self._printed(element).text), where)
            elif kind in _WRAPPERS:
                yield from self._flow(element, where, depth)

    def _paragraph(self, element: Any, where: str, depth: int) -> Iterator[Block]:
        properties = _properties(element, "pPr")
        style = _value(properties, "pStyle")
        if _is_on(self._styles.text(style), "vanish"):
            self._left_out.add(Unseen.TEXT, count=any(element.itertext()))
            return
        printed = self._printed(element)
        text = clean_text(printed.text)
        number = self._numbering.advance(properties) or _stated_number(properties)
        if text or (depth and number):
            yield draft_paragraph((number + text).strip(), where)
        for box in printed.boxes:
            if tag_of(box) == "txbxContent":
                yield from self._flow(box, where, depth)
            else:
                yield from self._chunk(attribute(box, "id") or "")

    def _printed(self, element: Any) -> _WordText:
        """Return what a paragraph prints; the text boxes anchored in it are collected apart."""
        printed = _WordText()
        self._print(printed, element)
        return printed

    def _print(self, printed: _WordText, element: Any) -> None:
        for child in element:
            kind = tag_of(child)
            if kind == "t":
                printed.text += child.text or ""
            elif kind in _PRINTED:
                printed.text += _PRINTED[kind]
            elif kind == "sym":
                printed.text += _symbol(child)
            elif kind == "txbxContent" or (kind == "OLEObject" and _HOLDING.search(attribute(child, "ProgID") or "")):
                printed.boxes.append(child)
            elif kind not in _UNPRINTED and not self._is_unseen(child):
                self._print(printed, child)

    def _is_unseen(self, run: Any) -> bool:
        """Tell a run that is hidden or struck out, and count it."""
        properties = _properties(run, "rPr")
        if "rStyle" in properties:
            properties = self._styles.text(_value(properties, "rStyle")) | properties
        struck = _is_on(properties, "strike") or _is_on(properties, "dstrike")
        hidden = _is_on(properties, "vanish")
        if not struck and not hidden:
            return False
        printed = any(text.text for text in children(run, "t"))
        self._left_out.add(Unseen.TEXT if hidden else Unseen.STRUCK, count=printed)
        return True

    def _table(self, element: Any, where: str, depth: int) -> Table:
        builder = TableBuilder(where)
        for number, row in enumerate(_inside(element, "tr"), start=1):
            properties = _properties(row, "trPr")
            if "del" in properties:
                continue
            if _is_on(properties, "hidden"):
                self._left_out.add(Unseen.ROW)
                continue
            builder.begin_row(number, _number_of(properties.get("gridBefore"), 0))
            for cell in _inside(row, "tc"):
                layout = _layout(cell)
                if not builder.merge(layout):
                    builder.add(tuple(self._flow(cell, where, depth + 1)), layout.span)
        return builder.table()


@dataclass(slots=True)
class _WordText:
    """Hold what a paragraph prints, and the text boxes in it."""

    text: str = ""
    boxes: list[Any] = field(default_factory=list)


def _layout(cell: Any) -> CellLayout:
    properties = _properties(cell, "tcPr")
    span = max(1, _number_of(properties.get("gridSpan"), 1))
    vertical, sideways = _merge_of(properties, "vMerge"), _merge_of(properties, "hMerge")
    return CellLayout(span, vertical, sideways == "continue")


def _merge_of(properties: Mapping[str, Any], name: str) -> str:
    element = properties.get(name, properties.get(name.casefold()))  # Word 2003 writes vmerge
    if element is None:
        return ""
    return attribute(element, "val") or "continue"


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


def _symbol(element: Any) -> str:
    """Return a character that is given by its place in a font of symbols."""
    font = (attribute(element, "font") or "").casefold()
    known = _SYMBOL_FONT if font == "symbol" else _WINGDINGS
    return known.get((attribute(element, "char") or "").upper(), "")


def _stated_number(properties: Mapping[str, Any]) -> str:
    """Return the automatic number of a paragraph that Word 2003 states as it prints it."""
    printed = (attribute(each, "val") for each in children(properties.get("listPr", ()), "t"))
    return next((number for number in printed if number), "")


def _is_on(properties: Mapping[str, Any], name: str) -> bool:
    """Tell whether a property is there and not switched off."""
    return name in properties and attribute(properties[name], "val") not in ("0", "false", "off")


def _value(properties: Mapping[str, Any], name: str) -> str | None:
    return attribute(properties[name], "val") if name in properties else None


def _picture_shares(root: Any) -> Iterator[float]:
    """Yield which share of a page each picture takes."""
    for drawing in root.iter("{*}drawing"):
        extent = next(drawing.iter("{*}extent"), None)
        if extent is not None and next(drawing.iter("{*}blip"), None) is not None:
            yield share_of_page(whole_number(extent.get("cx")), whole_number(extent.get("cy")))


class _WordStyles:
    """Look up what styles say of text, each by itself or by the style it is based on."""

    def __init__(self, root: Any) -> None:
        self._styles = {attribute(style, "styleId"): style for style in children(root, "style")}

    def text(self, identifier: str | None) -> dict[str, Any]:
        """Return the properties of the text in a style by their names."""
        found: dict[str, Any] = {}
        for _ in range(_DEEPEST_STYLE):
            style = self._styles.get(identifier, ())
            found = _properties(style, "rPr") | found
            identifier = next((attribute(base, "val") for base in children(style, "basedOn")), None)
        return found
