"""Resolve which 一级 and 二级 label each row belongs to, over the whole block at once.

A merged label is printed once, often on the wrong row. Labels keep their order, so the rows are cut into segments,
one a printed label; where the cuts lie is decided together by where the labels are printed, by the taxonomy
(二级 → 一级) and by the closed lists of 三级 names: back-filling as well as forward-filling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jixiao.grid.alignment import affinity
from jixiao.grid.lexicon import Level, lexicon
from jixiao.grid.segments import CLEAR, Cut, cut
from jixiao.grid.weights import weights

OTHER_LABEL = 4.0  # a row that prints one label and is read under another
AGAINST_TAXONOMY = 6.0  # a label whose known parent or child says otherwise
NO_LABEL = ""  # the label of a segment that has none
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


def resolve_levels(rows: Sequence[Printed], schemes: frozenset[str]) -> list[Resolved]:
    """Return for every row its 一级 and 二级 label, in the printed words of the block."""
    words = lexicon()

    def known(number: int, label: str) -> tuple[Level, ...]:
        return tuple(entry for entry in words.level(number, label) if not schemes or entry.schemes & schemes)

    def against2(label: str, row: int) -> float:
        name = rows[row].level3
        parents = {entry.parent for entry in known(3, name)} if name else set()
        labels = {entry.label for entry in known(2, label)}
        return AGAINST_TAXONOMY if parents and (labels or label == NO_LABEL) and not parents & labels else 0.0

    def lean(label: str, row: int) -> float:
        name = rows[row].level3
        return affinity(label, name) if name and label else 0.0

    second = _resolved(_second_labels(rows, known), [row.sure2 for row in rows], against2, lean)

    def against1(label: str, row: int) -> float:
        below = second.labels[row]
        if below is None:
            grand = _grandparents(known(3, rows[row].level3 or ""), known)
        else:
            grand = {entry.parent for entry in known(2, below)}
        labels = {entry.label for entry in known(1, label)}
        if not grand or not labels or grand & labels:
            return 0.0
        elsewhere = {entry.parent for entry in words.level(2, below or "")} & labels
        return 0.0 if elsewhere and not grand & upper else AGAINST_TAXONOMY  # another era has it so, and no other home

    upper = {entry.label for row in rows if row.level1 for entry in words.level(1, row.level1)}
    first = _resolved([row.level1 for row in rows], [row.sure1 for row in rows], against1, lean)
    resolved = []
    for index, (row, one, two) in enumerate(zip(rows, first.labels, second.labels, strict=True)):
        early = first.above[index] or second.above[index]
        moved = early or _moved(row.level1, one) or _moved(row.level2, two)
        resolved.append(Resolved(one, two, moved, min(first.margins[index], second.margins[index])))
    return resolved


def _second_labels(rows: Sequence[Printed], known: Callable[[int, str], tuple[Level, ...]]) -> list[str | None]:
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


def _grandparents(entries: Sequence[Level], known: Callable[[int, str], tuple[Level, ...]]) -> set[str]:
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
