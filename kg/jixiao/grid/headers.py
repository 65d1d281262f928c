"""Find the printed columns of a block: leaves of its header rows with the words above them, and what stands below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from jixiao.grid.blocks import Block
from jixiao.grid.cells import Item, header_likeness, level_of
from jixiao.grid.columns import Body, Column
from jixiao.grid.sheet import Sheet, stretched
from jixiao.grid.words import header_word, label_word

WORDS = 0.7  # of the cells of a row are header words: it is part of the header below
TOLD = frozenset({"value", "percent", "number"})
VALUED = TOLD | {"wording", "amount", "prose", "office", "date"}
NAMES_BEFORE = 3  # header cells that stand left of those a further row divides
ABOVE = 2  # rows in which a header of unknown words stands above its block
LEAST = 3  # its cells
WORDS_OF = frozenset({"name", "maybe", "label", "wording", "place", "unit"})
YEAR = 6  # characters of a year that heads a column
FINER = 0.5  # of the rows below a header cell print two cells there: it heads two columns


def whole_header(sheet: Sheet, block: Block) -> Block:
    """Return a block with all rows of its header: those its cells reach down into, those above that belong to it."""
    first, last = block.head
    if first == last:
        return _headed(sheet, block)
    end = _end(sheet, first, last)
    while first > 0 and _heads(sheet.lines[first - 1].items):
        first -= 1
    body = tuple(row for row in block.body if row >= end)
    return Block((first, end), body, tuple(row for row in block.ends))


def _headed(sheet: Sheet, block: Block) -> Block:
    """Return a block without a header with the row of short words above it as one, words nobody has seen."""
    first = block.head[0]
    for row in range(first - 1, max(-1, first - 1 - ABOVE), -1):
        items = sheet.lines[row].items
        if len(items) >= LEAST and all(item.kind in WORDS_OF for item in items):
            between = (each for each in range(row + 1, first) if sheet.lines[each].items)
            return Block((row, row + 1), block.body, (*between, *block.ends))
    return block


def _end(sheet: Sheet, first: int, last: int) -> int:
    """Return the row behind a header: it takes in a row that divides it, and rows its cells reach down into."""
    if _names_below(sheet, last) or (not sheet.stated and _divides(sheet, first, last)):
        return last + 1
    items = [item for row in range(first, last) for item in sheet.lines[row].items]
    reached = Counter(item.row + item.height for item in items if item.row + item.height > last)
    if not reached:
        return last
    end = min(reached)
    below = [item for row in range(last, end) for item in sheet.lines[row].items]
    named = all(item.kind in WORDS_OF for item in below)  # one cell alone may frame the block
    return end if reached[end] > 1 or named else last


def _heads(items: Sequence[Item]) -> bool:
    """Tell whether a row above a header row belongs to the header: words in a row, levels even above values."""
    levels = sum(level_of(item.text) > 0 for item in items)
    words = levels + sum(header_likeness(item.text) > 0 for item in items)
    if len(items) < 2 or words < WORDS * len(items) or any(item.kind in TOLD for item in items):
        return False
    return levels >= 2 or not any(item.kind in VALUED for item in items)


def _names_below(sheet: Sheet, row: int) -> bool:
    """Tell whether a row below a row of level words names what the rows below it print values of."""
    if row + 1 >= len(sheet.lines):
        return False
    above, names, values = (sheet.lines[each].items for each in (row - 1, row, row + 1))
    if len(above) < 2 or not all(level_of(item.text) for item in above):
        return False
    bare = not any(item.kind in VALUED or header_likeness(item.text) > 0 for item in names)
    return bare and len(above) <= len(names) <= sum(item.kind in VALUED for item in values)


def _divides(sheet: Sheet, first: int, row: int) -> bool:
    """Tell whether a row of a text divides the last columns of the header above it: places or periods, no values."""
    if row + 1 >= len(sheet.lines) or row - first >= NAMES_BEFORE:
        return False
    above, items = (sheet.lines[each].items for each in (row - 1, row))
    if len(items) < 2 or len(above) < NAMES_BEFORE or items[0].column < above[NAMES_BEFORE - 1].column:
        return False
    return all(item.kind in ("place", "office") or _is_head(item.text) for item in items)


def _is_head(text: str) -> bool:
    """Tell whether a word heads a column: a header word, or a period."""
    period = max(label_word(text).of("annual"), label_word(text).of("medium"))
    year = header_word(text).year is not None and len(text) <= YEAR
    return header_likeness(text) > 0 or period >= 1.0 or year


def find_columns(sheet: Sheet, block: Block) -> list[Column]:
    """Return the printed columns of a block, from left to right, without any role yet."""
    if block.head[0] == block.head[1]:
        starts = sorted({item.column for row in block.body for item in sheet.lines[row].items})
        return [Column(start, end, ()) for start, end in pairwise([*starts, sheet.width])]
    return _of_stated(sheet, block) if sheet.stated else _of_text(sheet, block)


def _of_stated(sheet: Sheet, block: Block) -> list[Column]:
    first, last = block.head
    below = Counter(item.column for row in block.body for item in sheet.lines[row].items)
    stacks = []
    for column in range(sheet.width):
        items = (sheet.cover.get((row, column)) for row in range(first, last))
        stacks.append(tuple(dict.fromkeys(item for item in items if item is not None)))
    starts = [0]
    for column in range(1, sheet.width):
        finer = below[column] >= FINER * max(1, len(block.body))
        if finer or stacks[column][-1:] != stacks[column - 1][-1:]:
            starts.append(column)
    columns = []
    frame = ""
    for start, end in pairwise([*starts, sheet.width]):
        stack = stacks[start]
        if any(item.row + item.height > last + 1 for item in stack):
            frame = stack[0].text  # the frame of the block reaches down beside its rows
            continue
        columns.append(Column(start, end, tuple(item.text for item in stack), frame=frame))
    return columns


def _of_text(sheet: Sheet, block: Block) -> list[Column]:
    rows = [stretched(sheet.lines[row].items, sheet.width) for row in range(*block.head)]
    starts = sorted(_unheaded(sheet, block, {item.column for row in rows for item in row}))
    columns = []
    for start, end in pairwise([*starts, sheet.width]):
        exact = [item for row in rows for item in row if item.column == start]
        lowest = exact[-1].row if exact else 0
        above = [i.text for row in rows for i in row if i.row < lowest and i.column <= start < i.end]
        columns.append(Column(start, end, (*above, *(item.text for item in exact[-1:]))))
    return columns


def _unheaded(sheet: Sheet, block: Block, headed: set[int]) -> set[int]:
    """Return the columns of a text with those whose header word is lost: the rows print cells there and beside.

    Left of the header that may be labels, which few rows print.
    """
    items = [item for row in block.body for item in sheet.lines[row].items]
    printed = Counter(item.column for item in items)
    least = max(2, FINER * len(block.body))
    first = min(headed)
    inside = range(first + 1, max(headed))
    found = {each for each in inside if min(printed[each - 1 + beside] for beside in range(3)) >= least}
    labels = [item.kind.startswith("level") for item in items if item.column == first - 1]
    if len(labels) > 1 and sum(labels) >= WORDS * len(labels):
        found.add(first - 1)
    return headed | found


def bodies_of(sheet: Sheet, columns: Sequence[Column], rows: Sequence[int]) -> list[Body]:
    """Return what stands below each column, cell by cell where the grid puts it."""
    return [_body(sheet, column, rows) for column in columns]


def _body(sheet: Sheet, column: Column, rows: Sequence[int]) -> Body:
    texts: list[str] = []
    own: list[str] = []
    spanned = filled = 0
    for row in rows:
        inside = [item for item in sheet.lines[row].items if column.start <= item.column < column.end]
        own.append(inside[0].text if inside else "")
        if inside or (row, column.start) not in sheet.cover:
            texts.append(own[-1])
        filled += bool(inside)
        spanned += bool(inside) and inside[0].height > 1
    return Body(tuple(texts), spanned / max(1, filled), tuple(own))
