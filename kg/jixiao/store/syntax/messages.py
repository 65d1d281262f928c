"""What is said about a query, in Chinese and English: ``messages.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from jixiao.resources import table


class Told(NamedTuple):
    """Hold a sentence in Chinese and English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} ({self.en})"


def texts() -> Mapping[str, Any]:
    """Return the sentences."""
    return table("jixiao/store/syntax/messages.toml")


def tell(code: str, nearest: str = "", **words: str) -> Told:
    """Return the sentence of a code; ``nearest`` is what to write instead, empty where nothing is near."""
    known = texts()["told"][code]
    guess = f"；可写 {nearest}" if nearest else ""
    guess_en = f"; write {nearest}" if nearest else ""
    zh, en = (known[language].format(nearest=guess, nearest_en=guess_en, **words) for language in ("zh", "en"))
    return Told(zh, en)


def told_by_engine(sentence: str) -> Told:
    """Return what the engine said, in Chinese too; a sentence that is not known stays English."""
    for pattern, known in texts()["engine"].items():
        found = re.fullmatch(pattern, sentence)
        if found is not None:
            return Told(known["zh"].format(*found.groups()), sentence)
    return Told(f"引擎说：{sentence}", sentence)


def well_known_prefixes() -> Mapping[str, str]:
    """Return what prefixes of common vocabularies usually stand for."""
    known: Mapping[str, str] = texts()["prefixes"]
    return known
