"""Know the columns of one block: which name its rows, which hold figures, and the sums that these promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.accounts.arithmetic import Sum, read_sums
from jixiao.accounts.columns import Column
from jixiao.accounts.figures import parse_figure
from jixiao.model import Cell


@dataclass(slots=True)
class Key:
    """Hold one (code, label) pair of a block's columns; each of ``codes`` is one code's columns (类, 款, 项)."""

    codes: list[list[int]] = field(default_factory=list)
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Hold the columns of one block by index: its keys, category (类型), unit (项目单位) and figures, and their sums.

    ``columns`` are those of the whole table.
    """

    block: int
    columns: Sequence[Column]
    keys: tuple[Key, ...]
    category: int | None
    unit: int | None
    figures: tuple[int, ...]
    sums: tuple[Sum, ...]

    def amounts_in(self, cells: Mapping[int, Cell]) -> dict[int, Decimal]:
        """Return the amounts of a row by column."""
        found = {j: parse_figure(cell.text) for j, cell in cells.items() if self.columns[j].role == "amount"}
        return {j: value for j, value in found.items() if value is not None}

    def shift(self, j: int, cell: Cell) -> int:
        """Return how far a column stands from where a cell is printed."""
        return self.columns[j].position - cell.column


def read_layouts(columns: Sequence[Column]) -> tuple[Layout, ...]:
    """Return the layouts of the blocks of a table, from left to right."""
    blocks = sorted({column.block for column in columns})
    return tuple(_read_layout(columns, block) for block in blocks)


def _read_layout(columns: Sequence[Column], block: int) -> Layout:
    own = [j for j, column in enumerate(columns) if column.block == block]
    figures = tuple(j for j in own if columns[j].is_value)
    texts = {}
    for j in reversed(own):
        if columns[j].node.entry.role == "text":
            texts[columns[j].node.entry.key] = j
    keys = tuple(_read_keys(columns, own))
    sums = read_sums(columns, block)
    return Layout(block, columns, keys, texts.get("category"), texts.get("project-unit"), figures, sums)


def _read_keys(columns: Sequence[Column], own: Sequence[int]) -> list[Key]:
    """Return the codes and names of a block's columns: each name with the codes left of it."""
    keys: list[Key] = []
    pending: list[list[int]] = []
    last = ""
    for j in own:
        column = columns[j]
        if column.role == "part" and last == "part":
            pending[-1].append(j)
        elif column.role in ("part", "code"):
            owner = _nameless(keys, columns, column.scheme)
            (owner.codes if owner else pending).append([j])
        elif column.role == "label":
            keys.append(Key(pending, j))
            pending = []
        last = column.role
    if keys:
        keys[-1].codes.extend(pending)  # a code printed right of its name
    elif pending:
        keys.append(Key(pending))
    return keys


def _nameless(keys: Sequence[Key], columns: Sequence[Column], scheme: str | None) -> Key | None:
    """Return the last name left of a code that is of its scheme and has no code yet (项目名称 | 项目编码)."""
    if scheme not in ("project", "unit"):
        return None
    named = (key for key in reversed(keys) if key.label is not None and columns[key.label].scheme == scheme)
    return next((key for key in named if not key.codes), None)
