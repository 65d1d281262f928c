"""Read web pages: data tables out of layout tables, merged cells, mark-up pasted from Word, GBK and UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from jixiao.documents.drafts import Content, clean_text, compose, draft_paragraph
from jixiao.documents.encodings import decode
from jixiao.documents.limits import MAX_SPAN, MAX_TABLE_DEPTH
from jixiao.documents.refusals import damaged, refuse
from jixiao.documents.table_builder import TableBuilder
from jixiao.documents.visibility import LeftOut, StyleSheet, Unseen
from jixiao.model import Block

_UNPRINTED = re.compile("script|style|noscript|template|head|button|iframe|object|svg|datalist|rt|rp")
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|legend|li|main|nav|ol|p|pre|section|summary|tbody|td|tfoot|th|thead|tr|ul"
)
_BREAK = "\x1e"
_WRAP = re.compile(r"(?<=[\u2e80-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\uffef])")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_STRUCK = re.compile("del|s|strike")
_FIELD = re.compile("input|select|textarea")
_UNSEEN_INPUTS = {"hidden", "submit", "button", "reset", "image", "password", "file"}
_UNSEEN = {"tr": Unseen.ROW}
_TICKED = {"checkbox": "□☑", "radio": "○●"}
_DIGITS = re.compile(r"\s*(\d{1,6})")


def read_content(data: bytes) -> Content:
    """Read a web page. Scripts never run, nothing is fetched, entities of a DTD are not expanded.

    The page's title is its first paragraph, since it often is the only place that names the office.
    Raises DocumentError: ``no-text`` where nothing is printed, ``binary-file`` where it cannot be decoded,
    ``damaged`` where the mark-up nests deeper than the parser goes (2,048 levels).
    """
    text = _XML_DECLARATION.sub("", decode(data, _declared(data)), count=1).replace("\x00", "")
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise damaged("网页标签嵌套过深 (mark-up nested too deep)")
    left_out = LeftOut()
    blocks = () if root is None else compose(WebReader(root, left_out).page(root))
    if not blocks:
        message = "网页里没有文字，可能要靠脚本加载；请保存打开后的网页"
        raise refuse("no-text", message, "no text; save the page once it has loaded")
    return Content(blocks, tuple(left_out.notes()))


def _declared(data: bytes) -> str:
    """Return the encoding that a page declares."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii").casefold() if found else ""


class WebReader:
    """Walk a page. Only tables within tables recurse, so deep mark-up costs no stack."""

    def __init__(self, root: Any, left_out: LeftOut) -> None:
        self._numbers = {table: number for number, table in enumerate(root.iter("table"), start=1)}
        self._styles = StyleSheet(root)
        self._left_out = left_out

    def page(self, root: Any) -> Iterator[Block]:
        """Yield the title, then the paragraphs and tables of a page in order."""
        title = next(root.iter("title"), None)
        if title is not None:
            yield draft_paragraph(_all_text(title), "title")
        yield from self.flow(root, "", 0)

    def flow(self, root: Any, where: str, depth: int) -> list[Block]:
        """Return what an element holds: in a cell the text between two blocks stays together, elsewhere lines part."""
        drafts: list[Block] = []
        parts = [root.text or ""]
        verbatim = 0

        def close() -> None:
            text = clean_text(_fold("".join(parts)))
            parts.clear()
            drafts.extend(_line_drafts(text, where, depth))

        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if element is root:
                continue
            tag = element.tag
            if tag == "pre":
                verbatim += 1 - 2 * (event == "end")
            if _BLOCK.fullmatch(str(tag)):
                close()
            if event == "end":
                parts.append(_source(element.tail, verbatim))
            elif self._is_unseen(element):
                walker.skip_subtree()
            elif _FIELD.fullmatch(tag):
                walker.skip_subtree()
                parts.append(_field_text(element) * bool(depth))  # outside of tables fields only lead to other pages
            elif tag == "table":
                walker.skip_subtree()
                close()
                drafts.extend(self._table(element, depth))
            elif tag == "br":
                parts.append(_BREAK)
            else:
                parts.append(_source(element.text, verbatim))
        close()
        return drafts

    def _table(self, table: Any, depth: int) -> Iterator[Block]:
        where = f"table{self._numbers[table]}"
        if depth >= MAX_TABLE_DEPTH:
            yield draft_paragraph(_all_text(table), where)
            return
        for caption in table.iterchildren("caption"):
            yield from self.flow(caption, where, depth)
        builder = TableBuilder(where)
        for number, row in self._rows(table):
            builder.begin_row(number)
            for cell in row:
                if cell is None:
                    builder.leave_out()
                    continue
                content = self.flow(cell, where, depth + 1)
                if self._styles.is_blank(cell):
                    self._left_out.add(Unseen.TEXT, count=bool(content))
                    content = []
                builder.add(content, _span(cell, "colspan"), _span(cell, "rowspan"))
        yield builder.table()

    def _rows(self, table: Any) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows of this table, not of those within, by their numbers; stray cells make a row.

        A cell that takes no place is None.
        """
        row: list[Any] = []
        number = 0
        walker = etree.iterwalk(table, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start" and element is not table:
                number += tag == "tr"
                if tag in ("caption", "table") or self._is_unseen(element):
                    if tag in ("td", "th"):
                        row.append(None)
                    walker.skip_subtree()
                    continue
                if tag in ("td", "th"):
                    row.append(element)
                    walker.skip_subtree()
            if tag == "tr" and not self._styles.is_gone(element):
                if row or event == "end":
                    yield number, row
                row = []
        if row:
            yield number, row

    def _is_unseen(self, element: Any) -> bool:
        """Tell an element that a browser does not show (also processing instructions and unknown entities).

        What the page hides is counted; a hidden cell with a place of its own is left to its row.
        """
        tag = element.tag
        if not isinstance(tag, str) or _UNPRINTED.fullmatch(tag):
            return True
        struck = bool(_STRUCK.fullmatch(tag))
        gone = self._styles.is_gone(element)
        blank = tag not in ("td", "th") and self._styles.is_blank(element)
        if not (struck or gone or blank):
            return False
        if "".join(element.itertext()).strip():
            self._left_out.add(Unseen.STRUCK if struck else _UNSEEN.get(tag, Unseen.TEXT))
        return True


def _line_drafts(text: str, where: str, depth: int) -> Iterator[Block]:
    """Yield a text as one paragraph where it stands in a cell, as its lines elsewhere."""
    for line in [text] if depth else text.split("\n"):
        if line:
            yield draft_paragraph(line, where)


def _span(cell: Any, name: str) -> int:
    digits = _DIGITS.match(cell.get(name) or "")
    if not digits:
        return 1
    return min(max(int(digits[1]), 1), MAX_SPAN)


def _field_text(field: Any) -> str:
    """Return what a field of a web form shows."""
    if field.tag == "textarea":
        return _BREAK.join("".join(field.itertext()).splitlines())
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        return " ".join("".join(option.itertext()) for option in chosen)
    kind = field.get("type", "text").casefold()
    if kind in _TICKED:
        return _TICKED[kind]["checked" in field.attrib]
    if kind in _UNSEEN_INPUTS:
        return ""
    return str(field.get("value", ""))


def _all_text(element: Any) -> str:
    return clean_text(_fold("".join(element.itertext())))


def _source(text: str | None, verbatim: int) -> str:
    """Return text as it stands in the source; line breaks count only in preformatted text."""
    if not text:
        return ""
    if verbatim:
        return text.replace("\n", _BREAK)
    return text


def _fold(text: str) -> str:
    """Fold white space as a browser does, but let no line wrap of the source part two Chinese characters."""
    return _SPACE.sub(" ", _WRAP.sub("", text)).replace(_BREAK, "\n")
