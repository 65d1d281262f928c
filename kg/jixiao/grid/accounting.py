"""Account for what the decoding did not take: every row that yields nothing although it says something is an issue."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.grid.cells import is_frame, is_placeholder, is_seal, is_unfilled, kind_of, level_of
from jixiao.grid.decoding import Decoded, Decoding
from jixiao.grid.registers import is_register, read_register
from jixiao.grid.rows import INDICATOR, LABEL, NOTE, NOTES, REGISTER, TOTAL, UNIT, Entry, is_value
from jixiao.grid.sheet import Line
from jixiao.grid.words import plain
from jixiao.model import Issue, Source

SHARE, ROWS = 0.4, 3  # of a table's rows, and so many, begin with level words: it should have been a form
DUMB = frozenset({"sign", "unit", "label", "number", "amount", "code", "office"})  # units and sums of a register
UNREAD = frozenset({"other", "rate", "time", "person", "exec", "flag", "frame"})  # columns the graph has no place for
SILENT = frozenset({"tick", "dash", "sign", "level", "level1", "level2"})
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
            elif kind == UNIT or (kind == TOTAL and is_register(block.assigned)):
                yield _sum(entry.line, source)
            elif kind == NOTE and not is_seal(entry.line.items[0].text):
                yield _cells(entry.line, source, entry.line.row.text.strip())
            elif index in have and (lost := _unread_cells(block, entry)):
                yield _cells(entry.line, source, "、".join(lost))
        for row in block.block.ends:
            line = block.sheet.lines[row]
            if plain(line.items[0].text).startswith(NOTES):
                yield _cells(line, block.sheet.source(row), line.row.text.strip())
        if not block.lifted:
            yield _empty(block)
        yield from _bare_projects(block, have)


def _bare_projects(block: Decoded, have: set[int]) -> Iterator[Issue]:
    """Yield an issue for each project of a register that has no indicator."""
    projects = read_register(block.assigned, block.entries, block.kinds) if is_register(block.assigned) else []
    for each in projects:
        if not have & set(each.rows) and block.lifted:
            yield _bare(each.name, block.sheet.source(block.entries[each.first].line.index))


def _unread_cells(block: Decoded, entry: Entry) -> list[str]:
    """Return the texts of a row that no column took, or one whose like has no place in the graph."""
    columns = [(column, entry.texts.get(j, "")) for j, column in enumerate(block.assigned.columns)]
    deep = "level4" in block.assigned.roles
    unread = [text for column, text in columns if column.role in UNREAD or (deep and column.role == "level3")]
    texts = [*entry.dropped, *unread]
    return [text for text in texts if not is_frame(text) and not is_unfilled(text) and kind_of(text) not in SILENT]


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


def _sum(line: Line, source: Source) -> Issue:
    return Issue(
        code="subtotal-row",
        message=f"第{line.number}行是单位或合计行，金额未作为项目收入图谱：{line.row.text.strip()[:QUOTED]}",
        message_en=f"line {line.number}: a unit or a sum; its amounts are not those of a project",
        source=source,
        level="info",
    )


def _bare(name: str, source: Source) -> Issue:
    return Issue(
        code="project-without-indicators",
        message=f"第{source.line}行的项目没有填写绩效指标：{name[:QUOTED]}",
        message_en=f"line {source.line}: a project without indicators",
        source=source,
        level="info",
    )


def _cells(line: Line, source: Source, lost: str) -> Issue:
    return Issue(
        code="cells-not-read",
        message=f"第{line.number}行有内容未收入图谱，请对照原文核对：{lost[:QUOTED]}",
        message_en=f"line {line.number}: printed cells that are not in the graph; compare with the document",
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
