"""Cut the rows of a block into segments, one a printed label, in order; tell by how much each row beat its runner-up.

A merged label is printed once, often on the wrong row. Labels stand on the first row of theirs or, in texts of centred
cells, in the middle of them: the whole block is cut both ways, and what is cheaper wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from jixiao.grid.weights import weights

LATE = 0.8  # a segment that begins away from its printed label, once
DISTANCE = 0.25  # … and per row of distance
EMPTY = 3.0  # a printed label with no row under it
REACH = 15  # rows between a label and the rows it belongs to
LOW = 0.2  # a label on the lower of its two middle rows
HALF = 0.5  # rows by which a label in the middle of an even number is off
CLEAR = 4.0  # a margin as large as need be told
NEVER = float("inf")

Costs = Callable[[str, int], float]
Place = Callable[[int, int, int], float]
Edge = tuple[int, int, float]  # a segment: first row, the row behind it, cost
Label = tuple[Sequence[float], int]  # what the rows cost under it, summed up from the first; the row it is printed on
Ways = list[dict[int, float]]  # for each row, what the cheapest cut costs that puts it below each label


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold the label of one row, whether it is printed on a row below, and by how much it beat any other label."""

    label: str | None = None
    above: bool = False
    margin: float = CLEAR


def cut(printed: Sequence[str | None], stated: bool, costs: Costs) -> list[Placed]:
    """Cut rows into segments: ``printed`` are the labels of the rows, ``costs`` what it costs to read a row under one.

    ``stated`` says that the format itself tells how far a label reaches: then none stands in the middle of its rows.
    """
    rows = range(len(printed))
    anchors = [row for row in rows if printed[row] is not None and printed[row] != (row and printed[row - 1])]
    if not anchors:
        return [Placed()] * len(printed)
    words = [str(printed[row]) for row in anchors]
    sums = {word: list(accumulate((costs(word, row) for row in rows), initial=0.0)) for word in {*words}}
    labels = [(sums[word], anchor) for word, anchor in zip(words, anchors, strict=True)]
    found = [_ways(labels, _from_top, 0.0)]
    if not stated:
        found.append(_ways(labels, _centred, weights().costs["centred"]))
    best = min(found, key=lambda ways: min(ways[0].values()))
    chosen = [min(here, key=lambda each: (here[each], -each)) for here in best]
    return [
        Placed(words[number], anchors[number] > row, _margin(row, words[number], best[row][number], words, found))
        for row, number in enumerate(chosen)
    ]


def _margin(row: int, word: str, cost: float, words: Sequence[str], found: Sequence[Ways]) -> float:
    """Return by how much a word, which costs so much in a row, beats any other one there."""
    others = (other for ways in found for each, other in ways[row].items() if words[each] != word)
    return min(CLEAR, min(others, default=NEVER) - cost)


def _ways(labels: Sequence[Label], place: Place, extra: float) -> Ways:
    """Return for each row what the cheapest cut costs that puts it below each label: forward over the labels and back.

    Labels stay in order, some without a row. The segments are made twice, since they would fill the memory.
    """
    count = len(labels[0][0]) - 1
    lasts = [*(min(count, anchor + REACH) for _, anchor in labels[1:]), count]

    def edges(number: int) -> Iterator[Edge]:
        return _edges(before[number], *labels[number], lasts[number], place)

    before = [{0: extra}]
    for number in range(len(labels)):
        before.append(_least((end, before[number][start] + cost) for start, end, cost in edges(number)))
    rows: Ways = [{} for _ in range(count)]
    limit = before[-1][count] + CLEAR
    after = {count: 0.0}
    for number in reversed(range(len(labels))):
        kept = [(start, end, cost + after[end]) for start, end, cost in edges(number) if end in after]
        for start, end, cost in kept:
            _note(rows[start:end], number, before[number][start] + cost, limit)
        after = _least((start, cost) for start, _, cost in kept)
    return rows


def _note(rows: Ways, number: int, total: float, limit: float) -> None:
    if total <= limit:
        for row in rows:
            row[number] = min(row.get(number, NEVER), total)


def _least(costs: Iterable[tuple[int, float]]) -> dict[int, float]:
    least: dict[int, float] = {}
    for row, cost in costs:
        least[row] = min(least.get(row, NEVER), cost)
    return least


def _edges(starts: Iterable[int], sums: Sequence[float], anchor: int, last: int, place: Place) -> Iterator[Edge]:
    """Yield (start, end, cost) of the segments that one label may have; an empty one costs, too."""
    for start in starts:
        if 0 < start < anchor - REACH:
            continue  # no label further down reaches up to it either
        yield start, start, EMPTY
        if start > anchor + REACH:
            continue
        for end in range(max(start + 1, anchor - REACH), last + 1):
            yield start, end, sums[end] - sums[start] + place(anchor, start, end)


def _from_top(anchor: int, start: int, end: int) -> float:
    return 0.0 if start == anchor else LATE + DISTANCE * abs(start - anchor)


def _centred(anchor: int, start: int, end: int) -> float:
    below = anchor - (start + end - 1) / 2
    return max(0.0, abs(below) - HALF) * weights().costs["off_centre"] + (LOW if below > 0 else 0.0)
