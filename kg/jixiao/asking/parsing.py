"""Understand the words of a question, or say what was not understood."""

from __future__ import annotations

import re
from dataclasses import replace

from jixiao.asking.chunks import read_chunks
from jixiao.asking.frames import Frame, NotUnderstoodError
from jixiao.asking.framing import read_frame
from jixiao.asking.names import Names
from jixiao.asking.tokens import Token, tokenize, without_stops

_PUNCTUATION = re.compile(r"[\W_]+")
_AFTERTHOUGHT = re.compile(r"(.+)[，,？?。](\w{2,15}的)[。？?]?")  # 指标有哪些，某区的
_JOINING = frozenset({"和", "与", "及", "、", "以及", "跟"})


def parse(question: str, names: Names) -> Frame:
    """Return what a question asks for; raise ``NotUnderstoodError`` when any word of it is not understood."""
    cut = tokenize(_in_order(question), names)
    _decline(cut)
    part, whole = _parted(without_stops(cut))
    tokens = read_chunks(_with_last_degree(part))
    if whole is None:
        return read_frame(tokens, names)
    return read_frame(tokens, names, read_chunks(whole))


def _in_order(question: str) -> str:
    """Return a question with what was added behind a comma in its place."""
    found = _AFTERTHOUGHT.fullmatch(question.strip())
    return f"{found[2]}{found[1]}" if found else question


def _decline(tokens: list[Token]) -> None:
    for token in tokens:
        if token.kind == "declined":
            raise NotUnderstoodError(token.value, (token.text,))
    unknown = tuple(token.text for token in tokens if token.kind == "unknown")
    if unknown:
        raise NotUnderstoodError("words", unknown)
    said = [token for token in tokens if not _PUNCTUATION.fullmatch(token.text)]
    if said and (said[-1].text in _JOINING or said[-1].means("link", "or")):
        raise NotUnderstoodError("words", (said[-1].text,))
    for place, token in enumerate(said):
        # 情况如何 asks how things stand; 如何提高… asks for advice.
        if token.means("link", "manner") and any(each.kind != "stop" for each in said[place + 1 :]):
            raise NotUnderstoodError("opinion", (token.text,))


def _parted(tokens: list[Token]) -> tuple[list[Token], list[Token] | None]:
    """Return the words of a part and those of the whole it is a share of (甲 占 乙 的比例), if one is asked."""
    dividing = [place for place, token in enumerate(tokens) if token.means("link", "of")]
    if not dividing:
        return tokens, None
    shares = [place for place, token in enumerate(tokens) if token.means("link", "share")]
    if not shares and tokens[-1].means("field", "how_many"):
        shares = [len(tokens) - 1]  # 占全部的多少
    if len(dividing) > 1 or shares != [len(tokens) - 1]:
        raise NotUnderstoodError("share", tuple(tokens[place].text for place in (*dividing, *shares)))
    return tokens[: dividing[0]], tokens[dividing[0] + 1 : shares[0]]


def _with_last_degree(tokens: list[Token]) -> list[Token]:
    """Read 多 at the end of 哪个部门项目多 as the most."""
    if not tokens or tokens[-1].kind != "degree":
        return tokens
    compares = any(token.asked or token.means("operation", "compare") for token in tokens)
    if not compares or any(token.means("link", "than") for token in tokens):
        return tokens
    value = "highest" if tokens[-1].value == ">" else "lowest"
    return [*tokens[:-1], replace(tokens[-1], kind="operation", value=value)]
