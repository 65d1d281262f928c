"""Tell the figures, codes and blanks apart that money tables print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from jixiao.model import Cell
from jixiao.text.folding import fold_words, squeeze
from jixiao.values.amounts import parse_amount

_CODE = re.compile(r"\d{1,9}|\d{13,30}|\d{5,12}[A-Z]{1,2}\d{6,20}|\d{3}-\d{2}(-\d{2})?")
_SERIAL = re.compile(r"\d{1,3}([.．-]\d{1,2})*|[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?|[(（]\d{1,2}[)）]")
_PERCENT = re.compile(r"(?P<number>.*)%|\((?P<bracketed>.*)%\)")
_BLANK = re.compile(r"[-—–/\\_.…*#]*|无")
_NO_AMOUNT = re.compile(r"\(\d+\)|\d{13,}")  # an item's number; runs of digits that are codes
_COLUMN_LABEL = re.compile(r"栏次|栏目|行次|列次|\*\*|[甲乙类款项]|[0-9=+()-]*")  # 3=1+2
_TOTAL = re.compile(r".{0,12}(合计|总计|共计|小计)")


def prints(cell: Cell, *kinds: str) -> bool:
    """Say whether a cell can be one of some kinds; see ``kinds_of``."""
    return not kinds_of(cell.text).isdisjoint(kinds)


@lru_cache(maxsize=65536)
def kinds_of(text: str) -> frozenset[str]:
    """Return all that a printed cell can be.

    Each is one of blank (or a dash that says so), integer (a bare run of digits), percent, amount (a figure with
    decimals or thousands separators) and text, and may be code, 7-digits and the like, serial (3, 1.2, （三）), total.
    """
    plain = squeeze(text)
    found = {_shape_of(plain)}
    if _CODE.fullmatch(plain):
        found |= {"code", f"{len(plain)}-digits"}
    if _SERIAL.fullmatch(plain):
        found.add("serial")
    if is_total_label(text):
        found.add("total")
    return frozenset(found)


def _shape_of(plain: str) -> str:
    if _BLANK.fullmatch(plain):
        return "blank"
    if plain.isascii() and plain.isdigit():
        return "integer"
    percent = _PERCENT.fullmatch(plain)
    if percent and parse_amount(percent["number"] or percent["bracketed"]) is not None:
        return "percent"
    return "text" if parse_figure(plain) is None else "amount"


@lru_cache(maxsize=65536)
def parse_figure(text: str) -> Decimal | None:
    """Return the exact number a cell prints, None for a code too long to be an amount and for anything else."""
    plain = squeeze(text)
    if _NO_AMOUNT.fullmatch(plain):
        return None
    return parse_amount(plain)


@lru_cache(maxsize=65536)
def is_total_label(text: str) -> bool:
    """Say whether a row's label is that of a sum (合计, 本年支出合计, 收入总计：)."""
    return "/" not in text and bool(_TOTAL.fullmatch(fold_words(text)))


def is_serial_row(filled: Sequence[Cell]) -> bool:
    """Say whether a row only numbers the columns (栏次 1 2 3 …)."""
    words = [squeeze(cell.text) for cell in filled]
    if not all(map(_COLUMN_LABEL.fullmatch, words)):
        return False
    numbers = [int(word) for word in words if word.isdigit()]
    rising = len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return rising or bool(numbers and "栏次" in words)
