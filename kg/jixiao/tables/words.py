"""Cut names and questions into what the index holds: words, pairs of characters, and the initials of their pinyin."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from jixiao.text.folding import fold_width
from jixiao.text.vocabulary import tokenizer

_PART = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_INITIALS = re.compile(r"[a-z]{2,}")
_LONGEST = 400  # characters of a text that are indexed
_NAMED = 40  # and of a name in pinyin
_PREFIX = 10  # initials that are kept from a word on


def fold_case(text: str) -> str:
    """Return a text in one width and letter case."""
    return fold_width(text).lower()


def _parts(text: str) -> list[str]:
    return _PART.findall(fold_case(text)[:_LONGEST])


@lru_cache(maxsize=200_000)
def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, long words with the shorter ones in them."""
    found: dict[str, None] = {}
    for part in _parts(text):
        if _HAN.match(part):
            found.update(dict.fromkeys(tokenizer().cut_for_search(part, HMM=False)))
        else:
            found[part] = None
    return tuple(found)


def bigrams(text: str) -> list[str]:
    """Return the pairs of characters that stand side by side, which find names that were cut or misread."""
    found: dict[str, None] = {}
    for part in _parts(text):
        if _HAN.match(part) and len(part) > 1:
            found.update(dict.fromkeys(map("".join, pairwise(part))))
        else:
            found[part] = None
    return list(found)


def pinyin_initials(text: str) -> list[str]:
    """Return the pinyin initials of a name from each of its words on (劳务派遣费 → lwpqf, pqf); prefixes find it."""
    found: dict[str, None] = {}
    for part in _HAN.findall(fold_case(text)[:_NAMED]):
        letters = "".join(_initials().get(character, "·") for character in part)
        place = 0
        for word in tokenizer().cut(part, HMM=False):
            found[letters[place : place + _PREFIX]] = None
            place += len(word)
    return [word for word in found if len(word) > 1]


def spelled(name: str, letters: str) -> str:
    """Return the part of a name whose pinyin initials are the letters, empty where there is none."""
    initials = "".join(_initials().get(character, "·") for character in name)
    place = initials.find(fold_case(letters))
    if place < 0:
        return ""
    return name[place : place + len(letters)]


def is_initials(text: str) -> bool:
    """Say whether a text may be pinyin initials."""
    return _INITIALS.fullmatch(fold_case(text)) is not None


@cache
def _initials() -> dict[str, str]:
    """Return the initial of each Chinese character's usual reading (made of the readings of pypinyin, MIT)."""
    lines = (files("jixiao.tables") / "initials.csv").read_text("utf-8").splitlines()[1:]
    return {character: line[0] for line in lines for character in line[2:]}
