"""Write rows, filters and columns of a frame as patterns of SPARQL, put together of those of ``tables.toml``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from string import Template
from typing import Any

from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.vocabulary import ANYTHING, Topic, data, money_units, plain

_VARIABLE = re.compile(r"\?\w+")
_FIRST = ("?", "VALUES", "{")  # how patterns begin that bind something, whatever else is known
_LATER = re.compile(r"OPTIONAL|BIND|FILTER|MINUS")
_EXCLUSIVE = {">": "lowerInclusive", "<": "upperInclusive"}
_EQUAL = {"=": "&&", "!=": "||"}
_EITHER = "COALESCE(?lower, ?upper)"
_ABOUT = ["indicator", "indicatorName", "targetText", "document", "line"]  # shown of an indicator that met a filter


Lines = list[str]  # of patterns


@dataclass(frozen=True, slots=True)
class Met:
    """Hold the patterns of filters and the columns that show what met them."""

    lines: Lines
    columns: Lines = field(default_factory=list)


def tables() -> dict[str, Any]:
    """Return the tables, columns and filters that can be asked for."""
    return data("tables")


def table_of(name: str) -> dict[str, Any]:
    """Return what is known of a table: its label, unit, node, columns and patterns."""
    found: dict[str, Any] = tables()["table"][name]
    return found


def column_of(name: str) -> dict[str, Any]:
    """Return what is known of a column: its label, unit and patterns."""
    found: dict[str, Any] = tables()["column"][name]
    return found


def filter_of(kind: str) -> dict[str, Any]:
    """Return what is known of a filter: its label and its pattern by table; nothing of those that code writes."""
    found: dict[str, Any] = tables()["filter"].get(kind, {})
    return found


def label_of(column: Column) -> str:
    """Return what a column is called."""
    return column.label or str(column_of(column.name)["label"])


def has_column(name: str, table: str) -> bool:
    """Say whether a table has a column of its own."""
    known = column_of(name)
    return table in known or ("plan" in known and table in tables()["plan"])


def filled(template: str, /, **values: str) -> str:
    """Return a pattern with its places filled."""
    return Template(template).safe_substitute(values)


def piece(name: str, /, **values: str) -> str:
    """Return one of the small patterns with its places filled."""
    return filled(tables()["piece"][name], **values)


def literal(text: str) -> str:
    """Return a text as SPARQL writes it."""
    return json.dumps(text, ensure_ascii=False)


def codes(prefix: str, keys: Iterable[str]) -> str:
    """Return codes of the ontology's lists, side by side."""
    return " ".join(f"jxc:{prefix}{key}" for key in dict.fromkeys(keys))


def contains(variable: str, text: str) -> str:
    """Return the test that a variable holds a text, whatever its blanks and letters."""
    parts = plain(text).replace('"', "").split(ANYTHING)
    return " && ".join(piece("contains", variable=variable, text=literal(part)) for part in parts)


def body(where: Iterable[str]) -> str:
    """Return patterns, each once: what is asked for and what is shown may need the same.

    What binds something whatever else is known stands first, an OPTIONAL whose variables no later pattern needs last
    (filters see the whole group anyway): engines join only what stands between two of them, and one that stands early
    makes them list everything first.
    """
    lines = list(dict.fromkeys(where))
    early = [line for line in lines if line.startswith(_FIRST) and not _LATER.search(line.split("{")[0])]
    lines = [*early, *(line for line in lines if line not in early)]
    late: Lines = []
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


# ---------------------------------------------------------------- rows


def rows_of(frame: Frame) -> Lines:
    """Return the pattern of the rows of a frame within its scope, with what is shown beside them."""
    lines = [*selected(frame.topics), *table_of(frame.table)["base"]]
    if frame.table == "indicator" and not frame.of("period"):
        lines.insert(0, f"VALUES ?period {{ {codes('period-', ['annual'])} }}")
    if frame.group == "department" and frame.table == "indicator":
        # The department whose document it stands in counts, not the unit below it that carries it out.
        lines = [line for line in lines if "jx:department ?department" not in line] + [piece("published")]
    return [*lines, *_scope_lines(frame)]


def _scope_lines(frame: Frame) -> Lines:
    return [line for each in frame.filters if each.is_scope for line in _met(each, frame).lines]


def _nested_rows(frame: Frame) -> Lines:
    """Return the pattern of rows that another frame asks for as a filter: what ties them is added there."""
    table, tests = frame.table, frame.tests
    met = tests_of(frame)
    lines = [*selected(frame.topics), table_of(table)["entry"]]
    if table == "indicator" and tests:
        lines += [line for line in table_of(table)["base"] if "jx:project" not in line] + table_of(table)["beside"]
    elif any(each.kind == "named" for each in tests):
        lines += table_of(table)["base"]
    if table == "indicator" and not frame.of("period") and tests:
        lines.append("?indicator jx:period jxc:period-annual .")
    if frame.of("period"):
        lines.append("?indicator jx:period ?period .")
    return [*lines, *met.lines, *_scope_lines(frame)]


def selected(topics: Iterable[Topic]) -> Lines:
    """Return what restricts ``?indicator`` to those meant, each once."""
    lines = []
    for number, topic in enumerate(topics):
        union = " UNION ".join(f"{{ {way} }}" for way in _ways(topic, f"of{number or ''}"))
        lines.append(f"{{ SELECT DISTINCT ?indicator WHERE {{ {union} }} }}")
    return lines


def _ways(topic: Topic, name: str) -> Lines:
    ways = []
    if topic.levels:
        levels = codes("level-", topic.levels)
        ways += [f"VALUES ?{name}Level {{ {levels} }} ?indicator jx:level{n} ?{name}Level" for n in (1, 2)]
    if topic.concepts:
        ways.append(f"VALUES ?{name}Concept {{ {codes('', topic.concepts)} }} ?indicator jx:concept ?{name}Concept")
    if topic.texts:
        held = " || ".join(contains(f"{name}Held", text) for text in topic.texts)
        paths = ["rdfs:label", "jx:project/rdfs:label"]
        if topic.exact:
            held = f"STR(?{name}Held) IN ({', '.join(map(literal, topic.texts))})"
            paths = paths[:1]
        ways += [f"?indicator a jx:Indicator ; {path} ?{name}Held FILTER({held})" for path in paths]
    return ways


# ---------------------------------------------------------------- columns


def measured(column: Column, frame: Frame) -> Lines:
    """Return the pattern that binds a column of a frame's table to the variable of its name."""
    known, table = column_of(column.name), frame.table
    years = ", ".join(frame.values("year"))
    dated = [f"FILTER(?year IN ({years}))"] * bool(table == "department" and years)
    if "plan" in known and table in tables()["plan"]:
        return [*tables()["plan"][table], *known["plan"], *dated]
    if table in known:
        values = {"dated": "", "years": "", "label": literal(column.label), "phase": phase_of(column, "stating")}
        if years:
            values |= {"dated": " ; jx:year ?spendingYear", "years": f"FILTER(?spendingYear IN ({years}))"}
        lines = [filled(line, **values) for line in known[table]]
        return [*lines, *dated] if "planned" in known else lines
    if table == "indicator":
        project = table_of("project")
        return [project["tie"]["indicator"], project["entry"], *measured(column, Frame("project", frame.filters))]
    raise NotUnderstoodError("unsupported", (label_of(column),))


def phase_of(column: Column, node: str) -> str:
    """Return what keeps a figure to those of the budget or of the final accounts."""
    if not column.phase:
        return ""
    return filled(tables()["phase"][column.phase], node=node)


# ---------------------------------------------------------------- filters


def tests_of(frame: Frame) -> Met:
    """Return the patterns of what must hold."""
    found = [_met(each, frame) for each in frame.tests]
    columns = list(dict.fromkeys(name for met in found for name in met.columns))
    if not frame.either:
        return Met([line for met in found for line in met.lines], columns)
    # A group is evaluated on its own: it must know the thing it speaks of.
    entry = table_of(frame.table)["entry"]
    return Met([" UNION ".join(f"{{ {entry} {' '.join(met.lines)} }}" for met in found)], columns)


def _met(each: Filter, frame: Frame) -> Met:
    return _MET.get(each.kind, _written)(each, frame)


def _written(each: Filter, frame: Frame) -> Met:
    """Return a filter whose pattern stands in the tables."""
    known, table = filter_of(each.kind), frame.table
    if each.topic and f"{table}_of" in known:
        table = f"{table}_of"
    patterns = known.get(table) or known["any"]
    if isinstance(patterns, str):
        patterns = [patterns]
    pieces = _pieces(each, frame)
    lines = [filled(filled(pattern, **pieces), **pieces) for pattern in patterns]  # a piece may hold others
    if "of" in known and has_column(known["of"], table):
        lines = [*measured(Column(known["of"]), frame), *lines]
    if each.negated:
        lines = [f"FILTER NOT EXISTS {{ {' '.join(lines)} }}"]
    return Met(lines, known.get("show", []))


def _pieces(each: Filter, frame: Frame) -> dict[str, str]:
    """Return what the places of patterns are filled with: the small patterns, and what the filter holds."""
    text = "".join(each.values[:1])
    found = {name: pattern for name, pattern in tables()["piece"].items() if isinstance(pattern, str)}
    found |= {"text": text, "literal": literal(text), "money": _money()}
    found |= {"contains": contains("said", text), "titled": contains("projectName", text)}
    found |= {"keys": table_of(frame.table)["keys"], "tie": table_of("indicator")["tie"].get(frame.table, "")}
    found |= {"values": " ".join(each.values), "list": ", ".join(each.values)}
    if each.topic:
        found |= {"of": " ".join(selected([each.topic])), "above": codes("level-", each.topic.above)}
    if each.kind in ("place", "elsewhere"):
        found["places"] = " || ".join(_place(value, "department") for value in each.values)
        found["publishers"] = " || ".join(_place(value, "publisher") for value in each.values)
    return found


def _money() -> str:
    return " ".join(f"({literal(spelling)} {factor})" for spelling, factor in money_units())


def _place(value: str, variable: str) -> str:
    """Return the test that a department is one of some (their IRIs), or lies in a region or zone (kind:name)."""
    if value.startswith("<"):
        return f"BOUND(?{variable}) && ?{variable} IN ({value})"
    kind, _, name = value.partition(":")
    return piece(kind, variable=variable, name=name, literal=literal(name))


def _number(each: Filter, frame: Frame) -> Met:
    assert each.column is not None
    name = each.column.name
    if name == "target":
        return Met(_interval(each))
    return Met([*measured(each.column, frame), f"FILTER({_test(f'?{name}', f'?{name}', each)})"], [name])


def _test(low: str, high: str, each: Filter) -> str:
    """Return the test of an interval whose ends are terms: both within a range, both equal, the nearer end beyond."""
    value, sign = f"{each.number:f}", each.sign
    if each.upper is not None:
        return f"{low} {sign} {value} && {high} <= {each.upper:f}"
    if sign in _EQUAL:
        return f"({low} {sign} {value} {_EQUAL[sign]} {high} {sign} {value})"
    end = low if sign[0] == ">" else high
    return f"{end} {sign} {value}"


def _interval(each: Filter) -> Lines:
    """Return what a target must be, as an interval: ≥ asks its lower end, ≤ its upper end."""
    lines, factor = ["?indicator jx:hasTargetPart? ?target ."], ""
    if each.unit == "元":
        factor = " * ?factor"
    if each.unit:
        pattern = tables()["unit"].get(each.unit, {}).get("target", tables()["piece"]["unit_is"])
        lines.append(filled(pattern, unit=literal(each.unit), units=_money()))
    lines += [f"OPTIONAL {{ ?target jx:{end}Bound ?{end} }}" for end in ("lower", "upper")]
    low, high = "?lower", "COALESCE(?upper, ?lower)"
    if factor or each.upper is not None:
        low = _EITHER
    if "upper" in each.values:
        low = high = "?upper"
    if "printed" in each.values:
        low = high = _EITHER
    low, high = f"{low}{factor}", f"{high}{factor}"
    test = _test(low, high, each)
    if each.sign in _EXCLUSIVE and each.upper is None:
        end = low if each.sign == ">" else high
        exclusive = f"EXISTS {{ ?target jx:{_EXCLUSIVE[each.sign]} false }}"
        test = f"{test} || ({end} = {each.number:f} && {exclusive})"
    return [*lines, f"FILTER({test})"]


def _valued(each: Filter, frame: Frame) -> Met:
    assert each.column is not None
    inside = " ".join(measured(each.column, frame))
    if each.negated:
        inside = f"MINUS {{ {table_of(frame.table)['entry']} {inside} }}"
    return Met([inside])


def _named(each: Filter, frame: Frame) -> Met:
    """Return what a topic restricts: the thing's own name, or that of indicators it has."""
    topic = each.topic
    assert topic is not None
    known, texts = table_of(frame.table), topic.texts or (topic.label,)
    names = [known["name"], *(["content"] if "content" in known["columns"] else [])]
    tests = [contains(name, text) for name in names for text in texts]
    tie = table_of("indicator")["tie"].get(frame.table)
    if tie and not topic.titled:
        held = " || ".join(contains("label", text) for text in texts)
        tests.append(f"EXISTS {{ {tie} ?indicator a jx:Indicator ; rdfs:label ?label FILTER({held}) }}")
    return Met([f"FILTER({' || '.join(tests)})"])


def _rows(each: Filter, frame: Frame) -> Met:
    """Return what has rows of another table, has none, or has so many."""
    other = each.rows
    assert other is not None
    known, keys = table_of(other.table), table_of(frame.table)["keys"]
    inside = list(dict.fromkeys([known["tie"][frame.table], *_nested_rows(other)]))
    years = ", ".join(frame.values("year"))
    if frame.table == "department" and years:
        inside.append(f"?{known['dated']} jx:year ?ofYear . FILTER(?ofYear IN ({years}))")
    if each.number is not None:
        return _numbered(each, other, keys, " ".join(inside))
    patterns = [" ".join(inside)]
    if each.negated:
        above = {key for topic in other.topics for key in topic.above}
        if above:  # where no level 2 was printed, it is unknown
            patterns.append(f"{known['tie'][frame.table]} {piece('unprinted', above=codes('level-', sorted(above)))}")
        return Met([f"MINUS {{ SELECT DISTINCT {keys} WHERE {{ {pattern} }} }}" for pattern in patterns])
    columns = _shown(each, frame)
    shown = " ".join([keys, *(f"?{name}" for name in columns if f"?{name}" not in keys)])
    return Met([f"{{ SELECT DISTINCT {shown} WHERE {{ {patterns[0]} }} }}"], columns)


def _numbered(each: Filter, other: Frame, keys: str, inside: str) -> Met:
    """Return what has so many rows of another table."""
    name = f"{other.table}s"
    select = f"SELECT {keys} (COUNT(DISTINCT ?{table_of(other.table)['node']}) AS ?{name}Found)"
    counted = f"OPTIONAL {{ {select} WHERE {{ {inside} }} GROUP BY {keys} }}"
    zero = f"BIND(COALESCE(?{name}Found, 0) AS ?{name})"
    return Met([counted, zero, f"FILTER({_test(f'?{name}', f'?{name}', each)})"], [name])


def _shown(each: Filter, frame: Frame) -> Lines:
    """Return the columns that show which indicator met the first such filter."""
    showing = [test for test in frame.tests if test.rows and test.rows.table == "indicator"]
    if each not in showing[:1] or not each.rows or not each.rows.tests:
        return []
    columns = [*_ABOUT]
    if any(test.kind in ("missed", "reached") for test in each.rows.tests):
        columns.append("actualText")
    if frame.table == "department":
        columns.append("projectName")
    return columns


_MET: dict[str, Callable[[Filter, Frame], Met]]
_MET = {"rows": _rows, "number": _number, "column": _valued, "named": _named}
