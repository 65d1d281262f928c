"""Put together rows of a text that narrow columns or a page's end have cut: one printed row stands on several lines.

Evidence: the line goes on in columns that the line above fills to their full width, and lacks what every row prints.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jixiao.grid.cells import header_likeness, is_frame, kind_of, label_likeness, level_of
from jixiao.grid.words import header_word, plain
from jixiao.model import Cell, Row, Table

FULL = 3  # cells of a column that end at its full width, or …
FULL_SHARE = 0.3  # … this share of them, show that the column wraps
DUE = 0.6  # of the rows with values print a cell there: every row does
VALUED_ROWS = 3
SPARED = 0.25  # of what is due may be missing all the same
NARROW = 4
OUTLIERS = 4
SHORT = 4  # characters of a piece of a frame cell that runs down beside the rows
WHOLE = ("office", "level", "level1", "level2")
REST = ("指标", "标", "指")
SURE, LIKELY, LACKED, MAYBE, UNLIKE = (
    2.5,
    1.5,
    0.5,
    0.3,
    -1.0,
)  # evidence of one cell that it goes on with the one above
VETO = -2.0  # … that its row is one of its own
LABEL = 1.5
KNOWN = 0.8  # of the characters of such a word
HEADER = 1.0  # what a word that goes on in the next line must say as a header
LACKING = 2.0  # what speaks for a rest where a line prints nothing of what is due
TOLD = frozenset({"value", "date", "percent", "number"})
VALUED = TOLD | {"wording"}
CLOSED = frozenset(
    {"label", "number", "amount", "percent", "sign", "level", "level1", "level2", "dash", "code", "placeholder"}
)


_OPEN, _CLOSES = re.compile(r"[（(][^（()）]*$"), re.compile(r"[^（()）]{0,6}[)）]$")


@dataclass(frozen=True, slots=True)
class _Habits:
    """Hold how a table prints its rows: where texts wrap, and which columns every row with a value fills."""

    lengths: dict[int, int]
    due: frozenset[int]
    valued: frozenset[int]

    def fills(self, column: int, text: str) -> bool:
        """Tell whether a text fills a column to its full width."""
        limit = self.lengths.get(column, 0)
        return bool(limit) and limit - 1 <= len(text) <= limit


def join_wrapped(table: Table) -> Table:
    """Return a table whose wrapped lines are joined; formats that state their cells never wrap."""
    if table.merged or len(table.rows) < 3:
        return table
    table = _with_brackets_closed(_with_cells_around(table))
    habits = _habits_of(table.rows)
    groups: list[list[int]] = []
    for index, row in enumerate(table.rows):
        above = _pieces([table.rows[each] for each in groups[-1]]) if groups else {}
        if _goes_on(row, above, habits):
            groups[-1].append(index)
        else:
            groups.append([index])
    return _grouped(table, groups)


def _with_brackets_closed(table: Table) -> Table:
    """Return a table whose cells that end inside brackets have what closes them in the cell below."""
    rows = [{cell.column: cell for cell in row.cells} for row in table.rows]
    for row, below in pairwise(rows):
        for column in row.keys() & below.keys():
            first, second = row[column], below[column]
            if _OPEN.search(first.text) and _CLOSES.match(second.text):
                row[column] = replace(first, text=first.text + second.text)
                below[column] = replace(second, text="")
    cells = zip(table.rows, rows, strict=True)
    return replace(table, rows=tuple(replace(row, cells=tuple(found.values())) for row, found in cells))


def _with_cells_around(table: Table) -> Table:
    """Return a table whose centred rows have the cells that wrap around them, one line above and one below."""
    groups: list[list[int]] = []
    index = 0
    while index < len(table.rows):
        group = [index, index + 1, index + 2] if _wraps_around(table.rows[index : index + 3]) else [index]
        groups.append(group)
        index += len(group)
    return _grouped(table, groups)


def _wraps_around(rows: Sequence[Row]) -> bool:
    """Tell whether the cells above and below a fuller row stand in the same columns, of which it prints none."""
    if len(rows) < 3:
        return False
    above, row, below = ({cell.column: cell.text for cell in each.filled} for each in rows)
    if above.keys() != below.keys() or above.keys() & row.keys() or len(row) <= len(above):
        return False
    rests = (text for column, text in below.items() if not level_of(above[column] + text))
    return not any(level_of(text) for text in rests)


def _grouped(table: Table, groups: Sequence[Sequence[int]]) -> Table:
    """Return a table with the rows of each group joined into one."""
    firsts = {index: number for number, group in enumerate(groups) for index in group}
    rows = tuple(_joined([table.rows[each] for each in group]) for group in groups)
    return replace(table, rows=rows, breaks=frozenset(firsts[each] for each in table.breaks if each in firsts))


def _habits_of(rows: Sequence[Row]) -> _Habits:
    valued = [row for row in rows if any(kind_of(cell.text) in VALUED for cell in row.filled)]
    printed = Counter(
        cell.column for row in valued for cell in row.filled if not kind_of(cell.text).startswith("level")
    )
    values = Counter(cell.column for row in valued for cell in row.filled if kind_of(cell.text) in VALUED)
    due = [column for column, count in printed.items() if count >= DUE * len(valued) and len(valued) >= VALUED_ROWS]
    return _Habits(
        _full_lengths(rows), frozenset(due), frozenset(each for each in due if values[each] > DUE * printed[each])
    )


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


def _pieces(rows: Sequence[Row]) -> dict[int, list[str]]:
    """Return what rows print in each column, piece by piece."""
    pieces: dict[int, list[str]] = {}
    for row in rows:
        for cell in row.filled:
            pieces.setdefault(cell.column, []).append(cell.text.strip())
    return pieces


def _goes_on(row: Row, before: dict[int, list[str]], habits: _Habits) -> bool:
    """Tell whether a row only goes on with the texts of the row above, or prints what that one lacks."""
    cells = row.filled
    if not cells or not before:
        return False
    printed = {cell.column for cell in cells}
    if _states_more(cells, before, habits):
        return False
    whole = _is_whole(before, printed, habits)
    lacking = habits.due - printed if whole else frozenset()
    gaps = habits.valued - before.keys() if whole else frozenset()
    if len(cells) > len(before) and not gaps:
        return False
    evidence = [
        _rest(before[cell.column], cell, habits, lacking)
        if cell.column in before
        else _lost(cell, lacking | gaps, habits)
        for cell in cells
    ]
    missing = len(lacking) / len(habits.due) if lacking else 0.0
    return min(evidence) > VETO and any(evidence) and sum(evidence) + LACKING * missing > 0.0


def _is_whole(before: Mapping[int, Sequence[str]], printed: set[int], habits: _Habits) -> bool:
    """Tell whether two rows together print what every row prints, and one of them its values."""
    told = any(kind_of("".join(pieces)) in VALUED for pieces in before.values())
    valued = (told and habits.valued <= before.keys()) or habits.valued <= printed
    return valued and len(habits.due - before.keys() - printed) <= SPARED * len(habits.due)


def _states_more(cells: Sequence[Cell], before: Mapping[int, Sequence[str]], habits: _Habits) -> bool:
    """Tell whether a row states a name and a value of its own beside those of the row above."""
    texts = {column: "".join(pieces) for column, pieces in before.items()}
    told = any(kind_of(text) in TOLD for text in texts.values())
    for number, cell in enumerate(cells):
        if kind_of(cell.text) not in (VALUED if number else TOLD):
            continue
        if number and cells[number - 1].column not in before:
            return True
        within = cell.column not in habits.valued and kind_of(texts.get(cell.column, "")) not in (*VALUED, "blank")
        if told and not within and _value_rest(texts.get(cell.column, ""), cell.text.strip()) <= VETO:
            return True
    return False


def _lost(cell: Cell, lacking: frozenset[int], habits: _Habits) -> float:
    """Return how much a cell looks like one that the row above has lost: only where the row lacks what is due.

    A label of a level or the frame says nothing: in a text of centred cells it may stand on any line of its rows.
    """
    if habits.valued and habits.valued <= lacking and (kind_of(cell.text).startswith("level") or is_frame(cell.text)):
        return 0.0
    if cell.column < min(habits.due, default=0):
        return VETO
    return LACKED if lacking and not kind_of(cell.text).startswith(("level", "label", "placeholder")) else VETO


def _rest(pieces: Sequence[str], cell: Cell, habits: _Habits, lacking: frozenset[int]) -> float:
    """Return how much a cell looks like the rest of the one above it."""
    above, rest = "".join(pieces), cell.text.strip()
    first, second = kind_of(above), kind_of(rest)
    labelled = len(rest) > 2 and label_likeness(re.split("[:：]", rest)[0]) > LABEL  # a label with its value is no rest
    if _makes_whole(above, rest):
        return SURE
    if _goes_on_as_header(above, rest):
        return SURE
    full = habits.fills(cell.column, pieces[-1])
    leveled = second.startswith("level") and not first.startswith("level")
    if leveled and full and len(rest) <= SHORT and not labelled:
        return VETO if rest.endswith(REST[0]) else LIKELY
    if labelled or (len(rest) > 2 and label_likeness(above) > LABEL):
        return VETO
    bare = bool(lacking) and cell.column not in habits.valued
    signed = bare and second == "sign"  # 不足 is one, too
    if plain(above).endswith(("。", "；")) or ({first, second} & CLOSED and not signed):
        return VETO
    if {first, second} <= VALUED and not bare:
        return max(_value_rest(above, rest), MAYBE if lacking else VETO)
    return LIKELY if full or len(rest) == 1 else _short_rest(above, rest, bare=bare)


def _short_rest(above: str, rest: str, *, bare: bool) -> float:
    """Return how much a cell looks like a rest where nothing shows that the one above it ran out of room."""
    if len(plain(rest)) > SHORT:
        return UNLIKE
    if bare:
        return LACKED
    return MAYBE if kind_of(above + rest) in VALUED else UNLIKE


def _goes_on_as_header(above: str, rest: str) -> bool:
    """Tell whether two pieces make a header word that the first alone is not."""
    word = header_word(above + rest)
    headed = word.headed > header_word(above).headed and word.known >= KNOWN
    return headed and len(rest) <= SHORT and header_likeness(above + rest) > HEADER


def _makes_whole(above: str, rest: str) -> bool:
    """Tell whether two pieces make a label of a level or an office that the first alone is not."""
    joined, first = kind_of(above + rest), kind_of(above)
    apart = kind_of(rest) == "office" or first == "number"
    return joined in WHOLE and not apart and (first != joined or plain(rest) in REST)


def _value_rest(above: str, rest: str) -> float:
    """Return how much a value looks like the rest of the one above it: the day of a month, a number cut in two."""
    if re.search(r"月$", above) and re.match(r"\d{1,2}日", rest):
        return LIKELY
    return MAYBE if above[-1:].isdigit() and rest[:1].isdigit() else VETO


def _joined(rows: Sequence[Row]) -> Row:
    if len(rows) == 1:
        return rows[0]
    texts = {column: "".join(pieces) for column, pieces in _pieces(rows).items()}
    return Row(tuple(Cell(text, column) for column, text in sorted(texts.items())), rows[0].place)
