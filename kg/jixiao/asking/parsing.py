"""Understand the words of a question, or say what was not understood."""

from __future__ import annotations

import re
from dataclasses import replace

from jixiao.asking.accounting import check
from jixiao.asking.lexicon import Selection
from jixiao.asking.names import Names
from jixiao.asking.questions import NotUnderstoodError, Question, Scope
from jixiao.asking.reading import Reading, merged, read_conditions
from jixiao.asking.shaping import Words, as_share, shape
from jixiao.asking.tokens import Token, tokenize, without_stops

_PUNCTUATION = re.compile(r"[\W_]+")
_JOINING = frozenset({"和", "与", "及", "、", "以及", "跟"})
_NAMING = ("topic", "selection", "project", "figure")


def parse(question: str, names: Names) -> Question:
    """Return what a question asks for; raise ``NotUnderstoodError`` when any word of it is not understood."""
    cut = tokenize(question, names)
    _decline(cut)
    part, whole = _parted(without_stops(cut))
    tokens, asked = _without_asking(_with_topics(part))
    _turn_degrees(tokens, asked)
    reading = Reading(tokens, asked)
    read_conditions(reading)
    scope = _scope(reading, names)
    words = Words(tokens, joins=any(token.kind == "stop" and token.text in _JOINING for token in cut))
    if not words.either:
        reading.conditions = merged(reading.conditions)
    understood = shape(
        words,
        asked,
        scope,
        reading.subjects,
        [each for each in reading.selections if each[0] not in reading.used],
        [each for each in reading.measures if each[0] not in reading.used],
        tuple(reading.conditions),
        reading.limit,
    )
    check(understood, words, reading, names)
    return understood if whole is None else as_share(understood, whole)


def _decline(tokens: list[Token]) -> None:
    declined = [token for token in tokens if token.kind == "declined"]
    if declined:
        raise NotUnderstoodError(declined[0].value, tuple(token.text for token in declined))
    unknown = tuple(token.text for token in tokens if token.kind == "unknown")
    if unknown:
        raise NotUnderstoodError("words", unknown)
    last = next((token for token in reversed(tokens) if not _PUNCTUATION.fullmatch(token.text)), None)
    if last and (last.text in _JOINING or last.means("link", "or")):
        raise NotUnderstoodError("words", (last.text,))
    for token in tokens[:-1]:
        # 情况如何 asks how things stand; 如何提高… asks for advice.
        if token.means("link", "manner") and any(each.kind != "stop" for each in tokens[tokens.index(token) + 1 :]):
            raise NotUnderstoodError("opinion", (token.text,))


def _parted(tokens: list[Token]) -> tuple[list[Token], list[Token] | None]:
    """Return the words of a part and those of the whole it is a share of (甲 占 乙 的比例), if one is asked."""
    shares = [place for place, token in enumerate(tokens) if token.means("link", "share")]
    dividing = [place for place, token in enumerate(tokens) if token.means("link", "of")]
    if not shares and not dividing:
        return tokens, None
    if len(shares) > 1 or len(dividing) > 1 or (dividing and not shares) or (shares and shares[0] != len(tokens) - 1):
        raise NotUnderstoodError("share", tuple(tokens[place].text for place in (*dividing, *shares)))
    cut = dividing[0] if dividing else shares[0]
    return tokens[:cut], tokens[cut + 1 : shares[0]] if dividing else []


def _turn_degrees(tokens: list[Token], asked: frozenset[int]) -> None:
    """Read 多 at the end of 哪个部门项目多 as the most."""
    if tokens and tokens[-1].kind == "degree" and (asked or any(each.means("operation", "compare") for each in tokens)):
        tokens[-1] = replace(tokens[-1], kind="operation", value="highest" if tokens[-1].value == ">" else "lowest")


def _with_topics(tokens: list[Token]) -> list[Token]:
    """Turn quoted words, and what stands beside 相关, 关于 …, into topics."""
    found: list[Token] = []
    about = titled = False
    for token in tokens:
        if token.kind == "link" and token.value in ("about", "titled"):
            # X相关的…: X stands before; 关于X的…, 名称里有X的…: it follows.
            titled = token.value == "titled"
            about = titled or not (found and found[-1].kind in (*_NAMING, "quoted"))
            if not about:
                found[-1] = _topic(found[-1])
            continue
        if token.kind == "quoted" or (about and token.kind in _NAMING):
            token = _topic(token, titled=titled)
        about = titled = False
        found.append(token)
    return found


def _without_asking(tokens: list[Token]) -> tuple[list[Token], frozenset[int]]:
    """Leave out 哪些 and its like, and remember where what they ask for stands."""
    kept: list[Token] = []
    asked = set()
    for token in tokens:
        if token.kind == "ask":
            asked.add(len(kept))
        else:
            kept.append(token)
    return kept, frozenset(asked)


def _topic(token: Token, *, titled: bool = False) -> Token:
    text = token.text.strip('"《》')
    concepts = token.value.concepts if token.kind == "selection" and not titled else ()
    levels = token.value.levels if token.kind == "selection" and not titled else ()
    return Token(text, "topic", Selection(text, levels, concepts, (text,), titled), token.before)


def _scope(reading: Reading, names: Names) -> Scope:
    def of(kind: str) -> list[Token]:
        return [token for token in reading.tokens if token.kind == kind]

    regions = tuple(dict.fromkeys(region for token in of("region") for region in token.value))
    years = {token.value for token in of("year")} | {year for token in of("years") for year in token.value}
    absent = [token.text for token in of("region") if not any(names.holds(region) for region in token.value)]
    absent += [token.text for token in of("year") if token.value not in names.years]
    absent += [token.text for token in of("years") if not token.value]
    if absent:
        known = "、".join(map(str, sorted(names.years)))
        raise NotUnderstoodError("absent", tuple(absent), years=known)
    return Scope(
        tuple((token.text, token.value) for token in of("department")),
        regions,
        tuple(sorted(years)),
        tuple((token.text, token.value) for token in of("project")),
        tuple((token.text, token.value) for token in of("form")),
        tuple((token.text, token.value) for token in of("document")),
        next((token.value for token in of("period")), "annual"),
        tuple(token.value for token in of("rule")),
        tuple(dict.fromkeys(token.value for token in of("severity"))),
        tuple(dict.fromkeys(token.value for token in of("category"))),
    )
