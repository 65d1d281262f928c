"""Cut a question into words that mean something, and say what is left over.

All ways to cut it make a lattice; the way that leaves the fewest characters over is taken, then the one of the fewest
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jixiao.asking.names import Names, Texts, named_nodes
from jixiao.asking.numbers import written
from jixiao.asking.vocabulary import Topic, plain, simpler, words
from jixiao.audit.registry import rules

_QUOTED = re.compile(r'["《]([^"《》]{1,60})["》]')
_RULE = re.compile(r"r\d{3}(?!\d)")
_CODE = re.compile(r"\d{6,30}(?![\d.,%元万亿年个])")
_OVER = re.compile(r"[过超上](?=\d|百分之|[一二三四五六七八九十]*[成万千百分个])")
_NOISE = re.compile(r"[\s\W_]+")
_LEFT = 10  # what a character left over costs, a word costing one
_SMALL = 2  # what a blank or a mark costs
_PART = 4  # what a part of a name costs: less than letters left over, more than the words it may consist of


@dataclass(frozen=True, slots=True)
class Token:
    """Hold a word of a question: its text, the kind of its meaning and the value; ``unknown`` has none.

    ``before`` is what stands between it and the word before: little words that carry no condition. ``asked`` says that
    a word that asks stands before it (哪些), ``each`` one that asks for each (各); ``again`` that it is of the
    phrase of the word before.
    """

    text: str
    kind: str
    value: Any = None
    before: str = ""
    asked: bool = False
    each: bool = False
    again: bool = False

    def means(self, words: str) -> bool:
        """Say whether it is one of some words: kinds with "/" between, each with values (``link:or|than/table``).

        "!table" is a table that is not asked for.
        """
        kinds = _kinds(words)
        values = kinds.get(self.kind)
        if values is None:
            return not self.asked and f"!{self.kind}" in kinds
        return not values or self.value in values

    @property
    def nodes(self) -> Texts:
        """Return the places or projects it names, as filters hold them."""
        if self.kind == "region":
            return tuple(region.value for region in self.value)
        return (named_nodes(self.value),)


@cache
def _kinds(words: str) -> dict[str, list[str]]:
    parts = (each.partition(":") for each in words.split("/"))
    return {kind: values.split("|") * bool(values) for kind, _, values in parts}


Tokens = list[Token]
NONE = Token("", "stop")
PLACES = "region/department"


def said(tokens: Tokens, words: str) -> Tokens:
    """Return the words of some meaning (see ``Token.means``)."""
    return [token for token in tokens if token.means(words)]


def texts_of(tokens: Tokens) -> list[str]:
    """Return words as they are written."""
    return [token.text for token in tokens]


def tokenize(question: str, names: Names) -> Tokens:
    """Return the words of a question in order, the little ones too."""
    cut = _together(_cheapest(simpler(plain(question)), names))
    places = names.places_of(cut)
    years = names.years_of(places) if places else ()
    if len(years) != 1:  # 今年 is the year of the documents of the places that are named; the answer says which
        years = ()
    dated = {"今年": years, **dict.fromkeys(texts_of(said(cut, "latest")), names.years)}
    cut = [
        replace(token, kind="year", value=max(dated[token.text])) if dated.get(token.text) else token for token in cut
    ]
    return _narrowed(cut, names)


def _candidates(text: str, start: int, names: Names) -> Iterator[tuple[int, Token]]:
    """Yield what may begin at ``start``, with its cost."""
    for token in _coded(text, start, names):
        yield 1, token
    for kind, found, value in written(text, start):
        if not (kind == "quantity" and found in words()):
            yield 1, Token(found, kind, value)
    for end in range(start + 1, len(text) + 1):
        for cost, kind, value in names.lexicon.get(text[start:end], ()):
            yield cost, Token(text[start:end], kind, value)
    for part in names.parts_in(text, start):
        yield _PART, Token(part, "topic", Topic(part, texts=(part,)))
    for part, meaning in names.places_in(text, start):
        yield _PART, Token(part, *meaning)


def _coded(text: str, start: int, names: Names) -> Iterator[Token]:
    """Yield quotes, project codes, rules, and what is over a number."""
    if quoted := _QUOTED.match(text, start):
        known = [(kind, value) for _, kind, value in names.lexicon.get(quoted[1], ()) if kind == "figure"]
        yield Token(quoted.group(), *next(iter(known), ("quoted", quoted[1])))
    if (code := _CODE.match(text, start)) and names.codes.get(code.group()):
        yield Token(code.group(), "project", names.codes[code.group()])
    if rule := _RULE.match(text, start):
        key = rule.group().upper()
        yield Token(key, "rule" if key in rules() else "unknown", key)
    if over := _OVER.match(text, start):
        yield Token(over.group(), "comparator", ">")


def _cheapest(text: str, names: Names) -> Tokens:
    """Return the cheapest cut; among equals the one whose earlier words are longer (项目支出 + 合计)."""
    best: list[tuple[int, list[int], Tokens]] = [(0, [], [])]
    best += [(1 << 30, [], [])] * len(text)
    for start, character in enumerate(text):
        cost, lengths, cut = best[start]
        noise = bool(_NOISE.fullmatch(character))
        single = (_SMALL, Token(character, "stop")) if noise else (_LEFT, Token(character, "unknown"))
        for price, token in (single, *_candidates(text, start, names)):
            end = start + len(token.text)
            offered = [*lengths, -len(token.text)]
            if (cost + price, offered) < best[end][:2]:
                best[end] = (cost + price, offered, [*cut, token])
    return best[-1][2]


def _together(cut: Tokens) -> Tokens:
    """Keep each run of characters that mean nothing as one word, and write out phrases."""
    found: Tokens = []
    for token in cut:
        if token.kind == "phrase":
            found += [Token(token.text, each.kind, each.value, again=n > 0) for n, each in enumerate(token.value)]
        elif token.kind == "unknown" and found and found[-1].kind == "unknown":
            found[-1] = Token(found[-1].text + token.text, "unknown")
        else:
            found.append(token)
    return found


def _narrowed(cut: Tokens, names: Names) -> Tokens:
    """Let a region before one that lies in it, or before offices some of which do, be what lies in it."""
    found: Tokens = []
    for token in cut:
        before = found[-1] if found else NONE
        inside: tuple[Any, ...] = ()
        if before.kind == token.kind == "region":
            inside = tuple(each for each in token.value if any(each.lies_in(outer) for outer in before.value))
        elif before.kind == "region" and token.kind == "department":
            inside = names.called_in(token.text, before.nodes)  # 政务服务中心 of that region, whoever else is called so
        if inside:
            found[-1] = Token(before.text + token.text, token.kind, inside)
        else:
            found.append(token)
    return found


def without_stops(cut: Tokens) -> Tokens:
    """Leave out the words that carry nothing, remembered in the next word's ``before``, and mark what is asked for."""
    found: Tokens = []
    small = ""
    asked = each = False
    for place, token in enumerate(cut):
        rest = cut[place + 1 :]
        ends = not rest or bool(_NOISE.fullmatch(rest[0].text))
        if token.kind == "stop":
            small += token.text
        elif token.kind == "ask" and found and ends:
            found[-1] = replace(found[-1], asked=True)  # 指标有哪些，某区的
        elif token.kind == "ask":
            asked = True
        elif token.means("operation:group"):
            each = True
        else:
            found.append(replace(token, before=small, asked=asked, each=each))
            small, asked, each = "", False, False
    return found
