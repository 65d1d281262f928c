"""Cut names and questions into what the index holds: words, pairs of characters, and the initials of their pinyin."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from jixiao.text.folding import fold_width
from jixiao.text.vocabulary import tokenizer

_PART = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_INITIALS = re.compile(r"[a-z]{2,}")
_LONGEST = 400  # characters of a text that are indexed
_NAMED = 40  # and of a name in pinyin
_PREFIX = 10  # initials that are kept from a word on


def plain(text: str) -> str:
    """Return a text in one width and letter case."""
    return fold_width(text).lower()


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, long words with the shorter ones in them."""
    found: dict[str, None] = {}
    for part in _PART.findall(plain(text)[:_LONGEST]):
        cut = tokenizer().cut_for_search(part, HMM=False) if _HAN.match(part) else (part,)
        found.update(dict.fromkeys(cut))
    return tuple(found)


def pairs(text: str) -> list[str]:
    """Return the pairs of characters that stand side by side, which find names that were cut or misread."""
    found: dict[str, None] = {}
    for part in _PART.findall(plain(text)[:_LONGEST]):
        if _HAN.match(part):
            found.update(dict.fromkeys(part[place : place + 2] for place in range(max(1, len(part) - 1))))
        else:
            found[part] = None
    return list(found)


def initials(text: str) -> list[str]:
    """Return the pinyin initials of a name from each of its words on (劳务派遣费 → lwpqf, pqf); prefixes find it."""
    found: dict[str, None] = {}
    for part in re.findall(r"[\u3400-\u9fff]+", plain(text)[:_NAMED]):
        letters = "".join(map(_initial, part))
        place = 0
        for word in tokenizer().cut(part, HMM=False):
            found[letters[place : place + _PREFIX]] = None
            place += len(word)
    return [word for word in found if len(word) > 1]


def spelled(name: str, letters: str) -> str:
    """Return the part of a name whose pinyin initials are the letters, empty where there is none."""
    place = "".join(_initial(each) or "·" for each in name).find(plain(letters))
    return name[place : place + len(letters)] if place >= 0 else ""


def is_initials(text: str) -> bool:
    """Say whether a text may be pinyin initials."""
    return _INITIALS.fullmatch(plain(text)) is not None


@cache
def _initial(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return str(lazy_pinyin(character, style=Style.FIRST_LETTER)[0])[:1] if _HAN.match(character) else ""
