"""Turn headings into typed columns and find the printed column each one stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from jixiao.accounts.figures import Shape, is_code, shape_of
from jixiao.accounts.headings import Header, Node
from jixiao.accounts.lexicon import KEYS, VALUES
from jixiao.accounts.sheets import Line, Sheet
from jixiao.grid.placing import State, place_in_order
from jixiao.text.folding import fold_words

_UNIT = re.compile(r"[(（:：]\s*(?:单位[:：])?\s*([亿千百万]*元)\s*[)）]?")
_SIDE = re.compile(r"(?:本年)?(收入|支出)(按.*)?")
AWAY = 0.15  # a heading away from its printed column, per column: header rows slide
LOST = 3.0  # a heading without a column
UNCOVERED = 2.0  # the fullest column that no heading takes; a rarely filled one may be a shifted row's
MISFIT = 3.0  # a heading of figures over nothing but words, or of words over figures


@dataclass(frozen=True, slots=True)
class Column:
    """Hold one typed column: its heading, role, what its codes are of, printed position, block, and its heading.

    A block is one table of several printed side by side (收入 | 支出): its key columns and the figures right of them.
    """

    node: Node
    role: str
    scheme: str | None
    position: int
    block: int
    heads: str = ""

    @property
    def is_value(self) -> bool:
        """Say whether the column holds figures."""
        return self.role in VALUES

    @property
    def path(self) -> tuple[str, ...]:
        """Return the headings from the outermost to the column's own."""
        return self.node.path

    @property
    def side(self) -> str | None:
        """Return ``income`` or ``expenditure`` where its outermost heading or its block's is 收入 or 支出（按…）."""
        found = _SIDE.fullmatch(fold_words(self.path[0])) or _SIDE.fullmatch(fold_words(self.heads))
        if not found:
            return None
        return {"收入": "income", "支出": "expenditure"}[found.group(1)]


def read_columns(sheet: Sheet, header: Header, data: Sequence[Line]) -> tuple[Column, ...]:
    """Return the typed columns of a sheet, from left to right."""
    leaves = header.leaves
    profile = _profile(data)
    roles = _labelled([_role(leaf, profile) for leaf in leaves])
    positions = [leaf.column for leaf in leaves] if sheet.merged else _positions(leaves, roles, profile)
    columns: list[Column] = []
    block, figures, keyed, heads = 0, False, False, ""
    for leaf, role, position in zip(leaves, roles, positions, strict=True):
        if role in KEYS and figures and keyed:
            block, figures, keyed, heads = block + 1, False, False, ""
        if role in KEYS:
            heads = leaf.path[0]
        figures = figures or role in VALUES
        keyed = keyed or role in KEYS
        columns.append(Column(leaf, role, _scheme(leaf), position, block, heads))
    return tuple(columns)


def unit_of(column: Column, default: str | None) -> str | None:
    """Return the money unit a column's own heading names (金额（万元）), else the table's."""
    for label in reversed(column.path):
        if found := _UNIT.search(label):
            return found.group(1)
    return default


def _scheme(leaf: Node) -> str | None:
    return next((node.entry.scheme for node in reversed(leaf.chain) if node.entry.scheme), None)


def _role(leaf: Node, profile: Mapping[int, Counter[str]]) -> str:
    """Return the role a heading names, else what its column mostly holds."""
    role, seen = leaf.entry.role, profile.get(leaf.column, Counter())
    if not role and seen["text"] > seen["figure"]:
        return "text"
    if not role:
        return "amount"
    nameable = role == "code" or (not leaf.parent and _SIDE.fullmatch(fold_words(leaf.label)))
    # a column headed 科目, 功能分类 or 支出 may hold names rather than codes or figures
    named = "码" not in leaf.label and seen["text"] > 2 * (seen["code"] + seen["figure"])
    if nameable and named:
        return "label"
    return role


def _labelled(roles: Sequence[str]) -> list[str]:
    """Return the roles with a label where none is known: the first words left of all figures."""
    figures = next((index for index, role in enumerate(roles) if role in VALUES), len(roles))
    words = [index for index, role in enumerate(roles[:figures]) if role == "text"]
    if {"label", "code", "part"} & set(roles) or not words:
        return list(roles)
    return [*roles[: words[0]], "label", *roles[words[0] + 1 :]]


def _profile(data: Sequence[Line]) -> dict[int, Counter[str]]:
    """Count by printed column how many words, figures and codes stand there."""
    profile: dict[int, Counter[str]] = {}
    for line in data:
        for cell in line.row.filled:
            shape = shape_of(cell.text)
            if shape is Shape.BLANK:
                continue
            kind = "text" if shape is Shape.TEXT else "figure"
            if is_code(cell.text):
                kind = "code"
            profile.setdefault(cell.column, Counter())[kind] += 1
    return profile


def _positions(leaves: Sequence[Node], roles: Sequence[str], profile: Mapping[int, Counter[str]]) -> list[int]:
    """Return the printed column of each heading: in order, near its place, over the right sort of cells."""
    width = max((*profile, *(leaf.column for leaf in leaves)), default=0) + 1
    fullest = max((seen.total() for seen in profile.values()), default=1)
    placed = place_in_order(len(leaves), width, _Over(leaves, roles, profile, fullest))
    return [placed.get(i, leaf.column) for i, leaf in enumerate(leaves)]


@dataclass(frozen=True, slots=True)
class _Over:
    """Say what it costs that a heading stands over a printed column, or over none."""

    leaves: Sequence[Node]
    roles: Sequence[str]
    profile: Mapping[int, Counter[str]]
    fullest: int

    def own(self, i: int, j: int) -> float:
        """Return what it costs by its place and by what stands in the column."""
        seen = self.profile.get(j, Counter())
        cost = AWAY * abs(self.leaves[i].column - j) - UNCOVERED * min(1.0, 4 * seen.total() / self.fullest)
        cost += MISFIT * self._foreign(self.roles[i], seen) / max(1, seen.total())
        return cost if cost < LOST else inf

    def _foreign(self, role: str, seen: Counter[str]) -> float:
        """Return how many cells hold what a column of this role does not."""
        if role in VALUES:
            return seen["text"] + seen["code"] / 3  # whole numbers look like codes
        if role in ("label", "text"):
            return seen["figure"] + seen["code"]
        return seen["text"] + seen["figure"]

    def step(self, before: State | None, here: State) -> float:
        """Return that headings may stand apart as they like."""
        return 0.0

    def drop(self, i: int) -> float:
        """Return what a heading without a column costs."""
        return LOST
