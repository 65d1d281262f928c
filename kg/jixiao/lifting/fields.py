"""Lift what a form prints under a label that no term of the ontology is for."""

from __future__ import annotations

from jixiao.lifting.quads import text
from jixiao.lifting.scope import Scope
from jixiao.model import Source
from jixiao.vocab import JX


def lift_field(scope: Scope, owner: str, node: str, source: Source, field: tuple[str, str]) -> None:
    """State a printed (label, text) as a field of ``owner``, a plan or an indicator."""
    quads = scope.quads
    quads.refer(owner, JX.hasField, node)
    quads.type(node, JX.HeaderField)
    scope.derive(node, source)
    quads.add(node, JX.fieldName, text(field[0]))
    quads.add(node, JX.text, text(field[1]))
