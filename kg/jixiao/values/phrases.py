"""Put the tokens of a target value together: what each number, date, rank or recurrence in it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.model import TargetKind
from jixiao.values.lexicon import Comparator
from jixiao.values.tokens import Kind, Token
from jixiao.values.units import conversion, unit_class

CARRY = 8  # characters that may stand between a comparator and its value (不少于每年开展3次)
_FLIPPED = {"≤": "≥", "<": ">", "≥": "≤", ">": "<"}
_BOUNDS = {"≥": ("lower", True), ">": ("lower", False), "≤": ("upper", True), "<": ("upper", False)}
_WITH, _WITHOUT = {">": "≥", "<": "≤"}, {"≥": ">", "≤": "<"}
_DAYS = ("日", "号")
_MONTHS = re.compile(r"\d{1,2}月")
_BEFORE = ("前", "之前", "以前")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Hold what one phrase of a value says, in the terms of ``model.Target``, with its span in the folded text.

    ``decisive`` is False for a number or date that may just stand in the sentence; ``depth`` counts the brackets
    around it; ``sandwich`` marks the first bound of 90%≤x≤95%.
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
    depth: int = 0
    sandwich: bool = False


@dataclass(slots=True)
class _Pending:
    """Hold what stands before a value and belongs to it: a comparator, 约, 每月."""

    comparator: Comparator | None = None
    start: int | None = None
    letters: int = 0
    about: bool = False
    every: Token | None = None


@dataclass(slots=True)
class Reader:
    """Read the phrases of one tokenized value; ``comparator`` is a sign that no value followed (不高于市场价)."""

    tokens: Sequence[Token]
    phrases: list[Phrase] = field(default_factory=list)
    comparator: str | None = None
    _pending: _Pending = field(default_factory=_Pending)
    _depth: int = 0
    _at: int = 0

    def read(self) -> list[Phrase]:
        """Return the phrases from left to right."""
        while self._at < len(self.tokens):
            token = self.tokens[self._at]
            self._at += 1
            self._take(token)
        self._flush_every()
        return self.phrases

    def _take(self, token: Token) -> None:
        match token.kind:
            case Kind.COMPARATOR:
                self._compare(token)
            case Kind.ABOUT:
                self._pending.about = True
            case Kind.EVERY:
                self._flush_every()
                self._pending.every = token
            case Kind.VALUE:
                self._value(token)
            case Kind.DATE:
                self._date(token)
            case Kind.RANK:
                self._rank(token)
            case Kind.FRACTION:
                self._fraction(token)
            case Kind.OPEN:
                self._depth += 1
            case Kind.CLOSE:
                self._depth = max(0, self._depth - 1)
            case Kind.MARK if token.word == ":" and self._follows(Kind.COMPARATOR, -2):
                pass  # ≥:90%
            case Kind.MARK:
                self._flush_every()
                self._pending = _Pending()
            case Kind.TEXT:
                self._pending.letters += token.end - token.start
                if self._pending.letters > CARRY:
                    self._pending.comparator, self._pending.start = None, None

    def _compare(self, token: Token) -> None:
        """Keep a comparator for the value that follows; a strong one stays before a weak one (不超过控制在…)."""
        assert token.comparator is not None
        self.comparator = token.comparator.sign
        held = self._pending.comparator
        if held is None or held.weak or not token.comparator.weak:
            start = self._pending.start if held else None
            self._pending.comparator = token.comparator
            self._pending.start = token.start if start is None else start
            self._pending.letters = 0

    def _peek(self, offset: int = 0) -> Token | None:
        place = self._at + offset
        return self.tokens[place] if 0 <= place < len(self.tokens) else None

    def _follows(self, kind: Kind, offset: int = 0) -> Token | None:
        token = self._peek(offset)
        return token if token and token.kind is kind else None

    # ------------------------------------------------------------ numbers

    def _value(self, token: Token) -> None:
        assert token.number is not None
        start = token.start if self._pending.start is None else self._pending.start
        warnings = [] if token.known else ["unknown-unit"]
        about = self._pending.about or token.about
        low, unit = token.number, token.unit
        before = self._peek(-2)
        if before and before.kind is Kind.DASH and before.word == "-" and self._negative(before):
            low, start = -low, min(start, before.start)
        low, high, unit, end = self._extended(low, unit, token.end, warnings)
        flipped = self._sandwich()
        behind, end, about_behind = self._behind(end)
        if about or about_behind:
            warnings.append("approximate")
        if high is not None:
            if low > high:
                low, high = high, low
                warnings.append("reversed-range")
            if self._pending.comparator and not self._pending.comparator.weak:
                warnings.append("compared-range")
            phrase = Phrase(
                TargetKind.RANGE, start, end, None, False, low, True, high, True, unit, warnings=tuple(warnings)
            )
        else:
            phrase = self._bounded(
                Phrase(_kind_of(unit), start, end, unit=unit, warnings=tuple(warnings)), low, behind, flipped
            )
        known = unit is not None and token.known
        self._recurring(replace(phrase, decisive=phrase.stated or known or phrase.kind is TargetKind.RANGE))

    def _fraction(self, token: Token) -> None:
        """Add a fraction or proportion (三分之二以上, 1:3): compared, but no exact decimal bounds it."""
        behind, end, _ = self._behind(token.end)
        held = behind or self._pending.comparator
        sign = held.sign if held else None
        self._add(Phrase(TargetKind.OTHER, token.start, end, sign, sign is not None, warnings=("fraction",)))

    def _negative(self, dash: Token) -> bool:
        """Tell whether a dash before a number is a minus: nothing, or no number or date, stands before it."""
        before = self._peek(-3)
        return before is None or (before.kind not in (Kind.VALUE, Kind.DATE, Kind.RANK) and before.end == dash.start)

    def _extended(
        self, low: Decimal, unit: str | None, end: int, warnings: list[str]
    ) -> tuple[Decimal, Decimal | None, str | None, int]:
        """Return (low, high, unit, end) of a number with what belongs to it: -20, ±2, +2, or 30分 behind 2小时."""
        joint, other = self._peek(), self._peek(1)
        if (
            joint
            and joint.kind is Kind.VALUE
            and joint.start == end
            and "time" == unit_class(unit) == unit_class(joint.unit)
        ):
            factor = conversion(unit, joint.unit)
            if factor and joint.number is not None:
                self._at += 1
                return low * factor + joint.number, None, joint.unit, joint.end
        if not (joint and other and other.kind is Kind.VALUE and other.number is not None and joint.end == other.start):
            return low, None, unit, end
        if joint.kind is Kind.DASH:
            self._at += 2
            if unit and other.unit and unit != other.unit and (factor := conversion(unit, other.unit)):
                low *= factor
            return low, other.number, other.unit or unit, other.end
        if joint.kind is Kind.PLUS_MINUS:
            self._at += 2
            return low - other.number, low + other.number, other.unit or unit, other.end
        if joint.kind is Kind.PLUS and unit is None:
            self._at += 2
            warnings.append("sum-of-parts")
            return low + other.number, None, other.unit, other.end
        return low, None, unit, end

    def _behind(self, end: int) -> tuple[Comparator | None, int, bool]:
        """Return (comparator behind the value, where the phrase ends, whether a word such as 左右 stands there).

        (含5%) and (不含5%) say for the comparator on either side whether the bound itself belongs to it.
        """
        comparator, about = None, False
        while (token := self._peek()) and token.kind in (Kind.BEHIND, Kind.ABOUT) and token.start == end:
            comparator, about = token.comparator or comparator, about or token.kind is Kind.ABOUT
            edges = _WITHOUT if "不含" in token.word else _WITH if "含" in token.word else {}
            if edges and comparator:
                comparator = Comparator(edges.get(comparator.sign, comparator.sign), weak=False)
            elif edges and (held := self._pending.comparator):
                self._pending.comparator = Comparator(edges.get(held.sign, held.sign), held.weak)
            end = token.end
            self._at += 1
        return comparator, end, about

    def _sandwich(self) -> Comparator | None:
        """Return the comparator of 90%≤满意度…, where the value stands first; None when none follows the value."""
        sign, then = self._follows(Kind.COMPARATOR), self._follows(Kind.TEXT, 1)
        if self._pending.comparator or not (sign and sign.comparator and sign.word in ("≤", "<", "≥", ">", "<=", ">=")):
            return None
        if then is None and self._peek(1) is not None:
            return None
        self._at += 1
        if then is None:
            return replace(sign.comparator, weak=True)  # 95%≥: nothing behind, read as printed
        return Comparator(_FLIPPED[sign.comparator.sign], weak=False)

    def _bounded(
        self, phrase: Phrase, number: Decimal, behind: Comparator | None, flipped: Comparator | None
    ) -> Phrase:
        """Return the phrase with the bounds that its number and the comparators around it set."""
        before, warnings = self._pending.comparator, list(phrase.warnings)
        chosen = flipped or (behind if behind and (before is None or before.weak) else before)
        if flipped and flipped.weak:
            warnings.append("misplaced-comparator")
        if before and behind and not before.weak and _side(before.sign) != _side(behind.sign):
            warnings.append("conflicting-comparators")
        phrase = replace(phrase, warnings=tuple(warnings), sandwich=bool(flipped and not flipped.weak))
        return bounded(phrase, chosen.sign if chosen else "=", number, stated=chosen is not None)

    # ------------------------------------------------------------ dates, ranks, recurrences

    def _date(self, token: Token) -> None:
        moment = token.moment
        assert moment is not None
        held = self._pending.comparator
        doubts = {
            "date-does-not-exist": not moment.exists,
            "year-unknown": moment.due.startswith("--") and self._pending.every is None,
            "open-period": moment.open_period,
            "span": moment.span,
            "begins": moment.since,
            "month-or-months": held is not None and _MONTHS.fullmatch(token.word) is not None,
        }
        phrase = Phrase(
            TargetKind.DEADLINE,
            token.start if self._pending.start is None else self._pending.start,
            token.end,
            sign="≥" if moment.since else held.sign if held else "≤",
            stated=moment.by or held is not None,
            due=moment.due if moment.exists else None,
            warnings=tuple(code for code, doubted in doubts.items() if doubted),
            decisive=moment.by or (held is not None and not (moment.year_only and self._peek())),
        )
        every, self._pending.every = self._pending.every, None
        if every:
            due = moment.due if moment.due.startswith("--") else f"--{moment.due[5:]}"
            phrase = replace(phrase, kind=TargetKind.RECURRING, start=every.start, unit=every.word, due=due)
            phrase = replace(phrase, recurrence=every.word, decisive=True)
        self._add(phrase)

    def _rank(self, token: Token) -> None:
        """A place in a ranking: 前五 is ≤ 5, 第一名 is = 1, 不低于第5名 is ≤ 5 (a lower place has a higher number)."""
        assert token.number is not None
        held = self._pending.comparator
        start = token.start if self._pending.start is None else self._pending.start
        _, end, _ = self._behind(token.end)
        phrase = Phrase(TargetKind.RANK, start, end, unit=token.unit)
        if token.upper is not None and token.upper != token.number:
            low, high = sorted((token.number, token.upper))
            phrase = replace(phrase, lower=low, lower_inclusive=True, upper=high, upper_inclusive=True)
        elif token.upper is None or held:
            phrase = bounded(phrase, "≤", token.number, stated=True)
            if held and held.sign in ("≥", ">"):
                phrase = replace(phrase, warnings=("rank-direction",))
        else:
            phrase = bounded(phrase, "=", token.number, stated=False)
        self._add(phrase)

    def _recurring(self, phrase: Phrase) -> None:
        """Add a number's phrase; after 每月 it recurs: a day is the value, any other number is one per month."""
        every, self._pending.every = self._pending.every, None
        if every is None:
            self._add(phrase)
            return
        then = self._follows(Kind.TEXT)
        before = then is not None and then.word.startswith(_BEFORE) and then.start == phrase.end
        if (
            phrase.unit in _DAYS
            and phrase.kind is not TargetKind.RANGE
            and (before or every.word in ("月", "季度", "年"))
        ):
            number = phrase.lower if phrase.lower is not None else phrase.upper
            assert number is not None
            day = replace(phrase, kind=TargetKind.RECURRING, unit="日", start=every.start, recurrence=every.word)
            if before or not phrase.stated:
                day = bounded(day, "≤" if before else "=", number, stated=before)
            if not 1 <= number <= 31 or number != int(number):
                day = replace(day, warnings=(*day.warnings, "date-does-not-exist"))
            elif number > 28 and every.word == "月":
                day = replace(day, warnings=(*day.warnings, "day-not-in-every-month"))
            self._add(replace(day, decisive=True))
            return
        self._add(replace(phrase, start=min(phrase.start, every.start), recurrence=every.word))

    def _flush_every(self) -> None:
        """Add 每月 as a target of its own where no value used it."""
        every, self._pending.every = self._pending.every, None
        if every is not None:
            phrase = Phrase(TargetKind.RECURRING, every.start, every.end, unit=every.word, recurrence=every.word)
            self.phrases.append(replace(phrase, depth=self._depth))

    def _add(self, phrase: Phrase) -> None:
        self.phrases.append(replace(phrase, depth=self._depth))
        self.comparator = None
        self._pending = _Pending(every=self._pending.every)


def bounded(phrase: Phrase, sign: str, number: Decimal, *, stated: bool) -> Phrase:
    """Return the phrase bounded by a number under a sign; ``=`` bounds it on both sides."""
    if sign in _BOUNDS:
        side, inclusive = _BOUNDS[sign]
        none = replace(
            phrase, lower=None, lower_inclusive=None, upper=None, upper_inclusive=None, sign=sign, stated=stated
        )
        if side == "lower":
            return replace(none, lower=number, lower_inclusive=inclusive)
        return replace(none, upper=number, upper_inclusive=inclusive)
    return replace(
        phrase, sign="=", stated=stated, lower=number, lower_inclusive=True, upper=number, upper_inclusive=True
    )


def merge(one: Phrase, other: Phrase) -> Phrase | None:
    """Return the range that a lower and an upper bound make together (≥5且≤10), None when they do not."""
    low, high = (one, other) if one.lower is not None else (other, one)
    if low.upper is not None or high.lower is not None or low.lower is None or high.upper is None:
        return None
    if low.kind not in _NUMERIC or high.kind not in _NUMERIC or (low.unit and high.unit and low.unit != high.unit):
        return None
    warnings = tuple(dict.fromkeys((*low.warnings, *high.warnings)))
    if low.lower > high.upper:
        return None
    return replace(
        one,
        kind=TargetKind.RANGE,
        end=other.end,
        sign=None,
        stated=True,
        lower=low.lower,
        lower_inclusive=low.lower_inclusive,
        upper=high.upper,
        upper_inclusive=high.upper_inclusive,
        unit=high.unit or low.unit,
        warnings=warnings,
    )


_NUMERIC = (TargetKind.QUANTITY, TargetKind.DURATION)


def _kind_of(unit: str | None) -> TargetKind:
    return TargetKind.DURATION if unit_class(unit) == "time" else TargetKind.QUANTITY


def _side(sign: str) -> str:
    return {"≥": "up", ">": "up", "≤": "down", "<": "down"}.get(sign, "")
