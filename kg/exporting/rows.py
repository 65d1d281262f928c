"""Write table rows as JSON Lines, CSV, XLSX or Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import UsageError
from kg.exporting.output import open_output

Row = Mapping[str, Any]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHEET_ROWS = 1_048_575  # rows of an XLSX sheet below its header
CELL_CHARACTERS = 32_767
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_rows(rows: Iterable[Row], columns: Sequence[str], format: str, path: Path | None) -> None:  # noqa: A002
    """Write rows in the order of ``columns``; raises UsageError for an unknown format."""
    writer = WRITERS.get(format)
    if writer is None:
        raise UsageError(f"没有这种格式；可用的有 (formats): {' '.join(WRITERS)}", "unknown-format", format)
    with open_output(path) as stream:
        writer(rows, columns, stream)


def safe_text(value: object) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula (a leading apostrophe, OWASP's rule)."""
    text = _UNPRINTABLE.sub("", flat_text(value))
    return "'" + text if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text


def flat_text(value: object) -> str:
    """Return a value as one text: nothing for null, lists joined by 「; 」."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "; ".join(flat_text(item) for item in value)
    return str(value)


def _write_jsonl(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    for row in rows:
        record = {column: row.get(column) for column in columns}
        stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n")


def _write_csv(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_text(row.get(column)) for column in columns])
    text.detach()


def _write_xlsx(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    from xlsxwriter import Workbook

    book = Workbook(stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("data")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    for count, row in enumerate(rows, start=1):
        if count > SHEET_ROWS:
            raise UsageError(f"一张工作表最多 {SHEET_ROWS} 行，请改用 csv (too many rows for a sheet)", "too-many-rows")
        for position, column in enumerate(columns):
            value = row.get(column)
            if isinstance(value, bool):
                sheet.write_boolean(count, position, value)
            elif isinstance(value, int):
                sheet.write_number(count, position, value)
            elif value is not None:
                sheet.write_string(count, position, _UNPRINTABLE.sub("", flat_text(value))[:CELL_CHARACTERS])
    book.close()


def _write_parquet(rows: Iterable[Row], columns: Sequence[str], stream: BinaryIO) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("写 parquet 需要 pip install 'jixiao-kg[parquet]'", "missing-extra", "parquet") from None
    held = list(rows)
    arrays = [pa.array([_plain(row.get(column)) for row in held]) for column in columns]
    arrays = [array.cast(pa.string()) if pa.types.is_null(array.type) else array for array in arrays]
    pq.write_table(pa.table(dict(zip(columns, arrays, strict=True))), stream)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, str)) else flat_text(value)


WRITERS: dict[str, Callable[[Iterable[Row], Sequence[str], BinaryIO], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
