"""Tell the figures, codes and blanks apart that money tables print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from jixiao.model import Cell
from jixiao.text.folding import squeeze
from jixiao.values.amounts import parse_amount

_CODE = re.compile(r"\d{1,9}|\d{13,30}|\d{5,12}[A-Z]{1,2}\d{6,20}|\d{3}-\d{2}(-\d{2})?")
_SERIAL = re.compile(r"\d{1,3}([.．-]\d{1,2})*|[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?|[(（]\d{1,2}[)）]")
_PERCENT = re.compile(r"(?P<number>.*)%|\((?P<bracketed>.*)%\)")
_BLANK = re.compile(r"[-—–/\\_.…*#]*|无")
_ITEM = re.compile(r"\(\d+\)")
_COLUMN_LABELS = frozenset({"栏次", "栏目", "行次", "列次", "**", "甲", "乙", "类", "款", "项"})
_FORMULA = re.compile(r"[0-9=+()-]*")  # 3=1+2
LONGEST_AMOUNT = 12  # longer runs of digits are codes, never amounts


class Shape(StrEnum):
    """Name what one printed cell can be read as."""

    AMOUNT = "amount"  # a figure with decimals or thousands separators
    INTEGER = "integer"  # a bare run of digits: an amount, a code or a running number
    PERCENT = "percent"
    BLANK = "blank"  # nothing, or a dash or stroke that says so
    TEXT = "text"


@lru_cache(maxsize=65536)
def shape_of(text: str) -> Shape:
    """Say what a printed cell can be read as."""
    plain = squeeze(text)
    if _BLANK.fullmatch(plain):
        return Shape.BLANK
    if plain.isascii() and plain.isdigit():
        return Shape.INTEGER
    percent = _PERCENT.fullmatch(plain)
    if percent and parse_amount(percent["number"] or percent["bracketed"]) is not None:
        return Shape.PERCENT
    if parse_figure(plain) is None:
        return Shape.TEXT
    return Shape.AMOUNT


@lru_cache(maxsize=65536)
def parse_figure(text: str) -> Decimal | None:
    """Return the exact number a cell prints, None for a code too long to be an amount and for anything else."""
    plain = squeeze(text)
    if _ITEM.fullmatch(plain) or (plain.isdigit() and len(plain) > LONGEST_AMOUNT):
        return None
    return parse_amount(plain)


def is_code(text: str) -> bool:
    """Say whether a cell can be a class, unit or project code."""
    return bool(_CODE.fullmatch(squeeze(text)))


def is_serial(text: str) -> bool:
    """Say whether a cell can be a running number (3, 1.2, 二, （三））."""
    return bool(_SERIAL.fullmatch(squeeze(text)))


def is_serial_row(filled: Sequence[Cell]) -> bool:
    """Say whether a row only numbers the columns (栏次 1 2 3 …)."""
    words = [squeeze(cell.text) for cell in filled]
    numbers = [int(word) for word in words if word.isdigit()]
    others = {word for word in words if not word.isdigit()}
    if not all(word in _COLUMN_LABELS or _FORMULA.fullmatch(word) for word in others):
        return False
    rising = len(numbers) > 1 and all(b == a + 1 for a, b in pairwise(numbers))
    return rising or bool(numbers and "栏次" in others)
