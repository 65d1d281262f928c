"""Find the printed columns of a block: leaves of its header rows with the words above them, and what stands below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from jixiao.grid.blocks import Block
from jixiao.grid.cells import Item, header_likeness, kind_of, level_of
from jixiao.grid.columns import Body, Column
from jixiao.grid.sheet import Sheet, stretched
from jixiao.grid.words import header_word, label_word

WORDS = 0.7  # of the cells of a row are header words: it is part of the header below
TOLD = frozenset({"value", "percent", "number"})
VALUED = TOLD | {"wording", "amount", "prose", "office", "date"}
NAMES_BEFORE = 3  # header cells that stand left of those a further row divides
ABOVE = 2  # rows in which a header of unknown words stands above its block
LEAST, SHORT = 3, 12  # its cells, the characters of one
WORDS_OF = frozenset({"name", "maybe", "label", "wording", "place", "unit"})
SPOKEN = 3.0  # what a header word must say of 一级
YEAR = 6  # characters of a year that heads a column
FRAME = 5  # rows; a cell over as many is the frame of the block
FINER = 0.5  # of the rows below a header cell print two cells there: it heads two columns


def deepened(sheet: Sheet, block: Block) -> Block:
    """Return a block whose header takes in the rows that two or more of its cells reach down into."""
    first, last = block.head
    if first == last:
        return block
    if _names_below(sheet, last):
        return _without_first(block)
    if not sheet.stated:
        return _without_first(block) if _divides(sheet, first, last) else block
    items = [item for row in range(first, last) for item in sheet.lines[row].items]
    reach = Counter(item.row + item.height for item in items if item.height > 1 and item.row + item.height > last)
    if not reach:
        return block
    end, cells = min(reach.items(), key=lambda each: each[0])
    if cells < 2 and not (cells == 1 and end == last + 1 and _reads_on(sheet, items, last)):
        return block
    return Block((first, end), tuple(row for row in block.body if row >= end), tuple(r for r in block.ends if r >= end))


def raised(sheet: Sheet, block: Block) -> Block:
    """Return a block whose header takes in the rows above that head several of its columns together."""
    first, last = block.head
    while first > 0 and first < last and _heads(sheet, first):
        first -= 1
    return Block((first, last), block.body, block.ends)


def headed(sheet: Sheet, block: Block) -> Block:
    """Return a block without a header with the row of short words above it as one, words nobody has seen."""
    first = block.head[0]
    if first != block.head[1] or not block.body:
        return block
    printed = {item.column for row in block.body for item in sheet.lines[row].items}
    for row in range(first - 1, max(-1, first - 1 - ABOVE), -1):
        items = sheet.lines[row].items
        words = all(item.kind in WORDS_OF and len(item.text) <= SHORT for item in items)
        if len(items) >= LEAST and words and {item.column for item in items} >= printed:
            ends = tuple(each for each in range(row + 1, first) if sheet.lines[each].items)
            return Block((row, row + 1), block.body, (*ends, *block.ends))
    return block


def _heads(sheet: Sheet, row: int) -> bool:
    """Tell whether the row above a header row belongs to the header: its cells reach down, or are words in a row."""
    over = [sheet.cover.get((row, column)) for column in range(sheet.width)]
    if sheet.stated and sum(each is not None and each.row < row and each.height < FRAME for each in set(over)) >= 2:
        return True
    items = sheet.lines[row - 1].items
    if any(item.kind in TOLD for item in items):
        return False
    words = [level_of(item.text) > 0 or header_likeness(item.text) > 0 for item in items]
    if len(items) < 2 or sum(words) < WORDS * len(items):
        return False
    levels = sum(level_of(item.text) > 0 for item in items)
    return levels >= 2 or not (sheet.stated or any(kind_of(item.text) in VALUED for item in items))


def _without_first(block: Block) -> Block:
    """Return a block whose first body row belongs to the header."""
    end = block.head[1] + 1
    return Block((block.head[0], end), tuple(row for row in block.body if row >= end), block.ends)


def _names_below(sheet: Sheet, row: int) -> bool:
    """Tell whether a row below a row of level words names what the rows below it print values of."""
    if not 0 < row < len(sheet.lines) - 1:
        return False
    above, names, values = (sheet.lines[each].items for each in (row - 1, row, row + 1))
    labels = [item for item in above if level_of(item.text)]
    told = sum(item.kind in VALUED for item in values)
    bare = not any(item.kind in VALUED or header_likeness(item.text) > 0 for item in names)
    return len(labels) > 1 and len(labels) == len(above) <= len(names) <= told and bare


def _divides(sheet: Sheet, first: int, row: int) -> bool:
    """Tell whether a row of a text divides the last columns of the header above it: places or periods, no values."""
    above, items = sheet.lines[row - 1].items, sheet.lines[row].items if row < len(sheet.lines) else ()
    below = sheet.lines[row + 1].items if row + 1 < len(sheet.lines) else ()
    if len(items) < 2 or len(above) < NAMES_BEFORE or len(below) < len(items) or row - first >= NAMES_BEFORE:
        return False
    right = items[0].column >= above[NAMES_BEFORE - 1].column
    words = all(item.kind in ("place", "office") or _is_head(item.text) for item in items)
    return right and words and sum(item.kind in VALUED for item in below) >= len(items) - 1


def _is_head(text: str) -> bool:
    """Tell whether a word heads a column: a header word, or a period."""
    period = max(label_word(text).of("annual"), label_word(text).of("medium"))
    year = header_word(text).year is not None and len(text) <= YEAR
    return header_likeness(text) > 0 or period >= 1.0 or year


def _reads_on(sheet: Sheet, items: Sequence[Item], row: int) -> bool:
    """Tell whether a row right below a header cell over several columns is made of header words."""
    below = sheet.lines[row].items if row < len(sheet.lines) else ()
    return any(item.width > 1 for item in items) and bool(below) and all(header_likeness(i.text) > 0 for i in below)


def find_columns(sheet: Sheet, block: Block) -> list[Column]:
    """Return the printed columns of a block, from left to right, without any role yet."""
    if block.head[0] == block.head[1]:
        return _headless(sheet, block)
    return _of_stated(sheet, block) if sheet.stated else _of_text(sheet, block)


def _headless(sheet: Sheet, block: Block) -> list[Column]:
    starts = sorted({item.column for row in block.body for item in sheet.lines[row].items})
    return [Column(start, end, ()) for start, end in pairwise([*starts, sheet.width])]


def _of_stated(sheet: Sheet, block: Block) -> list[Column]:
    first, last = block.head
    starts = {0}
    below: Counter[int] = Counter()
    for row in block.body:
        below.update(item.column for item in sheet.lines[row].items)
    stacks = []
    for column in range(sheet.width):
        items = [sheet.cover.get((row, column)) for row in range(first, last)]
        stacks.append(tuple(dict.fromkeys(item for item in items if item is not None)))
    for column in range(1, sheet.width):
        lowest, before = stacks[column][-1:], stacks[column - 1][-1:]
        if lowest != before or below[column] >= FINER * max(1, len(block.body)):
            starts.add(column)
    columns = []
    frame = ""
    for start, end in pairwise([*sorted(starts), sheet.width]):
        stack = stacks[start]
        if any(item.row + item.height > last + 1 for item in stack):
            frame = stack[0].text  # the frame of the block reaches down beside its rows
            continue
        columns.append(Column(start, end, tuple(item.text for item in stack), frame=frame))
    return columns


def _of_text(sheet: Sheet, block: Block) -> list[Column]:
    rows = [stretched(sheet.lines[row].items, sheet.width) for row in range(*block.head)]
    headed = {item.column for row in rows for item in row}
    starts = sorted(headed | _unheaded(sheet, block, headed))
    columns = []
    for start, end in pairwise([*starts, max(sheet.width, starts[-1] + 1)]):
        exact = [item for row in rows for item in row if item.column == start]
        if not exact:
            columns.append(Column(start, end, ()))
            continue
        lowest = exact[-1]
        above = [i for row in rows for i in row if i.row < lowest.row and i.column <= start < i.end]
        columns.append(Column(start, end, (*(item.text for item in above), lowest.text)))
    return columns


def _unheaded(sheet: Sheet, block: Block, headed: set[int]) -> set[int]:
    """Return the columns of a text whose header word is lost: the rows print cells there and on both sides."""
    printed = Counter(item.column for row in block.body for item in sheet.lines[row].items)
    least = FINER * len(block.body)
    inside = range(min(headed) + 1, max(headed))
    found = {
        each
        for each in inside
        if each not in headed and min(printed[each], printed[each - 1], printed[each + 1]) >= least > 1
    }
    return found | _labels_beside(sheet, block, min(headed))


def _labels_beside(sheet: Sheet, block: Block, first: int) -> set[int]:
    """Return the column left of a header in which its rows print 一级 labels, where no word of it says 一级."""
    words = [item.text for row in range(*block.head) for item in sheet.lines[row].items]
    if first != 1 or any(header_word(word).of("level1") >= SPOKEN for word in words):
        return set()
    cells = [item for row in block.body for item in sheet.lines[row].items if item.column == 0]
    return {0} if cells and all(item.kind in ("level1", "level") for item in cells) else set()


def bodies_of(sheet: Sheet, columns: Sequence[Column], rows: Sequence[int]) -> list[Body]:
    """Return what stands below each column, cell by cell where the grid puts it."""
    return [_body(sheet, column, rows) for column in columns]


def _body(sheet: Sheet, column: Column, rows: Sequence[int]) -> Body:
    texts: list[str] = []
    spanned = filled = 0
    for row in rows:
        item = sheet.cover.get((row, column.start))
        if item is None:
            inside = [i for i in sheet.lines[row].items if column.start <= i.column < column.end]
            texts.append(inside[0].text if inside else "")
            filled += bool(inside)
        elif item.row == row and column.start <= item.column < column.end:
            texts.append(item.text)
            filled += 1
            spanned += item.height > 1
    own = [_own_text(sheet, column, row) for row in rows]
    return Body(tuple(texts), spanned / filled if filled else 0.0, tuple(own))


def _own_text(sheet: Sheet, column: Column, row: int) -> str:
    inside = (item.text for item in sheet.lines[row].items if column.start <= item.column < column.end)
    return next(inside, "")
