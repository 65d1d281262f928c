"""Write a frame as SPARQL: rows are listed, folded to numbers, or two numbers are held against each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from jixiao.asking.frames import Column, Frame
from jixiao.asking.patterns import (
    body,
    column_of,
    literal,
    measured,
    phase_of,
    piece,
    rows_of,
    table_of,
    tables,
    tests_of,
)

_ORDER = ("departmentName", "year", "projectName", "document", "line", "text")
_FOLDS = {"sum": "SUM(?{0})", "average": "ROUND(100 * AVG(?{0})) / 100", "max": "MAX(?{0})", "min": "MIN(?{0})"}
_FOLDS["only"] = "MIN(?{0})"
_RELATIONS = {
    "difference": ("first", "second", "ABS(?first - ?second)"),
    "sum": ("first", "second", "?first + ?second"),
    "times": ("first", "second", "ROUND(100 * ?first / ?second) / 100"),
    "share": ("part", "all", "ROUND(10000 * ?part / ?all) / 100"),
}
_WAYS = {"up": "ASC", "down": "DESC", "": "DESC"}
_OWNERS = ("department", "project")
_TEXTS = {"actual": "actualText", "deviation": "deviationText", "target": "targetText"}
_MORE = ("withMediumTerm", "printed")  # counted beside


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
        columns = tuple(dict.fromkeys(self.columns))
        keys = [f"?{name}" for name in columns if name not in self.aggregates]
        chosen = [*keys, *(f"({value} AS ?{name})" for name, value in self.aggregates.items())]
        start = "SELECT" if self.aggregates else "SELECT DISTINCT"
        lines = [" ".join([start, *chosen]), f"WHERE {{\n  {body(self.where)}\n}}"]
        group = " ".join(keys) if self.aggregates else ""
        order = " ".join(dict.fromkeys(self.order))
        ends = {"GROUP BY {}": group, "HAVING ({})": self.having, "ORDER BY {}": order, "LIMIT {}": limit}
        lines += [text.format(value) for text, value in ends.items() if value]
        return Compiled("\n".join(lines), columns, self.value)


def compile_frame(frame: Frame) -> Compiled:
    """Return the SPARQL of a frame."""
    if frame.relation:
        return _related(frame)
    query = _folded(frame, frame.fold) if frame.fold else _listed(frame)
    # Of places that several share, the second is found among the rows.
    limited = not frame.skip and (frame.group or not frame.fold)
    return query.written(frame.limit if limited else None)


def _related(frame: Frame) -> Compiled:
    """Return the query of two numbers and what one is to the other; those of different units stay apart."""
    first, second, expression = _RELATIONS[frame.relation]
    halves = [_half(frame, first), _half(frame.other or frame, second)]
    shared = [name for name in halves[0].columns if name in halves[1].columns]
    columns = (*shared, first, second, frame.relation)
    inner = ["  { " + half.sparql.replace("\n", "\n  ") + " }" for half in halves]
    head = " ".join(["SELECT", *(f"?{name}" for name in columns[:-1]), f"({expression} AS ?{frame.relation})"])
    return Compiled("\n".join([head, "WHERE {", *inner, "}"]), columns, frame.relation)


def _half(frame: Frame, name: str) -> Compiled:
    """Return the query of one of two numbers, which is there only where something was counted."""
    query = _folded(frame, name)
    counted = next((each for each in query.aggregates if each not in (name, *_MORE)), "")
    if counted and not query.having:
        query.having = f"{query.aggregates[counted]} > 0"
    left = query.aggregates.keys() - {name}
    query.columns = [each for each in query.columns if each not in left]
    query.aggregates = {name: query.aggregates[name]}
    return query.written()


# ---------------------------------------------------------------- lists


def _listed(frame: Frame) -> Query:
    table = frame.table
    met = tests_of(frame)
    where, columns = [*rows_of(frame), *met.lines], list(table_of(table)["columns"])
    if table == "figure":
        return _listed_figures(frame, where, columns)
    if table == "indicator":
        where.append(piece("first_printing"))
    order: list[str] = []
    value = None
    if frame.measure:
        value, lines, more = _valued(frame.measure, frame)
        where += lines
        columns += more
        order.append(f"{_WAYS[frame.order]}(?{value})")
    columns += met.columns
    for column in frame.show:
        lines, name = _shown(column, frame)
        where += lines
        columns.append(name)
    if table == "project" and "indicator" not in met.columns:  # else the line of the indicator says more
        where.append(_place(where))
    columns += _sources(frame)
    order += [f"?{name}" for name in _ORDER if name in columns]
    return Query(where, columns, order, value=value)


def _listed_figures(frame: Frame, where: list[str], columns: list[str]) -> Query:
    order = ["?label", "?departmentName", "?year", "?line"]
    if frame.measure:
        order.insert(0, f"{_WAYS[frame.order]}(?value)")
    where.append(_figures(frame))
    return Query(where, [*columns, "line"], order, {"line": "MIN(?stated)"}, "value")


def _figures(frame: Frame) -> str:
    """Return what restricts printed figures to those that are shown or measured."""
    figures = [each for each in (*frame.show, frame.measure) if each]
    return " UNION ".join(f"{{ {_figure(each)} }}" for each in dict.fromkeys(figures))


def _figure(column: Column) -> str:
    """Return what restricts facts to those of one figure, under its name."""
    lines = [f"?fact rdfs:label {literal(column.label)} ."]
    if printed := column.printed:
        stated = {"factKind": printed.kind, "subject": printed.subject, "itemText": printed.item}
        lines = [f"?fact jx:{name} {literal(value)} ." for name, value in stated.items() if value]
        lines += [f'?fact jx:baseYear "{printed.base}"^^xsd:gYear .'] * bool(printed.base)
    return " ".join([*lines, f"BIND({literal(column.label)} AS ?label)", phase_of(column, "fact")])


def _valued(column: Column, frame: Frame) -> tuple[str, list[str], list[str]]:
    """Return the variable of what rows are ordered by, what binds it, and the columns that show it."""
    if frame.table == "figure":
        return "value", [_figures(frame)], []
    if column.name != "target":
        return column.name, measured(column, frame), [column.name]
    bound = "?indicator jx:lowerBound|jx:upperBound ?bound ."
    if frame.rates_satisfaction:
        bound = "?indicator jx:unit unit:PERCENT ; jx:lowerBound ?bound ."
    return "bound", [bound, "OPTIONAL { ?indicator jx:unitText ?unitText }"], ["bound", "unitText"]


def _shown(column: Column, frame: Frame) -> tuple[list[str], str]:
    name = _TEXTS.get(column.name, column.name)
    if name != column.name:
        return [f"OPTIONAL {{ ?indicator jx:{name} ?{name} }}"], name
    if column.name == "reason" and frame.table == "project":
        return [piece("reasons")], "reason"
    lines = measured(column, frame)
    if frame.table == "department" or column_of(column.name).get("needed"):
        return lines, column.name
    return [f"OPTIONAL {{ {' '.join(lines)} }}"], column.name


def _place(where: list[str]) -> str:
    """Return what binds the line of a project."""
    if any(line.startswith("?plan ") for line in where):
        return "OPTIONAL { ?plan prov:wasDerivedFrom/jx:line ?planLine } " + piece("place", first="?planLine, ")
    return piece("place", first="")


def _sources(frame: Frame) -> list[str]:
    """Return the columns that say where a row stands."""
    planned = any(column_of(each.name).get("planned") for each in (*frame.show, frame.measure) if each)
    if frame.table == "department" and planned:
        return ["year", "document", "line"]
    return list(table_of(frame.table).get("sources", ()))


# ---------------------------------------------------------------- numbers


def _folded(frame: Frame, name: str) -> Query:
    """Return the query of one number of all rows, or of those of each group, called ``name``."""
    keys = list(tables()["group"].get(frame.group, []))
    query = _count(frame, keys, name) if frame.fold == "count" else _reckoned(frame, keys, name)
    if keys:
        query.order = [f"{_WAYS[frame.order]}(?{name})", *(f"?{key}" for key in keys)]
    if frame.group == "year" and not frame.order:
        query.order = ["?year"]
    query.value = name
    return query


def _reckoned(frame: Frame, keys: list[str], name: str) -> Query:
    table, column = frame.table, frame.measure
    assert column is not None
    variable, lines, _ = _valued(column, frame)
    where = [*rows_of(frame), *tests_of(frame).lines, *lines]
    thing, inner = str(table_of(table)["node"]), ["documentNode"]
    if table == "figure":
        thing, inner = "department", []
    if table == "indicator":
        where.append(piece("first_printing"))
    if column.name in ("target", "actual") and not frame.rates_satisfaction:
        keys = list(dict.fromkeys([*keys, "unitText"]))
    counted = table_of(table).get("counted", "count")
    where = [_each_once([*keys, thing, *inner, variable], where, frame)]
    aggregates = {name: _FOLDS[frame.fold].format(variable), counted: f"COUNT(DISTINCT ?{thing})"}
    having = f"MIN(?{variable}) = MAX(?{variable})" if frame.fold == "only" else ""
    return Query(where, [*keys, name, counted], [], aggregates, having=having)


def _each_once(columns: list[str], where: list[str], frame: Frame) -> str:
    """Return the pattern of one value for each thing, however often it is printed, or of the first of them."""
    first = ""
    if frame.limit and not frame.group:
        first = f" ORDER BY {_WAYS[frame.order]}(?{columns[-1]}) LIMIT {frame.limit}"
    chosen = " ".join(f"?{name}" for name in columns)
    return f"{{ SELECT DISTINCT {chosen} WHERE {{\n  {body(where)}\n}}{first} }}"


def _count(frame: Frame, keys: list[str], name: str) -> Query:
    table = frame.table
    where = [*rows_of(frame), *tests_of(frame).lines]
    counts = {name: f"COUNT(DISTINCT ?{table_of(table)['node']})"}
    if table == "indicator":
        period = (*frame.values("period"), "jxc:period-annual")[0]
        if not frame.of("period"):
            where = [line for line in where if not line.startswith("VALUES ?period")]
        where += tables()["piece"]["counting"]
        where.append(f"BIND(IF(?firstly && ?period = {period}, ?indicator, ?none) AS ?counted)")
        counts = {name: "COUNT(DISTINCT ?counted)", "withMediumTerm": "COUNT(DISTINCT ?once)"}
        counts["printed"] = "COUNT(DISTINCT ?indicator)"
    if frame.group in _OWNERS:
        return _count_of_each(frame, where, keys, counts)
    return Query(where, [*keys, *counts], [], counts)


def _count_of_each(frame: Frame, where: list[str], keys: list[str], counts: dict[str, str]) -> Query:
    """Return the query of how many each department or project has; none is told where that is what is asked for."""
    owner = table_of(frame.group)["keys"]
    found = " ".join(f"({value} AS ?{name}Found)" for name, value in counts.items())
    inner = f"{{ SELECT {owner} {found} WHERE {{\n  {body(where)}\n}} GROUP BY {owner} }}"
    lines = [*rows_of(Frame(frame.group, frame.of("place", "year"))), f"OPTIONAL {inner}"]
    lines += [f"BIND(COALESCE(?{name}Found, 0) AS ?{name})" for name in counts]
    if frame.order != "up" and not any(topic.above for topic in frame.topics):
        lines.append(f"FILTER(?{next(iter(counts))} > 0)")
    return Query(lines, [*keys, *counts])
