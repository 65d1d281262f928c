"""Understand the header of a money table: one to five rows whose labels may have slid sideways.

Headings form a tree (基本支出 ▸ 人员经费 ▸ 工资福利支出). In formats that state merged cells the spans say what stands
under what. In text they do not, and a header row can be shifted against the one above it; there every label looks
for its parent by order first, by the words it can stand under second, and by its printed place third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from math import inf

from jixiao.accounts.figures import is_serial_row, is_total_label, prints
from jixiao.accounts.lexicon import KEYS, UNKNOWN, VALUES, Heading, heading
from jixiao.accounts.sheets import Sheet, folded
from jixiao.grid.placing import State, place_in_order
from jixiao.model import Cell, Row
from jixiao.text.folding import squeeze
from jixiao.text.names import join_wraps

MOST_ROWS = 6
DISPLACED = 0.35  # a label away from its parent's columns, per column
FOREIGN = 5.0  # a label under a parent it cannot stand under
SPLIT_LEAF = 4.0  # a heading under one that is never split
NARROW = 2.0  # a label left of a heading that has no blank columns to hold it
LATE = 2.0  # a 小计 or a label after figures under the same parent
LONE_SHARE = 1.5  # a 其中 that does not follow what it is of
ORPHAN = 2.5  # a label on a lower row that stands under nothing
_PARTS = ("类", "款", "项")
_NUMBERED = ("一、", "1、", "1.", "(一)", "一.")


@dataclass(slots=True, eq=False)
class Node:
    """Hold one heading of the tree: its words, place, parent and the headings under it.

    ``open`` says that blank columns follow before the next heading of its row: what is printed there can be its parts.
    A leaf is a column: ``role`` says what stands there, ``scheme`` what its codes are of, ``position`` where it is
    printed. A ``block`` is one table of several printed side by side (收入 | 支出): its key columns and the figures
    right of them; ``heads`` is the heading of the block.
    """

    label: str
    column: int
    end: int
    entry: Heading
    open: bool = False
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    role: str = ""
    scheme: str | None = None
    position: int = -1
    block: int = 0
    heads: str = ""

    def __post_init__(self) -> None:
        """Take the place of the heading for that of its column."""
        self.position = self.column

    @property
    def is_value(self) -> bool:
        """Say whether the column holds figures."""
        return self.role in VALUES

    @property
    def measure(self) -> str:
        """Return the headings in one text."""
        return "/".join(self.path)

    @property
    def path(self) -> tuple[str, ...]:
        """Return the headings from the outermost to this one."""
        labels = [node.label for node in self.chain]
        return tuple(label for before, label in pairwise(("", *labels)) if label != before)

    @property
    def chain(self) -> tuple[Node, ...]:
        """Return the nodes from the outermost to this one."""
        if self.parent is None:
            return (self,)
        return (*self.parent.chain, self)


@dataclass(frozen=True, slots=True)
class Header:
    """Hold the understood header: its headings of single columns from left to right, and its rows' folded words."""

    leaves: list[Node]
    printed: list[str]

    @property
    def words(self) -> str:
        """Return all headings folded, joined by blanks."""
        return " ".join(self.printed)


def read_header(sheet: Sheet) -> Header:
    """Return the understood header of a sheet."""
    rows = [line.row for line in sheet.lines[:MOST_ROWS]]
    rows = rows[: _header_rows(rows)]
    top: list[Node] = []
    for row in rows:
        nodes = _nodes(row, stated=sheet.merged)
        if top:
            _attach(nodes, top, stated=sheet.merged)
        else:
            top = nodes
    return Header(_leaves(top), list(map(folded, rows)))


def _leaves(nodes: Sequence[Node]) -> list[Node]:
    """Return the headings of single columns, from left to right."""
    return [leaf for node in nodes for leaf in _leaves(node.children) or [node]]


def _header_rows(rows: Sequence[Row]) -> int:
    """Return how many rows stand above the data: up to the first figure, code or numbered label, or 合计 alone."""
    for number, row in enumerate(rows):
        if is_serial_row(row.filled):
            continue
        total = len(row.filled) == 1 and is_total_label(row.filled[0].text)
        if total or any(map(_is_datum, row.filled)):
            return number
    return len(rows)


def _is_datum(cell: Cell) -> bool:
    """Say whether a cell is none of a header: a figure, a code, a numbered label."""
    return squeeze(cell.text).startswith(_NUMBERED) or prints(cell, "code", "integer", "amount", "percent")


def _nodes(row: Row, *, stated: bool) -> list[Node]:
    """Return the headings of a row, each with the blank cells beside it.

    Of a row that numbers the columns only those among the numbers are headings (类 款 项 1 2 3).
    """
    numbers = is_serial_row(row.filled)
    nodes: list[Node] = []
    for cell in row.cells:
        end = cell.column + cell.colspan
        if squeeze(cell.text) in _PARTS or (cell.text.strip() and not numbers):
            nodes.append(Node(join_wraps(cell.text), cell.column, end, heading(cell.text) or UNKNOWN))
        elif nodes and nodes[-1].end == cell.column:
            nodes[-1].end = end
    for node in nodes:
        node.open = node.end - node.column > 1
    if nodes and not stated:
        nodes[-1].end, nodes[-1].open = 1000, False
    return nodes


def _attach(nodes: list[Node], top: list[Node], *, stated: bool) -> None:
    """Hang a row of labels under the leaves above: the cheapest assignment that keeps their order.

    A slot 2k+1 is leaf k, 2k the gap before it, without a parent.
    """
    leaves = _leaves(top)
    owns = [_costs(node, leaves, stated=stated) for node in nodes]
    slots = place_in_order(owns, [inf] * len(nodes), partial(_beside, nodes), shared=True)
    for i, node in enumerate(nodes):
        place = slots[i] // 2
        if slots[i] % 2:
            node.parent = leaves[place]
            node.parent.children.append(node)
        elif place < len(leaves):
            top.insert(top.index(leaves[place].chain[0]), node)
        else:
            top.append(node)


def _costs(node: Node, leaves: Sequence[Node], *, stated: bool) -> list[float]:
    """Return what it costs that a label stands in each slot."""
    costs = [ORPHAN] * (2 * len(leaves) + 1)
    costs[0] *= leaves[0].column <= node.column
    costs[1::2] = [_under(node, leaf, stated=stated) for leaf in leaves]
    return costs


def _beside(nodes: Sequence[Node], before: State | None, here: State) -> float:
    """Return what it costs that a label stands in a slot behind another one: a late 小计 or label, a lone 其中."""
    entry = nodes[here[0]].entry
    if before is None:
        return 0.0
    if before[1] != here[1]:
        return LONE_SHARE * entry.share
    late = (entry.total or entry.role in KEYS) and nodes[before[0]].entry.role in ("", "amount")
    return LATE * (here[1] % 2) * late


def _under(node: Node, parent: Node, *, stated: bool) -> float:
    """Return what it costs that a label stands under a heading."""
    away = max(parent.column - node.column, node.column - parent.end + 1, 0)
    if stated:
        return inf if away else 0.0
    foreign = bool(node.entry.within) and parent.entry.key not in node.entry.within
    foreign = foreign or (parent.entry.role in KEYS and node.entry.role == "amount")
    split = parent.entry.leaf and bool(away or not parent.open)
    narrow = node.column < parent.column and not parent.open
    return DISPLACED * away + FOREIGN * foreign + SPLIT_LEAF * split + NARROW * narrow
