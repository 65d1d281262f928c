"""Turn headings into typed columns, find the printed column of each, and gather the columns of each block."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from math import inf

from jixiao.accounts.figures import kinds_of, parse_figure
from jixiao.accounts.headings import Header, Node
from jixiao.accounts.lexicon import KEYS, read_specification
from jixiao.accounts.sheets import Line, Sheet
from jixiao.accounts.sums import Sum, sums_of
from jixiao.grid.placing import place_in_order
from jixiao.model import Cell
from jixiao.text.folding import fold_words

_UNIT = re.compile(r"[(（:：]\s*(?:单位[:：])?\s*([亿千百万]*元)\s*[)）]?")
_SIDE = re.compile(r"(?:本年)?(收入|支出)(按.*)?")
_SIDES = {"收入": "income", "支出": "expenditure"}
AWAY = 0.15  # a heading away from its printed column, per column: header rows slide
LOST = 3.0  # a heading without a column
UNCOVERED = 2.0  # the fullest column that no heading takes; a rarely filled one may be a shifted row's
NEVER = 7.0  # a text in a column where it hardly can stand

Kinds = frozenset[str]


@dataclass(slots=True)
class Key:
    """Hold one (code, label) pair of a block's columns; each of ``codes`` is one code's columns (类, 款, 项)."""

    codes: list[list[int]] = field(default_factory=list)
    label: int = -1
    scheme: str | None = None

    @property
    def columns(self) -> list[int]:
        """Return all its columns."""
        return [*chain(*self.codes), self.label]


@dataclass(frozen=True, slots=True)
class Layout:
    """Hold the columns of one block by index: its keys, further words by heading, figures, and their sums.

    ``columns`` are those of the whole table.
    """

    block: int
    columns: Sequence[Node]
    keys: Sequence[Key]
    texts: Mapping[str, int]
    figures: Sequence[int]
    sums: Sequence[Sum]

    def amounts_in(self, cells: Mapping[int, Cell]) -> dict[int, Decimal]:
        """Return the amounts of a row by column."""
        found = {j: parse_figure(cell.text) for j, cell in cells.items() if self.columns[j].role == "amount"}
        return {j: value for j, value in found.items() if value is not None}

    def shift(self, j: int, cell: Cell) -> int:
        """Return how far a column stands from where a cell is printed."""
        return self.columns[j].position - cell.column


@lru_cache(maxsize=4096)
def _misfit(sort: str, kinds: Kinds) -> float:
    costs = read_specification("misfits").get(sort, {})
    return min((costs[kind] for kind in kinds if kind in costs), default=NEVER)


def misfit(column: Node, text: str) -> float:
    """Return how badly a printed text suits a column: 0 fits, 6 and more hardly can be."""
    return _misfit(column.entry.key if column.role == "part" else column.role, kinds_of(text))


def read_columns(sheet: Sheet, header: Header, data: Sequence[Line]) -> list[Node]:
    """Return the typed columns of a sheet, from left to right: the leaves of its headings."""
    columns, printed = header.leaves, defaultdict[int, Counter[Kinds]](Counter)
    for cell in (cell for line in data for cell in line.row.filled):
        printed[cell.column][kinds_of(cell.text)] += "blank" not in kinds_of(cell.text)
    for column in columns:
        column.role = _role(column, printed[column.column])
        column.scheme = next((node.entry.scheme for node in reversed(column.chain) if node.entry.scheme), None)
    _label(columns)
    if not sheet.merged:
        _place(columns, printed)
    _part(columns)
    return columns


def _part(columns: Sequence[Node]) -> None:
    """Tell each column its block: a new one where a column names rows again, after names and figures."""
    block, heads, named = 0, "", set[bool]()
    for column in columns:
        key = column.role in KEYS
        if key and len(named) == 2:
            block, named = block + 1, set()
        if key:
            heads = column.path[0]
        if key or column.is_value:
            named.add(key)
        column.block, column.heads = block, heads


def unit_of(column: Node, default: str | None = None) -> str | None:
    """Return the money unit a column's own heading names (金额（万元）), else the table's."""
    for label in reversed(column.path):
        if found := _UNIT.search(label):
            return found.group(1)
    return default


def _role(leaf: Node, seen: Counter[Kinds]) -> str:
    """Return the role a heading names, else that which suits what stands below it best.

    A column headed 科目, 功能分类 or 支出 may hold names rather than codes or figures.
    """
    role = leaf.entry.role
    roles = [role]
    if not role:
        roles = ["amount", "text"]
    elif role == "code" or (not leaf.parent and _SIDE.fullmatch(fold_words(leaf.label))):
        roles += ["label"] * ("码" not in leaf.label)
    return min(roles, key=lambda each: sum(_misfit(each, kinds) * count for kinds, count in seen.items()))


def _label(columns: Sequence[Node]) -> None:
    """Take the first words left of all figures for the label where none is known."""
    first = next((column for column in columns if column.is_value or column.role == "text"), None)
    if first and first.role == "text" and not any(column.role in ("label", "code", "part") for column in columns):
        first.role = "label"


def _place(columns: Sequence[Node], printed: Mapping[int, Counter[Kinds]]) -> None:
    """Find the printed column of each heading: near its place and over a full column, in order."""
    filled = [printed[place].total() for place in range(max(printed, default=0) + 1)]
    full = [min(1.0, 4 * count / max(1, *filled)) for count in filled]
    owns: list[list[float]] = []
    for column in columns:
        costs = [AWAY * abs(column.column - j) - UNCOVERED * full[j] for j in range(len(filled))]
        owns.append([cost if cost < LOST else inf for cost in costs])
    for i, place in place_in_order(owns, [LOST] * len(columns)).items():
        columns[i].position = place


def side_of(column: Node) -> str | None:
    """Return ``income`` or ``expenditure`` where a column's outermost heading or its block's is 收入 or 支出（按…）."""
    found = _SIDE.fullmatch(fold_words(column.path[0])) or _SIDE.fullmatch(fold_words(column.heads))
    return _SIDES[found.group(1)] if found else None


def read_layouts(columns: Sequence[Node]) -> tuple[Layout, ...]:
    """Return the layouts of the blocks of a table, from left to right."""
    return tuple(_layout(columns, block) for block in sorted({column.block for column in columns}))


def _layout(columns: Sequence[Node], block: int) -> Layout:
    own = {j: column for j, column in enumerate(columns) if column.block == block}
    texts = {column.entry.key: j for j, column in reversed(own.items()) if column.entry.role == "text"}
    figures = [j for j, column in own.items() if column.is_value]
    amounts = {id(column): j for j, column in own.items() if column.role == "amount"}
    tops = {id(column.chain[0]): column.chain[0] for column in own.values()}
    return Layout(block, columns, _keys(own), texts, figures, sums_of(list(tops.values()), amounts))


def _keys(own: Mapping[int, Node]) -> list[Key]:
    """Return the codes and names of a block's columns: each name with the codes left of it.

    The code of a project or unit may stand right of its name (项目名称 | 项目编码), and so may a code at the end.
    """
    keys = [Key()]
    last = ""
    for j, column in own.items():
        if column.role == "part" == last:
            keys[-1].codes[-1].append(j)
        elif column.role in ("part", "code"):
            named = [key for key in keys[:-1] if key.scheme == column.scheme and key.scheme and not key.codes]
            (named or keys)[-1].codes.append([j])
        elif column.role == "label":
            keys[-1].label, keys[-1].scheme = j, column.scheme
            keys.append(Key())
        last = column.role
    trailing = keys.pop()
    if keys:
        keys[-1].codes += trailing.codes
    return keys or [trailing] * bool(trailing.codes)
