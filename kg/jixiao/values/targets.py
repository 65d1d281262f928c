"""Parse target values (指标值) into intervals.

A small grammar over the folded text: words and numbers become tokens (``tokens``), tokens become phrases (``phrases``),
and here the phrases become one target with the evidence of the indicator's name and unit. Nothing is guessed silently:
whatever was read with doubt carries a warning code. 财预〔2021〕101号 asks for sign + number + unit; the verbal forms
are those that offices print instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from jixiao.model import Target, TargetKind
from jixiao.text.folding import squeeze
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.content import is_blank_value
from jixiao.values.folding import Folded, fold_value
from jixiao.values.lexicon import lexicon
from jixiao.values.phrases import Phrase, Reader, bounded, merge
from jixiao.values.tokens import Kind, Token, tokenize
from jixiao.values.units import SCALES, conversion, is_unit, unit_class, usual_unit

_BRACKETED_UNIT = re.compile(r"\((?:计量)?(?:单位:)?([^()]+)\)$")
_IS = ("为", "是")
_AT = ("于", "在", "至", "到")
_END = "。;,.:、"
_WHOLE_YEAR = re.compile(r"(?:(?:19|20)\d\d年?度?)?(?:全年度?|整年)")
_MONTHS = re.compile(r"(\d{1,2})月")
_YEAR = re.compile(r"(?:19|20)\d\d年?(?P<whole>度)?")
_YEAR_LAST = re.compile(r"(?:19|20)\d\d年?度?$")
_MISREAD_SHARE = re.compile(r"2(?P<share>\d{2}(?:\.\d+)?|100)")
_MISREAD_PERCENT = re.compile(r"(?P<share>\d{2})9")
LONGEST = 400  # characters; a longer text explains and holds no target that could be told apart
_SOLE = (TargetKind.QUANTITY, TargetKind.RANGE)


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
    sign = next((cell for cell in map(_printed, (quality, direction)) if is_comparator(cell)), "")
    text, measure = _printed(value), _printed(unit)
    if not text or is_blank_value(text):
        slid = next((cell for cell in (_printed(unit), _printed(quality)) if cell and not _is_frame(cell)), None)
        return parse_target(slid, fiscal_year=fiscal_year, name=name) if slid and not is_unit(slid) else None
    alone = _parse(text, fiscal_year, name or "", None)
    worded = alone.kind in (TargetKind.QUALITATIVE, TargetKind.OTHER)
    if worded or (not is_unit(measure) and is_blank_value(measure)):
        measure = ""
    own = alone.unit if alone.unit not in SCALES else None
    named = own is not None and own == _unit_in(name or "") and squeeze(own) not in squeeze(text)
    conflict = bool(measure and own and not named and usual_unit(measure) != own)
    if conflict or (measure and squeeze(text).endswith(squeeze(measure))):
        measure = ""
    if alone.comparator_stated and "comparator-from-name" not in alone.warnings:
        sign = ""
    joined = f"{sign}{text}{measure}"
    timed = measure == "月" and any(word in (name or "") for word in lexicon().time_names)
    if own is None and is_unit(measure) and not timed:  # 12 | 月 are twelve months, not December
        target = replace(_parse(f"{sign}{text}", fiscal_year, name or "", measure), text=join_wraps(joined))
    else:
        target = _parse(joined, fiscal_year, name or "", None)
    return replace(target, warnings=_union(target.warnings, ("unit-conflict",))) if conflict else target


def is_comparator(text: str | None) -> bool:
    """Tell whether a cell holds nothing but a comparator (``≥``, ``＝``, 不少于)."""
    return bool(text) and squeeze(text or "") in lexicon().before


def _printed(cell: str | None) -> str:
    return cell.strip() if cell else ""


def _is_frame(cell: str) -> bool:
    """Tell whether a cell holds a word of the form (定性, 正向指标, a sign) and not a value."""
    return is_comparator(cell) or squeeze(cell).removesuffix("指标") in lexicon().frames


def parse_actual(text: str | None, target: Target | None) -> Decimal | None:
    """Return the actual value in the measure of its target, None where it states none or another measure.

    Another scale of the same measure is converted (``32000元`` against 万元 is 3.2); a share against a count, a range
    or a date are None.
    """
    if text is None or is_blank_value(text):
        return None
    actual = _parse(text, None, "", None)
    number = actual.lower if actual.lower is not None else actual.upper
    if number is None or actual.parts or (actual.lower is not None and actual.upper not in (None, actual.lower)):
        return None
    if target is None or actual.unit is None:
        return number
    if target.kind not in (TargetKind.QUANTITY, TargetKind.RANGE, TargetKind.DURATION, TargetKind.RANK):
        return None
    if actual.unit == target.unit or target.unit is None:
        return number
    factor = conversion(actual.unit, target.unit)
    return None if factor is None else number * factor


@lru_cache(maxsize=65536)
def _parse(text: str, fiscal_year: int | None, name: str, unit: str | None) -> Target:
    body = _unbold(strip_item_prefix(text))
    folded = fold_value(body)
    plain = folded.text.rstrip(_END)
    printed = join_wraps(text)
    if len(plain) > LONGEST:
        return Target(printed, TargetKind.QUALITATIVE, warnings=_union(folded.warnings, ("long-text",)))
    if _WHOLE_YEAR.fullmatch(plain):
        return Target(printed, TargetKind.DURATION, "=", False, Decimal(1), True, Decimal(1), True, "年")
    tokens = tokenize(plain, fiscal_year)
    reader = Reader(tokens)
    phrases = _decisive(reader.read(), tokens, plain)
    if not phrases:
        return _wording(printed, plain, tokens, reader.comparator, folded.warnings)
    phrases = [_finish(phrase, plain, name, unit) for phrase in _merged(phrases, tokens)]
    chosen = _chosen(phrases, name)
    target = replace(_target(printed, chosen), warnings=_union(folded.warnings, chosen.warnings))
    if len(phrases) == 1:
        return target
    parts = tuple(
        _target(part, phrase) for part, phrase in zip(_cut(phrases, tokens, folded, body), phrases, strict=True)
    )
    return replace(target, parts=parts, warnings=_union(target.warnings, ("several-targets",)))


def _unbold(text: str) -> str:
    bold = lexicon().bold.match(text.strip())
    return bold.group(1) if bold else text


def _union(*groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for group in groups for code in group))


def _target(text: str, phrase: Phrase) -> Target:
    return Target(
        text=text,
        kind=phrase.kind,
        comparator=phrase.sign,
        comparator_stated=phrase.stated,
        lower=phrase.lower,
        lower_inclusive=phrase.lower_inclusive,
        upper=phrase.upper,
        upper_inclusive=phrase.upper_inclusive,
        unit=phrase.unit,
        due=phrase.due,
        recurrence=phrase.recurrence,
        warnings=phrase.warnings,
    )


# ---------------------------------------------------------------- which phrases count


def _decisive(phrases: list[Phrase], tokens: Sequence[Token], plain: str) -> list[Phrase]:
    """Return the phrases that state a target: not the numbers, years and dates that a sentence just mentions."""
    found = [phrase for phrase in phrases if phrase.decisive]
    if not found:
        found = [phrase for phrase in phrases if _alone(phrase, tokens, plain)][:1]
    outer = [phrase for phrase in found if not phrase.depth]
    found = outer or found
    rest = plain.replace(plain[found[0].start : found[0].end], "", 1) if len(found) == 1 else ""
    recurs = len(found) == 1 and found[0].kind is TargetKind.RECURRING and found[0].sign is None
    if recurs and lexicon().change.search(rest):
        return []
    measured = [phrase for phrase in found if phrase.kind is not TargetKind.RECURRING or phrase.sign or phrase.due]
    return measured or found[:1]


def _alone(phrase: Phrase, tokens: Sequence[Token], plain: str) -> bool:
    """Tell whether a bare number or date is all the text states: it is the whole, or ends or begins it as a value."""
    if phrase.start == 0 and phrase.end == len(plain):
        return True
    before, after = plain[: phrase.start], plain[phrase.end :]
    if phrase.kind is TargetKind.DEADLINE:
        placed = len(before) <= 2 or before.endswith(_AT)
        return not _YEAR_LAST.search(plain[: phrase.end]) and placed and len(after) <= 6
    if after.strip("()"):
        return False
    if any(token.kind is Kind.MARK and token.word == ":" and token.end == phrase.start for token in tokens):
        return True
    return before.endswith(lexicon().names) or (before.endswith(_IS) and not before.endswith("不为"))


def _merged(phrases: list[Phrase], tokens: Sequence[Token]) -> list[Phrase]:
    """Join two bounds of one thing to a range, a date and the number due then, and drop what is said twice."""
    result: list[Phrase] = []
    for phrase in phrases:
        last = result[-1] if result else None
        if last and (whole := _joined(last, phrase, tokens)):
            result[-1] = whole
        elif not any(_same(phrase, other) for other in result):
            result.append(phrase)
    return result


def _joined(one: Phrase, other: Phrase, tokens: Sequence[Token]) -> Phrase | None:
    """Return what two neighbouring phrases say together, None when they are two targets."""
    whole = merge(one, other) if one.sandwich or _touching(one, other, tokens) else None
    return whole or _dated(one, other, tokens)


def _dated(date: Phrase, number: Phrase, tokens: Sequence[Token]) -> Phrase | None:
    """Return the number with its due date where both stand in one clause (6月底前完成60%), None elsewhere."""
    numeric = number.kind in (TargetKind.QUANTITY, TargetKind.RANGE)
    apart = any(t.kind is Kind.MARK and date.end <= t.start and t.end <= number.start for t in tokens)
    if date.kind is not TargetKind.DEADLINE or not numeric or apart:
        return None
    return replace(number, start=date.start, due=date.due, warnings=_union(date.warnings, number.warnings))


def _touching(one: Phrase, other: Phrase, tokens: Sequence[Token]) -> bool:
    between = [token for token in tokens if one.end <= token.start and token.end <= other.start]
    letters = sum(len(token.word) for token in between if token.kind is Kind.TEXT)
    return letters <= 2 and not any(token.kind is Kind.MARK and token.word in "。;" for token in between)


def _same(one: Phrase, other: Phrase) -> bool:
    return replace(one, start=0, end=0, warnings=()) == replace(other, start=0, end=0, warnings=())


def _chosen(phrases: Sequence[Phrase], name: str) -> Phrase:
    """Return the phrase that bounds the whole: the first, or the first share where the name is one of a share."""
    if len(phrases) > 1 and _is_share(name):
        return next((phrase for phrase in phrases if unit_class(phrase.unit) == "percent"), phrases[0])
    return phrases[0]


def _cut(phrases: Sequence[Phrase], tokens: Sequence[Token], folded: Folded, source: str) -> list[str]:
    """Return the printed words of each phrase: from the end of the one before to the mark behind it."""
    cuts = [0]
    for one, other in pairwise(phrases):
        marks = [
            t.end for t in tokens if t.kind in (Kind.MARK, Kind.JOIN) and one.end <= t.start and t.end <= other.start
        ]
        cuts.append(marks[0] if marks else one.end)
    cuts.append(len(folded.text))
    return [join_wraps(folded.printed(source, start, end)).strip("。；;，,、 或且×*") for start, end in pairwise(cuts)]


# ---------------------------------------------------------------- evidence of the name and the unit column


def _finish(phrase: Phrase, plain: str, name: str, unit: str | None) -> Phrase:
    """Let the name and the unit printed apart say what the value leaves out, and tell what only they can doubt."""
    if phrase.kind in _SOLE and (phrase.unit in ("名", "位") or (phrase.unit is None and not unit)):
        phrase = _ranked(phrase, name)
    if phrase.kind is TargetKind.DEADLINE and not phrase.stated and (span := _span(phrase, plain, name)):
        number, measure = span
        phrase = replace(bounded(phrase, "=", number, stated=False), kind=TargetKind.DURATION, unit=measure, due=None)
        phrase = replace(phrase, warnings=())
    if phrase.kind in _SOLE:
        phrase = _measured(_unmisread(phrase, name), name, unit)
    if phrase.sign == "=" and not phrase.stated and name and phrase.kind in (TargetKind.QUANTITY, TargetKind.DURATION):
        phrase = _compared(phrase, name)
    return phrase


def _ranked(phrase: Phrase, name: str) -> Phrase:
    """Read 名 as a place where the name speaks of a ranking; a range from 1 without a name may be either."""
    words = lexicon()
    if any(word in name for word in words.rank_names):
        return replace(phrase, kind=TargetKind.RANK, unit=phrase.unit or "名")
    if phrase.kind is TargetKind.RANGE and phrase.lower == 1 and phrase.unit and not name:
        return replace(phrase, kind=TargetKind.RANK, warnings=(*phrase.warnings, "rank-or-count"))
    return phrase


def _span(phrase: Phrase, plain: str, name: str) -> tuple[Decimal, str] | None:
    """Return how long a bare year or month lasts (2024年度; 服务期限: 12月), None where it is a date."""
    words = lexicon()
    lasting = any(word in name for word in words.span_names)
    printed = plain[phrase.start : phrase.end]
    if lasting and (months := _MONTHS.fullmatch(printed)):
        return Decimal(months[1]), "月"
    year = _YEAR.fullmatch(printed)
    whole = year is not None and year["whole"] is not None and not any(word in name for word in words.time_names)
    return (Decimal(1), "年") if whole or (year and lasting) else None


def _is_share(name: str) -> bool:
    """Tell whether a name is of a share that cannot pass 100 % (满意度, 完成率; not 增长率)."""
    words = lexicon()
    plain = _BRACKETED_UNIT.sub("", squeeze(name))
    return plain.endswith(words.bounded) and not any(word in plain for word in words.unbounded)


def _unmisread(phrase: Phrase, name: str) -> Phrase:
    """Mend a ≥ read as 2 (292% of satisfaction is ≥92%) and a % read as 9 (≥859), where the name leaves no doubt.

    Without such a name the number stays as printed, with a warning.
    """
    number = phrase.lower if phrase.lower is not None else phrase.upper
    if number is None or phrase.kind is not TargetKind.QUANTITY:
        return phrase
    digits = format(number, "f")
    share = _MISREAD_SHARE.fullmatch(digits)
    if share and phrase.unit == "%" and not phrase.stated and Decimal(share["share"]) <= 100:
        if _is_share(name):
            return _warned(bounded(phrase, "≥", Decimal(share["share"]), stated=True), "ocr-operator")
        return _warned(phrase, "ocr-suspected")
    percent = _MISREAD_PERCENT.fullmatch(digits)
    if percent and phrase.unit is None and phrase.stated:
        if _is_share(name):
            mended = bounded(phrase, phrase.sign or "=", Decimal(percent["share"]), stated=True)
            return _warned(replace(mended, unit="%"), "ocr-percent")
        return _warned(phrase, "ocr-suspected")
    return phrase


def _warned(phrase: Phrase, code: str) -> Phrase:
    return replace(phrase, warnings=(*phrase.warnings, code))


def _measured(phrase: Phrase, name: str, unit: str | None) -> Phrase:
    """Give a number without unit that of the unit column or of the brackets behind the name; else a warning."""
    if phrase.unit is not None and phrase.unit not in SCALES:
        return phrase
    found = usual_unit(unit) or _unit_in(name)
    if found:
        found = f"{phrase.unit}{found}" if phrase.unit and not found.startswith(phrase.unit) else found
        timed = unit_class(found) == "time" and phrase.kind is TargetKind.QUANTITY
        return replace(phrase, unit=found, kind=TargetKind.DURATION if timed else phrase.kind)
    return _warned(phrase, "unit-missing")


def _unit_in(name: str) -> str | None:
    found = _BRACKETED_UNIT.search(squeeze(name))
    return usual_unit(found.group(1)) if found and is_unit(found.group(1)) else None


@lru_cache(maxsize=16384)
def _name_phrases(name: str) -> tuple[tuple[Phrase, ...], str | None]:
    """Return the compared numbers of a name, and the comparator it ends with (全年支出控制在)."""
    tokens = tokenize(fold_value(name).text, None)
    phrases = tuple(phrase for phrase in Reader(tokens).read() if phrase.stated and phrase.kind is not TargetKind.RANK)
    last = tokens[-1] if tokens else None
    ends = last.comparator.sign if last and last.kind is Kind.COMPARATOR and last.comparator else None
    return phrases, ends


def _compared(phrase: Phrase, name: str) -> Phrase:
    """Take the comparator from a name that compares the same number (满意率达到95%以上 | 95%) or ends with one."""
    phrases, ends = _name_phrases(name)
    assert phrase.lower is not None
    for other in phrases:
        number = other.lower if other.lower is not None else other.upper
        if number == phrase.lower and other.unit == phrase.unit and other.sign:
            return _warned(bounded(phrase, other.sign, phrase.lower, stated=True), "comparator-from-name")
    if ends and ends != "=":
        return _warned(bounded(phrase, ends, phrase.lower, stated=True), "comparator-from-name")
    return phrase


# ---------------------------------------------------------------- wordings


def _wording(
    printed: str, plain: str, tokens: Sequence[Token], comparator: str | None, warnings: tuple[str, ...]
) -> Target:
    """Return a target that is words: a reference to something else (合同金额), or a quality."""
    words = lexicon()
    if any(token.kind in (Kind.VALUE, Kind.DATE) for token in tokens):
        warnings = _union(warnings, ("number-in-words",))
    if words.reference.search(plain):
        return Target(printed, TargetKind.OTHER, comparator, comparator is not None, warnings=warnings)
    worded = any("\u3400" <= character <= "\u9fff" for character in plain)
    return Target(printed, TargetKind.QUALITATIVE if worded else TargetKind.OTHER, warnings=warnings)
