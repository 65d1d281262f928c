"""Give the ontology and its code lists as triples, so that queries can follow ``skos:broader`` and find labels."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from jixiao.resources import resource


@cache  # who lifts into several stores needs it for each
def ontology_triples() -> bytes:
    """Return ``ontology/*.ttl`` and ``ontology/codes/*.ttl`` as N-Triples, in no order."""
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    store = Store()
    for path in _files():
        store.bulk_load(path=path, format=RdfFormat.TURTLE)
    return store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""


def ontology_digest() -> str:
    """Return a digest of the files the ontology's graph is made from."""
    hashed = sha256()
    for path in _files():
        hashed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hashed.hexdigest()


def _files() -> list[Path]:
    folder = resource("ontology")
    return sorted([*folder.glob("*.ttl"), *folder.glob("codes/*.ttl")])
