"""Load the closed list of figures that running text states (``facts.toml``)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.text.vocabulary import word_lists

_QUOTES = re.compile(r"[“”\"‘’'「」\s]")


@dataclass(frozen=True, slots=True)
class Statistic:
    """Hold what a figure tells; ``unit`` is yuan, count, percent or score; ``words`` are empty for the grammar's own.

    ``units`` are the counters a count may have, ``sections`` the words of the headings it holds below.
    """

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
    """Hold one reading of a word: the statistics it names, and whether only at the start of a clause."""

    kinds: tuple[Statistic, ...]
    starts: bool = False


class Terminology:
    """Hold the words of ``facts.toml``, ready to be looked up.

    ``namings`` maps a word to its readings; ``roles`` and ``phases`` map a word to its role or phase; ``classes``
    maps every spelling of a functional class to its usual name; ``unnamed`` are what a bare phase word names.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._read_statistics(data["kinds"])
        for group in data["group"]:
            self._name(group["words"], Naming(tuple(self.kinds[key] for key in group["members"])))
        self.roles = _by_word(data["role"])
        self.phases = _by_word(data["phase"])
        self.classes = {fold_term(word): words[0] for words in data["classes"].values() for word in words}
        self.grades = "|".join(data["grades"]["words"])
        scope = data["scope"]
        self.total = tuple(scope["total"])
        self.evaluated = tuple(scope["evaluated"])
        self.self_evaluated = tuple(scope["self-evaluated"])
        self.fillers = tuple(scope["fillers"])
        self.skipped = tuple(scope["skip-sections"])
        self.limits_before = tuple(scope["thresholds-before"])
        self.limits_after = tuple(map(fold_term, scope["thresholds-after"]))

    def _read_statistics(self, entries: Mapping[str, Any]) -> None:
        self.kinds = {key: _statistic(key, entry) for key, entry in entries.items()}
        self.unnamed = tuple(self.kinds[key] for key, entry in entries.items() if entry.get("unnamed"))
        self.namings: defaultdict[str, list[Naming]] = defaultdict(list)
        for key, entry in entries.items():
            self._name(entry.get("words", ()), Naming((self.kinds[key],)))
            self._name(entry.get("starts", ()), Naming((self.kinds[key],), starts=True))

    def _name(self, words: Iterable[str], naming: Naming) -> None:
        for word in words:
            self.namings[fold_term(word)].append(naming)

    def skips(self, section: Iterable[str]) -> bool:
        """Tell whether nothing below these headings states figures of the document's own."""
        return any(word in heading for heading in section for word in self.skipped)


@cache
def terminology() -> Terminology:
    """Return the terminology, read once."""
    return Terminology(word_lists("prose/facts.toml"))


def _statistic(key: str, entry: Mapping[str, Any]) -> Statistic:
    units, sections, words = (tuple(entry.get(name, ())) for name in ("units", "sections", "words"))
    return Statistic(key, entry["zh"], entry["en"], entry["unit"], units, sections, entry.get("phase"), words)


def _by_word(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold_term(word): name for name, words in groups.items() for word in words}


def fold_term(word: str) -> str:
    """Return a word of running text as it is looked up: no quotation marks or blanks, full-width brackets."""
    return _QUOTES.sub("", word).replace("(", "（").replace(")", "）").replace("％", "%")
