"""Read web pages: data tables out of layout tables, merged cells, mark-up pasted from Word, GBK and UTF-8."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from jixiao.documents.archive import damaged
from jixiao.documents.detection import Kind
from jixiao.documents.drafts import Draft, DraftCell, DraftParagraph, DraftRow, DraftTable, clean_text, compose
from jixiao.documents.limits import MAX_SPAN, MAX_TABLE_DEPTH
from jixiao.documents.text import decode
from jixiao.errors import DocumentError
from jixiao.model import Document

_UNPRINTED = re.compile("script|style|noscript|template|head|select|button|iframe|object|svg|textarea")
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|legend|li|main|nav|ol|p|pre|section|summary|tbody|td|tfoot|th|thead|tr|ul"
)
_BREAK = "\x1e"
_WRAP = re.compile(r"(?<=[\u2e80-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\uffef])")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)


def read_html(name: str, data: bytes) -> Document:
    """Read a web page. Scripts never run, nothing is fetched, entities of a DTD are not expanded.

    The page's title is its first paragraph, since it often is the only place that names the office.
    Raises DocumentError: ``no-text`` where nothing is printed, ``binary-file`` where it cannot be decoded,
    ``damaged`` where the mark-up nests deeper than the parser goes (2,048 levels).
    """
    from lxml import etree

    text = _XML_DECLARATION.sub("", _decode(name, data), count=1).replace("\x00", "")
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise damaged(name, "网页标签嵌套过深 (mark-up nested too deep)")
    blocks = compose(_Reader().page(root)) if root is not None else ()
    if not blocks:
        raise DocumentError(
            "网页里没有文字，可能要靠脚本加载；请保存打开后的网页 (no text; save the page once it has loaded)",
            "no-text",
            name,
        )
    return Document(name=name, sha256=hashlib.sha256(data).hexdigest(), media_type=Kind.HTML, blocks=blocks)


def _decode(name: str, data: bytes) -> str:
    """Decode a page: what the bytes say counts more than what the page declares (gb2312 is read as GB18030)."""
    declared = _CHARSET.search(data[:4096])
    charset = declared[1].decode("ascii").casefold() if declared else ""
    if charset.startswith("big5"):
        return data.decode("big5hkscs", errors="replace")
    try:
        return decode(name, data)
    except DocumentError:
        if not charset:
            raise
    return data.decode("gb18030" if charset.startswith("gb") else "utf-8", errors="replace")


class _Reader:
    """Walk a page. Only tables within tables recurse, so deep mark-up costs no stack."""

    def __init__(self) -> None:
        self._tables = 0

    def page(self, root: Any) -> Iterator[Draft]:
        """Yield the title, then the paragraphs and tables of a page in order."""
        title = next(root.iter("title"), None)
        if title is not None:
            yield DraftParagraph(clean_text(_fold("".join(title.itertext()))), "title")
        yield from self._flow(root, "", 0)

    def _flow(self, root: Any, where: str, depth: int) -> list[Draft]:
        from lxml import etree

        drafts: list[Draft] = []
        parts: list[str] = []
        verbatim = 0

        def close() -> None:
            text = clean_text(_fold("".join(parts)))
            parts.clear()
            drafts.extend(DraftParagraph(line, where) for line in ([text] if depth else text.split("\n")) if line)

        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            verbatim += (tag == "pre") * (1 if event == "start" else -1)
            if element is not root and _BLOCK.fullmatch(str(tag)):
                close()
            if event == "end":
                if element is not root:
                    parts.append(_source(element.tail, verbatim))
            elif element is not root and (tag == "table" or _unprinted(element)):
                walker.skip_subtree()
                if not _unprinted(element):
                    close()
                    drafts.extend(self._table(element, depth))
            elif tag == "br":
                parts.append(_BREAK)
            else:
                parts.append(_source(element.text, verbatim))
        close()
        return drafts

    def _table(self, table: Any, depth: int) -> Iterator[Draft]:
        self._tables += 1
        where = f"table{self._tables}"
        if depth >= MAX_TABLE_DEPTH:
            yield DraftParagraph(clean_text(_fold("".join(table.itertext()))), where)
            return
        yield from (draft for caption in table.iterchildren("caption") for draft in self._flow(caption, where, depth))
        rows: list[DraftRow] = []
        grid = _Grid()
        for number, row in enumerate(_rows(table), start=1):
            cells = []
            grid.next_row()
            for index, cell in enumerate(row, start=1):
                place = f"{where}/tr{number}/td{index}"
                colspan, rowspan = _span(cell, "colspan"), _span(cell, "rowspan")
                column = grid.place(colspan, rowspan)
                cells.append(DraftCell(tuple(self._flow(cell, place, depth + 1)), column, colspan, rowspan, place))
            rows.append(DraftRow(tuple(cells), f"{where}/tr{number}"))
        yield DraftTable(tuple(rows))


class _Grid:
    """Give the cells of an HTML table their columns, as the HTML standard's table model does."""

    def __init__(self) -> None:
        self._above: list[tuple[int, int, int]] = []
        self._new: list[tuple[int, int, int]] = []
        self._row = -1
        self._column = 0
        self._next = 0

    def next_row(self) -> None:
        """Begin a row."""
        self._row += 1
        live = (span for span in (*self._above, *self._new) if span[2] > self._row)
        self._above = sorted(live)
        self._new = []
        self._column = self._next = 0

    def place(self, colspan: int, rowspan: int) -> int:
        """Return the column of the row's next cell: the first that no cell from above reaches into."""
        while self._next < len(self._above) and self._above[self._next][0] <= self._column:
            self._column = max(self._column, self._above[self._next][1])
            self._next += 1
        column = self._column
        self._column += colspan
        if rowspan > 1 and column < MAX_SPAN:
            self._new.append((column, self._column, self._row + rowspan))
        return column


def _rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row of this table, not of those within; stray cells make a row."""
    from lxml import etree

    row: list[Any] = []
    walker = etree.iterwalk(table, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if tag == "tr":
            if row or event == "end":
                yield row
            row = []
        elif event == "start" and element is not table:
            if tag in ("td", "th"):
                row.append(element)
            if tag in ("td", "th", "caption", "table") or _unprinted(element):
                walker.skip_subtree()
    if row:
        yield row


def _span(cell: Any, name: str) -> int:
    digits = re.match(r"\s*(\d{1,6})", cell.get(name) or "")
    return min(max(int(digits[1]), 1), MAX_SPAN) if digits else 1


def _unprinted(element: Any) -> bool:
    """Tell an element that a browser does not print (also processing instructions and unknown entities)."""
    if not isinstance(element.tag, str) or _UNPRINTED.fullmatch(element.tag):
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _source(text: str | None, verbatim: int) -> str:
    """Return text as it stands in the source; line breaks count only in preformatted text."""
    if not text:
        return ""
    return text.replace("\n", _BREAK) if verbatim else text


def _fold(text: str) -> str:
    """Fold white space as a browser does, but let no line wrap of the source part two Chinese characters."""
    return _SPACE.sub(" ", _WRAP.sub("", text)).replace(_BREAK, "\n")
