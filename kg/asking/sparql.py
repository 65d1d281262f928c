"""Write a question that was understood as SPARQL."""

from __future__ import annotations

from dataclasses import dataclass

from kg.asking import patterns as p
from kg.asking.lexicon import money_units
from kg.asking.questions import Condition, Question
from kg.asking.restating import condition_text

_BASES = {
    "project": (
        "?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode .",
        "?project rdfs:label ?projectName . ?documentNode jx:fileName ?document .",
        "OPTIONAL { ?entry jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?entry jx:year ?year }",
        "OPTIONAL { SELECT ?entry (MIN(?mentioned) AS ?line) WHERE { "
        "?entry jx:hasMention/prov:wasDerivedFrom/jx:line ?mentioned } GROUP BY ?entry }",
    ),
    "indicator": (
        "?indicator rdfs:label ?indicatorName ; jx:document ?documentNode ; prov:wasDerivedFrom/jx:line ?line .",
        "?documentNode jx:fileName ?document .",
        "OPTIONAL { ?indicator jx:targetText ?targetText } OPTIONAL { ?indicator jx:level1Text ?level1 }",
        "OPTIONAL { ?indicator jx:project ?project . ?project rdfs:label ?projectName }",
        "OPTIONAL { ?indicator jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?indicator jx:year ?year }",
    ),
    "department": (
        "?department a jx:Department ; rdfs:label ?departmentName .",
        "FILTER EXISTS { VALUES ?kind { jx:Indicator jx:ProjectEntry jx:Plan jx:DepartmentPlan } "
        "?anything jx:department ?department ; a ?kind }",
    ),
    "document": (
        "?documentNode a jx:Document ; jx:fileName ?document ; rdfs:label ?title .",
        "OPTIONAL { ?documentNode jx:documentKind ?documentKind }",
        "OPTIONAL { ?documentNode jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?documentNode jx:year ?year }",
    ),
    "issue": (
        "?node a jx:Issue ; jx:message ?message ; jx:document ?documentNode . FILTER(LANG(?message) = \"zh\")",
        "?documentNode jx:fileName ?document . OPTIONAL { ?node prov:wasDerivedFrom/jx:line ?line }",
        "OPTIONAL { ?documentNode jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?documentNode jx:year ?year }",
    ),
    "finding": (
        "?node a jx:Finding ; jx:rule ?rule ; sh:resultMessage ?message ; jx:document ?documentNode .",
        'FILTER(LANG(?message) = "zh") ?documentNode jx:fileName ?document .',
        "OPTIONAL { ?node jx:projectText ?projectName }",
        "OPTIONAL { ?documentNode jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?documentNode jx:year ?year }",
        "OPTIONAL { SELECT ?node (MIN(?evidenceLine) AS ?line) WHERE { ?node a jx:Finding ; "
        "prov:wasDerivedFrom/jx:line ?evidenceLine } GROUP BY ?node }",
    ),
    "figure": (
        "?fact a jx:ProseFact ; rdfs:label ?label ; jx:value ?value ; jx:document ?documentNode ; "
        "prov:wasDerivedFrom/jx:line ?stated . ?documentNode jx:fileName ?document .",
        "OPTIONAL { ?fact jx:unitText ?unitText } OPTIONAL { ?fact jx:year ?year }",
        "OPTIONAL { ?fact jx:department ?department . ?department rdfs:label ?departmentName }",
    ),
}
for _name, _class in (("task", "Task"), ("goal", "Goal")):
    _BASES[_name] = (
        f"?node a jx:{_class} ; rdfs:label ?text ; jx:document ?documentNode ; prov:wasDerivedFrom/jx:line ?line .",
        "?documentNode jx:fileName ?document . OPTIONAL { ?node jx:content ?content }",
        "OPTIONAL { ?node jx:project ?project . ?project rdfs:label ?projectName }",
        "OPTIONAL { ?node jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?node jx:year ?year }",
    )
_COLUMNS = {
    "project": ["project", "projectName", "departmentName", "year"],
    "indicator": ["indicator", "indicatorName", "targetText", "level1", "projectName", "departmentName", "year"],
    "department": ["department", "departmentName"],
    "document": ["title", "departmentName", "year", "document"],
    "issue": ["message", "departmentName", "document", "line"],
    "finding": ["rule", "message", "projectName", "departmentName", "document", "line"],
    "figure": ["departmentName", "year", "label", "value", "unitText", "document"],
    "task": ["text", "content", "projectName", "departmentName", "year", "document", "line"],
    "goal": ["text", "projectName", "departmentName", "year", "document", "line"],
}
_NODES = {"project": "project", "indicator": "indicator", "department": "department", "document": "documentNode",
          "figure": "fact"}  # fmt: skip
_PLANNED = frozenset({"amount", "initial", "adjusted", "executed", "rate", "total"})
_COST_EACH = ("cost-unit", "cost-per-person", "cost-standard")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold a query and its columns; ``value`` is the column that ranks."""

    sparql: str
    columns: tuple[str, ...]
    value: str | None = None


@dataclass
class _Query:
    where: list[str]
    columns: list[str]
    aggregates: dict[str, str]
    order: list[str]


def compile_question(question: Question) -> Compiled:
    """Return the SPARQL of a question."""
    if question.operation in ("count", "average", "sum"):
        query, value = _aggregate(question)
    elif question.operation == "rank":
        query, value = _ranking(question)
    else:
        query, value = _listing(question), None
    return _written(query, question.limit, value)


def _written(query: _Query, limit: int | None, value: str | None) -> Compiled:
    columns = list(dict.fromkeys(query.columns))
    keys = [name for name in columns if name not in query.aggregates]
    selected = [f"({query.aggregates[name]} AS ?{name})" if name in query.aggregates else f"?{name}" for name in columns]
    body = "\n  ".join(query.where)
    text = f"SELECT {'' if query.aggregates else 'DISTINCT '}{' '.join(selected)}\nWHERE {{\n  {body}\n}}"
    if query.aggregates and keys:
        text += f"\nGROUP BY {' '.join(f'?{name}' for name in keys)}"
    if query.order:
        text += f"\nORDER BY {' '.join(query.order)}"
    if limit is not None:
        text += f"\nLIMIT {limit}"
    return Compiled(text, tuple(columns), value)


# ---------------------------------------------------------------- what is listed


def _listing(question: Question) -> _Query:
    subject = question.subject
    where, columns = _base(question), list(_COLUMNS[subject])
    if subject == "figure":
        labels = " ".join(p.literal(each.label or "") for each in question.show if each.name == "figure")
        where.insert(0, f"VALUES ?label {{ {labels} }}")
        query = _Query(where, [*columns, "line"], {"line": "MIN(?stated)"}, ["?label", "?departmentName", "?year", "?line"])
        return query
    lines, shown = _conditions(question)
    if subject == "project" and "indicator" in shown:  # the line of the indicator says more than the project's
        where = [line for line in where if "?mentioned" not in line]
    where += lines
    columns += [name for name in shown if name not in columns]
    for measure in question.show:
        if measure.name != "figure" and measure.name not in columns:
            lines = p.measured(measure, subject, question.scope)
            needed = subject == "department" or measure.name in ("total", "rate")
            where += lines if needed else [f"OPTIONAL {{ {' '.join(lines)} }}"]
            columns.append(measure.name)
    if question.reasons and subject == "project":
        where += _REASONS
        columns.append("reason")
    columns += _sources(question, columns)
    order = [f"?{name}" for name in ("condition", "departmentName", "year", "projectName", "document", "line", "text")]
    return _Query(where, columns, {}, [each for each in order if each[1:] in columns])


# Where points were lost: the rate of spending, indicators, the judgement of fund management.
_REASONS = [
    "OPTIONAL { SELECT ?project ?documentNode (GROUP_CONCAT(DISTINCT ?part; separator=\"；\") AS ?reason) WHERE {",
    "  ?lossPlan jx:project ?project ; jx:document ?documentNode .",
    "  { ?lossPlan jx:hasFundLine ?loss . ?loss jx:fund jxc:fund-total . OPTIONAL { ?loss jx:rate ?lossRate }",
    '    BIND(CONCAT("预算执行率", COALESCE(CONCAT(" ", STR(?lossRate), "%"), "")) AS ?what) }',
    "  UNION { ?lossPlan jx:hasIndicator ?loss . ?loss rdfs:label ?what }",
    "  UNION { ?lossPlan jx:hasManagementItem ?loss . ?loss rdfs:label ?what }",
    "  ?loss jx:score ?got ; jx:weight ?weight . FILTER(?got < ?weight)",
    "  OPTIONAL { ?loss jx:reason|jx:problem ?why }",
    '  BIND(CONCAT(?what, " 得", STR(?got), "/", STR(?weight), "分", COALESCE(CONCAT("（", ?why, "）"), "")) AS ?part)',
    "} GROUP BY ?project ?documentNode }",
]


def _base(question: Question) -> list[str]:
    scope, subject = question.scope, question.subject
    lines = list(_BASES[subject])
    if subject == "indicator":
        lines = [*p.indicators(question.of, "indicator", None, scope.period), *lines]
        if question.of_projects:
            lines.append("FILTER(BOUND(?project))")
    lines += p.scoped(scope) if subject != "department" else p.scoped(type(scope)(scope.departments, scope.regions))
    if scope.projects:
        lines.append(f"FILTER(?project IN ({', '.join(f'<{iri}>' for _, found in scope.projects for iri in found)}))")
    if scope.forms and subject in ("indicator", "goal", "task"):
        node = "indicator" if subject == "indicator" else "node"
        lines.append(f"VALUES ?formKind {{ {p.codes('form-', (kind for _, kind in scope.forms))} }} ?{node} jx:formKind ?formKind .")
    if scope.documents:
        kinds = p.codes("document-", (kind for _, kind in scope.documents))
        node = "?documentNode" if subject != "department" else "?anyDocument jx:department ?department . ?anyDocument"
        lines.append(f"VALUES ?wantedKind {{ {kinds} }} {node} jx:documentKind ?wantedKind .")
    return lines


def _sources(question: Question, columns: list[str]) -> list[str]:
    if question.subject in ("project", "indicator") or (
        question.subject == "department" and ("document" in columns or any(m.name in _PLANNED for m in question.show))
    ):
        years = ["year"] if question.subject == "department" and question.show else []
        return [name for name in (*years, "document", "line") if name not in columns]
    return []


# ---------------------------------------------------------------- conditions


def _conditions(question: Question) -> tuple[list[str], list[str]]:
    """Return the patterns of the conditions and the columns that show what met them."""
    found = [_condition(each, question, number) for number, each in enumerate(question.conditions)]
    shown: list[str] = []
    for _, columns in found:
        shown += [name for name in columns if name not in shown]
    if not question.either:
        return [line for lines, _ in found for line in lines], shown
    ways = [
        f"{{ {' '.join([*lines, f'BIND({p.literal(condition_text(condition))} AS ?condition)'])} }}"
        for (lines, _), condition in zip(found, question.conditions, strict=True)
    ]
    # An alternative that binds what the others leave open stands behind the patterns they share.
    return [" UNION ".join(_with_owner(way, question.subject) for way in ways)], ["condition", *shown]


def _with_owner(way: str, subject: str) -> str:
    # A group is evaluated on its own: it must know the subject it speaks of.
    owner = {
        "project": "?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode .",
        "department": "?department a jx:Department .",
        "indicator": "?indicator a jx:Indicator .",
    }[subject]
    return f"{{ {owner} {way[1:-1]} }}"


def _condition(condition: Condition, question: Question, place: int) -> tuple[list[str], list[str]]:
    subject, period = question.subject, question.scope.period
    node = "indicator" if place == 0 and subject != "indicator" else f"indicator{place}"
    owner = subject if subject != "indicator" else None
    if condition.kind == "missing":
        return _missing(condition, question, place), []
    if condition.kind == "named":
        return _named(condition, question, place), []
    if condition.kind == "over-budget":
        return _over_budget(condition, node, owner), ["targetText", "amount"]
    if condition.kind in ("full", "lost"):
        return _points(condition, question, place)
    if condition.kind == "has":
        lines = p.indicators(condition.of, node, owner, period, once=False)
        if subject == "department" and question.scope.years:
            lines += [f"?{node} jx:year ?{node}Year .", *_year(question, f"{node}Year")]
        return [f"FILTER EXISTS {{ {' '.join(lines)} }}"], []
    measure = condition.measure
    assert measure is not None
    if measure.name in ("target", "actual"):
        return _of_target(condition, question, node, owner)
    scope = question.scope
    if subject == "indicator":
        lines = p.measured(measure, "project", scope)
        needed = ["?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode ."]
        return [*needed, *lines, p.compared(measure.name, condition)], [measure.name]
    extra = _year(question, "year") if subject == "department" and measure.name in _PLANNED else []
    return [*p.measured(measure, subject, scope), *extra, p.compared(measure.name, condition)], [measure.name]


def _year(question: Question, variable: str) -> list[str]:
    return p.scoped(type(question.scope)(years=question.scope.years), variable)


def _of_target(condition: Condition, question: Question, node: str, owner: str | None) -> tuple[list[str], list[str]]:
    measure = condition.measure
    assert measure is not None
    if owner is None:
        node = "indicator"
        lines = p.selected(measure.of, node)
    else:
        lines = p.indicators(measure.of, node, owner, question.scope.period)
    if measure.name == "actual":
        unit = [f"?{node} jx:unit unit:PERCENT ."] if condition.unit == "%" else []
        lines += [*unit, f"?{node} jx:actual ?{node}Actual .", p.compared(f"{node}Actual", condition)]
    else:
        lines += p.target(condition, node)
    if owner == "department" and question.scope.years:
        lines += [f"?{node} jx:year ?{node}Year .", *_year(question, f"{node}Year")]
    if node != "indicator" or owner is None:
        return lines, ["actualText"] if measure.name == "actual" and owner is None else []
    lines.append(f"?{node} prov:wasDerivedFrom/jx:line ?line .")
    place = [] if owner == "project" else [f"?{node} jx:document ?documentNode . ?documentNode jx:fileName ?document ."]
    lines += [
        f"?{node} rdfs:label ?indicatorName . OPTIONAL {{ ?{node} jx:targetText ?targetText }}",
        *place,
    ]
    columns = ["indicator", "indicatorName", "targetText", "document", "line"]
    if measure.name == "actual":
        lines.append(f"OPTIONAL {{ ?{node} jx:actualText ?actualText }}")
        columns.append("actualText")
    if owner == "department":
        lines.append(f"OPTIONAL {{ ?{node} jx:project/rdfs:label ?projectName }}")
        columns.append("projectName")
    return lines, columns


def _missing(condition: Condition, question: Question, place: int) -> list[str]:
    subject, node = question.subject, f"missing{place}"
    measure = condition.measure
    if measure is None:
        if subject == "indicator":
            raise AssertionError("indicators are not missing from indicators")
        lines = p.indicators(condition.of, node, subject, "", once=False)
        if subject == "department" and question.scope.years:
            lines += [f"?{node} jx:year ?{node}Year .", *_year(question, f"{node}Year")]
        return [f"FILTER NOT EXISTS {{ {' '.join(lines)} }}"]
    if measure.name == "projects":
        return [f"FILTER NOT EXISTS {{ ?{node} a jx:ProjectEntry ; jx:department ?department }}"]
    if measure.name == "target" and subject == "indicator":
        return ["FILTER NOT EXISTS { ?indicator jx:targetText ?anyTarget }"]
    if measure.name == "target":
        return [f"?{node} a jx:Indicator .", p.OWNERS[subject].format(node), f"?{node} jx:period jxc:period-annual .",
                f"FILTER NOT EXISTS {{ ?{node} jx:targetText ?anyTarget }}"]  # fmt: skip
    owner = "?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode ." if subject == "project" else ""
    return [f"FILTER NOT EXISTS {{ {owner} {' '.join(p.measured(measure, subject, question.scope))} }}"]


def _named(condition: Condition, question: Question, place: int) -> list[str]:
    """Return what a topic restricts: the project's own names or its indicators'; for others their words."""
    assert condition.of is not None
    variables = {"project": "projectName", "department": "departmentName", "document": "title", "finding": "message",
                 "issue": "message", "task": "text", "goal": "text"}  # fmt: skip
    tests = [p.contains(variables[question.subject], text) for text in condition.of.texts]
    if question.subject in ("project", "department"):
        node = f"named{place}"
        held = " || ".join(p.contains(f"{node}Label", text) for text in condition.of.texts)
        owner = p.OWNERS[question.subject].format(node)
        tests.append(f"EXISTS {{ {owner} ?{node} a jx:Indicator ; rdfs:label ?{node}Label FILTER({held}) }}")
    return [f"FILTER({' || '.join(tests)})"]


def _over_budget(condition: Condition, node: str, owner: str | None) -> list[str]:
    units = " ".join(f"({p.literal(spelling)} {factor})" for spelling, factor in money_units())
    each = p.codes("", _COST_EACH)
    head = [] if owner == "project" else ["?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode ."]
    node = node if owner else "indicator"
    return [
        *head,
        "?entry jx:amount ?amount .",
        *p.indicators(condition.of, node, "project"),
        f"?{node} jx:unitText ?costUnit ; jx:upperBound ?cost ; jx:targetText ?targetText ; rdfs:label ?indicatorName .",
        f"VALUES (?costUnit ?factor) {{ {units} }}",
        f"FILTER NOT EXISTS {{ VALUES ?priceOfOne {{ {each} }} ?{node} jx:concept ?priceOfOne }}",
        "FILTER(?cost * ?factor > ?amount)",
    ]


def _points(condition: Condition, question: Question, place: int) -> tuple[list[str], list[str]]:
    """Return what was scored: all points (of a level) were given, or some were not."""
    node, sign = f"scored{place}", "=" if condition.kind == "full" else "<"
    if question.subject == "indicator":
        lines = p.selected(condition.of, "indicator") if condition.of else []
        return [*lines, f"?indicator jx:score ?got ; jx:weight ?weight . FILTER(?got {sign} ?weight)"], ["got", "weight"]
    owner = p.OWNERS[question.subject].format(node)
    keys = "?project ?documentNode" if question.subject == "project" else "?department"
    inner = [*p.selected(condition.of, node), f"?{node} a jx:Indicator .", owner,
             f"?{node} jx:score ?{node}Score ; jx:weight ?{node}Weight .", p.first_printing(node)]  # fmt: skip
    select = f"SELECT {keys} (SUM(?{node}Score) AS ?got) (SUM(?{node}Weight) AS ?weight)"
    return [f"{{ {select} WHERE {{ {' '.join(inner)} }} GROUP BY {keys} }}", f"FILTER(?got {sign} ?weight)"], ["got", "weight"]


# ---------------------------------------------------------------- numbers of many


def _aggregate(question: Question) -> tuple[_Query, str]:
    subject, group = question.subject, question.group
    where = _base(question)
    lines, _ = _conditions(question)
    where += lines
    keys = {"department": ["departmentName"], "project": ["projectName"], "year": ["year"]}.get(group or "", [])
    if question.operation == "count":
        return _count(question, where, keys)
    measure = question.measure
    assert measure is not None
    if subject == "indicator":
        where += p.measured(measure, subject, question.scope)[len(p.indicators(measure.of, "indicator", None)):]
        where.append(p.first_printing("indicator"))
        variable, node, counted = "bound", "indicator", "indicators"
        if "OPTIONAL { ?indicator jx:unitText ?unitText }" in where[-2]:
            keys.append("unitText")
    elif measure.name == "target":
        where += [*p.measured(measure, subject, question.scope), p.first_printing("indicator")]
        variable, node, counted = "bound", "indicator", "indicators"
    else:
        where += p.measured(measure, subject, question.scope)
        variable, node, counted = measure.name, _NODES[subject], "projects" if subject == "project" else "count"
    # One value for each thing, however often it is printed.
    inner = f"{{ SELECT DISTINCT {' '.join(f'?{key}' for key in keys)} ?{node} ?documentNode ?{variable} WHERE {{\n  "
    where = [inner + "\n  ".join(where) + "\n} }"]
    result = "sum" if question.operation == "sum" else "average"
    value = f"SUM(?{variable})" if result == "sum" else f"ROUND(100 * AVG(?{variable})) / 100"
    counts = f"COUNT(DISTINCT ?{node})"
    order = ["?year"] if group == "year" else [f"DESC(?{result})"] if keys else []
    return _Query(where, [*keys, result, counted], {result: value, counted: counts}, order), result


def _count(question: Question, where: list[str], keys: list[str]) -> tuple[_Query, str]:
    subject = question.subject
    node = _NODES.get(subject, "node")
    columns, aggregates = [*keys, "count"], {"count": f"COUNT(DISTINCT ?{node})"}
    if subject == "indicator":
        where = [line for line in where if line != f"?indicator jx:period jxc:period-{question.scope.period} ."]
        where += [
            p.first_printing("indicator"),
            f"?indicator jx:period ?period . BIND(IF(?period = jxc:period-{question.scope.period}, ?indicator, ?none) AS ?counted)",
        ]
        aggregates = {"count": "COUNT(DISTINCT ?counted)", "withMediumTerm": "COUNT(DISTINCT ?indicator)"}
        columns.append("withMediumTerm")
    if question.group == "department" and subject in ("indicator", "project"):
        # Departments that have none are told as well.
        scope = type(question.scope)(question.scope.departments, question.scope.regions)
        where = [*_BASES["department"], *p.scoped(scope), "OPTIONAL {", *(f"  {line}" for line in where), "}"]
    order = ["?year"] if question.group == "year" else ["DESC(?count)", *(f"?{key}" for key in keys)] if keys else []
    return _Query(where, columns, aggregates, order), "count"


def _ranking(question: Question) -> tuple[_Query, str]:
    subject, measure = question.subject, question.measure
    assert measure is not None
    way = "DESC" if question.descending else "ASC"
    where = _base(question)
    lines, shown = _conditions(question)
    where += lines
    if subject == "figure":
        labels = " ".join(p.literal(each.label or "") for each in question.show)
        where.insert(0, f"VALUES ?label {{ {labels} }}")
        columns = [*_COLUMNS["figure"], "line"]
        return _Query(where, columns, {"line": "MIN(?stated)"}, [f"{way}(?value)", "?departmentName"]), "value"
    if subject == "indicator":
        where += p.measured(measure, subject, question.scope)[len(p.indicators(measure.of, "indicator", None)):]
        columns = [*_COLUMNS[subject], "bound", "document", "line"]
        return _Query(where, columns, {}, [f"{way}(?bound)", "?departmentName", "?projectName", "?line"]), "bound"
    where += p.measured(measure, subject, question.scope)
    if subject == "department" and measure.name in _PLANNED:
        where += _year(question, "year")
    keys = list(_COLUMNS[subject])
    if measure.name == "target" and (question.averaged or subject == "department"):
        where.append(p.first_printing("indicator"))
        if subject == "department" and question.scope.years:
            where += ["?indicator jx:year ?indicatorYear .", *_year(question, "indicatorYear")]
        name = "average" if question.averaged else "bound"
        extreme = "MAX" if question.descending else "MIN"
        value = "ROUND(100 * AVG(?found)) / 100" if question.averaged else f"{extreme}(?found)"
        inner = f"{{ SELECT DISTINCT {' '.join(f'?{key}' for key in keys)} ?indicator ?bound WHERE {{\n  "
        where = [inner + "\n  ".join(where) + "\n} }", "BIND(?bound AS ?found)"]
        aggregates = {name: value, "indicators": "COUNT(DISTINCT ?indicator)"}
        return _Query(where, [*keys, name, "indicators"], aggregates, [f"{way}(?{name})", "?departmentName"]), name
    if measure.name == "target":
        where.append("?indicator rdfs:label ?indicatorName . OPTIONAL { ?indicator jx:targetText ?targetText }")
        columns = [*keys, "indicatorName", "targetText", "bound", *shown, "document", "line"]
        return _Query(where, columns, {}, [f"{way}(?bound)", "?departmentName", "?projectName", "?line"]), "bound"
    sources = ["document", "line"] if subject == "project" or measure.name in _PLANNED else []
    years = ["year"] if subject == "department" and measure.name in _PLANNED else []
    columns = [*keys, *years, measure.name, *shown, *sources]
    return _Query(where, columns, {}, [f"{way}(?{measure.name})", "?departmentName"]), measure.name

