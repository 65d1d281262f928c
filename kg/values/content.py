"""Tell what a cell's text looks like: a number, a percent, a code, a target value, or a name."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from kg.values.amounts import parse_amount
from kg.values.names import strip_item_prefix

_PERCENT = re.compile(r"[+-]?\d+(?:\.\d+)?[%‰]")
_CODE = re.compile(r"[A-Z]?\d{18,24}|\d{3,12}[A-Z]\d{6,15}|\d{3,6}-\d{6,}")
_COMPARED = re.compile(r"^(?:≥|≤|>|<|=|≧|≦)")
_MEASURED = re.compile(r"^[\d.,]+(?:[-~—–至][\d.,]+)?(?:%|‰|[^\d\s，。；：]{0,7})$")
_DATED = re.compile(r"^(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上旬|中旬|下旬|底|末)?(?:之?前|以前|内)?$")
_NAMING = re.compile(r"(?:率|数|度|量|本|额|费|性|数量|时间|人数|情况|水平|能力|标准|机制|程度|面积|次数|比例)$")
SHORT = 8
MIDDLE = 16
LONG = 24


@cache
def words() -> dict[str, Any]:
    """Return the closed words of the target-value grammar (``targets.toml``)."""
    return tomllib.loads(files("kg.values").joinpath("targets.toml").read_text("utf-8"))


@lru_cache(maxsize=65536)
def plain_text(text: str) -> str:
    """Return a text NFKC-folded and without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def is_number(text: str) -> bool:
    """Tell whether a cell holds nothing but a number."""
    return parse_amount(text) is not None


def is_percent(text: str) -> bool:
    """Tell whether a cell holds nothing but a percentage."""
    return bool(_PERCENT.fullmatch(plain_text(text)))


def is_project_code(text: str) -> bool:
    """Tell whether a cell holds a project code (eighteen digits and more in the integrated budget system)."""
    return bool(_CODE.fullmatch(plain_text(text)))


@cache
def _blank_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in words()["blank"]["patterns"])


@lru_cache(maxsize=65536)
def is_blank_value(text: str) -> bool:
    """Tell whether a text is no value: empty, a dash, or what a blank template prints (≥**%, xxx, ★)."""
    plain = unicodedata.normalize("NFKC", strip_item_prefix(text)).strip()
    return any(pattern.search(plain) for pattern in _blank_patterns())


@lru_cache(maxsize=65536)
def value_likeness(text: str) -> float:
    """Return how much a text looks like a target value, between 0 (a name, an explanation) and 1."""
    plain = plain_text(strip_item_prefix(text)).rstrip("。；;.,，")
    if not plain:
        return 0.0
    if _COMPARED.match(plain) or _PERCENT.fullmatch(plain) or is_number(plain) or _DATED.fullmatch(plain):
        return 1.0 if len(plain) <= LONG else 0.6
    if _MEASURED.match(plain):
        return 1.0
    grammar = words()
    if len(plain) <= LONG and any(plain.startswith(word) for word in grammar["recurring"]["words"]):
        return 0.95
    if len(plain) <= LONG and re.search(r"\d", plain):
        return _with_number(plain, grammar)
    return _wording(plain, grammar)


def _with_number(plain: str, grammar: dict[str, Any]) -> float:
    starts = any(plain.startswith(word) for group in grammar["comparators"].values() for word in group)
    ends = any(plain.endswith(word) for group in grammar["suffixes"].values() for word in group)
    ends = ends or bool(re.search(r"(?:日|月|底|年|末)(?:之|以)?前$|[%‰]$", plain))
    if starts:
        return 0.95
    if ends:
        return 0.75 if len(plain) <= MIDDLE else 0.5
    return 0.15


def _wording(plain: str, grammar: dict[str, Any]) -> float:
    qualitative = grammar["qualitative"]
    ends = any(plain.endswith(word) for word in qualitative["endings"])
    starts = any(plain.startswith(word) for word in qualitative["manners"])
    if plain in qualitative["endings"]:
        return 0.95
    if _NAMING.search(plain):
        return 0.05
    if len(plain) <= 4:
        return 0.9 if ends else 0.55 if starts else 0.4
    if len(plain) <= SHORT:
        return 0.85 if starts and ends else 0.55 if ends else 0.4 if starts else 0.2
    if len(plain) <= MIDDLE:
        return 0.4 if starts and ends else 0.25 if ends or starts else 0.1
    return 0.1 if len(plain) <= 40 else 0.0
