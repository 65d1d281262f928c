"""Align the cells of one printed row to the typed columns of its form.

A row is a monotone alignment of its filled cells to the columns: cells keep their order, each column takes at most
one cell. What is cheapest wins: standing where the header puts the column, running on with the shift of the cell
before, fitting the column's type. A lost or surplus cell shifts the rest of the row and costs once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from jixiao.forms.columns import Column, item_number, misfit
from jixiao.text.folding import fold_words
from jixiao.values.content import value_likeness

SHIFT = 0.4  # a row that starts off its place, per column
BREAK = 0.35  # the shift changing inside the row, per column
STATED = 3.0  # times both, in formats that state their grid …
IN_PLACE = 0.5  # … where a cell in its column may look unlike its type
DROP = 5.0  # a surplus cell that no column takes
DROP_TWIN = 1.0  # a surplus name that repeats its neighbour
DROP_VALUE_TWIN = 4.0  # a surplus value that repeats its neighbour (two equal values are often both meant)
UNTYPED = 3.0  # a column of unknown kind takes what stands in it, nothing that slid there
MISSING = {"level3": 3.0, "target": 1.2, "weight": 0.4, "score": 0.4, "actual": 0.6}
NAMELESS = 4.0  # on top: a value of a block whose name is missing
TWIN = 2.0  # the second block repeats the names of the first
TWIN_RATIO = 82
FOREIGN_ITEM = 4.0  # 指标2：… is not the value of 指标1：…


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold one filled cell: its text and its grid column."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold which cell each column took: indexes into the columns and the cells, and what it cost.

    ``shifted`` counts the cells away from their header column, ``dropped`` lists cells that no column took.
    """

    chosen: dict[int, int]
    cost: float
    shifted: int
    dropped: tuple[int, ...]


def align_row(
    cells: Sequence[Placed], columns: Sequence[Column], schemes: frozenset[str], *, stated: bool = False
) -> Alignment:
    """Return the cheapest monotone alignment of cells (left to right) to columns.

    ``stated`` says that the format states its grid, so that a cell away from its column is much less likely.

    Dynamic programming over (cell, column) pairs in O(cells² × columns²) with small bounds.
    """
    fits = [[_fit(cells, i, column, schemes) for column in columns] for i in range(len(cells))]
    moves = [[column.displacement(cell.position) for column in columns] for cell in cells]
    drops = [_drop_cost(cells, i) for i in range(len(cells))]
    skipped = _skip_costs(tuple(column.role for column in columns))
    names = _name_columns(columns)
    shift, broken = (SHIFT * STATED, BREAK * STATED) if stated else (SHIFT, BREAK)
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i in range(len(cells)):
        lead = sum(drops[:i])
        for j in range(len(columns)):
            move = moves[i][j]
            cost, previous = lead + shift * abs(move) + skipped[0][j] + (NAMELESS if names[j] >= 0 else 0.0), None
            between = 0.0
            for k in range(i - 1, max(-1, i - 4), -1):
                for m in range(j):
                    before = best[k, m][0]
                    candidate = before + between + broken * abs(move - moves[k][m]) + skipped[m + 1][j]
                    candidate += NAMELESS if names[j] > m else 0.0
                    candidate += _item_clash(cells, columns, k, m, i, j)
                    if candidate < cost:
                        cost, previous = candidate, (k, m)
                between += drops[k]
            fit = fits[i][j] * IN_PLACE if stated and move == 0 and fits[i][j] > 0 else fits[i][j]
            fit += UNTYPED if move and columns[j].role == "other" else 0.0
            best[i, j] = cost + fit, previous
    return _trace(best, cells, columns, moves, drops, skipped)


def _trace(
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]],
    cells: Sequence[Placed],
    columns: Sequence[Column],
    moves: list[list[int]],
    drops: list[float],
    skipped: list[list[float]],
) -> Alignment:
    total, end = sum(drops) + skipped[0][len(columns)], None
    for (i, j), (cost, _) in best.items():
        whole = cost + sum(drops[i + 1 :]) + skipped[j + 1][len(columns)]
        if whole < total:
            total, end = whole, (i, j)
    chosen: dict[int, int] = {}
    while end is not None:
        chosen[end[1]] = end[0]
        end = best[end][1]
    taken = set(chosen.values())
    return Alignment(
        chosen=chosen,
        cost=total,
        shifted=sum(moves[i][j] != 0 for j, i in chosen.items()),
        dropped=tuple(i for i in range(len(cells)) if i not in taken),
    )


@lru_cache(maxsize=256)
def _skip_costs(roles: tuple[str, ...]) -> list[list[float]]:
    """Return for every pair (a, b) what it costs to leave the columns a … b-1 empty."""
    count = len(roles)
    table = [[0.0] * (count + 1) for _ in range(count + 1)]
    for a in range(count + 1):
        for b in range(a, count):
            table[a][b + 1] = table[a][b] + MISSING.get(roles[b], 0.0)
    return table


def _name_columns(columns: Sequence[Column]) -> list[int]:
    """Return for every value column the index of its block's name column, -1 for other columns."""
    named = {column.block: j for j, column in enumerate(columns) if column.role == "level3"}
    return [named.get(column.block, -1) if column.role in ("target", "actual", "quality") else -1 for column in columns]


def _fit(cells: Sequence[Placed], index: int, column: Column, schemes: frozenset[str]) -> float:
    text = cells[index].text
    cost = misfit(column.role, text, schemes)
    if column.role not in ("level3", "target") or value_likeness(text) >= 0.9:
        return cost
    if any(_alike(text, cell.text) for cell in cells[:index]):
        if column.block and column.role == "level3":
            cost -= TWIN
        elif column.role == "target":
            cost += TWIN
    return cost


def _alike(one: str, other: str) -> bool:
    return len(other) > 3 and fuzz.ratio(fold_words(one), fold_words(other)) >= TWIN_RATIO


def _item_clash(cells: Sequence[Placed], columns: Sequence[Column], k: int, m: int, i: int, j: int) -> float:
    """Return a cost where a value carries another running number (指标2：…) than its name (指标1：…)."""
    if columns[j].role == "target" and columns[m].role == "level3":
        name, value = item_number(cells[k].text), item_number(cells[i].text)
        if name is not None and value is not None and name != value:
            return FOREIGN_ITEM
    return 0.0


def _drop_cost(cells: Sequence[Placed], index: int) -> float:
    text = cells[index].text
    twins = (cells[near].text for near in (index - 1, index + 1) if 0 <= near < len(cells))
    if any(fold_words(text) == fold_words(twin) for twin in twins):
        return DROP_VALUE_TWIN if value_likeness(text) >= 0.5 else DROP_TWIN
    return DROP
