"""Lift inferred relations as nodes of their own, never mixed with what a document states."""

from __future__ import annotations

from jixiao.lifting.scope import Scope
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
            node.type(JX.Link)
            node.refer(JX.document, scope.document)
            node.say(JX.linkKind, link.kind)
            node.refer(JX.linkSubject, subject)
            node.refer(JX.linkObject, target)
            node.say(JX.linkScore, link.score)
            node.say(JX.linkReason, link.reason)
            if link.kind in _SHORTCUTS:
                scope.quads.node(subject).refer(_SHORTCUTS[link.kind], target)
