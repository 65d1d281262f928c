"""Lift inferred relations as nodes of their own, never mixed with what a document states."""

from __future__ import annotations

from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.stating import state
from jixiao.model import Link
from jixiao.vocab import JX

_SHORTCUTS = {"implemented-by": JX.likelyImplementedBy}


def lift_link(scope: Scope, link: Link) -> None:
    """Lift one link with its score and reason, and the direct property its kind has.

    Names that several nodes share (a task printed in two tables) link each of them. Raises ``GraphError`` for an end
    that the document does not have.
    """
    for subject in scope.named(link.subject):
        for target in scope.named(link.object):
            node = scope.mint("link", None, link.kind, subject, target)
            state_link(node, link, subject, target)
            node.refer(JX.document, scope.document)
            if link.kind in _SHORTCUTS:
                scope.quads.node(subject).refer(_SHORTCUTS[link.kind], target)


def state_link(node: DescribedNode, link: Link, subject: str, target: str) -> None:
    """State a link between two nodes, with its kind, score and reason."""
    state(node, link)
    node.refer(JX.linkSubject, subject)
    node.refer(JX.linkObject, target)
