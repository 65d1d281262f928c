"""Lift indicators: levels, the target as an interval, the result, and how the row was read."""

from __future__ import annotations

from decimal import Context, Decimal

from jixiao.ids import Key
from jixiao.lifting.codes import levels_of, unit
from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.stating import state
from jixiao.linking.measures import find_measure
from jixiao.model import FormKind, Indicator, Source, Target, TargetKind
from jixiao.values.targets import parse_target
from jixiao.values.units import measure_of
from jixiao.vocab import JX, RDFS, SKOS, concept

_COMPARED = (TargetKind.QUANTITY, TargetKind.RANGE, TargetKind.DURATION)
_WIDE, _FINE = Context(prec=200), Decimal("1e-12")  # a 亩 is no finite number of square metres


def lift_indicator(scope: Scope, project: str | None, kind: FormKind, indicator: Indicator) -> DescribedNode:
    """Lift one indicator; what its plan says (year, project …) the caller states."""
    target, read = indicator.target, indicator.first
    keys: list[Key] = [kind, indicator.period, project, read.level3, read.target.text if read.target else None]
    keys += [each for each in (indicator.region, indicator.year) if each]
    node = scope.mint_record("indicator", indicator, *keys)
    state(node, indicator)
    scope.derive(node, indicator.source)
    node.say(JX.order, next(scope.order))
    lift_names(scope, node, indicator)
    if target:
        lift_target(node, target)
        for position, part in enumerate(target.parts, 1):
            child = scope.quads.node(f"{node.iri}/{position}")
            node.refer(JX.hasTargetPart, child)
            child.type(JX.Target)
            child.say(JX.order, position)
            lift_target(child, part)
    else:
        node.refer(JX.kind, concept("kind", TargetKind.ABSENT))
    lift_thresholds(scope, node, indicator)
    for position, field in enumerate(indicator.further, 1):
        lift_field(scope, node, scope.quads.node(f"{node.iri}/field/{position}"), indicator.source, field)
    return node


def lift_field(scope: Scope, owner: DescribedNode, node: DescribedNode, source: Source, field: tuple[str, str]) -> None:
    """State a printed (label, text) that no term is for as a field of ``owner``, a plan or an indicator."""
    owner.refer(JX.hasField, node)
    node.type(JX.HeaderField)
    scope.derive(node, source)
    node.say(JX.fieldName, field[0])
    node.say(JX.text, field[1])


def lift_names(scope: Scope, node: DescribedNode, indicator: Indicator) -> None:
    """State the levels that the printed names are, and what the indicator measures."""
    first, second = levels_of(indicator.level1, indicator.level2)
    node.refer(JX.level1, first)
    node.refer(JX.level2, second)
    measured = scope.linked.concepts.get(indicator.names)
    if measured:
        node.refer(JX.concept, concept("", measured))
    lift_measure(scope, node, indicator, concept("", measured) if measured else None)
    node.say(JX.measuredOf, scope.linked.concept_objects.get(indicator.names))


def lift_measure(scope: Scope, node: DescribedNode, indicator: Indicator, broader: str | None) -> None:
    """State what indicators of other offices measure too: a concept made of name and unit, below its class."""
    measure = find_measure(indicator.level3, indicator.target.unit if indicator.target else None)
    if measure is None:
        return
    same = scope.quads.node(scope.ids.measure(measure.name, measure.unit))
    node.refer(JX.measure, same)
    same.type(SKOS.Concept)
    same.say(SKOS.prefLabel, measure.shown, "zh")
    same.refer(SKOS.broader, broader)


def lift_target(node: DescribedNode, target: Target) -> None:
    """State a target's interval, unit and printed words on ``node`` (an indicator, or one of several targets)."""
    state(node, target)
    lift_in_base(node, target)


def lift_in_base(node: DescribedNode, target: Target) -> None:
    """State the bounds once more in the base of their measure, so that 3287元 and 2031万元 compare and sort."""
    if target.kind not in _COMPARED:
        return
    factor, base = Decimal(1), None
    if target.unit is not None:
        factor, base = measure_of(target.unit)
    for term, bound in ((JX.lowerBoundInBase, target.lower), (JX.upperBoundInBase, target.upper)):
        if bound is not None:
            node.say(term, bound if factor == 1 else _WIDE.quantize(_WIDE.multiply(bound, factor), _FINE))
            node.refer(JX.baseUnit, unit(base))


def lift_thresholds(scope: Scope, node: DescribedNode, indicator: Indicator) -> None:
    """State what is printed for 优, 良, 中 and 差, each as an interval, in the order of print."""
    for position, (grade, text) in enumerate(indicator.thresholds, 1):
        child = scope.quads.node(f"{node.iri}/threshold/{position}")
        node.refer(JX.hasThreshold, child)
        child.type(JX.Threshold)
        child.say(RDFS.label, f"{grade} {text}")
        child.say(JX.order, position)
        child.say(JX.grade, grade)
        read = parse_target(text, fiscal_year=scope.records.fiscal_year, name=indicator.level3)
        lift_target(child, read or Target(text, TargetKind.OTHER))
