"""Units as documents print them: which words are units, their usual short form, class and conversion.

The words are data: ``units.toml`` (spellings, classes, counters) and ``ontology/codes/units.csv`` (factors, IRIs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from jixiao.text.folding import fold_width, squeeze
from jixiao.text.vocabulary import code_rows, longest_first, spellings_of, word_lists

_POWERS = {
    "万亿": 12, "千亿": 11, "百亿": 10, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2,
}  # fmt: skip
SCALES: Mapping[str, Decimal] = {word: Decimal(10) ** power for word, power in _POWERS.items()}
_SCALE = "|".join(SCALES)
_SCALED = re.compile(_SCALE)
_UNSPOKEN = re.compile(r"[\s.]|^百分")
_LATIN = re.compile(r"(?<=[A-Za-z0-9])$")
_LATIN_END = "(?![A-Za-z0-9])"
UNKNOWN_LENGTH = 3  # characters of a unit that no list has


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold a unit found behind a number: its usual short form, where it ends, and whether a list knows it."""

    text: str
    end: int
    known: bool = True


class _UnitTable:
    """Hold the units: usual form by spelling, class by word, conversion (factor, base) by word, and their patterns."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.usual: dict[str, str] = {word: short for short, words in data["usual"].items() for word in words}
        self.classes: dict[str, str] = {word: kind for kind, words in data["classes"].items() for word in words}
        self.conversions: dict[str, tuple[Decimal, str]] = {}
        self.guarded = frozenset(data["guarded"]["words"])
        self.foreign = tuple(data["foreign"]["words"])
        self._add_codes()
        for spelling, short in self.usual.items():
            self.classes[spelling] = self.classes.get(short, "count")
        for factors in data["time"].values():
            base = next(iter(factors))
            for word, factor in factors.items():
                self.conversions[word] = Decimal(factor), base
        self._compile()

    def _add_codes(self) -> None:
        """Add the words of ``units.csv``; what has a blank or a point in it is only converted, never looked for."""
        labels = {row["key"]: row["label"] for row in code_rows("units")}
        for row in code_rows("units"):
            measure = Decimal(row["factor"] or 1), labels.get(row["base"], row["label"])
            for word in map(fold_width, spellings_of(row)):
                self.conversions.setdefault(word, measure)
                if not _UNSPOKEN.search(word):
                    self.classes.setdefault(word, self._listed_class(row["label"]))

    def _listed_class(self, label: str) -> str:
        """Return the class of a unit that only the code list has: that of its base, else a count."""
        known = self.classes.get(label) or self.classes.get(_unscaled(label)[1])
        if known:
            return known
        if "/" in label:
            return "rate"
        return "count"

    def _compile(self) -> None:
        words = [word for word in self.classes if "/" not in word]
        simple = _alternatives(words)
        whole = _alternatives(word for word in words if self.classes[word] != "percent")
        one = rf"(?:{_SCALE})??(?:{simple})(?:\((?:(?:{simple})/?)+\))?"
        per = rf"(?:/|每)(?:(?:\d+(?:{_SCALE})?|(?:{_SCALE})??)(?:{whole})|\d+(?:{_SCALE}))(?:[·、.](?:{whole}))*"
        unit = rf"(?:{one}(?:{per})*|(?:{per})+)"
        self.unit = re.compile(unit)

    def is_whole(self, text: str) -> bool:
        """Tell whether a text is a unit, or a scale alone, and nothing else."""
        return self.unit.fullmatch(text) is not None or re.fullmatch(_SCALE, text) is not None


@cache
def _units() -> _UnitTable:
    return _UnitTable(word_lists("values/units.toml"))


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of the words; Latin units end where the letters end."""
    return "|".join(_LATIN.sub(_LATIN_END, re.escape(word)) for word in longest_first(words))


def plain_unit(text: str) -> str:
    """Return a printed unit squeezed and without enclosing brackets."""
    plain = squeeze(text)
    if plain.startswith("(") and plain.endswith(")"):
        return plain[1:-1]
    return plain


@lru_cache(maxsize=4096)
def usual_unit(printed: str | None) -> str | None:
    """Return a printed unit in its usual short form (百分比 → %, ㎡ → 平方米), None for none.

    Only symbols and other spellings of one word change: 个月, 场次 or 位 stay as printed. Each part of a compound unit
    is put in its form (``元/㎡`` → ``元/平方米``).
    """
    plain = plain_unit(printed or "")
    usual = _units().usual
    return "/".join(usual.get(part, part) for part in plain.split("/")) or None


@lru_cache(maxsize=4096)
def unit_class(printed: str | None) -> str | None:
    """Return the class of a unit (percent, money, time, count …), ``rate`` for a compound, None for an unknown one."""
    plain = plain_unit(printed or "")
    units = _units()
    known = units.classes.get(plain) or units.classes.get(_unscaled(plain)[1])
    if known:
        return known
    if not units.is_whole(plain):
        return None
    if "/" in plain or "每" in plain:
        return "rate"
    return "count"


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Tell whether a cell holds nothing but a unit (个, 万元, 元/人·月, 台/套)."""
    return _units().is_whole(plain_unit(text))


def read_unit(plain: str, start: int, stop: re.Pattern[str]) -> Unit | None:
    """Read the unit that stands in a folded text right behind a number, None when none does.

    ``stop`` matches what may follow a unit that ends the phrase (a comparator word, a mark, the end). A word that no
    list has is taken for a unit only when the phrase ends right behind it; a counter that begins many other words
    (点, 级, 线 …) too.
    """
    units = _units()
    found = units.unit.match(plain, start)
    if found and (found.group() not in units.guarded or stop.match(plain, found.end())):
        text, end = found.group(), found.end()
        if text == "个":
            text += _noun(plain, end, stop, units.foreign)
        return Unit(usual_unit(text) or text, start + len(text))
    scale = _SCALED.match(plain, start)
    if scale and stop.match(plain, scale.end()):
        return Unit(scale.group(), scale.end())
    unknown = _noun(plain, start, stop, units.foreign)
    if unknown:
        return Unit(unknown, start + len(unknown), known=False)
    return None


def _noun(plain: str, start: int, stop: re.Pattern[str], foreign: tuple[str, ...]) -> str:
    """Return the short word up to the end of the phrase, empty when it is long, no unit, or holds a digit or mark."""
    if stop.match(plain, start) or plain.startswith(foreign, start):
        return ""
    for end in range(start + 1, min(start + UNKNOWN_LENGTH, len(plain)) + 1):
        if not (plain[end - 1].isalpha() or plain[end - 1] in "/·"):
            return ""
        if stop.match(plain, end):
            return plain[start:end]
    return ""


@lru_cache(maxsize=4096)
def conversion(unit: str | None, wanted: str | None) -> Decimal | None:
    """Return the factor from one unit to another of the same measure (元 → 万元: 0.0001), None between measures."""
    if not unit or not wanted:
        return None
    factor, base = measure_of(unit)
    wanted_factor, wanted_base = measure_of(wanted)
    if base != wanted_base:
        return None
    return factor / wanted_factor


@lru_cache(maxsize=4096)
def measure_of(unit: str) -> tuple[Decimal, str]:
    """Return what one of a unit is in the base of its measure, and the base (万人次: 10000 人次)."""
    plain = plain_unit(unit)
    conversions = _units().conversions
    if plain in conversions:
        return conversions[plain]
    scale, rest = _unscaled(plain)
    factor, base = conversions.get(rest, (Decimal(1), rest))
    return scale * factor, base


def _unscaled(plain: str) -> tuple[Decimal, str]:
    for word, factor in SCALES.items():
        if plain.startswith(word) and len(plain) > len(word):
            return factor, plain[len(word) :]
    return Decimal(1), plain
