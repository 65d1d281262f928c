"""The typed columns of a form's header and how well a cell's text fits each type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from jixiao.forms.lexicon import lexicon
from jixiao.model import Period
from jixiao.text.folding import fold_label, fold_words
from jixiao.text.names import strip_item_prefix
from jixiao.values.amounts import parse_points
from jixiao.values.content import is_number, is_percent, is_project_code, value_likeness
from jixiao.values.units import is_unit

# These stand among the taxonomies of a block whose 一级 or 二级 words are its office's own.
FOREIGN1 = "foreign-level1"
FOREIGN2 = "foreign-level2"
SHORT_LIKENESS = 0.4  # of any short word to a value
SHORT_UNIT = 4  # characters of a measure that no list of units has
LONG_NAME = 60  # characters; longer names are rare, longer explanations common
_PLAIN_MARK = re.compile(r"[-—–/\\]{1,3}")
_FIGURE = re.compile(r"[\d≥≤><＞＜=＝]")
_ITEM_NUMBER = re.compile(r"^\s*指\s*标\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Column:
    """Hold one typed column: its role, its grid range [start, end), its block, period, and group heading."""

    role: str
    start: int
    end: int
    header: str = ""
    block: int = 0
    period: Period = Period.ANNUAL
    group: str | None = None
    subgroup: str | None = None

    def displacement(self, position: int) -> int:
        """Return how many grid columns a position stands left (negative) or right of this column."""
        if position < self.start:
            return position - self.start
        return max(0, position - self.end + 1)


@lru_cache(maxsize=65536)
def misfit(role: str, text: str, schemes: frozenset[str]) -> float:
    """Return what it costs to read the text as a cell of this role: negative fits well, 5 and more hardly at all.

    ``schemes`` are the indicator taxonomies that the block at hand uses; words of other taxonomies are plain names.
    """
    scorer = _SCORERS.get(role)
    return scorer(text, schemes) if scorer else _other(text, schemes)


def in_level(number: int, text: str, schemes: frozenset[str]) -> bool:
    """Tell whether the text is a label of that level in one of the taxonomies (any, when none is known)."""
    entries = lexicon().level(number, text) or (lexicon().cut_level(number, text) if number < 3 else ())
    return any(not schemes or entry.schemes & schemes for entry in entries)


def item_number(text: str) -> str | None:
    """Return the running number of an item such as 指标 2：…, None when it has none."""
    found = _ITEM_NUMBER.match(text)
    return found.group(1) if found else None


def _level1(text: str, schemes: frozenset[str]) -> float:
    if lexicon().split_levels(text):
        return -2.0
    if in_level(1, text, schemes):
        return -2.0
    if FOREIGN1 in schemes:
        return _own_label(1, text)
    return 2.0 if lexicon().level(1, text) else 6.0


def _level2(text: str, schemes: frozenset[str]) -> float:
    if lexicon().split_levels(text):
        return -1.5
    if in_level(2, text, schemes):
        return -2.0
    if FOREIGN2 in schemes:
        return _own_label(2, text)
    return 2.0 if lexicon().level(2, text) else 5.0


def _own_label(number: int, text: str) -> float:
    """Return the cost of a label of a taxonomy that is the office's own, with words of others among it."""
    words = lexicon()
    if words.level(number, text):
        return -1.5
    if words.level(3, text) or text in words.columns:
        return 5.0
    return (2.0 if words.level(3 - number, text) else 1.0) + 4.0 * max(0.0, _likeness(text) - SHORT_LIKENESS)


def _level3(text: str, schemes: frozenset[str]) -> float:
    if lexicon().is_placeholder(text):
        return 0.0
    if is_number(text) or is_percent(text) or _PLAIN_MARK.fullmatch(text):
        return 6.0
    if in_level(3, text, schemes):
        return -2.0
    if in_level(2, text, schemes) or in_level(1, text, schemes) or fold_words(text) in _frame_words():
        return 7.5 if fold_label(text).endswith("指标") else 3.0  # 经济效益 may be a name, 经济效益指标 is a label
    likeness = _likeness(text)
    if likeness >= 0.9 and _FIGURE.search(text):
        return 8.0
    return 4.0 * likeness + (0.5 if len(text) > LONG_NAME else 0.0)


def _target(text: str, schemes: frozenset[str]) -> float:
    if in_level(2, text, schemes) and value_likeness(text) < 0.5:
        return 5.0
    if in_level(3, text, schemes):
        return 4.0
    return 1.2 - 2.4 * _likeness(text) + (1.0 if len(text) > LONG_NAME else 0.0)


def _standard(text: str, schemes: frozenset[str]) -> float:
    return _target(text, schemes) / 2  # a history value never matters as much as the target


def _explanation(text: str, schemes: frozenset[str]) -> float:
    if in_level(2, text, schemes) or in_level(1, text, schemes):
        return 5.0
    if is_number(text):
        return 3.0
    return 4.0 * max(0.0, _likeness(text) - 0.4) - (0.8 if len(text) > 20 else 0.0)


def _number(text: str, schemes: frozenset[str]) -> float:
    if is_number(text):
        return -1.5
    if _PLAIN_MARK.fullmatch(text):
        return 0.5
    if is_percent(text):
        return 2.0
    return -0.5 if parse_points(text)[0] is not None else 6.0


def _deviation(text: str, schemes: frozenset[str]) -> float:
    if is_percent(text):
        return -1.5
    if is_number(text) or _PLAIN_MARK.fullmatch(text):
        return 0.3
    return 5.0 - 2.0 * value_likeness(text)


def _reason(text: str, schemes: frozenset[str]) -> float:
    if is_number(text) or is_percent(text):
        return 4.0
    if in_level(2, text, schemes) or in_level(1, text, schemes):
        return 5.0
    return 2.0 * value_likeness(text)


def _unit(text: str, schemes: frozenset[str]) -> float:
    if is_unit(text):
        return -2.0
    if is_number(text) or len(text) > 12:
        return 5.0
    return 0.2 if len(text) <= SHORT_UNIT else 2.0


def _quality(text: str, schemes: frozenset[str]) -> float:
    return -2.5 if lexicon().is_quality(text) else 5.0


def _direction(text: str, schemes: frozenset[str]) -> float:
    return -2.5 if lexicon().is_direction(text) else 5.0


def _frame(text: str, schemes: frozenset[str]) -> float:
    return -2.0 if fold_words(text) in _frame_words() else 6.0


def _ordinal(text: str, schemes: frozenset[str]) -> float:
    return -1.0 if text.strip().isdigit() else 5.0


def _code(text: str, schemes: frozenset[str]) -> float:
    if is_project_code(text):
        return -2.5
    return -0.5 if text.strip().isdigit() else 6.0


def _office_code(text: str, schemes: frozenset[str]) -> float:
    return -1.5 if text.strip().isdigit() else _name(text, schemes) + 0.5  # some print the name behind the code


def _name(text: str, schemes: frozenset[str]) -> float:
    if is_number(text) or is_percent(text):
        return 6.0
    if in_level(1, text, schemes) or in_level(2, text, schemes):
        return 4.0
    return 3.0 * value_likeness(text)


def _other(text: str, schemes: frozenset[str]) -> float:
    return 1.0


def _likeness(text: str) -> float:
    return value_likeness(strip_item_prefix(text))


def _frame_words() -> frozenset[str]:
    return frozenset(fold_words(word) for word in ("绩效指标", "年度绩效指标"))


_SCORERS = {
    "level1": _level1,
    "level2": _level2,
    "level3": _level3,
    "second_name": _level3,
    "target": _target,
    "half_target": _target,
    "standard": _standard,
    "completion": _deviation,
    "actual": _target,
    "explanation": _explanation,
    "weight": _number,
    "score": _number,
    "money": _number,
    "deviation": _deviation,
    "reason": _reason,
    "unit": _unit,
    "quality": _quality,
    "nature": _quality,
    "time_limit": _standard,
    "direction": _direction,
    "frame": _frame,
    "ordinal": _ordinal,
    "project_code": _code,
    "project": _name,
    "department": _name,
    "office_code": _office_code,
    "goal": _name,
}
