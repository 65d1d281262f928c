"""The words that money tables print: kinds, column headings, funds (data in ``specifications/*.toml``)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jixiao.text.folding import fold_width, fold_words

KEYS = frozenset({"code", "part", "label", "serial"})
VALUES = frozenset({"amount", "percent", "count"})
CARRY_OVER = "carry-over"
"""The fund of money from earlier years, alone or in front of another fund."""
_NUMBERING = re.compile(
    r"^\s*(?:其中[:：,，]?)?\s*(?:[(（]?[一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.．])"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Hold what is known of a column heading; see ``specifications/headings.toml`` for the meaning of each field."""

    key: str
    pattern: str
    role: str
    scheme: str | None = None
    leaf: bool = False
    total: bool = False
    share: bool = False
    within: tuple[str, ...] = ()


UNKNOWN = Heading("", "", "")
"""What is known of a heading that the list does not have."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind of money table: the patterns of its title and headings; see ``specifications/kinds.toml``."""

    name: str
    title: tuple[str, ...]
    headings: tuple[str, ...]
    title_not: tuple[str, ...] = ()
    untitled: tuple[str, ...] = ()

    def fits_title(self, folded: str) -> bool:
        """Say whether a folded title names this kind."""
        return _fits(self.title, folded) and not any(word in folded for word in self.title_not)

    def fits_headings(self, folded: str, *, titled: bool) -> bool:
        """Say whether the folded headings, joined by blanks, can be this kind's."""
        if titled:
            return _fits(self.headings, folded)
        return bool(self.untitled) and _fits(self.untitled, folded)


def _fits(patterns: tuple[str, ...], folded: str) -> bool:
    return all(re.search(pattern, folded) for pattern in patterns)


@cache
def read_specification(name: str) -> dict[str, Any]:
    """Return one of the files of words and sentences."""
    return tomllib.loads((files("jixiao.accounts") / "specifications" / f"{name}.toml").read_text("utf-8"))


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of money table, the most specific first."""
    return tuple(Kind(**entry) for entry in read_specification("kinds")["kind"])


@cache
def _headings() -> tuple[Heading, ...]:
    return tuple(Heading(**entry) for entry in read_specification("headings")["heading"])


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading | None:
    """Return what is known of a printed column heading, None for one the list does not have."""
    folded = fold_words(fold_width(text).replace("%", "百分比"))
    if not folded:
        return None
    return next((each for each in _headings() if re.search(each.pattern, folded)), None)


def twins_of(label: str) -> tuple[str, str] | None:
    """Return the lines of income and expenditure that stand opposite each other, of which a label is one."""
    for income, spent in read_specification("labels")["twins"]:
        if fold_words(label) in (income, spent):
            return income, spent
    return None


@lru_cache(maxsize=4096)
def fund_of(path: tuple[str, ...]) -> str | None:
    """Return the fund that headings or row labels name, the innermost first; carry-over is joined in front."""
    name = _first("fund", path)
    carried = read_specification("measures")["carry_over"]
    if not any(re.search(carried, fold_words(label)) for label in path):
        return name
    return "-".join(filter(None, (CARRY_OVER, name)))


@lru_cache(maxsize=4096)
def expenditure_of(path: tuple[str, ...]) -> str | None:
    """Return the kind of expenditure that headings name, the innermost first."""
    return _first("expenditure", path)


def _first(group: str, path: tuple[str, ...]) -> str | None:
    for label in reversed(path):
        folded = fold_words(_NUMBERING.sub("", label))
        for entry in read_specification("measures")[group]:
            if re.search(entry["pattern"], folded):
                return str(entry["name"])
    return None
