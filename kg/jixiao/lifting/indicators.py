"""Lift indicators: levels, the target as an interval, the result, and how the row was read."""

from __future__ import annotations

from jixiao.lifting.codes import levels, unit
from jixiao.lifting.fields import lift_field
from jixiao.lifting.quads import boolean, decimal, integer, moment, text
from jixiao.lifting.scope import Scope
from jixiao.model import FormKind, Indicator, Target
from jixiao.vocab import JX, RDFS, concept


def lift_indicator(scope: Scope, project: str | None, kind: FormKind, indicator: Indicator) -> str:
    """Lift one indicator and return its IRI; what its plan says (year, project …) the caller states."""
    quads = scope.quads
    target = indicator.target.text if indicator.target else None
    node = scope.mint_record("indicator", indicator, kind, indicator.period, project, indicator.level3, target)
    quads.type(node, JX.Indicator)
    scope.derive(node, indicator.source)
    quads.add(node, JX.order, integer(scope.next_order()))
    quads.refer(node, JX.period, concept("period", indicator.period))
    quads.add(node, RDFS.label, text(indicator.level3))
    scope.name_node("indicator", indicator.level3, node)
    first, second = levels().resolve(indicator.level1, indicator.level2)
    quads.refer(node, JX.level1, first)
    quads.refer(node, JX.level2, second)
    quads.add(node, JX.level1Text, text(indicator.level1))
    quads.add(node, JX.level2Text, text(indicator.level2))
    measured = scope.linked.concepts.get(indicator.names)
    quads.refer(node, JX.concept, concept("", measured) if measured else None)
    quads.add(node, JX.measuredOf, text(scope.linked.concept_objects.get(indicator.names)))
    if indicator.target:
        lift_target(scope, node, indicator.target)
        for position, part in enumerate(indicator.target.parts, 1):
            child = f"{node}/{position}"
            quads.refer(node, JX.hasTargetPart, child)
            quads.type(child, JX.Target)
            quads.add(child, JX.order, integer(position))
            lift_target(scope, child, part)
    lift_result(scope, node, indicator)
    quads.add(node, JX.halfYearTargetText, text(indicator.half_year_target_text))
    for position, field in enumerate(indicator.further, 1):
        lift_field(scope, node, f"{node}/field/{position}", indicator.source, field)
    quads.add(node, JX.explanation, text(indicator.explanation))
    for repair in indicator.repairs:
        quads.add(node, JX.repair, text(repair))
    quads.add(node, JX.confidence, decimal(indicator.confidence))
    return node


def lift_target(scope: Scope, node: str, target: Target) -> None:
    """State a target's interval, unit and printed words on ``node`` (an indicator, or one of several targets)."""
    quads = scope.quads
    quads.add(node, JX.targetText, text(target.text))
    quads.refer(node, JX.kind, concept("kind", target.kind))
    quads.add(node, JX.comparator, text(target.comparator))
    quads.add(node, JX.comparatorStated, boolean(target.comparator_stated))
    quads.add(node, JX.lowerBound, decimal(target.lower))
    quads.add(node, JX.lowerInclusive, boolean(target.lower_inclusive))
    quads.add(node, JX.upperBound, decimal(target.upper))
    quads.add(node, JX.upperInclusive, boolean(target.upper_inclusive))
    quads.refer(node, JX.unit, unit(target.unit))
    quads.add(node, JX.unitText, text(target.unit))
    quads.add(node, JX.due, moment(target.due))
    quads.add(node, JX.recurrence, text(target.recurrence))
    for warning in target.warnings:
        quads.add(node, JX.warning, text(warning))


def lift_result(scope: Scope, node: str, indicator: Indicator) -> None:
    """State what was achieved, its weight, score and deviation."""
    quads = scope.quads
    quads.add(node, JX.actualText, text(indicator.actual_text))
    quads.add(node, JX.actual, decimal(indicator.actual))
    quads.add(node, JX.weight, decimal(indicator.weight))
    quads.add(node, JX.score, decimal(indicator.score))
    quads.add(node, JX.deviationText, text(indicator.deviation_text))
    quads.add(node, JX.deviation, decimal(indicator.deviation))
    quads.add(node, JX.reason, text(indicator.reason))
