"""Find what belongs to one money table: its rows over page breaks, its title, unit, office and the notes below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from jixiao.accounts.figures import Shape, shape_of
from jixiao.model import Document, Paragraph, Row, Source, Table
from jixiao.text.dates import read_year
from jixiao.text.folding import fold_words, squeeze
from jixiao.text.names import join_wraps

LONGEST_TITLE = 48
SAME_WIDTH = 2  # columns by which the parts of one table may differ
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
LONGEST_NOTE = 240


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one printed row and the index of the document's table it stands in."""

    row: Row
    table: int

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


def read_sheets(document: Document, skip: frozenset[int]) -> Iterator[Sheet]:
    """Yield the printed tables of a document but those of ``skip``, each with what stands around it."""
    open_sheet: list[Sheet] = []
    between: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            between.append(_plain(block.text))
            continue
        if open_sheet and block.index not in skip and _continues(open_sheet[0], block, between):
            _extend(open_sheet[0], block)
        else:
            yield from _noted(open_sheet, between)
            open_sheet = [] if block.index in skip else _split(block)
            for number, sheet in enumerate(open_sheet):
                _surround(sheet, [] if number else between)
            yield from open_sheet[:-1]
            open_sheet = open_sheet[-1:]
        between = []
    yield from _noted(open_sheet, between)


def _plain(text: str) -> str:
    return join_wraps(_MARKS.sub("", text))


def _says_empty(note: str) -> bool:
    plain = squeeze(note)
    named = _NOTE.search(plain) or _THIS_TABLE.search(plain)
    return bool(named and len(plain) <= LONGEST_NOTE and _EMPTY.search(plain))


def is_title(text: str) -> bool:
    """Say whether a line can be the title of a table."""
    plain = squeeze(text)
    others = (_FORM, _UNIT, _OFFICE, _NOTE, _THIS_TABLE, _SENTENCE)
    if len(plain) > LONGEST_TITLE or any(pattern.search(plain) for pattern in others):
        return False
    found = _TITLE.search(plain)
    return bool(found and (found["table"] or _MONEY.search(plain)))


def clean_title(text: str) -> str:
    """Return a title without its running number (附件1、, 表三：, 七、)."""
    return _NUMBER.sub("", text).strip() or text


def _is_note(text: str) -> bool:
    return bool(_NOTE.match(squeeze(text))) or _says_empty(text)


def _noted(sheets: Sequence[Sheet], between: Iterable[str]) -> Sequence[Sheet]:
    """Return a sheet with the notes below it."""
    below = takewhile(lambda text: not is_title(text), between)
    for sheet in sheets:
        sheet.notes += filter(_is_note, below)
    return sheets


def _surround(sheet: Sheet, between: Sequence[str]) -> None:
    """Add what the paragraphs above and the first rows say; the nearest says it best."""
    for text in _rows_above(sheet):
        _take(sheet, text)
    near = [part for text in between[-REACH:] for part in _title_and_unit(text)]
    said: list[str] = []
    for index in range(len(near) - 1, -1, -1):
        before, text, after = ("", *near)[index], near[index], (*near, "")[index + 1]
        if _is_note(text):
            said.insert(0, text)
            continue
        if is_title(text):
            if sheet.titles:
                break
            sheet.notes += said  # what is said below a title is said of its table, above it of the one before
        _take(sheet, text, after)
        if is_title(text) and _is_name(before) and not _STOP.search(before):
            sheet.titles.append(join_wraps(before + text))
    sheet.year = next((year for title in sheet.titles if (year := read_year(title))), sheet.year)


def _title_and_unit(text: str) -> list[str]:
    """Return a line, in two where it prints a title and behind it the unit (表1 收入总表　单位：万元)."""
    unit = _UNIT.search(text)
    if unit and is_title(text[: unit.start()]):
        return [text[: unit.start()].rstrip("　 （("), text[unit.start() :]]
    return [text]


def _is_name(text: str) -> bool:
    plain = squeeze(text)
    return bool(plain) and len(plain) <= LONGEST_TITLE and not (_UNIT.search(plain) or is_title(text) or ":" in plain)


def _take(sheet: Sheet, text: str, after: str = "") -> None:
    """Take a line's title, unit, office and year, where it says them; the office may stand in the line after."""
    plain = squeeze(text)
    if is_title(text):
        sheet.titles = sheet.titles or [clean_title(join_wraps(text))]
        return
    office = _OFFICE.match(plain)
    if office and not office["name"] and _is_name(after):
        sheet.department = sheet.department or after
    unit = _UNIT.search(plain)
    if unit:
        sheet.unit = sheet.unit or unit.group(1)
        plain = plain[: unit.start()]
    year = _YEAR.search(plain)
    if year and sheet.year is None:
        sheet.year = read_year(year.group())
        plain = plain[: year.start()]
    office = _OFFICE.match(plain)
    if office and office["name"] and not _PAGE.match(office["name"]):
        sheet.department = sheet.department or office["name"]


def _rows_above(sheet: Sheet) -> list[str]:
    """Take the rows of title, unit and office off the top of a table and return their words."""
    taken: list[str] = []
    while sheet.lines:
        words = [join_wraps(cell.text) for cell in sheet.lines[0].row.filled]
        joined = "".join(words)
        plain, alone = squeeze(joined), len(words) == 1
        if alone and is_title(joined):
            taken.insert(0, joined)
        elif _OFFICE.match(plain) or any(_UNIT.match(squeeze(word)) for word in words):
            taken += [joined, *filter(is_title, words)]
        elif alone and (_FORM.search(plain) or plain.strip("()年度").isdigit()):
            taken.append(joined)
        else:
            break
        sheet.lines.pop(0)
    return taken


def _split(table: Table) -> list[Sheet]:
    """Return the sheets of one printed table: a title row below data starts the next; notes at the end come off."""
    sheets = [Sheet([], table.merged)]
    data = False
    for line in (Line(row, table.index) for row in table.rows if row.filled):
        first, *more = line.row.filled
        if not more and data and is_title(first.text):
            sheets.append(Sheet([], table.merged))
            data = False
        data = data or bool(more)
        text = _plain(first.text)
        if not more and _is_note(text):
            sheets[-1].notes.append(text)
        else:
            sheets[-1].lines.append(line)
    return sheets


def _continues(sheet: Sheet, table: Table, between: Iterable[str]) -> bool:
    """Say whether a table goes on with the one before: no title between, its header again or none at all."""
    if not all(map(_is_running, map(squeeze, between))):
        return False
    filled = [row for row in table.rows if row.filled]
    if not filled or not sheet.lines:
        return False
    first, *more = filled[0].filled
    if not more and is_title(first.text):
        return clean_title(squeeze(first.text)) == squeeze(sheet.title)
    if folded(filled[0]) == folded(sheet.lines[0].row):
        return True
    headless = any(shape_of(cell.text) is Shape.AMOUNT for cell in filled[0].filled)
    return headless and abs(_width(filled) - _width(line.row for line in sheet.lines)) <= SAME_WIDTH


def _is_running(plain: str) -> bool:
    """Say whether a line may stand between two pages of one table: a page number, unit, office or the form's number."""
    return not plain or any(each.search(plain) for each in (_PAGE, _UNIT, _OFFICE, _FORM))


def _width(rows: Iterable[Row]) -> int:
    return max(cell.column + cell.colspan for row in rows for cell in row.filled)


def folded(row: Row) -> str:
    """Return a row's words folded, to know a repeated header row."""
    return " ".join(fold_words(cell.text) for cell in row.filled)


def _extend(sheet: Sheet, table: Table) -> None:
    part = _split(table)[0]
    _rows_above(part)
    sheet.lines += part.lines
    sheet.notes += part.notes
