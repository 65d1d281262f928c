"""Recognise comma-separated values, as spreadsheets save them, by their even rows; what follows is as for a sheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from jixiao.documents.drafts import Draft, DraftTable, clean_text
from jixiao.documents.sheets import Worksheet, draft_sheets

_LEAST_FIELDS = 3
_LEAST_ROWS = 3
_EVEN_SHARE = 0.95
_SAMPLE = 200


def separated_rows(text: str) -> list[list[str]] | None:
    """Return the rows of comma-separated values; None for text that only happens to hold commas."""
    try:
        lines = csv.reader(io.StringIO(text), strict=True)
        if not _is_even([row for row, _ in zip(lines, range(_SAMPLE), strict=False) if row]):
            return None
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error:
        return None
    return rows if _is_even([row for row in rows if row]) else None


def _is_even(rows: list[list[str]]) -> bool:
    """Tell whether almost all rows have the same number of fields, and words stand in the fields."""
    if len(rows) < _LEAST_ROWS:
        return False
    fields, count = Counter(map(len, rows)).most_common(1)[0]
    worded = sum(any(any(map(str.isalpha, field)) for field in row) for row in rows)
    return fields >= _LEAST_FIELDS and count >= _EVEN_SHARE * len(rows) and worded * 2 >= len(rows)


def draft_separated(rows: list[list[str]]) -> Iterator[Draft]:
    """Yield the tables and lines of comma-separated values; which cells were merged, they do not say."""
    sheet = Worksheet("CSV")
    for number, row in enumerate(rows):
        for column, field in enumerate(row):
            sheet.put(number, column, clean_text(field))
    for draft in draft_sheets([sheet]):
        if isinstance(draft, DraftTable):
            draft = replace(draft, merged=False)
        yield draft
