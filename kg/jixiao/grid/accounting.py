"""Account for every printed cell of a form: it is in a record, is a word of the form itself, or becomes an issue."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal

from jixiao.grid.blocks import TOTALS, VALUES
from jixiao.grid.cells import (
    header_likeness,
    is_frame,
    is_seal,
    is_unfilled,
    kind_of,
    label_likeness,
    level_of,
)
from jixiao.grid.decoding import Decoded, Decoding
from jixiao.grid.doubts import WORDS
from jixiao.grid.lexicon import lexicon
from jixiao.grid.registers import is_register, read_register
from jixiao.grid.rows import INDICATOR, LABEL, REGISTER, TOTAL, UNIT, Entry, is_value
from jixiao.grid.words import plain
from jixiao.model import (
    WITHHELD,
    Cell,
    FilledForm,
    FundLine,
    Goal,
    Indicator,
    Issue,
    ManagementItem,
    Plan,
    Source,
    Table,
    Task,
)
from jixiao.values.amounts import parse_amount, parse_percent, parse_points, parse_whole_money

SHARE, ROWS = 0.4, 3  # of a table's rows, and so many, begin with level words: it should have been a form
DUMB = frozenset({"sign", "unit", "label", "number", "amount", "code", "office"})  # units and sums of a register
QUOTED = 120  # characters


# level, Chinese and English words of each issue
TOLD = {
    "row-not-placed": (
        "error",
        "第{line}行没有读成指标，未收入图谱：{text}",
        "line {line}: the row could not be read as an indicator; not in the graph",
    ),
    "subtotal-row": (
        "info",
        "第{line}行是单位或合计行，金额未作为项目收入图谱：{text}",
        "line {line}: a unit or a sum; its amounts are not those of a project",
    ),
    "project-without-indicators": (
        "info",
        "第{line}行的项目没有填写绩效指标：{text}",
        "line {line}: a project without indicators",
    ),
    "empty-form": (
        "info",
        "第{line}行的绩效表头下面没有填写指标，未收入图谱；空白模板可不处理",
        "line {line}: no indicator is filled in below this header; a blank form needs nothing",
    ),
    "unknown-form": (
        "error",
        "第{line}行起的表格像绩效表，但读不出它的列，未收入图谱：{text}",
        "line {line}: looks like a performance form whose columns cannot be read; not in the graph",
    ),
    "money-unit-assumed": (
        "warning",
        "第{line}行起的资金没有注明金额单位，按万元读取，请核对：{text}",
        "line {line}: no unit of money is stated; read as 万元 (ten thousand yuan), please check",
    ),
    "cells-not-read": (
        "warning",
        "第{line}行有内容未收入图谱，请对照原文核对：{text}",
        "line {line}: printed cells that are not in the graph; compare with the document",
    ),
}


def _issue(code: str, source: Source, text: str) -> Issue:
    level, chinese, english = TOLD[code]
    told = {"line": source.line, "text": text.strip()[:QUOTED]}
    return Issue(code, chinese.format(**told), english.format(**told), source, level)


def account(decoding: Decoding) -> Iterator[Issue]:
    """Yield the issues of a decoded table."""
    if not decoding.blocks and _looks_like_form(decoding):
        source = decoding.sheet.source(0)
        yield _issue("unknown-form", source, source.text)
    for block in decoding.blocks:
        yield from _rows_left(block)
        if not block.lifted:
            yield _issue("empty-form", block.sheet.source(block.block.head[0]), "")


def _rows_left(block: Decoded) -> Iterator[Issue]:
    """Yield the issues of rows that made no indicator, and of the projects of a register that have none."""
    lifted = {each.entry for each in block.lifted}
    listed = is_register(block.assigned)
    for index, (entry, kind) in enumerate(zip(block.entries, block.kinds, strict=True)):
        source = block.sheet.source(entry.line.index)
        if kind == UNIT or (kind == TOTAL and listed):
            yield _issue("subtotal-row", source, source.text)
        elif index not in lifted and kind in (INDICATOR, LABEL) and _says_something(entry):
            yield _issue("row-not-placed", source, source.text)
    for each in read_register(block) if listed and lifted else ():
        if not lifted & set(each.rows):
            source = block.sheet.source(block.entries[each.first].line.index)
            yield _issue("project-without-indicators", source, each.name)


def assumed_units(forms: Iterable[FilledForm]) -> Iterator[Issue]:
    """Yield an issue for each form whose money is printed without a unit."""
    for form in forms:
        funds = [fund for plan in form.plans if WORDS["assumed-unit"] in plan.doubts for fund in plan.funds]
        if funds:
            yield _issue("money-unit-assumed", funds[0].source, funds[0].source.text)


def _looks_like_form(decoding: Decoding) -> bool:
    rows = [line for line in decoding.sheet.lines if line.items]
    labelled = sum(any(level_of(item.text) for item in line.items[:3]) for line in rows)
    return labelled >= max(ROWS, SHARE * len(rows))


def _says_something(entry: Entry) -> bool:
    """Tell whether a row holds more than labels, blanks and what a template leaves to be filled in."""
    values = [text for _, text in entry.cells("target") if text]
    if values and all(map(is_unfilled, values)):
        return False
    taken = {text for _, text in entry.cells(*REGISTER)}
    texts = (item.text for item in entry.line.items if item.text not in taken and not level_of(item.text))
    kinds = [kind_of(text) for text in texts if is_value(text) and kind_of(text) not in DUMB]
    return len(kinds) > 1 or any(kind in VALUES for kind in kinds)


# ---------------------------------------------------------------- cells that no record holds


NEAR = 3  # rows that a wrapped cell may reach up or down
SHORTEST = 2  # characters of a recorded text that may be a part of a cell
SCALES = tuple(map(Decimal, (1, 1000, 10000, 100000000)))
_DROPPED = re.compile(r"</?p>|[\s，,。；;：:、“”\"'‘’《》（）()\[\]【】〔〕—－-]")
_MARKS = re.compile(r"(?:目标|指标)?[\d一二三四五六七八九十]*[-—－.()（）【】\[\]/·]*")
_COUNTED = re.compile(r"第?\d{1,4}页?|(?:19|20)\d\d年?度?")
WORDLESS = frozenset({"blank", "dash", "tick", "sign", "placeholder", "unit", "yesno"})


Records = tuple[FundLine | Goal | Task | ManagementItem | Indicator, ...]


@dataclass
class _Told:
    """Hold what the records of a row say, folded texts and numbers as often as recorded, and whose records they are."""

    texts: list[str] = field(default_factory=list)
    numbers: Counter[Decimal] = field(default_factory=Counter)
    whole: set[str] = field(default_factory=set)

    def add(self, values: Iterable[object]) -> None:
        """Add every text and number of a record."""
        for value in values:
            if isinstance(value, Decimal):
                self.numbers[value] += 1
            elif folded := _folded(str(value)):
                self.texts.append(folded)

    def takes(self, text: str) -> bool:
        """Tell whether a cell is recorded, and take it away once."""
        for number in (number * scale for number in _numbers(text) for scale in SCALES):
            if self.numbers[number] > 0:
                self.numbers[number] -= 1
                return True
        folded = _folded(text)
        index = next((i for i, each in enumerate(self.texts) if folded in each), None)
        if index is None:
            return False
        self.texts[index] = self.texts[index].replace(folded, "\n", 1)
        return True

    def goes_on(self, cell: Cell) -> bool:
        """Tell whether a cell is a piece of a text that a row near it begins or ends, or reaches into that row."""
        folded = _folded(cell.text)
        return any(folded in each and folded != each for each in self.texts)

    def names(self, text: str) -> bool:
        """Tell whether a cell is a part of what names the plans of the row."""
        return len(text) > SHORTEST and any(text in each for each in self.whole)

    def spells(self, text: str) -> bool:
        """Tell whether a cell is made up of recorded texts, words of the form and numbers of items; take them away."""
        rest, used = _folded(text), set[str]()
        for each in sorted({*self.texts, *self.whole}, key=len, reverse=True):
            if len(each) >= SHORTEST and each in rest:
                rest = rest.replace(each, "\n")
                used.add(each)
        known = bool(used) and all(_MARKS.fullmatch(part) or _is_word(part) for part in rest.split("\n"))
        if known:
            self.texts = [each for each in self.texts if each not in used]
        return known


@dataclass
class _Records:
    """Hold what all plans say, and what the records of each printed line say."""

    rows: defaultdict[int, _Told] = field(default_factory=lambda: defaultdict(_Told))
    texts: set[str] = field(default_factory=set)
    sums: set[object] = field(default_factory=set)

    def add(self, form: FilledForm, plan: Plan) -> None:
        """Add a plan: its records each to its line, what names it to all of them."""
        about = replace(plan, funds=(), goals=(), tasks=(), management=(), indicators=())
        values = [form.title, *_values(about)]
        names = {_folded(each) for each in values if isinstance(each, str)}
        totals = (value for fund in plan.funds if fund.fund == "total" for value in _values(fund))
        self.texts |= names | {_folded(goal.text) for goal in plan.goals}
        self.sums |= {*values, *totals}
        records: Records = (*plan.funds, *plan.goals, *plan.tasks, *plan.management, *plan.indicators)
        for record in records:
            told = self.rows[record.source.line]
            told.add(_values(record))
            told.whole |= names

    def hold(self, cell: Cell, line: int) -> bool:
        """Tell whether a cell of a line is read: a word of the form, or in a record of its line or one near it."""
        text, folded = cell.text, _folded(cell.text)
        amount = parse_amount(text)
        summed = amount is not None and any(amount * scale in self.sums for scale in SCALES)
        if summed or _is_word(text) or folded in self.texts:
            return True
        own = self.rows[line] if line in self.rows else _Told(whole=self.texts)
        if own.takes(text) or own.spells(text) or own.names(folded):
            return True
        near = [self.rows[each] for each in range(line - NEAR, line + NEAR + 1) if each in self.rows and each != line]
        return not _numbers(text) and any(each.goes_on(cell) for each in near)


def unread_cells(
    tables: Iterable[Table], forms: Sequence[FilledForm], told: Iterable[Issue], heads: Collection[int]
) -> Iterator[Issue]:
    """Yield an issue for each row whose cells are in no record, no word of the form and in no other issue.

    ``heads`` are the lines of column headers. The check is made after reading and knows nothing of how the cells were
    read, so what any reader drops is said.
    """
    named = {*heads, *(issue.source.line for issue in told if issue.source)}
    records = _Records()
    for form in forms:
        for plan in form.plans:
            records.add(form, plan)
    for table in tables:
        for row in table.rows:
            line = row.place.line
            if line in named:
                continue
            counted = any(_COUNTED.fullmatch(cell.text.strip()) for cell in row.filled[:1])
            left = [cell for cell in row.filled[counted:] if not records.hold(cell, line)]
            if left:
                source = Source(table.index, line, row.text, row.place.page, row.place.where)
                yield _issue("cells-not-read", source, "；".join(cell.text.strip()[:QUOTED] for cell in left))


def _values(record: object) -> Iterator[object]:
    """Yield every text and number below a record, except those of its source."""
    if isinstance(record, str | Decimal):
        yield record
    elif isinstance(record, tuple):
        for each in record:
            yield from _values(each)
    elif isinstance(record, Mapping):
        yield from _values((*record, *record.values()))
    elif is_dataclass(record) and not isinstance(record, Source):
        for each in fields(record):
            value = getattr(record, each.name)
            if value is not None and value != ():
                yield from _values(value)


def _is_word(text: str) -> bool:
    """Tell whether a text is a word of the form itself: a label, a header, a level, a sign, a blank."""
    if max(header_likeness(text), label_likeness(text), level_of(text)) > 0 or lexicon().split_levels(text):
        return True
    if kind_of(text) in WORDLESS or is_frame(text) or is_seal(text) or WITHHELD in text:
        return True
    return plain(text).strip(":").startswith(TOTALS) or not _folded(text)


def _folded(text: str) -> str:
    return _DROPPED.sub("", plain(text))


def _numbers(text: str) -> list[Decimal]:
    """Return the number a cell holds and nothing else, as an amount, a percentage or points."""
    values = (parse_amount(text), parse_whole_money(text), parse_percent(text), *parse_points(text))
    return [value for value in values if value is not None]
