"""Hold the words and weights by which persons are found (``words.toml``, ``characters.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


class Words:
    """Hold the vocabulary: labels, what stands around names, what long numbers are called, how names are spelt."""

    def __init__(self) -> None:
        data = _table("words.toml")
        self.labels: dict[str, list[str]] = data["labels"]
        self.called_so = frozenset(self.labels["persons"])
        """What persons are called by what they are: 林长, so that 林长制 is none's name."""
        self.codes: dict[str, list[str]] = data["codes"]
        self.weights: dict[str, float] = data["weights"]
        self.lengths: list[float] = data["weights"]["lengths"]
        self.asked: dict[str, float] = data["weights"]["asked"]
        self.before = _weighed(data["before"])
        self.after = _weighed(data["after"])
        self.levels: str = data["around"]["levels"]
        self.posts: list[str] = data["around"]["posts"]
        self.roles: list[str] = data["around"]["roles"]
        names = data["names"]
        self.sounds: str = names["sounds"]
        self.parts: list[str] = names["parts"].split()
        self.places = frozenset(names["places"])
        self.endings_of_parts: str = names["endings_of_parts"]
        self.compound = frozenset(names["compound"])
        self.offices = tuple(names["offices"])
        self.ordinary = frozenset(names["words"].split())
        characters = _table("characters.toml")
        first, self.middle, self.last = (_likely(characters[place]) for place in ("first", "middle", "last"))
        self.surnames = self._surnames(names["single"], first) | self._surnames(names["rare"], first, "rare")

    def _surnames(self, characters: str, first: dict[str, float], less: str | None = None) -> dict[str, float]:
        """Return the logarithm of each surname's likelihood; ``less`` names a weight that is added."""
        added = self.weights[less] if less else 0.0
        unknown = self.weights["surname"]
        return {each: first.get(each, unknown) + added for each in "".join(characters.split())}


@cache
def words() -> Words:
    """Return the vocabulary, read once."""
    return Words()


def weight(name: str) -> float:
    """Return a weight of ``[weights]``: a natural logarithm, or the least sum of them."""
    return words().weights[name]


def any_of(choices: Iterable[str], *, apart: bool = False) -> str:
    """Return a pattern of any of the words, the longest first; ``apart`` lets blanks stand between their characters."""
    ordered = sorted(choices, key=len, reverse=True)
    return "|".join(" {0,2}".join(word) if apart else word for word in ordered)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("jixiao.privacy") / name).read_text(encoding="utf-8"))


def _weighed(groups: list[dict[str, Any]]) -> dict[str, float]:
    """Return the weight of each word of ``[[before]]`` or ``[[after]]``."""
    return {word: group["weight"] for group in groups for word in group["words"].split()}


def _likely(groups: dict[str, str]) -> dict[str, float]:
    """Return the logarithm of each character's likelihood."""
    return {character: float(weight) for weight, characters in groups.items() for character in characters}
