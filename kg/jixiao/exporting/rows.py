"""Write table rows as JSON Lines, CSV (for programs, for Excel), XLSX or Parquet, one row at a time."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO

from jixiao.errors import UsageError
from jixiao.exporting.output import open_output

Row = Mapping[str, Any]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_rows(rows: Iterable[Row], columns: Sequence[str], format: str, path: Path | None) -> None:  # noqa: A002
    """Write rows in the order of ``columns``; raises UsageError for an unknown format."""
    writer = WRITERS.get(format)
    if writer is None:
        raise UsageError(f"没有这种格式；可用的有 (formats): {' '.join(WRITERS)}", "unknown-format", format)
    with open_output(path) as stream:
        writer(rows, columns, stream)


def printable(text: str) -> str:
    """Return a text without the characters that no spreadsheet and no XML file can hold."""
    return _UNPRINTABLE.sub("", text)


def safe_text(value: object) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula (a leading apostrophe, OWASP's rule)."""
    text = printable(flat_text(value))
    return "'" + text if text.lstrip(" \u3000").startswith(FORMULA) and not _NUMBER.fullmatch(text) else text


def flat_text(value: object) -> str:
    """Return a value as one text: nothing for null, lists joined by 「; 」."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "; ".join(flat_text(item) for item in value)
    return str(value)


def write_jsonl(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    """Write one JSON object a line; numbers are strings, exact."""
    for row in rows:
        record = {column: row.get(column) for column in columns}
        stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n")


def write_csv(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO | IO[bytes]) -> None:
    """Write CSV (RFC 4180) in UTF-8 without a byte order mark, safe to open in a spreadsheet."""
    _write_csv(rows, columns, stream, safe_text)


def write_csv_excel(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO | IO[bytes]) -> None:
    """Write CSV that Excel opens without asking: with a byte order mark, or Chinese comes out garbled."""
    stream.write(BOM.encode())
    _write_csv(rows, columns, stream, safe_text)


def write_csv_exact(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO | IO[bytes]) -> None:
    """Write CSV for programs alone: every text as it is, without the apostrophe that keeps spreadsheets quiet."""
    _write_csv(rows, columns, stream, flat_text)


def _write_csv(
    rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO | IO[bytes], cell: Callable[[object], str]
) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    text.flush()
    text.detach()


def _write_xlsx(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    from jixiao.exporting.workbook import Workbook

    with Workbook(stream) as book:
        book.add_table("data", rows, columns)


def _write_parquet(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    from jixiao.exporting.parquet import write_parquet

    write_parquet(rows, columns, stream)


WRITERS: dict[str, Callable[[Iterable[Row], Sequence[str], BinaryIO], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "csv-excel": write_csv_excel,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
