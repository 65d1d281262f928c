"""Print a spreadsheet's numbers and dates as people see them (0.95 under ``0%`` is 95%)."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from xlrd.xldate import xldate_as_datetime

from jixiao.documents.drafts import clean_text

BUILTIN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss", 48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats known by number only (ECMA-376 Part 1 §18.8.30, with the Chinese locale's date formats)."""

_TOKEN = re.compile(
    r'"[^"]*"|General|G/通用格式|[\\!].|_.|\*.|\[[^\]]*\]|AM/PM|上午/下午|[aA]{3,4}|[yYmMdDhHsS]+|[#0?][#0?,.]*|E[+-]0+|.',
    re.DOTALL,
)
_GENERAL = ("General", "G/通用格式")
_CLOCK = re.compile(r"[yYmMdDhHsS]+")
_UNUSUAL = re.compile(r"a{3}|d{3}|m{3}|AM/PM|上午/下午|\[[hms]+\]", re.IGNORECASE)
"""Days of the week, names of months, half days, hours elapsed: such a date is printed plainly."""
_CURRENCY = re.compile(r"\[(?:\$([^\]-]*))?.*")
_DIGITS = "#0?"
_SIGNS = "-－(（负"
_CONDITION = re.compile(r"\[([<>=]=?|<>)(-?\d+(?:\.\d+)?)\]")
_COMPARED = {
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
}
_DASHES = ("-", "—", "–")
_SIGNIFICANT = 15
_GENERAL_WIDTH = 11
_TYPED_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _FormatSection:
    """Hold one section of a number format, taken apart: what it prints (``kind``), and for which numbers.

    ``groups`` are the tokens that stand for digits, ``decimals`` the digits behind the point, ``thousands`` whether
    commas part the others, ``shift`` the power of ten that a number is multiplied with.
    """

    kind: str
    tokens: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    decimals: int = 0
    thousands: bool = False
    shift: int = 0

    @property
    def literals(self) -> str:
        """Return what is printed besides digits."""
        return "".join(map(_literal, self.tokens))

    @property
    def conditions(self) -> list[str]:
        """Return the conditions that a number must meet."""
        return [token for token in self.tokens if _CONDITION.fullmatch(token)]


@lru_cache(maxsize=65536)
def print_number(value: str | float, code: str, epoch_1904: bool = False) -> str:
    """Return what a workbook prints for a stored number; what is no number prints as it stands."""
    try:
        return clean_text(format_value(float(value), code, epoch_1904))
    except (ValueError, ArithmeticError):
        return clean_text(str(value))


def format_value(value: float, code: str, epoch_1904: bool = False) -> str:
    """Return a stored number as its format prints it, with literals such as ``0.00"万元"`` and ``"≥"0%``.

    A format never hides digits that were typed: 0.975 under ``0%`` is 97.5%, while a computed 1/3 is rounded as
    displayed. ``value`` is a float because that is what workbooks store; it is taken at its 15 significant digits.
    """
    number = Decimal(f"{value:.{_SIGNIFICANT}g}")
    section, shown = _choose_section(code, number)
    if section.kind == "date":
        moment = _moment_of(number, epoch_1904)
        if moment is None:
            return _general(number)
        if _UNUSUAL.search(code):
            section = _sections("yyyy/m/d" if number >= 1 else "h:mm")[0]
        return _format_date(moment, section.tokens)
    if section.kind == "literal":
        return section.literals
    if section.kind == "general":
        return _spell(section.tokens, _GENERAL, [_general(shown)])
    return _format_number(shown, section)


def _choose_section(code: str, number: Decimal) -> tuple[_FormatSection, Decimal]:
    """Choose the section that holds for a number, by its condition or as the positive, negative or zero one.

    A zero shown as a mere dash is printed as a number.
    """
    sections = _sections(code)
    first = sections[0]
    if any(section.conditions for section in sections):
        return next((section for section in sections if _holds(section, number)), sections[-1]), number
    if number < 0 and len(sections) > 1 and first.kind != "date":
        second = sections[1]
        if second.kind != "number" or _tells_sign(second, first):
            number = abs(number)
        return second, number
    if number == 0 and len(sections) > 2:
        third = sections[2]
        if third.kind != "literal" or third.literals.strip() not in _DASHES:
            return third, number
    return first, number


def _holds(section: _FormatSection, number: Decimal) -> bool:
    for condition in section.conditions:
        sign, bound = _CONDITION.fullmatch(condition).groups()  # type: ignore[union-attr]
        if not _COMPARED[sign](number, Decimal(bound)):
            return False
    return True


def _tells_sign(negative: _FormatSection, positive: _FormatSection) -> bool:
    """Tell whether a section prints that a number is negative: a sign, or a word (下降) that others do without."""
    printed = negative.literals
    return any(sign in printed for sign in _SIGNS) or (printed != positive.literals and any(map(str.isalpha, printed)))


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_FormatSection, ...]:
    """Take a format apart at its semicolons."""
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(_parse_section(tuple(tokens)) for tokens in parts)


def _parse_section(tokens: tuple[str, ...]) -> _FormatSection:
    plain = [token for token in tokens if token[0] not in '"\\!_*[']
    if any(map(_CLOCK.fullmatch, plain)) or any(map(_UNUSUAL.search, tokens)):
        return _FormatSection("date", tokens)
    if any(token in _GENERAL for token in plain):
        return _FormatSection("general", tokens)
    groups = [token for token in plain if token[0] in _DIGITS]
    unusual = any(token in "@/" or token.startswith("E") for token in plain)
    if unusual or any("." in group for group in groups[:-1]):
        return _FormatSection("general", ("General",))  # fractions, exponents: the number says more
    if not "".join(groups).strip("?,"):  # question marks alone only pad a dash
        return _FormatSection("literal", tokens)
    digits = groups[-1].rstrip(",")
    whole, _, fraction = digits.partition(".")
    shift = 2 * plain.count("%") - 3 * (len(groups[-1]) - len(digits))
    decimals = sum(digit in "0?" for digit in fraction)
    return _FormatSection("number", tokens, tuple(groups), decimals, len(groups) == 1 and "," in whole, shift)


def _general(number: Decimal) -> str:
    """Return a number without format: all digits that were typed, computed fractions cut to eleven places."""
    text = f"{number.normalize() + 0:f}"
    if len(text) > _GENERAL_WIDTH and _fraction_digits(number) > _TYPED_DIGITS:
        room = max(_GENERAL_WIDTH - len(text.partition(".")[0]) - 1, 2)
        text = f"{_rounded(number, room).normalize():f}"
    return text


def _format_number(number: Decimal, section: _FormatSection) -> str:
    scaled = number.scaleb(section.shift)
    places, typed = section.decimals, _fraction_digits(scaled)
    if places < typed <= _TYPED_DIGITS:
        places = typed
    comma = "," * section.thousands
    whole, point, fraction = f"{_rounded(scaled, places):{comma}f}".partition(".")
    if not section.thousands:
        whole = whole.zfill(_wanted_digits(section.groups) + whole.startswith("-"))
    if len(section.groups) > 1 and "." in section.literals:
        point = ""  # the point is among the literals: 158000 under 0!.0,"万元" is 15.8万元
    pieces = _distribute(whole, section.groups)
    pieces[-1] += point + fraction
    return _spell(section.tokens, section.groups, pieces)


def _wanted_digits(groups: Sequence[str]) -> int:
    """Return how many digits before the point are printed at least."""
    return "".join(groups).partition(".")[0].count("0")


def _distribute(whole: str, groups: Sequence[str]) -> list[str]:
    """Return the digits for each group of places: each takes its own from the right, the first what is left."""
    pieces = []
    for group in reversed(groups[1:]):
        end = len(whole) - sum(place in _DIGITS for place in group.partition(".")[0])
        pieces.append(whole[end:])
        whole = whole[:end]
    return [whole, *reversed(pieces)]


def _spell(tokens: Sequence[str], groups: Sequence[str], pieces: Iterable[str]) -> str:
    """Return the literals of a section with the pieces of a number in the places of its digits."""
    rest = iter(pieces)
    return "".join(next(rest, "") if token in groups else _literal(token) for token in tokens).strip()


def _fraction_digits(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0  # no minus before a zero


def _literal(token: str) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] in "\\!":
        return token[1:]
    if token[0] == "[":
        return _CURRENCY.sub(r"\1", token)
    if token[0] in "_*?":
        return ""
    return token


# ---------------------------------------------------------------- dates


def _format_date(moment: datetime, tokens: Sequence[str]) -> str:
    """Print a moment; ``m`` means minutes beside hours and seconds, months elsewhere."""
    printed = before = ""
    for index, token in enumerate(tokens):
        letter = token[0].casefold()
        if not _CLOCK.fullmatch(token):
            printed += _literal(token)
            continue
        behind = next((other[0] for other in tokens[index + 1 :] if _CLOCK.match(other)), "")
        if letter == "m" and (before == "h" or behind in ("s", "S")):
            letter = "n"
        before = letter
        parts = {"m": moment.month, "d": moment.day, "h": moment.hour, "n": moment.minute, "s": moment.second}
        value = parts.get(letter, moment.year)
        if letter == "y" and len(token) < 3:
            value %= 100
        printed += str(value).zfill(min(len(token), 2))
    return printed.strip()


def _moment_of(number: Decimal, epoch_1904: bool) -> datetime | None:
    """Return the moment a stored day number means, None beyond the calendar."""
    if number < 0:
        return None
    try:
        moment: datetime = xldate_as_datetime(float(number), epoch_1904)
    except OverflowError:
        return None
    return moment
