"""The library of example queries: ``queries/*.rq``, each with title, description and parameters in its head.

A file is a complete query with its default values; a parameter is a ``VALUES ?name { … }`` clause whose content is
exchanged. The project's prefixes need no declaration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from jixiao.resources import resource
from jixiao.vocab import PREFIXES
from jixiao_service.problems import Problem

_HEAD = re.compile(r"^#(\w+)\s+(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """Hold one parameter: its name, its type (decimal, integer, year, text, iri), default and description."""

    name: str
    type: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """Hold one example query."""

    name: str
    title: str
    title_en: str
    description: str
    description_en: str
    parameters: tuple[Parameter, ...]
    text: str

    def filled(self, values: Mapping[str, str] | None = None) -> str:
        """Return the query with ``values`` in the place of the defaults; a value that does not fit is a ``Problem``."""
        text = self.text
        for parameter in self.parameters:
            if values and parameter.name in values:
                clause = re.compile(r"VALUES\s+\?" + parameter.name + r"\s*\{[^{}]*\}", re.IGNORECASE)
                term = _term(parameter, values[parameter.name].strip())
                before, after = clause.split(text)
                text = f"{before}VALUES ?{parameter.name} {{ {term} }}{after}"
        return text


def with_prefixes(text: str) -> str:
    """Return a query with the prefixes it uses declared, for reading and for endpoints that do not know them."""
    used = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(PREFIXES.items()) if re.search(rf"\b{name}:", text)]
    return "\n".join([*used, text])


def _term(parameter: Parameter, value: str) -> str:
    """Return a value as a SPARQL term."""
    try:
        if parameter.type == "decimal":
            return _decimal(value)
        if parameter.type == "integer":
            return str(int(value))
        if parameter.type == "year":
            return f'"{int(value):04d}"^^xsd:gYear'
        if parameter.type == "iri":
            return str(NamedNode(value))
    except (InvalidOperation, ValueError) as error:
        raise Problem("bad-parameters", reason=f"{parameter.name}: {value!r} ({parameter.type})") from error
    return str(Literal(value))


def _decimal(value: str) -> str:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return format(number, "f")


def _read(path: Path) -> ExampleQuery:
    source = path.read_text("utf-8")
    head: dict[str, str] = {}
    parameters = []
    for key, value in _HEAD.findall(source):
        if key == "parameter":
            name, kind, default, description = value.split(maxsplit=3)
            parameters.append(Parameter(name, kind, default, description))
        else:
            head[key] = value.strip()
    text = "\n".join(line for line in source.splitlines() if not _HEAD.match(line))
    return ExampleQuery(
        path.stem,
        head["title"],
        head["title_en"],
        head["description"],
        head["description_en"],
        tuple(parameters),
        text.strip() + "\n",
    )


@cache
def example_queries() -> Mapping[str, ExampleQuery]:
    """Return the example queries by name, sorted."""
    folder = resource("service", "queries")
    return {path.stem: _read(path) for path in sorted(folder.glob("*.rq"))}
