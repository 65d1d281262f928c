"""Recognise comma-separated values, as spreadsheets save them, by their even rows; what follows is as for a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from jixiao.documents.drafts import clean_text
from jixiao.documents.sheets import Worksheet, draft_sheets
from jixiao.model import Block, Table

_DELIMITERS = ",;"
_LEAST_FIELDS = 3
_LEAST_ROWS = 3
_EVEN_SHARE = 0.95
_SAMPLE = 200


def separated_rows(text: str) -> list[list[str]] | None:
    """Return the rows of values kept apart by commas or semicolons; None for text that only happens to hold them."""
    for delimiter in _DELIMITERS:
        try:
            sample = [row for row, _ in zip(_rows(text, delimiter), range(_SAMPLE), strict=False)]
            if _is_even(sample):
                rows = list(_rows(text, delimiter))
                return rows if _is_even(rows) else None
        except csv.Error:
            continue
    return None


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text), strict=True, delimiter=delimiter)


def _is_even(rows: list[list[str]]) -> bool:
    """Tell whether almost all rows stand with others of as many fields, lines of one field (titles) apart.

    Several tables may follow one another; words must stand in the fields.
    """
    even = fields = worded = 0
    for count, group in groupby((row for row in rows if len(row) > 1), key=len):
        run = list(group)
        fields += len(run)
        if count >= _LEAST_FIELDS and len(run) >= _LEAST_ROWS:
            even += len(run)
        worded += sum(any(any(map(str.isalpha, field)) for field in row) for row in run)
    titles = sum(len(row) == 1 for row in rows)
    return fields > titles and even >= _EVEN_SHARE * fields and worded * 2 >= fields


def draft_separated(rows: list[list[str]]) -> Iterator[Block]:
    """Yield the tables and lines of comma-separated values; which cells were merged, they do not say."""
    sheet = Worksheet("CSV")
    for number, row in enumerate(rows):
        for column, field in enumerate(row):
            sheet.put(number, column, clean_text(field))
    for draft in draft_sheets([sheet]):
        if isinstance(draft, Table):
            draft = replace(draft, merged=False)
        yield draft
