"""Count the printed amounts of a table, independently of how they are read: the proof that nothing was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jixiao.accounts.figures import is_serial_row, prints
from jixiao.model import Cell, Row
from jixiao.text.folding import squeeze

_LINE_NUMBERS = frozenset({"行次", "行号", "序号"})
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十\d]+[)）、.．]")
_SLID = 2  # columns a shifted row may stand off
_CLASS = re.compile(r"[235]\d{2}(\d{2}){0,2}")
_ALWAYS_CODE = re.compile(r"0\d+|\d{13,}")


def count_printed_amounts(rows: Sequence[Row]) -> int:
    """Return how many figures rows print that are neither codes nor running numbers.

    A figure with decimals or thousands separators, or a percentage, always counts. A bare whole number does not where
    it is a code or serial number left of words, numbers the lines under 行次, or numbers the columns.
    """
    lines: dict[int, int] = {}  # the last line number below each 行次
    count = 0
    for row in rows:
        cells = [cell for cell in row.filled if not prints(cell, "blank")]
        if is_serial_row(cells):
            continue
        numbering = _numbering(cells, lines)
        count += _amounts([cell for cell in cells if cell.column not in numbering])
        lines |= {cell.column: 0 for cell in cells if squeeze(cell.text) in _LINE_NUMBERS}
    return count


def _numbering(cells: Sequence[Cell], lines: dict[int, int]) -> set[int]:
    """Return the columns of a row's line numbers: of each 行次 the nearest number higher than those above."""
    whole = {cell.column: int(squeeze(cell.text)) for cell in cells if prints(cell, "integer")}
    found = set()
    for place, last in lines.items():
        higher = [column for column, number in whole.items() if abs(column - place) <= _SLID and number > last]
        for column in sorted(higher, key=lambda column: abs(column - place))[:1]:
            lines[place] = whole[column]
            found.add(column)
    return found


def _amounts(cells: Sequence[Cell]) -> int:
    """Return how many amounts a row prints: figures that neither lead its words nor are a class left of its name."""
    signs = "".join("T" * prints(cell, "text") or "I" * prints(cell, "integer") or "A" for cell in cells)
    count = signs.count("A")
    for run in re.finditer("(I+)(T?)", signs):
        texts = [squeeze(cell.text) for cell in cells[run.start() : run.end()]]
        numbers = texts[: len(run[1])]
        classed = _CLASS.fullmatch("".join(numbers)) and not _NUMBERED.match(texts[-1])
        leading = "T" not in signs[: run.start()]
        if not (run[2] and (leading or classed)):
            count += sum(not _ALWAYS_CODE.fullmatch(number) for number in numbers)
    return count
