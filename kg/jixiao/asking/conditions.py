"""Write the conditions of a frame as patterns of SPARQL, with the columns that show what met them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jixiao.asking import pieces
from jixiao.asking.frames import Condition, Frame, Metric
from jixiao.asking.lexicon import money_units
from jixiao.asking.pieces import decimal, filled, literal, owned, patterns, piece, selected, subject_of

_EXCLUSIVE = {">": "lowerInclusive", "<": "upperInclusive"}


@dataclass(frozen=True, slots=True)
class Met:
    """Hold the patterns of a condition and the columns that show what met it."""

    lines: list[str]
    columns: list[str] = field(default_factory=list)


def conditions(frame: Frame, told: Callable[[Condition], str]) -> Met:
    """Return the patterns of all conditions; of alternatives a row says by ``told`` which it met."""
    found = [_met(each, frame, number) for number, each in enumerate(frame.conditions)]
    shown = list(dict.fromkeys(name for each in found for name in each.columns))
    if not frame.either:
        return Met([line for each in found for line in each.lines], shown)
    ways = []
    # A group is evaluated on its own: it must know the subject it speaks of.
    entry = subject_of(frame.subject)["entry"]
    for each, condition in zip(found, frame.conditions, strict=True):
        named = f"BIND({literal(told(condition))} AS ?condition)"
        ways.append(f"{{ {entry} {' '.join([*each.lines, named])} }}")
    return Met([" UNION ".join(ways)], ["condition", *shown])


def _met(condition: Condition, frame: Frame, place: int) -> Met:
    node = "indicator"
    if frame.subject != "indicator" and place:
        node = f"indicator{place}"
    if condition.kind in patterns()["test"]:
        return _tested(condition, frame, node)
    return _KINDS[condition.kind](condition, frame, node)


def in_year(frame: Frame, node: str) -> list[str]:
    """Return what keeps a department's indicators to the years that were named."""
    if frame.subject != "department" or not frame.extent.years:
        return []
    return [f"?{node} jx:year ?{node}Year .", *pieces.of_years(frame.extent, f"{node}Year")]


# ---------------------------------------------------------------- numbers


def _number(condition: Condition, frame: Frame, node: str) -> Met:
    metric = condition.metric
    assert metric is not None
    if metric.name in ("target", "actual"):
        return _of_target(condition, frame, node)
    lines = pieces.measured(metric, frame.subject, frame.extent)
    return Met([*lines, _compared(metric.name, condition)], [metric.name])


def _counted(condition: Condition, frame: Frame, node: str) -> Met:
    name = f"{condition.text}s"
    lines = pieces.counted_of(condition.text, condition.of, frame.subject, frame.extent, name)
    return Met([*lines, _compared(name, condition)], [name])


def _compared(variable: str, condition: Condition) -> str:
    return f"FILTER({_test(f'?{variable}', f'?{variable}', condition)})"


def _test(low: str, high: str, condition: Condition) -> str:
    """Return the test of an interval whose ends are terms: both within a range, both equal, the nearer end beyond."""
    value, sign = decimal(condition.number), condition.comparator
    if condition.upper is not None:
        start = ">" if sign == ">" else ">="
        return f"{low} {start} {value} && {high} {condition.end} {decimal(condition.upper)}"
    if sign == "=":
        return f"{low} = {value} && {high} = {value}"
    if sign == "!=":
        return f"({low} != {value} || {high} != {value})"
    end = low if sign[0] == ">" else high
    return f"{end} {sign} {value}"


def _of_target(condition: Condition, frame: Frame, node: str) -> Met:
    metric = condition.metric
    assert metric is not None
    lines = _of_indicators(condition, frame, node)
    if metric.name == "target":
        return _shown(frame, node, [*lines, *_interval(condition, node), *in_year(frame, node)], [])
    if condition.unit == "%":
        lines.append(f"?{node} jx:unit unit:PERCENT .")
    lines += [f"?{node} jx:actual ?{node}Actual .", _compared(f"{node}Actual", condition)]
    return _shown(frame, node, [*lines, *in_year(frame, node)], ["actualText"])


def _of_indicators(condition: Condition, frame: Frame, node: str) -> list[str]:
    """Return the pattern of the indicators a condition is about."""
    of = condition.of
    if condition.metric:
        of = (*of, *condition.metric.of)
    if frame.subject == "indicator":
        return selected(of, node)
    return owned(of, node, frame.subject, frame.extent.period)


def _interval(condition: Condition, node: str) -> list[str]:
    """Return what a target must be, as an interval: ≥ asks its lower end, ≤ its upper end."""
    lines = [f"?{node} jx:hasTargetPart? ?{node}Target ."]
    factor = ""
    if condition.unit == "%":
        lines.append(f"?{node}Target jx:unit unit:PERCENT .")
    elif condition.unit == "元":
        units = " ".join(f"({literal(spelling)} {value})" for spelling, value in money_units())
        lines.append(f"?{node}Target jx:unitText ?{node}Unit .")
        lines.append(f'BIND(STRBEFORE(CONCAT(?{node}Unit, "/"), "/") AS ?{node}Money)')
        lines.append(f"VALUES (?{node}Money ?{node}Factor) {{ {units} }}")
        factor = f" * ?{node}Factor"
    elif condition.unit:
        lines.append(piece("unit_is", node=node, unit=literal(condition.unit)))
    for end in ("lower", "upper"):
        lines.append(f"OPTIONAL {{ ?{node}Target jx:{end}Bound ?{node}{end.capitalize()} }}")
    return [*lines, f"FILTER({_interval_test(condition, node, factor)})"]


def _interval_test(condition: Condition, node: str, factor: str) -> str:
    lower, upper = f"?{node}Lower", f"?{node}Upper"
    low, high = lower, f"COALESCE({upper}, {lower})"
    if factor or condition.upper is not None:
        low = f"COALESCE({lower}, {upper})"
    if condition.text == "upper":
        low = high = upper
    test = _test(f"{low}{factor}", f"{high}{factor}", condition)
    if condition.comparator not in _EXCLUSIVE or condition.upper is not None:
        return test
    end = low if condition.comparator == ">" else high
    exclusive = f"EXISTS {{ ?{node}Target jx:{_EXCLUSIVE[condition.comparator]} false }}"
    return f"{test} || ({end}{factor} = {decimal(condition.number)} && {exclusive})"


# ---------------------------------------------------------------- tests of indicators


def _tested(condition: Condition, frame: Frame, node: str) -> Met:
    known = patterns()["test"][condition.kind]
    values = {"node": node, "text": condition.text, "literal": literal(condition.text)}
    values["contains"] = pieces.contains(f"{node}Said", condition.text)
    values["missed"] = piece("missed", **{"node": node, "not": ""})
    values["reached"] = piece("missed", **{"node": node, "not": "!"})
    pattern = filled(known["pattern"], **values)
    if condition.negated:
        pattern = f"FILTER NOT EXISTS {{ {pattern} }}"
    lines = [*_of_indicators(condition, frame, node), pattern]
    if known.get("first"):
        lines.append(piece("first_printing", node=node))
    return _shown(frame, node, [*lines, *in_year(frame, node)], list(known.get("show", ())))


def _shown(frame: Frame, node: str, lines: list[str], columns: list[str]) -> Met:
    """Return patterns with those that show the indicator that met a condition, and the columns."""
    if node != "indicator":
        return Met(lines)
    if "actualText" in columns:
        lines = [*lines, "OPTIONAL { ?indicator jx:actualText ?actualText }"]
    if frame.subject == "indicator":
        return Met(lines, columns)
    lines = [*lines, "?indicator prov:wasDerivedFrom/jx:line ?line ; rdfs:label ?indicatorName ."]
    lines.append("OPTIONAL { ?indicator jx:targetText ?targetText }")
    columns = ["indicator", "indicatorName", "targetText", "document", "line", *columns]
    if frame.subject == "department":
        lines.append("?indicator jx:document ?documentNode . ?documentNode jx:fileName ?document .")
        lines.append("OPTIONAL { ?indicator jx:project/rdfs:label ?projectName }")
        columns.append("projectName")
    return Met(lines, columns)


# ---------------------------------------------------------------- what a thing has or lacks


def _has(condition: Condition, frame: Frame, node: str) -> Met:
    subject, metric = frame.subject, condition.metric
    if metric is not None:
        lines = [*pieces.measured(metric, subject, frame.extent)]
    elif condition.text == "finding":
        lines = [pieces.found_of(subject, frame.extent)]
    elif condition.text == "indicator":
        return _has_indicators(condition, frame, f"{node}Had")
    else:
        lines = [filled(patterns()["has"][condition.text][subject], node=f"{node}Had")]
    if condition.text == "project" and subject == "task":
        lines = [filled(patterns()["has"]["project"]["task"], node="node")]
    inside = " ".join(lines)
    if not condition.negated:
        return Met([_those(subject, inside)])
    entry = ""
    if subject == "project":
        entry = subject_of("project")["entry"] + " "
    return Met([f"FILTER NOT EXISTS {{ {entry}{inside} }}"])


def _those(subject: str, inside: str) -> str:
    """Return the pattern of what satisfies another: found once for all, where EXISTS would search for each."""
    keys = subject_of(subject).get("keys", f"?{subject_of(subject)['node']}")
    return f"{{ SELECT DISTINCT {keys} WHERE {{ {inside} }} }}"


def _has_indicators(condition: Condition, frame: Frame, node: str) -> Met:
    subject = frame.subject
    if not condition.negated:
        lines = owned(condition.of, node, subject, frame.extent.period, once=False)
        return Met([_those(subject, " ".join([*lines, *in_year(frame, node)]))])
    # Found once for all, where NOT EXISTS would search for each; where no level 2 was printed it is unknown.
    lines = owned(condition.of, node, subject, "", once=False)
    lacking = [f"MINUS {{ {' '.join([*lines, *in_year(frame, node)])} }}"]
    above = [topic for topic in condition.of if topic.above]
    return Met(lacking + [f"MINUS {{ {pieces.unprinted(topic, node, subject)} }}" for topic in above])


def _unknown(condition: Condition, frame: Frame, node: str) -> Met:
    """Return what is not known to have or to lack indicators of a level 2, because none was printed."""
    if frame.subject == "indicator":
        lines = [pieces.unprinted(topic, "indicator", "indicator") for topic in condition.of]
        return Met([*lines, piece("first_printing", node="indicator")])
    node = f"{node}Unsure"
    known = owned(condition.of, f"{node}Known", frame.subject, "", once=False)
    lines = [f"FILTER NOT EXISTS {{ {' '.join(known)} }}"]
    for topic in condition.of:
        lines.append(f"FILTER EXISTS {{ {pieces.unprinted(topic, node, frame.subject)} }}")
    return Met(lines)


def _named(condition: Condition, frame: Frame, node: str) -> Met:
    """Return what a topic restricts: the thing's own name or its indicators'."""
    subject, topic = frame.subject, condition.of[0]
    tests = [pieces.contains(subject_of(subject)["name"], text) for text in topic.texts]
    if subject in ("project", "department") and not topic.titled:
        held = " || ".join(pieces.contains(f"{node}Label", text) for text in topic.texts)
        inside = f"{pieces.owner_of(subject, f'{node}Named')} ?{node}Named a jx:Indicator ; rdfs:label ?{node}Label"
        tests.append(f"EXISTS {{ {inside} FILTER({held}) }}")
    return Met([pieces.any_of(tests)])


def _over_budget(condition: Condition, frame: Frame, node: str) -> Met:
    money = " ".join(f"({literal(spelling)} {factor})" for spelling, factor in money_units())
    lines = owned(condition.of, node, "project", frame.extent.period)
    if frame.subject != "project":
        lines.insert(0, subject_of("project")["entry"])
    return Met([*lines, piece("over_budget", node=node, money=money)], ["targetText", "amount"])


def _points(condition: Condition, frame: Frame, node: str) -> Met:
    """Return what was scored: all points (of a level) were given, or some were not."""
    sign, subject = "<", frame.subject
    if condition.text == "full":
        sign = "="
    if subject == "indicator":
        test = f"?indicator jx:score ?got ; jx:weight ?weight . FILTER(?got {sign} ?weight)"
        lines = [*selected(condition.of, node), test, piece("first_printing", node=node)]
        return Met(lines, ["got", "weight"])
    if not condition.of:  # of everything that is scored: the total
        lines = pieces.measured(Metric("total"), subject, frame.extent)
        return Met([*lines, piece("full_marks", sign=sign)], ["total", "weight"])
    keys = subject_of(subject)["keys"]
    scored = f"?{node} jx:score ?{node}Score ; jx:weight ?{node}Weight ."
    inner = [*owned(condition.of, node, subject, ""), scored, piece("first_printing", node=node)]
    select = f"SELECT {keys} (SUM(?{node}Score) AS ?got) (SUM(?{node}Weight) AS ?weight)"
    query = f"{{ {select} WHERE {{ {' '.join(inner)} }} GROUP BY {keys} }}"
    return Met([query, f"FILTER(?got {sign} ?weight)"], ["got", "weight"])


_KINDS: dict[str, Callable[[Condition, Frame, str], Met]] = {
    "number": _number,
    "counted": _counted,
    "has": _has,
    "named": _named,
    "over-budget": _over_budget,
    "points": _points,
    "unknown": _unknown,
}
