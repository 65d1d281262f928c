"""Offer the parts of a question that can be changed, with the questions that this makes."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.asking.cutting import PLACES, Token, tokenize
from jixiao.asking.names import Names
from jixiao.asking.vocabulary import data, plain

_MOST = 6  # others that are offered of a part


@dataclass(frozen=True, slots=True)
class Chip:
    """Hold a part of a question: its kind (place, year, level), its words, and others with the question they make."""

    part: str
    text: str
    others: tuple[tuple[str, str], ...]


def chips_of(question: str, names: Names) -> tuple[Chip, ...]:
    """Return the places, years and levels a question names, each with others of the graph or the code lists."""
    asked = plain(question)
    found = []
    for token in tokenize(question, names):
        part, others = _others(token, names)
        told = tuple((other, asked.replace(token.text, other, 1)) for other in others if plain(other) != token.text)
        if told and token.text in asked:
            found.append(Chip(part, token.text, told[:_MOST]))
    return tuple(found)


def _others(token: Token, names: Names) -> tuple[str, list[str]]:
    """Return which part of a question a word is, and what may stand there instead."""
    if token.means(PLACES):
        places = dict.fromkeys(each.region_name or each.name for each in names.departments)
        return "place", [place for place in places if token.text not in place]
    if token.kind == "year":
        return "year", [f"{year}年" for year in sorted(names.years, reverse=True) if year != token.value]
    if token.kind == "topic" and token.value.levels:
        levels = data("words")["chips"]["levels"]
        return "level", [level for level in levels if not level.startswith(token.value.label)]
    return "", []
