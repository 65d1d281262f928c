"""Withhold persons from a document: in its lines, in cells behind and below labels, and wherever a name comes again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache

from jixiao.documents.coordinates import sheet_of
from jixiao.grid.cells import header_likeness, is_seal, label_likeness, level_of
from jixiao.model import WITHHELD, Block, Cell, Document, Issue, Paragraph, Persons, Place, Row, Source, Table
from jixiao.privacy.names import LONGEST
from jixiao.privacy.numbers import PAPERS, Span
from jixiao.privacy.spelling import is_strange
from jixiao.privacy.texts import (
    any_label,
    are_names,
    find_persons,
    is_home,
    label_pattern,
    one_width,
    replaced,
    withhold_name,
    withhold_text,
)
from jixiao.privacy.words import any_of, words
from jixiao.text.folding import fold_label, fold_words, squeeze
from jixiao.values.content import is_blank_value

UNREAD = {"hidden-sheets", "hidden-rows", "hidden-columns", "hidden-text"}  # notes of what may name persons unseen
KINDS = ("persons", "numbers", "addresses", "roles")  # the surest first
_NUMBER = re.compile(r"\d[\d\s()\-—.]{5,}\d|@|[〇零一二三四五六七八九]{4}年")
_SHEET = re.compile("[^：:、“”\\s]+")
_DIGITS = re.compile(r"[\d\s.,+-]{,14}")
_THINGS = re.compile(r"[^(]{0,8}(?:单位|企业|机构|公司|学校|乡镇|村|村社|小区|国籍)(?:名称|全称)?")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OF_A_PERSON = re.compile(r"男|女|\d{1,3}周?岁")


def withhold_persons(document: Document, *, keep: bool = False) -> Document:
    """Return the document with names, numbers and addresses of persons replaced by 〔已隐去〕.

    A name that was found once is withheld wherever it stands again. Where something that may be a person was left, an
    issue says so without its words. With ``keep`` the texts stay, and the document's ``persons`` hold how each reads
    without them. What is hidden in a file is not read and counts as one place: whom it names is not known.
    """
    work = _Work()
    before = [""] + [block.text if isinstance(block, Paragraph) else "" for block in document.blocks]
    blocks = [work.block(block, line) for block, line in zip(document.blocks, before, strict=False)]
    if work.names:
        blocks = [_without(block, work.names) for block in blocks]
    margins = tuple(work.text(text, None) for text in document.margins)
    notes = tuple(_without_sheets(note) for note in document.notes)
    texts = [*margins, *(text for block in blocks for text in _texts(block))]
    places = sum(text.count(WITHHELD) for text in texts) + len(work.sheets) + any(note.code in UNREAD for note in notes)
    if keep:
        pairs = zip(_every_text(document.blocks), _every_text(blocks), strict=True)
        kept = {printed: shown for printed, shown in pairs if printed != shown}
        return replace(document, persons=Persons(places, kept))
    notes = (*notes, *work.doubts)
    return replace(document, blocks=tuple(blocks), margins=margins, notes=notes, persons=Persons(places))


@dataclass(slots=True)
class _Work:
    """Gather the names and sheets that were found, and the places where something was kept in doubt."""

    names: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    doubts: list[Issue] = field(default_factory=list)

    def block(self, block: Block, before: str) -> Block:
        """Return a block without persons; the line ``before`` may be its label (填表人：)."""
        if isinstance(block, Table):
            return self.table(block)
        place = block.place
        label = re.search(rf"(?:^|\s)(?:{any_label()}|{label_pattern('roles')})\s*:\s*$", one_width(before))
        if label and are_names(one_width(block.text)):
            text = self.withheld(block.text)
        else:
            text = self.text(block.text, Source(None, place.line, "", place.page, place.where))
        return replace(block, text=text, place=self.place(place))

    def text(self, text: str, source: Source | None, asked: str | None = None) -> str:
        """Return a text without persons; remember their names and what was kept in doubt."""
        spans = find_persons(text, asked=asked)
        shown = replaced(text, spans)
        for span in spans:
            if span.sure:
                self.withheld(text[span.start : span.end])
            elif source and text[span.start : span.end] in shown:
                self.doubts.append(_doubt(source))
        return shown

    def withheld(self, text: str) -> str:
        """Remember the names of a text that are long enough to be known again, and return what stands for it."""
        for part in re.split(r"[、,，;；/\s()（）]", one_width(text)):
            if len(part) > 2 and are_names(part, "labelled"):
                self.names.add(part)
        return WITHHELD

    def place(self, place: Place) -> Place:
        """Return a place that does not name the person whom its sheet is named after."""
        sheet = sheet_of(place.where)
        shown = withhold_name(sheet)
        if shown == sheet:
            return place
        self.sheets.add(sheet)
        return replace(place, where=place.where.replace(sheet, shown, 1))

    def table(self, table: Table) -> Table:
        """Return a table without persons in its cells: those behind a label, below a head, or among others."""
        heads: dict[int, str] = {}
        rows = [_with_texts(row, self._row(row, heads, table.index)) for row in table.rows]
        return replace(table, rows=tuple(replace(row, place=self.place(row.place)) for row in rows))

    def _row(self, row: Row, heads: dict[int, str], table: int) -> dict[int, str]:
        """Return the texts of a row's cells by column; keep in ``heads`` what each column asks for from here on.

        A label that is answered beside it, or stands above another label, asks for nothing below.
        """
        source = Source(table, row.place.line, "", row.place.page, row.place.where)
        texts: dict[int, str] = {}
        asked, label = None, -1
        beside = "roles" if any(map(_is_of_a_person, row.filled)) else None
        signed = False  # behind a label of persons, what is spelt like names behind the next label is names, too
        for cell in row.filled:
            if kind := asks_for(cell.text):
                heads[cell.column] = asked = kind
                label = cell.column
                signed = signed or kind in ("persons", "roles")
                continue
            if cell.column in heads and _is_label(cell.text):
                del heads[cell.column]
            wanted = asked or heads.get(cell.column) or beside
            if (wanted and _answers(cell.text, wanted)) or (signed and are_names(one_width(cell.text), "doubt")):
                texts[cell.column] = self.withheld(cell.text)
                if asked:
                    heads.pop(label, None)
                continue
            asked = "numbers" if _with_label().search(one_width(cell.text)) else None  # 填表人：… | 63550104
            if not (_DIGITS.fullmatch(cell.text) and _is_amount(cell, row)):
                texts[cell.column] = self.text(cell.text, source, wanted)
        _note_things(row, heads)
        return texts


def _note_things(row: Row, heads: dict[int, str]) -> None:
    """Note which columns below a row of heads hold firms and places, whatever else the rows hold."""
    asking = sum(asks_for(cell.text) is not None for cell in row.filled)
    if asking > 1 and len(row.filled) > 2 and not re.search(r"\d", row.text):
        heads.update({cell.column: "things" for cell in row.filled if _THINGS.fullmatch(squeeze(cell.text))})


def _is_of_a_person(cell: Cell) -> bool:
    """Tell whether a cell is a sex, an age or a personal number: the names in its row are persons."""
    return bool(_OF_A_PERSON.fullmatch(cell.text.strip())) or (
        re.search(r"\d|@", cell.text) is not None and withhold_text(cell.text) == WITHHELD
    )


def _without_sheets(note: Issue) -> Issue:
    """Return a note that does not name the person whom a sheet is named after."""
    message, english = (
        _SHEET.sub(lambda found: withhold_name(found[0]), text) for text in (note.message, note.message_en)
    )
    return replace(note, message=message, message_en=english)


def _with_texts(row: Row, texts: Mapping[int, str]) -> Row:
    """Return a row with other texts in some columns."""
    if all(cell.text == texts.get(cell.column, cell.text) for cell in row.filled):
        return row
    return replace(row, cells=tuple(replace(cell, text=texts.get(cell.column, cell.text)) for cell in row.cells))


@cache
def _asking(kind: str) -> re.Pattern[str]:
    before = any_of(words().labels["before"])
    every = f"{any_label()}|{label_pattern('roles')}|{any_of(words().labels['signed'])}|日期|时间"
    return re.compile(
        rf"(?:{before})*(?:{label_pattern(kind)})(?:[及和与、/]?(?:{every})|[及和与、/][\u3400-\u9fff]{{1,6}})*"
    )


@cache
def _with_label() -> re.Pattern[str]:
    return re.compile(rf"(?:{label_pattern('persons')})[^:]{{0,12}}:")


def asks_for(text: str) -> str | None:
    """Return what a label asks for (persons, numbers, addresses, roles), None for any other cell."""
    if len(text) > 2 * LONGEST:
        return None
    folded = {fold_words(text), fold_label(text)}
    kind = next((kind for kind in KINDS if any(map(_asking(kind).fullmatch, folded))), None)
    return None if kind == "roles" and are_names(one_width(text), "label") else kind


def _answers(text: str, kind: str) -> bool:
    """Tell whether a cell behind or below such a label holds persons rather than the next label or a value."""
    folded = one_width(text).strip()
    if kind == "things" or _is_credit_code(folded):
        return False
    if kind == "roles":
        return are_names(folded) or is_home(folded) or PAPERS.fullmatch(folded) is not None
    if kind != "addresses" and _NUMBER.search(folded):
        return not re.search(r"\d\.\d\d$", folded)
    if kind == "numbers":
        return bool(re.search(r"[A-Za-z\d][\w·-]{5,}", folded))
    if len(folded) > 2 * LONGEST or _is_label(text) or is_blank_value(squeeze(text)):
        return False
    if kind == "addresses":
        return len(squeeze(text)) > 4
    return are_names(folded, "labelled") or is_strange(folded)


def _is_credit_code(text: str) -> bool:
    """Tell whether a text is the credit code of an organisation, by its check character (GB 32100)."""
    if not _CREDIT_CODE.fullmatch(text):
        return False
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weighed = sum(signs.index(sign) * pow(3, at, 31) for at, sign in enumerate(text[:17]))
    return (weighed + signs.index(text[17])) % 31 == 0


def _is_label(text: str) -> bool:
    return label_likeness(text) > 0 or header_likeness(text) > 0 or level_of(text) > 0 or is_seal(text)


@cache
def _money() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the words for a code, and of a cell of money."""
    money, code = any_of(words().codes["money"]), any_of(words().codes["things"])
    return re.compile(code), re.compile(rf".*(?:{money}).*|\s*[\d,]{{8,}}(?:\.\d+)?\s*", re.DOTALL)


def _is_amount(cell: Cell, row: Row) -> bool:
    """Tell whether a cell of digits stands among long numbers, a word of money, or behind the word for a code."""
    code, amount = _money()
    before = [other.text for other in row.filled if other.column < cell.column]
    if before and code.search(before[-1]):
        return True
    return any(other is not cell and amount.fullmatch(other.text) for other in row.filled)


# ---------------------------------------------------------------- once more


def _without(block: Block, names: Set[str]) -> Block:
    """Return a block without names that were found elsewhere in the document."""
    if isinstance(block, Paragraph):
        return replace(block, text=_without_names(block.text, names))
    rows = (
        _with_texts(row, {cell.column: _without_names(cell.text, names) for cell in row.filled}) for row in block.rows
    )
    return replace(block, rows=tuple(rows))


def _without_names(text: str, names: Set[str]) -> str:
    """Return a text without the names, the longest first; each place is looked at once for each length of a name."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    spans: list[Span] = []
    at = 0
    while at < len(text):
        end = next((at + length for length in lengths if text[at : at + length] in names), 0)
        if end:
            spans.append(Span(at, end))
        at = end or at + 1
    return replaced(text, spans)


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    else:
        yield from (row.text for row in block.rows)


def _every_text(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the paragraphs, the rows and the cells."""
    for block in blocks:
        yield from _texts(block)
        if not isinstance(block, Paragraph):
            yield from (cell.text for row in block.rows for cell in row.cells)


def _doubt(source: Source) -> Issue:
    return Issue(
        code="person-kept-in-doubt",
        message="此处可能有个人姓名或号码，因不能确定而保留；请核对原文",
        message_en="there may be a person's name or number here; it was kept in doubt, see the original",
        source=source,
        level="info",
    )
