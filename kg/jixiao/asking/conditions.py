"""Write the conditions of a frame as patterns of SPARQL, with the columns that show what met them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jixiao.asking.frames import Column, Condition, Frame
from jixiao.asking.pieces import (
    contains,
    decimal,
    filled,
    literal,
    measured,
    of_years,
    piece,
    selected,
    table_of,
    tables,
)
from jixiao.asking.vocabulary import money_units

_EXCLUSIVE = {">": "lowerInclusive", "<": "upperInclusive"}
_ABOUT = ["indicator", "indicatorName", "targetText", "document", "line"]  # shown of an indicator that met a condition


@dataclass(frozen=True, slots=True)
class Met:
    """Hold the patterns of a condition and the columns that show what met it."""

    lines: list[str]
    columns: list[str] = field(default_factory=list)


def conditions_of(frame: Frame, rows: Callable[[Frame], list[str]], told: Callable[[Condition], str]) -> Met:
    """Return the patterns of all conditions; of alternatives a row says by ``told`` which it met.

    ``rows`` writes the rows of another frame.
    """
    found = [_met(each, frame, rows) for each in frame.conditions]
    columns = list(dict.fromkeys(name for each in found for name in each.columns))
    if not frame.either:
        return Met([line for each in found for line in each.lines], columns)
    ways = []
    # A group is evaluated on its own: it must know the thing it speaks of.
    entry = table_of(frame.table)["entry"]
    for each, condition in zip(found, frame.conditions, strict=True):
        named = f"BIND({literal(told(condition))} AS ?condition)"
        ways.append(f"{{ {entry} {' '.join([*each.lines, named])} }}")
    return Met([" UNION ".join(ways)], ["condition", *columns])


def _met(condition: Condition, frame: Frame, rows: Callable[[Frame], list[str]]) -> Met:
    if condition.kind == "rows":
        return _rows(condition, frame, rows)
    if condition.kind == "number":
        return _number(condition, frame)
    if condition.kind == "points":
        return _points(condition, frame, rows)
    if condition.kind == "named":
        return _named(condition, frame)
    if condition.kind == "unknown":
        return _unknown(condition, frame)
    if condition.kind == "column":
        return _valued(condition, frame)
    return _tested(condition, frame)


# ---------------------------------------------------------------- numbers


def _number(condition: Condition, frame: Frame) -> Met:
    column = condition.column
    assert column is not None
    if column.name == "target":
        return Met([*selected(column.of), *_interval(condition)])
    lines = [*selected(column.of), *measured(column, frame.table, frame.scope)]
    if condition.unit == "%" and column.name == "actual":
        lines.append("?indicator jx:unit unit:PERCENT .")
    shown = [column.name]
    if column.name == "actual":
        shown = ["actualText"]
        lines.append("OPTIONAL { ?indicator jx:actualText ?actualText }")
    return Met([*lines, f"FILTER({_test(f'?{column.name}', f'?{column.name}', condition)})"], shown)


def _test(low: str, high: str, condition: Condition) -> str:
    """Return the test of an interval whose ends are terms: both within a range, both equal, the nearer end beyond."""
    value, sign = decimal(condition.number), condition.sign
    if condition.upper is not None:
        start = ">" if sign == ">" else ">="
        return f"{low} {start} {value} && {high} {condition.end} {decimal(condition.upper)}"
    if sign == "=":
        return f"{low} = {value} && {high} = {value}"
    if sign == "!=":
        return f"({low} != {value} || {high} != {value})"
    end = low if sign[0] == ">" else high
    return f"{end} {sign} {value}"


def _interval(condition: Condition) -> list[str]:
    """Return what a target must be, as an interval: ≥ asks its lower end, ≤ its upper end."""
    lines = ["?indicator jx:hasTargetPart? ?target ."]
    factor = ""
    if condition.unit == "%":
        lines.append("?target jx:unit unit:PERCENT .")
    elif condition.unit == "元":
        units = " ".join(f"({literal(spelling)} {value})" for spelling, value in money_units())
        lines.append(piece("in_money", units=units))
        factor = " * ?factor"
    elif condition.unit:
        lines.append(piece("unit_is", unit=literal(condition.unit)))
    lines += [f"OPTIONAL {{ ?target jx:{end}Bound ?{end} }}" for end in ("lower", "upper")]
    return [*lines, f"FILTER({_interval_test(condition, factor)})"]


def _interval_test(condition: Condition, factor: str) -> str:
    low, high = "?lower", "COALESCE(?upper, ?lower)"
    if factor or condition.upper is not None:
        low = "COALESCE(?lower, ?upper)"
    if condition.text == "upper":
        low = high = "?upper"
    if condition.text == "printed":
        low = high = "COALESCE(?lower, ?upper)"
    test = _test(f"{low}{factor}", f"{high}{factor}", condition)
    if condition.sign not in _EXCLUSIVE or condition.upper is not None:
        return test
    end = low if condition.sign == ">" else high
    exclusive = f"EXISTS {{ ?target jx:{_EXCLUSIVE[condition.sign]} false }}"
    return f"{test} || ({end}{factor} = {decimal(condition.number)} && {exclusive})"


# ---------------------------------------------------------------- tests


def _tested(condition: Condition, frame: Frame) -> Met:
    known = tables()["test"][condition.kind]
    money = " ".join(f"({literal(spelling)} {factor})" for spelling, factor in money_units())
    values = {"text": condition.text, "literal": literal(condition.text), "money": money}
    values["contains"] = contains("said", condition.text)
    values["missed"] = piece("missed")
    values["over"] = piece("over_budget", money=money)
    values["rate"] = " ".join(measured(Column("rate"), "project", frame.scope))
    values["of"] = " ".join(selected(condition.of))
    pattern = filled(known[frame.table], **values)
    if condition.negated:
        pattern = f"FILTER NOT EXISTS {{ {pattern} }}"
    lines = [*known.get("before", ()), pattern]
    if frame.table == "indicator":
        lines = [*selected(condition.of), *lines]
    return Met(lines, list(known.get("show", ())))


def _valued(condition: Condition, frame: Frame) -> Met:
    assert condition.column is not None
    inside = " ".join(measured(condition.column, frame.table, frame.scope))
    if not condition.negated:
        return Met([inside])
    entry = table_of(frame.table)["entry"]
    return Met([f"MINUS {{ {entry} {inside} }}"])


def _named(condition: Condition, frame: Frame) -> Met:
    """Return what a topic restricts: the thing's own name, or that of indicators it has."""
    topic = condition.of[0]
    name, texts = table_of(frame.table)["name"], topic.texts or (topic.label,)
    tests = [contains(name, text) for text in texts]
    if "content" in table_of(frame.table)["columns"]:
        tests += [contains("content", text) for text in texts]
    tie = table_of("indicator")["tie"].get(frame.table)
    if tie and not topic.titled:
        held = " || ".join(contains("label", text) for text in texts)
        tests.append(f"EXISTS {{ {tie} ?indicator a jx:Indicator ; rdfs:label ?label FILTER({held}) }}")
    return Met([f"FILTER({' || '.join(tests)})"])


def _points(condition: Condition, frame: Frame, rows: Callable[[Frame], list[str]]) -> Met:
    """Return what was scored: all points (of a level) were given, or some were not."""
    sign = "=" if condition.text == "full" else "<"
    if frame.table == "indicator":
        return Met([*selected(condition.of), piece("points", sign=sign)], ["got", "weight"])
    if not condition.of:  # of everything that is scored: the total
        lines = measured(Column("total"), frame.table, frame.scope)
        return Met([*lines, piece("full_marks", sign=sign)], ["total", "weight"])
    known = table_of(frame.table)
    inner = [*rows(Frame("indicator", frame.scope.placed, of=condition.of)), table_of("indicator")["tie"][frame.table]]
    inner.append("?indicator jx:score ?pointsGot ; jx:weight ?pointsOf .")
    select = f"SELECT {known['keys']} (SUM(?pointsGot) AS ?got) (SUM(?pointsOf) AS ?weight)"
    query = f"{{ {select} WHERE {{ {' '.join(inner)} }} GROUP BY {known['keys']} }}"
    return Met([query, f"FILTER(?got {sign} ?weight)"], ["got", "weight"])


# ---------------------------------------------------------------- rows of other tables


def _rows(condition: Condition, frame: Frame, rows: Callable[[Frame], list[str]]) -> Met:
    """Return what has rows of another table, has none, or has so many."""
    other = condition.rows
    assert other is not None
    keys = table_of(frame.table)["keys"]
    tied = [table_of(other.table)["tie"][frame.table], *of_other(frame, other, rows)]
    if condition.number is not None:
        name = f"{other.table}s"
        select = f"SELECT {keys} (COUNT(DISTINCT ?{table_of(other.table)['node']}) AS ?{name}Found)"
        counted = f"OPTIONAL {{ {select} WHERE {{ {' '.join(tied)} }} GROUP BY {keys} }}"
        zero = f"BIND(COALESCE(?{name}Found, 0) AS ?{name})"
        return Met([counted, zero, f"FILTER({_test(f'?{name}', f'?{name}', condition)})"], [name])
    inside = " ".join(tied)
    if condition.negated:
        patterns = [inside, *_unsure(frame, other)]
        return Met([f"MINUS {{ SELECT DISTINCT {keys} WHERE {{ {each} }} }}" for each in patterns])
    columns = _shown(frame, condition)
    shown = " ".join([keys, *(f"?{name}" for name in columns if f"?{name}" not in keys)])
    return Met([f"{{ SELECT DISTINCT {shown} WHERE {{ {inside} }} }}"], columns)


def _unsure(frame: Frame, other: Frame) -> list[str]:
    """Return the patterns of what may have rows of a level 2: where none was printed, it is unknown."""
    above = {key for topic in other.of for key in topic.above}
    if not above:
        return []
    return [f"{table_of(other.table)['tie'][frame.table]} {piece('unprinted', above=codes_of(above))}"]


def _unknown(condition: Condition, frame: Frame) -> Met:
    """Return what is not known to have or to lack indicators of a level 2, because none was printed."""
    unprinted = [piece("unprinted", above=codes_of(set(topic.above))) for topic in condition.of]
    if frame.table == "indicator":
        return Met([*unprinted, piece("first_printing")])
    tie, keys = table_of("indicator")["tie"][frame.table], table_of(frame.table)["keys"]
    known = " ".join([*selected(condition.of), tie])
    lines = [f"MINUS {{ SELECT DISTINCT {keys} WHERE {{ {known} }} }}"]
    return Met([*lines, *(f"{{ SELECT DISTINCT {keys} WHERE {{ {tie} {each} }} }}" for each in unprinted)])


def codes_of(levels: set[str]) -> str:
    """Return levels as SPARQL writes them."""
    return " ".join(f"jxc:level-{key}" for key in sorted(levels))


def of_other(frame: Frame, other: Frame, rows: Callable[[Frame], list[str]]) -> list[str]:
    """Return the rows of another table, of the years of a department that has none of its own."""
    lines = rows(other)
    if frame.table == "department" and frame.scope.years and other.table != "document":
        lines += [f"?{table_of(other.table)['dated']} jx:year ?ofYear .", *of_years(frame.scope, "ofYear")]
    return lines


def _shown(frame: Frame, condition: Condition) -> list[str]:
    """Return the columns that show which indicator met the first such condition."""
    showing = [each for each in frame.conditions if each.rows and each.rows.table == "indicator"]
    other = condition.rows
    if other is None or not other.conditions or condition not in showing[:1]:
        return []
    columns = [*_ABOUT]
    if any(each.kind in ("missed", "reached") for each in other.conditions):
        columns.append("actualText")
    if frame.table == "department":
        columns.append("projectName")
    return columns
