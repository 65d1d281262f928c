"""Resolve printed labels to concepts of the code lists in ``ontology/codes/``."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jixiao.resources import resource
from jixiao.vocab import UNIT, concept

_NOISE = re.compile(r"[\s\"'“”‘’「」]|\([^()]*\)|\[[^\[\]]*\]|【|】")
_EDGES = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[.、])|(?:\d+分)?[:;,。.、]*$")


def read_codes(name: str) -> list[dict[str, str]]:
    """Read ``ontology/codes/NAME.csv``."""
    with resource("ontology", "codes", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spellings(row: Mapping[str, str]) -> list[str]:
    """Return the label of a row and its other spellings."""
    return [row["label"], *filter(None, row["alt"].split("|"))]


def fold(label: str) -> str:
    """Fold a printed label: width, blanks, quotes, numbering and notes in brackets (``产出指标（50 分）``)."""
    return _EDGES.sub("", _NOISE.sub("", unicodedata.normalize("NFKC", label)))


@dataclass(frozen=True, slots=True)
class Levels:
    """Hold the indicator levels by folded label: level 1 to its key, level 2 to (key of its level 1, its key)."""

    first: Mapping[str, str]
    second: Mapping[str, tuple[tuple[str, str], ...]]

    def resolve(self, level1: str | None, level2: str | None) -> tuple[str | None, str | None]:
        """Return the level concepts of the printed labels.

        A level-2 label that only one level 1 has says its level 1 too, also where it is printed in the level-1
        column; what stays ambiguous is None.
        """
        parent = self.first.get(fold(level1)) if level1 else None
        candidates = self.second.get(fold(level2), ()) if level2 else ()
        if level1 and not level2 and parent is None:
            candidates = self.second.get(fold(level1), ())
        fitting = [pair for pair in candidates if parent in (None, pair[0])] or list(candidates)
        if len(fitting) != 1:
            return _level(parent), None
        return _level(parent or fitting[0][0]), _level(fitting[0][1])


def _level(key: str | None) -> str | None:
    return None if key is None else concept("level", key)


@cache
def levels() -> Levels:
    """Read the indicator levels of every era."""
    rows = read_codes("levels")
    first = {fold(name): row["key"] for row in rows if row["level"] == "1" for name in spellings(row)}
    second: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in rows:
        if row["level"] == "2":
            for name in map(fold, spellings(row)):
                second[name] = (*second.get(name, ()), (first[fold(row["parent"])], row["key"]))
    return Levels(first, second)


@cache
def _units() -> Mapping[str, str]:
    return {name: unit_iri(row) for row in read_codes("units") for name in spellings(row)}


def unit_iri(row: Mapping[str, str]) -> str:
    """Return the IRI of a unit of ``units.csv``: QUDT's own where it has one."""
    return UNIT[row["qudt"]] if row["qudt"] else concept("unit", row["key"])


def unit(printed: str | None) -> str | None:
    """Return the unit a printed unit means, or None when the list does not have it."""
    return _units().get(printed.strip()) if printed else None


@cache
def known_codes(scheme: str) -> frozenset[str]:
    """Return the codes of ``functional`` or ``economic``."""
    return frozenset(row["code"] for row in read_codes(scheme))
