"""Units as documents print them: which words are units, their usual short form, class and conversion.

The words are data: ``units.toml`` (spellings, classes, counters) and ``ontology/codes/units.csv`` (factors, IRIs).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

from jixiao.text.folding import fold_width, squeeze
from jixiao.text.vocabulary import code_rows, spellings_of

SCALES: Mapping[str, Decimal] = {
    word: Decimal(10) ** power
    for word, power in (
        ("万亿", 12), ("千亿", 11), ("百亿", 10), ("亿", 8), ("千万", 7), ("百万", 6), ("十万", 5), ("万", 4),
        ("千", 3), ("百", 2),
    )
}  # fmt: skip
_SCALE = "|".join(SCALES)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_END = re.compile(r"$|[,;。、()以左]")
UNKNOWN_LENGTH = 3  # characters of a unit that no list has


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold a unit found behind a number: its usual short form, where it ends, and whether a list knows it."""

    text: str
    end: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class _Words:
    """Hold the data: usual form by spelling, class by word, conversion (factor, base) by word, grammar."""

    usual: Mapping[str, str]
    classes: Mapping[str, str]
    conversions: Mapping[str, tuple[Decimal, str]]
    unit: re.Pattern[str]
    whole: re.Pattern[str]
    guarded: frozenset[str]
    foreign: tuple[str, ...]


@cache
def _words() -> _Words:
    data = tomllib.loads(files("jixiao.values").joinpath("units.toml").read_text("utf-8"))
    usual = {spelling: short for short, spellings in data["usual"].items() for spelling in spellings}
    classes = {word: kind for kind, words in data["classes"].items() for word in words}
    conversions: dict[str, tuple[Decimal, str]] = {}
    rows = code_rows("units")
    labels = {row["key"]: row["label"] for row in rows}
    for row in rows:
        words = [fold_width(word) for word in spellings_of(row)]
        base = labels.get(row["base"], row["label"])
        for word in words:
            conversions.setdefault(word, (Decimal(row["factor"] or 1), base))
            if not any(character.isspace() or character == "." for character in word) and not word.startswith("百分"):
                classes.setdefault(word, _listed_class(row["label"], classes))
    classes.update({spelling: classes.get(short, "count") for spelling, short in usual.items()})
    for base, factors in data["time"].items():
        conversions.update({word: (Decimal(factor), f"time {base}") for word, factor in factors.items()})
    simple = _alternatives(word for word in classes if "/" not in word)
    whole = _alternatives(word for word, kind in classes.items() if "/" not in word and kind != "percent")
    one = rf"(?:{_SCALE})??(?:{simple})(?:\((?:(?:{simple})/?)+\))?"
    per = rf"(?:/|每)(?:(?:\d+(?:{_SCALE})?|(?:{_SCALE})??)(?:{whole})|\d+(?:{_SCALE}))(?:[·、.](?:{whole}))*"
    unit = rf"(?:{one}(?:{per})*|(?:{per})+)"
    return _Words(
        usual, classes, conversions, re.compile(unit), re.compile(rf"{unit}|{_SCALE}"),
        frozenset(data["guarded"]["words"]), tuple(data["foreign"]["words"]),
    )  # fmt: skip


def _listed_class(label: str, classes: Mapping[str, str]) -> str:
    """Return the class of a unit that only the ontology lists: that of its base, else a count."""
    return classes.get(label) or classes.get(_unscaled(label)[1]) or ("rate" if "/" in label else "count")


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of the words; Latin units end where the letters end."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word) + (r"(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalnum() else "") for word in ordered
    )


def plain_unit(text: str) -> str:
    """Return a printed unit NFKC-folded, without blanks and enclosing brackets."""
    plain = squeeze(text)
    return plain[1:-1] if plain[:1] == "(" and plain[-1:] == ")" else plain


@lru_cache(maxsize=4096)
def usual_unit(printed: str | None) -> str | None:
    """Return a printed unit in its usual short form (百分比 → %, ㎡ → 平方米), None for none.

    Only symbols and other spellings of one word change: 个月, 场次 or 位 stay as printed. Each part of a compound unit
    is put in its form (``元/㎡`` → ``元/平方米``).
    """
    if not printed or not (plain := plain_unit(printed)):
        return None
    usual = _words().usual
    return "/".join(usual.get(part, part) if part else part for part in plain.split("/"))


@lru_cache(maxsize=4096)
def unit_class(printed: str | None) -> str | None:
    """Return the class of a unit (percent, money, time, count …), ``rate`` for a compound, None for an unknown one."""
    if not printed or not (plain := plain_unit(printed)):
        return None
    words = _words()
    known = words.classes.get(plain) or words.classes.get(_unscaled(plain)[1])
    if known:
        return known
    return ("rate" if "/" in plain or "每" in plain else "count") if words.whole.fullmatch(plain) else None


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Tell whether a cell holds nothing but a unit (个, 万元, 元/人·月, 台/套)."""
    plain = plain_unit(text)
    return bool(plain) and _words().whole.fullmatch(plain) is not None


def read_unit(plain: str, start: int, stop: re.Pattern[str]) -> Unit | None:
    """Read the unit that stands in a folded text right behind a number, None when none does.

    ``stop`` matches what may follow a unit that ends the phrase (a comparator word, a mark, the end). A word that no
    list has is taken for a unit only when the phrase ends right behind it; a counter that begins many other words
    (点, 级, 线 …) too.
    """
    words = _words()
    found = words.unit.match(plain, start)
    if found:
        end, text = found.end(), found.group()
        if text not in words.guarded or stop.match(plain, end):
            noun = _noun(plain, end, stop, words.foreign) if text == "个" else ""
            return Unit(usual_unit(text + noun) or text, end + len(noun))
    scale = re.compile(_SCALE).match(plain, start)
    if scale and stop.match(plain, scale.end()):
        return Unit(scale.group(), scale.end())
    unknown = _noun(plain, start, stop, words.foreign)
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
    one, other = _measure(unit), _measure(wanted)
    return one[0] / other[0] if one and other and one[1] == other[1] else None


def units_agree(unit: str | None, text: str | None) -> bool:
    """Tell whether the number a text states may be in a unit: the text prints it, a scale of it, or no unit."""
    found = _NUMBER.search(squeeze(text)) if text else None
    if not found:
        return False
    printed = read_unit(found.string, found.end(), _END)
    return printed is None or unit is None or printed.text == unit or conversion(printed.text, unit) is not None


def _measure(unit: str | None) -> tuple[Decimal, str] | None:
    """Return what one of a unit is in its base (万人次: 10000 人次)."""
    if not unit:
        return None
    plain = plain_unit(unit)
    known = _words().conversions.get(plain)
    if known:
        return known
    scale, rest = _unscaled(plain)
    if scale == 1:
        return Decimal(1), plain
    inner = _words().conversions.get(rest, (Decimal(1), rest))
    return scale * inner[0], inner[1]


def _unscaled(plain: str) -> tuple[Decimal, str]:
    for word, factor in SCALES.items():
        if plain.startswith(word) and len(plain) > len(word):
            return factor, plain[len(word) :]
    return Decimal(1), plain
