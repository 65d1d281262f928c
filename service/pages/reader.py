"""Ask the queries of a page: files in ``queries/``, filled with terms, answered once for each version of the data."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg.vocab import PREFIXES
from service.engine import Engine, Query, Row
from service.problems import Problem

if TYPE_CHECKING:
    from starlette.datastructures import State

Value = NamedNode | Literal | int | None | Iterable[NamedNode | Literal]

_PLACE = re.compile(r"\$([a-z_]+)")
_KEPT_ROWS = 400_000  # rows of answers remembered, over all queries


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Hold one query of the pages: titles from its first line, text with ``$places``."""

    title: str
    title_en: str
    text: str

    def filled(self, values: dict[str, Value]) -> str:
        """Return the query with its places filled; a line whose place has no value is left out."""
        lines = []
        for line in self.text.splitlines():
            if all(values.get(name) is not None for name in _PLACE.findall(line)):
                lines.append(_PLACE.sub(lambda place: _term(values[place[1]]), line))
        return "\n".join(lines)


def _term(value: Value) -> str:
    if isinstance(value, NamedNode | Literal | int):
        return str(value)
    assert value is not None
    return " ".join(map(str, value))


def node(iri: str) -> NamedNode:
    """Return an IRI as a term; what is no IRI is a ``Problem``."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise Problem("bad-parameters", reason=f"IRI: {iri[:200]!r}") from error


@cache
def page_query(name: str) -> PageQuery:
    """Return a query of the pages by name."""
    text = (Path(__file__).with_name("queries") / f"{name}.rq").read_text("utf-8")
    head, _, body = text.partition("\n")
    title, _, title_en = head.lstrip("# ").partition(" | ")
    return PageQuery(title, title_en, body)


def with_prefixes(text: str) -> str:
    """Return a query with the prefixes it uses declared, for reading and for other endpoints."""
    used = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(PREFIXES.items()) if re.search(rf"\b{name}:", text)]
    return "\n".join([*used, text])


class Memory:
    """Remember answers for as long as the data stays as it is; the least recently used go first."""

    def __init__(self) -> None:
        self._version = ""
        self._rows = 0
        self._answers: OrderedDict[str, list[Row]] = OrderedDict()

    def find(self, version: str, text: str) -> list[Row] | None:
        """Return a remembered answer of this version."""
        if version != self._version:
            self._version, self._rows = version, 0
            self._answers.clear()
        if text in self._answers:
            self._answers.move_to_end(text)
        return self._answers.get(text)

    def keep(self, version: str, text: str, rows: list[Row]) -> None:
        """Remember an answer, when it is of the version at hand."""
        if version != self._version or text in self._answers:
            return
        self._answers[text] = rows
        self._rows += len(rows) + 1
        while self._rows > _KEPT_ROWS:
            self._rows -= len(self._answers.popitem(last=False)[1]) + 1


@dataclass(slots=True)
class Asked:
    """Hold one query a page has asked, to be shown on it."""

    title: str
    title_en: str
    text: str
    rows: int


@dataclass(slots=True)
class Reader:
    """Ask for one page, and remember what was asked."""

    engine: Engine
    memory: Memory
    version: str
    asked: list[Asked] = field(default_factory=list)

    async def rows(self, name: str, /, **values: Value) -> list[Row]:
        """Answer a query of the pages: one dictionary a row, lexical values by variable, None where unbound."""
        query = page_query(name)
        return await self.select(query.filled(values), query.title, query.title_en)

    async def row(self, name: str, /, **values: Value) -> Row | None:
        """Return the first row of an answer, or None."""
        rows = await self.rows(name, **values)
        return rows[0] if rows else None

    async def select(self, text: str, title: str, title_en: str) -> list[Row]:
        """Answer any SELECT, as ``rows`` does."""
        rows = self.memory.find(self.version, text)
        if rows is None:
            answer = await self.engine.answer(Query(text))
            rows = _rows(answer.body())
            self.memory.keep(answer.version, text, rows)
        if title:
            self.asked.append(Asked(title, title_en, with_prefixes(text.strip()), len(rows)))
        return rows


def _rows(body: bytes) -> list[Row]:
    result = json.loads(body)
    names = result["head"]["vars"]
    return [
        {name: row[name]["value"] if name in row else None for name in names} for row in result["results"]["bindings"]
    ]


async def open_reader(state: State) -> Reader:
    """Return a reader over the service's engine."""
    if not hasattr(state, "page_memory"):
        state.page_memory = Memory()
    return Reader(state.engine, state.page_memory, await state.engine.version())
