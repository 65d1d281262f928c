"""Write Parquet with exact decimals, a batch of rows at a time.

A column's precision is known only when all rows are: they wait in a temporary file meanwhile.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any, BinaryIO

from jixiao.errors import UsageError
from jixiao.exporting.columns import BOOLEAN, DATE, DECIMAL, INTEGER, LIST, Column, describe, number
from jixiao.exporting.rows import Row, flat_text

_BATCH = 10_000
_DIGITS = 38  # of a decimal128


class _Kept:
    """Learn what each column can be kept as: numbers as exact decimals as long as all values are numbers."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.whole = 1
        self.scale = 0
        self.fits = True
        self.numbers = True

    def note(self, value: object) -> None:
        if value is None or not self.fits:
            return
        if self.column.type == DECIMAL:
            found = number(value)
            if found is None:
                self.fits = False
                return
            exponent = int(found.as_tuple().exponent)
            self.scale = max(self.scale, -exponent)
            self.whole = max(self.whole, len(found.as_tuple().digits) + exponent)
            self.fits = self.whole + self.scale <= _DIGITS
        elif self.column.type == INTEGER:
            self.fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
        elif self.column.type == BOOLEAN:
            self.fits = isinstance(value, bool)
        elif self.column.type == DATE:
            self.fits = _date(value) is not None
        elif self.column.type == LIST:
            self.fits = isinstance(value, list)
            self.numbers = self.numbers and isinstance(value, list) and all(isinstance(item, int) for item in value)

    def type(self, pa: Any) -> Any:
        if not self.fits:
            return pa.string()
        kinds = {
            INTEGER: pa.int64(),
            BOOLEAN: pa.bool_(),
            DATE: pa.date32(),
            LIST: pa.list_(pa.int64() if self.numbers else pa.string()),
        }
        if self.column.type == DECIMAL:
            return pa.decimal128(self.whole + self.scale, self.scale)
        return kinds.get(self.column.type, pa.string())

    def value(self, value: object) -> object:
        if value is None:
            return None
        if not self.fits:
            return flat_text(value)
        if self.column.type == DECIMAL:
            return Decimal(str(value))
        if self.column.type == DATE:
            return _date(value)
        if self.column.type == LIST and isinstance(value, list):
            return value if self.numbers else [flat_text(item) for item in value]
        return value if self.column.type in (INTEGER, BOOLEAN) else flat_text(value)


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def write_parquet(
    rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO | IO[bytes], table: str | None = None
) -> None:
    """Write rows as Parquet, of ``table`` if they are of one; raises UsageError when pyarrow is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        message = "写 parquet 需要 pip install 'jixiao-kg[parquet]' (parquet needs an extra)"
        raise UsageError(message, "missing-extra", "parquet") from None
    kept = [_Kept(column) for column in describe(columns, table)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
        for row in rows:
            values = [row.get(column) for column in columns]
            for each, value in zip(kept, values, strict=True):
                each.note(value)
            waiting.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
        waiting.seek(0)
        schema = pa.schema([(each.column.name, each.type(pa)) for each in kept])
        with pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=True) as writer:
            for batch in _batches(waiting):
                arrays = [
                    pa.array([each.value(row[place]) for row in batch], each.type(pa))
                    for place, each in enumerate(kept)
                ]
                writer.write_table(pa.table(arrays, schema=schema))


def _batches(lines: Iterable[str]) -> Iterator[list[list[Any]]]:
    rows = map(json.loads, lines)
    while batch := list(islice(rows, _BATCH)):
        yield batch
