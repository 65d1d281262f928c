"""Tell what a cell's text looks like: a number, a percentage, money, a code, a target value, or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from jixiao.text.folding import squeeze
from jixiao.text.names import strip_item_prefix
from jixiao.values.folding import fold_value
from jixiao.values.keywords import keywords
from jixiao.values.tokens import Lexeme, LexemeKind, scan
from jixiao.values.units import is_unit

_CODE = re.compile(r"[A-Z]?\d{18,24}|\d{3,12}[A-Z]\d{6,15}|\d{3,6}-\d{6,}")
_VALUES = frozenset({LexemeKind.VALUE, LexemeKind.DATE, LexemeKind.RANK, LexemeKind.EVERY})
_NAMED = re.compile(r"\W?[^\W\d_xX]{4,}\(")
_SIGNS = "≥≤><=》《〉〈"
EXPLANATION = 200  # characters; no value is as long
SENTENCE = 40  # characters; longer texts are explanations rather than values
WORDING = 12  # characters of words that may stand around a value (在接到通知后…内完成)
SUFFIX = 4  # characters behind a value (30分钟内响应)
# How likely words are a value, by their length: neither, begins with a manner, ends with a state, both.
_WORDINGS = ((4, (0.35, 0.5, 0.7, 0.9)), (8, (0.2, 0.35, 0.5, 0.85)), (16, (0.1, 0.25, 0.25, 0.4)))


def is_project_code(text: str) -> bool:
    """Tell whether a cell holds a project code (eighteen digits and more in the integrated budget system)."""
    return _CODE.fullmatch(squeeze(text)) is not None


@lru_cache(maxsize=65536)
def is_blank_value(text: str) -> bool:
    """Tell whether a text is no value: empty, a dash, or what a blank template prints (≥**%, xxx, ★, 20XX年).

    A name with a placeholder in brackets behind it (``种植面积（≥**亩）``) is no blank.
    """
    words = keywords()
    plain = squeeze(strip_item_prefix(text))
    if bold := words.bold.match(plain):
        plain = bold.group(1)
    if words.blank.search(plain):
        return not _NAMED.match(plain)
    unsigned = plain.lstrip(_SIGNS)
    return unsigned != plain and is_unit(unsigned)


@lru_cache(maxsize=65536)
def value_likeness(text: str) -> float:
    """Return how much a text looks like a target value, between 0 (a name, an explanation) and 1."""
    if len(text) > EXPLANATION or not text.strip():
        return 0.0
    if is_blank_value(text):
        return 0.6
    folded = fold_value(strip_item_prefix(text)).text.rstrip("。;,.:")
    words = keywords()
    if not folded or words.explanation.search(folded):
        return 0.05
    lexemes = scan(folded, None)
    first = lexemes[0].kind
    wording = first is LexemeKind.EVERY and words.change.search(folded) is not None
    if not wording and any(lexeme.kind in _VALUES for lexeme in lexemes):
        return _with_value(folded, lexemes)
    if first is LexemeKind.COMPARATOR:
        return _by_words(len(folded), 0.6, 0.6, 0.3)
    return _wording(folded)


def _with_value(folded: str, lexemes: Sequence[Lexeme]) -> float:
    """Return the likeness of a text that holds a number, date, rank or recurrence."""
    worded = [each for each in lexemes if each.kind in (LexemeKind.TEXT, LexemeKind.MARK)]
    if not worded:
        if is_project_code(folded):
            return 0.0
        return 1.0
    if any(each.kind is LexemeKind.COMPARATOR and each.word == "=" for each in lexemes[1:]):
        return 0.05  # a formula
    compared = any(each.kind in (LexemeKind.COMPARATOR, LexemeKind.BEHIND) for each in lexemes)
    if len(folded) > SENTENCE:
        if compared:
            return 0.15
        return 0.05
    words = sum(each.end - each.start for each in worded)
    values = [each for each in lexemes if each.kind in _VALUES]
    if values[0].kind is LexemeKind.RANK and words <= WORDING:
        return 0.9
    begins, ends = _states(lexemes[0]), _states(lexemes[-1])
    if compared:
        return _with_comparison(words, begins=begins, ends=ends)
    measured = any(each.unit is not None or each.moment is not None for each in values)
    if begins and measured and words <= SUFFIX:
        return 0.85
    if lexemes[0].kind is LexemeKind.EVERY:
        if folded.endswith(keywords().names):
            return 0.2
        return _by_words(words, 0.8, 0.6, 0.3)
    if ends and measured:
        return _by_words(words, 0.5, 0.35, 0.35)
    return 0.15


def _with_comparison(words: int, *, begins: bool, ends: bool) -> float:
    """Return the likeness of a text that compares and has some words, by what it begins and ends with."""
    if begins:
        return _by_words(words, 0.9, 0.9, 0.6)
    if ends:
        return _by_words(words, 0.7, 0.5, 0.5)
    return 0.3


def _by_words(words: int, few: float, some: float, many: float) -> float:
    """Return the likeness that so many characters of words leave."""
    if words <= SUFFIX:
        return few
    if words <= WORDING:
        return some
    return many


def _states(lexeme: Lexeme) -> bool:
    """Tell whether a lexeme at the edge of a text is part of a value: not words, nor a number in them (110联动)."""
    if lexeme.kind is LexemeKind.VALUE:
        return lexeme.unit is not None
    return lexeme.kind is not LexemeKind.TEXT


def _wording(plain: str) -> float:
    """Return the likeness of a text without numbers: a state, a manner and a state, or the name of something."""
    words = keywords()
    if plain in words.states or plain in words.manners:
        return 0.95
    if len(plain) > SENTENCE:
        return 0.0
    if words.reference.search(plain):
        return 0.55
    begins, state = plain.startswith(words.manners), plain.endswith(words.states)
    if plain.endswith(words.names) and not (begins and state):
        return 0.05
    ends = state and (begins or not plain.endswith(words.nouns))
    for longest, likeness in _WORDINGS:
        if len(plain) <= longest:
            return likeness[begins + 2 * ends]
    return 0.05
