"""Cut the rows of a block into segments, one a printed label, in order; tell by how much each row beat its runner-up.

A merged label is printed once, often on the wrong row. Labels stand on the first row of theirs or, in texts of centred
cells, in the middle of them: the whole block is cut both ways, and what is cheaper wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from jixiao.grid.weights import weights

LATE = 0.8  # a segment that begins away from its printed label, once
DISTANCE = 0.25  # … and per row of distance
EMPTY = 3.0  # a printed label with no row under it
REACH = 15  # rows between a label and the rows it belongs to
LOW = 0.2  # a label on the lower of its two middle rows
HALF = 0.5  # rows by which a label in the middle of an even number is off
CLEAR = 4.0  # a margin as large as need be told

Costs = Callable[[str, int], float]
Place = Callable[[int, int, int], float]
Reached = dict[int, float]  # cost by row
Edge = tuple[int, int, float]  # a segment: first row, the row behind it, cost
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Cut:
    """Hold for each row its label, whether it is printed on a row below, and by how much it beat any other label."""

    labels: tuple[str | None, ...]
    above: tuple[bool, ...]
    margins: tuple[float, ...]


@dataclass
class _Way:
    """Hold one way of cutting: its cost, the ends of its segments, and the best cost of each row under each label."""

    cost: float
    ends: list[int]
    rows: list[dict[str, float]] = field(default_factory=list)


def cut(printed: Sequence[str | None], stated: bool, costs: Costs) -> Cut:
    """Cut rows into segments: ``printed`` are the labels of the rows, ``costs`` what it costs to read a row under one.

    ``stated`` says that the format itself tells how far a label reaches: then none stands in the middle of its rows.
    """
    count = len(printed)
    anchors = [row for row, label in enumerate(printed) if label is not None and label != (row and printed[row - 1])]
    if not anchors:
        return Cut((None,) * count, (False,) * count, (CLEAR,) * count)
    words = [str(printed[row]) for row in anchors]
    sums = [list(accumulate((costs(word, row) for row in range(count)), initial=0.0)) for word in words]
    ways = [_cheapest(words, anchors, sums, _from_top)]
    if not stated:
        centred = _cheapest(words, anchors, sums, _centred)
        ways.append(_dearer(centred, weights().costs["centred"]))
    best = min(ways, key=lambda way: way.cost)
    labels, above = [], []
    for number, (start, end) in enumerate(zip([0, *best.ends], best.ends, strict=False)):
        labels += [words[number]] * (end - start)
        above += [anchors[number] > row for row in range(start, end)]
    margins = (_margin(ways, row, label, best.cost) for row, label in enumerate(labels))
    return Cut(tuple(labels), tuple(above), tuple(margins))


def _dearer(way: _Way, cost: float) -> _Way:
    rows = [{word: each + cost for word, each in row.items()} for row in way.rows]
    return _Way(way.cost + cost, way.ends, rows)


def _margin(ways: Sequence[_Way], row: int, label: str, best: float) -> float:
    others = (cost for way in ways for word, cost in way.rows[row].items() if word != label)
    return min(CLEAR, min(others, default=best + CLEAR) - best)


def _cheapest(words: Sequence[str], anchors: Sequence[int], sums: Sequence[Sequence[float]], place: Place) -> _Way:
    """Return the cheapest cut of the rows (labels in order, some empty): forward over the labels, then back."""
    count = len(sums[0]) - 1
    before: list[Reached] = [{0: 0.0}]
    steps: list[list[Edge]] = []
    for number, anchor in enumerate(anchors):
        furthest = count if number == len(anchors) - 1 else min(count, anchors[number + 1] + REACH)
        steps.append(list(_edges(before[-1], sums[number], anchor, furthest, place)))
        before.append(_reached(before[-1], steps[-1]))
    after: list[Reached] = [{count: 0.0}]
    for edges in reversed(steps):
        after.append(_reached(after[-1], [(end, start, cost) for start, end, cost in edges]))
    after.reverse()
    best = after[0].get(0, NEVER)
    rows: list[dict[str, float]] = [{} for _ in range(count)]
    for number, edges in enumerate(steps):
        for start, end, cost in edges:
            total = before[number][start] + cost + after[number + 1].get(end, NEVER)
            for row in range(start, end) if total <= best + CLEAR else ():
                rows[row][words[number]] = min(rows[row].get(words[number], NEVER), total)
    return _Way(best, _ends(steps, after, count), rows)


def _reached(starts: Reached, edges: Sequence[Edge]) -> Reached:
    """Return what it costs at least to come to each row behind some segments."""
    reached: Reached = {}
    for start, end, cost in edges:
        reached[end] = min(reached.get(end, NEVER), starts.get(start, NEVER) + cost)
    return reached


def _ends(steps: Sequence[Sequence[Edge]], after: Sequence[Reached], count: int) -> list[int]:
    """Return the ends of the segments of the cheapest cut."""
    ends: list[int] = []
    for edges, rest in zip(steps, after[1:], strict=True):
        here = ends[-1] if ends else 0
        onward = [(cost + rest.get(end, NEVER), end) for start, end, cost in edges if start == here]
        ends.append(min(onward, default=(NEVER, count))[1])
    return ends


def _edges(starts: Reached, sums: Sequence[float], anchor: int, furthest: int, place: Place) -> Iterator[Edge]:
    """Yield (start, end, cost) of the segments that one label may have; an empty one costs, too."""
    for start in starts:
        yield start, start, EMPTY
        if abs(start - anchor) > REACH and start:
            continue
        for end in range(max(start + 1, anchor - REACH), furthest + 1):
            yield start, end, sums[end] - sums[start] + place(anchor, start, end)


def _from_top(anchor: int, start: int, end: int) -> float:
    return 0.0 if start == anchor else LATE + DISTANCE * abs(start - anchor)


def _centred(anchor: int, start: int, end: int) -> float:
    below = anchor - (start + end - 1) / 2
    return max(0.0, abs(below) - HALF) * weights().costs["off_centre"] + (LOW if below > 0 else 0.0)
