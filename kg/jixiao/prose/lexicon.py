"""Load the closed list of figures that running text states (``facts.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_QUOTES = re.compile(r"[“”\"‘’'「」\s]")


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind of figure; ``unit`` is yuan, count, percent or score; ``words`` are empty for the grammar's own."""

    key: str
    zh: str
    en: str
    unit: str
    units: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    phase: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """Hold one reading of a word: the kinds it names, and whether only at the start of a clause."""

    kinds: tuple[Kind, ...]
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Hold the words of ``facts.toml``, ready to be looked up.

    ``namings`` maps a word to its readings; ``roles`` and ``phases`` map a word to its role or phase; ``classes``
    maps every spelling of a functional class to its usual name; ``unnamed`` are the kinds a bare phase word names.
    """

    kinds: Mapping[str, Kind]
    namings: Mapping[str, tuple[Naming, ...]]
    roles: Mapping[str, str]
    phases: Mapping[str, str]
    classes: Mapping[str, str]
    unnamed: tuple[Kind, ...]
    grades: tuple[str, ...]
    total: tuple[str, ...]
    evaluated: tuple[str, ...]
    self_evaluated: tuple[str, ...]
    fillers: tuple[str, ...]
    skipped: tuple[str, ...]
    limits_before: tuple[str, ...]
    limits_after: tuple[str, ...]


def plain(word: str) -> str:
    """Return a word as it is looked up: no quotation marks or blanks, full-width brackets."""
    return _QUOTES.sub("", word).replace("(", "（").replace(")", "）").replace("％", "%")


@cache
def lexicon() -> Lexicon:
    """Return the lexicon, read once."""
    data = tomllib.loads(Path(__file__).with_name("facts.toml").read_text(encoding="utf-8"))
    kinds = {
        key: Kind(
            key,
            entry["zh"],
            entry["en"],
            entry["unit"],
            tuple(entry.get("units", ())),
            tuple(entry.get("sections", ())),
            entry.get("phase"),
            tuple(entry.get("words", ())),
        )
        for key, entry in data["kinds"].items()
    }
    namings: dict[str, list[Naming]] = {}
    for key, entry in data["kinds"].items():
        for word in entry.get("words", ()):
            namings.setdefault(plain(word), []).append(Naming((kinds[key],)))
        for word in entry.get("starts", ()):
            namings.setdefault(plain(word), []).append(Naming((kinds[key],), starts=True))
    for group in data["group"]:
        for word in group["words"]:
            namings.setdefault(plain(word), []).append(Naming(tuple(kinds[key] for key in group["members"])))
    scope = data["scope"]
    return Lexicon(
        kinds=kinds,
        namings={word: tuple(readings) for word, readings in namings.items()},
        roles={plain(word): role for role, words in data["role"].items() for word in words},
        phases={plain(word): phase for phase, words in data["phase"].items() for word in words},
        classes={plain(word): words[0] for words in data["classes"].values() for word in words},
        unnamed=tuple(kinds[key] for key, entry in data["kinds"].items() if entry.get("unnamed")),
        grades=tuple(data["grades"]["words"]),
        total=tuple(scope["total"]),
        evaluated=tuple(scope["evaluated"]),
        self_evaluated=tuple(scope["self-evaluated"]),
        fillers=tuple(scope["fillers"]),
        skipped=tuple(scope["skip-sections"]),
        limits_before=tuple(scope["thresholds-before"]),
        limits_after=tuple(plain(word) for word in scope["thresholds-after"]),
    )
