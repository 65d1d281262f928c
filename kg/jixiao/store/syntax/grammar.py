"""The grammar as data: rules read from ``sparql.ebnf``, with what each can start with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jixiao.store.syntax.tokens import KEYWORDS

_ITEM = re.compile(r"""'(?P<word>[^']+)'|"(?P<mark>[^"]+)"|(?P<name>\w+)|(?P<sign>[()|?*+])""")
_REPETITIONS = {"?": "optional", "*": "repeated"}
_TERMINAL_RULES = frozenset(
    """IRIREF STRING VAR LANGTAG SIGNED NUMBER INTEGER BLANK PNAME_LN PNAME_NS NIL ANON FUNCTION AGGREGATE
    INSERT_DATA DELETE_DATA DELETE_WHERE""".split()  # noqa: SIM905
)


@dataclass(slots=True, eq=False)
class GrammarPart:
    """Hold one part of a rule.

    ``kind`` is terminal, rule, sequence, choice, optional (``?``) or repeated (``*``); ``first`` are the terminals it
    can start with, ``empty`` says that it can match nothing.
    """

    kind: str
    name: str = ""
    parts: tuple[GrammarPart, ...] = ()
    first: frozenset[str] = frozenset()
    empty: bool = False


def _choice(items: list[str], position: int) -> tuple[GrammarPart, int]:
    options: list[GrammarPart] = []
    sequence: list[GrammarPart] = []
    while position < len(items) and items[position] != ")":
        item = items[position]
        position += 1
        if item == "|":
            options.append(GrammarPart("sequence", parts=tuple(sequence)))
            sequence = []
        elif item in _REPETITIONS:
            sequence.append(GrammarPart(_REPETITIONS[item], parts=(sequence.pop(),)))
        elif item == "+":
            sequence.append(GrammarPart("repeated", parts=(sequence[-1],)))
        elif item == "(":
            part, position = _choice(items, position)
            sequence.append(part)
            position += 1
        else:
            kind, _, name = item.partition(":")
            sequence.append(GrammarPart(kind, name))
    last = GrammarPart("sequence", parts=tuple(sequence))
    if not options:
        return last, position
    return GrammarPart("choice", parts=(*options, last)), position


def _items(text: str) -> Iterator[str]:
    """Yield the signs of a rule, and its words and names as ``terminal:…`` or ``rule:…``."""
    for match in _ITEM.finditer(text):
        kind, item = str(match.lastgroup), str(match[match.lastindex or 0])
        if kind == "sign":
            yield item
        elif kind == "name" and item not in _TERMINAL_RULES:
            yield f"rule:{item}"
        else:
            assert kind != "word" or item == "a" or item in KEYWORDS, item
            yield f"terminal:{item}"


def _settle(part: GrammarPart, rules: Mapping[str, GrammarPart]) -> bool:
    """Compute what a part can start with from what is known so far; return whether anything changed."""
    changed = [_settle(each, rules) for each in part.parts]
    before = part.first, part.empty
    if part.kind == "terminal":
        part.first = frozenset({part.name})
    elif part.kind == "rule":
        part.first, part.empty = rules[part.name].first, rules[part.name].empty
    elif part.kind == "sequence":
        part.empty = all(each.empty for each in part.parts)
        part.first = frozenset()
        for each in part.parts:
            part.first |= each.first
            if not each.empty:
                break
    else:
        part.first = frozenset().union(*(each.first for each in part.parts))
        part.empty = part.kind != "choice" or any(each.empty for each in part.parts)
    return any(changed) or before != (part.first, part.empty)


@cache
def grammar() -> Mapping[str, GrammarPart]:
    """Return the rules by name."""
    rules: dict[str, GrammarPart] = {}
    for line in Path(__file__).with_name("sparql.ebnf").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, body = line.partition(" ::= ")
            rules[name] = _choice(list(_items(body)), 0)[0]
    while sum(_settle(part, rules) for part in rules.values()):
        pass
    return rules
