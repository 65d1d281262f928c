"""Write the conditions of a question as graph patterns, with the columns that show what met them."""

from __future__ import annotations

from jixiao.asking import patterns as p
from jixiao.asking.lexicon import money_units
from jixiao.asking.questions import Condition, Measure, NotUnderstoodError, Question
from jixiao.asking.restating import condition_text

PLANNED = frozenset({"amount", "initial", "adjusted", "executed", "rate", "total"})  # what plans say of themselves
_COST_EACH = ("cost-unit", "cost-per-person", "cost-standard")  # prices of one thing, not of a project


def conditions(question: Question) -> tuple[list[str], list[str]]:
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
    if condition.kind == "finding":
        return [f"FILTER EXISTS {{ {' '.join(p.findings(subject, question.scope))} }}"], []
    if condition.kind == "over-budget":
        return _over_budget(condition, node, owner), ["targetText", "amount"]
    if condition.kind in ("full", "lost"):
        return _points(condition, question, place)
    if condition.kind == "has":
        lines = p.indicators(condition.of, node, owner, period, once=False)
        if subject == "department" and question.scope.years:
            lines += [f"?{node} jx:year ?{node}Year .", *within_years(question, f"{node}Year")]
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
    extra = within_years(question, "year") if subject == "department" and measure.name in PLANNED else []
    return [*p.measured(measure, subject, scope), *extra, p.compared(measure.name, condition)], [measure.name]


def within_years(question: Question, variable: str) -> list[str]:
    """Return what restricts a variable to the years that were named."""
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
        lines += [f"?{node} jx:year ?{node}Year .", *within_years(question, f"{node}Year")]
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
            raise NotUnderstoodError("unsupported", (condition_text(condition),))
        lines = p.indicators(condition.of, node, subject, "", once=False)
        if subject == "department" and question.scope.years:
            lines += [f"?{node} jx:year ?{node}Year .", *within_years(question, f"{node}Year")]
        return [f"MINUS {{ {' '.join(lines)} }}"]  # found once for all, where NOT EXISTS would search for each
    if measure.name == "findings":
        return [f"FILTER NOT EXISTS {{ {' '.join(p.findings(subject, question.scope))} }}"]
    if measure.name == "projects":
        return [f"FILTER NOT EXISTS {{ ?{node} a jx:ProjectEntry ; jx:department ?department }}"]
    if measure.name == "target" and subject == "indicator":
        return ["FILTER NOT EXISTS { ?indicator jx:targetText ?anyTarget }"]
    if measure.name == "target":
        return [f"?{node} a jx:Indicator .", p.OWNERS[subject].format(node), f"?{node} jx:period jxc:period-annual .",
                f"FILTER NOT EXISTS {{ ?{node} jx:targetText ?anyTarget }}"]  # fmt: skip
    owner = (
        "?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode ." if subject == "project" else ""
    )
    return [f"FILTER NOT EXISTS {{ {owner} {' '.join(p.measured(measure, subject, question.scope))} }}"]


def _named(condition: Condition, question: Question, place: int) -> list[str]:
    """Return what a topic restricts: the project's own names or its indicators'; for others their words."""
    assert condition.of is not None
    variables = {"project": "projectName", "department": "departmentName", "document": "title", "finding": "message",
                 "issue": "message", "task": "text", "goal": "text"}  # fmt: skip
    tests = [p.contains(variables[question.subject], text) for text in condition.of.texts]
    if question.subject in ("project", "department") and not condition.of.titled:
        node = f"named{place}"
        held = " || ".join(p.contains(f"{node}Label", text) for text in condition.of.texts)
        owner = p.OWNERS[question.subject].format(node)
        tests.append(f"EXISTS {{ {owner} ?{node} a jx:Indicator ; rdfs:label ?{node}Label FILTER({held}) }}")
    return [f"FILTER({' || '.join(tests)})"]


def _over_budget(condition: Condition, node: str, owner: str | None) -> list[str]:
    units = " ".join(f"({p.literal(spelling)} {factor})" for spelling, factor in money_units())
    each = p.codes("", _COST_EACH)
    head = (
        [] if owner == "project" else ["?entry a jx:ProjectEntry ; jx:project ?project ; jx:document ?documentNode ."]
    )
    node = node if owner else "indicator"
    return [
        *head,
        "?entry jx:amount ?amount .",
        *p.indicators(condition.of, node, "project"),
        f"?{node} jx:unitText ?costUnit ; jx:upperBound ?cost .",
        f"?{node} jx:targetText ?targetText ; rdfs:label ?indicatorName .",
        f"VALUES (?costUnit ?factor) {{ {units} }}",
        f"FILTER NOT EXISTS {{ VALUES ?priceOfOne {{ {each} }} ?{node} jx:concept ?priceOfOne }}",
        "FILTER(?cost * ?factor > ?amount)",
    ]


def _points(condition: Condition, question: Question, place: int) -> tuple[list[str], list[str]]:
    """Return what was scored: all points (of a level) were given, or some were not."""
    node, sign = f"scored{place}", "=" if condition.kind == "full" else "<"
    if question.subject == "indicator":
        lines = p.selected(condition.of, "indicator") if condition.of else []
        return [*lines, f"?indicator jx:score ?got ; jx:weight ?weight . FILTER(?got {sign} ?weight)"], [
            "got",
            "weight",
        ]
    if condition.of is None:  # of everything that is scored: the total
        plan = p.measured(Measure("total"), question.subject, question.scope)
        weight = "OPTIONAL { ?plan jx:hasEvaluation/jx:totalWeight ?ofAll } BIND(COALESCE(?ofAll, 100) AS ?weight)"
        return [*plan, weight, f"FILTER(?total {sign} ?weight)"], ["total", "weight"]
    owner = p.OWNERS[question.subject].format(node)
    keys = "?project ?documentNode" if question.subject == "project" else "?department"
    inner = [*p.selected(condition.of, node), f"?{node} a jx:Indicator .", owner,
             f"?{node} jx:score ?{node}Score ; jx:weight ?{node}Weight .", p.first_printing(node)]  # fmt: skip
    select = f"SELECT {keys} (SUM(?{node}Score) AS ?got) (SUM(?{node}Weight) AS ?weight)"
    return [f"{{ {select} WHERE {{ {' '.join(inner)} }} GROUP BY {keys} }}", f"FILTER(?got {sign} ?weight)"], [
        "got",
        "weight",
    ]
