"""Tell which project each row of a register belongs to: level 0 above the levels, printed once for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jixiao.grid.cells import level_of
from jixiao.grid.columns import Assignment, Column
from jixiao.grid.fields import field_of
from jixiao.grid.lexicon import lexicon
from jixiao.grid.rows import INDICATOR, LABEL, TOTAL, UNIT, Entry
from jixiao.grid.words import label_word, plain
from jixiao.grid.written import bracketed
from jixiao.prose.offices import is_office
from jixiao.text.names import join_wraps
from jixiao.values.content import is_project_code

RANKS = ("投入", "成本", "产出", "完成", "过程", "效", "满意")
SUMS = ("money", "code", "goal")
RESTART, PRINTED, OWN, CELLS = 1.6, 0.5, 0.9, 0.7  # what speaks for the first row of a project


@dataclass
class Registered:
    """Hold what a register prints for one project: its names, goal, money (column, text), and rows."""

    name: str
    rows: list[int] = field(default_factory=list)
    code: str | None = None
    unit: str | None = None
    goal: str | None = None
    category: str | None = None
    programme: str | None = None
    money: list[tuple[Column, str]] = field(default_factory=list)
    first: int = 0


def is_register(assigned: Assignment) -> bool:
    """Tell whether a block lists several projects."""
    return bool(assigned.of("project"))


def read_register(assigned: Assignment, entries: Sequence[Entry], kinds: Sequence[int]) -> list[Registered]:
    """Return the projects of a register in order, each with the indexes of its entries."""
    anchors, rests = _anchors(assigned, entries, kinds)
    starts = _starts(assigned, entries, anchors)
    found: list[Registered] = []
    unit: str | None = None
    bounds = [*starts, len(entries)]
    units = {index: _office(assigned, entries[index]) for index, kind in enumerate(kinds) if kind == UNIT}
    for number, anchor in enumerate(anchors):
        start, end = bounds[number], bounds[number + 1]
        above = [units[index] for index in range(anchor + 1) if units.get(index)]
        unit = above[-1] if above else unit
        name = _text(assigned, entries[anchor], "project") + "".join(
            _own(assigned, entries[rest], "project") for rest, start in rests.items() if start == anchor
        )
        registered = Registered(join_wraps(name), first=anchor, unit=unit)
        registered.rows = [row for row in range(start, end) if kinds[row] in (INDICATOR, LABEL)]
        kept = [row for row in registered.rows if kinds[row] == INDICATOR or row >= anchor]
        _fill(registered, assigned, [entries[row] for row in (anchor, *kept)])
        unit = registered.unit
        found.append(registered)
    return found


def _anchors(assigned: Assignment, entries: Sequence[Entry], kinds: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    """Return the rows on which names begin, and those that print the rest of a name."""
    anchors = [index for index in range(len(entries)) if _names(assigned, entries, kinds, index)]
    rests = _rests(assigned, entries, anchors)
    return [index for index in anchors if index not in rests], rests


def starts_of(assigned: Assignment, entries: Sequence[Entry], kinds: Sequence[int]) -> list[int]:
    """Return the first row of each project of a block, only the first row of the block where it lists none."""
    if not is_register(assigned):
        return [0]
    return _starts(assigned, entries, _anchors(assigned, entries, kinds)[0]) or [0]


def _rests(assigned: Assignment, entries: Sequence[Entry], anchors: Sequence[int]) -> dict[int, int]:
    """Return the rows that print the rest of the name above them, with the row where it begins.

    No money, code or goal stands there although it does beside most names, and the levels do not begin anew.
    """
    bare = [index for index in anchors if not any(_own(assigned, entries[index], role) for role in SUMS)]
    if 2 * len(bare) >= len(anchors):
        return {}
    rests: dict[int, int] = {}
    start = -1
    for index in anchors:
        if index in bare and start >= 0 and not _restarts(assigned, entries, index):
            rests[index] = start
        else:
            start = index
    return rests


def _text(assigned: Assignment, entry: Entry, role: str) -> str:
    return entry.of(assigned, role)


def _own(assigned: Assignment, entry: Entry, role: str) -> str:
    """Return what a row itself prints in a column, nothing that reaches down from above."""
    for index, column in enumerate(assigned.columns):
        above = index in entry.covering and not any(
            column.start <= item.column < column.end for item in entry.line.items
        )
        if column.role == role and entry.texts.get(index) and not above:
            return entry.texts[index]
    return ""


def _names(assigned: Assignment, entries: Sequence[Entry], kinds: Sequence[int], index: int) -> bool:
    """Tell whether a row prints a project's name, other than the one above it."""
    name = _own(assigned, entries[index], "project")
    if not name or kinds[index] in (UNIT, TOTAL):
        return False
    before = next((text for i in range(index - 1, -1, -1) if (text := _own(assigned, entries[i], "project"))), "")
    return plain(name) != plain(before) or bool(_own(assigned, entries[index], "money"))


def _office(assigned: Assignment, entry: Entry) -> str | None:
    texts = [_own(assigned, entry, role) for role in ("office", "project", "officecode")]
    return next((join_wraps(text) for text in texts if text and is_office(text)), None)


def _starts(assigned: Assignment, entries: Sequence[Entry], anchors: Sequence[int]) -> list[int]:
    """Return the first row of each project: its cell may stand in the middle of its rows."""
    if not anchors:
        return []
    starts = [0]
    for before, anchor in pairwise(anchors):
        choices = range(before + 1, anchor + 1)
        starts.append(max(choices, key=lambda row: _opening(assigned, entries, row, anchor)))
    return starts


def _opening(assigned: Assignment, entries: Sequence[Entry], row: int, anchor: int) -> float:
    """Return how much a row looks like the first one of the project whose name stands on the row ``anchor``."""
    entry = entries[row]
    if anchor in range(row, row + 1) and any(
        column.role == "project" and index in entry.covering for index, column in enumerate(assigned.columns)
    ):
        return 99.0  # the format states over which rows the name reaches
    score = OWN if row == anchor else 0.0
    if _own(assigned, entry, "level1"):
        score += PRINTED
    if _restarts(assigned, entries, row):
        score += RESTART
    if any(_own(assigned, entry, role) for role in ("goal", "money", "code")):
        score += CELLS
    return score


def _restarts(assigned: Assignment, entries: Sequence[Entry], row: int) -> bool:
    """Tell whether the 一级 labels begin anew on a row: one comes that usually stands before the last one."""
    here = _top(assigned, entries[row])
    above = next((text for i in range(row - 1, -1, -1) if (text := _top(assigned, entries[i]))), "")
    return bool(here) and _rank(here) < _rank(above)


def _top(assigned: Assignment, entry: Entry) -> str:
    """Return the 一级 label that a row prints, else the one its 二级 label belongs to."""
    below = lexicon().level(2, _own(assigned, entry, "level2"))
    return _own(assigned, entry, "level1") or max((each.parent for each in below), key=_rank, default="")


def _rank(label: str) -> int:
    if not level_of(label):
        return -1
    return next((rank for rank, stem in enumerate(RANKS) if stem in label), -1)


def _fill(registered: Registered, assigned: Assignment, entries: Sequence[Entry]) -> None:
    for entry in entries:
        printed = _own(assigned, entry, "officecode")
        if is_project_code(printed):
            registered.code = registered.code or plain(printed)
        for label, text in bracketed(_text(assigned, entry, "written")):
            if field_of(label_word(label)) == "goal":
                registered.goal = registered.goal or text
        registered.code = registered.code or _own(assigned, entry, "code") or None
        registered.goal = registered.goal or _own(assigned, entry, "goal") or None
        registered.category = registered.category or _own(assigned, entry, "category") or None
        registered.programme = registered.programme or _text(assigned, entry, "programme") or None
        office = _text(assigned, entry, "office") or _text(assigned, entry, "officecode")
        if office and is_office(office):
            registered.unit = join_wraps(office)
        if not registered.money:
            columns = enumerate(assigned.columns)
            registered.money = [
                (column, entry.texts[index])
                for index, column in columns
                if column.role == "money" and entry.texts.get(index) and _prints(entry, column.start, column.end)
            ]


def _prints(entry: Entry, start: int, end: int) -> bool:
    """Tell whether the row itself prints a cell there (in text any cell it was given counts)."""
    return not entry.covering or any(start <= item.column < end for item in entry.line.items)
