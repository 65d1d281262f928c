"""Write a frame as SPARQL: rows are listed, folded to numbers, or two numbers are held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from jixiao.asking.conditions import conditions_of
from jixiao.asking.frames import Column, Frame, Scope
from jixiao.asking.pieces import (
    body,
    codes,
    column_of,
    literals,
    measured,
    of_years,
    phase_of,
    piece,
    rates,
    selected,
    table_of,
    tables,
    within,
)
from jixiao.asking.restating import condition_text

_ORDER = ("condition", "departmentName", "year", "projectName", "document", "line", "text")
_FOLDS = {"sum": "SUM(?{0})", "average": "ROUND(100 * AVG(?{0})) / 100", "max": "MAX(?{0})", "min": "MIN(?{0})"}
_FOLDS["only"] = "MIN(?{0})"
_RELATIONS = {
    "difference": ("first", "second", "ABS(?first - ?second)"),
    "times": ("first", "second", "ROUND(100 * ?first / ?second) / 100"),
    "share": ("part", "all", "ROUND(10000 * ?part / ?all) / 100"),
}
_WAYS = {"up": "ASC", "down": "DESC"}
_OWNERS = ("department", "project")
_PLACED = ("indicator", "project")
_TEXTS = {"actual": "actualText", "deviation": "deviationText", "target": "targetText"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold a query and its columns; ``value`` is the column of the number that is asked for."""

    sparql: str
    columns: tuple[str, ...]
    value: str | None = None


@dataclass
class Query:
    """Hold what a query is put together of; ``having`` restricts groups."""

    where: list[str]
    columns: list[str]
    order: list[str] = field(default_factory=list)
    aggregates: dict[str, str] = field(default_factory=dict)
    value: str | None = None
    having: str = ""

    def written(self, limit: int | None = None) -> Compiled:
        """Return the query."""
        columns = list(dict.fromkeys(self.columns))
        keys = [f"?{name}" for name in columns if name not in self.aggregates]
        chosen = {name: f"?{name}" for name in columns}
        chosen.update({name: f"({value} AS ?{name})" for name, value in self.aggregates.items()})
        lines = [f"WHERE {{\n  {body(self.where)}\n}}"]
        start = "SELECT DISTINCT"
        if self.aggregates:
            start = "SELECT"
            lines += [f"GROUP BY {' '.join(keys)}"] * bool(keys)
            lines += [f"HAVING ({self.having})"] * bool(self.having)
        if self.order:
            lines.append(f"ORDER BY {' '.join(dict.fromkeys(self.order))}")
        if limit is not None:
            lines.append(f"LIMIT {limit}")
        lines.insert(0, " ".join([start, *chosen.values()]))
        return Compiled("\n".join(lines), tuple(columns), self.value)


def compile_frame(frame: Frame) -> Compiled:
    """Return the SPARQL of a frame."""
    limit = frame.limit
    if limit is not None and frame.skip:
        limit = None  # of places that several share, the second is found among the rows
    if frame.relation:
        return _related(frame)
    if frame.fold and not frame.group:
        return _folded(frame, frame.fold).written()
    if frame.fold:
        return _folded(frame, frame.fold).written(limit)
    return _listed(frame).written(limit)


def _related(frame: Frame) -> Compiled:
    """Return the query of two numbers and what one is to the other; those of different units stay apart."""
    first, second, expression = _RELATIONS[frame.relation]
    halves = [_folded(frame, first), _folded(frame.other or frame, second)]
    for half, name in zip(halves, (first, second), strict=True):
        counted = next((each for each in half.aggregates if each not in (name, "withMediumTerm", "printed")), "")
        if counted:
            half.having = half.having or f"{half.aggregates[counted]} > 0"
        half.columns = [each for each in half.columns if each == name or each not in half.aggregates]
        half.aggregates = {name: half.aggregates[name]}
    shared = [name for name in halves[0].columns if name != first and name in halves[1].columns]
    columns = (*shared, first, second, frame.relation)
    inner = ["  { " + half.written().sparql.replace("\n", "\n  ") + " }" for half in halves]
    head = " ".join(["SELECT", *(f"?{name}" for name in columns[:-1]), f"({expression} AS ?{frame.relation})"])
    return Compiled("\n".join([head, "WHERE {", *inner, "}"]), columns, frame.relation)


# ---------------------------------------------------------------- rows


def _rows(frame: Frame) -> list[str]:
    """Return the pattern of the rows a frame is about within its scope, with what is shown beside them."""
    scope, table = frame.scope, frame.table
    lines = [*selected(frame.of, frame.group == "topic"), *table_of(table)["base"]]
    if table == "indicator":
        lines += _of_indicators(frame)
    if table == "department":
        lines += within(scope.placed)
        if scope.years:
            lines.append(piece("dated_department", years=" ".join(of_years(scope, "dated"))))
    elif table in _PLACED and scope.places:
        lines += ["OPTIONAL { ?documentNode jx:department ?publisher }", *within(scope, "department", "publisher")]
    else:
        lines += within(scope)
    if frame.group == "department" and table == "indicator":
        lines = [line for line in lines if "jx:department ?department" not in line] + [piece("published")]
    return lines + _of_scope(scope, table)


def _of_indicators(frame: Frame) -> list[str]:
    lines = [f"VALUES ?period {{ {codes('period-', frame.scope.periods or ('annual',))} }}"]
    if frame.owner == "project":
        lines.append("FILTER(BOUND(?project))")
    if frame.owner == "department":
        lines.append("FILTER(!BOUND(?project))")
    return lines


def _bare(frame: Frame) -> list[str]:
    """Return the pattern of rows that another frame asks for as a condition: what ties them is added there."""
    met = conditions_of(frame, _bare, condition_text)
    lines = [*selected(frame.of), table_of(frame.table)["entry"]]
    if any(each.kind == "named" for each in frame.conditions):
        lines += table_of(frame.table)["base"]
    if frame.table == "indicator" and frame.conditions:
        lines += [line for line in table_of("indicator")["base"] if "jx:project" not in line]
        lines += table_of("indicator")["beside"]
    if frame.table == "indicator" and (frame.scope.periods or frame.conditions):
        lines.append(f"?indicator jx:period {codes('period-', frame.scope.periods[:1] or ('annual',))} .")
    if frame.table == "indicator" and frame.owner == "department":
        lines.append("FILTER NOT EXISTS { ?indicator jx:project ?anyProject }")
    return [*lines, *met.lines, *_of_scope(frame.scope, frame.table)]


def _of_scope(scope: Scope, table: str) -> list[str]:
    """Return what restricts rows to projects, forms, documents, rules and kinds that were named."""
    lines = []
    known = table_of(table)
    found = [f"<{iri}>" for _, iris in scope.projects for iri in iris]
    if found:
        lines += [known.get("of_project", ""), f"FILTER(?project IN ({', '.join(found)}))"]
    if scope.forms:
        kinds = codes("form-", (kind for _, kind in scope.forms))
        lines.append(f"VALUES ?formKind {{ {kinds} }} ?{known['node']} jx:formKind ?formKind .")
    if scope.categories:
        lines.append(f"VALUES ?category {{ {literals(scope.categories)} }} ?entry jx:category ?category .")
    if scope.documents:
        kinds = codes("document-", (kind for _, kind in scope.documents))
        node = known.get("of_document", "?documentNode")
        lines.append(f"VALUES ?wantedKind {{ {kinds} }} {node} jx:documentKind ?wantedKind .")
    if scope.rules:
        lines.append(f"VALUES ?rule {{ {literals(scope.rules)} }} ?node jx:rule ?rule .")
    if scope.severities:
        levels = " ".join(f"sh:{severity.capitalize()}" for severity in scope.severities)
        lines.append(f"VALUES ?severityLevel {{ {levels} }} ?node sh:resultSeverity ?severityLevel .")
    return [line for line in lines if line]


def _figures(columns: Iterable[Column]) -> str:
    figures = [each for each in columns if each.name == "figure"]
    labels = literals(each.label or "" for each in figures)
    return f"VALUES ?label {{ {labels} }} {phase_of(figures[0], 'fact')}"


# ---------------------------------------------------------------- lists


def _listed(frame: Frame) -> Query:
    table = frame.table
    where, columns = _rows(frame), list(table_of(table)["columns"])
    if table == "figure":
        return _listed_figures(frame, where, columns)
    met = conditions_of(frame, _bare, condition_text)
    where += met.lines
    if table == "indicator":
        where.append(piece("first_printing"))
    order: list[str] = []
    value = None
    if frame.measure:
        value, lines, more = _valued(frame.measure, frame)
        where += lines
        columns += more
        order.append(f"{_WAYS[frame.order or 'down']}(?{value})")
    columns += met.columns
    for column in frame.show:
        lines, name = _shown(column, frame)
        where += lines
        columns.append(name)
    if table == "project" and "indicator" not in met.columns:  # else the line of the indicator says more
        where.append(_place(where))
    columns += _sources(frame, columns)
    order += [f"?{name}" for name in _ORDER if name in columns]
    return Query(where, columns, order, value=value)


def _listed_figures(frame: Frame, where: list[str], columns: list[str]) -> Query:
    order = ["?label", "?departmentName", "?year", "?line"]
    shown = [*frame.show, *filter(None, [frame.measure])]
    if frame.measure:
        order.insert(0, f"{_WAYS[frame.order or 'down']}(?value)")
    where.append(_figures(shown))
    where += conditions_of(frame, _bare, condition_text).lines
    return Query(where, [*columns, "line"], order, {"line": "MIN(?stated)"}, "value")


def _valued(column: Column, frame: Frame) -> tuple[str, list[str], list[str]]:
    """Return the variable of what rows are ordered by, what binds it, and the columns that show it."""
    if column.name != "target":
        return column.name, measured(column, frame.table, frame.scope), [column.name]
    lines = ["?indicator jx:lowerBound|jx:upperBound ?bound ."]
    if rates(column):
        lines = ["?indicator jx:unit unit:PERCENT ; jx:lowerBound ?bound ."]
    return "bound", [*lines, "OPTIONAL { ?indicator jx:unitText ?unitText }"], ["bound", "unitText"]


def _shown(column: Column, frame: Frame) -> tuple[list[str], str]:
    name = _TEXTS.get(column.name, column.name)
    if name != column.name and frame.table == "indicator":
        return [f"OPTIONAL {{ ?indicator jx:{name} ?{name} }}"], name
    if column.name == "reason" and frame.table == "project":
        return [piece("reasons")], "reason"
    lines = measured(column, frame.table, frame.scope)
    known = column_of(column.name)
    if frame.table == "department" or known.get("needed"):
        return lines, column.name
    return [f"OPTIONAL {{ {' '.join(lines)} }}"], column.name


def _place(where: list[str]) -> str:
    """Return what binds the line of a project."""
    if any(line.startswith("?plan ") for line in where):
        return "OPTIONAL { ?plan prov:wasDerivedFrom/jx:line ?planLine } " + piece("place", first="?planLine, ")
    return piece("place", first="")


def _sources(frame: Frame, columns: list[str]) -> list[str]:
    if frame.table in _PLACED:
        return ["document", "line"]
    if frame.table != "department":
        return []
    told = (*frame.show, *filter(None, [frame.measure]))
    if any(column_of(each.name).get("planned") for each in told):
        return ["year", "document", "line"]
    return ["document", "line"] if "document" in columns else []


# ---------------------------------------------------------------- numbers


def _folded(frame: Frame, name: str) -> Query:
    """Return the query of one number of all rows, or of those of each group, called ``name``."""
    keys = list(tables()["group"].get(frame.group, []))
    fold = _reckoned
    if frame.fold == "count":
        fold = _count
    query = fold(frame, keys, name)
    if frame.group == "year" and not frame.order:
        query.order = ["?year"]
    elif keys:
        query.order = [f"{_WAYS[frame.order or 'down']}(?{name})", *(f"?{key}" for key in keys)]
    query.value = name
    return query


def _reckoned(frame: Frame, keys: list[str], name: str) -> Query:
    table, column = frame.table, frame.measure
    assert column is not None
    where = [*_rows(frame), *conditions_of(frame, _bare, condition_text).lines]
    inner, counted = [str(table_of(table)["node"]), "documentNode"], table_of(table).get("counted", "count")
    if table == "figure":
        variable, lines, inner = "value", [_figures([column])], ["department"]
    else:
        variable, lines, _ = _valued(column, frame)
    where += lines
    if table == "indicator":
        where.append(piece("first_printing"))
    if column.name in ("target", "actual") and not rates(column):
        keys = list(dict.fromkeys([*keys, "unitText"]))
    where = [_each_once([*keys, *inner, variable], where, frame)]
    aggregates = {name: _FOLDS[frame.fold].format(variable), counted: f"COUNT(DISTINCT ?{inner[0]})"}
    having = f"MIN(?{variable}) = MAX(?{variable})" if frame.fold == "only" else ""
    return Query(where, [*keys, name, counted], [], aggregates, having=having)


def _each_once(columns: list[str], where: list[str], frame: Frame) -> str:
    """Return the pattern of one value for each thing, however often it is printed, or of the first of them."""
    first = ""
    if frame.limit and not frame.group:
        first = f" ORDER BY {_WAYS[frame.order or 'down']}(?{columns[-1]}) LIMIT {frame.limit}"
    chosen = " ".join(f"?{name}" for name in columns)
    return f"{{ SELECT DISTINCT {chosen} WHERE {{\n  {body(where)}\n}}{first} }}"


def _count(frame: Frame, keys: list[str], name: str) -> Query:
    table = frame.table
    where = [*_rows(frame), *conditions_of(frame, _bare, condition_text).lines]
    counts = {name: f"COUNT(DISTINCT ?{table_of(table)['node']})"}
    if table == "figure":
        where.append(_figures([*frame.show, *filter(None, [frame.measure])]))
    if table == "indicator":
        if not frame.scope.periods:
            where = [line for line in where if not line.startswith("VALUES ?period")]
        where += tables()["piece"]["counting"]
        period = frame.scope.periods[0] if frame.scope.periods else "annual"
        where.append(f"BIND(IF(?firstly && ?period = jxc:period-{period}, ?indicator, ?none) AS ?counted)")
        counts = {name: "COUNT(DISTINCT ?counted)", "withMediumTerm": "COUNT(DISTINCT ?once)"}
        counts["printed"] = "COUNT(DISTINCT ?indicator)"
    if frame.group in _OWNERS and frame.group != table:
        return _count_of_each(frame, where, keys, counts)
    return Query(where, [*keys, *counts], [], counts)


def _count_of_each(frame: Frame, where: list[str], keys: list[str], counts: dict[str, str]) -> Query:
    """Return the query of how many each department or project has; none is told where that is what is asked for."""
    if frame.table == "finding" and frame.group == "project":
        where = [*where, piece("found_of_project_named")]
    owner = table_of(frame.group)["keys"]
    found = " ".join(f"({value} AS ?{name}Found)" for name, value in counts.items())
    inner = f"{{ SELECT {owner} {found} WHERE {{\n  {body(where)}\n}} GROUP BY {owner} }}"
    placed = Frame(frame.group, replace(frame.scope.placed, years=frame.scope.years))
    lines = [*_rows(placed), f"OPTIONAL {inner}"]
    lines += [f"BIND(COALESCE(?{name}Found, 0) AS ?{name})" for name in counts]
    if frame.order != "up" and not any(topic.above for topic in frame.of):
        lines.append(f"FILTER(?{next(iter(counts))} > 0)")
    return Query(lines, [*keys, *counts])
