"""Units as documents print them, in their usual short form (``units.csv``)."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_SCALE = "十百千万亿"
_COMPOUND = re.compile(rf"[{_SCALE}]*(?P<one>[^/{_SCALE}]+)(?:/[^/]+)*")
LONGEST = 8  # characters of a simple unit


@cache
def _table() -> dict[str, tuple[str, str]]:
    """Return (usual form, class) by every spelling."""
    table: dict[str, tuple[str, str]] = {}
    with files("kg.values").joinpath("units.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            for spelling in (row["unit"], *filter(None, row["alt"].split("|"))):
                table.setdefault(unicodedata.normalize("NFKC", spelling), (row["unit"], row["class"]))
    return table


@lru_cache(maxsize=4096)
def usual_unit(printed: str | None) -> str | None:
    """Return a printed unit in its usual short form (百分比 → %, ㎡ → 平方米), None for none.

    Time units keep their printed word (天, 工作日 and 日 are different promises).
    """
    if not printed:
        return None
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", printed)).strip("()（）")
    if not plain:
        return None
    known = _table().get(plain)
    return known[0] if known and known[1] not in ("time", "count", "money", "score") else plain


@lru_cache(maxsize=4096)
def unit_class(printed: str | None) -> str | None:
    """Return the class of a unit (percent, money, time, area, count …), None for an unknown one."""
    if not printed:
        return None
    plain = unicodedata.normalize("NFKC", printed)
    known = _table().get(plain) or _table().get(plain.lstrip(_SCALE))
    if known:
        return known[1]
    found = _COMPOUND.fullmatch(plain)
    return unit_class(found["one"]) if found and found["one"] != plain else None


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Tell whether a cell holds nothing but a unit (个, 万元, 元/人·月, 件/套)."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if (
        not plain
        or len(plain) > 2 * LONGEST
        or any(character.isdigit() and character not in "23" for character in plain)
    ):
        return False
    return plain in _table() or plain.lstrip(_SCALE) in _table() or ("/" in plain and unit_class(plain) is not None)
