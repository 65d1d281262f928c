"""Tell what kind of row each row of a table is, by a cheap Viterbi pass that knows no columns yet.

Four kinds suffice to find where blocks of indicators may lie: rows of labels and values, rows of column headers, body
rows, and rows that end a block (totals, notes, opinions, places for stamps).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.grid.cells import BOTH, Item, header_likeness, is_seal, label_likeness, level_of
from jixiao.grid.naming import project_in_band
from jixiao.grid.placing import likeliest
from jixiao.grid.sheet import Line, Sheet
from jixiao.grid.words import header_word, label_word, plain

FIELD, HEAD, BODY, END = range(4)
INDICATOR = ("level1", "level2", "level3", "target", "sign", "unit", "threshold", "half", "previous")
MOVES = {
    (FIELD, FIELD): 0.3, (FIELD, HEAD): 0.0, (FIELD, BODY): -4.0, (FIELD, END): -2.0,
    (HEAD, FIELD): -3.0, (HEAD, HEAD): -0.6, (HEAD, BODY): 0.8, (HEAD, END): -3.0,
    (BODY, FIELD): -1.8, (BODY, HEAD): -0.3, (BODY, BODY): 0.5, (BODY, END): 0.0,
    (END, FIELD): -0.6, (END, HEAD): -0.2, (END, BODY): -1.5, (END, END): 0.2,
}  # fmt: skip
TOTALS = ("合计", "总计", "总分", "得分合计", "总得分", "合计得分", "小计", "自评总分", "综合得分", "评价得分")
NOTES = ("注", "备注", "说明", "填表", "填报说明", "其他需要说明", "其他说明", "有无")
INNER = 0.4  # of a label's loudness, for one that does not stand at the left
ALIKE = 1.5  # body rows print their cells in the same columns
BESIDE = 1.5  # one of several words of a level in a row
REACHED = 2.0  # a header goes on in a row of level words that its cells reach into
UNBEGUN = -3.0  # a table does not begin with rows of a body or its end
TORN = 3.0  # fields and indicators do not share a cell over several rows
LOUD = 4.0  # of a label
BAND = 12.0  # a row that only names a project heads its rows, wherever it stands
VALUES = frozenset({"value", "percent", "date", "number", "amount", "wording", "yesno"})


@dataclass(frozen=True, slots=True)
class Block:
    """Hold where a block of indicators may lie: rows of its header, rows below it, as half-open spans."""

    head: tuple[int, int]
    body: tuple[int, ...]
    ends: tuple[int, ...]


def row_kinds(sheet: Sheet) -> list[int]:
    """Return the kind of every row of a sheet: the likeliest sequence."""
    scores = [kind_scores(line) for line in sheet.lines]
    torn = [TORN * _is_spanned(sheet, row) for row in range(len(scores))]
    going_on = [_goings_on(sheet, row) for row in range(len(scores))]

    def move(row: int, before: int | None, kind: int) -> float:
        if before is None:
            return UNBEGUN * (kind in (BODY, END))
        apart = torn[row] if (before == FIELD) != (kind == FIELD) else 0.0
        return MOVES[before, kind] - apart + (going_on[row].get(kind, 0.0) if before == kind else 0.0)

    return likeliest(scores, move)


def _goings_on(sheet: Sheet, row: int) -> dict[int, float]:
    """Return what speaks for a row being of the kind that the row above is."""
    reached = _beside(sheet.lines[row].items) > 0 and _is_reached(sheet, row)
    return {BODY: ALIKE * _share_columns(sheet.lines[row - 1], sheet.lines[row]), HEAD: REACHED * reached}


def _is_reached(sheet: Sheet, row: int) -> bool:
    """Tell whether a cell of the row above, no frame of the block, reaches down into this one."""
    over = (sheet.cover.get((row, column)) for column in range(sheet.width))
    return any(each is not None and each.row < row for each in over)


def _share_columns(one: Line, other: Line) -> float:
    """Return how much two rows print their cells in the same columns."""
    first, second = ({item.column for item in line.items} for line in (one, other))
    return len(first & second) / len(first | second) if len(second) > 1 else 0.0


def _is_spanned(sheet: Sheet, row: int) -> bool:
    """Tell whether a cell beside the first column reaches from the row above into this one."""
    over = (sheet.cover.get((row, column)) for column in range(sheet.width))
    return any(each and each.row < row and (each.column or each.kind.startswith("level")) for each in over)


def find_blocks(kinds: Sequence[int]) -> list[Block]:
    """Return the candidate blocks: a run of header rows and what follows up to the next one or to a field row."""
    blocks: list[Block] = []
    row = 0
    while row < len(kinds):
        if kinds[row] not in (HEAD, BODY):
            row += 1
            continue
        first = row
        while row < len(kinds) and kinds[row] == HEAD:
            row += 1
        start = row
        while row < len(kinds) and kinds[row] in (BODY, END):
            row += 1
        inside = range(start, row)
        body = tuple(each for each in inside if kinds[each] == BODY)
        blocks.append(Block((first, start), body, tuple(each for each in inside if kinds[each] == END)))
    return blocks


def kind_scores(line: Line) -> dict[int, float]:
    """Return how much a row by itself looks like each kind: fields, header, body, end."""
    items = line.items
    if not items:
        return dict.fromkeys(range(4), 0.0)
    return {FIELD: _as_field(items), HEAD: _as_head(items), BODY: _as_body(items), END: _as_end(items)}


def _as_field(items: Sequence[Item]) -> float:
    if len(items) == 1 and project_in_band(items[0].text):
        return BAND
    scores = [_labels(item) for item in items]
    first = max(scores[:2]) if len(items) > 1 and items[0].height > 1 else scores[0]
    score = max(-2.0, min(first, 4.0)) * 0.7
    if items[0].kind.startswith("level") and scores[0] < LOUD:
        score -= 1.5  # 绩效目标 is a label, though some era has a level of that name
    score -= 1.0 * max(0, sum(item.kind in ("value", "percent", "wording") for item in items) - 1)
    if (
        len(items) > 1
        and first > 0
        and scores[1] < 0
        and items[1].kind in ("name", "prose", "office", "amount", "maybe")
    ):
        score += 0.8
    return score


def _as_head(items: Sequence[Item]) -> float:
    if len(items) < 2:
        return -4.0
    side = _beside(items)
    total = sum(
        max(-3.0, min(header_likeness(item.text), 2.5)) for item in items if not side or not level_of(item.text)
    )
    total += BESIDE * side
    says = [header_word(item.text) for item in items if header_likeness(item.text) > 0]
    spoken = side + sum(max(word.of(role) for role in INDICATOR) >= 2.0 for word in says)
    budget = sum(word.of("exec") >= 2.0 for word in says)
    score = total * min(1.0, 4.0 / len(items)) - 1.0
    return score if spoken > max(1, budget) else min(score, 0.5) - 2.0 * (budget >= spoken)


def _as_body(items: Sequence[Item]) -> float:
    kinds = [item.kind for item in items]
    levels = 0 if _beside(items) else sum(kind.startswith("level") for kind in kinds)
    values = sum(kind in VALUES for kind in kinds)
    signs = sum(kind in ("sign", "unit") for kind in kinds)
    names = sum(kind in ("name", "maybe", "prose") for kind in kinds)
    score = 1.3 * min(levels, 2) + 0.7 * min(values, 3) + 0.5 * min(signs, 2) + 0.4 * min(names, 1)
    score += 3.0 * kinds.count("written")
    score -= max(0.0, min(_labels(items[0]), 4.0)) * 0.6
    heads = sum(item.kind not in VALUES and header_likeness(item.text) > 1.0 for item in items)
    score -= 1.5 * max(0, heads - (len(items) > 2))
    return score - 0.8


def _beside(items: Sequence[Item]) -> int:
    """Return how many words of one level stand side by side, 0 for a single one: they are headings."""
    if any(item.kind in VALUES for item in items):
        return 0
    levels = Counter(level_of(item.text) for item in items)
    most = max(levels[1], levels[2])
    spread = min(levels[1], levels[2]) == 0 and any(item.width > 1 and level_of(item.text) for item in items)
    return most + levels[BOTH] if most > 1 or (most and spread) else 0


def _labels(item: Item) -> float:
    """Return how much a cell speaks as a label: labels stand at the left."""
    likeness = label_likeness(item.text)
    return likeness * (INNER if likeness > 0 and item.column >= 2 else 1.0)


def _as_end(items: Sequence[Item]) -> float:
    first = plain(items[0].text)
    if first.startswith(TOTALS):
        return 4.0
    if is_seal(items[0].text) or first.startswith(NOTES):
        return 3.0
    word = label_word(items[0].text)
    spoken = max(word.of(role) for role in ("score", "opinion", "person", "note", "grade", "finance"))
    return 1.5 if spoken >= 3.0 else -1.0
