"""Align the cells of one printed row to the columns of a money table.

A row is a monotone alignment of its filled cells to typed columns. A lost cell shifts the rest of the row and costs
once; a second label (一般公共预算 | 小计) joins the first; a figure that no column takes is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.accounts.columns import Column
from jixiao.accounts.figures import Shape, is_code, is_serial, shape_of
from jixiao.model import Cell
from jixiao.text.folding import fold_words, squeeze

SHIFT = 0.35  # a row that starts off its place, per column
BREAK = 0.4  # the shift changing inside the row, per column
REACH = 6  # columns a cell can have slid
MOST_DROPPED = 3  # cells in a row that no column takes
STATED = 4.0  # times both, in formats that state their grid
DUE = 3.0  # a line number that is due, taken for an amount
LABELLESS = 1.5  # figures of a block whose label is not there
DROP_TEXT = 1.2  # words that no column takes: a label in two parts
DROP_FIGURE = 8.0
OTHER_SIDE = 1.5  # an expenditure's label among the incomes, or the reverse
CODE_AS_LABEL = 1.0  # a code in a column of names: the name of a unit or class is not printed
FITS = 0.35  # what a cell that suits its column may cost
_CODE_LENGTHS = {"class": (3,), "section": (1, 2, 5), "item": (1, 2, 7)}


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold one aligned row: the cell of each column by index, the cells no column took, and how far cells moved.

    ``moved`` holds the columns whose cell was printed elsewhere.
    """

    cells: dict[int, Cell]
    left: tuple[Cell, ...]
    moved: frozenset[int]


def align_row(
    filled: Sequence[Cell], columns: Sequence[Column], *, stated: bool, serials: frozenset[str] = frozenset()
) -> Placed:
    """Return the cheapest alignment of the filled cells (left to right) to the columns.

    ``stated`` says that the format states its grid; ``serials`` are the line numbers (行次) due in this row.
    """
    cells = [cell for cell in filled if shape_of(cell.text) is not Shape.BLANK]
    standing = {column.position: j for j, column in enumerate(columns)}
    placed = {standing[cell.column]: cell for cell in cells if cell.column in standing}
    standing_well = (
        misfit(columns[j], cell.text) + _due(columns[j], cell, serials) < FITS for j, cell in placed.items()
    )
    if len(placed) == len(cells) and all(standing_well):
        return Placed(placed, (), frozenset())
    factor = STATED if stated else 1.0
    labelled = {column.block for column in columns if column.role == "label"}
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i, cell in enumerate(cells):
        lead = sum(_drop(each) for each in cells[:i])
        for j, column in enumerate(columns):
            move = column.position - cell.column
            if abs(move) > REACH:
                continue
            alone = LABELLESS if column.is_value and column.block in labelled else 0.0
            cost, previous = lead + factor * SHIFT * abs(move) + alone, None
            between = 0.0
            for k in range(i - 1, max(-1, i - 1 - MOST_DROPPED), -1):
                for m in range(j):
                    if (k, m) not in best:
                        continue
                    shift = columns[m].position - cells[k].column
                    candidate = best[k, m][0] + between + factor * BREAK * abs(move - shift)
                    candidate += alone if columns[m].block != column.block else 0.0
                    if candidate < cost:
                        cost, previous = candidate, (k, m)
                between += _drop(cells[k])
            best[i, j] = cost + misfit(column, cell.text) + _due(column, cell, serials), previous
    return _trace(best, cells, columns)


def _trace(
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]], cells: list[Cell], columns: Sequence[Column]
) -> Placed:
    total, end = sum(map(_drop, cells)), None
    for (i, j), (cost, _) in best.items():
        whole = cost + sum(map(_drop, cells[i + 1 :]))
        if whole < total:
            total, end = whole, (i, j)
    chosen: dict[int, Cell] = {}
    while end is not None:
        chosen[end[1]] = cells[end[0]]
        end = best[end][1]
    taken = {id(cell) for cell in chosen.values()}
    return Placed(
        cells=dict(sorted(chosen.items())),
        left=tuple(cell for cell in cells if id(cell) not in taken),
        moved=frozenset(j for j, cell in chosen.items() if columns[j].position != cell.column),
    )


def _due(column: Column, cell: Cell, serials: frozenset[str]) -> float:
    return DUE if column.role == "amount" and squeeze(cell.text) in serials else 0.0


def _drop(cell: Cell) -> float:
    return DROP_TEXT if shape_of(cell.text) is Shape.TEXT else DROP_FIGURE


def misfit(column: Column, text: str) -> float:
    """Return how badly a printed text suits a column: 0 fits, 6 and more hardly can be."""
    shape = shape_of(text)
    match column.role:
        case "amount" | "count":
            return {Shape.AMOUNT: 0.0, Shape.INTEGER: 0.3, Shape.PERCENT: 4.0}.get(shape, 7.0)
        case "percent":
            return {Shape.AMOUNT: 0.2, Shape.INTEGER: 0.3, Shape.PERCENT: 0.0}.get(shape, 7.0)
        case "code":
            return 0.0 if is_code(text) else _word_misfit(text, shape)
        case "part":
            return _part_misfit(column, text, shape)
        case "serial":
            return 0.0 if is_serial(text) else 7.0
        case "label":
            if column.side and fold_words(text).endswith({"income": "支出", "expenditure": "收入"}[column.side]):
                return OTHER_SIDE
            if is_code(text):
                return CODE_AS_LABEL
            return {Shape.TEXT: 0.0, Shape.INTEGER: 5.0}.get(shape, 7.0)
    return 0.2 if shape is Shape.TEXT else 3.0 if shape is Shape.INTEGER else 7.0


def _part_misfit(column: Column, text: str, shape: Shape) -> float:
    if not is_code(text):
        return _word_misfit(text, shape)
    lengths = _CODE_LENGTHS.get(column.node.entry.key if column.node.entry else "", ())
    return 0.0 if len(squeeze(text)) in lengths else 1.0


def _word_misfit(text: str, shape: Shape) -> float:
    """Return what words cost in a code's column: 合计 often stands there, over code and name."""
    if shape is not Shape.TEXT:
        return 7.0
    return 0.2 if fold_words(text).endswith(("合计", "总计")) else 2.0
