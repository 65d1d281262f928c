"""Tell which cells of the printed rows a finding compares: those that hold what it says of its records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from jixiao.audit.figures import WAN
from jixiao.model import Indicator, Source, Target

# The fields of records that hold what may be compared.
_FIELDS = (
    "target", "amount", "text", "adjusted", "initial", "executed", "value", "total", "actual_text", "actual", "rate",
    "progress_text", "score", "weight", "deviation_text",
)  # fmt: skip
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SIGNS = str.maketrans("", "", ",，%％ ")


def compared_cells(rows: Sequence[Source], records: Iterable[Any], told: str, *, adds_up: bool) -> tuple[str, ...]:
    """Return the cells as ``line/number``, both from 1 on; ``told`` is what the finding says of its records.

    Where it ``adds_up`` targets, it may tell their sum alone: then each of them is compared.
    """
    figures = {_number(each) for each in _NUMBER.findall(told)}
    cells: dict[str, None] = {}
    for record in (getattr(each, "indicator", each) for each in records):
        source = getattr(record, "source", None)
        if source is None or source not in rows:
            continue
        held = list(_held(record, source))
        found = [place for place, value in held if _is_told(value, told, figures)]
        if adds_up and not found and isinstance(record, Indicator):
            found = [place for place, value in held if value == held[0][1]]
        for place in found:
            cells[f"{source.line}/{place}"] = None
    return tuple(cells)


def _held(record: Any, source: Source) -> Iterator[tuple[int, str]]:
    """Yield the cells of a row that hold a value of its record, with the value, in the order of the fields."""
    printed = source.text.split("\t")
    for value in _values(record):
        for place, cell in enumerate(printed, start=1):
            if holds(cell, value):
                yield place, value


def _values(record: Any) -> Iterator[str]:
    for name in _FIELDS:
        value = getattr(record, name, None)
        bounds = (value.text, value.lower, value.upper) if isinstance(value, Target) else (value,)
        yield from (str(each) for each in bounds if each is not None)


def _is_told(value: str, told: str, figures: set[Decimal | None]) -> bool:
    """Say whether a finding speaks of a value: by its words, or as a number, in yuan or 万元."""
    number = _number(value)
    if number is None:
        return value in told
    return number in figures or number / WAN in figures


def holds(cell: str, value: str) -> bool:
    """Say whether a cell holds a value, alone or behind a label, letter by letter or as a number in yuan or 万元."""
    for printed in (cell.strip(), re.split("[:：]", cell)[-1].strip()):
        one, other = _number(printed), _number(value)
        if printed == value.strip() or (one is not None and other in (one, one * WAN)):
            return bool(printed)
    return False


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.translate(_SIGNS))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
