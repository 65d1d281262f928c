"""Put together rows of a text that narrow columns have wrapped: one printed row stands on two to four lines.

Evidence: the line goes on in columns that the line above fills to their full width, and adds no cell of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from jixiao.grid.cells import kind_of, label_likeness
from jixiao.grid.words import label_word, plain
from jixiao.model import Cell, Row, Table

FULL = 3  # cells of a column that end at its full width, or …
FULL_SHARE = 0.3  # … this share of them, show that the column wraps
HABIT, HABIT_SHARE = 3, 0.12  # joined lines that show that a table wraps
NARROW = 4
OUTLIERS = 4
SHORT = 4  # characters of a piece of a frame cell that runs down beside the rows
REST = ("指标", "标", "指")
VETO = -2.0  # evidence of one cell that a row is one of its own
LABEL = 1.5
VALUED = frozenset({"value", "date", "wording", "percent", "number"})
CLOSED = frozenset({"label", "number", "amount", "percent", "sign", "level", "level1", "level2", "dash", "code"})


def join_wrapped(table: Table) -> Table:
    """Return a table whose wrapped lines are joined; formats that state their cells never wrap."""
    if table.merged or len(table.rows) < 3:
        return table
    lengths = _full_lengths(table.rows)
    groups: list[list[int]] = []
    for index, row in enumerate(table.rows):
        if groups and index and _goes_on(row, [table.rows[each] for each in groups[-1]], lengths):
            groups[-1].append(index)
        else:
            groups.append([index])
    joined = len(table.rows) - len(groups)
    if joined < max(HABIT, HABIT_SHARE * len(table.rows)):
        return table
    firsts = {index: number for number, group in enumerate(groups) for index in group}
    rows = tuple(_joined([table.rows[each] for each in group]) for group in groups)
    return replace(table, rows=rows, breaks=frozenset(firsts[each] for each in table.breaks if each in firsts))


def _full_lengths(rows: Sequence[Row]) -> dict[int, int]:
    """Return the number of characters at which the cells of a column wrap, for the columns that do."""
    lengths: dict[int, Counter[int]] = {}
    for row in rows:
        for cell in row.filled:
            lengths.setdefault(cell.column, Counter())[len(cell.text.strip())] += 1
    full = {}
    for column, counts in lengths.items():
        for length in sorted(counts, reverse=True)[:OUTLIERS]:
            many = counts[length] + counts[length - 1]
            if length >= NARROW and many >= FULL and many >= FULL_SHARE * sum(counts.values()):
                full[column] = length
                break
    return full


def _goes_on(row: Row, group: Sequence[Row], lengths: dict[int, int]) -> bool:
    """Tell whether a row only goes on with the texts of the rows of a group."""
    before = {cell.column: cell.text for each in group for cell in each.filled}
    first = group[0].filled
    cells = [cell for cell in row.filled if not _is_frame(cell, before)]
    if not cells or not first or len(cells) > len(first) or any(cell.column not in before for cell in cells):
        return False
    evidence = [_evidence(before[cell.column], cell, lengths) for cell in cells]
    return min(evidence) > VETO and sum(evidence) > 0.0


def _is_frame(cell: Cell, before: dict[int, str]) -> bool:
    return cell.column == 0 and len(plain(cell.text)) <= SHORT and 0 not in before and label_word(cell.text).best < 5.0


def _evidence(above: str, cell: Cell, lengths: dict[int, int]) -> float:
    """Return how much a cell looks like the rest of the one above it."""
    length, limit = len(above.strip()), lengths.get(cell.column, 0)
    joined = kind_of(above + cell.text)
    if joined in ("office", "level", "level1", "level2") and (kind_of(above) != joined or plain(cell.text) in REST):
        return 2.5
    full = bool(limit) and limit - 1 <= length <= limit
    if kind_of(cell.text).startswith("level") and full and not kind_of(above).startswith("level"):
        return 1.5
    if len(cell.text) > 2 and label_likeness(above) > LABEL > label_likeness(cell.text):
        return -2.0
    if kind_of(cell.text) in CLOSED or kind_of(above) in CLOSED or plain(above).endswith(("。", "；")):
        return -2.0
    if kind_of(cell.text) in VALUED and kind_of(above) in VALUED:
        return 0.3 if above[-1:].isdigit() and cell.text[:1].isdigit() else -2.0
    if full:
        return 1.5
    return 0.3 if joined in VALUED and len(plain(cell.text)) < SHORT else -1.0


def _joined(rows: Sequence[Row]) -> Row:
    if len(rows) == 1:
        return rows[0]
    texts: dict[int, str] = {}
    for row in rows:
        for cell in row.filled:
            texts[cell.column] = texts.get(cell.column, "") + cell.text.strip()
    return Row(tuple(Cell(text, column) for column, text in sorted(texts.items())), rows[0].place)
