"""Parse target values (指标值) into intervals.

The printed text is folded, then read by the first rule that knows it: recurring, rank, deadline, duration or quantity
with its comparator, unit and direction; a wording otherwise. Nothing is guessed silently: doubt is a warning code.
财预〔2021〕101号 asks for symbol + number + unit; the verbal forms are those that offices print instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache

from kg.model import Target, TargetKind
from kg.values.content import is_blank_value, plain_text, words
from kg.values.dates import month_end, parse_deadline
from kg.values.names import strip_item_prefix
from kg.values.numerals import arabic_numerals
from kg.values.units import LONGEST, is_unit, unit_class, usual_unit

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALES = {"亿": Decimal(10**8), "万": Decimal(10**4), "千": Decimal(1000), "百": Decimal(100)}
_UNIT = r"[^\d≥≤><=,，。;；、:：\s]{1,10}?"
UNKNOWN_UNIT = 6  # characters of a unit that the table does not know
_FLOW = {"≥": (True, True), ">": (True, False), "≤": (False, True), "<": (False, False)}


def parse_target(
    text: str | None, *, fiscal_year: int | None = None, name: str | None = None, unit: str | None = None
) -> Target | None:
    """Parse one printed target value.

    ``fiscal_year`` dates what is printed without a year; ``name`` is the 三级指标, whose trailing brackets may hold the
    unit; ``unit`` is a unit printed apart. None for what is no value: blank, a dash, a template's placeholder.
    """
    if text is None or is_blank_value(text):
        return None
    return _parse(text, fiscal_year, name, unit)


@lru_cache(maxsize=65536)
def _parse(text: str, fiscal_year: int | None, name: str | None, unit: str | None) -> Target:
    plain = _fold(text)
    for rule in _RULES:
        found = rule(plain, fiscal_year)
        if found is not None:
            return _finish(replace(found, text=text), name, unit)
    return _wording(text, plain)


def join_split_target(
    quality: str | None,
    direction: str | None,
    value: str | None,
    unit: str | None,
    *,
    fiscal_year: int | None = None,
    name: str | None = None,
) -> Target | None:
    """Join the cells of split columns (指标性质 | 指标方向 | 指标值 | 计量单位) into one target.

    A 定性 row has its wording alone, wherever its cells slid; a sign that stands in the value itself is not repeated.
    """
    sign, wording = _sign(quality), None
    if sign is None and quality and quality.strip() and not _is_kind(quality):
        wording = quality.strip()
    if sign is None:
        sign = _sign(direction)
    qualitative = bool(quality) and plain_text(quality or "").startswith("定性")
    if qualitative or (sign is None and unit and not is_unit(unit) and not value):
        text = next(
            (part.strip() for part in (value, wording, unit) if part and part.strip() and not _is_kind(part)), None
        )
        return parse_target(text, fiscal_year=fiscal_year, name=name)
    if value is None or is_blank_value(value):
        return None
    printed = value.strip()
    parts = [printed]
    if unit and unit.strip() and not plain_text(printed).endswith(plain_text(unit)):
        parts.append(unit.strip())
    signed = any(plain_text(printed).startswith(word) for _, word in _signs())
    if sign and quality and not signed:
        parts.insert(0, quality.strip() if _sign(quality) else sign)
    return parse_target("".join(parts), fiscal_year=fiscal_year, name=name)


def parse_actual(text: str | None, target: Target | None) -> Decimal | None:
    """Return the actual value in the measure of its target, None where it states none or another measure."""
    if text is None or is_blank_value(text):
        return None
    actual = _parse(text, None, None, target.unit if target else None)
    if actual.kind not in (TargetKind.QUANTITY, TargetKind.DURATION, TargetKind.RANK) or actual.lower is None:
        return None
    if target and target.unit and actual.unit and target.unit != actual.unit:
        return _converted(actual.lower, actual.unit, target.unit)
    return actual.lower


def _converted(amount: Decimal, unit: str, wanted: str) -> Decimal | None:
    """Return an amount in another scale of the same unit (元 ↔ 万元), None between different measures."""
    one, other = _split_scale(unit), _split_scale(wanted)
    return amount * one[0] / other[0] if one[1] == other[1] else None


def _split_scale(unit: str) -> tuple[Decimal, str]:
    scale = _SCALES.get(unit[0]) if len(unit) > 1 else None
    return (scale, unit[1:]) if scale else (Decimal(1), unit)


# ---------------------------------------------------------------- folding


def _fold(text: str) -> str:
    plain = re.sub(r"\(含(?:本数)?\)", "", plain_text(strip_item_prefix(text))).strip("。；;、，,")
    plain = (
        plain.replace("﹥", ">").replace("﹤", "<").replace("》", "≥", 1)
        if plain.startswith(("》", "﹥", "﹤"))
        else plain
    )
    for sign, spelled in _signs():
        if plain.startswith(spelled):
            plain = sign + plain[len(spelled) :]
            break
    return arabic_numerals(plain)


@cache
def _signs() -> tuple[tuple[str, str], ...]:
    groups = words()["comparators"]
    pairs = [(sign, plain_text(word)) for sign, spelled in groups.items() for word in spelled]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


def _sign(text: str | None) -> str | None:
    plain = plain_text(text or "")
    return next((sign for sign, word in _signs() if word == plain), None)


def _is_kind(text: str) -> bool:
    return plain_text(text) in ("定性", "定量", "定性指标", "定量指标", "正向", "反向", "正向指标", "反向指标", "其他")


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


# ---------------------------------------------------------------- rules


@cache
def _any(section: str, key: str = "words") -> str:
    return "|".join(sorted(map(re.escape, words()[section][key]), key=len, reverse=True))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    signs = "|".join(re.escape(word) for _, word in _signs())
    patterns = {
        "recurring": rf"(?:于|按)?(?:{_any('recurring')})",
        "recurring-day": (
            r"每(?P<period>个?月|季度?|年|周|半年)的?(?P<day>\d{1,2})[日号](?:之?前|以前|前后)?(?:[^\d]{0,6})?"
        ),
        "rank-word": (
            rf"(?P<lead>.*?)(?:{_any('rank')})?(?P<mark>前|第|≥|≤)(?P<place>\d+)"
            r"(?P<unit>名|位)?(?:以内|之内|内)?"
        ),
        "rank-range": r"(?P<low>\d+)[-~—–至](?P<high>\d+)(?P<unit>名|位)",
        "range": rf"(?P<low>{_NUMBER})(?P<unit1>%|‰|{_UNIT})?[-~—–至](?P<high>{_NUMBER})(?P<unit>{_UNIT})?",
        "deadline": (
            rf"(?P<sign>{signs})?(?P<date>[\d年月日号底末上中下旬第一二三四半季度.\-/]+?)(?P<before>之?前|以前|内)?"
            r"(?:完成|完工|竣工|到位|发放|拨付|投入使用|交付|验收)?"
        ),
        "span": (
            r"(?:(?P<year>\d{4})[年.])?\d{1,2}(?:[月.](?:\d{1,2})?日?)?[-~—–至]"
            r"(?P<end>(?:\d{4}[年.])?\d{1,2}(?:月(?:\d{1,2}日?)?|\.\d{1,2})(?:底|末)?)"
        ),
        "period": r"(?P<year>\d{4})年?(?:度|全年|整年)",
        "quantity": (
            rf"(?P<lead>[^\d≥≤><=]{{0,24}}?)(?P<change>{_any('changes')})?(?P<sign>{signs})?"
            rf"(?P<change2>{_any('changes')})?(?P<about>{_any('approximate')})?(?P<number>{_NUMBER})"
            r"(?:\+(?P<plus>\d+))?(?P<rest>[^\d≥≤><][^≥≤><]*|)"
        ),
        "several": rf"(?:{signs})?(?:{_NUMBER})(?:{_UNIT})(?=[,，、;；。]|$)",
        "denominated": rf"(?P<sign>{signs})?(?P<number>{_NUMBER})/(?P<base>\d+(?:{_UNIT})?)",
        "ocr": r"(?P<noise>[2>〉≧]\s?|Z|z)(?P<number>\d{2,3}(?:\.\d+)?)%?",
    }
    return re.compile(patterns[name])


def _recurring(plain: str, year: int | None) -> Target | None:
    found = _pattern("recurring-day").fullmatch(plain)
    if found:
        day = int(found["day"])
        warnings = ("day-not-in-every-month",) if "月" in found["period"] and 28 < day <= 31 else ()
        if not 1 <= day <= 31:
            return None
        return Target(
            plain, TargetKind.RECURRING, "≤", True, upper=Decimal(day), upper_inclusive=True, unit="日",
            recurrence=_period(found["period"]), warnings=warnings,
        )  # fmt: skip
    if len(plain) <= 12 and _pattern("recurring").match(plain) and not re.search(r"\d", plain):
        period = _period(plain)
        return Target(plain, TargetKind.RECURRING, unit=period, recurrence=period)
    return None


def _period(text: str) -> str:
    for word in ("半年", "季", "学期", "旬", "周", "月", "年", "日", "天"):
        if word in text:
            return {"季": "季度", "天": "日"}.get(word, word)
    return text


def _rank(plain: str, year: int | None) -> Target | None:
    found = _pattern("rank-range").fullmatch(plain)
    if found:
        low, high = _number(found["low"]), _number(found["high"])
        return Target(
            plain, TargetKind.RANK, lower=low, lower_inclusive=True, upper=high, upper_inclusive=True, unit="名"
        )
    found = _pattern("rank-word").fullmatch(plain)
    if not found or "月" in plain or "日" in plain:
        return None
    named = any(word in plain for word in words()["rank"]["words"])
    if not named and not (found["mark"] == "前" or (found["mark"] == "第" and found["unit"])):
        return None
    place = _number(found["place"])
    if found["mark"] == "第":
        return Target(plain, TargetKind.RANK, "=", False, place, True, place, True, "名")
    return Target(plain, TargetKind.RANK, "≤", True, upper=place, upper_inclusive=True, unit="名")


def _deadline(plain: str, year: int | None) -> Target | None:
    found = _pattern("deadline").fullmatch(plain)
    if not found or not re.search(r"[年月日号底末旬度]|^\d{4}[.\-/]\d{1,2}[.\-/]\d{1,2}$", found["date"]):
        return None
    bare = re.fullmatch(r"\d+(?:\.\d+)?[年月日]", found["date"]) and not re.fullmatch(r"\d{4}年", found["date"])
    if bare and not found["before"]:
        return None
    if found["before"] == "内" or re.fullmatch(r"\d{1,3}[年日]", found["date"]):
        return None
    dated = parse_deadline(found["date"], year)
    if dated is None:
        return None
    due, exists = dated
    ending = re.search(r"[底末旬]", found["date"])
    stated = bool(found["sign"] or found["before"] or ending)
    warnings: tuple[str, ...] = () if exists else ("date-does-not-exist",)
    if due.startswith("--"):
        warnings += ("year-unknown",)
    return Target(plain, TargetKind.DEADLINE, "≤", stated, due=due, warnings=warnings)


def _whole_period(plain: str, year: int | None) -> Target | None:
    if not _pattern("period").fullmatch(plain):
        return None
    return Target(plain, TargetKind.DURATION, "=", False, Decimal(1), True, Decimal(1), True, "年")


def _span(plain: str, year: int | None) -> Target | None:
    """Read a span of dates (2023.07-2024.01): it is due when it ends."""
    found = _pattern("span").fullmatch(plain)
    if not found:
        return None
    dated = parse_deadline(found["end"], int(found["year"]) if found["year"] else year)
    return Target(plain, TargetKind.DEADLINE, "≤", False, due=dated[0]) if dated else None


def _range(plain: str, year: int | None) -> Target | None:
    found = _pattern("range").fullmatch(plain)
    if not found:
        return None
    low, high = _number(found["low"]), _number(found["high"])
    unit = found["unit"] or found["unit1"]
    warnings: tuple[str, ...] = ()
    if low > high:
        low, high, warnings = high, low, ("reversed-range",)
    return Target(plain, TargetKind.RANGE, None, False, low, True, high, True, usual_unit(unit), warnings=warnings)


def _denominated(plain: str, year: int | None) -> Target | None:
    found = _pattern("denominated").fullmatch(plain)
    if not found:
        return None
    return _bounded(plain, found["sign"], _number(found["number"]), f"/{found['base']}", stated=bool(found["sign"]))


def _quantity(plain: str, year: int | None) -> Target | None:
    found = _pattern("quantity").fullmatch(plain)
    if not found:
        return None
    rest = _read_rest(found["rest"], bare=not found["lead"])
    if rest is None:
        return None
    unit, suffix, about, tail = rest
    stated = _canonical(found["sign"]) if found["sign"] else None
    sign = stated if stated in (">", "<") else suffix or stated
    change = bool(found["change"] or found["change2"])
    if not _plausible(found["lead"], unit, tail, sign, change):
        return None
    number, unit, warnings = _number(found["number"]), unit, []
    if found["plus"]:
        number, warnings = number + _number(found["plus"]), ["sum-of-parts"]
    if about or found["about"]:
        warnings.append("approximate")
    if unit in _SCALES:  # 1.2万 is a number; 1.2万元 has a unit
        number, unit = number * _SCALES[unit], None
        warnings.append("scaled")
    target = _bounded(plain, sign, number, unit, stated=sign is not None)
    return replace(target, warnings=tuple(warnings))


def _read_rest(rest: str, *, bare: bool) -> tuple[str | None, str | None, bool, str] | None:
    """Return (unit, comparator of a word such as 以上, whether approximate, what follows) of what follows a number."""
    whole, sign, about = _strip_words(rest)
    if not whole or is_unit(whole) or (unit_class(whole) is not None and "," not in whole):
        return whole or None, sign, about, ""
    known = next((rest[:end] for end in range(min(len(rest), LONGEST * 2), 0, -1) if is_unit(rest[:end])), "")
    word = _leading_suffix(rest[len(known) :])
    if word:
        return known or None, _suffixes()[word], False, rest[len(known) + len(word) :]
    if bare and len(whole) <= UNKNOWN_UNIT and not re.search(r"[,，;；、。:：]", whole):
        return whole, sign, about, ""
    if known:
        return known, sign if rest == known else None, False, rest[len(known) :]
    return None if bare else (None, None, False, rest)


def _leading_suffix(text: str) -> str | None:
    return next((word for word in sorted(_suffixes(), key=len, reverse=True) if text.startswith(word)), None)


def _strip_words(rest: str) -> tuple[str, str | None, bool]:
    sign: str | None = None
    about = False
    while True:
        word = next((w for w in sorted(_suffixes(), key=len, reverse=True) if rest.endswith(w)), None)
        near = next((w for w in words()["approximate"]["words"] if rest.endswith(w)), None)
        if word and sign is None:
            rest, sign = rest[: -len(word)], _suffixes()[word]
        elif near:
            rest, about = rest[: -len(near)], True
        else:
            return rest, sign, about


@cache
def _suffixes() -> dict[str, str]:
    return {word: sign for sign, spelled in words()["suffixes"].items() for word in spelled}


def _plausible(lead: str, unit: str | None, tail: str, sign: str | None, change: bool) -> bool:
    """Tell whether a number in words is a target and not a number that happens to stand in a sentence."""
    if not lead and not tail:
        return True
    if sign is not None or change:
        return True
    known = bool(unit) and (unit_class(unit) is not None)
    return known and len(lead) <= 8 and len(tail) <= 12


def _canonical(spelled: str | None) -> str | None:
    return _sign(spelled) if spelled else None


def _bounded(plain: str, sign: str | None, number: Decimal, unit: str | None, *, stated: bool) -> Target:
    printed = usual_unit(unit)
    kind = TargetKind.DURATION if unit_class(printed) == "time" and "/" not in (printed or "") else TargetKind.QUANTITY
    sign = _canonical(sign) or sign
    if sign in _FLOW:
        below, inclusive = _FLOW[sign]
        if below:
            return Target(plain, kind, sign, stated, lower=number, lower_inclusive=inclusive, unit=printed)
        return Target(plain, kind, sign, stated, upper=number, upper_inclusive=inclusive, unit=printed)
    return Target(plain, kind, "=", stated, number, True, number, True, printed)


def _ocr(plain: str, year: int | None) -> Target | None:
    """Recognise a comparator that recognition turned into a digit (2 90% for ≥90%): flagged, bounds left open."""
    found = _pattern("ocr").fullmatch(plain)
    if not found or found["noise"].strip() in (">", "≧") or not plain.endswith("%"):
        return None
    if found["noise"] == "2" and Decimal(plain.rstrip("%")) <= 200:
        return None
    return Target(plain, TargetKind.QUANTITY, None, False, unit="%", warnings=("ocr-operator",))


def _several(plain: str, year: int | None) -> Target | None:
    """Read a sentence that holds more than one target; the first one bounds the whole."""
    parts = [part for part in re.split(r"[,，;；。]", plain) if part]
    if len(parts) < 2:
        return None
    parsed = [found for part in parts if (found := _quantity(part, year) or _deadline(part, year))]
    if len(parsed) < 2:
        if len(parsed) == 1 and parsed[0].comparator_stated:
            return parsed[0]
        return None
    first = parsed[0]
    return replace(first, text=plain, parts=tuple(parsed), warnings=(*first.warnings, "several-targets"))


_RULES: tuple[Callable[[str, int | None], Target | None], ...] = (
    _recurring,
    _rank,
    _deadline,
    _whole_period,
    _span,
    _range,
    _denominated,
    _ocr,
    _quantity,
    _several,
)


# ---------------------------------------------------------------- finishing


def _finish(target: Target, name: str | None, unit: str | None) -> Target:
    """Add the unit printed apart or in brackets after the name, and doubts that only the whole shows."""
    bare = target.unit is None and target.kind in (TargetKind.QUANTITY, TargetKind.RANGE, TargetKind.DURATION)
    if bare and "ocr-operator" not in target.warnings:
        found = usual_unit(unit) or _bracketed_unit(name)
        if found:
            kind = target.kind
            if unit_class(found) == "time" and kind == TargetKind.QUANTITY:
                kind = TargetKind.DURATION
            target = replace(target, unit=found, kind=kind)
    bound = target.lower if target.lower is not None else target.upper
    if target.unit is None and bound is not None and bound > 100 and name and re.search(r"[率度]$", name):
        target = replace(target, warnings=(*target.warnings, "percent-out-of-range"))
    return target


def _bracketed_unit(name: str | None) -> str | None:
    found = re.search(r"[(（]\s*(?:单位[:：])?([^()（）\d*≥≤]{1,10})[)）]\s*$", name or "")
    return usual_unit(found.group(1)) if found and is_unit(found.group(1)) else None


def _wording(text: str, plain: str) -> Target:
    if len(plain) <= 20 and any(word in plain for word in words()["reference"]["words"]):
        return Target(text, TargetKind.OTHER)
    warnings = ("number-not-read",) if re.search(r"\d", plain) else ()
    return Target(text, TargetKind.QUALITATIVE, warnings=warnings)


__all__ = ["join_split_target", "month_end", "parse_actual", "parse_target"]
