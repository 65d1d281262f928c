"""Align the cells of one row of a text to the columns of its form, where tabs and blanks have lost their places.

A monotone alignment by dynamic programming: standing where the header puts the column, running on with the shift of
the cell before (and of the row before), holding what the column holds. A lost or surplus cell shifts the rest and costs
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from rapidfuzz import fuzz

from jixiao.grid.cells import Item, is_frame, kind_of
from jixiao.grid.columns import Column
from jixiao.grid.lexicon import lexicon
from jixiao.grid.weights import weights
from jixiao.grid.words import plain

FAIR = -1.2  # log-probability from which on a kind of cell is nothing strange in a column
WORST = 5.0
MISSING = {"level3": 3.0, "target": 1.2, "weight": 0.4, "score": 0.4, "actual": 0.6}
NAMELESS = 4.0  # a value of a group of columns whose name is missing
SLID = 3.0  # a column of unknown kind takes what stands in it, nothing that slid there
TWIN_NAME, TWIN_VALUE = 1.0, 4.0  # a surplus cell that repeats its neighbour
TWIN = 2.0  # the second group repeats the names of the first
TWIN_RATIO = 82
AGAIN = 0.3  # running on with the shift of the row before costs so much of a new one
FRAME = 0.2  # the frame's own cell that stands beside a row
REGISTER = frozenset({"ordinal", "office", "officecode", "project", "code", "money", "category"})
OFFICE_ROW = 1.5  # what it costs to read a row as one that names no indicator
SPREAD = 3  # cells in a row that may be dropped between two aligned ones


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold which item each column took (column index → item index), the shift of the last one, and dropped items."""

    chosen: dict[int, int]
    shift: int
    dropped: tuple[int, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class _Task:
    items: Sequence[Item]
    columns: Sequence[Column]
    moves: list[list[int]]
    drops: list[float]
    names: list[int]
    schemes: frozenset[str]
    missing: list[float]  # what it costs to leave all columns before one empty

    def skipped(self, start: int, end: int) -> float:
        """Return what it costs to leave some columns empty."""
        return self.missing[end] - self.missing[start]


def align(
    items: Sequence[Item], columns: Sequence[Column], running: int = 0, schemes: frozenset[str] = frozenset()
) -> Alignment:
    """Return the cheapest alignment of the items of a row, left to right, to the columns.

    ``running`` is the shift of the row before; ``schemes`` are the taxonomies in use, which tell 一级 from 二级 words.
    """
    moves = [[_move(column, item.column) for column in columns] for item in items]
    task = _Task(
        items, columns, moves, [_drop(items, i) for i in range(len(items))], _names(columns), schemes, _missing(columns)
    )
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i in range(len(items)):
        for j in range(len(columns)):
            cost, before = _reach(task, best, (i, j), running)
            slid = SLID if moves[i][j] and columns[j].role == "other" else 0.0
            best[i, j] = cost + _fit(task, i, j) + slid, before
    return _trace(task, best)


def _reach(
    task: _Task, best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]], at: tuple[int, int], running: int
) -> tuple[float, tuple[int, int] | None]:
    """Return the cheapest way to come to an item in a column, and from where."""
    i, j = at
    costs = weights().costs
    move = task.moves[i][j]
    begin = costs["shift"] * min(abs(move), AGAIN + abs(move - running) if running else abs(move))
    cost = sum(task.drops[:i]) + begin + task.skipped(0, j) + (NAMELESS if task.names[j] >= 0 else 0.0)
    came: tuple[int, int] | None = None
    between = 0.0
    for k in range(i - 1, max(-1, i - 1 - SPREAD), -1):
        for m in range(j):
            step = best[k, m][0] + between + costs["break"] * abs(move - task.moves[k][m])
            step += task.skipped(m + 1, j) + (NAMELESS if task.names[j] > m else 0.0)
            if step < cost:
                cost, came = step, (k, m)
        between += task.drops[k]
    return cost, came


def _trace(task: _Task, best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]]) -> Alignment:
    count = len(task.columns)
    total, end = sum(task.drops) + task.skipped(0, count), None
    for (i, j), (cost, _) in best.items():
        left = task.skipped(j + 1, count)
        if task.columns[j].role in REGISTER and task.moves[i][j] == 0:
            left = min(left, OFFICE_ROW)  # a unit or a total of a register: nothing but its name and sums
        whole = cost + sum(task.drops[i + 1 :]) + left
        if whole < total:
            total, end = whole, (i, j)
    chosen: dict[int, int] = {}
    shift = task.moves[end[0]][end[1]] if end else 0
    while end is not None:
        chosen[end[1]] = end[0]
        end = best[end][1]
    taken = set(chosen.values())
    return Alignment(chosen, shift, tuple(i for i in range(len(task.items)) if i not in taken), total)


def _move(column: Column, position: int) -> int:
    return position - column.start


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


def _fit(task: _Task, i: int, j: int) -> float:
    items = task.items
    item, column = items[i], task.columns[j]
    cost = misfit(column.role, _kind_in(item.text, task.schemes))
    if item.column == column.start:
        cost *= 0.7
    if column.role == "level3" and len(column.path) > 1:
        cost -= affinity(column.path[-2], item.text)
    if column.role in ("level3", "target") and item.kind not in ("value", "percent", "number", "date"):
        twin = any(_alike(item.text, other.text) for other in items[:i])
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
