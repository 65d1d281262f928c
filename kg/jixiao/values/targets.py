"""Parse target values (指标值) into intervals.

A small grammar over the folded text: words and numbers become lexemes (``tokens``), these phrases (``phrases``),
and here the phrases become one target with the evidence of the indicator's name and unit. Nothing is guessed silently:
whatever was read with doubt carries a warning code. 财预〔2021〕101号 asks for sign + number + unit; the verbal forms
are those that offices print instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from jixiao.model import Target, TargetKind
from jixiao.text.folding import squeeze
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.content import is_blank_value
from jixiao.values.folding import Folded, fold_value
from jixiao.values.keywords import keywords
from jixiao.values.phrases import Phrase, PhraseReader, bounded, sole_bound, warned
from jixiao.values.tokens import Lexeme, LexemeKind, scan
from jixiao.values.units import SCALES, conversion, is_unit, unit_class, usual_unit

_BRACKETED_UNIT = re.compile(r"\((?:计量)?(?:单位:)?([^()]+)\)$")
_AT = ("于", "在", "至", "到")
_END = "。;,.:、"
_WHOLE_YEAR = re.compile(r"(?:(?:19|20)\d\d年?度?)?(?:全年度?|整年)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_YEAR_LAST = re.compile(r"(?:19|20)\d\d年?度?$")
_BETWEEN = re.compile(r"(?:≥(\d[\d.]*%?)[,且]{1,2}|(\d[\d.]*%?)≤[^\d≤]{0,12})≤(?=\d)")
"""Two bounds of one thing, ≥5且≤10 and 90%≤x≤95%: a range."""
_LEFT_BEFORE, _LEFT_BEHIND = re.compile(r"\d[亿万千+±:/]?$"), re.compile(r"[+±:/]?\d")
"""A number right beside the one that was read: 1亿2000万, 100±5, 1:3 mean something else than one number."""
_MISREAD_SHARE = re.compile(r"2(?:\d{2}(?:\.\d+)?|100)%")
LONGEST = 400  # characters; a longer text explains and holds no target that could be told apart
_SOLE = (TargetKind.QUANTITY, TargetKind.RANGE)
_TIMED = (TargetKind.QUANTITY, TargetKind.DURATION)
_MEASURED = (*_SOLE, TargetKind.DURATION, TargetKind.RANK)
_WORDED = (TargetKind.QUALITATIVE, TargetKind.OTHER)
_VALUES = (LexemeKind.VALUE, LexemeKind.DATE)
_BREAKS = (LexemeKind.MARK, LexemeKind.JOIN)


def parse_target(
    text: str | None, *, fiscal_year: int | None = None, name: str | None = None, unit: str | None = None
) -> Target | None:
    """Parse one printed target value.

    ``fiscal_year`` dates what is printed without a year; ``name`` is the 三级指标, evidence for rank, share and a unit
    in brackets behind it; ``unit`` is a unit printed apart. None for what is no value: blank, a dash, a template's
    placeholder. A sentence with several targets has them in ``parts``, and the bounds of the first (of the share,
    where the name is one of a share).
    """
    if text is None or is_blank_value(text):
        return None
    return _parse(text, fiscal_year, name or "", unit)


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

    The text is sign, value and unit as printed (``≥`` ``95`` ``%`` → ``≥95%``). A sign or unit that the value has
    already is not repeated; a wording takes no unit; a wording that slid into another cell is found there.
    """
    cells = _SplitCells(*((cell or "").strip() for cell in (quality, direction, value, unit)))
    if not cells.value or is_blank_value(cells.value):
        return parse_target(cells.slid_value, fiscal_year=fiscal_year, name=name)
    name = name or ""
    alone = _parse(cells.value, fiscal_year, name, None)
    own = None if alone.unit in SCALES else alone.unit
    measure = cells.measure
    if alone.kind in _WORDED:
        measure = ""
    conflict = own is not None and cells.conflicts(own, measure, name)
    if conflict or squeeze(cells.value).endswith(squeeze(measure)):
        measure = ""
    text = cells.compared_value(alone)
    joined = f"{text}{measure}"
    timed = measure == "月" and any(word in name for word in keywords().time_names)
    if own is None and is_unit(measure) and not timed:  # 12 | 月 are twelve months, not December
        target = _parse(text, fiscal_year, name, measure)
    else:
        target = _parse(joined, fiscal_year, name, None)
    if conflict:
        target = replace(target, warnings=_union(target.warnings, ("unit-conflict",)))
    return replace(target, text=join_wraps(joined))


@dataclass(frozen=True, slots=True)
class _SplitCells:
    """Hold the cells of split columns, stripped, empty where there is none."""

    quality: str
    direction: str
    value: str
    unit: str

    def compared_value(self, alone: Target) -> str:
        """Return the value with the comparator of another cell, unless it states its own."""
        dated = alone.kind is TargetKind.DEADLINE and self.value[:1].isdigit()
        bare = dated and not self.value.endswith(("前", "内"))  # 底 and 末 are parts of a date
        if alone.comparator_stated and not bare and "comparator-from-name" not in alone.warnings:
            return self.value
        sign = next((cell for cell in (self.quality, self.direction) if is_comparator(cell)), "")
        return f"{sign}{self.value}"

    @property
    def measure(self) -> str:
        """Return the unit, empty where its cell holds a dash."""
        if is_blank_value(self.unit) and not is_unit(self.unit):
            return ""
        return self.unit

    @property
    def slid_value(self) -> str | None:
        """Return the wording that stands in another cell than the value's, None when there is none."""
        for cell in (self.unit, self.quality):
            if cell and not _is_frame(cell):
                if is_unit(cell):
                    return None
                return cell
        return None

    def conflicts(self, own: str, measure: str, name: str) -> bool:
        """Tell whether the value has another unit than its column says, and not from the brackets behind the name."""
        if not measure or usual_unit(measure) == own:
            return False
        return own != _unit_in(name) or squeeze(own) in squeeze(self.value)


def is_comparator(text: str | None) -> bool:
    """Tell whether a cell holds nothing but a comparator (``≥``, ``＝``, 不少于)."""
    return squeeze(text or "") in keywords().before


def _is_frame(cell: str) -> bool:
    """Tell whether a cell holds a word of the form (定性, 正向指标, a sign) and not a value."""
    return is_comparator(cell) or squeeze(cell).removesuffix("指标") in keywords().frames


def parse_actual(text: str | None, target: Target | None) -> Decimal | None:
    """Return the actual value in the measure of its target, None where it states none or another measure.

    Another scale of the same measure is converted (``32000元`` against 万元 is 3.2); a share against a count, a range
    or a date are None.
    """
    if text is None or is_blank_value(text):
        return None
    actual = _parse(text, None, "", None)
    number = sole_bound(actual)
    is_range = actual.lower is not None and actual.upper not in (None, actual.lower)
    if number is None or actual.parts or is_range:
        return None
    if target is None or actual.unit is None:
        return number
    if target.kind not in _MEASURED:
        return None
    if target.unit in (None, actual.unit):
        return number
    factor = conversion(actual.unit, target.unit)
    if factor is None:
        return None
    return number * factor


@lru_cache(maxsize=65536)
def _parse(text: str, fiscal_year: int | None, name: str, unit: str | None) -> Target:
    body = keywords().bold.sub(r"\1", strip_item_prefix(text).strip())
    folded = fold_value(body)
    plain = _BETWEEN.sub(r"\1\2-", folded.text.rstrip(_END))
    printed = join_wraps(text)
    if len(plain) > LONGEST:
        return Target(printed, TargetKind.QUALITATIVE, warnings=_union(folded.warnings, ("long-text",)))
    if _WHOLE_YEAR.fullmatch(plain):
        return Target(printed, TargetKind.DURATION, "=", False, Decimal(1), True, Decimal(1), True, "年")
    lexemes = scan(plain, fiscal_year)
    reader = PhraseReader(lexemes)
    phrases = [_finish(phrase, name, unit) for phrase in _distinct(_decisive(reader.read(), plain))]
    target = _wording(printed, plain, lexemes, reader.comparator)
    if phrases:
        target = _target(printed, phrases[0])
    if len(phrases) == 1 and _leaves_number(phrases[0], plain):
        target = replace(target, warnings=(*target.warnings, "number-left"))
    if len(phrases) > 1:
        parts = tuple(map(_target, _cut(phrases, lexemes, folded, body), phrases))
        target = replace(target, parts=parts, warnings=(*target.warnings, "several-targets"))
    return replace(target, warnings=_union(folded.warnings, target.warnings))


def _leaves_number(phrase: Phrase, plain: str) -> bool:
    return bool(_LEFT_BEFORE.search(plain, 0, phrase.start) or _LEFT_BEHIND.match(plain, phrase.end))


def _union(*groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for group in groups for code in group))


def _target(text: str, phrase: Phrase) -> Target:
    return Target(
        text,
        phrase.kind,
        phrase.sign,
        phrase.stated,
        phrase.lower,
        phrase.lower_inclusive,
        phrase.upper,
        phrase.upper_inclusive,
        phrase.unit,
        phrase.due,
        recurrence=phrase.recurrence,
        warnings=phrase.warnings,
    )


# ---------------------------------------------------------------- which phrases count


def _decisive(phrases: list[Phrase], plain: str) -> list[Phrase]:
    """Return the phrases that state a target: not the numbers, years and dates that a sentence just mentions."""
    found = [phrase for phrase in phrases if phrase.decisive]
    if not found:
        found = [phrase for phrase in phrases if _alone(phrase, plain)][:1]
    found = [
        phrase for phrase in found if plain.count("(", 0, phrase.start) <= plain.count(")", 0, phrase.start)
    ] or found
    if len(found) == 1 and _only_recurs(found[0]):
        rest = plain[: found[0].start] + plain[found[0].end :]
        if keywords().change.search(rest):
            return []
        return found
    return [phrase for phrase in found if not _only_recurs(phrase) or phrase.due] or found[:1]


def _only_recurs(phrase: Phrase) -> bool:
    """Tell whether a phrase says no more than how often (每月)."""
    return phrase.kind is TargetKind.RECURRING and phrase.sign is None


def _alone(phrase: Phrase, plain: str) -> bool:
    """Tell whether a bare number or date is all the text states: it is the whole, or ends or begins it as a value."""
    before, after = plain[: phrase.start], plain[phrase.end :]
    if not before and not after:
        return True
    if phrase.kind is TargetKind.DEADLINE:
        placed = len(before) <= 2 or before.endswith(_AT)
        return placed and len(after) <= 6 and not _YEAR_LAST.search(plain, 0, phrase.end)
    return not after.strip("()") and before.endswith((":", *keywords().names))


def _distinct(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the phrases, without those that only say again what one before says."""
    said = {replace(phrase, start=0, end=0, warnings=()): phrase for phrase in reversed(phrases)}
    return sorted(said.values(), key=lambda phrase: phrase.start)


def _cut(phrases: Sequence[Phrase], lexemes: Sequence[Lexeme], folded: Folded, source: str) -> list[str]:
    """Return the printed words of each phrase: from the end of the one before to the mark behind it."""
    cuts = [0]
    for one, other in pairwise(phrases):
        breaks = [each.end for each in lexemes if each.kind in _BREAKS and each.start >= one.end]
        cuts.append(next((end for end in breaks if end <= other.start), one.end))
    cuts.append(len(folded.text))
    printed = [join_wraps(folded.printed(source, start, end)) for start, end in pairwise(cuts)]
    return [part.strip("。；;，,、 或且×*") for part in printed]


# ---------------------------------------------------------------- evidence of the name and the unit column


def _finish(phrase: Phrase, name: str, unit: str | None) -> Phrase:
    """Let the name and the unit printed apart say what the value leaves out, and tell what only they can doubt."""
    if phrase.kind in _SOLE and (phrase.unit in ("名", "位") or (phrase.unit is None and not unit)):
        phrase = _ranked(phrase, name)
    if phrase.kind in _SOLE:
        phrase = _measured(phrase, name, unit)
        if not phrase.stated and _MISREAD_SHARE.fullmatch(f"{phrase.lower}{phrase.unit}"):
            phrase = warned(phrase, "ocr-suspected")  # a ≥ that recognition took for 2
    if phrase.sign == "=" and not phrase.stated and phrase.lower is not None and phrase.kind in _TIMED:
        sign = _last_sign(name) or "="
        if sign != "=":
            phrase = warned(bounded(phrase, sign, phrase.lower, stated=True), "comparator-from-name")
    return phrase


def _ranked(phrase: Phrase, name: str) -> Phrase:
    """Read 名 as a place where the name speaks of a ranking."""
    if any(word in name for word in keywords().rank_names):
        return replace(phrase, kind=TargetKind.RANK, unit=phrase.unit or "名")
    return phrase


def _measured(phrase: Phrase, name: str, unit: str | None) -> Phrase:
    """Give a number without unit that of the unit column or of the brackets behind the name; else a warning."""
    scale = phrase.unit or ""
    if scale and scale not in SCALES:
        return phrase
    found = usual_unit(unit) or _unit_in(name)
    if not found:
        return warned(phrase, "unit-missing")
    if not found.startswith(scale):
        found = f"{scale}{found}"
    if unit_class(found) == "time" and phrase.kind is TargetKind.QUANTITY:
        phrase = replace(phrase, kind=TargetKind.DURATION)
    return replace(phrase, unit=found)


def _unit_in(name: str) -> str | None:
    found = _BRACKETED_UNIT.search(squeeze(name))
    if not found or not is_unit(found.group(1)):
        return None
    return usual_unit(found.group(1))


@lru_cache(maxsize=16384)
def _last_sign(name: str) -> str | None:
    """Return the comparator that a name ends with (全年支出控制在)."""
    lexemes = scan(fold_value(name).text, None)
    if not lexemes or lexemes[-1].comparator is None or lexemes[-1].kind is not LexemeKind.COMPARATOR:
        return None
    return lexemes[-1].comparator.sign


# ---------------------------------------------------------------- wordings


def _wording(printed: str, plain: str, lexemes: Sequence[Lexeme], comparator: str | None) -> Target:
    """Return a target that is words: a reference to something else (合同金额), or a quality."""
    target = Target(printed, TargetKind.OTHER)
    if keywords().reference.search(plain):
        target = replace(target, comparator=comparator, comparator_stated=comparator is not None)
    elif _HAN.search(plain):
        target = replace(target, kind=TargetKind.QUALITATIVE)
    if any(lexeme.kind in _VALUES for lexeme in lexemes):
        target = replace(target, warnings=("number-in-words",))
    return target
