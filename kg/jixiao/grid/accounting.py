"""Account for what the decoding did not take: every row that yields nothing although it says something is an issue."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.grid.cells import is_frame, is_placeholder, is_seal, is_unfilled, kind_of, level_of
from jixiao.grid.decoding import Decoded, Decoding
from jixiao.grid.rows import INDICATOR, LABEL, REGISTER, Entry, is_value
from jixiao.grid.sheet import Line
from jixiao.model import Issue, Source

SHARE, ROWS = 0.4, 3  # of a table's rows, and so many, begin with level words: it should have been a form
DUMB = frozenset({"sign", "unit", "label", "number", "amount", "code", "office"})  # units and sums of a register
QUOTED = 120  # characters


def account(decoding: Decoding) -> Iterator[Issue]:
    """Yield the issues of a decoded table."""
    if not decoding.blocks and _looks_like_form(decoding):
        yield _unread(decoding)
    for block in decoding.blocks:
        have = {each.entry for each in block.lifted}
        for index, (entry, kind) in enumerate(zip(block.entries, block.kinds, strict=True)):
            source = block.sheet.source(entry.line.index)
            if index not in have and kind in (INDICATOR, LABEL) and _says_something(block, entry):
                yield _row(entry.line, source)
            elif index in have and (lost := [text for text in entry.dropped if not is_frame(text)]):
                yield _cells(entry.line, source, "、".join(lost))
        if not block.lifted:
            yield _empty(block)


def _looks_like_form(decoding: Decoding) -> bool:
    rows = [line for line in decoding.sheet.lines if line.items]
    labelled = sum(any(level_of(item.text) for item in line.items[:3]) for line in rows)
    return labelled >= max(ROWS, SHARE * len(rows))


def _says_something(block: Decoded, entry: Entry) -> bool:
    """Tell whether a row holds more than labels, blanks and what a template leaves to be filled in."""
    values = [text for j, text in entry.texts.items() if block.assigned.columns[j].role == "target"]
    if values and all(is_unfilled(text) for text in values):
        return False
    taken = {entry.texts.get(j) for j, column in enumerate(block.assigned.columns) if column.role in REGISTER}
    texts = [item.text for item in entry.line.items if item.text not in taken]
    told = [text for text in texts if not level_of(text) and not is_placeholder(text) and not is_seal(text)]
    told = [text for text in told if not is_frame(text) and is_value(text)]
    return sum(kind_of(text) not in DUMB for text in told) > 1


def _row(line: Line, source: Source) -> Issue:
    return Issue(
        code="row-not-placed",
        message=f"第{line.number}行没有读成指标，未收入图谱：{line.row.text.strip()[:QUOTED]}",
        message_en=f"line {line.number}: the row could not be read as an indicator; not in the graph",
        source=source,
        level="error",
    )


def _cells(line: Line, source: Source, lost: str) -> Issue:
    return Issue(
        code="cell-not-placed",
        message=f"第{line.number}行有单元格不属于任何一列：{lost[:QUOTED]}",
        message_en=f"line {line.number}: cells that belong to no column: {lost[:QUOTED]}",
        source=source,
        level="info",
    )


def _empty(block: Decoded) -> Issue:
    source = block.sheet.source(block.block.head[0])
    return Issue(
        code="empty-form",
        message=f"第{source.line}行的绩效表头下面没有填写指标，未收入图谱；空白模板可不处理",
        message_en=f"line {source.line}: no indicator is filled in below this header; a blank form needs nothing",
        source=source,
        level="info",
    )


def _unread(decoding: Decoding) -> Issue:
    source = decoding.sheet.source(0)
    return Issue(
        code="unknown-form",
        message=f"第{source.line}行起的表格像绩效表，但读不出它的列，未收入图谱：{source.text.strip()[:QUOTED]}",
        message_en=f"line {source.line}: looks like a performance form whose columns cannot be read; not in the graph",
        source=source,
        level="error",
    )
