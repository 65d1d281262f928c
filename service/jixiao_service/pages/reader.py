"""Ask the queries of a page: files in ``queries/``, filled with terms, answered once for each version of the data."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from jixiao_service.answers import Row
from jixiao_service.engine import Engine
from jixiao_service.library import with_prefixes
from jixiao_service.problems import Problem

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


class Memory:
    """Remember answers for as long as the data stays as it is; the least recently used go first.

    A query that is being answered is not asked twice.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._version = ""
        self._rows = 0
        self._answers: OrderedDict[str, asyncio.Task[list[Row]]] = OrderedDict()
        self._ahead: asyncio.Task[None] | None = None

    def follow(self, version: str) -> None:
        """Forget everything when the data has changed."""
        if version != self._version:
            self._version, self._rows, self._ahead = version, 0, None
            self._answers.clear()

    async def rows(self, version: str, text: str) -> list[Row]:
        """Return the answer to a query of this version of the data."""
        self.follow(version)
        answers = self._answers
        if text not in answers:
            answers[text] = asyncio.create_task(self._engine.select(text))
            answers[text].add_done_callback(lambda task: self._keep(text, task))
        answers.move_to_end(text)
        return await asyncio.shield(answers[text])

    def _keep(self, text: str, task: asyncio.Task[list[Row]]) -> None:
        """Count the rows of an answer, and let the oldest go; what failed is not kept."""
        if self._answers.get(text) is not task:
            return
        if task.cancelled() or task.exception():
            del self._answers[text]
            return
        self._rows += len(task.result()) + 1
        while self._rows > _KEPT_ROWS and (oldest := next(iter(self._answers.values()))).done():
            self._answers.popitem(last=False)
            self._rows -= len(oldest.result()) + 1

    def prepare(self, work: Callable[[], Coroutine[None, None, None]]) -> asyncio.Task[None]:
        """Begin work that is done ahead, once for each version of the data; return its task."""
        if self._ahead is None:
            self._ahead = asyncio.create_task(work())
        return self._ahead


def count_of(row: Row, name: str = "count") -> int:
    """Return a number that a query counted; unbound is 0."""
    return int(row[name] or 0)


def by_column(rows: Iterable[Row], name: str) -> dict[str | None, list[Row]]:
    """Return rows in their order by what stands in a column."""
    groups: dict[str | None, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return groups


@dataclass(slots=True)
class Asked:
    """Hold one query a page has asked, to be shown on it."""

    title: str
    title_en: str
    text: str
    rows: int = 0


@dataclass(slots=True)
class PageReader:
    """Ask for one page, and remember what was asked."""

    memory: Memory
    version: str
    asked: list[Asked] = field(default_factory=list)

    async def rows(self, name: str, /, **values: Value) -> list[Row]:
        """Answer a query of the pages: one dictionary a row, lexical values by variable, None where unbound."""
        query = page_query(name)
        text = query.filled(values)
        asked = Asked(query.title, query.title_en, with_prefixes(text.strip()))
        if asked.title:
            self.asked.append(asked)
        rows = await self.memory.rows(self.version, text)
        asked.rows = len(rows)
        return rows

    async def one(self, kind: str, iri: NamedNode) -> Row:
        """Return what the query of a kind says about one instance; nothing is a ``Problem``."""
        row = await self.row(kind, **{kind: iri})
        if row is None:
            raise Problem("not-found", reason=iri.value)
        return row

    async def row(self, name: str, /, **values: Value) -> Row | None:
        """Return the first row of an answer, or None."""
        return next(iter(await self.rows(name, **values)), None)


async def open_reader(state: State) -> PageReader:
    """Return a reader over the service's engine."""
    if not hasattr(state, "page_memory"):
        state.page_memory = Memory(state.engine)
    reader = PageReader(state.page_memory, await state.engine.version())
    reader.memory.follow(reader.version)
    return reader
