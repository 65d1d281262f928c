"""Filtered lists at 100,000 indicators: the median of all kinds of lists within 25 ms."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store import open_store
from jixiao.tables.rows import GraphRows
from jixiao.tables.side import FILE, SideTables
from jixiao_service.rest.lists import list_page
from tests.api.conftest import Service, Start, start_service  # noqa: F401
from tests.benchmarks.search_rows import PLACES, departments, indicators

pytestmark = pytest.mark.slow
COUNT, LIMIT = 100_000, 0.025
ROOT = Path(__file__).resolve().parents[2]


def fill(tables: SideTables, version: str, regions: dict[str, str], offices: list[dict[str, Any]]) -> None:
    found = GraphRows({"indicators": list(indicators(COUNT)), "departments": offices}, regions=regions)
    with tables.writing() as writer:
        writer.replace("urn:made", "1", found)
        writer.set_version(version)
        writer.optimise()


@pytest.fixture(scope="module")
def view() -> Iterator[SideTables]:
    view, offices = SideTables(None), departments()
    regions = {row["name"]: row["region_code"] for row in offices}
    started = time.perf_counter()
    fill(view, "1", regions, offices)
    print(f"\n{COUNT} indicators loaded in {time.perf_counter() - started:.0f} s")
    yield view
    view.close()


LISTS: dict[str, Callable[[int], list[tuple[str, str]]]] = {
    "满意度 ≥ 95, a year": lambda n: [("indicator", "满意度"), ("lower_ge", "95"), ("year", str(2018 + n % 8))],
    "one department": lambda n: [("department", f"{PLACES[n % 20]}市财政局")],
    "a region, a level": lambda n: [("region", f"41{n % 20 + 1:02d}"), ("level1", "产出指标")],
    "words": lambda n: [("q", f"{PLACES[n % 20]} 道路"), ("year", "2020")],
    "sorted, a level": lambda n: [
        ("sort", "-lower,department"),
        ("level1", "成本指标"),
        ("fiscal_year_ge", str(2018 + n % 8)),
    ],
    "everything": lambda n: [("limit", str(50 + n))],
}


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_filtered_lists_are_quick(view: SideTables, kind: str) -> None:
    taken = []
    for number in range(40):
        pairs = LISTS[kind](number)
        started = time.perf_counter()
        page = list_page(view, "indicators", pairs)
        taken.append(time.perf_counter() - started)
        assert page.total
    taken.sort()
    median = statistics.median(taken)
    print(f"\n{kind}: p50 {median * 1000:.1f} ms, p95 {taken[37] * 1000:.1f} ms, {page.total} rows")
    assert median < LIMIT


def test_later_pages_are_as_quick(view: SideTables) -> None:
    pairs, taken = [("level1", "产出指标"), ("sort", "-lower")], []
    cursor: str | None = None
    for _ in range(40):
        started = time.perf_counter()
        page = list_page(view, "indicators", [*pairs, *([("cursor", cursor)] if cursor else [])])
        taken.append(time.perf_counter() - started)
        cursor = page.cursor
    print(f"\nkeyset pages: p50 {statistics.median(taken) * 1000:.1f} ms")
    assert statistics.median(taken) < 2 * LIMIT


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, start_service: Start) -> Service:  # noqa: F811
    """Return a service whose lists hold as many indicators: the view beside its store is filled before it starts."""
    folder = tmp_path_factory.mktemp("rest-speed") / "store"
    store = open_store(str(folder))
    lift_paths([str(ROOT / "data")], store)
    version, offices = store.data_version(), departments()
    store.close()
    view = SideTables(folder / FILE)
    regions = {row["name"]: row["region_code"] for row in offices}
    fill(view, version, regions, offices)
    view.close()
    return start_service(folder, {"JIXIAO_RATE": "0"})


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_filtered_lists_are_quick_over_http(service: Service, kind: str) -> None:
    taken = []
    for number in range(60):
        pairs = LISTS[kind](number)
        started = time.perf_counter()
        answer = service.client.get("/api/v1/indicators?" + urlencode(pairs))
        taken.append(time.perf_counter() - started)
        assert answer.json()["total"]
    taken.sort()
    median = statistics.median(taken)
    print(f"\nHTTP, {kind}: p50 {median * 1000:.1f} ms, p95 {taken[56] * 1000:.1f} ms")
    assert median < LIMIT
