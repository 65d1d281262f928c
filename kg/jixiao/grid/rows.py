"""Read the rows of a block into its columns, and tell what each row is: an indicator, a total, a heading, a unit's row.

Every row is tested by itself, by one test for all: no label, no header word, no seal, no bare unit, no placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.grid.alignment import align, misfit
from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import Item, is_seal, is_unfilled, kind_of, level_of, states_itself
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
NAMELESS = frozenset({"number", "amount", "percent", "dash", "tick", "sign", "code", "placeholder"})
INDICATOR, TOTAL, HEADING, UNIT, LABEL, NOTE, RATE = range(7)
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s；;。]))(?:指\s*标\s*\d{1,2}\s*[:：.．、]?|[(（]?\d{1,2}[)）.．、](?!\d)|[①-⑳])\s*"
)
MONEY = 2.0  # what a cell across the levels must say of money
SAID = 5.0  # what a label must say of a rate to be one
SUMMED = 12  # characters of the words of a total


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one row read into columns: text by column index, what no column took, how far it is off its header.

    ``covering`` are the columns whose text comes from a cell over several rows.
    """

    line: Line
    columns: Sequence[Column]
    texts: Mapping[int, str]
    covering: frozenset[int] = frozenset()
    dropped: tuple[str, ...] = ()
    shift: int = 0

    def cells(self, *roles: str, block: int | None = None) -> list[tuple[Column, str]]:
        """Return the columns of some roles (of a group of columns) with their texts, empty ones too."""
        return [
            (column, self.texts.get(j, ""))
            for j, column in enumerate(self.columns)
            if column.role in roles and block in (None, column.block)
        ]

    def of(self, role: str, block: int | None = None) -> str:
        """Return the text of the first column of a role (of a group) that has one."""
        for index, column in enumerate(self.columns):
            if column.role == role and block in (None, column.block) and self.texts.get(index):
                return self.texts[index]
        return ""

    def own(self, role: str) -> str:
        """Return what the row itself prints in a column, nothing that reaches down from above."""
        for index, column in enumerate(self.columns):
            if column.role == role and self.texts.get(index) and self.prints(column):
                return self.texts[index]
        return ""

    def prints(self, column: Column) -> bool:
        """Tell whether the row itself prints a cell there (in text any cell it was given counts)."""
        return not self.covering or any(column.start <= item.column < column.end for item in self.line.items)

    def name(self, block: int | None = None) -> str:
        """Return the name of what is measured: the lowest level printed."""
        return self.of("level4", block) or self.of("level3", block)


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


def read_entries(
    sheet: Sheet, assigned: Assignment, rows: Sequence[int], schemes: frozenset[str] = frozenset()
) -> list[Entry]:
    """Return the rows of a block, each read into the columns; ``schemes`` are the taxonomies in use."""
    if sheet.stated:
        return [_stated(sheet, assigned.columns, sheet.lines[row]) for row in rows]
    entries: list[Entry] = []
    running = 0
    places = [j for j, column in enumerate(assigned.columns) if column.role == "region"]
    for row in rows:
        line = sheet.lines[row]
        found = align(line.items, assigned.columns, running, schemes)
        texts = {j: line.items[i].text for j, i in found.chosen.items()}
        running = found.shift
        for j in places:
            above = entries[-1].texts.get(j, "") if entries else ""
            texts[j] = texts.get(j) or above  # a place is printed once for its rows
        dropped = tuple(line.items[i].text for i in found.dropped)
        entries.append(Entry(line, assigned.columns, texts, frozenset(), dropped, found.shift))
    return entries


def _stated(sheet: Sheet, columns: Sequence[Column], line: Line) -> Entry:
    """Return a row of a table whose format states its grid: every cell is in the columns it covers."""
    texts: dict[int, str] = {}
    dropped: list[str] = []
    for item in line.items:
        over = [j for j, each in enumerate(columns) if each.start < item.end and item.column < each.end]
        free = [j for j in over if j not in texts]
        if free:
            best = min(free, key=lambda j: (misfit(columns[j].role, item.kind), j))
            texts[best] = item.text
        elif over:
            dropped.append(item.text)
    covering = set()
    for j, column in enumerate(columns):
        above = sheet.cover.get((line.index, column.start))
        if above is not None and j in texts and above.height > 1:
            covering.add(j)
        elif above is not None and j not in texts and column.role in COVERED:
            texts[j] = above.text
            covering.add(j)
    return Entry(line, columns, texts, frozenset(covering), tuple(dropped))


def divided(entry: Entry) -> list[Entry]:
    """Return a row as the rows it holds: several names in one cell, as many values beside them."""
    name, value = entry.of("level3"), entry.of("target")
    names = _numbered(name) or _lines(name)
    values = _parts(value, len(names))
    told = all(kind_of(text) in STATED for text in values)
    if len(names) < 2 or values == [value] * len(names) or not told:
        return [entry]
    parts = []
    for number, each in enumerate(names):
        texts = {j: each if text == name else _parts(text, len(names))[number] for j, text in entry.texts.items()}
        parts.append(replace(entry, texts=texts))
    return parts


def _parts(text: str, count: int) -> list[str]:
    """Return so many lines or words of a text, the whole for each where it has another number of them."""
    lines = _lines(text) if "\n" in text else text.split()
    return lines if len(lines) == count else [text] * count


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _numbered(text: str) -> list[str]:
    """Return the items of a numbered list, empty for a text that is none."""
    parts = [part.strip() for part in _NUMBERED.split(text)]
    return parts[1:] if len(parts) > 2 else []


# ---------------------------------------------------------------- what a row is


def kinds_of(entries: Sequence[Entry], assigned: Assignment) -> tuple[int, ...]:
    """Return what each row is; 预算执行率 above all labels of levels is the money's."""
    kinds = [kind_of_entry(entry, assigned) for entry in entries]
    for index, entry in enumerate(entries):
        if not LEVELS & assigned.roles or any(entry.of(role) for role in LEVELS):
            break
        if label_word(entry.name()).of("rate") >= SAID:
            kinds[index] = RATE
    return tuple(kinds)


def kind_of_entry(entry: Entry, assigned: Assignment) -> int:
    """Return what a row of a block is."""
    items = entry.line.items
    if not items:
        return LABEL
    if _is_heading(items, assigned):
        return HEADING
    outer = _outer_kind(items, assigned)
    if outer is not None:
        return outer
    if states_more(entry):
        return INDICATOR
    if not entry.name() and _is_unit(entry):
        return UNIT
    return INDICATOR if entry.name() else LABEL


def _is_heading(items: Sequence[Item], assigned: Assignment) -> bool:
    """Tell whether a row prints a label of a level that has no column here, at most with its points."""
    first, *rest = items
    if any(item.kind != "number" for item in rest):
        return False
    if LEVELS & assigned.roles:
        return "level1" not in assigned.roles
    return first.kind.startswith(("level", "label"))


def _outer_kind(items: Sequence[Item], assigned: Assignment) -> int | None:
    """Return the kind of a row that is no indicator's, whatever its columns: a total, a note, money."""
    first, word = plain(items[0].text), label_word(items[0].text)
    if (first.strip(":：").startswith(TOTALS) or first.endswith(TOTALS)) and len(first) < SUMMED:
        return TOTAL
    if is_seal(items[0].text):
        return NOTE
    names = [column.start for column in assigned.of("level3")]
    across = bool(names) and items[0].column < names[0] < items[0].end
    before = bool(names) and items[0].column < names[0]
    left = before and not level_of(items[0].text)
    unnamed = before and not any(item.column in names for item in items)
    summed = left and bool(items[1:]) and all(item.kind in ("number", "amount") for item in items[1:])
    spent = (left and word.of("rate") >= SAID) or (unnamed and word.of("executed") >= MONEY)  # 预算执行
    if spent or ((across or summed) and word.of("money") >= MONEY):
        return RATE
    if across and all(item.kind == "number" for item in items[1:]):
        return TOTAL
    return None


def _is_unit(entry: Entry) -> bool:
    """Tell whether a row of a register prints an office and its money, no project's code."""
    filled = {entry.columns[j].role for j, text in entry.texts.items() if text and j not in entry.covering}
    coded = any(is_project_code(entry.of(role)) for role in ("code", "officecode"))
    return bool(filled & {"office", "project"}) and "money" in filled and not coded


def states_more(entry: Entry) -> bool:
    """Tell whether a row writes indicators out, or prints values below their names."""
    written = any(labels_in(text) or read_phrases(text) for _, text in entry.cells("written") if text)
    return written or any(is_value(text) for _, text in entry.cells("named"))


def rates_of(rows: Rows) -> list[tuple[dict[str, str], Source]]:
    """Return the rate, points and score of the money's own rows in a block, with their sources."""
    found = []
    rated = (entry for entry, kind in zip(rows.entries, rows.kinds, strict=True) if kind == RATE)
    for entry in rated:
        told = {"rate": entry.of("actual"), "weight": entry.of("weight"), "score": entry.of("score")}
        if told["rate"]:
            found.append((told, rows.sheet.source(entry.line.index)))
    return found


def is_indicator_name(text: str, *, valued: bool) -> bool:
    """Tell whether a text can be the name of an indicator."""
    kind = kind_of(text)
    if kind in NAMELESS or not plain(text) or (level_of(text) and plain(text).endswith("指标")):
        return False  # 数量指标 names a level wherever it stands
    if valued:
        return True
    return not level_of(text) and (kind not in ("value", "date") or states_itself(text))


def is_value(text: str) -> bool:
    """Tell whether a text in a value column states something: no blank, dash, placeholder, unit alone, instruction."""
    return bool(text) and not is_unfilled(text)
