"""Answer queries in threads of the service itself, straight from the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from kg.store import open_store
from kg.vocab import PREFIXES
from service.engine import Query
from service.negotiation import BOOLEAN, GRAPH, SOLUTIONS, Choice, offers
from service.problems import Problem

if TYPE_CHECKING:
    from kg.store.protocol import Store
    from service.settings import ServiceSettings


@dataclass(slots=True)
class DirectAnswer:
    """Hold a result in memory."""

    kind: str
    choice: Choice
    version: str
    query_id: str
    content: bytes
    seconds: float
    rows: int = -1
    truncated: bool = False

    @property
    def size(self) -> int:
        """Return the number of bytes of the body."""
        return len(self.content)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body."""
        yield self.content

    def body(self) -> bytes:
        """Return the body."""
        return self.content


class DirectEngine:
    """Answer from a store that this process has open for reading."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._store: Store | None = None

    async def start(self) -> None:
        """Open the store."""
        self._store = open_store(self._settings.store, read_only=True)

    async def stop(self) -> None:
        """Close the store."""
        if self._store:
            self._store.close()

    async def version(self) -> str:
        """Return the data version."""
        assert self._store
        return self._store.data_version()

    async def answer(self, query: Query) -> DirectAnswer:
        """Answer in a thread; the result is serialised in the thread that asked."""
        return await asyncio.to_thread(self._answer, query)

    def _answer(self, query: Query) -> DirectAnswer:
        from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat

        assert self._store
        started = time.perf_counter()
        results = self._store.query(
            query.text,
            prefixes=PREFIXES,
            default_graphs=query.default_graphs,
            named_graphs=query.named_graphs,
        )
        if isinstance(results, QuerySolutions):
            kind = SOLUTIONS
        else:
            kind = BOOLEAN if isinstance(results, QueryBoolean) else GRAPH
        choice = query.choices[kind]
        if choice is None:
            raise Problem("not-acceptable", offers=", ".join(offers(kind)))
        if isinstance(results, QuerySolutions | QueryBoolean):
            content = results.serialize(format=QueryResultsFormat.from_extension(choice.format.name))
        else:
            content = results.serialize(format=RdfFormat.from_extension(choice.format.name))
        seconds = time.perf_counter() - started
        return DirectAnswer(
            kind, choice, self._store.data_version(), query.query_id or uuid4().hex, content or b"", seconds
        )
