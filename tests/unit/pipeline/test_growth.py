"""What a document costs grows no faster than what it holds, whatever it has much of."""

from __future__ import annotations

import time

import pytest

from jixiao.reading import read_upload
from tests.makers.shapes import SHAPES

STEADY = 9.0  # times the cost of four times as much: four for what is linear, sixteen for a square
FIXED = 0.1  # seconds of any document


def cost(data: bytes) -> float:
    """Return the seconds of processor time from bytes to findings."""
    started = time.process_time()
    reading = read_upload(data, "a.html" if data.startswith(b"<") else "a.txt")
    assert reading.triples
    assert reading.findings is not None
    return time.process_time() - started


@pytest.mark.long
@pytest.mark.parametrize("name", SHAPES)
def test_no_shape_grows_faster_than_it_should(name: str) -> None:
    size, shape = SHAPES[name]
    cost(shape(2))  # what is loaded once
    costs = [cost(shape(size * times)) for times in (1, 2, 4)]
    if costs[2] > STEADY * costs[0] + FIXED:  # on a crowded machine a figure may be wrong once
        costs = [min(each, cost(shape(size * times))) for each, times in zip(costs, (1, 2, 4), strict=True)]
    assert costs[2] <= STEADY * costs[0] + FIXED, costs
