"""Count the rows of a result while it is written, and cut it after the last row that is allowed.

The engine writes JSON, XML, CSV and TSV in one pass without looking back; a meter sees the bytes go by. In JSON a quote
inside a string is escaped and in XML so is ``<``: what separates two rows cannot occur inside a value. In JSON a row
that binds nothing counts together with the row before it.
"""

from __future__ import annotations


class ResultFullError(Exception):
    """Stop the engine: the result has as many rows as it may have."""


class RowMeter:
    """Pass bytes through until ``limit`` rows are complete; ``tail`` then closes what was cut."""

    separator = b""
    tail = b""
    ahead = 0  # separators that come before the second row
    keep = 0  # bytes of the separator that belong to the row before it

    def __init__(self, limit: int) -> None:
        self._limit = limit + self.ahead
        self._seen = 0
        self._rest = b""
        self.rows_cut = False

    def feed(self, data: bytes) -> bytes:
        """Return what may be passed on now; a separator may straddle two calls. Raise nothing."""
        data = self._rest + data
        count = data.count(self.separator)
        if self._seen + count >= self._limit:
            at = -1
            for _ in range(self._limit - self._seen):
                at = data.find(self.separator, at + 1)
            self.rows_cut = True
            self._rest = b""
            return data[: at + self.keep] + self.tail
        self._seen += count
        held = self._held(data)
        self._rest = data[len(data) - held :]
        return data[: len(data) - held]

    def _held(self, data: bytes) -> int:
        """Return how many bytes at the end may be the beginning of a separator."""
        for size in range(min(len(self.separator) - 1, len(data)), 0, -1):
            if data.endswith(self.separator[:size]):
                return size
        return 0

    def finish(self) -> bytes:
        """Return what was held back."""
        rest, self._rest = self._rest, b""
        return rest


class JsonMeter(RowMeter):
    """Meter SPARQL 1.1 Query Results JSON; a row ends before ``},{"``."""

    separator = b'},{"'
    tail = b"]}}"
    keep = 1


class XmlMeter(RowMeter):
    """Meter SPARQL Query Results XML; the row too many begins with ``<result>``."""

    separator = b"<result>"
    tail = b"</results></sparql>"
    ahead = 1


class TsvMeter(RowMeter):
    """Meter TSV: a line a row after the head; line breaks inside values are escaped. The row too many is cut."""

    separator = b"\n"
    ahead = 1
    keep = 1

    def feed(self, data: bytes) -> bytes:
        """Return what may be passed on; a full result is cut only when another row follows."""
        if self._seen == self._limit and data:
            self.rows_cut = True
            return b""
        count = data.count(b"\n")
        if self._seen + count < self._limit:
            self._seen += count
            return data
        at = -1
        for _ in range(self._limit - self._seen):
            at = data.find(b"\n", at + 1)
        self._seen = self._limit
        self.rows_cut = at + 1 < len(data)
        return data[: at + 1]


class CsvMeter(TsvMeter):
    """Meter CSV, where a quoted value may hold line breaks."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._quoted = False

    def feed(self, data: bytes) -> bytes:
        """Return what may be passed on."""
        if b'"' not in data and not self._quoted:
            return super().feed(data)
        # Line breaks inside quotes do not count: they are hidden while the rows are counted.
        parts = data.split(b'"')
        for position, part in enumerate(parts):
            if (position % 2 == 1) != self._quoted:
                parts[position] = part.replace(b"\n", b" ")
        self._quoted ^= len(parts) % 2 == 0
        return data[: len(super().feed(b'"'.join(parts)))]


METERS: dict[str, type[RowMeter]] = {"json": JsonMeter, "xml": XmlMeter, "csv": CsvMeter, "tsv": TsvMeter}
