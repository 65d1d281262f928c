"""Give the ontology and its code lists as a graph, so that queries can follow ``skos:broader`` and find labels."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jixiao.lifting.graph import LiftedGraph
from jixiao.resources import resource
from jixiao.vocab import ONTOLOGY_GRAPH


def lift_ontology() -> LiftedGraph:
    """Return ``ontology/*.ttl`` and ``ontology/codes/*.ttl`` as one named graph."""
    from pyoxigraph import NamedNode, RdfFormat, Store

    store = Store()
    for path in _files():
        store.bulk_load(path=path, format=RdfFormat.TURTLE, to_graph=NamedNode(ONTOLOGY_GRAPH))
    text = store.dump(format=RdfFormat.N_QUADS) or b""
    return LiftedGraph(ONTOLOGY_GRAPH, b"".join(sorted(text.splitlines(keepends=True))))


def ontology_digest() -> str:
    """Return a digest of the files the ontology's graph is made from."""
    hashed = sha256()
    for path in _files():
        hashed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hashed.hexdigest()


def _files() -> list[Path]:
    folder = resource("ontology")
    return sorted([*folder.glob("*.ttl"), *folder.glob("codes/*.ttl")])
