"""The words of the ontology's code lists, read once, and the tokenizers that know them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from jixiao.resources import resource
from jixiao.text.dictionary import new_tokenizer


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
