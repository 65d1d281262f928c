"""Tell what a cell's text looks like: a number, a percentage, money, a code, a target value, or a name."""

from __future__ import annotations

import re
from functools import lru_cache

from jixiao.text.folding import squeeze
from jixiao.text.names import strip_item_prefix
from jixiao.values.amounts import parse_amount, parse_money, parse_percent
from jixiao.values.folding import fold_value
from jixiao.values.lexicon import Lexicon, lexicon
from jixiao.values.tokens import Kind, Token, tokenize
from jixiao.values.units import is_unit

_CODE = re.compile(r"[A-Z]?\d{18,24}|\d{3,12}[A-Z]\d{6,15}|\d{3,6}-\d{6,}")
_VALUE_KINDS = frozenset({Kind.VALUE, Kind.DATE, Kind.RANK, Kind.EVERY})
_NAMED = re.compile(r"\W?[^\W\d_xX]{4,}\(")
_SIGNS = "≥≤><=》《〉〈"
EXPLANATION = 200  # characters; no value is as long
SENTENCE = 40  # characters; longer texts are explanations rather than values
WORDING = 12  # characters of words that may stand around a value (在接到通知后…内完成)
SUFFIX = 4  # characters behind a value (30分钟内响应)


def is_number(text: str) -> bool:
    """Tell whether a cell holds nothing but a number."""
    return parse_amount(text) is not None


def is_percent(text: str) -> bool:
    """Tell whether a cell holds nothing but a percentage."""
    return parse_percent(text) is not None


@lru_cache(maxsize=16384)
def is_money_text(text: str) -> bool:
    """Tell whether a cell holds nothing but a sum of money with its unit (105.96万元)."""
    plain = squeeze(text)
    return (
        plain.endswith(("元", "元整"))
        and parse_money(plain) is not None
        and re.match(r"[-+]?[\d,.]+[^\d,.]{1,4}$", plain) is not None
    )


def is_project_code(text: str) -> bool:
    """Tell whether a cell holds a project code (eighteen digits and more in the integrated budget system)."""
    return _CODE.fullmatch(squeeze(text)) is not None


@lru_cache(maxsize=65536)
def is_blank_value(text: str) -> bool:
    """Tell whether a text is no value: empty, a dash, or what a blank template prints (≥**%, xxx, ★, 20XX年).

    A name with a placeholder in brackets behind it (``种植面积（≥**亩）``) is no blank.
    """
    words = lexicon()
    plain = squeeze(strip_item_prefix(text))
    bold = words.bold.match(plain)
    plain = bold.group(1) if bold else plain
    if words.blank.search(plain):
        return not _NAMED.match(plain)
    unsigned = plain.lstrip(_SIGNS)
    return unsigned != plain and is_unit(unsigned)


@lru_cache(maxsize=65536)
def value_likeness(text: str) -> float:
    """Return how much a text looks like a target value, between 0 (a name, an explanation) and 1."""
    if len(text) > EXPLANATION:
        return 0.0
    if is_blank_value(text):
        return 0.6 if text.strip() else 0.0
    folded = fold_value(strip_item_prefix(text)).text.rstrip("。;,.:")
    words = lexicon()
    if not folded or words.explanation.search(folded):
        return 0.05
    tokens = tokenize(folded, None)
    wording = tokens[0].kind is Kind.EVERY and words.change.search(folded) is not None
    if not wording and any(token.kind in _VALUE_KINDS for token in tokens):
        return _with_value(folded, tokens)
    if tokens[0].kind is Kind.COMPARATOR:
        return 0.6 if len(folded) <= WORDING else 0.3
    return _wording(folded, words)


def _with_value(folded: str, tokens: tuple[Token, ...]) -> float:
    """Return the likeness of a text that holds a number, date, rank or recurrence."""
    words = sum(token.end - token.start for token in tokens if token.kind in (Kind.TEXT, Kind.MARK))
    values = [token for token in tokens if token.kind in _VALUE_KINDS]
    compared = any(token.kind in (Kind.COMPARATOR, Kind.BEHIND) for token in tokens)
    measured = any(token.unit is not None or token.moment is not None for token in values)
    formula = any(token.kind is Kind.COMPARATOR and token.word == "=" for token in tokens[1:])
    if not words:
        return 0.0 if is_project_code(folded) else 1.0
    if len(folded) > SENTENCE or formula:
        return 0.15 if compared and not formula else 0.05
    begins, ends = _states(tokens[0]), _states(tokens[-1])
    if (compared and begins) or (values[0].kind is Kind.RANK and words <= WORDING):
        return 0.9 if words <= WORDING else 0.6
    if compared and ends:
        return 0.7 if words <= SUFFIX else 0.5
    if begins and measured and words <= SUFFIX:
        return 0.85
    if tokens[0].kind is Kind.EVERY:
        likely = 0.8 if words <= SUFFIX else 0.6 if words <= WORDING else 0.3
        return 0.2 if folded.endswith(lexicon().names) else likely
    if ends and measured:
        return 0.5 if words <= SUFFIX else 0.35
    return 0.3 if compared else 0.15


def _states(token: Token) -> bool:
    """Tell whether a token at the edge of a text is part of a value: not words, nor a number in them (110联动)."""
    return token.kind is not Kind.TEXT and (token.kind is not Kind.VALUE or token.unit is not None)


def _wording(plain: str, words: Lexicon) -> float:
    """Return the likeness of a text without numbers: a state, a manner and a state, or the name of something."""
    if plain in words.states or plain in words.manners:
        return 0.95
    if len(plain) > SENTENCE:
        return 0.0
    begins, state = plain.startswith(words.manners), plain.endswith(words.states)
    ends = state and (begins or not plain.endswith(tuple(words.nouns)))
    if words.reference.search(plain):
        return 0.55
    if plain.endswith(words.names) and not (begins and state):
        return 0.05
    if len(plain) <= 4:
        return 0.9 if ends and begins else 0.7 if ends else 0.5 if begins else 0.35
    if len(plain) <= 8:
        return 0.85 if begins and ends else 0.5 if ends else 0.35 if begins else 0.2
    if len(plain) <= 16:
        return 0.4 if begins and ends else 0.25 if begins or ends else 0.1
    return 0.05
