"""Every page at a million triples within 200 ms: the best of several that were never asked for before, and again."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from jixiao.pipeline import load_ontology
from jixiao.store import open_store
from tests.benchmarks.generate import BUREAUS, PLACES, THINGS, documents
from tests.browser.conftest import Site, served

pytestmark = pytest.mark.slow

TRIPLES, LIMIT, EACH = 1_150_000, 0.2, 5  # quads made, of which a million differ within the merged graph
WARM = 600.0  # seconds to wait for what is done ahead at the start
CLASSES = "Department Project Document SourceTable Indicator Goal FundLine Finding ProjectPlan FilledForm"
FIXED = "/ /departments /projects /documents /findings /heatmap /concepts /graph /query /query/terms /check /ontology"
VARIED = {
    "search": [f"/search?q={place}" for place in PLACES[:EACH]],
    "question": [f"/ask?q={place}区{bureau}有哪些项目" for place, bureau in zip(PLACES, BUREAUS[:EACH], strict=False)],
    "projects by name": [f"/projects?q={thing}" for thing in THINGS[:EACH]],
    "findings by words": [f"/findings?q={thing}" for thing in THINGS[:EACH]],
    "findings by rule": [f"/findings?rule=R{number}" for number in (303, 304, 305, 307, 310)],
    "findings of a department": [f"/findings?department={place}区财政局" for place in PLACES[:EACH]],
    "heat map of a department": [f"/heatmap?q={place}" for place in PLACES[:EACH]],
    "indicators of a name": [f"/indicators?name={thing}使用群众满意度" for thing in THINGS[:EACH]],
    "distribution": [f"/concept/{key}" for key in ["satisfaction", "cost", "quantity", "quality", "timeliness"]],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pages") / "store"
    store = open_store(str(folder))
    load_ontology(store)
    store.replace_graphs(documents(TRIPLES, audited=True))
    triples = store.info().triples
    store.close()
    assert triples >= 1_000_000
    started = time.perf_counter()
    with served(folder) as url:
        site = Site(url)
        print(f"\n{triples:,} triples, ready after {time.perf_counter() - started:.0f} s")
        while 'id="preparing"' in httpx.get(f"{url}/search?q=x", trust_env=False, timeout=60).text:
            assert time.perf_counter() - started < WARM
            time.sleep(0.5)
        print(f"search ready after {time.perf_counter() - started:.0f} s")
        yield site


def _addresses(site: Site) -> dict[str, list[str]]:
    found = {path: [path] for path in FIXED.split()} | VARIED
    for name in CLASSES.split():
        rows = site.ask(f"SELECT ?x {{ ?x a jx:{name} }} LIMIT {EACH}")
        found[name] = ["/" + row["x"].partition("/id/")[2] for row in rows]
    departments = [each.removeprefix("/") for each in found["Department"]]
    found["graph of a department"] = [f"/graph?iri=https://w3id.org/jixiao/id/{each}" for each in departments]
    pairs = itertools.pairwise(departments)
    found["comparison"] = ["/compare?" + "&".join(f"of={each}" for each in pair) for pair in pairs]
    return found


def test_every_page_answers_in_time(site: Site) -> None:
    slow = []
    with httpx.Client(trust_env=False, timeout=120) as client:
        for name, paths in _addresses(site).items():
            first: list[float] = []
            again: list[float] = []
            for path in paths:
                for taken in (first, again, again):
                    started = time.perf_counter()
                    answer = client.get(site.url + quote(path, safe="/?=&%~#:"))
                    taken.append(time.perf_counter() - started)
                    assert answer.status_code == 200, path
            print(f"{name:28} first {min(first) * 1000:5.0f} ms, again {min(again) * 1000:5.0f} ms")
            slow += [name] if min(first) > LIMIT or min(again) > LIMIT else []
    assert slow == []
