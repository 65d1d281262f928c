"""Put things that keep their order into places that do: one dynamic programme for headings, columns and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

AT_ONCE = 3  # things between two placed ones, and one more: so many steps back are looked at

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
        reached = [_cheapest(ways, cost, (i, j), step, j + shared) for j, cost in enumerate(own)]
        kept = [(cost + drops[i], states) for cost, states in ways]
        ways = sorted(way for way in (*reached, *kept) if way[0] < inf)
    ends = [(cost + end(states[-1]) if states else cost, states) for cost, states in ways]
    return dict(min(ends, default=(0.0, ()))[1])


def _cheapest(ways: Sequence[Way], cost: float, here: State, step: Step, end: int) -> Way:
    """Return the cheapest way to a thing in a place; only places below ``end`` come before it."""
    best: Way = (inf, ())
    for so_far, states in ways:
        if so_far + cost > best[0]:
            break
        before = states[-1] if states else None
        if before is None or (before[1] < end and here[0] - before[0] <= AT_ONCE):
            best = min(best, (so_far + cost + step(before, here), (*states, here)))
    return best
