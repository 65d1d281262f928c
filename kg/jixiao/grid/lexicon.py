"""The closed words of forms: labels of indicator levels (``levels.csv``), blanks of templates, places to sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jixiao.text.folding import fold_label, fold_width, fold_words, squeeze
from jixiao.text.vocabulary import code_rows, spellings_of, word_lists

_JOINT = re.compile(r"[-—–－/、·>＞→|]+|\n")
_NUMBERED = re.compile(r"\d+")
MINIMUM_CUT = 3  # characters of a label that is still known when cut


@dataclass(frozen=True, slots=True)
class Level:
    """Hold one entry of the taxonomy: level 1–3, label, parent label, the schemes that have it, and its key."""

    level: int
    label: str
    parent: str
    schemes: frozenset[str]
    key: str


class Lexicon:
    """Hold the closed words; one instance serves the program (``lexicon()``)."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.expected = frozenset(data["goals"]["expected"])
        self.funds: dict[str, list[str]] = data["funds"]
        self.statements: dict[str, list[str]] = data["statements"]
        self._placeholder = re.compile("|".join(data["placeholders"]["patterns"]))
        self._signing = re.compile("|".join(data["signing"]["patterns"]))
        self._levels: dict[int, dict[str, list[Level]]] = {1: {}, 2: {}, 3: {}}
        for row in code_rows("levels"):
            schemes = frozenset(row["scheme"].split("|"))
            level = Level(int(row["level"]), row["label"], row["parent"], schemes, row["key"])
            for key in dict.fromkeys(map(_level_key, spellings_of(row))):
                self._levels[level.level].setdefault(key, []).append(level)

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance, living as long as the program
    def level(self, number: int, text: str) -> tuple[Level, ...]:
        """Return the taxonomy entries that a printed label of level 1, 2 or 3 may be (empty: a foreign word)."""
        known = self._levels[number]
        return tuple(known.get(_level_key(fold_label(text)), ()))

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance, living as long as the program
    def cut_level(self, number: int, text: str) -> tuple[Level, ...]:
        """Return the taxonomy entries whose label lost its last character at the cell's edge."""
        folded = fold_label(text)
        if len(folded) <= MINIMUM_CUT:
            return ()
        return tuple(self._levels[number].get(f"{folded}标", ())) if folded.endswith("指") else ()

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance, living as long as the program
    def split_levels(self, text: str) -> tuple[str, str] | None:
        """Return the 一级 and 二级 label that one text joins (产出指标-数量指标), None when it joins none."""
        parts = [part.strip() for part in _JOINT.split(text) if part.strip()]
        if len(parts) == 2 and self.level(1, parts[0]) and self.level(2, parts[1]):
            return parts[0], parts[1]
        return None

    def is_placeholder(self, text: str) -> bool:
        """Tell whether a name is what a blank template prints."""
        return self._placeholder.search(fold_width(text).strip()) is not None

    def is_signing(self, text: str) -> bool:
        """Tell whether a text is what stands in rows of signatures: a place to stamp or sign, an opinion, a date."""
        return self._signing.search(squeeze(text)) is not None

    def fund_kind(self, text: str) -> str | None:
        """Return which fund a money label names (``total``, ``unit-funds`` …), None for none."""
        kinds = self.funds.items()
        return next((kind for kind, words in kinds if any(word in text for word in words)), None)


def _level_key(text: str) -> str:
    return _NUMBERED.sub("N", fold_words(text))


@cache
def lexicon() -> Lexicon:
    """Return the one lexicon, read at first use."""
    return Lexicon(word_lists("grid/lexicon.toml"))
