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


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold one fund or expenditure kind and how it is printed."""

    name: str
    pattern: re.Pattern[str]


def _read(name: str) -> dict[str, Any]:
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
        for entry in _read("kinds")["kind"]
    )


@cache
def _headings() -> tuple[Heading, ...]:
    return tuple(
        Heading(
            key=entry["key"],
            pattern=re.compile(entry["pattern"]),
            role=entry["role"],
            scheme=entry.get("scheme"),
            leaf=entry.get("leaf", False),
            total=entry.get("total", False),
            share=entry.get("share", False),
            within=frozenset(entry.get("within", ())),
        )
        for entry in _read("headings")["heading"]
    )


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading | None:
    """Return what is known of a printed column heading, None for one the list does not have."""
    folded = fold_words(fold_width(text).replace("%", "百分比"))
    return next((each for each in _headings() if each.pattern.search(folded)), None) if folded else None


@cache
def _twins() -> tuple[dict[str, str], dict[str, str]]:
    pairs = [(str(income), str(expenditure)) for income, expenditure in _read("labels")["twins"]]
    incomes = {fold_words(income): income for income, _ in pairs}
    return incomes, {fold_words(expenditure): income for income, expenditure in pairs}


def income_twin(label: str) -> str | None:
    """Return the income line that stands opposite a printed label, or is that label itself; None for other lines."""
    incomes, opposite = _twins()
    return opposite.get(fold_words(label)) or incomes.get(fold_words(label))


def expenditure_twin(label: str) -> str | None:
    """Return the expenditure line that stands opposite a line that only the income half can have."""
    own = fold_words(label)
    return next(
        (str(pair[1]) for pair in _read("labels")["twins"] if fold_words(pair[0]) == own != fold_words(pair[1])), None
    )


@cache
def _measures() -> tuple[tuple[Measure, ...], tuple[Measure, ...], re.Pattern[str]]:
    data = _read("measures")
    funds, expenditures = (
        tuple(Measure(entry["name"], re.compile(entry["pattern"])) for entry in data[group])
        for group in ("fund", "expenditure")
    )
    return funds, expenditures, re.compile(data["carry_over"])


@lru_cache(maxsize=4096)
def fund_of(path: tuple[str, ...]) -> str | None:
    """Return the fund that headings or row labels name, the innermost first; carry-over is joined in front."""
    funds, _, carry_over = _measures()
    name = _first(funds, path)
    if any(carry_over.search(fold_words(label)) for label in path):
        return f"{CARRY_OVER}-{name}" if name else CARRY_OVER
    return name


@lru_cache(maxsize=4096)
def expenditure_of(path: tuple[str, ...]) -> str | None:
    """Return the kind of expenditure that headings name, the innermost first."""
    return _first(_measures()[1], path)


def _first(measures: tuple[Measure, ...], path: tuple[str, ...]) -> str | None:
    for label in reversed(path):
        folded = fold_words(_NUMBERING.sub("", label))
        for measure in measures:
            if measure.pattern.search(folded):
                return measure.name
    return None
