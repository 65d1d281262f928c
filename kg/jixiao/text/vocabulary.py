"""The words of the ontology's code lists, read once, and the tokenizers that know them."""

from __future__ import annotations

import csv
import logging
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from jixiao.resources import resource

_LONGEST_WORD = 7  # characters of a label that is one word of a text


@cache
def code_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of ``ontology/codes/NAME.csv``."""
    with resource("ontology", "codes", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def spellings(row: Mapping[str, str]) -> list[str]:
    """Return the label of a row and its other spellings."""
    return [row["label"], *filter(None, row["alt"].split("|"))]


@cache
def concept_words() -> tuple[str, ...]:
    """Return the labels and spellings of what indicators measure, sorted."""
    return tuple(sorted({word for row in code_rows("concepts") for word in spellings(row)}))


@cache
def tokenizer() -> Any:
    """Return a jieba tokenizer that knows the words of concepts and levels beside its own dictionary.

    Loading takes a second and 65 MB: only where texts of any kind are cut, never for ``jixiao --help``.
    """
    cutter = _jieba().Tokenizer()
    words = {word for name in ("concepts", "levels") for row in code_rows(name) for word in spellings(row)}
    for word in sorted(words):
        if 1 < len(word) <= _LONGEST_WORD:
            cutter.add_word(word)
    return cutter


def _jieba() -> Any:
    jieba: Any = import_module("jieba")
    jieba.setLogLevel(logging.WARNING)
    return jieba
