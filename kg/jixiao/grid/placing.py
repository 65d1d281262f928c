"""Put things that keep their order into places that do: one dynamic programme for headings, columns and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Protocol

AT_ONCE = 3  # things between two placed ones, and one more: so many steps back are looked at

State = tuple[int, int]
"""A thing and the place it stands in, both by index."""

NOTHING: State = (-1, -1)


class Costs(Protocol):
    """Say what it costs that things stand in places."""

    def own(self, i: int, j: int) -> float:
        """Return the cost of a thing in a place, infinite for never."""

    def step(self, before: State | None, here: State) -> float:
        """Return the cost of standing behind another thing, or first."""

    def drop(self, i: int) -> float:
        """Return the cost of leaving a thing out."""


def free(_: State) -> float:
    """Return that it costs nothing to end anywhere."""
    return 0.0


def place_in_order(
    things: int, places: int, costs: Costs, *, shared: bool = False, end: Callable[[State], float] = free
) -> dict[int, int]:
    """Return the place of each thing, without those left out, such that all cost least; of equal ways the first.

    No step may cost less than nothing; ``shared`` places take several things; ``end`` is what it costs to end with a
    thing in a place.
    """
    drops = [costs.drop(i) for i in range(things)]
    origins: dict[State, State] = {}
    reached: list[list[tuple[float, int]]] = []  # of each thing: what it costs to stand in its places, cheapest first
    for i in range(things):
        reached.append([])
        for j in range(places):
            own = costs.own(i, j)
            if own < inf:
                lowest, back, before = _cheapest_way(reached, drops, (i, j), costs, j + shared)
                origins[i, j] = (i - back, before) if back else NOTHING
                reached[i].append((lowest + own, j))
        reached[i].sort()
    return _trace(origins, _cheapest_end(reached, drops, end))


def _cheapest_end(
    reached: Sequence[Sequence[tuple[float, int]]], drops: Sequence[float], end: Callable[[State], float]
) -> State:
    ends = [(sum(drops), NOTHING)]
    for i, row in enumerate(reached):
        after = sum(drops[i + 1 :])
        ends += [(cost + after + end((i, j)), (i, j)) for cost, j in row]
    return min(ends)[1]


def _cheapest_way(
    reached: Sequence[Sequence[tuple[float, int]]], drops: Sequence[float], here: State, costs: Costs, end: int
) -> tuple[float, int, int]:
    """Return what it costs least to come to a place, from how many things back (0: from nowhere) and which place.

    Only places below ``end`` come before it.
    """
    i, _ = here
    way = (sum(drops[:i]) + costs.step(None, here), 0, -1)
    for back in range(1, min(i, AT_ONCE) + 1):
        between = sum(drops[i - back + 1 : i])
        for so_far, m in reached[i - back]:
            if so_far + between > way[0]:
                break
            if m < end:
                way = min(way, (so_far + between + costs.step((i - back, m), here), back, m))
    return way


def _trace(origins: Mapping[State, State], end: State) -> dict[int, int]:
    found: dict[int, int] = {}
    while end != NOTHING:
        found[end[0]] = end[1]
        end = origins[end]
    return found
