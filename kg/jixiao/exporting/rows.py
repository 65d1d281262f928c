"""Write table rows as JSON Lines and CSV (for programs, for Excel), one row at a time."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from jixiao.exporting.output import text_stream
from jixiao.exporting.text import shown_text

Row = Mapping[str, Any]

BOM = "\ufeff"
_FORMULA = re.compile("[ \u3000\xa0]*[=+\\-@\t\r＝＋－＠﹦﹢﹣﹫−]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")


def flat_text(value: object) -> str:
    """Return a value as one text: nothing for null, lists joined by 「; 」, texts by words as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "; ".join(map(flat_text, value))
    return str(value)


def safe_text(value: object) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula (a leading apostrophe, OWASP's rule)."""
    text = shown_text(flat_text(value))
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_jsonl(rows: Iterable[Row], columns: Sequence[str], stream: IO[bytes]) -> None:
    """Write one JSON object a line; numbers are strings, exact."""
    for row in rows:
        record = {column: row.get(column) for column in columns}
        stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def write_csv(rows: Iterable[Row], columns: Sequence[str], stream: IO[bytes], table: str | None = None) -> None:
    """Write CSV (RFC 4180) in UTF-8 without a byte order mark; it is the same for every table."""
    cells = ([row.get(column) for column in columns] for row in rows)
    write_csv_lines(columns, cells, stream, "\r\n")


def write_csv_excel(rows: Iterable[Row], columns: Sequence[str], stream: IO[bytes], table: str | None = None) -> None:
    """Write CSV that Excel opens without asking: with a byte order mark, or Chinese comes out garbled."""
    stream.write(BOM.encode())
    write_csv(rows, columns, stream)


def write_csv_lines(header: Sequence[str], lines: Iterable[Sequence[object]], stream: IO[bytes], end: str) -> None:
    """Write a header and lines of cells as CSV in UTF-8, safe and quoted where needed; the stream stays open."""
    with text_stream(stream) as text:
        writer = csv.writer(text, lineterminator=end)
        writer.writerow(header)
        writer.writerows([safe_text(cell) for cell in line] for line in lines)
