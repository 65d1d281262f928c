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
CARRY_OVER = "carry-over"
"""The fund of money from earlier years, alone or in front of another fund."""
_NUMBERING = re.compile(
    r"^\s*(?:其中[:：,，]?)?\s*(?:[(（]?[一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.．])"
)
VALUES = frozenset({"amount", "percent", "count"})


@dataclass(frozen=True, slots=True)
class Heading:
    """Hold what is known of a column heading; see ``specifications/headings.toml`` for the meaning of each field."""

    key: str
    pattern: re.Pattern[str]
    role: str
    scheme: str | None = None
    leaf: bool = False
    total: bool = False
    share: bool = False
    within: frozenset[str] = frozenset()


UNKNOWN = Heading("", re.compile(""), "")
"""What is known of a heading that the list does not have."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind of money table: how its title and headings are known.

    ``title`` and ``headings`` are groups of words or patterns of which each must have one found.
    """

    name: str
    title: tuple[tuple[str, ...], ...]
    title_not: tuple[str, ...]
    headings: tuple[re.Pattern[str], ...]
    untitled: tuple[re.Pattern[str], ...]

    def fits_title(self, folded: str) -> bool:
        """Say whether a folded title names this kind."""
        wanted = all(any(word in folded for word in group) for group in self.title)
        return wanted and not any(word in folded for word in self.title_not)

    def fits_headings(self, folded: str, *, titled: bool) -> bool:
        """Say whether the folded headings, joined by blanks, can be this kind's."""
        patterns = self.headings if titled else self.untitled
        return bool(patterns) and all(pattern.search(folded) for pattern in patterns)


@cache
def read_specification(name: str) -> dict[str, Any]:
    """Return one of the files of words and sentences."""
    return tomllib.loads((files("jixiao.accounts") / "specifications" / f"{name}.toml").read_text("utf-8"))


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of money table, the most specific first."""
    return tuple(
        Kind(
            name=entry["name"],
            title=tuple(tuple(group) for group in entry["title"]),
            title_not=tuple(entry.get("title_not", ())),
            headings=tuple(re.compile("|".join(group)) for group in entry["headings"]),
            untitled=tuple(re.compile(pattern) for pattern in entry.get("untitled", ())),
        )
        for entry in read_specification("kinds")["kind"]
    )


@cache
def _headings() -> tuple[Heading, ...]:
    return tuple(
        Heading(**entry | {"pattern": re.compile(entry["pattern"]), "within": frozenset(entry.get("within", ()))})
        for entry in read_specification("headings")["heading"]
    )


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading | None:
    """Return what is known of a printed column heading, None for one the list does not have."""
    folded = fold_words(fold_width(text).replace("%", "百分比"))
    if not folded:
        return None
    return next((each for each in _headings() if each.pattern.search(folded)), None)


@cache
def _twins() -> tuple[tuple[str, str], ...]:
    return tuple((str(income), str(spent)) for income, spent in read_specification("labels")["twins"])


def income_twin(label: str) -> str | None:
    """Return the income line that stands opposite a printed label, or is that label itself; None for other lines."""
    own = fold_words(label)
    opposite = [income for income, spent in _twins() if fold_words(spent) == own]
    same = [income for income, _ in _twins() if fold_words(income) == own]
    return next(iter((*opposite[-1:], *same)), None)


def expenditure_twin(label: str) -> str | None:
    """Return the expenditure line that stands opposite a line that only the income half can have."""
    own = fold_words(label)
    return next((spent for income, spent in _twins() if fold_words(income) == own != fold_words(spent)), None)


@cache
def _measures(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((entry["name"], re.compile(entry["pattern"])) for entry in read_specification("measures")[group])


@lru_cache(maxsize=4096)
def fund_of(path: tuple[str, ...]) -> str | None:
    """Return the fund that headings or row labels name, the innermost first; carry-over is joined in front."""
    name = _first("fund", path)
    carried = re.compile(read_specification("measures")["carry_over"])
    if not any(carried.search(fold_words(label)) for label in path):
        return name
    return f"{CARRY_OVER}-{name}" if name else CARRY_OVER


@lru_cache(maxsize=4096)
def expenditure_of(path: tuple[str, ...]) -> str | None:
    """Return the kind of expenditure that headings name, the innermost first."""
    return _first("expenditure", path)


def _first(group: str, path: tuple[str, ...]) -> str | None:
    for label in reversed(path):
        folded = fold_words(_NUMBERING.sub("", label))
        for name, pattern in _measures(group):
            if pattern.search(folded):
                return name
    return None
