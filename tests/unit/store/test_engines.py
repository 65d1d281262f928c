"""The published documents behind other servers: lifted there, whole, and the same answers to every example query."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jixiao.pipeline import lift_paths
from jixiao.store.endpoints import Access, Endpoint
from jixiao.store.protocol import Store
from jixiao.store.remote import RemoteStore
from jixiao.vocab import PREFIXES
from jixiao_service.library import example_queries
from tests.conftest import DATA
from tests.unit.store.test_remote import VIRTUOSO, free_port, oxigraph, running

DEBIAN = Path("/etc/virtuoso-opensource-7/virtuoso.ini")  # as the package installs it
SEARCHES = ("停车场管理", "满意度", "12345", "大数据 APP", "的")


def _virtuoso(folder: Path) -> Iterator[Store]:
    if VIRTUOSO is None or not DEBIAN.exists():
        pytest.skip("Virtuoso (Debian: virtuoso-opensource) is not installed")
    http = free_port()
    settings = DEBIAN.read_text().replace("/var/lib/virtuoso-opensource-7", str(folder))
    for section, port in (("Parameters", free_port()), ("HTTPServer", http)):
        settings = re.sub(
            rf"(\[{section}\].*?\nServerPort\s*= )\d+", rf"\g<1>127.0.0.1:{port}", settings, flags=re.DOTALL
        )
    # Its guess of how long a query may take forbids some that take a tenth of a second.
    settings = settings.replace("MaxQueryCostEstimationTime", ";MaxQueryCostEstimationTime")
    (folder / "virtuoso.ini").write_text(settings)
    for name in ("db", "vsp"):
        (folder / name).mkdir()
    call = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    with running(call, f"http://127.0.0.1:{http}/sparql", folder) as url:
        store = RemoteStore(Endpoint(url, Access(user="dba", password="dba")))
        yield store
        store.close()


def _oxigraph(folder: Path) -> Iterator[Store]:
    with oxigraph(folder) as store:
        yield store


@pytest.fixture(scope="module", params=[_oxigraph, _virtuoso])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store behind a server of others into which the published documents were lifted."""
    for store in request.param(tmp_path_factory.mktemp("engine")):
        report = lift_paths([str(DATA)], store)
        assert [each for each in report.documents if not each.indicators] == []
        yield store


def rows(store: Store, text: str) -> Counter[tuple[Any, ...]]:
    results: Any = store.query(text, prefixes=PREFIXES)
    return Counter(tuple(_plain(value) for value in row) for row in results)


def _plain(term: Any) -> Any:
    """Return a term so that 95, 95.0 and 95.00 are one: servers spell what they computed in their own ways."""
    if term is None:
        return None
    try:
        return round(Decimal(term.value), 6)
    except ArithmeticError:
        return term.value


@pytest.mark.long
def test_what_was_lifted_is_sound(other: Store, lifted: Any) -> None:
    assert other.check() == []
    filled = [graph for graph in other.graphs() if other.read_graph(graph)]  # the catalogue has the empty ones too
    assert filled == lifted[0].graphs()
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert rows(other, count) == rows(lifted[0], count)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(example_queries()))
def test_every_example_query_has_the_same_rows(other: Store, lifted: Any, name: str) -> None:
    text = example_queries()[name].text
    assert rows(other, text) == rows(lifted[0], text)


@pytest.mark.long
@pytest.mark.parametrize("words", SEARCHES)
def test_a_search_finds_the_same(other: Store, lifted: Any, words: str) -> None:
    text = f'SELECT ?label {{ ?s rdfs:label ?label FILTER(jx:search(?label, "{words}")) }}'
    assert rows(other, text) == rows(lifted[0], text)
