"""Give the ontology and its code lists as a graph, so that queries can follow ``skos:broader`` and find labels."""

from __future__ import annotations

from jixiao.lifting.graph import LiftedGraph
from jixiao.resources import resource
from jixiao.vocab import ONTOLOGY_GRAPH


def lift_ontology() -> LiftedGraph:
    """Return ``ontology/*.ttl`` and ``ontology/codes/*.ttl`` as one named graph."""
    from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

    folder = resource("ontology")
    graph = NamedNode(ONTOLOGY_GRAPH)
    quads = {
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for path in (*folder.glob("*.ttl"), *folder.glob("codes/*.ttl"))
        for quad in parse(path=path, format=RdfFormat.TURTLE)
    }
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return LiftedGraph(ONTOLOGY_GRAPH, b"".join(sorted(text.splitlines(keepends=True))))
