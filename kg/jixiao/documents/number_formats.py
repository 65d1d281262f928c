"""Print a spreadsheet's numbers and dates as people see them (0.95 under ``0%`` is 95%)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

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
_SIGNIFICANT = 15
_GENERAL_WIDTH = 11
_TYPED_DIGITS = 4
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class _Format:
    """Hold one section of a number format, taken apart."""

    kind: str
    tokens: tuple[str, ...] = ()
    decimals: int = 0
    grouped: bool = False
    shift: int = 0


def format_value(value: float, code: str, epoch_1904: bool = False) -> str:
    """Return a stored number as its format prints it, with literals such as ``0.00"万元"`` and ``"≥"0%``.

    A format never hides digits that were typed: 0.975 under ``0%`` is 97.5%, while a computed 1/3 is rounded as
    displayed. ``value`` is a float because that is what workbooks store; it is taken at its 15 significant digits.
    """
    number = _decimal(value)
    section, shown = _section(code, number)
    if section.kind == "date":
        return _format_date(number, section, epoch_1904)
    if section.kind == "general":
        return "".join(_general(shown) if token in _GENERAL else _literal(token) for token in section.tokens).strip()
    if section.kind == "literal":
        return "".join(_literal(token) for token in section.tokens)
    return _format_number(shown, section)


def is_date(code: str) -> bool:
    """Tell whether a number format prints dates or times."""
    return _parse(code.split(";")[0]).kind == "date"


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{_SIGNIFICANT}g}")


def _section(code: str, number: Decimal) -> tuple[_Format, Decimal]:
    """Choose the positive, negative or zero section; a zero shown as a mere dash is printed as a number."""
    sections = _split(code)
    first = _parse(sections[0])
    if number < 0 and len(sections) > 1 and first.kind != "date":
        second = _parse(sections[1])
        signed = any(token in ("-", "(", "\\-", "\\(") for token in second.tokens)
        return second, abs(number) if signed or second.kind != "number" else number
    if number == 0 and len(sections) > 2:
        third = _parse(sections[2])
        dash = third.kind == "literal" and "".join(map(_literal, third.tokens)).strip() in ("-", "—", "–")
        return (first if dash else third), number
    return first, number


@lru_cache(maxsize=512)
def _split(code: str) -> tuple[str, ...]:
    parts = [""]
    for token in _TOKEN.findall(code):
        if token == ";":
            parts.append("")
        else:
            parts[-1] += token
    return tuple(parts)


@lru_cache(maxsize=512)
def _parse(section: str) -> _Format:
    tokens = tuple(_TOKEN.findall(section))
    plain = [token for token in tokens if token[0] not in '"\\!_*[']
    timed = any(re.fullmatch(r"\[[hms]+\]", token, re.IGNORECASE) for token in tokens)
    if timed or any(re.fullmatch(r"[yYmMdDhHsS]+|[aA]{3,4}|AM/PM|上午/下午", token) for token in plain):
        return _Format("date", tokens)
    if any(token in _GENERAL for token in plain):
        return _Format("general", tokens)
    groups = [token for token in plain if token[0] in "#0?"]
    if len(groups) > 1 or any(token in "@/" or token.startswith("E") for token in plain):
        return _Format("general", ("General",))  # fractions, exponents, digits among literals: the number says more
    if not "".join(groups).strip("?,"):  # question marks alone only pad a dash
        return _Format("literal", tokens)
    whole, _, fraction = groups[0].partition(".")
    scale = len(groups[0]) - len(groups[0].rstrip(","))
    shift = 2 * plain.count("%") - 3 * scale
    return _Format("number", tokens, sum(c in "0?" for c in fraction), "," in whole.rstrip(","), shift)


def _general(number: Decimal) -> str:
    """Return a number without format: all digits that were typed, computed fractions cut to eleven places."""
    text = f"{number.normalize():f}"
    if len(text) > _GENERAL_WIDTH and _fraction_digits(number) > _TYPED_DIGITS:
        room = max(_GENERAL_WIDTH - len(text.partition(".")[0]) - 1, 2)
        text = f"{_rounded(number, room).normalize():f}"
    return "0" if text == "-0" else text


def _format_number(number: Decimal, section: _Format) -> str:
    scaled = number.scaleb(section.shift)
    typed = _fraction_digits(scaled)
    places = typed if section.decimals < typed <= max(section.decimals, _TYPED_DIGITS) else section.decimals
    text = f"{_rounded(scaled, places):{',' if section.grouped else ''}f}"
    printed = ""
    for token in section.tokens:
        if token[0] in "#0?":
            printed, text = printed + text, ""
        else:
            printed += _literal(token)
    return printed.strip()


def _fraction_digits(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded(number: Decimal, places: int) -> Decimal:
    result = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def _literal(token: str) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] in "\\!":
        return token[1:]
    if token[0] == "[":
        currency = re.match(r"\[\$([^\]-]*)", token)
        return currency[1] if currency else ""
    return "" if token[0] in "_*?" else token


# ---------------------------------------------------------------- dates


def _format_date(number: Decimal, section: _Format, epoch_1904: bool) -> str:
    moment = moment_of(number, epoch_1904)
    if moment is None:
        return _general(number)
    printed = ""
    half_day = any(token in ("AM/PM", "上午/下午") for token in section.tokens)
    after_hour = False
    tokens = section.tokens
    for index, token in enumerate(tokens):
        letter = token[0].casefold()
        if token in ("AM/PM", "上午/下午"):
            printed += token.split("/")[moment.hour >= 12]
        elif letter in "ymdhs" and token.strip("yYmMdDhHsS") == "":
            following = next((t[0].casefold() for t in tokens[index + 1 :] if re.match(r"[yYmMdDhHsS]", t)), "")
            minutes = letter == "m" and (after_hour or following == "s")
            printed += _date_part("n" if minutes else letter, len(token), moment, half_day)
            after_hour = letter == "h"
        elif token.casefold() in ("aaa", "aaaa"):
            printed += ("星期" if len(token) > 3 else "") + _WEEKDAYS[moment.weekday()]
        elif re.fullmatch(r"\[[hms]+\]", token, re.IGNORECASE):
            printed += str(int(number * {"h": 24, "m": 1440, "s": 86400}[token[1].casefold()]))
            after_hour = token[1].casefold() == "h"
        else:
            printed += _literal(token)
    return printed.strip()


def _date_part(letter: str, width: int, moment: datetime, half_day: bool) -> str:
    if letter == "y":
        return f"{moment.year:04d}" if width > 2 else f"{moment.year % 100:02d}"
    if letter == "m" and width >= 3:
        return f"{moment.month}月"
    if letter == "d" and width >= 3:
        return ("周" if width == 3 else "星期") + _WEEKDAYS[moment.weekday()]
    hour = (moment.hour - 1) % 12 + 1 if half_day else moment.hour
    value = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[letter]
    return f"{value:02d}" if width > 1 else str(value)


def moment_of(number: Decimal, epoch_1904: bool) -> datetime | None:
    """Return the moment a stored day number means, None beyond the calendar.

    Day 60 of the 1900 system is the 29 February that never was (ECMA-376 Part 1 §18.17.4.1).
    """
    if not 0 <= number < 2_958_466:
        return None
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 31) if number < 60 else date(1899, 12, 30)
    days = int(number)
    seconds = int(((number - days) * 86400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return datetime(start.year, start.month, start.day) + timedelta(days=days, seconds=seconds)
