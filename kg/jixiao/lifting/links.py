"""Lift inferred relations as nodes of their own, never mixed with what a document states."""

from __future__ import annotations

from jixiao.lifting.quads import decimal, text
from jixiao.lifting.scope import Scope
from jixiao.model import Link
from jixiao.vocab import JX

_SHORTCUTS = {"implemented-by": JX.likelyImplementedBy}


def lift_link(scope: Scope, link: Link) -> None:
    """Lift one link with its score and reason, and the direct property its kind has.

    Names that several nodes share (a task printed in two tables) link each of them. Raises ``GraphError`` for an end
    that the document does not have.
    """
    quads = scope.quads
    for subject in scope.named(link.subject):
        for target in scope.named(link.object):
            node = scope.mint("link", None, link.kind, subject, target)
            quads.type(node, JX.Link)
            quads.refer(node, JX.document, scope.document)
            quads.add(node, JX.linkKind, text(link.kind))
            quads.refer(node, JX.linkSubject, subject)
            quads.refer(node, JX.linkObject, target)
            quads.add(node, JX.linkScore, decimal(link.score))
            quads.add(node, JX.linkReason, text(link.reason))
            if link.kind in _SHORTCUTS:
                quads.refer(subject, _SHORTCUTS[link.kind], target)
