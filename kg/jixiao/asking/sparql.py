"""Write a question that was understood as SPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jixiao.asking import patterns as p
from jixiao.asking.conditions import PLANNED, conditions, within_years
from jixiao.asking.questions import Question, Scope

_VARIABLE = re.compile(r"\?\w+")
_BASES = {
    "project": (
        "?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode .",
        "?project rdfs:label ?projectName . ?documentNode jx:fileName ?document .",
        "OPTIONAL { ?entry jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?entry jx:year ?year }",
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
        "{ SELECT DISTINCT ?department WHERE { VALUES ?spoken { jx:ProjectPlan jx:DepartmentPlan jx:ProjectEntry } "
        "?each a ?spoken ; jx:department ?department } }",
    ),
    "document": (
        "?documentNode a jx:Document ; jx:fileName ?document ; rdfs:label ?title .",
        "OPTIONAL { ?documentNode jx:documentKind ?documentKind }",
        "OPTIONAL { ?documentNode jx:department ?department . ?department rdfs:label ?departmentName }",
        "OPTIONAL { ?documentNode jx:year ?year }",
    ),
    "issue": (
        '?node a jx:Issue ; jx:message ?message ; jx:document ?documentNode . FILTER(LANG(?message) = "zh")',
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
# Where a project stands: the form that is spoken of, else its first row of money in a table, else its first mention.
_PLACE = """OPTIONAL { SELECT ?entry (MIN(?pricedLine) AS ?priced) WHERE {
    ?entry jx:hasMention ?mention . ?mention jx:amount ?money ; prov:wasDerivedFrom ?row .
    ?row jx:inTable ?table ; jx:line ?pricedLine } GROUP BY ?entry }
  OPTIONAL { SELECT ?entry (MIN(?mentionLine) AS ?mentioned) WHERE {
    ?entry jx:hasMention/prov:wasDerivedFrom/jx:line ?mentionLine } GROUP BY ?entry }
  BIND(COALESCE(%s?priced, ?mentioned) AS ?line)"""
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
    if question.operation == "share":
        return _share(question)
    if question.operation in ("count", "average", "sum"):
        query, value = _aggregate(question)
    elif question.operation == "rank":
        query, value = _ranking(question)
    else:
        query, value = _listing(question), None
    return _written(query, question.limit, value)


def _share(question: Question) -> Compiled:
    """Return the query of a share: one number of the part, one of the whole, and what the first is of the second."""
    part = replace(question, operation="sum" if question.measure else "count", whole=None)
    whole = replace(part, scope=question.whole or Scope(), conditions=(), of=None)
    halves = []
    for name, each in (("part", part), ("all", whole)):
        text = (
            compile_question(each).sparql.replace(" AS ?sum)", f" AS ?{name})").replace(" AS ?count)", f" AS ?{name})")
        )
        for other in ("projects", "indicators", "withMediumTerm"):
            text = text.replace(f" AS ?{other})", f" AS ?{other}Of{name.capitalize()})")
        halves.append("{ " + text.replace("\n", "\n  ") + " }")
    head = "SELECT ?part ?all (ROUND(10000 * ?part / ?all) / 100 AS ?share)\nWHERE {\n  "
    return Compiled(head + "\n  ".join(halves) + "\n}", ("part", "all", "share"), "share")


def _written(query: _Query, limit: int | None, value: str | None) -> Compiled:
    columns = list(dict.fromkeys(query.columns))
    keys = [name for name in columns if name not in query.aggregates]
    selected = [
        f"({query.aggregates[name]} AS ?{name})" if name in query.aggregates else f"?{name}" for name in columns
    ]
    body = _body(query.where)
    text = f"SELECT {'' if query.aggregates else 'DISTINCT '}{' '.join(selected)}\nWHERE {{\n  {body}\n}}"
    if query.aggregates and keys:
        text += f"\nGROUP BY {' '.join(f'?{name}' for name in keys)}"
    if query.order:
        text += f"\nORDER BY {' '.join(query.order)}"
    if limit is not None:
        text += f"\nLIMIT {limit}"
    return Compiled(text, tuple(columns), value)


def _place(where: list[str]) -> list[str]:
    """Return what binds the line of a project."""
    if any(line.startswith("?plan ") for line in where):
        return ["OPTIONAL { ?plan prov:wasDerivedFrom/jx:line ?planLine }", _PLACE % "?planLine, "]
    return [_PLACE % ""]


def _body(where: list[str]) -> str:
    """Return patterns, each once: what is asked for and what is shown may need the same.

    An OPTIONAL whose variables no later pattern needs stands last (filters see the whole group anyway): engines join
    only what stands between two of them, and one that stands early makes them list everything first.
    """
    lines = list(dict.fromkeys(where))
    late: list[str] = []
    for place in range(len(lines) - 1, -1, -1):
        new = _variables(lines[place : place + 1]) - _variables(lines[:place])
        needed = (each for each in lines[place + 1 :] if each not in late and not each.startswith("FILTER"))
        if lines[place].startswith("OPTIONAL { ?") and lines[place].endswith("}") and not new & _variables(needed):
            late.insert(0, lines[place])
    return "\n  ".join([*(line for line in lines if line not in late), *late])


def _variables(lines: Iterable[str]) -> set[str]:
    return {name for line in lines for name in _VARIABLE.findall(line)}


# ---------------------------------------------------------------- what is listed


def _listing(question: Question) -> _Query:
    subject = question.subject
    where, columns = _base(question), list(_COLUMNS[subject])
    if subject == "figure":
        labels = " ".join(p.literal(each.label or "") for each in question.show if each.name == "figure")
        where.insert(0, f"VALUES ?label {{ {labels} }}")
        return _Query(
            where, [*columns, "line"], {"line": "MIN(?stated)"}, ["?label", "?departmentName", "?year", "?line"]
        )
    lines, shown = conditions(question)
    where += lines
    columns += [name for name in shown if name not in columns]
    for measure in question.show:
        if measure.name != "figure" and measure.name not in columns:
            lines = p.measured(measure, "project" if subject == "indicator" else subject, question.scope)
            if subject == "indicator":
                lines = ["?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode .", *lines]
                lines.append("FILTER(BOUND(?project))")
            needed = subject == "department" or measure.name in ("total", "rate")
            where += lines if needed else [f"OPTIONAL {{ {' '.join(lines)} }}"]
            columns.append(measure.name)
    if question.reasons and subject == "project":
        where += _REASONS
        columns.append("reason")
    elif question.reasons:
        where.append("?indicator jx:reason ?reason .")
        columns.append("reason")
    if subject == "project" and "indicator" not in shown:  # else the line of the indicator says more
        where += _place(where)
    columns += _sources(question, columns)
    order = [f"?{name}" for name in ("condition", "departmentName", "year", "projectName", "document", "line", "text")]
    return _Query(where, columns, {}, [each for each in order if each[1:] in columns])


# Where points were lost: the rate of spending, indicators, the judgement of fund management.
_REASONS = [
    'OPTIONAL { SELECT ?project ?documentNode (GROUP_CONCAT(DISTINCT ?part; separator="；") AS ?reason) WHERE {',
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
    if subject == "department" and scope.years:
        dated = " ".join(within_years(question, "dated"))
        document = "?dating a jx:Document ; jx:department ?department ; jx:year ?dated ."
        lines.append(f"{{ SELECT DISTINCT ?department WHERE {{ {document} {dated} }} }}")
    if subject == "department" and scope.projects:
        lines.append("?entry a jx:ProjectEntry ; jx:department ?department ; jx:project ?project .")
    if scope.projects and subject == "finding":
        found = p.iris(iri for _, iris in scope.projects for iri in iris)
        lines.append(
            f"VALUES ?project {{ {found} }} ?node jx:projectText ?about . ?project rdfs:label|skos:altLabel ?about ."
        )
    elif scope.projects:
        lines.append(f"FILTER(?project IN ({', '.join(f'<{iri}>' for _, found in scope.projects for iri in found)}))")
    if scope.forms and subject in ("indicator", "goal", "task"):
        node = "indicator" if subject == "indicator" else "node"
        kinds = p.codes("form-", (kind for _, kind in scope.forms))
        lines.append(f"VALUES ?formKind {{ {kinds} }} ?{node} jx:formKind ?formKind .")
    if subject == "finding":
        lines += p.judged(scope, "", "rule", "?node")
    if scope.categories:
        held = " ".join(map(p.literal, scope.categories))
        lines.append(f"VALUES ?category {{ {held} }} ?entry jx:category ?category .")
    if scope.documents:
        kinds = p.codes("document-", (kind for _, kind in scope.documents))
        node = "?documentNode" if subject != "department" else "?anyDocument jx:department ?department . ?anyDocument"
        lines.append(f"VALUES ?wantedKind {{ {kinds} }} {node} jx:documentKind ?wantedKind .")
    return lines


def _sources(question: Question, columns: list[str]) -> list[str]:
    if question.subject in ("project", "indicator") or (
        question.subject == "department" and ("document" in columns or any(m.name in PLANNED for m in question.show))
    ):
        years = ["year"] if question.subject == "department" and question.show else []
        return [name for name in (*years, "document", "line") if name not in columns]
    return []


# ---------------------------------------------------------------- numbers of many


def _aggregate(question: Question) -> tuple[_Query, str]:
    subject, group = question.subject, question.group
    where = _base(question)
    lines, _ = conditions(question)
    where += lines
    keys = {"department": ["departmentName"], "project": ["projectName"], "year": ["year"]}.get(group or "", [])
    if question.operation == "count":
        return _count(question, where, keys)
    measure = question.measure
    assert measure is not None
    if subject == "indicator":
        where += p.measured(measure, subject, question.scope)[len(p.indicators(measure.of, "indicator", None)) :]
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
    where = [inner + _body(where) + "\n} }"]
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
            "?indicator jx:period ?period . "
            f"BIND(IF(?period = jxc:period-{question.scope.period}, ?indicator, ?none) AS ?counted)",
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
    lines, shown = conditions(question)
    where += lines
    if subject == "figure":
        labels = " ".join(p.literal(each.label or "") for each in question.show)
        where.insert(0, f"VALUES ?label {{ {labels} }}")
        columns = [*_COLUMNS["figure"], "line"]
        return _Query(where, columns, {"line": "MIN(?stated)"}, [f"{way}(?value)", "?departmentName"]), "value"
    if subject == "indicator":
        where += p.measured(measure, subject, question.scope)[len(p.indicators(measure.of, "indicator", None)) :]
        columns = [*_COLUMNS[subject], "bound", "document", "line"]
        return _Query(where, columns, {}, [f"{way}(?bound)", "?departmentName", "?projectName", "?line"]), "bound"
    where += p.measured(measure, subject, question.scope)
    if subject == "department" and measure.name in PLANNED:
        where += within_years(question, "year")
    keys = list(_COLUMNS[subject])
    if measure.name == "target" and (question.averaged or subject == "department"):
        where.append(p.first_printing("indicator"))
        if subject == "department" and question.scope.years:
            where += ["?indicator jx:year ?indicatorYear .", *within_years(question, "indicatorYear")]
        name = "average" if question.averaged else "bound"
        extreme = "MAX" if question.descending else "MIN"
        value = "ROUND(100 * AVG(?found)) / 100" if question.averaged else f"{extreme}(?found)"
        inner = f"{{ SELECT DISTINCT {' '.join(f'?{key}' for key in keys)} ?indicator ?bound WHERE {{\n  "
        where = [inner + _body(where) + "\n} }", "BIND(?bound AS ?found)"]
        aggregates = {name: value, "indicators": "COUNT(DISTINCT ?indicator)"}
        return _Query(where, [*keys, name, "indicators"], aggregates, [f"{way}(?{name})", "?departmentName"]), name
    if measure.name == "target":
        where.append("?indicator prov:wasDerivedFrom/jx:line ?line .")
        where.append("?indicator rdfs:label ?indicatorName . OPTIONAL { ?indicator jx:targetText ?targetText }")
        columns = [*keys, "indicatorName", "targetText", "bound", *shown, "document", "line"]
        return _Query(where, columns, {}, [f"{way}(?bound)", "?departmentName", "?projectName", "?line"]), "bound"
    if subject == "project" and "indicator" not in shown:
        where += _place(where)
    sources = ["document", "line"] if subject == "project" or measure.name in PLANNED else []
    years = ["year"] if subject == "department" and measure.name in PLANNED else []
    columns = [*keys, *years, measure.name, *shown, *sources]
    return _Query(where, columns, {}, [f"{way}(?{measure.name})", "?departmentName"]), measure.name
