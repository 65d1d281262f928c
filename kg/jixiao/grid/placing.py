"""Two dynamic programmes: things that keep their order into places that do, and the likeliest kinds of a sequence."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any, TypeVar

AT_ONCE = 3  # things between two placed ones, and one more: so many steps back are looked at

Kind = TypeVar("Kind")
State = tuple[int, int]
"""A thing and the place it stands in, both by index."""
Way = tuple[float, tuple[State, ...]]
Step = Callable[[State | None, State], float]


def place_in_order(
    owns: Sequence[Sequence[float]],
    drops: Sequence[float],
    step: Step = lambda before, here: 0.0,
    *,
    shared: bool = False,
    end: Callable[[State], float] = lambda last: 0.0,
) -> dict[int, int]:
    """Return the place of each thing, without those left out, such that all cost least; of equal ways the first.

    ``owns`` says what each thing costs in each place (infinite for never), ``drops`` what it costs to leave it out,
    ``step`` to stand behind another thing, or first: never less than nothing. ``shared`` places take several things;
    ``end`` is what it costs to end with a thing in a place.
    """
    ways: list[Way] = [(0.0, ())]  # the cheapest to each last state, cheapest first
    for i, own in enumerate(owns):
        reached = _reach(ways, i, own, step, shared)
        kept = [(cost + drops[i], states) for cost, states in ways]
        ways = sorted(way for way in (*reached, *kept) if way[0] < inf)
    ends = [(cost + end(states[-1]) if states else cost, states) for cost, states in ways]
    return dict(min(ends, default=(0.0, ()))[1])


def _reach(ways: Sequence[Way], i: int, own: Sequence[float], step: Step, shared: bool) -> list[Way]:
    """Return the cheapest way to a thing in each place; only what stands before a place is looked at for it."""
    near = sorted((_last_place(way), way) for way in ways if not way[1] or i - way[1][-1][0] <= AT_ONCE)
    before: list[Way] = []  # the ways that end before the place, cheapest first
    reached, come = [], 0
    for j, cost in enumerate(own):
        while come < len(near) and near[come][0] < j + shared:
            insort(before, near[come][1])
            come += 1
        reached.append(_cheapest(before, cost, (i, j), step))
    return reached


def _last_place(way: Way) -> int:
    """Return where the last thing of a way stands, -1 when none does."""
    return way[1][-1][1] if way[1] else -1


def _cheapest(ways: Sequence[Way], cost: float, here: State, step: Step) -> Way:
    """Return the cheapest of the ways, cheapest first, to a thing in a place."""
    best: Way = (inf, ())
    for so_far, states in ways:
        if so_far + cost > best[0]:
            break
        further = step(states[-1] if states else None, here)
        best = min(best, (so_far + cost + further, (*states, here)))
        if not further and len(states) == here[0]:  # what comes later costs no less, and of equal ways it is later
            break
    return best


def likeliest(scores: Sequence[Mapping[Kind, float]], move: Callable[[int, Kind | None, Kind], float]) -> list[Kind]:
    """Return the likeliest kind of each thing of a sequence, of equal ways the first.

    ``scores`` says how much each thing looks like each kind, ``move`` how usual it is that the thing at an index is of
    a kind behind one of another, None before the first.
    """
    best: dict[Kind | None, tuple[float, Any]] = {None: (0.0, None)}  # for each last kind its score and the way there
    for index, here in enumerate(scores):
        reached: dict[Kind | None, tuple[float, Any]] = {}
        for kind, score in here.items():
            ways = [(total + move(index, before, kind), way) for before, (total, way) in best.items()]
            total, way = max(ways, key=lambda each: each[0])
            reached[kind] = total + score, (kind, way)
        best = reached
    way = max(best.values(), key=lambda each: each[0])[1]
    kinds = []
    while way:
        kinds.append(way[0])
        way = way[1]
    return kinds[::-1]
