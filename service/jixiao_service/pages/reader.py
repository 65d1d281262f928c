"""Ask the queries of a page: files in ``queries/``, filled with terms, answered once for each version of the data."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from jixiao_service.answers import Row
from jixiao_service.engine import Engine
from jixiao_service.library import with_prefixes
from jixiao_service.problems import Problem

if TYPE_CHECKING:
    from starlette.datastructures import State

Value = NamedNode | Literal | int | None | Iterable[NamedNode | Literal]

_PLACE = re.compile(r"\$([a-z_]+)")
_KEPT_ROWS = 400_000  # rows remembered, over all queries


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

    What is being worked out is not begun twice, what failed is not kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.version = ""
        self._weight = 0
        self._tasks: OrderedDict[Hashable, asyncio.Task[Any]] = OrderedDict()

    def show(self, version: str) -> None:
        """Forget what was of another version of the data than the present one."""
        if version != self.version:
            self.version, self._weight = version, 0
            self._tasks.clear()

    def begin(self, version: str, key: Hashable, work: Callable[[], Coroutine[None, None, Any]]) -> asyncio.Task[Any]:
        """Return the task that works something out, begun unless it has been for this version of the data."""
        if version != self.version:
            return asyncio.create_task(work())  # of who began before the data changed
        if key not in self._tasks:
            task = self._tasks[key] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._keep(key, done))
        self._tasks.move_to_end(key)
        return self._tasks[key]

    async def rows(self, version: str, text: str) -> list[Row]:
        """Return the answer to a query of this version of the data."""
        rows: list[Row] = await asyncio.shield(self.begin(version, text, lambda: self._engine.select(text)))
        return rows

    def _keep(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._tasks.get(key) is not task:
            return
        if task.cancelled() or task.exception():
            del self._tasks[key]
            return
        self._weight += _weight(task)
        while self._weight > _KEPT_ROWS and (oldest := next(iter(self._tasks.values()))).done():
            self._tasks.popitem(last=False)
            self._weight -= _weight(oldest)


def _weight(task: asyncio.Task[Any]) -> int:
    """Return how many rows a result counts for; a row takes some hundred bytes."""
    result = task.result()
    if isinstance(result, bytes):
        return len(result) // 100
    if isinstance(result, list):
        return len(result) + 1
    return 100


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
    version = await state.engine.version()
    state.page_memory.show(version)
    return PageReader(state.page_memory, version)
