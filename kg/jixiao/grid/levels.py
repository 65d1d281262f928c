"""Resolve which 一级 and 二级 label each row belongs to, over the whole block at once.

A merged label is printed once, often on the wrong row. Labels keep their order, so the rows are cut into segments,
one a printed label; where the cuts lie is decided together by where the labels are printed, by the taxonomy
(二级 → 一级) and by the closed lists of 三级 names: back-filling as well as forward-filling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from jixiao.grid.alignment import affinity
from jixiao.grid.lexicon import Level, lexicon
from jixiao.grid.segments import CLEAR, Costs, Placed, cut
from jixiao.grid.weights import weights

OTHER_LABEL = 4.0  # a row that prints one label and is read under another
AGAINST_TAXONOMY = 6.0  # a label whose known parent or child says otherwise
NONE_FITS = 4.5  # leaving a row without a label although labels are printed


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold the labels printed on one row (None: none), its 三级 name, and whether the format itself says so.

    ``sure1`` and ``sure2`` mark labels that come from a stated merged cell covering the row.
    """

    level1: str | None
    level2: str | None
    level3: str | None
    sure1: bool = False
    sure2: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """Hold the resolved labels of one row, whether either comes from a row below or goes against the print.

    ``margin`` is by how much the labels beat the next best ones.
    """

    level1: str | None
    level2: str | None
    moved: bool = False
    margin: float = CLEAR


@dataclass(frozen=True)
class _Taxonomy:
    """Hold the rows with what the taxonomies in use know of their labels and names."""

    rows: Sequence[Printed]
    schemes: frozenset[str]

    def known(self, number: int, label: str | None) -> tuple[Level, ...]:
        """Return the entries of a level that a label may be."""
        entries = lexicon().level(number, label) if label else ()
        return tuple(entry for entry in entries if not self.schemes or entry.schemes & self.schemes)

    def against_second(self, label: str, row: int) -> float:
        """Return what the taxonomy has against a row under a 二级 label: its name is known to stand under another."""
        parents = _parents(self.known(3, self.rows[row].level3))
        labels = {entry.label for entry in self.known(2, label)}
        foreign = bool(label) and not labels
        return AGAINST_TAXONOMY if parents and not foreign and not parents & labels else 0.0

    def against_first(self, label: str, row: int, below: str | None) -> float:
        """Return what the taxonomy has against a row under a 一级 label, beside the 二级 label it has."""
        above = _parents(self.known(2, below)) if below else self._grandparents(row)
        labels = {entry.label for entry in self.known(1, label)}
        if not above or not labels or above & labels:
            return 0.0
        elsewhere = _parents(lexicon().level(2, below or "")) & labels
        return 0.0 if elsewhere and not above & self.printed_first else AGAINST_TAXONOMY  # another era has it so

    def _grandparents(self, row: int) -> set[str]:
        parents = _parents(self.known(3, self.rows[row].level3))
        return {upper.parent for parent in parents for upper in self.known(2, parent)}

    @cached_property
    def printed_first(self) -> set[str]:
        """Return the 一级 labels that the block prints, as the taxonomies spell them."""
        return {entry.label for row in self.rows if row.level1 for entry in lexicon().level(1, row.level1)}


def _parents(entries: Sequence[Level]) -> set[str]:
    return {entry.parent for entry in entries}


def resolve_levels(rows: Sequence[Printed], schemes: frozenset[str]) -> list[Resolved]:
    """Return for every row its 一级 and 二级 label, in the printed words of the block."""
    words = _Taxonomy(rows, schemes)
    names = [row.level3 for row in rows]
    second = _resolved(names, _second_labels(rows, words), [row.sure2 for row in rows], words.against_second)

    def against(label: str, row: int) -> float:
        return words.against_first(label, row, second[row].label)

    first = _resolved(names, [row.level1 for row in rows], [row.sure1 for row in rows], against)
    resolved = []
    for row, one, two in zip(rows, first, second, strict=True):
        moved = one.above or two.above or row.level1 not in (None, one.label) or row.level2 not in (None, two.label)
        resolved.append(Resolved(one.label, two.label, moved, min(one.margin, two.margin)))
    return resolved


def _second_labels(rows: Sequence[Printed], words: _Taxonomy) -> list[str | None]:
    """Return the printed 二级 labels, with none ("") where a new 一级 without one ends the 二级 above it."""
    labels: list[str | None] = []
    running: str | None = None
    for index, row in enumerate(rows):
        label = row.level2
        if label is None and row.level1 is not None and running:
            firsts = {entry.label for entry in lexicon().level(1, row.level1)}
            following = next((each.level2 for each in rows[index + 1 :] if each.level2), None)
            own, below = _parents(words.known(2, running)), _parents(words.known(2, following))
            if firsts and (own or following is None) and not firsts & (own | below):
                label = ""  # unless the 一级 only stands one row early, above the 二级 that follows
        running = running if label is None else label
        labels.append(label)
    return labels


def _resolved(
    names: Sequence[str | None],
    printed: Sequence[str | None],
    sure: Sequence[bool],
    against: Costs,
) -> list[Placed]:
    """Cut the rows by their labels of one level; a row above its label has none where the taxonomy forbids it."""
    share = weights().costs["lean"]

    def cost(word: str, row: int) -> float:
        own, name = printed[row], names[row]
        forbidden = against(word, row)
        if own == word:
            return forbidden
        forbidden = min(forbidden, NONE_FITS)
        if own is None:
            return forbidden - share * (affinity(word, name) if name else 0.0)
        return forbidden + OTHER_LABEL * (5.0 if sure[row] else 1.0)

    found = cut(printed, any(sure), cost)
    for row, placed in enumerate(found):
        label = placed.label
        if label and placed.above and against(label, row):
            label = None
        found[row] = replace(placed, label=label or None)
    return found
