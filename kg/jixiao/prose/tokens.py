"""Cut a sentence about money into the words and figures that its grammar knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jixiao.prose.terminology import Naming, Terminology, fold_term, terminology
from jixiao.text.numerals import parse_numeral
from jixiao.text.vocabulary import alternatives

_MONEY = {"亿元": Decimal(100000000), "万元": Decimal(10000), "千元": Decimal(1000), "元": Decimal(1)}
_COUNTERS = "台（套）|台/套|台套|平方米|人次|批次|辆|台|套|个|项|人|名|件|次|批"
_NUMBER = r"(?P<number>[-－]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-－]?\d+(?:\.\d+)?)"
_FIGURE = rf"{_NUMBER}(?P<unit>亿元|万元|千元|元|%|{_COUNTERS}|分(?!之))"
_FEW = r"(?P<few>[一二两三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?)个(?=[^，。；]{0,4}项目)"
_BASE = r"(?:与|同|较|比)(?:(?P<base>(?:19|20)\d\d)年度?|(?P<last>上年度?|去年|上一年度?))"
_YEAR = r"(?P<year>(?:19|20)\d\d)年度?"
_PATH = r"(?P<path>[^，。；：:、]{2,20}（类）[^，。；：:]{2,40}（款）(?:[^，。；：:]{2,40}（项）)?)"
_BREAK = r"(?P<break>[，。；：:;、！？])"


@dataclass(frozen=True, slots=True)
class Span:
    """Hold one word or figure that the grammar knows.

    ``kind`` is figure, name, class, role, phase, year, base or break; ``word`` what it says (the role, the phase,
    the class, the mark); ``start`` and ``end`` are offsets in the plain sentence. Figures have ``value`` (yuan for
    money), ``unit`` (yuan, percent, score or count) and the printed ``counter``.
    """

    kind: str
    start: int
    end: int
    word: str = ""
    namings: tuple[Naming, ...] = ()
    value: Decimal = Decimal(0)
    unit: str = ""
    counter: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """Hold a sentence as the grammar reads it, and where each of its characters stands in the printed sentence."""

    text: str
    offsets: tuple[int, ...]


def plain_sentence(text: str) -> Plain:
    """Return a sentence without quotation marks and blanks, with the offsets of what is left."""
    kept = [(fold_term(character), offset) for offset, character in enumerate(text)]
    kept = [pair for pair in kept if pair[0]]
    return Plain("".join(character for character, _ in kept), tuple(offset for _, offset in kept))


def find_spans(text: str) -> tuple[Span, ...]:
    """Return the spans of a plain sentence from left to right; what no span covers is free text."""
    words = terminology()
    return tuple(_span(match, words) for match in _grammar().finditer(text))


@cache
def _grammar() -> re.Pattern[str]:
    words = terminology()
    names = alternatives({*words.namings, *words.roles, *words.phases})
    classes = alternatives(words.classes)
    function = rf"(?<![\u3400-\u9fff])(?:\d{{1,2}}[.．])?(?P<class>{classes})(?:支出（类）|（类）支出|（类）|支出)"
    return re.compile("|".join((_PATH, function, _BASE, _FIGURE, _FEW, _YEAR, _BREAK, rf"(?P<word>{names})")))


def _span(match: re.Match[str], words: Terminology) -> Span:
    start, end = match.span()
    group = match.groupdict()
    if number := group["number"]:
        return _figure(start, end, Decimal(number.replace(",", "").replace("－", "-")), group["unit"])
    if few := group["few"]:
        return Span("figure", start, end, value=parse_numeral(few) or Decimal(0), unit="count", counter="个")
    if group["base"] or group["last"]:
        return Span("base", start, end, group["base"] or "")
    for kind in ("year", "break"):
        if group[kind]:
            return Span(kind, start, end, group[kind])
    if path := group["path"]:
        return Span("class", start, end, _item(path))
    if function := group["class"]:
        return Span("class", start, end, words.classes[function])
    word = group["word"]
    if word in words.roles:
        return Span("role", start, end, words.roles[word])
    if word in words.phases:
        return Span("phase", start, end, words.phases[word])
    return Span("name", start, end, word, tuple(words.namings[word]))


def _figure(start: int, end: int, number: Decimal, printed: str) -> Span:
    unit, counter = "count", printed
    if printed in _MONEY:
        number *= _MONEY[printed]
        unit, counter = "yuan", "元"
    elif printed == "%":
        unit = "percent"
    elif printed == "分":
        unit = "score"
    elif printed.startswith("台") and len(printed) > 1:
        counter = "台套"
    return Span("figure", start, end, value=number, unit=unit, counter=counter)


def _item(path: str) -> str:
    """Return the printed 类/款/项 of a path, without its ordinal and marks."""
    names = re.split(r"（[类款项]）", re.sub(r"^\d{1,2}[.．]", "", path))
    return "/".join(filter(None, names))
