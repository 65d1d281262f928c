"""The library of example queries: ``queries/*.rq``, each with title, description and parameters in its head.

A file is a complete query with its default values; a parameter is a ``VALUES ?name { … }`` clause, described by a line
``#parameter name type default description``. The project's prefixes need no declaration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jixiao.resources import resource
from jixiao.vocab import PREFIXES

_HEAD = re.compile(r"^#(\w+)\s+(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """Hold one example query."""

    name: str
    title: str
    title_en: str
    description: str
    description_en: str
    text: str


def with_prefixes(text: str) -> str:
    """Return a query with the prefixes it uses declared, for reading and for endpoints that do not know them."""
    used = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(PREFIXES.items()) if re.search(rf"\b{name}:", text)]
    return "\n".join([*used, text])


def _read_example(path: Path) -> ExampleQuery:
    source = path.read_text("utf-8")
    head = {key: value.strip() for key, value in _HEAD.findall(source) if key != "parameter"}
    text = "\n".join(line for line in source.splitlines() if not _HEAD.match(line))
    return ExampleQuery(path.stem, **head, text=text.strip() + "\n")


@cache
def example_queries() -> Mapping[str, ExampleQuery]:
    """Return the example queries by name, sorted."""
    folder = resource("service", "queries")
    return {path.stem: _read_example(path) for path in sorted(folder.glob("*.rq"))}
