"""Read questions about printed figures of offices: what is asked is a pattern as a whole, or it is left to others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.asking.building import scope_of
from jixiao.asking.cutting import PLACES, Token, Tokens, said, tokenize
from jixiao.asking.frames import Column, Frame, Printed
from jixiao.asking.names import Names
from jixiao.asking.vocabulary import data, plain, simpler

_MARK = 0xE000  # the first of the characters that stand for figures


@dataclass(frozen=True, slots=True)
class Cut:
    """Hold a question as patterns know it, with the figures, places and years that its letters stand for."""

    text: str
    figures: list[Printed]
    places: Tokens
    years: Tokens
    base: str = ""


def read_printed(question: str, names: Names) -> list[Frame]:
    """Return the frame of a printed figure, none where a question is no pattern or names no place."""
    cut = _cut(simpler(plain(question)), names)
    if not cut.figures or len(cut.places) != 1 or len(cut.years) > 1:
        return []
    for rule in data("printed")["ask"]:
        if _pattern(rule["words"]).fullmatch(cut.text):
            return [_frame(rule, cut, names)]
    return []


@cache
def _pattern(words: str) -> re.Pattern[str]:
    for name, part in data("printed")["part"].items():
        words = words.replace(f"{{{name}}}", part)
    return re.compile(words)


def _cut(text: str, names: Names) -> Cut:
    """Return a question with letters for its figures, places and years, and without what carries nothing."""
    found: list[Printed] = []
    known = names.printed_names
    marked = ""
    while text:
        ends = (end for end in range(min(len(text), names.longest_printed), 0, -1) if text[:end] in known)
        end = next(ends, 0)
        if end:
            marked += chr(_MARK + len(found))
            found.append(known[text[:end]])
        else:
            marked += text[0]
        text = text[max(end, 1) :]
    tokens = tokenize(marked, names)
    written = "".join(_letter(token) for token in tokens)
    places, years = said(tokens, PLACES), said(tokens, "year")
    base = re.search(data("printed")["base"], written)
    against = ""
    if base:
        if base["year"] or base["before"]:
            against = str(years.pop(written[: base.start()].count("Y")).value)
        written = written[: base.start()] + "B" + written[base.end() :]
    return Cut(re.sub(data("printed")["nothing"], "", written), found, places, years, against)


def _letter(token: Token) -> str:
    if token.means(PLACES):
        return "P"
    if token.kind == "year":
        return "Y"
    marks = "".join("F" for character in token.text if ord(character) >= _MARK and ord(character) < _MARK + 99)
    if marks or token.kind != "stop":
        return marks or token.text
    return "".join(re.findall(data("printed")["kept"], token.text))


def _frame(rule: dict[str, Any], cut: Cut, names: Names) -> Frame:
    scope = scope_of([*cut.places[:1], *cut.years[:1]], names)
    return Frame("figure", tuple(scope), show=(_column(rule, cut.figures[0], cut.base),))


def _column(rule: dict[str, Any], figure: Printed, base: str) -> Column:
    kind = rule.get("kind")
    if kind is None:
        return Column("figure", figure.label, rule.get("phase", ""), figure)
    label = f"{figure.label}的{data('printed')['label'][kind]}"
    return Column("figure", label, "", Printed(label, kind, figure.kind, figure.item, base))
