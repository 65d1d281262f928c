"""The words of the ontology's code lists, read once, and the tokenizers that know them."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jixiao.resources import resource
from jixiao.text.dictionary import new_tokenizer


def word_lists(name: str) -> dict[str, Any]:
    """Return the word lists of a package's TOML file (``values/targets.toml``)."""
    return tomllib.loads(files("jixiao").joinpath(name).read_text("utf-8"))


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words without repetition, longest first, so that the first that fits is the longest."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of the words."""
    return "|".join(map(re.escape, longest_first(words)))


@cache
def code_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of ``ontology/codes/NAME.csv``."""
    with resource("ontology", "codes", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def spellings_of(row: Mapping[str, str]) -> list[str]:
    """Return the label of a row and its other spellings."""
    return [row["label"], *filter(None, row["alt"].split("|"))]


@cache
def tokenizer() -> Any:
    """Return the tokenizer that knows the words of what indicators measure beside those of jieba's dictionary."""
    cutter = new_tokenizer()
    for word in sorted({word for row in code_rows("concepts") for word in spellings_of(row)}):
        cutter.add_word(word)
    return cutter


@lru_cache(maxsize=65536)
def cut(text: str) -> tuple[str, ...]:
    """Return the words of a text in order."""
    return tuple(tokenizer().lcut(text))


@cache
def plain_tokenizer() -> Any:
    """Return the tokenizer that knows jieba's dictionary alone, whose words are shorter (群众, 满意度)."""
    return new_tokenizer()
