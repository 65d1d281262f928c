"""Tell which project each row of a register belongs to: level 0 above the levels, printed once for many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jixiao.grid.cells import level_of
from jixiao.grid.columns import Assignment, Column
from jixiao.grid.fields import field_of
from jixiao.grid.lexicon import lexicon
from jixiao.grid.rows import INDICATOR, LABEL, TOTAL, UNIT, Entry, Rows
from jixiao.grid.words import label_word, plain
from jixiao.grid.written import bracketed
from jixiao.prose.offices import is_office
from jixiao.text.names import join_wraps
from jixiao.values.content import is_project_code

RANKS = ("投入", "成本", "产出", "完成", "过程", "效", "满意")
SUMS = ("money", "code", "goal")
RESTART, PRINTED, OWN, CELLS = 1.6, 0.5, 0.9, 0.7  # what speaks for the first row of a project
STATED = 99.0  # the format states over which rows the name reaches


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


def read_register(rows: Rows) -> list[Registered]:
    """Return the projects of a register in order, each with the indexes of its entries."""
    anchors = _anchors(rows)
    entries, kinds = rows.entries, rows.kinds
    found: list[Registered] = []
    unit: str | None = None
    above = 0
    for anchor, (start, end) in zip(anchors, pairwise([*_starts(entries, anchors), len(entries)]), strict=True):
        units = (_office(entries[row]) for row in range(above, anchor + 1) if kinds[row] == UNIT)
        unit = next((each for each in reversed([*units]) if each), unit)
        above = anchor + 1
        registered = Registered(join_wraps(entries[anchor].of("project")), first=anchor, unit=unit)
        registered.rows = [row for row in range(start, end) if kinds[row] in (INDICATOR, LABEL)]
        kept = (entries[row] for row in registered.rows if kinds[row] == INDICATOR or row >= anchor)
        _fill(registered, (entries[anchor], *kept))
        unit = registered.unit
        found.append(registered)
    return found


def starts_of(rows: Rows) -> list[int]:
    """Return the first row of each project of a block, only the first row of the block where it lists none."""
    if not is_register(rows.assigned):
        return [0]
    return _starts(rows.entries, _anchors(rows)) or [0]


def _anchors(rows: Rows) -> list[int]:
    """Return the rows on which names begin."""
    named = enumerate(zip(rows.entries, rows.kinds, strict=True))
    return [index for index, (entry, kind) in named if entry.own("project") and kind not in (UNIT, TOTAL)]


def _office(entry: Entry) -> str | None:
    texts = (entry.own(role) for role in ("office", "project", "officecode"))
    return next((join_wraps(text) for text in texts if is_office(text)), None)


def _starts(entries: Sequence[Entry], anchors: Sequence[int]) -> list[int]:
    """Return the first row of each project: its cell may stand in the middle of its rows."""
    restarts = _restarts(entries)
    starts = [0] if anchors else []
    for before, anchor in pairwise(anchors):
        openings = [_opening(entries[row], row == anchor, row in restarts) for row in range(before + 1, anchor + 1)]
        starts.append(before + 1 + openings.index(max(openings)))
    return starts


def _opening(entry: Entry, named: bool, restarts: bool) -> float:
    """Return how much a row looks like the first one of a project: it prints the name, the 一级 labels begin anew."""
    covering = (entry.columns[index] for index in entry.covering)
    if any(column.role in ("project", "money", "code") and entry.prints(column) for column in covering):
        return STATED
    score = OWN if named else 0.0
    if entry.own("level1"):
        score += PRINTED
    if restarts:
        score += RESTART
    if any(entry.own(role) for role in SUMS):
        score += CELLS
    return score


def _restarts(entries: Sequence[Entry]) -> set[int]:
    """Return the rows on which the 一级 labels begin anew: one comes that usually stands before the last one."""
    rows: set[int] = set()
    above = ""
    for row, entry in enumerate(entries):
        here = _top(entry)
        if here and _rank(here) < _rank(above):
            rows.add(row)
        above = here or above
    return rows


def _top(entry: Entry) -> str:
    """Return the 一级 label that a row prints, else the one its 二级 label belongs to."""
    below = lexicon().level(2, entry.own("level2"))
    return entry.own("level1") or max((each.parent for each in below), key=_rank, default="")


def _rank(label: str) -> int:
    if not level_of(label):
        return -1
    return next((rank for rank, stem in enumerate(RANKS) if stem in label), -1)


def _fill(registered: Registered, entries: Iterable[Entry]) -> None:
    """Take from the rows of a project what they print of it; what stands first holds, of offices the last."""
    for entry in entries:
        printed = entry.own("officecode")
        code = plain(printed) if is_project_code(printed) else entry.own("code")
        goals = (text for label, text in bracketed(entry.of("written")) if field_of(label_word(label)) == "goal")
        registered.code = registered.code or code or None
        registered.goal = registered.goal or next(goals, "") or entry.own("goal") or None
        registered.category = registered.category or entry.own("category") or None
        registered.programme = registered.programme or entry.of("programme") or None
        office = entry.of("office") or entry.of("officecode")
        if is_office(office):
            registered.unit = join_wraps(office)
        if not registered.money:
            registered.money = [(column, text) for column, text in entry.cells("money") if text]
