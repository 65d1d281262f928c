"""Cut Chinese text into words with jieba and the ontology's own vocabulary."""

from __future__ import annotations

import csv
import logging
import re
import tomllib
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from jixiao.resources import resource

_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9+]{2,}")


@cache
def tokenizer() -> Any:
    """Return a jieba tokenizer of our own that knows the words of ``concepts.csv``; loading takes half a second."""
    jieba: Any = import_module("jieba")  # half a second: only when a text is cut, never for jixiao --help
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    for word in vocabulary():
        cutter.add_word(word)
    return cutter


@cache
def vocabulary() -> tuple[str, ...]:
    """Return the labels and spellings of what indicators measure, from the ontology."""
    with resource("ontology", "codes", "concepts.csv").open(encoding="utf-8", newline="") as file:
        words = {word for row in csv.DictReader(file) for word in (row["label"], *row["alt"].split("|")) if word}
    return tuple(sorted(words))


@cache
def _empty() -> frozenset[str]:
    """Return the words of plans and forms that tell nothing of what is done."""
    data = tomllib.loads(Path(__file__).with_name("naming.toml").read_text(encoding="utf-8"))
    return frozenset(data["empty"])


@lru_cache(maxsize=65536)
def cut(text: str) -> tuple[str, ...]:
    """Return the words of a text in order."""
    return tuple(tokenizer().lcut(text))


@lru_cache(maxsize=65536)
def keywords(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about."""
    return frozenset(word for word in cut(text) if _WORD.fullmatch(word) and word not in _empty())
