"""Read the rows of a block into its columns, and tell what each row is: an indicator, a total, a heading, a unit's row.

Every row is tested by itself, by one test for all: no label, no header word, no seal, no bare unit, no placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.grid.alignment import CLEAR, align, misfit
from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import (
    Item,
    header_likeness,
    is_placeholder,
    is_seal,
    is_unfilled,
    kind_of,
    level_of,
    states_itself,
)
from jixiao.grid.columns import Assignment, Column
from jixiao.grid.sheet import Line, Sheet
from jixiao.grid.words import label_word, plain
from jixiao.grid.written import labels_in, read_phrases
from jixiao.model import Source
from jixiao.values.content import is_project_code

REGISTER = frozenset(
    {"programme", "project", "code", "office", "officecode", "money", "goal", "overview", "category", "ordinal"}
)
LEVELS = frozenset({"level1", "level2"})
COVERED = REGISTER | LEVELS | {"note", "target", "frame", "region"}
STATED = frozenset({"value", "percent", "number", "date"})
INDICATOR, TOTAL, HEADING, UNIT, LABEL, NOTE, RATE, AGAIN = range(8)
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s；;。]))(?:指\s*标\s*\d{1,2}\s*[:：.．、]?|[(（]?\d{1,2}[)）.．、](?!\d)|[①-⑳])\s*"
)
MONEY = 2.0  # what a cell across the levels must say of money
NOTES = ("注:", "注：", "备注", "说明", "填表", "填报", "其他需要说明", "其他说明", "其他需说明", "有无")


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one row read into columns: text by column index, what no column took, how far it is off its header.

    ``covering`` are the columns whose text comes from a cell over several rows; ``wide`` says that one cell covers
    several columns; ``margin`` is by how much its alignment beat the next best one.
    """

    line: Line
    texts: Mapping[int, str]
    covering: frozenset[int] = frozenset()
    dropped: tuple[str, ...] = ()
    shift: int = 0
    wide: bool = False
    margin: float = CLEAR

    def of(self, assigned: Assignment, role: str, block: int | None = None) -> str:
        """Return the text of the first column of a role (of a block), empty when there is none."""
        for index, column in enumerate(assigned.columns):
            if column.role == role and block in (None, column.block) and self.texts.get(index):
                return self.texts[index]
        return ""

    def name(self, assigned: Assignment, block: int | None = None) -> str:
        """Return the name of what is measured: the lowest level printed."""
        return self.of(assigned, "level4", block) or self.of(assigned, "level3", block)


def read_entries(
    sheet: Sheet,
    assigned: Assignment,
    rows: Sequence[int],
    schemes: frozenset[str] = frozenset(),
    *,
    weighed: bool = False,
) -> list[Entry]:
    """Return the rows of a block, each read into the columns; ``weighed`` asks for their margins, too."""
    if sheet.stated:
        return [_stated(sheet, assigned.columns, sheet.lines[row]) for row in rows]
    entries = []
    running = 0
    for row in rows:
        line = sheet.lines[row]
        found = align(line.items, assigned.columns, running, schemes, weighed=weighed)
        texts = {j: line.items[i].text for j, i in found.chosen.items()}
        running = found.shift
        dropped = tuple(line.items[i].text for i in found.dropped if not _signs(line, assigned, texts, i))
        entries.append(Entry(line, texts, frozenset(), dropped, found.shift, margin=found.margin))
    return entries


def _signs(line: Line, assigned: Assignment, texts: dict[int, str], index: int) -> bool:
    """Put a sign that stands in a cell of its own before the value beside it; tell whether the cell was one."""
    item = line.items[index]
    beside = line.items[index + 1].text if index + 1 < len(line.items) else ""
    target = next((j for j, column in enumerate(assigned.columns) if column.role == "target"), None)
    if item.kind != "sign" or target is None or texts.get(target) != beside:
        return False
    texts[target] = item.text.strip() + beside
    return True


def _stated(sheet: Sheet, columns: Sequence[Column], line: Line) -> Entry:
    """Return a row of a table whose format states its grid: every cell is in the columns it covers."""
    texts: dict[int, str] = {}
    dropped: list[str] = []
    wide = False
    for item in line.items:
        over = [j for j, column in enumerate(columns) if column.start < item.end and item.column < column.end]
        over = [j for j in over if j not in texts] or over
        if not over:
            continue
        wide = wide or (len(over) > 2 and item.height == 1)
        best = min(over, key=lambda j: (misfit(columns[j].role, item.kind), j)) if len(over) > 1 else over[0]
        if best in texts:
            texts[best] += "\n" + item.text if columns[best].role == "note" else ""
            dropped.append(item.text)
        else:
            texts[best] = item.text
    covering = _cover(sheet, columns, line, texts)
    return Entry(line, texts, covering, tuple(dropped), 0, wide)


def _cover(sheet: Sheet, columns: Sequence[Column], line: Line, texts: dict[int, str]) -> frozenset[int]:
    """Take over what reaches down into a row from above; return the columns of cells over several rows."""
    roles = COVERED | {"level3"} if any(column.role == "level4" for column in columns) else COVERED
    covering = set()
    for j, column in enumerate(columns):
        above = sheet.cover.get((line.index, column.start))
        if above is None:
            continue
        if j in texts and above.height > 1:
            covering.add(j)
        elif j not in texts and above.row < line.index and column.role in roles:
            texts[j] = above.text
            covering.add(j)
    return frozenset(covering)


def divided(entry: Entry, assigned: Assignment) -> list[Entry]:
    """Return a row as the rows it holds: several names in one cell, as many values beside them."""
    at = {column.role: j for j, column in enumerate(assigned.columns) if entry.texts.get(j)}
    if "level3" not in at or "target" not in at:
        return [entry]
    numbered = _numbered(entry.texts[at["level3"]])
    names = numbered or _lines(entry.texts[at["level3"]])
    values = _parts(entry.texts[at["target"]], len(names))
    told = all(kind_of(text) in STATED or (numbered and is_value(text)) for text in values)
    if len(names) < 2 or values == [entry.texts[at["target"]]] * len(names) or not told:
        return [entry]
    parts = []
    for number in range(len(names)):
        texts = {j: _parts(text, len(names))[number] for j, text in entry.texts.items()}
        parts.append(replace(entry, texts=texts | {at["level3"]: names[number]}))
    return parts


def _parts(text: str, count: int) -> list[str]:
    """Return so many lines or words of a text, the whole for each where it has another number of them."""
    lines = _lines(text) if "\n" in text else text.split()
    return lines if len(lines) == count else [text] * count


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _numbered(text: str) -> list[str]:
    """Return the items of a numbered list, empty for a text that is none."""
    parts = [part.strip() for part in _NUMBERED.split(text)]
    return parts[1:] if len(parts) > 2 and not parts[0] else []


@dataclass(frozen=True)
class Rows:
    """Hold the rows of a block read into its columns, and what each is."""

    sheet: Sheet
    assigned: Assignment
    entries: tuple[Entry, ...]
    kinds: tuple[int, ...]

    @property
    def blocks(self) -> int:
        """Return the number of groups of columns side by side."""
        return max((column.block for column in self.assigned.columns), default=0) + 1


# ---------------------------------------------------------------- what a row is


def kinds_of(entries: Sequence[Entry], assigned: Assignment) -> tuple[int, ...]:
    """Return what each row is; 预算执行率 above all labels of levels is the money's."""
    kinds = [kind_of_entry(entry, assigned) for entry in entries]
    for index, entry in enumerate(entries):
        if not LEVELS & assigned.roles or any(entry.of(assigned, role) for role in LEVELS):
            break
        if kinds[index] == INDICATOR and label_word(entry.name(assigned)).of("rate") >= 5.0:
            kinds[index] = RATE
    return tuple(kinds)


def kind_of_entry(entry: Entry, assigned: Assignment) -> int:
    """Return what a row of a block is."""
    own = _own(entry)
    if not own:
        return LABEL
    first = plain(own[0].text)
    if _repeats_header(entry, assigned) or _counts_columns(own):
        return AGAIN
    if (first.strip(":：").startswith(TOTALS) or first.endswith(TOTALS)) and len(first) < 12:
        return TOTAL
    signed = max(map(label_word(own[0].text).of, ("opinion", "person")))
    if is_seal(own[0].text) or first.startswith(NOTES) or signed >= 5.0:
        return NOTE
    across = _reaches_names(assigned, own[0])
    if _is_rate(entry, assigned, own) or (across and label_word(own[0].text).of("money") >= MONEY):
        return RATE
    if across and len(own) > 1 and all(kind_of(item.text) == "number" for item in own[1:]):
        return TOTAL
    name = entry.name(assigned)
    register = {
        column.role for j, column in enumerate(assigned.columns) if entry.texts.get(j) and j not in entry.covering
    }
    if states_more(entry, assigned):
        return INDICATOR
    coded = any(is_project_code(entry.of(assigned, role)) for role in ("code", "officecode"))
    if not name and register & {"office", "project"} and "money" in register and not coded:
        return UNIT
    if len(own) == 1 and not LEVELS & assigned.roles and kind_of(own[0].text).startswith(("level", "label")):
        return HEADING
    if not name:
        return LABEL
    return INDICATOR


def states_more(entry: Entry, assigned: Assignment) -> bool:
    """Tell whether a row writes indicators out, or prints values below their names."""
    for j, column in enumerate(assigned.columns):
        text = entry.texts.get(j, "")
        if column.role == "written" and text and (labels_in(text) or read_phrases(text)):
            return True
        if column.role == "named" and is_value(text):
            return True
    return False


def _own(entry: Entry) -> list[Item]:
    return [item for item in entry.line.items if item.text.strip()]


def _repeats_header(entry: Entry, assigned: Assignment) -> bool:
    """Tell whether a row prints the header again, perhaps with other last columns."""
    again = [plain(entry.texts.get(j, "")) == plain(column.leaf) != "" for j, column in enumerate(assigned.columns)]
    if sum(again) >= 2 and sum(again) >= 0.5 * len(entry.line.items):
        return True
    spoken = [header_likeness(item.text) > 1.0 for item in entry.line.items]
    return len(spoken) > 2 and sum(spoken) >= 0.75 * len(spoken)


def _counts_columns(own: Sequence[Item]) -> bool:
    """Tell whether a row only counts the columns: 1, 2, 3 …"""
    numbers = [plain(item.text) for item in own]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _is_rate(entry: Entry, assigned: Assignment, own: Sequence[Item]) -> bool:
    """Tell whether a row is the money's 预算执行率: a name left of the names, without any level beside it."""
    if label_word(own[0].text).of("rate") < 5.0 or level_of(own[0].text):
        return False
    names = [column.start for column in assigned.of("level3")]
    wide = own[0].width > 1 or (bool(names) and own[0].column < names[0])
    return wide and not any(assigned.columns[j].role in LEVELS and j in entry.covering for j in entry.texts)


def money_of(rows: Rows) -> list[tuple[str, str, Source]]:
    """Return (header, amount, source) of the columns of money in the row of totals of a matrix."""
    if not rows.assigned.of("named") or rows.assigned.of("project"):
        return []
    total = next((entry for entry, kind in zip(rows.entries, rows.kinds, strict=True) if kind == TOTAL), None)
    if total is None:
        return []
    pairs = [(column, total.texts.get(j, "")) for j, column in enumerate(rows.assigned.columns)]
    source = rows.sheet.source(total.line.index)
    return [("".join(column.path), text, source) for column, text in pairs if column.role == "money" and text]


def _reaches_names(assigned: Assignment, item: Item) -> bool:
    """Tell whether a cell reaches over the columns of the levels into the names: what it says is no indicator's."""
    names = [column.start for column in assigned.of("level3")]
    return bool(names) and item.column < names[0] < item.end


def rates_of(rows: Rows) -> list[tuple[dict[str, str], Source]]:
    """Return the rate, points and score of the money's own rows in a block, with their sources."""
    found = []
    for entry, kind in zip(rows.entries, rows.kinds, strict=True):
        rate = entry.of(rows.assigned, "actual")
        if kind == RATE and rate:
            told = {role: entry.of(rows.assigned, role) for role in ("weight", "score")}
            found.append(({"rate": rate, **told}, rows.sheet.source(entry.line.index)))
    return found


def is_indicator_name(text: str, *, valued: bool) -> bool:
    """Tell whether a text can be the name of an indicator."""
    body = plain(text)
    if not body or is_placeholder(text) or is_seal(text) or body.startswith(TOTALS) or body.startswith(NOTES):
        return False
    if kind_of(text) in ("number", "amount", "percent", "dash", "tick", "sign", "code", "placeholder"):
        return False
    if kind_of(text) == "unit" and not (valued and len(body) > 1 and not body.endswith("元")):
        return False  # 乡镇 and 社区 are counted things and units both
    if not valued and kind_of(text) in ("value", "date") and not states_itself(text):
        return False
    if header_likeness(text) > 3.0 and not valued:
        return False
    if body.endswith("指标") and level_of(text):
        return False  # 数量指标 names a level wherever it stands
    return valued or not level_of(text)


def is_value(text: str) -> bool:
    """Tell whether a text in a value column states something: no blank, dash, placeholder, unit alone, instruction."""
    return bool(text) and not is_unfilled(text) and kind_of(text) != "dash"
