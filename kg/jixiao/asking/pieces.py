"""Write the small parts of SPARQL that queries of questions are put together of, from ``patterns.toml``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from string import Template
from typing import Any

from jixiao.asking.frames import Extent, Metric, NotUnderstoodError, Of
from jixiao.asking.lexicon import ANYTHING, Topic, plain, read_data

_VARIABLE = re.compile(r"\?\w+")


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


def filled(template: str, **values: str) -> str:
    """Return a pattern with its places filled."""
    return Template(template).substitute(values)


def piece(name: str, **values: str) -> str:
    """Return one of the small patterns with its places filled."""
    return filled(patterns()["piece"][name], **values)


def literal(text: str) -> str:
    """Return a text as SPARQL writes it."""
    return json.dumps(text, ensure_ascii=False)


def literals(texts: Iterable[str]) -> str:
    """Return texts as SPARQL writes them, side by side."""
    return " ".join(map(literal, texts))


def codes(prefix: str, keys: Iterable[str]) -> str:
    """Return codes of the ontology's lists, side by side."""
    return " ".join(f"jxc:{prefix}{key}" for key in dict.fromkeys(keys))


def decimal(value: Decimal | None) -> str:
    """Return a number as SPARQL writes it."""
    assert value is not None
    return format(value, "f")


def contains(variable: str, text: str) -> str:
    """Return the test that a variable holds a text, whatever its blanks and letters."""
    parts = plain(text).replace('"', "").split(ANYTHING)
    return " && ".join(piece("contains", variable=variable, text=literal(part)) for part in parts)


def any_of(tests: Iterable[str]) -> str:
    """Return a filter that one of the tests must pass."""
    return f"FILTER({' || '.join(tests)})"


def body(where: Iterable[str]) -> str:
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


# ---------------------------------------------------------------- where and when


def within(extent: Extent, *variables: str) -> list[str]:
    """Return what restricts departments and the year; departments and regions named together are alternatives.

    ``variables`` are those of departments, any of which may be meant (the unit, or who publishes its document).
    """
    tests = [
        test.replace("?department", f"?{name}") for name in variables or ("department",) for test in _places(extent)
    ]
    return ([any_of(tests)] if tests else []) + of_years(extent, "year")


def _places(extent: Extent) -> list[str]:
    places = [
        f"BOUND(?department) && ?department IN ({', '.join(f'<{iri}>' for iri in found)})"
        for _, found in extent.departments
    ]
    for region in extent.regions:
        if region.zone:
            places.append(piece("zone", zone=literal(region.zone)))
        else:
            places.append(piece("region", code=region.code))
    return places


def of_years(extent: Extent, variable: str) -> list[str]:
    """Return what restricts a variable to the years that were named."""
    if not extent.years:
        return []
    years = ", ".join(f'"{each}"^^xsd:gYear' for each in extent.years)
    return [f"FILTER(?{variable} IN ({years}))"]


def judged(extent: Extent, stated: str, rule: str, node: str) -> list[str]:
    """Return what restricts findings to the rules and severities that were named."""
    lines = []
    if extent.rules:
        lines.append(f"VALUES ?{rule} {{ {literals(extent.rules)} }} {stated}")
    if extent.severities:
        levels = " ".join(f"sh:{severity.capitalize()}" for severity in extent.severities)
        lines.append(f"VALUES ?severityLevel {{ {levels} }} {node} sh:resultSeverity ?severityLevel .")
    return lines


# ---------------------------------------------------------------- indicators


def selected(of: Of, node: str, *, once: bool = True) -> list[str]:
    """Return what restricts ``?node`` to the indicators meant; ``once`` gives each a single time."""
    lines = []
    for number, topic in enumerate(of):
        union = " UNION ".join(f"{{ {way} }}" for way in _ways(topic, node, f"{node}{number or ''}"))
        lines.append(f"{{ SELECT DISTINCT ?{node} WHERE {{ {union} }} }}" if once else union)
    return lines


def _ways(topic: Topic, node: str, name: str) -> list[str]:
    ways = []
    if topic.levels:
        levels = codes("level-", topic.levels)
        ways += [f"VALUES ?{name}Level {{ {levels} }} ?{node} jx:level{n} ?{name}Level" for n in (1, 2)]
    if topic.concepts:
        ways.append(f"VALUES ?{name}Concept {{ {codes('', topic.concepts)} }} ?{node} jx:concept ?{name}Concept")
    if topic.texts:
        held = " || ".join(contains(f"{name}Held", text) for text in topic.texts)
        if topic.exact:
            held = f"STR(?{name}Held) IN ({', '.join(map(literal, topic.texts))})"
        for path in ("rdfs:label", "jx:project/rdfs:label"):
            ways.append(f"?{node} a jx:Indicator ; {path} ?{name}Held FILTER({held})")
    return ways


def owner_of(subject: str, node: str) -> str:
    """Return what ties an indicator to the project or department that has it."""
    return filled(subject_of(subject)["owner"], node=node)


def owned(of: Of, node: str, subject: str, period: str, *, once: bool = True) -> list[str]:
    """Return the pattern of the indicators of an owner (project or department); with no period those of all."""
    lines = [*selected(of, node, once=once), f"?{node} a jx:Indicator ."]
    if subject != "indicator":
        lines.append(owner_of(subject, node))
    if period:
        lines.append(f"?{node} jx:period jxc:period-{period} .")
    return lines


def unprinted(topic: Topic, node: str, subject: str) -> str:
    """Return the pattern of indicators of which it is unknown whether they are of a level 2: none was printed."""
    line = piece("unprinted", node=node, above=codes("level-", topic.above))
    if subject != "indicator":
        line += " " + owner_of(subject, node)
    return line


# ---------------------------------------------------------------- metrics


def measured(metric: Metric, subject: str, extent: Extent) -> list[str]:
    """Return the pattern that binds a metric of a thing to the variable of its name."""
    name, known = metric.name, metric_of(metric.name)
    if subject == "indicator" and subject not in known:
        lines = [subject_of("project")["entry"], *measured(metric, "project", extent)]
        return [*lines, "FILTER(BOUND(?project))"]
    if "plan" in known and subject in patterns()["plan"]:
        lines = [*patterns()["plan"][subject], *known["plan"]]
    elif subject in known:
        years = " ".join(of_years(extent, "spendingYear"))
        dated = " ; jx:year ?spendingYear" if years else ""
        values = {"dated": dated, "years": years, "label": literal(metric.label or "")}
        values["phase"] = phase_of(metric, "stating")
        lines = [filled(line, **values) for line in known[subject]]
    else:
        raise NotUnderstoodError("unsupported", (known["label"] if name != "figure" else metric.label or "",))
    if subject == "department" and known.get("planned"):
        lines += of_years(extent, "year")
    return lines


def phase_of(metric: Metric, node: str) -> str:
    """Return what keeps a figure to those of the budget or of the final accounts."""
    if not metric.phase:
        return ""
    return filled(patterns()["phase"][metric.phase], node=node)


def bound(metric: Metric) -> list[str]:
    """Return the pattern of the number a target must reach, or may not pass, with its unit."""
    lines = ["?indicator jx:lowerBound|jx:upperBound ?bound ."]
    if rates(metric):
        lines = ["?indicator jx:unit unit:PERCENT ; jx:lowerBound ?bound ."]
    return [*lines, "OPTIONAL { ?indicator jx:unitText ?unitText }"]


def rates(metric: Metric) -> bool:
    """Say whether a metric is satisfaction, whose targets are percentages."""
    return any(topic.rates_satisfaction for topic in metric.of)


def found_of(subject: str, extent: Extent) -> str:
    """Return the pattern of the findings about a project or department."""
    stated = judged(extent, "?finding jx:rule ?foundRule .", "foundRule", "?finding")
    return " ".join([piece(f"found_of_{subject}"), *stated])


def counted_of(thing: str, of: Of, subject: str, extent: Extent, name: str) -> list[str]:
    """Return the pattern that binds how many of a thing a project or department has; none is 0."""
    template = patterns()["counted"][thing]
    lines = [*owned(of, "each", subject, extent.period), piece("first_printing", node="each")]
    found = found_of(subject, extent) if thing == "finding" else ""
    keys = subject_of(subject)["keys"]
    return [filled(template, keys=keys, name=name, found=found, owned=" ".join(lines))]
