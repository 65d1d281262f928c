"""Cut a folded target value into lexemes: comparators, numbers with their units, dates, ranks, recurrences, marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from jixiao.text.numerals import NUMERAL, parse_numeral
from jixiao.values.dates import Moment, read_moment
from jixiao.values.keywords import Comparator, Keywords, keywords
from jixiao.values.units import read_unit, unit_class

_ORDINAL = re.compile(r"第\d+")  # counts things, measures nothing: 第1号项目
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+|\.(?=[%‰]))?")
_SHARE = re.compile(rf"(?P<of>百分之|千分之|万分之)(?P<number>{NUMERAL}+|\d+(?:\.\d+)?)")
_NUMERAL = re.compile(rf"{NUMERAL}+|半")
_HALF = Decimal("0.5")
_SHARE_UNITS = {"百分之": "%", "千分之": "‰", "万分之": "‱"}
_ORDINARY = frozenset("性些样般定旦切直体律致流站级类等")  # 一次性, 一些 …: behind these a numeral is part of a word


class LexemeKind(Enum):
    """Name the kinds of lexeme."""

    COMPARATOR = "comparator"
    VALUE = "value"
    DATE = "date"
    RANK = "rank"
    EVERY = "every"
    BEHIND = "behind"
    ABOUT = "about"
    DASH = "dash"
    OPEN = "open"
    CLOSE = "close"
    MARK = "mark"
    JOIN = "join"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """Hold one lexeme of a folded text: its kind, span, and what its kind says.

    ``unit`` is in its usual short form; ``known`` is False for a unit no list has; ``about`` for 1000余人.
    """

    kind: LexemeKind
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
    **dict.fromkeys("([【", LexemeKind.OPEN),
    **dict.fromkeys(")]】", LexemeKind.CLOSE),
    **dict.fromkeys(",;。、:!/", LexemeKind.MARK),
    **dict.fromkeys("-~至到", LexemeKind.DASH),
    **dict.fromkeys("且或", LexemeKind.JOIN),
}
_AFTER_VALUE = frozenset({LexemeKind.VALUE, LexemeKind.RANK, LexemeKind.BEHIND, LexemeKind.ABOUT})
_BOUNDARY = frozenset(
    {
        LexemeKind.COMPARATOR,
        LexemeKind.ABOUT,
        LexemeKind.MARK,
        LexemeKind.EVERY,
        LexemeKind.DASH,
        LexemeKind.OPEN,
        LexemeKind.JOIN,
    }
)
_STARTS = frozenset("每按逐次一二两三四五六半")


def scan(plain: str, fiscal_year: int | None) -> tuple[Lexeme, ...]:
    """Return the lexemes of a folded text from left to right; neighbouring unknown characters are one TEXT."""
    return tuple(_Scanner(plain, fiscal_year).scan())


class _Scanner:
    """Scan one folded text; ``_last`` is the lexeme before the place."""

    def __init__(self, plain: str, fiscal_year: int | None) -> None:
        self._plain = plain
        self._fiscal_year = fiscal_year
        self._words: Keywords = keywords()
        self._last: Lexeme | None = None

    def scan(self) -> list[Lexeme]:
        lexemes: list[Lexeme] = []
        place = 0
        while place < len(self._plain):
            lexeme = self._known(place)
            if lexeme is None:
                start = place
                if self._last_is(LexemeKind.TEXT):
                    start = lexemes.pop().start
                lexeme = Lexeme(LexemeKind.TEXT, start, place + 1, word=self._plain[start : place + 1])
            lexemes.append(lexeme)
            self._last = lexeme
            place = lexeme.end
        return lexemes

    def _last_is(self, *kinds: LexemeKind) -> bool:
        return self._last is not None and self._last.kind in kinds

    def _known(self, place: int) -> Lexeme | None:
        """Return the lexeme other than plain text that begins at the place, None when none does."""
        if self._last_is(*_AFTER_VALUE) and (lexeme := self._behind(place)):
            return lexeme
        found = self._words.words.match(self._plain, place)
        if found and found.end() > place:
            return Lexeme(LexemeKind.TEXT, place, found.end(), word=found.group())
        if found := self._words.rank.match(self._plain, place):
            return _rank(found)
        for read in (self._every, self._date, self._compared, self._value, self._mark):
            if lexeme := read(place):
                return lexeme
        return None

    def _behind(self, place: int) -> Lexeme | None:
        if found := self._words.behind_pattern.match(self._plain, place):
            comparator = None
            if found["behind"]:
                comparator = Comparator(self._words.behind[found["behind"]], weak=False)
            return Lexeme(LexemeKind.BEHIND, place, found.end(), comparator=comparator, word=found.group())
        if found := self._words.approximate_behind.match(self._plain, place):
            return Lexeme(LexemeKind.ABOUT, place, found.end())
        return None

    def _every(self, place: int) -> Lexeme | None:
        if self._plain[place] not in _STARTS:
            return None
        found = self._words.every.match(self._plain, place)
        if not found:
            return None
        period = next(found[name] for name in ("period", "ended", "next", "one", "half") if found[name])
        count = found["count"] or found["times"] or ""
        if count in ("一", "1"):
            count = ""
        return Lexeme(LexemeKind.EVERY, place, found.end(), word=f"{count}{self._words.periods[period]}")

    def _date(self, place: int) -> Lexeme | None:
        last = self._last
        if last and last.kind is LexemeKind.EVERY and last.word in ("月", "周"):
            return None
        moment = read_moment(self._plain, place, self._fiscal_year)
        if moment is None or self._is_number(place, moment):
            return None
        return Lexeme(LexemeKind.DATE, place, moment.end, moment=moment, word=self._plain[place : moment.end])

    def _is_number(self, place: int, moment: Moment) -> bool:
        """Tell whether what may be a date is a number: 2023.12 in a longer text."""
        return moment.number_like and len(self._plain) != moment.end - place

    def _compared(self, place: int) -> Lexeme | None:
        if found := self._words.before_pattern.match(self._plain, place):
            word = found.group()
            return Lexeme(LexemeKind.COMPARATOR, place, found.end(), comparator=self._words.before[word], word=word)
        if found := self._words.approximate_before.match(self._plain, place):
            return Lexeme(LexemeKind.ABOUT, place, found.end())
        return None

    def _mark(self, place: int) -> Lexeme | None:
        mark = self._plain[place]
        if mark not in _MARKS:
            return None
        return Lexeme(_MARKS[mark], place, place + 1, word=mark)

    # ------------------------------------------------------------ numbers

    def _value(self, place: int) -> Lexeme | None:
        """Return the number at the place with its unit: digits, a share in words, an isolated numeral."""
        plain = self._plain
        if found := _SHARE.match(plain, place):
            number = _number(found["number"])
            if number is None:
                return None
            return Lexeme(LexemeKind.VALUE, place, found.end(), number, unit=_SHARE_UNITS[found["of"]])
        if found := _ORDINAL.match(plain, place):
            return Lexeme(LexemeKind.TEXT, place, found.end(), word=found.group())
        if found := _DIGITS.match(plain, place):
            return self._with_unit(place, found.end(), Decimal(found.group().replace(",", "")))
        if self._last is None or self._last.kind in _BOUNDARY:
            return self._numeral(place)
        return None

    def _with_unit(self, place: int, end: int, number: Decimal) -> Lexeme:
        plain = self._plain
        about = end < len(plain) and plain[end] in self._words.inside and not plain.startswith("多媒", end)
        start = end + about
        unit = read_unit(plain, start, self._words.stop)
        if plain.startswith("(", start):
            inner = read_unit(plain, start + 1, self._words.stop)
            if inner and inner.known and plain.startswith(")", inner.end):
                return Lexeme(LexemeKind.VALUE, place, inner.end + 1, number, unit=inner.text, about=about)
        if unit is None or plain.startswith("性", unit.end):
            return Lexeme(LexemeKind.VALUE, place, start, number, about=about)
        return Lexeme(LexemeKind.VALUE, place, unit.end, number, unit=unit.text, known=unit.known, about=about)

    def _numeral(self, place: int) -> Lexeme | None:
        """Return an isolated Chinese numeral, None for a word: its known unit ends the phrase (三次, 两个月内).

        A numeral without unit counts between comparators and the end only (九十五以上).
        """
        plain, stop = self._plain, self._words.stop
        found = _NUMERAL.match(plain, place)
        if not found:
            return None
        number = _HALF if found.group() == "半" else parse_numeral(found.group())
        if number is None:
            return None
        unit = read_unit(plain, found.end(), stop)
        if unit is None or not unit.known or unit_class(unit.text) is None:
            ends = found.end() == len(plain) and self._last_is(LexemeKind.COMPARATOR)
            if not ends and not self._words.behind_pattern.fullmatch(plain, found.end()):
                return None
            return Lexeme(LexemeKind.VALUE, place, found.end(), number, word=found.group())
        behind = plain[unit.end : unit.end + 1]
        if unit.text in _ORDINARY or behind in _ORDINARY or not stop.match(plain, unit.end):
            return None
        return Lexeme(LexemeKind.VALUE, place, unit.end, number, unit=unit.text, word=found.group())


def _rank(found: re.Match[str]) -> Lexeme:
    number = _number(found["place"] or found["exact"] or found["bare"])
    if number is None:
        return Lexeme(LexemeKind.TEXT, found.start(), found.end(), word=found.group())
    upper = None if found["first"] else number
    unit = "%" if found["share"] else "名"
    return Lexeme(LexemeKind.RANK, found.start(), found.end(), number, upper, unit, word=found.group())


def _number(printed: str) -> Decimal | None:
    if printed[0].isdigit():
        return Decimal(printed)
    if printed == "百":  # 百分之百
        return Decimal(100)
    return parse_numeral(printed)
