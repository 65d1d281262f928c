"""The administrative divisions (GB/T 2260) under every name and code they go by: today's, short and former ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.text.vocabulary import alternatives, code_rows, word_lists

# what follows 市, 区 or 县 where these are part of another word: 中山市场 is no 中山市
WORD_GOES_ON = re.compile(r"场|民(?!政)|容|域|划|间|政(?!务|府|协)")


@dataclass(frozen=True, slots=True)
class Division:
    """Hold a division of the list; ``kind`` is province, prefecture or county, ``parent`` a code or empty."""

    code: str
    name: str
    parent: str
    kind: str


@cache
def divisions() -> Mapping[str, Division]:
    """Return the divisions of today by code."""
    rows = code_rows("regions")
    return {row["code"]: Division(row["code"], row["name"], row["parent"], row["kind"]) for row in rows}


@cache
def former_codes() -> Mapping[str, str]:
    """Return by the codes of divisions that are no more the code of the division they have become."""
    return {row["code"]: row["heir"] for row in code_rows("former-regions") if row["code"] not in divisions()}


@cache
def division_names() -> Mapping[str, tuple[Division, ...]]:
    """Return the divisions by every name: a short or former name only where no division has it today."""
    today: defaultdict[str, dict[str, Division]] = defaultdict(dict)
    other: defaultdict[str, dict[str, Division]] = defaultdict(dict)
    for division in divisions().values():
        today[division.name][division.code] = division
        if short := short_name(division.name):
            other[short][division.code] = division
    for row in code_rows("former-regions"):
        other[row["name"]][row["heir"]] = divisions()[row["heir"]]
    return {name: tuple(named.values()) for name, named in (other | today).items()}


def short_name(name: str) -> str | None:
    """Return the name of an autonomous area without its peoples (黔东南州, 本溪县), None for other areas."""
    match = _autonomous().fullmatch(name)
    if match is None:
        return None
    stem = match["stem"] or match["people"].removesuffix("族")
    return f"{stem}{match['last'][-1]}"


@cache
def _autonomous() -> re.Pattern[str]:
    peoples = alternatives(word_lists("text/divisions.toml")["peoples"])
    return re.compile(rf"(?P<stem>.*?)(?P<people>{peoples})?(?:{peoples})*(?P<last>自治[县州旗]|(?<=族)区)")


def contains_division(outer: str, inner: str) -> bool:
    """Tell whether the division with one code is that with another, or has it inside."""
    division = divisions().get(inner)
    while division and division.code != outer:
        division = divisions().get(division.parent)
    return division is not None


def read_divisions(text: str) -> tuple[list[Sequence[Division]], str]:
    """Return the divisions that a text names from its beginning, each inside the one before, and the rest of the text.

    Each name comes with all divisions of it that can be meant.
    """
    found: list[Sequence[Division]] = []
    rest = text
    while inside := _first_division(rest, found[-1] if found else ()):
        length, named = inside
        found.append(named)
        rest = rest[length:]
    # A later division tells which of several earlier ones of that name is meant.
    for position in range(len(found) - 2, -1, -1):
        inner = found[position + 1]
        found[position] = [each for each in found[position] if any(_within(other, each) for other in inner)]
    return found, rest


def _first_division(text: str, outer: Sequence[Division]) -> tuple[int, Sequence[Division]] | None:
    """Return the length of the longest name a text begins with, and its divisions, inside the outer ones if any."""
    for length in range(min(len(text), _longest()), 1, -1):
        inside = division_names().get(text[:length], ())
        if outer:
            inside = tuple(each for each in inside if any(_within(each, other) for other in outer))
        if inside:
            return length, inside
    return None


@cache
def _longest() -> int:
    return max(map(len, division_names()))


def _within(inner: Division, outer: Division) -> bool:
    return inner is not outer and contains_division(outer.code, inner.code)
