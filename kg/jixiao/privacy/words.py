"""Hold the words by which persons are found (``words.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


class Words:
    """Hold the vocabulary: labels, what stands around names, what long numbers are called, parts of names."""

    def __init__(self) -> None:
        data = tomllib.loads((files("jixiao.privacy") / "words.toml").read_text(encoding="utf-8"))
        self.labels: dict[str, list[str]] = data["labels"]
        around = data["around"]
        self.verbs: str = around.pop("verbs")
        self.levels: str = around.pop("levels")
        self.around: dict[str, list[str]] = around
        self.contexts: dict[str, list[str]] = data["contexts"]
        self.codes: dict[str, list[str]] = data["codes"]
        names = data["names"]
        self.single = "".join(names["single"].split())
        self.rare = "".join(names["rare"].split())
        self.sounds: str = names["sounds"]
        self.places: str = names["places"]
        self.parts: list[str] = names["parts"].split()
        self.last: str = names["last"]
        self.compound: list[str] = names["compound"]
        self.endings = frozenset(names["endings"])
        self.offices = tuple(names["offices"])
        self.ordinary = frozenset(names["words"].split())


@cache
def words() -> Words:
    """Return the vocabulary, read once."""
    return Words()


def any_of(choices: Iterable[str], *, apart: bool = False) -> str:
    """Return a pattern of any of the words, the longest first; ``apart`` lets blanks stand between their characters."""
    ordered = sorted(choices, key=len, reverse=True)
    return "|".join(" {0,2}".join(word) if apart else word for word in ordered)
