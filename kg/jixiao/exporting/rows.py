"""Write table rows as JSON Lines and CSV (for programs, for Excel), one row at a time."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, Any

from jixiao.exporting.output import text_stream

Row = Mapping[str, Any]

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def printable(text: str) -> str:
    """Return a text without the characters that no spreadsheet and no XML file can hold."""
    return _UNPRINTABLE.sub("", text)


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
    text = printable(flat_text(value))
    looks_like_formula = text.lstrip(" \u3000").startswith(_FORMULA)
    if looks_like_formula and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_jsonl(rows: Iterable[Row], columns: Sequence[str], stream: IO[bytes]) -> None:
    """Write one JSON object a line; numbers are strings, exact."""
    for row in rows:
        record = {column: row.get(column) for column in columns}
        stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def write_csv(
    rows: Iterable[Row],
    columns: Sequence[str],
    stream: IO[bytes],
    cell: Callable[[object], str] = safe_text,
) -> None:
    """Write CSV (RFC 4180) in UTF-8 without a byte order mark.

    ``cell`` makes the text of a value: one that is safe to open in a spreadsheet, or the text as it is (``flat_text``).
    """
    cells = ([cell(row.get(column)) for column in columns] for row in rows)
    write_csv_lines(columns, cells, stream, "\r\n")


def write_csv_excel(rows: Iterable[Row], columns: Sequence[str], stream: IO[bytes]) -> None:
    """Write CSV that Excel opens without asking: with a byte order mark, or Chinese comes out garbled."""
    stream.write(BOM.encode())
    write_csv(rows, columns, stream)


def write_csv_lines(header: Sequence[str], lines: Iterable[Sequence[str]], stream: IO[bytes], end: str) -> None:
    """Write a header and lines of cells as CSV in UTF-8, quoted where needed; the stream stays open."""
    with text_stream(stream) as text:
        writer = csv.writer(text, lineterminator=end)
        writer.writerow(header)
        writer.writerows(lines)
