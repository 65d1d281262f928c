"""Hold complete results: in memory while they are small, else in a file that has no name."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import quoteattr

from jixiao_service.negotiation import Choice

_IN_MEMORY = 4 << 20
_PART = 1 << 18


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
class WorkerAnswer:
    """Hold a complete result of a worker.

    ``truncated`` says that it was cut after ``rows``, the limit; ``note`` is the address a cut result links to;
    ``empty`` says that a graph has no triples; ``worker_seconds`` are those of evaluating and writing alone.
    """

    kind: str
    choice: Choice
    version: str
    query_id: str
    seconds: float
    truncated: bool
    rows: int
    empty: bool
    worker_seconds: float
    content: Body
    note: str | None = None

    @property
    def size(self) -> int:
        """Return the number of bytes, without the link of a cut result."""
        return self.content.size

    def body(self) -> bytes:
        """Return the whole body."""
        whole = self.content.whole()
        return with_link(whole, self.choice.format.name, self.note) if self.note else whole

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body."""
        note = self.note
        try:
            async for part in self.content.parts():
                yield with_link(part, self.choice.format.name, note) if note else part
                note = None
        finally:
            self.content.close()


def with_link(start: bytes, name: str, link: str) -> bytes:
    """Return the start of a body with the link that says it was cut, where the format has a place for one.

    JSON and XML results have ``link`` in their head (SPARQL 1.1 Query Results JSON, section 3.1.2); Turtle and its
    relatives have comments. CSV, TSV and JSON-LD have neither: there the header says it.
    """
    import json

    if name == "json" and start.startswith(b'{"head":{'):
        return b'{"head":{"link":[' + json.dumps(link).encode() + b"]," + start[9:]
    if name == "xml":
        return start.replace(b"</head>", f"<link href={quoteattr(link)}/></head>".encode(), 1)
    if name in ("ttl", "nt", "nq", "trig"):
        return f"# 结果不完整 (cut): {link}\n".encode() + start
    if name == "rdf":
        head, mark, rest = start.partition(b"?>")
        return head + mark + f"<!-- 结果不完整 (cut): {link.replace('--', '%2D%2D')} -->".encode() + rest
    return start
