"""Align the cells of one row of a text to the columns of its form, where tabs and blanks have lost their places.

A monotone alignment by dynamic programming: standing where the header puts the column, running on with the shift of
the cell before (and of the row before), holding what the column holds. A lost or surplus cell shifts the rest and costs
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product

from rapidfuzz import fuzz

from jixiao.grid.cells import Item, is_frame, kind_of, states_itself
from jixiao.grid.columns import Column
from jixiao.grid.lexicon import lexicon
from jixiao.grid.weights import weights
from jixiao.grid.words import plain
from jixiao.text.names import strip_item_prefix

Place = tuple[int, int]  # an item and a column
FAIR = -1.2  # log-probability from which on a kind of cell is nothing strange in a column
WORST = 5.0
MISSING = {"level3": 3.0, "target": 1.2, "weight": 0.4, "score": 0.4, "actual": 0.6}
NAMELESS = 4.0  # a value of a group of columns whose name is missing
LEVELS = frozenset({"level1", "level2"})
NUMBERED = 3.0  # 指标2：… is an indicator or its value, no level
STATED = 1.2
SLID = 3.0  # a column of unknown kind takes what stands in it, nothing that slid there
TWIN_NAME, TWIN_VALUE = 1.0, 4.0  # a surplus cell that repeats its neighbour
TWIN = 2.0  # the second group repeats the names of the first
TWIN_RATIO = 82
AGAIN = 0.3  # running on with the shift of the row before costs so much of a new one
FRAME = 0.2  # the frame's own cell that stands beside a row
REGISTER = frozenset({"ordinal", "office", "officecode", "programme", "project", "code", "money", "category"})
OFFICE_ROW = 1.5  # what it costs to read a row as one that names no indicator
CLEAR = 9.0  # a margin where nothing else is possible
SPREAD = 3  # cells in a row that may be dropped between two aligned ones


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold which item each column took (column index → item index), the shift of the last one, and dropped items.

    ``margin`` is by how much it beat the best alignment that puts some item into another column.
    """

    chosen: dict[int, int]
    shift: int
    dropped: tuple[int, ...]
    cost: float
    margin: float = CLEAR


@dataclass(frozen=True, slots=True)
class _Task:
    items: Sequence[Item]
    columns: Sequence[Column]
    moves: list[list[int]]
    drops: list[float]
    names: list[int]
    missing: list[float]  # what it costs to leave all columns before one empty
    fits: list[list[float]]
    running: int
    broken: float  # what it costs to change the shift by one column

    def skipped(self, start: int, end: int) -> float:
        """Return what it costs to leave some columns empty."""
        return self.missing[end] - self.missing[start]

    def begin(self, i: int, j: int) -> float:
        """Return what it costs to begin the row with an item in a column."""
        move = self.moves[i][j]
        shift = min(abs(move), AGAIN + abs(move - self.running) if self.running else abs(move))
        nameless = NAMELESS if self.names[j] >= 0 else 0.0
        return sum(self.drops[:i]) + weights().costs["shift"] * shift + self.skipped(0, j) + nameless

    def step(self, before: Place, at: Place) -> float:
        """Return what it costs to go from one item in its column to another."""
        (k, m), (i, j) = before, at
        broken = self.broken * abs(self.moves[i][j] - self.moves[k][m])
        nameless = NAMELESS if self.names[j] > m else 0.0
        return sum(self.drops[k + 1 : i]) + broken + self.skipped(m + 1, j) + nameless

    def finish(self, i: int, j: int) -> float:
        """Return what it costs to end the row with an item in a column."""
        left = self.skipped(j + 1, len(self.columns))
        last = i == len(self.items) - 1
        if last and self.columns[j].role in REGISTER and self.moves[i][j] == 0:
            left = min(left, OFFICE_ROW)  # a unit or a total of a register: nothing but its name and sums
        return sum(self.drops[i + 1 :]) + left


def align(
    items: Sequence[Item],
    columns: Sequence[Column],
    running: int = 0,
    schemes: frozenset[str] = frozenset(),
    *,
    weighed: bool = False,
) -> Alignment:
    """Return the cheapest alignment of the items of a row, left to right, to the columns.

    ``running`` is the shift of the row before; ``schemes`` are the taxonomies in use, which tell 一级 from 二级 words;
    ``weighed`` asks for the margin, too.
    """
    moves = [[item.column - column.start for column in columns] for item in items]
    drops = [_drop(items, i) for i in range(len(items))]
    fits = [[_fit(items, columns, (i, j), schemes) for j in range(len(columns))] for i in range(len(items))]
    task = _Task(
        items, columns, moves, drops, _names(columns), _missing(columns), fits, running, weights().costs["break"]
    )
    before, came = _forward(task)
    nothing = sum(drops) + task.skipped(0, len(columns))
    end = min(before, default=None, key=lambda at: before[at] + task.finish(*at))
    if end is None or before[end] + task.finish(*end) >= nothing:
        return Alignment({}, 0, tuple(range(len(items))), nothing)
    total = before[end] + task.finish(*end)
    chosen: dict[int, int] = {}
    place: Place | None = end
    while place is not None:
        chosen[place[1]] = place[0]
        place = came[place]
    dropped = tuple(i for i in range(len(items)) if i not in chosen.values())
    margin = _margin(task, before, chosen, total) if weighed else CLEAR
    return Alignment(chosen, moves[end[0]][end[1]], dropped, total, margin)


def _forward(task: _Task) -> tuple[dict[Place, float], dict[Place, Place | None]]:
    """Return what it costs at least to come to each item in each column, and from which one."""
    before: dict[Place, float] = {}
    came: dict[Place, Place | None] = {}
    for at in product(range(len(task.items)), range(len(task.columns))):
        ways = [(before[each] + task.step(each, at), each) for each in _neighbours(at)]
        cost, origin = min(ways, default=(float("inf"), at))
        begun = task.begin(*at)
        before[at] = min(begun, cost) + task.fits[at[0]][at[1]]
        came[at] = origin if cost < begun else None
    return before, came


def _neighbours(at: Place) -> Iterator[Place]:
    """Yield the places of the items left of one, a few of which may be dropped between."""
    for k in range(at[0] - 1, max(-1, at[0] - 1 - SPREAD), -1):
        for m in range(at[1]):
            yield k, m


def _margin(task: _Task, before: dict[Place, float], chosen: Mapping[int, int], total: float) -> float:
    """Return by how much the alignment beats the best one that puts some item of it into another column."""
    after: dict[Place, float] = {}
    for at in reversed(before):
        after[at] = task.finish(*at)
    for at in reversed(before):
        rest = after[at] + task.fits[at[0]][at[1]]
        for each in _neighbours(at):
            after[each] = min(after[each], rest + task.step(each, at))
    columns = {i: j for j, i in chosen.items()}
    others = (before[at] + after[at] for at in before if at[0] in columns and columns[at[0]] != at[1])
    return min(others, default=total + CLEAR) - total


def _missing(columns: Sequence[Column]) -> list[float]:
    return list(accumulate((MISSING.get(column.role, 0.0) for column in columns), initial=0.0))


def _names(columns: Sequence[Column]) -> list[int]:
    """Return for every value column the index of its group's column of names, -1 for others."""
    named = {column.block: j for j, column in enumerate(columns) if column.role == "level3"}
    return [named.get(column.block, -1) if column.role in ("target", "actual", "sign") else -1 for column in columns]


@lru_cache(maxsize=65536)
def misfit(role: str, kind: str) -> float:
    """Return what it costs to find a kind of cell in a column of a role."""
    table = weights()
    return min(WORST, max(0.0, FAIR - table.cells.get(role, {}).get(kind, table.rare)))


def _fit(items: Sequence[Item], columns: Sequence[Column], at: Place, schemes: frozenset[str]) -> float:
    """Return what it costs to find an item in a column."""
    item, column = items[at[0]], columns[at[1]]
    cost = misfit(column.role, _kind_in(item.text, schemes))
    sentence = states_itself(item.text)
    if sentence and column.role == "level3":
        cost = min(cost, STATED)
    if column.role == "level3" and item.kind.startswith("level") and plain(item.text).endswith("指标"):
        cost += WORST
    if item.column == column.start:
        cost *= 0.7
    elif column.role == "other":
        cost += SLID
    if column.role in LEVELS and strip_item_prefix(item.text) != item.text.strip():
        cost += NUMBERED
    if column.role == "level3" and len(column.path) > 1:
        cost -= affinity(column.path[-2], item.text)
    if column.role in ("level3", "target") and (sentence or item.kind not in ("value", "percent", "number", "date")):
        twin = any(_alike(item.text, other.text) for other in items[: at[0]])
        if twin and column.role == "target":
            cost += TWIN
        elif twin and column.block:
            cost -= TWIN
    return cost


@lru_cache(maxsize=16384)
def affinity(heading: str, name: str) -> float:
    """Return how much the words of a name speak for a heading over its column (成本指标, 产出指标 …)."""
    table = weights().affinity
    words = next((table[stem] for stem in table if stem in heading), {})
    found = [score for word, score in words.items() if word in name]
    return max(-3.0, min(sum(found) if found else words.get("none", 0.0), 2.5))


@lru_cache(maxsize=16384)
def _kind_in(text: str, schemes: frozenset[str]) -> str:
    """Return the kind of a cell, a word of two levels as the one it has in the taxonomies in use."""
    kind = kind_of(text)
    if kind != "level" or not schemes:
        return kind
    first, second = (any(each.schemes & schemes for each in lexicon().level(number, text)) for number in (1, 2))
    return kind if first == second else "level1" if first else "level2"


def _alike(one: str, other: str) -> bool:
    return len(other) > 3 and fuzz.ratio(plain(one), plain(other)) >= TWIN_RATIO


def _drop(items: Sequence[Item], i: int) -> float:
    if i == 0 and is_frame(items[0].text):
        return FRAME
    beside = [items[k].text for k in (i - 1, i + 1) if 0 <= k < len(items)]
    if any(plain(items[i].text) == plain(text) for text in beside):
        return TWIN_VALUE if kind_of(items[i].text) in ("value", "percent", "number") else TWIN_NAME
    return weights().costs["drop"]
