"""The administrative divisions (GB/T 2260) under every name and code they go by: today's, short and former ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jixiao.text.vocabulary import alternatives, code_rows, word_lists


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
