"""What answers queries: the shapes of a question and its answer, whichever way it is found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from jixiao_service.negotiation import Choice, choose_all


@dataclass(frozen=True, slots=True)
class Query:
    """Hold a query as it was asked: text, data set, the format for each kind of result, and its own limits.

    ``seconds`` and ``rows`` of None are the server's limits; ``query_id`` names the query while it runs; ``broker`` is
    the beginning of the addresses that it may call.
    """

    text: str
    choices: Mapping[str, Choice | None] = field(default_factory=lambda: choose_all(None, "json"))
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base_iri: str | None = None
    seconds: float | None = None
    rows: int | None = None
    query_id: str | None = None
    broker: str | None = None


class Answer(Protocol):
    """Hold a complete result: nothing of it is still to be computed."""

    kind: str
    choice: Choice
    version: str
    query_id: str
    rows: int
    truncated: bool
    seconds: float
    size: int

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body; it can be read once."""

    def body(self) -> bytes:
        """Return the whole body, for answers known to be small."""


class Engine(Protocol):
    """Answer queries within limits; failures are ``Problem``."""

    async def start(self) -> None:
        """Get ready to answer."""

    async def stop(self) -> None:
        """End everything that runs."""

    async def answer(self, query: Query, on_long: Callable[[], None] | None = None) -> Answer:
        """Answer a query; ``on_long`` is called when it turns out to take its time."""

    async def change(self, body: bytes, **order: Any) -> dict[str, Any]:
        """Carry out a change; the next query sees it."""

    async def version(self) -> str:
        """Return the version of the data that the next query sees."""


Row = dict[str, str | None]


async def select(engine: Engine, text: str, **limits: Any) -> list[Row]:
    """Answer a SELECT of the service's own: one dictionary a row, lexical values by variable, None where unbound."""
    import json

    answer = await engine.answer(Query(text, **limits))
    result = json.loads(answer.body())
    names = result["head"]["vars"]
    return [
        {name: row[name]["value"] if name in row else None for name in names} for row in result["results"]["bindings"]
    ]
