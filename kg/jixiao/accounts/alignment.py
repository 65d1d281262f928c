"""Align the cells of one printed row to the columns of a money table.

A row is a monotone alignment of its filled cells to typed columns. A lost cell shifts the rest of the row and costs
once; a second label (一般公共预算 | 小计) joins the first; a figure that no column takes is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from jixiao.accounts.columns import Column
from jixiao.accounts.figures import Shape, is_code, is_serial, shape_of
from jixiao.grid.placing import State, place_in_order
from jixiao.model import Cell
from jixiao.text.folding import fold_words, squeeze

SHIFT = 0.35  # a row that starts off its place, per column
BREAK = 0.4  # the shift changing inside the row, per column
REACH = 6  # columns a cell can have slid
DUE = 3.0  # a line number taken for an amount
LABELLESS = 1.5  # figures of a block whose label is not there
DROP_TEXT = 1.2  # words that no column takes: a label in two parts
DROP_FIGURE = 8.0
OTHER_SIDE = 1.5  # an expenditure's label among the incomes, or the reverse
CODE_AS_LABEL = 1.0  # a code in a column of names: the name of a unit or class is not printed
FITS = 0.35  # what a cell that suits its column may cost
NEVER = 7.0  # what hardly can be
_OPPOSITE = {"income": "支出", "expenditure": "收入"}
_FIGURES = {Shape.AMOUNT: 0.0, Shape.INTEGER: 0.3, Shape.PERCENT: 4.0}
_MISFITS = {
    "amount": _FIGURES,
    "count": _FIGURES,
    "percent": {Shape.AMOUNT: 0.2, Shape.INTEGER: 0.3, Shape.PERCENT: 0.0},
    "label": {Shape.TEXT: 0.0, Shape.INTEGER: 5.0},
    "text": {Shape.TEXT: 0.2, Shape.INTEGER: 3.0},
}
_CODE_LENGTHS = {"class": (3,), "section": (1, 2, 5), "item": (1, 2, 7)}


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold one aligned row: the cell of each column by index, the cells no column took, and how far cells moved.

    ``moved`` holds the columns whose cell was printed elsewhere.
    """

    cells: dict[int, Cell]
    left: tuple[Cell, ...]
    moved: frozenset[int]


def align_row(filled: Sequence[Cell], columns: Sequence[Column], serials: frozenset[str]) -> Placed:
    """Return the cheapest alignment of the filled cells (left to right) to the columns.

    ``serials`` are the line numbers (行次) due in this row.
    """
    cells = [cell for cell in filled if shape_of(cell.text) is not Shape.BLANK]
    row = _Row(cells, columns, serials)
    placed = row.standing()
    if len(placed) < len(cells) or any(row.own(i, j) >= FITS for i, j in placed.items()):
        placed = place_in_order(len(cells), len(columns), row)
    return Placed(
        cells={j: cells[i] for i, j in sorted(placed.items())},
        left=tuple(cell for i, cell in enumerate(cells) if i not in placed),
        moved=frozenset(j for i, j in placed.items() if row.move(i, j)),
    )


class _Row:
    """Say what it costs that a cell of a row stands in a column, by its place, the one before, and its words."""

    def __init__(self, cells: Sequence[Cell], columns: Sequence[Column], serials: frozenset[str]) -> None:
        self.cells, self.columns, self.serials = cells, columns, serials
        self.labelled = {column.block for column in columns if column.role == "label"}

    def standing(self) -> dict[int, int]:
        """Return the columns of the cells that are printed where a column stands."""
        places = {column.position: j for j, column in enumerate(self.columns)}
        return {i: places[cell.column] for i, cell in enumerate(self.cells) if cell.column in places}

    def move(self, i: int, j: int) -> int:
        """Return how far a column stands from where the cell is printed."""
        return self.columns[j].position - self.cells[i].column

    def own(self, i: int, j: int) -> float:
        """Return what it costs that a cell stands in a column, wherever the others do."""
        if abs(self.move(i, j)) > REACH:
            return inf
        due = self.columns[j].role == "amount" and squeeze(self.cells[i].text) in self.serials
        return misfit(self.columns[j], self.cells[i].text) + DUE * due

    def step(self, before: State | None, here: State) -> float:
        """Return what it costs to stand first, or to change the shift of the cell before."""
        column = self.columns[here[1]]
        move = self.move(*here)
        cost, opens = SHIFT * abs(move), True
        if before is not None:
            cost = BREAK * abs(move - self.move(*before))
            opens = self.columns[before[1]].block != column.block
        if opens and column.is_value and column.block in self.labelled:
            cost += LABELLESS
        return cost

    def drop(self, i: int) -> float:
        """Return what it costs that no column takes a cell."""
        if shape_of(self.cells[i].text) is Shape.TEXT:
            return DROP_TEXT
        return DROP_FIGURE


def misfit(column: Column, text: str) -> float:
    """Return how badly a printed text suits a column: 0 fits, 6 and more hardly can be."""
    shape, code = shape_of(text), is_code(text)
    if column.role == "serial":
        return NEVER * (not is_serial(text))
    if column.role == "part" and code:
        return float(len(squeeze(text)) not in _CODE_LENGTHS.get(column.node.entry.key, ()))
    if column.role in ("code", "part"):
        return _word_misfit(text, shape) * (not code)
    if column.role == "label":
        if column.side and fold_words(text).endswith(_OPPOSITE[column.side]):
            return OTHER_SIDE
        if code:
            return CODE_AS_LABEL
    return _MISFITS[column.role].get(shape, NEVER)


def _word_misfit(text: str, shape: Shape) -> float:
    """Return what words cost in a code's column: 合计 often stands there, over code and name."""
    if shape is not Shape.TEXT:
        return NEVER
    if fold_words(text).endswith(("合计", "总计")):
        return 0.2
    return 2.0
