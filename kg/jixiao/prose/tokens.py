"""Cut a sentence about money into the words and figures that its grammar knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jixiao.prose.lexicon import Lexicon, Naming, lexicon, plain

_MONEY = {"亿元": Decimal(100000000), "万元": Decimal(10000), "千元": Decimal(1000), "元": Decimal(1)}
_COUNTERS = "台（套）|台/套|台套|平方米|人次|批次|辆|台|套|个|项|人|名|件|次|批"
_NUMBER = r"(?P<number>[-－]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-－]?\d+(?:\.\d+)?)"
_FIGURE = rf"{_NUMBER}(?P<unit>亿元|万元|千元|元|%|{_COUNTERS}|分(?!之))"
_FEW = r"(?P<few>[一二两三四五六七八九十]{1,3})个(?=[^，。；]{0,4}项目)"
_BASE = r"(?:与|同|较|比)(?:(?P<base>(?:19|20)\d\d)年度?|(?P<last>上年度?|去年|上一年度?))"
_YEAR = r"(?P<year>(?:19|20)\d\d)年度?"
_PATH = r"(?P<path>[^，。；：:、]{2,20}（类）[^，。；：:]{2,40}（款）(?:[^，。；：:]{2,40}（项）)?)"
_BREAK = r"(?P<break>[，。；：:;、！？])"
_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))


@dataclass(frozen=True, slots=True)
class Token:
    """Hold one word or figure of the grammar.

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
    kept = [(plain(char), offset) for offset, char in enumerate(text) if plain(char)]
    return Plain("".join(char for char, _ in kept), tuple(offset for _, offset in kept))


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the tokens of a plain sentence from left to right; what no token covers is free text."""
    words = lexicon()
    return tuple(_token(match, words) for match in _grammar().finditer(text))


@cache
def _grammar() -> re.Pattern[str]:
    words = lexicon()
    known = sorted({*words.namings, *words.roles, *words.phases}, key=lambda word: (-len(word), word))
    names = "|".join(re.escape(word) for word in known)
    classes = "|".join(re.escape(word) for word in sorted(words.classes, key=lambda word: (-len(word), word)))
    function = rf"(?<![\u3400-\u9fff])(?:\d{{1,2}}[.．])?(?P<class>{classes})(?:支出（类）|（类）支出|（类）|支出)"
    return re.compile("|".join((_PATH, function, _BASE, _FIGURE, _FEW, _YEAR, _BREAK, rf"(?P<word>{names})")))


def _token(match: re.Match[str], words: Lexicon) -> Token:
    start, end = match.span()
    group = match.groupdict()
    if number := group["number"]:
        return _figure(start, end, Decimal(number.replace(",", "").replace("－", "-")), group["unit"])
    if few := group["few"]:
        return Token("figure", start, end, value=Decimal(_small(few)), unit="count", counter="个")
    if group["base"] or group["last"]:
        return Token("base", start, end, word=group["base"] or "")
    for kind in ("year", "break", "path"):
        if group[kind]:
            return Token("class" if kind == "path" else kind, start, end, word=_item(group[kind]))
    if function := group["class"]:
        return Token("class", start, end, word=words.classes[function])
    word = group["word"]
    if word in words.roles:
        return Token("role", start, end, word=words.roles[word])
    if word in words.phases:
        return Token("phase", start, end, word=words.phases[word])
    return Token("name", start, end, word=word, namings=words.namings[word])


def _figure(start: int, end: int, number: Decimal, printed: str) -> Token:
    if printed in _MONEY:
        return Token("figure", start, end, value=number * _MONEY[printed], unit="yuan", counter="元")
    if printed == "%":
        return Token("figure", start, end, value=number, unit="percent", counter="%")
    if printed == "分":
        return Token("figure", start, end, value=number, unit="score", counter="分")
    counter = "台套" if printed.startswith("台") and len(printed) > 1 else printed
    return Token("figure", start, end, value=number, unit="count", counter=counter)


def _item(path: str) -> str:
    """Return the printed 类/款/项 of a path, without its ordinal and marks."""
    names = [part for part in re.split(r"（[类款项]）", re.sub(r"^\d{1,2}[.．]", "", path)) if part]
    return "/".join(names) if "（类）" in path else path


def _small(numeral: str) -> int:
    tens, mark, ones = numeral.rpartition("十")
    if not mark:
        return _DIGITS[numeral[-1]]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
