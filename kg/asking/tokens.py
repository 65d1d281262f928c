"""Cut a question into words that mean something, and say what is left over.

Of all ways to cut it, the one that leaves the fewest characters over is taken, then the one with the fewest words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.asking.lexicon import Selection, plain, words
from kg.asking.names import Names
from kg.asking.quantities import match_quantity, match_rank, match_year

_QUOTED = re.compile(r'["《]([^"《》]{1,60})["》]')
_RULE = re.compile(r"r\d{3}(?!\d)")
_LONGEST = 16
_LEFT = 10  # what a character left over costs, a word costing one
_SHORTENED = 4  # what a name cut short costs: less than letters left over, more than the words it may consist of
_NOISE = re.compile(r"[\s\W_]+")
_TOPICAL = frozenset({"selection", "unknown", "topic"})


@dataclass(frozen=True, slots=True)
class Token:
    """Hold a word of a question: its text, the kind of its meaning and the value; ``unknown`` has none."""

    text: str
    kind: str
    value: Any = None


def tokenize(question: str, names: Names) -> list[Token]:
    """Return the words of a question in order."""
    text = plain(question)
    cut = _cheapest(text, names)
    return _join_regions(_together(_merge(cut, names)))


def _candidates(text: str, start: int, names: Names) -> Iterator[Token]:
    if quoted := _QUOTED.match(text, start):
        inside = quoted[1]
        yield Token(quoted.group(), "quoted", inside)
    if rank := match_rank(text, start):
        yield Token(rank[2], rank[0], rank[1])
    if year := match_year(text, start):
        yield Token(year[1], "year", year[0])
    if rule := _RULE.match(text, start):
        yield Token(rule.group(), "rule", rule.group().upper())
    if quantity := match_quantity(text, start):
        yield Token(quantity.text, "quantity", quantity)
    for part, departments in names.departments_in(text, start):
        yield Token(part, "department", departments)
    known = words()
    for end in range(start + 1, len(text) + 1):
        part = text[start:end]
        if part in names.department_names:
            yield Token(part, "department", names.department_names[part])
        elif part in names.region_names:
            yield Token(part, "region", names.region_names[part])
        elif part in known and end - start <= _LONGEST:
            yield Token(part, known[part].kind, known[part].value)
        elif (asked := _asked_subject(part)) is not None:
            yield asked
        elif part in names.projects and len(part) > 2:
            yield Token(part, "project", names.projects[part])
        elif part in names.figures:
            yield Token(part, "figure", names.figures[part])


@cache
def _asked_subjects() -> dict[str, Token]:
    """Return 哪些单位, 各部门 and their like: what asks and what is asked for belong together (not 单位满意度)."""
    known = words()
    asking = [(word, each) for word, each in known.items() if each.kind == "ask" or each.value == "group"]
    subjects = [(word, each) for word, each in known.items() if each.kind == "subject"]
    return {
        first + second: Token(first + second, "asked", (asks, subject))
        for first, asks in asking
        for second, subject in subjects
    }


def _asked_subject(part: str) -> Token | None:
    return _asked_subjects().get(part)


def _cheapest(text: str, names: Names) -> list[Token]:
    best: list[tuple[int, list[Token]]] = [(0, []), *([(1 << 30, [])] * len(text))]
    for start in range(len(text)):
        cost, cut = best[start]
        left = Token(text[start], "stop" if _NOISE.fullmatch(text[start]) else "unknown")
        _offer(best, start + 1, cost + (2 if left.kind == "stop" else _LEFT), [*cut, left])
        for token in _candidates(text, start, names):
            _offer(best, start + len(token.text), cost + (2 if token.kind == "phrase" else 1), [*cut, token])
        for part, meaning in names.cut_names(text, start):
            _offer(best, start + len(part), cost + _SHORTENED, [*cut, Token(part, *meaning)])
    return best[-1][1]


def _offer(best: list[tuple[int, list[Token]]], end: int, cost: int, cut: list[Token]) -> None:
    held, words_held = best[end]
    # Among equals the one whose earlier words are longer (项目支出 + 合计, not 项目 + 支出合计).
    if cost < held or (cost == held and _lengths(cut) > _lengths(words_held)):
        best[end] = (cost, cut)


def _lengths(cut: list[Token]) -> list[int]:
    return [len(token.text) for token in cut]


def _merge(cut: list[Token], names: Names) -> list[Token]:
    """Join what is left over with its neighbours where together they stand in the graph (110 + 联 + 动 → 110联动)."""
    found: list[Token] = []
    position = 0
    while position < len(cut):
        end = position
        while end < len(cut) and _joinable(cut[end]):
            end += 1
        run = cut[position:end]
        if any(token.kind == "unknown" for token in run):
            found += _known_parts(run, names)
            position = end
        else:
            found.append(cut[position])
            position += 1
    return found


def _joinable(token: Token) -> bool:
    """Say whether a word may be part of a name: topics, bare numbers (110联动), words of money (驻村工作队经费).

    So may single characters that mean nothing by themselves: none may be lost out of the middle of a name.
    """
    number = token.kind == "quantity" and token.value.bare
    if token.kind == "stop":
        return len(token.text) == 1 and not _NOISE.fullmatch(token.text)
    return token.kind in _TOPICAL or number or (token.kind == "field" and token.value == "amount")


def _known_parts(run: list[Token], names: Names) -> list[Token]:
    """Return a run of words as the longest texts the graph knows; the rest stays as it was."""
    found: list[Token] = []
    position = 0
    while position < len(run):
        for end in range(len(run), position, -1):
            part = run[position:end]
            text = "".join(token.text for token in part)
            if any(token.kind == "unknown" for token in part) and names.knows(text):
                found.append(Token(text, "topic", Selection(text, texts=(text,))))
                position = end
                break
        else:
            found.append(run[position])
            position += 1
    return found


def _together(cut: list[Token]) -> list[Token]:
    """Keep each run of characters that mean nothing as one word, and write out phrases."""
    found: list[Token] = []
    for token in cut:
        if token.kind in ("phrase", "asked"):
            found += [Token(token.text, each.kind, each.value) for each in token.value]
        elif token.kind == "unknown" and found and found[-1].kind == "unknown":
            found[-1] = Token(found[-1].text + token.text, "unknown")
        else:
            found.append(token)
    return found


def _join_regions(cut: list[Token]) -> list[Token]:
    """Let 洛阳市 + 孟津区 be the narrower one, and a region before a department narrow the department."""
    found: list[Token] = []
    for token in cut:
        before = found[-1] if found else None
        if before and before.kind == "region" and token.kind == "region":
            inside = tuple(r for r in token.value if any(r.code.startswith(outer.code) for outer in before.value))
            if inside:
                found[-1] = Token(before.text + token.text, "region", inside)
                continue
        found.append(token)
    return found
