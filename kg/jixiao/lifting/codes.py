"""Resolve printed labels to concepts of the code lists in ``ontology/codes/``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from jixiao.text.folding import fold_label
from jixiao.text.vocabulary import code_rows, spellings_of
from jixiao.vocab import UNIT, concept

_POINTS = re.compile(r"\d+分$")


def fold_level(label: str) -> str:
    """Fold the printed label of a level; its points go too (``产出指标（50 分）``, ``产出指标50分``)."""
    return _POINTS.sub("", fold_label(label))


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
        parent = self.first.get(fold_level(level1 or ""))
        candidates = self.second.get(fold_level(level2 or ""), ())
        if not level2 and parent is None:
            candidates = self.second.get(fold_level(level1 or ""), ())
        fitting = [pair for pair in candidates if parent in (None, pair[0])] or list(candidates)
        if len(fitting) == 1:
            first, second = fitting[0]
            return concept("level", parent or first), concept("level", second)
        return (concept("level", parent), None) if parent else (None, None)


@lru_cache(maxsize=4096)
def levels_of(level1: str | None, level2: str | None) -> tuple[str | None, str | None]:
    """Return the concepts of printed labels, as ``Levels.resolve`` does, and remember them: forms repeat them."""
    return levels().resolve(level1, level2)


@cache
def levels() -> Levels:
    """Read the indicator levels of every era."""
    rows = code_rows("levels")
    first = {fold_level(name): row["key"] for row in rows if row["level"] == "1" for name in spellings_of(row)}
    second: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in rows:
        if row["level"] == "2":
            for name in map(fold_level, spellings_of(row)):
                second[name] = (*second.get(name, ()), (first[fold_level(row["parent"])], row["key"]))
    return Levels(first, second)


@cache
def _units() -> Mapping[str, str]:
    return {name: unit_iri(row) for row in code_rows("units") for name in spellings_of(row)}


def unit_iri(row: Mapping[str, str]) -> str:
    """Return the IRI of a unit of ``units.csv``: QUDT's own where it has one."""
    if row["qudt"]:
        return UNIT[row["qudt"]]
    return concept("unit", row["key"])


def unit(printed: str | None) -> str | None:
    """Return the unit a printed unit means, or None when the list does not have it."""
    return _units().get((printed or "").strip())


@cache
def known_codes(scheme: str) -> frozenset[str]:
    """Return the codes of ``functional`` or ``economic``."""
    return frozenset(row["code"] for row in code_rows(scheme))
