"""Load the graphs that shapes are tried on."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, RdfFormat, Store


def loaded(data: bytes) -> Store:
    """Return N-Quads or N-Triples as a graph to be queried."""
    store = Store()
    store.bulk_load(data, RdfFormat.N_QUADS)
    return store


def canonical(data: bytes) -> bytes:
    """Return N-Triples as a store holds them, numbers in their canonical spelling."""
    return loaded(data).dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
