"""The words that forms print: column headers, row labels, indicator levels (``lexicon.toml``, ``levels.csv``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from jixiao.text.folding import fold_label, fold_width, fold_words, squeeze, without_remarks
from jixiao.text.vocabulary import code_rows, spellings_of

_JOINT = re.compile(r"[-—–－/、·>＞→|]+|\n")
_NUMBERED = re.compile(r"\d+")
MINIMUM_CUT = 3  # a word cut at the cell's edge is still known by this many characters …
CUT_SHARE = 0.6  # … that are this much of it


def is_misread(text: str, word: str) -> bool:
    """Tell whether a text is the word with one character recognised wrongly."""
    return len(text) == len(word) > MINIMUM_CUT and sum(a != b for a, b in zip(text, word, strict=True)) == 1


@dataclass(frozen=True, slots=True)
class Level:
    """Hold one entry of the taxonomy: level 1–3, label, parent label, the schemes that have it, and its key."""

    level: int
    label: str
    parent: str
    schemes: frozenset[str]
    key: str


class Words:
    """Look folded words up in named closed lists; a word cut at the edge is known by its beginning."""

    def __init__(self, lists: dict[str, list[str]]) -> None:
        self._kinds: dict[str, list[str]] = {}
        for kind, words in lists.items():
            for word in words:
                self._kinds.setdefault(fold_words(word), []).append(kind)
        self._long = sorted(word for word in self._kinds if len(word) > MINIMUM_CUT)

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance a list, living as long as the program
    def kinds(self, text: str, *, cut: bool = False) -> tuple[str, ...]:
        """Return the kinds a printed word may be, most specific first; ``cut`` accepts a truncated word."""
        for folded in (fold_words(text), fold_label(text)):
            if folded in self._kinds:
                return tuple(self._kinds[folded])
        folded = fold_label(text)
        if not cut or len(folded) < MINIMUM_CUT:
            return ()
        damaged = [word for word in self._long if word.startswith(folded) and len(folded) >= CUT_SHARE * len(word)]
        damaged = damaged or [word for word in self._kinds if is_misread(folded, word)]
        found = dict.fromkeys(kind for word in damaged for kind in self._kinds[word])
        return tuple(found)

    def nearly(self, text: str) -> frozenset[str]:
        """Return the kinds of all words, short ones too, that the text may be with one character recognised wrongly."""
        folded = fold_label(text)
        near = (w for w in self._kinds if len(w) == len(folded) > 1 and sum(map(str.__ne__, w, folded)) == 1)
        return frozenset(kind for word in near for kind in self._kinds[word])

    def __contains__(self, text: str) -> bool:
        return bool(self.kinds(text))


class Lexicon:
    """Hold all closed lists; one instance serves the program (``lexicon()``)."""

    def __init__(self) -> None:
        data = tomllib.loads(files("jixiao.forms").joinpath("lexicon.toml").read_text("utf-8"))
        self.columns = Words(data["columns"])
        self.groups = frozenset(map(fold_words, data["groups"]["words"]))
        self.periods: dict[str, list[str]] = data["periods"]
        self.labels = Words(data["labels"])
        self.frames = Words(data["frames"])
        self.funds: dict[str, list[str]] = data["funds"]
        self.totals = frozenset(map(fold_words, data["ends"]["words"]))
        self.subtotals = frozenset(map(fold_words, data["ends"]["subtotals"]))
        self.closing = frozenset(map(fold_words, data["ends"]["closing"]))
        self.execution = frozenset(map(fold_words, data["execution"]["words"]))
        self.persons: tuple[str, ...] = tuple(data["contacts"]["persons"])
        self.numbers: tuple[str, ...] = tuple(data["contacts"]["numbers"])
        self.persons_of: tuple[str, ...] = tuple(data["contacts"]["before"])
        self.quality = frozenset(map(squeeze, data["quality"]["words"]))
        self.direction = frozenset(map(squeeze, data["direction"]["words"]))
        self.placeholders = tuple(re.compile(pattern) for pattern in data["placeholders"]["patterns"])
        self.marks = re.compile("|".join(data["placeholders"]["marks"]))
        self.stamps = re.compile("|".join((*data["signing"]["stamps"], *data["signing"]["opinions"])))
        self.dates = re.compile("|".join(data["signing"]["dates"]))
        self.pages = re.compile("|".join(data["signing"]["pages"]))
        self.levels: dict[int, dict[str, list[Level]]] = {1: {}, 2: {}, 3: {}}
        for level, spellings in _levels():
            for spelling in spellings:
                entries = self.levels[level.level].setdefault(_level_key(spelling), [])
                if level not in entries:
                    entries.append(level)

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance, living as long as the program
    def level(self, number: int, text: str) -> tuple[Level, ...]:
        """Return the taxonomy entries that a printed label of level 1, 2 or 3 may be (empty: a foreign word)."""
        for key in (_level_key(text), _level_key(fold_label(text))):
            if key in self.levels[number]:
                return tuple(self.levels[number][key])
        return ()

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance, living as long as the program
    def cut_level(self, number: int, text: str) -> tuple[Level, ...]:
        """Return the taxonomy entries whose label lost its last character at the cell's edge, or has one misread."""
        folded = fold_label(text)
        if len(folded) <= MINIMUM_CUT:
            return ()
        spelled = [(word, entries) for word, entries in self.levels[number].items() if word.endswith("指标")]
        cut = [entry for word, entries in spelled if word[:-1] == folded for entry in entries]
        return tuple(cut or [entry for word, entries in spelled if is_misread(folded, word) for entry in entries])

    @lru_cache(maxsize=16384)  # noqa: B019 - one instance, living as long as the program
    def split_levels(self, text: str) -> tuple[str, str] | None:
        """Return the 一级 and 二级 label that one text joins (产出指标-数量指标), None when it joins none."""
        parts = [part.strip() for part in _JOINT.split(text) if part.strip()]
        if len(parts) == 2 and self.level(1, parts[0]) and self.level(2, parts[1]):
            return parts[0], parts[1]
        return None

    def is_placeholder(self, text: str) -> bool:
        """Tell whether a name is what a blank template prints."""
        stripped = fold_width(text).strip()
        return any(pattern.search(stripped) for pattern in self.placeholders)

    def has_mark(self, text: str) -> bool:
        """Tell whether a name holds a mark that a template leaves to be filled in (××数量), outside brackets."""
        return self.marks.search(without_remarks(text)) is not None

    def is_stamp(self, text: str) -> bool:
        """Tell whether a text is a place for a stamp, a signature, an opinion or a date to be filled in."""
        return self.stamps.search(squeeze(text)) is not None

    def is_signing(self, text: str) -> bool:
        """Tell whether a text is what stands in rows of signatures: such a place, or a date."""
        return self.is_stamp(text) or self.dates.search(squeeze(text)) is not None

    def is_page(self, text: str) -> bool:
        """Tell whether a text that stands alone is the number of a page."""
        return self.pages.search(squeeze(text)) is not None

    def is_quality(self, text: str) -> bool:
        """Tell whether a cell holds a 指标性质 (a comparator sign or 定性/定量)."""
        return squeeze(text) in self.quality

    def is_direction(self, text: str) -> bool:
        """Tell whether a cell holds a 指标方向."""
        return squeeze(text) in self.direction


def _level_key(text: str) -> str:
    return _NUMBERED.sub("N", fold_words(text))


def _levels() -> Iterable[tuple[Level, list[str]]]:
    for row in code_rows("levels"):
        schemes = frozenset(row["scheme"].split("|"))
        yield Level(int(row["level"]), row["label"], row["parent"], schemes, row["key"]), spellings_of(row)


@cache
def lexicon() -> Lexicon:
    """Return the one lexicon, read at first use."""
    return Lexicon()
