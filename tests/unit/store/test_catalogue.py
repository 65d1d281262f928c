"""``GRAPH ?g`` means documents only, where the engine lets it."""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store

from jixiao.store.syntax.analysis import without_graph
from jixiao.store.syntax.parsing import parse_sparql


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?s ?p ?o", {"urn:a"}),
        ("{ SELECT * { ?s ?p ?o } }", {"urn:a", "urn:b"}),  # the engine does not bind ?g here; a filter would lose all
    ],
)
def test_one_graph_is_left_out(pattern: str, expected: set[str]) -> None:
    store = Store()
    store.load(b"<urn:a> <urn:p> <urn:x> <urn:g> .\n<urn:b> <urn:p> <urn:y> <urn:c> .", RdfFormat.N_QUADS)
    query = f"SELECT ?s {{ GRAPH ?g {{ {pattern} }} }}"
    found: Any = store.query(without_graph(query, parse_sparql(query, "QueryUnit"), "urn:c"))
    assert {row["s"].value for row in found} == expected
