"""What is placed in order costs least: compared with every way there is."""

from __future__ import annotations

import random
from itertools import product
from math import inf

import pytest

from jixiao.grid.placing import State, place_in_order


class Random:
    """Costs drawn once: of places (some never), of steps, of leaving out."""

    def __init__(self, seed: int, things: int, places: int) -> None:
        chance = random.Random(seed)
        self.owns = [[chance.choice([0.0, 1.0, 2.5, inf]) for _ in range(places)] for _ in range(things)]
        self.steps = [[chance.choice([0.0, 0.5, 2.0]) for _ in range(places)] for _ in range(places)]
        self.drops = [chance.choice([0.7, 3.0]) for _ in range(things)]

    def step(self, before: State | None, here: State) -> float:
        return 0.0 if before is None else self.steps[before[1]][here[1]]


def cost(costs: Random, found: dict[int, int], things: int) -> float:
    total, before = 0.0, None
    for i in range(things):
        if i not in found:
            total += costs.drops[i]
            continue
        here = (i, found[i])
        total += costs.step(before, here) + costs.owns[i][found[i]]
        before = here
    return total


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("seed", range(60))
def test_no_other_way_costs_less(seed: int, shared: bool) -> None:
    things, places = 3, 4
    costs = Random(seed, things, places)
    found = place_in_order(costs.owns, costs.drops, costs.step, shared=shared)
    ways = []
    for chosen in product([None, *range(places)], repeat=things):
        way = {i: j for i, j in enumerate(chosen) if j is not None}
        taken = list(way.values())
        if taken == sorted(taken) and (shared or len(set(taken)) == len(taken)):
            ways.append(way)
    assert found in ways
    assert cost(costs, found, things) == min(cost(costs, way, things) for way in ways)


def test_of_equal_ways_the_first_is_taken() -> None:
    assert place_in_order([[inf, 1.0, 1.0]], [3.0]) == {0: 1}


def test_nothing_is_placed_nowhere() -> None:
    assert place_in_order([], []) == {}
