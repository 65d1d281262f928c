"""What is asked and what comes back: complete results, in memory while they are small, else in a nameless file."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from jixiao_service.negotiation import Choice, choose_all

_IN_MEMORY = 4 << 20
_PART = 1 << 18

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """Hold a query as it was asked: text, data set, the format for each kind of result, and its own limits.

    ``seconds`` and ``rows`` of None are the server's limits; ``query_id`` names the query while it runs; ``broker`` is
    the beginning of the addresses that it may call; ``vocabulary`` says what becomes of words that can find nothing:
    empty for no look at them, ``warn``, or ``strict`` to refuse the query.
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
    vocabulary: str = ""


class Body:
    """Take a result part by part and give it back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size = 0

    def add(self, part: bytes) -> None:
        """Take a part."""
        self.size += len(part)
        if self._file is None and self.size > _IN_MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the answer
            self._file.write(b"".join(self._parts))
            self._parts = []
        if self._file is None:
            self._parts.append(part)
        else:
            self._file.write(part)

    def whole(self) -> bytes:
        """Return everything."""
        if self._file is None:
            return b"".join(self._parts)
        self._file.seek(0)
        return self._file.read()

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield everything, a quarter of a megabyte at a time."""
        if self._file is None:
            yield b"".join(self._parts)
            return
        self._file.seek(0)
        while part := await asyncio.to_thread(self._file.read, _PART):
            yield part

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()


@dataclass(slots=True)
class QueryResult:
    """Hold a complete result: nothing of it is still to be computed.

    ``truncated`` says that it was cut after ``rows``, the limit; ``note`` is the address a cut result links to;
    ``not_called`` are the addresses of SERVICE SILENT that may not be called; ``empty`` says that a graph has no
    triples; ``warnings`` tell of words in the query that can find nothing (``QueryWarning.details``);
    ``worker_seconds`` are those of evaluating and writing alone.
    """

    choice: Choice
    version: str
    truncated: bool
    rows: int
    empty: bool
    worker_seconds: float
    content: Body
    note: str | None = None
    not_called: tuple[str, ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()

    @property
    def size(self) -> int:
        """Return the number of bytes, without the link of a cut result."""
        return self.content.size

    def body(self) -> bytes:
        """Return the whole body, for answers known to be small."""
        return self._noted(self.content.whole())

    def table(self) -> list[Row]:
        """Return SELECT results in JSON as dictionaries: lexical values by variable, None where unbound."""
        result = json.loads(self.body())
        names = result["head"]["vars"]
        rows = []
        for binding in result["results"]["bindings"]:
            row: Row = dict.fromkeys(names)
            for name, term in binding.items():
                row[name] = term["value"]
            rows.append(row)
        return rows

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body; it can be read once."""
        noted: Callable[[bytes], bytes] = self._noted
        try:
            async for part in self.content.parts():
                yield noted(part)
                noted = bytes
        finally:
            self.content.close()

    def _noted(self, start: bytes) -> bytes:
        """Return the start of the body with the link that says it was cut, where the format has a place for one.

        JSON and XML results have ``link`` in their head (SPARQL 1.1 Query Results JSON, section 3.1.2); Turtle and its
        relatives have comments. CSV, TSV and JSON-LD have neither: there the header says it. JSON has warnings, too.
        """
        link, name = self.note, self.choice.format.name
        if name == "json":
            return self._noted_json(start)
        if link is None:
            return start
        if name == "xml":
            return start.replace(b"</head>", f"<link href={quoteattr(link)}/></head>".encode(), 1)
        if name in ("ttl", "nt", "nq", "trig"):
            return f"# 结果不完整 (cut): {link}\n".encode() + start
        if name == "rdf":
            head, mark, rest = start.partition(b"?>")
            return head + mark + f"<!-- 结果不完整 (cut): {link.replace('--', '%2D%2D')} -->".encode() + rest
        return start

    def _noted_json(self, start: bytes) -> bytes:
        head = b'{"head":{'
        if not start.startswith(head):
            return start
        rest, opening = start.removeprefix(head), head
        if self.warnings:
            opening = b'{"warnings":' + json.dumps(self.warnings, ensure_ascii=False).encode() + b',"head":{'
        if self.note is not None:
            opening += b'"link":[' + json.dumps(self.note).encode() + b"],"
        return opening + rest
