"""Excerpts of published documents behind other servers: lifted there, whole, the same answers to every query."""

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
def other(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, two_documents_folder: Path
) -> Iterator[Store]:
    """Return a store behind a server of others into which the same excerpts were lifted."""
    for store in request.param(tmp_path_factory.mktemp("engine")):
        report = lift_paths(sorted(map(str, two_documents_folder.parent.glob("*.txt"))), store)
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
def test_another_engine_has_and_answers_the_same(other: Store, two_documents: Store) -> None:
    """One test, so that each engine is filled once and not by every worker that would get a part of it."""
    assert other.check() == []
    filled = [graph for graph in other.graphs() if other.read_graph(graph)]  # the catalogue has the empty ones too
    assert filled == two_documents.graphs()
    asked = {name: query.text for name, query in example_queries().items()}
    asked["count"] = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for words in SEARCHES:
        asked[words] = f'SELECT ?label {{ ?s rdfs:label ?label FILTER(jx:search(?label, "{words}")) }}'
    assert [name for name, text in asked.items() if rows(other, text) != rows(two_documents, text)] == []
