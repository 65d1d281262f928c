"""Write the graph patterns that questions are made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from jixiao.asking.lexicon import Selection, money_units, plain
from jixiao.asking.questions import Condition, Measure, Scope

ANNUAL = "annual"
_PLAN_FUNDS = frozenset({"initial", "adjusted", "executed"})
_OPPOSITE = {">=": "lowerInclusive", ">": "lowerInclusive", "<": "upperInclusive", "<=": "upperInclusive"}
OWNERS = {
    "project": "?{0} jx:project ?project ; jx:document ?documentNode .",
    "department": "?{0} jx:department ?department .",
}


def literal(text: str) -> str:
    """Return a string literal of SPARQL."""
    return json.dumps(text, ensure_ascii=False)


def iris(values: Iterable[str]) -> str:
    """Return IRIs for a VALUES list."""
    return " ".join(f"<{value}>" for value in values)


def codes(prefix: str, keys: Iterable[str]) -> str:
    """Return concepts of a code list for a VALUES list."""
    return " ".join(f"jxc:{prefix}{key}" for key in dict.fromkeys(keys))


def number(value: Decimal) -> str:
    """Return a decimal of SPARQL."""
    return format(value, "f")


def contains(variable: str, text: str) -> str:
    """Return an expression: the label holds the text, whatever its blanks and letter case."""
    return f'CONTAINS(LCASE(REPLACE(STR(?{variable}), "\\\\s", "")), {literal(plain(text))})'


def scoped(scope: Scope, year: str = "year") -> list[str]:
    """Return what restricts ``?department`` and a year; departments and regions named together are alternatives."""
    lines = []
    places = [f"?department IN ({', '.join(f'<{iri}>' for iri in found)})" for _, found in scope.departments]
    for region in scope.regions:
        if region.zone:
            places.append(f"EXISTS {{ ?department jx:regionName {literal(region.zone)} }}")
        else:
            places.append(
                "EXISTS { ?department jx:region ?place . "
                f'FILTER(STRSTARTS(STR(?place), CONCAT(STR(jxc:), "region-{region.code}"))) }}'
            )
    if places:
        lines.append(f"FILTER({' || '.join(places)})")
    if scope.years:
        years = ", ".join(f'"{each}"^^xsd:gYear' for each in scope.years)
        lines.append(f"FILTER(?{year} IN ({years}))")
    return lines


def selected(selection: Selection | None, node: str, *, once: bool = True) -> list[str]:
    """Return what restricts ``?node`` to the indicators meant; ``once`` gives each a single time."""
    if selection is None:
        return []
    ways = []
    if selection.levels:
        levels = codes("level-", selection.levels)
        ways += [f"VALUES ?{node}Level {{ {levels} }} ?{node} jx:level{n} ?{node}Level" for n in (1, 2)]
    if selection.concepts:
        ways.append(f"VALUES ?{node}Concept {{ {codes('', selection.concepts)} }} ?{node} jx:concept ?{node}Concept")
    held = " || ".join(contains(f"{node}Held", text) for text in selection.texts)
    texts = [
        f"?{node} a jx:Indicator ; {path} ?{node}Held FILTER({held})"
        for path in ("rdfs:label", "jx:project/rdfs:label")
    ]
    lines = []
    if selection.texts and selection.levels:
        lines.append(_union(texts, node, once))
    elif selection.texts:
        ways += texts
    return [_union(ways, node, once), *lines]


def _union(ways: list[str], node: str, once: bool) -> str:
    union = " UNION ".join(f"{{ {way} }}" for way in ways)
    return f"{{ SELECT DISTINCT ?{node} WHERE {{ {union} }} }}" if once else union


def indicators(
    selection: Selection | None, node: str, owner: str | None, period: str = ANNUAL, *, once: bool = True
) -> list[str]:
    """Return the pattern of the indicators of an owner; with ``period`` empty those of every period."""
    lines = [f"?{node} a jx:Indicator ."]
    if owner:
        lines.append(OWNERS[owner].format(node))
    if period:
        lines.append(f"?{node} jx:period jxc:period-{period} .")
    return [*selected(selection, node, once=once), *lines]


def first_printing(node: str) -> str:
    """Return what keeps the rows of a form's first printing only."""
    return f"?{node} ^jx:hasIndicator/jx:form/jx:printing 1 ."


def target(condition: Condition, node: str) -> list[str]:
    """Return what a target must be, as an interval: ≥ asks its lower end, ≤ its upper end."""
    percent, money = condition.unit == "%", condition.unit == "元"
    lines = [f"?{node} jx:hasTargetPart? ?{node}Target ."]
    if percent:
        lines.append(f"?{node}Target jx:unit unit:PERCENT .")
    elif money:
        units = " ".join(f"({literal(spelling)} {factor})" for spelling, factor in money_units())
        lines.append(f"?{node}Target jx:unitText ?{node}Unit . VALUES (?{node}Unit ?{node}Factor) {{ {units} }}")
    elif condition.unit:
        lines.append(f"?{node}Target jx:unitText {literal(condition.unit)} .")
    lower, upper = f"?{node}Lower", f"?{node}Upper"
    lines.append(
        f"OPTIONAL {{ ?{node}Target jx:lowerBound {lower} }} OPTIONAL {{ ?{node}Target jx:upperBound {upper} }}"
    )
    factor = f" * ?{node}Factor" if money else ""
    low = f"COALESCE({lower}, {upper})" if money else lower
    high = f"COALESCE({upper}, {lower})"
    assert condition.number is not None
    value = number(condition.number)
    if condition.upper is not None:
        start = ">" if condition.comparator == ">" else ">="
        low = f"COALESCE({lower}, {upper})"
        end = f"{high}{factor} {condition.end} {number(condition.upper)}"
        return [*lines, f"FILTER({low}{factor} {start} {value} && {end})"]
    if condition.comparator == "=":
        return [*lines, f"FILTER({low}{factor} = {value} && {high}{factor} = {value})"]
    end = low if condition.comparator in (">=", ">") else high
    test = f"{end}{factor} {condition.comparator} {value}"
    if condition.comparator in ("<", ">"):
        test += (
            f" || ({end}{factor} = {value} && EXISTS {{ ?{node}Target jx:{_OPPOSITE[condition.comparator]} false }})"
        )
    return [*lines, f"FILTER({test})"]


def compared(variable: str, condition: Condition) -> str:
    """Return the filter of a plain number."""
    assert condition.number is not None
    if condition.upper is not None:
        start = ">" if condition.comparator == ">" else ">="
        ends = f"?{variable} {condition.end} {number(condition.upper)}"
        return f"FILTER(?{variable} {start} {number(condition.number)} && {ends})"
    return f"FILTER(?{variable} {condition.comparator} {number(condition.number)})"


def measured(measure: Measure, subject: str, scope: Scope) -> list[str]:
    """Return the pattern that binds a measure of a project or department to the variable of its name."""
    name = measure.name
    if name == "target":
        return [
            *indicators(measure.of, "indicator", subject if subject != "indicator" else None, scope.period),
            *_bound(measure.of),
        ]
    if name in ("indicators", "projects", "findings"):
        return _counted(measure, subject, scope)
    if subject == "project":
        if name in ("amount", "spending"):
            return [f"?entry jx:amount ?{name} ."]
        return ["?plan jx:project ?project ; jx:document ?documentNode .", *_of_plan(name)]
    if name == "spending":
        years = " ".join(scoped(Scope(years=scope.years), "spendingYear"))
        year = " ; jx:year ?spendingYear" if scope.years else ""
        return [
            "{ SELECT ?department (SUM(?money) AS ?spending) WHERE { "
            "?each a jx:ProjectEntry ; jx:department ?department ; "
            f"jx:amount ?money{year} . {years} }} GROUP BY ?department }}"
        ]
    plan = [
        "?plan a jx:DepartmentPlan ; jx:department ?department ; jx:document ?documentNode .",
        "?plan prov:wasDerivedFrom/jx:line ?line .",
        "OPTIONAL { ?plan jx:year ?year } ?documentNode jx:fileName ?document .",
    ]
    if name == "amount":
        fact = (
            '{ ?fact a jx:ProseFact ; jx:department ?department ; jx:factKind "expenditure-total" ; jx:value ?amount ; '
            'jx:unitText "元" ; jx:document ?documentNode ; prov:wasDerivedFrom/jx:line ?line . '
            "OPTIONAL { ?fact jx:year ?year } ?documentNode jx:fileName ?document . "
            "FILTER NOT EXISTS { ?other a jx:DepartmentPlan ; jx:document ?documentNode } }"
        )
        fund = "?plan jx:hasFundLine ?fundLine . ?fundLine jx:fund jxc:fund-total ; jx:amount|jx:adjusted ?amount ."
        return [f"{{ {' '.join(plan)} {fund} }} UNION {fact}"]
    return [*plan, *_of_plan(name)]


def _bound(selection: Selection | None) -> list[str]:
    if selection is not None and any(key.startswith("satisfaction") for key in selection.concepts):
        return ["?indicator jx:unit unit:PERCENT ; jx:lowerBound ?bound ."]
    return ["?indicator jx:lowerBound|jx:upperBound ?bound . OPTIONAL { ?indicator jx:unitText ?unitText }"]


def _of_plan(name: str) -> list[str]:
    if name == "total":
        return ["?plan jx:hasEvaluation/jx:total ?total ."]
    fund = "?plan jx:hasFundLine ?fundLine . ?fundLine jx:fund jxc:fund-total"
    if name in _PLAN_FUNDS:
        return [f"{fund} ; jx:{name} ?{name} ."]
    return [
        f"{fund} . OPTIONAL {{ ?fundLine jx:rate ?printedRate }}",
        "OPTIONAL { ?fundLine jx:executed ?spent ; jx:adjusted|jx:amount ?granted }",
        "BIND(COALESCE(?printedRate, IF(?granted > 0, ROUND(10000 * ?spent / ?granted) / 100, ?none)) AS ?rate)",
        "FILTER(BOUND(?rate))",
    ]


def findings(subject: str, scope: Scope) -> list[str]:
    """Return the pattern of what the audit found about a project, or in a department's documents."""
    lines = ["?finding a jx:Finding ; jx:document ?documentNode ."]
    if subject == "project":
        lines.append("?finding jx:projectText ?audited . ?project rdfs:label|skos:altLabel ?audited .")
    else:
        lines = ["?finding a jx:Finding ; jx:document/jx:department ?department ."]
    return [*lines, *judged(scope, "?finding jx:rule ?foundRule .", "foundRule", "?finding")]


def judged(scope: Scope, stated: str, rule: str, node: str) -> list[str]:
    """Return what restricts findings to the rules and severities that were named."""
    lines = []
    if scope.rules:
        lines.append(f"VALUES ?{rule} {{ {' '.join(map(literal, scope.rules))} }} {stated}")
    if scope.severities:
        levels = " ".join(f"sh:{severity.capitalize()}" for severity in scope.severities)
        lines.append(f"VALUES ?severityLevel {{ {levels} }} {node} sh:resultSeverity ?severityLevel .")
    return lines


def _counted(measure: Measure, subject: str, scope: Scope) -> list[str]:
    if measure.name == "findings":
        keys = "?project ?documentNode" if subject == "project" else "?department"
        inner = " ".join(findings(subject, scope))
        return [f"{{ SELECT {keys} (COUNT(DISTINCT ?finding) AS ?findings) WHERE {{ {inner} }} GROUP BY {keys} }}"]
    if measure.name == "projects":
        inner = "?each a jx:ProjectEntry ; jx:department ?department ; jx:project ?of ."
        return [f"{{ SELECT ?department (COUNT(DISTINCT ?of) AS ?projects) WHERE {{ {inner} }} GROUP BY ?department }}"]
    keys = "?project ?documentNode" if subject == "project" else "?department"
    inner = " ".join([*indicators(measure.of, "each", subject), first_printing("each")])
    return [f"{{ SELECT {keys} (COUNT(DISTINCT ?each) AS ?indicators) WHERE {{ {inner} }} GROUP BY {keys} }}"]
