"""Write the small parts of SPARQL that queries of questions are put together of, from ``tables.toml``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from string import Template
from typing import Any

from jixiao.asking.frames import Column, NotUnderstoodError, Of, Scope
from jixiao.asking.vocabulary import ANYTHING, Topic, data, plain

_VARIABLE = re.compile(r"\?\w+")
_FIRST = ("?", "VALUES", "{")  # how patterns begin that bind something, whatever else is known
_LATER = re.compile(r"OPTIONAL|BIND|FILTER|MINUS")


def tables() -> dict[str, Any]:
    """Return the tables and columns that can be asked for."""
    return data("tables")


def table_of(name: str) -> dict[str, Any]:
    """Return what is known of a table: its label, unit, node, columns and patterns."""
    found: dict[str, Any] = tables()["table"][name]
    return found


def column_of(name: str) -> dict[str, Any]:
    """Return what is known of a column: its label, unit and patterns."""
    found: dict[str, Any] = tables()["column"][name]
    return found


def filled(template: str, **values: str) -> str:
    """Return a pattern with its places filled."""
    return Template(template).substitute(values)


def piece(name: str, **values: str) -> str:
    """Return one of the small patterns with its places filled."""
    return filled(tables()["piece"][name], **values)


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


def body(where: Iterable[str]) -> str:
    """Return patterns, each once: what is asked for and what is shown may need the same.

    What binds something whatever else is known stands first, an OPTIONAL whose variables no later pattern needs last
    (filters see the whole group anyway): engines join only what stands between two of them, and one that stands early
    makes them list everything first.
    """
    lines = list(dict.fromkeys(where))
    early = [line for line in lines if line.startswith(_FIRST) and not _LATER.search(line.split("{")[0])]
    lines = [*early, *(line for line in lines if line not in early)]
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


def within(scope: Scope, *variables: str) -> list[str]:
    """Return what restricts departments and the year; departments and regions named together are alternatives.

    ``variables`` are those of departments, any of which may be meant (the unit, or who publishes its document).
    """
    tests = []
    for name in variables or ("department",):
        tests += [test.replace("?department", f"?{name}") for test in _places(scope)]
    lines = of_years(scope, "year")
    if tests:
        lines.insert(0, f"FILTER({' || '.join(tests)})")
    return lines


def _places(scope: Scope) -> list[str]:
    places = []
    for _, found in scope.departments:
        places.append(f"BOUND(?department) && ?department IN ({', '.join(f'<{iri}>' for iri in found)})")
    for region in scope.regions:
        if region.zone:
            places.append(piece("zone", zone=literal(region.zone)))
        else:
            places.append(piece("region", code=region.code))
    return places


def of_years(scope: Scope, variable: str) -> list[str]:
    """Return what restricts a variable to the years that were named."""
    if not scope.years:
        return []
    years = ", ".join(f'"{each}"^^xsd:gYear' for each in scope.years)
    return [f"FILTER(?{variable} IN ({years}))"]


# ---------------------------------------------------------------- indicators


def selected(of: Of, parted: bool = False) -> list[str]:
    """Return what restricts ``?indicator`` to those meant, each once; ``parted`` says which of the first's parts."""
    lines = []
    for number, topic in enumerate(of):
        name = f"of{number or ''}"
        if parted and topic.parts:
            lines.append(" UNION ".join(_part(each, name) for each in topic.parts))
        else:
            union = " UNION ".join(f"{{ {way} }}" for way in _ways(topic, name))
            lines.append(f"{{ SELECT DISTINCT ?indicator WHERE {{ {union} }} }}")
    return lines


def _part(topic: Topic, name: str) -> str:
    union = " UNION ".join(f"{{ {way} }}" for way in _ways(topic, name))
    return f"{{ {{ SELECT DISTINCT ?indicator WHERE {{ {union} }} }} BIND({literal(topic.label)} AS ?topic) }}"


def _ways(topic: Topic, name: str) -> list[str]:
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
        if topic.exact or topic.own:
            paths = paths[:1]
        ways += [f"?indicator a jx:Indicator ; {path} ?{name}Held FILTER({held})" for path in paths]
    return ways


def rates(column: Column) -> bool:
    """Say whether a column is satisfaction, whose targets are percentages."""
    return any(topic.rates_satisfaction for topic in column.of)


def measured(column: Column, table: str, scope: Scope) -> list[str]:
    """Return the pattern that binds a column of a table to the variable of its name."""
    known = column_of(column.name)
    if "plan" in known and table in tables()["plan"]:
        lines = [*tables()["plan"][table], *known["plan"]]
    elif table in known:
        years = " ".join(of_years(scope, "spendingYear"))
        dated = " ; jx:year ?spendingYear" if years else ""
        period = scope.periods[0] if scope.periods else "annual"
        values = {"dated": dated, "years": years, "label": literal(column.label or ""), "period": period}
        lines = [filled(line, phase=phase_of(column, "stating"), **values) for line in known[table]]
    elif table == "indicator":
        tie = table_of("project")["tie"]["indicator"]
        lines = [tie, table_of("project")["entry"], *measured(column, "project", scope)]
    else:
        raise NotUnderstoodError("unsupported", (column.label or known["label"],))
    if table == "department" and known.get("planned"):
        lines += of_years(scope, "year")
    return lines


def has_column(name: str, table: str) -> bool:
    """Say whether a table has a column of its own."""
    known = column_of(name)
    return table in known or ("plan" in known and table in tables()["plan"])


def phase_of(column: Column, node: str) -> str:
    """Return what keeps a figure to those of the budget or of the final accounts."""
    if not column.phase:
        return ""
    return filled(tables()["phase"][column.phase], node=node)
