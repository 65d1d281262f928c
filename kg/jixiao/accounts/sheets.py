"""Find what belongs to one money table: its rows over page breaks, its title, unit, office and the notes below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from jixiao.accounts.figures import prints
from jixiao.model import Document, Paragraph, Row, Source, Table
from jixiao.text.dates import read_year
from jixiao.text.folding import fold_words, squeeze
from jixiao.text.names import join_wraps

LONGEST_TITLE = 48
REACH = 12  # paragraphs before a table that may hold its title
_MARKS = re.compile(r"^[#*\s]+|[#*\s]+$|<[^>]{1,20}>")
_TITLE = re.compile(r"(?P<table>表|明细|一览|清单)([(（].*[)）])?$|(汇总|情况)([(（].*[)）])?$")
_MONEY = re.compile(r"预算|决算|收支|收入|支出|经费|资金|拨款|基金|采购")
_NUMBER = re.compile(
    r"^(附件?|附表|表|第)\s*[\d一二三四五六七八九十]+(-\d+)?\s*(部分)?[-—.．、:：\s]*"
    r"|^[\d一二三四五六七八九十]{1,3}[.．、:：]\s*|^[(（][\d一二三四五六七八九十]{1,3}[)）]"
)
_FORM = re.compile(
    r"^(部门|单位)?(预算|决算|公开|财决|附表|附件|批复|部门公开)*表?\s*\d+([-—]\d+)?\s*表?$|^表\s*[\d一二三四五六七八九十]+[:：]?$|续表"
)
_UNIT = re.compile(r"(?:金额)?单位[:：]?(?:人民币)?[(]?((?:亿|千万|百万|万|千)?元)")
_OFFICE = re.compile(
    r"^((?:填报|编制|公开|预算|编报|制表)?(?:部门|单位)(?:\((?:单位|部门)\))?(?:名称|全称)?(?:\(公章\)|\(盖章\))?)[:：](?P<name>.*)$"
)
_YEAR = re.compile(r"[(]?(?<!\d)20\d{2}年?度?[)]?$")
_PAGE = re.compile(r"^(第?\d{1,4}页?(共\d+页)?|[-—–]\d{1,4}[-—–])$")
_NOTE = re.compile(r"^(备注|注|说明|附注|注释)\d?[:：]")
_EMPTY = re.compile(
    r"无数据|空表|为空|没有数据|无内容|(无|没有|未(安排|发生|使用)|不涉及).{0,40}(支出|收入|预算|拨款|经费|资金|安排)"
)
_THIS_TABLE = re.compile(r"(此|本|该)表")
_SENTENCE = re.compile(r"(下|见|附|上)表$|[,;。]")
_STOP = re.compile(r"[。；;日]$")
_NO_TITLE = (_FORM, _UNIT, _OFFICE, _NOTE, _THIS_TABLE, _SENTENCE)
_RUNNING = (re.compile("^$"), _PAGE, _UNIT, _OFFICE, _FORM)
"""What may stand between two pages of one table: a page number, unit, office or the form's number."""
LONGEST_NOTE = 240


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one printed row, the index of the document's table it stands in, and its number in its sheet."""

    row: Row
    table: int
    number: int

    @property
    def source(self) -> Source:
        """Return where the row is printed."""
        place = self.row.place
        return Source(self.table, place.line, self.row.text, place.page, place.where)


@dataclass(slots=True)
class Sheet:
    """Hold one money table as printed, over page breaks.

    ``lines`` are its header and data rows; title, unit line and office are taken out. ``unit`` is what the figures are
    in (万元), ``notes`` the lines printed below.
    """

    lines: list[Line]
    merged: bool
    titles: list[str] = field(default_factory=list)
    unit: str | None = None
    department: str | None = None
    year: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return the title as printed, empty when there is none."""
        return self.titles[0] if self.titles else ""

    @property
    def empty_note(self) -> str | None:
        """Return the notes that say the table has no figures, None when there are none."""
        return "\n".join(note for note in self.notes if _says_empty(note)) or None

    def is_inside(self, table: Table, between: Sequence[str]) -> bool:
        """Say whether rows of a table stand in the sheet already, and no title since."""
        return self.lines[-1].table == table.index and not any(map(is_title, between))


def read_sheets(document: Document, skip: frozenset[int]) -> Iterator[Sheet]:
    """Yield the printed tables of a document but those of ``skip``, each with what stands around it."""
    sheet: Sheet | None = None
    between: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            between += _title_and_unit(_plain(block.text))
            continue
        if block.index in skip:
            yield from _noted(sheet, between)
            sheet, between = None, []
            continue
        for row in filter(_is_filled, block.rows):
            said = _said(row, inside=sheet is not None and sheet.is_inside(block, between))
            between += said
            if said:
                continue
            if sheet is None or not _goes_on(sheet, block, row, between):
                yield from _noted(sheet, between)
                sheet = _surrounded(Sheet([], block.merged), between)
            else:
                sheet.notes += filter(_is_note, between)
            sheet.lines.append(Line(row, block.index, len(sheet.lines)))
            between = []
    yield from _noted(sheet, between)


def _is_filled(row: Row) -> bool:
    return bool(row.filled)


def _plain(text: str) -> str:
    return join_wraps(_MARKS.sub("", text))


def _title_and_unit(text: str) -> list[str]:
    """Return a line, in two where it prints a title and behind it the unit (表1 收入总表　单位：万元)."""
    unit = _UNIT.search(text)
    if unit and is_title(text[: unit.start()]):
        return [text[: unit.start()].rstrip("　 （("), text[unit.start() :]]
    return [text]


def _said(row: Row, *, inside: bool) -> list[str]:
    """Return what a row says that is none of a table's: its title, unit, office, notes and, above it, its number."""
    words = [_plain(cell.text) for cell in row.filled]
    joined = "".join(words)
    plain = squeeze(joined)
    if _OFFICE.match(plain) or any(_UNIT.match(squeeze(word)) for word in words):
        return [joined, *filter(is_title, words)]
    numbered = _FORM.search(plain) or plain.strip("()年度").isdigit()
    if len(words) == 1 and (is_title(joined) or _is_note(joined) or (numbered and not inside)):
        return words
    return []


def _goes_on(sheet: Sheet, table: Table, row: Row, between: Sequence[str]) -> bool:
    """Say whether a row goes on with the table before: no other title between, its header again or none at all."""
    others = [text for text in between if not any(each.search(squeeze(text)) for each in _RUNNING)]
    if any(is_title(text) and _clean(squeeze(text)) != squeeze(sheet.title) for text in others):
        return False
    if sheet.lines[-1].table == table.index or folded(row) == folded(sheet.lines[0].row):
        return sheet.lines[-1].table == table.index or all(map(is_title, others))
    headless = any(prints(cell, "amount") for cell in row.filled)
    return headless and not others


def folded(row: Row) -> str:
    """Return a row's words folded, to know a repeated header row."""
    return " ".join(fold_words(cell.text) for cell in row.filled)


def is_title(text: str) -> bool:
    """Say whether a line can be the title of a table."""
    plain = squeeze(text)
    if len(plain) > LONGEST_TITLE or any(pattern.search(plain) for pattern in _NO_TITLE):
        return False
    found = _TITLE.search(plain)
    return bool(found and (found["table"] or _MONEY.search(plain)))


def _clean(title: str) -> str:
    """Return a title without its running number (附件1、, 表三：, 七、)."""
    return _NUMBER.sub("", title).strip() or title


def _says_empty(note: str) -> bool:
    plain = squeeze(note)
    named = _NOTE.match(plain) or _THIS_TABLE.search(plain)
    return bool(named and len(plain) <= LONGEST_NOTE and _EMPTY.search(plain))


def _is_note(text: str) -> bool:
    return bool(_NOTE.match(squeeze(text))) or _says_empty(text)


def _noted(sheet: Sheet | None, between: Sequence[str]) -> Iterator[Sheet]:
    """Yield a sheet, if there is one, with the notes below it."""
    if sheet:
        sheet.notes += filter(_is_note, takewhile(lambda text: not is_title(text), between))
        yield sheet


def _surrounded(sheet: Sheet, between: Sequence[str]) -> Sheet:
    """Return a sheet with what stands above; the nearest says it best."""
    near = ["", *between[-REACH:], ""]
    said: list[str] = []
    for before, text, after in reversed([*zip(near, near[1:], near[2:], strict=False)]):
        if _is_note(text):
            said.insert(0, text)
        elif not is_title(text):
            _take(sheet, squeeze(text), after)
        elif sheet.title:
            break
        else:
            sheet.titles.append(_clean(join_wraps(text)))
            sheet.notes += said  # what is said below a title is said of its table, above it of the one before
            if _is_name(before) and not _STOP.search(before):
                sheet.titles.append(join_wraps(before + text))
    sheet.year = next(filter(None, map(read_year, sheet.titles)), sheet.year)
    return sheet


def _is_name(text: str) -> bool:
    plain = squeeze(text)
    return 0 < len(plain) <= LONGEST_TITLE and not (_UNIT.search(plain) or is_title(text) or ":" in plain)


def _take(sheet: Sheet, plain: str, after: str) -> None:
    """Take a line's unit, office and year, where it says them; the office may stand in the line after."""
    unit = _UNIT.search(plain)
    if unit:
        sheet.unit = sheet.unit or unit.group(1)
        plain = plain[: unit.start()]
    year = _YEAR.search(plain)
    if year:
        sheet.year = sheet.year or read_year(year.group())
        plain = plain[: year.start()]
    office = _OFFICE.match(plain)
    if not office:
        return
    name = office["name"]
    if not name and _is_name(after):
        name = after
    sheet.department = sheet.department or name or None
