"""The grammar as data: rules read from ``sparql.ebnf``, with what each can start with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jixiao.store.syntax.tokens import KEYWORDS

_ITEM = re.compile(r"""'(?P<word>[^']+)'|"(?P<mark>[^"]+)"|(?P<name>\w+)|(?P<sign>[()|?*+])""")
_TERMINAL_RULES = frozenset(
    """IRIREF STRING VAR LANGTAG SIGNED NUMBER INTEGER BLANK PNAME_LN PNAME_NS NIL ANON FUNCTION AGGREGATE
    INSERT_DATA DELETE_DATA DELETE_WHERE""".split()  # noqa: SIM905
)


@dataclass(slots=True, eq=False)
class Part:
    """Hold one part of a rule.

    ``kind`` is terminal, rule, sequence, choice, optional (``?``) or repeated (``*``); ``first`` are the terminals it
    can start with, ``empty`` says that it can match nothing.
    """

    kind: str
    name: str = ""
    parts: tuple[Part, ...] = ()
    first: frozenset[str] = field(default=frozenset())
    empty: bool = False


def _choice(items: list[str], position: int) -> tuple[Part, int]:
    options: list[Part] = []
    sequence: list[Part] = []
    while position < len(items) and items[position] != ")":
        item = items[position]
        position += 1
        if item == "|":
            options.append(Part("sequence", parts=tuple(sequence)))
            sequence = []
        elif item in ("?", "*"):
            sequence.append(Part("optional" if item == "?" else "repeated", parts=(sequence.pop(),)))
        elif item == "+":
            sequence.append(Part("repeated", parts=(sequence[-1],)))
        elif item == "(":
            part, position = _choice(items, position)
            sequence.append(part)
            position += 1
        else:
            kind, _, name = item.partition(":")
            sequence.append(Part(kind, name))
    options.append(Part("sequence", parts=tuple(sequence)))
    return (options[0] if len(options) == 1 else Part("choice", parts=tuple(options))), position


def _items(text: str) -> Iterator[str]:
    for match in _ITEM.finditer(text):
        if match["sign"]:
            yield match["sign"]
        elif match["name"]:
            yield f"{'terminal' if match['name'] in _TERMINAL_RULES else 'rule'}:{match['name']}"
        else:
            word = match["word"] or match["mark"]
            assert match["mark"] or word == "a" or word in KEYWORDS, word
            yield f"terminal:{word}"


def _settle(part: Part, rules: Mapping[str, Part]) -> bool:
    """Compute what a part can start with from what is known so far; return whether anything changed."""
    changed = False
    for each in part.parts:
        changed |= _settle(each, rules)
    if part.kind == "terminal":
        first, empty = frozenset({part.name}), False
    elif part.kind == "rule":
        first, empty = rules[part.name].first, rules[part.name].empty
    elif part.kind == "sequence":
        first, empty = frozenset(), True
        for each in part.parts:
            first |= each.first if empty else frozenset()
            empty = empty and each.empty
    else:
        first = frozenset().union(*(each.first for each in part.parts))
        empty = part.kind != "choice" or any(each.empty for each in part.parts)
    if (first, empty) != (part.first, part.empty):
        part.first, part.empty = first, empty
        return True
    return changed


@cache
def grammar() -> Mapping[str, Part]:
    """Return the rules by name."""
    rules: dict[str, Part] = {}
    for line in Path(__file__).with_name("sparql.ebnf").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, body = line.partition(" ::= ")
            rules[name] = _choice(list(_items(body)), 0)[0]
    while sum(_settle(part, rules) for part in rules.values()):
        pass
    return rules
