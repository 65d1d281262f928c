"""Align the cells of one row of a text to the columns of its form, where tabs and blanks have lost their places.

A monotone alignment: standing where the header puts the column, running on with the shift of the cell before (and of
the row before), holding what the column holds. A lost or surplus cell shifts the rest and costs once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from jixiao.grid.cells import Item, is_frame, kind_of, states_itself
from jixiao.grid.columns import Column
from jixiao.grid.lexicon import lexicon
from jixiao.grid.placing import State, place_in_order
from jixiao.grid.weights import weights
from jixiao.grid.words import plain
from jixiao.text.names import strip_item_prefix

FAIR = -1.2  # log-probability from which on a kind of cell is nothing strange in a column
WORST = 5.0
MISSING = {"level3": 3.0, "target": 1.2, "weight": 0.4, "score": 0.4, "actual": 0.6}
NAMELESS = 4.0  # a value of a group of columns whose name is missing
LEVELS = frozenset({"level1", "level2"})
NUMBERED = 3.0  # 指标2：… is an indicator or its value, no level
STATED = 1.2
IN_PLACE = 0.7  # of what a cell costs where the header puts its column
SLID = 3.0  # a column of unknown kind takes what stands in it, nothing that slid there
TWIN_NAME, TWIN_VALUE = 1.0, 4.0  # a surplus cell that repeats its neighbour
AGAIN = 0.3  # running on with the shift of the row before costs so much of a new one
FRAME = 0.2  # the frame's own cell that stands beside a row
REGISTER = frozenset({"ordinal", "office", "officecode", "programme", "project", "code", "money", "category"})
OFFICE_ROW = 1.5  # what it costs to read a row as one that prints a name and sums of a register only
BARE, SIGNS = frozenset({"percent", "number", "amount", "date"}), frozenset("≥≤><=")  # of a value that names nothing
PLAIN = frozenset({"value", "percent", "number", "date"})


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold which item each column took (column index → item index), the shift of the last one, and dropped items."""

    chosen: dict[int, int]
    shift: int
    dropped: tuple[int, ...]


def align(
    items: Sequence[Item], columns: Sequence[Column], running: int = 0, schemes: frozenset[str] = frozenset()
) -> Alignment:
    """Return the cheapest alignment of the items of a row, left to right, to the columns.

    ``running`` is the shift of the row before; ``schemes`` are the taxonomies in use, which tell 一级 from 二级 words.
    """
    row = _Row(items, columns, running, schemes)
    owns = [[row.own(i, j) for j in range(len(columns))] for i in range(len(items))]
    places = place_in_order(owns, list(map(row.drop, range(len(items)))), row.step, end=row.end)
    shift = 0
    if places:
        last = max(places)
        shift = items[last].column - columns[places[last]].start
    dropped = tuple(i for i in range(len(items)) if i not in places)
    return Alignment({j: i for i, j in places.items()}, shift, dropped)


@dataclass
class _Row:
    """Say what it costs that the cells of a row stand in columns."""

    items: Sequence[Item]
    columns: Sequence[Column]
    running: int
    schemes: frozenset[str]

    @cached_property
    def names(self) -> list[int]:
        """Return for every value column the index of its group's column of names, -1 for others."""
        named = {column.block: j for j, column in enumerate(self.columns) if column.role == "level3"}
        valued = [column.role in ("target", "actual", "sign") for column in self.columns]
        return [named.get(column.block, -1) if told else -1 for column, told in zip(self.columns, valued, strict=True)]

    def move(self, i: int, j: int) -> int:
        """Return by how many columns an item is off a column."""
        return self.items[i].column - self.columns[j].start

    def own(self, i: int, j: int) -> float:
        """Return what it costs to find an item in a column, less what the column costs when it stays empty."""
        return _fit(self.items[i], self.columns[j], self.schemes) - MISSING.get(self.columns[j].role, 0.0)

    def step(self, before: State | None, here: State) -> float:
        """Return what it costs to go from one item in its column to another, or to begin with it."""
        i, j = here
        costs = weights().costs
        if before is None:
            anew = float(abs(self.move(i, j)))
            on = AGAIN + abs(self.move(i, j) - self.running)
            shift = min(anew, on) if self.running else anew
            return costs["shift"] * shift + (NAMELESS if self.names[j] >= 0 else 0.0)
        k, m = before
        broken = abs(self.move(i, j) - self.move(k, m))
        return costs["break"] * broken + (NAMELESS if self.names[j] > m else 0.0)

    def drop(self, i: int) -> float:
        """Return what it costs that no column takes an item."""
        text = self.items[i].text
        if i == 0 and is_frame(text):
            return FRAME
        beside = (self.items[k].text for k in (i - 1, i + 1) if 0 <= k < len(self.items))
        if any(plain(text) == plain(each) for each in beside):
            return TWIN_VALUE if kind_of(text) in PLAIN else TWIN_NAME
        return weights().costs["drop"]

    def end(self, here: State) -> float:
        """Return what ends a row early: a unit or a total of a register prints nothing but its name and sums."""
        i, j = here
        if i < len(self.items) - 1 or self.columns[j].role not in REGISTER or self.move(i, j):
            return 0.0
        missing = sum(MISSING.get(column.role, 0.0) for column in self.columns[j + 1 :])
        return min(0.0, OFFICE_ROW - missing)


@lru_cache(maxsize=65536)
def misfit(role: str, kind: str) -> float:
    """Return what it costs to find a kind of cell in a column of a role."""
    table = weights()
    return max(0.0, FAIR - table.cells.get(role, {}).get(kind, table.rare))


def _fit(item: Item, column: Column, schemes: frozenset[str]) -> float:
    cost = misfit(column.role, _kind_in(item.text, schemes))
    if column.role == "level3":
        if states_itself(item.text):
            cost = STATED
        if item.kind.startswith("level") and plain(item.text).endswith("指标"):
            cost += WORST
    if item.column == column.start:
        cost *= IN_PLACE
    elif column.role == "other":
        cost += SLID
    if column.role in LEVELS and strip_item_prefix(item.text) != item.text.strip():
        cost += NUMBERED
    if column.role == "level3" and (item.kind in BARE or plain(item.text)[:1] in SIGNS):
        cost += WORST
    if column.role == "level3" and len(column.path) > 1:
        cost -= affinity(column.path[-2], item.text)
    return cost


@lru_cache(maxsize=16384)
def affinity(heading: str, name: str) -> float:
    """Return how much the words of a name speak for a heading over its column (成本指标, 产出指标 …)."""
    table = weights().affinity
    words = next((table[stem] for stem in table if stem in heading), {})
    found = [score for word, score in words.items() if word in name]
    score = sum(found) if found else words.get("none", 0.0)
    return max(-3.0, min(score, 2.5))


@lru_cache(maxsize=16384)
def _kind_in(text: str, schemes: frozenset[str]) -> str:
    """Return the kind of a cell, a word of two levels as the one it has in the taxonomies in use."""
    kind = kind_of(text)
    if kind != "level" or not schemes:
        return kind
    first, second = (any(each.schemes & schemes for each in lexicon().level(number, text)) for number in (1, 2))
    if first == second:
        return kind
    return "level1" if first else "level2"
