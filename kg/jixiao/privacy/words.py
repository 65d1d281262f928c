"""Hold the words and weights by which persons are found (``words.toml``, ``characters.toml``)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from jixiao.resources import table


class Words:
    """Hold the vocabulary: labels, what stands around names, what long numbers are called, how names are spelt."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.labels: dict[str, list[str]] = data["labels"]
        self.codes: dict[str, list[str]] = data["codes"]
        self.weights: dict[str, float] = data["weights"]
        self.asked: dict[str, float] = data["weights"]["asked"]
        self.before, self.after = (_weighed(data[side]) for side in ("before", "after"))
        self.levels: str = data["around"]["levels"]
        self.posts: list[str] = data["around"]["posts"]
        self.roles: list[str] = data["around"]["roles"]
        self.spelling = Spelling(data["names"], data["weights"], table("jixiao.privacy/characters.toml"))


class Spelling:
    """Hold how names are spelt: surnames and characters with the logarithm of their likelihood, parts, and words."""

    def __init__(self, names: dict[str, Any], weights: dict[str, Any], characters: dict[str, Any]) -> None:
        self.lengths: list[float] = weights["lengths"]
        self.sounds: str = names["sounds"]
        self.parts: list[str] = names["parts"].split()
        self.places, self.compound = frozenset(names["places"]), frozenset(names["compound"])
        self.endings_of_parts: str = names["endings_of_parts"]
        self.offices = tuple(names["offices"])
        self.ordinary = frozenset(names["words"].split())
        first, self.middle, self.last = (_likely(characters[place]) for place in ("first", "middle", "last"))
        rare = {each: first.get(each, weights["surname"]) + weights["rare"] for each in names["rare"] if each.strip()}
        self.surnames = {each: first.get(each, weights["surname"]) for each in names["single"] if each.strip()} | rare


@cache
def words() -> Words:
    """Return the vocabulary, read once."""
    return Words(table("jixiao.privacy/words.toml"))


def weight(name: str) -> float:
    """Return a weight of ``[weights]``: a natural logarithm, or the least sum of them."""
    return words().weights[name]


def any_of(choices: Iterable[str], *, apart: bool = False) -> str:
    """Return a pattern of any of the words, the longest first; ``apart`` lets blanks stand between their characters."""
    ordered = sorted(choices, key=len, reverse=True)
    return "|".join(" {0,2}".join(word) if apart else word for word in ordered)


def _weighed(groups: list[dict[str, Any]]) -> dict[str, float]:
    """Return the weight of each word of ``[[before]]`` or ``[[after]]``."""
    return {word: group["weight"] for group in groups for word in group["words"].split()}


def _likely(groups: dict[str, str]) -> dict[str, float]:
    """Return the logarithm of each character's likelihood."""
    return {character: float(weight) for weight, characters in groups.items() for character in characters}
