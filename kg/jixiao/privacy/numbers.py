"""Find numbers that name a person by their form: identity cards, bank cards, telephones, passports, mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from jixiao.privacy.words import words

BEFORE = 12  # characters before a number that may say what it is
_S = r"[ .·\-/]{0,3}"  # what may part the digits of one number
_LONG = re.compile(rf"(?<![\dA-Za-z.])\d(?:{_S}\d){{13,18}}{_S}[\dXx]?(?![\dA-Za-z])")
_MOBILE = re.compile(
    rf"(?<![\dA-Za-z.])(?<![\dA-Za-z]-)(?:(?:\+|00)?86{_S})?1[3-9]\d(?:{_S}\d){{8}}(?![\dA-Za-z]|\.\d)(?:/\d{{4,8}}(?!\d))?"
)
_LANDLINE = re.compile(
    rf"(?<![\dA-Za-z.])(?:(?:\+|00)86{_S})?\(?0(?:10|2\d|[3-9]\d\d)(?:\){_S}|[ .·\-/]{{1,3}})[2-8]\d{{2,3}}"
    rf"(?:{_S}\d{{4}}|\d \d{{3}})(?:(?:-|转|\s转\s?)\d{{1,5}})?(?!\d|\s?[万亿]?元)"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+\s?(?:@|[(\[]at[)\]]|#)\s?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}", re.ASCII)
PAPERS = re.compile(r"(?<![\dA-Za-z])(?:[\u4e00-\u9fff]?字第?|(?:[A-Z] ?){1,2})\d(?: ?\d){6,7}号?(?!\d)")
_ACCOUNT = re.compile(
    r"(?:微信|扣扣|QQ|qq)(?:号码?)?(?:[:是为]|\s)*([A-Za-z0-9](?:[\w-]{4,19}|[\d ]{5,14}\d))", re.ASCII
)
_PAPER = re.compile("身份|证件|证号|护照|公民|(?:官|兵|军人|驾驶|残疾人?|优待|通行)证")
_DECIMAL = re.compile(r"\d+\.\d{1,3}")
_BANK = re.compile("卡|账|帐|银行|农信|存折|一卡通|信用社")
_PUBLIC = re.compile("对公|公户|基本户|零余额|财政专户")  # an account that is no person's
_UNIT = re.compile(r"\s*[万亿元人次吨米亩%户件份个]")
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Span:
    """Hold a stretch of a text that names a person; one that is not ``sure`` is kept and told."""

    start: int
    end: int
    sure: bool = True


def find_numbers(text: str) -> Iterator[Span]:
    """Yield the personal numbers of a text in one width; what its neighbourhood calls a code is none."""
    for found in _LONG.finditer(text):
        yield from _long(text, found)
    for found in _MOBILE.finditer(text):
        amount = _UNIT.match(text, found.end()) or _DECIMAL.fullmatch(found[0])
        if not amount and not _called(text, found.start(), _things()):
            yield Span(found.start(), found.end())
    for pattern in (_LANDLINE, _MAIL):
        yield from (Span(*found.span()) for found in pattern.finditer(text))
    for found in PAPERS.finditer(text):
        if _called(text, found.start(), _PAPER):
            yield Span(*found.span())
    yield from (Span(*found.span(1)) for found in _ACCOUNT.finditer(text))


def _long(text: str, found: re.Match[str]) -> Iterator[Span]:
    """Yield a number of fifteen to nineteen digits that is an identity card or a bank card."""
    digits = re.sub(r"[ .·\-/]", "", found[0]).upper()
    if _called(text, found.start(), _PUBLIC):
        return
    if _called(text, found.start(), _PAPER) or _called(text, found.start(), _BANK):
        yield Span(*found.span())
    elif len(digits) in (15, 18) and _is_identity(digits):
        yield Span(*found.span(), sure=len(digits) == 15 or _check_digit(digits) == digits[17])
    elif _is_card(digits):
        yield Span(*found.span())


def _called(text: str, start: int, pattern: re.Pattern[str]) -> bool:
    """Tell whether the characters before a number call it something."""
    return bool(pattern.search(text, max(0, start - BEFORE), start))


@cache
def _things() -> re.Pattern[str]:
    return re.compile("|".join(words().codes["things"]))


def _is_identity(digits: str) -> bool:
    """Tell whether digits begin with a province and hold a date of birth (GB 11643, and the fifteen of before 1999)."""
    if int(digits[:2]) not in _PROVINCES:
        return False
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    try:
        year = date(int(born[:4]), int(born[4:6]), int(born[6:])).year
    except ValueError:
        return False
    return 1900 <= year <= 2030


def _check_digit(digits: str) -> str:
    """Return the check character of an identity number (ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11]


def _is_card(digits: str) -> bool:
    """Tell whether digits are a bank card of mainland China: 60 or 62 in front and Luhn's sum."""
    if not 16 <= len(digits) <= 19 or digits[:2] not in ("60", "62") or not digits.isdigit():
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
