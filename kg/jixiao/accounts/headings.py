"""Understand the header of a money table: one to five rows whose labels may have slid sideways.

Headings form a tree (基本支出 ▸ 人员经费 ▸ 工资福利支出). In formats that state merged cells the spans say what stands
under what. In text they do not, and a header row can be shifted against the one above it; there every label looks
for its parent by order first, by the words it can stand under second, and by its printed place third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf

from jixiao.accounts.figures import Shape, is_code, is_serial_row, shape_of
from jixiao.accounts.lexicon import KEYS, UNKNOWN, Heading, heading
from jixiao.accounts.sheets import Line, Sheet, folded
from jixiao.grid.placing import State, place_in_order
from jixiao.model import Cell, Row
from jixiao.text.folding import fold_words, squeeze
from jixiao.text.names import join_wraps

MOST_ROWS = 6
DISPLACED = 0.35  # a label away from its parent's columns, per column
FOREIGN = 5.0  # a label under a parent it cannot stand under
SPLIT_LEAF = 4.0  # a heading under one that is never split
LATE = 2.0  # a 小计 or a label after figures under the same parent
NARROW = 2.0  # a label left of a heading that has no blank columns to hold it
LONE_SHARE = 1.5  # a 其中 that does not follow what it is of
ORPHAN = 2.5  # a label on a lower row that stands under nothing
LABEL_WORDS = frozenset({"合计", "总计", "本年收入合计", "本年支出合计"})
_PARTS = ("类", "款", "项")
_NUMBERED = ("一、", "1、", "1.", "(一)", "一.")


@dataclass(slots=True)
class Node:
    """Hold one heading of the tree: its words, place, parent and the headings under it.

    ``open`` says that blank columns follow before the next heading of its row: what is printed there can be its parts.
    """

    label: str
    column: int
    end: int
    entry: Heading
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    open: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Return the headings from the outermost to this one."""
        labels = [node.label for node in self.chain]
        return tuple(label for before, label in pairwise(("", *labels)) if label != before)

    @property
    def chain(self) -> tuple[Node, ...]:
        """Return the nodes from the outermost to this one."""
        return (*(self.parent.chain if self.parent else ()), self)

    def leaves(self) -> Iterator[Node]:
        """Yield the headings of single columns, from left to right."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(slots=True)
class Header:
    """Hold the understood header: its rows' number, the tree's top, and the folded rows (to know a repeated one)."""

    rows: int
    top: list[Node]
    printed: frozenset[str]

    @property
    def leaves(self) -> list[Node]:
        """Return the headings of single columns, from left to right."""
        return [leaf for node in self.top for leaf in node.leaves()]

    @property
    def words(self) -> str:
        """Return all headings folded, joined by blanks."""
        return " ".join(fold_words(node.label) for top in self.top for node in _walk(top))


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def read_header(sheet: Sheet) -> Header:
    """Return the header of a sheet; a table without one has no top."""
    count = _header_rows(sheet.lines)
    above = [line.row for line in sheet.lines[:count]]
    printed = frozenset(map(folded, above))
    if sheet.merged:
        return Header(count, _spanned([_headed(_widened(row)) for row in above]), printed)
    width = max((cell.column + cell.colspan for line in sheet.lines for cell in line.row.cells), default=0)
    rows = [_headed(row.filled) for row in above]
    return Header(count, _assembled([row for row in rows if row], width), printed)


def _widened(row: Row) -> tuple[Cell, ...]:
    """Return the filled cells of a row, those that were not merged over the blank cells beside them widened."""
    found: list[Cell] = []
    for cell in row.cells:
        if squeeze(cell.text):
            found.append(cell)
        elif found and found[-1].rowspan == 1 and found[-1].column + found[-1].colspan == cell.column:
            found[-1] = replace(found[-1], colspan=found[-1].colspan + cell.colspan)
    return tuple(found)


def _headed(filled: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return the headings of a row: of one that numbers the columns only those among the numbers (类 款 项 1 2 3)."""
    if not is_serial_row(filled):
        return filled
    return tuple(cell for cell in filled if squeeze(cell.text) in _PARTS)


def _header_rows(lines: Sequence[Line]) -> int:
    """Return how many rows stand above the data: up to the first figure, code or numbered label."""
    labels: set[int] = set()
    for number, line in enumerate(lines[:MOST_ROWS]):
        filled = line.row.filled
        if is_serial_row(filled):
            continue
        roles = {cell.column: (heading(cell.text) or UNKNOWN).role for cell in filled}
        if any(map(_is_datum, filled)) or (number and _is_label(filled, roles, labels)):
            return number
        labels.update(column for column, role in roles.items() if role == "label")
    return min(len(lines), MOST_ROWS)


def _is_datum(cell: Cell) -> bool:
    """Say whether a cell is none of a header: a figure, a code, a numbered label."""
    numbered = squeeze(cell.text).startswith(_NUMBERED)
    return numbered or is_code(cell.text) or shape_of(cell.text) not in (Shape.TEXT, Shape.BLANK)


def _is_label(filled: Sequence[Cell], roles: Mapping[int, str], labels: set[int]) -> bool:
    """Say whether a row below the first one labels data: 合计 alone, or words in the columns of names only."""
    if len(filled) == 1 and fold_words(filled[0].text) in LABEL_WORDS:
        return True
    return all(column in labels and role not in KEYS for column, role in roles.items())


def _node(cell: Cell, end: int) -> Node:
    return Node(join_wraps(cell.text), cell.column, end, heading(cell.text) or UNKNOWN)


def _spanned(rows: Sequence[Sequence[Cell]]) -> list[Node]:
    """Build the tree where the format states which columns a heading covers."""
    top: list[Node] = []
    for cell in (cell for row in rows for cell in row):
        node = _node(cell, cell.column + cell.colspan)
        level = top
        while parent := next((each for each in level if each.column <= node.column < each.end), None):
            node.parent, level = parent, parent.children
        level.append(node)
        level.sort(key=lambda each: each.column)
    return top


def _assembled(rows: Sequence[Sequence[Cell]], width: int) -> list[Node]:
    """Build the tree from rows whose labels may stand beside their columns."""
    top: list[Node] = []
    for row in rows:
        ends = [*(cell.column for cell in row[1:]), width]
        nodes = [_node(cell, end) for cell, end in zip(row, ends, strict=True)]
        for node in nodes[:-1]:
            node.open = node.end - node.column > 1
        if top:
            _attach(nodes, top)
        else:
            top = nodes
    return top


def _attach(nodes: list[Node], top: list[Node]) -> None:
    """Hang a row of labels under the leaves above: the cheapest assignment that keeps their order."""
    leaves = [leaf for node in top for leaf in node.leaves()]
    slots = place_in_order(len(nodes), 2 * len(leaves) + 1, _Under(nodes, leaves), shared=True)
    for i, node in enumerate(nodes):
        slot = slots[i]
        if slot % 2:
            node.parent = leaves[slot // 2]
            node.parent.children.append(node)
        else:
            top.insert(_before(top, leaves, slot // 2), node)


@dataclass(frozen=True, slots=True)
class _Under:
    """Say what it costs that a label stands in a slot: 2k+1 is leaf k, 2k the gap before it, without a parent."""

    nodes: Sequence[Node]
    leaves: Sequence[Node]

    def step(self, before: State | None, here: State) -> float:
        """Return what it costs to stand apart from the label before, or under the same leaf."""
        i, slot = here
        if before is None:
            return 0.0
        if before[1] == slot:
            return LATE * (slot % 2) * _is_late(self.nodes[i - 1], self.nodes[i])
        return LONE_SHARE * self.nodes[i].entry.share

    def drop(self, i: int) -> float:
        """Return that no label may be left out."""
        return inf

    def own(self, i: int, j: int) -> float:
        """Return what it costs that a label stands under a leaf, or in a gap, wherever the others do."""
        node = self.nodes[i]
        if j % 2 == 0:
            return ORPHAN * (j > 0 or self.leaves[0].column <= node.column)
        parent = self.leaves[j // 2]
        below = parent.column <= node.column < parent.end
        cost = 0.0
        if not below:
            cost += DISPLACED * max(parent.column - node.column, node.column - parent.end + 1)
        if parent.entry.leaf and not (parent.open and below):
            cost += SPLIT_LEAF
        if node.column < parent.column and not parent.open:
            cost += NARROW
        if node.entry.within and parent.entry.key not in node.entry.within:
            cost += FOREIGN
        if parent.entry.role in KEYS and node.entry.role == "amount":
            cost += FOREIGN
        return cost


def _is_late(before: Node, node: Node) -> bool:
    """Say whether a 小计 or a label follows a column of figures: it is then seldom in the same group."""
    starts = node.entry.total or node.entry.role in KEYS
    return starts and before.entry.role in ("", "amount")


def _before(top: list[Node], leaves: list[Node], gap: int) -> int:
    if gap == len(leaves):
        return len(top)
    return top.index(leaves[gap].chain[0])
