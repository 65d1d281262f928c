"""Count the rows of a result while it is written, and cut it after the last row that is allowed.

The engine writes JSON, XML, CSV and TSV in one pass without looking back; a meter sees the bytes go by and knows where
another row begins. In JSON a quote inside a string is escaped and in XML so is ``<``: what begins a row cannot occur
inside a value. In JSON a row that binds nothing counts together with the row before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial


class ResultFullError(Exception):
    """Stop the engine: the result has as many rows as it may have."""


class RowMeter:
    """Pass bytes through until the rows that are allowed are complete; ``tail`` then closes what was cut.

    A row begins with ``start`` and ``end``; of the first one it is so unless ``between``. ``start`` alone may be where
    two calls part; ``keep`` bytes of it belong to the row before. Nothing begins inside quotes that are ``quoting``.
    """

    def __init__(
        self, limit: int, start: bytes, end: bytes, tail: bytes, keep: int, *, between: bool, quoting: bool = False
    ) -> None:
        self._left = limit - 1 if between else limit
        self._row = re.compile(start + end, re.DOTALL)
        self._start = start
        self._tail = tail
        self._keep = keep
        self._quoting = quoting
        self._quoted = False
        self._rest = b""
        self.rows_cut = False

    def feed(self, data: bytes) -> bytes:
        """Return what may be passed on now. Raise nothing."""
        data = self._rest + data
        seen = self._outside(data)
        for row in self._row.finditer(seen):
            if not self._left:
                self.rows_cut = True
                self._rest = b""
                return data[: row.start() + self._keep] + self._tail
            self._left -= 1
        passed = len(data) - self._held(seen)
        self._rest = data[passed:]
        self._quoted ^= data.count(b'"', 0, passed) % 2 == 1
        return data[:passed]

    def _outside(self, data: bytes) -> bytes:
        """Return data with the line breaks inside quotes taken out."""
        if not self._quoting or (b'"' not in data and not self._quoted):
            return data
        parts = data.split(b'"')
        for inside in range(1 - self._quoted, len(parts), 2):
            parts[inside] = parts[inside].replace(b"\n", b" ")
        return b'"'.join(parts)

    def _held(self, data: bytes) -> int:
        """Return how many bytes at the end may begin a row."""
        return next((size for size in range(len(self._start), 0, -1) if data.endswith(self._start[:size])), 0)

    def finish(self) -> bytes:
        """Return what was held back."""
        rest, self._rest = self._rest, b""
        return rest


_lines = partial(RowMeter, start=b"\n", end=b".", tail=b"", keep=1, between=False)  # a head, then a line each

METERS: dict[str, Callable[[int], RowMeter]] = {
    "json": partial(RowMeter, start=b"},{", end=b'"', tail=b"]}}", keep=1, between=True),
    "xml": partial(RowMeter, start=b"<result", end=b">", tail=b"</results></sparql>", keep=0, between=False),
    "csv": partial(_lines, quoting=True),
    "tsv": _lines,
}
