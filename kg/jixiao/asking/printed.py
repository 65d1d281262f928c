"""Read questions about printed figures of offices: what is asked is a pattern as a whole, or it is left to others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from jixiao.asking.building import scope_of
from jixiao.asking.cutting import PLACES, Token, Tokens, said, tokenize
from jixiao.asking.frames import Column, Frame, Printed
from jixiao.asking.names import Names
from jixiao.asking.vocabulary import data, pattern_of, plain, simpler

_MARK = 0x10E000  # the first of the characters that stand for figures


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
    for rule, pattern in _patterns():
        if pattern.fullmatch(cut.text):
            scope = scope_of([*cut.places, *cut.years], names)
            return [Frame("figure", tuple(scope), show=(_column(rule, cut.figures[0], cut.base),))]
    return []


@cache
def _patterns() -> list[tuple[dict[str, str], re.Pattern[str]]]:
    known = data("printed")
    return [(rule, pattern_of(rule["words"], known["part"])) for rule in known["ask"]]


def _cut(text: str, names: Names) -> Cut:
    """Return a question with letters for its figures, places and years, and without what carries nothing."""
    found: list[Printed] = []

    def marked(figure: re.Match[str]) -> str:
        found.append(names.printed_names[figure.group()])
        return chr(_MARK + len(found) - 1)

    tokens = tokenize(names.printed_pattern.sub(marked, text), names)
    places, years = said(tokens, PLACES), said(tokens, "year")
    written = "".join(map(_letter, tokens))
    base = re.search(data("printed")["base"], written)
    against = ""
    if base and (base["year"] or base["before"]):
        against = str(years.pop(written[: base.start()].count("Y")).value)
    if base:
        written = written[: base.start()] + "B" + written[base.end() :]
    return Cut(re.sub(data("printed")["nothing"], "", written), found, places, years, against)


def _letter(token: Token) -> str:
    if token.means(PLACES):
        return "P"
    if token.kind == "year":
        return "Y"
    if token.kind != "stop" or ord(token.text[0]) >= _MARK:
        return "".join("F" if ord(letter) >= _MARK else letter for letter in token.text)
    return "".join(re.findall(data("printed")["kept"], token.text))


def _column(rule: dict[str, str], figure: Printed, base: str) -> Column:
    kind = rule.get("kind")
    if kind is None:
        return Column("figure", figure.label, rule.get("phase", ""), figure)
    label = f"{figure.label}的{data('printed')['label'][kind]}"
    return Column("figure", label, "", Printed(label, kind, figure.kind, figure.item, base))
