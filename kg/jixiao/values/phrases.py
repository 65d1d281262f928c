"""Put the lexemes of a target value together: what each number, date, rank or recurrence in it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.model import Target, TargetKind
from jixiao.values.keywords import Comparator
from jixiao.values.tokens import Lexeme, LexemeKind
from jixiao.values.units import conversion, unit_class

_LOWER, _UPPER = ("≥", ">"), ("≤", "<")
_LONG_PERIODS = ("月", "季度", "年")
_WITH, _WITHOUT = {">": "≥", "<": "≤"}, {"≥": ">", "≤": "<"}
_DAYS = ("日", "号")
_MONTHS = re.compile(r"\d{1,2}月")
_SPANNING = (LexemeKind.VALUE, LexemeKind.DATE, LexemeKind.RANK)
_FOLLOWING = (LexemeKind.BEHIND, LexemeKind.ABOUT)
_BEFORE = ("前", "之前", "以前")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Hold what one phrase of a value says, in the terms of ``model.Target``, with its span in the folded text.

    ``decisive`` is False for a number or date that may just stand in the sentence.
    """

    kind: TargetKind
    start: int
    end: int
    sign: str | None = None
    stated: bool = False
    lower: Decimal | None = None
    lower_inclusive: bool | None = None
    upper: Decimal | None = None
    upper_inclusive: bool | None = None
    unit: str | None = None
    due: str | None = None
    recurrence: str | None = None
    warnings: tuple[str, ...] = ()
    decisive: bool = True


@dataclass(slots=True)
class _Pending:
    """Hold what stands before a value and belongs to it: a comparator, 约, 每月."""

    comparator: Comparator | None = None
    start: int | None = None
    about: bool = False
    every: Lexeme | None = None


class PhraseReader:
    """Read the phrases of one scanned value; ``comparator`` is a sign that no value followed (不高于市场价)."""

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self.comparator: str | None = None
        self._lexemes = lexemes
        self._phrases: list[Phrase] = []
        self._pending = _Pending()
        self._at = 0
        self._takers = {
            LexemeKind.COMPARATOR: self._compare,
            LexemeKind.ABOUT: self._approximate,
            LexemeKind.EVERY: self._hold_every,
            LexemeKind.VALUE: self._value,
            LexemeKind.DATE: self._date,
            LexemeKind.RANK: self._rank,
            LexemeKind.MARK: self._mark,
        }

    def read(self) -> list[Phrase]:
        """Return the phrases from left to right."""
        while self._at < len(self._lexemes):
            lexeme = self._lexemes[self._at]
            self._at += 1
            if lexeme.kind in self._takers:
                self._takers[lexeme.kind](lexeme)
        self._flush_every()
        return self._phrases

    def _approximate(self, lexeme: Lexeme) -> None:
        self._pending.about = True

    def _hold_every(self, lexeme: Lexeme) -> None:
        self._flush_every()
        self._pending.every = lexeme

    def _mark(self, lexeme: Lexeme) -> None:
        if lexeme.word != ":" or not self._next(LexemeKind.COMPARATOR, -2):  # ≥:90%
            self._flush_every()
            self._pending = _Pending()

    def _compare(self, lexeme: Lexeme) -> None:
        """Keep a comparator for the value that follows; a strong one stays before a weak one (不超过控制在…)."""
        assert lexeme.comparator is not None
        self.comparator = lexeme.comparator.sign
        held = self._pending.comparator
        if held and not held.weak and lexeme.comparator.weak:
            return
        if held is None or self._pending.start is None:
            self._pending.start = lexeme.start
        self._pending.comparator = lexeme.comparator

    def _peek(self, offset: int = 0) -> Lexeme | None:
        place = self._at + offset
        if 0 <= place < len(self._lexemes):
            return self._lexemes[place]
        return None

    def _next(self, kind: LexemeKind, offset: int = 0) -> Lexeme | None:
        lexeme = self._peek(offset)
        if lexeme and lexeme.kind is kind:
            return lexeme
        return None

    def _start(self, lexeme: Lexeme) -> int:
        """Return where the phrase of a lexeme begins: at the comparator before it."""
        if self._pending.start is None:
            return lexeme.start
        return self._pending.start

    # ------------------------------------------------------------ numbers

    def _value(self, lexeme: Lexeme) -> None:
        assert lexeme.number is not None
        phrase = Phrase(TargetKind.QUANTITY, self._start(lexeme), lexeme.end, unit=lexeme.unit, lower=lexeme.number)
        if not lexeme.known:
            phrase = warned(phrase, "unknown-unit")
        phrase = self._extended(self._signed(phrase))
        behind, end, about = self._behind(phrase.end)
        phrase = replace(phrase, end=end)
        if about or lexeme.about or self._pending.about:
            phrase = warned(phrase, "approximate")
        phrase = self._compared(phrase, behind)
        known = phrase.unit is not None and lexeme.known
        decisive = phrase.stated or known or phrase.kind is TargetKind.RANGE
        self._recurring(replace(phrase, decisive=decisive))

    def _signed(self, phrase: Phrase) -> Phrase:
        """Return a number with the minus before it: a dash that no number or date stands right before."""
        dash, before = self._next(LexemeKind.DASH, -2), self._peek(-3)
        if dash is None or dash.word != "-" or phrase.lower is None:
            return phrase
        if before and (before.kind in _SPANNING or before.end != dash.start):
            return phrase
        return replace(phrase, lower=-phrase.lower, start=min(phrase.start, dash.start))

    def _extended(self, phrase: Phrase) -> Phrase:
        """Return a number with the one behind a dash, which ends its range."""
        joint, other = self._peek(), self._peek(1)
        if joint is None or other is None or joint.kind is not LexemeKind.DASH or phrase.lower is None:
            return phrase
        if other.number is None or other.kind is not LexemeKind.VALUE or joint.end != other.start:
            return phrase
        low = phrase.lower
        if phrase.unit and other.unit and phrase.unit != other.unit:
            low *= conversion(phrase.unit, other.unit) or 1
        self._at += 2
        return replace(phrase, lower=low, upper=other.number, unit=other.unit or phrase.unit, end=other.end)

    def _compared(self, phrase: Phrase, behind: Comparator | None) -> Phrase:
        """Return the phrase with the bounds that its numbers and the comparators around it set."""
        before = self._pending.comparator
        assert phrase.lower is not None
        if phrase.upper is not None:
            if phrase.lower > phrase.upper:
                phrase = warned(replace(phrase, lower=phrase.upper, upper=phrase.lower), "reversed-range")
            phrase = replace(phrase, kind=TargetKind.RANGE, lower_inclusive=True, upper_inclusive=True)
            if before and not before.weak:
                return warned(phrase, "compared-range")
            return phrase
        if unit_class(phrase.unit) == "time":
            phrase = replace(phrase, kind=TargetKind.DURATION)
        chosen = before
        if behind and (before is None or before.weak):
            chosen = behind
        assert phrase.lower is not None
        return bounded(phrase, chosen.sign if chosen else "=", phrase.lower, stated=chosen is not None)

    def _behind(self, end: int) -> tuple[Comparator | None, int, bool]:
        """Return (comparator behind the value, where the phrase ends, whether a word such as 左右 stands there).

        (含5%) and (不含5%) say for the comparator on either side whether the bound itself belongs to it.
        """
        comparator, about = None, False
        while (lexeme := self._peek()) and lexeme.kind in _FOLLOWING and lexeme.start == end:
            comparator = lexeme.comparator or comparator
            about = about or lexeme.kind is LexemeKind.ABOUT
            held = self._pending.comparator
            if comparator:
                comparator = Comparator(_with_edge(comparator.sign, lexeme.word), weak=False)
            elif held:
                self._pending.comparator = Comparator(_with_edge(held.sign, lexeme.word), held.weak)
            end = lexeme.end
            self._at += 1
        return comparator, end, about

    # ------------------------------------------------------------ dates, ranks, recurrences

    def _date(self, lexeme: Lexeme) -> None:
        moment, held, every = lexeme.moment, self._pending.comparator, self._pending.every
        assert moment is not None
        sign = "≥" if moment.since else "≤"
        if held and not moment.since:
            sign = held.sign
        doubts = {
            "date-does-not-exist": not moment.exists,
            "year-unknown": moment.due.startswith("--") and every is None,
            "open-period": moment.open_period,
            "span": moment.span,
            "begins": moment.since,
            "month-or-months": held is not None and _MONTHS.fullmatch(lexeme.word) is not None,
        }
        phrase = Phrase(
            TargetKind.DEADLINE,
            self._start(lexeme),
            lexeme.end,
            sign=sign,
            stated=moment.by or held is not None,
            due=moment.due if moment.exists else None,
            warnings=tuple(code for code, doubted in doubts.items() if doubted),
            decisive=moment.by or (held is not None and not (moment.year_only and self._peek())),
        )
        self._pending.every = None
        if every:
            due = moment.due if moment.due.startswith("--") else f"--{moment.due[5:]}"
            phrase = replace(phrase, kind=TargetKind.RECURRING, start=every.start, due=due, decisive=True)
            phrase = replace(phrase, unit=every.word, recurrence=every.word)
        self._add(phrase)

    def _rank(self, lexeme: Lexeme) -> None:
        """Add a place: 前五 is ≤ 5, 第一名 is = 1, 不低于第5名 is ≤ 5 (a lower place has a higher number)."""
        assert lexeme.number is not None
        held = self._pending.comparator
        _, end, _ = self._behind(lexeme.end)
        phrase = Phrase(TargetKind.RANK, self._start(lexeme), end, unit=lexeme.unit)
        if lexeme.upper is None or held:
            phrase = bounded(phrase, "≤", lexeme.number, stated=True)
        else:
            phrase = bounded(phrase, "=", lexeme.number, stated=False)
        self._add(phrase)

    def _recurring(self, phrase: Phrase) -> None:
        """Add a number's phrase; after 每月 it recurs: a day is the value, any other number is one per month."""
        every = self._pending.every
        self._pending.every = None
        if every is None:
            self._add(phrase)
            return
        then = self._next(LexemeKind.TEXT)
        before = then is not None and then.word.startswith(_BEFORE) and then.start == phrase.end
        day = phrase.unit in _DAYS and phrase.kind is not TargetKind.RANGE
        phrase = replace(phrase, recurrence=every.word)
        if day and (before or every.word in _LONG_PERIODS):
            self._add(_day_of(replace(phrase, start=every.start), before=before))
        else:
            self._add(replace(phrase, start=min(phrase.start, every.start)))

    def _flush_every(self) -> None:
        """Add 每月 as a target of its own where no value used it."""
        every = self._pending.every
        self._pending.every = None
        if every is not None:
            phrase = Phrase(TargetKind.RECURRING, every.start, every.end, unit=every.word, recurrence=every.word)
            self._phrases.append(phrase)

    def _add(self, phrase: Phrase) -> None:
        self._phrases.append(phrase)
        self.comparator = None
        self._pending = _Pending(every=self._pending.every)


def warned(phrase: Phrase, code: str) -> Phrase:
    """Return the phrase with one more warning."""
    return replace(phrase, warnings=(*phrase.warnings, code))


def sole_bound(interval: Phrase | Target) -> Decimal | None:
    """Return the number that bounds an interval: the lower where there are two."""
    if interval.lower is None:
        return interval.upper
    return interval.lower


def _day_of(phrase: Phrase, *, before: bool) -> Phrase:
    """Return the day of a recurrence (每月5日前)."""
    number = sole_bound(phrase)
    assert number is not None
    day = replace(phrase, kind=TargetKind.RECURRING, unit="日", decisive=True)
    if before or not phrase.stated:
        day = bounded(day, "≤" if before else "=", number, stated=before)
    if number > 28 and phrase.recurrence == "月":
        return warned(day, "day-not-in-every-month")
    return day


def _with_edge(sign: str, word: str) -> str:
    """Return a sign as the words 含 and 不含 behind the value make it."""
    if "不含" in word:
        return _WITHOUT.get(sign, sign)
    if "含" in word:
        return _WITH.get(sign, sign)
    return sign


def bounded(phrase: Phrase, sign: str, number: Decimal, *, stated: bool) -> Phrase:
    """Return the phrase bounded by a number under a sign; ``=`` bounds it on both sides."""
    inclusive = sign not in ("<", ">")
    phrase = replace(phrase, sign=sign, stated=stated, lower=None, lower_inclusive=None)
    phrase = replace(phrase, upper=None, upper_inclusive=None)
    if sign not in _UPPER:
        phrase = replace(phrase, lower=number, lower_inclusive=inclusive)
    if sign not in _LOWER:
        phrase = replace(phrase, upper=number, upper_inclusive=inclusive)
    return phrase
