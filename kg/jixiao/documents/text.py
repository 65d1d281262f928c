"""Read plain text whose tables are lines with tabs or pipes, or with columns kept apart by blanks."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator

from jixiao.documents.drafts import compose
from jixiao.documents.separated import draft_separated, separated_rows
from jixiao.documents.spaced import spaced_tables
from jixiao.errors import DocumentError
from jixiao.model import Block, Cell, Document, Issue, Paragraph, Place, Row, Source, Table

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
_RULE = re.compile(r"[\s|:\-—_=]*")
_PAGE_NUMBER = re.compile(r"[\s\-—–·]*(第\s*)?\d{1,4}(\s*页)?(\s*[/,，共]\s*(共\s*)?\d{1,4}\s*页?)?[\s\-—–·]*")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
CUT = "\ufffd"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")


def decode(name: str, data: bytes) -> str:
    """Decode a text file in any common Chinese encoding; one that ends inside a character ends in U+FFFD.

    Raises DocumentError (``empty-file``, ``binary-file``) when there is no text to read.
    """
    if not data.strip():
        raise _empty(name)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data.decode(encoding, errors="replace")
            if not text.strip("\ufeff\x00 \t\r\n"):
                raise _empty(name)
            return text
    wide = data[:4000].count(b"\x00") * 4 > len(data[:4000])
    for encoding in _ENCODINGS[3:] if wide else _ENCODINGS[:3]:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(data)
        except UnicodeDecodeError:
            continue
        if text and not _CONTROL.search(text):
            return text + CUT if decoder.getstate()[0] else text
    raise DocumentError(
        "不是文本文件，也不是能识别的格式；请提供文本、PDF、Word、Excel 或 HTML 文件 "
        "(neither text nor a format that can be read; give text, PDF, Word, Excel or HTML)",
        "binary-file",
        name,
    )


def _empty(name: str) -> DocumentError:
    return DocumentError("文件是空的 (the file is empty)", "empty-file", name)


def read_text(name: str, data: bytes) -> Document:
    """Read a text document: lines with tabs or pipes are table rows, all others paragraphs; or a CSV file.

    A blank line or a lone page number between two rows is a page break inside one table; any other line ends it.
    """
    text = decode(name, data)
    digest = hashlib.sha256(data).hexdigest()
    separated = separated_rows(text) if "\t" not in text else None
    if separated:
        return Document(name, digest, "text/csv", compose(draft_separated(name, separated)), _notes(text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").split("\n")
    blocks = tuple(_blocks(lines))
    return Document(name=name, sha256=digest, media_type="text/plain", blocks=blocks, notes=_notes(text))


def _notes(text: str) -> tuple[Issue, ...]:
    """Return what is doubtful about the whole file: that it was cut off inside a character."""
    if not text.endswith(CUT):
        return ()
    lines = text.splitlines()
    return (
        Issue(
            code="file-cut",
            message=f"文件在第{len(lines)}行的一个字中间断开，后面的内容没有了；请重新取得完整的文件",
            message_en=f"the file ends inside a character of line {len(lines)}: get it again whole",
            source=Source(None, len(lines), lines[-1]),
        ),
    )


def _blocks(lines: list[str]) -> Iterator[Block]:
    rows: list[Row] = []
    breaks: list[int] = []
    gap: list[Paragraph] = []
    blank = False
    count = 0

    def table() -> Iterator[Block]:
        nonlocal count
        if rows:
            count += 1
            yield Table(index=count, rows=tuple(rows), breaks=frozenset(breaks))
        yield from gap
        rows.clear()
        breaks.clear()
        gap.clear()

    spaced = spaced_tables(lines)
    for number, line in enumerate(lines, start=1):
        cells = spaced.get(number - 1) or _cells(line)
        if cells is not None:
            if any(cells):
                if rows and blank:
                    breaks.append(len(rows))
                place = Place(line=number)
                rows.append(Row(tuple(Cell(text, column) for column, text in enumerate(cells)), place))
                blank = False
        elif not line.strip():
            blank = True
        elif rows and _PAGE_NUMBER.fullmatch(line):
            gap.append(Paragraph(line.strip(), Place(line=number)))
            blank = True
        else:
            yield from table()
            yield Paragraph(line.strip(), Place(line=number))
            blank = False
    yield from table()


def _cells(line: str) -> list[str] | None:
    """Split a table line into its cells; None for running text, [] for a drawn rule."""
    line = _BREAK.sub(" ", line)
    if "\t" in line:
        cells = [cell.strip() for cell in line.rstrip("\n").split("\t")]
    elif line.lstrip().startswith("|") and line.count("|") >= 2:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    else:
        return None
    drawn = [cell for cell in cells if cell]
    return [] if drawn and all(_RULE.fullmatch(cell) and len(cell) >= 3 for cell in drawn) else cells
