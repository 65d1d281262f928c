"""Put things that keep their order into places that do: one dynamic programme for headings, columns and rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import inf

AT_ONCE = 3  # things between two placed ones, and one more: so many steps back are looked at

State = tuple[int, int]
"""A thing and the place it stands in, both by index."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Say what it costs that things stand in places.

    ``own`` is the cost of a thing in a place (infinite: never), ``step`` that of standing behind another one or first
    (None), ``drop`` that of leaving a thing out; ``shared`` places take several things.
    """

    own: Callable[[int, int], float]
    step: Callable[[State | None, State], float]
    drop: Callable[[int], float]
    shared: bool = False


def place_in_order(things: int, places: int, costs: Costs) -> dict[int, int]:
    """Return the place of each thing, without those left out, such that all cost least; of equal costs the first."""
    best: dict[State, tuple[float, State | None]] = {}
    drops = [costs.drop(i) for i in range(things)]
    for here in product(range(things), range(places)):
        cost = costs.own(*here)
        if cost < inf:
            lowest, origin = _cheapest(best, drops, here, costs)
            best[here] = lowest + cost, origin
    return _trace(best, drops)


def _cheapest(
    best: dict[State, tuple[float, State | None]], drops: list[float], here: State, costs: Costs
) -> tuple[float, State | None]:
    """Return what it costs least to come to a place, and from where."""
    i, j = here
    lowest, origin = sum(drops[:i]) + costs.step(None, here), None
    between = 0.0
    for k in range(i - 1, max(-1, i - 1 - AT_ONCE), -1):
        for before in ((k, m) for m in range(j + costs.shared) if (k, m) in best):
            candidate = best[before][0] + between + costs.step(before, here)
            if candidate < lowest:
                lowest, origin = candidate, before
        between += drops[k]
    return lowest, origin


def _trace(best: dict[State, tuple[float, State | None]], drops: list[float]) -> dict[int, int]:
    lowest, end = sum(drops), None
    for (i, j), (cost, _) in best.items():
        whole = cost + sum(drops[i + 1 :])
        if whole < lowest:
            lowest, end = whole, (i, j)
    found: dict[int, int] = {}
    while end is not None:
        found[end[0]] = end[1]
        end = best[end][1]
    return found
