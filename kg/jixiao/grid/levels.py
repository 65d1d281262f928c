"""Resolve which 一级 and 二级 label each row belongs to, over the whole block at once.

A merged label is printed once, often on the wrong row. Labels keep their order, so the rows are cut into segments,
one a printed label; where the cuts lie is decided together by where the labels are printed, by the taxonomy
(二级 → 一级) and by the closed lists of 三级 names: back-filling as well as forward-filling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jixiao.grid.alignment import affinity
from jixiao.grid.lexicon import Level, lexicon
from jixiao.grid.segments import CLEAR, Cut, cut
from jixiao.grid.weights import weights

OTHER_LABEL = 4.0  # a row that prints one label and is read under another
AGAINST_TAXONOMY = 6.0  # a label whose known parent or child says otherwise
NO_LABEL = ""  # the label of a segment that has none
Known = Callable[[int, str], tuple[Level, ...]]
NONE_FITS = 4.5  # leaving a row without a label although labels are printed


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold the labels printed on one row (None: none), its 三级 name, and whether the format itself says so.

    ``sure1`` and ``sure2`` mark labels that come from a stated merged cell covering the row; ``opens`` the first row
    after a page break, on which a label is printed again but never ahead of its rows.
    """

    level1: str | None
    level2: str | None
    level3: str | None
    sure1: bool = False
    sure2: bool = False
    opens: bool = False


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

    def lean(self, label: str, row: int) -> float:
        """Return how much the words of a row's name speak for a label."""
        name = self.rows[row].level3
        return affinity(label, name) if name and label else 0.0

    def against_second(self, label: str, row: int) -> float:
        """Return what the taxonomy has against a row under a 二级 label: its name is known to stand under another."""
        parents = {entry.parent for entry in self.known(3, self.rows[row].level3)}
        labels = {entry.label for entry in self.known(2, label)}
        foreign = label != NO_LABEL and not labels
        return AGAINST_TAXONOMY if parents and not foreign and not parents & labels else 0.0

    def against_first(self, label: str, row: int, below: str | None) -> float:
        """Return what the taxonomy has against a row under a 一级 label, beside the 二级 label it has."""
        name = self.rows[row].level3
        above = _grandparents(self.known(3, name), self.known) if below is None else _parents(self.known(2, below))
        labels = {entry.label for entry in self.known(1, label)}
        if not above or not labels or above & labels:
            return 0.0
        elsewhere = _parents(lexicon().level(2, below or "")) & labels
        return 0.0 if elsewhere and not above & self.printed_first else AGAINST_TAXONOMY  # another era has it so

    @cached_property
    def printed_first(self) -> set[str]:
        """Return the 一级 labels that the block prints, as the taxonomies spell them."""
        return {entry.label for row in self.rows if row.level1 for entry in lexicon().level(1, row.level1)}


def _parents(entries: Sequence[Level]) -> set[str]:
    return {entry.parent for entry in entries}


def resolve_levels(rows: Sequence[Printed], schemes: frozenset[str]) -> list[Resolved]:
    """Return for every row its 一级 and 二级 label, in the printed words of the block."""
    words = _Taxonomy(rows, schemes)
    labels = _second_labels(rows, words.known)
    second = _resolved(labels, [row.sure2 for row in rows], words.against_second, words.lean)

    def against(label: str, row: int) -> float:
        return words.against_first(label, row, second.labels[row])

    first = _resolved([row.level1 for row in rows], [row.sure1 for row in rows], against, words.lean)
    resolved = []
    for index, (row, one, two) in enumerate(zip(rows, first.labels, second.labels, strict=True)):
        early = first.above[index] or second.above[index]
        moved = early or _moved(row.level1, one) or _moved(row.level2, two)
        resolved.append(Resolved(one, two, moved, min(first.margins[index], second.margins[index])))
    return resolved


def _second_labels(rows: Sequence[Printed], known: Known) -> list[str | None]:
    """Return the printed 二级 labels, with NO_LABEL where a new 一级 without one ends the 二级 above it."""
    labels: list[str | None] = []
    running: str | None = None
    for index, row in enumerate(rows):
        label = row.level2
        if label is None and row.level1 is not None and running:
            firsts = {entry.label for entry in lexicon().level(1, row.level1)}
            following = next((each.level2 for each in rows[index + 1 :] if each.level2), None)
            parents = [{entry.parent for entry in known(2, each)} for each in (running, following) if each]
            if firsts and (parents[0] or following is None) and not any(firsts & each for each in parents):
                label = NO_LABEL  # unless the 一级 only stands one row early, above the 二级 that follows
            elif row.opens and firsts and following and parents[0] and not firsts & parents[0]:
                label = following  # the page begins with that 一级, whose 二级 stands too low
        running = label if label is not None else running
        labels.append(label)
    return labels


def _moved(printed: str | None, resolved: str | None) -> bool:
    return printed is not None and printed != resolved


def _grandparents(entries: Sequence[Level], known: Known) -> set[str]:
    return {upper.parent for entry in entries for upper in known(2, entry.parent) if upper.label == entry.parent}


def _resolved(
    printed: Sequence[str | None],
    sure: Sequence[bool],
    against: Callable[[str, int], float],
    lean: Callable[[str, int], float],
) -> Cut:
    """Cut the rows by their labels of one level; a row that its label's taxonomy forbids takes the one that fits."""
    share = weights().costs["lean"]

    def cost(word: str, row: int) -> float:
        own = printed[row]
        forbidden = against(word, row)
        if forbidden >= AGAINST_TAXONOMY and own != word:
            forbidden = NONE_FITS
        if own is None:
            return forbidden - share * lean(word, row)
        return forbidden + (0.0 if own == word else OTHER_LABEL * (5.0 if sure[row] else 1.0))

    found = cut(printed, any(sure), cost)
    words = [label for row, label in enumerate(printed) if label is not None and label != (row and printed[row - 1])]
    labels = list(found.labels)
    for row, label in enumerate(labels):
        if label is None or against(label, row) < AGAINST_TAXONOMY or printed[row] == label:
            continue
        labels[row] = _elsewhere(words, row, against) or (None if found.above[row] else label)
    return Cut(tuple(label or None for label in labels), found.above, found.margins)


def _elsewhere(labels: Sequence[str], row: int, against: Callable[[str, int], float]) -> str | None:
    """Return the only other printed label of the block that the taxonomy allows for this row, else None."""
    fitting = sorted({label for label in labels if label and against(label, row) == 0.0})
    return fitting[0] if len(fitting) == 1 else None
