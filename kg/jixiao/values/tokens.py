"""Cut a folded target value into tokens: comparators, numbers with their units, dates, ranks, recurrences, marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from jixiao.text.numerals import DIGITS, NUMERAL, parse_numeral
from jixiao.values.dates import Moment, read_moment
from jixiao.values.lexicon import Comparator, Lexicon, lexicon
from jixiao.values.units import read_unit, unit_class

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+|\.(?=[%‰]))?")
_SHARE = re.compile(rf"(?P<of>百分之|千分之|万分之)(?P<number>{NUMERAL}+|\d+(?:\.\d+)?)")
_TENTHS = re.compile(rf"(?P<number>[{DIGITS}]|\d(?:\.\d+)?)成(?P<rest>半|[{DIGITS}])?(?=$|[,;。、以左及])")
_NUMERAL = re.compile(rf"{NUMERAL}+|半")
_FRACTION = re.compile(
    rf"[{DIGITS}十]+分之[{DIGITS}十]+|\d+分之\d+|\d+/\d+(?![\d万亿百千]|人|年)|\d+(?:\.\d+)?[:比]\d+(?:\.\d+)?(?![\d%])"
)
_MIXED = re.compile(r"(?P<high>\d+)(?P<scale>亿|万)(?P<low>\d+(?:\.\d+)?)(?P<rest>万|千)?(?=[^\d.,%])")
_AND_A_HALF = re.compile(
    rf"(?P<number>{NUMERAL}+|\d+)(?:(?P<unit>年|天|小时)半|个半(?P<counted>月|小时))(?=$|[,;。、)以之内左前])"
)
_MONTHS = re.compile(r"\d{1,2}月")
_SHARE_UNITS = {"百分之": "%", "千分之": "‰", "万分之": "‱"}
_ORDINARY = frozenset("性些样般定旦切直体律致流站级类等")  # 一次性, 一些 …: behind these a numeral is part of a word


class Kind(Enum):
    """Name the sorts of token."""

    COMPARATOR = "comparator"
    VALUE = "value"
    DATE = "date"
    RANK = "rank"
    EVERY = "every"
    BEHIND = "behind"
    ABOUT = "about"
    DASH = "dash"
    PLUS = "plus"
    PLUS_MINUS = "plus-minus"
    OPEN = "open"
    CLOSE = "close"
    MARK = "mark"
    JOIN = "join"
    FRACTION = "fraction"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Token:
    """Hold one token of a folded text: its kind, span, and what its kind says.

    ``unit`` is in its usual short form; ``known`` is False for a unit no list has; ``about`` for 1000余人.
    """

    kind: Kind
    start: int
    end: int
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    known: bool = True
    about: bool = False
    comparator: Comparator | None = None
    word: str = ""
    moment: Moment | None = None


_MARKS = {
    "(": Kind.OPEN, ")": Kind.CLOSE, "[": Kind.OPEN, "]": Kind.CLOSE, "【": Kind.OPEN, "】": Kind.CLOSE, ",": Kind.MARK,
    ";": Kind.MARK, "。": Kind.MARK, "、": Kind.MARK, ":": Kind.MARK, "!": Kind.MARK, "/": Kind.MARK, "-": Kind.DASH,
    "~": Kind.DASH, "至": Kind.DASH, "到": Kind.DASH, "+": Kind.PLUS, "±": Kind.PLUS_MINUS, "且": Kind.JOIN,
    "或": Kind.JOIN,
}  # fmt: skip
_AFTER_VALUE = frozenset({Kind.VALUE, Kind.RANK, Kind.FRACTION, Kind.BEHIND, Kind.ABOUT})
_BOUNDARY = frozenset({Kind.COMPARATOR, Kind.ABOUT, Kind.MARK, Kind.EVERY, Kind.DASH, Kind.OPEN, Kind.JOIN})
_STARTS = frozenset("每按逐次一二两三四五六半")


def tokenize(plain: str, fiscal_year: int | None) -> tuple[Token, ...]:
    """Return the tokens of a folded text from left to right; neighbouring unknown characters are one TEXT."""
    words = lexicon()
    tokens: list[Token] = []
    place = 0
    while place < len(plain):
        previous = tokens[-1] if tokens else None
        token = _special(plain, place, previous, words, fiscal_year)
        if token is None:
            token = Token(Kind.TEXT, place, place + 1, word=plain[place])
            if previous and previous.kind is Kind.TEXT:
                tokens[-1] = Token(Kind.TEXT, previous.start, place + 1, word=plain[previous.start : place + 1])
                place += 1
                continue
        tokens.append(token)
        place = token.end
    return tuple(tokens)


def _special(plain: str, place: int, previous: Token | None, words: Lexicon, fiscal_year: int | None) -> Token | None:
    """Return the token other than plain text that begins at the place, None when none does."""
    if previous and previous.kind in _AFTER_VALUE and (token := _behind(plain, place, words)):
        return token
    found = words.words.match(plain, place)
    if found and found.end() > place:
        return Token(Kind.TEXT, place, found.end(), word=found.group())
    if found := words.rank.match(plain, place):
        return _rank(found)
    character = plain[place]
    if character in _STARTS and (found := words.every.match(plain, place)):
        period = next(found[name] for name in ("period", "ended", "next", "one", "half") if found[name])
        times = found["count"] or found["times"]
        count = "" if times in (None, "一", "1") else times
        return Token(Kind.EVERY, place, found.end(), word=f"{count}{words.periods[period]}")
    if not (previous and previous.kind is Kind.EVERY and previous.word in ("月", "周")):
        moment = read_moment(plain, place, fiscal_year)
        if moment and not _is_number(plain, place, moment, previous):
            return Token(Kind.DATE, place, moment.end, moment=moment, word=plain[place : moment.end])
    if found := words.before_pattern.match(plain, place):
        return Token(Kind.COMPARATOR, place, found.end(), comparator=words.before[found.group()], word=found.group())
    if found := words.approximate_before.match(plain, place):
        return Token(Kind.ABOUT, place, found.end())
    return _value(plain, place, previous, words) or _mark(plain, place)


def _is_number(plain: str, place: int, moment: Moment, previous: Token | None) -> bool:
    """Tell whether what may be a date is a number: 2023.12 in a longer text, the months of ≥12月."""
    if moment.number_like:
        return len(plain) != moment.end - place
    compared = previous is not None and previous.comparator is not None and previous.comparator.sign in ("≥", ">", "=")
    return compared and _MONTHS.fullmatch(plain, place, moment.end) is not None


def _mark(plain: str, place: int) -> Token | None:
    kind = _MARKS.get(plain[place])
    return Token(kind, place, place + 1, word=plain[place]) if kind else None


def _behind(plain: str, place: int, words: Lexicon) -> Token | None:
    if found := words.behind_pattern.match(plain, place):
        comparator = Comparator(words.behind[found["behind"]], weak=False) if found["behind"] else None
        return Token(Kind.BEHIND, place, found.end(), comparator=comparator, word=found.group())
    if found := words.approximate_behind.match(plain, place):
        return Token(Kind.ABOUT, place, found.end())
    return None


def _rank(found: re.Match[str]) -> Token:
    printed = found["place"] or found["exact"] or found["bare"]
    number = Decimal(printed) if printed.isdigit() else parse_numeral(printed)
    if number is None:
        return Token(Kind.TEXT, found.start(), found.end(), word=found.group())
    upper = Decimal(found["last"]) if found["last"] else number if not found["first"] else None
    unit = "%" if found["share"] else "名"
    return Token(Kind.RANK, found.start(), found.end(), number=number, upper=upper, unit=unit, word=found.group())


def _value(plain: str, place: int, previous: Token | None, words: Lexicon) -> Token | None:
    """Return the number at the place with its unit: digits, a share in words, tenths, an isolated numeral."""
    if found := _FRACTION.match(plain, place):
        return Token(Kind.FRACTION, place, found.end(), word=found.group())
    if found := _SHARE.match(plain, place):
        number = _number(found["number"])
        return None if number is None else Token(Kind.VALUE, place, found.end(), number, unit=_SHARE_UNITS[found["of"]])
    if found := _TENTHS.match(plain, place):
        tenths = _number(found["number"])
        if tenths is not None:
            rest = "五" if found["rest"] == "半" else found["rest"]
            number = tenths * 10 + ((parse_numeral(rest) or 0) if rest else 0)
            return Token(Kind.VALUE, place, found.end(), number, unit="%", word="成")
    if token := _and_a_half(plain, place):
        return token
    if (found := _MIXED.match(plain, place)) and (token := _mixed(plain, found, words)):
        return token
    if found := _DIGITS.match(plain, place):
        return _with_unit(plain, place, found.end(), Decimal(found.group().replace(",", "")), words)
    if previous is None or previous.kind in _BOUNDARY:
        return _numeral(plain, place, previous, words)
    return None


def _and_a_half(plain: str, place: int) -> Token | None:
    """Return a length of time with half a unit: 一年半, 两个半月, 1个半小时."""
    found = _AND_A_HALF.match(plain, place)
    whole = _number(found["number"]) if found else None
    if found is None or whole is None:
        return None
    unit = found["unit"] or {"月": "个月"}.get(found["counted"], found["counted"])
    return Token(Kind.VALUE, place, found.end(), whole + Decimal("0.5"), unit=unit)


def _number(printed: str) -> Decimal | None:
    if printed == "百":  # 百分之百
        return Decimal(100)
    return Decimal(printed) if printed[0].isdigit() else parse_numeral(printed)


def _mixed(plain: str, found: re.Match[str], words: Lexicon) -> Token | None:
    """Return a number of two scales (1亿2000万元, 3万5千元), None when the parts do not make one."""
    steps = {("亿", "万"): Decimal(10000), ("万", "千"): Decimal(10), ("万", None): Decimal(10000)}
    step = steps.get((found["scale"], found["rest"]))
    if step is None or Decimal(found["low"]) >= step:
        return None
    end = found.start("rest") if found["rest"] else found.end()
    return _with_unit(plain, found.start(), end, Decimal(found["high"]) * step + Decimal(found["low"]), words)


def _with_unit(plain: str, place: int, end: int, number: Decimal, words: Lexicon) -> Token:
    about = end < len(plain) and plain[end] in words.inside and not plain.startswith("多媒", end)
    start = end + about
    unit = read_unit(plain, start, words.stop)
    if unit is None and place and plain[place - 1] == "¥":
        return Token(Kind.VALUE, place, end, number, unit="元", about=about)
    inner = read_unit(plain, start + 1, words.stop) if plain.startswith("(", start) else None
    if inner and inner.known and plain.startswith(")", inner.end):
        return Token(Kind.VALUE, place, inner.end + 1, number, unit=inner.text, about=about)
    if unit is None or plain.startswith("性", unit.end):
        return Token(Kind.VALUE, place, start if about else end, number, about=about)
    return Token(Kind.VALUE, place, unit.end, number, unit=unit.text, known=unit.known, about=about)


def _numeral(plain: str, place: int, previous: Token | None, words: Lexicon) -> Token | None:
    """Return an isolated Chinese numeral, None for a word: it has a known unit that ends the phrase (三次, 两个月内).

    A numeral without unit counts between comparators and the end only (九十五以上).
    """
    found = _NUMERAL.match(plain, place)
    if not found:
        return None
    number = Decimal("0.5") if found.group() == "半" else parse_numeral(found.group())
    if number is None:
        return None
    unit = read_unit(plain, found.end(), words.stop)
    if unit is None or not unit.known or unit_class(unit.text) is None:
        compared = previous is not None and previous.kind is Kind.COMPARATOR and found.end() == len(plain)
        alone = compared or words.behind_pattern.fullmatch(plain, found.end()) is not None
        return Token(Kind.VALUE, place, found.end(), number, word=found.group()) if alone else None
    behind = plain[unit.end : unit.end + 1]
    if unit.text in _ORDINARY or behind in _ORDINARY or not words.stop.match(plain, unit.end):
        return None
    return Token(Kind.VALUE, place, unit.end, number, unit=unit.text, word=found.group())
