"""Count the printed amounts of a table, independently of how they are read: the proof that nothing was lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jixiao.accounts.figures import LONGEST_AMOUNT, Shape, is_serial_row, shape_of
from jixiao.model import Cell, Row, Table
from jixiao.text.folding import squeeze

_LINE_NUMBERS = frozenset({"行次", "行号", "序号"})
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十\d]+[)）、.．]")
_SLID = 2  # columns a shifted row may stand off
_CLASS = re.compile(r"[235]\d{2}(\d{2}){0,2}")


def count_printed_amounts(table: Table) -> int:
    """Return how many figures a table prints that are neither codes nor running numbers.

    A figure with decimals or thousands separators, or a percentage, always counts. A bare whole number does not where
    it is a code or serial number left of words, numbers the lines (under 行次; three in a row, each one more), or
    numbers the columns.
    """
    return count_printed_rows(table.rows)


def count_printed_rows(rows: Sequence[Row]) -> int:
    """Return how many amounts some rows print; see ``count_printed_amounts``."""
    printed = [[cell for cell in row.filled if shape_of(cell.text) is not Shape.BLANK] for row in rows]
    printed = [row for row in printed if not is_serial_row(row)]
    numbers = _line_numbers(printed)
    whole = [{cell.column: int(squeeze(cell.text)) for cell in row if _is_whole(cell)} for row in printed]
    count = 0
    for index, row in enumerate(printed):
        for place, cell in enumerate(row):
            if not _is_whole(cell):
                count += shape_of(cell.text) in (Shape.AMOUNT, Shape.PERCENT)
            elif id(cell) not in numbers and not _is_code(row, place):
                count += not _numbers_lines(whole, index, cell)
    return count


def _line_numbers(printed: Sequence[Sequence[Cell]]) -> frozenset[int]:
    """Return the cells (by identity) that stand under 行次: of each row the nearest number higher than those above."""
    last = {cell.column: 0 for row in printed for cell in row if squeeze(cell.text) in _LINE_NUMBERS}
    found: set[int] = set()
    for row in printed:
        for column in last:
            near = [cell for cell in row if _is_whole(cell) and abs(cell.column - column) <= _SLID]
            higher = [cell for cell in near if int(squeeze(cell.text)) > last[column]]
            cell = min(higher, key=lambda cell: abs(cell.column - column), default=None)
            if cell:
                found.add(id(cell))
                last[column] = int(squeeze(cell.text))
    return frozenset(found)


def _numbers_lines(whole: Sequence[Mapping[int, int]], index: int, cell: Cell) -> bool:
    """Say whether a number is one of three that count lines: in about the same column, one more each row."""
    number = int(squeeze(cell.text))
    in_line = {
        step
        for step in (-2, -1, 1, 2)
        if 0 <= index + step < len(whole)
        and any(
            value == number + step and abs(place - cell.column) <= _SLID for place, value in whole[index + step].items()
        )
    }
    return any(pair <= in_line for pair in ({-2, -1}, {-1, 1}, {1, 2}))


def _is_whole(cell: Cell) -> bool:
    return shape_of(cell.text) is Shape.INTEGER


def _is_text(cell: Cell) -> bool:
    return shape_of(cell.text) is Shape.TEXT


def _is_code(row: Sequence[Cell], place: int) -> bool:
    """Say whether a whole number names something: it leads the row's words, or is a class code left of its name."""
    digits = squeeze(row[place].text)
    if len(digits) > LONGEST_AMOUNT or (digits.startswith("0") and len(digits) > 1):
        return True
    if not any(_is_text(cell) for cell in row[:place]):
        return next((_is_text(cell) for cell in row[place:] if not _is_whole(cell)), False)
    run = place
    while run > 0 and _is_whole(row[run - 1]):
        run -= 1
    end = next((index for index in range(place, len(row)) if not _is_whole(row[index])), None)
    if end is None or not _is_text(row[end]) or _NUMBERED.match(squeeze(row[end].text)):
        return False
    return bool(_CLASS.fullmatch("".join(squeeze(cell.text) for cell in row[run:end])))
