"""Write a frame as SPARQL, with the patterns of ``patterns.toml``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from string import Template
from typing import Any

from jixiao.asking.frames import Condition, Extent, Frame, Metric, NotUnderstoodError, Of
from jixiao.asking.lexicon import Topic, money_units, plain, read_data
from jixiao.asking.restating import condition_text

_VARIABLE = re.compile(r"\?\w+")
_OPPOSITE = {">=": "lowerInclusive", ">": "lowerInclusive", "<": "upperInclusive", "<=": "upperInclusive"}
_GROUPS = {"department": ["departmentName"], "project": ["projectName"], "year": ["year"]}
_ORDER = ("condition", "departmentName", "year", "projectName", "document", "line", "text")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold a query and its columns; ``value`` is the column that ranks."""

    sparql: str
    columns: tuple[str, ...]
    value: str | None = None


@dataclass
class Pattern:
    """Hold what a query is put together of."""

    where: list[str]
    columns: list[str]
    order: list[str]
    aggregates: dict[str, str]
    value: str | None = None


@cache
def patterns() -> dict[str, Any]:
    """Return the patterns of questions."""
    return read_data("patterns.toml")


def subject_of(name: str) -> dict[str, Any]:
    """Return what is known of a thing that is asked for: its label, unit, node, columns and patterns."""
    found: dict[str, Any] = patterns()["subject"][name]
    return found


def metric_of(name: str) -> dict[str, Any]:
    """Return what is known of a metric: its label, unit and patterns."""
    found: dict[str, Any] = patterns()["metric"][name]
    return found


def _piece(name: str, **values: str) -> str:
    return Template(patterns()["piece"][name]).substitute(values)


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _codes(prefix: str, keys: Iterable[str]) -> str:
    return " ".join(f"jxc:{prefix}{key}" for key in dict.fromkeys(keys))


def _number(value: Decimal) -> str:
    return format(value, "f")


def _contains(variable: str, text: str) -> str:
    return _piece("contains", variable=variable, text=_literal(plain(text)))


def compile_frame(frame: Frame) -> Compiled:
    """Return the SPARQL of a frame."""
    if frame.operation == "share":
        return _share(frame)
    if frame.operation == "count":
        pattern = _count(frame)
    elif frame.operation in ("average", "sum"):
        pattern = _aggregate(frame)
    elif frame.operation == "rank":
        pattern = _ranking(frame)
    else:
        pattern = _listing(frame)
    return _written(pattern, frame.limit)


def _share(frame: Frame) -> Compiled:
    """Return the query of a share: one number of the part, one of the whole, and what the first is of the second."""
    operation = "sum" if frame.metric else "count"
    part = replace(frame, operation=operation, whole=None)
    whole = replace(part, extent=frame.whole or Extent(), conditions=(), of=())
    halves = []
    for name, each in (("part", part), ("all", whole)):
        text = compile_frame(each).sparql.replace(f" AS ?{operation})", f" AS ?{name})")
        for other in ("projects", "indicators", "withMediumTerm"):
            text = text.replace(f" AS ?{other})", f" AS ?{other}Of{name.capitalize()})")
        halves.append("{ " + text.replace("\n", "\n  ") + " }")
    head = "SELECT ?part ?all (ROUND(10000 * ?part / ?all) / 100 AS ?share)\nWHERE {\n  "
    return Compiled(head + "\n  ".join(halves) + "\n}", ("part", "all", "share"), "share")


def _written(pattern: Pattern, limit: int | None) -> Compiled:
    columns = list(dict.fromkeys(pattern.columns))
    keys = [name for name in columns if name not in pattern.aggregates]
    selected = [f"?{name}" for name in columns]
    for name, value in pattern.aggregates.items():
        selected[columns.index(name)] = f"({value} AS ?{name})"
    distinct = "" if pattern.aggregates else "DISTINCT "
    text = f"SELECT {distinct}{' '.join(selected)}\nWHERE {{\n  {_body(pattern.where)}\n}}"
    if pattern.aggregates and keys:
        text += f"\nGROUP BY {' '.join(f'?{name}' for name in keys)}"
    if pattern.order:
        text += f"\nORDER BY {' '.join(pattern.order)}"
    if limit is not None:
        text += f"\nLIMIT {limit}"
    return Compiled(text, tuple(columns), pattern.value)


def _body(where: list[str]) -> str:
    """Return patterns, each once: what is asked for and what is shown may need the same.

    An OPTIONAL whose variables no later pattern needs stands last (filters see the whole group anyway): engines join
    only what stands between two of them, and one that stands early makes them list everything first.
    """
    lines = list(dict.fromkeys(where))
    late: list[str] = []
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if not (line.startswith("OPTIONAL { ?") and line.endswith("}")):
            continue
        new = _variables([line]) - _variables(lines[:place])
        needed = [each for each in lines[place + 1 :] if each not in late and not each.startswith("FILTER")]
        if not new & _variables(needed):
            late.insert(0, line)
    return "\n  ".join([*(line for line in lines if line not in late), *late])


def _variables(lines: Iterable[str]) -> set[str]:
    return {name for line in lines for name in _VARIABLE.findall(line)}


# ---------------------------------------------------------------- what is meant


def _within(extent: Extent, year: str = "year") -> list[str]:
    """Return what restricts ``?department`` and a year; departments and regions named together are alternatives."""
    lines = []
    places = [f"?department IN ({', '.join(f'<{iri}>' for iri in found)})" for _, found in extent.departments]
    for region in extent.regions:
        if region.zone:
            places.append(_piece("zone", zone=_literal(region.zone)))
        else:
            places.append(_piece("region", code=region.code))
    if places:
        lines.append(f"FILTER({' || '.join(places)})")
    return lines + _of_years(extent, year)


def _of_years(extent: Extent, variable: str) -> list[str]:
    if not extent.years:
        return []
    years = ", ".join(f'"{each}"^^xsd:gYear' for each in extent.years)
    return [f"FILTER(?{variable} IN ({years}))"]


def _selected(of: Of, node: str, *, once: bool = True) -> list[str]:
    """Return what restricts ``?node`` to the indicators meant; ``once`` gives each a single time."""
    lines = []
    for number, topic in enumerate(of):
        union = " UNION ".join(f"{{ {way} }}" for way in _ways(topic, node, f"{node}{number or ''}"))
        lines.append(f"{{ SELECT DISTINCT ?{node} WHERE {{ {union} }} }}" if once else union)
    return lines


def _ways(topic: Topic, node: str, name: str) -> list[str]:
    ways = []
    if topic.levels:
        levels = _codes("level-", topic.levels)
        ways += [f"VALUES ?{name}Level {{ {levels} }} ?{node} jx:level{n} ?{name}Level" for n in (1, 2)]
    if topic.concepts:
        ways.append(f"VALUES ?{name}Concept {{ {_codes('', topic.concepts)} }} ?{node} jx:concept ?{name}Concept")
    if topic.texts:
        held = " || ".join(_contains(f"{name}Held", text) for text in topic.texts)
        if topic.exact:
            held = f"STR(?{name}Held) IN ({', '.join(map(_literal, topic.texts))})"
        for path in ("rdfs:label", "jx:project/rdfs:label"):
            ways.append(f"?{node} a jx:Indicator ; {path} ?{name}Held FILTER({held})")
    return ways


def _owned(of: Of, node: str, subject: str, period: str, *, once: bool = True) -> list[str]:
    """Return the pattern of the indicators of an owner (project or department); with no period those of all."""
    lines = [*_selected(of, node, once=once), f"?{node} a jx:Indicator ."]
    if subject != "indicator":
        lines.append(_owner(subject, node))
    if period:
        lines.append(f"?{node} jx:period jxc:period-{period} .")
    return lines


def _owner(subject: str, node: str) -> str:
    return Template(subject_of(subject)["owner"]).substitute(node=node)


def _based(frame: Frame) -> list[str]:
    """Return the pattern of what is asked for within its extent."""
    extent, subject = frame.extent, frame.subject
    lines = list(subject_of(subject)["base"])
    if subject == "indicator":
        lines = [*_selected(frame.of, "indicator"), f"?indicator jx:period jxc:period-{extent.period} .", *lines]
        lines.append(_piece("first_printing", node="indicator"))
        if frame.of_projects:
            lines.append("FILTER(BOUND(?project))")
    if subject == "department":
        lines += _within(extent.placed)
        if extent.years:
            lines.append(_piece("dated_department", years=" ".join(_of_years(extent, "dated"))))
    else:
        lines += _within(extent)
    lines += _of_extent(extent, subject)
    if subject == "finding":
        lines += _judged(extent, "", "rule", "?node")
    return lines


def _of_extent(extent: Extent, subject: str) -> list[str]:
    lines = []
    found = [f"<{iri}>" for _, iris in extent.projects for iri in iris]
    if found and subject == "finding":
        lines.append(_piece("about_project", found=" ".join(found)))
    elif found:
        if subject == "department":
            lines.append("?entry a jx:ProjectEntry ; jx:department ?department ; jx:project ?project .")
        lines.append(f"FILTER(?project IN ({', '.join(found)}))")
    if extent.forms:
        node = subject_of(subject)["node"]
        kinds = _codes("form-", (kind for _, kind in extent.forms))
        lines.append(f"VALUES ?formKind {{ {kinds} }} ?{node} jx:formKind ?formKind .")
    if extent.categories:
        held = " ".join(map(_literal, extent.categories))
        lines.append(f"VALUES ?category {{ {held} }} ?entry jx:category ?category .")
    if extent.documents:
        kinds = _codes("document-", (kind for _, kind in extent.documents))
        node = "?documentNode"
        if subject == "department":
            node = "?anyDocument jx:department ?department . ?anyDocument"
        lines.append(f"VALUES ?wantedKind {{ {kinds} }} {node} jx:documentKind ?wantedKind .")
    return lines


def _judged(extent: Extent, stated: str, rule: str, node: str) -> list[str]:
    """Return what restricts findings to the rules and severities that were named."""
    lines = []
    if extent.rules:
        lines.append(f"VALUES ?{rule} {{ {' '.join(map(_literal, extent.rules))} }} {stated}")
    if extent.severities:
        levels = " ".join(f"sh:{severity.capitalize()}" for severity in extent.severities)
        lines.append(f"VALUES ?severityLevel {{ {levels} }} {node} sh:resultSeverity ?severityLevel .")
    return lines


def _found(subject: str, extent: Extent) -> str:
    judged = _judged(extent, "?finding jx:rule ?foundRule .", "foundRule", "?finding")
    return " ".join([_piece(f"found_of_{subject}"), *judged])


# ---------------------------------------------------------------- metrics


def _measured(metric: Metric, subject: str, extent: Extent) -> list[str]:
    """Return the pattern that binds a metric of a project or department to the variable of its name."""
    name, known = metric.name, metric_of(metric.name)
    if name in ("target", "floor", "ceiling"):
        return [*_owned(metric.of, "indicator", subject, extent.period), *_bound(metric)]
    if name in ("indicators", "findings"):
        return _numbered(metric, subject, extent)
    if "plan" in known:
        return [*patterns()["plan"][subject], *known["plan"]]
    if subject not in known:
        raise NotUnderstoodError("unsupported", (known["label"],))
    years = " ".join(_of_years(extent, "spendingYear"))
    dated = " ; jx:year ?spendingYear" if years else ""
    values = {"dated": dated, "years": years, "label": _literal(metric.label or "")}
    return [Template(line).substitute(values) for line in known[subject]]


def _bound(metric: Metric) -> list[str]:
    if metric.name == "floor":
        return ["?indicator jx:lowerBound ?bound . OPTIONAL { ?indicator jx:unitText ?unitText }"]
    if metric.name == "ceiling":
        unbounded = "FILTER NOT EXISTS { ?indicator jx:lowerBound ?anyBound }"
        return [f"?indicator jx:upperBound ?bound . OPTIONAL {{ ?indicator jx:unitText ?unitText }} {unbounded}"]
    if any(topic.rates_satisfaction for topic in metric.of):
        return ["?indicator jx:unit unit:PERCENT ; jx:lowerBound ?bound ."]
    return ["?indicator jx:lowerBound|jx:upperBound ?bound . OPTIONAL { ?indicator jx:unitText ?unitText }"]


def _unit_of(metric: Metric) -> list[str]:
    """Return the column of the unit, where targets of several units may stand side by side."""
    return ["unitText"] if "?unitText" in _bound(metric)[0] else []


def _numbered(metric: Metric, subject: str, extent: Extent) -> list[str]:
    """Return how many findings or indicators there are; none is 0, where it is known that there are none."""
    keys = subject_of(subject)["keys"]
    if metric.name == "findings":
        counted, inner = "finding", _found(subject, extent)
    else:
        lines = [*_owned(metric.of, "each", subject, extent.period), _piece("first_printing", node="each")]
        counted, inner = "each", " ".join(lines)
    name = metric.name
    query = f"{{ SELECT {keys} (COUNT(DISTINCT ?{counted}) AS ?{name}Found) WHERE {{ {inner} }} GROUP BY {keys} }}"
    if any(topic.above for topic in metric.of):
        return [query, f"BIND(?{name}Found AS ?{name})"]
    return [f"OPTIONAL {query}", f"BIND(COALESCE(?{name}Found, 0) AS ?{name})"]


# ---------------------------------------------------------------- conditions


def _conditions(frame: Frame) -> tuple[list[str], list[str]]:
    """Return the patterns of the conditions and the columns that show what met them."""
    found = [_condition(each, frame, number) for number, each in enumerate(frame.conditions)]
    shown = list(dict.fromkeys(name for _, columns in found for name in columns))
    if not frame.either:
        return [line for lines, _ in found for line in lines], shown
    ways = []
    # A group is evaluated on its own: it must know the subject it speaks of.
    entry = subject_of(frame.subject)["entry"]
    for (lines, _), condition in zip(found, frame.conditions, strict=True):
        told = f"BIND({_literal(condition_text(condition))} AS ?condition)"
        ways.append(f"{{ {entry} {' '.join([*lines, told])} }}")
    # An alternative that binds what the others leave open stands behind the patterns they share.
    return [" UNION ".join(ways)], ["condition", *shown]


def _condition(condition: Condition, frame: Frame, place: int) -> tuple[list[str], list[str]]:
    """Return the patterns of a condition, and the columns that show what met it."""
    node = "indicator" if frame.subject == "indicator" or place == 0 else f"indicator{place}"
    apart = f"{condition.kind.replace('-', '')}{place}"  # a node that is not shown
    if condition.kind in _APART:
        return _APART[condition.kind](condition, frame, apart), []
    return _SHOWING[condition.kind](condition, frame, node)


def _number_met(condition: Condition, frame: Frame, node: str) -> tuple[list[str], list[str]]:
    assert condition.metric is not None
    if condition.metric.name in ("target", "actual"):
        return _of_target(condition, frame, node)
    return _of_number(condition, frame)


def _found_met(condition: Condition, frame: Frame, node: str) -> list[str]:
    return [f"FILTER EXISTS {{ {_found(frame.subject, frame.extent)} }}"]


def _had(condition: Condition, frame: Frame, node: str) -> list[str]:
    lines = [*_owned(condition.of, node, frame.subject, frame.extent.period, once=False), *_in_year(frame, node)]
    return [f"FILTER EXISTS {{ {' '.join(lines)} }}"]


def _over_budget(condition: Condition, frame: Frame, node: str) -> tuple[list[str], list[str]]:
    money = " ".join(f"({_literal(spelling)} {factor})" for spelling, factor in money_units())
    lines = [subject_of("project")["entry"]] if frame.subject != "project" else []
    lines += _owned(condition.of, node, "project", frame.extent.period)
    return [*lines, _piece("over_budget", node=node, money=money)], ["targetText", "amount"]


def _in_year(frame: Frame, node: str) -> list[str]:
    """Return what keeps a department's indicators to the years that were named."""
    if frame.subject != "department" or not frame.extent.years:
        return []
    return [f"?{node} jx:year ?{node}Year .", *_of_years(frame.extent, f"{node}Year")]


def _of_number(condition: Condition, frame: Frame) -> tuple[list[str], list[str]]:
    metric, subject = condition.metric, frame.subject
    assert metric is not None
    test = _compared(metric.name, condition)
    if subject == "indicator":
        return [subject_of("project")["entry"], *_measured(metric, "project", frame.extent), test], [metric.name]
    lines = _measured(metric, subject, frame.extent)
    if subject == "department" and metric_of(metric.name).get("planned"):
        lines += _of_years(frame.extent, "year")
    return [*lines, test], [metric.name]


def _compared(variable: str, condition: Condition) -> str:
    assert condition.number is not None
    number = _number(condition.number)
    if condition.upper is None:
        return f"FILTER(?{variable} {condition.comparator} {number})"
    start = ">" if condition.comparator == ">" else ">="
    return f"FILTER(?{variable} {start} {number} && ?{variable} {condition.end} {_number(condition.upper)})"


def _of_target(condition: Condition, frame: Frame, node: str) -> tuple[list[str], list[str]]:
    metric, subject = condition.metric, frame.subject
    assert metric is not None
    if subject == "indicator":
        lines = _selected(metric.of, node)
    else:
        lines = _owned(metric.of, node, subject, frame.extent.period)
    shown: list[str] = []
    if metric.name == "actual":
        if condition.unit == "%":
            lines.append(f"?{node} jx:unit unit:PERCENT .")
        lines += [f"?{node} jx:actual ?{node}Actual .", _compared(f"{node}Actual", condition)]
        shown = ["actualText"]
    else:
        lines += _interval(condition, node)
    return _shown_with(frame, node, [*lines, *_in_year(frame, node)], shown)


def _shown_with(frame: Frame, node: str, lines: list[str], shown: list[str]) -> tuple[list[str], list[str]]:
    """Return patterns with those that show the indicator that met a condition, and the columns."""
    if node != "indicator":
        return lines, []
    if "actualText" in shown:
        lines = [*lines, "OPTIONAL { ?indicator jx:actualText ?actualText }"]
    if frame.subject == "indicator":
        return lines, shown
    lines = [*lines, "?indicator prov:wasDerivedFrom/jx:line ?line ; rdfs:label ?indicatorName ."]
    lines.append("OPTIONAL { ?indicator jx:targetText ?targetText }")
    columns = ["indicator", "indicatorName", "targetText", "document", "line", *shown]
    if frame.subject == "department":
        lines += ["?indicator jx:document ?documentNode . ?documentNode jx:fileName ?document .",
                  "OPTIONAL { ?indicator jx:project/rdfs:label ?projectName }"]  # fmt: skip
        columns.append("projectName")
    return lines, columns


def _interval(condition: Condition, node: str) -> list[str]:
    """Return what a target must be, as an interval: ≥ asks its lower end, ≤ its upper end."""
    lines = [f"?{node} jx:hasTargetPart? ?{node}Target ."]
    factor = ""
    if condition.unit == "%":
        lines.append(f"?{node}Target jx:unit unit:PERCENT .")
    elif condition.unit == "元":
        units = " ".join(f"({_literal(spelling)} {value})" for spelling, value in money_units())
        lines.append(f"?{node}Target jx:unitText ?{node}Unit . VALUES (?{node}Unit ?{node}Factor) {{ {units} }}")
        factor = f" * ?{node}Factor"
    elif condition.unit:
        lines.append(f"?{node}Target jx:unitText {_literal(condition.unit)} .")
    for end in ("lower", "upper"):
        bound = f"?{node}{end.capitalize()}"
        lines.append(f"OPTIONAL {{ ?{node}Target jx:{end}Bound {bound} }}")
    return [*lines, f"FILTER({_interval_test(condition, node, factor)})"]


def _interval_test(condition: Condition, node: str, factor: str) -> str:
    lower, upper = f"?{node}Lower", f"?{node}Upper"
    either, high = f"COALESCE({lower}, {upper})", f"COALESCE({upper}, {lower})"
    low = either if factor or condition.upper is not None else lower
    assert condition.number is not None
    value, sign = _number(condition.number), condition.comparator
    if condition.upper is not None:
        start = ">" if sign == ">" else ">="
        end = f"{high}{factor} {condition.end} {_number(condition.upper)}"
        return f"{low}{factor} {start} {value} && {end}"
    if sign == "=":
        return f"{low}{factor} = {value} && {high}{factor} = {value}"
    end = f"{low if sign[0] == '>' else high}{factor}"
    if sign in (">=", "<="):
        return f"{end} {sign} {value}"
    exclusive = f"EXISTS {{ ?{node}Target jx:{_OPPOSITE[sign]} false }}"
    return f"{end} {sign} {value} || ({end} = {value} && {exclusive})"


def _dated_or_sized(condition: Condition, frame: Frame, node: str) -> tuple[list[str], list[str]]:
    lines = []
    if frame.subject != "indicator":
        lines = _owned((), node, frame.subject, frame.extent.period)
    if condition.kind == "sized":
        lines.append(f"?{node} jx:unitText ?{node}Unit . FILTER(STRSTARTS(?{node}Unit, {_literal(condition.text)}))")
    elif condition.kind == "says":
        lines.append(f"?{node} jx:targetText ?{node}Said . FILTER({_contains(f'{node}Said', condition.text)})")
    elif condition.text.startswith("月"):
        lines.append(
            f'?{node} jx:recurrence "月" ; jx:upperBound ?{node}Day . FILTER(?{node}Day = {condition.text[1:]})'
        )
    else:
        lines.append(f"?{node} jx:due ?{node}Due . FILTER(STRENDS(STR(?{node}Due), {_literal(condition.text)}))")
    return _shown_with(frame, node, [*lines, *_in_year(frame, node)], [])


def _reached(condition: Condition, frame: Frame, node: str) -> tuple[list[str], list[str]]:
    negation = "!" if condition.kind == "reached" else ""
    if frame.subject == "indicator":
        lines = _selected(condition.of, node)
    else:
        lines = _owned(condition.of, node, frame.subject, frame.extent.period)
    lines += [_piece("missed", **{"node": node, "not": negation}), _piece("first_printing", node=node)]
    return _shown_with(frame, node, [*lines, *_in_year(frame, node)], ["actualText"])


def _missing(condition: Condition, frame: Frame, node: str) -> list[str]:
    subject, metric = frame.subject, condition.metric
    if metric is None:
        # Found once for all, where NOT EXISTS would search for each.
        lines = [*_owned(condition.of, node, subject, "", once=False), *_in_year(frame, node)]
        found = [f"MINUS {{ {' '.join(lines)} }}"]
        above = [topic for topic in condition.of if topic.above]
        return found + [f"MINUS {{ {' '.join(_unprinted(topic, node, subject))} }}" for topic in above]
    if metric.name == "findings":
        return [f"FILTER NOT EXISTS {{ {_found(subject, frame.extent)} }}"]
    if metric.name == "projects":
        return [f"FILTER NOT EXISTS {{ ?{node} a jx:ProjectEntry ; jx:department ?department }}"]
    without = "FILTER NOT EXISTS {{ ?{} jx:targetText ?anyTarget }}"
    if metric.name == "target" and subject == "indicator":
        return [without.format("indicator")]
    if metric.name == "target":
        return [*_owned((), node, subject, "annual"), without.format(node)]
    entry = subject_of("project")["entry"] if subject == "project" else ""
    return [f"FILTER NOT EXISTS {{ {entry} {' '.join(_measured(metric, subject, frame.extent))} }}"]


def _unprinted(topic: Topic, node: str, subject: str) -> list[str]:
    lines = [_piece("unprinted", node=node, above=_codes("level-", topic.above))]
    if subject != "indicator":
        lines.append(_owner(subject, node))
    return lines


def _unknown(condition: Condition, frame: Frame, node: str) -> list[str]:
    """Return what is not known to have or to lack indicators of a level 2, because none was printed."""
    if frame.subject == "indicator":
        lines = [line for topic in condition.of for line in _unprinted(topic, "indicator", "indicator")]
        return [*lines, _piece("first_printing", node="indicator")]
    known = _owned(condition.of, f"{node}Known", frame.subject, "", once=False)
    lines = [f"FILTER NOT EXISTS {{ {' '.join(known)} }}"]
    for topic in condition.of:
        lines.append(f"FILTER EXISTS {{ {' '.join(_unprinted(topic, node, frame.subject))} }}")
    return lines


def _named(condition: Condition, frame: Frame, node: str) -> list[str]:
    """Return what a topic restricts: the thing's own name or its indicators'."""
    subject, topic = frame.subject, condition.of[0]
    tests = [_contains(subject_of(subject)["name"], text) for text in topic.texts]
    if subject in ("project", "department") and not topic.titled:
        held = " || ".join(_contains(f"{node}Label", text) for text in topic.texts)
        owner = _owner(subject, node)
        tests.append(f"EXISTS {{ {owner} ?{node} a jx:Indicator ; rdfs:label ?{node}Label FILTER({held}) }}")
    return [f"FILTER({' || '.join(tests)})"]


def _points(condition: Condition, frame: Frame, node: str) -> tuple[list[str], list[str]]:
    """Return what was scored: all points (of a level) were given, or some were not."""
    sign, subject = "=" if condition.kind == "full" else "<", frame.subject
    if subject == "indicator":
        lines = _selected(condition.of, "indicator")
        test = f"?indicator jx:score ?got ; jx:weight ?weight . FILTER(?got {sign} ?weight)"
        return [*lines, test], ["got", "weight"]
    if not condition.of:  # of everything that is scored: the total
        plan = _measured(Metric("total"), subject, frame.extent)
        return [*plan, _piece("full_marks", sign=sign)], ["total", "weight"]
    keys = subject_of(subject)["keys"]
    scored = f"?{node} jx:score ?{node}Score ; jx:weight ?{node}Weight ."
    inner = [*_owned(condition.of, node, subject, ""), scored, _piece("first_printing", node=node)]
    select = f"SELECT {keys} (SUM(?{node}Score) AS ?got) (SUM(?{node}Weight) AS ?weight)"
    query = f"{{ {select} WHERE {{ {' '.join(inner)} }} GROUP BY {keys} }}"
    return [query, f"FILTER(?got {sign} ?weight)"], ["got", "weight"]


_APART: dict[str, Callable[[Condition, Frame, str], list[str]]] = {
    "missing": _missing,
    "named": _named,
    "finding": _found_met,
    "unknown": _unknown,
    "has": _had,
}
_SHOWING: dict[str, Callable[[Condition, Frame, str], tuple[list[str], list[str]]]] = {
    "number": _number_met,
    "over-budget": _over_budget,
    "full": _points,
    "lost": _points,
    "due": _dated_or_sized,
    "sized": _dated_or_sized,
    "says": _dated_or_sized,
    "missed": _reached,
    "reached": _reached,
}


# ---------------------------------------------------------------- what is listed


def _listing(frame: Frame) -> Pattern:
    subject = frame.subject
    where, columns = _based(frame), list(subject_of(subject)["columns"])
    if subject == "figure":
        where.insert(0, _figures(frame))
        order = ["?label", "?departmentName", "?year", "?line"]
        return Pattern(where, [*columns, "line"], order, {"line": "MIN(?stated)"})
    lines, shown = _conditions(frame)
    where += lines
    columns += shown
    for metric in frame.show:
        if metric.name != "figure" and metric.name not in columns:
            where += _shown(metric, frame)
            columns.append(metric.name)
    if frame.reasons:
        where.append("?indicator jx:reason ?reason ." if subject == "indicator" else _piece("reasons"))
        columns.append("reason")
    if subject == "indicator" and any(metric.name == "actual" for metric in frame.show):
        columns[columns.index("actual")] = "actualText"
    if subject == "project" and "indicator" not in shown:  # else the line of the indicator says more
        where.append(_place(where))
    columns += _sources(frame, columns)
    columns = list(dict.fromkeys(columns))
    return Pattern(where, columns, [f"?{name}" for name in _ORDER if name in columns], {})


def _figures(frame: Frame) -> str:
    labels = " ".join(_literal(each.label or "") for each in frame.show if each.name == "figure")
    return f"VALUES ?label {{ {labels} }}"


def _shown(metric: Metric, frame: Frame) -> list[str]:
    if metric.name == "actual":
        return ["OPTIONAL { ?indicator jx:actualText ?actualText }"]
    if frame.subject == "indicator":
        lines = [subject_of("project")["entry"], *_measured(metric, "project", frame.extent)]
        lines.append("FILTER(BOUND(?project))")
    else:
        lines = _measured(metric, frame.subject, frame.extent)
    if frame.subject == "department" and metric_of(metric.name).get("planned"):
        lines += _of_years(frame.extent, "year")
    if frame.subject == "department" or metric_of(metric.name).get("needed"):
        return lines
    return [f"OPTIONAL {{ {' '.join(lines)} }}"]


def _place(where: list[str]) -> str:
    """Return what binds the line of a project."""
    if any(line.startswith("?plan ") for line in where):
        return "OPTIONAL { ?plan prov:wasDerivedFrom/jx:line ?planLine } " + _piece("place", first="?planLine, ")
    return _piece("place", first="")


def _sources(frame: Frame, columns: list[str]) -> list[str]:
    if frame.subject in ("project", "indicator"):
        return ["document", "line"]
    if frame.subject != "department":
        return []
    planned = any(metric_of(each.name).get("planned") for each in frame.show)
    years = ["year"] if frame.show and planned else []
    return [*years, "document", "line"] if planned or "document" in columns else []


# ---------------------------------------------------------------- numbers of many


def _aggregate(frame: Frame) -> Pattern:
    subject, metric = frame.subject, frame.metric
    assert metric is not None
    lines, _ = _conditions(frame)
    where = [*_based(frame), *lines]
    keys = list(_GROUPS.get(frame.group or "", []))
    variable, node, counted = "bound", "indicator", "indicators"
    if subject == "indicator":
        where += _bound(metric)
        keys += _unit_of(metric)
    else:
        where += _measured(metric, subject, frame.extent)
    if metric.name in ("target", "floor", "ceiling"):
        where.append(_piece("first_printing", node="indicator"))
    else:
        variable, node = metric.name, str(subject_of(subject)["node"])
        counted = "projects" if subject == "project" else "count"
    # One value for each thing, however often it is printed.
    inner = f"{{ SELECT DISTINCT {' '.join(f'?{key}' for key in keys)} ?{node} ?documentNode ?{variable} WHERE {{\n  "
    where = [inner + _body(where) + "\n} }"]
    result = frame.operation
    value = f"SUM(?{variable})" if result == "sum" else f"ROUND(100 * AVG(?{variable})) / 100"
    aggregates = {result: value, counted: f"COUNT(DISTINCT ?{node})"}
    order = ["?year"] if frame.group == "year" else [f"DESC(?{result})"] if keys else []
    return Pattern(where, [*keys, result, counted], order, aggregates, result)


def _count(frame: Frame) -> Pattern:
    subject = frame.subject
    lines, _ = _conditions(frame)
    where = [*_based(frame), *lines]
    keys = list(_GROUPS.get(frame.group or "", []))
    columns, aggregates = [*keys, "count"], {"count": f"COUNT(DISTINCT ?{subject_of(subject)['node']})"}
    if subject == "indicator":
        period = f"jxc:period-{frame.extent.period}"
        where = [line for line in where if line != f"?indicator jx:period {period} ."]
        where.append(_piece("first_printing", node="indicator"))
        where.append(f"?indicator jx:period ?period . BIND(IF(?period = {period}, ?indicator, ?none) AS ?counted)")
        aggregates = {"count": "COUNT(DISTINCT ?counted)", "withMediumTerm": "COUNT(DISTINCT ?indicator)"}
        columns.append("withMediumTerm")
    if frame.group == "department" and subject in ("indicator", "project"):
        # Departments that have none are told as well.
        departments = [*subject_of("department")["base"], *_within(frame.extent.placed)]
        where = [*departments, "OPTIONAL {", *(f"  {line}" for line in where), "}"]
    order: list[str] = []
    if frame.group == "year":
        order = ["?year"]
    elif keys:
        order = ["DESC(?count)", *(f"?{key}" for key in keys)]
    return Pattern(where, columns, order, aggregates, "count")


def _ranking(frame: Frame) -> Pattern:
    subject, metric = frame.subject, frame.metric
    assert metric is not None
    way = "DESC" if frame.descending else "ASC"
    lines, shown = _conditions(frame)
    where, columns = [*_based(frame), *lines], list(subject_of(subject)["columns"])
    if subject == "figure":
        where.insert(0, _figures(frame))
        return Pattern(
            where, [*columns, "line"], [f"{way}(?value)", "?departmentName"], {"line": "MIN(?stated)"}, "value"
        )
    if subject == "indicator":
        where += _bound(metric)
        order = [f"{way}(?bound)", "?departmentName", "?projectName", "?line"]
        return Pattern(where, [*columns, "bound", *_unit_of(metric), "document", "line"], order, {}, "bound")
    where += _measured(metric, subject, frame.extent)
    if metric.name in ("target", "floor", "ceiling"):
        return _ranked_targets(frame, where, columns, shown)
    planned = bool(metric_of(metric.name).get("planned"))
    if subject == "department" and planned:
        where += _of_years(frame.extent, "year")
        columns.append("year")
    if subject == "project" and "indicator" not in shown:
        where.append(_place(where))
    if frame.reasons:
        where.append(_piece("reasons"))
        shown = [*shown, "reason"]
    sources = ["document", "line"] if subject == "project" or planned else []
    columns = [*columns, metric.name, *shown, *sources]
    return Pattern(where, columns, [f"{way}(?{metric.name})", "?departmentName"], {}, metric.name)


def _ranked_targets(frame: Frame, where: list[str], columns: list[str], shown: list[str]) -> Pattern:
    """Return what ranks things by the targets of their indicators: the farthest of each, or the mean."""
    way = "DESC" if frame.descending else "ASC"
    assert frame.metric is not None
    units = _unit_of(frame.metric)
    columns = [*columns, *units]
    if not frame.averaged and frame.subject == "project":
        where = [*where, "?indicator prov:wasDerivedFrom/jx:line ?line ; rdfs:label ?indicatorName ."]
        where.append("OPTIONAL { ?indicator jx:targetText ?targetText }")
        columns = [*columns, "indicatorName", "targetText", "bound", *units, *shown, "document", "line"]
        order = [f"{way}(?bound)", "?departmentName", "?projectName", "?line"]
        return Pattern(where, columns, order, {}, "bound")
    where = [*where, _piece("first_printing", node="indicator"), *_in_year(frame, "indicator")]
    name, value = "bound", f"{'MAX' if frame.descending else 'MIN'}(?found)"
    if frame.averaged:
        name, value = "average", "ROUND(100 * AVG(?found)) / 100"
    inner = f"{{ SELECT DISTINCT {' '.join(f'?{key}' for key in columns)} ?indicator ?bound WHERE {{\n  "
    where = [inner + _body(where) + "\n} }", "BIND(?bound AS ?found)"]
    aggregates = {name: value, "indicators": "COUNT(DISTINCT ?indicator)"}
    order = [f"{way}(?{name})", "?departmentName"]
    return Pattern(where, [*columns, name, "indicators"], order, aggregates, name)
