"""Understand the words of a question as frames, or say what was not understood."""

from __future__ import annotations

import re
from dataclasses import replace

from jixiao.asking.binding import bound
from jixiao.asking.building import MONEY, Draft, draft_of, frame_of, in_table, scope_of, tables_for
from jixiao.asking.cutting import NONE, Token, Tokens, said, texts_of, tokenize, without_stops
from jixiao.asking.frames import Frame, NotUnderstoodError
from jixiao.asking.names import Names
from jixiao.asking.operating import operated
from jixiao.asking.vocabulary import data, plain

_PUNCTUATION = re.compile(r"[\W_]+")
_AFTERTHOUGHT = re.compile(r"(.+)[，,？?。](\w{2,15}的)[。？?]?")  # 指标有哪些，某区的
_REST = re.compile("(?<=除)(.+?)(?:其他|其余)")  # what is left is what is not left out
_NAMING = "region/department/year/topic"
_JOINING = frozenset({"和", "与", "及", "、", "以及", "跟"})


def parse(question: str, names: Names) -> list[Frame]:
    """Return what a question may ask, the likeliest first; raise ``NotUnderstoodError`` with words that do not fit."""
    cut = tokenize(_in_order(question), names)
    _decline(cut)
    tokens = without_stops(cut)
    defined = _defined(tokens, names)
    if defined is not None:
        return [defined]
    tokens = _with_last_degree(_with_comparison(tokens))
    draft = draft_of(bound(tokens), names)
    _check(draft)
    frames = _frames(draft)
    one = re.search(data("looking")["single"], plain(question))
    measured = (*frames[0].show, frames[0].measure)
    if one and any(each is not None and each.name in MONEY for each in measured):
        raise NotUnderstoodError("unsupported", (one.group(),))  # the whole is not the price of one
    return frames


def _check(draft: Draft) -> None:
    """Raise for words that nothing takes: a degree without an order, 相关 of nothing that is named, …的合同."""
    left = draft.words("operation:difference|times")
    if not draft.has("operation:highest|lowest"):
        left += draft.words("link:share")
    if not draft.ranks():
        left += draft.words("degree")
    if not (draft.of("rule", "severity", "year") or draft.named("year")):
        left += draft.words("link:about")
    last = draft.tokens[-1] if draft.tokens else NONE
    after = "".join(texts_of(draft.tokens[-2:-1])) + last.before
    if last.kind == "topic" and not last.value.listed and after.endswith("的"):
        left += [last] * bool(draft.of("rows", "number") or draft.ranks())
    bare = [topic.label for topic in draft.topics if not topic.listed]
    if left:
        raise NotUnderstoodError("words", tuple(texts_of(left)))
    if len(bare) > 1 and all(token.means(_NAMING) for token in draft.tokens):
        raise NotUnderstoodError("words", tuple(bare))  # several words of names and nothing that is asked


def _frames(draft: Draft) -> list[Frame]:
    """Return the frames of a question in the tables it may be about."""
    found: list[Frame] = []
    error: NotUnderstoodError | None = None
    for table in dict.fromkeys(tables_for(draft)):
        try:
            parts = in_table(draft, table)
            found.append(operated(frame_of(parts, table), parts, table))
        except NotUnderstoodError as refused:
            error = error or refused
    if not found:
        raise error or NotUnderstoodError("nothing")
    return found


def _in_order(question: str) -> str:
    """Return a question with what was added behind a comma in its place."""
    question = _REST.sub(r"\1", question)
    found = _AFTERTHOUGHT.fullmatch(question.strip())
    return f"{found[2]}{found[1]}" if found else question


def _decline(tokens: Tokens) -> None:
    for token in said(tokens, "declined"):
        raise NotUnderstoodError(token.value, (token.text,))
    if unknown := texts_of(said(tokens, "unknown")):
        raise NotUnderstoodError("words", tuple(unknown))
    words = [token for token in tokens if not _PUNCTUATION.fullmatch(token.text)]
    if words and (words[-1].text in _JOINING or words[-1].means("link:or")):
        raise NotUnderstoodError("words", (words[-1].text,))
    for place, token in enumerate(words):
        # 情况如何 asks how things stand; 如何提高… asks for advice.
        if token.means("link:manner") and any(each.kind != "stop" for each in words[place + 1 :]):
            raise NotUnderstoodError("opinion", (token.text,))


def _defined(tokens: Tokens, names: Names) -> Frame | None:
    """Return the frame that asks what audit rules mean, if that is asked."""
    found = said(tokens, "rule")
    alone = all(token.kind == "rule" and not token.asked for token in tokens)
    if found and (alone or said(tokens, "link:meaning/column:explanation")):
        return Frame("rule", tuple(scope_of(found, names)))
    return None


def _with_comparison(tokens: Tokens) -> Tokens:
    """Read 甲跟乙比，谁多 as 甲跟乙谁多."""
    after = [*tokens[1:], NONE]
    return [token for token, then in zip(tokens, after, strict=False) if not _compares(token, then)]


def _compares(token: Token, then: Token) -> bool:
    return token.means("link:than") and (then.asked or then.before.startswith((",", "起来", "较")))


def _with_last_degree(tokens: Tokens) -> Tokens:
    """Read 多 at the end of 哪个部门项目多 as the most."""
    asked = any(token.asked for token in tokens) or said(tokens, "operation:compare")
    if not asked or not said(tokens[-1:], "degree") or said(tokens, "link:than"):
        return tokens
    value = "highest" if tokens[-1].value == ">" else "lowest"
    return [*tokens[:-1], replace(tokens[-1], kind="operation", value=value)]
