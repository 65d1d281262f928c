"""Resolve which 一级 and 二级 label each row belongs to, over the whole block at once.

A merged label is printed once, often on the wrong row. Labels keep their order, so the rows are cut into segments,
one a printed label; where the cuts lie is decided together by where the labels are printed, by the taxonomy
(二级 → 一级) and by the closed lists of 三级 names: back-filling as well as forward-filling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from jixiao.grid.alignment import affinity
from jixiao.grid.lexicon import Level, lexicon
from jixiao.grid.weights import weights

LATE = 0.8  # a segment that begins away from its printed label, once
DISTANCE = 0.25  # … and per row of distance
OTHER_LABEL = 4.0  # a row that prints one label and is read under another
EMPTY = 3.0  # a printed label with no row under it
AGAINST_TAXONOMY = 6.0  # a label whose known parent or child says otherwise
REACH = 15  # rows between a label and the rows it belongs to
LOW = 0.2  # a label on the lower of its two middle rows
HALF = 0.5  # rows by which a label in the middle of an even number is off
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
    """Hold the resolved labels of one row, and whether either comes from a row below or goes against the print."""

    level1: str | None
    level2: str | None
    moved: bool = False
    unsure: bool = False


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

    second = _segments(_second_labels(rows, known), [row.sure2 for row in rows], against2, lean)

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
    first = _segments([row.level1 for row in rows], [row.sure1 for row in rows], against1, lean)
    resolved = []
    for index, (row, one, two) in enumerate(zip(rows, first.labels, second.labels, strict=True)):
        early = first.above[index] or second.above[index]
        moved = early or _moved(row.level1, one) or _moved(row.level2, two)
        resolved.append(Resolved(one, two, moved, first.unsure[index] or second.unsure[index]))
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


@dataclass(frozen=True, slots=True)
class _Cut:
    """Hold the label of each row, whether it is printed on a row below, and whether the row may be its neighbour's."""

    labels: list[str | None]
    above: list[bool]
    unsure: list[bool]


@dataclass(frozen=True, slots=True)
class _Labels:
    """Hold the labels of one level in order: where each is printed, and what it costs to give it to each row."""

    words: tuple[str, ...]
    anchors: tuple[int, ...]
    sums: tuple[tuple[float, ...], ...]  # by label, the costs of all rows before one

    def cost(self, label: int, start: int, end: int) -> float:
        """Return what it costs to give some rows to a label."""
        return self.sums[label][end] - self.sums[label][start]


def _segments(
    printed: Sequence[str | None],
    sure: Sequence[bool],
    against: Callable[[str, int], float],
    lean: Callable[[str, int], float],
) -> _Cut:
    """Cut the rows into segments, one a printed label, in order.

    Labels stand on the first row of theirs or, in texts of centred cells, in the middle of them: the whole block is
    cut both ways, and what is cheaper wins.
    """
    anchors = [row for row, label in enumerate(printed) if label is not None and label != (row and printed[row - 1])]
    if not anchors:
        return _Cut([None] * len(printed), [False] * len(printed), [False] * len(printed))
    words = tuple(str(printed[row]) for row in anchors)
    sums = tuple(tuple(accumulate(_row_costs(word, printed, sure, against, lean), initial=0.0)) for word in words)
    labels = _Labels(words, tuple(anchors), sums)
    top, ends = _cut(labels, len(printed), _from_top)
    centred_wins = False
    if not any(sure):
        centred, others = _cut(labels, len(printed), _centred)
        centred_wins = centred + weights().costs["centred"] < top
        ends = others if centred_wins else ends
    result: list[str | None] = [None] * len(printed)
    above = [False] * len(printed)
    start = 0
    for number, end in enumerate(ends):
        for row in range(start, end):
            fits = against(words[number], row) < AGAINST_TAXONOMY or printed[row] == words[number]
            above[row] = anchors[number] > row
            chosen = words[number] if fits else _elsewhere(words, row, against)
            result[row] = chosen or (None if above[row] else words[number] or None)
        start = end
    unsure = _edges(ends, printed, result, lean) if centred_wins else [False] * len(printed)
    return _Cut(result, above, unsure)


def _edges(
    ends: Sequence[int], printed: Sequence[str | None], labels: Sequence[str | None], lean: Callable[[str, int], float]
) -> list[bool]:
    """Tell which rows stand at the edge of a segment whose label is printed inside it, with nothing to confirm it."""
    unsure = [False] * len(printed)
    for start, end in pairwise([0, *ends]):
        for row in {start, end - 1} if end > start + 1 else ():
            label = labels[row]
            unsure[row] = printed[row] is None and label is not None and lean(label, row) <= 0.0
    return unsure


def _row_costs(
    word: str,
    printed: Sequence[str | None],
    sure: Sequence[bool],
    against: Callable[[str, int], float],
    lean: Callable[[str, int], float],
) -> Iterator[float]:
    """Yield what it costs to give each row to a label: taxonomy, other labels printed there, words of its name."""
    share = weights().costs["lean"]
    for row, own in enumerate(printed):
        yield _emission(word, row, own, sure[row], against) - (share * lean(word, row) if own is None else 0.0)


def _cut(labels: _Labels, count: int, place: Callable[[int, int, int], float]) -> tuple[float, list[int]]:
    """Return the cheapest cut of the rows, and the end of each label's segment (labels in order, some empty)."""
    best: dict[int, float] = {0: 0.0}
    traces: list[dict[int, int]] = []
    last = len(labels.words) - 1
    for number, anchor in enumerate(labels.anchors):
        here = {end: cost + EMPTY for end, cost in best.items()}
        trace = {end: end for end in best}
        furthest = count if number == last else min(count, labels.anchors[number + 1] + REACH)
        for start, cost in best.items():
            if abs(start - anchor) > REACH and start:
                continue
            for end in range(max(start + 1, anchor - REACH), furthest + 1):
                whole = cost + labels.cost(number, start, end) + place(anchor, start, end)
                if whole < here.get(end, float("inf")):
                    here[end], trace[end] = whole, start
        best = here
        traces.append(trace)
    if count not in best:
        return float("inf"), [*labels.anchors[1:], count]
    ends = [count]
    for trace in reversed(traces[1:]):
        ends.append(trace[ends[-1]])
    return best[count], ends[::-1]


def _from_top(anchor: int, start: int, end: int) -> float:
    return 0.0 if start == anchor else LATE + DISTANCE * abs(start - anchor)


def _centred(anchor: int, start: int, end: int) -> float:
    below = anchor - (start + end - 1) / 2
    return max(0.0, abs(below) - HALF) * weights().costs["off_centre"] + (LOW if below > 0 else 0.0)


def _emission(label: str, row: int, printed: str | None, sure: bool, against: Callable[[str, int], float]) -> float:
    cost = against(label, row)
    if cost >= AGAINST_TAXONOMY and printed != label:
        cost = NONE_FITS
    if printed is not None and printed != label:
        cost += OTHER_LABEL * (5.0 if sure else 1.0)
    return cost


def _elsewhere(labels: Sequence[str], row: int, against: Callable[[str, int], float]) -> str | None:
    """Return the only other printed label of the block that the taxonomy allows for this row, else None."""
    fitting = sorted({label for label in labels if label and against(label, row) == 0.0})
    return fitting[0] if len(fitting) == 1 else None
