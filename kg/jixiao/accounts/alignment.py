"""Align the cells of one printed row to the columns of a money table.

A row is a monotone alignment of its filled cells to typed columns. A lost cell shifts the rest of the row and costs
once; a second label (一般公共预算 | 小计) joins the first; a figure that no column takes is reported.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import partial
from math import inf

from jixiao.accounts.columns import misfit
from jixiao.accounts.figures import prints
from jixiao.accounts.headings import Node
from jixiao.grid.placing import State, place_in_order
from jixiao.model import Cell
from jixiao.text.folding import squeeze

SHIFT = 0.35  # a row that starts off its place, per column
BREAK = 0.4  # the shift changing inside the row, per column
REACH = 6  # columns a cell can have slid
DUE = 3.0  # a line number taken for an amount
DROP_TEXT = 1.2  # words that no column takes: a label in two parts
DROP_FIGURE = 8.0
FITS = 0.35  # what a cell that suits its column may cost


def align_row(cells: Sequence[Cell], columns: Sequence[Node], due: Set[str]) -> dict[int, int]:
    """Return the column of each cell (from left to right) in the cheapest alignment, without those that have none.

    ``due`` are the line numbers (行次) that can follow.
    """
    places = {column.position: j for j, column in enumerate(columns)}
    standing = {i: places[cell.column] for i, cell in enumerate(cells) if cell.column in places}
    if len(standing) == len(cells) and all(_own(cells[i], columns[j], due) < FITS for i, j in standing.items()):
        return standing
    owns = [[_own(cell, column, due) for column in columns] for cell in cells]
    drops = [DROP_TEXT if prints(cell, "text") else DROP_FIGURE for cell in cells]
    moves = [[column.position - cell.column for column in columns] for cell in cells]
    return place_in_order(owns, drops, partial(_step, moves))


def _step(moves: Sequence[Sequence[int]], before: State | None, here: State) -> float:
    """Return what it costs to stand first, or to change the shift of the cell before."""
    move = moves[here[0]][here[1]]
    if before is None:
        return SHIFT * abs(move)
    return BREAK * abs(move - moves[before[0]][before[1]])


def _own(cell: Cell, column: Node, due: Set[str]) -> float:
    """Return what it costs that a cell stands in a column, wherever the others do."""
    if abs(column.position - cell.column) > REACH:
        return inf
    numbered = column.role == "amount" and squeeze(cell.text) in due
    return misfit(column, cell.text) + DUE * numbered
