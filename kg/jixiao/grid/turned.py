"""Read a matrix turned round: regions (or units) are the rows, levels and names stand in the header over the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import Item, is_seal, kind_of, level_of
from jixiao.grid.rows import is_value
from jixiao.grid.sheet import Sheet
from jixiao.grid.words import header_word, plain
from jixiao.model import Indicator
from jixiao.text.names import join_wraps
from jixiao.values.targets import parse_target

SEVERAL = 2  # level words side by side in a row are a header
LEAST = 2  # columns of values
DEEP = 4  # header rows at most
EARLY = 8  # rows of a table in which such a header begins
MONEY = 1.5  # what a header must say of money
VALUED = 0.6  # of the cells below a name are values
MEASURED = frozenset({"value", "number", "amount", "percent", "date", "wording", "yesno", "dash", "blank", "maybe"})
TAUGHT = frozenset({"value", "number", "amount", "percent", "date", "wording", "yesno"})


@dataclass(frozen=True, slots=True)
class TurnedColumn:
    """Hold one column of values: its place, its labels and the name over it."""

    column: int
    level1: str | None
    level2: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Turned:
    """Hold a turned matrix: rows of its header, of its body, its columns, and the column that names the rows."""

    head: tuple[int, int]
    body: tuple[int, ...]
    columns: tuple[TurnedColumn, ...]
    names: int


def find_turned(sheet: Sheet) -> Turned | None:
    """Return the turned matrix of a table, None where there is none."""
    if not sheet.stated:
        return None
    for first, line in enumerate(sheet.lines[:EARLY]):
        levels = [item for item in line.items if level_of(item.text) and not _is_label(item.text)]
        if len(levels) < SEVERAL:
            continue
        for last in range(first + 1, min(first + DEEP, len(sheet.lines) - 1)):
            found = _read_head(sheet, first, last)
            if found is not None:
                return found
    return None


def _is_label(text: str) -> bool:
    return header_word(text).best >= 6.0  # 一级指标, printed beside the words


def _read_head(sheet: Sheet, first: int, last: int) -> Turned | None:
    """Read the rows from ``first`` to ``last`` as a header whose lowest row holds the names."""
    if not any(_labels(sheet, item, first, last) for item in sheet.lines[last].items):
        return None
    body = [row for row in range(last + 1, len(sheet.lines)) if sheet.lines[row].items]
    body = [row for row in body if not is_seal(sheet.lines[row].items[0].text)]
    columns = []
    for item in sheet.lines[last].items:
        labels = _labels(sheet, item, first, last)
        if not labels or level_of(item.text) or not body:
            continue
        kinds = [kind_of(each.text) if (each := sheet.cover.get((row, item.column))) else "blank" for row in body]
        filled = [kind for kind in kinds if kind not in ("blank", "dash")]
        if sum(kind in TAUGHT for kind in filled) < VALUED * len(filled) or not set(kinds) <= MEASURED:
            return None
        level1 = labels[0] if len(labels) > 1 or level_of(labels[0]) != 2 else None
        level2 = labels[-1] if len(labels) > 1 or level1 is None else None
        columns.append(TurnedColumn(item.column, level1, level2, join_wraps(item.text)))
    if len(columns) < LEAST or not body:
        return None
    names = _naming(sheet, body, columns[0].column)
    return Turned((first, last + 1), tuple(body), tuple(columns), names) if names is not None else None


def _labels(sheet: Sheet, item: Item, first: int, last: int) -> list[str]:
    """Return the labels of levels that stand over a cell."""
    stack = [sheet.cover.get((row, item.column)) for row in range(first, last)]
    texts = [join_wraps(each.text) for each in dict.fromkeys(stack) if each is not None and each.row < last]
    return [text for text in texts if level_of(text)]


def _naming(sheet: Sheet, body: Sequence[int], before: int) -> int | None:
    """Return the column left of the values whose cells name the rows: places before anything else."""
    best: tuple[int, int] | None = None
    for column in range(before):
        kinds = [kind_of(item.text) for row in body if (item := sheet.cover.get((row, column)))]
        score = 2 * sum(kind in ("place", "office") for kind in kinds) + sum(kind == "name" for kind in kinds)
        if score > 0 and (best is None or score > best[0]):
            best = score, column
    return best[1] if best else None


def lift_turned(sheet: Sheet, turned: Turned, year: int | None) -> list[Indicator]:
    """Return one indicator for each name and row that prints a value."""
    indicators = []
    for column in turned.columns:
        for row in turned.body:
            region = sheet.cover.get((row, turned.names))
            item = sheet.cover.get((row, column.column))
            if item is None or region is None or not is_value(item.text) or _is_total(sheet, turned, row):
                continue
            target = parse_target(item.text, fiscal_year=year, name=column.name)
            place = join_wraps(region.text)
            indicators.append(
                Indicator(column.level1, column.level2, column.name, target, sheet.source(row), region=place)
            )
    return indicators


def money_of(sheet: Sheet, turned: Turned) -> list[tuple[str, str]]:
    """Return (header, amount) of the columns of money beside a turned matrix, of its row of totals."""
    totals = [row for row in turned.body if _is_total(sheet, turned, row)]
    first = turned.columns[0].column
    if not totals:
        return []
    sums = []
    for item in sheet.lines[totals[0]].items:
        heads = [sheet.cover.get((row, item.column)) for row in range(*turned.head)]
        texts = [head.text for head in dict.fromkeys(heads) if head is not None]
        said = max((header_word(text).of("money") for text in texts), default=0.0)
        if item.column < first and kind_of(item.text) in ("number", "amount") and said >= MONEY:
            sums.append(("".join(texts), item.text))
    return sums


def _is_total(sheet: Sheet, turned: Turned, row: int) -> bool:
    region = sheet.cover.get((row, turned.names))
    return region is not None and (
        plain(region.text).endswith(TOTALS) or plain(sheet.lines[row].items[0].text) in TOTALS
    )
