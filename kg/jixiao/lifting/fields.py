"""Lift what a form prints under a label that no term of the ontology is for."""

from __future__ import annotations

from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.model import Source
from jixiao.vocab import JX


def lift_field(scope: Scope, owner: DescribedNode, node: DescribedNode, source: Source, field: tuple[str, str]) -> None:
    """State a printed (label, text) as a field of ``owner``, a plan or an indicator."""
    owner.refer(JX.hasField, node)
    node.type(JX.HeaderField)
    scope.derive(node, source)
    node.say(JX.fieldName, field[0])
    node.say(JX.text, field[1])
