"""Write a frame as SPARQL: things are listed, folded to numbers, or two numbers are held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from jixiao.asking import pieces
from jixiao.asking.conditions import conditions
from jixiao.asking.frames import Extent, Frame, Metric
from jixiao.asking.pieces import body, codes, metric_of, patterns, piece, selected, subject_of, within
from jixiao.asking.restating import condition_text

_ORDER = ("condition", "departmentName", "year", "projectName", "document", "line", "text")
_FOLDS = {
    "sum": "SUM(?{0})",
    "average": "ROUND(100 * AVG(?{0})) / 100",
    "only": "MIN(?{0})",
    "max": "MAX(?{0})",
    "min": "MIN(?{0})",
}
_RELATIONS = {
    "difference": ("first", "second", "ABS(?first - ?second)"),
    "times": ("first", "second", "ROUND(100 * ?first / ?second) / 100"),
    "share": ("part", "all", "ROUND(10000 * ?part / ?all) / 100"),
}
_WAYS = {"up": "ASC", "down": "DESC"}
_GROUPED = ("department", "project")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold a query and its columns; ``value`` is the column of the number that is asked for."""

    sparql: str
    columns: tuple[str, ...]
    value: str | None = None


@dataclass
class Query:
    """Hold what a query is put together of; ``having`` restricts groups, ``known`` to those that hold anything."""

    where: list[str]
    columns: list[str]
    order: list[str] = field(default_factory=list)
    aggregates: dict[str, str] = field(default_factory=dict)
    value: str | None = None
    having: str = ""
    known: str = ""

    def written(self, limit: int | None = None) -> Compiled:
        """Return the query."""
        columns = list(dict.fromkeys(self.columns))
        keys = [f"?{name}" for name in columns if name not in self.aggregates]
        selected = {name: f"?{name}" for name in columns}
        selected.update({name: f"({value} AS ?{name})" for name, value in self.aggregates.items()})
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
        lines.insert(0, " ".join([start, *selected.values()]))
        return Compiled("\n".join(lines), tuple(columns), self.value)


def compile_frame(frame: Frame) -> Compiled:
    """Return the SPARQL of a frame."""
    if frame.relation:
        return _related(frame)
    if frame.fold:
        return _folded(frame, frame.fold).written(frame.limit)
    return _listed(frame).written(frame.limit)


def _related(frame: Frame) -> Compiled:
    """Return the query of two numbers and what one is to the other; those of different units stay apart."""
    first, second, expression = _RELATIONS[frame.relation]
    other = frame.other or frame
    halves = [_folded(frame, first), _folded(other, second)]
    for half, name in zip(halves, (first, second), strict=True):
        half.columns = [each for each in half.columns if each == name or each not in half.aggregates]
        half.aggregates = {name: half.aggregates[name]}
        half.having = half.having or half.known
    shared = [name for name in halves[0].columns if name != first and name in halves[1].columns]
    columns = (*shared, first, second, frame.relation)
    inner = ["  { " + half.written().sparql.replace("\n", "\n  ") + " }" for half in halves]
    head = " ".join(["SELECT", *(f"?{name}" for name in columns[:-1]), f"({expression} AS ?{frame.relation})"])
    return Compiled("\n".join([head, "WHERE {", *inner, "}"]), columns, frame.relation)


# ---------------------------------------------------------------- things


def _things(frame: Frame) -> list[str]:
    """Return the pattern of what is asked for within its extent."""
    extent, subject = frame.extent, frame.subject
    lines = list(subject_of(subject)["base"])
    if subject == "indicator":
        lines = [*_selected(frame), *lines]
        lines.append(f"VALUES ?period {{ {codes('period-', extent.periods or ('annual',))} }}")
        if frame.owner == "project":
            lines.append("FILTER(BOUND(?project))")
        if frame.owner == "department":
            lines.append("FILTER(!BOUND(?project))")
    if subject == "indicator" and frame.group == "department":
        lines = [line for line in lines if "jx:department" not in line] + [piece("published")]
    if subject == "department":
        lines += within(extent.placed)
        if extent.years:
            lines.append(piece("dated_department", years=" ".join(pieces.of_years(extent, "dated"))))
    elif subject in ("indicator", "project") and extent.places:
        lines += ["OPTIONAL { ?documentNode jx:department ?publisher }", *within(extent, "department", "publisher")]
    elif subject == "rule":
        lines += within(extent) + pieces.judged(extent, "", "rule", "?node")
    else:
        lines += within(extent)
    if subject == "finding":
        lines += pieces.judged(extent, "", "rule", "?node")
    return lines + _of_extent(extent, subject)


def _selected(frame: Frame) -> list[str]:
    """Return what restricts indicators to those meant; grouped by topic, each says which it is of."""
    if frame.group != "topic":
        return selected(frame.of, "indicator")
    ways = []
    for topic in frame.of[0].parts:
        named = f"BIND({pieces.literal(topic.label)} AS ?topic)"
        ways.append(f"{{ {' '.join(selected((topic,), 'indicator'))} {named} }}")
    return [" UNION ".join(ways)]


def _of_extent(extent: Extent, subject: str) -> list[str]:
    lines = []
    found = [f"<{iri}>" for _, iris in extent.projects for iri in iris]
    if found and subject == "finding":
        lines.append(piece("about_project", found=" ".join(found)))
    elif found:
        if subject == "department":
            lines.append("?entry a jx:ProjectEntry ; jx:department ?department ; jx:project ?project .")
        lines.append(f"FILTER(?project IN ({', '.join(found)}))")
    if extent.forms:
        node = subject_of(subject)["node"]
        kinds = codes("form-", (kind for _, kind in extent.forms))
        lines.append(f"VALUES ?formKind {{ {kinds} }} ?{node} jx:formKind ?formKind .")
    if extent.categories:
        lines.append(f"VALUES ?category {{ {pieces.literals(extent.categories)} }} ?entry jx:category ?category .")
    if extent.documents:
        kinds = codes("document-", (kind for _, kind in extent.documents))
        node = "?documentNode"
        if subject == "department":
            node = "?anyDocument jx:department ?department . ?anyDocument"
        lines.append(f"VALUES ?wantedKind {{ {kinds} }} {node} jx:documentKind ?wantedKind .")
    return lines


def _figures(metrics: Iterable[Metric]) -> str:
    figures = [each for each in metrics if each.name == "figure"]
    labels = pieces.literals(each.label or "" for each in figures)
    return f"VALUES ?label {{ {labels} }} {pieces.phase_of(figures[0], 'fact')}"


# ---------------------------------------------------------------- lists


def _listed(frame: Frame) -> Query:
    subject = frame.subject
    where, columns = _things(frame), list(subject_of(subject)["columns"])
    if subject == "figure":
        return _listed_figures(frame, where, columns)
    met = conditions(frame, condition_text)
    where += met.lines
    if subject == "indicator":
        where.append(piece("first_printing", node="indicator"))
    order: list[str] = []
    value = None
    if frame.metric:
        value, lines, more = _valued(frame.metric, frame)
        where += lines
        columns += more
        order.append(f"{_WAYS[frame.order or 'down']}(?{value})")
    columns += met.columns
    for metric in frame.show:
        if metric.name not in columns:
            lines, name = _shown(metric, frame)
            where += lines
            columns.append(name)
    if subject == "project" and "indicator" not in met.columns:  # else the line of the indicator says more
        where.append(_place(where))
    columns += _sources(frame, columns)
    order += [f"?{name}" for name in _ORDER if name in columns]
    return Query(where, columns, order, value=value)


def _listed_figures(frame: Frame, where: list[str], columns: list[str]) -> Query:
    metrics = frame.show
    order = ["?label", "?departmentName", "?year", "?line"]
    if frame.metric:
        metrics = (*metrics, frame.metric)
        order.insert(0, f"{_WAYS[frame.order or 'down']}(?value)")
    where.append(_figures(metrics))
    where += conditions(frame, condition_text).lines
    return Query(where, [*columns, "line"], order, {"line": "MIN(?stated)"}, "value")


def _valued(metric: Metric, frame: Frame) -> tuple[str, list[str], list[str]]:
    """Return the variable of what things are ordered by, what binds it, and the columns that show it."""
    if metric.name == "target":
        return "bound", pieces.bound(metric), ["bound", "unitText"]
    return metric.name, pieces.measured(metric, frame.subject, frame.extent), [metric.name]


def _shown(metric: Metric, frame: Frame) -> tuple[list[str], str]:
    if metric.name == "actual":
        return ["OPTIONAL { ?indicator jx:actualText ?actualText }"], "actualText"
    if metric.name == "reason" and frame.subject == "indicator":
        return ["?indicator jx:reason ?reason ."], "reason"
    if metric.name == "reason":
        return [piece("reasons")], "reason"
    lines = pieces.measured(metric, frame.subject, frame.extent)
    if frame.subject == "department" or metric_of(metric.name).get("needed"):
        return lines, metric.name
    return [f"OPTIONAL {{ {' '.join(lines)} }}"], metric.name


def _place(where: list[str]) -> str:
    """Return what binds the line of a project."""
    if any(line.startswith("?plan ") for line in where):
        return "OPTIONAL { ?plan prov:wasDerivedFrom/jx:line ?planLine } " + piece("place", first="?planLine, ")
    return piece("place", first="")


def _sources(frame: Frame, columns: list[str]) -> list[str]:
    if frame.subject in ("project", "indicator"):
        return ["document", "line"]
    if frame.subject != "department":
        return []
    told = (*frame.show, *filter(None, [frame.metric]))
    if any(metric_of(each.name).get("planned") for each in told):
        return ["year", "document", "line"]
    return ["document", "line"] if "document" in columns else []


# ---------------------------------------------------------------- numbers


def _folded(frame: Frame, name: str) -> Query:
    """Return the query of one number of all things, or of those of each group, called ``name``."""
    keys = list(patterns()["group"].get(frame.group or "", []))
    fold = _count if frame.fold == "count" else _reckoned
    query = fold(frame, keys, name)
    if frame.group == "year" and not frame.order:
        query.order = ["?year"]
    elif keys:
        query.order = [f"{_WAYS[frame.order or 'down']}(?{name})", *(f"?{key}" for key in keys)]
    query.value = name
    return query


def _reckoned(frame: Frame, keys: list[str], name: str) -> Query:
    subject, metric = frame.subject, frame.metric
    assert metric is not None
    where = [*_things(frame), *conditions(frame, condition_text).lines]
    node, counted = str(subject_of(subject)["node"]), patterns()["counts"].get(subject, "count")
    if subject == "figure":
        node, variable, lines = "department", "value", [_figures([metric])]
    else:
        variable, lines, _ = _valued(metric, frame)
    where += lines
    if subject == "indicator":
        where.append(piece("first_printing", node="indicator"))
    if metric.name in ("target", "actual") and not pieces.rates(metric):
        keys = [*keys, "unitText"]
    keys = list(dict.fromkeys(keys))
    # One value for each thing, however often it is printed.
    inner = " ".join(f"?{key}" for key in (*keys, node, "documentNode", variable))
    if subject == "figure":
        inner = inner.replace(" ?documentNode", "")
    where = [f"{{ SELECT DISTINCT {inner} WHERE {{\n  {body(where)}\n}} }}"]
    aggregates = {name: _FOLDS[frame.fold].format(variable), counted: f"COUNT(DISTINCT ?{node})"}
    having = ""
    if frame.fold == "only":
        having = f"MIN(?{variable}) = MAX(?{variable})"
    known = f"{aggregates[counted]} > 0"
    return Query(where, [*keys, name, counted], [], aggregates, having=having, known=known)


def _count(frame: Frame, keys: list[str], name: str) -> Query:
    subject = frame.subject
    where = [*_things(frame), *conditions(frame, condition_text).lines]
    counts = {name: f"COUNT(DISTINCT ?{subject_of(subject)['node']})"}
    if subject == "indicator":
        if not frame.extent.periods:
            where = [line for line in where if not line.startswith("VALUES ?period")]
        where += patterns()["piece"]["counting"]
        where.append(f"BIND(IF(?firstly && ?period = jxc:period-{frame.extent.period}, ?indicator, ?none) AS ?counted)")
        counts = {name: "COUNT(DISTINCT ?counted)", "withMediumTerm": "COUNT(DISTINCT ?once)"}
        counts["printed"] = "COUNT(DISTINCT ?indicator)"
    if frame.group in _GROUPED and frame.group != subject:
        return _count_of_each(frame, where, keys, counts)
    return Query(where, [*keys, *counts], [], counts)


def _count_of_each(frame: Frame, where: list[str], keys: list[str], counts: dict[str, str]) -> Query:
    """Return the query of how many each department or project has; none is told where that is what is asked for."""
    group = str(frame.group)
    if frame.subject == "finding" and group == "project":
        where = [*where, piece("found_of_project_named")]
    owner = subject_of(group)["keys"]
    found = " ".join(f"({value} AS ?{name}Found)" for name, value in counts.items())
    inner = f"{{ SELECT {owner} {found} WHERE {{\n  {body(where)}\n}} GROUP BY {owner} }}"
    placed = Frame(group, replace(frame.extent.placed, years=frame.extent.years))
    lines = [*_things(placed), f"OPTIONAL {inner}"]
    lines += [f"BIND(COALESCE(?{name}Found, 0) AS ?{name})" for name in counts]
    if frame.order != "up" and not any(topic.above for topic in frame.of):
        lines.append(f"FILTER(?{next(iter(counts))} > 0)")
    return Query(lines, [*keys, *counts])
