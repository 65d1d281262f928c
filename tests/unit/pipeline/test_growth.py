"""What a document costs grows no faster than what it holds, whatever it has much of."""

from __future__ import annotations

import time

import pytest

from jixiao.reading import read_upload
from jixiao.store import open_store
from jixiao.tables.rows import graph_rows
from tests.makers.shapes import SHAPES

STEADY = 9.0  # times the cost of four times as much: four for what is linear, sixteen for a square
FIXED = 0.1  # seconds of any document
GRAPH = "https://w3id.org/jixiao/id/graph/a.html"


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


@pytest.mark.long
def test_no_table_grows_faster_than_it_should() -> None:
    """No row here is sure, since no form names its year or its office: the reviewers' queue is as long as it can be."""

    def tables(count: int) -> float:
        rows = "".join(f"<tr><td>产出</td><td>事项{n}</td><td>若干{n}</td></tr>" for n in range(count))
        head = "<tr><td>一级指标</td><td>三级指标</td><td>指标值</td></tr>"
        store = open_store(":memory:")
        store.replace_graph(GRAPH, read_upload(f"<table>{head}{rows}</table>".encode(), "a.html").triples)
        started = time.process_time()
        found = graph_rows(store, GRAPH, store.read_graph(GRAPH)).rows
        assert len(found["review"]) >= count
        return time.process_time() - started

    tables(2)
    small, large = tables(400), tables(1600)
    assert large <= STEADY * small + FIXED, (small, large)
