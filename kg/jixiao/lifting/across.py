"""Lift what is the same across documents into graphs of its own, one for each department that has such links."""

from __future__ import annotations

from collections.abc import Iterable

from jixiao.ids import Minter
from jixiao.lifting.graph import LiftedGraph
from jixiao.lifting.links import state_link
from jixiao.lifting.quads import Quads
from jixiao.model import Link

NAME = "links-across-documents"


def links_graph(department: str, base_iri: str) -> str:
    """Return the graph that holds the links of a department (its IRI) and of its projects."""
    return Minter(base_iri).graph(NAME, department.rsplit("/", 1)[1])


def lift_across(department: str, links: Iterable[Link], *, base_iri: str) -> LiftedGraph:
    """Lift the links of a department, whose ends are IRIs (``jixiao.linking.across``); the same give the same bytes."""
    ids = Minter(base_iri)
    quads = Quads(links_graph(department, base_iri))
    for link in links:
        node = quads.node(ids.local("link", NAME, None, 0, link.kind, link.subject, link.object))
        state_link(node, link, link.subject, link.object)
    return LiftedGraph(quads.graph, quads.nquads())
