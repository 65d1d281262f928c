"""Write Parquet with exact decimals, a batch of rows at a time.

A column's precision is known only when all rows are: they wait in a temporary file meanwhile.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from jixiao.errors import UsageError
from jixiao.exporting.columns import BOOLEAN, DATE, DECIMAL, INTEGER, LIST, ColumnSpec, describe, exact_number
from jixiao.exporting.rows import Row, flat_text

_BATCH = 10_000
_DIGITS = 38  # of a decimal128


def _is_int64(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


_FITS: Mapping[str, Callable[[object], bool]] = {
    INTEGER: _is_int64,
    BOOLEAN: lambda value: isinstance(value, bool),
    DATE: lambda value: _date(value) is not None,
    LIST: lambda value: isinstance(value, list),
}
_TYPED: Mapping[str, Callable[[Any], object]] = {
    INTEGER: int,
    BOOLEAN: bool,
    DATE: _date,
    LIST: list,
    DECIMAL: lambda value: Decimal(str(value)),
}


class _ParquetColumn:
    """Learn what a column can be kept as: its own type as long as all values fit it, else text."""

    def __init__(self, column: ColumnSpec) -> None:
        self.name = column.name
        self.type = column.type
        self.whole = 1
        self.scale = 0
        self.integers = True  # in lists

    def note(self, value: object) -> None:
        """Take note of a value."""
        if value is None or self.type not in _TYPED:
            return
        fits = self._fits_decimal if self.type == DECIMAL else _FITS[self.type]
        if not fits(value):
            self.type = ""
        elif isinstance(value, list):
            self.integers = self.integers and all(isinstance(item, int) for item in value)

    def _fits_decimal(self, value: object) -> bool:
        found = exact_number(value)
        if found is None:
            return False
        _, digits, exponent = found.as_tuple()
        self.scale = max(self.scale, -int(exponent))
        self.whole = max(self.whole, len(digits) + int(exponent))
        return self.whole + self.scale <= _DIGITS

    def arrow_type(self, pa: Any) -> Any:
        """Return the type of Arrow."""
        if self.type == DECIMAL:
            return pa.decimal128(self.whole + self.scale, self.scale)
        if self.type == LIST and self.integers:
            return pa.list_(pa.int64())
        simple = {INTEGER: pa.int64, BOOLEAN: pa.bool_, DATE: pa.date32, LIST: lambda: pa.list_(pa.string())}
        return simple.get(self.type, pa.string)()

    def typed(self, value: object) -> object:
        """Return a value of this type."""
        if value is None:
            return None
        if self.type == LIST and isinstance(value, list) and not self.integers:
            return [flat_text(item) for item in value]
        return _TYPED.get(self.type, flat_text)(value)


def write_parquet(rows: Iterable[Row], columns: Sequence[str], stream: IO[bytes], table: str | None = None) -> None:
    """Write rows as Parquet, of ``table`` if they are of one; raises UsageError when pyarrow is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        message = "写 parquet 需要 pip install 'jixiao-kg[parquet]' (parquet needs an extra)"
        raise UsageError(message, "missing-extra", "parquet") from None
    kept = [_ParquetColumn(column) for column in describe(columns, table)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
        for row in rows:
            values = [row.get(column) for column in columns]
            for column, value in zip(kept, values, strict=True):
                column.note(value)
            waiting.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
        waiting.seek(0)
        schema = pa.schema([(column.name, column.arrow_type(pa)) for column in kept])
        with pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=True) as writer:
            for batch in _batches(waiting):
                arrays = []
                for place, column in enumerate(kept):
                    typed = [column.typed(row[place]) for row in batch]
                    arrays.append(pa.array(typed, column.arrow_type(pa)))
                writer.write_table(pa.table(arrays, schema=schema))


def _batches(lines: Iterable[str]) -> Iterator[list[list[Any]]]:
    rows = map(json.loads, lines)
    while batch := list(islice(rows, _BATCH)):
        yield batch
