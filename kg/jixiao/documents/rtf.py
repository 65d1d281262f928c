"""Read Rich Text Format (1.9): paragraphs and tables with merged cells, in the encodings of their fonts."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from jixiao.documents import limits
from jixiao.documents.drafts import Content, clean_text, compose, draft_paragraph
from jixiao.documents.refusals import damaged, refuse, too_large
from jixiao.documents.table_builder import CellLayout, TableBuilder
from jixiao.documents.visibility import LeftOut, Unseen
from jixiao.model import Block, Table

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = re.compile(
    "colortbl|stylesheet|info|pict|objdata|themedata|colorschememapping|latentstyles|datastore|generator|listtable|"
    "listoverridetable|header[lrf]?|footer[lrf]?|fldinst|nonesttables|xe|tc|rsidtbl|filetbl|revtbl|footnote|annotation"
)
_KEPT = {"shpinst", "nesttableprops"}
_SYMBOLS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "nestcell": "\n",
}  # fmt: skip
_ESCAPES = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}
_CHARSETS = {134: "gb18030", 136: "big5hkscs", 128: "cp932", 129: "cp949", 204: "cp1251"}
_CODE_PAGES = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}
_MERGES = {"": "", "f": "restart", "g": "continue"}
_SAME_EDGE = 40
_MOST_GROUPS = 1_000


@dataclass(slots=True)
class _RtfGroup:
    """Hold what a group of braces sets for the text in it."""

    skipped: bool = False
    fonts: bool = False
    fallback: int = 1
    hidden: bool = False
    struck: bool = False
    encoding: str = ""


@dataclass(slots=True)
class _CellDefinition:
    """Hold where a cell ends, in twips, and how it is merged: ``f`` first, ``g`` rest, '' not at all."""

    right: int = 0
    vertical: str = ""
    sideways: str = ""


@dataclass(slots=True)
class _RtfRow:
    """Hold a row as it was read: definitions and contents of its cells."""

    definitions: list[_CellDefinition]
    contents: list[tuple[Block, ...]] = field(default_factory=list)


def read_content(data: bytes) -> Content:
    """Read a document; pictures, fields' instructions, headers and footers are left out.

    Raises DocumentError: ``damaged``, ``no-text``, ``too-large``.
    """
    if len(data) > limits.MAX_TEXT_BYTES:
        raise too_large("RTF 文件过大", "too large")
    reader = _RtfReader()
    for match in _TOKEN.finditer(data):
        reader.take(match)
    blocks = compose(reader.finish())
    if not blocks:
        raise refuse("no-text", "文档里没有文字", "the document holds no text")
    return Content(blocks, tuple(reader.left_out.notes()))


class _RtfReader:
    """Walk the tokens of a document."""

    def __init__(self) -> None:
        self.left_out = LeftOut()
        self._drafts: list[Block] = []
        self._groups = [_RtfGroup()]
        self._starred = False
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._default = "cp1252"
        self._skip = 0
        self._text = ""
        self._decoder = codecs.getincrementaldecoder(self._default)("replace")
        self._in_table = False
        self._cell: list[Block] = []
        self._row = _RtfRow([])
        self._pending = _CellDefinition()
        self._rows: list[_RtfRow] = []
        self._tables = 0

    def take(self, match: re.Match[bytes]) -> None:
        """Take one token."""
        word, number, code, escape, brace, plain = match.groups()
        if brace == b"{":
            self._groups.append(replace(self._groups[-1]))
            if len(self._groups) > _MOST_GROUPS:
                raise damaged("花括号嵌套过深 (groups nested too deep)")
        elif brace:
            self._close_group()
        elif code:
            self._add_bytes(bytes.fromhex(code.decode()))
        elif plain:
            self._add_bytes(plain)
        elif word:
            self._control(word.decode(), int(number) if number else None)
        elif escape == b"*":
            self._starred = True
        elif escape:
            self._add(_ESCAPES.get(escape.decode("latin-1"), ""))

    def _close_group(self) -> None:
        if len(self._groups) > 1:
            self._groups.pop()
            self._use_encoding()

    def _control(self, word: str, number: int | None) -> None:
        group = self._groups[-1]
        starred, self._starred = self._starred, False
        if _SKIPPED.fullmatch(word) or (starred and word not in _KEPT):
            group.skipped = True
        elif word == "fonttbl":
            group.fonts = group.skipped = True
        elif group.fonts and word == "f":
            self._font = number or 0
        elif group.fonts and word == "fcharset":
            self._fonts[self._font] = _CHARSETS.get(number or 0, "")
        elif word == "ansicpg":
            self._default = _CODE_PAGES.get(number or 0, f"cp{number}")
            self._use_encoding()
        elif not group.skipped:
            self._format(group, word, number)

    def _format(self, group: _RtfGroup, word: str, number: int | None) -> None:
        """Take a word that is about text."""
        on = number != 0
        if word == "u" and number is not None:
            self._add(chr(number % 0x10000))
            self._skip = group.fallback
        elif word == "uc":
            group.fallback = number or 0
        elif word == "f":
            group.encoding = self._fonts.get(number or 0, "")
            self._use_encoding()
        elif word in _SYMBOLS:
            self._add(_SYMBOLS[word])
        elif word == "v":
            group.hidden = on
        elif word in ("strike", "striked", "deleted"):
            group.struck = on
        elif word == "plain":
            group.hidden = group.struck = False
        else:
            self._lay_out(word, number or 0)

    def _lay_out(self, word: str, number: int) -> None:
        """Take a word that is about paragraphs and tables."""
        if word == "par":
            self._end_paragraph()
        elif word == "pard":
            self._in_table = False
        elif word == "intbl":
            self._in_table = True
        elif word == "cell":
            self._end_paragraph(in_cell=True)
            self._row.contents.append(tuple(self._cell))
            self._cell = []
        elif word == "row":
            self._rows.append(self._row)
            self._row = _RtfRow(self._row.definitions)
        elif word == "trowd":
            self._row.definitions = []
            self._pending = _CellDefinition()
        elif word in ("clvmgf", "clvmrg"):
            self._pending.vertical = word[-1]
        elif word in ("clmgf", "clmrg"):
            self._pending.sideways = word[-1]
        elif word == "cellx":
            self._pending.right = number
            self._row.definitions.append(self._pending)
            self._pending = _CellDefinition()

    def _use_encoding(self) -> None:
        encoding = self._groups[-1].encoding or self._default
        try:
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        except LookupError:
            self._decoder = codecs.getincrementaldecoder("gb18030")("replace")

    def _add_bytes(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if not self._groups[-1].skipped:
            self._add(self._decoder.decode(data[skipped:]))

    def _add(self, text: str) -> None:
        group = self._groups[-1]
        if group.skipped or not text:
            return
        if group.hidden or group.struck:
            self.left_out.add(Unseen.TEXT if group.hidden else Unseen.STRUCK, count=bool(text.strip()))
            return
        self._text += text

    def _end_paragraph(self, in_cell: bool = False) -> None:
        text, self._text = _join_surrogates(self._text), ""
        paragraph = draft_paragraph(clean_text(text))
        if in_cell or self._in_table:
            self._cell.append(paragraph)
            return
        self._end_table()
        self._drafts.append(paragraph)

    def _end_table(self) -> None:
        if self._rows:
            self._tables += 1
            self._drafts.append(_table(self._rows, f"table{self._tables}"))
        self._rows = []

    def finish(self) -> list[Block]:
        """Return all that was read."""
        self._end_paragraph()
        self._end_table()
        return self._drafts


def _join_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _table(rows: list[_RtfRow], where: str) -> Table:
    """Return rows as a table on the edges of all their cells."""
    edges: list[int] = [0]
    for right in sorted(definition.right for row in rows for definition in row.definitions):
        if right > edges[-1] + _SAME_EDGE:
            edges.append(right)
    builder = TableBuilder(where)
    for number, row in enumerate(rows, start=1):
        builder.begin_row(number)
        for content, span, definition in _placed(row, edges):
            if not builder.merge(CellLayout(span, _MERGES[definition.vertical], definition.sideways == "g")):
                builder.add(content, span)
    return builder.table()


def _placed(row: _RtfRow, edges: list[int]) -> Iterator[tuple[tuple[Block, ...], int, _CellDefinition]]:
    """Yield the cells of a row with the columns they span."""
    column = 0
    for index, content in enumerate(row.contents):
        definition = _CellDefinition()
        end = column + 1
        if index < len(row.definitions):
            definition = row.definitions[index]
            end = max(bisect_left(edges, definition.right - _SAME_EDGE), column + 1)
        yield content, end - column, definition
        column = end
