"""Lift what is the same across documents into one graph of its own, replaced whole after every lift."""

from __future__ import annotations

from collections.abc import Iterable

from jixiao.ids import Minter
from jixiao.lifting.graph import LiftedGraph
from jixiao.lifting.quads import Quads
from jixiao.model import Link
from jixiao.vocab import JX

NAME = "links-across-documents"


def lift_across(links: Iterable[Link], *, base_iri: str) -> LiftedGraph:
    """Lift links whose ends are IRIs (``jixiao.linking.across.link_across``); the same links give the same bytes."""
    ids = Minter(base_iri)
    quads = Quads(ids.graph(NAME))
    for link in links:
        node = quads.node(ids.local("link", NAME, None, 0, link.kind, link.subject, link.object))
        node.type(JX.Link)
        node.say(JX.linkKind, link.kind)
        node.refer(JX.linkSubject, link.subject)
        node.refer(JX.linkObject, link.object)
        node.say(JX.linkScore, link.score)
        node.say(JX.linkReason, link.reason)
    return LiftedGraph(quads.graph, quads.nquads())
