"""Move a figure to the column its table's totals need it in, where exactly one figure can have slid there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from kg.accounts.arithmetic import REACH, Sum, is_broken, read_sums
from kg.accounts.columns import Column
from kg.accounts.items import Item
from kg.accounts.totals import Total, find_totals


def settle(items: Sequence[Item], columns: Sequence[Column]) -> list[Item]:
    """Return the items with figures moved that two totals agree about.

    Where one column lacks of its 合计 exactly what another has too much, and only one row has that figure there, the
    row lost or gained a cell: the figure belongs to the first column.
    """
    settled = list(items)
    for block in sorted({column.block for column in columns}):
        sums = read_sums(columns, block)
        for _ in items:
            own = [item for item in settled if item.block == block]
            found = next(_improvements(own, columns, sums), None)
            if found is None:
                break
            before, after = found
            settled = [after if item is before else item for item in settled]
    return settled


def _improvements(items: Sequence[Item], columns: Sequence[Column], sums: Sequence[Sum]) -> Iterator[tuple[Item, Item]]:
    for total in find_totals(items):
        for item, source, target in _slides(total, columns):
            moved = _moved(item, source, target)
            if not any(is_broken(each, moved.values) and not is_broken(each, item.values) for each in sums):
                yield item, moved


def _slides(total: Total, columns: Sequence[Column]) -> Iterator[tuple[Item, int, int]]:
    """Yield (row, column it stands in, column it belongs to) for each single explanation of two differences."""
    found = {
        j: total.item.values.get(j, Decimal(0))
        - sum((part.values.get(j, Decimal(0)) for part in total.parts), Decimal(0))
        for j in sorted({*total.item.values, *(j for part in total.parts for j in part.values)})
    }
    for target, lacking in found.items():
        for source, surplus in found.items():
            if (
                lacking <= 0
                or surplus != -lacking
                or not 0 < abs(columns[target].position - columns[source].position) <= REACH
            ):
                continue
            rows = [part for part in total.parts if part.values.get(source) == lacking and target not in part.values]
            if len(rows) == 1 and len(total.parts) > 1 and _in_order(rows[0], source, target):
                yield rows[0], source, target


def _in_order(item: Item, source: int, target: int) -> bool:
    low, high = min(source, target), max(source, target)
    return not any(low < j < high for j in item.cells)


def _moved(item: Item, source: int, target: int) -> Item:
    values = {target if j == source else j: value for j, value in item.values.items()}
    cells = {target if j == source else j: cell for j, cell in item.cells.items()}
    return replace(item, values=values, cells=cells, summed=(item.summed - {source}) | {target})
